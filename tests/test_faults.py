"""What a disk, a system or a person does to an archive: told in a line, nothing lost, the answers of before."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from bench import faults_caches, faults_world
from bench.faults_rows import QUESTION, Subject, make_subject
from bench.terminal import at_stage, become_nobody, fill, limit_files
from bench.writer import Moment

UNSEEN = "postings/.managed.json"
SMALL = ("meta.json", "columns.npz")


@pytest.fixture(scope="module")
def subject(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Subject]:
    folder = tmp_path_factory.mktemp("faults")
    for above in (folder, *folder.parents[:2]):
        above.chmod(0o755)
    yield make_subject(folder)


def test_a_cut_or_flipped_byte_in_the_small_files_of_a_cache_is_noticed_and_mended(subject: Subject) -> None:
    """tests/index/test_sync.py has the large ones and the manifests; python -m bench.faults has all, many times."""
    files = [file for file in faults_caches.cache_files(subject.whole) if Path(file).name in SMALL]
    assert len(files) == len(SMALL)
    for at, file in enumerate(files):

        def damage(path: Path, cut: bool = at % 2 == 0) -> None:
            data = path.read_bytes()
            half = len(data) // 2
            path.unlink()
            path.write_bytes(data[:half] + (b"" if cut else bytes([data[half] ^ 0x55]) + data[half + 1 :]))

        assert faults_caches.damaged(subject, file, damage) == [], file


def test_readers_see_whole_states_while_a_file_is_stored(subject: Subject) -> None:
    stages = [stage for stage in subject.stages if stage in ("read partly", "read whole") or "rename" in stage]
    assert faults_world.readers_beside_a_writer(subject, stages[:2]).wrong == ()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("after", [0.0, 0.1])
def test_an_interrupted_ingest_ends_calmly_and_is_taken_up_again(
    subject: Subject, number: signal.Signals, after: float
) -> None:
    assert faults_world.interrupted(subject, number, "", faults_world.LOCKED, after=after).wrong == ()


def test_an_archive_may_not_be_where_a_file_is(subject: Subject) -> None:
    (subject.folder / "a file").write_text("x", encoding="utf-8")
    for words in (("ask", QUESTION), ("ingest", *subject.job.files)):
        assert subject.terminal.run(*words, archive=subject.folder / "a file").one_line


def test_only_a_small_disk_is_ever_filled(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="no small disk"):
        fill(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_database_that_cannot_grow_loses_nothing(subject: Subject) -> None:
    folder = subject.copy()
    before = partial(at_stage, folder, "open archive.lock", limit_files)
    subject.terminal.run("ingest", *subject.job.files, archive=folder, before=before)
    assert subject.wrongs(folder) == []
    assert subject.wrongs_once_done(folder) == []


@pytest.mark.xfail(reason="a file that cannot be written, lock or cache, ends in a traceback", strict=True)
def test_a_disk_that_is_full_is_told_in_a_line(subject: Subject) -> None:
    folder = subject.copy()
    before = partial(at_stage, folder, "open archive.lock", limit_files)
    assert subject.terminal.run("ingest", *subject.job.files, archive=folder, before=before).one_line


@pytest.mark.xfail(reason="the file tantivy keeps its list of files in is not in the manifest", strict=True)
def test_a_damaged_list_of_files_does_not_keep_an_archive_from_growing(subject: Subject) -> None:
    folder = subject.copy()
    list_of_files = folder / UNSEEN
    list_of_files.write_bytes(list_of_files.read_bytes()[:-20])
    assert subject.wrongs_once_done(folder) == []


@pytest.mark.xfail(reason="caches tell their epoch, which another line of the archive reaches too", strict=True)
def test_caches_of_another_line_of_the_archive_are_not_believed(subject: Subject) -> None:
    assert next(faults_caches.foreign_caches(subject)).passed


@pytest.mark.xfail(reason="SQLite cannot open a database with a log in a folder it may not write to", strict=True)
def test_a_read_only_archive_answers(subject: Subject) -> None:
    folder = subject.copy("read only")
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    spoken = subject.terminal.run("ask", QUESTION, archive=folder, before=become_nobody)
    assert (spoken.status, spoken.err) == (0, "")


def test_a_writer_can_be_held_where_a_test_says(subject: Subject) -> None:
    called = list[int]()
    said = subject.writer.do(subject.copy(), subject.job, Moment("read partly", 1), meanwhile=lambda: called.append(1))
    assert (called, said.killed, said.stored) == ([1], True, 1)
