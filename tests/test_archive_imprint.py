"""A held file whose newspaper, date or page is said later: it stands there from then on, and every former id works."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from qa import Archive, Filters, intake
from qa.errors import BadFile
from qa.records import PageContent
from tests.conftest import SAMPLE, cases

JUMPS = cases("jump_issue.json")


def imprints(archive: Archive) -> set[tuple[str | None, str | None, str | None]]:
    return {(article.paper, article.date, article.page) for article in archive.articles()}


def bodies(archive: Archive) -> dict[str, str]:
    return {article.id: article.text for article in archive.articles()}


def vectors(archive: Archive) -> dict[tuple[str, int], bytes]:
    with archive._store.snapshot() as snapshot:
        held = {entry.passage.id: (entry.text, entry.passage.start) for entry in snapshot.passages()}
        ((ids, rows),) = snapshot.read_vectors(snapshot.passage_ids())
    return {held[int(number)]: row.tobytes() for number, row in zip(ids, rows, strict=True)}


@pytest.fixture
def undated(archive: Archive, tmp_path: Path) -> Path:
    file = tmp_path / "nameless.txt"
    shutil.copy(SAMPLE, file)
    archive.ingest([file])
    assert imprints(archive) == {(None, None, None)}
    return file


def test_it_stands_there_and_the_former_ids_lead_to_it(archive: Archive, undated: Path) -> None:
    before, made = bodies(archive), vectors(archive)
    assert "quality.undated" in dict(archive.pages()[0].quality.reasons)
    report = archive.ingest([undated], paper="许昌日报", date="2023-11-10", page="01")
    assert archive.verify().damage == ()
    assert (report.files, report.unchanged, report.renamed, report.articles) == (0, 0, 1, 0)
    assert imprints(archive) == {("许昌日报", "2023-11-10", "1")}
    (page,) = archive.pages()
    assert (page.date_source, "quality.undated" in dict(page.quality.reasons)) == ("flag", False)
    assert {number: archive.article(number).text for number in before} == before
    assert not set(before) & set(bodies(archive))
    assert vectors(archive) == made
    answer = archive.ask("哪两家企业入选智能制造示范工厂？", filters=Filters(date_from="2023-11-10"))
    assert (answer.found, answer.citations[0].date) == (True, "2023-11-10")


def test_it_equals_a_file_ingested_so_from_the_first(archive: Archive, undated: Path, tmp_path: Path) -> None:
    archive.ingest([undated], paper="许昌日报", date="2023-11-10", page="1")
    with Archive.open(tmp_path / "other", create=True) as other:
        other.ingest([undated], paper="许昌日报", date="2023-11-10", page="1")
        assert archive.stats().fingerprint == other.stats().fingerprint


def test_said_again_it_changes_nothing(archive: Archive, undated: Path) -> None:
    archive.ingest([undated], date="2023-11-10")
    before = archive.stats()
    for given in ({"date": "2023-11-10"}, {}):
        report = archive.ingest([undated], **given)
        assert (report.unchanged, report.renamed) == (1, 0)
    assert archive.stats() == before


def test_what_was_said_before_need_not_be_said_again(archive: Archive, undated: Path) -> None:
    archive.ingest([undated], paper="许昌日报")
    archive.ingest([undated], date="2023-11-10")
    archive.ingest([undated], page="3")
    assert imprints(archive) == {("许昌日报", "2023-11-10", "3")}


def test_there_and_back_every_id_still_works(archive: Archive, undated: Path) -> None:
    seen: dict[str, str] = {}
    for paper in ("许昌日报", "许昌晨报", "许昌日报", "晚报"):
        archive.ingest([undated], paper=paper)
        seen |= bodies(archive)
        assert {number: archive.article(number).text for number in seen} == seen
    assert len(seen) == 15
    assert {archive.article(number).paper for number in seen} == {"晚报"}


def test_a_manifest_written_later_counts(archive: Archive, undated: Path) -> None:
    (undated.parent / "manifest.csv").write_text(
        "file,paper,date\nnameless.txt,许昌日报,2023-11-10\n", encoding="utf-8"
    )
    assert archive.ingest([undated]).renamed == 1
    assert imprints(archive) == {("许昌日报", "2023-11-10", None)}
    assert archive.ingest([undated]).unchanged == 1


def test_records_keep_what_they_say_themselves(archive: Archive, tmp_path: Path) -> None:
    records = [
        {"text": "甲处春耕。", "date": "2024-03-06"},
        {"text": "乙处秋收。", "id": "own"},
        {"text": "丙处冬藏。", "paper": "晨报"},
    ]
    file = tmp_path / "export.jsonl"
    file.write_text("\n".join(json.dumps(record, ensure_ascii=False) for record in records), encoding="utf-8")
    archive.ingest([file], paper="日报", date="2024-01-01")
    before = bodies(archive)

    def held() -> dict[str, tuple[Any, Any]]:
        return {article.text: (article.paper, article.date) for article in archive.articles()}

    assert archive.ingest([file], date="2024-01-02", paper="晨报").renamed == 1
    moved = {
        "甲处春耕。": ("晨报", "2024-03-06"),
        "乙处秋收。": ("晨报", "2024-01-02"),
        "丙处冬藏。": ("晨报", "2024-01-02"),
    }
    assert held() == moved
    assert archive.ingest([file], date="2024-01-02", paper="晨报").unchanged == 1
    assert archive.ingest([file], paper="日报").renamed == 1
    assert held()["丙处冬藏。"] == ("晨报", "2024-01-02")
    assert held()["乙处秋收。"] == ("日报", "2024-01-02")
    assert {number: archive.article(number).text for number in before} == before


def test_pages_that_turn_out_to_be_one_issue_are_joined(archive: Archive, tmp_path: Path) -> None:
    files = {label: tmp_path / f"scan of {label}.txt" for label in JUMPS["pages"]}
    for label, file in files.items():
        file.write_text("\n".join(JUMPS["pages"][label]), encoding="utf-8")
    archive.ingest(files.values())
    apart = bodies(archive)
    for label, file in files.items():
        archive.ingest([file], paper=JUMPS["paper"], date=JUMPS["date"], page=label)
    whole = {article.headline: article for article in archive.articles()}
    assert {gold["headline"]: gold["pages"] for gold in JUMPS["articles"]} == {
        headline: list(article.pages) for headline, article in whole.items()
    }
    for number, text in apart.items():
        assert "".join(text.split("\n\n")[-1].split()) in "".join(archive.article(number).text.split())
    with Archive.open(tmp_path / "other", create=True) as other:
        for label, file in files.items():
            other.ingest([file], paper=JUMPS["paper"], date=JUMPS["date"], page=label)
        assert archive.stats().fingerprint == other.stats().fingerprint


def test_what_cannot_be_read_again_is_not_given_up(
    archive: Archive, undated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, held = archive.stats(), bodies(archive)
    read = intake.read_source

    def failing(*args: Any) -> Iterator[PageContent | BadFile]:
        for content in read(*args):
            assert isinstance(content, PageContent)
            yield PageContent(content.page, content.articles[:1], content.others)
        yield BadFile("pdf.page_lost", path="nameless.txt", number=2)

    monkeypatch.setattr(intake, "read_source", failing)
    report = archive.ingest([undated], date="2023-11-10")
    assert [skipped.path for skipped in report.skipped] == [str(undated)]
    assert "没有改" in report.skipped[0].reason
    assert (replace(archive.stats(), bytes=before.bytes), bodies(archive)) == (before, held)
    monkeypatch.undo()
    assert archive.ingest([undated], date="2023-11-10").renamed == 1
    with archive._store.snapshot() as snapshot:
        assert all(np.isfinite(rows).all() for _, rows in snapshot.read_vectors(snapshot.passage_ids()))
