"""How well a text has the words of a question."""

from __future__ import annotations

import pytest

from qa.index.fold import fold
from qa.retrieve.match import Wanted, match, wanted, weighed

WORDS = weighed({"大桥": 3.0, "~大桥": 1.0, "41": 4.0})


def of(text: str, words: Wanted = WORDS, usual: int = 10) -> tuple[float, float]:
    found = match(words, fold(text), usual_chars=usual)
    return found.bm25, found.coverage


def test_rare_terms_weigh_more_and_bigrams_less_than_words() -> None:
    held = {"大桥": 100, "~大桥": 100, "通车": 5, "~通车": 5}
    words = wanted("大桥通车", lambda term: held.get(term, 0), 1000).weights
    assert words["通车"] > words["大桥"] > words["~大桥"] > 0
    assert words["~桥通"] > words["~通车"]  # in no passage at all


def test_coverage_is_the_share_of_the_weight_that_occurs() -> None:
    assert of("大桥")[1] == pytest.approx(0.5)
    assert of("大桥长41米")[1] == 1
    assert of("小河")[1] == of("")[1] == 0


def test_a_number_counts_only_whole() -> None:
    assert of("长141米")[1] == of("长41.5米")[1] == 0
    assert of("长４１米")[1] == pytest.approx(0.5)


def test_a_number_counts_however_it_is_written() -> None:
    assert of("四十一米")[1] == of("41米")[1] == pytest.approx(0.5)


def test_bm25_saturates_and_frowns_on_length() -> None:
    once, twice, long = of("大桥")[0], of("大桥大桥")[0], of("大桥" + "。" * 50)[0]
    assert once < twice < 2 * once
    assert long < once


def test_nothing_wanted_is_nothing_matched() -> None:
    assert of("大桥", wanted("？！", lambda _: 1, 10)) == (0.0, 0.0)
