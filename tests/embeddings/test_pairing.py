"""A question and a passage in one row: what stands where, and the way back to the characters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from embeddings.pairing import QUESTION_TOKENS, Pairing
from tests.conftest import ROOT

TOKENIZER = ROOT / "models" / "encoder" / "tokenizer.json"
PASSAGE = "本报讯 11月8日，市政协主席刘保新主持会议，AHK中德部署了41条生产线，联网率在90％以上。"


@pytest.fixture(scope="module")
def pairing() -> Pairing:
    return Pairing(Tokenizer.from_file(str(TOKENIZER)), 512)


def test_a_row_is_question_and_passage(pairing: Pairing) -> None:
    tokenizer = Tokenizer.from_file(str(TOKENIZER))
    begin, end = tokenizer.token_to_id("<s>"), tokenizer.token_to_id("</s>")
    row = pairing.row("谁主持会议？", PASSAGE)
    ids = row.ids.tolist()
    assert (ids[0], ids[-1], ids[row.first - 1]) == (begin, end, end)
    assert ids.count(end) == 3
    assert len(ids) == row.first + len(row.spans) + 1
    assert tokenizer.decode(ids[row.first : -1]) == tokenizer.decode(tokenizer.encode(PASSAGE).ids)


@given(st.integers(0, len(PASSAGE) - 1), st.integers(1, 12))
def test_every_stretch_lies_in_its_tokens(start: int, length: int) -> None:
    pairing = Pairing(Tokenizer.from_file(str(TOKENIZER)), 512)
    end = min(len(PASSAGE), start + length)
    row = pairing.row("谁？", PASSAGE)
    found = row.token_span(start, end)
    if not PASSAGE[start:end].strip():
        return
    assert found is not None
    low, high = row.spans[found[0] - row.first, 0], row.spans[found[1] - row.first, 1]
    assert low <= start + (PASSAGE[start] == " ")
    assert high >= end - (PASSAGE[end - 1] == " ")


def test_what_is_too_long_is_cut_at_its_end(pairing: Pairing) -> None:
    row = pairing.row("长" * 5000, "段落。" * 5000)
    assert len(row.ids) == 512
    assert row.first == 3 + QUESTION_TOKENS
    assert row.spans[0, 0] == 0
    assert row.token_span(14_000, 14_003) is None


def test_tokens_know_their_line(pairing: Pairing) -> None:
    passage = "会议召开\n\n11月8日，会议召开。\n有人出席。"
    row = pairing.row("谁？", passage)
    for (start, end), line in zip(row.spans.tolist(), row.lines.tolist(), strict=True):
        if passage[start:end].strip():
            assert line == passage.count("\n", 0, end)


def test_an_empty_passage_has_no_tokens(pairing: Pairing) -> None:
    assert len(pairing.row("谁？", "").spans) == 0
