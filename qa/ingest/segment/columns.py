"""From line boxes to blocks: lines of one type size that stand below one another in one column.

A block is cut where its words or its type say that something else begins; the parts of upright type are put together.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from qa.ingest.segment.bylines import is_byline_line
from qa.ingest.segment.flows import Placed
from qa.ingest.segment.furniture import SMALL, begins_with_title, is_caption, is_page_furniture
from qa.ingest.segment.lines import LEAD_IN, ends_sentence, goes_on_elsewhere
from qa.records import LineBox

__all__ = ["around", "blocks_of", "byline_lines", "cut_block", "pile_uprights", "stands", "upright"]

SAME_SIZE = 1.12
"""Ratio up to which two type sizes count as one."""
OVERLAP = 0.5
"""Share of the narrower of two centred lines that must lie over or under the other."""
LEAD = 1.1
"""Greatest white between two lines of a block, in type sizes."""
FLUSH = 0.3
"""How far the right edges of two lines set to the right may lie apart, in type sizes."""
CLASH = 0.35
"""Overlap of two lines' boxes, in type sizes: accents and brackets reach out of their line."""
INDENT = 2.6
"""Type sizes by which the left edges of two lines of one column differ at most."""
BYLINE_PLACE = 3
"""Lines at the beginning and end of a block among which a byline can be."""
RESIZED = 0.93
"""Ratio of type sizes from which on a single line is of another type than the others."""
PILED = 1.2
"""White between two parts of one upright line, in type sizes."""


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


def around(boxes: Sequence[LineBox]) -> LineBox:
    """Return the box round `boxes`; its type size is their median."""
    return LineBox(
        min(box.left for box in boxes),
        min(box.top for box in boxes),
        max(box.right for box in boxes),
        max(box.bottom for box in boxes),
        median(box.size for box in boxes),
    )


def cut_block(lines: Sequence[Placed], size: float, edges: tuple[float, float]) -> list[list[Placed]]:
    """Cut a block where something else begins.

    That is a lead-in, a byline line, what follows a jump to another page or a running head, the text under the title
    of a notice, and type of another size.
    """
    if is_caption(lines, size):
        return [list(lines)]  # the photographer's line is part of it
    bylines = byline_lines(lines)
    running = [is_page_furniture(one, size, edges) for one in lines]
    titled = len(lines) > 1 and begins_with_title(lines, around([one.box for one in lines[1:]]))
    resized = _resized(lines)
    parts: list[list[Placed]] = [[]]
    for at, (before, one) in enumerate(pairwise([None, *lines])):
        assert one is not None
        if before and (
            (LEAD_IN.match(one.line.text) and ends_sentence(before.line.text))
            or bylines[at] != bylines[at - 1]
            or (goes_on_elsewhere(before.line.text) and before.line.text.endswith(("版）", "版)")))
            or running[at] != running[at - 1]
            or (titled and at == 1)
            or at == resized
        ):
            parts.append([])
        parts[-1].append(one)
    return parts


def byline_lines(lines: Sequence[Placed]) -> list[bool]:
    """Tell of each line whether it is a byline, or goes on with the names of the one before.

    A byline is not looked for in the middle of a column, nor where a line fills one, and the names in the brackets of
    a lead-in are none.
    """
    found: list[bool] = []
    box = around([one.box for one in lines])
    for at, one in enumerate(lines):
        text, before = one.line.text, lines[at - 1].line.text if at else ""
        filled = (
            at > 0
            and len(lines) > BYLINE_PLACE
            and one.box.right - one.box.left > box.right - box.left - 0.5 * box.size
        )
        if filled or BYLINE_PLACE <= at < len(lines) - BYLINE_PLACE or _in_lead_in(before, text):
            found.append(False)
            continue
        goes_on = at > 0 and found[-1] and is_byline_line(f"{before} {text}")
        found.append(goes_on or is_byline_line(text))
    return found


def pile_uprights(parts: Sequence[list[Placed]]) -> list[list[Placed]]:
    """Put the parts of upright lines together: a mark, or another drawing order, cuts them."""
    upper = sorted((part for part in parts if stands(part)), key=lambda part: part[0].box.top)
    into: dict[int, list[Placed]] = {}
    for at, part in enumerate(upper):
        for lower in upper[at + 1 :]:
            if id(lower) not in into and _under(part[-1].box, lower[0].box):
                root = into.get(id(part), part)
                root.extend(lower)
                into[id(lower)] = root
                break
    return [part for part in parts if id(part) not in into]


def stands(part: Sequence[Placed]) -> bool:
    """Tell whether lines are those of upright type, character under character."""
    return all(upright(one.box) or len(one.line.text) == 1 for one in part)


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
    centred = abs(first.left + first.right - second.left - second.right) < size
    return overlap >= OVERLAP * narrower and (centred or abs(first.right - second.right) < FLUSH * size)


def _in_lead_in(before: str, text: str) -> bool:
    """Tell whether a line stands in the brackets of a lead-in, or these follow on it."""
    return bool(_unclosed(before) > 0 or _unclosed(text) or (LEAD_IN.match(before) and text.startswith(("（", "("))))


def _unclosed(text: str) -> int:
    return sum(text.count(mark) for mark in "（(") - sum(text.count(mark) for mark in "）)")


def _resized(lines: Sequence[Placed]) -> int | None:
    """Return the place where a block goes over to another type size, for which all lines before and after speak."""
    sizes = [one.box.size for one in lines]
    if min(sizes) >= SMALL * max(sizes):
        return None
    for at in range(1, len(lines)):
        share = SMALL if 1 < at < len(lines) - 1 else RESIZED
        if max(sizes[:at]) < share * min(sizes[at:]) or max(sizes[at:]) < share * min(sizes[:at]):
            return at
    return None


def _under(above: LineBox, below: LineBox) -> bool:
    """Tell whether an upright line can go on in `below`."""
    size = max(above.size, below.size)
    return (
        abs(above.left + above.right - below.left - below.right) < size
        and min(above.size, below.size) * SAME_SIZE > size
        and -0.5 * size < below.top - above.bottom < PILED * size
    )
