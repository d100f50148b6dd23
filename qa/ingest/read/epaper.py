"""Read a saved article page of a newspaper's site: the story, its head, and what the page says of its place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from qa.errors import BadFile
from qa.ingest.files.sources import Source
from qa.ingest.imprints.imprint import Imprint, imprint_of
from qa.ingest.imprints.naming import KINDS, days_in, label_of
from qa.ingest.read.markup import (
    PAGE_BYTES,
    decode_markup,
    fold,
    lines_of,
    parse_fragment,
    parse_markup,
    text_holder,
    text_of,
)
from qa.ingest.read.nodepages import NodePages
from qa.ingest.segment.bylines import closing_byline, parse_byline
from qa.ingest.segment.kinds import kind_of
from qa.ingest.segment.lines import JUMP, goes_on_elsewhere
from qa.ingest.segment.stories import made_headline
from qa.ingest.segment.traced import Traced
from qa.records import Article, Byline, Jump, OffsetMap, Page, PageContent

__all__ = ["EPAPER_FORMATS", "read_epaper"]

EPAPER_FORMATS = (".html", ".htm")
TITLE_CHARS = 200
"""A document's title longer than this is no headline."""
INDEX = re.compile(r"(?:node_\d+|nbs\..+|l\d\d|index|default)\.html?$", re.IGNORECASE)
REFRESH = re.compile(r"""<meta[^>]{0,200}?http-equiv\s*=\s*["']?refresh""", re.IGNORECASE)
PROPERTIES = re.compile(r"<!--\s*enpproperty\b")
PROPERTIES_END = "/enpproperty-->"
CONTENT = re.compile(r"<!--\s*enpcontent\b[^>]{0,200}-->")
CONTENT_END = re.compile(r"<!--\s*/\s*enpcontent\s*-->|</founder-content\b", re.IGNORECASE)
OPENED = re.compile(r"<(?:html|body|!doctype|founder-content)\b", re.IGNORECASE)
CLOSED = re.compile(r"</(?:html|body)\b", re.IGNORECASE)
PEOPLES_DAILY = re.compile(
    r"""
    《(?P<paper>[^《》]{1,30})》\s*                       # 《人民日报》（2021年06月08日 第 01 版）
    [（(]\s*(?P<date>\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日)\s*第?\s*(?P<page>[A-Za-z]?\d{1,3})\s*版
    """,
    re.VERBOSE,
)
PAPER = rf"[\u3400-\u9fff]{{0,8}}{KINDS.pattern.removesuffix('$')}"
EDITION = r"(?:数字报|电子报|数字版|电子版|多媒体数字版|多媒体数字报|手机报|报社|网|首页)"
SITE = rf"(?:{PAPER}{EDITION}?|[\u3400-\u9fff]{{0,6}}{EDITION}|[\u3400-\u9fff]{{0,6}}(?:在线|客户端))"
SUFFIX = re.compile(rf"\s*[-_|—－]+\s*{SITE}\s*$")
ONLY_SITE = re.compile(rf"{PAPER}{EDITION}?|[\u3400-\u9fff]{{0,6}}{EDITION}")


@dataclass(frozen=True, slots=True)
class _Head:
    """What stands over the story; every field one line, empty where there is none."""

    kicker: str = ""
    headline: str = ""
    subhead: str = ""


def read_epaper(source: Source, imprint: Imprint, sha256: str, nodes: NodePages | None = None) -> PageContent:
    """Read the article of a saved page; what `imprint` leaves open is read from the page, its path, its index page.

    The page's text is what the reader of the article sees: kicker, headline, subhead, author and the paragraphs, a
    line each. An index page (a page's list of articles, the entry page that leads on to the day's issue) holds no
    article and gives a PageContent without any. Raises BadFile for a page that is cut off, has no story, is over
    4 MB or of abnormal structure.
    """
    markup, encoding = decode_markup(source.read(PAGE_BYTES), source.name)
    tree = parse_markup(markup, source.name)
    index = bool(INDEX.search(source.parts[-1]) or REFRESH.search(markup))
    if index and not CONTENT.search(markup) and tree.css_first("founder-content") is None:
        place = imprint.or_else(imprint_of(source.parts))
        page = Page(source.name, sha256, encoding, "", place.paper, place.date, place.page, place.date_source, "html")
        return PageContent(page, (), ())
    properties = _properties(markup, tree)
    section = text_of(tree.css_first("p.sec"))
    line = PEOPLES_DAILY.search(section)
    head = _head(properties, tree)
    author = properties["author"] or (section[: line.start()].strip() if line else "")
    above = [head.kicker, head.headline, head.subhead, author]
    body = _without_head(_body(markup, tree), [*above, section] if line else above)
    if _cut_off(markup):
        raise BadFile("epaper.truncated", path=source.name)
    if not body:
        raise BadFile("epaper.no_body", path=source.name)
    place = imprint.or_else(_printed_place(properties["date"], section)).or_else(imprint_of(source.parts))
    label = place.page or (nodes or NodePages()).page_of(source)
    text = "\n".join(part for part in (*above, *body) if part)
    page = Page(source.name, sha256, encoding, text, place.paper, place.date, label, place.date_source, "html")
    return PageContent(page, (_article(page, head, author),), ())


def _properties(markup: str, tree: LexborHTMLParser) -> dict[str, str]:
    """Return the fields of the Founder system, from its comment or else from its elements."""
    start = PROPERTIES.search(markup)
    end = markup.find(PROPERTIES_END, start.end()) if start else -1
    comment = markup[start.end() : end] if start and end >= 0 else ""
    found = {}
    for name in ("introtitle", "title", "subtitle", "author", "date"):
        match = re.search(rf"<{name}>([^\0]{{0,2000}}?)</{name}>", comment, re.IGNORECASE)
        inner = re.sub(r"&lt;br\s*/?&gt;", "<br>", match[1], flags=re.IGNORECASE) if match else ""
        found[name] = text_of(parse_fragment(inner).body) or text_of(tree.css_first(f"founder-{name}"))
    return found


def _head(properties: dict[str, str], tree: LexborHTMLParser) -> _Head:
    """Return the head: as the system recorded it, as the People's Daily sets it, or the title of the document."""
    if properties["title"]:
        return _Head(properties["introtitle"], properties["title"], properties["subtitle"])
    main = tree.css_first("h1")
    if main is not None and (headline := text_of(main)):
        return _Head(_beside(main, "h3", before=True), headline, _beside(main, "h2", before=False))
    title = tree.css_first("title")
    return _Head(headline=_without_site(fold(title.text()) if title is not None else ""))


def _beside(main: LexborNode, tag: str, *, before: bool) -> str:
    """Return the nearest `tag` among the siblings on one side of `main`."""
    node = main.prev if before else main.next
    while node is not None and node.tag != tag:
        node = node.prev if before else node.next
    return text_of(node)


def _without_site(title: str) -> str:
    """Take the names of paper and site from the end of a document's title.

    >>> _without_site("秋粮收购有序推进-清泉日报数字报"), _without_site("2023-2024赛季开幕 | 清泉日报 | 清泉网")
    ('秋粮收购有序推进', '2023-2024赛季开幕')
    >>> _without_site("清泉日报电子版"), _without_site("高铁5G-A网络开通")
    ('', '高铁5G-A网络开通')
    """
    if len(title) > TITLE_CHARS:
        return ""
    while (match := SUFFIX.search(title)) and match.start():
        title = title[: match.start()]
    return "" if ONLY_SITE.fullmatch(title) else title


def _body(markup: str, tree: LexborHTMLParser) -> list[str]:
    """Return the lines of the story, from the surest mark of where it stands to none at all."""
    if lines := lines_of(tree.css_first("founder-content")):
        return lines
    if start := CONTENT.search(markup):
        end = CONTENT_END.search(markup, start.end())
        if lines := lines_of(parse_fragment(markup[start.end() : end.start() if end else None]).body):
            return lines
    return lines_of(tree.css_first("div#ozoom")) or lines_of(tree.css_first("article")) or lines_of(text_holder(tree))


def _without_head(lines: list[str], heads: Sequence[str]) -> list[str]:
    """Leave out the first lines of a story where they repeat its head, whole or by clauses."""
    known = {re.sub(r"\s", "", part) for head in heads for part in (head, *head.split(" "))}
    at = 0
    while at < len(lines) and re.sub(r"\s", "", lines[at]) in known:
        at += 1
    return lines[at:]


def _cut_off(markup: str) -> bool:
    """Tell whether the page ends before its story does."""
    if CONTENT_END.search(markup):
        return False
    return bool(OPENED.search(markup) or CONTENT.search(markup)) and not CLOSED.search(markup)


def _printed_place(date: str, section: str) -> Imprint:
    """Read date, paper and page from the page's own record of them; no such day is no date.

    >>> _printed_place("", "本报记者 张三 《清泉日报》（2021年06月08日 第 01 版）")
    Imprint(paper='清泉日报', date='2021-06-08', page='1', date_source='text')
    """
    line = PEOPLES_DAILY.search(section)
    days = [day for day, _, _, _ in days_in(f"{date[:10]} {line['date'] if line else ''}")]
    found = Imprint(date=days[0], date_source="text") if days else Imprint()
    return found.or_else(Imprint(line["paper"], None, label_of(line["page"]))) if line else found


def _article(page: Page, head: _Head, author: str) -> Article:
    lines = page.text.split("\n")
    heads: list[Traced] = []
    paragraphs: list[Traced] = []
    above = [line for line in (head.kicker, head.headline, head.subhead) if line]
    offset = 0
    jumps: list[Jump] = []
    for number, line in enumerate(lines):
        traced = Traced.at(line, offset)
        offset += len(line) + 1
        if number < len(above):
            heads.append(traced)
        elif number > len(above) or not author:
            marks = list(JUMP.finditer(line))
            jumps.extend(_jump(mark) for mark in marks)
            paragraph = traced.without(mark.span() for mark in marks).strip()
            paragraphs.extend([paragraph] if paragraph.text else [])
    body = Traced.join(paragraphs, "\n")
    text = Traced.join([Traced.join(heads, "\n"), body], "\n\n") if heads else body
    return Article(
        id="",
        text=text.text,
        body_start=len(text) - len(body),
        headline=head.headline or made_headline(body.text),
        headline_made=not head.headline,
        kicker=head.kicker or None,
        subhead=head.subhead or None,
        byline=_byline(author, paragraphs),
        paper=page.paper,
        date=page.date,
        page=page.page,
        jumps=tuple(jumps),
        kind=kind_of(head.headline, body.text),
        source_lines=((1, len(lines)),),
        origins=OffsetMap.of(text.origins),
    )


def _jump(mark: re.Match[str]) -> Jump:
    direction = "to" if goes_on_elsewhere(mark.group()) else "from"
    return Jump(mark.group().strip(), direction, label_of(mark["page"] or mark["bare_page"]))


def _byline(author: str, paragraphs: Sequence[Traced]) -> Byline | None:
    """Return who wrote it: by the author's line if it tells the roles, else by the lead-in, else the line as it is."""
    named = parse_byline(author) if author else None
    if (named is None or not named.people) and paragraphs:
        lead_in = parse_byline(paragraphs[0].text)
        closing = closing_byline(paragraphs[-1].text)
        named = next((found for found in (lead_in, closing) if found and found.people), named or lead_in)
        if author and (named is None or not named.people):
            named = Byline(author)
    return named
