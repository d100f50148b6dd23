"""Read the text of scanned pages with RapidOCR and the PP-OCRv6 models in its wheel; the extra ``wenbao[ocr]``.

Its two parts are called one by one, since a whole page at once is shrunk until its body type cannot be read. The map
of where text stands is made tile by tile and put together before any line is taken from it, so that no line is cut or
doubled at a tile's border; the lines are then read from the picture in full resolution.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from qa.errors import BadFile
from qa.ingest.read.ink import InkLine, Picture, in_reading_order, inked, joined, spaced
from qa.ingest.read.pictures import PICTURE_FORMATS, open_picture, pictures
from qa.records import LineBox

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["PICTURE_FORMATS", "available", "open_picture", "pictures", "read_picture"]

ENGINE = "rapidocr"
FINDER, READER = "PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx"
TILE, OVERLAP = 1280, 128
TYPE = 15.0
"""Height of body type, in dots, in the picture in which lines are looked for."""
SAMPLE = 12
"""Lines that tell the height of the body type."""
LARGEST_FACTOR = 2.5
SURE = 0.5
"""Confidence under which a line is taken for a pattern in a photograph and left out."""
STRAIGHT = 0.1
"""Degrees by which a page may hang without being turned."""

_lock = threading.Lock()
"""Held while a picture is read: the engine uses all cores, and two pages at once need twice the memory."""


def available() -> bool:
    """Tell whether the extra that reads pictures is installed."""
    return find_spec(ENGINE) is not None


def read_picture(picture: Image, *, scale: float = 1.0) -> tuple[str, tuple[LineBox | None, ...]]:
    """Return the text of a page's picture in reading order, empty lines between blocks, and a box for each line.

    `scale` is the picture's dots a point. A page that hangs is read as if it hung straight: its boxes are those of the
    page turned round its middle. Lines that cannot be made out, and a page on its side or head, are not read. One
    picture is read at a time. Raises BadFile where the extra is not installed.
    """
    dots = np.asarray(picture.convert("RGB"))[:, :, ::-1]
    with _lock:
        engine = _engine()
        dots, rough = _straightened(dots, _find(engine, dots))
        lines = _read(engine, dots, joined([part for box in rough for part in inked(dots, box)]))
    return in_reading_order([line for line in lines if line.text], scale)


@cache
def _engine() -> Any:
    """Load both models; called with the lock held. Nothing is downloaded: the paths are those of the wheel."""
    if not available():
        raise BadFile("ocr.missing")
    import rapidocr

    finder, reader = (Path(rapidocr.__file__).parent / "models" / name for name in (FINDER, READER))
    for model in (finder, reader):
        if not model.is_file():
            raise BadFile("ocr.no_models", path=model)
    engine = rapidocr.RapidOCR(
        params={
            "Global.log_level": "critical",
            "Det.model_path": str(finder),
            "Rec.model_path": str(reader),
            "Det.max_candidates": 100_000,
        }
    )
    return engine._load_det_model(), engine._load_rec_model()


def _find(engine: Any, dots: Picture) -> npt.NDArray[np.float64]:
    """Return the four corners of every line, float64 (n, 4, 2), in dots, roughly."""
    import cv2

    factor = _factor(engine, dots)
    height, width = (max(1, round(side * factor)) for side in dots.shape[:2])
    small = cv2.resize(dots, (width, height), interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC)
    found = np.zeros((height, width), np.float32)
    for top, bottom in _tiles(height):
        for left, right in _tiles(width):
            inner_top, inner_left = top + (OVERLAP // 2 if top else 0), left + (OVERLAP // 2 if left else 0)
            part = _text_map(engine, small[top:bottom, left:right])
            found[inner_top:bottom, inner_left:right] = part[inner_top - top :, inner_left - left :]
    corners, _ = engine[0].postprocess_op(found[None, None], dots.shape[:2])
    return np.asarray(corners, np.float64).reshape(-1, 4, 2)


def _factor(engine: Any, dots: Picture) -> float:
    """Return by what to scale the picture so that its body type is `TYPE` dots high, looking at parts of it."""
    height, width = dots.shape[:2]
    middle = (height / 2, width / 2)
    places = [(top, left) for top, _ in _tiles(height) for left, _ in _tiles(width)]
    places.sort(key=lambda place: abs(place[0] + TILE / 2 - middle[0]) + abs(place[1] + TILE / 2 - middle[1]))
    heights: list[float] = []
    for top, left in places:
        part = dots[top : top + TILE, left : left + TILE]
        corners, _ = engine[0].postprocess_op(_text_map(engine, part)[None, None], part.shape[:2])
        heights += [float(min(np.linalg.norm(box[0] - box[3]), np.linalg.norm(box[0] - box[1]))) for box in corners]
        if len(heights) >= SAMPLE:
            break
    return min(LARGEST_FACTOR, TYPE / median(heights)) if heights else 1.0


def _tiles(side: int) -> list[tuple[int, int]]:
    """Return the stretches, half-open, that cover a side and overlap each other.

    >>> _tiles(2500)
    [(0, 1280), (1152, 2432), (2304, 2500)]
    """
    starts = range(0, max(1, side - OVERLAP), TILE - OVERLAP)
    return [(start, min(side, start + TILE)) for start in starts]


def _text_map(engine: Any, part: Picture) -> npt.NDArray[np.float32]:
    """Return how likely each dot belongs to text, float32 (h, w); the model wants sides that 32 divides."""
    height, width = part.shape[:2]
    padded = np.full((-(-height // 32) * 32, -(-width // 32) * 32, 3), 255, np.uint8)
    padded[:height, :width] = part
    likely = engine[0].session((padded.astype(np.float32) / 127.5 - 1.0).transpose(2, 0, 1)[None])
    return np.asarray(likely[0, 0, :height, :width], np.float32)


def _straightened(dots: Picture, corners: npt.NDArray[np.float64]) -> tuple[Picture, list[InkLine]]:
    """Turn a page that hangs, with the corners of its lines; returns the lines as upright rectangles."""
    import cv2

    along = corners[:, 1] - corners[:, 0] if len(corners) else np.zeros((0, 2))
    long = (
        along[:, 0] > 5 * np.linalg.norm(corners[:, 3] - corners[:, 0], axis=1) if len(corners) else np.zeros(0, bool)
    )
    slant = float(np.degrees(np.median(np.arctan2(along[long, 1], along[long, 0])))) if long.any() else 0.0
    if abs(slant) > STRAIGHT:
        height, width = dots.shape[:2]
        turn = cv2.getRotationMatrix2D((width / 2, height / 2), slant, 1.0)
        dots = cv2.warpAffine(dots, turn, (width, height), flags=cv2.INTER_CUBIC, borderValue=(255, 255, 255))
        corners = corners @ turn[:, :2].T + turn[:, 2]
    lines = []
    for (ax, ay), (bx, by), (cx, cy), (dx, dy) in corners:
        lines.append(InkLine(round((ax + dx) / 2), round((ay + by) / 2), round((bx + cx) / 2), round((cy + dy) / 2)))
    return dots, lines


def _read(engine: Any, dots: Picture, lines: Sequence[InkLine]) -> list[InkLine]:
    """Return the lines with their text; it stays empty where the reader is not sure."""
    from rapidocr.ch_ppocr_rec import TextRecInput

    strips = [_strip(dots, line) for line in lines]
    if not strips:
        return []
    found = engine[1](TextRecInput(img=strips, return_word_box=True))
    read = []
    for line, strip, text, score, words in zip(
        lines, strips, found.txts, found.scores, found.word_results, strict=True
    ):
        places = [column for columns in words.word_cols or () for column in columns] if words else []
        step = strip.shape[1] / words.line_txt_len if places else 0.0
        if score < SURE:
            text = ""  # noqa: PLW2901 - what was made out is not kept
        elif not line.upright:
            text = spaced(text, [(column + 0.5) * step for column in places], strip)  # noqa: PLW2901 - the same text
        read.append(replace(line, text=text.strip()))
    return read


def _strip(dots: Picture, line: InkLine) -> Picture:
    """Cut a line out with a little paper round it; characters below one another are laid side by side."""
    pad = max(1, round(0.1 * min(line.bottom - line.top, line.right - line.left)))
    top, left = max(0, line.top - pad), max(0, line.left - pad)
    part = dots[top : line.bottom + pad, left : line.right + pad]
    if not line.upright:
        return part
    height, width = part.shape[:2]
    count = max(1, round(height / width))
    edges = [round(height * at / count) for at in range(count + 1)]
    tallest = max(b - a for a, b in pairwise(edges))
    cells = np.full((tallest, width * count, 3), 255, np.uint8)
    for at, (a, b) in enumerate(pairwise(edges)):
        cells[: b - a, at * width : (at + 1) * width] = part[a:b]
    return cells
