"""The caches: opened only when they hold what the store holds, else made again; the answers never notice."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from qa import Archive
from qa.index.manifest import held_epoch
from qa.index.words import WORDS
from qa.records import Answer
from tests.conftest import ROOT

QUESTION = "哪位副市长参加了在许昌职业技术学院的调研？"


def essence(answer: Answer) -> dict[str, object]:
    out = answer.as_json()
    del out["timings_ms"]
    return out


@pytest.fixture
def folder(sample: Archive, tmp_path: Path) -> Path:
    """Copy the sample archive, so that it may be damaged."""
    copy = tmp_path / "copy"
    sample.ask(QUESTION)
    shutil.copytree(sample.directory, copy)
    return copy


def truncate(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-7])


def flip(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 0xFF
    file.write_bytes(bytes(data))


def remove(file: Path) -> None:
    file.unlink()


def largest(folder: Path, name: str) -> Path:
    place = folder / name
    files = [place] if place.is_file() else [file for file in place.iterdir() if not file.name.startswith(".")]
    return max(files, key=lambda file: (file.stat().st_size, file.name))


@pytest.mark.parametrize("damage", [truncate, flip, remove])
@pytest.mark.parametrize("cache", ["vectors.faiss", "vectors.json", "postings", "postings/manifest.json"])
def test_a_damaged_cache_is_rebuilt_and_answers_stay(
    folder: Path, sample: Archive, cache: str, damage: Callable[[Path], None]
) -> None:
    damage(largest(folder, cache))
    with Archive.open(folder) as archive:
        assert essence(archive.ask(QUESTION)) == essence(sample.ask(QUESTION))
        assert archive.verify().damage == ()
    encoder = archive._upkeep.encoder.fingerprint
    assert held_epoch(folder / "vectors.json", made_by=encoder) is not None
    assert held_epoch(folder / "postings" / "manifest.json", made_by=WORDS) is not None


@pytest.mark.parametrize("key", ["epoch", "mark", "made_by", "format"])
def test_a_cache_of_another_stamp_is_rebuilt(folder: Path, key: str) -> None:
    path = folder / "vectors.json"
    record = json.loads(path.read_text())
    path.write_text(json.dumps({**record, key: 10**6}))
    with Archive.open(folder) as archive:
        assert archive.ask(QUESTION).found
    assert json.loads(path.read_text()) == record


def test_caches_of_a_copy_that_went_another_way_are_not_believed(folder: Path, tmp_path: Path) -> None:
    other, pages = tmp_path / "other", []
    shutil.copytree(folder, other)
    for name, place in (("01", "石桥镇"), ("02", "汾陈镇")):
        page = tmp_path / "晨报" / "2024-03-06" / f"{name}.txt"
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(f"本报讯（记者 张三丰）3月5日，清泉县春耕生产现场会在{place}召开。\n", encoding="utf-8")
        pages.append(page)
    for directory, page in zip((folder, other), pages, strict=True):
        with Archive.open(directory) as archive:
            archive.ingest([page])
            archive.ask("清泉县春耕生产现场会在哪里召开？")
    for name in ("vectors.faiss", "vectors.json", "postings"):
        shutil.rmtree(folder / name) if name == "postings" else (folder / name).unlink()
        (other / name).rename(folder / name)
    with Archive.open(folder) as archive:
        assert {each.what for each in archive.verify().damage} == {"postings", "vectors.faiss"}
        assert archive.ask("清泉县春耕生产现场会在哪里召开？").answer == "石桥镇"
        assert archive.verify().damage == ()


def test_a_whole_cache_is_left_alone(folder: Path) -> None:
    before = {file: file.stat().st_mtime_ns for file in folder.rglob("*.faiss")}
    with Archive.open(folder) as archive:
        archive.ask(QUESTION)
    assert {file: file.stat().st_mtime_ns for file in folder.rglob("*.faiss")} == before


def test_a_reader_moves_on_when_another_writes(folder: Path, tmp_path: Path) -> None:
    page = tmp_path / "晨报" / "2024-03-06" / "02.txt"
    page.parent.mkdir(parents=True)
    page.write_text("本报讯（记者 张三丰）3月5日，清泉县春耕生产现场会在石桥镇召开。\n", encoding="utf-8")
    with Archive.open(folder) as reader, Archive.open(folder) as writer:
        question = "清泉县春耕生产现场会在哪里召开？"
        assert not reader.ask(question).found
        writer.ingest([page])
        answer = reader.ask(question)
        assert answer.answer == "石桥镇"
        assert answer.citations[0].paper == "晨报"


def test_what_a_killed_writer_left_is_cleared_away(folder: Path, tmp_path: Path) -> None:
    (folder / "postings.tmp99").mkdir()
    for name in ("postings.tmp99/a.idx", "vectors.faiss.tmp99", "vectors.json.tmp99"):
        (folder / name).write_bytes(b"half")
    page = tmp_path / "02.txt"
    page.write_text(PAGE, encoding="utf-8")
    with Archive.open(folder) as archive:
        archive.ingest([page])
    assert not list(folder.rglob("*tmp99*"))


def test_answers_from_memory_while_another_holds_the_lock(folder: Path) -> None:
    from qa.store.lock import write_lock

    (folder / "vectors.faiss").unlink()
    with write_lock(folder), Archive.open(folder) as archive:
        assert archive.ask(QUESTION).found
    assert not (folder / "vectors.faiss").exists()


PAGE = """第02版：要闻
辣椒产业园昨日投产
本报讯（记者 李明）11月9日，襄城县辣椒产业园正式投产，占地320亩，带动2100户农民增收。
产业园负责人王强介绍，全年可加工鲜椒5万吨，产值预计达到3亿元。
"""


def test_what_is_added_joins_the_postings_and_nothing_else_is_written_again(folder: Path, tmp_path: Path) -> None:
    page = tmp_path / "许昌日报" / "2023-11-10" / "02.txt"
    page.parent.mkdir(parents=True)
    page.write_text(PAGE, encoding="utf-8")
    before = {file.name: file.stat().st_ino for file in (folder / "postings").iterdir()}
    with Archive.open(folder) as grown, Archive.open(tmp_path / "anew", create=True) as anew:
        grown.ingest([page])
        after = {file.name: file.stat().st_ino for file in (folder / "postings").iterdir()}
        assert [name for name in before if after.get(name) == before[name] and name.endswith(".idx")]
        anew.ingest([ROOT / "corpus" / "pages"])
        anew.ingest([page])
        for question in (QUESTION, "辣椒产业园占地多少亩？", "谁主持了会议？"):
            assert essence(grown.ask(question)) == essence(anew.ask(question))
        assert grown.verify().damage == ()
        added = [article.id for article in grown.articles() if article.page == "2"]
        for archive in (grown, anew):
            archive.remove(added)
        assert essence(grown.ask(QUESTION)) == essence(anew.ask(QUESTION))
        assert not set(before) & {file.name for file in (folder / "postings").glob("*.idx")}
