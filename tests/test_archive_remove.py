"""What is removed is gone from everywhere, and the archive is as if it had never held it."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from qa import Archive, Filters
from qa.errors import BadInput, NotHeld
from tests.conftest import SAMPLE, cases

JUMPS = cases("jump_issue.json")
QUESTION = "哪两家企业入选智能制造示范工厂？"


@pytest.fixture
def issue(tmp_path: Path) -> Path:
    folder = tmp_path / JUMPS["paper"] / JUMPS["date"]
    folder.mkdir(parents=True)
    for label, lines in JUMPS["pages"].items():
        (folder / f"{label}.txt").write_text("\n".join(lines), encoding="utf-8")
    return folder


def test_an_article(archive: Archive) -> None:
    archive.ingest([SAMPLE])
    cited = archive.ask(QUESTION).citations[0].article_id
    before = archive.stats()
    removal = archive.remove([cited])
    assert ([number for number, _ in removal.articles], removal.pages, removal.files) == ([cited], (), ())
    after = archive.stats()
    assert (after.articles, after.pages, after.files) == (4, 1, 1)
    assert after.passages < before.passages
    with archive._store.snapshot() as snapshot:
        assert len(snapshot.passage_ids(embedded=True)) == after.passages
    with pytest.raises(NotHeld, match="没有这篇文章"):
        archive.article(cited)
    assert cited not in {
        citation.article_id for citation in (*archive.ask(QUESTION).citations, *archive.ask(QUESTION).near)
    }
    assert archive.ingest([SAMPLE]).unchanged == 1
    assert archive.stats().articles == 4


def test_another_reader_of_the_archive_notices(archive: Archive) -> None:
    archive.ingest([SAMPLE])
    with Archive.open(archive.directory) as reader:
        cited = reader.ask(QUESTION).citations[0].article_id
        archive.remove([cited])
        assert cited not in {citation.article_id for citation in reader.ask(QUESTION).citations}


def test_a_file_that_is_no_longer_on_disk(archive: Archive, tmp_path: Path) -> None:
    file = tmp_path / "in" / "page.txt"
    file.parent.mkdir()
    shutil.copy(SAMPLE, file)
    archive.ingest([file])
    fingerprint = archive.stats().fingerprint
    file.unlink()
    removal = archive.remove(filters=Filters(file=str(file)))
    assert (removal.files, len(removal.pages), len(removal.articles)) == ((str(file),), 1, 5)
    empty = archive.stats()
    assert (empty.files, empty.pages, empty.articles, empty.heads_only, empty.passages) == (0, 0, 0, 0, 0)
    shutil.copy(SAMPLE, file)
    assert archive.ingest([file]).files == 1
    assert archive.stats().fingerprint == fingerprint


def test_a_folder_and_nothing_beside_it(archive: Archive, issue: Path, tmp_path: Path) -> None:
    beside = tmp_path / (JUMPS["paper"] + "副刊") / "01.txt"
    beside.parent.mkdir()
    shutil.copy(SAMPLE, beside)
    archive.ingest([tmp_path / JUMPS["paper"], beside])
    archive.remove(filters=Filters(file=str(issue.parent)))
    assert (archive.stats().files, archive.stats().articles) == (1, 5)


@pytest.mark.parametrize("label", list(JUMPS["pages"]))
def test_a_page_of_an_issue_whose_stories_jump(archive: Archive, issue: Path, tmp_path: Path, label: str) -> None:
    archive.ingest([issue])
    removal = archive.remove(filters=Filters(paper=JUMPS["paper"], page=label))
    assert [page.page for page in removal.pages] == [label]
    (issue / f"{label}.txt").unlink()
    with Archive.open(tmp_path / "other", create=True) as never:
        never.ingest([issue])
        assert archive.stats().fingerprint == never.stats().fingerprint
        assert archive.stats().pending == 0


def test_a_joined_story_goes_with_all_its_parts(archive: Archive, issue: Path) -> None:
    archive.ingest([issue])
    whole = next(article for article in archive.articles() if article.continued)
    count = archive.stats().articles
    archive.remove([whole.id])
    held = archive.articles()
    assert len(held) == count - 1
    assert not any(whole.paragraphs[-1] in article.text for article in held)


def test_an_issue(archive: Archive, issue: Path) -> None:
    archive.ingest([issue, SAMPLE])
    archive.remove(filters=Filters(JUMPS["date"], JUMPS["date"], JUMPS["paper"]))
    assert {article.paper for article in archive.articles()} == {"许昌日报"}


def test_exported_records_by_what_each_of_them_says(archive: Archive, tmp_path: Path) -> None:
    file = tmp_path / "export.jsonl"
    records = [{"text": f"第{day}处春耕。", "date": f"2024-03-0{day}"} for day in (1, 2, 3)]
    file.write_text("\n".join(json.dumps(record, ensure_ascii=False) for record in records), encoding="utf-8")
    archive.ingest([file])
    removal = archive.remove(filters=Filters("2024-03-02", "2024-03-02"))
    assert ([headline for _, headline in removal.articles], removal.pages) == (["第2处春耕"], ())
    assert [article.date for article in archive.articles()] == ["2024-03-01", "2024-03-03"]
    rest = archive.remove(filters=Filters("2024-01-01"))
    assert (rest.files, archive.stats().files) == ((str(file),), 0)


def test_what_cannot_be_removed_leaves_everything(archive: Archive) -> None:
    archive.ingest([SAMPLE])
    before = replace(archive.stats(), bytes=0)
    known = archive.articles()[0].id
    with pytest.raises(NotHeld, match="没有这篇文章：nothing"):
        archive.remove([known, "nothing"])
    with pytest.raises(NotHeld, match="什么也没有删除"):
        archive.remove(filters=Filters(paper="许昌晨报"))
    for filters in (None, Filters()):
        with pytest.raises(BadInput):
            archive.remove(filters=filters)
    assert replace(archive.stats(), bytes=0) == before
