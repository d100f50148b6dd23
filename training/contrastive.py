"""Train the encoder on pairs of question and passage, from an unquantised encoder to one for the product.

    python -m training.contrastive --base FP32 --pairs pairs.jsonl.gz --work .work/train --out models/encoder

FP32 is the folder that `training.base --reference` writes. The loss is InfoNCE (van den Oord, Li, Vinyals,
"Representation Learning with Contrastive Predictive Coding", 2018): among the passages of a batch, one hard negative a
question with them, each question has to find its own. Only the upper layers learn (`training.halves`).

The work folder has a checkpoint, written every few minutes: started again, training goes on where it was and comes to
the same weights as without the break.
"""

from __future__ import annotations

import gzip
import json
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from training.export import MAX_TOKENS, PROMPTS, write_encoder, write_reference
from training.halves import PAD, Halves, padded, training_parser

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from transformers import BertModel

__all__ = ["Recipe", "main"]

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
    """Steps until `rate` is reached; in the last quarter of `steps` it falls to nothing."""
    temperature: float = 0.02
    passage_tokens: int = 256
    micro: int = 16
    """Texts run together, of about one length."""
    seed: int = 1


def main() -> None:
    """Train, or go on training, then write the encoder."""
    parser = training_parser(__doc__, name="wenbao-encoder-news", steps=Recipe().steps, seed=Recipe().seed)
    parser.add_argument("--pairs", type=Path, required=True, help="what training.pairs wrote")
    parser.add_argument("--reference", type=Path, help="also write the weights as fp32 sentence-transformers")
    parser.add_argument("--seen", nargs="*", default=SEEN, metavar="KIND=TIMES", help="how often an epoch has a kind")
    parser.add_argument("--rate", type=float, default=Recipe().rate)
    args = parser.parse_args()
    import torch
    from tokenizers import Tokenizer
    from transformers import BertModel

    recipe = Recipe(steps=args.steps, rate=args.rate, seed=args.seed)
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
    halves = Halves(model, frozen=recipe.frozen, rate=recipe.rate, warm=recipe.warm, steps=recipe.steps)
    done = halves.load(file)
    losses: list[float] = []
    rights: list[float] = []
    started = saved = time.perf_counter()
    for step, batch in enumerate(_batches(pairs, recipe, tokenizer)):
        if step == recipe.steps:
            break
        if step < done:
            continue
        loss, right = _carry_back(batch, halves, recipe)
        halves.learn(step)
        losses.append(loss)
        rights.append(right)
        if (step + 1) % 10 == 0:
            pace = (time.perf_counter() - started) / len(losses)
            print(
                f"{step + 1:5} loss {np.mean(losses[-50:]):.3f} right {np.mean(rights[-50:]):.3f} {pace:.2f} s a step",
                flush=True,
            )
        if time.perf_counter() - saved > 240 or step + 1 == recipe.steps:
            halves.save(file, step + 1)
            saved = time.perf_counter()
    return halves.finished()


Batch = list[list[int]]
"""Token ids: first the questions, then the passage of each, then the negatives."""


def _carry_back(batch: tuple[Batch, int], halves: Halves, recipe: Recipe) -> tuple[float, float]:
    """Run a batch forward and back; returns the loss, and the share of questions that found their passage."""
    import torch

    rows, asked = batch
    order = sorted(range(len(rows)), key=lambda at: len(rows[at]))
    vectors: list[Any] = [None] * len(rows)
    for first in range(0, len(order), recipe.micro):
        chosen = order[first : first + recipe.micro]
        ids = padded([rows[at] for at in chosen])
        hidden = halves.hidden(ids)
        kept = (ids.to(halves.device) != PAD)[..., None].float()
        mean = (hidden.float() * kept).sum(1) / kept.sum(1)
        for place, at in enumerate(chosen):
            vectors[at] = mean[place]
    found = torch.nn.functional.normalize(torch.stack(vectors), dim=-1)
    scores = found[:asked] @ found[asked:].T / recipe.temperature
    target = torch.arange(asked, device=halves.device)
    loss = torch.nn.functional.cross_entropy(scores, target)
    loss.backward()
    return loss.item(), (scores.argmax(1) == target).float().mean().item()


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
