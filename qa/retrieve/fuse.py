"""Fuse what is known of a passage into one score: a weighted sum, its weights learned from questions.

The weights are learned by `training.fusion`: those under which the right article most often has the best passage
(listwise softmax: Cao, Qin, Liu, Tsai, Li, "Learning to Rank: From Pairwise Approach to Listwise Approach", ICML 2007).
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["WEIGHTS", "Signals", "fuse"]


@dataclass(frozen=True, slots=True)
class Signals:
    """What is known of a passage as the answer to a question; or the weight of each."""

    cosine: float
    """Of the vectors of question and passage."""
    passage_bm25: float
    passage_coverage: float
    """Share of the question's words, by rarity, that the passage has, 0 to 1."""
    article_bm25: float
    """As `passage_bm25`, of the whole article."""
    article_coverage: float


WEIGHTS = Signals(cosine=66.38, passage_bm25=0.0, passage_coverage=8.0, article_bm25=0.03, article_coverage=4.33)


def fuse(signals: Signals, weights: Signals = WEIGHTS) -> float:
    """Return the weighted sum of `signals`; only differences between passages of one question mean anything.

    >>> fuse(Signals(0.5, 2.0, 1.0, 0.0, 0.0), Signals(10.0, 0.5, 1.0, 1.0, 1.0))
    7.0
    """
    return (
        weights.cosine * signals.cosine
        + weights.passage_bm25 * signals.passage_bm25
        + weights.passage_coverage * signals.passage_coverage
        + weights.article_bm25 * signals.article_bm25
        + weights.article_coverage * signals.article_coverage
    )
