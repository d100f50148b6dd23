"""Train the reader: mark the words of a passage that answer a question, or tell that none do.

    python -m training.reader --base FP32 --readings readings.jsonl.gz --work .work/reader --out models/reader

FP32 is the folder that `training.base --reference` writes. The reader is the encoder with two numbers a token, how well
an answer begins and ends there; the first token of the input stands for "no answer" (Devlin et al., "BERT", NAACL 2019,
as for SQuAD 2.0). An epoch shows each question with a stretch of its text that has the answer, at another length each
time, and some with one that has not: another stretch of the text, or a passage of the news that nearly answers. Since
all are held against the same "no answer", their scores can be compared across passages.

A part of the texts is held out; what the reader makes of them is printed now and then. The work folder has a
checkpoint, written every few minutes: started again, training goes on where it was; with fewer `--steps` than were
done, the reader is written as it is.
"""

from __future__ import annotations

import gzip
import json
import random
import time
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from embeddings.pairing import Pairing, Row
from embeddings.spans import Marked, best_spans
from qa.evaluate import exact_match, f1_score
from qa.ingest.passages import cut_sentences
from training.export import MAX_TOKENS, write_reader
from training.halves import Halves, padded, training_parser
from training.questions import KINDS

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer

__all__ = ["Recipe", "Window", "main", "windows"]

MADE = [f"made-{kind}" for kind in KINDS]
SEEN = {
    "crud-news": 2.0,
    "sec-news": 2.0,
    "cmrc-trial": 2.0,
    "drcd-dev": 1.0,
    "drcd-test": 1.0,
    "xquad-zh": 1.0,
    "squad2-zh": 0.55,
    **dict.fromkeys(MADE, 0.7),
}
"""How often an epoch has a question of each kind; those on news count for more than those on an encyclopedia."""
ASIDE = {"crud-news": 0.8, "sec-news": 0.4, "squad2-zh": 0.0}
ASIDE_OTHERS = 0.2
"""How many windows without an answer an epoch has for each one with."""
OWN = 0.4
"""Share of those that are of the answer's own text, where it is long enough."""
HELD_OUT = 30
"""One text of so many is held out."""
WATCHED, WATCHED_EVERY = 200, 500
"""Of those, so many questions are asked every so many steps."""
SAVED_EVERY = 240.0
"""Seconds."""
LONGEST_CHARS = 420
"""Answers in a longer stretch are left out."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What training depends on beside the data."""

    steps: int = 3000
    batch: int = 16
    """Windows a step."""
    frozen: int = 4
    """Lower layers that stay as they are."""
    rate: float = 8e-5
    warm: int = 200
    """Steps until `rate` is reached; in the last quarter of `steps` it falls to nothing."""
    chars: tuple[int, int] = (120, 320)
    """Length a window is filled up to, in characters, drawn evenly."""
    dropout: float = 0.1
    """Share of what each learning layer adds that is left out."""
    micro: int = 8
    """Windows run together, of about one length."""
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Window:
    """A question, a stretch of text, and the answer ``text[start:end]``, or -1 twice."""

    question: str
    text: str
    start: int
    end: int


def main() -> None:
    """Train, or go on training, then write the reader."""
    parser = training_parser(__doc__, name="wenbao-reader-news", steps=Recipe().steps, seed=Recipe().seed)
    parser.add_argument("--readings", type=Path, required=True, help="what training.readings wrote")
    parser.add_argument("--frozen", type=int, default=Recipe().frozen)
    parser.add_argument("--rate", type=float, default=Recipe().rate)
    args = parser.parse_args()
    import torch
    from tokenizers import Tokenizer
    from transformers import BertModel

    recipe = Recipe(steps=args.steps, frozen=args.frozen, rate=args.rate, seed=args.seed)
    torch.manual_seed(recipe.seed)
    tokenizer_json = args.tokenizer.read_text(encoding="utf-8")
    tokenizer = Tokenizer.from_str(tokenizer_json)
    model = BertModel.from_pretrained(args.base, add_pooling_layer=False).float().eval()
    head = torch.nn.Linear(model.config.hidden_size, 2)
    torch.nn.init.normal_(head.weight, std=0.02)
    torch.nn.init.zeros_(head.bias)
    readings = _read(args.readings)
    args.work.mkdir(parents=True, exist_ok=True)
    halves = Halves(
        model,
        frozen=recipe.frozen,
        rate=recipe.rate,
        warm=recipe.warm,
        steps=recipe.steps,
        dropout=recipe.dropout,
        head=head,
    )
    _train(halves, tokenizer, readings, recipe, args.work / "checkpoint.pt")
    for path in write_reader(args.out, halves.finished(), head, tokenizer_json, name=args.name):
        print(f"{path}  {path.stat().st_size:,} bytes")


def windows(readings: Sequence[dict[str, Any]], recipe: Recipe, epoch: int) -> Iterator[Window]:
    """Yield the windows of an epoch in their order, the same for the same recipe."""
    dice = random.Random(f"{recipe.seed} {epoch}")
    found: list[Window] = []
    for reading in readings:
        kind = reading["kind"]
        times = SEEN[kind] * (1 if reading["start"] >= 0 else 0.8)
        for _ in range(int(times) + (dice.random() < times % 1)):
            chars = dice.randint(*recipe.chars)
            window = _with_answer(reading, chars, dice)
            if window is None:
                continue
            found.append(window)
            if window.start >= 0 and dice.random() < ASIDE.get(kind, ASIDE_OTHERS):
                aside = _without_answer(reading, chars, dice)
                found += [aside] if aside else []
    dice.shuffle(found)
    yield from found


def _with_answer(reading: dict[str, Any], chars: int, dice: random.Random) -> Window | None:
    """Return sentences around the answer, or of a text that has none; None where the answer is too long."""
    text, start, end = reading["text"], reading["start"], reading["end"]
    sentences = cut_sentences(text)
    if start < 0:
        return _window(reading, _run(sentences, dice.randrange(len(sentences)), None, chars, dice))
    first = max((at for at, span in enumerate(sentences) if span[0] <= start), default=0)
    last = min((at for at, span in enumerate(sentences) if end <= span[1]), default=len(sentences) - 1)
    if (
        sentences[last][1] - sentences[first][0] > LONGEST_CHARS
        or not sentences[first][0] <= start <= end <= sentences[last][1]
    ):
        return None
    return _window(reading, _run(sentences, first, last, chars, dice))


def _without_answer(reading: dict[str, Any], chars: int, dice: random.Random) -> Window | None:
    """Return sentences of the same text beside the answer, or a passage that nearly answers."""
    text, start, end = reading["text"], reading["start"], reading["end"]
    if dice.random() < OWN or not reading["near"]:
        sentences = [span for span in cut_sentences(text) if span[1] <= start or span[0] >= end]
        before, after = [s for s in sentences if s[1] <= start], [s for s in sentences if s[0] >= end]
        side = dice.choice([side for side in (before, after) if side] or [[]])
        if side:
            low, high = _run(side, dice.randrange(len(side)), None, chars, dice)
            if text[start:end] not in text[low:high]:
                return _window({**reading, "start": -1}, (low, high))
    if not reading["near"]:
        return None
    near = dice.choice(reading["near"])
    sentences = cut_sentences(near)
    if not sentences:
        return None
    low, high = _run(sentences, dice.randrange(len(sentences)), None, chars, dice)
    return Window(reading["question"], near[low:high], -1, -1)


def _run(
    sentences: Sequence[tuple[int, int]], first: int, last: int | None, chars: int, dice: random.Random
) -> tuple[int, int]:
    """Return the span of sentences from `first` to `last`, grown on either side by chance up to `chars`."""
    last = first if last is None else last
    sides = [-1, 1]
    while sides:
        side = dice.choice(sides)
        low, high = (first - 1, last) if side < 0 else (first, last + 1)
        if low < 0 or high == len(sentences) or sentences[high][1] - sentences[low][0] > chars:
            sides.remove(side)
        else:
            first, last = low, high
    return sentences[first][0], sentences[last][1]


def _window(reading: dict[str, Any], span: tuple[int, int]) -> Window:
    low, high = span
    start, end = (reading["start"] - low, reading["end"] - low) if reading["start"] >= 0 else (-1, -1)
    return Window(reading["question"], reading["text"][low:high], start, end)


def _train(halves: Halves, tokenizer: Tokenizer, readings: list[dict[str, Any]], recipe: Recipe, file: Path) -> None:
    import torch

    pairing = Pairing(tokenizer, MAX_TOKENS)
    kept = [reading for reading in readings if _part(reading)]
    watched = _watched([each for each in readings if not _part(each) and each["kind"] not in MADE], recipe)
    done = halves.load(file)
    losses: list[float] = []
    started = saved = time.perf_counter()
    for step, batch in enumerate(_batches(kept, recipe)):
        if step == recipe.steps:
            break
        if step < done:
            continue
        torch.manual_seed(recipe.seed * recipe.steps + step)  # the same dropout, broken off or not
        losses.append(_carry_back(batch, halves, pairing, recipe))
        rate = halves.learn(step)
        if (step + 1) % 50 == 0:
            pace = (time.perf_counter() - started) / len(losses)
            print(f"{step + 1:5} loss {np.mean(losses[-200:]):.3f} rate {rate:.1e} {pace:.2f} s a step", flush=True)
        last = step + 1 == recipe.steps
        if time.perf_counter() - saved > SAVED_EVERY or last:
            halves.save(file, step + 1)
            saved = time.perf_counter()
        if (step + 1) % WATCHED_EVERY == 0 or last:
            print(_report(watched, halves, pairing, recipe), flush=True)


def _carry_back(batch: Sequence[Window], halves: Halves, pairing: Pairing, recipe: Recipe) -> float:
    """Run a batch forward and back; returns the loss, the mean of the cross-entropies of begin and end."""
    import torch

    total = 0.0
    for rows, targets in _micros(batch, pairing, recipe):
        scores = _scores(rows, halves)
        losses = torch.nn.functional.cross_entropy(scores, torch.tensor(targets, device=halves.device), reduction="sum")
        loss = losses / (2 * len(batch))
        loss.backward()
        total += loss.item()
    return total


def _micros(
    batch: Sequence[Window], pairing: Pairing, recipe: Recipe
) -> Iterator[tuple[list[Row], list[tuple[int, int]]]]:
    """Yield rows of about one length, with the places of begin and end in each; 0 is "no answer"."""
    made = []
    for window in batch:
        row = pairing.row(window.question, window.text)
        target = row.token_span(window.start, window.end) if window.start >= 0 else (0, 0)
        if target is not None:
            made.append((row, target))
    made.sort(key=lambda pair: len(pair[0].ids))
    for first in range(0, len(made), recipe.micro):
        rows, targets = zip(*made[first : first + recipe.micro], strict=True)
        yield list(rows), list(targets)


def _scores(rows: Sequence[Row], halves: Halves) -> torch.Tensor:
    """Return what the model says of each token, float32 (rows, tokens, 2); all but the passage and place 0 are shut."""
    import torch

    ids = padded([row.ids.tolist() for row in rows])
    scores = halves.head(halves.hidden(ids)).float()
    shut = torch.ones(ids.shape, dtype=torch.bool)
    shut[:, 0] = False
    for at, row in enumerate(rows):
        shut[at, row.first : row.first + len(row.spans)] = False
    return scores.masked_fill(shut.to(halves.device)[..., None], -1e4)


def _batches(readings: Sequence[dict[str, Any]], recipe: Recipe) -> Iterator[list[Window]]:
    epoch = 0
    while True:
        shown = list(windows(readings, recipe, epoch))
        print(f"epoch {epoch}: {len(shown):,} windows, {len(shown) // recipe.batch:,} steps", flush=True)
        for first in range(0, len(shown) - recipe.batch + 1, recipe.batch):
            yield shown[first : first + recipe.batch]
        epoch += 1


def _watched(readings: Sequence[dict[str, Any]], recipe: Recipe) -> list[tuple[str, Window, Window | None]]:
    """Return windows of the held-out texts: with answer, and beside each, where there is one, one without."""
    dice = random.Random(recipe.seed)
    found = []
    for reading in dice.sample([each for each in readings if each["start"] >= 0], WATCHED):
        window = _with_answer(reading, max(recipe.chars), dice)
        if window is not None:
            found.append((reading["kind"], window, _without_answer(reading, max(recipe.chars), dice)))
    return found


def _report(
    watched: Sequence[tuple[str, Window, Window | None]], halves: Halves, pairing: Pairing, recipe: Recipe
) -> str:
    """Return a line: exact match and F1, of the answers always given; and how often a right passage beats a wrong."""
    import torch

    flat = [window for _, right, wrong in watched for window in (right, wrong) if window is not None]
    rows = [pairing.row(window.question, window.text) for window in flat]
    best: dict[Window, Marked] = {}
    order = sorted(range(len(rows)), key=lambda at: len(rows[at].ids))
    with torch.no_grad():
        for first in range(0, len(order), recipe.micro):
            chosen = order[first : first + recipe.micro]
            scores = _scores([rows[at] for at in chosen], halves).cpu().numpy()
            for at, of in zip(chosen, scores, strict=True):
                best[flat[at]] = best_spans(rows[at], of)[0]
    told = [(kind, right.text[best[right].start : best[right].end], right) for kind, right, _ in watched]
    by_kind = {kind: [f1_score(said, w.text[w.start : w.end]) for k, said, w in told if k == kind] for kind in SEEN}
    exact = [exact_match(said, w.text[w.start : w.end]) for _, said, w in told]
    mean = np.mean([value for values in by_kind.values() for value in values])
    yes = np.array([best[right].score for _, right, _ in watched])
    no = np.array([best[wrong].score for _, _, wrong in watched if wrong is not None])
    beats = np.mean(yes[:, None] > no[None, :])
    kinds = " ".join(f"{kind} {100 * np.mean(values):.1f}" for kind, values in by_kind.items() if values)
    return f"      F1 {100 * mean:.1f} EM {100 * np.mean(exact):.1f} told apart {beats:.3f}   {kinds}"


def _part(reading: dict[str, Any]) -> int:
    """Return 0 for a reading whose text is held out."""
    return zlib.crc32(reading["text"].encode()) % HELD_OUT


def _read(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rb") as lines:
        return [json.loads(line) for line in lines]


if __name__ == "__main__":
    main()
