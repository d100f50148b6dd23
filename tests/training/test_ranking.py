"""The weights that put right ones first."""

from __future__ import annotations

import numpy as np

from training.ranking import ranking_weights


def test_the_signal_that_tells_gets_the_weight() -> None:
    chance = np.random.default_rng(1)
    groups = []
    for _ in range(200):
        rows = chance.normal(size=(8, 3)) * [1, 10, 1]
        right = np.zeros(8, np.bool_)
        right[np.argmax(rows[:, 1] + chance.normal(size=8))] = True
        groups.append((rows, right))
    weights = ranking_weights(groups)
    assert (weights >= 0).all()
    assert weights[1] * 10 > 5 * max(weights[0], weights[2])


def test_groups_that_teach_nothing_are_left_out() -> None:
    rows = np.array([[0.0], [1.0]])
    telling = (rows, np.array([False, True]))
    silent = [(rows, np.array([False, False])), (rows, np.array([True, True]))]
    assert ranking_weights([telling, *silent]) == ranking_weights([telling])
    assert ranking_weights([telling])[0] > 0
    assert ranking_weights([(-rows, np.array([False, True]))])[0] == 0
