"""Two writers, readers beside a writer, rights, paths, signals, another encoder: what stands around an archive."""

from __future__ import annotations

import json
import shutil
import signal
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from bench.deskwork import Held, do, held_in
from bench.faults_rows import QUESTION, Row, Subject, checked
from bench.terminal import Spoken, at_stage, become_nobody, send_itself, use_encoder
from bench.writer import Moment
from qa import Archive
from qa.settings import encoder_path

__all__ = ["interrupted", "readers_beside_a_writer", "two_writers", "world_faults"]

LOCKED = "open archive.lock"
LATER = (0.02, 0.1, 0.3)
"""Seconds into an ingest that hold nothing a file's name tells: reading, storing, making vectors."""
READING = {
    "ask": ("ask", QUESTION),
    "list": ("list",),
    "stats": ("stats",),
    "verify": ("verify",),
}


def world_faults(subject: Subject) -> Iterator[Row]:
    """Yield the rows of what comes from outside."""
    yield two_writers(subject)
    yield readers_beside_a_writer(subject, subject.stages)
    for number, name in ((signal.SIGINT, "Ctrl+C"), (signal.SIGTERM, "SIGTERM")):
        for stage in subject.writes:
            yield interrupted(subject, number, f"{name} at: {stage}", stage)
        for after in LATER:
            yield interrupted(subject, number, f"{name} {after} s after: {LOCKED}", LOCKED, after=after)
    yield from _encoders(subject)
    yield from _rights(subject)
    yield from _names(subject)


def two_writers(subject: Subject) -> Row:
    """Let a second writer come while the first stands still with the lock."""
    folder, seen = subject.copy(), list[Spoken]()

    def second() -> None:
        for words in (("ingest", *subject.job.files), ("remove", "--file", subject.job.files[0], "--yes")):
            seen.append(subject.terminal.run(*words, archive=folder))

    subject.writer.do(folder, subject.job, Moment("read partly", 1), meanwhile=second)
    wrong = [f"{run.status} {run.said}" for run in seen if not (run.one_line and "pid" in run.err)]
    return checked("a second writer", seen[0], wrong=wrong + subject.wrongs_once_done(folder))


def readers_beside_a_writer(subject: Subject, stages: Sequence[str]) -> Row:
    """Look at the archive at some stages of a writer: always a whole state, and every question answered."""
    states: list[Held] = [subject.held]
    apart = subject.copy("apart")

    def taken(stage: str, *_: int) -> None:
        if stage == "read":
            with Archive.open(apart) as reader:
                states.append(held_in(reader))

    with Archive.open(apart) as archive:
        do(archive, subject.job, taken)
    wrong = list[str]()
    for stage in stages:
        folder = subject.copy()

        def look(folder: Path = folder, stage: str = stage) -> None:
            with Archive.open(folder) as reader:
                if held_in(reader) not in states:
                    wrong.append(f"{stage}: neither before nor after a file")
            asked = subject.terminal.run("ask", QUESTION, "--json", archive=folder)
            if asked.status or asked.err or json.loads(asked.out)["answer"] != subject.answers[0]["answer"]:
                wrong.append(f"{stage}: {asked.status} {asked.said}")

        subject.writer.do(folder, subject.job, Moment(stage, 1), meanwhile=look)
    return Row(f"a reader at each of {len(stages)} stages of a writer", "answers", "nothing", tuple(wrong))


def interrupted(subject: Subject, number: signal.Signals, fault: str, stage: str, *, after: float = 0.0) -> Row:
    """Interrupt an ingest; it may end by the signal, but says no traceback, and the next one finishes the work."""
    folder = subject.copy()
    before = partial(at_stage, folder, stage, partial(send_itself, number, after))
    spoken = subject.terminal.run("ingest", *subject.job.files, archive=folder, before=before)
    ended = spoken.status in (1, -number, 128 + number) or (after > 0 and spoken.status == 0)
    quiet = "Traceback" not in spoken.err and len(spoken.err.strip().splitlines()) <= 1
    wrong = [] if ended and quiet else [f"status {spoken.status}, {len(spoken.err.splitlines())} lines: {spoken.said}"]
    lost = subject.wrongs_once_done(folder)
    return Row(
        fault, spoken.said or f"ended with status {spoken.status}", "; ".join(lost) or "nothing", (*wrong, *lost)
    )


def _encoders(subject: Subject) -> Iterator[Row]:
    other = subject.folder / "encoder"
    shutil.copytree(encoder_path(), other, dirs_exist_ok=True)
    config = other / "config.json"
    record = json.loads(config.read_text(encoding="utf-8"))
    config.write_text(json.dumps({**record, "max_tokens": record["max_tokens"] // 2}), encoding="utf-8")
    for name, words in {"ask": READING["ask"], "ingest": ("ingest", *subject.job.files)}.items():
        for how, path in (("with another encoder", other), ("without an encoder", subject.folder / "none")):
            folder = subject.copy()
            spoken = subject.terminal.run(*words, archive=folder, before=partial(use_encoder, path))
            yield checked(f"{name} {how}", spoken, wrong=subject.wrongs(folder))


def _rights(subject: Subject) -> Iterator[Row]:
    folder = subject.copy()
    paths = [folder, *folder.rglob("*")]
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    for name, words in READING.items():
        spoken = subject.terminal.run(*words, archive=folder, before=become_nobody)
        wrong = [] if spoken.status == 0 else [f"{spoken.status}: {spoken.said}"]
        yield Row(f"{name} in a read-only folder", spoken.said, "nothing", tuple(wrong))
    ingest = ("ingest", *subject.job.files)
    yield checked("ingest into a read-only folder", subject.terminal.run(*ingest, archive=folder, before=become_nobody))
    folder.chmod(0)
    for name, words in {**READING, "ingest": ingest}.items():
        spoken = subject.terminal.run(*words, archive=folder, before=become_nobody)
        yield checked(f"{name} in a folder without rights", spoken)
    for path in paths:
        path.chmod(0o755 if path.is_dir() else 0o644)
    (folder / "archive.db").chmod(0)
    for name, words in READING.items():
        spoken = subject.terminal.run(*words, archive=folder, before=become_nobody)
        yield checked(f"{name} where archive.db may not be read", spoken)
    (folder / "archive.db").chmod(0o644)


def _names(subject: Subject) -> Iterator[Row]:
    folder, file = subject.copy(), subject.folder / "a file"
    file.write_text("x", encoding="utf-8")
    for name, words in {**READING, "ingest": ("ingest", *subject.job.files)}.items():
        yield checked(f"{name} where the archive's path is a file", subject.terminal.run(*words, archive=file))
    nowhere = subject.folder / "nowhere"
    for name, words in READING.items():
        wrong = ["a folder was made"] if nowhere.exists() else []
        yield checked(f"{name} without an archive", subject.terminal.run(*words, archive=nowhere), wrong=wrong)
    unknown: dict[str, tuple[object, ...]] = {
        "an unknown article shown": ("show", "20240101-1-00000000"),
        "an unknown article removed": ("remove", "20240101-1-00000000", "--yes"),
        "a file that was never ingested removed": ("remove", "--file", subject.folder / "never.txt", "--yes"),
        "a path that does not exist ingested": ("ingest", subject.folder / "never.txt"),
    }
    for fault, words in unknown.items():
        yield checked(fault, subject.terminal.run(*words, archive=folder), wrong=subject.wrongs(folder))
    spoken = subject.terminal.run("list", "--file", subject.folder / "never.txt", archive=folder)
    wrong = [] if spoken.status == 0 and spoken.out.strip() else [f"{spoken.status}: {spoken.said}"]
    yield Row("a file that was never ingested listed", spoken.said, "nothing", tuple(wrong))
