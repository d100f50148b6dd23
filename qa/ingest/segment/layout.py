"""From a page whose lines have boxes to its stories: what is body, what is head, and what belongs to what.

The commonest type size is the body's. Larger lines are heads; a body column belongs to the head over it, and goes on
in the next column (`qa.ingest.segment.flows`). Where the place leaves open which head is whose, the words decide.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from qa.ingest.segment.flows import Column, Placed, breaks_off, column_lefts, fills, indented, join_columns
from qa.ingest.segment.labels import bigrams
from qa.ingest.segment.lines import LEAD_IN, Line, ends_section_head, ends_sentence, goes_on_elsewhere
from qa.ingest.segment.stories import Head, Story, item
from qa.ingest.segment.typography import Block, around, head_groups, label_blocks
from qa.records import LineBox, Page, PageItem

__all__ = ["find_stories"]

SLOT = 4.5
"""White between a head and the first line under it, in body sizes."""
BESIDE = 8.0
"""White between a head and the body to its right, in body sizes."""
MATCH = 0.9
"""Least score with which a head goes to a body."""


def find_stories(page: Page) -> tuple[list[Story], list[PageItem]]:
    """Return the stories of a page that has boxes, top to bottom and left to right, and what belongs to none.

    Every line that is not blank is in exactly one of them.
    """
    blocks, size = label_blocks(page)
    heads = head_groups([block for block in blocks if block.kind in ("head", "byline")])
    bodies = [block for block in blocks if block.kind == "body"]
    columns = _columns(bodies, _headed(heads, bodies, size))
    runs = [[columns[at] for at in run] for run in join_columns(columns)]
    matched = _match(heads, runs, size)
    found: list[tuple[float, float, Story]] = []
    loose = [block for block in blocks if block.kind not in ("body", "head", "byline")]
    loose += [block for at, group in enumerate(heads) if at not in matched.values() for block in group]
    others = [_item(block, page) for block in loose]
    for number, run in enumerate(runs):
        group = heads[matched[number]] if number in matched else []
        if not group and not _is_story(run):
            others += [item("furniture", [placed.line for placed in column.lines]) for column in run]
            continue
        bylines = [block for block in group if block.kind == "byline"]
        others += [_item(block, page) for block in bylines[1:]]
        box = around([*(block.box for block in group), *(column.box for column in run)])
        heading = _roles([block for block in group if block.kind == "head"])
        body, ends = _flow(run)
        byline = bylines[0].lines[0].line if bylines else None
        found.append((box.top, box.left, Story(body, ends, heading, byline)))
    found.sort(key=lambda story: story[:2])
    return [story for _, _, story in found], others


def _columns(bodies: Sequence[Block], headed: set[int]) -> list[Column]:
    shared = column_lefts([line.box for body in bodies for line in body.lines])
    columns = []
    for at, body in enumerate(bodies):
        left = _left(body, shared)
        first, last = body.lines[0], body.lines[-1]
        opens = bool(LEAD_IN.match(first.line.text)) or indented(first, left)
        box = LineBox(left, body.box.top, body.box.right, body.box.bottom, body.box.size)
        breaks = breaks_off(last, body.box.right)
        columns.append(Column(body.lines, box, opens, breaks, at in headed, body.order))
    return columns


def _left(body: Block, lefts: Sequence[float]) -> float:
    """Return the left edge of the column a block stands in, also where all its lines are indented."""
    near = [left for left in lefts if 0 <= body.box.left - left + 1 <= 2.6 * body.box.size]
    return min([body.box.left, *near[:1]]) if len(body.lines) < 3 else body.box.left


def _headed(heads: Sequence[Sequence[Block]], bodies: Sequence[Block], size: float) -> set[int]:
    """Return the numbers of the bodies that begin under a head: of those in a row under one, the leftmost."""
    found = set()
    for group in heads:
        box = around([block.box for block in group])
        under = [
            at
            for at, body in enumerate(bodies)
            if min(box.right, body.box.right) - max(box.left, body.box.left) > size
            and -size <= body.box.top - box.bottom <= SLOT * size
        ]
        beside = [
            at
            for at, body in enumerate(bodies)
            if -size <= body.box.left - box.right <= BESIDE * size and _level(box, body.box, size)
        ]
        if under or beside:
            first = min(under or beside, key=lambda at: bodies[at].box.left)
            others = [block.box for other in heads if other is not group for block in other]
            found.add(_leftmost(first, box, bodies, others, size) if under else first)
    return found


def _leftmost(first: int, head: LineBox, bodies: Sequence[Block], heads: Sequence[LineBox], size: float) -> int:
    """Return the first column of the row that begins under a head with the body `first`.

    A centred head is narrower than its story: a column that begins on the same line, with nothing printed over it
    beside the head, is under that head too.
    """
    top = bodies[first].box.top
    while True:
        edge = bodies[first].box.left
        nearer = [
            at
            for at, body in enumerate(bodies)
            if abs(body.box.top - top) <= size / 2 and -size <= edge - body.box.right <= 3 * size
        ]
        if not nearer:
            return first
        column = bodies[nearer[0]].box
        over = [
            box for box in (*heads, *(body.box for body in bodies)) if head.top - size < box.bottom <= top + size / 2
        ]
        if any(min(box.right, column.right) - max(box.left, column.left) > size for box in over):
            return first
        first = nearer[0]


def _level(head: LineBox, body: LineBox, size: float) -> bool:
    """Tell whether the middle of a head stands beside a body."""
    return body.top - size <= (head.top + head.bottom) / 2 <= body.bottom + size


def _match(heads: Sequence[Sequence[Block]], runs: Sequence[Sequence[Column]], size: float) -> dict[int, int]:
    """Assign head groups to runs of body columns, one to one, the surest first; returns run → head group."""
    texts = ["".join(placed.line.text for column in run for placed in column.lines) for run in runs]
    grams = [set(bigrams(text)) for text in texts]
    held = Counter(gram for body in grams for gram in body)
    offers = []
    for number, group in enumerate(heads):
        words = bigrams("".join(block.text for block in group if block.kind == "head"))
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


def _nearness(group: Sequence[Block], run: Sequence[Column], size: float) -> float:
    """Score how well a head stands to a run of columns: above the first best, then above another, then left of it."""
    head = around([block.box for block in group])
    best = 0.0
    for number, column in enumerate(run):
        body = column.box
        overlap = min(head.right, body.right) - max(head.left, body.left)
        gap = body.top - head.bottom
        if overlap > size and -size <= gap <= SLOT * size:
            best = max(best, (1.5 if number == 0 else 1.2) - 0.1 * gap / size)
    first = run[0].box
    if -size <= first.left - head.right <= BESIDE * size and _level(head, first, size):
        best = max(best, 1.0)
    row = [column.box for column in run if abs(column.box.top - first.top) < size]
    left, right = min(box.left for box in row), max(box.right for box in row)
    if left - size <= head.left and head.right <= right + size and -size <= first.top - head.bottom <= SLOT * size:
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
