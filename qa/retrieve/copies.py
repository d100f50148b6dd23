"""Prints of one article: retrieval shows one of them, and what it shows knows the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qa.ingest.passages import cut_sentences
from qa.ingest.sketch import COPY, NEAR, distances, holds, likeness, sketch
from qa.records import Article, Candidate, Passage

__all__ = ["Sketches", "alike", "copies_of", "distinct", "first_print"]

MOST = 0.5
"""Share of the sentences of the best candidate that an earlier print's candidates need to be shown in its place: the
passages of two prints are seldom cut at the same sentence."""
COMPARED = 100
"""Articles of a near sketch whose texts are read, nearest first; a series of notices can have thousands."""


@dataclass(frozen=True, slots=True)
class Sketches:
    """The sketch of every article of one epoch, in the order of their first passages."""

    firsts: npt.NDArray[np.int64]
    """Id of each article's first passage, (n,), ascending; its other passages follow it."""
    rows: npt.NDArray[np.uint64]
    """The sketches, (n, 2)."""

    def near(self, text: str) -> list[int]:
        """Return the first passages of the articles whose sketch is near that of `text`, nearest first, ties by id."""
        of = sketch(text)
        if not any(of):
            return []
        apart = distances(of, self.rows)
        close = np.flatnonzero(apart <= NEAR)
        return [int(number) for number in self.firsts[close[np.argsort(apart[close], kind="stable")]]]

    def between(self, passages: Sequence[Passage]) -> npt.NDArray[np.bool_]:
        """Tell of each pair of passages whether the sketches of their articles are near, (n, n)."""
        places = np.searchsorted(self.firsts, [passage.id for passage in passages], side="right") - 1
        rows = self.rows[places]
        near: npt.NDArray[np.bool_] = np.bitwise_count(rows[:, np.newaxis] ^ rows).sum(axis=2) <= NEAR
        return near


def alike(one: Article, other: Article) -> bool:
    """Tell whether two articles are prints of the same text; heads do not count."""
    return likeness(_body(one), _body(other)) >= COPY


def copies_of(
    article: Article, sketches: Sketches, articles_at: Callable[[Sequence[int]], Iterable[Article]]
) -> list[Article]:
    """Return the other prints of `article`, by date, then id; `articles_at` takes the ids of first passages.

    Of the articles with a near sketch the nearest hundred are compared.
    """
    near = articles_at(sketches.near(_body(article))[:COMPARED])
    return sorted((other for other in near if other.id != article.id and alike(article, other)), key=first_print)


def distinct(ranked: Sequence[Candidate], sketches: Sketches, article_of: Callable[[str], Article]) -> list[Candidate]:
    """Return the candidates, in their order, without those that another print of the same article makes needless.

    Of each group of prints the candidates of the earliest are kept that say most of what the group's best says; of the
    others, those with a sentence that the kept ones lack.
    """
    kept: list[Candidate] = []
    for group in _groups(ranked, sketches, article_of):
        kept += _of_group(group, article_of) if len(group) > 1 else next(iter(group.values()))
    order = {candidate.passage.id: place for place, candidate in enumerate(ranked)}
    return sorted(kept, key=lambda candidate: order[candidate.passage.id])


def first_print(article: Article) -> tuple[str, str]:
    """Order prints by date, then id; those without a date come last."""
    return article.date or "~", article.id


def _groups(
    ranked: Sequence[Candidate], sketches: Sketches, article_of: Callable[[str], Article]
) -> list[dict[str, list[Candidate]]]:
    """Group the candidates by article, and the articles that are prints of the best ranked of their group."""
    by_article: dict[str, list[Candidate]] = {}
    for candidate in ranked:
        by_article.setdefault(candidate.passage.article_id, []).append(candidate)
    passages = [candidates[0].passage for candidates in by_article.values()]
    near = sketches.between(passages).tolist()
    leaders: dict[int, dict[str, list[Candidate]]] = {}
    ids = list(by_article)
    for place, article_id in enumerate(ids):
        leader = next(
            (
                first
                for first in leaders
                if near[first][place] and alike(article_of(ids[first]), article_of(article_id))
            ),
            place,
        )
        leaders.setdefault(leader, {})[article_id] = by_article[article_id]
    return list(leaders.values())


def _of_group(group: Mapping[str, Sequence[Candidate]], article_of: Callable[[str], Article]) -> list[Candidate]:
    said = {number: "\n".join(_stretch(each, article_of) for each in group[number]) for number in group}
    ranked = sorted((each for candidates in group.values() for each in candidates), key=_rank)
    best, own = _stretch(ranked[0], article_of), ranked[0].passage.article_id
    enough = [number for number in group if number == own or _share_said(best, said[number]) > MOST]
    shown = min((article_of(number) for number in enough), key=first_print).id
    kept, heard = list(group[shown]), said[shown]
    for candidate in ranked:
        stretch = _stretch(candidate, article_of)
        if candidate.passage.article_id != shown and _share_said(stretch, heard) < 1:
            kept.append(candidate)
            heard += "\n" + stretch
    return kept


def _rank(candidate: Candidate) -> tuple[float, int]:
    return -candidate.score, candidate.passage.id


def _share_said(stretch: str, text: str) -> float:
    """Return the share of the sentences of `stretch` that `text` has."""
    sentences = [stretch[start:end] for start, end in cut_sentences(stretch)]
    return sum(holds(text, sentence) for sentence in sentences) / len(sentences) if sentences else 1.0


def _stretch(candidate: Candidate, article_of: Callable[[str], Article]) -> str:
    """Return what a candidate quotes of the body."""
    passage = candidate.passage
    article = article_of(passage.article_id)
    return article.text[max(passage.start, article.body_start) : passage.end]


def _body(article: Article) -> str:
    return article.text[article.body_start :]
