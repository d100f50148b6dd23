"""A saved answer against the archive: it stands, or what became of each place is said."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from qa import Archive
from qa.errors import BadInput
from tests.test_cli import QUESTION, one_line, wenbao

LEAD = "本报讯（记者 王一明）11月9日，江州市召开调度会。"
QUOTED = "市长李明强调，全年要建成42座水文站。"
BODY = f"{LEAD}{QUOTED}会议还研究了其他事项。"
ASKED = "全年要建成多少座水文站？"


def fill(archive: Archive, folder: Path, body: str = BODY, **more: str) -> None:
    record = {"id": "a-1", "text": body, "headline": "调度会召开", "paper": "江州日报", "date": "2023-11-10", **more}
    file = folder / f"{record['id']}.jsonl"
    file.write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
    archive.ingest([file])


@pytest.fixture
def saved(archive: Archive, tmp_path: Path) -> dict[str, Any]:
    """Fill the archive with one article and save an answer from it."""
    fill(archive, tmp_path)
    answer: dict[str, Any] = json.loads(json.dumps(archive.ask(ASKED).as_json(), ensure_ascii=False))
    assert answer["citations"][0]["quote"] == QUOTED
    return answer


def verdicts(archive: Archive, saved: dict[str, Any]) -> dict[str, str]:
    return {place.name: place.verdict for place in archive.receipt(saved).places}


def test_an_untouched_answer_stands(archive: Archive, saved: dict[str, Any]) -> None:
    checked = archive.receipt(saved)
    assert (checked.stands, checked.then == checked.now) == (True, True)
    assert verdicts(archive, saved) == {"spans 1": "stands", "citations 1": "stands"}


def test_a_refusal_stands_by_what_it_showed(archive: Archive, saved: dict[str, Any]) -> None:
    refused = json.loads(json.dumps(archive.ask("谁获得了诺贝尔物理学奖？").as_json()))
    assert refused["status"] == "not_found"
    assert {name.split()[0] for name in verdicts(archive, refused)} == {"near"}
    assert archive.receipt(refused).stands


def test_it_stands_though_the_archive_has_grown(archive: Archive, saved: dict[str, Any], tmp_path: Path) -> None:
    fill(archive, tmp_path, "本报讯 昨日天气晴好，适宜秋收。", id="a-2")
    checked = archive.receipt(saved)
    assert (checked.stands, checked.then == checked.now) == (True, False)


def test_an_article_that_is_gone_is_named(archive: Archive, saved: dict[str, Any], tmp_path: Path) -> None:
    archive.remove(["a-1"])
    assert set(verdicts(archive, saved).values()) == {"gone"}


@pytest.mark.parametrize(
    ("body", "more", "expected"),
    [
        (BODY.replace("42", "24"), {}, {"changed"}),
        (BODY.replace(LEAD, LEAD + "天气晴。"), {}, {"moved"}),
        (BODY, {"date": "2023-11-11"}, {"stands", "source"}),
        (BODY + "会后进行了考察。", {}, {"stands"}),
    ],
    ids=["another figure", "words moved", "another day", "changed elsewhere"],
)
def test_a_change_is_told_for_what_it_is(
    archive: Archive, saved: dict[str, Any], tmp_path: Path, body: str, more: dict[str, str], expected: set[str]
) -> None:
    archive.remove(["a-1"])
    fill(archive, tmp_path, body, **more)
    checked = archive.receipt(saved)
    assert checked.then != checked.now
    assert {place.verdict for place in checked.places} == expected
    for place in checked.places:
        if place.verdict == "moved":
            assert place.now_at is not None
            assert archive.article("a-1").text[place.now_at :].startswith(place.text)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("answer",), "全年要建成24座水文站"),
        (("spans", 0, "text"), "24"),
        (("spans", 0, "start"), 0),
        (("spans", 0, "article_id"), "a-2"),
        (("citations", 0, "quote"), "市长李明强调，全年要建成24座水文站。"),
        (("citations", 0, "date"), "2023-11-11"),
        (("citations", 0, "headline"), "现场会召开"),
        (("citations", 0, "n"), 7),
    ],
    ids=str,
)
def test_an_edited_file_is_told(archive: Archive, saved: dict[str, Any], path: tuple[Any, ...], value: object) -> None:
    edited = copy.deepcopy(saved)
    place: Any = edited
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    checked = archive.receipt(edited)
    assert not checked.stands
    assert {place.verdict for place in checked.places if place.verdict != "stands"} == {"edited"}


@pytest.mark.parametrize(
    "change",
    [
        {"spans": None},
        {"spans": []},
        {"spans": [1]},
        {"citations": [{"article_id": "a"}]},
        {"status": "perhaps"},
        {"archive": 7},
        {"near": "x"},
        {"question": "\ud800"},
        {"spans": [{"article_id": "a", "text": "x", "start": -3, "end": 1}]},
        {"spans": [{"article_id": "a", "text": "x", "start": True, "end": 1}]},
    ],
    ids=str,
)
def test_what_is_no_answer_of_ours_is_refused(archive: Archive, saved: dict[str, Any], change: dict[str, Any]) -> None:
    with pytest.raises(BadInput, match=f"不是问报保存的答案：{next(iter(change))}"):
        archive.receipt({**saved, **change})


def test_the_command_says_so_and_its_exit_status_too(sample: Archive, tmp_path: Path) -> None:
    file = tmp_path / "answer.json"
    file.write_text(wenbao("ask", QUESTION, "--json", archive=sample.directory).stdout, encoding="utf-8")
    good = wenbao("receipt", file, "--verify", archive=sample.directory)
    assert (good.returncode, good.stderr) == (0, "")
    assert "引文逐字都在" in good.stdout
    held = json.loads(file.read_text(encoding="utf-8"))
    held["citations"][0]["quote"] = held["citations"][0]["quote"].replace("李朝锋", "李朝峰")
    file.write_text(json.dumps(held), encoding="utf-8")
    bad = wenbao("receipt", file, archive=sample.directory)
    assert (bad.returncode, bad.stderr) == (1, "")
    assert "答案文件被改过" in bad.stdout
    told = wenbao("receipt", file, "--json", archive=sample.directory)
    assert (told.returncode, json.loads(told.stdout)["stands"]) == (1, False)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "文件是空的"),
        (b"{", "不是 JSON"),
        (b"[" * 200_000, "不是 JSON"),
        (b"\xff\xfe\x00", "不是 JSON"),
        (b"[]", "不是问报保存的答案"),
        (b'{"question": "x"}\n{"question": "y"}', "第 1 个"),
        (b" " * (32 * 1024 * 1024 + 1), "文件过大"),
        (None, "无法读取"),
    ],
)
def test_a_bad_file_is_one_line(sample: Archive, tmp_path: Path, data: bytes | None, said: str) -> None:
    file = tmp_path / "answer.json"
    if data is not None:
        file.write_bytes(data)
    assert said in one_line(wenbao("receipt", file, archive=sample.directory))
