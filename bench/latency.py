"""Measure how long a question takes, part by part, without and with filters.

python -m bench.latency ARCHIVE [--questions 200] [--file QUESTIONS.jsonl] [--seed 7] [--json]

Questions are made from the archive itself, from headlines and sentences in turn, or read from JSON lines with
``question``. All are asked in one process of its own, which is warm after the first; each filter is a run of days that
holds about a half, a tenth, a hundredth of the passages. Percentiles are of questions, part by part, so that they do
not add up. Memory is the most that was ever resident, mapped files included.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench.machine import alone, heading, machine, peak, percentile, versions
from bench.probes import Narrowing, make_questions, narrowings, read_questions
from bench.stopwatch import PARTS, watching
from qa import Archive

__all__ = ["PACKAGES", "RETRIEVAL", "Asked", "Latency", "add_questions", "chosen_questions", "main", "measure"]

PACKAGES = ("numpy", "faiss-cpu", "tantivy", "onnxruntime")
WARMING = 5
RETRIEVAL = "retrieval"
"""What dense, bm25 and fuse take together of a question."""


@dataclass(frozen=True, slots=True)
class Latency:
    """How long questions took under one filter: milliseconds by part, as (median, 95th percentile)."""

    name: str
    share: float
    """Of the passages, so many lie within the filter."""
    parts: dict[str, tuple[float, float]]
    refused: int
    slowest: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What it took to open an archive and ask it."""

    articles: int
    passages: int
    first_answer: float
    """Seconds from opening the archive to its first answer, imports apart."""
    peak: float
    """Megabytes."""
    latencies: tuple[Latency, ...]


def main() -> None:
    """Print the table, or one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("archive", type=Path, help="an archive folder")
    add_questions(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    args = parser.parse_args()
    questions = chosen_questions(args)
    asked = alone(measure, args.archive, questions, narrowings(args.archive))
    report = {"machine": machine(), "versions": versions(PACKAGES), "questions": len(questions), **asdict(asked)}
    print(json.dumps(report, ensure_ascii=False, indent=2) if args.json else _table(report))


def add_questions(parser: argparse.ArgumentParser) -> None:
    """Let a command say which questions are asked."""
    parser.add_argument("--questions", type=int, default=200, metavar="N", help="how many")
    parser.add_argument("--file", type=Path, help="JSON lines with question, instead of questions made")
    parser.add_argument("--seed", type=int, default=7)


def chosen_questions(args: argparse.Namespace) -> list[str]:
    """Return the questions that `add_questions` let a command choose."""
    if args.file:
        return read_questions(args.file, args.questions)
    return make_questions(args.archive, args.questions, seed=args.seed)


def measure(directory: Path, questions: Sequence[str], filters: Sequence[Narrowing]) -> Asked:
    """Ask all `questions` under each filter; meant for a process of its own."""
    start = time.perf_counter()
    with Archive.open(directory) as archive:
        archive.ask(questions[0])
        first_answer = time.perf_counter() - start
        for question in questions[:WARMING]:
            archive.ask(question)
        latencies = tuple(_ask_all(archive, questions, narrowing) for narrowing in filters)
        stats = archive.stats()
    return Asked(stats.articles, stats.passages, first_answer, peak(), latencies)


def _ask_all(archive: Archive, questions: Sequence[str], narrowing: Narrowing) -> Latency:
    laps = []
    refused = 0
    with watching(archive) as watch:
        for question in questions:
            answer = archive.ask(question, filters=narrowing.filters)
            laps.append({part: seconds * 1000 for part, seconds in watch.taken().items()})
            refused += not answer.found
    by_part = {part: [lap.get(part, 0.0) for lap in laps] for part in PARTS}
    by_part[RETRIEVAL] = [sum(lap.get(part, 0.0) for part in ("dense", "bm25", "fuse")) for lap in laps]
    by_part["total"] = [sum(lap.values()) for lap in laps]
    return Latency(
        name=narrowing.name,
        share=narrowing.share,
        parts={part: (percentile(times, 0.5), percentile(times, 0.95)) for part, times in by_part.items()},
        refused=refused,
        slowest=max(zip(by_part["total"], questions, strict=True))[1],
    )


def _table(report: dict[str, Any]) -> str:
    rows = report["latencies"]
    lines = [
        *heading(report["machine"], report["versions"]),
        f"{report['questions']} questions to {report['articles']} articles, {report['passages']} passages; "
        f"first answer after {report['first_answer']:.1f} s; peak {report['peak']:.0f} MB",
        "",
        f"{'ms, p50 and p95':16}" + "".join(f"{row['name']:>16}" for row in rows),
        f"{'of the passages':16}" + "".join(f"{row['share']:>16.1%}" for row in rows),
    ]
    for part in (*PARTS, RETRIEVAL, "total"):
        times = (row["parts"][part] for row in rows)
        lines.append(f"{part:16}" + "".join(f"{median:>8.1f}{high:>8.1f}" for median, high in times))
    lines.append(f"{'refused':16}" + "".join(f"{row['refused']:>16}" for row in rows))
    slowest = max(rows, key=lambda row: row["parts"]["total"][1])
    return "\n".join([*lines, f"slowest ({slowest['name']}): {slowest['slowest']}"])


if __name__ == "__main__":
    main()
