"""BM25: against the formula by hand, ties, filters, and questions that would break a query parser."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from qa.index.postings import Postings
from qa.index.words import index_terms
from qa.records import Filters, Passage
from qa.store.passages import IndexEntry

TEXTS = ["河南森源电气股份有限公司", "许昌裕同印刷包装有限公司", "辣椒产业园", "辣椒产业园", "AHK中德双元制95%"]


def entry(n: int, head: str, text: str) -> IndexEntry:
    return IndexEntry(
        Passage(n, "a", 0, 1), head, text, "晨报", f"2024-03-{n % 28 + 1:02}", None, 1, True, bytes(16), ()
    )


@pytest.fixture(scope="module")
def postings() -> Postings:
    return Postings.build(entry(n, "", text) for n, text in enumerate(TEXTS, start=1))


def test_finds_what_holds_the_words(postings: Postings) -> None:
    assert postings.search("森源电气", 5)[0][0] == 1
    assert postings.search("ａｈｋ", 5)[0][0] == 5


def test_ties_stand_by_id(postings: Postings) -> None:
    hits = postings.search("辣椒产业园", 5)
    assert [number for number, _ in hits] == [3, 4]
    assert hits[0][1] == hits[1][1]


def test_only_allowed_ids(postings: Postings) -> None:
    def found(*allowed: int) -> list[int]:
        mask = np.isin(postings.columns.ids, allowed)
        return [number for number, _ in postings.search("有限公司", 5, allowed=mask)]

    assert found(2, 3) == [2]
    assert found() == []


@pytest.mark.parametrize("part", [0.9, 0.5, 0.06, 0.04, 0.001])
@pytest.mark.parametrize("count", [1, 7, 50])
def test_a_filter_gives_what_a_search_of_everything_gives_within_it(part: float, count: int) -> None:
    whole = Postings.build(entries(1, 3000))
    allowed = np.random.default_rng(3).random(2999) < part
    for question in ("辣椒产业园", "森源电气有限公司", "AHK 95%"):
        everything = [hit for hit in whole.search(question, 3000) if allowed[hit[0] - 1]]
        assert whole.search(question, count, allowed=allowed) == everything[:count]


def test_count_limits(postings: Postings) -> None:
    assert len(postings.search("有限公司 辣椒", 2)) == 2


@pytest.mark.parametrize(
    "text",
    [
        "",
        "？！",
        "(" * 10_000,
        '"',
        "a AND",
        "[x TO y]",
        "body:电气",
        "NOT " * 5_000,
        "\ud800".encode("utf-8", "replace").decode(),
    ],
)
def test_hostile_text_is_only_text(postings: Postings, text: str) -> None:
    assert isinstance(postings.search(text, 5), list)


def test_an_empty_index_finds_nothing() -> None:
    assert Postings.build([]).search("电气", 5) == []


def test_knows_what_is_absent(postings: Postings) -> None:
    assert postings.holds("裕同印刷")
    assert not postings.holds("李海峰")
    assert not postings.holds("")


@pytest.mark.parametrize(("term", "decided"), [("李海峰", True), ("AI芯片", True), ("县", False), ("AI", False)])
def test_what_it_holds_decides_for_chinese_words_only(postings: Postings, term: str, decided: bool) -> None:
    assert postings.decides(term) is decided


def test_terms_fold_width_and_case() -> None:
    assert index_terms("ＡＨＫ　９５％") == index_terms("ahk 95%") == ["ahk", "95"]


def test_rarer_words_weigh_more(postings: Postings) -> None:
    """BM25's idf, ln(1 + (N - n + 0.5) / (n + 0.5)), orders one match of a rare word over one of a common word."""
    scores = dict(postings.search("森源 有限公司", 5))
    assert scores[1] > scores[2]


def entries(first: int, last: int) -> list[IndexEntry]:
    return [entry(n, f"第{n % 7}版", TEXTS[n % 5] * (n % 3 + 1)) for n in range(first, last)]


def test_a_grown_index_scores_as_one_built_at_once(tmp_path: Path) -> None:
    whole = Postings.build(entries(1, 400))
    Postings.build(entries(1, 100), tmp_path / "0")
    before = {file.name: file.read_bytes() for file in (tmp_path / "0").iterdir()}
    for step in range(1, 4):
        grown = Postings.grow(tmp_path / str(step - 1), entries(100 * step, 100 * step + 100), tmp_path / str(step))
    assert len(grown) == len(whole) == 399
    assert Postings.columns_in(tmp_path / "3").ids.tolist() == list(range(1, 400))
    march = Filters("2024-03-05", "2024-03-07", "晨报")
    assert np.array_equal(grown.columns.mask(march), whole.columns.mask(march))
    for question in ("辣椒产业园", "森源电气有限公司", "AHK 95%", "第3版 印刷"):
        for count in (1, 5, 50, 399):
            assert grown.search(question, count) == whole.search(question, count)
    assert {file.name: file.read_bytes() for file in (tmp_path / "0").iterdir()} == before
    assert any(file.stat().st_nlink > 1 for file in (tmp_path / "0").iterdir())


@pytest.mark.parametrize("count", range(1, 40))
def test_ties_stand_by_id_also_across_the_border(count: int) -> None:
    alike = Postings.build(entry(n, "", "辣椒产业园") for n in reversed(range(1, 61)))
    assert [number for number, _ in alike.search("辣椒", count)] == list(range(1, count + 1))
