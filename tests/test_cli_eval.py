"""`wenbao eval` as a user meets it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from qa import Archive
from qa.cli.measuring import print_asking, print_reading
from qa.evaluate import measure_asking, measure_reading
from tests.test_cli import QUESTION, one_line, wenbao, wenbao_alone
from tests.test_cli_help import ENGLISH
from tests.test_cli_read import PASSAGES
from tests.test_evaluate import QUESTIONS, answer, article_of, ask, made

LONG = "一个名字特别特别长的来源a-source-with-quite-a-long-name"


def questions(folder: Path, *records: dict[str, Any]) -> Path:
    file = folder / "questions.jsonl"
    file.write_text("\n".join(json.dumps(record, ensure_ascii=False) for record in records), encoding="utf-8")
    return file


def known(**more: str) -> list[dict[str, Any]]:
    """Return four questions of two sources; the last two have no answer."""
    return [
        {"question": "水渠灌溉麦田多少亩？", "context": PASSAGES[0], "answer": "1200亩", "source": "甲", **more},
        {"question": "谁介绍了展品？", "context": PASSAGES[1], "answers": ["馆长李四", "李四"], "source": "乙", **more},
        {"question": "谁获得了诺贝尔物理学奖？", "context": PASSAGES[1], "answer": "", "source": "乙", **more},
        {"question": "大桥长多少米？", "context": PASSAGES[0], "answer": "", "source": "乙", **more},
    ]


# --- what is printed ---


@pytest.mark.parametrize("language", ["zh", "en"])
def test_tables_fit_80_columns_in_one_language(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], language: str
) -> None:
    monkeypatch.setenv("WENBAO_LANG", language)
    monkeypatch.setenv("COLUMNS", "80")
    asked, said = made()
    print_reading(measure_reading(asked, said, threshold=0.55))
    print_asking(measure_asking(QUESTIONS, ask, article_of, left_out=True))
    told = capsys.readouterr().out
    assert "\x1b" not in told
    assert max(cell_len(line) for line in told.splitlines()) <= 80
    assert bool(re.search(r"[\u4e00-\u9fff]", told)) is (language == "zh")
    assert not re.search(r"\{|\}|None", told)


def test_a_long_source_is_folded_not_cut(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    asked, said = made([("1", "千亩", "千亩", 0.9)])
    object.__setattr__(asked[0], "source", LONG)
    print_reading(measure_reading(asked, said, threshold=0.55))
    told = capsys.readouterr().out
    assert max(cell_len(line) for line in told.splitlines()) <= 80
    columns = [line[: line.index("  ")].strip() for line in told.split("\n") if line[:1] in LONG and "  " in line]
    assert LONG in "".join(columns) or LONG in told


def test_the_figures_of_the_tables(capsys: pytest.CaptureFixture[str]) -> None:
    asked, said = made()
    print_reading(measure_reading(asked, said, threshold=0.55))
    told = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["合计", "6", "4", "50.0", "66.7"] in told
    assert ["合计", "33.3", "44.4", "50.0", "33.3", "3", "33.3", "50.0"] in told
    assert ["50%", "3", "0.70", "33.3"] in told
    assert ["0.8–0.9", "1", "0.80", "100.0"] in told
    assert "逐字与原文相同：5" in " ".join(told[-1])
    print_asking(measure_asking(QUESTIONS, ask, article_of, left_out=True))
    told = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["合计", "80.0", "20.0", "33.3", "40.0", "60.0", "4", "75.0", "75.0"] in told
    assert ["0.6", "25.0", "50.0"] in told
    assert any("0.6501" in cell for line in told for cell in line)


def test_where_nothing_is_answered_nothing_is_divided(capsys: pytest.CaptureFixture[str]) -> None:
    found = measure_asking(QUESTIONS, lambda *_: answer(None, confidence=0.2), article_of, left_out=True)
    print_asking(found)
    told = capsys.readouterr().out
    assert "未答 100.0" in told
    assert "Brier" not in told


# --- the command ---


def test_reading(tmp_path: Path) -> None:
    file = questions(tmp_path, *known())
    result = wenbao_alone("eval", file, "--mode", "reading", "--json", WENBAO_ARCHIVE=str(tmp_path / "none"))
    assert (result.returncode, result.stderr) == (0, "")
    (line,) = result.stdout.splitlines()
    found = json.loads(line)
    assert (found["mode"], found["overall"]["questions"], found["overall"]["answerable"]) == ("reading", 4, 2)
    assert [group["source"] for group in found["sources"]] == ["乙", "甲"]
    assert found["verbatim"] == found["answers"]
    assert found["overall"]["f1"] >= 0.5
    assert len(found["risk"]) == len(found["calibration"]["bins"]) == 10
    again = wenbao_alone("eval", file, "--mode", "reading", "--json")
    assert again.stdout == result.stdout
    shown = wenbao_alone("eval", file, "--mode", "reading", COLUMNS="80")
    assert shown.stdout.startswith("4 个问题，2 个有答案")


def test_sources_and_limit(tmp_path: Path) -> None:
    file = questions(tmp_path, *known(), {"question": " ", "context": "甲", "answer": "甲"})
    result = wenbao_alone("eval", file, "--mode", "reading", "--source", "乙", "--limit", "2", "--json")
    assert "1 个空的问题" in result.stderr
    found = json.loads(result.stdout)
    assert (found["overall"]["questions"], [group["source"] for group in found["sources"]]) == (2, ["乙"])


def test_open_and_with_the_article_left_out(sample: Archive, tmp_path: Path) -> None:
    (article,) = (each.id for each in sample.articles() if "李朝锋" in each.text)
    asked = [
        {"question": QUESTION, "answer": "李朝锋", "article": article},
        {"question": "谁获得了诺贝尔物理学奖？", "answer": ""},
    ]
    file = questions(tmp_path, *asked)
    result = wenbao("eval", file, "--mode", "open", "--left-out", "--json", archive=sample.directory)
    assert (result.returncode, result.stderr) == (0, "")
    found = json.loads(result.stdout)
    every, left_out = found["overall"], found["left_out"]
    assert (found["mode"], every["answered"], every["quote_contains"], every["cited_first"]) == ("open", 1, 1, 1)
    assert every["refused"] == 1
    assert found["verbatim"] == found["spans"] > 0
    assert left_out["questions"] == 1
    assert left_out["elsewhere"] == 0
    assert left_out["refused"] + left_out["wrong"] == 1
    shown = wenbao("eval", file, "--mode", "open", archive=sample.directory, WENBAO_LANG="en")
    assert shown.stdout.startswith("2 questions, 1 with an answer")


def test_requests_that_cannot_be_met(sample: Archive, tmp_path: Path) -> None:
    file = questions(tmp_path, *known(article="none"))
    (tmp_path / "bad.jsonl").write_text('{"question": "谁？", "answer": "甲"}\n{', encoding="utf-8")
    (tmp_path / "none.jsonl").write_text("\n", encoding="utf-8")
    alone = ("--mode", "reading")
    assert "路径不存在" in one_line(wenbao_alone("eval", tmp_path / "no.json", *alone))
    assert "第 2 行不是 JSON" in one_line(wenbao_alone("eval", tmp_path / "bad.jsonl", "--mode", "open"))
    assert "第 1 行无法使用：没有 context" in one_line(wenbao_alone("eval", tmp_path / "bad.jsonl", *alone))
    assert "没有问题" in one_line(wenbao_alone("eval", tmp_path / "none.jsonl", *alone))
    assert "有的是：乙、甲" in one_line(wenbao_alone("eval", file, *alone, "--source", "丙"))
    left_out = wenbao("eval", file, "--mode", "open", "--left-out", archive=sample.directory)
    assert "--left-out 需要" in one_line(left_out)
    assert "没有报库" in one_line(wenbao("eval", file, "--mode", "open", archive=tmp_path / "no-archive"))
    assert not (tmp_path / "no-archive").exists()


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ([], "--mode"),
        (["--mode", "closed"], "--mode"),
        (["--mode", "reading", "--left-out"], "--left-out 与"),
        (["--mode", "reading", "--limit", "0"], "--limit 至少"),
    ],
)
def test_wrong_usage(tmp_path: Path, args: list[str], said: str) -> None:
    result = wenbao_alone("eval", tmp_path / "no.json", *args)
    assert (result.returncode, ENGLISH.findall(result.stderr), result.stdout) == (2, [], "")
    assert said in result.stderr
    assert wenbao_alone("eval", "--mode", "open").returncode == 2


def test_help_is_in_one_language_and_fits() -> None:
    chinese = wenbao_alone("eval", "--help", COLUMNS="80").stdout
    assert not ENGLISH.findall(chinese)
    assert "…" not in chinese
    assert max(cell_len(line) for line in chinese.splitlines()) <= 80
    assert not re.search(r"[\u4e00-\u9fff]", wenbao_alone("eval", "--help", WENBAO_LANG="en").stdout)
