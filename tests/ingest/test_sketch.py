"""The sketch by which copies are found, against a plain SimHash; and what decides that two texts are one."""

from __future__ import annotations

import random
import time
import unicodedata
from collections import Counter

import numpy as np
import pytest

from qa.ingest.sketch import BITS, COPY, GRAM, NEAR, THOUSANDS, WIDE, distances, holds, letters, likeness, sketch

STORY = (
    "本报讯（记者 张三）昨日，跨越清潩河的许州大桥正式建成通车，通车仪式在桥北广场举行。"
    "大桥全长1280米，双向六车道，总投资3.6亿元，历时两年零四个月。市民李女士说，以前过河要绕行半小时，现在只要五分钟。"
    "市交通运输局副局长王建国介绍，今年还将新修城市道路12条，改造农村公路210公里，让更多群众出行更方便。"
)


def bits_by_hand(text: str) -> list[int]:
    """A SimHash of `text` in plain Python integers."""
    only, mask = letters(text), (1 << 64) - 1
    grams = {only[at : at + GRAM] for at in range(len(only) - GRAM + 1)}
    votes: Counter[int] = Counter()
    for gram in grams:
        number = sum(ord(char) << (21 * at) for at, char in enumerate(gram))
        for half, seed in enumerate((0x9E3779B97F4A7C15, 0xD1B54A32D192ED03)):
            mixed = (number + seed) & mask
            mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & mask
            mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & mask
            mixed ^= mixed >> 31
            votes.update(64 * half + bit for bit in range(64) if mixed >> bit & 1)
    return [int(2 * votes[bit] > len(grams)) for bit in range(BITS)]


def distance(one: str, other: str) -> int:
    return int(distances(sketch(one), np.frombuffer(sketch(other), "<u8").reshape(1, 2))[0])


def test_a_sketch_is_the_simhash_of_the_trigrams() -> None:
    made = int.from_bytes(sketch(STORY), "little")
    assert [made >> bit & 1 for bit in range(BITS)] == bits_by_hand(STORY)


def test_marks_spaces_widths_and_lead_ins_change_nothing() -> None:
    printed = (
        STORY.replace("本报讯（记者 张三）", "新华社郑州11月9日电（记者 李四）")
        .replace("，", ", ")
        .replace("1280", "１２８０")
    )
    assert sketch(printed) == sketch(STORY)
    assert likeness(printed, STORY) == 1.0


def test_wrong_characters_and_a_cut_end_stay_near() -> None:
    chance = random.Random(7)
    wrong = "".join("囗" if char.isalpha() and chance.random() < 0.01 else char for char in STORY)
    cut = STORY[: STORY.index("市交通运输局")]
    for other in (wrong, cut):
        assert distance(STORY, other) <= NEAR
        assert likeness(STORY, other) >= COPY


@pytest.mark.parametrize(
    ("printed", "other"), [("1280米", "1380米"), ("12条", "13条"), ("两年零四", "两年零五"), ("五分钟", "六分钟")]
)
def test_another_number_is_another_story(printed: str, other: str) -> None:
    changed = STORY.replace(printed, other)
    assert changed != STORY
    assert likeness(STORY, changed) == 0.0


def test_a_print_without_the_last_numbers_is_a_copy_and_one_with_more_of_the_same_too() -> None:
    longer = STORY + "记者了解到，大桥两侧还设有人行步道。"
    assert likeness(STORY, longer) == likeness(longer, STORY) == 1.0


def test_another_person_in_the_same_words_is_another_story() -> None:
    notice = (
        "据省纪委监委消息：省文化旅游厅原副厅长{name}涉嫌严重违纪违法，目前正接受省纪委监委纪律审查和监察调查。"
        "{name}同志长期在文化系统工作，曾任省图书馆馆长、省博物院党委书记、省文物局局长。通报要求各级党员干部引以为戒。"
        "经查，{name}丧失理想信念，背弃初心使命，对抗组织审查，违规收受礼品礼金，并利用职务便利为他人谋取利益。"
    )
    assert likeness(notice.format(name="王建国"), notice.format(name="李红梅")) == 0.0


def test_a_sentence_is_held_with_its_numbers() -> None:
    sentence = "大桥全长1280米，双向六车道，总投资3.6亿元，历时两年零四个月。"
    assert holds(STORY.replace("双向", "双问"), sentence)
    assert not holds(STORY.replace("1280", "1290"), sentence)
    assert not holds(STORY.replace(sentence, ""), sentence.replace("1280", "12"))


def test_a_digest_is_no_copy() -> None:
    assert likeness(STORY, STORY[: len(STORY) // 2]) == 0.0


def test_short_texts_are_alike_only_when_equal() -> None:
    notice = "因检修线路，今晚八一路停电，请用户周知。"
    assert likeness(notice, "因检修线路，今晚八一路停电 请用户周知") == 1.0
    assert likeness(notice, notice.replace("八一路", "建设路")) == 0.0


def test_a_text_without_letters_is_like_no_other() -> None:
    assert sketch("——！") == bytes(16)
    assert likeness("——！", "") == 0.0


def test_an_endless_text_is_sketched_in_blocks() -> None:
    chance = random.Random(3)
    text = "".join(chr(chance.randrange(0x4E00, 0x9FA5)) for _ in range(70_000))
    made = int.from_bytes(sketch(text), "little")
    assert [made >> bit & 1 for bit in range(BITS)] == bits_by_hand(text)


def test_distances_counts_the_bits_of_every_row() -> None:
    chance = np.random.default_rng(5)
    rows = chance.integers(0, 1 << 63, size=(50, 2), dtype=np.uint64)
    of = rows[0].astype("<u8").tobytes()
    by_hand = [sum(int(a ^ b).bit_count() for a, b in zip(rows[0], row, strict=True)) for row in rows]
    assert distances(of, rows).tolist() == by_hand
    assert distances(of, rows[:0]).tolist() == []


def test_wide_marks_are_replaced_by_their_normal_form() -> None:
    assert {wide: unicodedata.normalize("NFKC", wide) for wide in WIDE} == WIDE


def test_only_commas_that_part_thousands_are_left_out() -> None:
    assert THOUSANDS.sub("", "1,200,300、7,12、,123、5,1234、8,500元") == "1200300、7,12、,123、5,1234、8500元"


def test_likeness_is_the_share_of_trigrams_held() -> None:
    longer = STORY.replace("建成通车", "贯通")
    less, more = sorted(
        ({letters(t)[at : at + GRAM] for at in range(len(letters(t)) - GRAM + 1)} for t in (STORY, longer)), key=len
    )
    assert likeness(STORY, longer) == pytest.approx(len(less & more) / len(less))


def test_a_sketch_is_made_in_no_time() -> None:
    text = STORY * 5
    sketch(text)
    times = []
    for _ in range(20):
        start = time.perf_counter()
        sketch(text)
        times.append(time.perf_counter() - start)
    assert min(times) < 0.002
