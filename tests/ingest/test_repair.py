"""Repair takes out what the extraction put in, and nothing else."""

from __future__ import annotations

import pytest

from qa.ingest.segment.articles import cut_articles
from qa.ingest.segment.repair import BODY_FIXERS, HEAD_FIXERS, repair
from qa.ingest.segment.traced import Traced
from qa.records import Page
from tests.conftest import cases

CASES = cases("repairs.json")


@pytest.mark.parametrize("case", CASES, ids=[case["label"] for case in CASES])
def test_what_is_left(case: dict[str, str]) -> None:
    fixers = {"head": HEAD_FIXERS, "body": BODY_FIXERS}[case["where"]]
    left = repair(Traced.at(case["text"], 100), fixers)
    assert left.text == case["left"]
    assert [case["text"][origin - 100] for origin in left.origins] == list(left.text)
    assert repair(left, fixers) == left


def test_a_caption_is_no_headline() -> None:
    lines = [
        "一条公交线 幸福几代人",
        "本报记者 阿依古丽 文/图",
        "　　“这趟车开到村口，老人进城看病再也",
        "不用等人捎带了。”石桥镇槐树村村民魏大",
        "爷逢人便夸新开通的公交线。",
        "　　石桥镇地处山区，过去进城要走两个小",
        "时山路，公交线开通以后只要二十分钟。",
        "",
        "3月13日，石桥镇槐树村村民乘坐公交车进城。",
        "（本报记者 罗海涛 摄）",
    ]
    text = "\n".join(lines)
    articles = cut_articles(Page("c", "", "utf-8", text)).articles
    assert articles[0].headline == "一条公交线 幸福几代人"
    assert articles[0].byline is not None
    assert articles[0].byline.reporters == ("阿依古丽",)


def test_vertical_type_is_one_line() -> None:
    """A head set from top to bottom comes as one character a line; its story finds it again."""
    head = "\n".join("水渠修好了")
    text = f"{head}\n\n本报讯（记者 张三）3月5日，水渠修好了，灌溉麦\n田千亩。\n"
    (article,) = cut_articles(Page("v", "", "utf-8", text)).articles
    assert (article.headline, article.headline_made) == ("水渠修好了", False)
    assert article.source_lines == ((1, 5), (7, 8))
