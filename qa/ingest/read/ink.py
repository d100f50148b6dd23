"""From the ink of the lines on a scanned page to their boxes: where each begins and ends, its type size, their order.

A picture has no type sizes and no edges of columns; they are measured, and what differs by little is taken as equal,
so that the boxes can be used as those of a PDF are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

import numpy as np
import numpy.typing as npt

from qa.ingest.segment.columns import blocks_of
from qa.ingest.segment.repair import IDEOGRAPH
from qa.records import LineBox

__all__ = ["InkLine", "Picture", "in_reading_order", "inked", "joined", "spaced"]

Picture = npt.NDArray[np.uint8]
"""Dots, uint8 (height, width, 3), blue first."""

GUTTER, EVEN = 1.6, 1.5
"""White that parts a line, in heights of its ink, unless its characters all stand nearly (this ratio) as far apart."""
NEAR, WIDEST = 0.5, 3.0
"""White between two pieces of a line, in type sizes: surely, and where the lines around it have none there."""
SHARED, LIKE = 0.7, 1.3
"""Share of the lower piece's height that pieces of a line have in common, and the ratio of heights of like type."""
SPACE = 0.16
"""White by which a gap with a space is wider than the others of its line, in heights of its ink."""
DENSE = 0.2
"""Share of a line's mean ink that a row of dots in its characters' body has at least."""
INK = 0.9
"""Height of the ink of a line of Chinese type, in type sizes."""
SAME_TYPE = 1.06
"""Ratio by which measured heights of one type size differ at most from their middle."""
FLAT = 1.2
"""The same for a line of few ideographs: its characters may all be low."""
EDGE = 0.6
"""White that a character may have on its left, in type sizes: a quotation mark or bracket prints on the right."""


@dataclass(frozen=True, slots=True)
class InkLine:
    """Where a line has its ink, in dots; `size` is the height of its characters, then its type size."""

    left: int
    top: int
    right: int
    bottom: int
    text: str = ""
    size: float = 0.0

    @property
    def upright(self) -> bool:
        """Tell whether the characters stand below one another."""
        return self.bottom - self.top > 1.5 * (self.right - self.left)


def inked(dots: Picture, box: InkLine) -> list[InkLine]:
    """Return the rectangle of a line's ink; two where it was found across a gutter."""
    import cv2

    pad = max(2, round(0.12 * min(box.bottom - box.top, box.right - box.left)))
    left, top = max(0, box.left - pad), max(0, box.top - pad)
    part = dots[top : box.bottom + pad, left : box.right + pad]
    if min(part.shape[:2]) < 4:
        return []
    grey = cv2.cvtColor(part, cv2.COLOR_BGR2GRAY)
    level, ink = cv2.threshold(grey, 0, 1, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    if ink.mean() > 0.5:
        level, grey, ink = 255 - level, 255 - grey, 1 - ink  # light type on a dark ground
    first, last = _ends(ink.any(axis=1), 2 * pad)
    height = _body_height(grey[max(0, first - 1) : last + 1], level) if not box.upright else 0.0
    columns = ink[first:last].any(axis=0)
    start, end = _ends(columns, 2 * pad)
    gaps = _gaps(columns[start:end])
    usual = median(b - a for a, b in gaps) if gaps else 0
    widest = max(GUTTER * (last - first), EVEN * usual)
    cuts = [(start + a, start + b) for a, b in gaps if b - a > widest]
    edges = [start, *(edge for cut in cuts for edge in cut), end]
    return [
        InkLine(left + a, top + first, left + b, top + last, size=height)
        for a, b in zip(edges[::2], edges[1::2], strict=True)
        if b > a
    ]


def _dark(strip: Picture) -> npt.NDArray[np.bool_]:
    """Return where a strip has ink."""
    import cv2

    _, ink = cv2.threshold(cv2.cvtColor(strip, cv2.COLOR_BGR2GRAY), 0, 1, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    return np.asarray(ink if ink.mean() <= 0.5 else 1 - ink, np.bool_)


def _body_height(grey: npt.NDArray[np.uint8], level: float) -> float:
    """Return the height, in parts of dots, of the rows with much ink (darker than `level`): brackets reach out."""
    ink = (level + 1.0 - grey).clip(0).sum(axis=1)
    enough = DENSE * float(ink.mean())
    much = np.flatnonzero(ink > enough)
    if not len(much):
        return float(len(ink))
    first, last = int(much[0]), int(much[-1])
    height = float(last - first)
    for edge, beyond in ((first, first - 1), (last, last + 1)):
        outside = float(ink[beyond]) if 0 <= beyond < len(ink) else 0.0
        height += float(ink[edge] - enough) / float(ink[edge] - outside)
    return height


def _ends(inked: npt.NDArray[np.bool_], reach: int) -> tuple[int, int]:
    """Return where the ink begins and ends, without what reaches in from the border, as a neighbouring line does."""
    begin, stop = 0, len(inked)
    white = np.flatnonzero(~inked[:reach])
    if inked[0] and len(white):
        begin = int(white[0])
    white = np.flatnonzero(~inked[-reach:])
    if inked[-1] and len(white):
        stop = len(inked) - reach + int(white[-1]) + 1
    ink = np.flatnonzero(inked[begin:stop])
    return (begin + int(ink[0]), begin + int(ink[-1]) + 1) if len(ink) else (0, len(inked))


def _gaps(inked: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return the stretches without ink, half-open."""
    steps = np.flatnonzero(np.diff(inked.astype(np.int8))) + 1
    return [(int(a), int(b)) for a, b in pairwise(steps) if not inked[a]]


def joined(lines: Sequence[InkLine]) -> list[InkLine]:
    """Join the pieces of a line: near each other, or farther apart where the line above or below has no gap."""
    ordered = sorted((line for line in lines if not line.upright), key=lambda line: (line.left, line.top))
    done = [line for line in lines if line.upright]
    edges = np.array([(line.left, line.top, line.right, line.bottom) for line in ordered]).reshape(-1, 4)
    open_lines: list[InkLine] = []
    for line in ordered:
        before = [one for one in open_lines if one.left + one.right < 2 * line.left and _same_row(one, line)]
        last = max(before, key=lambda one: one.right, default=None)
        if last and (line.left - last.right < NEAR * last.size or _bridged(last, line, edges)):
            open_lines.remove(last)
            size = max((last, line), key=lambda one: one.right - one.left).size
            top, bottom = min(last.top, line.top), max(last.bottom, line.bottom)
            open_lines.append(InkLine(last.left, top, max(last.right, line.right), bottom, size=size))
        else:
            open_lines.append(line)
    return [*done, *open_lines]


def _same_row(one: InkLine, other: InkLine) -> bool:
    shared = min(one.bottom, other.bottom) - max(one.top, other.top)
    return shared > SHARED * min(one.bottom - one.top, other.bottom - other.top)


def _bridged(left: InkLine, right: InkLine, edges: npt.NDArray[np.int64]) -> bool:
    """Tell whether a line close above or below goes across the gap between two pieces."""
    size = max(left.size, right.size)
    if right.left - left.right > WIDEST * size or not _same(left.size, right.size, LIKE):
        return False
    top, bottom = min(left.top, right.top), max(left.bottom, right.bottom)
    across = (edges[:, 0] < left.right) & (edges[:, 2] > right.left)
    close = (edges[:, 3] > top - size) & (edges[:, 1] < bottom + size)
    level = (edges[:, 3] > top + 0.5 * size) & (edges[:, 1] < bottom - 0.5 * size)
    tall = edges[:, 3] - edges[:, 1]
    alike = (tall <= LIKE * size) & (size <= LIKE * tall)
    return bool((across & close & alike & ~level).any())


def spaced(text: str, places: Sequence[float], strip: Picture) -> str:
    """Put spaces where a line has white beside an ideograph: the reader leaves most out, and names are parted by them.

    `places` are the middles of the characters of `text` that are not spaces, in dots of `strip`, roughly.
    """
    chars = [at for at, char in enumerate(text) if not char.isspace()]
    if len(chars) != len(places) or len(chars) < 2:
        return text
    gaps = _gaps(np.asarray(_dark(strip).any(axis=0)))
    whites = [
        max((min(b, right) - max(a, left) for a, b in gaps if a < right and left < b), default=0.0)
        for left, right in pairwise(places)
    ]
    wide = median(whites) + SPACE * strip.shape[0]
    parted = [text[: chars[0]]]
    for (at, to), white in zip(pairwise(chars), whites, strict=True):
        sides = text[at] + text[to]
        # punctuation brings white of its own
        missing = white > wide and to == at + 1 and sides.isalnum() and IDEOGRAPH.search(sides)
        parted.append(text[at:to] + (" " if missing else ""))
    return "".join(parted) + text[chars[-1] :]


def in_reading_order(lines: Sequence[InkLine], scale: float) -> tuple[str, tuple[LineBox | None, ...]]:
    """Put the lines in reading order, blocks parted by empty lines; boxes in points."""
    lines = _in_rows(_sized(lines))
    boxes = [_box(line) for line in lines]
    texts: list[str] = []
    placed: list[LineBox | None] = []
    for block in blocks_of(boxes):
        if texts:
            texts.append("")
            placed.append(None)
        texts += [lines[at].text for at in block]
        placed += [_points(box, scale) for box in _aligned([boxes[at] for at in block])]
    return "\n".join(texts), tuple(placed)


def _sized(lines: Sequence[InkLine]) -> list[InkLine]:
    """Give each line its type size in dots; heights that differ by little are one size, as a page has only a few."""
    high = [(line.size or line.right - line.left) / INK for line in lines]
    sizes: list[float] = []
    left = [(size, len(line.text)) for size, line in zip(high, lines, strict=True) if _tells_size(line)]
    while left:
        near = {size: sum(count for other, count in left if _same(size, other, SAME_TYPE)) for size, _ in left}
        best = max(near, key=lambda size: (near[size], size))
        sizes.append(median(size for size, count in left if _same(size, best, SAME_TYPE) for _ in range(count)))
        left = [one for one in left if not _same(one[0], best, SAME_TYPE)]
    sized = []
    for line, size in zip(lines, high, strict=True):
        width = SAME_TYPE if _tells_size(line) else FLAT
        sized.append(replace(line, size=next((one for one in sizes if _same(one, size, width)), size)))
    return sized


def _tells_size(line: InkLine) -> bool:
    """Tell whether a line has enough ideographs, which fill their body as figures and letters do not."""
    return len(IDEOGRAPH.findall(line.text)) > 3


def _same(one: float, other: float, ratio: float) -> bool:
    return one <= ratio * other and other <= ratio * one


def _in_rows(lines: Sequence[InkLine]) -> list[InkLine]:
    """Sort lines top to bottom, and left to right where they stand side by side."""
    rows: list[list[InkLine]] = []
    for line in sorted(lines, key=lambda line: (line.top, line.left)):
        if rows and line.top - rows[-1][0].top < 0.5 * line.size:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [line for row in rows for line in sorted(row, key=lambda line: (line.left, line.top, line.right))]


def _box(line: InkLine) -> LineBox:
    return LineBox(line.left, line.top, line.right, line.bottom, line.size)


def _aligned(boxes: Sequence[LineBox]) -> list[LineBox]:
    """Move the left edges that hardly differ to where most of them are: ink begins a little inside the type body."""
    size = boxes[0].size
    near = Counter(box.left for box in boxes)
    most = max(near, key=lambda left: (sum(near[one] for one in near if abs(one - left) < 0.2 * size), -left))
    edge = min(left for left in near if abs(left - most) < 0.2 * size)
    return [replace(box, left=edge) if abs(box.left - edge) < EDGE * size else box for box in boxes]


def _points(box: LineBox, scale: float) -> LineBox:
    return LineBox(*(round(value / scale, 2) for value in (box.left, box.top, box.right, box.bottom, box.size)))
