"""Read a saved article page of a newspaper's site: the story, its head, and what the page says of its place."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from selectolax.lexbor import LexborHTMLParser, LexborNode

from qa.errors import BadFile
from qa.ingest.files.sources import Source
from qa.ingest.imprints.imprint import Imprint, imprint_of
from qa.ingest.imprints.naming import label_of
from qa.ingest.imprints.webpages import PAPER_LINE, imprint_in_fields, imprint_in_title, imprint_on_screen
from qa.ingest.read.markup import (
    PAGE_BYTES,
    decode_markup,
    fields_of,
    fold,
    lines_of,
    lines_outside_links,
    parse_fragment,
    parse_markup,
    text_holder,
    text_of,
)
from qa.ingest.read.nodepages import NodePages
from qa.ingest.segment.bylines import closing_byline, is_byline_line, parse_byline
from qa.ingest.segment.kinds import kind_of
from qa.ingest.segment.lines import JUMP, goes_on_elsewhere
from qa.ingest.segment.stories import made_headline
from qa.ingest.segment.traced import Traced
from qa.records import Article, Byline, Jump, OffsetMap, Page, PageContent

__all__ = ["EPAPER_FORMATS", "read_epaper"]

EPAPER_FORMATS = (".html", ".htm")
TITLE_CHARS = 200
"""A document's title longer than this is no headline."""
INDEX = re.compile(r"(?:node_[A-Z]?\d+|nbs\..+|l\d\d|index|default)\.html?$", re.IGNORECASE)
REFRESH = re.compile(r"""<meta[^>]{0,200}?http-equiv\s*=\s*["']?refresh""", re.IGNORECASE)
CONTENT = re.compile(r"<!--\s*enpcontent\b[^>]{0,200}-->")
CONTENT_END = re.compile(r"<!--\s*/\s*enpcontent\s*-->|</founder-content\b", re.IGNORECASE)
OPENED = re.compile(r"<(?:html|body|!doctype|founder-content)\b", re.IGNORECASE)
CLOSED = re.compile(r"</(?:html|body)\b", re.IGNORECASE)
NUMBERED = re.compile(r"\d{1,3}\.html?", re.IGNORECASE)
"""A story's number in its folder as likely as its page."""
RANK = re.compile(r"(?P<own>^\W*(?:本报|本刊|本台)?)[\u3400-\u9fff]{1,8}?(?=记者|通讯员|评论员)")
AUTHORS = ".author, #author, .byline, [itemprop=author]"
AUTHOR_CHARS = 60
WRITERS = re.compile(
    r"(?:(?:作者|撰文|署名|文)\s*[:：/]?\s*)?[\u3400-\u9fff](?:[ \u3000]?[\u3400-\u9fff]){1,3}"
    r"(?:[\s、]+[\u3400-\u9fff](?:[ \u3000]?[\u3400-\u9fff]){1,3})*"
)
"""Names alone: a site may call itself or its editor the author of a page."""
NO_AUTHOR = re.compile(r"\s*(?:责任编辑|责编|来源|发布|时间|日期|编辑|\d{4}\s*[-/年]).*$")


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
    fields = fields_of(markup, tree)
    section = text_of(tree.css_first("p.sec"))
    line = PAPER_LINE.search(section)
    title = tree.css_first("title")
    named = fold(title.text()) if title is not None else ""
    titled, beside = imprint_in_title(named) if len(named) <= TITLE_CHARS else ("", Imprint())
    head = _head(fields, tree, titled)
    byline, marked = _author(tree)
    author = fields.get("author") or (section[: line.start()].strip() if line else "") or byline
    above = [head.kicker, head.headline, head.subhead, author]
    body = _without_head(_body(markup, tree), [*above, *marked, *([section] if line else [])])
    if author in body:  # signed at its end
        author = above[3] = ""
    if _cut_off(markup):
        raise BadFile("epaper.truncated", path=source.name)
    if not body:
        raise BadFile("epaper.no_body", path=source.name)
    place = imprint.or_else(_path(source)).or_else(imprint_in_fields(fields, section))
    if not place.page:
        place = place.or_else(Imprint(page=(nodes or NodePages()).page_of(source)))
    place = place.or_else(beside)
    if not (place.paper and place.date and place.page):
        place = place.or_else(_on_screen(tree, {*above, *body})).or_else(imprint_of(source.parts))
    text = "\n".join(part for part in (*above, *body) if part)
    page = Page(source.name, sha256, encoding, text, place.paper, place.date, place.page, place.date_source, "html")
    return PageContent(page, (_article(page, head, author),), ())


def _path(source: Source) -> Imprint:
    """Read the path, but for a file name that is a number alone: that is told last."""
    *folders, name = source.parts
    return imprint_of((*folders, "story.html") if NUMBERED.fullmatch(name) else source.parts)


def _on_screen(tree: LexborHTMLParser, story: set[str]) -> Imprint:
    """Read what stands round the story."""
    seen = [line for line in lines_outside_links(tree.body) if line not in story]
    return imprint_on_screen(seen, [fold(link.text()) for link in tree.css("a[href]")])


def _head(fields: Mapping[str, str], tree: LexborHTMLParser, titled: str) -> _Head:
    """Return the head: as the system recorded it, as the People's Daily sets it, or the title of the document."""
    if fields.get("title"):
        return _Head(fields.get("introtitle", ""), fields["title"], fields.get("subtitle", ""))
    main = tree.css_first("h1")
    if main is None or not (headline := text_of(main)):
        return _Head(headline=titled)
    kicker = next((text for tag, text in _beside(main, before=True) if tag == "h3" and not _is_byline(text)), "")
    after = [(tag, text) for tag, text in _beside(main, before=False) if not _is_byline(text)]
    return _Head(kicker, headline, next((text for tag, text in after if tag == "h2"), ""))


def _author(tree: LexborHTMLParser) -> tuple[str, list[str]]:
    """Return the byline that is set as a small head beside the headline or marked as the author, and the marked lines.

    What stands beside a marked author on its line (来源：…) is no part of the byline.
    """
    main = tree.css_first("h1")
    heads = [*_beside(main, before=False), *_beside(main, before=True)] if main is not None else []
    shown = [text for node in tree.css(AUTHORS) if len(text := text_of(node)) <= AUTHOR_CHARS]
    marked = {text: bare for text in shown if _is_byline(bare := NO_AUTHOR.sub("", text)) or WRITERS.fullmatch(bare)}
    return next(iter([*filter(_is_byline, (text for _, text in heads)), *marked.values()]), ""), list(marked)


def _beside(main: LexborNode, *, before: bool) -> list[tuple[str, str]]:
    """Return tags and texts of the heads among the siblings on one side of `main`, the nearest first."""
    found = []
    node = main.prev if before else main.next
    while node is not None:
        if node.tag in ("h2", "h3", "h4", "h5") and (text := text_of(node)):
            found.append((node.tag, text))
        node = node.prev if before else node.next
    return found


def _is_byline(text: str) -> bool:
    return is_byline_line(RANK.sub(r"\g<own>", text))


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
    named = _ranked(author) if author else None
    if (named is None or not named.people) and paragraphs:
        lead_in = parse_byline(paragraphs[0].text)
        closing = closing_byline(paragraphs[-1].text)
        named = next((found for found in (lead_in, closing) if found and found.people), named or lead_in)
        if author and (named is None or not named.people):
            named = Byline(author)
    return named


def _ranked(author: str) -> Byline | None:
    """Read a byline whose reporter has any rank at all.

    >>> _ranked("本报特派记者 张三丰")
    Byline(verbatim='本报特派记者 张三丰', reporters=('张三丰',), correspondents=(), photographers=())
    """
    byline = parse_byline(author) or parse_byline(RANK.sub(r"\g<own>", author))
    return replace(byline, verbatim=author) if byline else None
