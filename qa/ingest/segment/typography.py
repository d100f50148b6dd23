"""What each block of a page is, by its type size, its place and its form: body, head, byline, caption, furniture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from qa.ingest.segment.bylines import is_byline_line
from qa.ingest.segment.columns import blocks_of, upright
from qa.ingest.segment.flows import Placed
from qa.ingest.segment.kinds import kind_of
from qa.ingest.segment.labels import is_slogan
from qa.ingest.segment.lines import CREDIT, FURNITURE, LEAD_IN, Line, ends_sentence, goes_on_elsewhere, read_lines
from qa.records import LineBox, Page

__all__ = ["Block", "around", "head_groups", "label_blocks"]

HEAD = 1.08
"""Type of this many times the body's size is a head's, unless it runs like a text."""
SMALL = 0.96
"""Type of less than this share of the body's size may be a caption's."""
SECTION_HEAD = 1.4
"""Greatest size of a section head, in body sizes."""
SMALL_HEAD = 1.2
"""The same where no text stands right above, as at the top of a column."""
SECTION_GAP = 0.9
"""White above and below a section head, in body sizes: it keeps to the lines of the column."""
RUNNING = 4
"""Lines from which on large type is a text (a leader, a summary) rather than a head."""
GROUP_GAP = 1.1
"""White between the parts of one head group, in sizes of the smaller type."""
EDGE = 0.06
"""Share of the page's height at its top and bottom where running heads and credits stand."""


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that stand below one another, and what they are.

    `kind` is body, head, byline, or a kind of page item: caption, slogan, credit, furniture. `order` is the block's
    place in the order in which the page was drawn.
    """

    lines: tuple[Placed, ...]
    box: LineBox
    kind: str
    order: int

    @property
    def text(self) -> str:
        """The lines' text, joined."""
        return "".join(placed.line.text for placed in self.lines)


def label_blocks(page: Page) -> tuple[list[Block], float]:
    """Return the blocks of a page that has boxes, each of one kind, and the type size of its body text."""
    lines = [line for line in read_lines(page.text) if not line.blank]
    placed = [Placed(line, _box_of(page, line)) for line in lines]
    size = _body_size(placed)
    return _with_section_heads(_blocks(placed, size), size), size


def head_groups(blocks: Sequence[Block]) -> list[list[Block]]:
    """Gather the parts of each head, top to bottom; two parts of one line stand left to right."""
    groups: list[list[Block]] = []
    for block in sorted(blocks, key=lambda block: (block.box.top, block.box.left)):
        near = [group for group in groups if any(_joined(part, block) for part in group)]
        if near:
            near[0].append(block)
            for other in near[1:]:
                near[0].extend(other)
                groups.remove(other)
        else:
            groups.append([block])
    return [part for group in groups for part in _parted(group)]


def around(boxes: Sequence[LineBox]) -> LineBox:
    """Return the box round `boxes`; its type size is their median."""
    return LineBox(
        min(box.left for box in boxes),
        min(box.top for box in boxes),
        max(box.right for box in boxes),
        max(box.bottom for box in boxes),
        median(box.size for box in boxes),
    )


def _box_of(page: Page, line: Line) -> LineBox:
    """Return the box of a line; where it was put together of several, the box round them."""
    first, last = line.span
    boxes = [box for box in page.boxes[first - 1 : last] if box]
    return around(boxes)


def _body_size(placed: Iterable[Placed]) -> float:
    """Return the type size of most characters, in half points."""
    counts: Counter[float] = Counter()
    for one in placed:
        counts[round(one.box.size * 2) / 2] += len(one.line.text)
    return max(counts, key=lambda size: (counts[size], size), default=1.0) or 1.0


def _blocks(placed: Sequence[Placed], size: float) -> list[Block]:
    """Gather the lines into blocks and say of each what it is."""
    top = min((one.box.top for one in placed), default=0.0)
    bottom = max((one.box.bottom for one in placed), default=0.0)
    margin = EDGE * (bottom - top)
    blocks = []
    for order, numbers in enumerate(blocks_of([one.box for one in placed])):
        for lines in _cut([placed[at] for at in numbers]):
            box = around([one.box for one in lines])
            at_edge = box.bottom < top + margin or box.top > bottom - margin
            blocks.append(Block(tuple(lines), box, _kind(lines, box, size, at_edge=at_edge), order))
    return blocks


def _with_section_heads(blocks: Sequence[Block], size: float) -> list[Block]:
    """Make each section head 插题 a part of the body block it stands in, or at the top of."""
    done: list[Block] = list(blocks)
    for head in [block for block in blocks if _may_be_section_head(block, size)]:
        bodies = [block for block in done if block.kind == "body" and _in_column(head.box, block.box, size)]
        above = [block for block in bodies if -size < head.box.top - block.box.bottom <= SECTION_GAP * size]
        below = [block for block in bodies if -size < block.box.top - head.box.bottom <= SECTION_GAP * size]
        if below and (above or head.box.size <= SMALL_HEAD * size):
            joined = [*above[:1], head, below[0]]
            lines = tuple(line for block in joined for line in block.lines)
            done = [block for block in done if block not in joined]
            done.append(Block(lines, around([line.box for line in lines]), "body", joined[0].order))
    return done


def _may_be_section_head(block: Block, size: float) -> bool:
    return block.kind == "head" and len(block.lines) <= 2 and block.box.size <= SECTION_HEAD * size


def _in_column(head: LineBox, body: LineBox, size: float) -> bool:
    return body.left - size <= head.left and head.right <= body.right + size


def _cut(lines: Sequence[Placed]) -> list[list[Placed]]:
    """Cut a block before a lead-in, round a byline line, and after a jump to another page."""
    parts: list[list[Placed]] = [[]]
    if kind_of("", "".join(one.line.text for one in lines)) == "caption":
        return [list(lines)]  # the photographer's line is part of it
    for before, one in pairwise([None, *lines]):
        assert one is not None
        if before and (
            (LEAD_IN.match(one.line.text) and ends_sentence(before.line.text))
            or is_byline_line(one.line.text) != is_byline_line(before.line.text)
            or (goes_on_elsewhere(before.line.text) and before.line.text.endswith(("版）", "版)")))
        ):
            parts.append([])
        parts[-1].append(one)
    return parts


def _kind(lines: Sequence[Placed], box: LineBox, size: float, *, at_edge: bool) -> str:
    text = "".join(one.line.text for one in lines)
    kind = _form(lines, size, at_edge=at_edge)
    if kind:
        return kind
    running = len(lines) >= RUNNING and "。" in text
    if (box.size > HEAD * size and not running) or (len(lines) == 1 and upright(box) and len(text) > 1):
        return "head"
    return "caption" if box.size < SMALL * size and kind_of("", text) == "caption" else "body"


def _form(lines: Sequence[Placed], size: float, *, at_edge: bool) -> str | None:
    """Return the kind of lines whose words alone tell it."""
    first = lines[0]
    if len(lines) <= 2 and CREDIT.match(first.line.text):
        return "credit"
    if len(lines) <= 2 and at_edge and FURNITURE.match(first.line.text):
        return "furniture"
    if len(lines) == 1 and is_byline_line(first.line.text):
        return "byline"
    if len(lines) == 1 and first.box.size > HEAD * size and is_slogan(first.line):
        return "slogan"
    return None


def _joined(upper: Block, lower: Block) -> bool:
    """Tell whether two blocks belong to one head: one stands close below or beside the other."""
    a, b = upper.box, lower.box
    small, large = min(a.size, b.size), max(a.size, b.size)
    if upright(a) or upright(b):
        return False
    overlap = min(a.right, b.right) - max(a.left, b.left)
    gap = b.top - a.bottom
    return overlap > 0.5 * small and -0.5 * small <= gap <= max(GROUP_GAP * small, 0.45 * large)


def _parted(group: list[Block]) -> list[list[Block]]:
    """Cut a group where type grows again after it had become smaller, or after a byline: another head begins."""
    group.sort(key=lambda block: (round(block.box.bottom), block.box.left))
    groups: list[list[Block]] = [[]]
    shrunk = False
    for before, block in pairwise([None, *group]):
        assert block is not None
        if before:
            grows = block.box.size > 1.15 * before.box.size
            if (grows and shrunk) or (before.kind == "byline" and block.kind != "byline"):
                groups.append([])
                shrunk = False
            else:
                shrunk = shrunk or before.box.size > 1.15 * block.box.size
        groups[-1].append(block)
    return groups
