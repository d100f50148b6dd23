"""From a question to candidate passages: found by meaning and by words, looked at in their articles, fused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qa.index.fold import fold
from qa.records import Candidate, Passage
from qa.retrieve.fuse import WEIGHTS, Signals, fuse
from qa.retrieve.match import match, wanted
from qa.settings import SETTINGS

__all__ = ["Held", "Sighting", "candidates_of", "gather", "rank", "retrieve"]

Search = Callable[[int], list[tuple[int, float]]]
Vector = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Held:
    """How to read what the archive holds."""

    passages_of: Callable[[Sequence[int]], Mapping[int, Passage]]
    vectors_of: Callable[[Sequence[int]], Mapping[int, Vector]]
    """Unit vectors, float32 (d,), of those passages that have one."""
    texts_of: Callable[[Sequence[str]], Mapping[str, str]]
    """Texts of articles, heads included, by id."""
    frequency: Callable[[str], int]
    """In how many passages an index term occurs."""
    passages: int
    """How many there are in all."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A passage that a search found, and all that is known of it; `dense` and `bm25` are 0 where a search missed it.

    `cosine` is None where the passage has no vector yet; its signals then have the lowest of the others.
    """

    passage: Passage
    cosine: float | None
    dense: float
    bm25: float
    signals: Signals


def retrieve(
    question: str,
    vector: Vector,
    *,
    dense: Search,
    bm25: Search,
    held: Held,
    nearness: Callable[[float], float] = float,
    distinct: Callable[[Sequence[Candidate]], list[Candidate]] = list,
) -> list[Candidate]:
    """Return candidate passages, best first, ties by passage id; `vector` is the question's, float32 (d,).

    `dense` and `bm25` take a count and return that many (passage id, score) within the filters of the question;
    `nearness` turns a cosine into what a candidate tells of it; `distinct` leaves out what other candidates say as well
    (`qa.retrieve.copies.distinct`). At most `SETTINGS.passages_per_article` candidates come from one article, unless
    there are no others.
    """
    ranked = rank(gather(question, vector, dense=dense, bm25=bm25, held=held))
    candidates = candidates_of(ranked, nearness)
    first: list[Candidate] = []
    rest: list[Candidate] = []
    taken: Counter[str] = Counter()
    for candidate in distinct(candidates):
        article_id = candidate.passage.article_id
        taken[article_id] += 1
        (first if taken[article_id] <= SETTINGS.passages_per_article else rest).append(candidate)
    return [*first, *rest][: SETTINGS.read_passages]


def gather(question: str, vector: Vector, *, dense: Search, bm25: Search, held: Held) -> list[Sighting]:
    """Return what the two searches find, each passage once, by id, with what its text and its article's say."""
    by_vector = dict(dense(SETTINGS.candidates))
    by_words = dict(bm25(SETTINGS.candidates))
    numbers = sorted(by_vector.keys() | by_words.keys())
    passages = held.passages_of(numbers)
    passages = {number: passages[number] for number in numbers if number in passages}
    texts = held.texts_of(sorted({passage.article_id for passage in passages.values()}))
    texts = {number: fold(text) for number, text in texts.items()}
    passages = {number: passage for number, passage in passages.items() if passage.article_id in texts}
    cosines = _cosines(vector, by_vector, passages, held)
    lowest = min(cosines.values(), default=0.0)
    words = wanted(question, held.frequency, held.passages)
    articles = {number: match(words, text, usual_chars=SETTINGS.article_chars) for number, text in texts.items()}
    sightings = []
    for number, passage in passages.items():
        stretch = texts[passage.article_id][passage.start : passage.end]
        own, whole = match(words, stretch, usual_chars=SETTINGS.passage_chars), articles[passage.article_id]
        cosine = cosines.get(number)
        signals = Signals(lowest if cosine is None else cosine, own.bm25, own.coverage, whole.bm25, whole.coverage)
        sightings.append(Sighting(passage, cosine, by_vector.get(number, 0.0), by_words.get(number, 0.0), signals))
    return sightings


def rank(sightings: Sequence[Sighting], weights: Signals = WEIGHTS) -> list[tuple[float, Sighting]]:
    """Return (score, sighting), best first, ties by passage id."""
    scored = [(fuse(each.signals, weights), each) for each in sightings]
    return sorted(scored, key=lambda pair: (-pair[0], pair[1].passage.id))


def candidates_of(
    ranked: Iterable[tuple[float, Sighting]], nearness: Callable[[float], float] = float
) -> list[Candidate]:
    """Return what `rank` gave as candidates; `nearness` turns a cosine into what a candidate tells of it."""
    return [
        Candidate(each.passage, score, None if each.cosine is None else nearness(each.cosine)) for score, each in ranked
    ]


def _cosines(
    vector: Vector, found: Mapping[int, float], passages: Mapping[int, Passage], held: Held
) -> dict[int, float]:
    """Return the cosine with the question of each passage that has a vector."""
    missed = held.vectors_of([number for number in passages if number not in found])
    cosines = {number: float(of @ vector) for number, of in missed.items()}
    return cosines | {number: found[number] for number in passages if number in found}
