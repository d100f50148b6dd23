"""How well a text has the words of a question: BM25 and coverage, over any stretch of text.

The full-text index scores passages; this scores whatever text is at hand by the same terms, so that a passage can be
seen with the article around it. BM25 is that of Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25
and Beyond", Foundations and Trends in Information Retrieval 3(4), 2009.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from qa.index.words import index_terms, latin_terms

__all__ = ["Match", "Wanted", "match", "wanted", "weighed"]

K1, B = 1.2, 0.75
BIGRAM_WEIGHT = 0.6
MOST_TERMS = 512


@dataclass(frozen=True, slots=True)
class Wanted:
    """The index terms of a question and how much each counts, the rarer the more."""

    weights: Mapping[str, float]
    runs: tuple[str, ...]
    """The Chinese characters of the terms, each run once: words of two are bigrams too."""
    latin: bool
    """Whether there are Latin words or numbers among them."""
    total: float
    """Sum of the weights."""


@dataclass(frozen=True, slots=True)
class Match:
    """What a text has of a question: its BM25 score, and the share of the question's weight that occurs, 0 to 1."""

    bm25: float
    coverage: float


def wanted(question: str, frequency: Callable[[str], int], size: int) -> Wanted:
    """Return the terms of `question` weighed by rarity; `frequency` gives in how many of `size` passages one occurs."""
    terms = list(dict.fromkeys(index_terms(question)))[:MOST_TERMS]
    return weighed({term: _rarity(frequency(term), size) * _share(term) for term in terms})


def weighed(weights: Mapping[str, float]) -> Wanted:
    """Return terms with these weights as what is wanted."""
    runs = dict.fromkeys(term.removeprefix("~") for term in weights if not term.isascii())
    return Wanted(weights, tuple(runs), any(term.isascii() for term in weights), sum(weights.values()))


def match(words: Wanted, folded: str, *, usual_chars: int) -> Match:
    """Return how well a text, folded, has the words wanted; `usual_chars` is the length of such a text on average.

    >>> rare = weighed({"大桥": 3.0, "~大桥": 1.0, "41": 4.0})
    >>> match(rare, "大桥长1041米", usual_chars=8)
    Match(bm25=4.0, coverage=0.5)
    """
    counts: dict[str, int] = {run: folded.count(run) for run in words.runs}
    if words.latin:
        counts.update(Counter(latin_terms(folded)))
    norm = K1 * (1 - B + B * len(folded) / usual_chars)
    score = covered = 0.0
    for term, weight in words.weights.items():
        if count := counts.get(term.removeprefix("~")):
            score += weight * count * (K1 + 1) / (count + norm)
            covered += weight
    return Match(score, covered / (words.total or 1.0))


def _rarity(frequency: int, size: int) -> float:
    held = min(frequency, size)
    return math.log(1 + (size - held + 0.5) / (held + 0.5))


def _share(term: str) -> float:
    return BIGRAM_WEIGHT if term.startswith("~") else 1.0
