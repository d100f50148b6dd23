"""From the characters of a PDF's text layer to lines: which stand on one line, and where a line ends.

pdfium gives the characters in the order in which they were drawn, which in a newspaper is the order in which the
layout program wrote its boxes: a better guide to reading order than geometry alone.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median, median_low
from typing import NamedTuple

from qa.ingest.read.pdfium import INFERRED_SPACE
from qa.ingest.read.sandbox import Characters
from qa.ingest.segment.repair import IDEOGRAPH, encodable
from qa.records import LineBox

__all__ = ["read_glyphs"]

WORD_GAP = 0.3
"""White between two characters, in type sizes, from which on it is printed as a space."""
COLUMN_GAP = 1.2
"""White from which on a line ends, unless its characters all stand as far apart."""
GUTTER, GUTTER_REACH = 0.6, 1.5
"""Narrowest white that may be a gutter, and how far up and down from a line others are asked; in type sizes."""
SAME_TYPE = 1.12
"""Ratio up to which two type sizes count as one."""
PRINTED_GAP = 4.0
"""The same where a space character is printed in the gap, as between the clauses of a headline."""
SPREAD = 1.5
"""How much wider than the other gaps of its line a gap in spaced-out type may be."""
WIDEST_GAP = 8.0
"""White beyond which no two characters are on one line, however it is spaced."""
ALIGNED = 0.3
"""How far off the line's middle a character may lie that stands some way from the last."""
SAME_LINE = 1.3
"""Ratio of sizes up to which characters some way apart can be on one line."""
RECENT, MIXED_GAP = 5, 0.6
"""Lines back to which a character may belong, and the white, in type sizes, up to which it does."""
OVERPRINT = 0.6
"""How far back the next character of a line may begin: squeezed punctuation, kerned pairs."""
DRIFT = 0.5
"""How far the middle of a character may lie off the line's: raised figures, low marks."""
TWIN, SHADOW = 0.25, 0.45
"""A second print of a character, or of a whole line, this near is its shadow or fake bold, in type sizes.

pdfium leaves out most second prints itself, but not those of characters that it normalises (⽉ to 月)."""
PILE = 3
"""Lines of one character below one another that make a line of upright text."""
HYPHEN = 0x2
"""What pdfium puts for a hyphen at a line's end."""


class _Glyph(NamedTuple):
    """A character, where it begins and ends along its line, and its box (left, top, right, bottom) on the page."""

    text: str
    start: float
    end: float
    size: float
    box: tuple[float, float, float, float]


@dataclass(slots=True)
class _Run:
    """Characters on one line; `middle` is the line's place across its direction, which `turn` tells."""

    glyphs: list[_Glyph]
    middle: float
    turn: int

    @property
    def box(self) -> LineBox:
        lefts, tops, rights, bottoms = zip(*(glyph.box for glyph in self.glyphs if glyph.text != " "), strict=True)
        size = median_low(glyph.size for glyph in self.glyphs)
        return LineBox(
            round(min(lefts), 2), round(min(tops), 2), round(max(rights), 2), round(max(bottoms), 2), round(size, 2)
        )


def read_glyphs(page: Characters) -> list[tuple[str, LineBox]]:
    """Return the lines of a page, text and box, in the order in which they were drawn.

    Every character but white space is in exactly one line; second prints (shadows, fake bold) are left out. Turned
    and upright type makes lines of its own.
    """
    lines = _without_shadows(_piled(_cut_at_gutters(_lines(page))))
    return [(_text(line), line.box) for line in lines]


def _lines(page: Characters) -> list[_Run]:
    """Put the characters together to lines, in stream order."""
    lines: list[_Run] = []
    seen: dict[str, list[tuple[float, float]]] = {}
    space = ""
    for code, left, top, right, bottom, size, turn in zip(
        page.codes, page.lefts, page.tops, page.rights, page.bottoms, page.sizes, page.turns, strict=True
    ):
        char = _printed(code)
        if char.isspace():
            space = "printed" if code != INFERRED_SPACE or space == "printed" else "inferred"
            continue
        if size <= 0.0:
            size = max(bottom - top, 1.0)  # noqa: PLW2901 - a type of size nought has the size of its box
        if _is_second_print(seen.setdefault(char, []), left, top, TWIN * size):
            continue
        start, end, middle = _along(left, top, right, bottom, turn)
        if end - start < size and IDEOGRAPH.match(char):
            start, end = (start + end - size) / 2, (start + end + size) / 2  # pdfium gave the ink, not the body
        glyph = _Glyph(char, start, end, size, (left, top, right, bottom))
        line = _line_of(glyph, middle, turn, lines)
        if line is None:
            lines.append(_Run([glyph], middle, turn))
        else:
            if space:
                line.glyphs.append(_space(line.glyphs[-1], glyph, printed=space == "printed"))
            line.glyphs.append(glyph)
        space = ""
    return [part for line in lines for part in _parted(line)]


def _line_of(glyph: _Glyph, middle: float, turn: int, lines: Sequence[_Run]) -> _Run | None:
    """Return the line that a character goes on with, None where it begins one.

    That is the last line; where neighbouring lines were drawn in turns, pdfium mixes their characters, and it may be
    one of the few before.
    """
    if lines and _goes_on(lines[-1], glyph, middle, turn):
        return lines[-1]
    for line in reversed(lines[-RECENT:-1]):
        if glyph.start - line.glyphs[-1].end < MIXED_GAP * glyph.size and _goes_on(line, glyph, middle, turn):
            return line
    return None


def _is_second_print(twins: list[tuple[float, float]], left: float, top: float, near: float) -> bool:
    """Tell whether the same character stands at this place already; if not, add the place to `twins`."""
    for x, y in twins:
        if -near < x - left < near and -near < y - top < near:
            return True
    twins.append((left, top))
    return False


def _space(before: _Glyph, after: _Glyph, *, printed: bool) -> _Glyph:
    """Return the space between two characters; a printed one fills its gap, so that the line is not cut there."""
    fills = printed and after.start - before.end < PRINTED_GAP * before.size
    return _Glyph(" ", before.end, after.start if fills else before.end, before.size, before.box)


def _printed(code: int) -> str:
    """Return the character of a code point; what the file maps to nothing is shown as U+FFFD, not lost."""
    if code == HYPHEN:
        return "-"
    if code in (0, 0xFFFE, 0xFFFF):
        return "\ufffd"
    char = chr(code)
    return " " if code < 0x20 or char in "\u200b\ufeff" else char


def _along(left: float, top: float, right: float, bottom: float, turn: int) -> tuple[float, float, float]:
    """Return start and end along the direction of the type, and its middle across."""
    if turn == 0:
        return left, right, (top + bottom) / 2
    if turn == 1:
        return top, bottom, -(left + right) / 2
    if turn == 2:
        return -right, -left, -(top + bottom) / 2
    return -bottom, -top, (left + right) / 2


def _goes_on(line: _Run, glyph: _Glyph, middle: float, turn: int) -> bool:
    """Tell whether a character stands on the line before it; gaps are judged later, when the line is known."""
    last = line.glyphs[-1]
    large, small = max(glyph.size, last.size), min(glyph.size, last.size)
    if turn != line.turn or abs(middle - line.middle) > DRIFT * large:
        return False
    gap = glyph.start - last.end
    if large > SAME_LINE * small and (gap > WORD_GAP * large or large > 2 * small):
        return False
    if gap > COLUMN_GAP * large and (large > 1.02 * small or abs(middle - line.middle) > ALIGNED * large):
        return False
    return -OVERPRINT * large <= gap <= WIDEST_GAP * large


def _parted(line: _Run) -> Iterator[_Run]:
    """Cut a line at the gaps between columns; type that is spaced out evenly over a measure stays one line."""
    glyphs = line.glyphs
    size = median_low(glyph.size for glyph in glyphs)
    cuts = [at for at, gap in enumerate(_gaps(line), start=1) if gap > COLUMN_GAP * size]
    if not cuts:
        yield line
        return
    widest = SPREAD * _usual_gap(line)
    cuts = [at for at in cuts if glyphs[at].start - glyphs[at - 1].end > widest]
    for start, stop in pairwise([0, *cuts, len(glyphs)]):
        yield _Run(_trimmed(glyphs[start:stop]), line.middle, line.turn)


def _gaps(line: _Run) -> list[float]:
    return [after.start - before.end for before, after in pairwise(line.glyphs)]


def _usual_gap(line: _Run) -> float:
    """Return the white that justification put between the characters; inside a Latin word or figure it puts none."""
    gaps = [
        after.start - before.end
        for before, after in pairwise(line.glyphs)
        if not (before.text.isascii() and after.text.isascii())
    ]
    return median(gaps) if len(gaps) > 1 else 0.0


def _cut_at_gutters(lines: Sequence[_Run]) -> list[_Run]:
    """Cut lines that were drawn across a gutter narrower than `COLUMN_GAP`: the lines over or under have it too.

    So it is where rows of neighbouring columns, or the heads of neighbouring stories, were drawn line by line.
    """
    whites = [_wide_gaps(line) for line in lines]
    if not any(whites):
        return list(lines)
    boxes = [line.box for line in lines]
    order = sorted(range(len(lines)), key=lambda at: boxes[at].top)
    tops = [boxes[at].top for at in order]
    parts: list[_Run] = []
    for line, box, white in zip(lines, boxes, whites, strict=True):
        cuts = [0]
        if white:
            reach = GUTTER_REACH * box.size
            around = order[bisect_left(tops, box.top - reach) : bisect_right(tops, box.bottom + reach)]
            near = [(boxes[other], whites[other]) for other in around if not _level(boxes[other], box)]
            cuts += [at for at, gap in white.items() if _is_gutter(gap, box, near)]
        parts += [_Run(_trimmed(line.glyphs[a:b]), line.middle, line.turn) for a, b in pairwise([*cuts, None])]
    return parts


def _wide_gaps(line: _Run) -> dict[int, tuple[float, float]]:
    """Return the whites in an unturned line that may be gutters: number of the character after it → its two edges."""
    if line.turn:
        return {}
    wide = [
        (at, before.end, after.start)
        for at, (before, after) in enumerate(pairwise(line.glyphs), start=1)
        if after.start - before.end > GUTTER * before.size
    ]
    usual = _usual_gap(line) if wide else 0.0
    return {at: (left, right) for at, left, right in wide if right - left > SPREAD * usual}


def _is_gutter(
    gap: tuple[float, float], line: LineBox, near: Sequence[tuple[LineBox, dict[int, tuple[float, float]]]]
) -> bool:
    """Tell whether a white in `line` is a gutter: lines of its size above or below keep it free on both sides."""
    middle = sum(gap) / 2
    left = right = False
    for box, whites in near:
        if box.left < middle < box.right and not any(a < middle < b for a, b in whites.values()):
            return False
        if 1 / SAME_TYPE < box.size / line.size < SAME_TYPE:
            left = left or (box.left < middle and box.right > line.left)
            right = right or (box.right > middle and box.left < line.right)
    return left and right


def _level(first: LineBox, second: LineBox) -> bool:
    """Tell whether two boxes stand on one height."""
    return abs(first.top + first.bottom - second.top - second.bottom) < min(first.size, second.size)


def _trimmed(glyphs: Sequence[_Glyph]) -> list[_Glyph]:
    """Leave out the spaces at both ends."""
    printed = [at for at, glyph in enumerate(glyphs) if glyph.text != " "]
    return list(glyphs[printed[0] : printed[-1] + 1])


def _piled(lines: Sequence[_Run]) -> list[_Run]:
    """Join single characters that stand below one another to a line of upright text."""
    joined: list[_Run] = []
    at = 0
    while at < len(lines):
        end = at + 1
        while end < len(lines) and _under(lines[end - 1], lines[end]):
            end += 1
        if end - at >= PILE:
            glyphs = [
                _Glyph(glyph.text, glyph.box[1], glyph.box[3], glyph.size, glyph.box)
                for line in lines[at:end]
                for glyph in line.glyphs
            ]
            joined.append(_Run(glyphs, 0.0, 1))
        else:
            joined += lines[at:end]
        at = end
    return joined


def _under(first: _Run, second: _Run) -> bool:
    if len(first.glyphs) > 1 or len(second.glyphs) > 1 or first.turn or second.turn:
        return False
    upper, lower = first.glyphs[0], second.glyphs[0]
    size = max(upper.size, lower.size)
    beside = abs(upper.box[0] + upper.box[2] - lower.box[0] - lower.box[2]) / 2
    return beside < DRIFT * size and -DRIFT * size < lower.box[1] - upper.box[3] < COLUMN_GAP * size


def _without_shadows(lines: Sequence[_Run]) -> list[_Run]:
    """Leave out the second print of a line that was drawn twice with a slight offset."""
    kept: list[_Run] = []
    seen: dict[str, list[LineBox]] = {}
    for line in lines:
        box = line.box
        twins = seen.setdefault("".join(glyph.text for glyph in line.glyphs), [])
        near = SHADOW * box.size
        if any(max(abs(twin.left - box.left), abs(twin.top - box.top)) < near for twin in twins):
            continue
        twins.append(box)
        kept.append(line)
    return kept


def _text(line: _Run) -> str:
    """Write the line out, with a space for every gap as wide as one."""
    out = [line.glyphs[0].text]
    for before, glyph in pairwise(line.glyphs):
        wide = glyph.start - before.end > WORD_GAP * glyph.size
        if wide and glyph.text != " " and out[-1] != " ":
            out.append(" ")
        out.append(glyph.text)
    return encodable("".join(out)).strip()
