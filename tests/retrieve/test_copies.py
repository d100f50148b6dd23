"""Prints of one article: which candidates stand for the others, and which prints there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from qa.ingest.sketch import NEAR, distances, sketch
from qa.records import Article, Candidate, Passage
from qa.retrieve.copies import Sketches, alike, copies_of, distinct

BODY = (
    "新华社郑州3月5日电（记者 李四）昨日，跨越清潩河的许州大桥正式建成通车，通车仪式在桥北广场举行。"
    "大桥全长1280米，双向六车道，总投资3.6亿元，历时两年零四个月。\n"
    "市民李女士说，以前过河要绕行半小时，现在只要五分钟，上班方便多了。"
    "市交通运输局副局长王建国介绍，今年还将新修城市道路12条，改造农村公路210公里，让更多群众出行更方便。\n"
    "施工单位负责人表示，桥梁采用预制拼装技术，工期缩短四分之一。"
)
LAST = "施工单位负责人表示，桥梁采用预制拼装技术，工期缩短四分之一。"
OTHER = (
    "本报讯 市图书馆新馆昨日对读者开放，首日接待读者8600人次，馆内藏书150万册，设有少儿阅览区和盲文阅览室，"
    "馆长陈红说，新馆每周开放六天，读者凭身份证即可借书，每次最多借10本，还可以在线预约座位。"
)


def article(number: str, body: str, date: str | None) -> Article:
    head = f"标题{number}\n\n"
    return Article(number, head + body, len(head), f"标题{number}", paper=f"{number}报", date=date, page="2")


def library(articles: Iterable[Article]) -> tuple[dict[str, Article], Sketches, dict[int, Article]]:
    """Hold articles, the passages of the n-th from 100·n on."""
    held = {each.id: each for each in articles}
    firsts = {100 * n: each for n, each in enumerate(held.values(), start=1)}
    rows = b"".join(sketch(each.text[each.body_start :]) for each in firsts.values())
    sketches = Sketches(np.array(list(firsts), np.int64), np.frombuffer(rows, "<u8").reshape(-1, 2))
    return held, sketches, firsts


def candidate(number: int, of: Article, score: float, stretch: str | None = None) -> Candidate:
    start = of.text.index(stretch) if stretch else 0
    end = start + len(stretch) if stretch else len(of.text)
    return Candidate(Passage(number, of.id, start, end), score, None)


def shown(ranked: Sequence[Candidate], held: Mapping[str, Article], sketches: Sketches) -> list[int]:
    return [each.passage.id for each in distinct(ranked, sketches, held.__getitem__)]


EARLY = article("a", BODY.replace("新华社郑州3月5日电（记者 李四）", "本报讯 "), "2024-03-05")
LATE = article("b", BODY.replace("，", ","), "2024-03-06")
CUT = article("c", BODY[: BODY.index(LAST)].rstrip(), "2024-03-04")
APART = article("d", OTHER, "2024-03-01")
NEWS = article("e", BODY.replace("1280", "1380"), "2024-03-01")


def test_of_prints_that_say_the_same_the_earliest_stands_for_all() -> None:
    held, sketches, _ = library((LATE, EARLY, APART))
    ranked = [candidate(100, LATE, 0.9), candidate(200, EARLY, 0.88), candidate(300, APART, 0.5)]
    assert shown(ranked, held, sketches) == [200, 300]


def test_an_earlier_print_found_for_something_else_does_not_stand_for_the_best() -> None:
    held, sketches, _ = library((LATE, EARLY))
    first, second, _ = EARLY.text[EARLY.body_start :].split("\n")
    ranked = [candidate(101, LATE, 0.9, second.replace("，", ",")), candidate(200, EARLY, 0.4, first)]
    assert shown(ranked, held, sketches) == [101, 200]


def test_a_print_cut_at_its_end_does_not_hide_what_it_lacks() -> None:
    held, sketches, _ = library((LATE, CUT))
    lead = LATE.text[LATE.body_start :].split("\n")[0]
    last = LAST.replace("，", ",")
    ranked = [candidate(100, LATE, 0.9, lead), candidate(200, CUT, 0.9), candidate(101, LATE, 0.8, last)]
    assert shown(ranked, held, sketches) == [200, 101]


def test_another_passage_of_a_later_print_stays() -> None:
    held, sketches, _ = library((LATE, EARLY))
    first, second, _ = EARLY.text[EARLY.body_start :].split("\n")
    ranked = [candidate(200, EARLY, 0.9, first), candidate(101, LATE, 0.9, second.replace("，", ","))]
    assert shown(ranked, held, sketches) == [200, 101]


def test_a_story_with_another_number_stays() -> None:
    held, sketches, _ = library((EARLY, NEWS))
    assert not alike(EARLY, NEWS)
    assert shown([candidate(100, EARLY, 0.9), candidate(200, NEWS, 0.9)], held, sketches) == [100, 200]


def test_articles_are_near_whose_sketches_are() -> None:
    _, sketches, firsts = library((EARLY, LATE, CUT, APART, NEWS))
    near = sketches.between([Passage(number + 1, each.id, 0, 1) for number, each in firsts.items()])
    by_pair = [distances(row.astype("<u8").tobytes(), sketches.rows) <= NEAR for row in sketches.rows]
    assert near.tolist() == np.array(by_pair).tolist()
    assert near[0, 1] and not near[0, 3]


def test_without_candidates_there_is_nothing_to_leave_out() -> None:
    held, sketches, _ = library((EARLY,))
    assert shown([], held, sketches) == []


def test_all_prints_are_found_by_date_then_id() -> None:
    undated = replace(LATE, id="z", date=None)
    held, sketches, firsts = library((undated, APART, LATE, CUT, EARLY, NEWS))
    found = copies_of(held["a"], sketches, lambda numbers: [firsts[number] for number in numbers])
    assert [copy.id for copy in found] == ["c", "b", "z"]


def test_bodies_without_letters_are_no_prints_of_each_other() -> None:
    held, sketches, firsts = library((article("x", "——", None), article("y", "——", None)))
    assert copies_of(held["x"], sketches, lambda numbers: [firsts[number] for number in numbers]) == []
