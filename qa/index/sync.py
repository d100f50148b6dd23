"""Keep the caches equal to the store: open them if they hold what it holds, catch up or make them again if not."""

from __future__ import annotations

import math
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from embeddings.neighbours import Neighbours, NeighboursError, train_lists
from qa.index.manifest import Epoch, digests, held_epoch, said_epoch, write_manifest
from qa.index.postings import Postings, PostingsError
from qa.index.words import WORDS
from qa.store.passages import IndexEntry
from qa.store.snapshot import Snapshot
from qa.store.store import Store

__all__ = ["CacheError", "Caches", "newest_vectors", "open_caches", "stale_caches"]

Progress = Callable[[str, int, int], None]
Mask = npt.NDArray[np.bool_]
CacheError = (NeighboursError, PostingsError)
"""What a cache cannot be written or read for."""

POSTINGS, VECTORS = "postings", "vectors.faiss"
TEMPORARY = "tmp"
"""After the name of a cache, and before the process that makes it: what is not finished."""
LISTS_FROM = 250_000
"""Vectors from which up they are kept in lists; below, looking at every one takes 10 ms at most."""
SAMPLE = 40
"""Vectors a list is learned from."""
OUTGROWN = 4
"""Lists are learned anew where there are so many times the vectors that there were."""
DEAD = 0.1
"""Part of the vectors that may be of passages gone before they are written anew."""


@dataclass(frozen=True, slots=True)
class Caches:
    """The caches of one epoch of the store."""

    content: int
    """The content the postings hold."""
    vectors: int
    """The state of the vectors that the neighbours hold."""
    postings: Postings
    neighbours: Neighbours
    places: npt.NDArray[np.int64]
    """Where each of the neighbours stands in the columns of the postings; -1 for a passage that is gone."""

    @property
    def unembedded(self) -> int:
        """How many passages have no vector yet that could be searched."""
        return len(self.postings.columns) - int(np.count_nonzero(self.places >= 0))

    def dense(self, vector: npt.NDArray[np.float32], count: int, *, allowed: Mask | None) -> list[tuple[int, float]]:
        """Return up to `count` (passage id, cosine) nearest to `vector`, best first, ties by id.

        Only passages `allowed`, bool (n,) in the order of the postings' columns, if given.
        """
        gone = self.places < 0
        held = None
        if allowed is not None and len(allowed):
            held = allowed[self.places] & ~gone
        elif gone.any():
            held = ~gone
        scores, ids = self.neighbours.search(vector[np.newaxis], count, allowed=held)
        return [(int(number), float(score)) for number, score in zip(ids[0], scores[0], strict=True)]

    def bm25(self, text: str, count: int, *, allowed: Mask | None) -> list[tuple[int, float]]:
        """Return up to `count` (passage id, BM25 score) for the words of `text`, best first, ties by id."""
        return self.postings.search(text, count, allowed=allowed)


def open_caches(
    directory: Path,
    store: Store,
    *,
    encoder: str,
    dim: int,
    writable: bool,
    progress: Progress,
    former: Caches | None = None,
    behind: bool = False,
) -> Caches:
    """Return caches that hold the store's present epoch.

    What of `former` still holds is used again. A cache that is missing, torn, made by something else or of another
    epoch is made again from the store: on disk where `writable`, for which the caller holds the write lock, else in
    memory. One that lacks only what was added since is grown by it. Where `behind`, a whole cache of an earlier epoch
    will do: another process is about to replace it. Reports stage ``index``.
    """
    if writable:
        _clear(directory)
    with store.snapshot() as snapshot:
        shelf = _Shelf(directory, snapshot, store, encoder, dim, writable, behind, progress)
        same = former if former and former.content == snapshot.content else None
        known = former if former and former.vectors == snapshot.vectors else None
        with ThreadPoolExecutor(2) as pool:  # proving the files takes longest when a large archive is opened
            whole = pool.submit(_proved, not same, _manifest(directory / POSTINGS), WORDS)
            sound = pool.submit(_proved, not known, _manifest(directory / VECTORS), encoder)
            content, postings = (same.content, same.postings) if same else shelf.postings(whole.result())
            vectors, neighbours = (known.vectors, known.neighbours) if known else shelf.neighbours(sound.result())
    return Caches(content, vectors, postings, neighbours, _places(neighbours.ids, postings.columns.ids))


def stale_caches(directory: Path, snapshot: Snapshot, *, encoder: str) -> list[str]:
    """Return the names of the caches in `directory` that have to be made anew.

    Those that are missing, damaged, made by something else, or of an epoch that the store never had. One that is only
    behind is caught up by whoever writes next.
    """
    makers = {POSTINGS: WORDS, VECTORS: encoder}
    held = {name: held_epoch(_manifest(directory / name), made_by=maker) for name, maker in makers.items()}
    return [name for name, epoch in held.items() if _known(epoch, snapshot) is None]


def newest_vectors(directory: Path) -> int | None:
    """Return which state of the vectors the cache on disk says it holds, unproved; None where there is none."""
    return said_epoch(_manifest(directory / VECTORS))


@dataclass(frozen=True, slots=True)
class _Shelf:
    """Where the caches of a snapshot are opened or made."""

    directory: Path
    snapshot: Snapshot
    store: Store
    encoder: str
    dim: int
    writable: bool
    behind: bool
    progress: Progress

    def postings(self, proved: Epoch | None) -> tuple[int, Postings]:
        """Return postings and the content they hold; those on disk are `proved`, or not whole."""
        held = _known(proved, self.snapshot)
        path, content, writable = self.directory / POSTINGS, self.snapshot.content, self.writable
        if held == content or (held is not None and self.behind):
            try:
                return held, Postings.open(path)
            except ValueError:
                writable = False  # tantivy locks a folder to open it, which a read-only one does not allow
        if not writable:
            return content, Postings.build(self._counted(None))
        lacking = self._lacking(path) if held is not None and held < content else None
        fresh = _beside(path)
        shutil.rmtree(fresh, ignore_errors=True)
        try:
            known: dict[str, str] = {}
            if lacking is None:
                Postings.build(self._counted(None), fresh)
            else:
                Postings.grow(path, self._counted(lacking), fresh)
                known = {name: digest for name, digest in digests(_manifest(path)).items() if Postings.is_final(name)}
            files = [file for file in fresh.iterdir() if file.suffix != ".lock"]
            write_manifest(_manifest(fresh), epoch=self._epoch(content), made_by=WORDS, files=files, known=known)
            # A folder cannot replace another in one step; between the two, the cache is missing and would be rebuilt.
            shutil.rmtree(path, ignore_errors=True)
            fresh.rename(path)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
        return content, Postings.open(path)

    def neighbours(self, proved: Epoch | None) -> tuple[int, Neighbours]:
        """Return neighbours and the state of the vectors that they hold; those on disk are `proved`, or not whole."""
        held = _known(proved, self.snapshot)
        path, vectors = self.directory / VECTORS, self.snapshot.vectors
        manifest = _manifest(path)
        if held is not None and (held == vectors or self.behind):
            return held, Neighbours.load(path)
        wanted = self.snapshot.passage_ids(embedded=True)
        neighbours = self._kept(path, wanted) if held is not None and held < vectors else None
        fresh = neighbours is None
        if neighbours is None:
            neighbours = Neighbours.empty(self.dim, centroids=self._centroids(wanted))
        lacking = np.setdiff1d(wanted, neighbours.ids, assume_unique=True)
        for numbers, rows in self.snapshot.read_vectors(lacking):
            neighbours.add(numbers, rows)
        if self.writable and (fresh or len(lacking)):
            neighbours.save(path)
            write_manifest(manifest, epoch=self._epoch(vectors), made_by=self.encoder, files=[path])
        return vectors, neighbours

    def _epoch(self, number: int) -> Epoch:
        return Epoch(number, self.snapshot.mark(number))

    def _lacking(self, path: Path) -> list[int] | None:
        """Return the ids of the passages that postings lack; None where they also hold some that are gone.

        No id is given twice, so what has the same id is the same passage.
        """
        held, stored = Postings.columns_in(path).ids, self.snapshot.passage_ids()
        if len(np.setdiff1d(held, stored, assume_unique=True)):
            return None
        return [int(number) for number in np.setdiff1d(stored, held, assume_unique=True)]

    def _counted(self, ids: Sequence[int] | None) -> Iterator[IndexEntry]:
        total = self.snapshot.count() if ids is None else len(ids)
        for done, entry in enumerate(self.snapshot.passages(ids), start=1):
            yield entry
            if done % 500 == 0 or done == total:
                self.progress("index", done, total)

    def _kept(self, path: Path, wanted: npt.NDArray[np.int64]) -> Neighbours | None:
        """Return the neighbours at `path` if what they lack of `wanted` can be added; None where they are made anew."""
        neighbours = Neighbours.load(path)
        lacking = np.setdiff1d(wanted, neighbours.ids, assume_unique=True)
        dead = len(neighbours) + len(lacking) - len(wanted)
        in_order = not len(lacking) or not len(neighbours) or lacking[0] > neighbours.ids[-1]
        grows = in_order and dead <= DEAD * len(wanted) and neighbours.lists == self._lists(len(wanted))
        return neighbours if grows else None

    def _lists(self, count: int) -> int:
        """Return how many lists `count` vectors are kept in: those learned before, until they are outgrown."""
        if count < LISTS_FROM:
            return 0
        learned, lists = self.snapshot.lists()
        return lists if lists and learned <= count < OUTGROWN * learned else _lists_for(count)

    def _centroids(self, wanted: npt.NDArray[np.int64]) -> npt.NDArray[np.float32] | None:
        """Return the centroids of the lists, which the store keeps, so that a cache made again is the same cache."""
        count = self._lists(len(wanted))
        if not count:
            return None
        learned, lists = self.snapshot.lists()
        if lists == count and learned <= len(wanted) < OUTGROWN * learned:
            return self.snapshot.centroids()
        if not self.writable:
            return None  # every vector is looked at, which takes longer and finds the same
        centroids = train_lists(self._sample(wanted, SAMPLE * count), count)
        with self.store.transaction():
            self.store.keep_lists(len(wanted), centroids)
        return centroids

    def _sample(self, wanted: npt.NDArray[np.int64], size: int) -> npt.NDArray[np.float32]:
        step = np.linspace(0, len(wanted) - 1, num=min(size, len(wanted))).astype(np.int64)
        return np.concatenate([vectors for _, vectors in self.snapshot.read_vectors(wanted[step])])


def _clear(directory: Path) -> None:
    """Remove what writers before left half made when they were killed; the caller holds the write lock."""
    for left in directory.glob(f"*.{TEMPORARY}*"):
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)


def _known(held: Epoch | None, snapshot: Snapshot) -> int | None:
    """Return the number of an epoch that the store had; None for one of a copy that went another way."""
    return held.number if held and snapshot.mark(held.number) == held.mark else None


def _proved(wanted: bool, manifest: Path, made_by: str) -> Epoch | None:
    return held_epoch(manifest, made_by=made_by) if wanted else None


def _lists_for(count: int) -> int:
    """Return the power of two nearest to four times the square root, as faiss's guide to indexes advises."""
    return 1 << round(math.log2(4 * math.sqrt(count)))


def _places(ids: npt.NDArray[np.int64], held: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    if not len(held):
        return np.full(len(ids), -1)
    places = np.minimum(np.searchsorted(held, ids), len(held) - 1)
    return np.where(held[places] == ids, places, -1)


def _manifest(cache: Path) -> Path:
    return cache / "manifest.json" if cache.name.startswith(POSTINGS) else cache.with_name("vectors.json")


def _beside(path: Path) -> Path:
    return path.with_name(f"{path.name}.{TEMPORARY}{os.getpid()}")
