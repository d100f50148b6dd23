"""PDF files: a newspaper page each, with the text in reading order and a box for every line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from qa.errors import BadFile
from qa.ingest.read.glyphs import read_glyphs
from qa.ingest.read.sandbox import LIMITS, Characters, Limits, PdfFile
from qa.ingest.segment.columns import blocks_of
from qa.records import LineBox

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["PdfPage", "read_pdf", "render"]


@dataclass(frozen=True, slots=True)
class PdfPage:
    """A page of a PDF as `qa.records.Page` wants it: the text, blocks parted by empty lines, and a box for each line.

    `scanned` says that the page prints something, but none of it as text: it has to be read from its picture.
    """

    number: int
    width: float
    height: float
    text: str
    boxes: tuple[LineBox | None, ...]
    scanned: bool


def read_pdf(path: Path, data: bytes | None = None, limits: Limits = LIMITS) -> Iterator[PdfPage | BadFile]:
    """Yield the pages of a PDF in order, one at a time; a page that cannot be read is a BadFile in its place.

    `data` is the file's content where it does not lie at `path` (in a zip, say). Raises BadFile for a file that is
    not a PDF, is damaged, needs a password or has too many pages. A file that was cut off is read as far as it goes,
    and a last BadFile says so.
    """
    with PdfFile(path, data, limits) as file:
        for page in file.characters():
            yield page if isinstance(page, BadFile) else _page(page)
        whole = file.whole
    if not whole:
        yield BadFile("pdf.cut_off", path=path)


def render(path: Path, number: int, scale: float, data: bytes | None = None) -> Image:
    """Return a picture of page `number` (from 1) with `scale` dots a point; raises BadFile where there is none."""
    from PIL import Image

    with PdfFile(path, data) as file:
        picture = file.picture(number, scale)
    size = (picture.width, picture.height)
    return Image.frombuffer("RGB", size, picture.dots, "raw", "BGR", picture.stride, 1)


def _page(page: Characters) -> PdfPage:
    lines = read_glyphs(page)
    texts: list[str] = []
    boxes: list[LineBox | None] = []
    for block in blocks_of([box for _, box in lines]):
        if texts:
            texts.append("")
            boxes.append(None)
        texts += [lines[at][0] for at in block]
        boxes += [lines[at][1] for at in block]
    scanned = not texts and page.drawn > 0
    return PdfPage(page.number, page.width, page.height, "\n".join(texts), tuple(boxes), scanned)
