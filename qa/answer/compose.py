"""Compose the answer a user sees from evidence, or a refusal that says what was searched."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from qa.answer.forms import speaks
from qa.cite.quotes import cite
from qa.ingest.sketch import holds
from qa.messages import say
from qa.records import Answer, Article, Candidate, Citation, Evidence, PageItem, Question, Searched, Span
from qa.retrieve.copies import alike, first_print
from qa.retrieve.speech import rarity
from qa.settings import SETTINGS

__all__ = ["compose", "days_line", "refusal_lines"]

AS_GOOD = 0.92
"""Share of the best score that further evidence needs to be shown with it."""
HEAD_COVERAGE = 0.6
"""Share of the question's weighted terms that a headline without a story must hold to be named."""


def compose(
    question: Question,
    evidence: Sequence[Evidence],
    *,
    candidates: Sequence[Candidate],
    articles: Mapping[str, Article],
    heads: Sequence[PageItem],
    searched: Searched,
    absent: Callable[[str], bool],
    archive: str,
    copies: Callable[[Article], Sequence[Article]] = lambda article: (),
) -> Answer:
    """Answer with the best evidence and what is as good, or refuse; `absent` tells terms the archive lacks.

    A sentence that several prints of an article have is shown once; `copies` finds the other prints of an article.
    `timings_ms` is left empty for the caller to fill.
    """
    confidence = evidence[0].score if evidence else 0.0
    found = confidence >= SETTINGS.refuse_below
    kept = _kept(evidence, articles) if found else []
    spans = tuple(_span(item, articles, n) for n, item in enumerate(kept, start=1))
    prints = {number: copies(articles[number]) for number in {item.article_id for item in kept}}
    citations = tuple(_cited(item, n, articles, prints) for n, item in enumerate(kept, start=1))
    reason, about = (None, ()) if found else _reason(question, searched, heads, articles, absent)
    return Answer(
        question=question.text,
        resolved_question=question.resolved,
        status="answered" if found else "not_found",
        answer=spans[0].text if spans else "",
        confidence=round(confidence, 4),
        spans=spans,
        citations=citations,
        near=() if found else _near(candidates, articles),
        searched=searched,
        reason=reason,
        about=about,
        timings_ms={},
        archive=archive,
    )


def refusal_lines(answer: Answer) -> list[str]:
    """Return what a refusal tells the user, a line each: that nothing was found, why, and what was searched."""
    searched = answer.searched
    days = days_line(searched.date_from, searched.date_to)
    terms = "、".join(searched.terms) or say("refusal.no_terms")
    lines = [say("status.not_found")]
    if answer.reason:
        lines.append(say(answer.reason, about="；".join(answer.about)))
    lines.append(say("refusal.searched", articles=searched.articles, days=days, terms=terms))
    return lines


def days_line(first: str | None, last: str | None) -> str:
    """Return a stretch of days on one line."""
    if not first or not last:
        return say("days.unknown")
    return say("days.one", first=first) if first == last else say("days.range", first=first, last=last)


def _kept(evidence: Sequence[Evidence], articles: Mapping[str, Article]) -> list[Evidence]:
    """Return the best evidence and what is as good, each stretch of text once; of copies, the earliest print's."""
    kept: list[Evidence] = []
    line = max(SETTINGS.refuse_below, AS_GOOD * evidence[0].score)
    for item in evidence:
        if len(kept) == SETTINGS.evidence:
            break
        if item.score >= line and all(_apart(item, other, articles) for other in kept):
            prints = [other for other in evidence if other.score >= line and not _apart(other, item, articles)]
            kept.append(min((item, *prints), key=lambda other: first_print(articles[other.article_id])))
    return kept


def _apart(item: Evidence, other: Evidence, articles: Mapping[str, Article]) -> bool:
    if item.article_id == other.article_id:
        return item.end <= other.start or item.start >= other.end
    one, two = articles[item.article_id], articles[other.article_id]
    return not (holds(two.text[other.start : other.end], one.text[item.start : item.end]) and alike(one, two))


def _cited(
    item: Evidence, n: int, articles: Mapping[str, Article], prints: Mapping[str, Sequence[Article]]
) -> Citation:
    """Cite evidence with those of the other prints that have its sentence: one cut at its end may lack it."""
    article = articles[item.article_id]
    quote = article.text[item.start : item.end]
    having = [copy for copy in prints[item.article_id] if holds(copy.text, quote)]
    return cite(article, n, item.start, item.end, having)


def _span(item: Evidence, articles: Mapping[str, Article], n: int) -> Span:
    text = articles[item.article_id].text[item.span_start : item.span_end]
    return Span(text, item.article_id, item.span_start, item.span_end, n, item.score)


def _near(candidates: Sequence[Candidate], articles: Mapping[str, Article]) -> tuple[Citation, ...]:
    nearest = [candidate.passage for candidate in candidates[: SETTINGS.near_passages]]
    return tuple(
        cite(articles[passage.article_id], n, passage.start, passage.end) for n, passage in enumerate(nearest, start=1)
    )


def _reason(
    question: Question,
    searched: Searched,
    heads: Sequence[PageItem],
    articles: Mapping[str, Article],
    absent: Callable[[str], bool],
) -> tuple[str, tuple[str, ...]]:
    """Return the most telling reason for a refusal, and what it names."""
    if not searched.passages:
        return "refusal.filters", ()
    lone_heads = _heads_of(question, heads)
    if lone_heads:
        return "refusal.headline_only", lone_heads
    missing = tuple(term for term in question.terms if absent(term))
    if missing:
        return "refusal.terms_absent", missing
    speaker = question.speaker
    if speaker and not any(speaks(speaker, article.text) for article in articles.values()):
        return "refusal.speaker_absent", (speaker,)
    return "refusal.no_evidence", ()


def _heads_of(question: Question, heads: Sequence[PageItem]) -> tuple[str, ...]:
    """Return the headlines without a story that hold most of the question's words, by weight."""
    weights = {term: 1.0 if term in question.names else max(0.1, rarity(term)) for term in question.terms}
    line = HEAD_COVERAGE * sum(weights.values())
    return tuple(
        head.text
        for head in heads
        if weights and sum(weight for term, weight in weights.items() if term in head.text) >= line
    )
