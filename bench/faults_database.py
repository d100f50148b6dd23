"""The database overwritten, cut short, replaced: told in a line, and verify says what is wrong."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from bench.faults_rows import QUESTION, Row, Subject, checked
from bench.terminal import Spoken

__all__ = ["database_faults"]

PAGES = 20
CUTS = 6
TABLES = ("articles", "passages", "pages", "files", "meta", "articles_by_date")


def database_faults(subject: Subject, pages: int = PAGES, cuts: int = CUTS) -> Iterator[Row]:
    """Yield the rows of damaged and foreign databases."""
    chance = random.Random(7)
    database = _settled(subject.copy()) / "archive.db"
    data = database.read_bytes()
    with sqlite3.connect(database) as db:
        (size,) = db.execute("PRAGMA page_size").fetchone()
        roots = dict(db.execute("SELECT name, rootpage FROM sqlite_master WHERE rootpage > 0"))
    db.close()
    for table in TABLES:
        yield _damaged(subject, _zeroed(data, roots[table], size), f"the first database page of {table} zeroed")
    for number in sorted(chance.sample(range(2, len(data) // size + 1), pages)):
        yield _damaged(subject, _zeroed(data, number, size), f"database page {number} zeroed")
        noise = bytearray(data)
        noise[(number - 1) * size : number * size] = chance.randbytes(size)
        yield _damaged(subject, bytes(noise), f"database page {number} overwritten with noise")
    for cut in range(cuts):
        share = (cut + 1) / (cuts + 1)
        yield _damaged(subject, data[: int(share * len(data))], f"archive.db cut at {share:.0%}")
    yield from _foreign(subject, data)


def _damaged(subject: Subject, data: bytes, fault: str) -> Row:
    """Run every command on an archive of this database; verify has to fail, the others must not end in a traceback."""
    runs = _runs(subject, data)
    wrong = [
        f"{command}: {run.status} {run.said}"
        for command, run in runs.items()
        if not (run.calm or (command == "verify" and run.status == 1 and "Traceback" not in run.err))
    ]
    if runs["verify"].status != 1:
        wrong.append(f"verify finds nothing: {runs['verify'].said}")
    return Row(fault, runs["verify"].said, "what stood on the page", tuple(wrong))


def _foreign(subject: Subject, data: bytes) -> Iterator[Row]:
    other = subject.folder / "other.db"
    other.unlink(missing_ok=True)
    with sqlite3.connect(other) as db:
        db.execute("CREATE TABLE notes (text)")
    db.close()
    later = subject.folder / "later.db"
    later.write_bytes(data)
    with sqlite3.connect(later) as db:
        db.execute("PRAGMA user_version = 99")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    contents = {
        "archive.db replaced by text": "这不是数据库。".encode() * 500,
        "archive.db replaced by another program's database": other.read_bytes(),
        "archive.db of a newer schema": later.read_bytes(),
        "the header of archive.db overwritten": bytes(100) + data[100:],
    }
    for fault, content in contents.items():
        runs = _runs(subject, content, unchanged=True)
        wrong = [f"{name}: {run.status} {run.said}" for name, run in runs.items() if not run.one_line]
        yield Row(fault, runs["ask"].said, "nothing", tuple(wrong))
    runs = _runs(subject, b"")
    wrong = [f"{name}: {run.status} {run.said}" for name, run in runs.items() if name != "ingest" and not run.one_line]
    wrong += [] if runs["ingest"].calm else [f"ingest: {runs['ingest'].status} {runs['ingest'].said}"]
    yield Row(
        "archive.db empty, as a kill leaves it that comes first of all", runs["ask"].said, "nothing", tuple(wrong)
    )
    folder = _settled(subject.copy())
    (folder / "archive.db").unlink()
    yield checked("archive.db removed", subject.terminal.run("ask", QUESTION, archive=folder))


def _runs(subject: Subject, data: bytes, *, unchanged: bool = False) -> dict[str, Spoken]:
    runs = {}
    commands: dict[str, tuple[object, ...]] = {
        "ask": ("ask", QUESTION),
        "list": ("list", "--json"),
        "stats": ("stats",),
        "verify": ("verify",),
        "verify --repair": ("verify", "--repair"),
        "ingest": ("ingest", *subject.job.files),
    }
    for name, words in commands.items():
        folder = _settled(subject.copy())
        (folder / "archive.db").write_bytes(data)
        run = subject.terminal.run(*words, archive=folder)
        if unchanged and (folder / "archive.db").read_bytes() != data:
            run = Spoken(run.status, run.out, run.err + "\narchive.db was changed")
        runs[name] = run
    return runs


def _settled(folder: Path) -> Path:
    """Bring everything that was committed into ``archive.db`` itself."""
    with sqlite3.connect(folder / "archive.db") as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    for name in ("archive.db-wal", "archive.db-shm"):
        (folder / name).unlink(missing_ok=True)
    return folder


def _zeroed(data: bytes, number: int, size: int) -> bytes:
    return data[: (number - 1) * size] + bytes(size) + data[number * size :]
