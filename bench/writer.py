"""A process that does a job at an archive, says what it has done before it goes on, and can be killed anywhere.

It says so through a pipe: what was written to a pipe is there for the reader, whatever then becomes of the writer.
What it is about to do is taken from the interpreter's own audit events: every file below the archive's folder that is
opened for writing, made, linked, renamed or removed. So the stages need no hook inside the product.
"""

from __future__ import annotations

import multiprocessing
import os
import re
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from bench.deskwork import Job, do
from qa import Archive

__all__ = ["Moment", "Said", "Writer", "kind_of", "watch"]

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
EVENTS = ("os.mkdir", "os.rename", "os.link", "os.remove", "shutil.rmtree", "sqlite3.connect")
LONGEST = 120.0
"""Seconds after which a job hangs."""
PATIENCE = 1.0
"""Seconds without a new vector after which nobody is making them."""
PROGRESS = ("partly", "whole")
"""What a stage ends in that the archive itself tells: files read, vectors made."""
PRELOADED = ("bench.writer", "web.command", "sentence_transformers", "onnxruntime", "faiss", "tantivy", "rjieba")


@dataclass(frozen=True, slots=True)
class Moment:
    """The time for a kill: some seconds after a stage is entered for the nth time; held there where `after` is None."""

    stage: str
    nth: int
    after: float | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What a writer said before its end.

    `stages` holds each stage entered and the seconds since the start; `stored` the files acknowledged; `idle` the
    passages whose vectors nobody made when the job was done.
    """

    stages: list[tuple[str, float]]
    stored: int
    idle: int
    done: bool
    killed: bool
    seconds: float
    error: str | None


class Writer:
    """Start processes that have the heavy engines imported already, which otherwise costs a second and a half each."""

    def __init__(self) -> None:
        self.context = multiprocessing.get_context("forkserver")
        self.context.set_forkserver_preload(list(PRELOADED))

    def do(
        self, folder: Path, job: Job, moment: Moment | None = None, *, meanwhile: Callable[[], None] | None = None
    ) -> Said:
        """Let a process do `job` at the archive in `folder`, and kill it at `moment`.

        Where it is held there, `meanwhile` is called before it is killed.
        """
        reading, writing = self.context.Pipe(duplex=False)
        process = self.context.Process(target=_work, args=(folder, job, moment, writing))
        process.start()
        writing.close()
        messages = _listen(reading, moment, process.kill, meanwhile)
        process.join()
        stages = [(value, when) for kind, value, when in messages if kind == "stage"]
        stored = max((value for kind, value, _ in messages if kind == "stored"), default=0)
        idle = max((value for kind, value, _ in messages if kind == "idle"), default=0)
        last = messages[-1] if messages else ("", None, 0.0)
        error = str(last[1]) if last[0] == "error" else None
        return Said(stages, stored, idle, last[0] == "done", process.exitcode == -9, last[2], error)


def _listen(
    reading: Connection, moment: Moment | None, kill: Callable[[], None], meanwhile: Callable[[], None] | None
) -> list[tuple[str, Any, float]]:
    messages = []
    seen = 0
    while True:
        if not reading.poll(LONGEST):
            kill()
            raise TimeoutError(f"the writer hangs; it said last: {messages[-3:]}")
        try:
            messages.append(reading.recv())
        except EOFError:
            return messages
        kind, value, _ = messages[-1]
        seen += moment is not None and (kind, value) == ("stage", moment.stage)
        if moment is not None and seen == moment.nth and value == moment.stage:
            if moment.after is None:
                try:
                    if meanwhile:
                        meanwhile()
                finally:
                    kill()
            else:
                threading.Timer(moment.after, kill).start()
            moment = None


def _work(folder: Path, job: Job, moment: Moment | None, writing: Connection) -> None:
    started = time.perf_counter()
    said = Counter[str]()
    speaking = threading.Lock()

    def say(kind: str, value: object) -> None:
        with speaking:
            writing.send((kind, value, time.perf_counter() - started))

    def enter(stage: str) -> None:
        said[stage] += 1
        say("stage", stage)
        if moment and moment.after is None and (stage, said[stage]) == (moment.stage, moment.nth):
            time.sleep(LONGEST)  # until the kill, which then falls exactly here

    def progress(stage: str, done: int, total: int) -> None:
        if stage == "read":
            say("stored", done)
        enter(f"{stage} {PROGRESS[done == total]}")

    watch(folder, enter)
    try:
        enter("open")
        with Archive.open(folder, create=True) as archive:
            do(archive, job, progress)
            if idle := _still_pending(archive):
                say("idle", idle)
                archive.embed()
        say("done", None)
    except BaseException as error:
        say("error", repr(error))
        raise


def watch(folder: Path, enter: Callable[[str], None]) -> None:
    """From now on call `enter` with each stage, when this process is about to write, make or take away a file."""
    root = os.path.realpath(folder) + os.sep
    sys.addaudithook(lambda event, args: _notice(event, args, root, enter))


def _still_pending(archive: Archive) -> int:
    """Wait for vectors that are being made, and return how many nobody makes."""
    left, since = archive.stats().pending, time.monotonic()
    while left and time.monotonic() < since + PATIENCE:
        time.sleep(0.05)
        if (now := archive.stats().pending) != left:
            left, since = now, time.monotonic()
    return left


def _notice(event: str, args: tuple[Any, ...], root: str, enter: Callable[[str], None]) -> None:
    if event == "open":
        if not isinstance(args[0], str | bytes | os.PathLike) or not args[2] & WRITING:
            return
        path = args[0]
    elif event in EVENTS:
        path = args[1] if event in ("os.rename", "os.link") else args[0]
    else:
        return
    absolute = os.path.realpath(os.fsdecode(path))
    if absolute.startswith(root):
        enter(f"{event.rpartition('.')[2]} {kind_of(absolute.removeprefix(root))}")


def kind_of(path: str) -> str:
    """Return `path` without what differs from run to run: process ids, and the names tantivy gives to segments.

    >>> kind_of("postings.tmp4711/0a1b2c3d4e5f60718293a4b5c6d7e8f9.idx")
    'postings.tmp/*'
    """
    return re.sub(r"[0-9a-f]{32}\.[\w.]+", "*", re.sub(r"tmp\w+", "tmp", path))
