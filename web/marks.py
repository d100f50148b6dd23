"""Escape archive text for HTML and mark stretches of it, without altering a character."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape as escape_html
from itertools import pairwise

from qa.records import Span

__all__ = ["HERE", "QUOTE", "SHORT", "WORDS", "Mark", "escape", "marked", "words"]

QUOTE = "wb-quote"
"""A cited sentence."""
HERE = "wb-here"
"""The cited sentence the reader asked to see."""
WORDS = "wb-words"
"""The words that answer."""
LONG = "wb-long"
"""Added to words of more than `SHORT` characters, which are marked more quietly."""
SHORT = 60
"""Characters that can be taken in at a glance."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of an article to mark: half-open offsets into its text, and the class to mark it with."""

    start: int
    end: int
    kind: str


def words(spans: Iterable[Span], article_id: str) -> list[Mark]:
    """Return what to mark as answering in one article."""
    return [
        Mark(span.start, span.end, WORDS if len(span.text) <= SHORT else f"{WORDS} {LONG}")
        for span in spans
        if span.article_id == article_id
    ]


def escape(text: str) -> str:
    """Return `text` such that a browser shows it literally, in an element or an attribute.

    >>> escape('<img src=x onerror="a()">')
    '&lt;img src=x onerror=&quot;a()&quot;&gt;'
    """
    return escape_html(text, quote=True)


def marked(text: str, at: int, marks: Iterable[Mark]) -> str:
    """Return `text`, which stands at offset `at` of its article, escaped and with `marks` drawn in.

    Marks may overlap and may reach beyond the text: each character is wrapped once, in a ``<mark>``
    that names every kind covering it.

    >>> marked("刘涛主持会议。", 10, [Mark(10, 17, QUOTE), Mark(10, 12, WORDS)])
    '<mark class="wb-quote wb-words">刘涛</mark><mark class="wb-quote">主持会议。</mark>'
    >>> marked("a<b", 0, [Mark(1, 99, QUOTE)])
    'a<mark class="wb-quote">&lt;b</mark>'
    """
    until = at + len(text)
    drawn = [m for m in marks if m.start < until and m.end > at and m.start < m.end]
    cuts = sorted({at, until, *(max(m.start, at) for m in drawn), *(min(m.end, until) for m in drawn)})
    parts = []
    for start, end in pairwise(cuts):
        shown = escape(text[start - at : end - at])
        kinds = sorted({m.kind for m in drawn if m.start <= start and m.end >= end})
        parts.append(f'<mark class="{" ".join(kinds)}">{shown}</mark>' if kinds else shown)
    return "".join(parts)
