"""What SQLite says when the disk is full, the file damaged or the device failing, told as the archive's errors."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from qa.errors import WenbaoError

__all__ = ["told"]

KEYS = {
    sqlite3.SQLITE_FULL: "archive.full",
    sqlite3.SQLITE_CORRUPT: "archive.damaged",
    sqlite3.SQLITE_NOTADB: "archive.damaged",
    sqlite3.SQLITE_IOERR: "archive.failing",
    sqlite3.SQLITE_CANTOPEN: "archive.failing",
    sqlite3.SQLITE_BUSY: "archive.busy",
    sqlite3.SQLITE_READONLY: "archive.read_only",
}
"""By primary result code (https://www.sqlite.org/rescode.html); whatever else SQLite says is a fault of ours."""

GARBLED = "Could not decode to UTF-8"
"""What Python's sqlite3 says, without a code, of a text that was overwritten, and then the text."""


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Raise a WenbaoError for what befell the database at `path` from outside; other errors pass."""
    try:
        yield
    except sqlite3.Error as error:
        key = KEYS.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
        if str(error).startswith(GARBLED):
            key, error = "archive.damaged", sqlite3.DatabaseError(GARBLED)
        if key is None:
            raise
        raise WenbaoError(key, path=path, why=error) from error
