"""Candidate passages: found by two searches, seen in their articles, fused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from qa.records import Candidate, Passage
from qa.retrieve.fuse import Signals, fuse
from qa.retrieve.search import Held, gather, rank, retrieve
from qa.settings import SETTINGS

TEXTS = {"a": "大桥昨日通车。大桥全长1280米。", "b": "昨日有雨。小雨。", "c": "大桥。"}
PASSAGES = {1: Passage(1, "a", 0, 7), 2: Passage(2, "a", 7, 17), 3: Passage(3, "b", 0, 8), 4: Passage(4, "c", 0, 3)}
VECTORS = {
    1: np.array([1, 0], np.float32),
    2: np.array([0.6, 0.8], np.float32),
    3: np.array([0, 1], np.float32),
}
"""Passage 4 has no vector yet."""
ASKED = np.array([1, 0], np.float32)


def held(texts: Mapping[str, str] = TEXTS, passages: Mapping[int, Passage] = PASSAGES) -> Held:
    return Held(
        passages_of=lambda ids: {number: passages[number] for number in ids if number in passages},
        vectors_of=lambda ids: {number: VECTORS[number] for number in ids if number in VECTORS},
        texts_of=lambda ids: {number: texts[number] for number in ids if number in texts},
        frequency=lambda term: sum(term.removeprefix("~") in text for text in texts.values()),
        passages=len(passages),
    )


def hits(*found: tuple[int, float]) -> object:
    return lambda count: list(found)[:count]


def search(question: str = "大桥多长？", of: Held | None = None) -> list[Candidate]:
    return retrieve(question, ASKED, dense=hits((1, 1.0), (3, 0.0)), bm25=hits((2, 5.0), (4, 4.0)), held=of or held())  # type: ignore[arg-type]


def test_what_only_one_search_found_is_known_as_well_as_the_rest() -> None:
    seen = {
        each.passage.id: each
        for each in gather(
            "大桥多长？", ASKED, dense=hits((1, 1.0), (3, 0.0)), bm25=hits((2, 5.0), (4, 4.0)), held=held()
        )  # type: ignore[arg-type]
    }
    assert {number: each.signals.cosine for number, each in seen.items()} == pytest.approx({1: 1, 2: 0.6, 3: 0, 4: 0})
    assert (seen[1].dense, seen[1].bm25) == (1.0, 0.0)
    assert (seen[2].dense, seen[2].bm25) == (0.0, 5.0)
    assert (seen[4].cosine, seen[4].signals.cosine) == (None, 0.0)
    assert seen[1].bm25 == 0 < seen[1].signals.passage_bm25
    assert seen[1].signals.article_bm25 == seen[2].signals.article_bm25 > 0
    assert seen[3].signals.article_coverage == 0


def test_candidates_come_best_first_with_what_found_them() -> None:
    found = search()
    assert found[0].passage.article_id == "a"
    assert [each.score for each in found] == sorted((each.score for each in found), reverse=True)
    by_number = {each.passage.id: each for each in found}
    assert [by_number[number].nearness for number in (1, 2, 3, 4)] == [1.0, pytest.approx(0.6), 0.0, None]


def test_ties_go_by_id_and_what_is_gone_is_left_out() -> None:
    same = {number: Passage(number, "c", 0, 3) for number in (7, 5, 9)}
    sightings = gather(
        "雨", ASKED, dense=hits(), bm25=hits((9, 1.0), (7, 1.0), (5, 1.0), (8, 1.0)), held=held(passages=same)
    )  # type: ignore[arg-type]
    assert [each.passage.id for _, each in rank(sightings)] == [5, 7, 9]
    assert search(of=held(texts={"b": TEXTS["b"]}))[0].passage.id == 3


def test_no_article_crowds_out_the_others() -> None:
    many = {number: Passage(number, "a", 0, 7) for number in range(1, 21)} | {30: Passage(30, "b", 0, 8)}
    found = retrieve(
        "大桥通车",
        ASKED,
        dense=hits(),  # type: ignore[arg-type]
        bm25=hits(*((number, 9.0) for number in many)),  # type: ignore[arg-type]
        held=held(passages=many),
    )
    assert len(found) == SETTINGS.read_passages
    assert [each.passage.article_id for each in found[: SETTINGS.passages_per_article + 1]] == [
        *["a"] * SETTINGS.passages_per_article,
        "b",
    ]


def test_fusing_is_a_weighted_sum() -> None:
    ones = Signals(1.0, 1.0, 1.0, 1.0, 1.0)
    assert fuse(ones, Signals(1.0, 2.0, 4.0, 8.0, 16.0)) == 31
    better: Sequence[Signals] = [Signals(*(float(at == place) for at in range(5))) for place in range(5)]
    assert all(fuse(each) >= 0 for each in better), "more of anything never counts against a passage"
