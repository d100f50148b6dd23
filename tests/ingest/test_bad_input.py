"""Bad input the whole way: what the user is told of it, and that the archive then holds all the rest and no more."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import time
import tracemalloc
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from qa import Archive
from qa.archive import find_pages
from qa.errors import BadFile
from qa.ingest import pages
from qa.ingest.read.pdf import read_pdf
from qa.ingest.read.sandbox import MOST_PAGES, Limits
from qa.records import IngestReport
from qa.settings import SETTINGS
from tests.conftest import ROOT, SAMPLE
from tests.ingest.test_pdf import at, bomb, encrypted, pdf

MEGABYTE = 1024 * 1024
LINE_BYTES = 200 * MEGABYTE
BYTES = bytes(range(256)) * 40
PRINTED = [at(50, 500, f"本报讯（记者 张三）{side}修好水渠。") for side in ("城东", "城西")]
PRINTED_PDF = pdf(PRINTED)
WEB_PAGE = "<html><body><div id='ozoom'><p>清泉县秋粮收购有序推进，农户满意。</p></div></body></html>"
INDEX_PAGE = "<html><body><a href='content_1.htm'>秋粮收购有序推进，农户满意。</a></body></html>"


def page(place: str) -> bytes:
    """Return a page with one article; another place makes another article."""
    return f"本报讯（记者 张三）{place}修好了水渠，灌溉麦田千亩。\n".encode()


REFUSED: dict[str, tuple[str | bytes, str]] = {
    "empty.pdf": (b"", "文件是空的"),
    "empty.csv": (b"", "没有文章"),
    "empty.html": (b"", "文件是空的"),
    "empty.zip": (b"", "压缩包已损坏"),
    "binary.txt": (BYTES, "不是文本文件"),
    "binary.pdf": (BYTES, "不是 PDF 文件"),
    "binary.jsonl": (BYTES, "不是文本文件"),
    "binary.html": (BYTES, "不是文本文件"),
    "binary.zip": (BYTES, "压缩包已损坏"),
    "nul.txt": (bytes(5_000), "不是文本文件"),
    "nul.csv": (b"text\n" + bytes(5_000), "不是文本文件"),
    "a-pdf.txt": (PRINTED_PDF, "扩展名不对"),
    "cut.pdf": (PRINTED_PDF[: len(PRINTED_PDF) // 2], "PDF 已损坏"),
    "cut.html": (WEB_PAGE[: WEB_PAGE.index("农户")], "网页不完整"),
    "cut.json": ('[{"text": "甲处春耕。"}, {"text": "乙处', "不是 JSON"),
    "damaged.txt": (page("甲") * 9 + b"\xff\n" + page("乙"), "第 10 行有不合 UTF-8 编码的字节"),
    "locked.pdf": (encrypted(PRINTED[0], b"secret"), "PDF 需要密码"),
    "long.pdf": (pdf([b""] * 10_000), f"10000 页）；单个文件上限 {MOST_PAGES} 页"),
    "chinese-header.csv": ("标题,摘要\n甲,乙\n", "没有 text 一栏，只有：标题, 摘要"),
    "long-page.txt": (page("甲") * (SETTINGS.page_chars // 20), "不像一个版面"),
    "two-arrays.json": ('{"a": [], "b": []}', "没有唯一的一组文章"),
    "heads-alone.txt": ("春耕现场会召开\n", "没有找到文章正文"),
}


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """Open an archive that holds the sample page; for input that must leave it as it is."""
    with Archive.open(tmp_path_factory.mktemp("held"), create=True) as archive:
        archive.ingest([SAMPLE])
        yield archive


def put(folder: Path, files: dict[str, str | bytes]) -> Path:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return folder


def told(report: IngestReport) -> list[str]:
    """Return what the user reads: a line each, with what was wrong before and what to do after a semicolon."""
    for skipped in report.skipped:
        assert skipped.reason.isprintable(), repr(skipped.reason)
        assert "；" in skipped.reason
        assert skipped.path
    return [skipped.reason for skipped in report.skipped]


def texts(archive: Archive) -> str:
    return "\n".join(article.text for article in archive.articles())


def sources(archive: Archive) -> list[str]:
    return sorted({Path(state.source).name for state in archive.pages()})


def wenbao(*args: object, archive: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "web.command", *map(str, args), "--archive", str(archive)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", cwd=ROOT, timeout=120, check=False)


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_refused_whole_is_one_line_and_changes_nothing(held: Archive, tmp_path: Path, name: str) -> None:
    data, said = REFUSED[name]
    before = held.stats()
    report = held.ingest([put(tmp_path, {name: data}) / name])
    (line,) = told(report)
    assert said in line
    assert name in line
    assert (report.files, report.articles, report.pages) == (0, 0, 0)
    assert replace(held.stats(), bytes=before.bytes) == before  # the log grows


def test_all_of_them_in_one_folder_cost_a_line_each_and_the_good_file_is_held(tmp_path: Path) -> None:
    bad = {name: data for name, (data, _) in REFUSED.items()}
    folder = put(tmp_path / "in", {**bad, "good.txt": page("城东")})
    archive = tmp_path / "archive"
    first = wenbao("ingest", folder, archive=archive)
    again = wenbao("ingest", folder, archive=archive)
    lines = first.stderr.splitlines()
    assert [sum(name in line for line in lines) for name in REFUSED] == [1] * len(REFUSED)
    assert len(lines) == len(REFUSED)
    assert all(line.startswith("跳过：") for line in lines)
    assert f"新增 1 个文件（1 篇文章，1 个段落）；已有 0 个；跳过 {len(REFUSED)} 个" in first.stdout
    assert (first.returncode, again.returncode) == (1, 1)
    assert again.stderr == first.stderr
    assert f"已有 1 个；跳过 {len(REFUSED)} 个" in again.stdout
    with Archive.open(archive) as opened:
        assert sources(opened) == ["good.txt"]


def test_what_can_be_read_of_a_damaged_file_is_held_and_the_rest_named(archive: Archive, tmp_path: Path) -> None:
    rows = [json.dumps({"text": f"第{number}乡春耕忙。"}, ensure_ascii=False) for number in range(1, 5)]
    bad = ["{", '{"text": ""}', "[1]", '{"text": "乙", "date": "2023-13-45"}']
    lines = [line for pair in zip(rows, bad, strict=True) for line in pair]
    files: dict[str, str | bytes] = {
        "a.jsonl": "\n".join(lines),
        "b.json": '[{"text": "城北集市开张。"}, {"text": 7}]',
        "c.csv": 'title,text\n一,城南架桥通车。\n二\n三,"城里\n四,港口开航了。\n',
        "d.pdf": PRINTED_PDF[: PRINTED_PDF.index(b"startxref")],
        "e.pdf": pdf([at(50, 500, "本报讯（记者 李四）山上种树。")], page=b"/MediaBox[0 0 400 600]") + b"\n",
    }
    said = told(archive.ingest([put(tmp_path / "in", files)]))
    assert [("a.jsonl 第" in line, line.split("第 ")[1].split(" ")[0]) for line in said[:4]] == [
        (True, "2"), (True, "4"), (True, "6"), (True, "8"),
    ]  # fmt: skip
    assert "b.json 第 2 条" in said[4]
    assert "c.csv 第 3 行有 1 栏" in said[5]
    assert "c.csv 第 4 行起的引号不成对" in said[6]
    assert "只读到前面的版面" in said[7]
    assert len(said) == 8
    assert sources(archive) == sorted(files)
    kept = texts(archive)
    for place in ("第1乡", "第2乡", "第3乡", "第4乡", "城北", "城南", "港口", "城东", "城西", "山上"):
        assert kept.count(place) == 1
    assert "城里" not in kept


def test_beyond_twenty_bad_lines_are_counted(archive: Archive, tmp_path: Path) -> None:
    lines = [*["{"] * 15, '{"text": "第1乡春耕忙。"}', *['{"title": "只有标题"}'] * 15, '{"text": "第2乡春耕忙。"}']
    report = archive.ingest([put(tmp_path, {"a.jsonl": "\n".join(lines)}) / "a.jsonl"])
    assert (report.files, report.articles, len(told(report))) == (1, 2, 21)
    assert "另有 10 条" in report.skipped[-1].reason


def test_an_export_without_one_good_record_is_not_held(held: Archive, tmp_path: Path) -> None:
    before = held.stats()
    report = held.ingest([put(tmp_path, {"a.jsonl": '{"title": "甲"}\n{\n'}) / "a.jsonl"])
    assert len(told(report)) == 2
    assert (report.files, report.unchanged, replace(held.stats(), bytes=before.bytes)) == (0, 0, before)


def test_a_decompression_bomb_in_a_pdf_costs_its_page(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Under the product's own limit of two gigabytes the same takes some twenty seconds.
    monkeypatch.setattr(pages, "read_pdf", partial(read_pdf, limits=Limits(memory=400 * MEGABYTE, seconds=20)))
    file = put(tmp_path, {"a.pdf": pdf([PRINTED[0], bomb(), PRINTED[1]])}) / "a.pdf"
    (line,) = told(archive.ingest([file]))
    assert "PDF 第 2 页无法读取" in line
    assert [(state.number, state.articles) for state in archive.pages()] == [(1, 1), (3, 1)]


def zipped(path: Path) -> Path:
    """Pack a good page with a bomb, a way out of the folder, a link, a name of a drive and a zip."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("2024-03-06/01.txt", page("城东"))
        made.writestr("bomb.txt", bytes(30 * MEGABYTE))
        made.writestr("../../outside.txt", page("城外"))
        made.writestr("C:/drive.txt", page("城外"))
        link = zipfile.ZipInfo("link.txt")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        made.writestr(link, "/etc/passwd")
        made.writestr("inner.zip", b"PK\x05\x06" + bytes(18))
        made.writestr("empty.txt", b"")
    return path


def test_a_hostile_zip_costs_a_line_for_each_fault_and_writes_nothing(archive: Archive, tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "in"
    folder.mkdir(parents=True)
    zipped(folder / "issue.zip")
    report = archive.ingest([folder])
    said = told(report)
    for fault in ("压缩比异常", "2 个文件名不安全", "1 个符号链接", "压缩包里的压缩包未打开", "文件是空的"):
        assert sum(fault in line for line in said) == 1
    assert len(said) == 5
    assert (report.files, sources(archive)) == (1, ["01.txt"])
    assert [(article.date, article.page) for article in archive.articles()] == [("2024-03-06", "1")]
    assert [path.name for path in tmp_path.rglob("*.txt")] == []


def test_links_pipes_and_odd_names_in_a_folder(archive: Archive, tmp_path: Path) -> None:
    put(tmp_path / "outside", {"secret.txt": page("城外")})
    folder = put(tmp_path / "in", {"x.txt/01.txt": page("城东"), "b\n\x1b[31m.txt": page("城西"), "c\n.txt": ""})
    (folder / "link.txt").symlink_to(tmp_path / "outside" / "secret.txt")
    (folder / "folder").symlink_to(tmp_path / "outside")
    (folder / "loop").symlink_to(folder)
    os.mkfifo(folder / "pipe.txt")
    report = archive.ingest([folder])
    said = told(report)
    assert [sum(fault in line for line in said) for fault in ("符号链接", "不是普通文件", "文件是空的")] == [3, 1, 1]
    assert (len(said), report.files) == (5, 2)
    assert ("城东" in texts(archive), "城西" in texts(archive), "城外" in texts(archive)) == (True, True, False)


def test_one_unreadable_file_and_one_that_vanished_among_a_thousand(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"{number:04}.txt" for number in range(1_000)]
    # Ten pages again and again: a copy is opened and read as any file, and only then known to be held.
    folder = put(tmp_path / "in", {name: page(f"第{int(name[:4]) % 10}村") for name in names})
    opened = Path.open

    def denied(path: Path, *args: Any, **kwargs: Any) -> Any:
        if path.name == "0500.txt":
            raise PermissionError(13, "Permission denied")
        return opened(path, *args, **kwargs)

    monkeypatch.setattr(Path, "open", denied)
    found = find_pages([folder])
    (folder / "0700.txt").unlink()
    report = archive.ingest_found(found)
    assert [Path(skipped.path).name for skipped in report.skipped] == ["0500.txt", "0700.txt"]
    assert all("无法读取" in line for line in told(report))
    assert (report.files, report.unchanged) == (10, 988)


@pytest.mark.parametrize(
    ("suffix", "said"),
    [
        (".txt", "文件过大"),
        (".json", "文件过大"),
        (".html", "文件过大"),
        (".jsonl", "第 1 行太长"),
        (".csv", "没有 text 一栏"),
        (".pdf", "不是 PDF"),
    ],
)
def test_a_line_of_two_hundred_megabytes_costs_little(held: Archive, tmp_path: Path, suffix: str, said: str) -> None:
    path = tmp_path / f"line{suffix}"
    with path.open("wb") as file:
        for _ in range(LINE_BYTES // MEGABYTE):
            file.write(b"9" * MEGABYTE)
    before = held.stats()
    started = time.process_time()
    tracemalloc.start()
    try:
        report = held.ingest([path])
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        path.unlink()
    (line,) = told(report)
    assert said in line
    assert peak < LINE_BYTES // 4
    assert time.process_time() - started < 10
    assert replace(held.stats(), bytes=before.bytes) == before  # the log grows


def test_a_line_of_two_hundred_megabytes_costs_the_next_nothing(archive: Archive, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    with path.open("wb") as file:
        file.write('{"text": "城东集市开张。"}\n'.encode())
        for _ in range(LINE_BYTES // MEGABYTE):
            file.write(b"9" * MEGABYTE)
        file.write('\n{"text": "城西集市开张。"}\n'.encode())
    (line,) = told(archive.ingest([path]))
    path.unlink()
    assert "第 2 行太长" in line
    assert [article.text for article in archive.articles()] == ["城东集市开张。", "城西集市开张。"]


def test_a_file_name_with_no_such_day_gives_no_date_and_every_view_says_so(tmp_path: Path) -> None:
    folder = put(tmp_path / "in", {"晨报2023-13-45.txt": page("城东")})
    assert wenbao("ingest", folder, archive=tmp_path / "archive").returncode == 0
    with Archive.open(tmp_path / "archive") as archive:
        (state,) = archive.pages()
        (article,) = archive.articles()
        assert (state.date, state.date_source, article.date, article.paper) == (None, None, None, "晨报")
        assert ("quality.undated", 1) in state.quality.reasons
        assert archive.stats().doubtful == (state,)
    assert "没有日期" in wenbao("list", archive=tmp_path / "archive").stdout
    shown = wenbao("show", article.id, archive=tmp_path / "archive").stdout
    assert "日期来源　日期不详" in shown


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("01.txt,晨报,2024-13-45,1", "第 2 行无法使用：日期无法识别：2024-13-45"),
        ("../01.txt,晨报,2024-03-06,1", "第 2 行无法使用：文件须是清单所在文件夹之下的相对路径"),
        ("01.txt,晨报,2024-03-06,1\n01.txt,晨报,2024-03-07,1", "第 3 行无法使用：01.txt 在第 2 行已经列出"),
        ("01.txt,晨报,2024-03-06,1,要闻", "第 2 行无法使用：有 5 栏，表头是 4 栏"),
    ],
)
def test_a_manifest_with_a_bad_row_stops_before_anything_is_stored(
    held: Archive, tmp_path: Path, rows: str, said: str
) -> None:
    manifest = f"file,paper,date,page\n{rows}\n"
    folder = put(tmp_path / "in", {"01.txt": page("城东"), "manifest.csv": manifest})
    before = held.stats()
    with pytest.raises(BadFile) as caught:
        held.ingest([folder])
    assert said in str(caught.value)
    assert str(caught.value).isprintable()
    assert replace(held.stats(), bytes=before.bytes) == before  # the log grows


def test_index_pages_alone_are_counted_and_not_held(held: Archive, tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"html/2023-11/10/node_1.htm": INDEX_PAGE, "html/2023-11/10/node_2.htm": INDEX_PAGE}
    before = held.stats()
    report = held.ingest([put(tmp_path, files)])
    assert (report.files, told(report), report.ignored) == (0, [], ((".htm", 2),))
    assert replace(held.stats(), bytes=before.bytes) == before  # the log grows


def test_a_mended_manifest_is_all_it_takes(tmp_path: Path) -> None:
    folder = put(tmp_path / "in", {"01.txt": page("城东"), "manifest.csv": "date\n2024-03-06\n"})
    failed = wenbao("ingest", folder, archive=tmp_path / "archive")
    assert (failed.returncode, failed.stdout, len(failed.stderr.splitlines())) == (1, "", 1)
    assert "清单的表头不对" in failed.stderr
    (folder / "manifest.csv").unlink()
    mended = wenbao("ingest", folder, archive=tmp_path / "archive")
    assert (mended.returncode, "新增 1 个文件" in mended.stdout) == (0, True)


def test_one_page_number_for_a_file_of_several_pages_is_refused(archive: Archive, tmp_path: Path) -> None:
    file = put(tmp_path, {"a.txt": page("东村") + b"\f" + page("西村")}) / "a.txt"
    (line,) = told(archive.ingest([file], page="3"))
    assert "a.txt 有好几页，不能都是第 3 版；请去掉 --page" in line
    assert archive.stats().articles == 0
    archive.ingest([file], paper="许昌日报")
    assert [article.page for article in archive.articles()] == ["1", "2"]
