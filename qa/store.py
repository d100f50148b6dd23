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
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from qa.errors import ArchiveMismatch, NotHeld, WenbaoError
from qa.ingest.passages import cut_passages
from qa.ingest.quality import JUMP_COST
from qa.ingest.segment.jumps import join_parts, match_jumps
from qa.ingest.segment.lines import line_spans
from qa.records import EVERYTHING, Article, Filters, Page, PageItem, PageState, Passage, Quality
from qa.rows import COLUMNS, article_of, boxes_as_json, hash_of, pack_article, row_of, unpack_article
from qa.schema import prepare

__all__ = ["Store"]

QUALITY = f"""
    max(0, g.quality - {JUMP_COST}
        * (SELECT count(*) FROM articles o WHERE o.page_id = g.id AND o.jumps != '[]'))"""
SELECT_ARTICLES = f"""
    SELECT {", ".join(f"a.{name}" for name in COLUMNS)}, CASE g.kind WHEN 'records' THEN NULL ELSE {QUALITY} END
    FROM articles a JOIN pages g ON g.id = a.page_id"""
# What a passage is found by: the article's byline and head, which travel with each passage, and its own text.
HEAD_AND_TEXT = """
    coalesce(json_extract(a.byline, '$.verbatim'), '') || char(10)
        || CASE WHEN p.start < a.body_start THEN '' ELSE substr(a.text, 1, a.body_start) END,
    substr(a.text, p.start + 1, p."end" - p.start)"""
BY_PLACE = "ORDER BY a.date IS NULL, a.date, a.paper, length(a.page), a.page, a.page_id, a.position, a.id"
Issue = tuple[str | None, str | None, int | None]
"""Newspaper and date; of undated pages, which nothing else tells apart, also the row of their file."""
Vectors = npt.NDArray[np.float32]


class Store:
    """Open ``archive.db`` in a folder; safe to share between threads.

    Raises NotHeld where there is none and `create` is false, ArchiveMismatch for a file of another schema or that
    is no archive, WenbaoError where the folder cannot be written.
    """

    def __init__(self, directory: Path, *, create: bool = False) -> None:
        self.path = directory / "archive.db"
        self._lock = threading.RLock()
        self._twins: dict[str, int] = {}
        """For each id given in the present change, how many articles wanted it."""
        self._issues: set[Issue] = set()
        """Issues in which the present change touched a story that jumps."""
        if not self.path.exists() and not create:
            raise NotHeld("archive.missing", path=directory)
        try:
            if create:
                directory.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(self.path, check_same_thread=False, isolation_level=None, timeout=30)
            prepare(self._db, create=create)
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
            self._twins, self._issues = {}, set()
            try:
                yield
                for issue in sorted(self._issues, key=str):
                    self._join_issue(issue)
                self._db.execute(
                    "INSERT INTO meta VALUES ('epoch', '1') ON CONFLICT (key) DO UPDATE SET value = value + 1"
                )
                self._db.execute("COMMIT")
            except BaseException:
                self._db.execute("ROLLBACK")
                raise

    # --- writing; call inside `change` ---

    def add_file(self, path: str, sha256: str, place: str) -> int:
        """Record a source file and return its row; what was read from another file at its place is forgotten.

        `path` is the name as given, `place` the absolute path, with the member's name in a zip.
        """
        self._remove_file(place)
        row = self._db.execute("INSERT INTO files (path, place, sha256) VALUES (?, ?, ?)", (path, place, sha256))
        return int(row.lastrowid or 0)

    def add_page(self, file_id: int, page: Page, quality: Quality) -> int:
        """Record a page; returns its row."""
        row = self._db.execute(
            "INSERT INTO pages (file_id, number, kind, encoding, text, boxes, paper, date, page, date_source, quality, "
            "reasons) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                file_id,
                page.number,
                page.kind,
                page.encoding,
                page.text,
                boxes_as_json(page.boxes),
                page.paper,
                page.date,
                page.page,
                page.date_source,
                quality.score,
                json.dumps(quality.reasons),
            ),
        )
        return int(row.lastrowid or 0)

    def add_articles(self, page_id: int, articles: Sequence[Article]) -> None:
        """Record articles of a page, each without id under a new one; those that a jump cut in two are joined.

        The joining is done once, at the end of the change.
        """
        (held,) = self._rows("SELECT count(*) FROM articles WHERE page_id = ?", page_id)[0]
        for position, article in enumerate(articles, start=held):
            named = replace(article, id=self._free_id(article))
            self._add_article(page_id, position, named)
            if named.jumps:
                self._issues |= {self._issue_of(page_id)}
                self._db.execute(
                    "INSERT INTO parts VALUES (?, ?, ?, ?, 0, ?)",
                    (named.id, page_id, position, named.id, pack_article(named)),
                )

    def add_items(self, page_id: int, items: Sequence[PageItem]) -> None:
        """Record what of a page belongs to no article."""
        self._db.executemany(
            "INSERT INTO items (page_id, kind, text, first_line, last_line) VALUES (?, ?, ?, ?, ?)",
            [(page_id, item.kind, item.text, *item.source_lines) for item in items],
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
        """Return one article; an id that a part had before it was joined leads to the whole. Raises NotHeld."""
        rows = self._rows(f"{SELECT_ARTICLES} WHERE a.id = ?", article_id) or self._rows(
            f"{SELECT_ARTICLES} WHERE a.id = (SELECT article_id FROM parts WHERE id = ?)", article_id
        )
        if not rows:
            raise NotHeld("article.missing", id=article_id)
        return _article(rows[0])

    def articles(self, filters: Filters) -> list[Article]:
        """Return the articles within `filters`, by date, paper, page and place on the page."""
        where, values = _where(filters, "a.")
        return [_article(row) for row in self._rows(f"{SELECT_ARTICLES} {where} {BY_PLACE}", *values)]

    def pages(self, filters: Filters = EVERYTHING) -> list[PageState]:
        """Return the pages within `filters` by issue and label, each with its quality as it is now."""
        where, values = _where(filters, "g.", pages=True)
        rows = self._rows(
            f"SELECT f.path, g.number, g.kind, g.paper, g.date, g.page, g.date_source, "
            f"(SELECT count(*) FROM articles o WHERE o.page_id = g.id), {QUALITY}, g.reasons, "
            "(SELECT count(*) FROM articles o WHERE o.page_id = g.id AND o.jumps != '[]') "
            f"FROM pages g JOIN files f ON f.id = g.file_id {where} "
            "ORDER BY g.date IS NULL, g.date, g.paper, length(g.page), g.page, g.id",
            *values,
        )
        return [_state(row[:8], row[8:]) for row in rows]

    def source_lines(self, article: Article) -> list[tuple[PageState, list[tuple[int, str]]]]:
        """Return the lines of the page, as it was read, that `article` came from; of each page where it has several.

        Numbers count from 1. Of an article that came from no page (an exported record) there are no lines.
        """
        rows = self._rows(
            "SELECT page_id, -1 AS place FROM articles WHERE id = ? "
            "UNION SELECT page_id, place FROM parts WHERE article_id = ? AND place > 0 ORDER BY place",
            article.id,
            article.id,
        )
        states = self.pages_by_row([row[0] for row in rows])
        spans = [article.source_lines, *(part.source_lines for part in article.continued)]
        out = []
        for (page_id, _), ranges in zip(rows, spans, strict=True):
            state, text = states[page_id]
            lines = [text[start:end] for start, end in line_spans(text)] if text else []
            numbers = [number for first, last in ranges for number in range(first, last + 1)]
            out.append((state, [(number, lines[number - 1]) for number in numbers if number <= len(lines)]))
        return out

    def pages_by_row(self, ids: Sequence[int]) -> dict[int, tuple[PageState, str]]:
        """Return pages by their rows, with their text."""
        rows = self._rows(
            f"SELECT g.id, g.text, f.path, g.number, g.kind, g.paper, g.date, g.page, g.date_source, 0, {QUALITY}, "
            "g.reasons, 0 FROM pages g JOIN files f ON f.id = g.file_id WHERE g.id IN (SELECT value FROM json_each(?))",
            json.dumps(list(ids)),
        )
        return {row[0]: (_state(row[2:10], row[10:]), row[1]) for row in rows}

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
        where, values = _where(filters, pages=True)
        condition = f"AND page_id IN (SELECT id FROM pages {where})"
        rows = self._rows(
            f"SELECT kind, text, first_line, last_line FROM items WHERE kind = ? {condition} ORDER BY id",
            kind,
            *values,
        )
        return [PageItem(row[0], row[1], (row[2], row[3])) for row in rows]

    def mentions(self, term: str) -> bool:
        """Tell whether any article holds `term`, letter for letter."""
        return bool(self._rows("SELECT 1 FROM articles WHERE instr(text, ?) LIMIT 1", term))

    def count_items(self, kind: str) -> int:
        """Count the page items of one `kind`."""
        return int(self._rows("SELECT count(*) FROM items WHERE kind = ?", kind)[0][0])

    def count(self, table: str, filters: Filters = EVERYTHING) -> int:
        """Count the rows of ``files``, ``pages``, ``articles`` or ``passages`` within `filters`."""
        where, values = _where(filters, pages=table == "pages")
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

    def _remove_file(self, place: str) -> None:
        """Forget what was read from the file at `place`; its part of a story that jumps is gone from the whole."""
        rows = self._rows(
            "SELECT DISTINCT g.paper, g.date, CASE WHEN g.date IS NULL THEN g.file_id END FROM parts p "
            "JOIN pages g ON g.id = p.page_id JOIN files f ON f.id = g.file_id WHERE f.place = ?",
            place,
        )
        self._issues |= {(paper, date, file_id) for paper, date, file_id in rows}
        self._db.execute("DELETE FROM files WHERE place = ?", (place,))

    def _add_article(self, page_id: int, position: int, article: Article) -> None:
        columns = ", ".join(("page_id", "position", *COLUMNS, "hash"))
        values = (page_id, position, *row_of(article), hash_of(article))
        self._db.execute(f"INSERT INTO articles ({columns}) VALUES ({', '.join('?' * len(values))})", values)
        self._db.executemany(
            'INSERT INTO passages (article_id, start, "end") VALUES (?, ?, ?)',
            [(article.id, start, end) for start, end in cut_passages(article.text)],
        )

    def _issue_of(self, page_id: int) -> Issue:
        paper, date, file_id = self._rows("SELECT paper, date, file_id FROM pages WHERE id = ?", page_id)[0]
        return paper, date, None if date else file_id

    def _join_issue(self, issue: Issue) -> None:
        """Join the parts of articles over the pages of one issue anew; only what changes is written."""
        rows = self._rows(
            "SELECT p.id, p.page_id, p.position, p.content FROM parts p JOIN pages g ON g.id = p.page_id "
            "WHERE g.paper IS ?1 AND g.date IS ?2 AND (?3 IS NULL OR g.file_id = ?3) ORDER BY p.id",
            *issue,
        )
        parts = [unpack_article(row[3]) for row in rows]
        for chain in match_jumps(parts):
            first = rows[chain[0]]
            joined = join_parts([parts[at] for at in chain])
            self._db.executemany(
                "UPDATE parts SET article_id = ?, place = ? WHERE id = ?",
                [(joined.id, place, parts[at].id) for place, at in enumerate(chain)],
            )
            self._db.executemany("DELETE FROM articles WHERE id = ?", [(parts[at].id,) for at in chain[1:]])
            held = self._rows("SELECT hash FROM articles WHERE id = ?", joined.id)
            if not held or held[0][0] != hash_of(joined):
                self._db.execute("DELETE FROM articles WHERE id = ?", (joined.id,))
                self._add_article(first[1], first[2], joined)

    def _free_id(self, article: Article) -> str:
        """Return the article's given id, or one made of date, page and a hash of its body.

        The same article read again gets the same id, so that permalinks last. Twins are numbered.
        """
        body = "".join(article.text[article.body_start :].split())
        mark = hashlib.blake2b(f"{article.paper}|{body}".encode(), digest_size=4).hexdigest()
        made = f"{(article.date or 'undated').replace('-', '')}-{article.page or 'x'}-{mark}"
        wanted = article.id or made
        while True:
            number = self._twins[wanted] = self._twins.get(wanted, 0) + 1
            free = wanted if number == 1 else f"{wanted}-{number}"
            if not self._rows("SELECT 1 FROM articles WHERE id = ? UNION SELECT 1 FROM parts WHERE id = ?", free, free):
                return free

    def _meta(self, key: str) -> str | None:
        rows = self._rows("SELECT value FROM meta WHERE key = ?", key)
        return str(rows[0][0]) if rows else None

    def _rows(self, sql: str, *values: object) -> list[Any]:
        with self._lock:
            return self._db.execute(sql, values).fetchall()


def _where(filters: Filters, prefix: str = "", *, pages: bool = False) -> tuple[str, list[str]]:
    """Return the WHERE clause of `filters` and its values; both issue dates are inclusive.

    An article stands on every page it has a part on.
    """
    on_page = (
        f"{prefix}page = ?"
        if pages
        else f"({prefix}page = ? OR {prefix}id IN "
        "(SELECT q.article_id FROM parts q JOIN pages r ON r.id = q.page_id WHERE r.page = ?))"
    )
    conditions = {
        f"{prefix}date >= ?": filters.date_from,
        f"{prefix}date <= ?": filters.date_to,
        f"{prefix}paper = ?": filters.paper,
        on_page: filters.page,
    }
    used = {condition: value for condition, value in conditions.items() if value is not None}
    values = [value for condition, value in used.items() for _ in range(condition.count("?"))]
    return ("WHERE " + " AND ".join(used) if used else ""), values


def _article(row: tuple[Any, ...]) -> Article:
    quality = row[-1]
    return replace(article_of(row[:-1]), page_quality=None if quality is None else round(quality, 2))


def _state(fields: tuple[Any, ...], quality: tuple[float, str, int]) -> PageState:
    score, reasons, open_jumps = quality
    told = [(key, value) for key, value in json.loads(reasons)]
    told += [("quality.open_jump", open_jumps)] if open_jumps else []
    source, number, kind, paper, date, page, date_source, articles = fields
    judged = Quality(round(score, 2), tuple(told))
    return PageState(source, number, kind, paper, date, page, date_source, articles, judged)
