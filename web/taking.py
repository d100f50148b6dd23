"""What a reader takes along of an answer: its quotes with references to paste, in any style, and a Word file."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence

from qa.cite.reference import reference_of
from qa.cite.styles import DEFAULT_STYLE, FILE_STYLES, STYLES, reference, references
from qa.messages import say
from qa.records import Answer, Article, Filters
from web.inputs import HISTORY_KEPT
from web.marks import escape

__all__ = ["asked_again", "paste_texts", "taking_html"]


def paste_texts(answer: Answer, article_of: Callable[[str], Article]) -> dict[str, str]:
    """Return, by style, the answer's quotes and their references as plain text; nothing for a refusal.

    A reference stands under its quote, words that open a sentence before it, and the records of a file after all.
    """
    articles = {citation.article_id: article_of(citation.article_id) for citation in answer.citations}
    return {style: _pasted(answer, articles, style) for style in STYLES} if articles else {}


def asked_again(question: str, filters: Filters, history: Sequence[str]) -> str:
    """Return the body of a ``POST /api/word`` that asks the same again."""
    narrowed = {"from": filters.date_from, "to": filters.date_to, "paper": filters.paper, "page": filters.page}
    sent = {"question": question, **narrowed, "history": list(history[-HISTORY_KEPT:])}
    return json.dumps({name: value for name, value in sent.items() if value}, ensure_ascii=False)


def taking_html(texts: Mapping[str, str], asked: str = "") -> str:
    """Return the choice of style, the button that copies and, where there is something to ask, the one for Word."""
    options = "".join(
        f'<option value="{style}" data-copy="{escape(text)}" data-note="{_note_style(style)}">'
        f"{escape(say(f'style.name.{style}'))}</option>"
        for style, text in texts.items()
    )
    copy = (
        f'<select class="wb-style" aria-label="{escape(say("web.style"))}">{options}</select>'
        f'<button type="button" class="wb-copy" data-copied="{escape(say("web.copied"))}">'
        f"{escape(say('web.copy'))}</button>"
    )
    word = (
        f'<button type="button" class="wb-word" data-asked="{escape(asked)}" '
        f'data-saved="{escape(say("web.word.saved"))}" data-failed="{escape(say("web.word.failed"))}">'
        f"{escape(say('web.word'))}</button>"
    )
    return copy + (word if asked else "") if texts else ""


def _pasted(answer: Answer, articles: Mapping[str, Article], style: str) -> str:
    quotes = [(citation.quote, articles[citation.article_id]) for citation in answer.citations]
    if style in FILE_STYLES:
        entries = dict.fromkeys(map(reference_of, articles.values()))
        return "\n\n".join([*(quote for quote, _ in quotes), references(entries, style)])
    if style == "news":
        return "\n\n".join(say("web.copy.news", source=reference(of, style), quote=quote) for quote, of in quotes)
    return "\n\n".join(f"{quote}\n{reference(of, style)}" for quote, of in quotes)


def _note_style(style: str) -> str:
    return DEFAULT_STYLE if style in FILE_STYLES else style
