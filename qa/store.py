"""The archive's one source of truth: a SQLite file.

One transaction per source file, so that a file is in or out, never half. WAL with ``synchronous=FULL``: what a
commit acknowledged survives a kill and a power cut. Every committed change raises the epoch, by which the caches
next to the file know whether they still hold what the store holds.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from qa.errors import ArchiveMismatch, NotHeld, WenbaoError
from qa.records import EVERYTHING, Article, Byline, Filters, Jump, OffsetMap, PageContent, PageItem, Passage

__all__ = ["SCHEMA_VERSION", "Store"]

SCHEMA_VERSION = 1
APPLICATION_ID = 0x57454E42  # "WENB", so that another program's database is told apart
SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE files (
    id INTEGER PRIMARY KEY, path TEXT NOT NULL, sha256 TEXT NOT NULL UNIQUE);
CREATE TABLE pages (
    id INTEGER PRIMARY KEY, file_id INTEGER NOT NULL REFERENCES files ON DELETE CASCADE,
    encoding TEXT NOT NULL, text TEXT NOT NULL, paper TEXT, date TEXT, page TEXT);
CREATE TABLE articles (
    id TEXT PRIMARY KEY, page_id INTEGER NOT NULL REFERENCES pages ON DELETE CASCADE, position INTEGER NOT NULL,
    text TEXT NOT NULL, body_start INTEGER NOT NULL, headline TEXT NOT NULL, headline_made INTEGER NOT NULL,
    kicker TEXT, subhead TEXT, byline TEXT, paper TEXT, date TEXT, page TEXT, jump TEXT,
    source_lines TEXT NOT NULL, origins TEXT, hash TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX articles_by_date ON articles (date, paper, page);
CREATE TABLE items (
    id INTEGER PRIMARY KEY, page_id INTEGER NOT NULL REFERENCES pages ON DELETE CASCADE,
    kind TEXT NOT NULL, text TEXT NOT NULL, first_line INTEGER NOT NULL, last_line INTEGER NOT NULL);
CREATE TABLE passages (
    id INTEGER PRIMARY KEY, article_id TEXT NOT NULL REFERENCES articles ON DELETE CASCADE,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, vector BLOB);
CREATE INDEX passages_by_article ON passages (article_id);
CREATE INDEX passages_pending ON passages (id) WHERE vector IS NULL;
"""
ARTICLE_COLUMNS = (
    "id, text, body_start, headline, headline_made, kicker, subhead, byline, paper, date, page, jump, "
    "source_lines, origins"
)
# What a passage is found by: the article's byline and head, which travel with each passage, and its own text.
HEAD_AND_TEXT = """
    coalesce(json_extract(a.byline, '$.verbatim'), '') || char(10)
        || CASE WHEN p.start < a.body_start THEN '' ELSE substr(a.text, 1, a.body_start) END,
    substr(a.text, p.start + 1, p."end" - p.start)"""
BY_PLACE = "ORDER BY date IS NULL, date, paper, length(page), page, page_id, position, id"
Vectors = npt.NDArray[np.float32]


class Store:
    """Open ``archive.db`` in a folder; safe to share between threads.

    Raises NotHeld where there is none and `create` is false, ArchiveMismatch for a file of another schema or that
    is no archive, WenbaoError where the folder cannot be written.
    """

    def __init__(self, directory: Path, *, create: bool = False) -> None:
        self.path = directory / "archive.db"
        self._lock = threading.RLock()
        if not self.path.exists() and not create:
            raise NotHeld("archive.missing", path=directory)
        try:
            if create:
                directory.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(self.path, check_same_thread=False, isolation_level=None, timeout=30)
            self._open(create)
        except OSError as error:
            raise WenbaoError("archive.read_only", path=directory, why=error.strerror or error) from error
        except sqlite3.OperationalError as error:
            raise WenbaoError("archive.read_only", path=directory, why=error) from error
        except sqlite3.DatabaseError as error:
            self._db.close()
            raise ArchiveMismatch("archive.not_archive", path=self.path, why=error) from error

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    @property
    def epoch(self) -> int:
        """Number of the last committed change; 0 for a new archive."""
        return int(self._meta("epoch") or 0)

    @property
    def encoder(self) -> str | None:
        """Fingerprint of the encoder that made the vectors; None before the first."""
        return self._meta("encoder")

    @contextmanager
    def change(self) -> Iterator[None]:
        """Make the statements inside one transaction and raise the epoch; nothing stays of it on an exception."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute(
                    "INSERT INTO meta VALUES ('epoch', '1') ON CONFLICT (key) DO UPDATE SET value = value + 1"
                )
                self._db.execute("COMMIT")
            except BaseException:
                self._db.execute("ROLLBACK")
                raise

    # --- writing; call inside `change` ---

    def add_file(self, path: str, sha256: str) -> int:
        """Record a source file; returns its row."""
        row = self._db.execute("INSERT INTO files (path, sha256) VALUES (?, ?)", (path, sha256))
        return int(row.lastrowid or 0)

    def add_page(self, file_id: int, content: PageContent, cuts: Sequence[Sequence[tuple[int, int]]]) -> None:
        """Record a page, its articles with their passages (``cuts[i]`` of article `i`), and its other items."""
        page = content.page
        row = self._db.execute(
            "INSERT INTO pages (file_id, encoding, text, paper, date, page) VALUES (?, ?, ?, ?, ?, ?)",
            (file_id, page.encoding, page.text, page.paper, page.date, page.page),
        )
        page_id = int(row.lastrowid or 0)
        for position, (article, spans) in enumerate(zip(content.articles, cuts, strict=True)):
            self._add_article(page_id, position, article, spans)
        self._db.executemany(
            "INSERT INTO items (page_id, kind, text, first_line, last_line) VALUES (?, ?, ?, ?, ?)",
            [(page_id, item.kind, item.text, *item.source_lines) for item in content.others],
        )

    def set_vectors(self, ids: Sequence[int], vectors: Vectors) -> None:
        """Keep one vector per passage, as float16."""
        blobs = [row.tobytes() for row in vectors.astype(np.float16)]
        self._db.executemany("UPDATE passages SET vector = ? WHERE id = ?", zip(blobs, ids, strict=True))

    def set_encoder(self, fingerprint: str, *, drop_vectors: bool = False) -> None:
        """Record which encoder makes the vectors; `drop_vectors` forgets those of the one before."""
        self._db.execute("INSERT OR REPLACE INTO meta VALUES ('encoder', ?)", (fingerprint,))
        if drop_vectors:
            self._db.execute("UPDATE passages SET vector = NULL")

    # --- reading ---

    def has_file(self, sha256: str) -> bool:
        """Tell whether a file with these bytes is held."""
        return bool(self._rows("SELECT 1 FROM files WHERE sha256 = ?", sha256))

    def article(self, article_id: str) -> Article:
        """Return one article; raises NotHeld."""
        rows = self._rows(f"SELECT {ARTICLE_COLUMNS} FROM articles WHERE id = ?", article_id)
        if not rows:
            raise NotHeld("article.missing", id=article_id)
        return _article(rows[0])

    def articles(self, filters: Filters) -> list[Article]:
        """Return the articles within `filters`, by date, paper, page and place on the page."""
        where, values = _where(filters)
        return [
            _article(row) for row in self._rows(f"SELECT {ARTICLE_COLUMNS} FROM articles {where} {BY_PLACE}", *values)
        ]

    def passages(self) -> list[tuple[Passage, str, str]]:
        """Return every passage by id, with its article's head and the passage's own text."""
        rows = self._rows(
            f'SELECT p.id, p.article_id, p.start, p."end", {HEAD_AND_TEXT} '
            "FROM passages p JOIN articles a ON a.id = p.article_id ORDER BY p.id"
        )
        return [(Passage(*row[:4]), row[4].strip(), row[5]) for row in rows]

    def passages_of(self, ids: Iterable[int]) -> dict[int, Passage]:
        """Return the passages with these ids."""
        wanted = json.dumps([int(number) for number in ids])
        rows = self._rows(
            'SELECT id, article_id, start, "end" FROM passages WHERE id IN (SELECT value FROM json_each(?))',
            wanted,
        )
        return {row[0]: Passage(*row) for row in rows}

    def passage_ids(self, filters: Filters) -> list[int]:
        """Return the ids of the passages within `filters`, ascending."""
        where, values = _where(filters)
        sql = f"SELECT id FROM passages WHERE article_id IN (SELECT id FROM articles {where}) ORDER BY id"
        return [row[0] for row in self._rows(sql, *values)]

    def pending(self, limit: int) -> list[tuple[int, str, str]]:
        """Return up to `limit` passages without a vector: id, head, text."""
        rows = self._rows(
            f"SELECT p.id, {HEAD_AND_TEXT} "
            "FROM passages p JOIN articles a ON a.id = p.article_id WHERE p.vector IS NULL ORDER BY p.id LIMIT ?",
            limit,
        )
        return [(row[0], row[1].strip(), row[2]) for row in rows]

    def vectors(self) -> tuple[npt.NDArray[np.int64], Vectors]:
        """Return passage ids, int64 (n,), ascending, and their vectors, float32 (n, d)."""
        rows = self._rows("SELECT id, vector FROM passages WHERE vector IS NOT NULL ORDER BY id")
        ids = np.array([row[0] for row in rows], dtype=np.int64)
        if not rows:
            return ids, np.zeros((0, 0), dtype=np.float32)
        flat = np.frombuffer(b"".join(row[1] for row in rows), dtype=np.float16)
        return ids, flat.reshape(len(rows), -1).astype(np.float32)

    def items(self, kind: str, filters: Filters = EVERYTHING) -> list[PageItem]:
        """Return the page items of one `kind` that stand on pages within `filters`."""
        where, values = _where(filters)
        condition = f"AND page_id IN (SELECT id FROM pages {where})"
        rows = self._rows(
            f"SELECT kind, text, first_line, last_line FROM items WHERE kind = ? {condition} ORDER BY id",
            kind,
            *values,
        )
        return [PageItem(row[0], row[1], (row[2], row[3])) for row in rows]

    def count(self, table: str, filters: Filters = EVERYTHING) -> int:
        """Count the rows of ``files``, ``pages``, ``articles`` or ``passages`` within `filters`."""
        where, values = _where(filters)
        sql = {
            "files": "SELECT count(*) FROM files",
            "pages": f"SELECT count(*) FROM pages {where}",
            "articles": f"SELECT count(*) FROM articles {where}",
            "passages": f"SELECT count(*) FROM passages WHERE article_id IN (SELECT id FROM articles {where})",
            "pending": "SELECT count(*) FROM passages WHERE vector IS NULL",
        }[table]
        return int(self._rows(sql, *(values if where and "?" in sql else ()))[0][0])

    def days(self, filters: Filters = EVERYTHING) -> tuple[str | None, str | None]:
        """Return the first and last issue date within `filters`."""
        where, values = _where(filters)
        first, last = self._rows(f"SELECT min(date), max(date) FROM articles {where}", *values)[0]
        return first, last

    def papers(self) -> list[str]:
        """Return the names of the newspapers held."""
        return [
            row[0] for row in self._rows("SELECT DISTINCT paper FROM articles WHERE paper IS NOT NULL ORDER BY paper")
        ]

    def digest(self) -> str:
        """Return a hash over every article, its place and its encoder: equal for equal archives, in any order."""
        digest = hashlib.blake2b((self.encoder or "").encode(), digest_size=16)
        for row in self._rows("SELECT id, hash FROM articles ORDER BY id"):
            digest.update(f"{row[0]}:{row[1]}\n".encode())
        return digest.hexdigest()

    # --- inside ---

    def _open(self, create: bool) -> None:
        self._db.execute("PRAGMA foreign_keys = ON")
        (application,) = self._db.execute("PRAGMA application_id").fetchone()
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        (tables,) = self._db.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if application == version == tables == 0 and create:
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = FULL")
            self._db.executescript(
                f"BEGIN; {SCHEMA} PRAGMA application_id = {APPLICATION_ID};"
                f"PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;"
            )
            return
        if application != APPLICATION_ID:
            raise sqlite3.DatabaseError("application id")
        if version != SCHEMA_VERSION:
            raise ArchiveMismatch("archive.schema", found=version, expected=SCHEMA_VERSION)
        self._db.execute("PRAGMA synchronous = FULL")

    def _add_article(self, page_id: int, position: int, article: Article, spans: Sequence[tuple[int, int]]) -> None:
        article = replace(article, id=self._free_id(article))
        values = (
            article.id,
            page_id,
            position,
            article.text,
            article.body_start,
            article.headline,
            int(article.headline_made),
            article.kicker,
            article.subhead,
            json.dumps(asdict(article.byline), ensure_ascii=False) if article.byline else None,
            article.paper,
            article.date,
            article.page,
            json.dumps(asdict(article.jump), ensure_ascii=False) if article.jump else None,
            json.dumps(article.source_lines),
            json.dumps(article.origins.runs) if article.origins else None,
            _hash(article),
        )
        marks = ", ".join("?" * len(values))
        self._db.execute(f"INSERT INTO articles VALUES ({marks})", values)
        self._db.executemany(
            'INSERT INTO passages (article_id, start, "end") VALUES (?, ?, ?)',
            [(article.id, start, end) for start, end in spans],
        )

    def _free_id(self, article: Article) -> str:
        """Return the article's given id, or one made of date, page and a hash of its body.

        The same article read again gets the same id, so that permalinks last. Twins are numbered.
        """
        body = "".join(article.text[article.body_start :].split())
        mark = hashlib.blake2b(f"{article.paper}|{body}".encode(), digest_size=4).hexdigest()
        made = f"{(article.date or 'undated').replace('-', '')}-{article.page or 'x'}-{mark}"
        wanted = free = article.id or made
        number = 1
        while self._rows("SELECT 1 FROM articles WHERE id = ?", free):
            number += 1
            free = f"{wanted}-{number}"
        return free

    def _meta(self, key: str) -> str | None:
        rows = self._rows("SELECT value FROM meta WHERE key = ?", key)
        return str(rows[0][0]) if rows else None

    def _rows(self, sql: str, *values: object) -> list[Any]:
        with self._lock:
            return self._db.execute(sql, values).fetchall()


def _where(filters: Filters) -> tuple[str, list[str]]:
    """Return the WHERE clause of `filters` and its values; both issue dates are inclusive."""
    conditions = {
        "date >= ?": filters.date_from,
        "date <= ?": filters.date_to,
        "paper = ?": filters.paper,
        "page = ?": filters.page,
    }
    used = {condition: value for condition, value in conditions.items() if value is not None}
    return ("WHERE " + " AND ".join(used) if used else ""), list(used.values())


def _hash(article: Article) -> str:
    """Hash what an answer can quote or cite of `article`."""
    parts = json.dumps(article.as_json(), ensure_ascii=False, sort_keys=True)
    return hashlib.blake2b(parts.encode(), digest_size=16).hexdigest()


def _article(row: tuple[Any, ...]) -> Article:
    values = dict(zip(ARTICLE_COLUMNS.split(", "), row, strict=True))
    byline, jump, origins = values["byline"], values["jump"], values["origins"]
    if byline:
        fields = json.loads(byline)
        values["byline"] = Byline(fields.pop("verbatim"), **{role: tuple(names) for role, names in fields.items()})
    values["jump"] = Jump(**json.loads(jump)) if jump else None
    values["headline_made"] = bool(values["headline_made"])
    values["source_lines"] = tuple((first, last) for first, last in json.loads(values["source_lines"]))
    values["origins"] = OffsetMap(tuple((a, b, c) for a, b, c in json.loads(origins))) if origins else None
    return Article(**values)
