"""Train the encoder on pairs of question and passage, from an unquantised encoder to one for the product.

    python -m training.contrastive --base FP32 --pairs pairs.jsonl.gz --work .work/train --out models/encoder

FP32 is the folder that `training.base --reference` writes. The loss is InfoNCE (van den Oord, Li, Vinyals,
"Representation Learning with Contrastive Predictive Coding", 2018): among the passages of a batch, one hard negative a
question with them, each question has to find its own. The lower layers stay as they are and run as they run in the
product, in int8 on a processor; the upper ones are trained in bfloat16 with float32 copies of their weights.

The work folder has a checkpoint, written every few minutes: started again, training goes on where it was and comes to
the same weights as without the break.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import random
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from training.export import MAX_TOKENS, PROMPTS, export_int8, write_encoder, write_reference

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer
    from transformers import BertModel

__all__ = ["Recipe", "main"]

PAD = 1
SEEN = ("crud-news=2", "drcd-dev=0.4", "drcd-test=0.4", "squad2-zh=0.3")
"""Questions on news count for more than those on an encyclopedia."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What training depends on beside the data."""

    steps: int = 700
    batch: int = 24
    """Questions a step."""
    frozen: int = 6
    """Lower layers that stay as they are."""
    rate: float = 5e-5
    warm: int = 50
    """Steps until `rate` is reached; it then falls to nothing as a cosine."""
    temperature: float = 0.02
    passage_tokens: int = 256
    micro: int = 16
    """Texts run together, of about one length."""
    seed: int = 1


def main() -> None:
    """Train, or go on training, then write the encoder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--base", type=Path, required=True, help="float32 sentence-transformers folder")
    parser.add_argument("--tokenizer", type=Path, default=Path("models/encoder/tokenizer.json"))
    parser.add_argument("--pairs", type=Path, required=True, help="what training.pairs wrote")
    parser.add_argument("--work", type=Path, required=True, help="folder for the checkpoint")
    parser.add_argument("--out", type=Path, required=True, help="folder for model.onnx, tokenizer.json, config.json")
    parser.add_argument("--reference", type=Path, help="also write the weights as fp32 sentence-transformers")
    parser.add_argument("--name", default="wenbao-encoder-news")
    parser.add_argument("--seen", nargs="*", default=SEEN, metavar="KIND=TIMES", help="how often an epoch has a kind")
    parser.add_argument("--steps", type=int, default=Recipe().steps)
    parser.add_argument("--seed", type=int, default=Recipe().seed)
    args = parser.parse_args()
    import torch
    from tokenizers import Tokenizer
    from transformers import BertModel

    recipe = Recipe(steps=args.steps, seed=args.seed)
    torch.manual_seed(recipe.seed)
    tokenizer_json = args.tokenizer.read_text(encoding="utf-8")
    tokenizer = Tokenizer.from_str(tokenizer_json)
    tokenizer.no_padding()
    tokenizer.enable_truncation(min(recipe.passage_tokens, MAX_TOKENS))
    model = BertModel.from_pretrained(args.base, add_pooling_layer=False).float().eval()
    args.work.mkdir(parents=True, exist_ok=True)
    trained = _train(model, tokenizer, _read(args.pairs, args.seen, recipe.seed), recipe, args.work / "checkpoint.pt")
    for path in write_encoder(args.out, trained, tokenizer_json, name=args.name):
        print(f"{path}  {path.stat().st_size:,} bytes")
    if args.reference:
        write_reference(args.reference, trained, tokenizer_json)
        print(f"reference (fp32, safetensors): {args.reference}")


def _train(model: BertModel, tokenizer: Tokenizer, pairs: list[dict[str, Any]], recipe: Recipe, file: Path) -> Any:
    import torch

    device = "cuda" if torch.cuda.is_available() else "cpu"
    model.set_attn_implementation("sdpa")
    lower = _lower(model, recipe.frozen, device)
    upper = torch.nn.ModuleList(model.encoder.layer[recipe.frozen :]).to(device)
    masters = [weight.detach().clone().float() for weight in upper.parameters()]
    upper.to(torch.bfloat16)
    weights = list(upper.parameters())
    decayed = [master for master in masters if master.ndim > 1]
    others = [master for master in masters if master.ndim == 1]
    groups = [{"params": decayed, "weight_decay": 0.01}, {"params": others, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=recipe.rate, betas=(0.9, 0.98))
    done = 0
    if file.exists():
        held = torch.load(file, weights_only=True)
        done = held["step"]
        for master, weight, kept in zip(masters, weights, held["masters"], strict=True):
            master.copy_(kept)
            weight.data.copy_(kept)
        optimizer.load_state_dict(held["optimizer"])
        print(f"going on after step {done}", flush=True)
    losses: list[float] = []
    rights: list[float] = []
    started = saved = time.perf_counter()
    for step, batch in enumerate(_batches(pairs, recipe, tokenizer)):
        if step < done:
            continue
        if step == recipe.steps:
            break
        rate = recipe.rate * _share(step, recipe)
        for group in optimizer.param_groups:
            group["lr"] = rate
        loss, right = _step(batch, lower, upper, recipe, device)
        for master, weight in zip(masters, weights, strict=True):
            master.grad = weight.grad.float() if weight.grad is not None else None
            weight.grad = None
        torch.nn.utils.clip_grad_norm_(masters, 1.0)
        optimizer.step()
        for master, weight in zip(masters, weights, strict=True):
            weight.data.copy_(master)
        losses.append(loss)
        rights.append(right)
        if (step + 1) % 10 == 0:
            pace = (time.perf_counter() - started) / len(losses)
            print(
                f"{step + 1:5} loss {np.mean(losses[-50:]):.3f} right {np.mean(rights[-50:]):.3f} {pace:.2f} s a step",
                flush=True,
            )
        if time.perf_counter() - saved > 240 or step + 1 == recipe.steps:
            fresh = file.with_suffix(".new")
            torch.save({"step": step + 1, "masters": masters, "optimizer": optimizer.state_dict()}, fresh)
            fresh.replace(file)
            saved = time.perf_counter()
    for master, weight in zip(masters, upper.to(torch.float32).parameters(), strict=True):
        weight.data.copy_(master)
    return model.to("cpu").float().eval()


Batch = list[list[int]]
"""Token ids: first the questions, then the passage of each, then the negatives."""
Lower = Callable[["torch.Tensor"], "torch.Tensor"]


def _step(batch: tuple[Batch, int], lower: Lower, upper: Any, recipe: Recipe, device: str) -> tuple[float, float]:
    """Run a batch forward and back; returns the loss, and the share of questions that found their passage."""
    import torch

    rows, asked = batch
    order = sorted(range(len(rows)), key=lambda at: len(rows[at]))
    vectors: list[Any] = [None] * len(rows)
    for first in range(0, len(order), recipe.micro):
        chosen = order[first : first + recipe.micro]
        longest = max(len(rows[at]) for at in chosen)
        ids = torch.full((len(chosen), longest), PAD)
        for place, at in enumerate(chosen):
            ids[place, : len(rows[at])] = torch.tensor(rows[at])
        ids = ids.to(device)
        hidden = _through(upper, lower(ids).to(torch.bfloat16), ids)
        kept = (ids != PAD)[..., None].float()
        mean = (hidden.float() * kept).sum(1) / kept.sum(1)
        for place, at in enumerate(chosen):
            vectors[at] = mean[place]
    found = torch.nn.functional.normalize(torch.stack(vectors), dim=-1)
    scores = found[:asked] @ found[asked:].T / recipe.temperature
    target = torch.arange(asked, device=device)
    loss = torch.nn.functional.cross_entropy(scores, target)
    loss.backward()
    return loss.item(), (scores.argmax(1) == target).float().mean().item()


def _lower(model: BertModel, layers: int, device: str) -> Lower:
    """Return what turns token ids, int64 (texts, tokens), into the hidden state above the frozen layers."""
    import torch

    if device != "cpu":
        model.to(device)

        def run_there(ids: torch.Tensor) -> torch.Tensor:
            with torch.no_grad():
                return _through(model.encoder.layer[:layers], model.embeddings(input_ids=ids), ids)

        return run_there
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    with tempfile.TemporaryDirectory() as name:
        path = Path(name, "lower.onnx")
        full = model.encoder.layer
        model.encoder.layer = full[:layers]
        model.config.num_hidden_layers = layers
        export_int8(model, path)
        model.encoder.layer = full
        model.config.num_hidden_layers = len(full)
        session = onnxruntime.InferenceSession(path.read_bytes(), options, providers=["CPUExecutionProvider"])

    def run(ids: torch.Tensor) -> torch.Tensor:
        # One text at a time and without padding, as in the product: its scale of quantisation is its own.
        out = torch.zeros((*ids.shape, model.config.hidden_size))
        for at, row in enumerate(ids):
            length = int((row != PAD).sum())
            (hidden,) = session.run(None, {"input_ids": row[None, :length].numpy()})
            out[at, :length] = torch.from_numpy(hidden[0])
        return out

    return run


def _through(layers: Iterable[Any], hidden: torch.Tensor, ids: torch.Tensor) -> torch.Tensor:
    """Return what `layers` make of (texts, tokens, hidden); padding is not attended to."""
    import torch

    mask = torch.zeros(ids.shape, dtype=hidden.dtype, device=ids.device).masked_fill_(ids == PAD, -1e4)
    for layer in layers:
        out = layer(hidden, mask[:, None, None, :])
        hidden = out[0] if isinstance(out, tuple) else out
    return hidden


def _batches(
    pairs: Sequence[dict[str, Any]], recipe: Recipe, tokenizer: Tokenizer
) -> Iterator[tuple[list[list[int]], int]]:
    """Yield the batches of epoch after epoch, the same for the same seed."""
    epoch = 0
    while True:
        dice = random.Random(f"{recipe.seed} {epoch}")
        order = list(range(len(pairs)))
        dice.shuffle(order)
        for first in range(0, len(order) - recipe.batch + 1, recipe.batch):
            batch = [pairs[at] for at in order[first : first + recipe.batch]]
            questions = [PROMPTS["query"] + pair["question"] for pair in batch]
            passages = [PROMPTS["passage"] + pair["passage"] for pair in batch]
            hard = [PROMPTS["passage"] + dice.choice(pair["negatives"]) for pair in batch if pair["negatives"]]
            rows = [encoding.ids for encoding in tokenizer.encode_batch([*questions, *passages, *hard])]
            yield rows, len(batch)
        epoch += 1


def _share(step: int, recipe: Recipe) -> float:
    if step < recipe.warm:
        return (step + 1) / recipe.warm
    return 0.5 * (1 + math.cos(math.pi * (step - recipe.warm) / max(1, recipe.steps - recipe.warm)))


def _read(path: Path, seen: Sequence[str], seed: int) -> list[dict[str, Any]]:
    """Return the pairs of an epoch: each as many times as its kind is seen, part of a kind where that is a fraction."""
    times = {kind: float(count) for kind, count in (each.split("=") for each in seen)}
    dice = random.Random(seed)
    pairs = []
    with gzip.open(path, "rb") as lines:
        for line in lines:
            pair = json.loads(line)
            count = times.get(pair["kind"], 1.0)
            pairs += [pair] * (int(count) + (dice.random() < count % 1))
    return pairs


if __name__ == "__main__":
    main()
