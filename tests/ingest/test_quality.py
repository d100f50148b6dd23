"""The quality of a page falls with what went wrong in reading it, and says why."""

from __future__ import annotations

import pytest

from qa.ingest.quality import assess_page
from qa.ingest.segment.articles import cut_articles
from qa.messages import say
from qa.records import Page

GOOD = """水渠修好了

本报讯（记者 张三）3月5日，县里修好了水渠，灌
溉麦田千亩，乡亲们说，水渠修好了，心里踏实。
"""


def quality(text: str, date: str | None = "2024-03-06", kind: str = "text") -> dict[str, int]:
    judged = assess_page(cut_articles(Page("p", "", "utf-8", text, "晨报", date, "1", kind=kind)))
    assert 0 <= judged.score <= 1
    assert (judged.score < 1) == bool(judged.reasons)
    return dict(judged.reasons)


def test_a_clean_page_is_whole() -> None:
    assert quality(GOOD) == {}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (GOOD.replace("千亩", "\ue123\ue124亩"), "quality.private_use"),
        (GOOD.replace("千亩", "\ufffd亩"), "quality.lost"),
        (GOOD.replace("千亩", "È\u00b1¾亩"), "quality.garbled"),
        (GOOD.partition("\n\n")[2], "quality.headless"),
        (GOOD.replace("踏实。", "踏实"), "quality.open_end"),
        (GOOD + "\n王五调研景观工作\n", "quality.leftover"),
        ("只有标题\n", "quality.empty"),
    ],
)
def test_each_fault_is_named(text: str, reason: str) -> None:
    reasons = quality(text)
    assert next(iter(reasons)) == reason
    assert reasons[reason] >= 1
    assert say(reason, value=reasons[reason])


def test_what_is_not_in_the_text_counts_too() -> None:
    assert list(quality(GOOD, date=None)) == ["quality.undated"]
    assert list(quality(GOOD, kind="ocr")) == ["quality.ocr"]


def test_the_rest_of_a_story_needs_no_headline_and_open_jumps_are_counted_later() -> None:
    assert quality("（上接第一版）灌溉麦田千亩，乡亲们说，水渠修好了，心里踏实。\n") == {}
