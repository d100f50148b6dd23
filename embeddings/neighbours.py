"""Find the nearest vectors, exactly: the only importer of faiss."""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import ArrayLike, NDArray

from embeddings import NeighboursError

__all__ = ["Ids", "Neighbours", "NeighboursError", "Scores"]

Ids = NDArray[np.int64]
Scores = NDArray[np.float32]

# Looked at beyond k, so that a tie across the border is usually settled in one search.
BEYOND = 16


class Neighbours:
    """Hold unit vectors under int64 ids and search them by inner product, which then is the cosine.

    Exact and unchanging. Equal vectors get equal scores, and equal scores stand in the
    order of their ids, also where k cuts through them. A question is searched alone, so its answer does not depend
    on the others in the call.
    """

    def __init__(self, index: Any) -> None:
        """Wrap a faiss IndexIDMap of an IndexFlatIP whose ids ascend; use `build` or `load`."""
        faiss = _faiss()
        self._index = index
        self._flat = faiss.downcast_index(index.index)
        self.ids: Ids = faiss.vector_to_array(index.id_map)
        self.dim: int = index.d

    def __len__(self) -> int:
        return len(self.ids)

    @classmethod
    def build(cls, ids: ArrayLike, vectors: ArrayLike) -> Neighbours:
        """Index vectors, float (n, dim), rows of length 1, under n distinct int64 ids in any order."""
        faiss = _faiss()
        numbers, rows = _ids(ids), _rows(vectors)
        if len(numbers) != len(rows):
            raise NeighboursError(f"{len(numbers)} ids for {len(rows)} vectors: expected one id for each")
        order = np.argsort(numbers, kind="stable")
        numbers, rows = numbers[order], rows[order]
        if len(twice := numbers[1:][numbers[1:] == numbers[:-1]]):
            raise NeighboursError(f"id {twice[0]} is given twice: expected distinct ids")
        index = faiss.IndexIDMap(faiss.IndexFlatIP(rows.shape[1]))
        index.add_with_ids(rows, numbers)
        return cls(index)

    def search(self, queries: ArrayLike, k: int, *, allowed: ArrayLike | None = None) -> tuple[Scores, Ids]:
        """Return the k best of all, or of the allowed ids, for each query, float (q, dim).

        Returns scores float32 (q, k') and ids int64 (q, k'), best first, ties by id ascending; k' is k, or less when
        there are fewer vectors. Allowed ids that are not here are ignored.
        """
        rows = _rows(queries)
        if rows.shape[1] != self.dim:
            raise NeighboursError(f"queries of {rows.shape[1]} components, expected {self.dim}: same encoder?")
        if k < 1:
            raise NeighboursError(f"k is {k}, expected 1 or more")
        mask = np.isin(self.ids, _ids(allowed)) if allowed is not None else np.ones(len(self), np.bool_)
        candidates, options = int(mask.sum()), _only(mask)
        wanted = min(k, candidates)
        scores, ids = np.empty((len(rows), wanted), np.float32), np.empty((len(rows), wanted), np.int64)
        if wanted:
            for at in range(len(rows)):
                scores[at], positions = self._best(rows[at : at + 1], wanted, candidates, options)
                ids[at] = self.ids[positions]
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
        if type(index) is not faiss.IndexIDMap or type(faiss.downcast_index(index.index)) is not faiss.IndexFlatIP:
            raise NeighboursError(f"{path} holds a {type(index).__name__}, expected exact inner product: rebuild it")
        loaded = cls(index)
        if len(loaded) != loaded._flat.ntotal or (np.diff(loaded.ids) <= 0).any():
            raise NeighboursError(f"{path} is damaged (its ids do not fit its vectors): rebuild it")
        return loaded

    def _best(self, query: Scores, wanted: int, candidates: int, options: Any) -> tuple[Scores, Ids]:
        look = min(candidates, wanted + BEYOND)
        while True:
            (scores,), (positions,) = self._flat.search(query, look, params=options)
            # Until the last one seen is worse than the last one wanted, an equal with a smaller id may be missing.
            if look == candidates or scores[-1] < scores[wanted - 1]:
                break
            look = min(candidates, look * 2)
        order = np.lexsort((positions, -scores))[:wanted]
        return scores[order], positions[order]


class _Writer:
    """Pass faiss's bytes on to a file, counting and hashing them."""

    def __init__(self, file: BinaryIO) -> None:
        self.file, self.size, self.state = file, 0, _blake2b()

    def __call__(self, content: bytes) -> None:
        self.file.write(content)
        self.state.update(content)
        self.size += len(content)


def _only(mask: NDArray[np.bool_]) -> Any:
    # Also when all are allowed: one question over 100,000 vectors takes 6 ms with a selector and 40 ms without, and
    # the two ways of adding up differ in the last bit.
    faiss = _faiss()
    bits = np.packbits(mask, bitorder="little")
    selector = faiss.IDSelectorBitmap(bits)
    options = faiss.SearchParameters(sel=selector)
    options.kept_alive = (bits, selector)  # faiss itself holds bare pointers
    return options


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
