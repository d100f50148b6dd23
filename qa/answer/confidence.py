"""How likely it is that an answer is right: a logistic regression over what is known of its words.

The weights are learned by `training.confidence` from questions whose answers are known, with and without the article
that answers them (Platt, "Probabilistic Outputs for Support Vector Machines", 1999, of several signals).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

__all__ = ["CONFIDENCE", "Signs", "Weights", "probability"]


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


@dataclass(frozen=True, slots=True)
class Weights:
    """What each sign adds to the log-odds."""

    margin: float
    own: float
    setting: float
    behind: float
    fits: float
    bias: float


CONFIDENCE = Weights(margin=0.153, own=0.98, setting=0.0, behind=0.269, fits=1.036, bias=-2.712)


def probability(signs: Signs, weights: Weights = CONFIDENCE) -> float:
    """Return the probability that the marked words are right, 0 to 1.

    >>> probability(Signs(2.0, 0.5, 0.5, 0.0, 1.0), Weights(1.0, 2.0, 0.0, 1.0, 0.0, -3.0))
    0.5
    """
    odds = (
        weights.margin * signs.margin
        + weights.own * signs.own
        + weights.setting * signs.setting
        + weights.behind * signs.behind
        + weights.fits * signs.fits
        + weights.bias
    )
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))
