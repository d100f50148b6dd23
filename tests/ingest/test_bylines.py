"""Bylines as Chinese papers print them: who is named, in which role, and what is no byline at all."""

from __future__ import annotations

from time import perf_counter
from typing import Any

import pytest

from qa.ingest.segment.articles import cut_articles
from qa.ingest.segment.bylines import closing_byline, is_byline_line, parse_byline
from qa.ingest.segment.lines import LEAD_IN
from qa.records import Byline, Page
from tests.conftest import cases

CASES = cases("bylines.json")
LABELS = [case["label"] for case in CASES["bylines"]]


def byline_of(case: dict[str, Any]) -> Byline:
    roles = (tuple(case[role]) for role in ("reporters", "correspondents", "photographers"))
    return Byline(case["verbatim"], *roles)


@pytest.mark.parametrize("case", CASES["bylines"], ids=LABELS)
def test_who_is_named(case: dict[str, Any]) -> None:
    assert parse_byline(case["text"]) == byline_of(case)


@pytest.mark.parametrize("case", [case for case in CASES["bylines"] if "line" in case], ids=lambda case: case["label"])
def test_a_line_of_its_own(case: dict[str, Any]) -> None:
    assert is_byline_line(case["text"]) is case["line"]


@pytest.mark.parametrize("text", CASES["none"])
def test_a_sentence_names_nobody(text: str) -> None:
    byline = parse_byline(text)
    assert byline is None or not byline.people
    assert not is_byline_line(text)


@pytest.mark.parametrize("case", CASES["closing"], ids=lambda case: case["label"])
def test_at_the_end_of_a_story(case: dict[str, Any]) -> None:
    assert closing_byline(case["text"]) == byline_of(case)


@pytest.mark.parametrize("text", ["他喜欢摄影", "参加摄影", "（俗称湟鱼）", "（图片由通讯员提供）", "所有人（完）"])
def test_an_end_that_is_no_byline(text: str) -> None:
    assert closing_byline(text) is None


@pytest.mark.parametrize("text", CASES["opens"])
def test_a_story_opens(text: str) -> None:
    assert LEAD_IN.match(text)


@pytest.mark.parametrize("text", CASES["goes_on"])
def test_a_story_goes_on(text: str) -> None:
    assert not LEAD_IN.match(text)


FIRST = [
    "本报讯（记者 张三）3月5日，清河灌区提前开",
    "闸春灌，首日放水二十万方，灌溉沿线麦田千亩，",
    "农户说今年返青早。",
]
SECOND = ["长山图书馆周末起延长开放，晚间增设自习席位三", "百个，读者凭证即可入内，新书每周上架一批。"]


@pytest.mark.parametrize(
    "lead_in",
    [
        "晚报讯 ",
        "本刊讯 ",
        "日报讯：",
        "长山晚报讯（记者 李四）",
        "本报综合消息 ",
        "据市图书馆消息 ",
        "【記者李四／台北報導】",
        "【本報台北訊】",
    ],
)
def test_a_lead_in_parts_two_stories_without_a_blank_line(lead_in: str) -> None:
    text = "\n".join([*FIRST, lead_in + SECOND[0], *SECOND[1:]])
    articles = cut_articles(Page("p", "", "utf-8", text)).articles
    assert len(articles) == 2
    assert articles[1].byline is not None
    assert "".join(articles[1].byline.verbatim.split()) == "".join(lead_in.strip("： ").split())
    assert articles[1].byline.reporters == (("李四",) if "李四" in lead_in else ())


def test_two_byline_lines_are_one() -> None:
    lines = ["清河灌区提前开闸春灌", "", "本报记者 张三", "通讯员 李四 王五", "", "3月5日，" + FIRST[1], FIRST[2]]
    content = cut_articles(Page("p", "", "utf-8", "\n".join(lines)))
    (article,) = content.articles
    assert article.headline == lines[0]
    assert article.byline == Byline("本报记者 张三 通讯员 李四 王五", ("张三",), ("李四", "王五"))
    assert content.others == ()
    assert (3, 4) in article.source_lines


@pytest.mark.parametrize(
    "text",
    [
        "记者" + "王 " * 29,
        "【记者 " + "张 " * 3000,
        "记者 " + "王大明 " * 2000,
        "本报讯 " + "记者 王明\n王 " * 500,
        "报" * 5000,
    ],
    ids=lambda text: text[:4],
)
def test_no_line_holds_the_reader_up(text: str) -> None:
    """What could be cut in names in very many ways is given up soon: hundredths of a second, not minutes."""
    started = perf_counter()
    LEAD_IN.match(text)
    parse_byline(text)
    is_byline_line(text)
    closing_byline(text)
    assert perf_counter() - started < 2
