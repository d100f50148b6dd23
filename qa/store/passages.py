"""The passages of the database: cut from their article, and what the indexes hold of each."""

from __future__ import annotations

import json
import sqlite3
from typing import Any, NamedTuple

from qa.ingest.passages import cut_passages
from qa.records import Article, Passage

__all__ = ["ENTRIES", "IndexEntry", "add_passages", "entry_of", "pending"]

# What a passage is found by: the article's byline and head, which travel with each passage, and its own text.
HEAD_AND_TEXT = """
    coalesce(json_extract(a.byline, '$.verbatim'), '') || char(10)
        || CASE WHEN p.start < a.body_start THEN '' ELSE substr(a.text, 1, a.body_start) END,
    substr(a.text, p.start + 1, p."end" - p.start)"""
ENTRIES = f"""
    SELECT p.id, p.article_id, p.start, p."end", {HEAD_AND_TEXT}, a.paper, a.date, a.page, g.file_id,
        p.id = (SELECT min(q.id) FROM passages q WHERE q.article_id = p.article_id), a.sketch,
        (SELECT json_group_array(json_array(r.page, r.file_id)) FROM parts t JOIN pages r ON r.id = t.page_id
            WHERE t.article_id = a.id AND t.place > 0)
    FROM passages p JOIN articles a ON a.id = p.article_id JOIN pages g ON g.id = a.page_id"""
"""Rows for `entry_of`."""


class IndexEntry(NamedTuple):
    """What the indexes hold of a passage: `head` and `text` are searched, the rest is what filters ask for."""

    passage: Passage
    head: str
    text: str
    paper: str | None
    date: str | None
    page: str | None
    file: int
    """Row of the source file."""
    first: bool
    """Whether it is the first passage of its article."""
    sketch: bytes
    elsewhere: tuple[tuple[str | None, int], ...]
    """Page label and file of each further page its article goes on on."""


def add_passages(db: sqlite3.Connection, article: Article) -> None:
    """Cut an article and record its passages."""
    db.executemany(
        'INSERT INTO passages (article_id, start, "end") VALUES (?, ?, ?)',
        [(article.id, start, end) for start, end in cut_passages(article.text)],
    )


def pending(db: sqlite3.Connection, limit: int) -> list[tuple[int, str, str]]:
    """Return up to `limit` passages without a vector: id, head, text."""
    rows = db.execute(
        f"SELECT p.id, {HEAD_AND_TEXT} "
        "FROM passages p JOIN articles a ON a.id = p.article_id WHERE p.vector IS NULL ORDER BY p.id LIMIT ?",
        (limit,),
    )
    return [(row[0], row[1].strip(), row[2]) for row in rows]


def entry_of(row: tuple[Any, ...]) -> IndexEntry:
    """Build what the indexes hold of a passage from a row of `ENTRIES`."""
    passage, (head, text, paper, date, page, file, first, sketch, elsewhere) = Passage(*row[:4]), row[4:]
    further = tuple((label, number) for label, number in json.loads(elsewhere))
    return IndexEntry(passage, head.strip(), text, paper, date, page, file, bool(first), sketch, further)
