"""Print what was measured of answers, in tables that fit 80 columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from rich.table import Table
from rich.text import Text

from qa.cli.printing import print_hanging, terminal
from qa.evaluate.asking import AskingFigures, AskingGroup, LeftOut, Threshold
from qa.evaluate.calibration import Calibration, Risk
from qa.evaluate.reading import ReadingFigures, ReadingGroup
from qa.messages import fill, say

__all__ = ["print_asking", "print_reading"]

NONE = "–"
Group = TypeVar("Group", ReadingGroup, AskingGroup)


def print_reading(figures: ReadingFigures) -> None:
    """Print the figures of a reader: all answered, with refusals, by coverage, by confidence."""
    every = figures.overall
    _heading("eval.head", questions=every.questions, answerable=every.answerable)
    _heading("eval.forced")
    rows = [
        [_name(group), str(group.questions), str(group.answerable), _percent(group.exact), _percent(group.f1)]
        for group in _groups(figures.sources, every)
    ]
    _table(["source", "questions", "answerable", "exact", "f1"], rows)
    _heading("eval.refusing", threshold=f"{figures.threshold:.2f}")
    names = ["source", "exact", "f1", "answered", "wrong", "refused", "precision", "recall"]
    _table(names, [_refusing_row(group) for group in _groups(figures.sources, every)])
    _print_certainty(figures.risk, figures.calibration)
    _print_verbatim(figures.verbatim, figures.answers)


def print_asking(figures: AskingFigures) -> None:
    """Print the figures of an archive; then, where it was measured, what was said without the right article."""
    every = figures.overall
    _heading("eval.head", questions=every.questions, answerable=every.answerable)
    _heading("eval.asked")
    names = ["source", "answered", "exact", "f1", "in_answer", "in_quote", "articles", "first", "cited"]
    rows = [
        [
            _name(group),
            *map(_percent, (group.answered, group.exact, group.f1, group.answer_contains, group.quote_contains)),
            str(group.with_article),
            *map(_percent, (group.cited_first, group.cited)),
        ]
        for group in _groups(figures.sources, every)
    ]
    _table(names, rows)
    if every.refused is not None:
        _line("eval.unanswerable", count=every.questions - every.answerable, refused=_percent(every.refused))
    _print_certainty(figures.risk, figures.calibration)
    if figures.left_out:
        _print_left_out(figures.left_out)
    _print_verbatim(figures.verbatim, figures.spans)


def _print_left_out(left_out: LeftOut) -> None:
    _heading("eval.left_out", count=left_out.questions)
    shares = {name: _percent(getattr(left_out, name)) for name in ("refused", "elsewhere", "wrong")}
    _line("eval.left_out.shares", **shares)
    _table(["threshold", "left_wrong", "whole_right"], [_threshold_row(each) for each in left_out.thresholds])
    if left_out.known_from:
        _line("eval.left_out.unknown", known=f"{left_out.known_from:.4f}")
    least = left_out.bearable
    told = {"threshold": f"{least.threshold:.4f}", "wrong": _percent(least.wrong), "right": _percent(least.right)}
    _line("eval.left_out.bearable", **told)


def _print_certainty(risks: Sequence[Risk], calibration: Calibration | None) -> None:
    _heading("eval.risk")
    rows = [
        [f"{each.coverage}%", str(each.answered), _decimal(each.confidence), _percent(each.wrong)] for each in risks
    ]
    _table(["coverage", "count", "least", "wrong"], rows)
    if calibration is None:
        return
    _heading("eval.calibration", brier=f"{calibration.brier:.3f}", error=f"{calibration.error:.3f}")
    rows = [
        [f"{each.low:.1f}–{each.high:.1f}", str(each.count), _decimal(each.confidence), _percent(each.right)]
        for each in calibration.bins
    ]
    _table(["confidence", "count", "mean", "right"], rows)


def _print_verbatim(stand: int, count: int) -> None:
    terminal().print()
    _line("eval.verbatim", stand=stand, count=count)


def _groups(sources: Sequence[Group], every: Group) -> list[Group]:
    """Return the sources and, where there is more than one, all of them together."""
    return list(sources) + ([every] if len(sources) > 1 else [])


def _refusing_row(group: ReadingGroup) -> list[str]:
    told = group.refusing
    shares = (told.exact, told.f1, told.answered, told.wrong)
    return [_name(group), *map(_percent, shares), str(told.refused), _percent(told.precision), _percent(told.recall)]


def _threshold_row(each: Threshold) -> list[str]:
    return [f"{each.threshold:.1f}", _percent(each.wrong), _percent(each.right)]


def _name(group: ReadingGroup | AskingGroup) -> str:
    return group.source or say("eval.all")


def _percent(share: float | None) -> str:
    return NONE if share is None else f"{100 * share:.1f}"


def _decimal(value: float | None) -> str:
    return NONE if value is None else f"{value:.2f}"


def _heading(key: str, **values: object) -> None:
    console = terminal()
    if key != "eval.head":
        console.print()
    print_hanging(console, Text(), Text(fill(key, values), style="bold"))


def _line(key: str, **values: object) -> None:
    print_hanging(terminal(), Text(), Text(fill(key, values)))


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    names = [say(f"eval.column.{column}") for column in columns]
    table.add_column(names[0], overflow="fold")
    for name in names[1:]:
        table.add_column(name, justify="right", no_wrap=True)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    terminal().print(table, soft_wrap=False)
