"""Join what a newspaper printed in two places: a story that breaks off with 下转 and goes on under 上接.

Two marks that name each other's page belong together. Where a page has several, the words decide: a story goes on
with its own names and numbers. The order in which the pages were read makes no difference.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qa.ingest.segment.labels import bigrams
from qa.ingest.segment.lines import ends_sentence
from qa.records import Article, Jump, Part

__all__ = ["join_parts", "match_jumps"]


def match_jumps(parts: Sequence[Article]) -> list[tuple[int, ...]]:
    """Chain the articles of one issue that carry jump marks; returns their places in `parts`, first page first.

    An article without partner is a chain of one. Chains ascend by their first article's id.
    """
    offers = sorted(
        (-_likeness(set(bigrams(before.text)), set(bigrams(after.text))), before.id, after.id, i, j)
        for i, before in enumerate(parts)
        for j, after in enumerate(parts)
        if i != j and _answer_each_other(before, after)
    )
    following: dict[int, int] = {}
    for *_, i, j in offers:
        if i not in following and j not in following.values() and not _reaches(following, j, i):
            following[i] = j
    chains = []
    for first in set(range(len(parts))) - set(following.values()):
        chain = [first]
        while chain[-1] in following:
            chain.append(following[chain[-1]])
        chains.append(tuple(chain))
    return sorted(chains, key=lambda chain: parts[chain[0]].id)


def join_parts(parts: Sequence[Article]) -> Article:
    """Join the parts of one article in order; it keeps the first part's id, head and byline.

    A paragraph that the jump cut in two is one again. The heads over a later part are not part of the text.
    """
    joined = parts[0]
    for part in parts[1:]:
        body = part.text[part.body_start :]
        seam = "\n" if ends_sentence(joined.text) else ""
        start = len(joined.text) + len(seam)
        joined = replace(
            joined,
            text=joined.text + seam + body,
            byline=joined.byline or part.byline,
            continued=(*joined.continued, Part(part.page, start, start + len(body), part.source_lines, part.origins)),
        )
    marks = [jump for part in parts for jump in part.jumps]
    left = ([_mark(parts[0], "from")] if _mark(parts[0], "from") else []) + (
        [_mark(parts[-1], "to")] if _mark(parts[-1], "to") else []
    )
    jumps = tuple(jump for jump in left if jump)
    if len(parts) == 1:
        return joined
    return replace(joined, jumps=jumps, joined=tuple(jump for jump in marks if jump not in jumps))


def _answer_each_other(before: Article, after: Article) -> bool:
    """Tell whether one breaks off towards the other's page, and the other comes from the first one's."""
    to, came = _mark(before, "to"), _mark(after, "from")
    if to is None or came is None or None in (before.page, after.page):
        return False
    return to.page == after.page and came.page == before.page


def _mark(article: Article, direction: str) -> Jump | None:
    return next((jump for jump in article.jumps if jump.direction == direction), None)


def _likeness(before: set[str], after: set[str]) -> float:
    """Return the share of the shorter text's bigrams that the other holds too; heads count."""
    a, b = sorted((before, after), key=len)
    return round(len(a & b) / len(a), 9) if a else 0.0


def _reaches(following: dict[int, int], start: int, goal: int) -> bool:
    """Tell whether the chain from `start` comes to `goal`; to join them would close a ring."""
    while start in following:
        start = following[start]
        if start == goal:
            return True
    return start == goal
