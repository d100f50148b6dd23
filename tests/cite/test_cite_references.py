"""References: every case exact in every style it names, and the files read back by other programs' parsers."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import jsonschema
import pytest
import rispy
from bibtexparser import parse_string
from bibtexparser.middlewares import LatexDecodingMiddleware, SeparateCoAuthors
from hypothesis import given
from hypothesis import strategies as st

from qa.cite.reference import Reference, one_line, reference_of
from qa.cite.styles import STYLES, reference, references
from qa.errors import BadInput
from qa.ingest.segment.bylines import parse_byline
from qa.records import Article, Byline, Jump, Part
from tests.conftest import cases

CASES = [{"id": f"c-{n}", **case} for n, case in enumerate(cases("references.json")["references"], start=1)]
TEXT_FIELDS = ("headline", "kicker", "subhead", "paper", "date", "page", "url", "section")
# What the CSL 1.0.2 input schema (csl-data.json, draft 7) says of the fields that are written here.
DATE = {
    "type": "object",
    "properties": {
        "date-parts": {
            "type": "array",
            "minItems": 1,
            "maxItems": 2,
            "items": {"type": "array", "minItems": 1, "maxItems": 3, "items": {"type": ["string", "number"]}},
        }
    },
    "additionalProperties": False,
}
NAME = {"type": "object", "properties": {"literal": {"type": "string"}}, "additionalProperties": False}
CSL = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "id": {"type": ["string", "number"]},
            "type": {"enum": ["article-newspaper"]},
            **{name: {"type": "string"} for name in ("title", "container-title", "section", "URL", "note", "language")},
            "page": {"type": ["string", "number"]},
            "author": {"type": "array", "items": NAME},
            "issued": DATE,
            "accessed": DATE,
        },
        "required": ["type", "id"],
        "additionalProperties": False,
    },
}


def article_of(case: dict[str, Any]) -> Article:
    given = case["article"]
    byline = given.get("byline")
    return Article(
        id=given.get("id", case["id"]),
        text="正文。",
        body_start=0,
        headline=given["headline"],
        **{name: given.get(name) for name in TEXT_FIELDS[1:]},
        headline_made=given.get("headline_made", False),
        kind=given.get("kind", "news"),
        byline=(parse_byline(byline) or Byline(byline)) if byline else None,
        jumps=tuple(Jump(*jump) for jump in given.get("jumps", ())),
        continued=tuple(Part(page, 1, 2, (), None) for page in given.get("continued", ())),
    )


@cache
def entries() -> tuple[Reference, ...]:
    return tuple(entry_of(case) for case in CASES)


def entry_of(case: dict[str, Any]) -> Reference:
    return reference_of(article_of(case), subhead=case.get("subhead", False), accessed=case.get("accessed"))


@pytest.mark.parametrize("case", CASES, ids=[case["label"] for case in CASES])
def test_every_case_is_exact_in_every_style_it_names(case: dict[str, Any]) -> None:
    for style, expected in case["expected"].items():
        written = references([entry_of(case)], style)
        assert (json.loads(written) if style == "csl-json" else written) == (
            [expected] if style == "csl-json" else expected
        )


def test_there_are_cases_of_every_style() -> None:
    assert {style for case in CASES for style in case["expected"]} == set(STYLES)


def test_gbt7714_2025_is_the_default() -> None:
    assert reference(article_of(CASES[0])) == CASES[0]["expected"]["gbt7714-2025"]


def test_csl_json_is_valid() -> None:
    items = json.loads(references(entries(), "csl-json"))
    jsonschema.validate(items, CSL)
    assert [item["title"].strip("[]") for item in items] == [entry.title for entry in entries()]


def test_ris_is_read_back_by_a_parser() -> None:
    records = rispy.loads(references(entries(), "ris"))
    assert len(records) == len(entries())
    for record, entry in zip(records, entries(), strict=True):
        assert record["type_of_reference"] == "NEWS"
        assert record["title"].strip("[]") == entry.title
        assert tuple(record.get("authors", ())) == entry.authors
        assert record.get("secondary_title") == entry.paper
        assert record.get("start_page") == (", ".join(entry.pages) or None)
        assert record["accession_number"] == entry.article_id


def test_bibtex_is_read_back_by_a_parser() -> None:
    written = references(entries(), "bibtex")
    library = parse_string(written, append_middleware=[LatexDecodingMiddleware(), SeparateCoAuthors()])
    assert not library.failed_blocks
    assert len({entry.key for entry in library.entries}) == len(library.entries) == len(entries())
    for block, entry in zip(library.entries, entries(), strict=True):
        fields = {field.key: field.value for field in block.fields}
        lone = entry.title.count("{") != entry.title.count("}")  # LaTeX for which the parser knows no character
        title = fields["title"].strip("[]").replace("ˆ", "^")  # how it spells \\textasciicircum
        assert title == (entry.title.replace("{", "") if lone else entry.title)
        assert tuple(fields.get("author", ())) == entry.authors
        assert fields.get("journal") == entry.paper
        assert fields.get("date") == entry.date


TEXT = st.text(st.sampled_from("秋收 {}\\%&#$_~^\"'@,=()and\n\r\t“”《》？"), min_size=1, max_size=30).filter(one_line)


@given(TEXT, TEXT)
def test_any_title_makes_one_record_of_each_format(title: str, paper: str) -> None:
    entry = reference_of(Article("x", "正文。", 0, title, paper=paper))
    (record,) = rispy.loads(references([entry], "ris"))
    assert record["title"] == entry.title
    library = parse_string(references([entry], "bibtex"), append_middleware=[])
    assert not library.failed_blocks
    assert [block.key for block in library.entries] == ["wenbao-x"]
    (item,) = json.loads(references([entry], "csl-json"))
    assert item["title"] == entry.title
    assert all("\n" not in references([entry], style) for style in ("gbt7714-2025", "gongwen", "apa", "chicago"))


def test_keys_differ_as_ids_do() -> None:
    ids = ["a~1", "a:7e:1", "a7e1", "a-1", "报-1", "a.1"]
    library = parse_string(references([Reference(number, "题") for number in ids], "bibtex"))
    assert len({entry.key for entry in library.entries}) == len(ids)


def test_an_unknown_style_is_one_line_that_names_those_there_are() -> None:
    with pytest.raises(BadInput, match=r"mla.*gbt7714-2025.*csl-json"):
        references([], "mla")
