"""A disk that is full, or becomes full, at each kind of write that an ingest makes."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from bench.faults_rows import QUESTION, Row, Subject
from bench.terminal import Spoken, at_stage, fill, limit_files, make_room
from bench.writer import kind_of
from qa.messages import say

__all__ = ["disk_faults"]

STEPS_KB = (4, 16, 64, 128, 256, 512)


def disk_faults(subject: Subject) -> Iterator[Row]:
    """Yield the rows of a disk that fills up at each stage of an ingest, or has so much room left.

    Where no small disk could be mounted, the writing process may write but the first of each file instead, which looks
    to it much the same.
    """
    disk, mounted = subject.disk, subject.disk.is_mount()
    how = "disk full" if mounted else "no file may grow"
    folder = disk / "archive"
    for stage in subject.writes:
        act = partial(fill, disk) if mounted else limit_files
        before = partial(at_stage, folder, stage, act)
        yield _row(subject, disk, f"{how} at: {stage}", before)
    for room in STEPS_KB if mounted else ():
        yield _row(subject, disk, f"disk with {room} KB left", partial(_leave, disk, room))
    if mounted:
        make_room(disk)
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(subject.whole, folder)
        for file in folder.glob("vectors*"):
            file.unlink()
        fill(disk)
        spoken = subject.terminal.run("ask", QUESTION, "--json", archive=folder)
        wrong = [] if _answered(spoken) else [f"{spoken.status}: {spoken.said}"]
        yield Row("disk full, a cache missing, a question asked", spoken.said[:60], "nothing", tuple(wrong))
        make_room(disk)


def _row(subject: Subject, disk: Path, fault: str, before: Callable[[], None]) -> Row:
    make_room(disk)
    folder = disk / "archive"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(subject.whole, folder)
    files = {kind_of(str(file.relative_to(folder))) for file in folder.rglob("*")}
    spoken = subject.terminal.run("ingest", *subject.job.files, archive=folder, before=before)
    wrong = [] if spoken.calm else [f"status {spoken.status}: {spoken.said}"]
    asked = subject.terminal.run("ask", QUESTION, archive=folder)
    if not _answered(asked):
        wrong.append(f"ask, while the disk is full: {asked.said}")
    left = {kind_of(str(file.relative_to(folder))) for file in folder.rglob("*")} - files
    left = {name for name in left if "tmp" in name}
    make_room(disk)
    lost = subject.wrongs_once_done(folder)
    wrong += lost + ([f"left lying about: {sorted(left)}"] if left else [])
    return Row(fault, spoken.said, "; ".join(lost) or "nothing", tuple(wrong))


def _answered(spoken: Spoken) -> bool:
    """Tell whether a question was answered, or it was said that the disk is full: SQLite has to have 32 KB to read."""
    full = say("archive.full", path="", why="").partition("：")[0]
    return (spoken.status == 0 and not spoken.err) or (spoken.one_line and full in spoken.err)


def _leave(disk: Path, kilobytes: int) -> None:
    """Fill the disk but for so much."""
    reserve = disk / "reserve"
    reserve.write_bytes(bytes(kilobytes * 1024))
    fill(disk)
    reserve.unlink()
