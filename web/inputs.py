"""Check what a reader sends, from the page or over HTTP, before the archive sees it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath

from qa.answer.word import check_note_style
from qa.check.drafts import Draft, draft_of, read_draft_bytes
from qa.cite.styles import DEFAULT_STYLE
from qa.cli import check_filters
from qa.errors import BadInput
from qa.records import Filters
from qa.settings import SETTINGS

__all__ = ["HISTORY_KEPT", "Asked", "read_asked", "read_filters", "read_question", "read_sent_draft"]

HISTORY_KEPT = 20
"""Earlier questions that a follow-up is read against, newest last; older ones are left out."""
LABEL_CHARS = 100
"""Longest value of a filter."""
FIELDS = ("question", "from", "to", "paper", "page", "history")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as sent to ``POST /api/ask`` or ``/api/word``, checked."""

    question: str
    filters: Filters
    history: tuple[str, ...]
    style: str = DEFAULT_STYLE


def read_asked(body: bytes, *, styled: bool = False) -> Asked:
    """Return the request in a JSON `body`; BadInput, naming the field, for anything unexpected.

    Only where it is `styled` may it name the style of its footnotes.
    """
    known = (*FIELDS, "style") if styled else FIELDS
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadInput("web.json") from error
    if not isinstance(sent, Mapping):
        raise BadInput("web.json")
    unknown = sorted(set(sent) - set(known))
    if unknown:
        raise BadInput("web.field.unknown", field=_printable(unknown[0]), known=", ".join(known))
    filters = read_filters(*(sent.get(name) for name in ("from", "to", "paper", "page")))
    history = sent.get("history") or []
    if not isinstance(history, list):
        raise BadInput("web.field.list", field="history")
    return Asked(
        read_question(sent.get("question")),
        filters,
        tuple(read_question(earlier, field="history") for earlier in history[-HISTORY_KEPT:]),
        check_note_style(_label(sent.get("style"), "style") or DEFAULT_STYLE),
    )


def read_sent_draft(body: bytes, *, kind: str, name: str) -> Draft:
    """Return the draft in the `body` of a ``POST /api/check``: ``{"text": …}`` where its `kind` is JSON, else a file.

    `kind` is the content type, `name` that of the file. BadInput for anything unexpected, BadFile for a file that
    cannot be read.
    """
    if kind.partition(";")[0].strip().lower() != "application/json":
        own = " ".join(PurePath(name.replace("\\", "/")).name.split())
        return read_draft_bytes(body, _printable(own[-LABEL_CHARS:]))
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadInput("web.json.text") from error
    if not isinstance(sent, Mapping) or "text" not in sent:
        raise BadInput("web.json.text")
    unknown = sorted(set(sent) - {"text"})
    if unknown:
        raise BadInput("web.field.unknown", field=_printable(unknown[0]), known="text")
    return draft_of(_text(sent["text"], "text"))


def read_question(sent: object, *, field: str = "question") -> str:
    """Return a question, stripped; BadInput if it is no text, empty or too long."""
    question = _text("" if sent is None else sent, field).strip()
    if not question:
        raise BadInput("question.empty")
    if len(question) > SETTINGS.question_chars:
        raise BadInput("question.too_long", length=len(question), limit=SETTINGS.question_chars)
    return question


def read_filters(day_from: object, day_to: object, paper: object, page: object) -> Filters:
    """Return the filters; an empty or missing value does not narrow. BadInput for what is no date."""
    if isinstance(page, int) and not isinstance(page, bool):
        page = str(page)  # "page": 1 is as clear as "page": "1"
    sent = {"from": day_from, "to": day_to, "paper": paper, "page": page}
    return check_filters(*(_label(value, field) for field, value in sent.items()))


def _label(sent: object, field: str) -> str | None:
    value = _text("" if sent is None else sent, field).strip()
    if len(value) > LABEL_CHARS:
        raise BadInput("web.field.long", field=field, limit=LABEL_CHARS)
    return value or None


def _text(sent: object, field: str) -> str:
    if not isinstance(sent, str):
        raise BadInput("web.field.text", field=field)
    try:
        sent.encode()
    except UnicodeEncodeError as error:  # half a surrogate pair can be sent, but never printed
        raise BadInput("web.field.broken", field=field) from error
    return sent


def _printable(name: object) -> str:
    return str(name).encode(errors="replace").decode()[:LABEL_CHARS]
