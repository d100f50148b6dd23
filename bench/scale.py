"""Measure how an archive grows: what a passage costs and how long a question takes at 10,000, 100,000, a million.

python -m bench.scale NEWS.jsonl... --vectors ARCHIVE [--passages 10000,100000,1000000] [--folder DIR]
    [--questions 200] [--file QUESTIONS.jsonl] [--plot FILE.svg] [--json]

ARCHIVE holds real articles with real vectors; archives of each size are made from it by `bench.made_archive`, stored
through the real ingest, and deleted again. NEWS are JSON lines with title and text, for the page that is added last.
Questions are made from ARCHIVE or read with `--file`. Every step runs in a process of its own; memory is the most that
was ever resident, mapped files included. Room needed: 10 KB a passage.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from unittest.mock import patch

from bench.growth import growth_plot, growth_table
from bench.ingest import Added, Opened, add_page, make_page, open_archive
from bench.latency import PACKAGES, Asked, add_questions, chosen_questions, measure
from bench.machine import MEGABYTE, alone, file_sizes, machine, peak, versions
from bench.made_archive import Match, fill, load_originals, match_noise, write_export
from bench.probes import narrowings
from bench.recall import Recall, measure_recall
from bench.stopwatch import watching
from embeddings.encoder import Encoder
from embeddings.neighbours import Neighbours
from qa import Archive
from qa.index.sync import _Shelf
from qa.ingest.imprints.imprint import Imprint
from qa.intake import find_pages, store_files
from qa.settings import encoder_path
from qa.store.store import Store

__all__ = ["Built", "Made", "Step", "build", "main", "make", "measure_size"]

ROOM = 10_000
"""Bytes free for each passage, for the export, the archive and its log."""


@dataclass(frozen=True, slots=True)
class Made:
    """An archive that was made: seconds for storing the articles by the real ingest, without vectors and indexes."""

    articles: int
    passages: int
    store_seconds: float
    store_peak: float


@dataclass(frozen=True, slots=True)
class Built:
    """What it took to index an archive from end to end: seconds, and megabytes after each part."""

    postings: float
    postings_peak: float
    vectors: float
    peak: float
    lists: int
    """Lists the vectors are kept in; 0 where each search looks at every one."""


@dataclass(frozen=True, slots=True)
class Step:
    """All that was measured at one size."""

    made: Made
    built: Built
    bytes: dict[str, int]
    opened: Opened
    asked: Asked
    recalls: list[Recall]
    added: Added


def main() -> int:
    """Print the table of growth, or one JSON object; exit status 1 where there is too little room."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("news", nargs="+", type=Path, help="JSON lines with title and text")
    parser.add_argument("--vectors", type=Path, required=True, dest="archive", metavar="ARCHIVE")
    parser.add_argument("--passages", type=_sizes, default=[10_000, 100_000, 1_000_000], metavar="N,N,…")
    add_questions(parser)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()), help="where archives are made")
    parser.add_argument("--plot", type=Path, help="draw the growth into this SVG file")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    free, needed = shutil.disk_usage(args.folder).free, ROOM * max(args.passages)
    if free < needed:
        print(
            f"{free / MEGABYTE:.0f} MB free in {args.folder}, expected {needed / MEGABYTE:.0f}: name another --folder",
            file=sys.stderr,
        )
        return 1
    questions = chosen_questions(args)
    match = alone(matched, args.archive, questions, args.seed)
    steps = []
    with tempfile.TemporaryDirectory(dir=args.folder) as name:
        page = make_page(args.news, Path(name, "2024-03-06", "02.txt"), args.seed)
        for size in args.passages:
            print(f"{size} passages …", file=sys.stderr, flush=True)
            steps.append(asdict(measure_size(args.archive, Path(name), size, match, questions, page, args.seed)))
    report = {
        "machine": machine(),
        "versions": versions(PACKAGES),
        "questions": len(questions),
        "match": asdict(match),
        "steps": steps,
    }
    print(json.dumps(report, ensure_ascii=False, indent=2) if args.json else growth_table(report))
    if args.plot:
        args.plot.write_text(growth_plot(report), encoding="utf-8")
    return 0


def measure_size(
    archive: Path, folder: Path, passages: int, match: Match, questions: Sequence[str], page: Path, seed: int
) -> Step:
    """Make an archive of so many `passages` from `archive` below `folder`, measure it, and delete it."""
    directory, export = folder / "archive", folder / "export"
    try:
        made = alone(make, archive, directory, export, passages, match.noise, seed)
        built = alone(build, directory)
        sizes = file_sizes(directory)
        filters = narrowings(directory)
        opened = alone(open_archive, directory, questions[0])
        asked = alone(measure, directory, questions, filters)
        recalls = alone(measure_recall, directory, questions, filters)
        return Step(made, built, sizes, opened, asked, recalls, alone(add_page, directory, page))
    finally:
        shutil.rmtree(directory, ignore_errors=True)
        shutil.rmtree(export, ignore_errors=True)


def matched(archive: Path, questions: Sequence[str], seed: int) -> Match:
    """Choose the noise for `archive`; meant for a process of its own."""
    vectors = Encoder.load(encoder_path()).encode_questions(list(questions))
    return match_noise(load_originals(archive, seed=seed), vectors, seed=seed)


def make(archive: Path, directory: Path, export: Path, passages: int, noise: float, seed: int) -> Made:
    """Make an archive of so many `passages` without indexes; meant for a process of its own."""
    originals = load_originals(archive, seed=seed)
    export.mkdir()
    write_export(originals, export, passages=passages, seed=seed)
    articles, seconds, store_peak = alone(store_export, directory, export)
    return Made(articles, fill(directory, originals, noise=noise, seed=seed), seconds, store_peak)


def store_export(directory: Path, export: Path) -> tuple[int, float, float]:
    """Store an export in a new archive; returns the articles, seconds, and megabytes of memory.

    Meant for a process of its own.
    """
    store = Store(directory, create=True)
    found = find_pages([export])
    start = time.perf_counter()
    report = store_files(store, found, [Imprint()] * len(found.sources), _silent)
    seconds = time.perf_counter() - start
    store.close()
    return report.articles, seconds, peak()


def build(directory: Path) -> Built:
    """Make postings and vector index of an archive from the start; meant for a process of its own."""
    peaks = []
    neighbours = _Shelf.neighbours

    def after_postings(shelf: _Shelf, held: int | None) -> tuple[int, Neighbours]:
        peaks.append(peak())
        return neighbours(shelf, held)

    with (
        patch.object(_Shelf, "neighbours", after_postings),
        Archive.open(directory) as archive,
        watching(archive) as watch,
    ):
        lists = archive._upkeep.current().neighbours.lists
        seconds = watch.taken()
    return Built(seconds["postings"], peaks[0], seconds["vector index"], peak(), lists)


def _sizes(given: str) -> list[int]:
    return [int(size) for size in given.split(",")]


def _silent(stage: str, done: int, total: int) -> None:
    """Take progress and say nothing."""


if __name__ == "__main__":
    sys.exit(main())
