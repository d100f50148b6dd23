"""What each block of a page is, by its type size, its place and its form: body, head, byline, caption, furniture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from qa.ingest.segment.columns import (
    around,
    blocks_of,
    byline_lines,
    cut_block,
    pile_uprights,
    stands,
    upright,
)
from qa.ingest.segment.flows import Placed
from qa.ingest.segment.furniture import (
    begins_with_title,
    is_caption,
    is_page_furniture,
    is_short,
    join_signatures,
    stands_at_picture,
)
from qa.ingest.segment.kinds import kind_of
from qa.ingest.segment.labels import is_slogan
from qa.ingest.segment.lines import CREDIT, LEAD_IN, Line, ends_sentence, read_lines
from qa.records import LineBox, Page

__all__ = ["Block", "head_groups", "label_blocks"]

HEAD = 1.08
"""Type of this many times the body's size is a head's, unless it runs like a text."""
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
ALIGNED_GAP = 1.6
"""The same where parts of unlike type are centred on one another or begin on one line."""
BYLINE_GAP = 2.2
"""The same over a byline."""
UNLIKE = 1.15
"""Ratio from which on two type sizes of a head are those of different parts."""
EDGE = 0.06
"""Share of the page's height at its top and bottom where running heads and credits stand."""
SECTION_WORD = 8
"""Characters that the name of a section or newspaper has at most."""
INDENTED = 1.2
"""White at the beginning of a first line, in type sizes."""
TITLE_GAP = 1.6
"""White between a title in body type and the small type under it, in sizes of the title."""


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


def _box_of(page: Page, line: Line) -> LineBox:
    """Return the box of a line; where it was put together of several, the box round them."""
    first, last = line.span
    boxes = [box for box in page.boxes[first - 1 : last] if box]
    return boxes[0] if len(boxes) == 1 else around(boxes)


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
    edges = (top + margin, bottom - margin)
    parts = [
        part
        for numbers in blocks_of([one.box for one in placed])
        for part in cut_block([placed[at] for at in numbers], size, edges)
    ]
    blocks = []
    for order, lines in enumerate(pile_uprights(join_signatures(parts))):
        box = around([one.box for one in lines])
        blocks.append(Block(tuple(lines), box, _kind(lines, box, size, edges), order))
    return _with_captions(_with_titles(_with_running_heads(blocks, edges), size), size)


def _with_running_heads(blocks: Sequence[Block], edges: tuple[float, float]) -> list[Block]:
    """Take short words level with a running head for part of it: the name of the section, of the newspaper."""
    bands = [block.box for block in blocks if block.kind == "furniture"]
    return [
        replace(block, kind="furniture")
        if len(block.lines) == 1
        and len(block.text) <= SECTION_WORD
        and (block.box.bottom < edges[0] or block.box.top > edges[1])
        and any(band.top < (block.box.top + block.box.bottom) / 2 < band.bottom for band in bands)
        and is_short(block.lines)
        else block
        for block in blocks
    ]


def _with_titles(blocks: Sequence[Block], size: float) -> list[Block]:
    """Take a line for a head that is set larger than the small type right under it, or is titled as notices are."""
    small = [block for block in blocks if block.kind == "body" and len(block.lines) > 1]
    titled = []
    for block in blocks:
        if block.kind == "body" and len(block.lines) <= 2 and is_short(block.lines):
            under = [
                other.box
                for other in small
                if other is not block
                and _in_column(block.box, other.box, size)
                and -0.5 * size < other.box.top - block.box.bottom <= TITLE_GAP * block.box.size
            ]
            notice = begins_with_title(block.lines, under[0]) if under else False
            if any(block.box.size > HEAD * box.size for box in under) or notice:
                block = replace(block, kind="head")  # noqa: PLW2901 - the block as it is to stand
        titled.append(block)
    return titled


def _with_captions(blocks: Sequence[Block], size: float) -> list[Block]:
    """Take small type under or beside the white of a picture for its caption, if no head stands over it."""
    heads = [block.box for block in blocks if block.kind in ("head", "byline")]
    done = []
    for block in blocks:
        if block.kind == "body" and not any(_stands_over(head, block.box) for head in heads):
            others = [other.box for other in blocks if other is not block]
            if stands_at_picture(block.lines, block.box, size, others):
                block = replace(block, kind="caption")  # noqa: PLW2901 - the block as it is to stand
        done.append(block)
    return done


def _stands_over(head: LineBox, body: LineBox) -> bool:
    overlap = min(head.right, body.right) - max(head.left, body.left)
    return overlap > 0 and -body.size < body.top - head.bottom < 3 * body.size


def _with_section_heads(blocks: Sequence[Block], size: float) -> list[Block]:
    """Make each section head 插题 a part of the body block it stands in, or at the top of."""
    done: list[Block] = list(blocks)
    heads = [block for block in blocks if block.kind in ("head", "byline")]
    for head in [block for block in blocks if _may_be_section_head(block, size)]:
        if any(other is not head and _joined(other, head) for other in heads):
            continue  # a subhead
        bodies = [block for block in done if block.kind == "body" and _in_column(head.box, block.box, size)]
        above = [block for block in bodies if -size < head.box.top - block.box.bottom <= SECTION_GAP * size]
        below = [block for block in bodies if -size < block.box.top - head.box.bottom <= SECTION_GAP * size]
        if below and (above or head.box.size <= SMALL_HEAD * below[0].box.size) and not _opens_story(head, below[0]):
            joined = [*above[:1], head, below[0]]
            lines = tuple(line for block in joined for line in block.lines)
            done = [block for block in done if block not in joined]
            done.append(Block(lines, around([line.box for line in lines]), "body", joined[0].order))
    return done


def _opens_story(head: Block, below: Block) -> bool:
    """Tell whether what stands under a head begins a story: it is titled as a notice is, or has a lead-in."""
    return kind_of(head.text, "") != "news" or bool(LEAD_IN.match(below.lines[0].line.text))


def _may_be_section_head(block: Block, size: float) -> bool:
    return block.kind == "head" and len(block.lines) <= 2 and block.box.size <= SECTION_HEAD * size


def _in_column(head: LineBox, body: LineBox, size: float) -> bool:
    return body.left - size <= head.left and head.right <= body.right + size


def _kind(lines: Sequence[Placed], box: LineBox, size: float, edges: tuple[float, float]) -> str:
    text = "".join(one.line.text for one in lines)
    kind = _form(lines, size, edges)
    if kind:
        return kind
    if is_caption(lines, size):
        return "caption"
    if len(text) > 1 and (upright(box) and stands(lines)):
        return "head"
    set_in = len(lines) > 1 and lines[0].box.left - lines[1].box.left > INDENTED * box.size
    stops = text.count("。")
    running = stops > 1 or (stops > 0 and (len(lines) >= RUNNING or (set_in and ends_sentence(text))))
    return "head" if box.size > HEAD * size and not running else "body"


def _form(lines: Sequence[Placed], size: float, edges: tuple[float, float]) -> str | None:
    """Return the kind of lines whose words alone tell it."""
    first = lines[0]
    if len(lines) <= 2 and CREDIT.match(first.line.text):
        return "credit"
    if all(is_page_furniture(one, size, edges) for one in lines):
        return "furniture"
    if len(lines) <= 3 and all(byline_lines(lines)) and not is_caption(lines, size):
        return "byline"
    if len(lines) == 1 and first.box.size > HEAD * size and is_slogan(first.line):
        return "slogan"
    return None


def _joined(upper: Block, lower: Block) -> bool:
    """Tell whether two blocks belong to one head: one stands close below or beside the other."""
    a, b = upper.box, lower.box
    small, large = min(a.size, b.size), max(a.size, b.size)
    if upright(a) != upright(b):
        return False
    across = min(a.right, b.right) - max(a.left, b.left)
    down = min(a.bottom, b.bottom) - max(a.top, b.top)
    if upright(a):
        return down > 0.5 * small and -across <= max(GROUP_GAP * small, 0.45 * large)
    aligned = abs(a.left + a.right - b.left - b.right) < small or abs(a.left - b.left) < 0.5 * small
    widest = max(GROUP_GAP * small, 0.45 * large)
    if lower.kind == "byline":
        widest = max(BYLINE_GAP * small, 0.8 * large)
    elif aligned and large > UNLIKE * small:
        widest = max(ALIGNED_GAP * small, 0.6 * large)
    return across > 0.5 * small and -0.5 * small <= b.top - a.bottom <= widest


def _parted(group: list[Block]) -> list[list[Block]]:
    """Cut a group where type grows again after it had become smaller, or after a byline: another head begins."""
    if all(upright(block.box) for block in group):
        group.sort(key=lambda block: -block.box.right)  # upright lines follow one another from right to left
    else:
        group.sort(key=lambda block: (round(block.box.bottom), block.box.left))
    groups: list[list[Block]] = [[]]
    shrunk = False
    for before, block in pairwise([None, *group]):
        assert block is not None
        if before:
            grows = block.box.size > UNLIKE * before.box.size
            if (grows and shrunk) or (before.kind == "byline" and block.kind != "byline"):
                groups.append([])
                shrunk = False
            else:
                shrunk = shrunk or before.box.size > UNLIKE * block.box.size
        groups[-1].append(block)
    return groups
