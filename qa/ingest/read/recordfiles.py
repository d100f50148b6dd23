"""Exported files as records: JSON lines, a JSON array, a table with a header (CSV), each read in a stream."""

from __future__ import annotations

import csv
import io
import json
import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TextIO

from qa.errors import BadFile
from qa.ingest.files.characters import UNREADABLE
from qa.ingest.files.decoding import decode, detect_encoding
from qa.ingest.files.sources import Source
from qa.ingest.read.fieldnames import FIELDS, field_called, match_fields, twins_in
from qa.ingest.segment.repair import encodable
from qa.messages import say
from qa.settings import SETTINGS

__all__ = ["EXPORT_FORMATS", "Record", "open_records", "shown"]

log = logging.getLogger(__name__)

EXPORT_FORMATS = (".jsonl", ".json", ".csv")
LISTED = 10
"""So many of the fields left aside are named."""
RECORD_CHARS = 4 * 1024 * 1024
"""Longest record, which is 16 MB in memory at most."""
REREAD_CHARS = 16 * RECORD_CHARS
"""How much of a table with unclosed quotes is read again, so that one such row does not take the next with it."""
OPENING_BYTES = 1024 * 1024
DAMAGED_SHARE = 0.01
ESCAPED = re.compile("[\udc80-\udcff]")
"""Bytes that are no character of the file's encoding, as Python keeps them."""
DELIMITERS = ",;\t"
EDGES = " \t\r\n\ufeff"


@dataclass(frozen=True, slots=True)
class Record:
    """An article as exported: its values by field, and its line (in a JSON array: its place), from 1."""

    source: Source
    number: int
    fields: Mapping[str, object]
    names: Mapping[str, str] = field(default_factory=dict)
    """What the export itself calls those fields."""

    def refusal(self, key: str, /, **values: object) -> BadFile:
        """Return message `key`, which says why this record is no article."""
        place = "export.item" if self.source.suffix == ".json" else "export.line"
        return BadFile(key, path=self.source.name, where=say(place, number=self.number), **values)


Records = Iterator[Record | BadFile]


def open_records(source: Source) -> tuple[str, Records]:
    """Return the encoding of an export and its records; a BadFile among them stands for a record that cannot be read.

    Memory does not grow with a file of lines or rows; a JSON array is held whole, so its size is limited. Raises
    BadFile for a file without records' form: no JSON, more than one array, a table without a column ``text`` or with
    two columns for one field. Fields that no record has use for are named in the log when the last one is read.
    """
    if source.suffix == ".json":
        encoding, records = _open_array(source)
    else:
        encoding = _line_encoding(source)
        records = _open_table(source, encoding) if source.suffix == ".csv" else _json_lines(source, encoding)
    return encoding.removesuffix("-sig"), _by_field(source, records)


def _by_field(source: Source, records: Records) -> Records:
    """Call the values of each record by our names, and tell at the end what was left aside."""
    aside: dict[str, None] = {}
    for record in records:
        if isinstance(record, BadFile):
            yield record
            continue
        matched = match_fields(record.fields)
        told = [*map(shown, matched.unknown)]
        told += [say("export.same", other=shown(other), field=shown(own)) for other, own in matched.spare]
        for name in told:
            if len(aside) <= LISTED:
                aside[name] = None
        if matched.clash:
            yield record.refusal("export.twice", pair=_pair(matched.clash))
        else:
            fields = {field: record.fields[name] for field, name in matched.names.items()}
            yield Record(source, record.number, fields, matched.names)
    if aside:
        listed = ", ".join(list(aside)[:LISTED]) + ("……" if len(aside) > LISTED else "")
        log.warning(say("export.unknown", path=source.name, found=listed, known=", ".join(FIELDS)))


def _pair(clash: tuple[str, str, str]) -> str:
    first, second, field = clash
    return say("export.pair", first=shown(first), second=shown(second), field=field)


def _line_encoding(source: Source) -> str:
    """Return the encoding of a file of lines, some of which may be damaged; raises BadFile where it is no text."""
    try:
        return detect_encoding(source)
    except BadFile as error:
        if error.key not in ("file.not_text", "file.cut"):
            raise
        with source.open() as file:
            opening = file.read(OPENING_BYTES)
        for encoding in ("utf-8", "gb18030"):
            text = opening.decode(encoding, errors="replace")
            if text.count("\ufffd") + len(UNREADABLE.findall(text)) <= DAMAGED_SHARE * len(text):
                return encoding
        raise


def shown(value: object) -> str:
    """Return a value for a message: on one line, and not much of it.

    >>> shown("头条" * 50), shown(["a", 1])
    ('头条头条头条头条头条头条头条头条头条头条头条头条头条头条头条……', '["a", 1]')
    """
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = UNREADABLE.sub("\ufffd", encodable(" ".join(text[:100].split())))
    return text if len(text) <= 30 else text[:30] + "……"


def _json_lines(source: Source, encoding: str) -> Records:
    with io.TextIOWrapper(source.open(), encoding, errors="surrogateescape", newline="\n") as file:
        for number, line in _numbered(file):
            record = Record(source, number, {})
            if line is None:
                yield record.refusal("export.long", limit=RECORD_CHARS)
            elif ESCAPED.search(line):
                yield record.refusal("export.broken", encoding=encoding)
            elif line := line.strip(EDGES):
                value, fault = _parsed(line)
                if fault:
                    yield record.refusal("export.not_json", at=fault)
                else:
                    yield _record(source, number, value)


def _open_array(source: Source) -> tuple[str, Records]:
    text, encoding = decode(source.read(SETTINGS.file_bytes), source.name)
    value, fault = _parsed(text.strip(EDGES))
    if fault:
        raise BadFile("export.not_json", path=source.name, where=say("export.whole"), at=fault)
    if isinstance(value, dict) and "text" not in map(field_called, value):
        arrays = [field for field in value.values() if isinstance(field, list)]
        value = arrays[0] if len(arrays) == 1 else None
    values = [value] if isinstance(value, dict) else value
    if not isinstance(values, list):
        raise BadFile("export.no_array", path=source.name)
    return encoding, (_record(source, number, value) for number, value in enumerate(values, start=1))


def _record(source: Source, number: int, value: object) -> Record | BadFile:
    if isinstance(value, dict):
        return Record(source, number, value)
    return Record(source, number, {}).refusal("export.no_object", value=shown(value))


def _parsed(text: str) -> tuple[object, int]:
    """Parse JSON; return the value, and 0 or the character (from 1) at which it is no JSON.

    The parser's own error is not handed on, for it holds the whole text.
    """
    try:
        return json.loads(text), 0
    except json.JSONDecodeError as error:
        return None, error.pos + 1
    except (ValueError, RecursionError):  # a number of thousands of digits; brackets in brackets without end
        return None, 1


def _open_table(source: Source, encoding: str) -> Records:
    with io.TextIOWrapper(source.open(), encoding, errors="surrogateescape", newline="") as file:
        lines = ((number, line) for number, line in _numbered(file) if line is None or line.strip(EDGES))
        first, header = next(lines, (0, ""))
    if not first:
        raise BadFile("export.empty", path=source.name)
    columns: list[str] = []
    for delimiter in DELIMITERS:
        found = next(csv.reader([(header or "").strip(EDGES)], delimiter=delimiter), [])
        names = [name.strip(EDGES) for name in found]
        fields = [called for name in names if (called := field_called(name))]
        if "text" in fields:
            if twins := twins_in(names):
                place = say("export.line", number=first)
                raise BadFile("export.twice", path=source.name, where=place, pair=_pair(twins))
            return _rows(source, encoding, first, names, delimiter)
        columns = max(columns, names, key=len)
    found_names = shown(", ".join(columns))
    raise BadFile("export.columns", path=source.name, found=found_names, known=", ".join(list(FIELDS)[1:]))


def _rows(source: Source, encoding: str, header: int, names: list[str], delimiter: str) -> Records:
    # The limit is the process's: without this a story of 131,073 characters would be refused.
    csv.field_size_limit(max(csv.field_size_limit(), RECORD_CHARS))
    with io.TextIOWrapper(source.open(), encoding, errors="surrogateescape", newline="") as file:
        feed = _Feed(_numbered(file), after=header)
        reader = csv.reader(feed, delimiter=delimiter, strict=True)
        while True:
            feed.begin()
            try:
                row = next(reader, None)
            except csv.Error:
                yield Record(source, feed.first, {}).refusal("export.quotes", limit=RECORD_CHARS)
                feed.rewind()
                continue
            if row is None:
                return
            while len(row) > len(names) and not row[-1].strip():
                row.pop()
            if not any(cell.strip() for cell in row):
                continue
            if any(ESCAPED.search(cell) for cell in row):
                yield Record(source, feed.first, {}).refusal("export.broken", encoding=encoding)
            elif len(row) == len(names):
                yield Record(source, feed.first, dict(zip(names, row, strict=True)))
            else:
                wrong = Record(source, feed.first, {})
                yield wrong.refusal("export.width", found=len(row), expected=len(names))


class _Feed:
    """Hand lines to the table reader, and take back those that an unclosed quote swallowed."""

    def __init__(self, lines: Iterator[tuple[int, str | None]], *, after: int) -> None:
        self.first = after
        self._lines = lines
        self._after = after
        self._record: list[tuple[int, str | None]] = []
        self._again: list[tuple[int, str | None]] = []
        self._chars = 0
        self._budget = REREAD_CHARS

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        number, line = self._again.pop() if self._again else next(self._lines)
        while number <= self._after:
            number, line = next(self._lines)
        if not self._record:
            self.first = number
        self._record.append((number, line))
        self._chars += len(line or "")
        if line is None or self._chars > RECORD_CHARS:
            raise csv.Error
        return line

    def begin(self) -> None:
        """Note that the next line begins a record."""
        self._record, self._chars = [], 0

    def rewind(self) -> None:
        """Give the lines of this record again but the first, while the budget lasts."""
        self._budget -= self._chars
        if self._budget > 0:
            self._again.extend(reversed(self._record[1:]))


def _numbered(file: TextIO) -> Iterator[tuple[int, str | None]]:
    """Yield the lines, numbered from 1; one over the limit as None, and never held whole."""
    number = 0
    while line := file.readline(RECORD_CHARS + 1):
        number += 1
        if len(line) <= RECORD_CHARS:
            yield number, line
            continue
        while line and not line.endswith(("\n", "\r")):
            line = file.readline(RECORD_CHARS)
        yield number, None
