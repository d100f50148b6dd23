"""Drafts held against the sample page: what becomes of each claim."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa import Archive
from qa.check.drafts import draft_of
from qa.check.findings import CONSISTENT, UNFOUND, VERDICTS, Report
from qa.errors import BadInput, NotHeld
from qa.ingest.passages import cut_sentences
from tests.conftest import cases

CASES = cases("check.json")


def check(archive: Archive, case: dict[str, Any]) -> Report:
    return archive.check(draft_of(case["draft"], form=case.get("format", "txt")))


@pytest.mark.parametrize("case", CASES, ids=[case["label"] for case in CASES])
def test_what_becomes_of_a_claim(sample: Archive, case: dict[str, Any]) -> None:
    report = check(sample, case)
    assert [[f.kind, f.text, f.verdict] for f in report.findings] == case["findings"]
    last = report.findings[-1] if report.findings else None
    if "changes" in case:
        assert last
        assert [[d.kind, d.draft, d.source] for d in last.diff if d.kind != "equal"] == case["changes"]
    if "notes" in case:
        assert last
        assert list(last.notes) == case["notes"]
    if "parts" in case:
        assert last
        assert [part.text.rstrip("，") for part in last.parts] == [part.rstrip("，") for part in case["parts"]]
    if "source_speaker" in case:
        assert last
        assert last.source_speaker == case["source_speaker"]


@pytest.mark.parametrize("case", CASES, ids=[case["label"] for case in CASES])
def test_both_sides_are_verbatim(sample: Archive, case: dict[str, Any]) -> None:
    report = check(sample, case)
    for finding in report.findings:
        assert report.draft[finding.start : finding.end] == finding.text
        sources = [*([finding.source] if finding.source else []), *finding.near, *(p.source for p in finding.parts)]
        for source in sources:
            assert sample.article(source.article_id).text[source.start : source.end] == source.quote
            assert source.reference
        for part in finding.parts:
            assert report.draft[part.start : part.end] == part.text
        if finding.diff and finding.kind != "figure" and finding.source:
            assert "".join(each.draft for each in finding.diff) == finding.text
            assert "".join(each.source for each in finding.diff) == finding.source.quote
        assert (finding.source is None) == (finding.verdict == UNFOUND or "no_words" in finding.notes)


def test_the_json_has_the_names_it_promises(sample: Archive) -> None:
    said = sample.check("史根治说：“要锚定目标拼全年”。全市新建图书馆17座。").as_json()
    promised = {
        *("kind", "text", "start", "end", "verdict", "article_id", "source_quote", "source_start", "source_end"),
        *("diff", "reference"),
    }
    assert [promised <= set(finding) for finding in said["findings"]] == [True, True]
    assert said["summary"] == {**dict.fromkeys(VERDICTS, 0), CONSISTENT: 1, UNFOUND: 1}
    assert said["searched"]["articles"] == 5
    first = said["findings"][0]
    assert (
        sample.article(first["article_id"]).text[first["source_start"] : first["source_end"]] == first["source_quote"]
    )


def test_the_same_draft_gives_the_same_report(sample: Archive) -> None:
    draft = "\n".join(case["draft"] for case in CASES)
    first, second = (sample.check(draft).as_json() for _ in range(2))
    del first["timings_ms"], second["timings_ms"]
    assert first == second


def test_every_sentence_of_the_page_is_found_and_no_changed_one(sample: Archive) -> None:
    sentences = [
        (article.text[start:end], article.id)
        for article in sample.articles()
        for start, end in cut_sentences(article.text)
        if end - start >= 12
    ]

    @given(st.sampled_from(sentences), st.data())
    def hold(sentence: tuple[str, str], data: st.DataObject) -> None:
        words = sentence[0].replace("“", "‘").replace("”", "’").replace("\n", "")
        assert sample.check(f"“{words}”").findings[0].verdict == CONSISTENT
        places = [at for at, char in enumerate(words) if "\u4e00" <= char <= "\u9fff"]
        at = data.draw(st.sampled_from(places))
        changed = words[:at] + "鱻" + words[at + 1 :]
        assert sample.check(f"“{changed}”").findings[0].verdict != CONSISTENT

    hold()


def test_an_archive_in_traditional_characters_is_searched_too(archive: Archive, tmp_path: Any) -> None:
    page = tmp_path / "a.jsonl"
    page.write_text('{"title": "國家圖書館開館", "text": "國家圖書館昨日開館，館長張三說，這個圖書館有三萬冊書。"}\n')
    archive.ingest([page], embed=False)
    for draft in ("“国家图书馆昨日开馆”", "「國家圖書館昨日開館」"):
        assert archive.check(draft).findings[0].verdict == CONSISTENT


def test_an_empty_draft_and_an_empty_archive_are_said(sample: Archive, archive: Archive) -> None:
    with pytest.raises(BadInput, match="草稿是空的"):
        sample.check(" \n　")
    with pytest.raises(NotHeld):
        archive.check("“国家图书馆”")


def test_marks_in_any_disorder_do_no_harm(sample: Archive) -> None:
    @given(st.text('“”‘’「」『』"\n。，95%百分之市长刘涛说', max_size=60))
    def hold(text: str) -> None:
        if text.strip():
            for finding in sample.check(text).findings:
                assert text[finding.start : finding.end] == finding.text

    hold()
