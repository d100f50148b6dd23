"""What each line of a page is: first, middle or last line of a paragraph, head, byline, or of no article.

Blank lines, indents and short lines are each but a hint: extraction puts blanks inside paragraphs and drops them
between articles. So the labels of all lines are chosen together, as the cheapest way through the page (Viterbi):
each line costs what its form says against a label, each pair of neighbours what their order says against it.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

from qa.ingest.segment.bylines import is_byline_line
from qa.ingest.segment.lines import (
    CREDIT,
    FURNITURE,
    Line,
    breaks_off,
    ends_section_head,
    ends_sentence,
    goes_on_elsewhere,
    opens_story,
)
from qa.ingest.segment.repair import HEAD_FIXERS, IDEOGRAPH, repair
from qa.ingest.segment.signatures import signature_lines

__all__ = ["Label", "bigrams", "is_slogan", "label_lines"]


class Label(Enum):
    """The part a line plays; ``FIRST MIDDLE LAST`` make a paragraph, ``ONLY`` is one by itself."""

    FIRST = "first"
    MIDDLE = "middle"
    LAST = "last"
    ONLY = "only"
    HEAD = "head"
    BYLINE = "byline"
    OTHER = "other"
    """Slogan, credit or furniture."""


BODY = (Label.FIRST, Label.MIDDLE, Label.LAST, Label.ONLY)
OPENS = (Label.FIRST, Label.ONLY)
"""Labels with which a paragraph begins."""
CLOSES = (Label.LAST, Label.ONLY)
"""Labels with which a paragraph ends."""
NEIGHBOURHOOD = 14
"""Lines on either side among which the width of the column is looked for."""
INDENT = 2.0
RAGGED = 1.5
"""Full-width units by which lines of one column differ: punctuation is squeezed, digits are narrow."""
HEAD_WIDTH = 36.0
NO_HEAD_START = re.compile(r"[，。、；：！？”’）》」』…]")
BRACKETS = (("（", "）"), ("《", "》"), ("“", "”"), ("(", ")"), ("【", "】"))
PHOTO_CREDIT = re.compile(r"(?:记者|通讯员)[^，。]{1,16}摄[）)]?$|^[▲△▼]")
"""The end of a caption: 记者 李四 摄."""
CREDIT_CHARS = 12
"""As much of the line before as a credit can begin on."""
DATED = re.compile(r"\s*(?:\d{4}年)?\d{1,2}\s*月\s*\d{1,2}\s*日[晚上下早中午]{0,2}[，,]")
"""A line that begins as a sentence does: 3月13日，…"""
SLOGAN_SEGMENTS = 3
SLOGAN_CHARS = 80
SLOGAN_SEGMENT_WIDTH = 5
FORBIDDEN = 50.0
UNFINISHED = 5.0
"""Cost of a page that ends inside a paragraph."""


def label_lines(lines: Sequence[Line]) -> list[Label]:
    """Return one label for each of `lines`, none of which is blank; blanks between them show in their numbers."""
    page = _Page(lines)
    ways: list[dict[Label, tuple[float, Label]]] = []
    """For each line and label the cost of the cheapest way there, and the label before it on that way."""
    for at in range(len(lines)):
        row: dict[Label, tuple[float, Label]] = {}
        for label, cost in page.costs(at).items():
            if at:
                row[label] = min(
                    ((way + page.step(at, before, label) + cost, before) for before, (way, _) in ways[-1].items()),
                    key=lambda choice: choice[0],
                )
            else:
                row[label] = (cost + (FORBIDDEN if label in (Label.MIDDLE, Label.LAST) else 0.0), label)
        ways.append(row)
    if not ways:
        return []
    ends = {
        label: way + (UNFINISHED if label in (Label.FIRST, Label.MIDDLE) else 0.0)
        for label, (way, _) in ways[-1].items()
    }
    labels = [min(ends, key=lambda label: (ends[label], label.value))]
    for row in reversed(ways[1:]):
        labels.append(row[labels[-1]][1])
    return labels[::-1]


def bigrams(text: str) -> list[str]:
    """Return the pairs of neighbouring letters, digits and characters of `text`, marks and blanks left out."""
    chars = [char for char in text if char.isalnum()]
    return [a + b for a, b in pairwise(chars)]


def is_slogan(line: Line) -> bool:
    """Tell whether a line is a column banner: three or more short segments of one length, as 学思想 强党性 重实践."""
    if line.text.count(" ") + line.text.count("\u3000") < SLOGAN_SEGMENTS - 1 or len(line.text) > SLOGAN_CHARS:
        return False
    segments = repair(line.traced, HEAD_FIXERS).text.split()
    if not all(IDEOGRAPH.fullmatch(char) for segment in segments for char in segment):
        return False
    widths = {len(segment) for segment in segments}
    return len(segments) >= SLOGAN_SEGMENTS and len(widths) == 1 and max(widths) <= SLOGAN_SEGMENT_WIDTH


@dataclass(frozen=True, slots=True)
class _Form:
    """What the labels of a line are judged by."""

    width: float
    column: float
    indented: bool
    lead_in: bool
    byline: bool
    other: bool
    stop: bool
    paused: bool
    """Holds a comma or full stop."""
    opens: bool
    closes: bool
    """Opens, closes a bracket or quotation for which the line has no partner."""
    dash: bool
    signs: bool
    """Belongs to the signature under a notice."""
    jumps: bool
    head: float


class _Page:
    """The forms of a page's lines, and the costs of labels and of their order."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = lines
        indented = [line.indent >= INDENT - 0.5 for line in lines]
        self.keeps_indents = 0.04 < sum(indented) / max(1, len(lines)) < 0.6
        columns = _column_widths(lines)
        repeated = _repeated_shares(lines)
        signed = signature_lines(lines)
        self.forms = [
            _form(
                line, before, after, column, indented=indent and self.keeps_indents, repeated=share, signs=at in signed
            )
            for at, (line, before, after, column, indent, share) in enumerate(
                zip(lines, [None, *lines], [*lines[1:], None], columns, indented, repeated, strict=False)
            )
        ]

    def gap(self, at: int) -> bool:
        """Tell whether a blank line stands before line `at`."""
        return self.lines[at].number > self.lines[at - 1].span[1] + 1

    def costs(self, at: int) -> dict[Label, float]:
        """Cost of each label for line `at`, by its form alone."""
        form = self.forms[at]
        full = _off(form.width - form.column)
        shortened = form.width + INDENT - form.column
        opening = min(_off(shortened) - (0.8 if abs(shortened) <= 0.6 and not self.keeps_indents else 0.0), full + 0.3)
        over = max(0.0, form.width - form.column - RAGGED)
        ending = 0.0 if form.stop or form.jumps or form.dash or form.signs else 5.0
        mark = 3.0 if form.byline else 0.0
        begins = -2.5 if form.lead_in else 0.0
        bare = 0.0 if form.paused else 0.6
        body = mark + (1.5 if form.other else 0.0) + (5.0 if form.jumps else 0.0)
        return {
            Label.FIRST: opening + begins + body + bare + (2.5 if form.dash else 0.0),
            Label.MIDDLE: full + (2.5 if form.lead_in else 0.0) + body + (2.5 if form.dash else 0.0),
            Label.LAST: over + ending + bare + (2.5 if form.lead_in else 0.0) + mark + (1.5 if form.other else 0.0),
            Label.ONLY: over
            + ending
            + begins
            + mark
            + 0.4
            + 3.0 * bare * (not (form.dash or form.signs))
            + (1.5 if form.other else 0.0),
            Label.HEAD: form.head + mark + (8.0 if form.signs else 0.0),
            Label.BYLINE: -2.0 if form.byline else FORBIDDEN,
            Label.OTHER: -2.0 if form.other else FORBIDDEN,
        }

    def step(self, at: int, before: Label, label: Label) -> float:
        """Cost of `label` for line `at` after `before`."""
        gap, form, previous = self.gap(at), self.forms[at], self.forms[at - 1]
        inside = before in (Label.FIRST, Label.MIDDLE)
        if label in (Label.MIDDLE, Label.LAST):
            if not inside:
                return FORBIDDEN
            whole = label is Label.LAST and before is Label.FIRST
            bare = 2.0 if whole and not (previous.paused or form.paused or form.jumps) else 0.0
            return bare + (0.8 + (1.0 if previous.stop else 0.0) if gap else 0.0) + (4.0 if form.indented else 0.0)
        if inside:
            return 7.0
        cost = 2.0 * (before is Label.HEAD and label is not Label.HEAD and previous.opens)
        cost += 2.0 * (label is Label.HEAD and before is not Label.HEAD and form.closes)
        if label in OPENS:
            if before in CLOSES:
                set_in = form.column - INDENT - 1 <= form.width <= form.column - 1.5
                filled = previous.width >= previous.column - 0.5 and not previous.dash and not set_in
                cost += 0.0 if gap or form.indented or form.lead_in else (1.8 if filled else 0.3)
            elif before is Label.HEAD and not gap:
                cost += 0.3
            if self.keeps_indents and not form.indented:
                cost += 2.5 if before in CLOSES else 1.0
        elif label is Label.HEAD:
            cost += {Label.BYLINE: 1.0, Label.HEAD: 0.0}.get(before, 0.0 if gap else 0.8)
        elif label is Label.BYLINE:
            cost += 0.0 if before is Label.HEAD else 0.5
        return cost


def _form(
    line: Line, before: Line | None, after: Line | None, column: float, *, indented: bool, repeated: float, signs: bool
) -> _Form:
    text = line.text
    byline = is_byline_line(text)
    other = bool(CREDIT.match(text) or FURNITURE.match(text)) or is_slogan(line)
    lead_in = opens_story(line, after)
    return _Form(
        width=line.width,
        column=column,
        indented=indented,
        lead_in=lead_in,
        byline=byline,
        other=other,
        stop=ends_sentence(text) or bool(PHOTO_CREDIT.search((before.text[-CREDIT_CHARS:] if before else "") + text)),
        paused=any(mark in text for mark in "，。、；：,"),
        opens=any(text.count(a) > text.count(b) for a, b in BRACKETS),
        closes=any(text.count(a) < text.count(b) for a, b in BRACKETS),
        dash=ends_section_head(text),
        signs=signs,
        jumps=breaks_off(line, before),
        head=_head_cost(line, column, lead_in=lead_in, indented=indented, repeated=repeated),
    )


def _head_cost(line: Line, column: float, *, lead_in: bool, indented: bool, repeated: float) -> float:
    """Cost of taking a line for a head.

    A head has no full stop, is not the measure of the column by chance, and its words come again in a body.
    """
    text = line.text
    cost = 1.0 + (8.0 if lead_in or goes_on_elsewhere(text) else 0.0) - 1.5 * (repeated - 0.35)
    cost += 5.0 if "。" in text else 0.0
    cost += 2.0 * (text.count("；") > 0) + 0.4 * max(0, text.count("，") + text.count("、") - 1)
    cost += 2.0 if text[-1] in "，、；" else 0.0
    cost += 8.0 if NO_HEAD_START.match(text) else 0.0
    cost += 1.5 if ends_section_head(text) else 0.0
    cost += 8.0 if PHOTO_CREDIT.search(text) else 3.0 if DATED.match(text) else 0.0
    cost += max(0.0, line.width - HEAD_WIDTH) * 0.3
    cost += 1.0 if abs(line.width - column) < RAGGED else 0.0
    cost -= 1.0 if line.width > column + 2 * RAGGED else 0.0
    if line.justified and not any(mark in text for mark in "，。、；"):
        cost -= 1.5
    return cost + (0.8 if indented and abs(line.width + line.indent - column) < RAGGED else 0.0)


def _off(difference: float) -> float:
    """Cost of a line that should fill its column and misses it by `difference` units."""
    return min(6.0, max(0.0, abs(difference) - RAGGED))


def _column_widths(lines: Sequence[Line]) -> list[float]:
    """Return for each line the width of the column it stands in, as the lines round it tell.

    Full lines are as wide as the column, give or take a squeezed mark; a paragraph's first is narrower by its indent.
    What most of the text is set in counts, not most of the lines: among notices most lines are short.
    """
    rounded = [round(line.width) for line in lines]
    widths = []
    for at in range(len(lines)):
        near = Counter(rounded[max(0, at - NEIGHBOURHOOD) : at + NEIGHBOURHOOD + 1])
        support = {
            width: near[width] + 0.5 * (near[width - 1] + near[width + 1]) + 0.6 * near[width - round(INDENT)]
            for width in near
        }
        widths.append(float(max(support, key=lambda width: (support[width] * math.sqrt(width), width))))
    return widths


def _repeated_shares(lines: Sequence[Line]) -> list[float]:
    """Return for each line the share of its bigrams, by rarity on the page, that come again away from it."""
    grams = [set(bigrams(line.text)) for line in lines]
    count = Counter(gram for held in grams for gram in held)
    shares = []
    for at, held in enumerate(grams):
        near = Counter(gram for other in grams[max(0, at - 3) : at + 4] for gram in other)
        weights = {gram: math.log(1 + len(lines) / count[gram]) for gram in held}
        total = sum(weights.values())
        again = sum(weight for gram, weight in weights.items() if count[gram] > near[gram])
        shares.append(again / total if total else 0.0)
    return shares
