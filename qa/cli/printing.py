"""Print to the terminal: answers, JSON, progress, lines that go on under their beginning."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from qa.answer.compose import refusal_lines
from qa.cite.quotes import copies_line, source_line
from qa.messages import say
from qa.records import Answer, Citation

__all__ = ["print_answer", "print_hanging", "print_json", "shown_progress", "terminal"]

EXCERPT_CHARS = 110


def terminal(*, stderr: bool = False) -> Console:
    """Return a console that leaves wrapping to the terminal, which can break Chinese between any two characters."""
    return Console(highlight=False, soft_wrap=True, emoji=False, stderr=stderr)


def print_json(value: dict[str, Any]) -> None:
    """Print one JSON object on a line of its own."""
    print(json.dumps(value, ensure_ascii=False))  # noqa: T201 - the edge prints


def print_hanging(console: Console, begin: Text, text: Text) -> None:
    """Print `text` behind `begin`; on a terminal what does not fit goes on under its first character."""
    width = console.width - begin.cell_len
    if not console.is_terminal or width < console.width // 3:
        console.print(begin + text)
        return
    for number, line in enumerate(text.wrap(console, width, overflow="fold")):
        console.print((Text(" " * begin.cell_len) if number else begin) + line)


class _Rate(ProgressColumn):
    """Show how many are done in a second."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text("" if speed is None else say("cli.progress.rate", rate=f"{speed:.{1 if speed < 10 else 0}f}"))


@contextmanager
def shown_progress() -> Iterator[Callable[[str, int, int], None]]:
    """Give a progress callback that draws one bar per stage on stderr, with count, rate and time left."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(20), MofNCompleteColumn(), _Rate(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bars:
        tasks: dict[str, Any] = {}

        def told(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(say(f"cli.progress.{stage}"), total=total or None)
            bars.update(tasks[stage], completed=done, total=total or None)

        yield told


def print_answer(answer: Answer) -> None:
    """Print an answer with its citations, or why there is none and what came nearest."""
    console = terminal()
    if not answer.found:
        for line in refusal_lines(answer):
            console.print(Text(line))
        if answer.near:
            console.print()
            console.print(Text(say("near.heading"), style="bold"))
        for citation in answer.near:
            _print_citation(console, citation, Text(_excerpt(citation.quote), style="dim"))
        return
    console.print(Text(answer.answer, style="bold"))
    for citation, span in zip(answer.citations, answer.spans, strict=True):
        quote = Text(citation.quote)
        quote.stylize("bold reverse", span.start - citation.start, span.end - citation.start)
        _print_citation(console, citation, quote)


def _print_citation(console: Console, citation: Citation, quote: Text) -> None:
    console.print()
    console.print(Text(f"[{citation.n}] ").append(quote))
    headline = say("headline.made", lead=citation.headline) if citation.headline_made else citation.headline
    parts = [headline, source_line(citation), citation.byline or ""]
    console.print(Text("    " + " · ".join(part for part in parts if part), style="cyan"))
    console.print(Text(f"    {citation.article_id}", style="dim"))
    if citation.copies:
        print_hanging(console, Text("    "), Text(copies_line(citation.copies), style="dim"))


def _excerpt(text: str) -> str:
    """Shorten a passage to what fits on three lines of a terminal."""
    line = text.replace("\n", " ").strip()
    return line if len(line) <= EXCERPT_CHARS else line[:EXCERPT_CHARS] + "……"
