"""Show one whole article: its head as printed, where it stands, its paragraphs, the quotes marked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from qa.messages import language, say
from qa.records import Article
from web.citations import article_link, headline_of, source_parts
from web.marks import HERE, Mark, escape, marked

__all__ = ["article_html", "article_page", "document", "missing_page"]


def article_html(article: Article, marks: Sequence[Mark] = ()) -> str:
    """Return the article as HTML, the same in the source panel and on the article's own page."""
    return (
        f'<article class="wb-article" lang="zh-Hans">{_head(article, marks)}'
        f'<p class="wb-source">{" · ".join(escape(part) for part in source_parts(article))}</p>'
        f'<div class="wb-body">{"".join(_paragraphs(article, marks))}</div>{_jump(article)}</article>'
    )


def article_page(article: Article, marks: Sequence[Mark] = ()) -> str:
    """Return the article's page, a document of its own that also prints well."""
    quote = next(((m.start, m.end) for m in marks if m.kind == HERE), None)
    link, number = say("web.permalink"), say("web.article.id", id=article.id)
    address = (
        f'<p class="wb-address"><a href="{article_link(article.id, quote)}">{escape(link)}</a> '
        f"<span>{escape(number)}</span></p>"
    )
    return document(headline_of(article), article_html(article, marks) + address)


def missing_page(article_id: str) -> str:
    """Return the page shown for an article that is not held."""
    body = f'<div class="wb-missing"><h1>{escape(say("web.missing"))}</h1><p>{escape(article_id)}</p></div>'
    return document(say("web.missing"), body)


def _head(article: Article, marks: Iterable[Mark]) -> str:
    """Return the head group line by line, so that a quoted headline is marked like any other text."""
    rows = [
        (_rank(article, line), marked(line, at, marks))
        for at, line in _lines(article.text[: article.body_start], 0)
        if line.strip()
    ]
    shown = "".join(f'<p class="wb-{rank}">{line}</p>' for rank, line in rows if rank != "headline")
    above, below = shown, ""
    headline = "".join(f"<span>{line}</span> " for rank, line in rows if rank == "headline").strip()
    if headline:
        first = next(i for i, (rank, _) in enumerate(rows) if rank == "headline")
        above = "".join(f'<p class="wb-{rank}">{line}</p>' for rank, line in rows[:first])
        below = "".join(f'<p class="wb-{rank}">{line}</p>' for rank, line in rows[first:] if rank != "headline")
    note = ""
    if article.headline_made or not headline:
        headline = headline or escape(article.headline)
        note = f'<p class="wb-note">{escape(say("web.headline.made"))}</p>'
    made = " wb-made" if article.headline_made else ""
    return f'<header>{above}<h2 class="wb-headline{made}">{headline}</h2>{below}{note}</header>'


def _rank(article: Article, line: str) -> str:
    if line == article.kicker:
        return "kicker"
    return "subhead" if line == article.subhead else "headline"


def _paragraphs(article: Article, marks: Iterable[Mark]) -> Iterator[str]:
    for at, line in _lines(article.text[article.body_start :], article.body_start):
        if line:
            yield f"<p>{marked(line, at, marks)}</p>"


def _lines(text: str, at: int) -> Iterator[tuple[int, str]]:
    """Yield each line of `text` with its offset in the article; `text` begins at `at`."""
    for line in text.split("\n"):
        yield at, line
        at += len(line) + 1


def _jump(article: Article) -> str:
    notes = [say("web.jump.joined", pages="、".join(article.pages))] if article.continued else []
    if jump := article.jump:
        notes.append(say("web.jump.to" if jump.direction == "to" else "web.jump.from", mark=jump.text))
    return "".join(f'<p class="wb-note wb-jump">{escape(note)}</p>' for note in notes)


def document(title: str, body: str, *, styles: Sequence[str] = (), script: str = "article.js") -> str:
    """Return a page of our own: `body` is HTML, `styles` and `script` are names under ``/look/``."""
    lang = "zh-Hans" if language() == "zh" else "en"
    sheets = "".join(f'<link rel="stylesheet" href="/look/{name}">' for name in ("article.css", *styles))
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)} · {escape(say('web.name'))}</title>"
        f'<link rel="icon" href="/look/seal.svg">{sheets}'
        f'<script src="/look/{script}" defer></script></head><body class="wb-sheet">'
        f'<nav class="wb-nav"><a class="wb-name" href="/">{escape(say("web.name"))}</a>'
        f'<a href="/">{escape(say("web.to_chat"))}</a></nav><main>{body}</main></body></html>'
    )
