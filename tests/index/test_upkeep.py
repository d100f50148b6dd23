"""Vectors come after the articles: found by words at once, by meaning later, whoever asks or writes meanwhile."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from qa import Archive
from qa.index import upkeep
from qa.store.lock import embedding_turn, write_lock
from tests.conftest import ROOT
from tests.index.test_sync import PAGE, QUESTION, essence

PAGES = ROOT / "corpus" / "pages"


@pytest.fixture
def stored(tmp_path: Path) -> Archive:
    archive = Archive.open(tmp_path / "archive", create=True)
    archive.ingest([PAGES], embed=False)
    return archive


def test_found_by_words_before_there_are_vectors(stored: Archive, sample: Archive) -> None:
    counted = stored.stats()
    assert counted.pending == counted.passages > 0
    assert stored.ask(QUESTION).answer == sample.ask(QUESTION).answer
    assert stored.verify().damage == ()
    assert stored.embed() == counted.passages
    assert stored.stats().pending == 0
    assert essence(stored.ask(QUESTION)) == essence(sample.ask(QUESTION))


def test_broken_off_and_gone_on_with(stored: Archive, sample: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "EMBED_BATCH", 5)
    stop = threading.Event()
    told: list[tuple[str, int, int]] = []

    def progress(stage: str, done: int, total: int) -> None:
        told.append((stage, done, total))
        if done >= 10:
            stop.set()

    passages = stored.stats().passages
    assert stored.embed(progress=progress, stop=stop) == 10
    assert told[:2] == [("embed", 5, passages), ("embed", 10, passages)]
    assert stored.stats().pending == passages - 10
    assert stored._upkeep.current().unembedded == passages - 10
    with Archive.open(stored.directory) as another:
        assert another.embed() == passages - 10
        assert essence(another.ask(QUESTION)) == essence(sample.ask(QUESTION))
    assert essence(stored.ask(QUESTION)) == essence(sample.ask(QUESTION))


def test_others_write_while_vectors_are_made(stored: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "EMBED_BATCH", 1)
    page = tmp_path / "许昌日报" / "2023-11-10" / "02.txt"
    page.parent.mkdir(parents=True)
    page.write_text(PAGE, encoding="utf-8")
    first = threading.Event()
    making = threading.Thread(target=lambda: stored.embed(progress=lambda *_: first.set()))
    making.start()
    with Archive.open(stored.directory) as other:
        assert first.wait(30)
        other.ingest([page], embed=False)
        assert "320亩" in (other.ask("辣椒产业园占地多少亩？").answer or "")
        making.join()
        assert other.stats().pending == 0
        assert other.verify().damage == ()


def test_only_one_makes_vectors_and_the_others_tell_how_far_it_is(stored: Archive) -> None:
    told: list[tuple[str, int, int]] = []
    passages = stored.stats().passages
    stop = threading.Event()

    def progress(stage: str, done: int, total: int) -> None:
        told.append((stage, done, total))
        stop.set()

    with embedding_turn(stored.directory), Archive.open(stored.directory) as waiting:
        assert waiting.embed(progress=progress, stop=stop) == 0
    assert told == [("embed", 0, passages)]


def test_a_reader_asks_what_was_last_finished_while_another_writes(stored: Archive, sample: Archive) -> None:
    stored.embed()
    before = essence(stored.ask(QUESTION))
    with Archive.open(stored.directory) as reader, write_lock(stored.directory):
        with stored._store.change():
            stored._store.note("a.txt", None, "refused", "...")
        assert essence(reader.ask(QUESTION)) == before
    assert before == essence(sample.ask(QUESTION))


def test_vectors_of_what_was_removed_are_passed_over(stored: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    stored.embed()
    kept = (stored.directory / "vectors.faiss").stat().st_ino
    answer = stored.ask(QUESTION)
    stored.remove([answer.citations[0].article_id])
    gone = answer.citations[0].article_id
    again = stored.ask(QUESTION)
    assert gone not in {citation.article_id for citation in (*again.citations, *again.near)}
    with Archive.open(stored.directory, create=False) as fresh:
        assert essence(fresh.ask(QUESTION)) == essence(again)
    assert (stored.directory / "vectors.faiss").stat().st_ino != kept  # more than a tenth was of that article
    assert len(stored._upkeep.current().neighbours) == stored.stats().passages


def test_lists_are_kept_in_the_store_and_made_again_alike(
    stored: Archive, sample: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    from qa.index import sync

    monkeypatch.setattr(sync, "LISTS_FROM", 20)
    monkeypatch.setattr(sync, "_lists_for", lambda count: 4)
    stored.embed()
    caches = stored._upkeep.current()
    assert caches.neighbours.lists == 4
    with stored._store.snapshot() as snapshot:
        assert snapshot.lists() == (stored.stats().passages, 4)
    answer = essence(stored.ask(QUESTION))
    assert answer["answer"] == sample.ask(QUESTION).answer
    before = (stored.directory / "vectors.faiss").read_bytes()
    (stored.directory / "vectors.faiss").unlink()
    monkeypatch.setattr(sync, "train_lists", lambda *_: pytest.fail("learned anew"))
    with Archive.open(stored.directory) as again:
        assert essence(again.ask(QUESTION)) == answer
    assert (stored.directory / "vectors.faiss").read_bytes() == before
