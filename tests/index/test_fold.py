"""Folding for comparing, and the values of numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.index.fold import fold
from qa.index.numerals import RUN, WRITTEN, values_in
from qa.index.words import index_terms


@given(st.text())
def test_folding_keeps_the_length_and_is_done_once(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)


def test_lone_surrogates_and_nul_pass() -> None:
    assert fold("a\ud800\x00Ｂ") == "a\ud800\x00b"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("臺灣地區經濟發展", "台湾地区经济发展"),
        ("ＡＨＫ", "ahk"),
        ("四十一条生产线", "41条生产线"),
        ("投资1.2万元", "投资12000元"),
        ("投资１，２００元", "投资1200元"),
        ("三点五亿元", "3.5亿元"),
        ("百分之九十五", "95%"),
        ("二〇二三年", "2023年"),
    ],
)
def test_two_writings_share_what_they_are_found_by(one: str, other: str) -> None:
    ours, theirs = set(index_terms(one)), set(index_terms(other))
    numbers = {term for term in ours & theirs if term.isascii()}
    assert numbers or ours == theirs


@given(st.text("零一二两三四五六七八九十百千万亿点0123456789,. 米"))
def test_any_row_of_numerals_has_values_or_none(text: str) -> None:
    assert all(value.replace(".", "").isdigit() for value in values_in(fold(text)))


@given(st.text("零一二三十百千万亿点0123456789,. 米"))
def test_every_number_stands_in_one_run(text: str) -> None:
    in_runs = [found.span() for run in RUN.finditer(text) for found in WRITTEN.finditer(text, *run.span())]
    assert in_runs == [found.span() for found in WRITTEN.finditer(text)]
    assert not any(WRITTEN.search(digits) for digits in RUN.findall(text) if digits.isdecimal())
