"""Questions understood: kind, terms, speaker."""

from __future__ import annotations

import pytest

from qa.errors import BadInput
from qa.records import Span
from qa.retrieve.history import TURNS, follow
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


class Answered:
    """What the question before was answered with."""

    def __init__(self, answer: str) -> None:
        self.answer = answer
        self.spans = [Span(answer, "the-article", 0, len(answer), 1, 0.9)] if answer else []


@pytest.mark.parametrize("case", cases("questions.json")["follow_ups"], ids=lambda case: case["question"])
def test_follow_ups(case: dict[str, str]) -> None:
    answered = Answered(case.get("answer", "它"))
    assert follow([case["before"], case["question"]], lambda *_: answered) == (case["resolved"], "the-article")


def test_a_question_that_stands_alone_is_left_alone() -> None:
    question = "县图书馆有多少册书？"
    assert follow(["谁主持了会议？", question], lambda *_: pytest.fail("asked again")) == (question, None)


def test_each_turn_is_asked_at_most_once_however_long_the_chat() -> None:
    asked: list[str] = []

    def ask(question: str, subject: str | None) -> Answered:
        asked.append(question)
        return Answered("王建国")

    turns = ["会议由谁主持？"] + ["他强调了什么？", "它的项目叫什么？", "那李明呢？"] * 100
    follow(turns, ask)
    assert len(asked) <= TURNS


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
