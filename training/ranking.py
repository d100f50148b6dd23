"""Weights that put the right ones of a group first: listwise softmax.

Cao, Qin, Liu, Tsai, Li, "Learning to Rank: From Pairwise Approach to Listwise Approach", ICML 2007.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import logsumexp

__all__ = ["PULL", "Group", "ranking_weights"]

PULL = 1e-3
"""Of the weights to zero, in units of the signals' spread."""
Group = tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]
"""What is known of each of n, (n, signals), and which of them are right, (n,)."""


def ranking_weights(groups: Sequence[Group]) -> npt.NDArray[np.float64]:
    """Return the weights, (signals,), none below 0, that make it likeliest to draw a right one from each group.

    Groups of which none is right, or all are, teach nothing and are left out.
    """
    telling = [(rows, right) for rows, right in groups if right.any() and not right.all()]
    spread = np.mean([rows.std(axis=0) for rows, _ in telling], axis=0) + 1e-12
    scaled = [((rows - rows.mean(axis=0)) / spread, right) for rows, right in telling]

    def loss(weights: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        total, slope = PULL * float(weights @ weights), 2 * PULL * weights
        for rows, right in scaled:
            scores = rows @ weights
            every, ours = logsumexp(scores), logsumexp(scores[right])
            total += float(every - ours) / len(scaled)
            share = np.exp(scores - every)
            among = np.where(right, np.exp(scores - ours), 0.0)
            slope = slope + rows.T @ (share - among) / len(scaled)
        return total, slope

    signals = len(spread)
    best = minimize(loss, np.zeros(signals), jac=True, method="L-BFGS-B", bounds=[(0, None)] * signals).x
    found: npt.NDArray[np.float64] = best / spread
    return found
