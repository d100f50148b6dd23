"""The store: whole files or nothing, ids that last, damage told plainly."""

from __future__ import annotations

import pickle
import sqlite3
from pathlib import Path

import pytest

from qa import Archive
from qa.errors import ArchiveLocked, ArchiveMismatch, NotHeld, WenbaoError
from qa.records import Article, Filters, Page, PageContent, Quality
from qa.store.lock import write_lock
from qa.store.store import Store


def content(*bodies: str) -> PageContent:
    articles = tuple(Article("", body, 0, body[:5], headline_made=True, date="2024-03-06") for body in bodies)
    return PageContent(Page("p.txt", "0", "utf-8", "\n".join(bodies), date="2024-03-06"), articles, ())


def add_content(store: Store, path: str, sha256: str, page: PageContent) -> None:
    row = store.add_page(store.add_file(path, sha256, sha256), page.page, Quality(1.0))
    store.add_articles(row, page.articles)
    store.add_items(row, page.others)


def add(store: Store, sha256: str, *bodies: str) -> None:
    with store.change():
        add_content(store, "p.txt", sha256, content(*bodies))


def test_a_change_is_all_or_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path, create=True)
    add(store, "1", "春耕开始。")
    epoch = store.epoch
    with pytest.raises(RuntimeError), store.change():
        add_content(store, "p.txt", "2", content("秋收开始。"))
        raise RuntimeError
    assert (store.count("files"), store.count("articles"), store.epoch) == (1, 1, epoch)
    store.close()


def test_ids_last_over_a_new_archive_and_twins_are_numbered(tmp_path: Path) -> None:
    ids = []
    for name in ("one", "two"):
        store = Store(tmp_path / name, create=True)
        add(store, "1", "春耕开始。", "春耕开始。", "秋收开始。")
        ids.append([article.id for article in store.articles(Filters())])
        store.close()
    assert ids[0] == ids[1]
    assert len(set(ids[0])) == 3
    assert ids[0][1] == f"{ids[0][0]}-2"
    assert all(number.startswith("20240306-") for number in ids[0])


def test_filters_are_inclusive(sample: Archive) -> None:
    day = "2023-11-10"
    assert len(sample.articles(Filters(date_from=day, date_to=day, paper="许昌日报", page="1"))) == 5
    assert sample.articles(Filters(date_from="2023-11-11")) == []
    assert sample.articles(Filters(paper="许昌晨报")) == []


def test_no_archive(tmp_path: Path) -> None:
    with pytest.raises(NotHeld, match="这里没有报库"):
        Store(tmp_path)
    assert not list(tmp_path.iterdir())


def test_another_programs_database(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "archive.db") as other:
        other.execute("CREATE TABLE notes (text)")
    other.close()
    before = (tmp_path / "archive.db").read_bytes()
    with pytest.raises(ArchiveMismatch, match="不是问报的报库"):
        Store(tmp_path, create=True)
    assert (tmp_path / "archive.db").read_bytes() == before


def test_no_database_at_all(tmp_path: Path) -> None:
    (tmp_path / "archive.db").write_text("这不是数据库，只是一段足够长的文字。" * 50, encoding="utf-8")
    with pytest.raises(ArchiveMismatch, match="不是问报的报库"):
        Store(tmp_path)


def test_another_schema(tmp_path: Path) -> None:
    Store(tmp_path, create=True).close()
    with sqlite3.connect(tmp_path / "archive.db") as other:
        other.execute("PRAGMA user_version = 99")
    other.close()
    with pytest.raises(ArchiveMismatch, match="99"):
        Store(tmp_path)


def as_schema_2(path: Path) -> None:
    """Undo what later schemas brought: ids of passages never given twice, indexes, sketches, lists, log, marks."""
    with sqlite3.connect(path) as db:
        db.executescript("""
            DROP TABLE lists; DROP TABLE log; DROP TABLE changes; DROP INDEX articles_by_hash;
            ALTER TABLE articles DROP COLUMN sketch;
            ALTER TABLE articles DROP COLUMN url;
            ALTER TABLE articles DROP COLUMN section;
            DELETE FROM meta WHERE key IN ('content', 'vectors');
            DROP INDEX pages_by_file; DROP INDEX parts_by_page; DROP INDEX items_by_page;
            CREATE TABLE old (
                id INTEGER PRIMARY KEY, article_id TEXT NOT NULL REFERENCES articles ON DELETE CASCADE,
                start INTEGER NOT NULL, "end" INTEGER NOT NULL, vector BLOB);
            INSERT INTO old SELECT * FROM passages;
            DROP TABLE passages; ALTER TABLE old RENAME TO passages;
            CREATE INDEX passages_by_article ON passages (article_id);
            CREATE INDEX passages_pending ON passages (id) WHERE vector IS NULL;
            PRAGMA user_version = 2;
        """)
    db.close()


def ids(store: Store) -> list[int]:
    with store.snapshot() as snapshot:
        return [entry.passage.id for entry in snapshot.passages()]


def drawn(store: Store) -> list[bytes]:
    with store.snapshot() as snapshot:
        return [entry.sketch for entry in snapshot.passages()]


def test_an_archive_of_the_schema_before_is_brought_up(tmp_path: Path) -> None:
    def layout(path: Path) -> list[tuple[str, str]]:
        with sqlite3.connect(path) as db:
            rows = db.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name").fetchall()
        db.close()
        return [(name, " ".join(sql.split()).replace('"passages"', "passages")) for name, sql in rows]

    store = Store(tmp_path, create=True)
    add(store, "1", "春耕开始。", "秋收开始。")
    held, digest, sketches = ids(store), store.digest(), drawn(store)
    store.close()
    fresh = layout(tmp_path / "archive.db")
    as_schema_2(tmp_path / "archive.db")
    assert layout(tmp_path / "archive.db") != fresh

    store = Store(tmp_path)
    assert layout(tmp_path / "archive.db") == fresh
    assert (ids(store), store.digest(), drawn(store)) == (held, digest, sketches)
    assert store.content == store.vectors == store.epoch > 0
    with store.change():
        store.remove([article.id for article in store.articles(Filters())], None)
    add(store, "2", "冬藏开始。")
    assert min(ids(store)) > max(held)
    store.close()


def test_one_writer_and_the_lock_names_it(tmp_path: Path) -> None:
    with write_lock(tmp_path), pytest.raises(ArchiveLocked, match=r"pid \d+ @ "), write_lock(tmp_path):
        pytest.fail("two writers")
    with write_lock(tmp_path):
        pass


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(WenbaoError, match="打不开或不可写"):
        Store(tmp_path / "file" / "archive", create=True)


def test_errors_can_cross_to_another_process() -> None:
    error = NotHeld("article.missing", id="x")
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), again.values) == (NotHeld, str(error), {"id": "x"})
