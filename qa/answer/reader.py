"""The reader: a model marks words in the passages found; what they are part of, and how likely right, follows."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from qa.answer.confidence import NEAR_UNKNOWN, Signs, leads, probability, strength
from qa.answer.coverage import Setting, coverage, question_weights
from qa.answer.extent import Mark, answer_extent, byline_extent, joined, sentence_around, statements
from qa.answer.forms import answers_kind, speaks
from qa.records import Article, Candidate, Evidence, Passage, Question

__all__ = ["Marked", "Marker", "Reader", "Sign", "likelier"]

GOES_ON = 1.0
"""Added to the log-odds of what stands in the article a follow-up question goes on about."""
SUREST = 0.95
"""The most that is said of what is told by rule."""
SPANS = 5
"""Spans taken from a passage."""
FIRST, SETTLED = 4, 0.6
"""Where one of the first so many candidates answers with so much confidence, the others are not read: on 475 questions
they changed no more answers for the better than for the worse."""
SEVERAL = ("list", "statement", "why", "how")
"""Kinds of question that an article may answer in several places."""


class Marked(Protocol):
    """A span ``passage[start:end]`` and what the model says for it, less what it says for "no answer"."""

    @property
    def start(self) -> int:
        """Where it begins."""

    @property
    def end(self) -> int:
        """Where it ends."""

    @property
    def score(self) -> float:
        """Above 0 where it rather answers than not."""


class Marker(Protocol):
    """The model: marks spans, passage by passage."""

    def mark(self, question: str, passages: Sequence[str], *, count: int = 1) -> Iterator[Sequence[Marked]]:
        """Yield up to `count` spans of each passage, best first."""


@dataclass(frozen=True, slots=True)
class Sign:
    """Evidence with the signs that its score was made of."""

    evidence: Evidence
    signs: Signs
    told: bool = False
    """By rule, not by the model; then the score is not made of signs."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Mark the words that answer, and say how likely they are right."""

    marker: Marker

    def read(
        self,
        question: Question,
        candidates: Sequence[Candidate],
        articles: Mapping[str, Article],
        *,
        subject: str | None = None,
    ) -> list[Evidence]:
        """Return evidence, best first, ties by place; scores are probabilities of being right.

        No two overlap, and an article answers a question once, unless it asks for several things. `subject` is the
        article that a follow-up question goes on about.
        """
        settled = math.inf if subject else SETTLED
        found = [each.evidence for each in self.look(question, candidates, articles, settled=settled)]
        if subject:
            found = [likelier(each, GOES_ON) if each.article_id == subject else each for each in found]
        kept: list[Evidence] = []
        for each in sorted(found, key=_rank):
            own = [other for other in kept if other.article_id == each.article_id]
            if not own or (question.kind in SEVERAL and all(_apart(each, other) for other in own)):
                kept.append(each)
        return kept

    def look(
        self,
        question: Question,
        candidates: Sequence[Candidate],
        articles: Mapping[str, Article],
        *,
        settled: float = math.inf,
    ) -> list[Sign]:
        """Return all that is marked, in the order of the candidates, with what speaks for it.

        Only of the first candidates, where they answer with a score of `settled` and the question asks for one thing.
        """
        weights = question_weights(question)
        read = [
            (place, each, stretch)
            for place, each in enumerate(candidates)
            for stretch in _stretches(articles[each.passage.article_id], each.passage)
        ]
        texts = [articles[stretch.article_id].text[stretch.start : stretch.end] for _, _, stretch in read]
        settings = {number: Setting.of(article) for number, article in articles.items()}
        foremost = max((candidate.score for candidate in candidates), default=0.0)
        first = sum(place < FIRST for place, _, _ in read)
        found: list[Sign] = []
        marked = self.marker.mark(question.resolved, texts, count=SPANS)
        for at, ((_, candidate, stretch), marks) in enumerate(zip(read, marked, strict=True), start=1):
            article = articles[stretch.article_id]
            near = NEAR_UNKNOWN if candidate.nearness is None else candidate.nearness
            known = Signs(0.0, 0.0, 0.0, candidate.score - foremost, 1.0, near)
            found += _of_passage(question, article, settings[article.id], stretch, marks, weights, known)
            if at == first < len(read) and question.kind not in SEVERAL:
                compared = _compared(found, articles)
                if any(each.evidence.score >= settled and not each.told for each in compared):
                    return compared
        return _compared(found, articles)


def likelier(evidence: Evidence, by: float) -> Evidence:
    """Return evidence whose log-odds of being right are higher `by` so much, for what is known beside its words."""
    odds = evidence.score / max(1e-9, 1 - evidence.score) * math.exp(by)
    return replace(evidence, score=round(odds / (1 + odds), 6))


def _of_passage(
    question: Question,
    article: Article,
    setting: Setting,
    passage: Passage,
    marked: Sequence[Marked],
    weights: Mapping[str, float],
    known: Signs,
) -> Iterator[Sign]:
    """Yield what is marked in a passage, without what only others can tell of it; `known` is what the passage tells."""
    text = article.text

    def sign(start: int, end: int, low: int, high: int, margin: float) -> Sign:
        told = coverage(setting, low, high, weights)
        fits = float(_fits(question, text[low:high]))
        signs = replace(known, margin=margin, own=told.own, setting=told.setting, fits=fits)
        return Sign(Evidence(article.id, start, end, low, high, 0.0), signs)

    def of_rule(start: int, end: int, low: int, high: int) -> Sign:
        """Who wrote or said something is told by rule; what is unsure is whether the article is meant."""
        told = coverage(setting, low, high, weights)
        signs = replace(known, own=told.own, setting=told.setting)
        return Sign(Evidence(article.id, start, end, low, high, round(min(SUREST, told.setting), 6)), signs, told=True)

    if question.kind == "byline" and (place := byline_extent(text, passage)):
        yield of_rule(*place)
    at = passage.start
    marks = [Mark(at + mark.start, at + mark.end, mark.score) for mark in marked]
    if question.kind == "statement" and question.speaker:
        for first, start, end in statements(question.speaker, text, passage):
            yield of_rule(start, end, first, end)
    for mark in joined(text, marks, several=question.kind in ("list", "number")):
        if not any(map(str.isalnum, text[mark.start : mark.end])):
            continue
        sentence = sentence_around(text, passage, mark.start, mark.end)
        start, end = answer_extent(question, text, sentence, mark.start, mark.end)
        yield sign(start, end, min(start, sentence[0]), max(end, sentence[1]), mark.score)


def _compared(found: Sequence[Sign], articles: Mapping[str, Article]) -> list[Sign]:
    """Return signs with their lead over others, and the scores that follow."""
    places = [each.evidence for each in found]
    words = [articles[each.article_id].text[each.span_start : each.span_end] for each in places]
    compared = []
    for each, lead in zip(found, leads([strength(each.signs) for each in found], words), strict=True):
        signs = replace(each.signs, lead=lead)
        score = each.evidence.score if each.told else round(probability(signs), 6)
        compared.append(Sign(replace(each.evidence, score=score), signs, told=each.told))
    return compared


def _fits(question: Question, quote: str) -> bool:
    """Tell whether a quote has something of the form asked for; a statement is one of whom it is asked of."""
    if question.kind == "statement" and question.speaker:
        return speaks(question.speaker, quote)
    return answers_kind(question.kind, quote)


def _stretches(article: Article, passage: Passage) -> Iterator[Passage]:
    """Yield the passage; where it begins with the head group, that and what follows it apart, as they are printed."""
    if passage.start < article.body_start < passage.end:
        yield replace(passage, end=article.body_start)
        yield replace(passage, start=article.body_start)
    else:
        yield passage


def _apart(one: Evidence, other: Evidence) -> bool:
    return one.span_end <= other.span_start or other.span_end <= one.span_start


def _rank(each: Evidence) -> tuple[float, str, int, int]:
    return -each.score, each.article_id, each.span_start, each.span_end
