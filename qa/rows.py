"""Articles as rows: how a record becomes columns of the database, and a row a record again."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import Any

from qa.records import Article, Byline, Jump, LineBox, OffsetMap, Part

__all__ = ["COLUMNS", "article_of", "boxes_as_json", "boxes_of", "hash_of", "pack_article", "row_of", "unpack_article"]

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
)
"""The columns of an article that its record holds too, in the order of `row_of`."""
NESTED = {"byline", "jumps", "source_lines", "origins", "continued", "joined"}


def row_of(article: Article) -> tuple[Any, ...]:
    """Return the values of `COLUMNS`; what is no text or number is JSON."""
    values = _plain(article)
    return tuple(json.dumps(values[name], ensure_ascii=False) if name in NESTED else values[name] for name in COLUMNS)


def article_of(row: tuple[Any, ...]) -> Article:
    """Build the record again from the values of `COLUMNS`."""
    values = dict(zip(COLUMNS, row, strict=True))
    return _article({name: json.loads(value) if name in NESTED else value for name, value in values.items()})


def pack_article(article: Article) -> str:
    """Return the whole article as one JSON text."""
    return json.dumps(_plain(article), ensure_ascii=False)


def unpack_article(text: str) -> Article:
    """Build the article again from `pack_article`'s text."""
    return _article(json.loads(text))


def hash_of(article: Article) -> str:
    """Hash what an answer can quote or cite of `article`; how well its page could be read is no part of that."""
    parts = json.dumps({**article.as_json(), "page_quality": None}, ensure_ascii=False, sort_keys=True)
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
