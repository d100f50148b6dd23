"""Which column goes on in which: the body blocks of a page joined to the running text of its stories.

Each block may follow one other and be followed by one. What speaks for a pair: it stands in the next column or below,
it was drawn right after, and the text agrees (a column that breaks off wants a block that begins without an indent).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from qa.ingest.segment.lines import Line, ends_sentence
from qa.records import LineBox

__all__ = ["Column", "Placed", "breaks_off", "column_lefts", "fills", "indented", "join_columns"]

INDENT = 1.2
"""White at a line's beginning, in type sizes, from which on it is an indent."""
FILLED = 1.3
"""White at a line's end, in type sizes, up to which the line fills its column."""
GUTTER = 4.0
"""Widest white between neighbouring columns, in type sizes."""
EDGE = 0.8
"""How far edges that should be in line may lie apart, in type sizes."""
FAR = 9.0
"""Cost of going on somewhere that is neither beside nor below."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A line and its box."""

    line: Line
    box: LineBox


@dataclass(frozen=True, slots=True)
class Column:
    """A block of body lines with its edges, and what its first and last line say about going on.

    `headed` tells that a head stands right above.
    """

    lines: tuple[Placed, ...]
    box: LineBox
    opens: bool
    """The first line is indented, or begins with a lead-in."""
    breaks: bool
    """The last line fills the column and does not end a sentence."""
    headed: bool
    order: int
    """Place of the block in the order in which the page was drawn."""
    top: float
    """Where it begins, with the byline that stands over it alone."""
    lead_in: bool = False
    """The first line begins an article (本报讯…)."""
    jumps: bool = False
    """Its end says that the story goes on on another page."""


def column_lefts(boxes: Sequence[LineBox]) -> list[float]:
    """Return the left edges that many body lines share, ascending."""
    counts = Counter(round(box.left) for box in boxes)
    return sorted(left for left, count in counts.items() if count >= 4)


def indented(placed: Placed, left: float) -> bool:
    """Tell whether a line begins with white, beyond what a mark's own body leaves."""
    return placed.box.left - left > INDENT * placed.box.size


def fills(placed: Placed, right: float) -> bool:
    """Tell whether a line reaches the right edge of its column."""
    return right - placed.box.right < FILLED * placed.box.size


def breaks_off(placed: Placed, right: float) -> bool:
    """Tell whether a column's last line leaves a sentence open."""
    return fills(placed, right) and not ends_sentence(placed.line.text)


def join_columns(columns: Sequence[Column]) -> list[list[int]]:
    """Return the columns' numbers in reading order, a list for each run of text."""
    offers = sorted(
        (_cost(first, second, columns) - _alone(first, second), at, to)
        for at, first in enumerate(columns)
        for to, second in enumerate(columns)
        if at != to
    )
    after: dict[int, int] = {}
    before: dict[int, int] = {}
    for cost, at, to in offers:
        if cost < 0 and at not in after and to not in before and _end(at, after) != _end(to, after):
            after[at], before[to] = to, at
    runs = []
    for at in range(len(columns)):
        if at not in before:
            run = [at]
            while run[-1] in after:
                run.append(after[run[-1]])
            runs.append(run)
    return runs


def _end(at: int, after: dict[int, int]) -> int:
    while at in after:
        at = after[at]
    return at


def _alone(first: Column, second: Column) -> float:
    """Cost of leaving `first` without a column after it, and `second` without one before it."""
    ending = 5.0 if first.breaks and not first.jumps else 0.0
    if second.headed and second.opens:
        return ending
    if second.lead_in:
        return ending + 0.5
    return ending + (2.5 if second.opens else 6.0)


def _cost(first: Column, second: Column, columns: Sequence[Column]) -> float:
    """Cost of `second` going on where `first` ends."""
    size = max(first.box.size, second.box.size)
    cost = _way(first, second, columns, size)
    if second.order == first.order + 1:
        cost -= 1.5
    if first.jumps:
        cost += 8.0
    if first.breaks == second.opens:
        cost += 5.0 if first.breaks else 4.0
    elif first.breaks:
        cost -= 2.0
    if second.lead_in:
        cost += 5.0
    if second.headed and second.opens:
        cost += 3.0
    if abs(_width(first) - _width(second)) > 0.08 * _width(first) + size:
        cost += 3.0
    return cost + (6.0 if abs(first.box.size - second.box.size) > 0.06 * size else 0.0)


def _way(first: Column, second: Column, columns: Sequence[Column], size: float) -> float:
    """Cost of the way on the page from the end of `first` to the beginning of `second`."""
    a, b = first.box, second.box
    gutter = b.left - a.right
    line = 1.6 * size
    if -EDGE * size <= gutter <= GUTTER * size and b.top < a.bottom and a.top < b.bottom:
        return 0.5 + min(3.0, 0.5 * min(abs(a.top - b.top), abs(a.bottom - b.bottom)) / line)
    if abs(a.left - b.left) <= EDGE * size and b.top > a.bottom - size:
        between = sum(
            1 for other in columns if a.bottom <= other.box.top and other.box.bottom <= b.top and _share(other.box, b)
        )
        return 0.5 + min(6.0, 0.25 * (b.top - a.bottom) / line) + 3.0 * between
    if gutter > 0 and b.top < a.bottom and a.top < b.bottom:
        return 3.0 + min(4.0, 0.5 * min(abs(a.top - b.top), abs(a.bottom - b.bottom)) / line + 0.1 * gutter / size)
    return FAR if b.top > a.top or b.left > a.left else FAR + 3.0


def _share(first: LineBox, second: LineBox) -> bool:
    return first.left < second.right and second.left < first.right


def _width(column: Column) -> float:
    return column.box.right - column.box.left
