"""Write where a quote stands: as one line, as a link."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote as url_quote

from qa.cite.quotes import COPIES_NAMED, copies_rest, source_line
from qa.messages import say
from qa.records import Article, Citation, Reprint
from web.marks import escape

__all__ = [
    "article_link",
    "citation_link",
    "copies_html",
    "day",
    "day_range",
    "headline_of",
    "page_label",
    "source_parts",
]


def day(date: str | None) -> str:
    """Return an ISO date as the reader writes it.

    >>> day("2023-11-09")
    '2023年11月9日'
    """
    if not date:
        return say("cite.no_date")
    parts = date.split("-")
    if len(parts) != 3 or not all(part.isdigit() for part in parts):
        return date
    year, month, number = (int(part) for part in parts)
    return say("web.day", year=year, month=month, day=number)


def day_range(first: str | None, last: str | None) -> str:
    """Return the days from `first` to `last` as the reader writes them."""
    if not first or not last:
        return say("days.unknown")
    if first == last:
        return say("days.one", first=day(first))
    return say("days.range", first=day(first), last=day(last))


def page_label(page: str | None) -> str | None:
    """Return the page as cited (第1版), or None where it is not known."""
    return say("cite.page", page=page) if page else None


def headline_of(source: Citation | Article | Reprint) -> str:
    """Return the headline, or the first words with the remark that the page prints none."""
    return say("headline.made", lead=source.headline) if source.headline_made else source.headline


def source_parts(source: Citation | Article) -> list[str]:
    """Return newspaper, date, page and byline as printed, without what is not known."""
    page: str | None
    if isinstance(source, Article):
        page, byline = "、".join(source.pages), source.byline.verbatim if source.byline else None
        kind = say(f"kind.{source.kind}") if source.kind != "news" else None
    else:
        page, byline, kind = source.page, source.byline, None
    known = (page_label(page), byline, kind)
    return [source.paper or say("cite.no_paper"), day(source.date), *(part for part in known if part)]


def article_link(article_id: str, quote: tuple[int, int] | None = None) -> str:
    """Return the address of an article's page, ready for an attribute, opened at `quote` if given."""
    at = f"?start={quote[0]}&amp;end={quote[1]}" if quote else ""
    return f"/article/{url_quote(article_id, safe='')}{at}"


def citation_link(citation: Citation) -> str:
    """Return the address of the cited article's page, opened at the quote."""
    return article_link(citation.article_id, (citation.start, citation.end))


def copies_html(copies: Sequence[Reprint]) -> str:
    """Return where else an article was printed, each place a link to that print; nothing where nowhere."""
    if not copies:
        return ""
    between = escape(say("copies.between"))
    places = between.join(
        f'<a href="{article_link(copy.article_id)}" target="_blank" rel="noopener" '
        f'title="{escape(headline_of(copy))}">{escape(source_line(copy))}</a>'
        for copy in copies[:COPIES_NAMED]
    )
    also = escape(say("copies.also", count=len(copies), places=""))
    return f'<p class="wb-copies">{also}{places}{escape(copies_rest(copies))}</p>'
