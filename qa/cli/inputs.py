"""Check what a user typed: filters, and files of questions."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from qa.errors import BadInput
from qa.ingest.imprints.imprint import iso_date, page_label
from qa.messages import say
from qa.records import Filters
from qa.retrieve.question import check_question

__all__ = ["answers_file", "batch_entries", "check_filters", "reading_entries", "saved_answers"]

SAVED_BYTES = 32 * 1024 * 1024
"""Largest file of saved answers that is read."""
BATCH_FIELDS = ("question", "from", "to", "paper", "page")


def check_filters(
    date_from: str | None, date_to: str | None, paper: str | None, page: str | None, file: str | None = None
) -> Filters:
    """Build filters from what a user typed; raises BadInput for what is no date, or dates out of order."""
    first = iso_date(date_from) if date_from else None
    last = iso_date(date_to) if date_to else None
    if first and last and first > last:
        raise BadInput("date.order", first=first, last=last)
    return Filters(first, last, paper or None, page_label(page) if page else None, file or None)


def batch_entries(batch: Path, filters: Filters) -> Iterator[tuple[dict[str, Any], Filters]]:
    """Yield the entries of a file of questions, each with its own filters or else `filters`.

    Raises BadInput for a file that cannot be read, and with its number for a line that is no question.
    """
    for number, line in _lines(batch):
        try:
            entry = json.loads(line)
            if not isinstance(entry, dict) or not isinstance(entry.get("history", []), list):
                raise ValueError(line[:40])
            for name in BATCH_FIELDS:
                if entry.get(name) is not None and not isinstance(entry[name], str):
                    entry[name] = str(entry[name])
            check_question(entry.get("question") or "")
            given = [entry.get(name) for name in ("from", "to", "paper", "page")]
            own = check_filters(*given) if any(given) else filters
        except (ValueError, RecursionError, BadInput) as error:
            raise BadInput("batch.bad_line", path=batch, line=number, why=error) from error
        yield entry, own


def reading_entries(batch: Path) -> Iterator[dict[str, Any]]:
    """Yield the entries of a file of questions with passages, ``{"id", "question", "passages": [text]}``.

    Raises BadInput for a file that cannot be read, and with its number for a line that is not of this form. A passage
    may be empty, but not all of a question's.
    """
    for number, line in _lines(batch):
        try:
            entry = json.loads(line)
            if not isinstance(entry, dict):
                raise ValueError(say("read.why.object"))
            question, passages = entry.get("question", ""), entry.get("passages")
            if not isinstance(question, str):
                raise ValueError(say("read.why.question"))
            check_question(question)
            if not isinstance(passages, list) or not all(isinstance(passage, str) for passage in passages):
                raise ValueError(say("read.why.passages"))
            if not any(passage.strip() for passage in passages):
                raise ValueError(say("read.why.empty"))
        except (ValueError, RecursionError, BadInput) as error:
            raise BadInput("read.bad_line", path=batch, line=number, why=error) from error
        yield entry


@contextmanager
def answers_file(batch: Path, out: Path) -> Iterator[Callable[[dict[str, Any]], None]]:
    """Open the file that the answers to `batch` go to, and give what writes one as a line.

    Raises BadInput where both are the same file, or it cannot be written.
    """
    if out.exists() and out.samefile(batch):
        raise BadInput("batch.same_file", path=out)
    try:
        file = out.open("wb")
    except OSError as error:
        raise BadInput("batch.unwritable", path=out, why=error.strerror or error) from error

    def write(answer: dict[str, Any]) -> None:
        try:
            file.write(_encoded(answer) + b"\n")
            file.flush()
        except OSError as error:
            raise BadInput("batch.unwritable", path=out, why=error.strerror or error) from error

    with file:
        yield write


def saved_answers(path: Path) -> list[Any]:
    """Return what a file of saved answers holds: one JSON object, or one a line; unchecked but for being JSON.

    Raises BadInput, in one line, for a file that cannot be read, is empty, larger than 32 MB or no JSON.
    """
    try:
        if path.is_file() and path.stat().st_size > SAVED_BYTES:
            size, limit = round(path.stat().st_size / 2**20), SAVED_BYTES // 2**20
            raise BadInput("receipt.large", path=path, size=size, limit=limit)
        if path.exists() and not path.is_file():
            raise BadInput("path.special", path=path)
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadInput("file.unreadable", path=path, why=error.strerror or error) from error
    except UnicodeDecodeError as error:
        raise BadInput("receipt.json", path=path, why=error.reason) from error
    if not text.strip():
        raise BadInput("receipt.empty", path=path)
    try:
        return [json.loads(text)]
    except RecursionError as error:
        raise BadInput("receipt.json", path=path, why=error) from error
    except ValueError as whole:
        try:
            return [json.loads(line) for line in text.split("\n") if line.strip()]
        except (ValueError, RecursionError):
            raise BadInput("receipt.json", path=path, why=whole) from whole


def _lines(batch: Path) -> Iterator[tuple[int, str]]:
    """Yield the lines with something in them, numbered."""
    try:
        lines = batch.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput("file.unreadable", path=batch, why=error) from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield number, line


def _encoded(value: dict[str, Any]) -> bytes:
    """Return JSON in UTF-8; what has lone surrogates, which UTF-8 has not, is escaped instead."""
    try:
        return json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return json.dumps(value).encode()
