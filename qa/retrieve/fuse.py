"""Fuse two rankings into one."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["fuse"]


def fuse(dense: Mapping[int, float], bm25: Mapping[int, float], *, dense_weight: float) -> dict[int, float]:
    """Return id → ``w · dense + (1 - w) · bm25``, each scaled to 0..1 over its own hits; a missing side counts 0.

    The weighted sum of min-max scaled scores ("convex combination": Bruch, Gai, Ingber, "An Analysis of Fusion
    Functions for Hybrid Retrieval", ACM TOIS 2023).

    >>> fuse({1: 0.9, 2: 0.8}, {2: 12.0, 3: 6.0}, dense_weight=0.5)
    {1: 0.5, 2: 0.5, 3: 0.0}
    """
    left, right = _scaled(dense), _scaled(bm25)
    return {
        number: dense_weight * left.get(number, 0.0) + (1 - dense_weight) * right.get(number, 0.0)
        for number in sorted(left.keys() | right.keys())
    }


def _scaled(scores: Mapping[int, float]) -> dict[int, float]:
    if not scores:
        return {}
    low, high = min(scores.values()), max(scores.values())
    if high == low:
        return dict.fromkeys(scores, 1.0)
    return {number: (score - low) / (high - low) for number, score in scores.items()}
