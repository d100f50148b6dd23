"""Check a database row by row: is every article still what was stored, and does all that hangs on it fit."""

from __future__ import annotations

import json
import math
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from qa.ingest.passages import cut_passages
from qa.store.rows import COLUMNS, article_of, hash_of, unpack_article

__all__ = ["Damage", "find_damage", "mend"]

NORM = 0.01
"""By how much the length of a stored vector may miss 1: it is kept in half precision."""

STEP = 200
"""Articles between two words of progress."""


@dataclass(frozen=True, slots=True)
class Damage:
    """Something that is not as it was stored.

    `kind` is ``database`` (pages of the file, or rows that lead nowhere), ``article``, ``passages`` of an article,
    ``vectors``, or ``cache``. Passages, vectors and caches are made again from the articles; articles cannot be.
    """

    kind: str
    what: str
    """An article's id, a cache's name, the database's own words, or how many vectors."""
    mendable: bool

    def as_json(self) -> dict[str, Any]:
        """Return the object that ``wenbao verify --json`` prints."""
        return asdict(self)


def find_damage(db: sqlite3.Connection, progress: Callable[[int, int], None]) -> Iterator[Damage]:
    """Yield what is wrong in `db`, worst first; nothing is changed.

    `progress` is called with the articles looked at, and all.
    """
    for (said,) in db.execute("PRAGMA integrity_check(20)"):
        if said != "ok":
            yield Damage("database", " ".join(str(said).split()), mendable=False)
    for table, row, parent, _ in db.execute("PRAGMA foreign_key_check"):
        yield Damage("database", f"{table} {row} -> {parent}", mendable=False)
    (total,) = db.execute("SELECT count(*) FROM articles").fetchone()
    for done, row in enumerate(db.execute(f"SELECT hash, {', '.join(COLUMNS)} FROM articles ORDER BY id"), start=1):
        if done % STEP == 0 or done == total:
            progress(done, total)
        if not _is_whole(row):
            yield Damage("article", str(row[1]), mendable=False)
    for what in _illegible(db):
        yield Damage("database", what, mendable=False)
    for number in _misfits(db):
        yield Damage("passages", number, mendable=True)
    if spoilt := _spoilt_vectors(db):
        yield Damage("vectors", str(len(spoilt)), mendable=True)


def mend(db: sqlite3.Connection) -> None:
    """Cut misfit passages anew and drop spoilt vectors, which are then made anew; call inside a transaction."""
    for number in _misfits(db):
        (text,) = db.execute("SELECT text FROM articles WHERE id = ?", (number,)).fetchone()
        db.execute("DELETE FROM passages WHERE article_id = ?", (number,))
        db.executemany(
            'INSERT INTO passages (article_id, start, "end") VALUES (?, ?, ?)',
            [(number, start, end) for start, end in cut_passages(text)],
        )
    db.executemany("UPDATE passages SET vector = NULL WHERE id = ?", [(number,) for number in _spoilt_vectors(db)])


def _is_whole(row: tuple[Any, ...]) -> bool:
    try:
        return bool(hash_of(article_of(row[1:])) == row[0])
    except (ValueError, TypeError, KeyError, AttributeError):
        return False  # a column no longer holds what can be read


def _illegible(db: sqlite3.Connection) -> Iterator[str]:
    """Yield the parts of stories and the pages in which something else was written over what was stored.

    A former id that leads on to an article is a row of ``parts``, too: with the place -1 and no content.
    """
    parts = "SELECT id, CAST(content AS BLOB) FROM parts WHERE NOT (place = -1 AND content = '') ORDER BY id"
    for number, content in db.execute(parts):
        try:
            unpack_article(content.decode())
        except (ValueError, TypeError, KeyError, AttributeError):
            yield f"parts {number}"
    columns = "CAST(text AS BLOB), CAST(reasons AS BLOB), CAST(boxes AS BLOB)"
    for number, text, *rest in db.execute(f"SELECT id, {columns} FROM pages ORDER BY id"):
        try:
            if "\0" in text.decode():  # zeroed: no page is stored with such characters
                raise ValueError(number)
            for each in rest:
                json.loads(each or b"[]")
        except (ValueError, AttributeError):
            yield f"pages {number}"


def _misfits(db: sqlite3.Connection) -> list[str]:
    """Return the ids of articles whose passages lie outside their text, or that have a text and no passage."""
    rows = db.execute(
        """
        SELECT a.id FROM articles a LEFT JOIN passages p ON p.article_id = a.id GROUP BY a.id
        HAVING min(coalesce(p.start, -1)) < 0 AND trim(a.text) != ''
            OR max(p."end") > length(a.text) OR min(p."end" - p.start) <= 0
        ORDER BY a.id"""
    )
    return [number for (number,) in rows]


def _spoilt_vectors(db: sqlite3.Connection) -> list[int]:
    """Return the ids of passages whose vector is no unit vector of the size most have."""
    sizes: Counter[int] = Counter(
        dict(db.execute("SELECT length(vector), count(*) FROM passages WHERE vector IS NOT NULL GROUP BY 1"))
    )
    if not sizes:
        return []
    ((size, _),) = sizes.most_common(1)
    spoilt = []
    for number, vector in db.execute("SELECT id, vector FROM passages WHERE vector IS NOT NULL ORDER BY id"):
        whole = isinstance(vector, bytes) and len(vector) == size and not size % 2
        length = float(np.linalg.norm(np.frombuffer(vector, np.float16).astype(np.float32))) if whole else math.nan
        if not abs(length - 1) <= NORM:
            spoilt.append(number)
    return spoilt
