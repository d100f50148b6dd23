"""A reader without a model: sentences scored by the question's words they hold and by vector similarity.

It needs nothing but the encoder, and stays as the fallback where there is no trained reader.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from qa.answer.forms import answers_kind, speaks
from qa.index.fold import fold
from qa.ingest.passages import cut_sentences
from qa.ingest.segment.bylines import LEAD_IN_BYLINE
from qa.records import Article, Candidate, Evidence, Question
from qa.retrieve.speech import rarity

__all__ = ["OverlapReader"]

Embed = Callable[[list[str]], npt.NDArray[np.float32]]

# How much a term counts by where it stands: in the sentence, earlier in its paragraph, in head or lead, elsewhere.
IN_SENTENCE, IN_PARAGRAPH, IN_HEAD, IN_ARTICLE = 1.0, 0.7, 0.6, 0.3
SENTENCES_EMBEDDED = 24
SIMILARITY_LOW, SIMILARITY_HIGH = 0.78, 0.92
"""Cosines of the encoder between which a sentence goes from unrelated to a paraphrase; E5's lie close together."""
COVERAGE, SIMILARITY, OWN = 0.45, 0.25, 0.30
WRONG_FORM = 0.45
"""Factor on the score of a sentence without anything of the form asked for."""
CLAUSE_STOP = re.compile(r"[，；：。！？,;!?]+[”’」』）)]*")
SHORT_KINDS = ("who", "when", "year", "where", "number", "percent", "what")
CLAUSES = 3
STATEMENT_CHARS, MANNER_CHARS = 300, 200
"""Length up to which a statement, or the telling of how, goes on to the end of its paragraph."""
GOES_ON = 1.15
"""Factor on the score of what stands in the article a follow-up question goes on about."""
FOCUS = 2.0
"""Factor on the weight of terms beside the asking word."""


@dataclass(frozen=True, slots=True)
class _Sentence:
    article: Article
    start: int
    end: int
    paragraph: int
    lead: int
    """End of the first paragraph: head and lead give a sentence its setting."""

    @property
    def text(self) -> str:
        return self.article.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class OverlapReader:
    """Mark answering sentences by overlap; `embed` gives unit vectors of sentences, float32 (n, d)."""

    embed: Embed

    def read(
        self,
        question: Question,
        candidates: Sequence[Candidate],
        articles: Mapping[str, Article],
        vector: npt.NDArray[np.float32],
        *,
        subject: str | None = None,
    ) -> list[Evidence]:
        """Return evidence, best first, ties by place; scores are 0..1, and under the refusal line mean no answer.

        `vector` is the question's, float32 (d,); `subject` the article that a follow-up question goes on about.
        """
        weights = _weights(question)
        sentences = _sentences(candidates, articles)
        covered = [(_coverage(sentence, weights), sentence) for sentence in sentences]
        covered.sort(key=lambda pair: (-sum(pair[0]), pair[1].article.id, pair[1].start))
        covered = covered[:SENTENCES_EMBEDDED]
        if not covered:
            return []
        cosines = self.embed([sentence.text for _, sentence in covered]) @ vector
        found = [
            self._evidence(question, sentence, own, total, float(cosine), weights)
            for ((own, total), sentence), cosine in zip(covered, cosines, strict=True)
        ]
        found = [replace(item, score=item.score * GOES_ON) if item.article_id == subject else item for item in found]
        return sorted(found, key=lambda item: (-item.score, item.article_id, item.start))

    def _evidence(
        self,
        question: Question,
        sentence: _Sentence,
        own: float,
        total: float,
        cosine: float,
        weights: Mapping[str, float],
    ) -> Evidence:
        near = min(1.0, max(0.0, (cosine - SIMILARITY_LOW) / (SIMILARITY_HIGH - SIMILARITY_LOW)))
        score = COVERAGE * total + OWN * own + SIMILARITY * near
        start, end = sentence.start, sentence.end
        span = (_after_lead_in(sentence), end)
        if question.kind == "byline":
            byline = _byline(sentence)
            score = total if byline else score * WRONG_FORM
            span = byline or span
        elif question.kind == "statement" and question.speaker:
            if speaks(question.speaker, sentence.text):
                end = _goes_on(sentence, STATEMENT_CHARS)
                span = (span[0], end)
            else:
                score *= WRONG_FORM
        elif not answers_kind(question.kind, sentence.text):
            score *= WRONG_FORM
        elif question.kind == "how":
            end = _goes_on(sentence, MANNER_CHARS)
            span = (span[0], end)
        elif question.kind in SHORT_KINDS:
            span = _clauses(question, sentence, weights)
            if not answers_kind(question.kind, sentence.article.text[slice(*span)]):
                score *= WRONG_FORM
        return Evidence(sentence.article.id, *span, start, end, round(score, 6))


def _weights(question: Question) -> dict[str, float]:
    """Weigh each term of the question by how rare the word is, names most; more beside the asking word or quoted."""
    return {
        term: (1.0 if term in question.names else max(0.1, rarity(term)))
        * (FOCUS if term in question.focus else 1.0)
        * (FOCUS if f"“{term}”" in question.resolved else 1.0)
        for term in question.terms
    }


def _sentences(candidates: Sequence[Candidate], articles: Mapping[str, Article]) -> list[_Sentence]:
    """Return the sentences of the candidate passages, each once."""
    found: dict[tuple[str, int], _Sentence] = {}
    for candidate in candidates:
        passage = candidate.passage
        article = articles[passage.article_id]
        lead = article.text.find("\n", article.body_start)
        for start, end in cut_sentences(article.text):
            if passage.start <= start and end <= passage.end:
                paragraph = article.text.rfind("\n", 0, start) + 1
                sentence = _Sentence(article, start, end, paragraph, lead if lead >= 0 else len(article.text))
                found.setdefault((article.id, start), sentence)
    return list(found.values())


def _coverage(sentence: _Sentence, weights: Mapping[str, float]) -> tuple[float, float]:
    """Return the weighted share of the terms in the sentence itself, and in it with its setting."""
    article = sentence.article
    places = (
        (IN_SENTENCE, fold(sentence.text)),
        (IN_PARAGRAPH, fold(article.text[sentence.paragraph : sentence.start])),
        (IN_HEAD, fold(article.text[: sentence.lead])),
        (IN_ARTICLE, fold(article.text)),
    )
    total = sum(weights.values())
    if not total:
        return 0.0, 0.0
    own = covered = 0.0
    for term, weight in weights.items():
        shares = [value * _held(fold(term), text) for value, text in places]
        own += weight * shares[0]
        covered += weight * max(shares)
    return own / total, covered / total


def _held(term: str, text: str) -> float:
    """Return 1 where `text` holds `term`, else the squared share of its character bigrams that it holds.

    A number or Latin word counts only whole.

    >>> _held("77", "第1177次"), _held("77", "第77次"), _held("现场会", "现场的会")
    (0.0, 1.0, 0.25)
    """
    if term.isascii():
        return float(bool(re.search(rf"(?<![0-9a-z.]){re.escape(term)}(?![0-9a-z]|\.[0-9])", text)))
    if term in text:
        return 1.0
    bigrams = [a + b for a, b in pairwise(term)]
    if len(bigrams) < 2:
        return 0.0
    return (sum(bigram in text for bigram in bigrams) / len(bigrams)) ** 2


def _byline(sentence: _Sentence) -> tuple[int, int] | None:
    """Return the people's place in a lead-in: 记者 高伟山 within （…）."""
    match = LEAD_IN_BYLINE.match(sentence.text)
    if not match or not match["people"]:
        return None
    return sentence.start + match.start("people") + 1, sentence.start + match.end("people") - 1


def _after_lead_in(sentence: _Sentence) -> int:
    """Return where the sentence's own words begin: 本报讯（记者 …） is none of them."""
    match = LEAD_IN_BYLINE.match(sentence.text)
    return sentence.start + match.end() if match else sentence.start


def _goes_on(sentence: _Sentence, chars: int) -> int:
    """Return where what opens with `sentence` ends: with its paragraph, or after `chars` characters' sentences."""
    text = sentence.article.text
    stop = text.find("\n", sentence.start)
    stop = stop if stop >= 0 else len(text)
    end = sentence.end
    for _, close in cut_sentences(text[sentence.start : stop]):
        if close > chars:
            break
        end = max(end, sentence.start + close)
    return end


def _clauses(question: Question, sentence: _Sentence, weights: Mapping[str, float]) -> tuple[int, int]:
    """Return the shortest row of clauses that holds most of the question's words and the form asked for."""
    offset = _after_lead_in(sentence)
    text = sentence.article.text[offset : sentence.end]
    bounds = [0, *(match.end() for match in CLAUSE_STOP.finditer(text))]
    if bounds[-1] != len(text):
        bounds.append(len(text))
    best: tuple[float, int, int] | None = None
    for first in range(len(bounds) - 1):
        for last in range(first + 1, min(first + CLAUSES, len(bounds) - 1) + 1):
            clause = fold(text[bounds[first] : bounds[last]])
            held = sum(weight * _held(fold(term), clause) for term, weight in weights.items())
            score = held / (sum(weights.values()) or 1.0) - 0.06 * (last - first)
            score += 0.5 if answers_kind(question.kind, clause) else 0.0
            if best is None or score > best[0] + 1e-9:
                best = (score, bounds[first], bounds[last])
    _, start, end = best or (0.0, 0, len(text))
    while end > start and text[end - 1] in "，；：。,;":
        end -= 1
    return offset + start, offset + end
