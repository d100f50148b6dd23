"""What ingest tells of files it leaves out or holds already, and what remove asks and tells."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from qa import Archive
from tests.conftest import SAMPLE
from tests.test_cli import objects, one_line, wenbao


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    (folder / "b").mkdir(parents=True)
    shutil.copy(SAMPLE, folder / "page.txt")
    for name in ("a.docx", "b/c.docx", "b/d.db", "e", "b/f.docx"):
        (folder / name).write_bytes(b"PK\x03\x04")
    return folder


def test_files_left_out_are_named(folder: Path, tmp_path: Path) -> None:
    told = wenbao("ingest", folder, archive=tmp_path / "archive").stdout
    assert "忽略 5 个没有文章可读的文件：.docx 3、无扩展名 1、.db 1（a.docx、c.docx、d.db……）" in told
    (report,) = objects(wenbao("ingest", folder, "--json", archive=tmp_path / "other"))
    assert report["ignored"] == {".docx": 3, ".db": 1, "": 1}
    assert report["ignored_files"] == [str(folder / name) for name in ("a.docx", "b/c.docx", "b/d.db", "b/f.docx", "e")]
    assert (report["files"], report["articles"], report["skipped"]) == (1, 5, [])


def test_an_imprint_given_for_a_held_file_is_told(folder: Path, tmp_path: Path) -> None:
    page, archive = folder / "page.txt", tmp_path / "archive"
    wenbao("ingest", page, archive=archive)
    again = wenbao("ingest", page, "--paper", "许昌日报", "--date", "2023-11-10", archive=archive)
    assert (again.returncode, again.stderr) == (0, "")
    assert "1 个已有的文件改了报名、日期或版次" in again.stdout
    assert wenbao("list", archive=archive).stdout.startswith("《许昌日报》 2023-11-10\n")
    same = wenbao("ingest", page, "--paper", "许昌日报", archive=archive)
    assert ("已有 1 个" in same.stdout, "改了" in same.stdout) == (True, False)


def answered(archive: Path, *args: object, answer: str) -> subprocess.CompletedProcess[str]:
    return wenbao("remove", *args, archive=archive, given=answer)


def test_remove_asks_and_tells(folder: Path, tmp_path: Path) -> None:
    with Archive.open(tmp_path / "archive", create=True) as held:
        held.ingest([folder / "page.txt"])
        first, second = (article.id for article in held.articles()[:2])
        directory = held.directory
        for answer in ("", "n\n", "\n"):
            declined = answered(directory, first, answer=answer)
            assert (declined.returncode, declined.stdout, first in declined.stderr) == (1, "", True)
            assert declined.stderr.endswith("没有删除任何内容；需要回答 y，或加上 --yes\n")
        assert held.stats().articles == 5
        agreed = answered(directory, first, answer="y\n")
        assert (agreed.returncode, "已删除 1 篇文章，0 个版面，0 个文件" in agreed.stdout) == (0, True)
        assert "仍算已导入" in agreed.stdout
        (removal,) = objects(wenbao("remove", second, "--yes", "--json", archive=directory))
        assert ([article["id"] for article in removal["articles"]], removal["files"]) == ([second], [])
        whole = wenbao("remove", "--file", folder, "--yes", archive=directory)
        assert whole.stdout == "已删除 3 篇文章，1 个版面，1 个文件\n"
        assert held.stats().files == 0


def test_remove_of_nothing(sample: Archive) -> None:
    assert "没有这篇文章：nothing" in one_line(wenbao("remove", "nothing", "--yes", archive=sample.directory))
    assert "什么也没有删除" in one_line(wenbao("remove", "--file", "no.txt", "--yes", archive=sample.directory))
    assert wenbao("remove", "--yes", archive=sample.directory).returncode == 2
