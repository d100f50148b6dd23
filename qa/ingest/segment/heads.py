"""Which head lines belong to which body, and which of them are kicker, headline, subhead.

A body says again what its head says, so the share of a head's character bigrams that the body repeats, weighted by
how rare they are on the page, tells the pair; where the head stands on the page only breaks ties. Matching heads to
bodies this way, one to one, follows Gao et al. (2013), "Newspaper article reconstruction using ant colony optimization
and bipartite graph", with the text side alone.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa.ingest.segment.labels import bigrams
from qa.ingest.segment.lines import Line
from qa.ingest.segment.repair import HEAD_FIXERS, repair
from qa.ingest.segment.stories import Head, join_lines

__all__ = ["CLAIM", "HeadRun", "claimed_apart", "head_texts", "leaning", "match_heads", "split_head"]

FLOOR = 0.3
"""Share of a head's weighted bigrams that a body must repeat to be its body."""
BESIDE = 0.05
"""Added where head and body are neighbours on the page: a tie-break, never a reason."""
SPLIT = 2.0
"""Cost, in bigrams, of parting head lines between which there is no blank line."""
CLAIM = 0.5
"""By how much more of a head one text must repeat than another, to be the one it speaks of."""
QUOTED = 8
"""Characters from which a head line that its body repeats word for word is a quotation, and not a mere name."""
OPENING = 70
"""Characters of a body that may say its headline over again."""
GROUP_LINES = 7
LINES = {"kicker": 2, "headline": 3, "subhead": 3}
"""Most lines each part of a head group takes."""
KICKER_END = re.compile(r"(?:强调|指出|要求|表示|提出|会上|时|之际)[：:]?$")
SUBHEAD_FORM = re.compile(r"^(?:——|—|―)|(?:出席|参加|主持|讲话|陪同|部署|致辞)(?:并讲话|会议|活动)?$")
CLAUSE = 18
"""A line longer than this with a comma in it is a summary rather than a headline."""


@dataclass(frozen=True, slots=True)
class HeadRun:
    """Head lines with no body between them; `before` and `after` are the bodies on either side, None at an end.

    `bylines` are the numbers of those lines that are bylines; a byline ends the heads of its story.
    """

    lines: tuple[Line, ...]
    bylines: frozenset[int]
    before: int | None
    after: int | None


def match_heads(runs: Sequence[HeadRun], bodies: Sequence[str]) -> dict[int, tuple[Line, ...]]:
    """Assign stretches of neighbouring head lines to bodies, one to one; a byline goes with the heads before it.

    Returns body index → lines. A body, or a line, may stay without a partner.
    """
    scorer = _Scorer(bodies)
    offers = sorted(
        (-gain, number, start, stop, body)
        for number, run in enumerate(runs)
        for start, stop in _stretches(run)
        for body, gain in scorer.gains(run, start, stop)
    )
    matched: dict[int, tuple[int, int, int]] = {}
    used: set[tuple[int, int]] = set()
    for _, number, start, stop, body in offers:
        places = {(number, place) for place in range(start, stop)}
        if body not in matched and not places & used:
            matched[body] = (number, start, stop)
            used |= places
    _take_beside(runs, scorer, matched, used)
    _take_along(runs, bodies, matched, used)
    return {body: runs[number].lines[start:stop] for body, (number, start, stop) in matched.items()}


def head_texts(run: HeadRun) -> list[str]:
    """Return the text of each block of a run, bylines left out."""
    return [_text(block) for block in _blocks(run, 0, len(run.lines))]


def claimed_apart(heads: Sequence[str], sides: Sequence[str]) -> bool:
    """Tell whether one of `heads` speaks of the first of two texts only, and another of the second only."""
    leanings = [leaning(head, *sides) for head in heads]
    return max(leanings, default=0.0) >= CLAIM and min(leanings, default=0.0) <= -CLAIM


def leaning(head: str, before: str, after: str) -> float:
    """Return by how much more of a head the text before it repeats than the text after it, −1 to 1."""
    scorer = _Scorer([before, after])
    return scorer.share(head, 0)[0] - scorer.share(head, 1)[0]


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


class _Scorer:
    """Score stretches of head lines against bodies by the rare bigrams they share."""

    def __init__(self, bodies: Sequence[str]) -> None:
        self.bodies = bodies
        self.grams = [set(bigrams(body)) for body in bodies]
        self.held = Counter(gram for body in self.grams for gram in body)

    def share(self, text: str, body: int) -> tuple[float, int]:
        """Return the weighted share of `text`'s bigrams that `body` repeats, and how many bigrams there are.

        A bigram weighs ``log(1 + N / df)``, with df the number of the page's N bodies that hold it; one that no body
        holds weighs as if one did, so that a head about something else scores low with every body.
        """
        grams = bigrams(text)
        weights = [math.log(1 + len(self.bodies) / max(1, self.held[gram])) for gram in grams]
        total = sum(weights)
        again = sum(weight for gram, weight in zip(grams, weights, strict=True) if gram in self.grams[body])
        return (again / total if total else 0.0), len(grams)

    def gains(self, run: HeadRun, start: int, stop: int) -> Iterator[tuple[int, float]]:
        """Yield the bodies that gain from the lines ``start:stop`` of `run`, and by how much.

        A block of lines gains by how far its share lies over the floor, and by its length.
        """
        blocks = [_text(block) for block in _blocks(run, start, stop)]
        cuts = sum(not _gap(run.lines, edge) for edge in (start, stop) if 0 < edge < len(run.lines))
        byline = stop > start + 1 and run.lines[stop - 1].number in run.bylines
        for body in range(len(self.bodies)):
            beside = body in (run.before, run.after)
            gain = 0.0
            for text in blocks:
                share, length = self.share(text, body)
                gain += (share + (BESIDE if beside and share > FLOOR / 2 else 0.0) - FLOOR) * length
            gain -= 0.0 if byline and cuts == 1 else SPLIT * cuts
            if gain > 0:
                yield body, gain


def _stretches(run: HeadRun) -> Iterator[tuple[int, int]]:
    """Yield the stretches of a run that can be one story's head; a byline can only end one."""
    for start in range(len(run.lines)):
        for stop in range(start + 1, min(start + GROUP_LINES, len(run.lines)) + 1):
            inner = run.lines[start : stop - 1]
            if any(line.number in run.bylines for line in inner):
                break
            if not all(line.number in run.bylines for line in run.lines[start:stop]):
                yield start, stop


def _take_beside(
    runs: Sequence[HeadRun], scorer: _Scorer, matched: dict[int, tuple[int, int, int]], used: set[tuple[int, int]]
) -> None:
    """Give a body that is still without head the free heads next to it, on the side where this page prints heads."""
    above = sum(runs[number].after == body for body, (number, _, _) in matched.items())
    below = sum(runs[number].before == body for body, (number, _, _) in matched.items())
    for number, run in enumerate(runs):
        body = run.after if above >= below else run.before
        if body is None or body in matched:
            continue
        free = [place for place in range(len(run.lines)) if (number, place) not in used]
        stretch = _last_stretch(run, free) if above >= below else _first_stretch(run, free)
        if not stretch:
            continue
        start, stop = stretch
        byline = any(line.number in run.bylines for line in run.lines[start:stop])
        share, _ = scorer.share(_text(run.lines[start:stop]), body)
        settled = max(above, below) >= 2 and not min(above, below)
        if settled or byline or share >= FLOOR / 2:
            matched[body] = (number, start, stop)
            used |= {(number, place) for place in range(start, stop)}


def _take_along(
    runs: Sequence[HeadRun],
    bodies: Sequence[str],
    matched: dict[int, tuple[int, int, int]],
    used: set[tuple[int, int]],
) -> None:
    """Give matched heads the free lines of their own block, and those between them and their body.

    Heads that only quote the body want a headline: the free block next to them is theirs too.
    """
    for body, (number, start, stop) in sorted(matched.items()):
        first, last, run = start, stop, runs[number]
        while first > 0 and (number, first - 1) not in used and run.lines[first - 1].number not in run.bylines:
            wanting = _only_quotes(run.lines[first:last], bodies[body])
            if _gap(run.lines, first) and run.before != body and not wanting:
                break
            first -= 1
        ended = run.lines[last - 1].number in run.bylines
        while last < len(run.lines) and (number, last) not in used and not ended:
            byline = run.lines[last].number in run.bylines
            wanting = _only_quotes(run.lines[first:last], bodies[body])
            if _gap(run.lines, last) and run.after != body and not byline and not wanting:
                break
            ended = byline
            last += 1
        used |= {(number, place) for place in range(first, last)}
        matched[body] = (number, first, last)


def _only_quotes(lines: Sequence[Line], body: str) -> bool:
    return all(len(text) >= QUOTED and text in body for text in (_text([line]) for line in lines))


def _last_stretch(run: HeadRun, free: Sequence[int]) -> tuple[int, int] | None:
    """Return the last unbroken block of free places that ends where the run ends."""
    stop = start = len(run.lines)
    while start - 1 in free:
        inside = start < stop and (run.lines[start - 1].number in run.bylines)
        if inside or (start < stop - 1 and _gap(run.lines, start) and stop - start >= 3):
            break
        start -= 1
    heads = [line for line in run.lines[start:stop] if line.number not in run.bylines]
    return (start, stop) if heads else None


def _first_stretch(run: HeadRun, free: Sequence[int]) -> tuple[int, int] | None:
    """Return the first unbroken block of free places, where it begins the run."""
    stop = 0
    while stop in free and not (stop and _gap(run.lines, stop)):
        stop += 1
        if run.lines[stop - 1].number in run.bylines:
            break
    heads = [line for line in run.lines[:stop] if line.number not in run.bylines]
    return (0, stop) if heads else None


def _gap(lines: Sequence[Line], at: int) -> bool:
    """Tell whether a blank line stands before line `at`."""
    return lines[at].number > lines[at - 1].span[1] + 1


def _blocks(run: HeadRun, start: int, stop: int) -> Iterator[list[Line]]:
    """Cut head lines at blank lines; bylines are left out."""
    block: list[Line] = []
    for at in range(start, stop):
        if block and _gap(run.lines, at):
            yield block
            block = []
        if run.lines[at].number not in run.bylines:
            block.append(run.lines[at])
    if block:
        yield block


def _text(lines: Sequence[Line]) -> str:
    return "".join(repair(line.traced, HEAD_FIXERS).text for line in lines)


def _split_score(lines: Sequence[Line], start: int, stop: int, body: str) -> float:
    """Score ``lines[start:stop]`` as the headline, those before as kicker, those after as subhead."""
    score = 0.0
    for at in range(1, len(lines)):
        parted = at in (start, stop)
        gap = _gap(lines, at)
        score += (0.7 if gap else -0.2) if parted else (-1.2 if gap else 0.2)
        if not parted and not gap:
            score += _wrap_score(lines[at - 1], lines[at], body)
    texts = [join_lines(part, body).text for part in (lines[:start], lines[start:stop], lines[stop:]) if part]
    headline = texts[1 if start else 0]
    score += _headline_score(lines[start:stop], headline, body)
    if start:
        score += _part_score(texts[0], KICKER_END, _gap(lines, start)) - 0.1
    if stop < len(lines):
        score += _part_score(texts[-1], SUBHEAD_FORM, _gap(lines, stop)) - 0.3 * (len(lines) - stop - 1)
    return score


def _part_score(text: str, form: re.Pattern[str], gap: bool) -> float:
    """Score a text as kicker or subhead, by its form; a few characters with no blank line were wrapped."""
    score = 1.0 if form.search(text) else -0.1
    return score - (0.0 if gap or len(text) >= QUOTED else 1.0)


def _wrap_score(before: Line, after: Line, body: str) -> float:
    """Score two head lines as one text that was wrapped."""
    above, below = _text([before]), _text([after])
    quoted = any(len(text) >= QUOTED and text in body for text in (above, below))
    seam, wider = above[-1:] + below[:1] in body, above[-3:] + below[:3] in body
    score = 0.8 if wider or (seam and not quoted) else -0.6 if seam else -1.5 if quoted else 0.0
    score += 0.5 if before.justified == after.justified and before.justified else 0.0
    return score + (0.4 if abs(before.width - after.width) <= 3 else 0.0)


def _headline_score(lines: Sequence[Line], text: str, body: str) -> float:
    """Score how much a text looks like the headline of its group rather than kicker or subhead."""
    score = 0.6 if any(line.justified for line in lines) else 0.0
    clauses = text.split(" ")
    if len(clauses) == 2 and abs(len(clauses[0]) - len(clauses[1])) <= 1:
        score += 1.0  # 对仗: two clauses of one length
    if len(text) >= QUOTED and text in body[OPENING:]:
        score -= 1.0  # a kicker or subhead quotes its story, a headline puts it in words of its own
    if KICKER_END.search(text):
        score -= 1.5
    if SUBHEAD_FORM.search(text):
        score -= 1.5
    if "，" in text and len(text) > CLAUSE:
        score -= 1.0
    if len(clauses) > 2:
        score -= 1.0
    return score
