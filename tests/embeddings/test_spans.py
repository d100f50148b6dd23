"""The best spans, against every span there is."""

from __future__ import annotations

import numpy as np
import pytest

from embeddings.pairing import Row
from embeddings.spans import LONGEST, Marked, best_spans


def made(tokens: int, seed: int) -> tuple[Row, np.ndarray]:
    first = 5
    spans = np.array([[2 * at, 2 * at + 2] for at in range(tokens)], np.int64).reshape(-1, 2)
    row = Row(np.zeros(first + tokens + 1, np.int64), first, spans, np.arange(tokens) // 17)
    scores = np.random.default_rng(seed).normal(size=(len(row.ids), 2)).astype(np.float32)
    return row, scores


def naive(row: Row, scores: np.ndarray) -> list[tuple[float, int, int]]:
    none = float(scores[0, 0]) + float(scores[0, 1])
    return [
        (float(scores[row.first + a, 0]) + float(scores[row.first + b, 1]) - none, a, b)
        for a in range(len(row.spans))
        for b in range(a, min(len(row.spans), a + LONGEST))
        if row.lines[a] == row.lines[b]
    ]


@pytest.mark.parametrize("seed", range(20))
def test_the_first_is_the_best_of_all(seed: int) -> None:
    row, scores = made(5 + 11 * seed, seed)
    best = max(naive(row, scores))
    found = best_spans(row, scores, count=1)[0]
    assert found.score == pytest.approx(best[0])
    assert (found.start, found.end) == (2 * best[1], 2 * best[2] + 2)


@pytest.mark.parametrize("seed", range(20))
def test_the_next_is_the_best_that_shares_no_token(seed: int) -> None:
    row, scores = made(12, seed)
    first, second = best_spans(row, scores, count=2)
    apart = [each for each in naive(row, scores) if 2 * each[2] + 2 <= first.start or 2 * each[1] >= first.end]
    assert second.score == pytest.approx(max(apart)[0])
    assert second.end <= first.start or second.start >= first.end


def test_no_more_than_there_are() -> None:
    row, scores = made(2, 1)
    assert 1 <= len(best_spans(row, scores, count=9)) <= 2
    assert best_spans(*made(0, 1), count=3) == []


def test_question_and_head_are_never_marked() -> None:
    row, scores = made(4, 1)
    scores[1 : row.first] = 99
    scores[-1] = 99
    assert best_spans(row, scores) == best_spans(row, np.where(scores == 99, -99, scores))


def test_equals_are_told_apart_by_place() -> None:
    row, _ = made(3, 1)
    assert best_spans(row, np.zeros((9, 2), np.float32)) == [Marked(0, 2, 0.0)]
