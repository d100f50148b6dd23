"""From two numbers a token to the spans of a passage that answer, each against "no answer"."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embeddings.pairing import Row

__all__ = ["Marked", "best_spans"]

LONGEST = 160
"""Tokens a span may have."""


@dataclass(frozen=True, slots=True)
class Marked:
    """A span ``passage[start:end]`` and its score: above 0 it answers rather than not.

    The score is the sum of the span's two numbers, begin and end, less that of "no answer"; since each passage is held
    against the same, scores can be compared across passages of a question.
    """

    start: int
    end: int
    score: float


def best_spans(row: Row, scores: NDArray[np.float32], *, count: int = 1) -> list[Marked]:
    """Return up to `count` spans that share no token, best first; `scores` are float32 (tokens, 2), of all of the row.

    A span lies within one line of its passage.

    >>> row = Row(np.arange(7), 4, np.array([[0, 2], [2, 3]]), np.array([0, 0]))
    >>> numbers = np.array([[1, 1], [9, 9], [9, 9], [9, 9], [2, 0], [0, 3], [0, 0]], np.float32)
    >>> best_spans(row, numbers)
    [Marked(start=0, end=3, score=3.0)]
    """
    tokens = len(row.spans)
    if not tokens:
        return []
    begins, ends = scores[row.first : row.first + tokens].astype(np.float64).T
    none = float(scores[0].astype(np.float64).sum())
    sums = begins[:, None] + ends[None, :]
    places = np.arange(tokens)
    ahead = places[None, :] - places[:, None]
    sums[(ahead < 0) | (ahead >= LONGEST) | (row.lines[None, :] != row.lines[:, None])] = -np.inf
    found: list[Marked] = []
    while len(found) < count:
        at = int(np.argmax(sums))  # the first of equals: the earliest, then the shortest
        begin, end = divmod(at, tokens)
        if not np.isfinite(sums[begin, end]):
            break
        found.append(Marked(int(row.spans[begin, 0]), int(row.spans[end, 1]), float(sums[begin, end]) - none))
        sums[: end + 1, begin:] = -np.inf
    return found
