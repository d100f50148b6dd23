"""From a page to its articles: which blocks make a body, which head is its own, what belongs to none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from qa.ingest.blocks import Block, closes_paragraph, label_blocks
from qa.ingest.bylines import LEAD_IN_BYLINE, parse_byline
from qa.ingest.heads import HeadGroup, join_head, match_heads
from qa.ingest.lines import JUMP, LEAD_IN, Line, goes_on_elsewhere, modal_width, read_lines
from qa.ingest.repair import BODY_FIXERS, HEAD_FIXERS, repair
from qa.ingest.traced import Traced
from qa.records import Article, Jump, OffsetMap, Page, PageContent, PageItem

__all__ = ["cut_articles", "made_headline"]

SECTION_HEAD_WIDTH = 16.0
MADE_CHARS = 30
LEADING_DATE = re.compile(
    r"^[\s）)]*(?:\d{1,2}月\d{1,2}日|\d{4}年\d{1,2}月\d{1,2}日|近日|日前|昨日|连日来)?[，,：:\s]*"
)
CHINESE_NUMBERS = "零一二三四五六七八九"


def cut_articles(page: Page) -> PageContent:
    """Cut `page` into articles; every character that is not white space goes to one article, jump or other item."""
    lines = read_lines(page.text)
    sorter = _Sorter()
    for block in label_blocks(lines):
        sorter.add(block)
    matched = match_heads(sorter.runs, [draft.text for draft in sorter.drafts], sorter.beside)
    heads = {at: join_head(blocks, page.text) for at, blocks in matched.items()}
    spoken_for: set[int] = set()
    articles = []
    for at, draft in enumerate(sorter.drafts):
        head = heads.get(at)
        byline = head.byline if head and head.byline else draft.byline
        if byline and (byline.number in spoken_for or parse_byline(draft.text)):
            byline = None  # another's, or the lead-in names the people already
        if byline:
            spoken_for.add(byline.number)
        articles.append(_article(page, draft, head, byline, lines))
    taken = {block.span for blocks in matched.values() for block in blocks}
    orphans = [block for run in sorter.runs for block in run if block.span not in taken]
    others = [_other("headline", block.lines, join_head([block], page.text).headline) for block in orphans]
    others += [_other(block.kind, block.lines) for block in sorter.others]
    bylines = [*sorter.bylines, *(block.byline for run in sorter.runs for block in run if block.byline)]
    others += [_other("byline", (line,)) for line in bylines if line.number not in spoken_for]
    return PageContent(page, tuple(articles), tuple(sorted(others, key=lambda item: item.source_lines)))


def made_headline(body: str) -> str:
    """Return a neutral label for an article whose headline is not on the page: its first words, shortened.

    >>> made_headline("本报讯（记者 王利辉）11月9日，市长到学院宣讲，调研教育工作。副市长参加。")
    '市长到学院宣讲，调研教育工作'
    """
    rest = LEADING_DATE.sub("", LEAD_IN_BYLINE.sub("", body.split("\n", 1)[0]))
    label = re.split(r"[。！？；]", rest, maxsplit=1)[0]
    if len(label) <= MADE_CHARS:
        return label
    clause = max(label.rfind(mark, 0, MADE_CHARS) for mark in "，、：")
    return label[: clause if clause > MADE_CHARS // 3 else MADE_CHARS] + "……"


@dataclass(slots=True)
class _Draft:
    """The body of an article while its page is being read."""

    lines: list[Line] = field(default_factory=list)
    byline: Line | None = None

    @property
    def text(self) -> str:
        return "".join(line.text for line in self.lines)


class _Sorter:
    """Sort a page's blocks into bodies, rows of heads (with the bodies beside each), and items of no article."""

    def __init__(self) -> None:
        self.drafts: list[_Draft] = []
        self.runs: list[list[Block]] = []
        self.beside: list[tuple[int, ...]] = []
        self.others: list[Block] = []
        self.bylines: list[Line] = []
        self._in_heads = False
        self._byline: Line | None = None

    def add(self, block: Block) -> None:
        """Take the next block of the page."""
        if block.kind == "body":
            self._body(block)
            self._in_heads, self._byline = False, None
        elif block.kind == "head":
            if not self._in_heads:
                self.runs.append([])
                self.beside.append((len(self.drafts) - 1,) if self.drafts else ())
            self.runs[-1].append(block)
            self._in_heads, self._byline = True, block.byline
        elif block.kind == "byline":
            self._byline = block.lines[0]
            self.bylines.append(block.lines[0])
        else:
            self.others.append(block)

    def _body(self, block: Block) -> None:
        if self._in_heads and self._goes_on_after_section_head(block):
            self.beside.pop()
            self.drafts[-1].lines.extend(self.runs.pop()[0].lines)
        elif self._in_heads or self._begins(block):
            self.drafts.append(_Draft(byline=self._byline))
            if self._in_heads:
                self.beside[-1] = (*self.beside[-1], len(self.drafts) - 1)
        self.drafts[-1].lines.extend(block.lines)

    def _begins(self, block: Block) -> bool:
        """Tell whether a body that no head parts from the one before begins an article."""
        if not self.drafts or self._byline or LEAD_IN.match(block.lines[0].text):
            return True
        return goes_on_elsewhere(self.drafts[-1].lines[-1].text)

    def _goes_on_after_section_head(self, block: Block) -> bool:
        """Tell whether the heads before `block` are one short section head inside an article.

        It stands alone, and the column before and after it is the same.
        """
        run = self.runs[-1]
        if not self.drafts or self._begins(block) or len(run) != 1 or len(run[0].lines) != 1 or run[0].byline:
            return False
        same_column = abs(modal_width(self.drafts[-1].lines) - modal_width(block.lines)) < 1
        return run[0].lines[0].width <= SECTION_HEAD_WIDTH and same_column


def _other(kind: str, lines: Sequence[Line], text: Traced | None = None) -> PageItem:
    joined = text or Traced.join([repair(line.traced, HEAD_FIXERS) for line in lines], " ")
    return PageItem(kind, joined.text, (lines[0].number, lines[-1].number))


def _article(page: Page, draft: _Draft, head: HeadGroup | None, byline: Line | None, lines: Sequence[Line]) -> Article:
    paragraphs, jump = _paragraphs(draft.lines, lines)
    body = Traced.join(paragraphs, "\n")
    named = parse_byline(paragraphs[0].text) if paragraphs else None
    if named is None and byline:
        named = parse_byline(byline.text)
    parts = [part for part in (head.kicker, head.headline, head.subhead) if part] if head else []
    text = Traced.join([Traced.join(parts, "\n"), body], "\n\n") if parts else body
    made = made_headline(body.text)
    blocks = head.blocks if head else ()
    spans = [block.span for block in blocks] + _ranges(draft.lines)
    if byline:
        spans.append((byline.number, byline.number))
    return Article(
        id="",
        text=text.text,
        body_start=len(text) - len(body),
        headline=head.headline.text if head else made,
        headline_made=head is None,
        kicker=head.kicker.text if head and head.kicker else None,
        subhead=head.subhead.text if head and head.subhead else None,
        byline=named,
        paper=page.paper,
        date=page.date,
        page=page.page,
        jump=jump,
        source_lines=tuple(sorted(spans)),
        origins=OffsetMap.of(text.origins),
    )


def _ranges(lines: Sequence[Line]) -> list[tuple[int, int]]:
    """First and last number of each stretch of `lines` with nothing but blank lines left out."""
    return [(lines[0].number, lines[-1].number)] if lines else []


def _paragraphs(body: Sequence[Line], lines: Sequence[Line]) -> tuple[list[Traced], Jump | None]:
    """Join body lines to paragraphs, take out the jump mark, drop the spaces of the extraction."""
    paragraphs: list[Traced] = []
    open_lines: list[Traced] = []
    for line in body:
        open_lines.append(line.traced)
        if closes_paragraph(line, lines):
            paragraphs.append(Traced.join(open_lines))
            open_lines = []
    if open_lines:
        paragraphs.append(Traced.join(open_lines))
    jump: Jump | None = None
    cleaned = []
    for joined in paragraphs:
        mark = JUMP.search(joined.text)
        if mark:
            direction = "to" if goes_on_elsewhere(mark.group()) else "from"
            jump = Jump(mark.group().strip(), direction, _page_number(mark["page"]))
        paragraph = _drop_spaces(joined.without([mark.span()] if mark else [])).strip()
        if paragraph.text:
            cleaned.append(paragraph)
    return cleaned, jump


def _drop_spaces(paragraph: Traced) -> Traced:
    """Drop extraction spaces, but keep one between the words of a lead-in's byline."""
    lead_in = LEAD_IN_BYLINE.match(paragraph.text)
    if not lead_in or not lead_in["people"]:
        return repair(paragraph, BODY_FIXERS)
    start, end = lead_in.span("people")
    return Traced.join(
        [
            repair(paragraph.cut(0, start), BODY_FIXERS).strip(),
            paragraph.cut(start, end),
            repair(paragraph.cut(end), BODY_FIXERS).strip(),
        ]
    )


def _page_number(label: str) -> str:
    """Return a page label as cited: 二 → 2, 十二 → 12, A03 → A3 (GB/T 7714 prints no leading zero)."""
    if label.isascii():
        letter, digits = re.fullmatch(r"([A-Za-z]?)(\d+)", label).groups()  # type: ignore[union-attr]
        return f"{letter.upper()}{int(digits)}"
    tens, _, ones = label.rpartition("十")
    if not _ and not tens:
        return str(CHINESE_NUMBERS.index(label))
    return str((CHINESE_NUMBERS.index(tens) if tens else 1) * 10 + (CHINESE_NUMBERS.index(ones) if ones else 0))
