"""Find what an archive holds for a question: its store, its caches and its encoder, asked together."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path

import numpy as np

from qa.errors import NotHeld
from qa.index.columns import Mask
from qa.index.sync import Caches
from qa.index.upkeep import Upkeep
from qa.records import EVERYTHING, Article, Candidate, Question
from qa.retrieve.copies import Sketches, copies_of, distinct
from qa.retrieve.search import Held, retrieve
from qa.settings import SETTINGS
from qa.store.store import Store

__all__ = ["Finder", "Found"]


@dataclass(frozen=True, slots=True)
class Found:
    """The candidates for a question, best first, their articles by id, and where they were looked for."""

    candidates: list[Candidate]
    articles: dict[str, Article]
    caches: Caches
    sketches: Sketches
    allowed: Mask | None
    """Tells passages within the question's filters; None for all."""


@dataclass(frozen=True, slots=True)
class Finder:
    """Find passages in one archive."""

    directory: Path
    store: Store
    upkeep: Upkeep

    def find(self, question: Question, without: Collection[str] = ()) -> Found:
        """Return what is found for `question`, not looking at the articles `without`; raises NotHeld as `caches`."""
        store, filters = self.store, question.filters
        caches = self.caches()
        columns = caches.postings.columns
        allowed = columns.mask(filters, store.files_named(filters.file) if filters.file else ()) if filters else None
        if without:
            allowed = (columns.mask(EVERYTHING) if allowed is None else allowed) & ~np.isin(
                columns.ids, store.passages_in(without)
            )
        encoder = self.upkeep.encoder
        vector = encoder.encode_questions([question.resolved])[0]
        sketches = Sketches(columns.articles, columns.sketches)
        article_of = lru_cache(maxsize=None)(store.article)
        candidates = retrieve(
            question.resolved,
            vector,
            dense=lambda count: caches.dense(vector, count, allowed=allowed),
            bm25=lambda count: caches.bm25(question.resolved, count, allowed=allowed),
            held=self.held(caches),
            nearness=partial(encoder.nearness, vector),
            distinct=lambda ranked: distinct(ranked, sketches, article_of),
        )
        articles = {number: article_of(number) for number in sorted({c.passage.article_id for c in candidates})}
        return Found(candidates, articles, caches, sketches, allowed)

    def nearest(self, text: str) -> list[Candidate]:
        """Return the passages that come near `text` in meaning or words, best first."""
        caches = self.upkeep.current()
        vector = self.upkeep.encoder.encode_questions([text[: SETTINGS.question_chars]])[0]
        return retrieve(
            text,
            vector,
            dense=lambda count: caches.dense(vector, count, allowed=None),
            bm25=lambda count: caches.bm25(text, count, allowed=None),
            held=self.held(caches),
        )

    def copies(self, article: Article, found: Found) -> Sequence[Article]:
        """Return the other prints of an article that was found."""
        return copies_of(article, found.sketches, self._articles_at)

    def caches(self) -> Caches:
        """Return the caches as they stand now; raises NotHeld for an empty archive."""
        if not self.store.count("articles"):
            raise NotHeld("archive.empty", path=self.directory)
        return self.upkeep.current()

    def held(self, caches: Caches) -> Held:
        """Return how to read the archive along with its caches."""
        store, postings = self.store, caches.postings
        return Held(store.passages_of, store.vectors_of, store.texts_of, postings.frequency, len(postings))

    def _articles_at(self, numbers: Sequence[int]) -> list[Article]:
        """Return the articles of passages, less those that are gone since the caches were made."""
        passages = self.store.passages_of(numbers)
        return [self.store.article(passages[number].article_id) for number in numbers if number in passages]
