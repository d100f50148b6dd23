"""How likely it is that an answer is right: a logistic regression over what is known of its words.

The weights are learned by `training.confidence` from questions whose answers are known, with and without the article
that answers them (Platt, "Probabilistic Outputs for Support Vector Machines", 1999, of several signals).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["CONFIDENCE", "Signs", "Weights", "leads", "probability", "strength"]

SETTLED = 1.0
"""Lead of words beside which no others were marked."""
SAME = 0.5
"""Words that share this part of their characters say the same."""


@dataclass(frozen=True, slots=True)
class Signs:
    """What is known of marked words as the answer to a question."""

    margin: float
    """What the reader says for them less what it says for "no answer"."""
    own: float
    """Share of the question's words, by rarity, that their sentence has, 0 to 1."""
    setting: float
    """The same, of the sentence in its paragraph, head and article."""
    behind: float
    """How far retrieval puts the passage behind its best, 0 or less."""
    fits: float
    """1 where there is something of the form asked for, a figure, a day, a speaker; else 0."""
    near: float
    """How much nearer to the question the passage is than unrelated ones (`Candidate.nearness`)."""
    lead: float = 0.0
    """How much more speaks for these words than for the best that say something else (`leads`)."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What each sign adds to the log-odds."""

    margin: float
    own: float
    setting: float
    behind: float
    fits: float
    near: float
    lead: float
    bias: float


CONFIDENCE = Weights(
    margin=0.074, own=0.479, setting=0.0, behind=0.129, fits=0.499, near=0.442, lead=2.309, bias=-4.014
)
NEAR_UNKNOWN = 4.4
"""Stands for `near` where a passage has no vector, or was given with the question: the mean of right answers."""


def strength(signs: Signs, weights: Weights = CONFIDENCE) -> float:
    """Return how much speaks for marked words by themselves, to be held against others marked for the same question."""
    return (
        weights.margin * signs.margin
        + weights.own * signs.own
        + weights.setting * signs.setting
        + weights.behind * signs.behind
        + weights.fits * signs.fits
    )


def probability(signs: Signs, weights: Weights = CONFIDENCE) -> float:
    """Return the probability that the marked words are right, 0 to 1.

    >>> probability(Signs(2.0, 0.5, 0.5, 0.0, 1.0, 0.5, -1.0), Weights(1.0, 2.0, 0.0, 1.0, 0.0, 4.0, 2.0, -3.0))
    0.5
    """
    odds = strength(signs, weights) + weights.near * signs.near + weights.lead * signs.lead + weights.bias
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))


def leads(strengths: Sequence[float], words: Sequence[str]) -> list[float]:
    """Return, for each of the words marked, its strength less that of the strongest that say something else.

    >>> leads([2.0, 1.5, 0.5], ["刘保新", "主席刘保新", "刘涛"]), leads([1.0], ["刘涛"])
    ([1.5, 1.0, -1.5], [1.0])
    """
    order = sorted(range(len(words)), key=lambda at: -strengths[at])
    characters = [Counter(each) for each in words]
    found = []
    for at, own in enumerate(strengths):
        best = next((strengths[other] for other in order if not _same(characters[at], characters[other])), None)
        found.append(SETTLED if best is None else own - best)
    return found


def _same(one: Counter[str], other: Counter[str]) -> bool:
    return 2 * (one & other).total() >= SAME * (one.total() + other.total())
