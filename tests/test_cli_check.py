"""`wenbao check` as a user meets it."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path

import pytest

from qa import Archive
from tests.test_cli import one_line, wenbao

WRONG = "史根治强调：“要锚定目标拼全年。”工厂部署了45条自动化生产线。“关键设备联网率在九十%以上，这是第一句。”\n"
RIGHT = "史根治强调：“要锚定目标拼全年。”"


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    file = tmp_path / "稿.txt"
    file.write_text(WRONG, encoding="gb18030")
    return file


def test_a_report_fits_the_terminal_and_says_what_is_wrong(sample: Archive, draft: Path) -> None:
    told = wenbao("check", draft, archive=sample.directory, COLUMNS="80", FORCE_COLOR="1", TERM="dumb")
    assert (told.returncode, told.stderr) == (1, "")
    assert "数字不符 1" in told.stdout
    assert "{45→41}" in told.stdout
    assert "“国家队”[N]. 许昌日报，2023-11-10（1）." in " ".join(told.stdout.split())
    plain = wenbao("check", draft, archive=sample.directory).stdout
    assert "\x1b" not in plain


def test_what_is_all_as_printed_ends_with_0(sample: Archive, draft: Path) -> None:
    draft.write_text(RIGHT, encoding="utf-8")
    assert wenbao("check", draft, archive=sample.directory).returncode == 0
    draft.write_text("没有可以核对的话。", encoding="utf-8")
    told = wenbao("check", draft, archive=sample.directory)
    assert told.returncode == 0
    assert "没有可以核对的内容" in told.stdout


def test_json_is_one_object_and_nothing_else(sample: Archive, draft: Path) -> None:
    told = wenbao("check", draft, "--json", archive=sample.directory)
    report = json.loads(told.stdout)
    assert told.returncode == 1
    assert sum(report["summary"].values()) == len(report["findings"]) == 3
    for finding in report["findings"]:
        assert WRONG[finding["start"] : finding["end"]] == finding["text"]


def test_the_page_stands_alone_and_runs_nothing(sample: Archive, draft: Path) -> None:
    draft.write_text(WRONG + "<script>alert(1)</script>“<b>粗</b>”", encoding="utf-8")
    page = wenbao("check", draft, "--html", archive=sample.directory).stdout
    assert page.startswith("<!doctype html>")
    assert not re.search(r"<(?:script|link|img|iframe)|(?:src|href)=\"(?!#)|url\(|@import", page)
    assert "default-src 'none'" in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_wrong_use_and_what_cannot_be_read(sample: Archive, tmp_path: Path, draft: Path) -> None:
    both = wenbao("check", draft, "--json", "--html", archive=sample.directory)
    assert both.returncode == 2
    assert "只能选一个" in both.stderr
    assert "路径不存在" in one_line(wenbao("check", tmp_path / "none.txt", archive=sample.directory))
    (tmp_path / "old.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    assert "旧版 Word" in one_line(wenbao("check", tmp_path / "old.doc", archive=sample.directory))
    assert "没有报库" in one_line(wenbao("check", draft, archive=tmp_path / "no-archive"))
    assert not (tmp_path / "no-archive").exists()


def test_english_says_the_same(sample: Archive, draft: Path) -> None:
    told = wenbao("check", draft, archive=sample.directory, WENBAO_LANG="en").stdout
    assert "other figure 1" in told
    outside = [line for line in told.splitlines() if re.match(r"\[|\d+ |Searched", line.strip())]
    assert not any(unicodedata.name(char, "").startswith("CJK") for line in outside for char in line)
