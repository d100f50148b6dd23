"""Measure what `wenbao check` makes of drafts of which it is known what is wrong with them.

python -m bench.check ARCHIVE [--drafts 300] [--seed 11] [--others QUESTIONS.jsonl.gz] [--out JSON] [--wrong N]

The drafts are made of the archive's own articles (`bench.made_drafts`) and, for inventions, of the ``context`` of
other JSON lines, those of ``source`` crud-news left out, which are the archive's. A claim's verdict is that of the
finding that covers it: of the quotation or statement, or of the figure. Precision and recall carry their 95 % intervals
(Wilson). Time and memory are those of a process of its own that opens the archive and checks one draft of 10,000
characters, twice: at once, and when all is loaded.
"""

from __future__ import annotations

import argparse
import gzip
import json
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench.machine import alone, heading, machine, peak, versions
from bench.made_drafts import Item, MadeDraft, Maker
from bench.retrieval import wilson
from qa import Archive
from qa.check.findings import CONSISTENT, VERDICTS, Finding, Report

__all__ = ["Judged", "Timed", "judge", "main", "measure", "verdict_on"]

OWN = "crud-news"
PACKAGES = ("tantivy", "rapidfuzz", "opencc", "jieba")
MISSED = "未查"
"""Stands for a claim that the check did not look at."""
LONG = 10_000
"""Characters of the draft that is timed."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A claim, and the verdict it was given."""

    item: Item
    text: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Timed:
    """What it took to check one draft: milliseconds by stage, seconds to open and check, megabytes."""

    characters: int
    findings: int
    opening: float
    first: dict[str, int]
    again: dict[str, int]
    peak: float


def main() -> None:
    """Print the tables; write the JSON object where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("archive", type=Path, help="an archive folder; vectors are not needed")
    parser.add_argument("--drafts", type=int, default=300, metavar="N", help="how many")
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--others", type=Path, help="JSON lines with context, of what the archive does not hold")
    parser.add_argument("--out", type=Path, metavar="JSON", help="where to write the measurements")
    parser.add_argument("--wrong", type=int, default=0, metavar="N", help="print N claims that were judged wrongly")
    args = parser.parse_args()
    judged: list[Judged] = []
    besides: Counter[str] = Counter()
    with Archive.open(args.archive) as archive:
        texts = [article.text for article in archive.articles()]
        stats = archive.stats()
        maker = Maker(texts, read_others(args.others), seed=args.seed)
        drafts = list(maker.drafts(args.drafts))
        for draft in drafts:
            report = archive.check(draft.text)
            judged += judge(draft, report)
            besides += beside(draft, report)
    timed = alone(measure, args.archive, _long([draft.text for draft in drafts]))
    result = {
        "machine": machine(),
        "versions": versions(PACKAGES),
        "articles": stats.articles,
        "passages": stats.passages,
        "seed": args.seed,
        "drafts": len(drafts),
        "claims": len(judged),
        "matrix": _matrix(judged),
        "classes": _classes(judged),
        "ways": _ways(judged),
        "besides": dict(besides),
        "timed": asdict(timed),
    }
    print(_table(result))
    for each in [each for each in judged if each.verdict != each.item.verdict][: args.wrong]:
        print(f"\n{each.item.way}: {each.item.verdict} → {each.verdict}\n  {each.text}")
    if args.out:
        args.out.write_text(json.dumps(result, ensure_ascii=False, indent=1), encoding="utf-8")


def read_others(path: Path | None) -> list[str]:
    """Return the different contexts of a file of questions, those of the archive's own source left out."""
    if path is None:
        return []
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as lines:
        records = [json.loads(line) for line in lines if line.strip()]
    return list(dict.fromkeys(record["context"] for record in records if record.get("source") != OWN))


def judge(draft: MadeDraft, report: Report) -> list[Judged]:
    """Return what became of every claim of a draft."""
    return [
        Judged(item, draft.text[max(0, item.start - 16) : item.end + 16], verdict_on(item, report.findings))
        for item in draft.items
    ]


def verdict_on(item: Item, findings: Iterable[Finding]) -> str:
    """Return the verdict on what covers most of a claim, of several the innermost; MISSED where nothing does."""
    best: tuple[int, int] | None = None
    verdict = MISSED
    for finding in findings:
        shared = min(item.end, finding.end) - max(item.start, finding.start)
        key = shared, finding.start - finding.end
        if 2 * shared > item.end - item.start and (best is None or key > best):
            best, verdict = key, finding.verdict
    return verdict


def beside(draft: MadeDraft, report: Report) -> Counter[str]:
    """Count the verdicts on what is no claim of the draft's maker: other figures, days and names in sentences of it."""
    return Counter(
        finding.verdict
        for finding in report.findings
        if all(item.end <= finding.start or finding.end <= item.start for item in draft.items)
    )


def measure(directory: Path, text: str) -> Timed:
    """Open the archive and check `text`, twice; meant for a process of its own."""
    start = time.perf_counter()
    with Archive.open(directory) as archive:
        opened = time.perf_counter() - start
        first, again = archive.check(text), archive.check(text)
    return Timed(len(text), len(first.findings), opened, dict(first.timings_ms), dict(again.timings_ms), peak())


def _long(texts: Sequence[str]) -> str:
    return "\n\n".join(texts)[:LONG]


def _matrix(judged: Sequence[Judged]) -> dict[str, dict[str, int]]:
    counts = Counter((each.item.verdict, each.verdict) for each in judged)
    return {true: {given: counts[true, given] for given in (*VERDICTS, MISSED)} for true in VERDICTS}


def _classes(judged: Sequence[Judged]) -> dict[str, dict[str, Any]]:
    out = {}
    for verdict in VERDICTS:
        true = [each for each in judged if each.item.verdict == verdict]
        given = [each for each in judged if each.verdict == verdict]
        right = sum(each.verdict == verdict for each in true)
        out[verdict] = {
            "count": len(true),
            "precision": right / max(1, len(given)),
            "precision_interval": wilson(right, len(given)),
            "recall": right / max(1, len(true)),
            "recall_interval": wilson(right, len(true)),
        }
    return out


def _ways(judged: Sequence[Judged]) -> list[dict[str, Any]]:
    counts: dict[tuple[str, str], Counter[str]] = {}
    for each in judged:
        counts.setdefault((each.item.verdict, each.item.way), Counter())[each.verdict] += 1
    return [
        {"verdict": verdict, "way": way, "count": sum(given.values()), "given": dict(given.most_common())}
        for (verdict, way), given in sorted(
            counts.items(), key=lambda entry: (VERDICTS.index(entry[0][0]), entry[0][1])
        )
    ]


def _table(result: dict[str, Any]) -> str:
    timed = result["timed"]
    lines = [
        *heading(result["machine"], result["versions"]),
        f"{result['articles']} articles, {result['passages']} passages; {result['drafts']} drafts with "
        f"{result['claims']} claims, seed {result['seed']}",
        "",
        f"{'':10}{'claims':>8}{'precision':>20}{'recall':>20}",
    ]
    for verdict, row in result["classes"].items():
        shares = "".join(
            f"{row[name]:>8.3f} ({low:.3f}–{high:.3f})"[-20:].rjust(20)
            for name in ("precision", "recall")
            for low, high in [row[f"{name}_interval"]]
        )
        lines.append(f"{_wide(verdict, 10)}{row['count']:>8}{shares}")
    given = (*VERDICTS, MISSED)
    lines += ["", "true ↓ given →" + "".join(_wide(name, 11, right=True) for name in given)]
    for true, counts in result["matrix"].items():
        lines.append(_wide(true, 14) + "".join(f"{counts[name]:>11}" for name in given))
    lines += ["", f"{'made so':44}{'claims':>8}{'right':>8}  others"]
    for way in result["ways"]:
        right = way["given"].get(way["verdict"], 0)
        others = " ".join(f"{name} {count}" for name, count in way["given"].items() if name != way["verdict"])
        lines.append(
            f"{_wide(way['verdict'], 10)}{way['way']:34}{way['count']:>8}{right / way['count']:>8.3f}  {others}"
        )
    untouched = [way for way in result["ways"] if way["verdict"] == CONSISTENT]
    alarms = {
        "quotations": _alarms([way for way in untouched if not way["way"].startswith(("figure", "statement"))]),
        "statements": _alarms([way for way in untouched if way["way"].startswith("statement")]),
        "figures": _alarms([way for way in untouched if way["way"].startswith("figure")]),
    }
    besides = ", ".join(f"{verdict} {count}" for verdict, count in result["besides"].items())
    stages = ("claims", "quotes", "statements", "figures", "names", "total")
    lines += [
        "",
        *(f"false alarms on untouched {kind}: {told}" for kind, told in alarms.items()),
        f"other figures, days and names of the sentences used: {besides}",
        "",
        f"a draft of {timed['characters']} characters, {timed['findings']} findings; "
        f"opening {timed['opening']:.1f} s, peak {timed['peak']:.0f} MB",
        f"{'seconds':12}" + "".join(f"{stage:>12}" for stage in stages),
    ]
    for name in ("first", "again"):
        lines.append(f"{name:12}" + "".join(f"{timed[name].get(stage, 0) / 1000:>12.2f}" for stage in stages))
    return "\n".join(lines)


def _alarms(ways: Sequence[dict[str, Any]]) -> str:
    total = sum(way["count"] for way in ways)
    wrong = total - sum(way["given"].get(CONSISTENT, 0) for way in ways)
    low, high = wilson(wrong, total)
    return f"{wrong} of {total}, {wrong / max(1, total):.2%} ({low:.2%}–{high:.2%})"


def _wide(text: str, width: int, *, right: bool = False) -> str:
    """Pad Chinese `text`, two columns a character."""
    pad = " " * max(0, width - 2 * len(text))
    return pad + text if right else text + pad


if __name__ == "__main__":
    main()
