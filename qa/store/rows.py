"""Articles, pages and filters as SQL: how a record becomes columns of the database, and a row a record again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from qa.errors import WenbaoError
from qa.ingest.files.sources import Source
from qa.ingest.quality import JUMP_COST
from qa.records import Article, Byline, Filters, Jump, LineBox, OffsetMap, PageItem, PageState, Part, Quality

__all__ = [
    "COLUMNS",
    "NAMED_FILES",
    "SELECT_ARTICLES",
    "SELECT_PAGES",
    "article_of",
    "boxes_as_json",
    "boxes_of",
    "hash_of",
    "item_of",
    "pack_article",
    "row_of",
    "selected_article",
    "selected_page",
    "unpack_article",
    "where",
]

COLUMNS = (
    "id",
    "text",
    "body_start",
    "headline",
    "headline_made",
    "kicker",
    "subhead",
    "byline",
    "paper",
    "date",
    "page",
    "jumps",
    "source_lines",
    "origins",
    "kind",
    "continued",
    "joined",
    "url",
    "section",
)
"""The columns of an article that its record holds too, in the order of `row_of`."""
NESTED = {"byline", "jumps", "source_lines", "origins", "continued", "joined"}
OPEN_JUMPS = "(SELECT count(*) FROM articles o WHERE o.page_id = g.id AND o.jumps != '[]')"
QUALITY = f"max(0, g.quality - {JUMP_COST} * {OPEN_JUMPS})"
SELECT_ARTICLES = f"""
    SELECT {", ".join(f"a.{name}" for name in COLUMNS)}, CASE g.kind WHEN 'records' THEN NULL ELSE {QUALITY} END,
        a.page_id
    FROM articles a JOIN pages g ON g.id = a.page_id"""
"""Rows for `selected_article`, and after them the row of the page."""
SELECT_PAGES = f"""
    SELECT g.id, f.path, g.number, g.kind, g.paper, g.date, g.page, g.date_source,
        (SELECT count(*) FROM articles o WHERE o.page_id = g.id), {QUALITY}, g.reasons, {OPEN_JUMPS}
    FROM pages g JOIN files f ON f.id = g.file_id"""
"""Rows for `selected_page`."""
NAMED = "f.path = ? OR f.place = ? OR substr(f.place, 1, length(?) + 1) = ? || '/'"
NAMED_FILES = f"SELECT f.id FROM files f WHERE {NAMED}"
"""Files by the name given, and three times the place."""
IN_FILE = f"SELECT r.id FROM pages r JOIN files f ON f.id = r.file_id WHERE {NAMED}"
ON_PARTS = "SELECT q.article_id FROM parts q JOIN pages r ON r.id = q.page_id WHERE"


def row_of(article: Article) -> tuple[Any, ...]:
    """Return the values of `COLUMNS`; what is no text or number is JSON."""
    values = _plain(article)
    return tuple(json.dumps(values[name], ensure_ascii=False) if name in NESTED else values[name] for name in COLUMNS)


def article_of(row: tuple[Any, ...], *, page_quality: float | None = None) -> Article:
    """Build the record again from the values of `COLUMNS`, and the quality of its page, which is not stored with it."""
    values = dict(zip(COLUMNS, row, strict=True), page_quality=page_quality)
    return _article({name: json.loads(value) if name in NESTED else value for name, value in values.items()})


def selected_article(row: tuple[Any, ...]) -> Article:
    """Build an article from a row of `SELECT_ARTICLES`, with the quality of its page as it is now."""
    quality = row[len(COLUMNS)]
    with _legible():
        return article_of(row[: len(COLUMNS)], page_quality=None if quality is None else round(quality, 2))


def selected_page(row: tuple[Any, ...]) -> PageState:
    """Build the state of a page from a row of `SELECT_PAGES`."""
    _, source, number, kind, paper, date, page, date_source, articles, score, reasons, open_jumps = row
    with _legible():
        told = [(key, value) for key, value in json.loads(reasons)]
    told += [("quality.open_jump", open_jumps)] if open_jumps else []
    judged = Quality(round(score, 2), tuple(told))
    return PageState(source, number, kind, paper, date, page, date_source, articles, judged)


def item_of(row: tuple[Any, ...]) -> PageItem:
    """Build a page item from its kind, text, first and last line."""
    kind, text, first, last = row
    return PageItem(kind, text, (first, last))


def where(filters: Filters, prefix: str = "", *, pages: bool = False) -> tuple[str, list[str]]:
    """Return the WHERE clause of `filters`, over articles or over `pages`, and its values.

    Both issue dates are inclusive. An article stands on every page, and in every file, it has a part on.
    """
    conditions: list[str] = []
    values: list[str] = []
    for condition, value in (
        ("date >= ?", filters.date_from),
        ("date <= ?", filters.date_to),
        ("paper = ?", filters.paper),
    ):
        if value is not None:
            conditions.append(f"{prefix}{condition}")
            values.append(value)
    if filters.page is not None:
        held = f"{prefix}page = ?"
        conditions.append(held if pages else f"({held} OR {prefix}id IN ({ON_PARTS} r.page = ?))")
        values += [filters.page] * (1 if pages else 2)
    if filters.file is not None:
        held = f"{prefix}{'id' if pages else 'page_id'} IN ({IN_FILE})"
        conditions.append(held if pages else f"({held} OR {prefix}id IN ({ON_PARTS} r.id IN ({IN_FILE})))")
        place = Source(Path(filters.file)).place
        values += [filters.file, place, place, place] * (1 if pages else 2)
    return ("WHERE " + " AND ".join(conditions) if conditions else ""), values


def pack_article(article: Article) -> str:
    """Return the whole article as one JSON text."""
    return json.dumps(_plain(article), ensure_ascii=False)


def unpack_article(text: str) -> Article:
    """Build the article again from `pack_article`'s text."""
    return _article(json.loads(text))


def hash_of(article: Article) -> str:
    """Hash what an answer can quote or cite of `article`; how well its page could be read is no part of that.

    Address and section are left out where there are none, so that what was stored before they were keeps its hash.
    """
    told = {**article.as_json(), "page_quality": None}
    told = {name: value for name, value in told.items() if value is not None or name not in ("url", "section")}
    parts = json.dumps(told, ensure_ascii=False, sort_keys=True)
    return hashlib.blake2b(parts.encode(), digest_size=16).hexdigest()


def boxes_as_json(boxes: tuple[LineBox | None, ...]) -> str | None:
    """Return the boxes of a page's lines as JSON, in tenths of a point; None where there are none."""
    if not boxes:
        return None
    rounded = [
        [round(10 * side) for side in (box.left, box.top, box.right, box.bottom, box.size)] if box else None
        for box in boxes
    ]
    return json.dumps(rounded, separators=(",", ":"))


def boxes_of(text: str | None) -> tuple[LineBox | None, ...]:
    """Build the boxes again."""
    return tuple(LineBox(*(side / 10 for side in box)) if box else None for box in json.loads(text or "[]"))


@contextmanager
def _legible() -> Iterator[None]:
    """Raise WenbaoError for a row in which something else was written over what was stored."""
    try:
        yield
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise WenbaoError("archive.damaged", path="archive.db", why=error) from error


def _plain(article: Article) -> dict[str, Any]:
    """Return the fields of `COLUMNS` as plain values; offset maps as their runs."""
    return {
        **{name: getattr(article, name) for name in COLUMNS if name not in NESTED},
        "headline_made": int(article.headline_made),
        "byline": asdict(article.byline) if article.byline else None,
        "jumps": [asdict(jump) for jump in article.jumps],
        "joined": [asdict(jump) for jump in article.joined],
        "source_lines": article.source_lines,
        "origins": article.origins.runs if article.origins else None,
        "continued": [
            [part.page, part.start, part.end, part.source_lines, part.origins.runs if part.origins else None]
            for part in article.continued
        ],
    }


def _article(values: dict[str, Any]) -> Article:
    byline = values["byline"]
    names = {role: tuple(people) for role, people in (byline or {}).items() if role != "verbatim"}
    nested: dict[str, Any] = {
        "headline_made": bool(values["headline_made"]),
        "byline": Byline(byline["verbatim"], **names) if byline else None,
        "jumps": tuple(Jump(**jump) for jump in values["jumps"]),
        "joined": tuple(Jump(**jump) for jump in values["joined"]),
        "source_lines": _pairs(values["source_lines"]),
        "origins": _map(values["origins"]),
        "continued": tuple(
            Part(page, start, end, _pairs(lines), _map(runs)) for page, start, end, lines, runs in values["continued"]
        ),
    }
    return Article(**(values | nested))


def _pairs(lines: list[list[int]]) -> tuple[tuple[int, int], ...]:
    return tuple((first, last) for first, last in lines)


def _map(runs: list[list[int]] | None) -> OffsetMap | None:
    return OffsetMap(tuple((a, b, c) for a, b, c in runs)) if runs is not None else None
