"""Measure how often the right article is found: by BM25, by vectors, by both fused.

python -m bench.retrieval QUESTIONS.jsonl [--archive DIR] [--source NAME]... [--reader] [--json]

QUESTIONS are JSON lines (gzipped or not) with ``question`` and ``article``, the id of the right article in the
archive; without --archive with ``context`` in its place, and the archive is made of the different contexts. Those with
an empty ``answer`` are left out; ``source`` may be chosen by. The encoder is the shipped one or ``$WENBAO_ENCODER``.

Articles are ranked by their best passage among as many as the program looks at. R@k is the share of questions whose
article is among the first k, with its 95 % interval (Wilson, "Probable Inference", JASA 22, 1927); MRR@10 and nDCG@10
(Järvelin and Kekäläinen, TOIS 20, 2002) with those of the mean, from 2,000 bootstrap samples. "holds" is the share of
questions for which one of the first k articles has the answer's words, whether or not it is the right one. With
--reader the first 20 passages are also ranked by what the reader makes of them, an article by its likeliest answer.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import math
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bench.machine import heading, machine, versions
from qa import Archive
from qa.answer.reader import Reader
from qa.archive import open_reader
from qa.retrieve.fuse import WEIGHTS, Signals
from qa.retrieve.question import understand
from qa.retrieve.search import Sighting, candidates_of, gather, rank

__all__ = ["Asked", "Found", "Measured", "find", "main", "measure", "read_asked", "read_records", "wilson"]

DEPTHS = (1, 3, 5, 10)
OTHERS = ("MRR@10", "nDCG@10", "holds@1", "@10")
WAYS = ("BM25", "dense", "fused")
READ = "re-ranked"
READ_PASSAGES = 20
SAMPLES = 2000
Z = 1.96


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and the article that answers it."""

    question: str
    article: str
    answer: str | None
    kind: str
    """As the program understands the question."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the searches found for a question."""

    sightings: Sequence[Sighting]
    read: Mapping[str, float] | None = None
    """By article, how likely the reader's best answer there is right; None where it was not asked."""

    def ranked(self, way: str, weights: Signals = WEIGHTS) -> list[str]:
        """Return the articles, best first, as one of `WAYS` or `READ` ranks them; `weights` are for fusing."""
        if way in ("fused", READ):
            best = [each for _, each in rank(self.sightings, weights)]
            if way == READ and self.read is not None:  # sorting keeps the order of equals
                best.sort(key=lambda each: -(self.read or {}).get(each.passage.article_id, 0.0))
        else:
            scored = [(each.bm25 if way == "BM25" else each.dense, each) for each in self.sightings]
            best = [each for score, each in sorted(scored, key=lambda pair: (-pair[0], pair[1].passage.id)) if score]
        return list(dict.fromkeys(each.passage.article_id for each in best))

    @property
    def articles(self) -> set[str]:
        """The articles found."""
        return {each.passage.article_id for each in self.sightings}


@dataclass(frozen=True, slots=True)
class Measured:
    """How well one way of searching found the articles of some questions; intervals are (low, high)."""

    way: str
    kind: str
    questions: int
    recall: dict[int, float]
    recall_interval: dict[int, tuple[float, float]]
    mrr: float
    mrr_interval: tuple[float, float]
    ndcg: float
    ndcg_interval: tuple[float, float]
    holds: dict[int, float]


def main() -> None:
    """Print the table, or one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("questions", type=Path, help="JSON lines with question, and article or context")
    parser.add_argument("--archive", type=Path, help="an archive folder that holds the articles")
    parser.add_argument("--source", action="append", help="only questions of this source")
    parser.add_argument("--reader", action="store_true", help="let the reader rank what was found, too")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    args = parser.parse_args()
    records = read_records(args.questions, args.source)
    with tempfile.TemporaryDirectory() as name:
        if args.archive is None:
            records = _archived(records, Path(name))
        with Archive.open(args.archive or Path(name) / "archive") as archive:
            asked = read_asked(records, archive)
            if not asked:
                sys.exit(f"{args.questions}: no question whose article the archive holds")
            found = find(archive, asked, reader=open_reader() if args.reader else None)
            stats = archive.stats()
            texts = {number: archive.article(number).text for each in found for number in each.articles}
    measured = measure(asked, found, texts)
    report = {
        "machine": machine(),
        "versions": versions(("faiss-cpu", "tantivy", "onnxruntime")),
        "encoder": stats.encoder,
        "articles": stats.articles,
        "passages": stats.passages,
        "measured": [asdict(each) for each in measured],
    }
    print(json.dumps(report, ensure_ascii=False, indent=1) if args.json else _table(report, measured))


def read_asked(records: Iterable[dict[str, Any]], archive: Archive) -> list[Asked]:
    """Return the questions among `records` whose article the archive holds."""
    held = {article.id for article in archive.articles()}
    return [
        Asked(record["question"], record["article"], record.get("answer"), understand(record["question"]).kind)
        for record in records
        if record.get("article") in held
    ]


def find(archive: Archive, asked: Sequence[Asked], *, reader: Reader | None = None) -> list[Found]:
    """Search `archive` for each question as the program does, and let `reader` read what was found."""
    caches, encoder = archive._upkeep.current(), archive._upkeep.encoder
    held = archive._finder.held(caches)
    found = []
    for each in asked:
        vector = encoder.encode_questions([each.question])[0]
        dense, bm25 = partial(caches.dense, vector, allowed=None), partial(caches.bm25, each.question, allowed=None)
        sightings = gather(each.question, vector, dense=dense, bm25=bm25, held=held)
        nearness = partial(encoder.nearness, vector)
        found.append(Found(sightings, _read(archive, each.question, sightings, nearness, reader) if reader else None))
    return found


def _read(
    archive: Archive,
    question: str,
    sightings: Sequence[Sighting],
    nearness: Callable[[float], float],
    reader: Reader,
) -> dict[str, float]:
    first = rank(sightings)[:READ_PASSAGES]
    candidates = candidates_of(first, nearness)
    articles = {each.passage.article_id: archive.article(each.passage.article_id) for _, each in first}
    likely: dict[str, float] = {}
    for sign in reader.look(understand(question), candidates, articles):
        number, score = sign.evidence.article_id, sign.evidence.score
        likely[number] = max(score, likely.get(number, 0.0))
    return likely


def measure(asked: Sequence[Asked], found: Sequence[Found], texts: dict[str, str]) -> list[Measured]:
    """Compare what was found with the right articles: all questions each way, then each kind of question, fused.

    `texts` holds the text of every article found.
    """
    kinds = sorted({each.kind for each in asked}) if len({each.kind for each in asked}) > 1 else []
    groups: list[tuple[str, str, Callable[[Asked], bool]]] = [(way, "", lambda _: True) for way in WAYS]
    if found and found[0].read is not None:
        groups.append((READ, "", lambda _: True))
    groups += [("fused", kind, lambda each, kind=kind: each.kind == kind) for kind in kinds]  # type: ignore[misc]
    out = []
    for way, kind, belongs in groups:
        rows = [(each, hits.ranked(way)) for each, hits in zip(asked, found, strict=True) if belongs(each)]
        out.append(_measured(way, kind, rows, texts))
    return out


def wilson(hits: int, total: int) -> tuple[float, float]:
    """Return the 95 % interval of a share.

    >>> [round(bound, 3) for bound in wilson(8, 10)]
    [0.49, 0.943]
    """
    if not total:
        return 0.0, 1.0
    share, spread = hits / total, Z * Z / total
    middle, half = share + spread / 2, Z * math.sqrt(share * (1 - share) / total + spread / (4 * total))
    return (middle - half) / (1 + spread), (middle + half) / (1 + spread)


def _measured(way: str, kind: str, rows: Sequence[tuple[Asked, list[str]]], texts: dict[str, str]) -> Measured:
    ranks = [ranked.index(each.article) + 1 if each.article in ranked else math.inf for each, ranked in rows]
    hits = {depth: sum(rank <= depth for rank in ranks) for depth in DEPTHS}
    reciprocal = np.array([1 / rank if rank <= max(DEPTHS) else 0.0 for rank in ranks])
    gain = np.array([1 / math.log2(rank + 1) if rank <= max(DEPTHS) else 0.0 for rank in ranks])
    answered = [(each.answer, ranked) for each, ranked in rows if each.answer]
    holding = {
        depth: sum(any(answer in texts[number] for number in ranked[:depth]) for answer, ranked in answered)
        / max(1, len(answered))
        for depth in DEPTHS
    }
    return Measured(
        way=way,
        kind=kind,
        questions=len(rows),
        recall={depth: count / len(rows) for depth, count in hits.items()},
        recall_interval={depth: wilson(count, len(rows)) for depth, count in hits.items()},
        mrr=float(reciprocal.mean()),
        mrr_interval=_bootstrapped(reciprocal),
        ndcg=float(gain.mean()),
        ndcg_interval=_bootstrapped(gain),
        holds=holding,
    )


def _bootstrapped(values: npt.NDArray[np.float64]) -> tuple[float, float]:
    chance = np.random.default_rng(7)
    means = values[chance.integers(len(values), size=(SAMPLES, len(values)))].mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)


def read_records(path: Path, sources: Sequence[str] | None = None) -> list[dict[str, Any]]:
    """Return the records of a file of JSON lines, gzipped or not, of some sources or of all.

    Those with an empty answer are left out.
    """
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as lines:
        records = [json.loads(line) for line in lines if line.strip()]
    return [each for each in records if each.get("answer", "?") and (not sources or each.get("source") in sources)]


def _archived(records: Sequence[dict[str, Any]], folder: Path) -> list[dict[str, Any]]:
    """Make an archive of the contexts, each once, and return the records with their articles."""
    named = [
        {**record, "article": hashlib.blake2b(record["context"].encode(), digest_size=8).hexdigest()}
        for record in records
    ]
    contexts = {record["article"]: record["context"] for record in named}
    export = folder / "contexts.jsonl"
    lines = (json.dumps({"id": number, "text": text}, ensure_ascii=False) for number, text in contexts.items())
    export.write_text("\n".join(lines), encoding="utf-8")
    with Archive.open(folder / "archive", create=True) as archive:
        archive.ingest([export])
    return named


def _table(report: dict[str, Any], measured: Sequence[Measured]) -> str:
    lines = [
        *heading(report["machine"], report["versions"]),
        f"{measured[0].questions} questions, {report['articles']} articles, {report['passages']} passages, "
        f"encoder {(report['encoder'] or '')[:12]}",
        "",
        f"{'':16}" + "".join(f"{name:>8}" for name in (*(f"R@{depth}" for depth in DEPTHS), *OTHERS)),
    ]
    for each in measured:
        name = f"{each.kind} ({each.questions})" if each.kind else each.way
        values = [*each.recall.values(), each.mrr, each.ndcg, each.holds[1], each.holds[10]]
        lines.append(f"{name:16}" + "".join(f"{value:>8.3f}" for value in values))
        if not each.kind:
            intervals = [*each.recall_interval.values(), each.mrr_interval, each.ndcg_interval]
            lines.append(" " * 16 + "".join(f"{f'±{(high - low) / 2:.3f}':>8}" for low, high in intervals))
    return "\n".join(lines)


if __name__ == "__main__":
    main()
