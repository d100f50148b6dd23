"""Show what `bench.scale` measured: a table with a column for each size, and a plot."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bench.latency import RETRIEVAL
from bench.machine import MEGABYTE, heading

__all__ = ["COLOURS", "STYLE", "growth_plot", "growth_table"]

Step = dict[str, Any]
LABEL, COLUMN = 32, 16
SHOWN = ("filter", "dense", "bm25", "fuse", RETRIEVAL, "total")
WIDTH, HEIGHT = 860, 400
PANEL, GAP, LEFT, TOP = 350, 70, 60, 60
BOTTOM = 300
NEAR = 0.05
"""Decades by which a value may stand outside its panel: an archive made for a million passages has some more."""
COLOURS = ("#3b82c4", "#c2702a", "#4b9b57", "#a35fb5", "#8a8d91")
"""Readable on white and on black."""
STYLE = (
    "text{font:12px sans-serif;fill:#57606a}.title{font-size:14px;font-weight:bold}.grid{stroke:#8a8d91;"
    "stroke-opacity:.35}path{fill:none;stroke-width:2}.high{stroke-dasharray:4 3}"
    "@media(prefers-color-scheme:dark){text{fill:#b1bac4}}"
)


@dataclass(frozen=True, slots=True)
class Curve:
    """A line of a plot: points (x, y), both above 0; dashed for a 95th percentile."""

    name: str
    points: tuple[tuple[float, float], ...]
    colour: str
    dashed: bool = False


def growth_table(report: dict[str, Any]) -> str:
    """Return the table of a report of `bench.scale`, at most 80 columns wide for three sizes."""
    steps, match = report["steps"], report["match"]
    lines = [
        *heading(report["machine"], report["versions"]),
        f"{report['questions']} questions; vectors moved by {match['noise']:.2f}: cosine of the 10th and 50th nearest",
        f"  to questions   real {match['real'][0]:.3f} {match['real'][1]:.3f}   made {match['made'][0]:.3f} "
        f"{match['made'][1]:.3f}",
        f"  to passages    real {match['real'][2]:.3f} {match['real'][3]:.3f}   made {match['made'][2]:.3f} "
        f"{match['made'][3]:.3f}",
        "",
    ]
    rows: list[tuple[str, Callable[[Step], str]]] = [
        ("passages", lambda step: f"{step['made']['passages']:,}"),
        ("articles", lambda step: f"{step['made']['articles']:,}"),
        ("stored, articles/s", lambda step: f"{step['made']['articles'] / step['made']['store_seconds']:.0f}"),
        ("  peak MB", lambda step: f"{step['made']['store_peak']:.0f}"),
        ("postings made, s", lambda step: f"{step['built']['postings']:.1f}"),
        ("  peak MB", lambda step: f"{step['built']['postings_peak']:.0f}"),
        ("vector index made, s", lambda step: f"{step['built']['vectors']:.1f}"),
        ("  lists", lambda step: f"{step['built']['lists'] or 'none'}"),
        ("  peak MB", lambda step: f"{step['built']['peak']:.0f}"),
        ("on disk, MB", lambda step: f"{sum(step['bytes'].values()) / MEGABYTE:.0f}"),
        *((f"  {name}, bytes a passage", _disk(name)) for name in ("archive.db", "postings", "vectors.faiss")),
        ("indexes open after, s", lambda step: f"{step['opened']['indexes']:.2f}"),
        ("first answer after opening, s", lambda step: f"{step['opened']['seconds']:.1f}"),
        ("peak MB of the asking process", lambda step: f"{step['asked']['peak']:.0f}"),
        ("a page added, s: words", lambda step: f"{step['added']['by_words']:.2f}"),
        ("  then vectors", lambda step: f"{step['added']['by_vectors']:.2f}"),
        ("  peak MB", lambda step: f"{step['added']['peak']:.0f}"),
    ]
    for at, latency in enumerate(steps[0]["asked"]["latencies"]):
        rows.append((f"{latency['name']} of the passages", lambda step: ""))
        rows += [(f"  {part}, ms p50 p95", _part(at, part)) for part in SHOWN]
        rows += [("  recall@10 (worst)", _recall(at)), ("  questions short, first lost", _lost(at))]
    for label, value in rows:
        lines.append(f"{label:{LABEL}}" + "".join(f"{value(step):>{COLUMN}}" for step in steps))
    return "\n".join(line.rstrip() for line in lines)


def growth_plot(report: dict[str, Any]) -> str:
    """Return an SVG of two panels over the number of passages, both axes logarithmic: latency, and costs a passage."""
    steps = report["steps"]
    sizes = [step["made"]["passages"] for step in steps]

    def curve(name: str, colour: int, value: Callable[[Step], float], *, dashed: bool = False) -> Curve:
        return Curve(name, tuple(zip(sizes, map(value, steps), strict=True)), COLOURS[colour], dashed)

    latency = []
    for colour, (part, name) in enumerate((("total", "answer"), ("dense", "vectors"), ("bm25", "words"))):
        for place, dashed in ((0, False), (1, True)):
            latency.append(curve("" if dashed else name, colour, _milliseconds(part, place), dashed=dashed))
    costs = [
        curve("disk", 0, lambda step: sum(step["bytes"].values()) / step["made"]["passages"]),
        curve("memory, asking", 1, lambda step: step["asked"]["peak"] * MEGABYTE / step["made"]["passages"]),
        curve("archive.db", 2, lambda step: step["bytes"]["archive.db"] / step["made"]["passages"]),
        curve("vector index", 3, lambda step: step["bytes"]["vectors.faiss"] / step["made"]["passages"]),
        curve("postings", 4, lambda step: step["bytes"]["postings"] / step["made"]["passages"]),
    ]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
        f"<style>{STYLE}</style>",
        *_panel(LEFT, "milliseconds a question (dashed: 95th percentile)", latency),
        *_panel(LEFT + PANEL + GAP, "bytes a passage", costs),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _disk(name: str) -> Callable[[Step], str]:
    return lambda step: f"{step['bytes'].get(name, 0) / step['made']['passages']:.0f}"


def _part(at: int, part: str) -> Callable[[Step], str]:
    def shown(step: Step) -> str:
        median, high = step["asked"]["latencies"][at]["parts"][part]
        return f"{median:.1f}{high:>8.1f}"

    return shown


def _recall(at: int) -> Callable[[Step], str]:
    def shown(step: Step) -> str:
        worst = f"({step['recalls'][at]['worst']:.1f})"
        return f"{step['recalls'][at]['recall']:.4f}{worst:>7}"

    return shown


def _lost(at: int) -> Callable[[Step], str]:
    return lambda step: f"{step['recalls'][at]['incomplete']}{step['recalls'][at]['first_missed']:>7}"


def _milliseconds(part: str, place: int) -> Callable[[Step], float]:
    return lambda step: float(step["asked"]["latencies"][0]["parts"][part][place])


def _panel(left: int, title: str, curves: Sequence[Curve]) -> list[str]:
    points = [point for curve in curves for point in curve.points]
    across = _decades([x for x, _ in points])
    up = _decades([y for _, y in points])

    def place(x: float, y: float) -> tuple[float, float]:
        return (
            round(left + PANEL * (math.log10(x) - across[0]) / (across[-1] - across[0]), 1),
            round(BOTTOM - (BOTTOM - TOP) * (math.log10(y) - up[0]) / (up[-1] - up[0]), 1),
        )

    out = [f'<text class="title" x="{left}" y="{TOP - 20}">{title}</text>']
    for decade in up:
        y = place(10 ** across[0], 10**decade)[1]
        out.append(f'<line class="grid" x1="{left}" y1="{y}" x2="{left + PANEL}" y2="{y}"/>')
        out.append(f'<text x="{left - 8}" y="{y + 4}" text-anchor="end">{_number(decade)}</text>')
    for decade in across:
        x = place(10**decade, 10 ** up[0])[0]
        out.append(f'<line class="grid" x1="{x}" y1="{TOP}" x2="{x}" y2="{BOTTOM}"/>')
        out.append(f'<text x="{x}" y="{BOTTOM + 18}" text-anchor="middle">{_number(decade)}</text>')
    out.append(f'<text x="{left + PANEL / 2}" y="{BOTTOM + 38}" text-anchor="middle">passages</text>')
    for curve in curves:
        places = [place(*point) for point in curve.points]
        line = " ".join(f"{'L' if number else 'M'}{x} {y}" for number, (x, y) in enumerate(places))
        kind = ' class="high"' if curve.dashed else ""
        out.append(f'<path{kind} stroke="{curve.colour}" d="{line}"/>')
        if not curve.dashed:
            out += [f'<circle cx="{x}" cy="{y}" r="3" fill="{curve.colour}"/>' for x, y in places]
    named = [curve for curve in curves if curve.name]
    for number, curve in enumerate(named):
        x, y = left + number % 3 * 120, BOTTOM + 62 + number // 3 * 20
        out.append(f'<path stroke="{curve.colour}" d="M{x} {y - 4} L{x + 18} {y - 4}"/>')
        out.append(f'<text x="{x + 24}" y="{y}">{curve.name}</text>')
    return out


def _decades(values: Sequence[float]) -> range:
    """Return the exponents of ten from below the least to above the greatest of `values`, give or take a tenth.

    >>> list(_decades([20, 3000])), list(_decades([98, 1020]))
    ([1, 2, 3, 4], [2, 3])
    """
    low, high = math.floor(math.log10(min(values)) + NEAR), math.ceil(math.log10(max(values)) - NEAR)
    return range(low, max(high, low + 1) + 1)


def _number(decade: int) -> str:
    """Name a power of ten.

    >>> _number(-1), _number(3), _number(6)
    ('0.1', '1,000', '1,000,000')
    """
    return f"{10**decade:,}"
