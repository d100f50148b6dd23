"""Which lines of a head group are kicker, headline and subhead.

A kicker (引题) leads in and a subhead (副题) adds facts: both quote their story. The headline (主题) puts it in its own
words, but for the opening's. Without type sizes these forms, and how lines were wrapped, are all there is to go by.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.ingest.segment.lines import Line
from qa.ingest.segment.repair import HEAD_FIXERS, repair
from qa.ingest.segment.stories import Head, join_lines

__all__ = ["QUOTED", "gap_before", "head_text", "split_head"]

QUOTED = 8
"""Characters from which a head line that its body repeats word for word is a quotation, and not a mere name."""
OPENING = 70
"""Characters of a body that may say its headline over again."""
LINES = {"kicker": 2, "headline": 3, "subhead": 3}
"""Most lines each part of a head group takes."""
KICKER_END = re.compile(r"(?:强调|指出|要求|表示|提出|会上|时|之际)[：:]?$")
SUBHEAD_FORM = re.compile(r"^(?:——|—|―)|(?:出席|参加|主持|讲话|陪同|部署|致辞)(?:并讲话|会议|活动)?$")
DASHED = re.compile(r"——|—|―|──")
UNFINISHED = re.compile(r"[：:，,、（(《“‘【与和及或将把被从向于对]$")
"""The end of a head line that goes on on the next."""
TORN = re.compile(r"[\d.]\n(?:[\d.%年月日时岁元人万亿个名家项次]|余[万亿名家人])|\n[：:、，。！？”’）》】]")
"""A line end inside a number with its unit, or before a mark that begins no line."""
CLAUSE = 18
"""A line longer than this with a comma in it is a summary rather than a headline."""


def split_head(lines: Sequence[Line], body: str) -> tuple[Head, ...]:
    """Part the lines of a head group into kicker, headline and subhead; `body` tells how wrapped lines were joined."""
    choices = []
    for start in range(min(LINES["kicker"], len(lines) - 1) + 1):
        for stop in range(start + 1, min(start + LINES["headline"], len(lines)) + 1):
            choices.append((_split_score(lines, start, stop, body), -start, -stop))
    _, first, last = max(choices)
    start, stop = -first, -last
    parts = (("kicker", lines[:start]), ("headline", lines[start:stop]), ("subhead", lines[stop:]))
    return tuple(Head(role, tuple(part)) for role, part in parts if part)


def gap_before(lines: Sequence[Line], at: int) -> bool:
    """Tell whether a blank line stands before line `at`."""
    return lines[at].number > lines[at - 1].span[1] + 1


def head_text(lines: Sequence[Line]) -> str:
    """Return the text of head lines, repaired and joined with nothing."""
    return "".join(repair(line.traced, HEAD_FIXERS).text for line in lines)


def _split_score(lines: Sequence[Line], start: int, stop: int, body: str) -> float:
    """Score ``lines[start:stop]`` as the headline, those before as kicker, those after as subhead."""
    score = 0.0
    for at in range(1, len(lines)):
        parted = at in (start, stop)
        gap = gap_before(lines, at)
        score += (0.7 if gap else -0.2) if parted else (-1.2 if gap else 0.2)
        if not parted and not gap:
            score += _wrap_score(lines[at - 1], lines[at], body)
    texts = [join_lines(part, body).text for part in (lines[:start], lines[start:stop], lines[stop:]) if part]
    headline = texts[1 if start else 0]
    score += _headline_score(lines[start:stop], headline, body)
    if start:
        score += _part_score(texts[0], KICKER_END, gap_before(lines, start), body) - 0.1
    if stop < len(lines):
        score += _part_score(texts[-1], SUBHEAD_FORM, gap_before(lines, stop), body) - 0.3 * (len(lines) - stop - 1)
    return score


def _part_score(text: str, form: re.Pattern[str], gap: bool, body: str) -> float:
    """Score a text as kicker or subhead: by its form, and whether it quotes its story."""
    score = 1.0 if form.search(text) else 0.2 if len(text) >= QUOTED and text in body else -0.1
    if UNFINISHED.search(text) and not form.search(text):
        score -= 1.5
    return score - (0.0 if gap or len(text) >= QUOTED else 1.0)


def _wrap_score(before: Line, after: Line, body: str) -> float:
    """Score two head lines as one text that was wrapped."""
    above, below = head_text([before]), head_text([after])
    quoted = any(len(text) >= QUOTED and text in body for text in (above, below))
    seam, wider = above[-1:] + below[:1] in body, above[-3:] + below[:3] in body
    score = 0.8 if wider or (seam and not quoted) else -0.6 if seam else -1.5 if quoted else 0.0
    score += 1.5 if TORN.search(f"{above}\n{below}") else 0.0
    score += 0.5 if before.justified == after.justified and before.justified else 0.0
    return score + (0.4 if abs(before.width - after.width) <= 3 else 0.0)


def _headline_score(lines: Sequence[Line], text: str, body: str) -> float:
    """Score how much a text looks like the headline of its group rather than kicker or subhead."""
    score = 0.6 if any(line.justified for line in lines) else 0.0
    score -= 3.0 * any(DASHED.match(line.text) for line in lines[1:])
    clauses = text.split(" ")
    if len(clauses) == 2 and abs(len(clauses[0]) - len(clauses[1])) <= 1:
        score += 1.0  # 对仗: two clauses of one length
    if len(text) >= QUOTED and text in body:
        # a kicker or subhead quotes its story, a headline puts it in words of its own, but for the opening's
        score -= 1.0 if text in body[OPENING:] else 0.5
    if UNFINISHED.search(text):
        score -= 1.5
    if KICKER_END.search(text):
        score -= 1.5
    if SUBHEAD_FORM.search(text):
        score -= 1.5
    if "，" in text and len(text) > CLAUSE:
        score -= 1.0
    if len(clauses) > 2:
        score -= 1.0
    return score
