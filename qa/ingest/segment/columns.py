"""From line boxes to blocks: lines of one type size that stand below one another in one column."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from qa.records import LineBox

__all__ = ["blocks_of", "upright"]

SAME_SIZE = 1.12
"""Ratio up to which two type sizes count as one."""
OVERLAP = 0.5
"""Share of the narrower of two centred lines that must lie over or under the other."""
LEAD = 1.1
"""Greatest white between two lines of a block, in type sizes."""
CLASH = 0.35
"""Overlap of two lines' boxes, in type sizes: accents and brackets reach out of their line."""
INDENT = 2.6
"""Type sizes by which the left edges of two lines of one column differ at most."""


def blocks_of(boxes: Sequence[LineBox]) -> list[tuple[int, ...]]:
    """Return the blocks as numbers of `boxes`, top to bottom in each, in the order in which the first of each came.

    Lines join where each is the other's nearest neighbour, so that a line across two columns joins neither by chance.

    >>> column = [LineBox(10, 12.0 * at, 100, 12.0 * at + 9, 9) for at in range(3)]
    >>> beside = [LineBox(120, 12.0 * at, 210, 12.0 * at + 9, 9) for at in range(2)]
    >>> blocks_of([column[0], beside[0], column[1], beside[1], column[2]])
    [(0, 2, 4), (1, 3)]
    """
    below, above = _nearest(boxes)
    after = {at: to for at, to in below.items() if above.get(to) == at}
    firsts = sorted(set(range(len(boxes))) - set(after.values()))
    blocks = []
    for at in firsts:
        block = [at]
        while block[-1] in after:
            block.append(after[block[-1]])
        blocks.append(tuple(block))
    return sorted(blocks, key=min)


def upright(box: LineBox) -> bool:
    """Tell whether a line's characters stand below one another."""
    return box.bottom - box.top > max(1.9 * box.size, 1.5 * (box.right - box.left))


def _nearest(boxes: Sequence[LineBox]) -> tuple[dict[int, int], dict[int, int]]:
    """Return for each line the nearest one below it, and above it, that can stand in its block."""
    order = sorted((at for at, box in enumerate(boxes) if not upright(box)), key=lambda at: (boxes[at].top, at))
    tops = [boxes[at].top for at in order]
    below: dict[int, tuple[float, float, int]] = {}
    above: dict[int, tuple[float, float, int]] = {}
    for at in order:
        box = boxes[at]
        low, high = box.bottom - CLASH * SAME_SIZE * box.size, box.bottom + LEAD * SAME_SIZE * box.size
        for other in order[bisect_left(tops, low) : bisect_right(tops, high)]:
            if other != at and _stacked(box, boxes[other]):
                gap, shift = boxes[other].top - box.bottom, abs(boxes[other].left - box.left)
                below[at] = min(below.get(at, (gap, shift, other)), (gap, shift, other))
                above[other] = min(above.get(other, (gap, shift, at)), (gap, shift, at))
    return {at: best[2] for at, best in below.items()}, {at: best[2] for at, best in above.items()}


def _stacked(first: LineBox, second: LineBox) -> bool:
    """Tell whether `second` can be the line after `first` in a block."""
    if not 1 / SAME_SIZE <= first.size / max(second.size, 0.1) <= SAME_SIZE:
        return False
    size = max(first.size, second.size)
    if not -CLASH * size <= second.top - first.bottom <= LEAD * size or second.top <= first.top:
        return False
    overlap = min(first.right, second.right) - max(first.left, second.left)
    if abs(first.left - second.left) <= INDENT * size:
        return overlap > -size  # a short last line and an indent need not overlap
    narrower = min(first.right - first.left, second.right - second.left)
    return overlap >= OVERLAP * narrower and abs(first.left + first.right - second.left - second.right) < size
