"""Figures held against ones worked by hand."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answer.passages import Reading
from qa.errors import BadInput
from qa.evaluate import (
    GoldQuestion,
    exact_match,
    f1_score,
    measure_asking,
    measure_reading,
    read_questions,
)
from qa.evaluate.calibration import Judged, calibrate, is_right, risk_coverage
from qa.evaluate.scores import best_f1, contains, matches
from qa.records import Answer, Article, Citation, Reprint, Searched, Span
from tests.conftest import ROOT, cases

SCORES = cases("scores.json")

# --- exact match and F1: every case agrees with the published script, run with nltk 3.10 ---


@pytest.mark.parametrize("case", SCORES, ids=[case["label"] for case in SCORES])
def test_scores_are_those_of_the_published_script(case: dict[str, Any]) -> None:
    assert matches(case["prediction"], case["golds"]) is case["exact"]
    assert best_f1(case["prediction"], case["golds"]) == pytest.approx(float(Fraction(case["f1"])))


@given(st.text("经济增长“”。—(95.3%,) ab"), st.text("经济增长“”。—(95.3%,) ab"))
def test_f1_is_the_same_both_ways_and_1_of_the_same(one: str, other: str) -> None:
    assert f1_score(one, other) == pytest.approx(f1_score(other, one))
    assert 0 <= f1_score(one, other) <= 1
    assert f1_score(one, one) in (0.0, 1.0)
    if exact_match(one, other) and f1_score(one, one):
        assert f1_score(one, other) == 1


def test_contains_needs_words() -> None:
    assert contains("许昌市副市长 刘涛 出席", ["刘涛出席"])
    assert contains("共“13,731亿斤”", ["约1.3万亿斤", "13,731亿斤"])
    assert not contains("许昌市副市长刘涛出席", ["", "。", "李朝锋"])


# --- the forms of questions ---

TEXT = "县里修好了水渠，灌溉麦田千亩。"
ASKED = [("a", "灌溉多少亩？", ("千亩", "麦田千亩")), ("b", "谁修的？", ())]
SQUAD = {
    "data": [
        {
            "title": "水渠",
            "paragraphs": [
                {
                    "id": "p",
                    "context": TEXT,
                    "qas": [
                        {
                            "id": "a",
                            "question": "灌溉多少亩？",
                            "answers": [{"text": text, "answer_start": 0} for text in ("千亩", "麦田千亩", "千亩")],
                        },
                        {
                            "id": "b",
                            "question": "谁修的？",
                            "is_impossible": True,
                            "answers": [{"text": "县里"}],
                        },
                    ],
                }
            ],
        }
    ]
}
CMRC = [
    {
        "context_id": "p",
        "context_text": TEXT,
        "title": "水渠",
        "qas": [
            {"query_id": "a", "query_text": "灌溉多少亩？", "answers": ["千亩", "麦田千亩", "千亩"]},
            {"query_id": "b", "query_text": "谁修的？", "answers": []},
        ],
    }
]
LINES = [
    {"id": "a", "question": "灌溉多少亩？", "context": TEXT, "answers": ["千亩", {"text": "麦田千亩"}]},
    {"id": "b", "question": "谁修的？", "context": TEXT, "answer": " ", "answer_start": -1},
]
COLUMNS = [{**LINES[0], "answers": {"text": ["千亩", "麦田千亩"], "answer_start": [0, 0]}}, LINES[1]]


def in_lines(records: Sequence[Any]) -> str:
    return "\n".join(json.dumps(record, ensure_ascii=False) for record in records) + "\n"


FORMS = {
    "squad.json": json.dumps(SQUAD, ensure_ascii=False, indent=1),
    "cmrc.json": "\ufeff" + json.dumps(CMRC),
    "cmrc-data.json": json.dumps({"data": CMRC}),
    "lines.jsonl": in_lines(LINES),
    "lines.jsonl.gz": in_lines(LINES).replace("\n", "\n\n"),
    "lines.txt": in_lines(LINES).replace("\n", "\r\n"),
    "list.json": json.dumps(LINES, indent=2),
    "columns.json": json.dumps({"data": COLUMNS}),
}


def written(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    data = text.encode()
    file.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return file


@pytest.mark.parametrize("name", FORMS)
def test_all_forms_are_read_alike(tmp_path: Path, name: str) -> None:
    held = read_questions(written(tmp_path, name, FORMS[name]), contexts=True)
    assert [(asked.id, asked.question, asked.answers) for asked in held.questions] == ASKED
    assert {asked.context for asked in held.questions} == {TEXT}
    assert {asked.source for asked in held.questions} == {name.removesuffix(".gz").rpartition(".")[0]}


def test_what_a_record_may_say_besides(tmp_path: Path) -> None:
    lines = [
        {"question": "几级？", "answer": 7.2, "source": "cmrc", "article": 12},
        {"question": " ", "answer": "甲"},
        {"question": "谁？", "answer": None, "id": 3},
        {"question": "何时？", "answers": ["2008年", 39764.0], "article": ""},
    ]
    held = read_questions(written(tmp_path, "news.jsonl", in_lines(lines)))
    assert held.blank == 1
    assert held.questions == (
        GoldQuestion("1", "几级？", ("7.2",), None, "cmrc", "12"),
        GoldQuestion("3", "谁？", (), None, "news", None),
        GoldQuestion("4", "何时？", ("2008年", "39764.0"), None, "news", None),
    )


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.jsonl", '{"question": "谁？", "answer": "甲"}\n{"question": ', "第 2 行不是 JSON"),
        ("a.jsonl", "[" * 100_000, "第 1 行不是 JSON"),
        ("a.json", '{"data": [\n{"paragraphs": ]}', "第 2 行不是 JSON"),
        ("a.json", "", "没有问题"),
        ("a.json", "[]", "没有问题"),
        ("a.json", '{"data": 3}', "没有问题"),
        ("a.json", '{"data": [{"paragraphs": [{"context": "甲", "qas": []}]}]}', "没有问题"),
        ("a.json", '{"data": [{"paragraphs": 7}]}', "第 1 条无法使用：不是 JSON 对象"),
        ("a.json", '{"data": [{"paragraphs": [{"context": "甲", "qas": [7]}]}]}', "第 1 条无法使用：不是 JSON 对象"),
        ("a.jsonl", "[1]", "第 1 行无法使用：不是 JSON 对象"),
        ("a.jsonl", '{"answer": "甲"}', "question 不是文字"),
        ("a.jsonl", '{"question": "谁？"}', "没有 answer"),
        ("a.jsonl", '{"question": "谁？", "answer": true}', "answer 不是文字"),
        ("a.jsonl", '{"question": "谁？", "answers": [["甲"]]}', "answers 不是文字"),
        ("a.jsonl", '{"question": "谁？", "answer": "甲", "context": 3}', "context 不是文字"),
        ("a.jsonl", '{"question": "谁？", "answer": "甲", "article": ["x"]}', "article 不是文字"),
        (
            "a.jsonl",
            '{"question": "谁？", "answer": "甲"}\n\n{"question": "%s", "answer": ""}' % ("长" * 3000),
            "第 3 行",
        ),
    ],
)
def test_a_bad_file_is_named_with_its_place(tmp_path: Path, name: str, text: str, said: str) -> None:
    with pytest.raises(BadInput) as caught:
        read_questions(written(tmp_path, name, text))
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "gbk.json").write_bytes("[问题是谁？]".encode("gbk"))
    (tmp_path / "cut.jsonl.gz").write_bytes(gzip.compress(b"{}" * 999)[:-9])
    for name, said in [
        ("none.json", "路径不存在"),
        ("", "不是普通文件"),
        ("gbk.json", "无法读取"),
        ("cut.jsonl.gz", "无法读取"),
    ]:
        with pytest.raises(BadInput, match=said):
            read_questions(tmp_path / name)
    with pytest.raises(BadInput, match="context"):
        read_questions(written(tmp_path, "a.jsonl", '{"question": "谁？", "answer": "甲"}'), contexts=True)


# --- confidence ---


def test_half_the_words_are_right() -> None:
    assert is_right("副市长刘涛", ["刘涛"])  # 2 of 5 and 2 of 2: 4/7
    assert not is_right("许昌市副市长刘涛", ["刘涛"])  # 2 of 8 and 2 of 2: 2/5
    assert not is_right("刘涛", [])


def test_calibration_by_hand() -> None:
    judged = [Judged(0.95, True), Judged(1.0, False), Judged(0.15, False), Judged(0.1, True), Judged(0.1, False)]
    found = calibrate(judged)
    assert found is not None
    assert found.brier == pytest.approx((0.0025 + 1 + 0.0225 + 0.81 + 0.01) / 5)
    low, high = found.bins[1], found.bins[9]
    assert (low.low, low.high, low.count, high.count) == (0.1, 0.2, 3, 2)
    assert (low.confidence, low.right) == (pytest.approx(0.35 / 3), pytest.approx(1 / 3))
    assert (high.confidence, high.right) == (pytest.approx(0.975), 0.5)
    assert found.error == pytest.approx((abs(0.35 - 1) + abs(1.95 - 1)) / 5)
    assert sum(each.count for each in found.bins) == 5
    assert found.bins[5].confidence is None
    assert calibrate([]) is None


def test_risk_by_hand() -> None:
    judged = [Judged(0.9, True), Judged(0.8, False), Judged(0.5, True), Judged(0.5, True), Judged(0.5, False)]
    found = {each.coverage: each for each in risk_coverage(judged, 5)}
    assert (found[10].answered, found[20].answered, found[30].answered, found[100].answered) == (1, 1, 2, 5)
    assert [found[share].wrong for share in (20, 40, 60, 80, 100)] == pytest.approx([0, 1 / 2, 4 / 9, 5 / 12, 2 / 5])
    assert [found[share].confidence for share in (20, 40, 60)] == [0.9, 0.8, 0.5]


@given(st.lists(st.builds(Judged, st.sampled_from([0.1, 0.5, 0.9]), st.booleans()), min_size=1), st.randoms())
def test_risk_does_not_depend_on_the_order(judged: list[Judged], dice: Any) -> None:
    shuffled = list(judged)
    dice.shuffle(shuffled)
    one, other = risk_coverage(judged, len(judged)), risk_coverage(shuffled, len(judged))
    assert [each.wrong for each in one] == pytest.approx([each.wrong for each in other])
    assert one[-1].wrong == pytest.approx(sum(not each.right for each in judged) / len(judged))


def test_what_has_no_answer_is_of_no_known_risk() -> None:
    assert [each.wrong for each in risk_coverage([Judged(0.9, True)], 4)[:4]] == [0, 0, None, None]
    assert all(each.wrong is None for each in risk_coverage([], 0))


# --- reading ---

GOLDS = [
    # id, gold, what is said, confidence: right and sure, half right, sure of what is not there, rightly unsure,
    # unsure of what is right, and nothing to say
    ("1", "千亩", "千亩", 0.9),
    ("2", "麦田千亩", "千亩", 0.8),
    ("3", "", "水渠", 0.7),
    ("4", "", "县里", 0.3),
    ("5", "水渠", "水渠", 0.2),
    ("6", "麦田", "", 0.0),
]


def made(answers: Sequence[tuple[str, str, str, float]] = GOLDS) -> tuple[list[GoldQuestion], Any]:
    said = {number: (answer, confidence) for number, _, answer, confidence in answers}
    questions = [
        GoldQuestion(number, number, (gold,) if gold else (), TEXT, "odd" if int(number) % 2 else "even", None)
        for number, gold, _, _ in answers
    ]

    def read(question: str, context: str) -> Reading:
        answer, confidence = said[question]
        if not answer:
            return Reading("not_found", "", 0.0, "", None, -1, -1)
        at = context.index(answer)
        return Reading("answered", answer, confidence, context, 0, at, at + len(answer))

    return questions, read


def test_reading_by_hand() -> None:
    questions, read = made()
    seen: list[tuple[str, int, int]] = []
    found = measure_reading(questions, read, threshold=0.55, progress=lambda *told: seen.append(told))
    every = found.overall
    assert (every.questions, every.answerable) == (6, 4)
    assert (every.exact, every.f1) == (pytest.approx(2 / 4), pytest.approx((1 + 2 / 3 + 1 + 0) / 4))
    told = every.refusing  # 1, 2 and 3 are answered, 4 is refused rightly, 5 and 6 wrongly
    assert (told.answered, told.refused) == (0.5, 3)
    assert (told.exact, told.f1) == (pytest.approx(2 / 6), pytest.approx((1 + 2 / 3 + 1) / 6))
    assert (told.precision, told.recall) == (pytest.approx(1 / 3), pytest.approx(1 / 2))
    assert told.wrong == pytest.approx(1 / 3)
    assert [(group.source, group.questions, group.answerable) for group in found.sources] == [
        ("even", 3, 2),
        ("odd", 3, 2),
    ]
    assert found.sources[0].refusing.precision == pytest.approx(1 / 2)
    assert (found.answers, found.verbatim) == (5, 5)
    assert found.risk[4].wrong == pytest.approx(1 / 3)
    assert found.risk[-1].wrong == pytest.approx(3 / 6)
    assert found.calibration is not None
    assert found.calibration.brier == pytest.approx((0.01 + 0.04 + 0.49 + 0.09 + 0.64 + 0) / 6)
    assert seen[-1] == ("questions", 6, 6)
    assert json.loads(json.dumps(found.as_json()))["overall"]["refusing"]["recall"] == 0.5


def test_shares_of_nothing_are_none() -> None:
    questions, read = made([("1", "千亩", "千亩", 0.9)])
    told = measure_reading(questions, read, threshold=0.5).overall.refusing
    assert (told.precision, told.recall, told.wrong) == (None, None, 0)
    questions, read = made([("1", "", "千亩", 0.1)])
    every = measure_reading(questions, read, threshold=0.5).overall
    assert (every.exact, every.f1, every.refusing.wrong, every.refusing.recall) == (None, None, None, 1)


@pytest.mark.parametrize(
    "reading",
    [
        Reading("answered", "千亩", 0.9, TEXT, 0, 11, 13),  # one off
        Reading("answered", "千亩", 0.9, TEXT, 1, 12, 14),  # another passage
        Reading("answered", "千 亩", 0.9, TEXT, 0, 12, 14),
        Reading("answered", "千亩", 0.9, "灌溉麦田", 0, 12, 14),  # a quote without it
        Reading("answered", "千亩", 0.9, "灌溉麦田，千亩。", 0, 12, 14),  # a quote that is not there
        Reading("answered", "", 0.9, TEXT, 0, 0, 0),
    ],
)
def test_what_is_not_verbatim_is_not_counted(reading: Reading) -> None:
    questions = [GoldQuestion("1", "灌溉多少亩？", ("千亩",), TEXT, "a", None)]
    assert TEXT[12:14] == "千亩"
    good = Reading("answered", "千亩", 0.9, TEXT, 0, 12, 14)
    assert measure_reading(questions, lambda *_: good, threshold=0.5).verbatim == 1
    found = measure_reading(questions, lambda *_: reading, threshold=0.5)
    assert (found.answers, found.verbatim) == (1, 0)


# --- asking ---

ARTICLES = {
    "a1": Article(id="a1", text="县里修好了水渠，灌溉麦田千亩。", body_start=0, headline=""),
    "a2": Article(id="a2", text="县里修好了大桥，长五百米。", body_start=0, headline=""),
    "a3": Article(id="a3", text="县里修好了学校，能坐千人。", body_start=0, headline=""),
}


def answer(article: str | None, text: str = "", confidence: float = 0.4, copies: Sequence[str] = ()) -> Answer:
    spans: tuple[Span, ...] = ()
    citations: tuple[Citation, ...] = ()
    if article:
        whole = ARTICLES[article].text
        at = whole.index(text)
        spans = (Span(text, article, at, at + len(text), 1, confidence),)
        prints = tuple(Reprint(number, "", False, None, None, None, "") for number in copies)
        citations = (Citation(1, article, "", False, None, None, None, None, whole, 0, len(whole), "", prints),)
    status = "answered" if article else "not_found"
    return Answer(
        "", "", status, text, confidence, spans, citations, (), Searched(3, 3, None, None, ()), None, (), {}, ""
    )


QUESTIONS = [
    GoldQuestion("1", "灌溉多少亩？", ("千亩",), None, "a", "a1"),
    GoldQuestion("2", "大桥多长？", ("五百米",), None, "a", "a2"),
    GoldQuestion("3", "学校坐多少人？", ("千人",), None, "a", "gone"),
    GoldQuestion("4", "谁修的？", (), None, "b", None),
    GoldQuestion("5", "学校在哪？", ("县里",), None, "b", "old"),
    GoldQuestion("6", "修好了什么？", ("水渠",), None, "b", "a1"),
]
WHOLE = {
    "1": answer("a1", "千亩", 0.9),
    "2": answer("a1", "千亩", 0.7, ["a2"]),
    "3": answer("a3", "能坐千人", 0.8),
    "4": answer(None),
    "5": answer(None, confidence=0.35),
    "6": answer("a1", "灌溉麦田", 0.6),
}
LACKING = {
    "1": answer("a2", "五百米", 0.65),
    "2": answer(None, confidence=0.1),
    "5": answer("a3", "能坐千人", 0.5),
    "6": answer("a2", "大桥", 0.58),
}


def ask(question: str, without: Sequence[str]) -> Answer:
    (number,) = (asked.id for asked in QUESTIONS if asked.question == question)
    assert without in ((), (article.id,) if (article := article_of(QUESTIONS[int(number) - 1].article or "")) else ())
    return LACKING[number] if without else WHOLE[number]


def article_of(number: str) -> Article | None:
    return ARTICLES.get("a3" if number == "old" else number)


def test_asking_by_hand() -> None:
    found = measure_asking(QUESTIONS, ask, article_of)
    every = found.overall
    assert (every.questions, every.answerable, every.with_article) == (6, 5, 4)
    assert every.answered == pytest.approx(4 / 5)
    assert every.exact == pytest.approx(1 / 5)
    assert every.f1 == pytest.approx((1 + 0 + 2 / 3 + 0 + 0) / 5)
    assert every.answer_contains == pytest.approx(2 / 5)  # 1 and 3
    assert every.quote_contains == pytest.approx(3 / 5)  # and 6, of which the quote has it
    assert every.cited_first == every.cited == pytest.approx(3 / 4)  # 1, 6, and 2 as another print
    assert every.refused == 1
    assert (found.spans, found.verbatim) == (8, 8)
    assert found.left_out is None
    assert found.risk[3].wrong == pytest.approx(1 / 3)  # the three surest of six, of which 2 is wrong
    assert found.risk[-1].wrong is None
    assert found.calibration is not None
    assert found.calibration.count == 4
    assert [group.source for group in found.sources] == ["a", "b"]
    assert found.sources[0].refused is None


def test_left_out_by_hand() -> None:
    found = measure_asking(QUESTIONS, ask, article_of, left_out=True).left_out
    assert found is not None
    # 1 and 6 are answered wrongly, 2 is refused; 5 is answered with a quote that has the gold
    assert found.questions == 4
    assert (found.refused, found.elsewhere, found.wrong) == (1 / 4, 1 / 4, 2 / 4)
    assert found.known_from == pytest.approx(0.3501)
    rows = {each.threshold: each for each in found.thresholds}
    assert sorted(rows) == [0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
    assert [rows[at].wrong for at in (0.4, 0.6, 0.7)] == [2 / 4, 1 / 4, 0]
    assert [rows[at].right for at in (0.6, 0.7, 0.9)] == [2 / 4, 1 / 4, 1 / 4]
    # a fifth of four is none: the surest of the wrong, 0.65, has to go, and with it 6
    assert (found.bearable.threshold, found.bearable.wrong, found.bearable.right) == (0.6501, 0, 1 / 4)


def test_a_fifth_may_be_wrong() -> None:
    questions = [GoldQuestion(str(n), f"{n}？", ("千亩",), None, "a", "a1") for n in range(5)]
    sure = [0.9, 0.8, 0.8, 0.3, 0.2]

    def asked(question: str, without: Sequence[str]) -> Answer:
        confidence = sure[int(question[0])]
        return answer("a2", "五百米", confidence) if without else answer("a1", "千亩", confidence)

    found = measure_asking(questions, asked, article_of, left_out=True).left_out
    assert found is not None
    assert (found.bearable.threshold, found.bearable.wrong, found.bearable.right) == (0.8001, 1 / 5, 1 / 5)
    assert (found.known_from, len(found.thresholds)) == (0.0, 9)


def test_no_article_to_leave_out_is_said_before_anything_is_asked() -> None:
    def never(question: str, without: Sequence[str]) -> Answer:
        raise AssertionError

    with pytest.raises(BadInput, match="--left-out"):
        measure_asking(QUESTIONS[2:4], never, article_of, left_out=True)


def test_spans_that_are_not_the_articles_are_not_counted() -> None:
    right = answer("a1", "千亩", 0.9)
    moved = Span("千亩", "a1", 0, 2, 1, 0.9)
    gone = Citation(1, "none", "", False, None, None, None, None, "千亩", 0, 2, "")
    for spans, citations, stand in [
        (right.spans, right.citations, 2),
        ((moved,), right.citations, 1),
        (right.spans, (gone,), 1),
    ]:
        made_up = replace(right, spans=spans, citations=citations)
        found = measure_asking(QUESTIONS[:1], lambda *_, said=made_up: said, article_of)
        assert (found.spans, found.verbatim) == (2, stand)


def test_importing_starts_no_model() -> None:
    heavy = "{'torch', 'onnxruntime', 'faiss', 'tokenizers', 'transformers', 'jieba'}"
    code = f"import sys, qa.evaluate; print({heavy} & set(sys.modules))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert told.stdout.strip() == "set()"
