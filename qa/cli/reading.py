"""The commands of those who try the reader: on passages of their own, or on questions whose answers are known."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from qa.answer.passages import read_passages
from qa.archive import Archive, open_reader
from qa.cli.inputs import answers_file, reading_entries
from qa.cli.measuring import print_asking, print_reading
from qa.cli.printing import print_json, shown_progress, terminal
from qa.cli.spoken import WrongUsage
from qa.errors import BadInput, NotHeld
from qa.evaluate import AskingFigures, GoldQuestion, ReadingFigures, measure_asking, measure_reading, read_questions
from qa.messages import say
from qa.records import Article
from qa.settings import SETTINGS

__all__ = ["reading_commands"]

MODES = ("reading", "open")


def reading_commands(archive_option: Any) -> dict[str, Callable[..., None]]:
    """Return the commands by name, in the language of this process."""

    def read(
        batch: Annotated[Path | None, typer.Option("--batch", help=say("cli.read.batch"))] = None,
        out: Annotated[Path | None, typer.Option("--out", help=say("cli.read.out"))] = None,
    ) -> None:
        if batch is None or out is None:
            raise WrongUsage(say("usage.read"))
        _read_batch(batch, out)

    def evaluate(
        file: Annotated[Path, typer.Argument(metavar=say("cli.metavar.file"), help=say("cli.eval.file"))],
        mode: Annotated[
            str | None, typer.Option("--mode", metavar="|".join(MODES), help=say("cli.eval.mode"), show_default=False)
        ] = None,
        left_out: Annotated[bool, typer.Option("--left-out", help=say("cli.eval.left_out"))] = False,
        source: Annotated[list[str] | None, typer.Option("--source", help=say("cli.eval.source"))] = None,
        limit: Annotated[int | None, typer.Option("--limit", help=say("cli.eval.limit"))] = None,
        as_json: Annotated[bool, typer.Option("--json", help=say("cli.json"))] = False,
        archive: archive_option = None,
    ) -> None:
        if mode not in MODES:
            raise WrongUsage(say("usage.eval_mode"))
        if left_out and mode != "open":
            raise WrongUsage(say("usage.eval_left_out"))
        if limit is not None and limit < 1:
            raise WrongUsage(say("usage.eval_limit"))
        held = read_questions(file, contexts=mode == "reading")
        questions = _chosen(file, held.questions, source or [])[:limit]
        if held.blank:
            terminal(stderr=True).print(Text(say("eval.blank", count=held.blank), style="dim"))
        if mode == "reading":
            read_alone = _read_alone(questions)
            print_json(read_alone.as_json()) if as_json else print_reading(read_alone)
        else:
            asked = _asked_of(archive, questions, left_out=left_out)
            print_json(asked.as_json()) if as_json else print_asking(asked)

    return {"read": read, "eval": evaluate}


def _read_batch(batch: Path, out: Path) -> None:
    """Answer a file of questions from their passages; the whole file is checked before the first is read."""
    entries = list(reading_entries(batch))
    reader = open_reader()
    with answers_file(batch, out) as write, shown_progress() as progress:
        for done, entry in enumerate(entries, start=1):
            reading = read_passages(reader, entry["question"], entry["passages"])
            write({"id": entry.get("id"), **reading.as_json()})
            progress("questions", done, len(entries))


def _chosen(file: Path, questions: Sequence[GoldQuestion], sources: list[str]) -> list[GoldQuestion]:
    there = {asked.source for asked in questions}
    for source in sources:
        if source not in there:
            raise BadInput("eval.no_source", path=file, source=source, sources=say("web.list").join(sorted(there)))
    return [asked for asked in questions if not sources or asked.source in sources]


def _read_alone(questions: list[GoldQuestion]) -> ReadingFigures:
    reader = open_reader()
    with shown_progress() as progress:
        return measure_reading(
            questions,
            lambda question, context: read_passages(reader, question, [context], always=True),
            threshold=SETTINGS.refuse_below,
            progress=progress,
        )


def _asked_of(folder: Path | None, questions: list[GoldQuestion], *, left_out: bool) -> AskingFigures:
    with Archive.open(folder) as held, shown_progress() as progress:

        def article_of(number: str) -> Article | None:
            try:
                return held.article(number)
            except NotHeld:
                return None

        return measure_asking(
            questions,
            lambda question, without: held.ask(question, without=without),
            article_of,
            left_out=left_out,
            progress=progress,
        )
