"""Which head lines belong to which body.

A body says again what its head says, so the share of a head's character bigrams that the body repeats, weighted by
how rare they are on the page, tells the pair; where the head stands on the page only breaks ties. Matching heads to
bodies this way, one to one, follows Gao et al. (2013), "Newspaper article reconstruction using ant colony optimization
and bipartite graph", with the text side alone.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from qa.ingest.segment.headparts import QUOTED, gap_before, head_text
from qa.ingest.segment.labels import bigrams
from qa.ingest.segment.lines import Line

__all__ = ["CLAIM", "HeadRun", "claimed_apart", "head_texts", "leaning", "match_heads"]

FLOOR = 0.3
"""Share of a head's weighted bigrams that a body must repeat to be its body."""
STRAY = 0.1
"""The same where the order of the heads already says which body it is."""
IN_ORDER = 3
"""Heads of one run, in the order of their bodies, from which that order is taken for the page's."""
BESIDE = 0.05
"""Added where head and body are neighbours on the page: a tie-break, never a reason."""
SPLIT = 2.0
"""Cost, in bigrams, of parting head lines between which there is no blank line."""
CLAIM = 0.5
"""By how much more of a head one text must repeat than another, to be the one it speaks of."""
GROUP_LINES = 7


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
    _take_in_order(runs, scorer, matched, used)
    _take_beside(runs, scorer, matched, used)
    _take_along(runs, bodies, matched, used)
    return {body: runs[number].lines[start:stop] for body, (number, start, stop) in matched.items()}


def head_texts(run: HeadRun) -> list[str]:
    """Return the text of each block of a run, bylines left out."""
    return [head_text(block) for block in _blocks(run, 0, len(run.lines))]


def claimed_apart(heads: Sequence[str], sides: Sequence[str]) -> bool:
    """Tell whether one of `heads` speaks of the first of two texts only, and another of the second only."""
    leanings = [leaning(head, *sides) for head in heads]
    return max(leanings, default=0.0) >= CLAIM and min(leanings, default=0.0) <= -CLAIM


def leaning(head: str, before: str, after: str) -> float:
    """Return by how much more of a head the text before it repeats than the text after it, −1 to 1."""
    scorer = _Scorer([before, after])
    return scorer.share(head, 0)[0] - scorer.share(head, 1)[0]


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
        """Yield the bodies that gain from the lines ``start:stop`` of `run`, and by how much."""
        for body in range(len(self.bodies)):
            gain = self.gain(run, start, stop, body, FLOOR)
            if gain > 0:
                yield body, gain

    def gain(self, run: HeadRun, start: int, stop: int, body: int, floor: float) -> float:
        """Return what `body` gains from the lines ``start:stop`` of `run`.

        A block of lines gains by how far its share lies over the floor, and by its length.
        """
        cuts = sum(not gap_before(run.lines, edge) for edge in (start, stop) if 0 < edge < len(run.lines))
        byline = stop > start + 1 and run.lines[stop - 1].number in run.bylines
        beside = body in (run.before, run.after)
        gain = 0.0 if byline and cuts == 1 else -SPLIT * cuts
        for block in _blocks(run, start, stop):
            share, length = self.share(head_text(block), body)
            gain += (share + (BESIDE if beside and share > floor / 2 else 0.0) - floor) * length
        return gain


def _stretches(run: HeadRun, first: int = 0, last: int | None = None) -> Iterator[tuple[int, int]]:
    """Yield the stretches of ``first:last`` of a run that can be one story's head; a byline can only end one."""
    last = len(run.lines) if last is None else last
    for start in range(first, last):
        for stop in range(start + 1, min(start + GROUP_LINES, last) + 1):
            inner = run.lines[start : stop - 1]
            if any(line.number in run.bylines for line in inner):
                break
            if not all(line.number in run.bylines for line in run.lines[start:stop]):
                yield start, stop


def _take_in_order(
    runs: Sequence[HeadRun], scorer: _Scorer, matched: dict[int, tuple[int, int, int]], used: set[tuple[int, int]]
) -> None:
    """Give a body without head what is left between its neighbours' heads, where heads stand apart but in order."""
    for number, run in enumerate(runs):
        held = sorted((body, start, stop) for body, (of, start, stop) in matched.items() if of == number)
        if len(held) < IN_ORDER or any(before[2] > after[1] for before, after in pairwise(held)):
            continue
        ends = [(-1, 0, 0), *held, (len(scorer.bodies), len(run.lines), len(run.lines))]
        for (before, _, first), (after, last, _) in pairwise(ends):
            body = before + 1
            if after != body + 1 or body in matched:
                continue
            fits = [(scorer.gain(run, *place, body, STRAY), *place) for place in _stretches(run, first, last)]
            gain, start, stop = max(fits, default=(0.0, 0, 0))
            if gain > 0:
                matched[body] = (number, start, stop)
                used |= {(number, place) for place in range(start, stop)}


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
        share, _ = scorer.share(head_text(run.lines[start:stop]), body)
        settled = max(above, below) >= 1 and not min(above, below)
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
            if gap_before(run.lines, first) and run.before != body and not wanting:
                break
            first -= 1
        ended = run.lines[last - 1].number in run.bylines
        while last < len(run.lines) and (number, last) not in used and not ended:
            byline = run.lines[last].number in run.bylines
            wanting = _only_quotes(run.lines[first:last], bodies[body])
            if gap_before(run.lines, last) and run.after != body and not byline and not wanting:
                break
            ended = byline
            last += 1
        used |= {(number, place) for place in range(first, last)}
        matched[body] = (number, first, last)


def _only_quotes(lines: Sequence[Line], body: str) -> bool:
    return all(len(text) >= QUOTED and text in body for text in (head_text([line]) for line in lines))


def _last_stretch(run: HeadRun, free: Sequence[int]) -> tuple[int, int] | None:
    """Return the last unbroken block of free places that ends where the run ends."""
    stop = start = len(run.lines)
    while start - 1 in free:
        inside = start < stop and (run.lines[start - 1].number in run.bylines)
        if inside or (start < stop - 1 and gap_before(run.lines, start) and stop - start >= 3):
            break
        start -= 1
    heads = [line for line in run.lines[start:stop] if line.number not in run.bylines]
    return (start, stop) if heads else None


def _first_stretch(run: HeadRun, free: Sequence[int]) -> tuple[int, int] | None:
    """Return the first unbroken block of free places, where it begins the run."""
    stop = 0
    while stop in free and not (stop and gap_before(run.lines, stop)):
        stop += 1
        if run.lines[stop - 1].number in run.bylines:
            break
    heads = [line for line in run.lines[:stop] if line.number not in run.bylines]
    return (0, stop) if heads else None


def _blocks(run: HeadRun, start: int, stop: int) -> Iterator[list[Line]]:
    """Cut head lines at blank lines; bylines are left out."""
    block: list[Line] = []
    for at in range(start, stop):
        if block and gap_before(run.lines, at):
            yield block
            block = []
        if run.lines[at].number not in run.bylines:
            block.append(run.lines[at])
    if block:
        yield block
