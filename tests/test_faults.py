"""What a disk, a system or a person does to an archive: told in a line, nothing lost, the answers of before.

``python -m bench.faults`` has all of it, many times over.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from bench import faults_caches, faults_world
from bench.faults_rows import QUESTION, Subject, make_subject
from bench.terminal import at_stage, fill, limit_files

SMALL = ("columns.npz", "meta.json")
"""Files that tests/index/test_sync.py, which takes the largest ones and the manifests, leaves alone."""


@pytest.fixture(scope="module")
def subject(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Subject]:
    yield make_subject(tmp_path_factory.mktemp("faults"))


@pytest.mark.parametrize("file", SMALL)
def test_a_byte_flipped_in_a_small_file_of_a_cache_is_noticed_and_mended(subject: Subject, file: str) -> None:
    (found,) = [name for name in faults_caches.cache_files(subject.whole) if Path(name).name == file]

    def flip(path: Path) -> None:
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 0x55
        path.write_bytes(data)

    assert faults_caches.damaged(subject, found, flip) == []


def test_readers_see_whole_states_while_a_file_is_stored(subject: Subject) -> None:
    assert faults_world.readers_beside_a_writer(subject, ["read partly"]).wrong == ()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_ingest_ends_calmly_and_is_taken_up_again(subject: Subject, number: signal.Signals) -> None:
    assert faults_world.interrupted(subject, number, "", faults_world.LOCKED).wrong == ()


def test_an_archive_may_not_be_where_a_file_is(subject: Subject) -> None:
    (subject.folder / "a file").write_text("x", encoding="utf-8")
    for words in (("ask", QUESTION), ("ingest", *subject.job.files)):
        assert subject.terminal.run(*words, archive=subject.folder / "a file").one_line


def test_only_a_small_disk_is_ever_filled(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="no small disk"):
        fill(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_is_full_is_told_in_a_line_and_loses_nothing(subject: Subject) -> None:
    folder = subject.copy()
    before = partial(at_stage, folder, "open archive.lock", limit_files)
    assert subject.terminal.run("ingest", *subject.job.files, archive=folder, before=before).one_line
    assert subject.wrongs(folder) == []
    assert subject.wrongs_once_done(folder) == []
