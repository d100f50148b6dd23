"""The library: articles that hold words or come near them, folded for comparing, each read once a check.

Postings know characters as they are printed. A draft in other characters than the archive is looked up in those of
the archive too: in simplified ones always, in traditional ones where the archive has any.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, lru_cache

from qa.check.findings import Source
from qa.check.folding import Folded, fold_text, simplified, traditional
from qa.cite.quotes import permalink
from qa.cite.styles import reference
from qa.index.postings import Postings
from qa.index.words import index_terms
from qa.records import Article, Candidate, Passage

__all__ = ["Library"]

MANY_TERMS = 256
"""Terms of a text that are looked for, the rarest: a text with as many is found by them."""
TRADITIONAL_WORDS = ("國家", "人們", "我們", "這個", "會議", "經濟", "發展", "學生", "時間", "來說")
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
        best: dict[int, float] = {}
        for written in self._written(text):
            terms = sorted(_pairs(written), key=lambda term: (self._postings.frequency(term), term))
            held = [term for term in terms if self._postings.frequency(term)][:MANY_TERMS]
            for number, score in self._postings.sharing(held, count):
                best[number] = max(score, best.get(number, 0.0))
        return self._passages(sorted(best, key=lambda number: (-best[number], number))[:count])

    def holding(self, text: str, count: int) -> list[Passage]:
        """Return up to `count` passages that have every two neighbouring characters of `text` side by side.

        Where `text` has numbers or Latin words, those too: what only differs in them is left out.
        """
        found: dict[int, float] = {}
        for written in self._written(text):
            terms = _pairs(written)
            if terms and all(self._postings.frequency(term) for term in terms):
                found.update(self._postings.sharing(terms, count, every=True))
        return self._passages(sorted(found, key=lambda number: (-found[number], number))[:count])

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

    def _written(self, text: str) -> list[str]:
        """Return `text` in every kind of characters that the archive may have it in."""
        plain = simplified(text)
        if not self._has_traditional:
            return [plain]
        return list(dict.fromkeys((plain, text, traditional(plain))))

    @cached_property
    def _has_traditional(self) -> bool:
        return any(self._postings.holds(word) for word in TRADITIONAL_WORDS)


def _pairs(text: str) -> list[str]:
    """Return the index terms of `text` that do not hang on where it was cut: pairs of characters, Latin words.

    >>> _pairs("建成41条生产线")
    ['41', '~建成', '~条生', '~生产', '~产线']
    """
    terms = dict.fromkeys(index_terms(text))
    return [term for term in terms if term.startswith("~") or term.isascii()]
