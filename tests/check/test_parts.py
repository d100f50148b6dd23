"""The parts of the checker, each against something simpler that is known to be right."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from qa.check.alignment import align
from qa.check.claims import find_claims
from qa.check.folding import fold_text
from qa.check.quotations import quotations
from qa.check.speakers import attribution_of_quote, same_speaker

TEXT = st.text("甲乙丙丁戊己庚辛", min_size=1, max_size=12)


@given(TEXT, st.text("甲乙丙丁戊己庚辛", max_size=30))
def test_a_place_is_as_near_as_it_says(quote: str, text: str) -> None:
    match = align(fold_text(quote), fold_text(text))
    if match:
        assert Levenshtein.distance(quote, text[match.start : match.end]) == match.distance
        assert "".join(quote[slice(*change.quote)] for change in match.changes) == quote
    if quote in text:
        assert match
        assert match.exact


@given(TEXT.filter(lambda text: len(text) > 5), st.integers(0, 4), st.text("壬癸子丑", max_size=20))
def test_the_nearest_place_is_found(quote: str, at: int, around: str) -> None:
    changed = quote[:at] + "卯" + quote[at + 1 :]
    match = align(fold_text(quote), fold_text(around + changed + around))
    pairs = {quote[i : i + 2] for i in range(len(quote) - 1)} & {changed[i : i + 2] for i in range(len(quote) - 1)}
    if pairs:
        assert match
        assert match.distance == 1


@given(st.text(max_size=80))
def test_folding_keeps_every_place(text: str) -> None:
    folded = fold_text(text)
    assert len(folded.text) == len(folded.starts) == len(folded.ends)
    assert all(0 <= start < end <= len(text) for start, end in zip(folded.starts, folded.ends, strict=True))
    assert list(folded.starts) == sorted(folded.starts)
    assert set(folded.values) == {at for at, char in enumerate(folded.text) if char == "#"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("百分之九十五", "95%"),
        ("１．２ 萬 元", "12000元"),
        ("二〇二三年", "2023年"),
        ("3—5天", "3-5天"),
        ("7%—8%", "7%-8%"),
        ("第十  五个", "第十五个"),
        ("10,000名", "一万名"),
        ("三点五亿元", "350000000元"),
        ("千分之三", "3‰"),
        ("九成以上", "90%以上"),
        ("ＡＩ＋製造", "ai制造"),
        ("“國家隊”。", "国家队"),
    ],
)
def test_what_folds_to_the_same(one: str, other: str) -> None:
    a, b = fold_text(one), fold_text(other)
    assert (a.text, list(a.values.values())) == (b.text, list(b.values.values()))


@pytest.mark.parametrize(
    ("one", "other"),
    [("95%", "95"), ("1.5万", "15万"), ("-5℃", "5℃"), ("8:30", "830"), ("国家队", "国家对"), ("2022年", "2023年")],
)
def test_what_does_not(one: str, other: str) -> None:
    a, b = fold_text(one), fold_text(other)
    assert (a.text, list(a.values.values())) != (b.text, list(b.values.values()))


@given(st.text('“”‘’「」"\n文字', max_size=40))
def test_quotations_lie_side_by_side(text: str) -> None:
    found = quotations(text)
    for one, other in pairwise(found):
        assert one.end <= other.start
    assert all(0 <= quotation.start < quotation.end <= len(text) for quotation in found)


def test_a_speech_of_several_paragraphs_is_one_quotation() -> None:
    text = "他说：“第一段。\n“第二段。\n“第三段。”完。"
    assert [text[q.start : q.end] for q in quotations(text)] == ["第一段。\n“第二段。\n“第三段。"]


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("刘涛强调：“稳字当头。”", "刘涛"),
        ("“稳字当头。”市长刘涛说。", "市长刘涛"),
        ("“稳字当头”，刘涛说，“行稳致远。”", "刘涛"),
        ("“稳字当头”。刘涛说：“行稳致远。”", None),
        ("会议强调：“稳字当头。”", None),
        ("他说：“稳字当头。”", None),
        ("这叫“稳字当头。”", None),
        ("刘涛讲话时“稳字当头。”", None),
        ("据刘涛介绍，“稳字当头。”", "刘涛"),
        ("刘涛随后还强调：“稳字当头。”", "刘涛"),
        ("他还强调：“稳字当头。”", None),
    ],
)
def test_to_whom_a_quotation_is_given(text: str, speaker: str | None) -> None:
    quotation, *_ = quotations(text)
    found = attribution_of_quote(text, quotation.start, quotation.end)
    assert (found.speaker if found else None) == speaker


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("刘涛", "市长刘涛", True),
        ("刘涛", "史根治", False),
        ("市统计局", "国家统计局", False),
        ("国防部发言人", "国防部新闻发言人", True),
        ("王女士", "王丽", True),
        ("王丽", "王女士", None),
        ("市委书记", "史根治", None),
    ],
)
def test_whether_two_speakers_are_one(one: str, other: str, same: bool | None) -> None:
    assert same_speaker(one, other) is same


@pytest.mark.parametrize(
    ("draft", "speaker"),
    [
        ("新湖期货分析师秦加伟认为，英镑走弱，美元走强。", "新湖期货分析师秦加伟"),
        ("王宏分析，英镑走弱，美元走强。", "王宏"),
    ],
)
def test_to_whom_a_statement_is_given(draft: str, speaker: str) -> None:
    assert [claim.speaker and claim.speaker.speaker for claim in find_claims(draft)] == [speaker]


def test_figures_in_quotations_are_the_quotations() -> None:
    draft = "“建成41条生产线”，共投资3.5亿元，覆盖62个县直单位。"
    claims = [(claim.kind, draft[claim.start : claim.end]) for claim in find_claims(draft)]
    assert claims == [("quote", "建成41条生产线"), ("figure", "3.5亿元"), ("figure", "62个县直单位")]
