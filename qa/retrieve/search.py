"""From a question to candidate passages: dense and BM25 side by side, fused, no article crowding out the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from qa.records import Candidate, Passage
from qa.retrieve.fuse import fuse
from qa.settings import SETTINGS

__all__ = ["retrieve"]

Search = Callable[[int], list[tuple[int, float]]]


def retrieve(
    *, dense: Search, bm25: Search, passages_of: Callable[[Sequence[int]], dict[int, Passage]]
) -> list[Candidate]:
    """Return candidate passages, best first, ties by passage id.

    `dense` and `bm25` take a count and return that many (passage id, score) within the filters of the question. At most
    `SETTINGS.passages_per_article` candidates come from one article, unless there are no others.
    """
    by_vector = dict(dense(SETTINGS.candidates))
    by_words = dict(bm25(SETTINGS.candidates))
    fused = fuse(by_vector, by_words, dense_weight=SETTINGS.dense_weight)
    passages = passages_of(list(fused))
    ranked = sorted((-score, number) for number, score in fused.items() if number in passages)
    first: list[Candidate] = []
    rest: list[Candidate] = []
    taken: Counter[str] = Counter()
    for score, number in ranked:
        passage = passages[number]
        candidate = Candidate(passage, -score, by_vector.get(number, 0.0), by_words.get(number, 0.0))
        taken[passage.article_id] += 1
        (first if taken[passage.article_id] <= SETTINGS.passages_per_article else rest).append(candidate)
    return [*first, *rest][: SETTINGS.read_passages]
