"""Compare the vector index of an archive with exact search over every vector it holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.probes import Narrowing
from qa import Archive
from qa.index.columns import Columns

__all__ = ["Recall", "compare", "measure_recall"]

DEPTH = 10
SAME = 1e-5
"""Cosines this close are equal: summed up in another order they differ by about so much."""
Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Recall:
    """How much of the ten nearest passages the index finds under one filter."""

    name: str
    share: float
    """Of the passages, so many lie within the filter."""
    recall: float
    """Mean over the questions."""
    worst: float
    incomplete: int
    """Questions for which one of the ten is missing."""
    first_missed: int
    """Questions for which the very nearest is missing."""
    cosine_lost: float
    """Mean difference of the tenth cosine."""


def measure_recall(directory: Path, questions: Sequence[str], filters: Sequence[Narrowing]) -> list[Recall]:
    """Search an archive's vectors for `questions` under each filter, by its index and exactly.

    A passage found counts if it is as near as the tenth nearest, so that ties are no losses.
    """
    with Archive.open(directory) as archive:
        caches, encoder = archive._upkeep.current(), archive._upkeep.encoder
        vectors = encoder.encode_questions(list(questions))
        columns = caches.postings.columns
        masks = [columns.mask(narrowing.filters) if narrowing.filters else None for narrowing in filters]
        found = [
            [[score for _, score in caches.dense(vector, DEPTH, allowed=mask)] for vector in vectors] for mask in masks
        ]
        exact = _exact(archive, vectors, columns, masks)
    return [
        compare(narrowing.name, narrowing.share, np.array(scores, np.float32), truth)
        for narrowing, scores, truth in zip(filters, found, exact, strict=True)
    ]


def compare(name: str, share: float, found: Scores, exact: Scores) -> Recall:
    """Compare the cosines found, float32 (questions, k), with the highest there are, (questions, 10), descending."""
    depth = found.shape[1]  # fewer than ten where fewer lie within the filter
    near = found >= exact[:, depth - 1 : depth] - SAME
    each = near.mean(axis=1)
    return Recall(
        name=name,
        share=share,
        recall=float(each.mean()),
        worst=float(each.min()),
        incomplete=int((each < 1).sum()),
        first_missed=int((found[:, 0] < exact[:, 0] - SAME).sum()),
        cosine_lost=float((exact[:, depth - 1] - found[:, depth - 1]).mean()),
    )


def _exact(
    archive: Archive, questions: Scores, columns: Columns, masks: Sequence[NDArray[np.bool_] | None]
) -> list[Scores]:
    """Return the ten highest cosines within each mask, float32 (questions, 10), descending."""
    best = [np.full((len(questions), DEPTH), -np.inf, np.float32) for _ in masks]
    with archive._store.snapshot() as snapshot:
        for ids, vectors in snapshot.read_vectors(snapshot.passage_ids(embedded=True)):
            scores = questions @ vectors.T
            places = np.searchsorted(columns.ids, ids)
            for at, mask in enumerate(masks):
                within = scores if mask is None else scores[:, mask[places]]
                best[at] = -np.partition(-np.hstack([best[at], within]), DEPTH - 1, axis=1)[:, :DEPTH]
    return [-np.sort(-scores, axis=1) for scores in best]
