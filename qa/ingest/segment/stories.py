"""From the lines of a story to a stored article: joined, repaired, with byline, jump and the way back to the page.

How the lines were found to be a story is another matter: from the text alone (`qa.ingest.segment.articles`) or from
where they stand on the page (`qa.ingest.segment.layout`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from qa.ingest.segment.bylines import LEAD_IN_BYLINE, closing_byline, parse_byline
from qa.ingest.segment.kinds import kind_of
from qa.ingest.segment.lines import JUMP, Line, goes_on_elsewhere
from qa.ingest.segment.repair import BODY_FIXERS, HEAD_FIXERS, repair
from qa.ingest.segment.traced import Traced
from qa.records import Article, Byline, Jump, OffsetMap, Page, PageContent, PageItem

__all__ = ["Head", "Story", "build_content", "item", "join_lines", "made_headline"]

MADE_CHARS = 30
LEADING_DATE = re.compile(
    r"^[\s）)]*(?:\d{1,2}月\d{1,2}日|\d{4}年\d{1,2}月\d{1,2}日|近日|日前|昨日|连日来)?[，,：:\s]*"
)
CHINESE_NUMBERS = "零一二三四五六七八九"
SHORTER = 0.75
"""A first line this much shorter than the second was not wrapped: it is a clause of its own."""


@dataclass(frozen=True, slots=True)
class Head:
    """A part of a head group: `role` is ``kicker``, ``headline`` or ``subhead``."""

    role: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """An article before its lines are joined; `ends` are the numbers of the body lines that end a paragraph."""

    body: tuple[Line, ...]
    ends: frozenset[int]
    heads: tuple[Head, ...] = ()
    byline: Line | None = None


def build_content(page: Page, stories: Iterable[Story], others: Iterable[PageItem]) -> PageContent:
    """Join each story's lines to an article of `page`."""
    articles, rest = [], list(others)
    for story in stories:
        article = _article(page, story)
        articles.append(article)
        if story.byline and (article.byline is None or article.byline.verbatim != story.byline.text):
            rest.append(item("byline", [story.byline]))  # the lead-in names the people already
    return PageContent(page, tuple(articles), tuple(sorted(rest, key=lambda other: (other.source_lines, other.kind))))


def item(kind: str, lines: Sequence[Line], context: str = "") -> PageItem:
    """Make a page item of `lines`; `context` is the page's text, which tells how wrapped lines were joined."""
    return PageItem(kind, join_lines(lines, context).text, (lines[0].number, lines[-1].span[1]))


def join_lines(lines: Sequence[Line], context: str) -> Traced:
    """Join the lines of a head: with nothing where a phrase was wrapped, with a space between clauses."""
    repaired = [repair(line.traced, HEAD_FIXERS) for line in lines]
    joined = repaired[0]
    for before, after in pairwise(repaired):
        seam = before.text[-1:] + after.text[:1]
        shorter = len(before) <= SHORTER * len(after)
        joined = Traced.join([joined, after], "" if seam in context or not shorter else " ")
    return joined


def made_headline(body: str) -> str:
    """Return a neutral label for an article whose headline is not on the page: its first words, shortened.

    >>> made_headline("本报讯（记者 王利辉）11月9日，市长到学院宣讲，调研教育工作。副市长参加。")
    '市长到学院宣讲，调研教育工作'
    """
    rest = LEADING_DATE.sub("", LEAD_IN_BYLINE.sub("", body.split("\n", 1)[0]))
    label = re.split(r"[。！？；]", rest, maxsplit=1)[0]
    if not label.strip():
        label = body.split("\n", 1)[0]
    if len(label) <= MADE_CHARS:
        return label
    clause = max(label.rfind(mark, 0, MADE_CHARS) for mark in "，、：")
    return label[: clause if clause > MADE_CHARS // 3 else MADE_CHARS] + "……"


def _article(page: Page, story: Story) -> Article:
    paragraphs, jumps, named = _paragraphs(story)
    body = Traced.join(paragraphs, "\n")
    if story.byline and (named is None or not named.people):
        named = parse_byline(story.byline.text) or named
    if paragraphs and (named is None or not named.people):
        named = closing_byline(paragraphs[-1].text) or named
    heads = {
        role: Traced.join((join_lines(head.lines, page.text) for head in story.heads if head.role == role), " ")
        for role in ("kicker", "headline", "subhead")
    }
    printed = [head for head in heads.values() if head.text]
    text = Traced.join([Traced.join(printed, "\n"), body], "\n\n") if printed else body
    headline = heads["headline"].text
    spans = [(head.lines[0].number, head.lines[-1].span[1]) for head in story.heads] + _ranges(story.body)
    if story.byline:
        spans.append(story.byline.span)
    return Article(
        id="",
        text=text.text,
        body_start=len(text) - len(body),
        headline=headline or made_headline(body.text),
        headline_made=not headline,
        kicker=heads["kicker"].text or None,
        subhead=heads["subhead"].text or None,
        byline=named,
        paper=page.paper,
        date=page.date,
        page=page.page,
        jumps=jumps,
        kind=kind_of(headline, body.text),
        source_lines=tuple(sorted(spans)),
        origins=OffsetMap.of(text.origins),
    )


def _ranges(lines: Sequence[Line]) -> list[tuple[int, int]]:
    """First and last number of `lines`; those of another column of the page make a range of their own."""
    ranges: list[tuple[int, int]] = []
    for before, line in pairwise([None, *lines]):
        assert line is not None
        if before and before.number < line.number <= before.span[1] + FAR:
            ranges[-1] = (ranges[-1][0], line.span[1])
        else:
            ranges.append(line.span)
    return ranges


FAR = 12


def _paragraphs(story: Story) -> tuple[list[Traced], tuple[Jump, ...], Byline | None]:
    """Join body lines to paragraphs; take out the jump marks, the spaces of the extraction, and read the lead-in."""
    groups: list[list[Line]] = [[]]
    for line in story.body:
        groups[-1].append(line)
        if line.number in story.ends:
            groups.append([])
    jumps: list[Jump] = []
    named: Byline | None = None
    paragraphs: list[Traced] = []
    for group in filter(None, groups):
        joined = Traced.join(line.traced for line in group)
        if not paragraphs:
            named = parse_byline("\n".join(line.text for line in group[:6]))
        marks = list(JUMP.finditer(joined.text))
        for mark in marks:
            direction = "to" if goes_on_elsewhere(mark.group()) else "from"
            jumps.append(Jump(mark.group().strip(), direction, _page_number(mark["page"] or mark["bare_page"])))
        paragraph, lead_in = _drop_spaces(joined.without([mark.span() for mark in marks]))
        if lead_in and named and not paragraphs:
            named = replace(named, verbatim=paragraph.text[:lead_in])
        if paragraph.text:
            paragraphs.append(paragraph)
    return paragraphs, tuple(jumps), named


def _drop_spaces(paragraph: Traced) -> tuple[Traced, int]:
    """Drop extraction spaces, but not between the words of a byline; also return the length of the lead-in."""
    lead_in = LEAD_IN_BYLINE.match(paragraph.text)
    if not lead_in:
        return repair(paragraph, BODY_FIXERS).strip(), 0
    start, end = lead_in.span("people" if lead_in["people"] else "bare" if lead_in["bare"] else "agency")
    if not (lead_in["people"] or lead_in["bare"]):
        start = end
    opening = Traced.join([repair(paragraph.cut(0, start), BODY_FIXERS).strip(), paragraph.cut(start, end).strip()])
    return Traced.join([opening, repair(paragraph.cut(end), BODY_FIXERS).strip()]), len(opening)


def _page_number(label: str) -> str:
    """Return a page label as cited: 二 → 2, 十二 → 12, A03 → A3 (GB/T 7714 prints no leading zero)."""
    if label.isascii():
        letter, digits = re.fullmatch(r"([A-Za-z]?)\s?(\d+)", label).groups()  # type: ignore[union-attr]
        return f"{letter.upper()}{int(digits)}"
    tens, ten, ones = label.rpartition("十")
    if not ten:
        return str(CHINESE_NUMBERS.index(ones[-1]))
    return str((CHINESE_NUMBERS.index(tens[-1]) if tens else 1) * 10 + (CHINESE_NUMBERS.index(ones) if ones else 0))
