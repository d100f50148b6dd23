"""Keep the caches equal to the store: open them if they hold what it holds, else make them again."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from embeddings.neighbours import Neighbours
from qa.index.manifest import held_epoch, holds, write_manifest
from qa.index.postings import Postings
from qa.records import EVERYTHING, Passage
from qa.store import Store

__all__ = ["Caches", "open_caches", "stale_caches"]

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Caches:
    """The caches of one epoch of the store."""

    epoch: int
    postings: Postings
    neighbours: Neighbours

    def dense(
        self, vector: npt.NDArray[np.float32], count: int, *, allowed: Sequence[int] | None = None
    ) -> list[tuple[int, float]]:
        """Return up to `count` (passage id, cosine) nearest to `vector`, best first, ties by id."""
        scores, ids = self.neighbours.search(vector[np.newaxis], count, allowed=allowed)
        return [(int(number), float(score)) for number, score in zip(ids[0], scores[0], strict=True)]

    def bm25(self, text: str, count: int, *, allowed: Sequence[int] | None = None) -> list[tuple[int, float]]:
        """Return up to `count` (passage id, BM25 score) for the words of `text`, best first, ties by id."""
        return self.postings.search(text, count, allowed=allowed)


def open_caches(directory: Path, store: Store, *, encoder: str, dim: int, writable: bool, progress: Progress) -> Caches:
    """Return caches that hold the store's present epoch.

    A cache that is missing, torn, of another encoder or of another epoch is made again from the store: on disk where
    `writable`, for which the caller holds the write lock, else in memory. Postings that lack only what was added since
    are grown by it. Reports stage ``index``.
    """
    epoch = store.epoch
    return Caches(
        epoch,
        _postings(directory / "postings", store, epoch=epoch, encoder=encoder, writable=writable, progress=progress),
        _neighbours(directory / "vectors.faiss", store, epoch=epoch, encoder=encoder, dim=dim, writable=writable),
    )


def stale_caches(directory: Path, *, epoch: int, encoder: str) -> list[str]:
    """Return the names of the caches in `directory` that are missing, damaged, or not of this epoch and encoder."""
    manifests = {"postings": directory / "postings" / "manifest.json", "vectors.faiss": directory / "vectors.json"}
    return [name for name, manifest in manifests.items() if not holds(manifest, epoch=epoch, encoder=encoder)]


def _postings(path: Path, store: Store, *, epoch: int, encoder: str, writable: bool, progress: Progress) -> Postings:
    held = held_epoch(path / "manifest.json", encoder=encoder)
    if held == epoch:
        try:
            return Postings.open(path)
        except ValueError:
            writable = False  # tantivy locks a folder to open it, which a read-only one does not allow

    def counted(passages: Sequence[tuple[Passage, str, str]]) -> Iterator[tuple[Passage, str, str]]:
        for done, entry in enumerate(passages, start=1):
            yield entry
            if done % 500 == 0 or done == len(passages):
                progress("index", done, len(passages))

    if not writable:
        return Postings.build(counted(store.passages()))
    lacking = _lacking(path, store) if held is not None and held < epoch else None
    fresh = path.with_name(f"postings.tmp{os.getpid()}")
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        if lacking is None:
            Postings.build(counted(store.passages()), fresh)
        else:
            Postings.grow(path, counted(store.passages(lacking)), fresh)
        files = [file for file in fresh.iterdir() if file.is_file() and not file.name.startswith(".")]
        write_manifest(fresh / "manifest.json", epoch=epoch, encoder=encoder, files=files)
        # A folder cannot replace another in one step; between the two, the cache is missing and would be rebuilt.
        shutil.rmtree(path, ignore_errors=True)
        fresh.rename(path)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return Postings.open(path)


def _lacking(path: Path, store: Store) -> list[int] | None:
    """Return the ids of the passages that postings lack; None where they also hold some that are gone.

    No id is given twice, so what has the same id is the same passage.
    """
    held, stored = Postings.ids_in(path), np.array(store.passage_ids(EVERYTHING), np.int64)
    if len(np.setdiff1d(held, stored)):
        return None
    return [int(number) for number in np.setdiff1d(stored, held)]


def _neighbours(path: Path, store: Store, *, epoch: int, encoder: str, dim: int, writable: bool) -> Neighbours:
    manifest = path.with_name("vectors.json")
    if holds(manifest, epoch=epoch, encoder=encoder):
        return Neighbours.load(path)
    ids, vectors = store.vectors()
    neighbours = Neighbours.build(ids, vectors if len(ids) else vectors.reshape(0, dim))
    if writable:
        neighbours.save(path)
        write_manifest(manifest, epoch=epoch, encoder=encoder, files=[path])
    return neighbours
