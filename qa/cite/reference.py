"""An article as an entry in a list of references: what every style needs, and nothing that is not known."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import chain

from qa.ingest.segment.names import is_name, read_names
from qa.records import Article, Byline

__all__ = ["Reference", "day_parts", "one_line", "reference_of"]

BLANKS = re.compile(r"\s+")
ZEROS = re.compile(r"^0+(?=[0-9]+$)")
DAY = re.compile(r"[0-9]{4}(?:-(?:0[1-9]|1[0-2])(?:-[0-3][0-9])?)?")
DASHES = "—―─–"
SIGNED = re.compile(r"(?:评论员|評論員|编辑部|編輯部|编者|編者)$")
"""Ends of a byline that signs without a name: 本报评论员."""
AROUND = "□■◇◆○（(）)[]【】 \t\u3000"
BETWEEN = re.compile(r"[\s、，,；;/／]")
BETWEEN_LATIN = re.compile(r"\s*[、；;/／]\s*")
LATIN = re.compile(r"[A-ZÀ-Þ][\w.'’-]*(?:,? [\w.'’-]+){1,3}")


@dataclass(frozen=True, slots=True)
class Reference:
    """What is known of an article, ready to be set in a style; every text is one line, a blank is never invented.

    `title` is the headline without its brackets where it is `supplied`. `subtitle` is what the styles put behind the
    title; `kicker` and `subhead` are the lines as printed, for formats that have a field for them. `pages` are bare
    labels: ``1``, ``A01``. `date` and `accessed` are ISO days.
    """

    article_id: str
    title: str
    supplied: bool = False
    subtitle: str | None = None
    kicker: str | None = None
    subhead: str | None = None
    authors: tuple[str, ...] = ()
    paper: str | None = None
    date: str | None = None
    pages: tuple[str, ...] = ()
    section: str | None = None
    url: str | None = None
    accessed: str | None = None


def reference_of(article: Article, *, subhead: bool = False, accessed: str | None = None) -> Reference:
    """Gather what a reference says of `article`; `accessed` is the day its address was looked up.

    A subhead set off by a dash (——访院长周济) belongs to the title and follows it; one without tells more of the news
    and is left out, unless `subhead` is true. The kicker is never part of the title.
    """
    below = one_line(article.subhead)
    dashed = below[:1] in DASHES
    title = one_line(article.headline)
    return Reference(
        article_id=article.id,
        title=title,
        supplied=article.headline_made,
        subtitle=(below.lstrip(DASHES).strip() or None) if dashed or subhead else None,
        kicker=one_line(article.kicker) or None,
        subhead=below or None,
        authors=_authors(article),
        paper=one_line(article.paper).removeprefix("《").removesuffix("》") or None,
        date=article.date if DAY.fullmatch(article.date or "") else None,
        pages=_pages(article),
        section=one_line(article.section) or None,
        url=_address(article.url),
        accessed=accessed,
    )


def one_line(text: str | None) -> str:
    r"""Return `text` on one line: line ends and runs of blanks become one blank.

    >>> one_line(" 坚定信心\n振奋精神 "), one_line(None)
    ('坚定信心 振奋精神', '')
    """
    return BLANKS.sub(" ", text or "").strip()


def day_parts(date: str | None) -> tuple[int, ...]:
    """Return year, month and day of an ISO date, as many as it has.

    >>> day_parts("2023-11-09"), day_parts(None)
    ((2023, 11, 9), ())
    """
    return tuple(int(part) for part in date.split("-")) if date else ()


def _authors(article: Article) -> tuple[str, ...]:
    """Return who wrote it, in the order printed: reporters and correspondents; of a picture alone, who took it."""
    byline = article.byline
    if byline is None:
        return ()
    people = (*byline.reporters, *byline.correspondents)
    if not people and article.kind == "caption":
        people = byline.photographers
    if not people:
        return _signed(byline)
    printed = BLANKS.sub("", byline.verbatim)
    places = {name: printed.find(BLANKS.sub("", name)) for name in people}
    return tuple(sorted(dict.fromkeys(people), key=lambda name: places[name] if places[name] >= 0 else len(printed)))


def _signed(byline: Byline) -> tuple[str, ...]:
    """Read a byline that marks nobody: bare names, as exports have them, 本报评论员; 本报讯 and 新华社 are nobody."""
    if byline.photographers:
        return ()
    printed = one_line(byline.verbatim).strip(AROUND)
    if SIGNED.search(printed):
        return (printed,)
    names = read_names(printed)
    if all(map(is_name, names)) and "".join(names) == BETWEEN.sub("", printed):
        return names
    latin = BETWEEN_LATIN.split(printed)
    return tuple(latin) if all(map(LATIN.fullmatch, latin)) else ()


def _pages(article: Article) -> tuple[str, ...]:
    """Return the pages it stands on, also those that its jump marks name and that are not held."""
    before = [jump.page for jump in article.jumps if jump.direction == "from"]
    after = [jump.page for jump in article.jumps if jump.direction == "to"]
    bare = (ZEROS.sub("", one_line(label)) for label in chain(before, article.pages, after) if label)
    return tuple(dict.fromkeys(label for label in bare if label))


def _address(url: str | None) -> str | None:
    """Return a web address without blanks; None for what is none."""
    bare = BLANKS.sub("", url or "")
    return bare if bare.startswith(("https://", "http://")) else None
