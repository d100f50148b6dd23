"""The tables of an archive, and how a database is told to be one."""

from __future__ import annotations

import sqlite3

from qa.errors import ArchiveMismatch
from qa.ingest.sketch import sketch

__all__ = ["SCHEMA_VERSION", "prepare"]

SCHEMA_VERSION = 6
APPLICATION_ID = 0x57454E42  # "WENB", so that another program's database is told apart
SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE files (
    id INTEGER PRIMARY KEY, path TEXT NOT NULL, place TEXT NOT NULL, sha256 TEXT NOT NULL UNIQUE);
CREATE INDEX files_by_place ON files (place);
CREATE TABLE pages (
    id INTEGER PRIMARY KEY, file_id INTEGER NOT NULL REFERENCES files ON DELETE CASCADE,
    number INTEGER NOT NULL, kind TEXT NOT NULL, encoding TEXT NOT NULL, text TEXT NOT NULL, boxes TEXT,
    paper TEXT, date TEXT, page TEXT, date_source TEXT, quality REAL NOT NULL, reasons TEXT NOT NULL);
CREATE INDEX pages_by_issue ON pages (date, paper);
CREATE INDEX pages_by_file ON pages (file_id);
CREATE TABLE articles (
    id TEXT PRIMARY KEY, page_id INTEGER NOT NULL REFERENCES pages ON DELETE CASCADE, position INTEGER NOT NULL,
    text TEXT NOT NULL, body_start INTEGER NOT NULL, headline TEXT NOT NULL, headline_made INTEGER NOT NULL,
    kicker TEXT, subhead TEXT, byline TEXT NOT NULL, paper TEXT, date TEXT, page TEXT, jumps TEXT NOT NULL,
    source_lines TEXT NOT NULL, origins TEXT NOT NULL, kind TEXT NOT NULL, continued TEXT NOT NULL,
    joined TEXT NOT NULL, hash TEXT NOT NULL, sketch BLOB NOT NULL DEFAULT x'',
    url TEXT, section TEXT) WITHOUT ROWID;
CREATE INDEX articles_by_date ON articles (date, paper, page);
CREATE INDEX articles_by_page ON articles (page_id);
CREATE TABLE parts (
    id TEXT PRIMARY KEY, page_id INTEGER NOT NULL REFERENCES pages ON DELETE CASCADE, position INTEGER NOT NULL,
    article_id TEXT NOT NULL, place INTEGER NOT NULL, content TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX parts_by_article ON parts (article_id);
CREATE INDEX parts_by_page ON parts (page_id);
CREATE TABLE items (
    id INTEGER PRIMARY KEY, page_id INTEGER NOT NULL REFERENCES pages ON DELETE CASCADE,
    kind TEXT NOT NULL, text TEXT NOT NULL, first_line INTEGER NOT NULL, last_line INTEGER NOT NULL);
CREATE INDEX items_by_page ON items (page_id);
"""
# No passage's id is given twice, so that a cache that holds an id holds the passage.
PASSAGES = """
CREATE TABLE passages (
    id INTEGER PRIMARY KEY AUTOINCREMENT, article_id TEXT NOT NULL REFERENCES articles ON DELETE CASCADE,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, vector BLOB);
CREATE INDEX passages_by_article ON passages (article_id);
CREATE INDEX passages_pending ON passages (id) WHERE vector IS NULL;
"""
# The centroids of the vector lists, so that lists made again are the same lists; and what became of each file given.
LISTS_AND_LOG = """
CREATE TABLE lists (id INTEGER PRIMARY KEY, centroid BLOB NOT NULL);
CREATE TABLE log (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, path TEXT NOT NULL, sha256 TEXT, status TEXT NOT NULL, reason TEXT);
"""
# Every change with a random mark, by which a cache is told from one of a copy of the archive that went another way; and
# what the archive's fingerprint is made of, apart from the texts.
CHANGES = """
CREATE TABLE changes (id INTEGER PRIMARY KEY, mark TEXT NOT NULL);
CREATE INDEX articles_by_hash ON articles (hash);
"""
FROM_2 = f"""
CREATE INDEX IF NOT EXISTS pages_by_file ON pages (file_id);
CREATE INDEX IF NOT EXISTS parts_by_page ON parts (page_id);
CREATE INDEX IF NOT EXISTS items_by_page ON items (page_id);
DROP INDEX passages_by_article;
DROP INDEX passages_pending;
ALTER TABLE passages RENAME TO passages_2;
{PASSAGES}
INSERT INTO passages SELECT id, article_id, start, "end", vector FROM passages_2;
DROP TABLE passages_2;
"""
FROM_3 = f"""
{LISTS_AND_LOG}
ALTER TABLE articles ADD COLUMN sketch BLOB NOT NULL DEFAULT x'';
UPDATE articles SET sketch = sketch_of(substr(text, body_start + 1));
INSERT INTO meta SELECT 'content', value FROM meta WHERE key = 'epoch';
INSERT INTO meta SELECT 'vectors', value FROM meta WHERE key = 'epoch';
"""
FROM_4 = f"""
{CHANGES}
INSERT INTO changes SELECT CAST(value AS INTEGER), lower(hex(randomblob(8))) FROM meta
    WHERE key IN ('content', 'vectors') GROUP BY value;
"""
FROM_5 = """
ALTER TABLE articles ADD COLUMN url TEXT;
ALTER TABLE articles ADD COLUMN section TEXT;
"""
MIGRATIONS = {2: FROM_2, 3: FROM_3, 4: FROM_4, 5: FROM_5}
"""From each earlier schema that can be brought up, the statements to the next one."""

CACHE_KILOBYTES = 64_000
"""Of the database kept in memory: a question reads some eighty articles, and stories in the news are read again."""


def prepare(db: sqlite3.Connection, *, create: bool) -> None:
    """Check that `db` is an archive of this schema, or make it one where it is empty and `create` is true.

    An archive of an earlier schema is brought up, in one transaction. Raises ArchiveMismatch for another schema,
    sqlite3.DatabaseError for what is no archive.
    """
    db.execute("PRAGMA foreign_keys = ON")
    db.execute(f"PRAGMA cache_size = -{CACHE_KILOBYTES}")
    (application,) = db.execute("PRAGMA application_id").fetchone()
    (version,) = db.execute("PRAGMA user_version").fetchone()
    (tables,) = db.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if application == version == tables == 0 and create:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        db.executescript(
            f"BEGIN; {SCHEMA} {PASSAGES} {LISTS_AND_LOG} {CHANGES} PRAGMA application_id = {APPLICATION_ID};"
            f"PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;"
        )
        return
    if application != APPLICATION_ID:
        raise sqlite3.DatabaseError("application id")
    db.execute("PRAGMA synchronous = FULL")
    if version in MIGRATIONS:
        version = _brought_up(db)
    if version != SCHEMA_VERSION:
        raise ArchiveMismatch("archive.schema", found=version, expected=SCHEMA_VERSION)


def _brought_up(db: sqlite3.Connection) -> int:
    """Take `db` through the migrations it lacks and return its schema; another process may have done so meanwhile."""
    db.create_function("sketch_of", 1, sketch, deterministic=True)
    db.execute("BEGIN IMMEDIATE")
    try:
        (version,) = db.execute("PRAGMA user_version").fetchone()
        while version in MIGRATIONS:
            for statement in MIGRATIONS[version].split(";"):
                db.execute(statement)
            version += 1
            db.execute(f"PRAGMA user_version = {version}")
        db.execute("COMMIT")
    except BaseException:
        db.execute("ROLLBACK")
        raise
    return int(version)
