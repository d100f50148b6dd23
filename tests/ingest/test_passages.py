"""Sentences and passages: nothing lost, nothing cut that hangs together."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from qa.ingest.passages import cut_passages, cut_sentences

TEXT = st.text(alphabet="甲乙丙12,.，。；！？“”（）《》\n ", max_size=600)


@given(TEXT, st.integers(20, 80))
def test_sentences_keep_every_character_and_their_order(text: str, longest: int) -> None:
    spans = cut_sentences(text, longest=longest)
    assert all(0 < end - start <= longest for start, end in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    assert "".join("".join(text[a:b].split()) for a, b in spans) == "".join(text.split())


@given(TEXT, st.integers(20, 80))
def test_passages_stand_on_sentence_bounds_and_overlap_by_one_at_most(text: str, chars: int) -> None:
    sentences = cut_sentences(text, longest=chars)
    passages = cut_passages(text, chars=chars, longest=chars)
    starts, ends = {start for start, _ in sentences}, {end for _, end in sentences}
    assert all(start in starts and end in ends for start, end in passages)
    covered = {at for start, end in passages for at in range(start, end)}
    assert {at for start, end in sentences for at in range(start, end)} <= covered
    for before, after in pairwise(passages):
        assert sum(start >= after[0] and end <= before[1] for start, end in sentences) <= 1


def test_a_quotation_of_several_sentences_is_one() -> None:
    text = "他说：“抓紧施工。注意安全。按时完工！”随后，大家散会。"
    assert [text[a:b] for a, b in cut_sentences(text)] == ["他说：“抓紧施工。注意安全。按时完工！”", "随后，大家散会。"]


def test_an_endless_sentence_is_cut_outside_quotations_and_numbers() -> None:
    quoted = "他说“要抓紧，要用好资金，" + "要注意安全，" * 4 + "”，"
    text = "会议要求，" * 8 + quoted + "完成投资1,234,567万元，" + "继续努力，" * 8
    parts = [text[a:b] for a, b in cut_sentences(text, longest=60)]
    assert parts[0] == "会议要求，" * 8
    assert not any(part.endswith(("1,", "1,234,")) for part in parts)
    digits = "工程编号" + "7" * 30 + "号" * 80
    assert any("7" * 30 in digits[a:b] for a, b in cut_sentences(digits, longest=60))
