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


def test_vertical_type_is_one_line() -> None:
    """A head set from top to bottom comes as one character a line; its story finds it again."""
    head = "\n".join("水渠修好了")
    text = f"{head}\n\n本报讯（记者 张三）3月5日，水渠修好了，灌溉麦\n田千亩。\n"
    (article,) = cut_articles(Page("v", "", "utf-8", text)).articles
    assert (article.headline, article.headline_made) == ("水渠修好了", False)
    assert article.source_lines == ((1, 5), (7, 8))
