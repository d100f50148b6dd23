"""The command line as a user meets it: a process, its output, its exit status."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from qa import Archive
from tests.conftest import ROOT, SAMPLE

QUESTION = "哪位副市长参加了在许昌职业技术学院的调研？"


def wenbao(*args: object, archive: Path, given: str = "", **env: str) -> subprocess.CompletedProcess[str]:
    return wenbao_alone(*args, "--archive", archive, given=given, **env)


def wenbao_alone(*args: object, given: str = "", **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "web.command", *map(str, args)],
        input=given,
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=ROOT,
        env={**os.environ, **env},
        timeout=120,
        check=False,
    )


def one_line(result: subprocess.CompletedProcess[str]) -> str:
    """Return stderr, which must be one line, with nothing on stdout and exit status 1."""
    assert result.returncode == 1, result.stdout + result.stderr
    assert result.stdout == ""
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1, result.stderr
    return lines[0]


def objects(result: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    assert result.returncode == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_ingest_and_again(tmp_path: Path) -> None:
    first = wenbao("ingest", SAMPLE, archive=tmp_path)
    assert (first.returncode, "5 篇文章" in first.stdout) == (0, True)
    again = wenbao("ingest", SAMPLE, archive=tmp_path)
    assert (again.returncode, "已有 1 个" in again.stdout) == (0, True)
    with Archive.open(tmp_path) as archive:
        assert archive.stats().articles == 5


def test_ask(sample: Archive) -> None:
    (out,) = objects(wenbao("ask", QUESTION, "--json", archive=sample.directory))
    assert (out["status"], "李朝锋" in out["answer"]) == ("answered", True)
    shown = wenbao("ask", QUESTION, archive=sample.directory)
    assert shown.returncode == 0
    assert out["citations"][0]["quote"] in shown.stdout
    assert "《许昌日报》 2023-11-10 第1版" in shown.stdout


def test_a_refusal_is_done_not_failed(sample: Archive) -> None:
    (out,) = objects(wenbao("ask", "谁获得了诺贝尔物理学奖？", "--json", archive=sample.directory))
    assert out["status"] == "not_found"
    shown = wenbao("ask", "谁获得了诺贝尔物理学奖？", archive=sample.directory)
    assert (shown.returncode, shown.stdout.splitlines()[0]) == (0, "未找到")
    assert "5 篇文章（2023-11-10）" in shown.stdout
    english = wenbao("ask", "谁获得了诺贝尔物理学奖？", archive=sample.directory, WENBAO_LANG="en")
    assert english.stdout.startswith("Not found")


def test_batch(sample: Archive, tmp_path: Path) -> None:
    questions, answers = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    entries = [
        {"id": "a", "question": QUESTION},
        {"id": 2, "question": "那刘涛呢？", "history": ["史根治在会上强调了什么？"]},
        {"id": "c", "question": QUESTION, "from": "2024-01-01"},
    ]
    questions.write_text("\n".join(json.dumps(entry, ensure_ascii=False) for entry in entries), encoding="utf-8")
    result = wenbao("ask", "--batch", questions, "--out", answers, archive=sample.directory)
    assert result.returncode == 0, result.stderr
    out = [json.loads(line) for line in answers.read_text(encoding="utf-8").splitlines()]
    assert [entry["id"] for entry in out] == ["a", 2, "c"]
    assert [entry["status"] for entry in out] == ["answered", "answered", "not_found"]
    assert out[1]["resolved_question"] == "刘涛在会上强调了什么？"


@pytest.mark.parametrize("line", ["{", "[]", '{"id": 1}', '{"question": " "}', '{"question": "谁", "from": "May"}'])
def test_a_bad_batch_line_stops_before_anything_is_asked(sample: Archive, tmp_path: Path, line: str) -> None:
    questions, answers = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    questions.write_text('{"question": "谁？"}\n' + line, encoding="utf-8")
    result = wenbao("ask", "--batch", questions, "--out", answers, archive=sample.directory)
    assert "第 2 行" in one_line(result)
    assert not answers.exists()


def test_a_batch_never_replaces_its_questions(sample: Archive, tmp_path: Path) -> None:
    questions = tmp_path / "in.jsonl"
    questions.write_text('{"question": "谁？"}', encoding="utf-8")
    same = wenbao("ask", "--batch", questions, "--out", questions, archive=sample.directory)
    assert "同一个文件" in one_line(same)
    nowhere = wenbao("ask", "--batch", questions, "--out", tmp_path / "none" / "out", archive=sample.directory)
    assert "无法写入" in one_line(nowhere)
    assert questions.read_text(encoding="utf-8") == '{"question": "谁？"}'


def test_list_and_show(sample: Archive) -> None:
    articles = objects(wenbao("list", "--json", archive=sample.directory))
    assert [article["headline_made"] for article in articles] == [False, False, False, True, False]
    assert set(articles[0]) >= {
        "id", "headline", "headline_made", "kicker", "subhead", "byline", "paper", "date", "page", "text", "body_start",
        "paragraphs", "jump", "source_lines",
    }  # fmt: skip
    assert objects(wenbao("list", "--json", "--from", "2024-01-01", archive=sample.directory)) == []
    third = articles[2]
    (whole,) = objects(wenbao("show", third["id"], "--json", archive=sample.directory))
    (page,) = whole.pop("printed_on")
    assert whole == third
    assert (page["page"], page["date"], page["date_source"]) == ("1", "2023-11-10", "path")
    shown = wenbao("show", third["id"], archive=sample.directory).stdout
    assert all(paragraph in shown for paragraph in third["paragraphs"])
    assert "（下转第二版）" in shown


def test_show_prints_the_page_lines(sample: Archive) -> None:
    third = objects(wenbao("list", "--json", archive=sample.directory))[2]
    printed = SAMPLE.read_text(encoding="utf-8").split("\n")
    (whole,) = objects(wenbao("show", third["id"], "--json", "--source", archive=sample.directory))
    lines = {line["n"]: line["text"] for page in whole["printed_on"] for line in page["lines"]}
    assert all(text == printed[number - 1] for number, text in lines.items())
    assert {number for first, last in third["source_lines"] for number in range(first, last + 1)} == set(lines)
    shown = wenbao("show", third["id"], "--source", archive=sample.directory).stdout
    assert "  166 │ “党员学习氛围更浓了，基层党" in shown
    assert "日期来源　来自文件夹名" in shown


def test_stats(sample: Archive) -> None:
    (out,) = objects(wenbao("stats", "--json", archive=sample.directory))
    assert (out["articles"], out["heads_only"], out["pending"], out["from"]) == (5, 3, 0, "2023-11-10")


def bad_file(tmp_path: Path, name: str, data: bytes) -> Path:
    file = tmp_path / name
    file.write_bytes(data)
    return file


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("empty.txt", b"", "文件是空的"),
        ("blank.txt", b" \n\n", "文件是空的"),
        ("picture.txt", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, "不是文本文件"),
        ("page.docx", b"PK\x03\x04", "不支持的格式"),
        ("heads.txt", "春耕现场会召开\n".encode(), "没有找到文章正文"),
        ("bad.jsonl", b'\n{"title": "b"}', "第 2 行"),
        ("list.jsonl", b'{"text": ["a"]}', "第 1 行"),
        ("odd.jsonl", b'{"text": "a", "paper": {"x": 1}}', "paper"),
    ],
)
def test_a_bad_file_is_one_line_and_leaves_the_archive_unharmed(
    sample: Archive, tmp_path: Path, name: str, data: bytes, said: str
) -> None:
    before = sample.stats()
    result = wenbao("ingest", bad_file(tmp_path, name, data), archive=sample.directory)
    assert result.returncode == 1
    assert len(result.stderr.strip().splitlines()) == 1
    assert said in result.stderr
    assert replace(sample.stats(), bytes=before.bytes) == before


def test_good_records_are_stored_and_bad_ones_named(tmp_path: Path) -> None:
    lines = ['{"text": "甲处春耕。"}', "{", '{"text": "乙处秋收。", "date": "2023-13-45"}', '{"text": "丙处冬藏。"}']
    file = bad_file(tmp_path, "export.jsonl", "\n".join(lines).encode())
    result = wenbao("ingest", file, archive=tmp_path / "archive")
    assert result.returncode == 1
    told = result.stderr.strip().splitlines()
    assert [("第 2 行" in line, "第 3 行" in line) for line in told] == [(True, False), (False, True)]
    with Archive.open(tmp_path / "archive") as archive:
        assert [article.text for article in archive.articles()] == ["甲处春耕。", "丙处冬藏。"]


def test_a_mended_file_takes_the_place_of_the_one_before(tmp_path: Path, archive: Archive) -> None:
    file = tmp_path / "export.jsonl"
    file.write_text('{"text": "甲处春耕。"}\n{\n{"text": "丙处冬藏。"}', encoding="utf-8")
    assert len(archive.ingest([file]).skipped) == 1
    before = [article.id for article in archive.articles()]
    file.write_text('{"text": "甲处春耕。"}\n{"text": "乙处秋收。"}\n{"text": "丙处冬藏。"}', encoding="utf-8")
    report = archive.ingest([file])
    assert (report.articles, report.skipped) == (1, ())
    held = archive.articles()
    assert [article.text for article in held] == ["甲处春耕。", "乙处秋收。", "丙处冬藏。"]
    assert set(before) < {article.id for article in held}
    other = tmp_path / "other" / "export.jsonl"
    other.parent.mkdir()
    other.write_text('{"text": "丁处植树。"}', encoding="utf-8")
    archive.ingest([other])
    assert len(archive.articles()) == 4


def test_lines_with_broken_bytes_are_named(tmp_path: Path, archive: Archive) -> None:
    good = '{"text": "第%d处水渠修好了，麦田喝上了水。"}'
    lines = [(good % number).encode() for number in range(300)]
    lines.insert(150, b'{"text": "\xff\xfe"}')
    lines.append('{"text": "末尾'.encode()[:-1])
    file = tmp_path / "export.jsonl"
    file.write_bytes(b"\n".join(lines))
    report = archive.ingest([file])
    assert report.articles == 300
    assert [("151" in skipped.reason, "302" in skipped.reason) for skipped in report.skipped] == [
        (True, False),
        (False, True),
    ]


def test_a_nul_on_a_page_costs_nothing_else(tmp_path: Path, archive: Archive) -> None:
    text = (
        "水渠修好了\n\n本报讯（记者 张三）3月5日，县里修好了水渠，\x00灌溉麦田千亩，乡亲们说心里踏实。\n"
        + "乡亲们说好。\n" * 20
    )
    (tmp_path / "01.txt").write_text(text, encoding="utf-8")
    archive.ingest([tmp_path / "01.txt"])
    (article,) = archive.articles()
    assert "\x00" not in article.text
    assert archive.ask("水渠灌溉麦田多少亩？").answer


def test_a_folder_with_all_kinds_of_things(tmp_path: Path) -> None:
    folder = tmp_path / "in" / "晨报" / "2024-03-06"
    folder.mkdir(parents=True)
    bad_file(folder, "01.txt", "本报讯（记者 张三）3月5日，县里修好了水渠，灌溉麦田千亩。\n".encode())
    bad_file(folder, "02.txt", b"")
    bad_file(folder, "notes.docx", b"PK\x03\x04")
    result = wenbao("ingest", tmp_path / "in", archive=tmp_path / "archive")
    assert (result.returncode, "1 篇文章" in result.stdout, ".docx 1（notes.docx）" in result.stdout) == (1, True, True)
    assert "02.txt" in result.stderr
    listed = wenbao("list", archive=tmp_path / "archive").stdout
    assert listed.splitlines()[0] == "《晨报》 2024-03-06 第1版"
    assert "版面质量 0.80　100% 的文章没有标题" in listed


def test_requests_that_cannot_be_met(sample: Archive, tmp_path: Path) -> None:
    here, nowhere = sample.directory, tmp_path / "none"
    assert "路径不存在" in one_line(wenbao("ingest", "no/such/page.txt", archive=here))
    assert "没有可读的版面文件" in one_line(wenbao("ingest", tmp_path, archive=here))
    assert "日期无法识别" in one_line(wenbao("ingest", SAMPLE, "--date", "2023-13-45", archive=here))
    assert "问题是空的" in one_line(wenbao("ask", "  ", archive=here))
    assert "问题太长" in one_line(wenbao("ask", "a" * 100_000, archive=here))
    assert "晚于" in one_line(wenbao("ask", "谁？", "--from", "2024-01-02", "--to", "2024-01-01", archive=here))
    assert "没有这篇文章" in one_line(wenbao("show", "nothing", archive=here))
    for command in (["ask", "谁？"], ["list"], ["stats"], ["show", "x"]):
        assert "这里没有报库" in one_line(wenbao(*command, archive=nowhere))
    assert "路径不存在" in one_line(wenbao("ingest", "no/such/page.txt", archive=nowhere))
    assert not nowhere.exists()


@pytest.mark.parametrize("args", [["ask"], ["ingest"], ["ask", "谁？", "--batch", "x"], ["publish"], ["ask", "--loud"]])
def test_wrong_usage(sample: Archive, args: list[str]) -> None:
    assert wenbao(*args, archive=sample.directory).returncode == 2
