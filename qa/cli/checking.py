"""Print the report on a draft."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from qa.check.findings import ALTERED, CONSISTENT, OTHER_NUMBER, OTHER_SPEAKER, UNFOUND, Finding, Report, Source
from qa.check.wording import days_line, difference_line, head_line, kind_name, notes_of, place_line, verdict_name
from qa.cli.printing import print_hanging, terminal
from qa.messages import say

__all__ = ["print_report"]

STYLES = {
    CONSISTENT: "green",
    ALTERED: "yellow",
    OTHER_NUMBER: "bold red",
    OTHER_SPEAKER: "bold magenta",
    UNFOUND: "bold",
}
EXCERPT_CHARS, NEAR_CHARS = 180, 80
NEAR_SHOWN = 2


def print_report(report: Report) -> None:
    """Print counts, then each finding with its place, what the paper has, and the reference."""
    console = terminal()
    console.print(Text(head_line(report)))
    if not report.findings:
        console.print(Text(say("check.none")))
        return
    counts = Text("　").join(
        Text(say("check.count", verdict=verdict_name(verdict), count=count), style=STYLES[verdict] if count else "dim")
        for verdict, count in report.summary.items()
    )
    console.print(counts)
    console.print(Text(days_line(report), style="dim"))
    if any(each.kind not in ("equal", "omitted") for f in report.findings if f.kind != "figure" for each in f.diff):
        console.print(Text(say("check.legend"), style="dim"))
    for number, finding in enumerate(report.findings, start=1):
        _print_finding(console, report, number, finding)


def _print_finding(console: Console, report: Report, number: int, finding: Finding) -> None:
    console.print()
    head = Text(f"[{number}] ").append(verdict_name(finding.verdict), style=STYLES[finding.verdict])
    head.append(f"　{kind_name(finding)}　{place_line(report.draft, finding.start)}", style="dim")
    console.print(head)
    _row(console, "check.draft", finding.text)
    if finding.kind == "figure" and finding.source and finding.source.quote != finding.text:
        _row(console, "check.source", " ".join((difference_line(finding.diff), finding.source.quote)).strip())
    elif any(each.kind not in ("equal", "omitted") for each in finding.diff):
        _row(console, "check.source", difference_line(finding.diff))
    elif finding.source and finding.verdict != CONSISTENT:
        _row(console, "check.source", finding.source.quote)
    for note in notes_of(finding):
        print_hanging(console, Text("    "), Text(note, style="yellow"))
    if finding.source:
        _reference(console, finding.source)
    if finding.parts:
        console.print(Text("    " + say("check.parts"), style="dim"))
        for part in finding.parts:
            print_hanging(console, Text("    · "), Text(_excerpt(part.text)))
            _reference(console, part.source)
    if finding.near:
        console.print(Text("    " + say("check.near"), style="dim"))
        for source in finding.near[:NEAR_SHOWN]:
            print_hanging(console, Text("    · "), Text(_excerpt(source.quote, NEAR_CHARS), style="dim"))
            _reference(console, source)


def _row(console: Console, key: str, text: str) -> None:
    print_hanging(console, Text(f"    {say(key)}　", style="dim"), Text(_excerpt(text)))


def _reference(console: Console, source: Source) -> None:
    print_hanging(console, Text(f"    {say('check.reference')}　", style="dim"), Text(source.reference, style="cyan"))
    console.print(Text(f"    {source.article_id}", style="dim"))


def _excerpt(text: str, chars: int = EXCERPT_CHARS) -> str:
    line = " ".join(text.split())
    return line if len(line) <= chars else f"{line[: chars // 2]}……{line[-chars // 2 :]}"
