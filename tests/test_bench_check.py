"""The makers of drafts tell the truth about them, and the bench counts verdicts as a reader takes it to."""

from __future__ import annotations

import random

import pytest

from bench.check import MISSED, verdict_on
from bench.made_claims import Figure, Held, altered, other_number, plain, spoken_in
from bench.made_drafts import Item, MadeDraft, Maker
from qa.check.findings import ALTERED, CONSISTENT, OTHER_NUMBER, OTHER_SPEAKER, UNFOUND, VERDICTS, Finding

PLACES = ("东山", "西河", "南坪", "北塘", "临江", "望海", "平原", "高岭")
NAMES = ("王建国", "李志强", "张丽华", "刘德民", "陈秀英", "杨晓东", "赵文斌", "周海燕")
ARTICLES = [
    (
        f"{place}\n\n{place}镇昨日通报，今年新修乡村道路{41 + n}公里，受益农户{1200 + 7 * n}户，群众出行更加方便。"
        f"{place}镇党委书记{NAMES[n]}说，“{place}的路修到了家门口，大家的干劲一天比一天足。”"
        f"{place}镇镇长{NAMES[n - 1]}说，“下一步还要在{place}建设冷库和集配中心。”"
        f"村民{NAMES[n - 2]}表示，{place}的水果从此不愁卖不出去，家家户户都盖起了新房。"
        f"{place}镇还将整治河道，种植树木，改善人居环境，让{place}成为人人向往的地方。"
    )
    for n, place in enumerate(PLACES)
]
OTHERS = ["天文台的望远镜架设在高山之巅，那里常年无云。望远镜的镜片由工匠打磨了三个冬天才完成。"]
WORDS = {"plain", "clause", "spaces", "punctuation", "speaker", "statement"}


def drafts(seed: int, count: int = 1) -> list[MadeDraft]:
    return list(Maker(ARTICLES * 3, OTHERS * 9, seed=seed).drafts(count))


@pytest.fixture(autouse=True)
def many_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.made_drafts.PASSES", 500)


def test_the_same_seed_gives_the_same_drafts() -> None:
    assert drafts(3) == drafts(3) != drafts(4)


def test_labels_are_true() -> None:
    held = [plain(text) for text in ARTICLES]
    seen = set()
    for draft in drafts(5, 20):
        for item in draft.items:
            words = draft.text[item.start : item.end]
            where = [text for text in held if plain(words) in text]
            seen.add(item.verdict)
            if item.verdict == CONSISTENT and item.way in WORDS:
                assert where, words
            elif item.verdict in (ALTERED, UNFOUND) or item.way == "number in quote":
                assert not where, words
            elif item.verdict == OTHER_SPEAKER:
                assert where, words
    assert seen == set(VERDICTS)


def test_items_stand_side_by_side() -> None:
    for draft in drafts(6, 5):
        ends = [0, *(item.end for item in draft.items)]
        assert all(end < item.start < item.end for end, item in zip(ends, draft.items, strict=False))


def test_a_changed_number_is_another_number_and_nothing_else_changes() -> None:
    figure = Figure("全市建成41条生产线。", 4, 6)
    for seed in range(30):
        changed = other_number(figure, random.Random(seed)).sentence
        assert changed != figure.sentence
        assert (changed[:4], changed[6:]) == (figure.sentence[:4], figure.sentence[6:])
        assert changed[4:6].isdigit()
        assert changed[4] != "0"


def test_changed_words_keep_their_numbers() -> None:
    words = "9月16日全市建成41条生产线，五十家企业入驻。"
    for seed in range(50):
        changed = altered(words, random.Random(seed))
        assert all(kept in changed for kept in ("9月16日", "41", "五十"))


def test_who_says_what_is_read_off_the_page() -> None:
    assert [(said.name, said.verb) for said in spoken_in(0, ARTICLES[0])] == [("王建国", "说")]
    assert "乡村道路41公里" in Held(ARTICLES)
    assert "乡村道路40公里" not in Held(ARTICLES)


def test_the_verdict_is_that_of_what_covers_the_claim() -> None:
    def found(start: int, end: int, verdict: str) -> Finding:
        return Finding("quote", "", "", start, end, verdict)

    item = Item(10, 20, ALTERED, "changed")
    assert verdict_on(item, []) == MISSED
    assert verdict_on(item, [found(0, 14, CONSISTENT)]) == MISSED
    assert verdict_on(item, [found(0, 40, CONSISTENT), found(10, 20, OTHER_NUMBER)]) == OTHER_NUMBER
    assert verdict_on(item, [found(10, 19, ALTERED), found(20, 30, UNFOUND)]) == ALTERED
