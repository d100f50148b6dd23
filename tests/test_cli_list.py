"""Lists: what belongs to no article, pages whose paper or date is unknown, the width of a terminal."""

from __future__ import annotations

import io
import re
import shlex
import shutil
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from qa import Archive
from qa.cli.listing import print_items
from qa.cli.printing import print_hanging
from qa.records import PageItem
from tests.conftest import SAMPLE
from tests.test_cli import objects, wenbao

LONG = "中国工业互联网与先进制造业发展导刊周末版"


@pytest.fixture
def unknown(archive: Archive, tmp_path: Path) -> Archive:
    """Fill an archive with two files of which neither newspaper nor date is known, the name of one with a space."""
    shutil.copy(SAMPLE, tmp_path / "one page.txt")
    (tmp_path / "two.txt").write_text(
        "本报讯（记者 张三）3月5日，县里修好了水渠，灌溉麦田千亩，乡亲们说心里踏实。\n", encoding="utf-8"
    )
    archive.ingest([tmp_path / "one page.txt", tmp_path / "two.txt"])
    return archive


def test_what_belongs_to_no_article(sample: Archive) -> None:
    found = objects(wenbao("list", "--items", "--json", archive=sample.directory))
    assert [item["kind"] for item in found] == ["headline", "slogan", "headline", "headline"]
    printed = SAMPLE.read_text(encoding="utf-8").split("\n")
    for item in found:
        first, last = item["source_lines"]
        assert all(word in "".join("".join(printed[first - 1 : last]).split()) for word in item["text"].split())
        assert (item["paper"], item["date"], item["page"]) == ("许昌日报", "2023-11-10", "1")
    shown = wenbao("list", "--items", archive=sample.directory).stdout.splitlines()
    assert shown[0] == "《许昌日报》 2023-11-10 第1版"
    assert shown[1] == "  标题新闻  王自合调研我市城市景观风貌规划工作  第 161–162 行"
    assert shown[2].startswith("  口号      学思想")
    english = wenbao("list", "--items", archive=sample.directory, WENBAO_LANG="en").stdout
    assert "  headline  王自合" in english
    none = wenbao("list", "--items", "--from", "2024-01-01", archive=sample.directory)
    assert (none.returncode, none.stdout) == (0, "没有这样的内容：所选版面上的文字都属于文章\n")


def test_pages_nothing_is_known_of_are_told_apart_by_their_files(unknown: Archive, tmp_path: Path) -> None:
    heads = [
        line for line in wenbao("list", archive=unknown.directory).stdout.splitlines() if line.startswith("报名不详")
    ]
    assert heads == [f"报名不详 日期不详　{tmp_path}/{name}" for name in ("one page.txt", "two.txt")]


def test_a_page_without_an_article_is_listed(unknown: Archive) -> None:
    for article in unknown.articles():
        if "水渠" in article.text:
            unknown.remove([article.id])
    listed = wenbao("list", archive=unknown.directory).stdout
    assert "two.txt" in listed
    assert len(objects(wenbao("list", "--json", archive=unknown.directory))) == 5


def test_a_file_can_be_listed_alone(unknown: Archive, tmp_path: Path) -> None:
    for file in (tmp_path / "two.txt", tmp_path / "." / "two.txt"):
        (article,) = objects(wenbao("list", "--json", "--file", file, archive=unknown.directory))
        assert "水渠" in article["text"]
    assert len(objects(wenbao("list", "--json", "--file", tmp_path, archive=unknown.directory))) == 6
    assert objects(wenbao("list", "--json", "--file", tmp_path / "tw", archive=unknown.directory)) == []


def test_stats_name_the_file_and_the_command_that_shows_the_page(unknown: Archive, tmp_path: Path) -> None:
    shown = wenbao("stats", archive=unknown.directory).stdout
    commands = [shlex.split(line) for line in shown.splitlines() if line.strip().startswith("wenbao ")]
    assert len(commands) == 2
    for name, count in (("one page.txt", 4), ("two.txt", 1)):
        assert f"报名不详 日期不详　{tmp_path}/{name}" in shown
        (words,) = [words for words in commands if str(tmp_path / name) in words]
        end = words.index("--archive")
        assert words[end + 1] == str(unknown.directory)
        assert len(objects(wenbao(*words[1:end], "--json", archive=unknown.directory))) == count


def test_a_line_too_long_for_a_terminal_goes_on_under_itself() -> None:
    begin, text = "  20231110-1-63e71fa8  ", f"{LONG}创刊三十周年 {LONG}的记者们走进全国各地 (AHK) 采访" * 2
    out = io.StringIO()
    print_hanging(Console(file=out, force_terminal=True, width=80, color_system=None), Text(begin), Text(text))
    lines = out.getvalue().splitlines()
    assert len(lines) > 2
    assert max(map(cell_len, lines)) <= 80
    assert lines[0].startswith(begin)
    assert {line[: len(begin)] for line in lines[1:]} == {" " * len(begin)}
    assert "".join("".join(line[len(begin) :] for line in lines).split()) == "".join(text.split())
    piped = io.StringIO()
    print_hanging(Console(file=piped, width=80, soft_wrap=True), Text(begin), Text(text))
    assert piped.getvalue() == begin + text + "\n"


def test_every_kind_of_page_item_has_a_label(sample: Archive, capsys: pytest.CaptureFixture[str]) -> None:
    (page,) = sample.pages()
    kinds = re.findall(r"``([a-z]+)``", PageItem.__doc__ or "")
    assert {"headline", "slogan", "credit", "furniture", "caption", "byline", "body"} <= set(kinds)
    print_items([(page, [PageItem(kind, "春耕", (1, 1)) for kind in (*kinds, "unheard-of")])])
    labels = [line.split()[0] for line in capsys.readouterr().out.splitlines()[1:]]
    assert len(set(labels)) == len(kinds) + 1
    assert labels[-1] == "其他"
    assert all(re.fullmatch(r"[\u4e00-\u9fff]+", label) for label in labels)
