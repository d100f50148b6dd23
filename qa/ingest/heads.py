"""Which heads belong to which body, and which of them is kicker, headline, subhead.

A body says again what its head says, so the share of a head's character bigrams that the body repeats, weighted by
how rare they are on the page, tells the pair; where the head stands on the page does not. Matching heads to bodies
this way, one to one, follows Gao et al. (2013), "Newspaper article reconstruction using ant colony optimization and
bipartite graph", with the text side alone.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from qa.ingest.blocks import Block
from qa.ingest.lines import Line
from qa.ingest.repair import HEAD_FIXERS, repair
from qa.ingest.traced import Traced

__all__ = ["HeadGroup", "join_head", "match_heads"]

FLOOR = 0.3
"""Share of a head's weighted bigrams that a body must repeat to be its body."""
BESIDE = 0.05
"""Added where head and body are neighbours on the page: a tie-break, never a reason."""
GROUP_BLOCKS = 4
KICKER_END = re.compile(r"(?:强调|指出|要求|表示|提出|会上|时|之际|：|:)$")
SUBHEAD_FORM = re.compile(r"^(?:——|—|―)|(?:出席|参加|主持|讲话|陪同|部署|致辞)(?:并讲话|会议|活动)?$")
CLAUSE = 18.0
"""A line wider than this with a comma in it is a summary rather than a headline."""
SHORTER = 0.75
"""A first line this much shorter than the second was not wrapped: it is a clause of its own."""


@dataclass(frozen=True, slots=True)
class HeadGroup:
    """The head of one body: kicker 引题, headline 主题, subhead 副题, and the blocks they were."""

    headline: Traced
    kicker: Traced | None = None
    subhead: Traced | None = None
    blocks: tuple[Block, ...] = ()

    @property
    def byline(self) -> Line | None:
        """The byline line printed under one of the heads."""
        return next((block.byline for block in self.blocks if block.byline), None)


def match_heads(
    runs: Sequence[Sequence[Block]], bodies: Sequence[str], beside: Sequence[tuple[int, ...]]
) -> dict[int, tuple[Block, ...]]:
    """Assign stretches of neighbouring head blocks to bodies, one to one.

    `runs` are the page's unbroken rows of head blocks, `bodies` the texts of the articles, ``beside[r]`` the bodies
    next to run `r`. Returns body index → head blocks; a body, or a block, may stay without a partner.
    """
    grams = [set(_bigrams(body)) for body in bodies]
    held = Counter(gram for body in grams for gram in body)
    gains: list[tuple[float, int, int, int, int]] = []
    for number, run in enumerate(runs):
        for start in range(len(run)):
            for stop in range(start + 1, min(start + GROUP_BLOCKS, len(run)) + 1):
                for body, body_grams in enumerate(grams):
                    bonus = BESIDE if body in beside[number] else 0.0
                    gain = sum(_gain(block, body_grams, held, len(bodies), bonus) for block in run[start:stop])
                    if gain > 0:
                        gains.append((-gain, number, start, stop, body))
    matched: dict[int, tuple[Block, ...]] = {}
    used: set[tuple[int, int]] = set()
    for _, number, start, stop, body in sorted(gains):
        places = {(number, place) for place in range(start, stop)}
        if body not in matched and not places & used:
            matched[body] = tuple(runs[number][start:stop])
            used |= places
    return matched


def join_head(blocks: Sequence[Block], context: str) -> HeadGroup:
    """Give each block of a group its role; `context` is the text that tells how wrapped lines were joined."""
    pieces = [_join_lines(block, context) for block in blocks]
    head = max(range(len(blocks)), key=lambda at: (_headline_score(blocks[at], pieces[at].text), -at))
    kicker = Traced.join(pieces[:head], " ") if head else None
    subhead = Traced.join(pieces[head + 1 :], " ") if head + 1 < len(pieces) else None
    return HeadGroup(pieces[head], kicker, subhead, tuple(blocks))


def _bigrams(text: str) -> list[str]:
    chars = [char for char in text if char.isalnum()]
    return [a + b for a, b in pairwise(chars)]


def _gain(block: Block, body: set[str], held: Counter[str], bodies: int, bonus: float) -> float:
    """Weigh by how far the block's share of repeated bigrams lies over the floor, and by its length.

    A bigram weighs ``log(1 + N / df)``, with df the number of the page's N bodies that hold it; one that no body
    holds weighs as if one did, so that a head about something else scores low with every body.
    """
    grams = _bigrams("".join(repair(line.traced, HEAD_FIXERS).text for line in block.lines))
    weights = {gram: math.log(1 + bodies / max(1, held[gram])) for gram in grams}
    total = sum(weights[gram] for gram in grams)
    if not total:
        return 0.0
    share = sum(weights[gram] for gram in grams if gram in body) / total
    return (share + (bonus if share > FLOOR / 2 else 0.0) - FLOOR) * len(grams)


def _join_lines(block: Block, context: str) -> Traced:
    """Join a block's lines with nothing where a phrase was wrapped, with a space between clauses."""
    lines = [repair(line.traced, HEAD_FIXERS) for line in block.lines]
    joined = lines[0]
    for before, after in pairwise(lines):
        seam = before.text[-1:] + after.text[:1]
        shorter = len(before) <= SHORTER * len(after)
        wrapped = seam in context or not shorter
        joined = Traced.join([joined, after], "" if wrapped else " ")
    return joined


def _headline_score(block: Block, text: str) -> float:
    """Score how much a block looks like the headline of its group rather than kicker or subhead."""
    score = 0.0
    if len(block.lines) > 1:
        score += 1.0
    if any(line.justified for line in block.lines):
        score += 1.0
    clauses = text.split(" ")
    if len(clauses) == 2 and abs(len(clauses[0]) - len(clauses[1])) <= 1:
        score += 1.0  # 对仗: two clauses of one length
    if KICKER_END.search(text):
        score -= 1.5
    if SUBHEAD_FORM.search(text):
        score -= 1.5
    if "，" in text and len(text) > CLAUSE:
        score -= 1.0
    if len(clauses) > 2:
        score -= 1.0
    return score
