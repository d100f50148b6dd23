"""The markup of a web page: decoded, parsed, and read as the lines that a reader of the page sees."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser, LexborNode

from qa.errors import BadFile
from qa.ingest.files.characters import UNREADABLE
from qa.ingest.files.decoding import decode, standard_characters
from qa.ingest.segment.repair import WIDE

__all__ = [
    "PAGE_BYTES",
    "decode_markup",
    "fields_of",
    "fold",
    "lines_of",
    "lines_outside_links",
    "parse_fragment",
    "parse_markup",
    "text_holder",
    "text_of",
]

PAGE_BYTES = 4 * 1024 * 1024
"""Largest web page accepted."""
DEPTH = 500
"""Deepest nesting parsed: the parser's time grows with its square, and real pages stay under a hundred."""
ATTRIBUTES = 1_000
FEWEST_CHARS = 20
"""A story without any marks round it has at least so many characters, and a full stop."""
PARAGRAPH_SHARE = 0.8
"""What the text of an element counts for the element round it: paragraphs together outweigh the longest of them."""

FOUNDER = (
    "introtitle", "title", "subtitle", "author", "date", "papername", "pagenum"
)  # fmt: skip
PROPERTIES = re.compile(r"<!--\s*enpproperty\b")
PROPERTIES_END = "/enpproperty-->"
CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_-]+)""", re.IGNORECASE)
DECLARED = {
    **dict.fromkeys(("gb2312", "gb_2312-80", "gbk", "x-gbk", "cp936", "gb18030"), "gb18030"),
    **dict.fromkeys(("big5", "big5-hkscs", "cp950"), "cp950"),
}
TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]*)([^<>]*)")
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}
CLOSED_BY_THE_NEXT = {"p", "li", "dt", "dd", "td", "th", "tr", "thead", "tbody", "tfoot", "option", "optgroup"}
FLAT = VOID | CLOSED_BY_THE_NEXT | {"colgroup", "html", "head", "body"}
UNSEEN = {
    "script", "style", "noscript", "template", "head", "title", "iframe", "object", "select", "textarea", "button",
    "svg", "map", "-comment",
}  # fmt: skip
INLINE = {
    "a", "abbr", "b", "big", "cite", "code", "em", "font", "i", "label", "mark", "nobr", "q", "s", "small", "span",
    "strong", "sub", "sup", "tt", "u", "-text",
}  # fmt: skip
HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
SOURCE_BREAK = re.compile(rf"(?<={WIDE})[ \t\f]*[\r\n][ \t\f\r\n]*(?={WIDE})")
SPACES = re.compile(r"[ \t\r\n\f]+|\s{100,}")
WHITE = "".join(filter(str.isspace, map(chr, range(0x3001)))) + "\u200b\ufeff"


def decode_markup(data: bytes, name: str) -> tuple[str, str]:
    """Decode by the declared charset, unless the bytes are UTF-8: pages saved anew often keep the old declaration."""
    declared = CHARSET.search(data[:4096])
    codec = DECLARED.get(declared[1].decode().lower()) if declared else None
    text = _strictly(data, codec) if codec and _strictly(data, "utf-8") is None else None
    return (standard_characters(text), codec) if text is not None and codec else decode(data, name)


def parse_markup(markup: str, name: str) -> LexborHTMLParser:
    """Parse a page; BadFile for one that is built to keep the parser busy."""
    depth = 0
    for match in TAG.finditer(markup):
        closing, tag, attributes = match.groups()
        if len(attributes) > ATTRIBUTES and len(attributes.split()) > ATTRIBUTES:
            raise BadFile("epaper.tangled", path=name, depth=DEPTH)
        if tag.lower() not in FLAT and not attributes.endswith("/"):
            depth = max(0, depth - 1) if closing else depth + 1
            if depth > DEPTH:
                raise BadFile("epaper.tangled", path=name, depth=DEPTH)
    return parse_fragment(markup)


def parse_fragment(markup: str) -> LexborHTMLParser:
    """Parse a part of a page that was parsed whole before."""
    # Without the events of its document model the parser takes linear time over a long <select>.
    return LexborHTMLParser(markup, options=LexborDocumentOptions.WO_EVENTS)


def fields_of(markup: str, tree: LexborHTMLParser) -> dict[str, str]:
    """Return what the page records of itself: its meta elements (names in lower case), and Founder's fields over them.

    Founder's fields stand in a comment, as elements, or as such elements inside the comment.
    """
    found: dict[str, str] = {}
    for meta in tree.css("meta[content]"):
        name = meta.attributes.get("property") or meta.attributes.get("name") or meta.attributes.get("itemprop") or ""
        if name.lower() not in (*FOUNDER[:4], *found):  # a site's title and author are its own
            found[name.lower()] = fold(meta.attributes["content"] or "")
    start = PROPERTIES.search(markup)
    end = markup.find(PROPERTIES_END, start.end()) if start else -1
    comment = markup[start.end() : end] if start and end >= 0 else ""
    for name in FOUNDER:
        match = re.search(rf"<((?:founder-)?{name})>([^\0]{{0,2000}}?)</\1>", comment, re.IGNORECASE)
        inner = re.sub(r"&lt;br\s*/?&gt;", "<br>", match[2], flags=re.IGNORECASE) if match else ""
        element = f"founder-{name}" + (f", {name}" if name in ("papername", "pagenum") else "")
        text = text_of(parse_fragment(inner).body) or text_of(tree.css_first(element))
        found |= {name: text} if text else {}
    return found


def lines_of(root: LexborNode | None) -> list[str]:
    """Return the visible lines at and below `root`; white space of the markup folded as a browser folds it."""
    lines: list[list[str]] = [[]]
    for node, entering in _walk(root) if root is not None else ():
        if node.tag == "-text" and entering:
            lines[-1].append(node.text_content or "")
        elif node.tag not in INLINE:
            lines.append([])
    return [line for pieces in lines if (line := fold("".join(pieces)))]


def lines_outside_links(root: LexborNode | None) -> list[str]:
    """Return the visible lines at and below `root` without what links elsewhere."""
    lines: list[list[str]] = [[]]
    links = 0
    for node, entering in _walk(root) if root is not None else ():
        if node.tag == "a" and node.attributes.get("href"):
            links += 1 if entering else -1
        elif node.tag == "-text" and entering and not links:
            lines[-1].append(node.text_content or "")
        elif node.tag not in INLINE:
            lines.append([])
    return [line for pieces in lines if (line := fold("".join(pieces)))]


def text_of(node: LexborNode | None) -> str:
    """Return the visible text at and below `node` on one line."""
    return " ".join(lines_of(node))


def fold(text: str) -> str:
    r"""Fold white space as a browser does, trim the ends of indents, drop what cannot be stored.

    A line end of the markup between two Chinese characters is nothing; spaces that were set on purpose stay, but not a
    hundred of them, which are layout.

    >>> fold("\u3000\u3000秋粮\n  收购 \xa0 ABC\n def\xa0") == "秋粮收购 \xa0 ABC def"
    True
    """
    text = UNREADABLE.sub("", standard_characters(text))
    return SPACES.sub(" ", SOURCE_BREAK.sub("", text)).strip(WHITE)


def text_holder(tree: LexborHTMLParser) -> LexborNode | None:
    """Return the element that holds most text outside links, where that is as much as a story has.

    Paragraphs count for the element round them, whether they are marked as paragraphs or not.
    """
    held: defaultdict[int, float] = defaultdict(float)
    with_stop: set[int] = set()
    elements: list[LexborNode] = []
    holding: list[LexborNode] = []
    links = 0
    for node, entering in _walk(tree.body) if tree.body is not None else ():
        if node.tag == "a":
            links += 1 if entering else -1
        elif node.tag == "-text" and entering and not links and holding:
            text = fold(node.text_content or "")
            for element, share in zip(reversed(holding[-2:]), (1, PARAGRAPH_SHARE), strict=False):
                held[element.mem_id] += share * len(text)
                if "。" in text:
                    with_stop.add(element.mem_id)
        elif node.tag not in INLINE and node.tag not in ("p", "br"):
            if entering:
                holding.append(node)
                elements.append(node)
            else:
                holding.pop()
    stories = [node for node in elements if node.mem_id in with_stop and held[node.mem_id] >= FEWEST_CHARS]
    return max(stories, key=lambda node: held[node.mem_id], default=None)


def _strictly(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        return None


def _walk(root: LexborNode) -> Iterator[tuple[LexborNode, bool]]:
    """Yield what is seen at and below `root`, each node on the way in (True) and on the way out (False)."""
    node, entering = root, True
    while True:
        seen = not entering or _seen(node)
        if seen:
            yield node, entering
        child = node.first_child if entering and seen else None
        if child is not None:
            node = child
            continue
        if entering and seen:
            yield node, False
        if node.mem_id == root.mem_id:
            return
        following = node.next
        entering = following is not None
        node = following if following is not None else node.parent  # type: ignore[assignment]


def _seen(node: LexborNode) -> bool:
    if node.tag in UNSEEN:
        return False
    attributes = {} if node.tag == "-text" else node.attributes
    return "hidden" not in attributes and not HIDDEN.search(attributes.get("style") or "")
