"""Newspaper, date and page from paths, from the furniture of a page, and from manifests."""

from __future__ import annotations

import zipfile
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from qa.errors import BadInput
from qa.ingest.files.sources import Source, find_sources
from qa.ingest.imprints.imprint import Imprint, imprint_in, imprint_of, iso_date, page_label
from qa.ingest.imprints.manifests import Manifests
from tests.conftest import SAMPLE, cases

TABLE = cases("imprints.json")
STORY = ["全市秋粮收购现场会昨日召开。会议听取了工作情况汇报，安排下一步工作，", "并对收购服务提出要求。"] * 20


def expected(case: dict[str, Any], source: str) -> Imprint:
    return Imprint(case.get("paper"), case.get("date"), case.get("page"), source if case.get("date") else None)


@pytest.mark.parametrize("case", TABLE["paths"], ids=[case["path"] for case in TABLE["paths"]])
def test_path(case: dict[str, Any]) -> None:
    path = PurePosixPath(case["path"])
    assert imprint_of(path) == expected(case, case.get("from", "path"))
    assert imprint_of(path.parts) == expected(case, case.get("from", "path"))


@pytest.mark.parametrize("case", TABLE["texts"], ids=[case["label"] for case in TABLE["texts"]])
def test_text(case: dict[str, Any]) -> None:
    match case.get("at"):
        case "end":
            lines = [*STORY, *case["lines"]]
        case "middle":
            lines = [*STORY, *case["lines"], *STORY]
        case _:
            lines = [*case["lines"], *STORY]
    assert imprint_in("\n".join(lines)) == expected(case, "text")
    assert imprint_in("\r\n".join(lines)) == expected(case, "text")


def test_the_sample_page_prints_no_imprint() -> None:
    assert imprint_in(SAMPLE.read_text(encoding="utf-8")) == Imprint()


PIECES = st.sampled_from(
    [
        "2023",
        "11",
        "10",
        "1110",
        "-",
        "/",
        ".",
        "年",
        "月",
        "日",
        "第",
        "版",
        "报",
        "二〇二三",
        "十",
        "A01",
        "node_",
        "p",
        " ",
    ]
)


@given(st.lists(PIECES | st.text(max_size=4), max_size=9).map("".join))
@example("/")
@example("٢٠٢٣年١١月١٠日 第٣版")
def test_no_name_and_no_text_ever_fails(text: str) -> None:
    for found in (imprint_of(PurePosixPath(text)), imprint_of(tuple(text.split("/"))), imprint_in(text)):
        if found.date:
            assert iso_date(found.date) == found.date
        assert found.page is None or page_label(found.page) == found.page


def test_the_stronger_fills_first_and_dates_keep_their_source() -> None:
    flag, path, text = (
        Imprint(page="2"),
        Imprint(None, "2023-11-10", "1", "path"),
        Imprint("晨报", "2020-01-01", None, "text"),
    )
    assert flag.or_else(path).or_else(text) == Imprint("晨报", "2023-11-10", "2", "path")


@pytest.mark.parametrize("given", ["《 人民日报 》", "人 民 日 报", "人民\u3000日报", " 《人民日报》"])
def test_a_newspaper_has_one_name_however_it_is_given(tmp_path: Path, given: str) -> None:
    put(tmp_path, {"manifest.csv": f"file,paper\n.,{given}\n"})
    assert Imprint(given).paper == Manifests().imprint(Source(tmp_path / "1.txt")).paper == "人民日报"
    assert imprint_of((given.strip(), "1.txt")).paper == "人民日报"


def test_no_name_is_none() -> None:
    assert (Imprint("《》").paper, Imprint(" ").paper, Imprint("China  Daily").paper) == (None, None, "China Daily")


@pytest.mark.parametrize("value", ["2023-13-45", "2023-02-29", "昨日", "", "11月9日", "20231110x"])
def test_a_date_given_must_be_a_day(value: str) -> None:
    with pytest.raises(BadInput) as caught:
        iso_date(value)
    assert caught.value.key == "date.bad"


def put(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")


def test_the_nearest_manifest_wins_for_each_field(tmp_path: Path) -> None:
    put(
        tmp_path,
        {
            "manifest.csv": "file,paper,date,page\n.,许昌日报,2023-11-01,\na,,2023-11-10,\na/b/1.txt,晚报,,7\n",
            "a/b/manifest.csv": "文件,版次\n1.txt,A03\n2.txt,4\n",
        },
    )
    manifests = Manifests()
    assert manifests.imprint(Source(tmp_path / "a/b/1.txt")) == Imprint("晚报", "2023-11-10", "A3", "manifest")
    assert manifests.imprint(Source(tmp_path / "a/b/2.txt")) == Imprint("许昌日报", "2023-11-10", "4", "manifest")
    assert manifests.imprint(Source(tmp_path / "c.txt")) == Imprint("许昌日报", "2023-11-01", None, "manifest")
    assert manifests.imprint(Source(tmp_path / "ab" / "c.txt")).date == "2023-11-01"  # a folder, not a beginning


def test_no_manifest_says_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Manifests().imprint(Source(tmp_path / "1.txt")) == Imprint()
    monkeypatch.chdir(tmp_path)
    put(tmp_path, {"manifest.csv": "file,paper\n1.txt,晨报\n"})
    assert Manifests().imprint(Source(Path("1.txt"))).paper == "晨报"


def test_a_manifest_is_read_once(tmp_path: Path) -> None:
    put(tmp_path, {"manifest.csv": "file,paper\n.,晨报\n"})
    manifests = Manifests()
    assert manifests.imprint(Source(tmp_path / "1.txt")).paper == "晨报"
    (tmp_path / "manifest.csv").unlink()
    assert manifests.imprint(Source(tmp_path / "2.txt")).paper == "晨报"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gbk", "utf-16"])
@pytest.mark.parametrize("mark", [",", "\t", ";"])
def test_manifests_as_spreadsheets_write_them(tmp_path: Path, encoding: str, mark: str) -> None:
    rows = ["日期", "文件", "报名", "备注"], ["2023/11/10", "秋粮\\1.txt", '"许昌日报"', "收购现场会"]
    text = "\r\n".join(mark.join(row) for row in rows)
    (tmp_path / "manifest.csv").write_bytes(text.encode(encoding))
    found = Manifests().imprint(Source(tmp_path / "秋粮" / "1.txt"))
    assert found == Imprint("许昌日报", "2023-11-10", None, "manifest")


def test_a_manifest_speaks_for_a_zip_and_one_inside_it_for_its_folder(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "刊.zip", "w") as made:
        made.writestr("a/1.txt", "一")
        made.writestr("b/2.txt", "二")
        made.writestr("a/manifest.csv", "file,page\n1.txt,5\n")
    put(tmp_path, {"manifest.csv": "file,paper,page\n刊.zip,晨报,1\n刊.zip/b/2.txt,晚报,2\n"})
    first, second = find_sources(tmp_path, (".txt",)).sources
    manifests = Manifests()
    assert manifests.imprint(first) == Imprint("晨报", None, "5")
    assert manifests.imprint(second) == Imprint("晚报", None, "2")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("file,date\n1.txt,2023-11-10\n2.txt,2023-13-45\n", 3),
        ("file,paper\n1.txt,晨报,多一栏\n", 2),
        ("file,paper\n../1.txt,晨报\n", 2),
        ("file,paper\n/etc/1.txt,晨报\n", 2),
        ("file,paper\nC:\\1.txt,晨报\n", 2),
        ("file,paper\n1.txt,晨报\n\n./1.txt,晚报\n", 4),
        ('file,paper\n1.txt,"晨报\n', 2),
    ],
)
def test_a_bad_row_is_named_by_its_line(tmp_path: Path, text: str, line: int) -> None:
    put(tmp_path, {"manifest.csv": text})
    manifests = Manifests()
    for _ in range(2):
        with pytest.raises(BadInput) as caught:
            manifests.imprint(Source(tmp_path / "3.txt"))
        assert caught.value.key == "manifest.row"
        assert caught.value.values["line"] == line
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["paper,date\n晨报,2023-11-10\n", "1.txt,晨报\n", "file,file\na,b\n"])
def test_a_header_is_needed(tmp_path: Path, text: str) -> None:
    put(tmp_path, {"manifest.csv": text})
    with pytest.raises(BadInput) as caught:
        Manifests().imprint(Source(tmp_path / "1.txt"))
    assert caught.value.key == "manifest.header"


def test_a_linked_manifest_is_not_followed(tmp_path: Path) -> None:
    put(tmp_path, {"elsewhere/rows.csv": "file,paper\n.,晨报\n", "here/1.txt": "一"})
    (tmp_path / "here" / "manifest.csv").symlink_to(tmp_path / "elsewhere" / "rows.csv")
    with pytest.raises(BadInput) as caught:
        Manifests().imprint(Source(tmp_path / "here" / "1.txt"))
    assert caught.value.key == "file.link"
