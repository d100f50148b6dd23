"""Where a quote stands: the citation record and its one-line form."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from qa.cite.styles import reference
from qa.messages import say
from qa.records import Article, Citation, PageState, Reprint

__all__ = ["COPIES_NAMED", "cite", "copies_line", "copies_rest", "permalink", "source_line"]

COPIES_NAMED = 5
"""Other prints that are named to the reader, the earliest; all are counted, and JSON carries all."""


def permalink(article_id: str) -> str:
    """Return the path of an article's own page."""
    return f"/article/{article_id}"


def cite(article: Article, n: int, start: int, end: int, copies: Iterable[Article] = ()) -> Citation:
    """Cite ``article.text[start:end]`` under number `n`; `copies` are the other prints, in order."""
    return Citation(
        n=n,
        article_id=article.id,
        headline=article.headline,
        headline_made=article.headline_made,
        paper=article.paper,
        date=article.date,
        page="、".join(article.pages_between(start, end)) or None,
        byline=article.byline.verbatim if article.byline else None,
        quote=article.text[start:end],
        start=start,
        end=end,
        permalink=permalink(article.id),
        copies=tuple(_reprint(copy) for copy in copies),
        reference=reference(article),
    )


def source_line(source: Article | Citation | PageState | Reprint) -> str:
    """Return newspaper, date and page on one line: 《许昌日报》 2023-11-10 第1版; all pages of an article."""
    page = "、".join(source.pages) if isinstance(source, Article) else source.page
    parts = [
        f"《{source.paper}》" if source.paper else say("cite.no_paper"),
        source.date or say("cite.no_date"),
        say("cite.page", page=page) if page else "",
    ]
    return " ".join(part for part in parts if part)


def copies_line(copies: Sequence[Reprint]) -> str:
    """Return where else an article was printed, on one line."""
    places = say("copies.between").join(source_line(copy) for copy in copies[:COPIES_NAMED])
    return say("copies.also", count=len(copies), places=places + copies_rest(copies))


def copies_rest(copies: Sequence[Reprint]) -> str:
    """Return what stands for the prints that are counted and not named."""
    return say("copies.more") if len(copies) > COPIES_NAMED else ""


def _reprint(article: Article) -> Reprint:
    return Reprint(
        article_id=article.id,
        headline=article.headline,
        headline_made=article.headline_made,
        paper=article.paper,
        date=article.date,
        page="、".join(article.pages) or None,
        permalink=permalink(article.id),
    )
