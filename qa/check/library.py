"""The library: articles that hold words or come near them, folded for comparing, each read once a check."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from qa.check.findings import Source
from qa.check.folding import Folded, fold_text
from qa.cite.quotes import permalink
from qa.cite.styles import reference
from qa.index.postings import Postings
from qa.index.words import index_terms
from qa.records import Article, Candidate, Passage

__all__ = ["Library"]

MANY_TERMS = 256
"""Terms of a text that are looked for, the rarest: a text with as many is found by them."""
CACHED = 2048
Ranked = list[tuple[int, float]]


class Library:
    """Find and read articles; for one check of one draft, in one thread."""

    def __init__(
        self,
        postings: Postings,
        passages_of: Callable[[Iterable[int]], dict[int, Passage]],
        article_of: Callable[[str], Article],
        nearest: Callable[[str], Sequence[Candidate]],
    ) -> None:
        """`nearest` gives the passages that come near a text in meaning or words, best first."""
        self._postings = postings
        self._passages_of = passages_of
        self._nearest = nearest
        self.article = lru_cache(CACHED)(article_of)
        self.folded: Callable[[str], Folded] = lru_cache(CACHED)(lambda number: fold_text(self.article(number).text))

    def resembling(self, text: str, count: int) -> list[Passage]:
        """Return up to `count` passages that have most of the rarer words of `text`, best first."""
        terms = sorted(_pairs(text), key=lambda term: (self._postings.frequency(term), term))
        held = [term for term in terms if self._postings.frequency(term)][:MANY_TERMS]
        return self._passages([number for number, _ in self._postings.sharing(held, count)])

    def holding(self, text: str, count: int) -> list[Passage]:
        """Return up to `count` passages that have every two neighbouring characters of `text` side by side.

        Where `text` has numbers or Latin words, those too: what only differs in them is left out.
        """
        terms = _pairs(text)
        held = bool(terms) and all(self._postings.frequency(term) for term in terms)
        return self._passages(
            [number for number, _ in self._postings.sharing(terms, count, every=True)] if held else []
        )

    def rarity(self, word: str) -> float:
        """Return how rare a word is in the archive, 0 (in every passage) to 1 (in none)."""
        size = len(self._postings) + 1
        return 1 - math.log(1 + min(self._postings.frequency(word), size - 1)) / math.log(max(2, size))

    def nearest(self, text: str, count: int) -> list[Source]:
        """Return up to `count` passages that come near `text` in meaning or words."""
        return [self.source(c.passage.article_id, c.passage.start, c.passage.end) for c in self._nearest(text)[:count]]

    def source(self, article_id: str, start: int, end: int) -> Source:
        """Return ``text[start:end]`` of an article with its reference."""
        article = self.article(article_id)
        quote = article.text[start:end]
        return Source(article_id, start, end, quote, reference(article), permalink(article_id))

    def _passages(self, numbers: Sequence[int]) -> list[Passage]:
        held = self._passages_of(numbers)
        return [held[number] for number in numbers if number in held]


def _pairs(text: str) -> list[str]:
    """Return the index terms of `text` that do not hang on where it was cut: pairs of characters, Latin words.

    >>> _pairs("建成41条生产线")
    ['41', '~建成', '~条生', '~生产', '~产线']
    """
    terms = dict.fromkeys(index_terms(text))
    return [term for term in terms if term.startswith("~") or term.isascii()]
