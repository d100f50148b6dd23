"""Measure what it takes to fill an archive from an export, to open it, and to add one page more.

python -m bench.ingest NEWS.jsonl... [--articles N] [--archive DIR] [--folder DIR] [--json]

NEWS are JSON lines with title and text. They are ingested with the encoder into a new archive, which is deleted at the
end; `--archive` names one that is there instead, to open and to add to a copy of it. The page added is made by
`bench.made` from NEWS: it answers by its words first, by its meaning once its vectors are in. Every figure is of a
process of its own; memory is the most that was ever resident, mapped files included.
"""

from __future__ import annotations

import argparse
import gzip
import json
import shutil
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from bench.machine import MEGABYTE, alone, file_sizes, heading, machine, peak, versions
from bench.made import load_articles, typeset
from bench.probes import make_questions
from bench.stopwatch import FILLING, watching
from embeddings.engine import Engine
from embeddings.folder import read_folder
from qa import Archive
from qa.settings import encoder_path
from qa.store.store import Store

__all__ = ["Added", "Filled", "Opened", "add_page", "fill", "main", "make_page", "open_archive", "write_records"]

PACKAGES = ("numpy", "faiss-cpu", "tantivy", "onnxruntime")
STORIES = 5
"""Articles on the page that is added."""
THREADED = 64
"""Passages encoded with each way of sharing out the cores."""


@dataclass(frozen=True, slots=True)
class Filled:
    """What it took to fill an archive: seconds by part, and megabytes."""

    articles: int
    passages: int
    seconds: dict[str, float]
    peak: float


@dataclass(frozen=True, slots=True)
class Opened:
    """Seconds until the indexes are open, and to the first answer, imports apart; and megabytes then."""

    indexes: float
    seconds: float
    peak: float


@dataclass(frozen=True, slots=True)
class Added:
    """What it took to add a page: seconds until its words find it, then until its vectors do, each also by part."""

    passages: int
    by_words: float
    word_parts: dict[str, float]
    by_vectors: float
    vector_parts: dict[str, float]
    peak: float


def main() -> None:
    """Print the tables, or one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("news", nargs="+", type=Path, help="JSON lines with title and text")
    parser.add_argument("--articles", type=int, metavar="N", help="ingest the first N only")
    parser.add_argument("--archive", type=Path, help="open and add to a copy of this archive, and fill none")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()), help="where archives are made")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    args = parser.parse_args()
    report: dict[str, Any] = {"machine": machine(), "versions": versions(PACKAGES)}
    with tempfile.TemporaryDirectory(dir=args.folder) as name:
        folder = Path(name)
        archive = folder / "archive"
        if args.archive:
            _copy(args.archive, archive)
        else:
            export = write_records(args.news, folder / "export.jsonl", args.articles)
            report["filled"] = asdict(alone(fill, archive, export))
            report["encoding"] = compare_threads(export)
        report["bytes"] = file_sizes(archive)
        (question,) = make_questions(archive, 1, seed=args.seed)
        report["opened"] = asdict(alone(open_archive, archive, question))
        page = make_page(args.news, folder / "2024-03-06" / "02.txt", args.seed)
        report["added"] = asdict(alone(add_page, archive, page))
    print(json.dumps(report, ensure_ascii=False, indent=2) if args.json else _table(report))


def write_records(news: Sequence[Path], path: Path, articles: int | None) -> Path:
    """Write the first `articles` lines of all `news` (gzipped or not), or every one, into one file."""
    left = articles
    with path.open("wb") as file:
        for source in news:
            with gzip.open(source, "rb") if source.suffix == ".gz" else source.open("rb") as lines:
                for line in islice(lines, left):
                    file.write(line)
                    left = left - 1 if left is not None else None
    return path


def make_page(news: Sequence[Path], path: Path, seed: int) -> Path:
    """Typeset one text page of `STORIES` articles at `path`, whose folder tells its date."""
    articles = load_articles(news, seed=seed)[:STORIES]
    if len(articles) < STORIES:
        raise SystemExit(f"{len(articles)} articles with a whole title, expected {STORIES}: name more news")
    path.parent.mkdir(parents=True)
    path.write_text(typeset(articles, seed=seed).text, encoding="utf-8")
    return path


def fill(directory: Path, export: Path) -> Filled:
    """Ingest `export` into a new archive; meant for a process of its own."""
    with Archive.open(directory, create=True) as archive, watching(archive) as watch:
        report = archive.ingest([export])
        return Filled(report.articles, report.passages, _by_part(watch.taken()), peak())


def open_archive(directory: Path, question: str) -> Opened:
    """Open an archive and ask it one question; meant for a process of its own."""
    start = time.perf_counter()
    with Archive.open(directory) as archive:
        archive._upkeep.current()
        indexes = time.perf_counter() - start
        archive.ask(question)
        return Opened(indexes, time.perf_counter() - start, peak())


def add_page(directory: Path, page: Path) -> Added:
    """Add a page to an archive that is open and warm; meant for a process of its own.

    Raises RuntimeError where the page is stored but not found.
    """
    with Archive.open(directory) as archive:
        archive.warm()
        with watching(archive) as watch:
            start = time.perf_counter()
            report = archive.ingest([page], embed=False)
            current = archive._upkeep.current()
            entry = _last_entry(directory)
            words = dict(current.bm25(entry[1], 10, allowed=None))
            by_words, word_parts = time.perf_counter() - start, watch.taken()
            start = time.perf_counter()
            archive.embed()
            current = archive._upkeep.current()
            by_vectors, vector_parts = time.perf_counter() - start, watch.taken()
            vector = archive._upkeep.encoder.encode_passages([entry[1]])[0]
            near = dict(current.dense(vector, 10, allowed=None))
        if entry[0] not in words or entry[0] not in near:
            raise RuntimeError(f"passage {entry[0]} of {page} is not found: {sorted(words)}, {sorted(near)}")
        return Added(report.passages, by_words, _by_part(word_parts), by_vectors, _by_part(vector_parts), peak())


def compare_threads(export: Path, passages: int = THREADED) -> list[dict[str, Any]]:
    """Encode the same passages with one core, with each core a text of its own, and with all cores on one text."""
    import onnxruntime

    with export.open(encoding="utf-8") as lines:
        texts = [json.loads(line)["text"][:300] for line in islice(lines, passages)]
    folder = read_folder(Path(encoder_path()))
    cores = Engine(folder).workers
    rows = []
    for name, workers, threads in (("one core", 1, 1), ("a text a core", cores, 1), ("all cores a text", 1, cores)):
        engine = Engine(folder, workers=workers)
        if threads > 1:
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = threads
            engine._session = onnxruntime.InferenceSession(folder.read("model.onnx"), options)
        engine.encode(texts[:2])
        start = time.perf_counter()
        engine.encode(texts)
        rows.append({"name": name, "passages_per_second": len(texts) / (time.perf_counter() - start)})
    return rows


def _last_entry(directory: Path) -> tuple[int, str]:
    """Return id and text of the passage that was stored last."""
    store = Store(directory)
    with store.snapshot() as snapshot:
        (last,) = snapshot.passages([int(snapshot.passage_ids()[-1])])
    store.close()
    return last.passage.id, last.text


def _by_part(seconds: dict[str, float]) -> dict[str, float]:
    return {part: seconds.get(part, 0.0) for part in FILLING}


def _copy(archive: Path, copy: Path) -> None:
    """Copy an archive that nobody writes to."""
    shutil.copytree(archive, copy, ignore=shutil.ignore_patterns("*.lock"))


def _table(report: dict[str, Any]) -> str:
    lines = heading(report["machine"], report["versions"])
    if filled := report.get("filled"):
        total = sum(filled["seconds"].values())
        lines += [
            "",
            f"filled: {filled['articles']} articles, {filled['passages']} passages in {total:.1f} s, "
            f"{filled['passages'] / total:.1f} passages/s; peak {filled['peak']:.0f} MB",
        ]
        lines += [f"  {part:16}{seconds:>10.2f} s" for part, seconds in filled["seconds"].items()]
        lines += ["", "encoded, passages/s"]
        lines += [f"  {row['name']:16}{row['passages_per_second']:>10.1f}" for row in report["encoding"]]
    lines += ["", "on disk, MB"]
    lines += [f"  {name:16}{size / MEGABYTE:>10.2f}" for name, size in report["bytes"].items()]
    opened, added = report["opened"], report["added"]
    lines += [
        "",
        f"indexes open after {opened['indexes']:.2f} s, first answer after {opened['seconds']:.1f} s, "
        f"peak {opened['peak']:.0f} MB",
        f"a page of {added['passages']} passages is found by its words after {added['by_words']:.2f} s,",
        f"by its vectors {added['by_vectors']:.2f} s later; peak {added['peak']:.0f} MB",
        f"  {'seconds':16}{'words':>10}{'vectors':>10}",
    ]
    lines += [f"  {part:16}{added['word_parts'][part]:>10.2f}{added['vector_parts'][part]:>10.2f}" for part in FILLING]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
