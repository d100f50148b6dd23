"""Draw how far confidence can be trusted, from what `wenbao eval --json` printed.

python -m bench.reliability EVAL.json --plot docs/confidence.svg

Left: of the answers of about one confidence, the share that is right; on the diagonal both are equal, and the larger a
point the more answers it stands for. Right: the share of wrong answers where only so many of the questions, those
answered with the most confidence, are answered at all.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.growth import COLOURS, STYLE

__all__ = ["main", "reliability_plot"]

WIDTH, HEIGHT = 760, 330
PANEL, GAP, LEFT, TOP = 280, 90, 60, 50
BOTTOM = TOP + 220
Point = tuple[float, float]


def main() -> None:
    """Write the plot."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("eval", type=Path, help="what `wenbao eval … --json` printed")
    parser.add_argument("--plot", type=Path, required=True, help="the SVG file to write")
    args = parser.parse_args()
    args.plot.write_text(reliability_plot(json.loads(args.eval.read_text(encoding="utf-8"))), encoding="utf-8")


def reliability_plot(report: dict[str, Any]) -> str:
    """Return an SVG of the two panels."""
    bins = [each for each in report["calibration"]["bins"] if each["count"]]
    most = max(each["count"] for each in bins)
    reliable = [((each["confidence"], each["right"]), 3 + 5 * math.sqrt(each["count"] / most)) for each in bins]
    risk = [(each["coverage"] / 100, each["wrong"]) for each in report["risk"] if each["wrong"] is not None]
    right = LEFT + PANEL + GAP
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
        f"<style>{STYLE}</style>",
        *_panel(LEFT, "right answers, by what was said of them", "confidence"),
        _line(LEFT, [(0, 0), (1, 1)], COLOURS[4], dashed=True),
        *_points(LEFT, reliable, COLOURS[0]),
        *_panel(right, "wrong answers, the surest first", "questions answered"),
        _line(right, risk, COLOURS[1]),
        *_points(right, [(point, 3) for point in risk], COLOURS[1]),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _panel(left: int, title: str, across: str) -> list[str]:
    out = [f'<text class="title" x="{left}" y="{TOP - 20}">{title}</text>']
    for step in range(0, 11, 2):
        share = step / 10
        (x, _), (_, y) = _place(left, (share, 0)), _place(left, (0, share))
        out.append(f'<line class="grid" x1="{left}" y1="{y}" x2="{left + PANEL}" y2="{y}"/>')
        out.append(f'<text x="{left - 8}" y="{y + 4}" text-anchor="end">{share:.0%}</text>')
        out.append(f'<text x="{x}" y="{BOTTOM + 18}" text-anchor="middle">{share:.0%}</text>')
    out.append(f'<text x="{left + PANEL / 2}" y="{BOTTOM + 38}" text-anchor="middle">{across}</text>')
    return out


def _line(left: int, points: Sequence[Point], colour: str, *, dashed: bool = False) -> str:
    way = " ".join(f"{'L' if at else 'M'}{x} {y}" for at, (x, y) in enumerate(_place(left, point) for point in points))
    kind = ' class="high"' if dashed else ""
    return f'<path{kind} stroke="{colour}" d="{way}"/>'


def _points(left: int, points: Sequence[tuple[Point, float]], colour: str) -> list[str]:
    placed = ((_place(left, point), size) for point, size in points)
    return [f'<circle cx="{x}" cy="{y}" r="{size:.1f}" fill="{colour}"/>' for (x, y), size in placed]


def _place(left: int, point: Point) -> Point:
    return round(left + PANEL * point[0], 1), round(BOTTOM - (BOTTOM - TOP) * point[1], 1)


if __name__ == "__main__":
    main()
