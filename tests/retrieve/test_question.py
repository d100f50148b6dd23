"""Questions understood: kind, terms, speaker."""

from __future__ import annotations

import pytest

from qa.errors import BadInput
from qa.retrieve.history import resolve
from qa.retrieve.question import check_question, kind_of, understand
from qa.settings import SETTINGS
from tests.conftest import cases


@pytest.mark.parametrize("case", cases("questions.json")["kinds"], ids=lambda case: case[0])
def test_kinds(case: list[str]) -> None:
    question, kind = case
    assert kind_of(question) == kind


@pytest.mark.parametrize("case", cases("questions.json")["speakers"], ids=lambda case: case[0])
def test_speakers(case: list[str | None]) -> None:
    assert understand(str(case[0])).speaker == case[1]


@pytest.mark.parametrize("case", cases("questions.json")["follow_ups"], ids=lambda case: case["question"])
def test_follow_ups(case: dict[str, str]) -> None:
    class Answered:
        answer = case.get("answer", "")

    assert resolve(case["question"], [case["before"]], answer=lambda *_: Answered()) == case["resolved"]


def test_a_question_that_stands_alone_is_left_alone() -> None:
    question = "县图书馆有多少册书？"
    assert resolve(question, ["谁主持了会议？"], answer=lambda *_: pytest.fail("asked again")) == question


def test_asking_words_are_no_terms() -> None:
    assert understand("请问县医院什么时候开通夜间门诊？").terms == ("县", "医院", "开通", "夜间", "门诊")


def test_what_is_quoted_is_one_term() -> None:
    assert "走出去" in understand("怎么“走出去”？").terms


@pytest.mark.parametrize("text", ["", "  \n\t ", "\x00"])
def test_empty(text: str) -> None:
    with pytest.raises(BadInput, match="问题是空的"):
        check_question(text)


def test_endless() -> None:
    with pytest.raises(BadInput, match="100000"):
        check_question("问" * 100_000)
    assert check_question("问" * SETTINGS.question_chars)


@pytest.mark.parametrize("text", ["？？？", "(((((", "的的的", "\ud800", "🙂", "SELECT * FROM", "a" * 2000])
def test_odd_questions_are_understood_somehow(text: str) -> None:
    assert understand(check_question(text)).kind == "what"
