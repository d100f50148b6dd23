"""Questions made of sentences: the question word stands where the answer stood."""

from __future__ import annotations

import random

import pytest

from training import questions
from training.questions import KINDS, make_question

LIST = "会上，市统计局、市商务局、市财政局等部门汇报了今年以来工作开展情况。"
SENTENCES = {
    "number": ("全市新建充电桩1200个。", "全市新建充电桩多少个？", "1200个"),
    "day": ("大桥于9月30日建成通车。", "大桥于何时建成通车？", "9月30日"),
    "speaker": ("会后，李明表示，产量还会增加。", "会后谁表示产量还会增加？", "李明"),
    "person": ("李小明主持了这次座谈会。", "谁主持了这次座谈会？", "李小明"),
    "list": (LIST, "哪些部门汇报了今年以来工作开展情况？", "市统计局、市商务局、市财政局"),
    "why": ("由于连日大雨，两条公路中断了交通。", "为什么两条公路中断了交通？", "连日大雨"),
    "how": ("要抓好秋季农业生产，落实种植面积，备足各类农资。", "怎样抓好秋季农业生产？", "落实种植面积，备足各类农资"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_question_of_each_kind(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(questions, "LEFT_OUT", 0.0)
    sentence, asked, answer = SENTENCES[kind]
    tries = (make_question(sentence, random.Random(seed), (kind,)) for seed in range(30))
    found = {made.question: made for made in tries if made}
    assert asked in found
    made = found[asked]
    assert (made.kind, sentence[made.start : made.end]) == (kind, answer)


def test_a_list_has_no_words_before_its_first_item_and_none_behind_its_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(questions, "LEFT_OUT", 0.0)
    sentence = "市政府常务会议审议通过《种子条例》、《防洪预案》，并听取了报告。"
    made = make_question(sentence, random.Random(1), ("list",))
    assert made is not None
    assert sentence[made.start : made.end] == "《种子条例》、《防洪预案》"


@pytest.mark.parametrize("sentence", ["", "。", "今天天气很好。", "、、、", "要，"])
def test_where_nothing_can_be_asked_for_there_is_no_question(sentence: str) -> None:
    assert make_question(sentence, random.Random(1)) is None
