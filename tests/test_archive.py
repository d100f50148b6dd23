"""The way from a page to an answer, on the sample page: the promises, and the questions with known answers."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.questions import ask_all, gold_ids
from qa import Archive, Filters
from qa.errors import ArchiveMismatch, BadInput, NotHeld
from qa.records import Answer
from tests.conftest import ROOT, SAMPLE, cases

QUESTIONS = cases("seed_questions.json")
TOLD = [QUESTIONS["questions"][at]["question"] for at in (0, 1, 14, 18)]


def essence(answer: Answer) -> str:
    out = answer.as_json()
    del out["timings_ms"]
    return json.dumps(out, ensure_ascii=False)


def test_known_questions(sample: Archive) -> None:
    """At least 14 of 20 answers hold the gold and cite its article, 3 at most are wrong; 7 of 8 are refused."""
    answerable, unanswerable = ask_all(sample)
    right = [result.id for result in answerable if result.answered and result.cited]
    wrong = [result.id for result in answerable if not result.refused and result.id not in right]
    answered = [result.id for result in unanswerable if not result.refused]
    assert (len(answerable), len(unanswerable)) == (20, 8)
    assert len(right) >= 14, right
    assert len(wrong) <= 3, wrong
    assert len(answered) <= 1, answered


def test_a_headline_without_a_story_is_named(sample: Archive) -> None:
    for entry in QUESTIONS["unanswerable"]:
        if entry["reason"] == "headline_only":
            answer = sample.ask(entry["question"])
            assert (answer.status, answer.reason) == ("not_found", "refusal.headline_only")
            assert len(answer.about) == 1


@pytest.mark.parametrize("question", TOLD)
def test_verbatim_and_cited(sample: Archive, question: str) -> None:
    answer = sample.ask(question)
    assert answer.found
    for span, citation in zip(answer.spans, answer.citations, strict=True):
        text = sample.article(span.article_id).text
        assert span.text == text[span.start : span.end]
        assert citation.quote == text[citation.start : citation.end]
        assert citation.start <= span.start < span.end <= citation.end
        assert (span.citation, span.article_id) == (citation.n, citation.article_id)
        assert (citation.paper, citation.date, citation.page) == ("许昌日报", "2023-11-10", "1")
        assert citation.headline
        assert citation.byline
        assert citation.permalink == f"/article/{citation.article_id}"
    assert answer.answer == answer.spans[0].text


def test_refusal_says_what_was_searched(sample: Archive) -> None:
    answer = sample.ask("谁获得了诺贝尔物理学奖？")
    assert (answer.status, answer.answer, answer.spans, answer.citations) == ("not_found", "", (), ())
    assert (answer.searched.articles, answer.searched.date_from) == (5, "2023-11-10")
    assert "诺贝尔" in "".join(answer.searched.terms)
    assert answer.near
    assert answer.reason == "refusal.terms_absent"


def test_json_has_the_documented_fields(sample: Archive) -> None:
    out = sample.ask(TOLD[0]).as_json()
    assert set(out) >= {
        "question", "resolved_question", "status", "answer", "confidence", "spans", "citations", "near", "searched",
        "timings_ms", "archive",
    }  # fmt: skip
    assert set(out["spans"][0]) == {"text", "article_id", "start", "end", "citation", "score"}
    assert set(out["citations"][0]) >= {
        "n", "article_id", "headline", "paper", "date", "page", "byline", "quote", "start", "end", "permalink",
    }  # fmt: skip
    assert set(out["searched"]) == {"articles", "passages", "from", "to", "terms"}
    assert set(out["timings_ms"]) == {"understand", "retrieve", "read", "total"}
    assert json.loads(json.dumps(out)) == out


def test_same_question_same_answer_in_another_archive(sample: Archive, tmp_path: Path) -> None:
    with Archive.open(tmp_path, create=True) as other:
        other.ingest([SAMPLE])
        for question in TOLD:
            assert essence(other.ask(question)) == essence(sample.ask(question))


def test_follow_up_stays_with_its_article(sample: Archive) -> None:
    (first, second) = QUESTIONS["two_turn"][0]["turns"]
    answer = sample.ask(second["question"], history=[first["question"]])
    assert gold_ids(sample)[answer.citations[0].article_id] == second["article"]
    assert second["gold"] in answer.answer
    assert answer.question == second["question"]
    assert answer.resolved_question != second["question"]


def test_filters_narrow(sample: Archive) -> None:
    answer = sample.ask(TOLD[0], filters=Filters(date_from="2024-01-01"))
    assert (answer.status, answer.reason, answer.searched.articles) == ("not_found", "refusal.filters", 0)
    assert sample.ask(TOLD[0], filters=Filters(date_to="2023-11-10", page="1")).found


def test_second_ingest_changes_nothing(archive: Archive) -> None:
    first = archive.ingest([SAMPLE])
    before = archive.stats()
    again = archive.ingest([ROOT / "corpus"])
    assert (first.files, first.articles, again.files, again.unchanged) == (1, 5, 0, 1)
    assert replace(archive.stats(), bytes=before.bytes) == before  # what could not be read is noted each time


def test_articles_as_json_lines(archive: Archive, tmp_path: Path) -> None:
    file = tmp_path / "news.jsonl"
    records = [
        {"text": "清泉县新建烘干中心12座。\n农户满意。", "title": "烘干中心建成", "date": "2024-03-06", "page": "02"},
        {"text": "本报讯（记者 张三丰）县医院开通夜间门诊。", "id": "my-id", "paper": "晨报"},
    ]
    file.write_text("\n".join(json.dumps(record, ensure_ascii=False) for record in records), encoding="utf-8")
    assert archive.ingest([file]).articles == 2
    one, two = archive.articles()
    assert (one.headline, one.headline_made, one.page, one.text) == (
        "烘干中心建成", False, "2", "烘干中心建成\n\n清泉县新建烘干中心12座。\n农户满意。",
    )  # fmt: skip
    assert (two.id, two.paper, two.headline, two.headline_made) == ("my-id", "晨报", "县医院开通夜间门诊", True)
    assert archive.ask("清泉县新建了多少座烘干中心？").answer == "12座"


def test_gb18030_page(archive: Archive, tmp_path: Path) -> None:
    file = tmp_path / "20231110_01.txt"
    file.write_bytes(SAMPLE.read_text(encoding="utf-8").encode("gb18030"))
    archive.ingest([file])
    assert [article.date for article in archive.articles()] == ["2023-11-10"] * 5


def test_a_bad_file_among_good_ones_is_skipped(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text("")
    shutil.copy(SAMPLE, tmp_path / "page.txt")
    report = archive.ingest([tmp_path])
    assert (report.files, len(report.skipped)) == (1, 1)
    assert "文件是空的" in report.skipped[0].reason


def test_missing_path_leaves_the_archive_as_it_was(archive: Archive) -> None:
    before = archive.stats()
    with pytest.raises(BadInput, match="路径不存在"):
        archive.ingest(["no/such/file.txt"])
    assert archive.stats() == before


def test_a_missing_path_among_several_is_told_and_the_others_kept(archive: Archive) -> None:
    report = archive.ingest([SAMPLE, "no/such/file.txt"])
    assert (report.files, [skipped.path for skipped in report.skipped]) == (1, ["no/such/file.txt"])
    assert "路径不存在" in report.skipped[0].reason


def test_an_empty_archive_says_so(archive: Archive) -> None:
    with pytest.raises(NotHeld, match="报库是空的"):
        archive.ask("谁？")


@pytest.mark.parametrize("question", ["", " \n", "问" * 100_000])
def test_bad_questions(sample: Archive, question: str) -> None:
    with pytest.raises(BadInput):
        sample.ask(question)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(min_size=1, max_size=60))
def test_any_question_is_answered_or_refused(sample: Archive, question: str) -> None:
    try:
        answer = sample.ask(question)
    except BadInput:
        return
    assert answer.status in ("answered", "not_found")


def test_another_encoder_is_refused_with_the_command(sample: Archive, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(sample.directory, copy)
    with Archive.open(copy) as archive:
        with archive._store.change():
            archive._store.set_encoder("0" * 32)
        with pytest.raises(ArchiveMismatch, match="wenbao ingest --reembed"):
            archive.ask(TOLD[0])
        assert archive.reembed() == archive.stats().passages
        assert archive.ask(TOLD[0]).found
