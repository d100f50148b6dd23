"""Learn the weights by which retrieval fuses what it knows of a passage: `qa.retrieve.fuse.WEIGHTS`.

    python -m training.fusion QUESTIONS.jsonl.gz --archive ARCHIVE [--source NAME]...

QUESTIONS are as `bench.retrieval` reads them; ARCHIVE is embedded with the encoder that is to be used. The weights are
those that make it likeliest that a question draws a passage of its right article (`training.ranking`). Figures are of
weights learned without the questions they are measured on: the questions are dealt out in ten parts by article, each
left out in turn. Those whose article was not found teach nothing, but count.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import astuple
from pathlib import Path

import numpy as np

from bench.retrieval import Asked, Found, find, read_asked, read_records
from qa import Archive
from qa.retrieve.fuse import Signals
from training.ranking import ranking_weights

__all__ = ["learn", "main"]

PARTS = 10
DEPTHS = (1, 3, 5, 10, 20, 50)


def main() -> None:
    """Print the weights, and what they find."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("questions", type=Path, help="JSON lines with question and article")
    parser.add_argument("--archive", type=Path, required=True)
    parser.add_argument("--source", action="append", help="only questions of this source")
    args = parser.parse_args()
    started = time.perf_counter()
    with Archive.open(args.archive) as archive:
        asked = read_asked(read_records(args.questions, args.source), archive)
        found = find(archive, asked)
    numbers = {number: place for place, number in enumerate(sorted({each.article for each in asked}))}
    part = [numbers[each.article] % PARTS for each in asked]
    places = []
    for left_out in range(PARTS):
        kept = [at for at in range(len(asked)) if part[at] != left_out]
        weights = learn([asked[at] for at in kept], [found[at] for at in kept])
        for at in (at for at in range(len(asked)) if part[at] == left_out):
            ranked = found[at].ranked("fused", weights)
            places.append(ranked.index(asked[at].article) + 1 if asked[at].article in ranked else np.inf)
    print(f"{len(asked)} questions, each part left out in turn")
    print("  ".join(f"R@{depth} {np.mean(np.array(places) <= depth):.3f}" for depth in DEPTHS))
    print(learn(asked, found))
    print(f"{time.perf_counter() - started:.0f} s")


def learn(asked: Sequence[Asked], found: Sequence[Found]) -> Signals:
    """Return the weights, rounded to what matters, under which the right articles stand out most."""
    groups = []
    for question, hits in zip(asked, found, strict=True):
        right = np.array([each.passage.article_id == question.article for each in hits.sightings], np.bool_)
        groups.append((np.array([astuple(each.signals) for each in hits.sightings], np.float64), right))
    return Signals(*(round(float(value), 2) for value in ranking_weights(groups)))


if __name__ == "__main__":
    main()
