"""The archive that faults befall, and the row of the table that each makes."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.deskwork import Held, Job, answers, do, held_in, make_week
from bench.terminal import Spoken, Terminal
from bench.writer import PROGRESS, Writer
from qa import Archive

__all__ = ["QUESTION", "Row", "Subject", "checked", "make_subject"]

QUESTION = "哪两家企业入选智能制造示范工厂？"


@dataclass(frozen=True, slots=True)
class Row:
    """What was done, the one line the user saw, what was lost, and what was not as it should be."""

    fault: str
    saw: str
    lost: str
    wrong: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Tell whether all was as it should be."""
        return not self.wrong


@dataclass(frozen=True, slots=True)
class Subject:
    """An archive that is copied for each fault, what it holds and answers, and a job that adds to it."""

    folder: Path
    disk: Path
    """Where a small disk is mounted, if that was allowed."""
    whole: Path
    held: Held
    answers: list[dict[str, Any]]
    job: Job
    after: Held
    """What it holds once the job is done."""
    answers_after: list[dict[str, Any]]
    stages: tuple[str, ...]
    """The stages of the job, each once, in the order they are first entered."""
    terminal: Terminal
    writer: Writer

    @property
    def writes(self) -> tuple[str, ...]:
        """Return those of the stages that begin with what is done to a file."""
        return tuple(stage for stage in self.stages if " " in stage and not stage.endswith(PROGRESS))

    def copy(self, name: str = "copy") -> Path:
        """Return a fresh copy of the archive."""
        copy = self.folder / name
        shutil.rmtree(copy, ignore_errors=True)
        return Path(shutil.copytree(self.whole, copy))

    def wrongs(self, folder: Path, *, after: bool = False) -> list[str]:
        """Return what the archive in `folder` has otherwise than it should, asked until its caches are mended."""
        with Archive.open(folder) as archive:
            held, found = held_in(archive), answers(archive)
            damage = [f"{each.kind} {each.what}" for each in archive.verify().damage]
        wrong = [f"verify finds {damage}"] if damage else []
        if held != (self.after if after else self.held):
            wrong.append(f"lost {(self.after if after else self.held).lost(held)}, or not what it held")
        if found != (self.answers_after if after else self.answers):
            wrong.append("answers differ")
        return wrong

    def wrongs_once_done(self, folder: Path) -> list[str]:
        """Do the job again after the fault is gone, and return what then is wrong."""
        said = self.writer.do(folder, self.job)
        return self.wrongs(folder, after=True) if said.done else [f"ingest fails afterwards: {said.error}"]


def make_subject(folder: Path) -> Subject:
    """Make the archive, and do the job at a copy of it."""
    folder.chmod(0o755)  # another user has to come this far
    (folder / "disk").mkdir(exist_ok=True)
    week = {job.name: job for job in make_week(folder / "made", seed=7)}
    whole, done, job = folder / "whole", folder / "done", week["an issue"]
    with Archive.open(whole, create=True) as archive:
        for name in ("a new archive", "stories that jump", "an export"):
            do(archive, week[name], lambda *_: None)
        held, found = held_in(archive), answers(archive)
    shutil.copytree(whole, done)
    writer = Writer()
    said = writer.do(done, job)
    if not said.done:
        raise RuntimeError(f"{job.name} cannot be done: {said.error}")
    with Archive.open(done) as archive:
        after, found_after = held_in(archive), answers(archive)
    stages = tuple(dict.fromkeys(stage for stage, _ in said.stages))
    return Subject(folder, folder / "disk", whole, held, found, job, after, found_after, stages, Terminal(), writer)


def checked(fault: str, spoken: Spoken, *, one_line: bool = True, wrong: Sequence[str] = ()) -> Row:
    """Return the row for a command that met a fault: it has to fail with a line, or else to end calmly."""
    wrongs = list(wrong)
    if one_line and not spoken.one_line:
        wrongs.insert(0, f"expected status 1 and one line, got {spoken.status}: {spoken.said}")
    elif not spoken.calm:
        wrongs.insert(0, f"expected a calm end, got {spoken.status}: {spoken.said}")
    return Row(fault, spoken.said, "nothing" if not wrong else "; ".join(wrong), tuple(wrongs))
