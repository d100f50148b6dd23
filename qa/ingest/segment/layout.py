"""From a page whose lines have boxes to its stories: what is body, what is head, and what belongs to what.

The commonest type size is the body's. Larger lines are heads; a body column belongs to the head over it, and goes on
in the next column (`qa.ingest.segment.flows`). Where the place leaves open which head is whose, the words decide.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from qa.ingest.segment.columns import around, upright
from qa.ingest.segment.flows import Column, Placed, breaks_off, column_lefts, fills, indented, join_columns
from qa.ingest.segment.furniture import SET_IN
from qa.ingest.segment.kinds import kind_of
from qa.ingest.segment.labels import bigrams
from qa.ingest.segment.lines import LEAD_IN, Line, ends_section_head, ends_sentence, goes_on_elsewhere
from qa.ingest.segment.stories import Head, Story, item
from qa.ingest.segment.traced import Traced
from qa.ingest.segment.typography import Block, head_groups, label_blocks
from qa.records import LineBox, Page, PageItem

__all__ = ["find_stories"]

SLOT = 4.5
"""White between a head and the first line under it, in body sizes."""
BESIDE = 8.0
"""White between a head and the body to its right, in body sizes."""
CLOSE = 3.0
"""White between neighbouring columns, and between an upright head and the body to its left, in body sizes."""
BYLINE_SLOT = 2.5
"""White between a byline and the column under it, in body sizes."""
MATCH = 0.9
"""Least score with which a head goes to a body."""


@dataclass(frozen=True, slots=True)
class _Group:
    """The parts of one head: the box round them all, and the box round those that are no byline."""

    blocks: tuple[Block, ...]
    box: LineBox
    head: LineBox

    @property
    def upright(self) -> bool:
        """Tell whether the head stands upright, beside its story."""
        return all(upright(block.box) for block in self.blocks if block.kind == "head")

    def white(self, column: Column, size: float) -> float:
        """Return the white from the head down to a column, beside the byline where that is narrower."""
        white = column.top - self.box.bottom
        return white if white >= -size else column.top - self.head.bottom


def find_stories(page: Page) -> tuple[list[Story], list[PageItem]]:
    """Return the stories of a page that has boxes, top to bottom and left to right, and what belongs to none.

    Every line that is not blank is in exactly one of them.
    """
    blocks, size = label_blocks(page)
    groups = head_groups([block for block in blocks if block.kind in ("head", "byline")])
    heads = [_group(group) for group in groups if any(block.kind == "head" for block in group)]
    bylines = [block for group in groups if all(block.kind == "byline" for block in group) for block in group]
    columns = _columns([block for block in blocks if block.kind == "body"], bylines, size)
    headed = _headed(heads, columns, size)
    columns = [replace(column, headed=at in headed) for at, column in enumerate(columns)]
    runs = [[columns[at] for at in run] for run in join_columns(columns)]
    matched = _match(heads, runs, size)
    found: list[tuple[float, float, Story]] = []
    loose = [block for block in blocks if block.kind not in ("body", "head", "byline")]
    loose += [block for at, group in enumerate(heads) if at not in matched.values() for block in group.blocks]
    free = {id(block): block for block in bylines}
    for number, run in enumerate(runs):
        head = heads[matched[number]] if number in matched else None
        group = head.blocks if head else ()
        if not group and not _is_story(run):
            lines = tuple(placed for column in run for placed in column.lines)
            kind = "caption" if kind_of("", "".join(placed.line.text for placed in lines)) == "caption" else "furniture"
            loose.append(Block(lines, run[0].box, kind, order=0))
            continue
        named = [block for block in group if block.kind == "byline"]
        named += [block for block in bylines if id(block) in free and _names_writer(block.box, run, head, size)]
        for block in named[:1]:
            free.pop(id(block), None)
        loose += [block for block in named[1:] if id(block) not in free]
        box = around([*(block.box for block in group), *(column.box for column in run)])
        heading = _roles([block for block in group if block.kind == "head"])
        body, ends = _flow(run)
        byline = _one_line([placed.line for placed in named[0].lines]) if named else None
        found.append((box.top, box.left, Story(body, ends, heading, byline)))
    found.sort(key=lambda story: story[:2])
    return [story for _, _, story in found], [_item(block, page) for block in (*loose, *free.values())]


def _group(blocks: Sequence[Block]) -> _Group:
    head = around([block.box for block in blocks if block.kind == "head"])
    return _Group(tuple(blocks), around([block.box for block in blocks]), head)


def _columns(bodies: Sequence[Block], bylines: Sequence[Block], size: float) -> list[Column]:
    shared = column_lefts([line.box for body in bodies for line in body.lines])
    columns = []
    for body in bodies:
        left = _left(body, shared)
        first, last = body.lines[0], body.lines[-1]
        lead_in = bool(LEAD_IN.match(first.line.text))
        columns.append(
            Column(
                body.lines,
                LineBox(left, body.box.top, body.box.right, body.box.bottom, body.box.size),
                opens=lead_in or indented(first, left),
                breaks=breaks_off(last, body.box.right) and last.box.left - left < SET_IN * body.box.size,
                headed=False,
                order=body.order,
                top=min((name.box.top for name in bylines if _over(name.box, body.box, size)), default=body.box.top),
                lead_in=lead_in,
                jumps=any(goes_on_elsewhere(placed.line.text) for placed in body.lines[-2:]),
            )
        )
    return columns


def _over(byline: LineBox, body: LineBox, size: float) -> bool:
    """Tell whether a byline stands over a column, and over no other."""
    within = body.left - size <= byline.left and byline.right <= body.right + size
    return within and -size <= body.top - byline.bottom <= BYLINE_SLOT * size


def _names_writer(byline: LineBox, run: Sequence[Column], head: _Group | None, size: float) -> bool:
    """Tell whether a byline by itself belongs to a story.

    It stands over the first column, or between the head and the columns, or right under the last column.
    """
    first, last = run[0].box, run[-1].box
    row = [column.box for column in run if _in_row(column, run[0], size)]
    between = head is not None and head.head.bottom - size <= byline.top and byline.bottom <= first.top + size
    if between and min(box.left for box in row) - size <= byline.left:
        return byline.right <= max(box.right for box in row) + size
    under = -size <= byline.top - last.bottom <= BYLINE_SLOT * size
    return _over(byline, first, size) or (
        under and last.left - size <= byline.left and byline.right <= last.right + size
    )


def _one_line(lines: Sequence[Line]) -> Line:
    """Return a byline of several lines as one."""
    if len(lines) == 1:
        return lines[0]
    return Line(lines[0].number, Traced.join((line.traced for line in lines), " "), last=lines[-1].span[1])


def _left(body: Block, lefts: Sequence[float]) -> float:
    """Return the left edge of the column a block stands in, also where all its lines are indented."""
    near = [left for left in lefts if 0 <= body.box.left - left + 1 <= 2.6 * body.box.size]
    return min([body.box.left, *near[:1]]) if len(body.lines) < 3 else body.box.left


def _headed(heads: Sequence[_Group], columns: Sequence[Column], size: float) -> set[int]:
    """Return the numbers of the columns that begin under a head: of those in a row under one, the leftmost."""
    found = set()
    for group in heads:
        box = group.box
        under = [
            at
            for at, column in enumerate(columns)
            if min(box.right, column.box.right) - max(box.left, column.box.left) > size
            and -size <= group.white(column, size) <= SLOT * size
        ]
        after = [
            at
            for at, column in enumerate(columns)
            if -size <= column.box.left - box.right <= BESIDE * size and _level(group, column.box, size)
        ]
        before = [
            at
            for at, column in enumerate(columns)
            if group.upright
            and -size <= box.left - column.box.right <= CLOSE * size
            and _level(group, column.box, size)
        ]
        if under or before or after:
            others = [other.head for other in heads if other is not group]
            first = min(under or after or before, key=lambda at: columns[at].box.left)
            found.add(first if after and not under else _leftmost(first, group.head, columns, others, size))
    return found


def _leftmost(first: int, head: LineBox, columns: Sequence[Column], heads: Sequence[LineBox], size: float) -> int:
    """Return the first column of the row that begins under a head with the column `first`.

    A centred head is narrower than its story: a column that begins on the same line, with nothing but a byline over
    it beside the head, is under that head too.
    """
    row = columns[first]
    while True:
        edge = columns[first].box.left
        nearer = [
            at
            for at, column in enumerate(columns)
            if _in_row(column, row, size) and -size <= edge - column.box.right <= CLOSE * size
        ]
        if not nearer:
            return first
        box = columns[nearer[0]].box
        over = [
            other
            for other in (*heads, *(column.box for column in columns))
            if head.top - size < other.bottom <= row.top + size / 2
        ]
        if any(min(other.right, box.right) - max(other.left, box.left) > size for other in over):
            return first
        first = nearer[0]


def _in_row(first: Column, second: Column, size: float) -> bool:
    """Tell whether two columns begin on one line; a byline over one of them may take the place of its first lines."""
    tops = {first.top, first.box.top}, {second.top, second.box.top}
    return any(abs(one - other) <= size / 2 for one in tops[0] for other in tops[1])


def _level(group: _Group, body: LineBox, size: float) -> bool:
    """Tell whether a head stands beside a body: its middle does, or most of an upright one."""
    box = group.box
    if group.upright:
        beside = min(box.bottom, body.bottom) - max(box.top, body.top)
        return beside > 0.5 * min(box.bottom - box.top, body.bottom - body.top)
    return body.top - size <= (box.top + box.bottom) / 2 <= body.bottom + size


def _match(heads: Sequence[_Group], runs: Sequence[Sequence[Column]], size: float) -> dict[int, int]:
    """Assign head groups to runs of body columns, one to one, the surest first; returns run → head group."""
    texts = ["".join(placed.line.text for column in run for placed in column.lines) for run in runs]
    grams = [set(bigrams(text)) for text in texts]
    held = Counter(gram for body in grams for gram in body)
    offers = []
    for number, group in enumerate(heads):
        words = bigrams("".join(block.text for block in group.blocks if block.kind == "head"))
        for at, run in enumerate(runs):
            near = _nearness(group, run, size)
            if near > 0:
                offers.append((-(near + 2.0 * _share(words, grams[at], held, len(runs))), number, at))
    matched: dict[int, int] = {}
    for score, number, at in sorted(offers):
        if -score >= MATCH and at not in matched and number not in matched.values():
            matched[at] = number
    return matched


def _share(words: Sequence[str], body: set[str], held: Counter[str], bodies: int) -> float:
    """Return the share of a head's bigrams, by rarity on the page, that a body repeats."""
    weights = [math.log(1 + bodies / max(1, held[gram])) for gram in words]
    again = sum(weight for gram, weight in zip(words, weights, strict=True) if gram in body)
    return again / sum(weights) if words else 0.0


def _nearness(group: _Group, run: Sequence[Column], size: float) -> float:
    """Score how well a head stands to a run of columns: above the first best, then above another, then beside it."""
    head = group.box
    best = 0.0
    for number, column in enumerate(run):
        overlap = min(head.right, column.box.right) - max(head.left, column.box.left)
        gap = group.white(column, size)
        if overlap > size and -size <= gap <= SLOT * size:
            best = max(best, (1.5 if number == 0 else 1.2) - 0.1 * gap / size)
    first = run[0].box
    if -size <= first.left - head.right <= BESIDE * size and _level(group, first, size):
        best = max(best, 1.0)
    row = [column.box for column in run if _in_row(column, run[0], size)]
    left, right = min(box.left for box in row), max(box.right for box in row)
    if group.upright and -size <= head.left - right <= CLOSE * size and _level(group, first, size):
        best = max(best, 1.0)
    white = group.white(run[0], size)
    if left - size <= head.left and head.right <= right + size and -size <= white <= SLOT * size:
        best = max(best, 1.4)  # centred over several columns, over the white between two of them
    return best


def _is_story(run: Sequence[Column]) -> bool:
    """Tell whether columns without a head are text: more than a stray line, or a whole sentence."""
    lines = [placed for column in run for placed in column.lines]
    return len(lines) > 2 or ends_sentence(lines[-1].line.text)


def _flow(run: Sequence[Column]) -> tuple[tuple[Line, ...], frozenset[int]]:
    """Return the lines of a run of columns, and the numbers of those that end a paragraph."""
    flow = [(placed, column) for column in run for placed in column.lines]
    ends = {flow[-1][0].line.number}
    for (placed, column), (following, its) in pairwise(flow):
        if _ends_paragraph(placed, column, following, its):
            ends.add(placed.line.number)
    return tuple(placed.line for placed, _ in flow), frozenset(ends)


def _ends_paragraph(placed: Placed, column: Column, following: Placed, its: Column) -> bool:
    """Tell whether a paragraph ends between two lines: before an indent, after a short line, round a section head."""
    if indented(following, its.box.left) or goes_on_elsewhere(placed.line.text):
        return True
    if fills(placed, column.box.right):
        return False
    text = placed.line.text
    return ends_sentence(text) or ends_section_head(text) or indented(placed, column.box.left)


def _roles(blocks: Sequence[Block]) -> tuple[Head, ...]:
    """Part a head group by type size: the largest is the headline, what stands before it kicker, after it subhead."""
    if not blocks:
        return ()
    largest = max(block.box.size for block in blocks)
    big = [at for at, block in enumerate(blocks) if block.box.size > 0.9 * largest]
    parts = (
        ("kicker", blocks[: big[0]]),
        ("headline", blocks[big[0] : big[-1] + 1]),
        ("subhead", blocks[big[-1] + 1 :]),
    )
    return tuple(
        Head(role, tuple(placed.line for block in part for placed in block.lines)) for role, part in parts if part
    )


def _item(block: Block, page: Page) -> PageItem:
    """Return a block without a story as a page item; a head without a story is a headline (标题新闻)."""
    kind = "headline" if block.kind == "head" else block.kind
    return item(kind, [placed.line for placed in block.lines], page.text)
