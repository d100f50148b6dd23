"""Hold what a program says of its certainty against how often it is right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from qa.evaluate.scores import best_f1, matches

__all__ = ["Bin", "Calibration", "Judged", "Risk", "calibrate", "is_right", "risk_coverage"]

BINS = 10
RIGHT_F1 = 0.5


@dataclass(frozen=True, slots=True)
class Judged:
    """What was said of one answer, 0 to 1, and whether it was right."""

    confidence: float
    right: bool


@dataclass(frozen=True, slots=True)
class Bin:
    """The answers of a confidence from `low` on and below `high`; the last bin has 1 in it."""

    low: float
    high: float
    count: int
    confidence: float | None
    """On average; None for an empty bin."""
    right: float | None
    """The share of the right."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """How far confidence and rightness lie apart, both 0 at best."""

    count: int
    brier: float
    """Mean square of the difference (Brier, Monthly Weather Review 78, 1950)."""
    error: float
    """Expected calibration error: of each bin the difference of the means, weighted by its count (Guo et al., 2017)."""
    bins: tuple[Bin, ...]


@dataclass(frozen=True, slots=True)
class Risk:
    """The share of wrong answers where only the surest are given."""

    coverage: int
    """Percent of the questions that are answered."""
    answered: int
    confidence: float | None
    """Of the least sure of them; None, as `wrong`, where not so many have an answer."""
    wrong: float | None


def is_right(answer: str, golds: Sequence[str]) -> bool:
    """Tell whether an answer is a gold one or at least half of it, by F1; never where there is none.

    >>> is_right("许昌市副市长刘涛", ["刘涛"]), is_right("副市长刘涛", ["刘涛"]), is_right("刘涛", [])
    (False, True, False)
    """
    return bool(golds) and (matches(answer, golds) or best_f1(answer, golds) >= RIGHT_F1)


def calibrate(judged: Sequence[Judged]) -> Calibration | None:
    """Return Brier score, calibration error and the reliability table; None where nothing was answered.

    >>> found = calibrate([Judged(0.9, True), Judged(0.8, False)])
    >>> round(found.brier, 3), round(found.error, 3)
    (0.325, 0.45)
    """
    if not judged:
        return None
    held: dict[int, list[Judged]] = defaultdict(list)
    for each in judged:
        held[min(BINS - 1, int(each.confidence * BINS))].append(each)
    bins = tuple(_bin(at, held[at]) for at in range(BINS))
    apart = sum(each.count * abs((each.confidence or 0.0) - (each.right or 0.0)) for each in bins)
    brier = sum((each.confidence - each.right) ** 2 for each in judged)
    return Calibration(len(judged), brier / len(judged), apart / len(judged), bins)


def risk_coverage(judged: Sequence[Judged], questions: int) -> tuple[Risk, ...]:
    """Return the risk at 10, 20 … 100 % of `questions`, the surest first.

    Of answers equally sure each counts as wrong as they are on average, so that their order is of no account.

    >>> told = risk_coverage([Judged(0.9, True), Judged(0.5, False), Judged(0.5, True)], 4)
    >>> [(each.coverage, each.answered, each.wrong) for each in told if each.coverage in (20, 50, 80)]
    [(20, 1, 0.0), (50, 2, 0.25), (80, 4, None)]
    """
    wrong: dict[float, list[bool]] = defaultdict(list)
    for each in judged:
        wrong[each.confidence].append(not each.right)
    sure = sorted((each.confidence for each in judged), reverse=True)
    running, upto = 0.0, [0.0]
    for confidence in sure:
        running += sum(wrong[confidence]) / len(wrong[confidence])
        upto.append(running)
    out = []
    for coverage in range(10, 101, 10):
        count = -(-questions * coverage // 100)
        known = 0 < count <= len(sure)
        out.append(Risk(coverage, count, sure[count - 1] if known else None, upto[count] / count if known else None))
    return tuple(out)


def _bin(at: int, judged: Sequence[Judged]) -> Bin:
    count = len(judged)
    confidence = sum(each.confidence for each in judged) / count if count else None
    right = sum(each.right for each in judged) / count if count else None
    return Bin(at / BINS, (at + 1) / BINS, count, confidence, right)
