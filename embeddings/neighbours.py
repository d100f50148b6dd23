"""Find the nearest vectors, all looked at or the likeliest lists of them: the only importer of faiss."""

from __future__ import annotations

import contextlib
import hashlib
import math
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import ArrayLike, NDArray

from embeddings import NeighboursError

__all__ = ["Ids", "Neighbours", "NeighboursError", "Scores", "train_lists"]

Ids = NDArray[np.int64]
Scores = NDArray[np.float32]

# Looked at beyond k, so that a tie across the border is usually settled in one search.
BEYOND = 16
PROBED = 1 / 4
"""Part of the lists that is looked at; where only some vectors are allowed, more lists, up to all of them."""
ROUNDS = 10


class Neighbours:
    """Hold unit vectors under ascending int64 ids and search them by inner product, which then is the cosine.

    Vectors are kept in half precision, as they are stored. Without `lists` a search looks at every vector. With lists
    (inverted file: Sivic and Zisserman, "Video Google", ICCV 2003) it looks at those in the lists nearest to the
    question, and at every vector where few are allowed. Equal vectors get equal scores, and equal scores stand in the
    order of their ids, also where k cuts through them. A question is searched alone, so its answer does not depend on
    the others in the call.
    """

    def __init__(self, index: Any) -> None:
        """Wrap a faiss IndexIDMap over scalar-quantised vectors whose ids ascend; use `empty`, `build` or `load`."""
        faiss = _faiss()
        self._index = index
        self._inner = faiss.downcast_index(index.index)
        self.ids: Ids = faiss.vector_to_array(index.id_map)
        self.dim: int = index.d
        self.lists: int = getattr(self._inner, "nlist", 0)
        """How many lists there are; 0 where every search is exact."""

    def __len__(self) -> int:
        return len(self.ids)

    @classmethod
    def empty(cls, dim: int, *, centroids: ArrayLike | None = None) -> Neighbours:
        """Return an index without vectors: exact, or with a list for each row of `centroids`, float (lists, dim)."""
        faiss = _faiss()
        kind, metric = faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
        if centroids is None:
            return cls(faiss.IndexIDMap(faiss.IndexScalarQuantizer(dim, kind, metric)))
        middles = _rows(centroids)
        coarse = faiss.IndexFlatIP(dim)
        coarse.add(middles)
        inner = faiss.IndexIVFScalarQuantizer(coarse, dim, len(middles), kind, metric, False)
        inner.train(middles)  # half precision has nothing to learn; faiss wants to be asked
        return cls(faiss.IndexIDMap(inner))

    @classmethod
    def build(cls, ids: ArrayLike, vectors: ArrayLike, *, centroids: ArrayLike | None = None) -> Neighbours:
        """Index vectors, float (n, dim), rows of length 1, under n distinct int64 ids in any order."""
        numbers, rows = _ids(ids), _rows(vectors)
        if len(numbers) != len(rows):
            raise NeighboursError(f"{len(numbers)} ids for {len(rows)} vectors: expected one id for each")
        order = np.argsort(numbers, kind="stable")
        built = cls.empty(rows.shape[1], centroids=centroids)
        built.add(numbers[order], rows[order])
        return built

    def add(self, ids: ArrayLike, vectors: ArrayLike) -> None:
        """Add vectors, float (n, dim), rows of length 1, under ids that ascend and are greater than all held."""
        numbers, rows = _ids(ids), _rows(vectors)
        if len(numbers) != len(rows) or (len(rows) and rows.shape[1] != self.dim):
            raise NeighboursError(
                f"{len(numbers)} ids for vectors {rows.shape}, expected one id each, ({self.dim}) wide"
            )
        if (np.diff(np.concatenate([self.ids[-1:], numbers])) <= 0).any():
            raise NeighboursError("ids do not ascend, or one is given twice: expected new, greater ids")
        self._index.add_with_ids(rows, numbers)
        self.ids = np.concatenate([self.ids, numbers])

    def search(self, queries: ArrayLike, k: int, *, allowed: NDArray[np.bool_] | None = None) -> tuple[Scores, Ids]:
        """Return the k best of all, or of those `allowed`, bool (n,) in the order of `ids`, for each query.

        Queries are float (q, dim). Returns scores float32 (q, k') and ids int64 (q, k'), best first, ties by id
        ascending; k' is k, or less when there are fewer vectors.
        """
        rows = _rows(queries)
        if rows.shape[1] != self.dim:
            raise NeighboursError(f"queries of {rows.shape[1]} components, expected {self.dim}: same encoder?")
        if k < 1:
            raise NeighboursError(f"k is {k}, expected 1 or more")
        if allowed is not None and allowed.shape != self.ids.shape:
            raise NeighboursError(f"{allowed.shape} marks for {len(self)} vectors: expected one for each")
        candidates = len(self) if allowed is None else int(np.count_nonzero(allowed))
        wanted = min(k, candidates)
        scores, ids = np.empty((len(rows), wanted), np.float32), np.empty((len(rows), wanted), np.int64)
        if wanted:
            options = self._options(allowed, candidates)
            with _one_thread():
                for at in range(len(rows)):
                    scores[at], ids[at] = self._best(rows[at : at + 1], wanted, candidates, options)
        return scores, ids

    def save(self, path: str | Path) -> tuple[int, str]:
        """Write the index so that the path holds the old file or the whole new one, whatever happens.

        Returns its size in bytes and its BLAKE2b-128 in hexadecimal, for a manifest; NeighboursError when it cannot
        be written, and then nothing is left behind.
        """
        faiss = _faiss()
        final = Path(path)
        temporary = final.with_name(f"{final.name}.tmp{os.getpid()}")
        try:
            with temporary.open("wb") as file:
                # faiss.write_index(index, path) reports success on a full disk; through Python the error is raised.
                writer = _Writer(file)
                faiss.write_index(self._index, faiss.PyCallbackIOWriter(writer))
                file.flush()
                os.fsync(file.fileno())
            if temporary.stat().st_size != writer.size:
                raise OSError("short write")
            temporary.replace(final)
            _sync_folder(final.parent)
        except (OSError, RuntimeError) as error:
            raise NeighboursError(f"{final} cannot be written ({_reason(error)}): is the disk full?") from error
        finally:
            with contextlib.suppress(OSError):
                temporary.unlink()
        return writer.size, writer.state.hexdigest()

    @classmethod
    def load(cls, path: str | Path, *, digest: str | None = None) -> Neighbours:
        """Read a saved index; NeighboursError when it is missing, cut short or something else.

        faiss itself does not notice changed bytes: give the digest that `save` returned to have them noticed.
        """
        faiss = _faiss()
        try:
            if digest is not None:
                with Path(path).open("rb") as file:
                    found = hashlib.file_digest(file, _blake2b).hexdigest()
                if found != digest:
                    raise NeighboursError(
                        f"{path} is damaged (digest {found[:8]}…, expected {digest[:8]}…): rebuild it"
                    )
            index = faiss.read_index(str(path))
        except (OSError, RuntimeError, MemoryError) as error:
            raise NeighboursError(f"{path} cannot be read ({_reason(error)}): rebuild it") from error
        inner = faiss.downcast_index(index.index) if type(index) is faiss.IndexIDMap else index
        if type(inner) not in (faiss.IndexScalarQuantizer, faiss.IndexIVFScalarQuantizer):
            raise NeighboursError(f"{path} holds a {type(index).__name__}, expected vectors of ours: rebuild it")
        loaded = cls(index)
        if len(loaded) != loaded._inner.ntotal or (np.diff(loaded.ids) <= 0).any():
            raise NeighboursError(f"{path} is damaged (its ids do not fit its vectors): rebuild it")
        return loaded

    def _best(self, query: Scores, wanted: int, candidates: int, options: Any) -> tuple[Scores, Ids]:
        look = min(candidates, wanted + BEYOND)
        while True:
            (scores,), (positions,) = self._inner.search(query, look, params=options)
            found = int(np.count_nonzero(positions >= 0))
            if found < wanted:  # the nearest lists hold too few of those allowed
                options = self._every_list(options)
                continue
            # Until the last one seen is worse than the last one wanted, an equal with a smaller id may be missing.
            if look == candidates or found < look or scores[-1] < scores[wanted - 1]:
                break
            look = min(candidates, look * 2)
        order = np.lexsort((positions[:found], -scores[:found]))[:wanted]
        return scores[order], self.ids[positions[order]]

    def _options(self, allowed: NDArray[np.bool_] | None, candidates: int) -> Any:
        faiss = _faiss()
        options = faiss.SearchParametersIVF() if self.lists else faiss.SearchParameters()
        if self.lists:
            options.nprobe = min(self.lists, math.ceil(PROBED * self.lists * len(self) / candidates))
        if allowed is not None:
            bits = np.packbits(allowed, bitorder="little")
            options.sel = faiss.IDSelectorBitmap(bits)
            options.kept_alive = (bits, options.sel)  # faiss itself holds bare pointers
        return options

    def _every_list(self, options: Any) -> Any:
        options.nprobe = self.lists
        return options


def train_lists(sample: ArrayLike, count: int) -> Scores:
    """Return `count` centroids, float32 (count, dim), rows of length 1, by spherical k-means over a sample (n, dim).

    The same sample gives the same centroids.
    """
    faiss = _faiss()
    rows = _rows(sample)
    means = faiss.Kmeans(rows.shape[1], count, niter=ROUNDS, seed=1, spherical=True, max_points_per_centroid=len(rows))
    means.train(rows)
    centroids: Scores = means.centroids
    return centroids


class _Writer:
    """Pass faiss's bytes on to a file, counting and hashing them."""

    def __init__(self, file: BinaryIO) -> None:
        self.file, self.size, self.state = file, 0, _blake2b()

    def __call__(self, content: bytes) -> None:
        self.file.write(content)
        self.state.update(content)
        self.size += len(content)


@contextlib.contextmanager
def _one_thread() -> Iterator[None]:
    # A second thread costs more to wake than it saves: 100,000 vectors take 3 ms with one and 8 ms with two.
    faiss = _faiss()
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(before)


def _faiss() -> Any:
    # Its stubs describe the C++ signatures, not the Python ones.
    import faiss

    return faiss


def _ids(ids: ArrayLike) -> Ids:
    numbers = np.asarray(ids)
    if numbers.ndim != 1 or (len(numbers) and numbers.dtype.kind not in "iu"):
        raise NeighboursError(f"ids are {numbers.dtype} {numbers.shape}, expected whole numbers in one row")
    return numbers.astype(np.int64)


def _rows(vectors: ArrayLike) -> Scores:
    rows = np.ascontiguousarray(vectors, dtype=np.float32)
    if rows.ndim != 2 or rows.shape[1] == 0:
        raise NeighboursError(f"vectors are of shape {rows.shape}, expected (n, dim)")
    if not np.isfinite(rows).all():
        raise NeighboursError("vectors hold NaN or infinity, expected finite numbers")
    return rows


def _blake2b() -> Any:
    return hashlib.blake2b(digest_size=16)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _reason(error: BaseException) -> str:
    return " ".join(str(error).split())[:160]
