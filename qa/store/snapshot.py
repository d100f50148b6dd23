"""One epoch of the archive, read from end to end without holding it in memory or keeping a writer waiting."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import numpy.typing as npt

from qa.store.passages import ENTRIES, IndexEntry, entry_of

__all__ = ["Snapshot", "Vectors", "connected", "opened"]

Vectors = npt.NDArray[np.float32]
BLOCK = 4096
"""Vectors read at a time."""


def connected(path: Path, mode: str = "rwc") -> sqlite3.Connection:
    """Connect to the database at `path`, to be used from any thread, transactions as they are asked for.

    SQLite reads a database with a write-ahead log only where it may write its index of the log. Where it may not, and
    there is no log, nobody is writing, and the file is read as one that does not change.
    """
    log = path.with_name(f"{path.name}-wal")
    fixed = path.exists() and not os.access(path.parent, os.W_OK) and not log.exists()
    asked = "immutable=1" if fixed else f"mode={mode}"
    uri = f"{path.absolute().as_uri()}?{asked}"
    return sqlite3.connect(uri, uri=True, check_same_thread=False, isolation_level=None, timeout=30)


@contextmanager
def opened(path: Path) -> Iterator[Snapshot]:
    """Open the database at `path` once more, and read it as it is at this moment until the end of the block."""
    with closing(connected(path, "ro")) as db:
        db.execute("BEGIN")
        yield Snapshot(db)


class Snapshot:
    """Read passages and vectors of one epoch; see `Store.snapshot`."""

    def __init__(self, db: sqlite3.Connection) -> None:
        """Take a connection inside a read transaction."""
        self._db = db
        self.epoch = self._number("epoch")
        """Number of the last change before this moment."""
        self.content = self._number("content")
        """Number of the last change that was not only of vectors."""
        self.vectors = self._number("vectors")
        """Number of the last change of passages or vectors."""

    def passages(self, ids: Sequence[int] | None = None) -> Iterator[IndexEntry]:
        """Yield what the indexes hold of every passage, or of those with `ids`, by id ascending."""
        within = "WHERE p.id IN (SELECT value FROM json_each(?))" if ids is not None else ""
        values = [json.dumps([int(number) for number in ids])] if ids is not None else []
        yield from map(entry_of, self._db.execute(f"{ENTRIES} {within} ORDER BY p.id", values))

    def passage_ids(self, *, embedded: bool = False) -> npt.NDArray[np.int64]:
        """Return the ids of all passages, int64 (n,), ascending; of those with a vector where `embedded`."""
        # Without an order SQLite reads them from an index, a tenth of the table.
        ids = self._ids("SELECT id FROM passages")
        return np.setdiff1d(ids, self._ids("SELECT id FROM passages WHERE vector IS NULL")) if embedded else ids

    def read_vectors(self, ids: npt.NDArray[np.int64]) -> Iterator[tuple[npt.NDArray[np.int64], Vectors]]:
        """Yield the vectors of passages with ascending `ids` in blocks: ids, int64 (n,), and float32 (n, d).

        Passages without a vector are left out.
        """
        for at in range(0, len(ids), BLOCK):
            block = ids[at : at + BLOCK]
            rows = self._db.execute(
                "SELECT id, vector FROM passages WHERE id IN (SELECT value FROM json_each(?)) "
                "AND vector IS NOT NULL ORDER BY id",
                (json.dumps(block.tolist()),),
            ).fetchall()
            if rows:
                flat = np.frombuffer(b"".join(row[1] for row in rows), dtype=np.float16)
                vectors = flat.reshape(len(rows), -1).astype(np.float32)
                yield np.array([row[0] for row in rows], dtype=np.int64), vectors

    def count(self) -> int:
        """Count the passages."""
        return int(self._db.execute("SELECT count(*) FROM passages").fetchone()[0])

    def lists(self) -> tuple[int, int]:
        """Return how many vectors the lists were learned at, and how many lists there are; 0, 0 before."""
        return self._number("lists"), int(self._db.execute("SELECT count(*) FROM lists").fetchone()[0])

    def centroids(self) -> Vectors:
        """Return the centroids of the lists, float32 (lists, d)."""
        rows = self._db.execute("SELECT centroid FROM lists ORDER BY id").fetchall()
        return np.frombuffer(b"".join(row[0] for row in rows), dtype=np.float32).reshape(len(rows), -1)

    def mark(self, number: int) -> str:
        """Return the mark of change `number`; an empty one where this archive never had it."""
        row = self._db.execute("SELECT mark FROM changes WHERE id = ?", (number,)).fetchone()
        return str(row[0]) if row else ""

    def _ids(self, sql: str) -> npt.NDArray[np.int64]:
        return np.sort(np.fromiter((number for (number,) in self._db.execute(sql)), np.int64))

    def _number(self, key: str) -> int:
        row = self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return int(row[0]) if row else 0
