"""Where a quote stands: the citation record and its one-line form."""

from __future__ import annotations

from qa.messages import say
from qa.records import Article, Citation, PageState

__all__ = ["cite", "permalink", "source_line"]


def permalink(article_id: str) -> str:
    """Return the path of an article's own page."""
    return f"/article/{article_id}"


def cite(article: Article, n: int, start: int, end: int) -> Citation:
    """Cite ``article.text[start:end]`` under number `n`."""
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
    )


def source_line(source: Article | Citation | PageState) -> str:
    """Return newspaper, date and page on one line: 《许昌日报》 2023-11-10 第1版; all pages of an article."""
    page = "、".join(source.pages) if isinstance(source, Article) else source.page
    parts = [
        f"《{source.paper}》" if source.paper else say("cite.no_paper"),
        source.date or say("cite.no_date"),
        say("cite.page", page=page) if page else "",
    ]
    return " ".join(part for part in parts if part)
