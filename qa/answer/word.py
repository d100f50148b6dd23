"""An answer as a Word file: the newspaper's own words, each quote with its reference as a footnote."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from qa.answer.compose import days_line, refusal_lines
from qa.answer.wordfile import WordFile, Words
from qa.cite.styles import DEFAULT_STYLE, FILE_STYLES, STYLES, reference
from qa.errors import BadInput
from qa.messages import say
from qa.records import Answer, Article, Citation

__all__ = ["check_note_style", "word_file"]


def word_file(answer: Answer, article_of: Callable[[str], Article], style: str = DEFAULT_STYLE) -> bytes:
    """Return a ``.docx`` of `answer`: the question, each quote as a paragraph with the answering words in bold.

    A refusal says what was searched, and gives the nearest passages under a heading that says they do not answer.
    Raises BadInput for a style that is not one of footnotes.
    """
    check_note_style(style)
    searched = answer.searched
    days = days_line(searched.date_from, searched.date_to)
    looked = say("word.searched", articles=searched.articles, days=days, archive=answer.archive)
    file = WordFile(answer.question, looked)
    file.heading(answer.question)
    if not answer.found:
        for line in refusal_lines(answer):
            file.paragraph([(line, False)])
        if answer.near:
            file.heading(say("near.heading"))
    for citation in answer.citations if answer.found else answer.near:
        file.paragraph(_words(answer, citation), reference(article_of(citation.article_id), style))
    file.remark(looked)
    return file.save()


def check_note_style(style: str) -> str:
    """Return `style`; BadInput for one that makes files, or that there is not."""
    notes = [name for name in STYLES if name not in FILE_STYLES]
    if style not in notes:
        raise BadInput("cite.style", style=style, styles=" ".join(notes))
    return style


def _words(answer: Answer, citation: Citation) -> Words:
    """Cut a quote where the words that answer begin and end; all of it in one piece where they are the whole."""
    start, end = citation.start, citation.end
    bold = [False] * (end - start)
    for span in answer.spans:
        if span.article_id == citation.article_id and (span.start, span.end) != (start, end):
            for at in range(max(span.start, start), min(span.end, end)):
                bold[at - start] = True
    cuts = [0, *(at for at in range(1, len(bold)) if bold[at] != bold[at - 1]), len(bold)]
    return [(citation.quote[a:b], bold[a]) for a, b in pairwise(cuts) if a < b]
