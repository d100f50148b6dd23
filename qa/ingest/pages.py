"""Read any file that holds newspaper pages or articles, each format by its own reader."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, islice

from qa.errors import BadFile
from qa.ingest.files.characters import UNREADABLE
from qa.ingest.files.decoding import decode, standard_characters
from qa.ingest.files.sources import Source
from qa.ingest.imprints.imprint import Imprint, imprint_in, imprint_of
from qa.ingest.read.epaper import EPAPER_FORMATS, read_epaper
from qa.ingest.read.exports import EXPORT_FORMATS, read_export
from qa.ingest.read.nodepages import NodePages
from qa.ingest.read.ocr import PICTURE_FORMATS, available, pictures, read_picture
from qa.ingest.read.pdf import PdfPage, read_pdf, render
from qa.ingest.segment.articles import cut_articles
from qa.ingest.segment.layout import find_stories
from qa.ingest.segment.stories import build_content
from qa.records import Page, PageContent
from qa.settings import SETTINGS

__all__ = ["FORMATS", "formats_in_folders", "read_source"]

TEXT_FORMATS = (".txt",)
PDF_FORMATS = (".pdf",)
FORMATS = (*TEXT_FORMATS, *PDF_FORMATS, *EPAPER_FORMATS, *EXPORT_FORMATS, *PICTURE_FORMATS)
SMALLEST_SCAN = 800
"""Dots on its shorter side that the scan of a page has at least; smaller pictures illustrate a page."""
SCAN_DPI = 200
POINTS = 72


def formats_in_folders() -> tuple[str, ...]:
    """Return the formats that are taken from folders: pictures only where they can be read."""
    return FORMATS if available() else tuple(suffix for suffix in FORMATS if suffix not in PICTURE_FORMATS)


def read_source(
    source: Source, imprint: Imprint, sha256: str, nodes: NodePages | None = None
) -> Iterator[PageContent | BadFile]:
    """Yield what one file holds, page by page; what `imprint` leaves open is read from the path, then from the page.

    A BadFile yielded is a part of the file that cannot be read, the rest goes on; a BadFile raised refuses the file.
    An index page of an e-paper gives a content without articles, as do a picture too small to be the scan of a page
    and a page without text in a file of several.
    `nodes` keeps the index pages of folders read before.
    """
    if source.suffix in EXPORT_FORMATS:
        yield from read_export(source, imprint.or_else(imprint_of(source.parts)), sha256)
    elif source.suffix in EPAPER_FORMATS:
        yield read_epaper(source, imprint, sha256, nodes)
    elif source.suffix in TEXT_FORMATS:
        yield from _several(_text_pages(source, sha256), source, imprint)
    elif source.suffix in PDF_FORMATS:
        yield from _several(_pdf_pages(source, sha256), source, imprint)
    elif source.suffix in PICTURE_FORMATS:
        yield from _several(_picture_pages(source, sha256), source, imprint)
    else:
        raise BadFile("file.format", suffix=source.suffix or "?", path=source.name, formats=" ".join(FORMATS))


def _several(pages: Iterator[Page | BadFile], source: Source, imprint: Imprint) -> Iterator[PageContent | BadFile]:
    """Cut the pages of a file into articles; raises BadFile where none of them has any.

    Of a file with several pages, a page that prints no label of its own is called by its number; a page given by flag
    or manifest cannot be meant for all of them, and is refused.
    """
    opening = list(islice(pages, 2))
    alone = len(opening) < 2
    if imprint.page and not alone:
        raise BadFile("file.page_of_many", path=source.name, page=imprint.page)
    path = imprint_of(source.parts)
    found = False
    for read in chain(opening, pages):
        if isinstance(read, BadFile):
            found = True
            yield read
            continue
        page = replace(read, text=UNREADABLE.sub(" ", read.text))  # one for one: boxes and offsets stay
        if len(page.text) > SETTINGS.page_chars:
            found = True
            yield BadFile("page.too_long", path=source.name, page=page.number, limit=SETTINGS.page_chars)
            continue
        printed = imprint_in(page.text)
        if alone:
            place = imprint.or_else(path).or_else(printed)
        else:
            issue = replace(path, page=None)
            place = imprint.or_else(issue).or_else(printed).or_else(Imprint(page=str(page.number)))
        content = _cut(
            replace(page, paper=place.paper, date=place.date, page=place.page, date_source=place.date_source)
        )
        found = found or bool(content.articles) or not page.text
        yield content
    if not found:
        raise BadFile("file.no_article", path=source.name)


def _cut(page: Page) -> PageContent:
    """Cut a page by where its lines stand, where that is known, else by what they say."""
    return build_content(page, *find_stories(page)) if page.boxes else cut_articles(page)


def _text_pages(source: Source, sha256: str) -> Iterator[Page]:
    """Yield the pages of a text file: form feeds part them, as in the text dump of a PDF."""
    text, encoding = decode(source.read(SETTINGS.file_bytes), source.name)
    pages = [part for part in re.split(r"\f", text) if part.strip()]
    if len(pages) < 2:
        pages = [text]
    for number, part in enumerate(pages, start=1):
        yield Page(source.name, sha256, encoding, part, number=number)


def _pdf_pages(source: Source, sha256: str) -> Iterator[Page | BadFile]:
    data = None if source.on_disk else source.read(SETTINGS.file_bytes)
    for page in _named(read_pdf(source.path, data), source):
        if isinstance(page, BadFile):
            yield page
        elif page.scanned:
            yield _scanned(source, sha256, page, data)
        else:
            text = standard_characters(page.text)
            yield Page(source.name, sha256, "pdf", text, kind="pdf", number=page.number, boxes=page.boxes)


def _named(pages: Iterator[PdfPage | BadFile], source: Source) -> Iterator[PdfPage | BadFile]:
    """Let errors name the source: of a zip its member, of an odd name what can be printed."""
    try:
        for page in pages:
            yield _with_name(page, source) if isinstance(page, BadFile) else page
    except BadFile as error:
        raise _with_name(error, source) from error


def _with_name(error: BadFile, source: Source) -> BadFile:
    return BadFile(error.key, **{**error.values, "path": source.name})


def _scanned(source: Source, sha256: str, page: PdfPage, data: bytes | None) -> Page | BadFile:
    """Read a PDF page that has no text from its picture."""
    scale = SCAN_DPI / POINTS
    try:
        text, boxes = read_picture(render(source.path, page.number, scale, data), scale=scale)
    except BadFile as error:
        return _with_name(error, source)
    return Page(source.name, sha256, "ocr", text, kind="ocr", number=page.number, boxes=boxes)


def _picture_pages(source: Source, sha256: str) -> Iterator[Page | BadFile]:
    for number, picture in enumerate(pictures(source), start=1):
        if isinstance(picture, BadFile):
            yield picture
            continue
        if min(picture.size) < SMALLEST_SCAN:
            yield Page(source.name, sha256, "ocr", "", kind="ocr", number=number)
            continue
        dpi = float(picture.info.get("dpi", (0, 0))[0]) or SCAN_DPI
        text, boxes = read_picture(picture, scale=dpi / POINTS)
        yield Page(source.name, sha256, "ocr", text, kind="ocr", number=number, boxes=boxes)
