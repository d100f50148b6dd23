"""The words of a report, the same on the terminal and on a page: names of verdicts, places, changes in one line."""

from __future__ import annotations

from qa.check.findings import (
    ALTERED,
    CONSISTENT,
    OTHER_NUMBER,
    OTHER_SPEAKER,
    UNFOUND,
    Difference,
    Finding,
    Report,
)
from qa.messages import say

__all__ = ["KEYS", "days_line", "difference_line", "head_line", "kind_name", "notes_of", "place_line", "verdict_name"]

KEYS = {
    CONSISTENT: "consistent",
    ALTERED: "altered",
    OTHER_NUMBER: "other_number",
    OTHER_SPEAKER: "other_speaker",
    UNFOUND: "unfound",
}
"""Verdict -> its name in keys of messages and classes of pages."""
EQUAL_SHOWN = 24
"""Characters of an equal stretch that are shown in one line; the middle of a longer one is left out."""


def verdict_name(verdict: str) -> str:
    """Return a verdict in the language of this process."""
    return say(f"check.verdict.{KEYS[verdict]}")


def kind_name(finding: Finding) -> str:
    """Return what kind of claim it was."""
    return say(f"check.kind.{finding.what or finding.kind}")


def head_line(report: Report) -> str:
    """Return the first line: which draft, how long, how much of it was checked."""
    name = report.name or say("check.unnamed")
    return say("check.head", name=name, characters=len(report.draft), count=len(report.findings))


def days_line(report: Report) -> str:
    """Return what was searched."""
    searched = report.searched
    first, last = searched.date_from, searched.date_to
    if first is None:
        days = say("days.unknown")
    elif first == last:
        days = say("days.one", first=first)
    else:
        days = say("days.range", first=first, last=last)
    return say("check.searched", articles=searched.articles, days=days)


def place_line(draft: str, at: int) -> str:
    r"""Return where offset `at` stands in a draft, as a reader counts.

    >>> place_line("第一行\n第二行", 5)
    '第 2 行第 2 字'
    """
    return say("check.place", line=draft.count("\n", 0, at) + 1, column=at - draft.rfind("\n", 0, at))


def notes_of(finding: Finding) -> list[str]:
    """Return what should be known of a finding, a line each."""
    notes = [say(f"check.note.{note}") for note in finding.notes]
    if finding.verdict == OTHER_SPEAKER and finding.source_speaker:
        notes.append(say("check.speaker", speaker=finding.speaker, other=finding.source_speaker))
    elif finding.verdict == OTHER_SPEAKER:
        notes.append(say("check.speaker.absent", speaker=finding.speaker))
    return notes


def difference_line(diff: tuple[Difference, ...]) -> str:
    """Return how a draft differs from the paper in one line; see the message ``check.legend``.

    >>> equal, number = Difference("equal", "建成", "建成"), Difference("number", "45", "41")
    >>> difference_line((equal, number, Difference("insert", "约", "")))
    '建成{45→41}{+约}'
    """
    parts = []
    for each in diff:
        draft, source = (text.replace("\n", " ") for text in (each.draft, each.source))
        if each.kind == "equal":
            parts.append(draft if len(draft) <= EQUAL_SHOWN else f"{draft[:9]}……{draft[-9:]}")
        elif each.kind == "omitted":
            parts.append("{…}")
        elif not draft:
            parts.append(f"{{-{source}}}")
        else:
            parts.append(f"{{{draft}→{source}}}" if source else f"{{+{draft}}}")
    return "".join(parts)
