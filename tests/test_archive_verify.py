"""Whatever is changed behind the archive's back is found; what can be made anew is, and the rest is named."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from qa import Archive
from qa.errors import WenbaoError
from tests.index.test_sync import essence
from tests.test_cli import wenbao

QUESTION = "哪两家企业入选智能制造示范工厂？"


@pytest.fixture
def folder(sample: Archive, tmp_path: Path) -> Path:
    sample.ask(QUESTION)
    copy = tmp_path / "copy"
    shutil.copytree(sample.directory, copy)
    return copy


def change(folder: Path, sql: str) -> None:
    with sqlite3.connect(folder / "archive.db") as db:
        db.execute(sql)
    db.close()


def test_a_whole_archive(folder: Path) -> None:
    with Archive.open(folder) as archive:
        assert archive.verify().damage == ()
        counted = archive.stats()
    told = wenbao("verify", archive=folder).stdout
    assert told.startswith("完好：")
    assert f"{counted.articles} 篇文章" in told
    assert f"{counted.passages} 个段落" in told


SPOILT: list[tuple[str, list[str]]] = [
    ("UPDATE passages SET vector = substr(vector, 3) WHERE id = 3", ["vectors"]),
    ("UPDATE passages SET vector = zeroblob(length(vector)) WHERE id IN (1, 5)", ["vectors"]),
    ("UPDATE passages SET \"end\" = 100000 WHERE id = 2", ["passages"]),
    ("UPDATE passages SET start = \"end\" WHERE id = 2", ["passages"]),
    ("DELETE FROM passages WHERE article_id = (SELECT min(id) FROM articles)", ["passages"]),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "kinds"), SPOILT)
def test_what_hangs_on_the_articles_is_made_anew(folder: Path, sample: Archive, sql: str, kinds: list[str]) -> None:
    change(folder, sql)
    with Archive.open(folder) as archive:
        assert [damage.kind for damage in archive.verify().damage] == kinds
        mended = archive.verify(repair=True)
        assert mended.damage == ()
        assert {damage.kind for damage in mended.mended} >= set(kinds)
        assert archive.stats().passages == sample.stats().passages
        assert essence(archive.ask(QUESTION)) == essence(sample.ask(QUESTION))


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE articles SET text = text || '。' WHERE id = (SELECT min(id) FROM articles)",
        "UPDATE articles SET byline = '{' WHERE id = (SELECT min(id) FROM articles)",
        "UPDATE articles SET date = '2001-01-01' WHERE id = (SELECT min(id) FROM articles)",
        "UPDATE articles SET hash = '' WHERE id = (SELECT min(id) FROM articles)",
    ],
)
def test_an_article_that_is_not_what_was_stored_is_named_and_left(folder: Path, sql: str) -> None:
    with Archive.open(folder) as archive:
        first = min(article.id for article in archive.articles())
    change(folder, sql)
    with Archive.open(folder) as archive:
        (damage,) = archive.verify(repair=True).damage
    assert (damage.kind, damage.what, damage.mendable) == ("article", first, False)


def test_the_command_says_what_is_wrong_and_what_to_do(folder: Path) -> None:
    change(folder, "UPDATE articles SET kicker = '改' WHERE id = (SELECT min(id) FROM articles)")
    change(folder, "UPDATE passages SET vector = x'00' WHERE id = 3")
    told = wenbao("verify", archive=folder)
    assert told.returncode == 1
    assert "与入库时不同；请删除来源文件后重新导入" in told.stdout
    assert "1 个段落的向量已损坏" in told.stdout
    assert "wenbao verify --repair" in told.stdout
    told = wenbao("verify", "--repair", archive=folder)
    assert told.returncode == 1
    assert "已重建：1 个段落的向量已损坏" in told.stdout
    assert "wenbao verify --repair" not in told.stdout


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(bytes(data))


@pytest.mark.parametrize(("name", "damage"), [("vectors.faiss", flip), ("postings", shutil.rmtree)])
def test_a_damaged_index_is_rebuilt(folder: Path, name: str, damage: Callable[[Path], None]) -> None:
    damage(folder / name)
    with Archive.open(folder) as archive:
        assert [(found.kind, found.what) for found in archive.verify().damage] == [("cache", name)]
        assert archive.verify(repair=True).damage == ()
        assert archive.verify().damage == ()


def test_a_page_of_the_database_that_was_overwritten(folder: Path) -> None:
    path = folder / "archive.db"
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (root,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'articles'").fetchone()
        (size,) = db.execute("PRAGMA page_size").fetchone()
    db.close()
    data = bytearray(path.read_bytes())
    data[(root - 1) * size : root * size] = bytes(size)
    path.write_bytes(bytes(data))
    with Archive.open(folder) as archive:
        found = archive.verify(repair=True).damage
    assert "database" in {damage.kind for damage in found}
    assert not any(damage.mendable for damage in found if damage.kind == "database")
    told = wenbao("verify", archive=folder)
    assert told.returncode == 1
    assert "数据库损坏" in told.stdout
    asked = wenbao("ask", QUESTION, archive=folder)
    assert asked.returncode == 1
    assert asked.stderr.startswith("报库已损坏")
    assert len(asked.stderr.splitlines()) == 1


def test_a_page_or_part_written_over_is_noticed(sample: Archive, tmp_path: Path) -> None:
    for number, spoil in enumerate(
        ("UPDATE pages SET text = substr(text, 1, 9) || char(0, 0, 0)", "UPDATE parts SET content = substr(content, 9)")
    ):
        folder = tmp_path / str(number)
        shutil.copytree(sample.directory, folder)
        with sqlite3.connect(folder / "archive.db") as other:
            other.execute(spoil)
        other.close()
        with Archive.open(folder) as archive:
            assert {damage.kind for damage in archive.verify().damage} == {"database"}


def test_rows_written_over_are_told_in_a_line(sample: Archive, tmp_path: Path) -> None:
    for number, (spoil, look) in enumerate(
        (
            ("UPDATE pages SET reasons = x'00000000'", lambda archive: archive.stats()),
            ("UPDATE articles SET text = CAST(x'ff00ff00' AS TEXT)", lambda archive: archive.articles()),
            ("UPDATE articles SET origins = 'x'", lambda archive: archive.articles()),
        )
    ):
        folder = tmp_path / str(number)
        shutil.copytree(sample.directory, folder)
        with sqlite3.connect(folder / "archive.db") as other:
            other.execute(spoil)
        other.close()
        with Archive.open(folder) as archive, pytest.raises(WenbaoError, match="报库已损坏"):
            look(archive)
