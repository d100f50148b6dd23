"""The sheet that made pages are printed on: its measures, the pieces of print on it, and the markup of both."""

from __future__ import annotations

import html
import math
import random
from dataclasses import dataclass, field, replace

from bench.made import MadeArticle

__all__ = ["MARGIN", "MEASURE", "SANS", "SERIF", "SHEET", "Box", "Piece", "Sheet", "markup", "pack"]

BROADSHEET, TABLOID = (1106, 1531), (737, 1049)
MARGIN = 42.0
SERIF, SANS = "'Noto Serif CJK SC'", "'Noto Sans CJK SC'"
SURNAMES, GIVEN = "高付侯王刘郑周吴", "伟山家宝力强利辉淑平明远"
MEASURE = """
(jobs) => {
  const box = document.createElement("div");
  document.body.replaceChildren(box);
  return jobs.map(([text, width, size, font, weight, indent]) => {
    box.style.cssText = `position:absolute;width:${width}pt;font:${weight} ${size}pt ${font};text-indent:${indent}em`;
    box.textContent = text;
    const node = box.firstChild, range = document.createRange(), lines = [];
    let at = 0, top = null;
    for (const char of text) {
      range.setStart(node, at);
      range.setEnd(node, at + char.length);
      at += char.length;
      const rect = range.getClientRects()[0];
      if (rect && rect.width && (top === null || Math.abs(rect.top - top) > size * 0.6)) {
        lines.push("");
        top = rect.top;
      }
      if (lines.length) lines[lines.length - 1] += char;
    }
    return lines.map((line) => line.trim());
  });
}
"""
"""Breaks texts into lines; each job is a text, its measure and type size, font, weight and indent."""
SHEET = """<!doctype html><meta charset=utf-8><style>
@page {{ size: {width}pt {height}pt; margin: 0 }}
body {{ margin: 0 }}
section {{ position: relative; width: {width}pt; height: {height}pt; overflow: hidden; break-after: page }}
div {{ position: absolute; white-space: pre; line-height: 1.2 }}
.j {{ text-align: justify; text-align-last: justify }} .c {{ text-align: center }} .r {{ text-align: right }}
.v {{ writing-mode: vertical-rl }}
.rule {{ background: #333 }} .frame {{ border: .6pt solid #555; box-sizing: border-box }}
.picture {{ background: linear-gradient(135deg, #888, #ddd 40%, #666) }}
</style>{pages}"""


@dataclass(frozen=True, slots=True)
class Piece:
    """A line of text, or an empty coloured box (`kind` is its class), placed in points from the box's corner."""

    text: str
    x: float
    y: float
    width: float
    size: float = 0.0
    font: str = SERIF
    weight: int = 400
    kind: str = ""
    height: float = 0.0
    twice: float = 0.0
    """Offset of a second copy, as fake bold and shadows are drawn."""


@dataclass(slots=True)
class Box:
    """A rectangle to be placed on a page: its width in grid columns, its height in grid lines, its print."""

    columns: int
    lines: int
    pieces: list[Piece]
    article: MadeArticle | None = None
    others: list[tuple[str, str]] = field(default_factory=list)


class Sheet:
    """The measures of one made newspaper and the chances it takes, all from the seed."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.width, self.height = chance.choice((BROADSHEET, BROADSHEET, TABLOID))
        broad = self.width == BROADSHEET[0]
        self.columns = chance.choice((5, 6, 7) if broad else (4, 5))
        self.body = chance.choice((9.0, 9.5, 10.0))
        self.leading = self.body * chance.choice((1.4, 1.5, 1.6))
        self.gutter = self.body * chance.choice((1.5, 2.0, 2.5))
        self.column = (self.width - 2 * MARGIN - (self.columns - 1) * self.gutter) / self.columns
        self.top = MARGIN + chance.choice((22, 30, 40))
        self.rows = int((self.height - self.top - MARGIN - 16) / self.leading)
        self.spaced_indent = chance.random() < 0.3
        self.stream = chance.choice(("head first", "head first", "body first", "mixed", "rows"))
        self.head_font = chance.choice((SANS, SERIF))
        self.running = chance.randrange(5)
        """Which form the running heads have, the same on all pages."""

    def span(self, columns: int) -> float:
        """Width of so many grid columns."""
        return columns * self.column + (columns - 1) * self.gutter

    def lines(self, points: float) -> int:
        """Grid lines that so many points fill."""
        return math.ceil(points / self.leading)

    def person(self) -> str:
        """Make up a name."""
        return self.chance.choice(SURNAMES) + "".join(self.chance.sample(GIVEN, self.chance.choice((1, 2))))


def markup(piece: Piece) -> str:
    """Return the HTML of a piece, twice where it is printed twice."""
    style = f"left:{piece.x:.2f}pt;top:{piece.y:.2f}pt;width:{piece.width:.2f}pt"
    if piece.height:
        style += f";height:{piece.height:.2f}pt"
    if piece.text:
        style += f";font:{piece.weight} {piece.size}pt/1.2 {piece.font}"
    mark = f'<div class="{piece.kind}" style="{style}">{html.escape(piece.text)}</div>'
    if piece.twice:
        mark += markup(replace(piece, x=piece.x + piece.twice, twice=0.0))
    return mark


def pack(sheet: Sheet, boxes: list[Box]) -> list[list[tuple[Box, int, int]]]:
    """Put the boxes on pages, each where the page is lowest filled; returns (box, column, row) for each page."""
    pages: list[list[tuple[Box, int, int]]] = []
    skylines: list[list[int]] = []
    for box in boxes:
        best = None
        for number, skyline in enumerate(skylines):
            for column in range(sheet.columns - box.columns + 1):
                row = max(skyline[column : column + box.columns])
                waste = sum(row - low for low in skyline[column : column + box.columns])
                if row + box.lines <= sheet.rows and waste <= 6 * box.columns:
                    best = min(best or (number, row, column), (number, row, column))
            if best:
                break
        if best is None:
            pages.append([])
            skylines.append([0] * sheet.columns)
            best = (len(pages) - 1, 0, 0)
        number, row, column = best
        pages[number].append((box, column, row))
        skylines[number][column : column + box.columns] = [row + box.lines] * box.columns
    return pages
