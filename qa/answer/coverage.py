"""How much of a question a sentence says, by itself and in its setting: paragraph, head and lead, article."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from qa.index.fold import fold
from qa.records import Article, Question
from qa.retrieve.speech import rarity

__all__ = ["Coverage", "Setting", "coverage", "own_share", "question_weights"]

# How much a term counts by where it stands: in the sentence, earlier in its paragraph, in head or lead, elsewhere.
IN_SENTENCE, IN_PARAGRAPH, IN_HEAD, IN_ARTICLE = 1.0, 0.7, 0.6, 0.3
FOCUS = 2.0
"""Factor on the weight of terms beside the asking word, or in quotation marks."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Weighted share of a question's terms, 0 to 1: in a sentence itself, and in it with its setting."""

    own: float
    setting: float


def question_weights(question: Question) -> dict[str, float]:
    """Weigh each term of the question by how rare the word is, names most; more beside the asking word or quoted."""
    return {
        term: (1.0 if term in question.names else max(0.1, rarity(term)))
        * (FOCUS if term in question.focus else 1.0)
        * (FOCUS if f"“{term}”" in question.resolved else 1.0)
        for term in question.terms
    }


@dataclass(frozen=True, slots=True)
class Setting:
    """An article's folded text, and where its first paragraph ends: head and lead give a sentence its setting."""

    folded: str
    lead: int

    @classmethod
    def of(cls, article: Article) -> Setting:
        """Fold an article once for all its sentences."""
        lead = article.text.find("\n", article.body_start)
        return cls(fold(article.text), lead if lead >= 0 else len(article.text))


def coverage(setting: Setting, start: int, end: int, weights: Mapping[str, float]) -> Coverage:
    """Return how much ``text[start:end]`` of an article says of the terms in `weights`."""
    total = sum(weights.values())
    if not total:
        return Coverage(0.0, 0.0)
    folded = setting.folded
    paragraph = folded.rfind("\n", 0, start) + 1
    places = (
        (IN_SENTENCE, folded[start:end]),
        (IN_PARAGRAPH, folded[paragraph:start]),
        (IN_HEAD, folded[: setting.lead]),
        (IN_ARTICLE, folded),
    )
    own = covered = 0.0
    for term, weight in weights.items():
        shares = [value * _held(fold(term), text) for value, text in places]
        own += weight * shares[0]
        covered += weight * max(shares)
    return Coverage(own / total, covered / total)


def own_share(folded: str, weights: Mapping[str, float]) -> float:
    """Return the weighted share of the terms that a folded text has by itself, 0 to 1."""
    total = sum(weights.values())
    return sum(weight * _held(fold(term), folded) for term, weight in weights.items()) / total if total else 0.0


def _held(term: str, text: str) -> float:
    """Return 1 where `text` holds `term`, else the squared share of its character bigrams that it holds.

    A number or Latin word counts only whole.

    >>> _held("77", "第1177次"), _held("77", "第77次"), _held("现场会", "现场的会")
    (0.0, 1.0, 0.25)
    """
    if term in text and not term.isascii():
        return 1.0
    if term.isascii():
        return float(bool(re.search(rf"(?<![0-9a-z.]){re.escape(term)}(?![0-9a-z]|\.[0-9])", text)))
    bigrams = [a + b for a, b in pairwise(term)]
    if len(bigrams) < 2:
        return 0.0
    return (sum(bigram in text for bigram in bigrams) / len(bigrams)) ** 2
