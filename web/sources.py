"""Render the panel beside the chat: the cited articles, or the contents of the latest issue."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from qa.messages import say
from qa.records import Answer, Article, Citation
from web.articles import article_html
from web.citations import article_link, citation_link, copies_html, day, headline_of, page_label
from web.marks import HERE, QUOTE, Mark, escape, words

__all__ = ["CITED", "NEAR", "Shelf", "contents_html", "marks_of", "panel_html", "single_html"]

CITED = "cited"
"""Opens ``answer.citations`` in the panel."""
NEAR = "near"
"""Opens ``answer.near``, the passages of a refusal that do not answer."""


class Shelf(Protocol):
    """Give an article by its id: `qa.archive.Archive`, or a few articles in a test."""

    def article(self, article_id: str) -> Article:
        """Return the article; NotHeld if there is none."""
        ...


def panel_html(shelf: Shelf, answer: Answer, turn: int, *, which: str = CITED, n: int = 1) -> str:
    """Return the panel for one answer, opened at citation `n` of its citations or near passages."""
    sources = answer.citations if which == CITED else answer.near
    chosen = next((c for c in sources if c.n == n), None)
    if chosen is None:
        return ""
    article = shelf.article(chosen.article_id)
    tabs = "".join(_tab(c, c is chosen, f"{which}.{turn}") for c in sources)
    warning = f'<p class="wb-note wb-warn">{escape(say("near.heading"))}</p>' if which == NEAR else ""
    shown = article_html(article, marks_of(answer, sources, chosen)) + copies_html(chosen.copies)
    foot = _foot(citation_link(chosen), turn)
    return f'<section class="wb-panel" data-at="{which}.{turn}.{n}">{_bar(tabs, warning)}{shown}{foot}</section>'


def single_html(article: Article) -> str:
    """Return the panel for an article opened from the contents, with nothing marked."""
    shown, foot = article_html(article), _foot(article_link(article.id), 0)
    return f'<section class="wb-panel" data-at="article.{escape(article.id)}">{_bar("")}{shown}{foot}</section>'


def contents_html(articles: Sequence[Article]) -> str:
    """Return the headlines of one issue, each opening its article: what the panel shows at first."""
    if not articles:
        return f'<section class="wb-panel"><p class="wb-hint">{escape(say("web.panel.empty"))}</p></section>'
    title = say("web.contents", paper=articles[0].paper or "", day=day(articles[0].date))
    return (
        f'<section class="wb-panel wb-contents"><h2>{escape(title.strip())}</h2>'
        f"<ol>{''.join(_entry(article) for article in articles)}</ol>"
        f'<p class="wb-hint">{escape(say("web.panel.hint"))}</p></section>'
    )


def marks_of(answer: Answer, sources: Iterable[Citation], chosen: Citation) -> list[Mark]:
    """Return what to mark in the chosen citation's article: every quote of it, and the answer's words."""
    here = [c for c in sources if c.article_id == chosen.article_id]
    return [
        *(Mark(c.start, c.end, QUOTE) for c in here),
        Mark(chosen.start, chosen.end, HERE),
        *words(answer.spans, chosen.article_id),
    ]


def _bar(tabs: str, below: str = "") -> str:
    """Return what stays in sight above the article: the tabs, the way back to the contents, a warning."""
    contents = escape(say("web.contents.back"))
    back = f'<button type="button" class="wb-tab wb-index" data-open="contents">{contents}</button>'
    return f'<div class="wb-bar"><nav class="wb-tabs">{tabs}{back}</nav>{below}</div>'


def _tab(citation: Citation, current: bool, prefix: str) -> str:
    state = ' aria-current="true"' if current else ""
    return (
        f'<button type="button" class="wb-tab" data-open="{prefix}.{citation.n}"{state}>'
        f"<b>{citation.n}</b> {escape(headline_of(citation))}</button>"
    )


def _entry(article: Article) -> str:
    page = page_label("、".join(article.pages))
    made = ' class="wb-made"' if article.headline_made else ""
    return (
        f'<li><a href="{article_link(article.id)}" data-open="article.{escape(article.id)}"{made}>'
        f"{escape(headline_of(article))}</a>{f' <small>{escape(page)}</small>' if page else ''}</li>"
    )


def _foot(link: str, turn: int) -> str:
    back = f'<a class="wb-back" href="#wb-turn-{turn}">{escape(say("web.back"))}</a>' if turn else ""
    alone = escape(say("web.open_page"))
    return f'<p class="wb-foot"><a href="{link}" target="_blank" rel="noopener">{alone}</a>{back}</p>'
