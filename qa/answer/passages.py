"""Answer a question from given passages alone, without an archive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from qa.answer.coverage import own_share, question_weights
from qa.answer.reader import Reader
from qa.index.fold import fold
from qa.ingest.passages import cut_passages
from qa.ingest.segment.stories import made_headline
from qa.records import Article, Candidate, Passage, Question
from qa.retrieve.question import check_question, understand
from qa.settings import SETTINGS

__all__ = ["Reading", "read_passages"]

MOST = 64
"""Stretches that are read; of more, those with most of the question's words."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The answer ``passages[passage][start:end]``, or none: then `status` is ``not_found`` and `passage` None.

    `quote` is the sentence, or the sentences, around it.
    """

    status: str
    answer: str
    confidence: float
    quote: str
    passage: int | None
    start: int
    end: int

    def as_json(self) -> dict[str, Any]:
        """Return the object that ``wenbao read`` prints."""
        return {
            "status": self.status,
            "answer": self.answer,
            "confidence": self.confidence,
            "quote": self.quote,
            "passage": self.passage,
            "start": self.start,
            "end": self.end,
        }


def read_passages(reader: Reader, question: str, passages: Sequence[str], *, always: bool = False) -> Reading:
    """Return the best answer that `passages` give, or that there is none; with `always`, the best in any case.

    A long passage is read stretch by stretch, up to `MOST` of them. No passages, or empty ones, have no answer. Raises
    BadInput for an empty or an endless question.
    """
    understood = understand(check_question(question))
    articles = {str(at): _article(str(at), text) for at, text in enumerate(passages)}
    evidence = reader.read(understood, _candidates(understood, articles), articles)
    best = evidence[0] if evidence else None
    confidence = round(best.score, 4) if best else 0.0
    if best is None or (best.score < SETTINGS.refuse_below and not always):
        return Reading("not_found", "", confidence, "", None, -1, -1)
    text = articles[best.article_id].text
    return Reading(
        status="answered",
        answer=text[best.span_start : best.span_end],
        confidence=confidence,
        quote=text[best.start : best.end],
        passage=int(best.article_id),
        start=best.span_start,
        end=best.span_end,
    )


def _candidates(question: Question, articles: Mapping[str, Article]) -> list[Candidate]:
    """Return the stretches of the passages that are worth reading, those with most of the question's words first."""
    weights = question_weights(question)
    found: list[Candidate] = []
    for article in articles.values():
        folded = fold(article.text)
        for start, end in cut_passages(article.text):
            passage = Passage(len(found), article.id, start, end)
            found.append(Candidate(passage, own_share(folded[start:end], weights), None))
    best = sorted(found, key=lambda each: (-each.score, each.passage.id))[:MOST]
    return [replace(each, score=0.0) for each in best]


def _article(number: str, text: str) -> Article:
    return Article(id=number, text=text, body_start=0, headline=made_headline(text), headline_made=True)
