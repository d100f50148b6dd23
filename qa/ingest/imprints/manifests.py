"""manifest.csv: newspaper, date and page of files whose path does not say them, written by whoever keeps the files."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from qa.errors import BadFile, BadInput
from qa.ingest.files.decoding import decode
from qa.ingest.files.sources import MANIFEST, Source
from qa.ingest.files.zips import Zip
from qa.ingest.imprints.imprint import Imprint, iso_date, page_label
from qa.messages import say

__all__ = ["Manifests"]

COLUMNS = {"文件": "file", "报名": "paper", "报纸": "paper", "日期": "date", "版次": "page"}
MANIFEST_BYTES = 16 * 1024 * 1024

Rows = dict[tuple[str, ...], Imprint]
"""Imprints by the components of a path below the manifest's folder."""


class Manifests:
    """Read each manifest once, and answer for the files below it.

    A manifest has the header ``file,paper,date,page`` (or 文件,报名,日期,版次; any order, `file` at least). `file` is
    a path below the manifest's folder; a folder or zip speaks for everything in it, an empty one or ``.`` for all.
    """

    def __init__(self) -> None:
        self._read: dict[tuple[Path, str | None], Rows | BadInput] = {}

    def imprint(self, source: Source) -> Imprint:
        """Return what the manifests beside and above `source` say of it: for each field the nearest that says it.

        In one manifest the longest path wins. Folders are those of the path as it was given, the root folder not
        among them. Raises BadInput with the line for a manifest that cannot be used, for every file below it.
        """
        found = Imprint()
        for rows, below in self._above(source):
            for length in range(len(below), -1, -1):
                if row := rows.get(below[:length]):
                    found = found.or_else(row)
        return found

    def _above(self, source: Source) -> Iterator[tuple[Rows, tuple[str, ...]]]:
        """Yield the manifests that may speak for `source`, nearest first, each with the path from there to it."""
        inside: tuple[str, ...] = ()
        if source.zip and source.member is not None:
            inside = tuple(source.member.split("/"))
            for depth in range(len(inside) - 1, -1, -1):
                yield self._rows(source.path, "/".join([*inside[:depth], MANIFEST]), source.zip), inside[depth:]
        for folder in source.path.parents:
            if folder != folder.parent or not folder.is_absolute():
                yield self._rows(folder / MANIFEST), (*source.path.relative_to(folder).parts, *inside)

    def _rows(self, path: Path, member: str | None = None, archive: Zip | None = None) -> Rows:
        place = (path, member)
        if place not in self._read:
            try:
                self._read[place] = _read_rows(Source(path, member, archive))
            except BadInput as error:
                self._read[place] = error
        rows = self._read[place]
        if isinstance(rows, BadInput):
            raise rows
        return rows


def _read_rows(manifest: Source) -> Rows:
    if manifest.zip:
        if manifest.member not in manifest.zip.members:
            return {}
    elif manifest.path.is_symlink():
        raise BadFile("file.link", path=manifest.name)
    elif not manifest.path.is_file():
        return {}
    text, _ = decode(manifest.read(MANIFEST_BYTES), manifest.name)
    lines = text.replace("\r\n", "\n").split("\n")
    delimiter = next((mark for mark in ",\t;" if mark in lines[0]), ",")
    table = csv.reader(io.StringIO("\n".join(lines)), delimiter=delimiter, strict=True)
    rows: Rows = {}
    listed: dict[tuple[str, ...], int] = {}
    header: list[str] = []
    try:
        for cells in table:
            values = [cell.strip() for cell in cells]
            if not any(values):
                continue
            if not header:
                header = [COLUMNS.get(name, name.lower()) for name in values]
                if "file" not in header or len(set(header)) < len(header):
                    raise BadFile("manifest.header", path=manifest.name)
                continue
            if len(values) > len(header):
                raise _bad_row(
                    manifest, table.line_num, say("manifest.columns", found=len(values), expected=len(header))
                )
            row = dict(zip(header, values, strict=False))
            place = _place(row.get("file", ""), manifest, table.line_num)
            if place in listed:
                raise _bad_row(
                    manifest, table.line_num, say("manifest.twice", value="/".join(place) or ".", first=listed[place])
                )
            listed[place] = table.line_num
            rows[place] = _row_imprint(row, manifest, table.line_num)
    except csv.Error as error:
        raise _bad_row(manifest, table.line_num, error) from error
    return rows


def _place(value: str, manifest: Source, line: int) -> tuple[str, ...]:
    parts = value.replace("\\", "/").split("/")
    if ".." in parts or parts[0].endswith(":") or (len(parts) > 1 and not parts[0]):
        raise _bad_row(manifest, line, say("manifest.place", value=value))
    return tuple(part for part in parts if part not in ("", "."))


def _row_imprint(row: dict[str, str], manifest: Source, line: int) -> Imprint:
    try:
        date = iso_date(row["date"]) if row.get("date") else None
    except BadInput as error:
        raise _bad_row(manifest, line, error) from error
    page = page_label(row["page"]) if row.get("page") else None
    return Imprint(row.get("paper") or None, date, page, "manifest" if date else None)


def _bad_row(manifest: Source, line: int, why: object) -> BadFile:
    return BadFile("manifest.row", path=manifest.name, line=line, why=why)
