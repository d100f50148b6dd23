"""The archive's one source of truth: a SQLite file.

One transaction per source file, so that a file is in or out, never half. WAL with ``synchronous=FULL``: what a
commit acknowledged survives a kill and a power cut. Every committed change raises the epoch, by which the caches
next to the file know whether they still hold what the store holds.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from qa.errors import ArchiveMismatch, NotHeld, WenbaoError
from qa.ingest.files.sources import Source
from qa.ingest.segment.lines import line_spans
from qa.records import EVERYTHING, Article, Filters, LogEntry, Page, PageItem, PageState, Passage, Quality, Removal
from qa.store.articles import add_articles, issue_of, join_issue
from qa.store.passages import pending
from qa.store.removal import (
    Carried,
    Former,
    Issue,
    Selection,
    carry_over,
    forget,
    issues_of,
    remember,
    select_articles,
    select_pages,
    select_within,
)
from qa.store.rows import (
    NAMED_FILES,
    SELECT_ARTICLES,
    SELECT_PAGES,
    boxes_as_json,
    item_of,
    selected_article,
    selected_page,
    where,
)
from qa.store.schema import prepare
from qa.store.snapshot import Snapshot, Vectors, connected, opened
from qa.store.trouble import told
from qa.store.verify import Damage, find_damage, mend

__all__ = ["Store"]

BY_PLACE = "ORDER BY a.date IS NULL, a.date, a.paper, length(a.page), a.page, a.page_id, a.position, a.id"
ROOM = 64 * 1024
"""Bytes free under which a disk is full: SQLite wants half of it to read an archive beside a writer."""

Touched = Literal["content", "vectors"]
TOUCHED: tuple[Touched, ...] = ("content", "vectors")


class Store:
    """Open ``archive.db`` in a folder; safe to share between threads.

    Raises NotHeld where there is none and `create` is false, ArchiveMismatch for a file of another schema or that
    is no archive, WenbaoError where the folder cannot be written.
    """

    def __init__(self, directory: Path, *, create: bool = False) -> None:
        self.path = directory / "archive.db"
        self._lock = threading.RLock()
        self._issues: set[Issue] = set()
        """Issues in which the present change touched a story that jumps."""
        try:
            if not self.path.exists() and not create:
                raise NotHeld("archive.missing", path=directory)
            if create:
                directory.mkdir(parents=True, exist_ok=True)
            self._db = connected(self.path)
            prepare(self._db, create=create)
        except OSError as error:
            raise WenbaoError("archive.read_only", path=directory, why=error.strerror or error) from error
        except sqlite3.OperationalError as error:
            key = "archive.full" if shutil.disk_usage(directory).free < ROOM else "archive.read_only"
            raise WenbaoError(key, path=directory, why=error) from error
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

    @property
    def encoder_source(self) -> str | None:
        """Folder or hub id of that encoder, where one was chosen; None for the shipped one."""
        return self._meta("encoder_source")

    @property
    def content(self) -> int:
        """Number of the last change that was not only of vectors."""
        return int(self._meta("content") or 0)

    @property
    def vectors(self) -> int:
        """Number of the last change of passages or vectors."""
        return int(self._meta("vectors") or 0)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make the statements inside one transaction; nothing stays of it on an exception."""
        with self._lock, told(self.path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:  # a full disk has rolled back already
                    self._db.execute("ROLLBACK")
                raise

    @contextmanager
    def change(self, *touched: Touched) -> Iterator[None]:
        """Make a transaction that raises the epoch: of ``content`` and ``vectors`` unless only one is `touched`."""
        with self.transaction():
            self._issues = set()
            yield
            for issue in sorted(self._issues, key=str):
                join_issue(self._db, issue)
            number = self.epoch + 1
            self._db.execute("INSERT INTO changes VALUES (?, lower(hex(randomblob(8))))", (number,))
            self._db.executemany(
                "INSERT INTO meta VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2",
                [(key, str(number)) for key in ("epoch", *(touched or TOUCHED))],
            )

    # --- writing; call inside `change`, or `transaction` for what no cache holds ---

    def add_file(self, path: str, sha256: str, place: str) -> int:
        """Record a source file and return its row; what was read from another file at its place is forgotten.

        `path` is the name as given, `place` the absolute path, with the member's name in a zip.
        """
        self._forget(select_pages(self._db, "f.place = ?", place))
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
        with self._lock:
            if add_articles(self._db, page_id, articles):
                self._issues |= {issue_of(self._db, page_id)}

    def add_items(self, page_id: int, items: Sequence[PageItem]) -> None:
        """Record what of a page belongs to no article."""
        self._db.executemany(
            "INSERT INTO items (page_id, kind, text, first_line, last_line) VALUES (?, ?, ?, ?, ?)",
            [(page_id, item.kind, item.text, *item.source_lines) for item in items],
        )

    def forget_file(self, sha256: str) -> Former:
        """Forget the file with these bytes, to be read again; returns what `carry_over` brings to the new reading."""
        former = remember(self._db, sha256)
        self._forget(select_pages(self._db, "f.sha256 = ?", sha256))
        return former

    def carry_over(self, former: Former, sha256: str) -> Carried:
        """Let the ids of the former reading lead to the new one's articles, and keep the vectors of their passages."""
        return carry_over(self._db, former, sha256)

    def remove(self, ids: Sequence[str], filters: Filters | None) -> None:
        """Delete articles, and the pages and exported articles within `filters`; see `removal`."""
        self._forget(self._selection(ids, filters))

    def mend(self) -> None:
        """Make anew what can be made from the articles: passages that do not fit, vectors that are spoilt."""
        mend(self._db)

    def set_vectors(self, ids: Sequence[int], vectors: Vectors) -> None:
        """Keep one vector per passage, as float16."""
        blobs = [row.tobytes() for row in vectors.astype(np.float16)]
        self._db.executemany("UPDATE passages SET vector = ? WHERE id = ?", zip(blobs, ids, strict=True))

    def set_encoder(self, fingerprint: str, *, source: str | None = None, drop_vectors: bool = False) -> None:
        """Record which encoder makes the vectors, and its folder or hub id where it was chosen.

        `drop_vectors` forgets the vectors of the one before.
        """
        self._db.execute("INSERT OR REPLACE INTO meta VALUES ('encoder', ?)", (fingerprint,))
        if source:
            self._db.execute("INSERT OR REPLACE INTO meta VALUES ('encoder_source', ?)", (source,))
        if drop_vectors:
            self._db.execute("UPDATE passages SET vector = NULL")
            self._db.execute("DELETE FROM lists")

    def note(self, path: str, sha256: str | None, status: str, reason: str | None = None) -> None:
        """Write down what became of a file."""
        at = datetime.now().astimezone().isoformat(timespec="seconds")
        self._db.execute(
            "INSERT INTO log (at, path, sha256, status, reason) VALUES (?, ?, ?, ?, ?)",
            (at, path, sha256, status, reason),
        )

    def keep_lists(self, learned_at: int, centroids: Vectors) -> None:
        """Keep the centroids of the vector lists, float32 (lists, d), learned when there were so many vectors."""
        self._db.execute("DELETE FROM lists")
        self._db.executemany("INSERT INTO lists (centroid) VALUES (?)", [(row.tobytes(),) for row in centroids])
        self._db.execute("INSERT OR REPLACE INTO meta VALUES ('lists', ?)", (str(learned_at),))

    # --- reading ---

    def log(self, limit: int = -1) -> list[LogEntry]:
        """Return what became of the files given, the latest first."""
        rows = self._rows("SELECT at, path, sha256, status, reason FROM log ORDER BY id DESC LIMIT ?", limit)
        return [LogEntry(*row) for row in rows]

    def files_named(self, name: str) -> list[int]:
        """Return the rows of the files that `Filters.file` means by `name`."""
        place = Source(Path(name)).place
        return [row[0] for row in self._rows(NAMED_FILES, name, place, place, place)]

    def has_file(self, sha256: str) -> bool:
        """Tell whether a file with these bytes is held."""
        return bool(self._rows("SELECT 1 FROM files WHERE sha256 = ?", sha256))

    def article(self, article_id: str) -> Article:
        """Return one article; an id it had before, or that a part of it had, leads to it. Raises NotHeld."""
        wanted, tried = article_id, set[str]()
        while not (rows := self._rows(f"{SELECT_ARTICLES} WHERE a.id = ?", wanted)):
            tried.add(wanted)
            known = self._rows("SELECT article_id FROM parts WHERE id = ?", wanted)
            if not known or known[0][0] in tried:
                raise NotHeld("article.missing", id=article_id)
            wanted = known[0][0]
        return selected_article(rows[0])

    def articles(self, filters: Filters) -> list[Article]:
        """Return the articles within `filters`, by date, paper, page and place on the page."""
        clause, values = where(filters, "a.")
        return [selected_article(row) for row in self._rows(f"{SELECT_ARTICLES} {clause} {BY_PLACE}", *values)]

    def pages(self, filters: Filters = EVERYTHING) -> list[PageState]:
        """Return the pages within `filters` by issue and label, each with its quality as it is now."""
        return list(self._pages(filters).values())

    def contents(self, filters: Filters) -> list[tuple[PageState, list[Article]]]:
        """Return the pages within `filters` with their articles, in the order of `articles`; a page may have none.

        The articles of one exported file are parted where newspaper, date or page change.
        """
        clause, values = where(filters, "a.")
        rows = self._rows(f"{SELECT_ARTICLES} {clause} {BY_PLACE}", *values)
        pages = self._pages(filters)
        pages |= self._pages_by_row(sorted({row[-1] for row in rows} - set(pages)))
        groups: list[tuple[tuple[object, ...], PageState, list[Article]]] = []
        for row in rows:
            article, page = selected_article(row), row[-1]
            key = _by_place(article, page)
            if not groups or groups[-1][0] != key:
                groups.append((key, pages[page], []))
            groups[-1][2].append(article)
        bare = set(pages) - {row[-1] for row in rows}
        groups += [(_by_place(pages[page], page), pages[page], []) for page in bare if pages[page].kind != "records"]
        return [(page, articles) for _, page, articles in sorted(groups, key=lambda group: group[0])]

    def pages_of_file(self, sha256: str) -> list[PageState]:
        """Return the pages read from the file with these bytes; none where it is not held."""
        rows = self._rows(f"{SELECT_PAGES} WHERE f.sha256 = ? ORDER BY g.id", sha256)
        return [selected_page(row) for row in rows]

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
        states = self._pages_by_row([row[0] for row in rows])
        spans = [article.source_lines, *(part.source_lines for part in article.continued)]
        out = []
        for (page_id, _), ranges in zip(rows, spans, strict=True):
            text = self._rows("SELECT text FROM pages WHERE id = ?", page_id)[0][0]
            lines = [text[start:end] for start, end in line_spans(text)] if text else []
            numbers = [number for first, last in ranges for number in range(first, last + 1)]
            out.append((states[page_id], [(number, lines[number - 1]) for number in numbers if number <= len(lines)]))
        return out

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """Read all passages and vectors as one epoch has them, whatever is written meanwhile."""
        with told(self.path), opened(self.path) as snapshot:
            yield snapshot

    def passages_of(self, ids: Iterable[int]) -> dict[int, Passage]:
        """Return the passages with these ids."""
        wanted = json.dumps([int(number) for number in ids])
        rows = self._rows(
            'SELECT id, article_id, start, "end" FROM passages WHERE id IN (SELECT value FROM json_each(?))',
            wanted,
        )
        return {row[0]: Passage(*row) for row in rows}

    def passages_in(self, articles: Iterable[str]) -> list[int]:
        """Return the ids of the passages of these articles, ascending."""
        wanted = json.dumps(sorted(articles))
        rows = self._rows(
            "SELECT id FROM passages WHERE article_id IN (SELECT value FROM json_each(?)) ORDER BY id", wanted
        )
        return [row[0] for row in rows]

    def vectors_of(self, ids: Iterable[int]) -> dict[int, npt.NDArray[np.float32]]:
        """Return the vectors, float32 (d,), of those passages with these ids that have one."""
        rows = self._rows(
            "SELECT id, vector FROM passages WHERE id IN (SELECT value FROM json_each(?)) AND vector IS NOT NULL",
            json.dumps([int(number) for number in ids]),
        )
        return {row[0]: np.frombuffer(row[1], np.float16).astype(np.float32) for row in rows}

    def texts_of(self, ids: Iterable[str]) -> dict[str, str]:
        """Return the texts of the articles with these ids."""
        rows = self._rows(
            "SELECT id, text FROM articles WHERE id IN (SELECT value FROM json_each(?))", json.dumps(list(ids))
        )
        return dict(rows)

    def pending(self, limit: int) -> list[tuple[int, str, str]]:
        """Return up to `limit` passages without a vector: id, head, text."""
        with self._lock, told(self.path):
            return pending(self._db, limit)

    def items(self, kind: str, filters: Filters = EVERYTHING) -> list[PageItem]:
        """Return the page items of one `kind` that stand on pages within `filters`."""
        clause, values = where(filters, pages=True)
        condition = f"AND page_id IN (SELECT id FROM pages {clause})"
        rows = self._rows(
            f"SELECT kind, text, first_line, last_line FROM items WHERE kind = ? {condition} ORDER BY id",
            kind,
            *values,
        )
        return [item_of(row) for row in rows]

    def items_by_page(self, filters: Filters) -> list[tuple[PageState, list[PageItem]]]:
        """Return the pages within `filters` that have page items, with those, in the order of their lines."""
        pages = self._pages(filters)
        rows = self._rows(
            "SELECT page_id, kind, text, first_line, last_line FROM items "
            "WHERE page_id IN (SELECT value FROM json_each(?)) ORDER BY page_id, first_line, id",
            json.dumps(list(pages)),
        )
        held: dict[int, list[PageItem]] = {}
        for page, *fields in rows:
            held.setdefault(page, []).append(item_of(tuple(fields)))
        return [(state, held[page]) for page, state in pages.items() if page in held]

    def mentions(self, term: str) -> bool:
        """Tell whether any article holds `term`, letter for letter."""
        return bool(self._rows("SELECT 1 FROM articles WHERE instr(text, ?) LIMIT 1", term))

    def removal(self, ids: Sequence[str], filters: Filters | None) -> Removal:
        """Return what `remove` would take out; NotHeld for an id that leads nowhere."""
        chosen = self._selection(ids, filters)
        articles = self._rows(
            "SELECT id, headline FROM articles WHERE id IN (SELECT value FROM json_each(?1)) "
            "OR page_id IN (SELECT value FROM json_each(?2)) ORDER BY date IS NULL, date, paper, page_id, position, id",
            json.dumps(sorted(chosen.articles)),
            json.dumps(sorted(chosen.pages)),
        )
        files = self._rows(
            "SELECT path FROM files WHERE id IN (SELECT value FROM json_each(?)) ORDER BY path",
            json.dumps(sorted(chosen.files)),
        )
        states = self._pages_by_row(sorted(chosen.pages))
        return Removal(tuple(row[0] for row in files), tuple(states.values()), tuple(map(tuple, articles)))

    def damage(self, progress: Callable[[int, int], None]) -> list[Damage]:
        """Return what is no longer as it was stored; `progress` hears of the articles looked at, and all."""
        found: list[Damage] = []
        try:
            with self._lock:
                found.extend(find_damage(self._db, progress))
        except sqlite3.DatabaseError as error:  # the file itself is broken where it was being read
            found.append(Damage("database", str(error), mendable=False))
        return found

    def count_items(self, kind: str) -> int:
        """Count the page items of one `kind`."""
        return int(self._rows("SELECT count(*) FROM items WHERE kind = ?", kind)[0][0])

    def count(self, table: str, filters: Filters = EVERYTHING) -> int:
        """Count the rows of ``files``, ``pages``, ``articles`` or ``passages`` within `filters`."""
        clause, values = where(filters, pages=table == "pages")
        sql = {
            "files": "SELECT count(*) FROM files",
            "pages": f"SELECT count(*) FROM pages {clause}",
            "articles": f"SELECT count(*) FROM articles {clause}",
            "passages": f"SELECT count(*) FROM passages WHERE article_id IN (SELECT id FROM articles {clause})",
            "pending": "SELECT count(*) FROM passages WHERE vector IS NULL",
        }[table]
        return int(self._rows(sql, *(values if clause and "?" in sql else ()))[0][0])

    def days(self, filters: Filters = EVERYTHING) -> tuple[str | None, str | None]:
        """Return the first and last issue date within `filters`."""
        clause, values = where(filters)
        first, last = self._rows(f"SELECT min(date), max(date) FROM articles {clause}", *values)[0]
        return first, last

    def papers(self) -> list[str]:
        """Return the names of the newspapers held."""
        return [
            row[0] for row in self._rows("SELECT DISTINCT paper FROM articles WHERE paper IS NOT NULL ORDER BY paper")
        ]

    def digest(self) -> str:
        """Return a hash over every article, its place and its encoder: equal for equal archives, in any order."""
        digest = hashlib.blake2b((self.encoder or "").encode(), digest_size=16)
        for row in sorted(self._rows("SELECT id, hash FROM articles")):
            digest.update(f"{row[0]}:{row[1]}\n".encode())
        return digest.hexdigest()

    # --- inside ---

    def _forget(self, selection: Selection) -> None:
        """Delete what is selected; its part of a story that jumps is gone from the whole."""
        self._issues |= issues_of(self._db, selection)
        forget(self._db, selection)

    def _pages(self, filters: Filters) -> dict[int, PageState]:
        clause, values = where(filters, "g.", pages=True)
        order = "ORDER BY g.date IS NULL, g.date, g.paper, length(g.page), g.page, g.id"
        return {row[0]: selected_page(row) for row in self._rows(f"{SELECT_PAGES} {clause} {order}", *values)}

    def _pages_by_row(self, ids: Sequence[int]) -> dict[int, PageState]:
        rows = self._rows(f"{SELECT_PAGES} WHERE g.id IN (SELECT value FROM json_each(?))", json.dumps(list(ids)))
        return {row[0]: selected_page(row) for row in rows}

    def _selection(self, ids: Sequence[str], filters: Filters | None) -> Selection:
        with self._lock:
            chosen = select_articles(self._db, {self.article(number).id for number in ids})
            return chosen | select_within(self._db, filters) if filters else chosen

    def _meta(self, key: str) -> str | None:
        rows = self._rows("SELECT value FROM meta WHERE key = ?", key)
        return str(rows[0][0]) if rows else None

    def _rows(self, sql: str, *values: object) -> list[Any]:
        with self._lock, told(self.path):
            return self._db.execute(sql, values).fetchall()


def _by_place(source: Article | PageState, page: int) -> tuple[object, ...]:
    """Return the key that sorts as `BY_PLACE` does: what is unknown stands last for dates, first for the rest."""
    label = source.page or ""
    return (source.date is None, source.date or "", source.paper or "", len(label), label, page)
