"""From the lines of a page to labelled blocks: bodies, heads, bylines, slogans, credits, furniture."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from qa.ingest.lines import (
    BYLINE_LINE,
    CREDIT,
    FURNITURE,
    LEAD_IN,
    Line,
    ends_section_head,
    ends_sentence,
    goes_on_elsewhere,
    modal_width,
)
from qa.ingest.repair import HEAD_FIXERS, repair

__all__ = ["Block", "closes_paragraph", "label_blocks", "neighbours"]

HEAD_LINES = 4
HEAD_WIDTH = 70.0
HEAD_PAUSES = 4
NEIGHBOURHOOD = 15
"""Lines on either side whose modal width is the width of the column a line stands in."""
INDENT = 2.0
RAGGED = 1.5
"""Full-width units by which lines of one column differ: punctuation is squeezed, digits are narrow."""
HEAD_STOP = re.compile(r"[。；]|[，、：,]$")
SLOGAN_SEGMENTS = 3
SLOGAN_SEGMENT_WIDTH = 5


@dataclass(frozen=True, slots=True)
class Block:
    """Neighbouring lines of one `kind`: body, head, byline, slogan, credit or furniture.

    A head keeps the byline line printed under it.
    """

    kind: str
    lines: tuple[Line, ...]
    byline: Line | None = None

    @property
    def span(self) -> tuple[int, int]:
        """First and last line number."""
        return self.lines[0].number, self.lines[-1].number


def label_blocks(lines: Sequence[Line]) -> list[Block]:
    """Cut `lines` into blocks and say of each what it is.

    Blank lines are a hint only: one may fall inside a paragraph, and a lead-in (本报讯…) begins an article
    with or without one. So each block is judged by its own form and by whether the paragraph before is finished.
    """
    blocks: list[Block] = []
    unfinished = False
    chunks = [*_chunks(lines), ()]
    for chunk, following in pairwise(chunks):
        kind = _kind(chunk, following, lines, unfinished=unfinished)
        if kind == "byline" and blocks and blocks[-1].kind == "head" and not blocks[-1].byline:
            blocks[-1] = replace(blocks[-1], byline=chunk[0])
            continue
        blocks.append(Block(kind, chunk))
        if kind == "body":
            unfinished = not closes_paragraph(chunk[-1], lines)
    return blocks


def closes_paragraph(line: Line, lines: Sequence[Line]) -> bool:
    """Tell whether a paragraph ends with `line`, one of the page's `lines`.

    A section head ends in a dash. Otherwise the line must end a sentence, and be followed by a blank line or be
    shorter than its column.
    """
    if ends_section_head(line.text) or goes_on_elsewhere(line.text):
        return True
    if not ends_sentence(line.text):
        return False
    index = line.number - 1
    following = lines[index + 1] if index + 1 < len(lines) else None
    if following is None or following.blank or LEAD_IN.match(following.text):
        return True
    return line.width < modal_width(neighbours(line, lines)) - 0.5


def neighbours(line: Line, lines: Sequence[Line]) -> Sequence[Line]:
    """Return the page's `lines` round `line`, itself included."""
    at = line.number - 1
    return lines[max(0, at - NEIGHBOURHOOD) : at + NEIGHBOURHOOD + 1]


def _chunks(lines: Sequence[Line]) -> Iterator[tuple[Line, ...]]:
    """Cut at blank lines, before a lead-in, round a byline on its own line, and after a jump mark."""
    chunk: list[Line] = []
    for line in lines:
        starts = LEAD_IN.match(line.text) or BYLINE_LINE.match(line.text) or CREDIT.match(line.text)
        if chunk and (line.blank or starts):
            yield tuple(chunk)
            chunk = []
        if line.blank:
            continue
        chunk.append(line)
        if goes_on_elsewhere(line.text) or BYLINE_LINE.match(line.text):
            yield tuple(chunk)
            chunk = []
    if chunk:
        yield tuple(chunk)


def _kind(chunk: tuple[Line, ...], following: tuple[Line, ...], lines: Sequence[Line], *, unfinished: bool) -> str:
    first = chunk[0].text
    if len(chunk) == 1:
        if BYLINE_LINE.match(first):
            return "byline"
        if FURNITURE.match(first):
            return "furniture"
        if not unfinished and _is_slogan(chunk[0]):
            return "slogan"
    if CREDIT.match(first) and len(chunk) <= HEAD_LINES and not unfinished:
        return "credit"
    if unfinished or not _is_head(chunk, following, lines):
        return "body"
    return "head"


def _is_slogan(line: Line) -> bool:
    """Tell whether a line is a column banner: three or more short segments of one length, as 学思想 强党性 重实践."""
    segments = repair(line.traced, HEAD_FIXERS).text.split()
    widths = {len(segment) for segment in segments}
    return len(segments) >= SLOGAN_SEGMENTS and len(widths) == 1 and max(widths) <= SLOGAN_SEGMENT_WIDTH


def _is_head(chunk: tuple[Line, ...], following: tuple[Line, ...], lines: Sequence[Line]) -> bool:
    """Tell whether `chunk`, which begins after a finished paragraph, is a head rather than the start of a body.

    A head is short, holds no full stop or semicolon and does not break off at a comma. Lines that fill the measure
    of the column they stand in, and hold commas or run on in what follows, are text that a blank line cut in two.
    """
    if LEAD_IN.match(chunk[0].text) or len(chunk) > HEAD_LINES or any(goes_on_elsewhere(line.text) for line in chunk):
        return False
    if any(HEAD_STOP.search(line.text) or ends_section_head(line.text) for line in chunk):
        return False
    pauses = sum(line.text.count(mark) for line in chunk for mark in "，、")
    filled = all(_fills_column(line, lines, indented=line is chunk[0]) for line in chunk)
    if filled and (_runs_on(following) or (pauses and len(chunk) > 1)):
        return False
    return pauses <= HEAD_PAUSES and sum(line.width for line in chunk) <= HEAD_WIDTH


def _fills_column(line: Line, lines: Sequence[Line], *, indented: bool) -> bool:
    """Tell whether `line` is as wide as the column round it, but for the indent of a paragraph's first line."""
    short = modal_width(neighbours(line, lines)) - line.width
    return -RAGGED <= short <= RAGGED + (INDENT if indented else 0)


def _runs_on(chunk: tuple[Line, ...]) -> bool:
    """Tell whether `chunk` can be the rest of a sentence: it is running text, and no lead-in or byline opens it."""
    if not chunk or LEAD_IN.match(chunk[0].text) or BYLINE_LINE.match(chunk[0].text):
        return False
    return len(chunk) > HEAD_LINES or ends_sentence(chunk[-1].text)
