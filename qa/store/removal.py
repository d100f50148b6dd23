"""Take out of the database what was read, and keep of a file that is read again what has to outlast it.

What has to outlast it are the ids of its articles, by which they were cited, and the vectors of its passages. A
former id is a row of ``parts`` with the place -1: it leads to an article, but is no part that could be joined.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from qa.records import Filters
from qa.store.rows import unpack_article, where

__all__ = [
    "Carried",
    "Former",
    "Issue",
    "Selection",
    "carry_over",
    "forget",
    "issues_of",
    "remember",
    "select_articles",
    "select_pages",
    "select_within",
]

Issue = tuple[str | None, str | None, int | None]
"""Newspaper and date; of undated pages, which nothing else tells apart, also the row of their file."""
FORMER = -1


@dataclass(frozen=True, slots=True)
class Selection:
    """Rows to delete: `pages` with all on them, `articles` with all their parts, `files` of which nothing is left."""

    files: frozenset[int] = frozenset()
    pages: frozenset[int] = frozenset()
    articles: frozenset[str] = frozenset()

    def __or__(self, other: Selection) -> Selection:
        return Selection(self.files | other.files, self.pages | other.pages, self.articles | other.articles)


@dataclass(frozen=True, slots=True)
class Former:
    """A file as it was read before: the ids of its articles by what they say, and the older ids that lead to them."""

    ids: dict[str, list[str]]
    older: dict[str, list[str]]
    imprints: str
    """A hash of the ids, and the newspaper, date and page of each."""


@dataclass(frozen=True, slots=True)
class Carried:
    """How a new reading compares with the former: articles not found again, and if every one is where it was."""

    lost: int
    same: bool


class _Story(NamedTuple):
    id: str
    key: str
    """Hash of its page's number in the file and its words."""
    page: int
    position: int
    imprint: tuple[str | None, str | None, str | None]


def select_pages(db: sqlite3.Connection, condition: str, *values: object) -> Selection:
    """Select pages by a condition over ``pages g`` and ``files f``, and the files that have no other page."""
    found = db.execute(
        f"SELECT g.id, g.file_id FROM pages g JOIN files f ON f.id = g.file_id WHERE {condition}", values
    ).fetchall()
    pages = frozenset(page for page, _ in found)
    files = db.execute(
        "SELECT file_id FROM pages WHERE file_id IN (SELECT value FROM json_each(?)) "
        "GROUP BY file_id HAVING sum(id IN (SELECT value FROM json_each(?))) = count(*)",
        (_listed({file for _, file in found}), _listed(pages)),
    )
    return Selection(frozenset(row[0] for row in files), pages)


def select_articles(db: sqlite3.Connection, ids: set[str], *, whole_pages: bool = False) -> Selection:
    """Select articles; with `whole_pages` also the pages that have no other article, and their files."""
    chosen = Selection(articles=frozenset(ids))
    if not whole_pages or not ids:
        return chosen
    emptied = (
        "g.id IN (SELECT page_id FROM articles GROUP BY page_id "
        "HAVING sum(id IN (SELECT value FROM json_each(?))) = count(*))"
    )
    return chosen | select_pages(db, emptied, _listed(ids))


def select_within(db: sqlite3.Connection, filters: Filters) -> Selection:
    """Select the pages within `filters`; of an exported file, which is one page, the articles within them."""
    clause, values = where(filters, "g.", pages=True)
    pages = f"g.id IN (SELECT g.id FROM pages g {clause})"
    if filters == Filters(file=filters.file):
        return select_pages(db, pages, *values)
    inside, given = where(filters, "a.")
    records = db.execute(
        f"SELECT a.id, g.kind FROM articles a JOIN pages g ON g.id = a.page_id {inside}",
        given,
    )
    exported = select_articles(db, {number for number, kind in records if kind == "records"}, whole_pages=True)
    return exported | select_pages(db, f"g.kind != 'records' AND {pages}", *values)


def issues_of(db: sqlite3.Connection, selection: Selection) -> set[Issue]:
    """Return the issues in which something selected is a part of a story that jumps."""
    rows = db.execute(
        "SELECT DISTINCT g.paper, g.date, CASE WHEN g.date IS NULL THEN g.file_id END "
        "FROM parts p JOIN pages g ON g.id = p.page_id WHERE p.place != -1 AND (p.page_id IN "
        "(SELECT value FROM json_each(?1)) OR p.article_id IN (SELECT value FROM json_each(?2)))",
        (_listed(selection.pages), _listed(selection.articles)),
    )
    return {(paper, date, file_id) for paper, date, file_id in rows}


def forget(db: sqlite3.Connection, selection: Selection) -> None:
    """Delete what is selected, with passages, vectors, page items and the ids that lead to it."""
    articles, pages, files = _listed(selection.articles), _listed(selection.pages), _listed(selection.files)
    led_here = "article_id IN (SELECT value FROM json_each(?))"
    by_part = f"DELETE FROM parts WHERE place = -1 AND article_id IN (SELECT id FROM parts WHERE {led_here})"
    db.execute(by_part, (articles,))
    db.execute(f"DELETE FROM parts WHERE {led_here}", (articles,))
    db.execute("DELETE FROM articles WHERE id IN (SELECT value FROM json_each(?))", (articles,))
    db.execute("DELETE FROM pages WHERE id IN (SELECT value FROM json_each(?))", (pages,))
    db.execute("DELETE FROM files WHERE id IN (SELECT value FROM json_each(?))", (files,))


def remember(db: sqlite3.Connection, sha256: str) -> Former:
    """Take down the ids of what the file with these bytes gave, and set its vectors aside until `carry_over`."""
    ids, older = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
    imprints = hashlib.blake2b(digest_size=16)
    for story in _stories(db, sha256):
        ids[story.key].append(story.id)
        imprints.update(repr((story.id, story.imprint)).encode())
    rows = db.execute(
        "SELECT p.id, p.article_id FROM parts p JOIN pages g ON g.id = p.page_id JOIN files f ON f.id = g.file_id "
        "WHERE f.sha256 = ? AND p.place = -1 ORDER BY p.id",
        (sha256,),
    )
    for number, led_to in rows:
        older[led_to].append(number)
    # In the file of the archive and inside its transaction: there may be more of them than memory holds.
    db.execute(
        'CREATE TABLE kept AS SELECT p.article_id AS id, p.start, p."end", p.vector FROM passages p '
        "JOIN articles a ON a.id = p.article_id JOIN pages g ON g.id = a.page_id JOIN files f ON f.id = g.file_id "
        "WHERE f.sha256 = ? AND p.vector IS NOT NULL AND a.id NOT IN (SELECT id FROM parts)",
        (sha256,),
    )
    db.execute("CREATE INDEX kept_by_id ON kept (id)")
    return Former(ids, older, imprints.hexdigest())


def carry_over(db: sqlite3.Connection, former: Former, sha256: str) -> Carried:
    """Lead the former ids to the same words as they were read again, and give their passages their vectors back."""
    open_ids = {key: list(ids) for key, ids in former.ids.items()}
    imprints = hashlib.blake2b(digest_size=16)
    matched: list[tuple[str, _Story]] = []
    for story in _stories(db, sha256):
        imprints.update(repr((story.id, story.imprint)).encode())
        if open_ids.get(story.key):
            matched.append((open_ids[story.key].pop(0), story))
    for before, story in matched:
        db.execute(
            "UPDATE passages SET vector = (SELECT k.vector FROM kept k WHERE k.id = ? AND k.start = passages.start "
            'AND k."end" = passages."end") WHERE article_id = ?',
            (before, story.id),
        )
        led_here = (story.page, story.position, story.id, FORMER)
        for old in {before, *former.older.get(before, ())} - {story.id}:
            db.execute("INSERT OR IGNORE INTO parts VALUES (?, ?, ?, ?, ?, '')", (old, *led_here))
    db.execute("DROP TABLE kept")
    return Carried(sum(map(len, open_ids.values())), imprints.hexdigest() == former.imprints)


def _stories(db: sqlite3.Connection, sha256: str) -> Iterator[_Story]:
    """Yield what a file gave in a fixed order; the parts of a joined story each for itself."""
    whole = db.execute(
        "SELECT a.id, g.number, a.text, a.byline, g.id, a.position, a.paper, a.date, a.page FROM articles a "
        "JOIN pages g ON g.id = a.page_id JOIN files f ON f.id = g.file_id "
        "WHERE f.sha256 = ? AND a.id NOT IN (SELECT id FROM parts WHERE place != -1) ORDER BY g.id, a.position, a.id",
        (sha256,),
    )
    for number, place, text, byline, page, position, *imprint in whole:
        yield _Story(number, _key(place, text, byline), page, position, (imprint[0], imprint[1], imprint[2]))
    parts = db.execute(
        "SELECT p.id, g.number, p.content, g.id, p.position FROM parts p JOIN pages g ON g.id = p.page_id "
        "JOIN files f ON f.id = g.file_id WHERE f.sha256 = ? AND p.place != -1 ORDER BY g.id, p.position, p.id",
        (sha256,),
    )
    for number, place, content, page, position in parts:
        part = unpack_article(content)
        key = _key(place, part.text, part.byline.verbatim if part.byline else None)
        yield _Story(number, key, page, position, (part.paper, part.date, part.page))


def _key(place: int, text: str, byline: str | None) -> str:
    return hashlib.blake2b(json.dumps([place, text, byline]).encode(), digest_size=16).hexdigest()


def _listed(values: Iterable[int] | Iterable[str]) -> str:
    return json.dumps(sorted(values, key=str))
