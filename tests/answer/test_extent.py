"""From marked words to the words of the answer."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answer.extent import Mark, answer_extent, byline_extent, joined, sentence_around, statements
from qa.records import Passage
from qa.retrieve.question import understand
from tests.conftest import cases

CASES = cases("extents.json")


def extent(question: str, text: str, marked: str) -> str:
    start = text.index(marked)
    sentence = sentence_around(text, Passage(1, "a", 0, len(text)), start, start + len(marked))
    low, high = answer_extent(understand(question), text, sentence, start, start + len(marked))
    return text[low:high]


@pytest.mark.parametrize("case", CASES["extents"], ids=lambda case: case["label"])
def test_extents(case: dict[str, str]) -> None:
    assert extent(case["question"], case["text"], case["marked"]) == case["answer"]


@given(st.data())
def test_an_extent_stays_in_its_sentence(data: st.DataObject) -> None:
    case = data.draw(st.sampled_from(CASES["extents"]))
    text = case["text"]
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    low, high = sentence_around(text, Passage(1, "a", 0, len(text)), start, end)
    first, last = answer_extent(understand(case["question"]), text, (low, high), start, end)
    assert low <= start < end <= high
    assert min(low, start) <= first < last <= max(high, end)


@pytest.mark.parametrize("case", CASES["joined"], ids=lambda case: case["label"])
def test_marks_that_touch_are_one(case: dict[str, Any]) -> None:
    text = case["text"]
    marks = [Mark(text.index(word), text.index(word) + len(word), score) for word, score in case["marks"]]
    found = joined(text, marks, several=case["several"])
    assert [[text[mark.start : mark.end], mark.score] for mark in found] == case["joined"]


def test_a_sentence_is_that_of_its_passage() -> None:
    text = "甲说好。乙说不好。丙没有说。"
    passage = Passage(1, "a", 4, 14)
    assert sentence_around(text, passage, 5, 6) == (4, 9)
    assert sentence_around(text, passage, 7, 11) == (4, 14)


@pytest.mark.parametrize("case", CASES["statements"], ids=lambda case: case["label"])
def test_statements(case: dict[str, str]) -> None:
    text = case["text"]
    found = statements(case["speaker"], text, Passage(1, "a", 0, len(text)))
    assert [text[start:end] for _, start, end in found] == case["said"]


def test_a_byline_is_that_of_the_lead_in() -> None:
    text = "本报讯（记者 付家宝 通讯员 王淑平）11月9日，会议召开。"
    found = byline_extent(text, Passage(1, "a", 0, len(text)))
    assert found is not None
    assert text[found[0] : found[1]] == "记者 付家宝 通讯员 王淑平"
    assert byline_extent("会议召开。", Passage(1, "a", 0, 5)) is None
