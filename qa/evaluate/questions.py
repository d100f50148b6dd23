"""Read questions whose answers are known: JSON in the form of SQuAD or CMRC 2018, or a record a line."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa.errors import BadInput
from qa.ingest.segment.repair import encodable
from qa.messages import say
from qa.retrieve.question import check_question

__all__ = ["GoldQuestion", "QuestionSet", "read_questions"]

LARGEST = 256 * 1024 * 1024
"""Bytes read of a file, once unpacked."""
LINE_SUFFIXES = (".jsonl", ".ndjson")


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """A question and its right answers, of which any will do; without any, it has no answer."""

    id: str
    question: str
    answers: tuple[str, ...]
    context: str | None
    """The text that answers it, or does not."""
    source: str
    """Where it comes from: the file, unless the record says."""
    article: str | None
    """The id of the article that answers it."""


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """The questions of a file, in its order."""

    questions: tuple[GoldQuestion, ...]
    blank: int = 0
    """Questions without a word that were left out; the trial data of CMRC 2018 have two."""


def read_questions(path: Path, *, contexts: bool = False) -> QuestionSet:
    """Return the questions of a file, gzipped or not; with `contexts`, each must have its text.

    ``{"data": [{"paragraphs": [{"context", "qas": [{"id", "question", "answers": [{"text"}], "is_impossible"}]}]}]}``
    is SQuAD's form; CMRC's is the same, or a list of ``{"context_text", "qas": [{"query_id", "query_text", "answers":
    [text]}]}``. A record, one a line or all in a list, is ``{"question", "context", "answer"}`` with any of ``id source
    article``, or ``answers`` for several. Raises BadInput for a file that cannot be read, holds no questions, or holds
    one that cannot be used, which it names by its line or its number.
    """
    text = _text(path)
    found: list[GoldQuestion] = []
    blank = 0
    for number, (where, record) in enumerate(_records(path, text), start=1):
        try:
            asked = _question(record, str(number), _stem(path), contexts=contexts)
            found += [asked] if asked else []
            blank += not asked
        except (ValueError, BadInput) as error:
            raise BadInput("eval.question", path=path, where=where, why=error) from error
    if not found:
        raise BadInput("eval.none", path=path)
    return QuestionSet(tuple(found), blank)


def _text(path: Path) -> str:
    if not path.exists():
        raise BadInput("path.missing", path=path)
    if not path.is_file():
        raise BadInput("path.special", path=path)
    try:
        with path.open("rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
        with gzip.open(path, "rb") if packed else path.open("rb") as opened:
            data = opened.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise BadInput("file.too_large", path=path, size=f">{LARGEST // 2**20}", limit=LARGEST // 2**20)
        return data.decode("utf-8-sig")
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise BadInput("file.unreadable", path=path, why=error) from error


def _stem(path: Path) -> str:
    return path.name.removesuffix(".gz").rpartition(".")[0] or path.name


def _records(path: Path, text: str) -> Iterator[tuple[str, Any]]:
    """Yield each record and how to call it."""
    lines = [(number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
    by_line = path.name.lower().removesuffix(".gz").endswith(LINE_SUFFIXES)
    if by_line or (len(lines) > 1 and _is_json(lines[0][1])):
        for number, line in lines:
            yield say("export.line", number=number), _parsed(path, line, number)
    elif lines:
        whole = _parsed(path, text, 1)
        entries = whole.get("data", [whole]) if isinstance(whole, dict) else whole
        for number, record in enumerate(_unnested(path, entries), start=1):
            yield say("export.item", number=number), record


def _is_json(line: str) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _parsed(path: Path, text: str, line: int) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise BadInput("eval.json", path=path, line=line + error.lineno - 1, why=error.msg) from error
    except (ValueError, RecursionError) as error:  # a number without end, brackets without end
        raise BadInput("eval.json", path=path, line=line, why=error) from error


def _unnested(path: Path, entries: Any) -> Iterator[Any]:
    """Yield the questions below `entries`, each with the text above it; what is no question is yielded as it is."""
    if not isinstance(entries, list):
        raise BadInput("eval.none", path=path)
    for entry in entries:
        paragraphs = entry.get("paragraphs", [entry]) if isinstance(entry, dict) else [entry]
        for paragraph in paragraphs if isinstance(paragraphs, list) else [paragraphs]:
            asked = paragraph.get("qas", [paragraph]) if isinstance(paragraph, dict) else [paragraph]
            for record in asked if isinstance(asked, list) else [asked]:
                if isinstance(record, dict) and isinstance(paragraph, dict):
                    above = {name: value for name, value in paragraph.items() if name not in ("qas", "id")}
                    yield {**above, **record}
                else:
                    yield record


def _question(record: Any, number: str, stem: str, *, contexts: bool) -> GoldQuestion | None:
    if not isinstance(record, dict):
        raise ValueError(say("eval.why.object"))
    question = record.get("question", record.get("query_text"))
    if not isinstance(question, str):
        raise ValueError(say("eval.why.text", field="question"))
    if not question.strip():
        return None
    context = record.get("context", record.get("context_text"))
    if contexts and context is None:
        raise ValueError(say("eval.why.context"))
    if not isinstance(context, str | None):
        raise ValueError(say("eval.why.text", field="context"))
    return GoldQuestion(
        id=_label(record, "id", "query_id") or number,
        question=check_question(question),
        answers=_answers(record),
        context=context,
        source=_label(record, "source") or stem,
        article=_label(record, "article"),
    )


def _answers(record: dict[str, Any]) -> tuple[str, ...]:
    """Return the right answers, each once; CMRC 2018 has some that are numbers."""
    if record.get("is_impossible") is True:
        return ()
    if "answers" not in record and "answer" not in record:
        raise ValueError(say("eval.why.answer"))
    given = record["answers"] if "answers" in record else record["answer"]
    if isinstance(given, dict):  # Hugging Face's columns: {"text": [...], "answer_start": [...]}
        given = given.get("text")
    listed = given if isinstance(given, list) else [given]
    texts = [each.get("text") if isinstance(each, dict) else each for each in listed]
    if not all(isinstance(each, str | int | float | None) and not isinstance(each, bool) for each in texts):
        raise ValueError(say("eval.why.text", field="answers" if "answers" in record else "answer"))
    return tuple(dict.fromkeys(str(each) for each in texts if each is not None and str(each).strip()))


def _label(record: dict[str, Any], *names: str) -> str | None:
    value = next((record[name] for name in names if record.get(name) is not None), None)
    if not isinstance(value, str | int | None):
        raise ValueError(say("eval.why.text", field=names[0]))
    return None if value is None else encodable(str(value)) or None
