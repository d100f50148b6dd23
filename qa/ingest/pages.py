"""Read files: page text, and articles as JSON lines; find encoding, date, page and newspaper."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date as calendar_date
from pathlib import Path
from typing import Any

from qa.errors import BadFile, BadInput
from qa.ingest.articles import cut_articles, made_headline
from qa.ingest.bylines import parse_byline
from qa.ingest.repair import encodable
from qa.records import Article, Byline, Page, PageContent
from qa.settings import SETTINGS

__all__ = ["FORMATS", "Imprint", "find_files", "imprint_of", "iso_date", "page_label", "read_pages"]

FORMATS = (".txt", ".jsonl")
FIELDS = ("id", "headline", "title", "kicker", "subhead", "byline", "paper", "date", "page")
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
NOT_TEXT_SHARE = 0.01
DATE = re.compile(r"(?<!\d)(?P<y>(?:1[89]|20)\d\d)[-_./年]?(?P<m>\d{1,2})[-_./月]?(?P<d>\d{1,2})日?")
PAGE_WORD = re.compile(r"第?(?P<label>[A-Za-z]?\d{1,3})版")
PAGE_NAME = re.compile(r"^[-_. ]*(?P<label>[A-Za-z]?\d{1,3})$")
PAPER_NAME = re.compile(r"[\u3400-\u9fff]+报")


@dataclass(frozen=True, slots=True)
class Imprint:
    """Newspaper, issue date and page label of a file; None where unknown."""

    paper: str | None = None
    date: str | None = None
    page: str | None = None


def find_files(path: Path) -> list[Path]:
    """Return the readable files at or below `path`, sorted; raises BadInput where there are none.

    A file named directly is returned whatever its name. Links are not followed out of the folder.
    """
    if not path.exists():
        raise BadInput("path.missing", path=path)
    if path.is_file():
        return [path]
    files = [
        Path(folder, name)
        for folder, _, names in os.walk(path)
        for name in names
        if Path(name).suffix.lower() in FORMATS and not name.startswith(".")
    ]
    files = sorted(file for file in files if file.is_file() and not file.is_symlink())
    if not files:
        raise BadInput("path.no_pages", path=path, formats=" ".join(FORMATS))
    return files


def read_pages(path: Path, imprint: Imprint) -> Iterator[PageContent]:
    """Read the pages of one file and cut them into articles; what `imprint` leaves open is read from the path.

    Raises BadFile for a file that is missing, empty, too large, not text, of another format or without an article.
    """
    suffix = path.suffix.lower()
    if suffix not in FORMATS:
        raise BadFile("file.format", suffix=suffix or "?", path=path, formats=" ".join(FORMATS))
    data = _read(path)
    sha256 = hashlib.sha256(data).hexdigest()
    text, encoding = _decode(data, path)
    found = imprint_of(path)
    imprint = Imprint(imprint.paper or found.paper, imprint.date or found.date, imprint.page or found.page)
    page = Page(str(path), sha256, encoding, text, imprint.paper, imprint.date, imprint.page)
    content = _records(page) if suffix == ".jsonl" else cut_articles(page)
    if not content.articles:
        raise BadFile("file.no_article", path=path)
    yield content


def imprint_of(path: Path) -> Imprint:
    """Read newspaper, date and page out of a path, the innermost component first.

    >>> imprint_of(Path("许昌日报/2023-11-10/01.txt"))
    Imprint(paper='许昌日报', date='2023-11-10', page='1')
    >>> imprint_of(Path("xcrb20231110-A01.txt")), imprint_of(Path("rmrb2023111001.pdf")).page
    (Imprint(paper=None, date='2023-11-10', page='A1'), '1')
    """
    paper = date = page = None
    parts = [*path.parts[:-1], path.stem]
    for part in reversed(parts):
        if not paper and (name := PAPER_NAME.search(part)):
            paper = name.group()
    joined = "/".join(parts[-4:])
    for match in DATE.finditer(joined.replace("/", "-")):
        try:
            date = calendar_date(int(match["y"]), int(match["m"]), int(match["d"])).isoformat()
        except ValueError:
            continue
    dated = DATE.search(path.stem)
    rest = path.stem[dated.end() :] if dated else path.stem
    label = PAGE_WORD.search(path.stem) or (PAGE_NAME.match(rest) if date else None)
    if label:
        page = page_label(label["label"])
    return Imprint(paper, date, page)


def iso_date(value: str) -> str:
    """Return `value` as an ISO date; raises BadInput for anything but a calendar day.

    >>> iso_date("2023年11月9日"), iso_date("20231109")
    ('2023-11-09', '2023-11-09')
    """
    match = DATE.fullmatch(value.strip())
    try:
        if match:
            return calendar_date(int(match["y"]), int(match["m"]), int(match["d"])).isoformat()
    except ValueError:
        pass
    raise BadInput("date.bad", value=value)


def page_label(value: str) -> str:
    """Return a page label as it is cited: no leading zero, the letter large.

    >>> page_label("01"), page_label("a03"), page_label("第12版")
    ('1', 'A3', '12')
    """
    label = value.strip().removeprefix("第").removesuffix("版")
    match = re.fullmatch(r"([A-Za-z]?)0*(\d+)", label)
    return match[1].upper() + match[2] if match else label


def _read(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > SETTINGS.file_bytes:
            megabytes = 1024 * 1024
            raise BadFile("file.too_large", path=path, size=size // megabytes, limit=SETTINGS.file_bytes // megabytes)
        data = path.read_bytes()
    except OSError as error:
        raise BadFile("file.unreadable", path=path, why=error.strerror or error) from error
    if not data.strip():
        raise BadFile("file.empty", path=path)
    return data


def _decode(data: bytes, path: Path) -> tuple[str, str]:
    """Decode strictly: UTF-8 (with or without BOM), else GB18030, a superset of GBK and GB 2312."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if len(CONTROL.findall(text)) <= NOT_TEXT_SHARE * len(text):
            return text, encoding.removesuffix("-sig")
    raise BadFile("file.not_text", path=path)


def _records(page: Page) -> PageContent:
    """Read articles as JSON lines; each may bring its own imprint."""
    articles = []
    for number, line in enumerate(page.text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise BadFile("file.bad_record", path=page.source, line=number, why=error) from error
        if not isinstance(record, dict) or not isinstance(record.get("text"), str) or not record["text"].strip():
            raise BadFile("file.bad_record", path=page.source, line=number, why="text")
        odd = [name for name in FIELDS if not isinstance(record.get(name), str | int | None)]
        if odd:
            raise BadFile("file.bad_record", path=page.source, line=number, why=odd[0])
        articles.append(_article_of(record, page, number))
    return PageContent(page, tuple(articles), ())


def _article_of(record: dict[str, Any], page: Page, line: int) -> Article:
    def field(*names: str) -> str | None:
        values = (_clean(str(record[name])) for name in names if record.get(name))
        return next((value for value in values if value), None)

    body = "\n".join(part for raw in record["text"].splitlines() if (part := _clean(raw)))
    kicker, headline, subhead = field("kicker"), field("headline", "title"), field("subhead")
    heads = [part for part in (kicker, headline, subhead) if part]
    text = "\n".join(heads) + "\n\n" + body if heads else body
    printed = field("byline")
    byline = (parse_byline(printed) or Byline(printed)) if printed else parse_byline(body)
    try:
        date = iso_date(given) if (given := field("date")) else page.date
    except BadInput as error:
        raise BadFile("file.bad_record", path=page.source, line=line, why=error) from error
    label = field("page")
    return Article(
        id=field("id") or "",
        text=text,
        body_start=len(text) - len(body),
        headline=headline or made_headline(body),
        headline_made=headline is None,
        kicker=kicker,
        subhead=subhead,
        byline=byline,
        paper=field("paper") or page.paper,
        date=date,
        page=page_label(label) if label else page.page,
        source_lines=((line, line),),
    )


def _clean(text: str) -> str:
    """Make `text` storable on one line: no lone surrogates (not encodable), no control characters."""
    return CONTROL.sub("", encodable(text)).replace("\n", " ").strip()
