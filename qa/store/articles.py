"""Articles as they go into the database: under an id of their own, the parts of a story that jumps as one."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence
from dataclasses import replace

from qa.ingest.segment.jumps import join_parts, match_jumps
from qa.ingest.sketch import sketch
from qa.records import Article
from qa.store.passages import add_passages
from qa.store.removal import Issue
from qa.store.rows import COLUMNS, hash_of, pack_article, row_of, unpack_article

__all__ = ["add_articles", "issue_of", "join_issue"]


def add_articles(db: sqlite3.Connection, page_id: int, articles: Sequence[Article]) -> bool:
    """Record articles of a page, each without id under a new one; tell whether any of them jumps."""
    (held,) = db.execute("SELECT count(*) FROM articles WHERE page_id = ?", (page_id,)).fetchone()
    jumps = False
    for position, article in enumerate(articles, start=held):
        named = replace(article, id=_free_id(db, article))
        _add(db, page_id, position, named)
        if named.jumps:
            jumps = True
            part = (named.id, page_id, position, named.id, pack_article(named))
            db.execute("INSERT INTO parts VALUES (?, ?, ?, ?, 0, ?)", part)
    return jumps


def issue_of(db: sqlite3.Connection, page_id: int) -> Issue:
    """Return the issue that a page belongs to."""
    paper, date, file_id = db.execute("SELECT paper, date, file_id FROM pages WHERE id = ?", (page_id,)).fetchone()
    return paper, date, None if date else file_id


def join_issue(db: sqlite3.Connection, issue: Issue) -> None:
    """Join the parts of articles over the pages of one issue anew; only what changes is written."""
    rows = db.execute(
        "SELECT p.id, p.page_id, p.position, p.content FROM parts p JOIN pages g ON g.id = p.page_id "
        "WHERE g.paper IS ?1 AND g.date IS ?2 AND (?3 IS NULL OR g.file_id = ?3) AND p.place >= 0 ORDER BY p.id",
        issue,
    )
    held = [(page_id, position, unpack_article(content)) for _, page_id, position, content in rows]
    parts = [part for _, _, part in held]
    for chain in match_jumps(parts):
        page_id, position, _ = held[chain[0]]
        joined = join_parts([parts[at] for at in chain])
        db.executemany(
            "UPDATE parts SET article_id = ?, place = ? WHERE id = ?",
            [(joined.id, place, parts[at].id) for place, at in enumerate(chain)],
        )
        db.executemany("DELETE FROM articles WHERE id = ?", [(parts[at].id,) for at in chain[1:]])
        stored = db.execute("SELECT hash FROM articles WHERE id = ?", (joined.id,)).fetchone()
        if stored is None or stored[0] != hash_of(joined):
            db.execute("DELETE FROM articles WHERE id = ?", (joined.id,))
            _add(db, page_id, position, joined)


def _add(db: sqlite3.Connection, page_id: int, position: int, article: Article) -> None:
    columns = ", ".join(("page_id", "position", *COLUMNS, "hash", "sketch"))
    values = (page_id, position, *row_of(article), hash_of(article), sketch(article.text[article.body_start :]))
    db.execute(f"INSERT INTO articles ({columns}) VALUES ({', '.join('?' * len(values))})", values)
    add_passages(db, article)


def _free_id(db: sqlite3.Connection, article: Article) -> str:
    """Return the article's given id, or one made of date, page and a hash of its body.

    The same article read again gets the same id, so that permalinks last. Twins are numbered; the number is found by
    doubling and halving, since a file of a million articles may hold one of them ten thousand times.
    """

    def taken(number: str) -> bool:
        sql = "SELECT 1 FROM articles WHERE id = ?1 UNION SELECT 1 FROM parts WHERE id = ?1"
        return db.execute(sql, (number,)).fetchone() is not None

    body = "".join(article.text[article.body_start :].split())
    mark = hashlib.blake2b(f"{article.paper}|{body}".encode(), digest_size=4).hexdigest()
    wanted = article.id or f"{(article.date or 'undated').replace('-', '')}-{article.page or 'x'}-{mark}"
    if not taken(wanted):
        return wanted
    last, free = 1, 2
    while taken(f"{wanted}-{free}"):
        last, free = free, 2 * free
    while free - last > 1:
        middle = (last + free) // 2
        last, free = (middle, free) if taken(f"{wanted}-{middle}") else (last, middle)
    return f"{wanted}-{free}"
