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
    *,
    dense: Search,
    bm25: Search,
    passages_of: Callable[[Sequence[int]], dict[int, Passage]],
    distinct: Callable[[Sequence[Candidate]], list[Candidate]] = list,
) -> list[Candidate]:
    """Return candidate passages, best first, ties by passage id.

    `dense` and `bm25` take a count and return that many (passage id, score) within the filters of the question;
    `distinct` leaves out what other candidates say as well (`qa.retrieve.copies.distinct`). At most
    `SETTINGS.passages_per_article` candidates come from one article, unless there are no others.
    """
    by_vector = dict(dense(SETTINGS.candidates))
    by_words = dict(bm25(SETTINGS.candidates))
    fused = fuse(by_vector, by_words, dense_weight=SETTINGS.dense_weight)
    passages = passages_of(list(fused))
    ranked = [
        Candidate(passages[number], score, by_vector.get(number, 0.0), by_words.get(number, 0.0))
        for number, score in sorted(fused.items(), key=lambda item: (-item[1], item[0]))
        if number in passages
    ]
    first: list[Candidate] = []
    rest: list[Candidate] = []
    taken: Counter[str] = Counter()
    for candidate in distinct(ranked):
        article_id = candidate.passage.article_id
        taken[article_id] += 1
        (first if taken[article_id] <= SETTINGS.passages_per_article else rest).append(candidate)
    return [*first, *rest][: SETTINGS.read_passages]
