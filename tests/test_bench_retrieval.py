"""The retrieval bench counts what a reader of its table takes it to count."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.retrieval import Asked, Found, find, measure, read_asked
from qa import Archive
from qa.records import Passage
from qa.retrieve.fuse import Signals
from qa.retrieve.search import Sighting

TEXTS = {"a": "桥长1280米。", "b": "桥长960米，另有1280米。", "c": "无关。"}
SIGNALS = Signals(0.0, 0.0, 0.0, 0.0, 0.0)
FOUND = Found(
    [
        Sighting(Passage(1, "a", 0, 3), 0.9, 0.9, 5.0, replace(SIGNALS, cosine=0.9)),
        Sighting(Passage(2, "b", 0, 3), 0.8, 0.8, 6.0, replace(SIGNALS, cosine=0.8)),
        Sighting(Passage(3, "c", 0, 3), 0.1, 0.0, 7.0, replace(SIGNALS, cosine=0.1)),
        Sighting(Passage(4, "a", 3, 6), 0.1, 0.1, 0.0, replace(SIGNALS, cosine=0.1)),
    ]
)


def test_articles_are_ranked_by_their_best_passage() -> None:
    assert FOUND.ranked("dense") == ["a", "b"]
    assert FOUND.ranked("BM25") == ["c", "b", "a"]
    assert FOUND.ranked("fused", replace(SIGNALS, cosine=1.0)) == ["a", "b", "c"]
    assert FOUND.ranked("fused", replace(SIGNALS, cosine=-1.0)) == ["c", "a", "b"]


def test_figures() -> None:
    asked = [Asked("桥多长？", "b", "1280米", "number"), Asked("谁？", "c", None, "who")]
    rows = {(each.way, each.kind): each for each in measure(asked, [FOUND, FOUND], TEXTS)}
    assert set(rows) == {("BM25", ""), ("dense", ""), ("fused", ""), ("fused", "number"), ("fused", "who")}
    bm25 = rows["BM25", ""]
    assert bm25.recall == {1: 0.5, 3: 1.0, 5: 1.0, 10: 1.0}
    assert bm25.mrr == pytest.approx((1 / 2 + 1) / 2)
    assert bm25.ndcg == pytest.approx((1 / 1.5849625 + 1) / 2)
    assert (bm25.holds[1], bm25.holds[3]) == (0, 1)
    assert rows["dense", ""].recall[10] == 0.5
    assert rows["dense", ""].holds[1] == 1


def test_on_a_real_archive(sample: Archive) -> None:
    article = next(article for article in sample.articles() if "国家队" in article.headline)
    records = [
        {"question": "哪两家企业入选智能制造示范工厂？", "article": article.id},
        {"question": "谁？", "article": "none"},
    ]
    asked = read_asked(records, sample)
    assert [each.article for each in asked] == [article.id]
    assert find(sample, asked)[0].ranked("fused")[0] == article.id
