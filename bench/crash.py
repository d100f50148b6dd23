"""Kill a writer again and again, everywhere in its work, and look for what it said was stored.

python -m bench.crash [--kills 200] [--seed 7] [--json]

A made week at the desk (bench.deskwork) is done job by job at one archive. The process that does a job is killed with
SIGKILL at a moment drawn from all that was seen when the job was done in peace: at the entry of a stage, or some time
into it. Often the process that takes up the work is killed too. After each kill, without mending anything: is every
acknowledged file there, once and as it should be, and is nothing there by half? Once a process came through: is the
archive what it is after an undisturbed week, with the same answers, and is nothing left lying about?
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from bench.deskwork import Held, Job, answers, do, held_in, make_week
from bench.writer import Moment, Writer, kind_of
from qa import Archive

__all__ = ["Done", "Tally", "main", "undisturbed", "worked_through"]

AGAIN = 0.35
"""How often the process that takes up the work is killed, too."""
HELD = 0.5
"""How often the writer is held at the entry of a stage; else it is killed some time after, while it runs on."""
READ_FIRST = 0.25
"""How often the archive is asked before another writer has taken up the work."""
TROUBLES = 20
"""So many are printed; --json has all."""


@dataclass(frozen=True, slots=True)
class Done:
    """A job done in peace: what the archive held before it and after each of its files, and what it answers then.

    `gaps` holds the stages in the order they were entered, each with the seconds to the next.
    """

    job: Job
    held: list[Held]
    answers: list[dict[str, Any]]
    files: frozenset[str]
    gaps: list[tuple[str, float]]


@dataclass(slots=True)
class Tally:
    """What the kills came to, by stage; `troubles` says each thing that was wrong."""

    kills: Counter[str] = field(default_factory=Counter)
    acknowledged: int = 0
    """Articles in files that were acknowledged before a kill, looked for after it."""
    lost: int = 0
    doubled: int = 0
    half: int = 0
    """Archives that were in no state between two files."""
    damaged: int = 0
    wrong_answers: int = 0
    left_over: Counter[str] = field(default_factory=Counter)
    """Kinds of files that no archive should have, each with how many jobs came through and left it there."""
    asked: int = 0
    idle: int = 0
    """Jobs that, taken up again, left vectors for the next ingest to make."""
    seconds: list[float] = field(default_factory=list)
    """Until the next writer had caught up."""
    troubles: list[str] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        """Tell whether anything was wrong."""
        return bool(self.troubles or self.left_over)

    def as_json(self) -> dict[str, Any]:
        """Return all that was counted."""
        return {each.name: getattr(self, each.name) for each in fields(self)}


def main() -> int:
    """Print the table, or one JSON object; exit status 1 where anything was lost, doubled or wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        tally = worked_through(Path(name), kills=args.kills, seed=args.seed)
    print(json.dumps(tally.as_json(), ensure_ascii=False, indent=1) if args.json else _table(tally))
    return int(tally.failed)


def worked_through(folder: Path, *, kills: int, seed: int, only: Sequence[str] = ()) -> Tally:
    """Do made weeks in `folder`, or `only` the jobs of these names, until a writer was killed `kills` times."""
    chance = random.Random(seed)
    tally = Tally()
    writer = Writer()
    week = undisturbed(folder, writer, seed, only)
    while sum(tally.kills.values()) < kills:
        shutil.rmtree(folder / "archive", ignore_errors=True)
        make_week(folder / "made", seed)  # the corrected page is as it was at first
        for done in week:
            _do_killed(folder / "archive", done, writer, tally, chance, kills)
    return tally


def undisturbed(folder: Path, writer: Writer, seed: int, only: Sequence[str] = ()) -> list[Done]:
    """Do the week in peace, taking down what the archive holds at each step."""
    archive, apart = folder / "peace", folder / "apart"
    week = []
    for job in (job for job in make_week(folder / "made", seed) if not only or job.name in only):
        with Archive.open(archive, create=True) as reader:
            before = held_in(reader)
        shutil.copytree(archive, apart)
        states = _states(apart, job)
        shutil.rmtree(apart)
        said = writer.do(archive, job)
        if not said.done:
            raise RuntimeError(f"{job.name} cannot be done: {said.error}")
        ends = [when for _, when in said.stages[1:]] + [said.seconds]
        gaps = [(stage, end - when) for (stage, when), end in zip(said.stages, ends, strict=True)]
        with Archive.open(archive) as reader:
            if held_in(reader) != states[-1]:
                raise RuntimeError(f"{job.name} done twice does not come to the same")
            week.append(Done(job, [before, *states], answers(reader), _kinds(archive), gaps))
    return week


def _states(folder: Path, job: Job) -> list[Held]:
    """Do `job` at a copy of the archive and return what it holds after each file."""
    states = []

    def progress(stage: str, done: int, total: int) -> None:
        if stage == "read":
            with Archive.open(folder) as reader:
                states.append(held_in(reader))

    with Archive.open(folder) as archive:
        do(archive, job, progress)
    return states


def _do_killed(folder: Path, done: Done, writer: Writer, tally: Tally, chance: random.Random, kills: int) -> None:
    """Do one job with kills, check after each, and compare when it came through."""
    sure, killed = 0, False
    while sum(tally.kills.values()) < kills:
        moment = _drawn(done, tally, chance)
        said = writer.do(folder, done.job, moment)
        if said.error:
            tally.troubles.append(f"{done.job.name}: {said.error}")
        if not said.killed:
            break
        killed = True
        stage = said.stages[-1][0]
        tally.kills[stage] += 1
        sure = _check_state(folder, done, max(sure, said.stored), stage, tally)
        if chance.random() < READ_FIRST:
            _check_reader(folder, done, sure, stage, tally)
        if chance.random() > AGAIN:
            break
    started = time.perf_counter()
    said = writer.do(folder, done.job)
    tally.idle += bool(said.idle)
    if killed:
        tally.seconds.append(time.perf_counter() - started)
    if not said.done:
        tally.troubles.append(f"{done.job.name}: cannot be taken up again: {said.error}")
    _check_end(folder, done, tally)


def _drawn(done: Done, tally: Tally, chance: random.Random) -> Moment:
    """Draw a moment in one of the stages that had fewest kills so far."""
    counts = Counter(stage for stage, _ in done.gaps)
    fewest = min(tally.kills[stage] for stage in counts)
    stage = chance.choice([stage for stage in sorted(counts) if tally.kills[stage] == fewest])
    nth = chance.randint(1, counts[stage])
    if chance.random() < HELD:
        return Moment(stage, nth)
    gap = [seconds for entered, seconds in done.gaps if entered == stage][nth - 1]
    return Moment(stage, nth, chance.uniform(0, 1.2 * gap))


def _check_state(folder: Path, done: Done, sure: int, stage: str, tally: Tally) -> int:
    """Compare what is held after a kill with what was acknowledged; return how many files it holds of the job.

    At most the file that was being stored may be there unacknowledged, and then whole.
    """
    with Archive.open(folder, create=True) as archive:
        held, verified = held_in(archive), archive.verify()
    tally.acknowledged += len(done.held[sure].articles)
    serious = [damage for damage in verified.damage if damage.kind != "cache"]
    tally.damaged += len(serious)
    tally.troubles += [f"{stage}: {damage}" for damage in serious]
    for at in (sure, min(sure + 1, len(done.held) - 1)):
        if held == done.held[at]:
            return at
    lost, more = done.held[sure].lost(held), set(held.articles) - set(done.held[sure].articles)
    tally.half += 1
    tally.lost += len(lost)
    tally.doubled += len(more)
    tally.troubles.append(f"{stage}: {done.job.name} after {sure} files: lost {lost}, more {sorted(more)}")
    return sure


def _check_reader(folder: Path, done: Done, sure: int, stage: str, tally: Tally) -> None:
    """Ask an archive that nobody has mended; where it is complete, the answers are those of the end."""
    with Archive.open(folder) as archive:
        if not archive.stats().articles:
            return
        found = answers(archive)
        complete = sure == len(done.held) - 1 and not archive.stats().pending
    tally.asked += 1
    if complete:
        _compare_answers(found, done, f"{stage}, a reader", tally)


def _check_end(folder: Path, done: Done, tally: Tally) -> None:
    with Archive.open(folder) as archive:
        held, found, verified = held_in(archive), answers(archive), archive.verify()
    if held != done.held[-1]:
        tally.half += 1
        tally.troubles.append(f"{done.job.name}: taken up again, it is not what it is in peace")
    if verified.damage or verified.pending:
        tally.damaged += 1
        tally.troubles.append(f"{done.job.name}: {verified}")
    _compare_answers(found, done, done.job.name, tally)
    tally.left_over.update(_kinds(folder) - done.files)


def _compare_answers(found: Sequence[dict[str, Any]], done: Done, where: str, tally: Tally) -> None:
    for answer, expected in zip(found, done.answers, strict=True):
        if answer != expected:
            tally.wrong_answers += 1
            differing = [key for key in expected if answer.get(key) != expected[key]]
            tally.troubles.append(f"{where}: {expected['question']} differs in {differing}")


def _kinds(folder: Path) -> frozenset[str]:
    """Return the kinds of files in `folder`, however many there are of each."""
    return frozenset(kind_of(str(file.relative_to(folder))) for file in folder.rglob("*"))


def _table(tally: Tally) -> str:
    width = max(map(len, tally.kills), default=0)
    width = max(width, 20)
    lines = [f"{'the last thing begun':{width}}  kills"]
    lines += [f"{stage:{width}}{count:>7}" for stage, count in sorted(tally.kills.items())]
    seconds = sorted(tally.seconds) or [0.0]
    lines += [
        "",
        f"kills                          {sum(tally.kills.values())}",
        f"acknowledged articles checked  {tally.acknowledged}",
        f"lost, doubled                  {tally.lost}, {tally.doubled}",
        f"archives between two files     {tally.half}",
        f"damaged beyond the caches      {tally.damaged}",
        f"wrong answers                  {tally.wrong_answers}",
        f"kinds of files left lying about {len(tally.left_over)}",
        f"asked before it was mended     {tally.asked}",
        f"vectors left to a later ingest {tally.idle}",
        f"taken up again in seconds      median {statistics.median(seconds):.2f}, longest {seconds[-1]:.2f}",
    ]
    lines += [f"  left over after {count} jobs: {kind}" for kind, count in sorted(tally.left_over.items())]
    lines += [f"  {trouble}" for trouble in tally.troubles[:TROUBLES]]
    lines += [f"  … {len(tally.troubles) - TROUBLES} more"] if len(tally.troubles) > TROUBLES else []
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
