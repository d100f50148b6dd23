"""Names with their titles: the verdict on 市委书记史根治 in the draft's own prose.

A title stands in the paper if all of it does, or if what the draft puts before it only says whose (许昌市委书记 where
the paper has 市委书记; but 副, 原 and 代 are part of an office). Where the paper gives the name another title, or the
title a name that shares a character, the draft has it changed. Where it has the name without a title, the title has no
source.
"""

from __future__ import annotations

from collections.abc import Iterator

from qa.check.claims import TITLE_END, Claim
from qa.check.findings import ALTERED, CONSISTENT, UNFOUND, Difference, Finding, Source
from qa.check.folding import Folded
from qa.check.library import Library

__all__ = ["check_name"]

HELD = 60
"""Passages with a name that are read."""
NEAR_SHOWN = 3
LONGEST_TITLE = 20
LEAST_END = 2
LEAST_TITLE = 3
"""Characters of a title that the paper must have, where the draft has more before it."""
OWN_TITLE = 4
"""Characters of a title from which up another name with it is held against the draft's."""
RANKS = "副原前代"
"""What makes another office of an office."""


def check_name(library: Library, draft: str, folded: Folded, claim: Claim) -> Finding:
    """Look up the title and name ``draft[claim.start:claim.end]``, the name from `claim.inner` on."""
    title = folded.between(claim.start, claim.inner).text
    name = folded.between(claim.inner, claim.end).text
    whole, bare = draft[claim.start : claim.end], draft[claim.inner : claim.end]
    altered: tuple[Source, str] | None = None
    without: list[Source] = []
    for text in (whole, bare):
        for number, at in _places(library, text, name):
            source = library.folded(number)
            before = source.text[max(0, at - LONGEST_TITLE) : at]
            same = _common_end(before, title)
            shown = library.source(number, *source.span(at - same, at + len(name)))
            if _is_title(title, same, before) or _is_spread(title, same, before):
                return _finding(claim, whole, CONSISTENT, source=shown)
            held = _title_before(library.article(number).text, source.span(at, at + 1)[0])
            if held and altered is None:
                start = source.span(at, at + 1)[0] - len(held)
                altered = library.source(number, start, source.span(at, at + len(name))[1]), held
            elif not held:
                without.append(shown)
    if altered:
        return _finding(claim, whole, ALTERED, source=altered[0], diff=_difference(whole, altered[0].quote))
    if without:
        return _finding(claim, whole, UNFOUND, near=tuple(without[:NEAR_SHOWN]), notes=("name_without_title",))
    other = next(_other_names(library, draft[claim.start : claim.inner], title, name), None)
    if other:
        return _finding(claim, whole, ALTERED, source=other, diff=_difference(whole, other.quote))
    return _finding(claim, whole, UNFOUND, near=tuple(library.nearest(whole, NEAR_SHOWN)))


def _places(library: Library, text: str, name: str) -> Iterator[tuple[str, int]]:
    """Yield where `name` stands in the articles that hold `text`: article, place in its folded text."""
    for number in dict.fromkeys(passage.article_id for passage in library.holding(text, HELD)):
        source = library.folded(number).text
        at = source.find(name)
        while at >= 0:
            yield number, at
            at = source.find(name, at + 1)


def _common_end(one: str, other: str) -> int:
    length = 0
    while length < min(len(one), len(other)) and one[-1 - length] == other[-1 - length]:
        length += 1
    return length


def _is_title(title: str, same: int, before: str) -> bool:
    """Tell whether the paper, which has `before` before a name, gives it `title`, of which it has the last `same`.

    >>> _is_title("许昌市委书记", 4, "会上市委书记"), _is_title("副市长", 2, "会上市长"), _is_title("市长", 2, "副市长")
    (True, False, False)
    """
    if before[: len(before) - same].endswith(tuple(RANKS)):
        return False
    return same == len(title) or (same >= LEAST_TITLE and not title[: len(title) - same].endswith(tuple(RANKS)))


def _is_spread(title: str, same: int, before: str) -> bool:
    """Tell whether the paper has the beginning of a title further off: 市政协党组书记、主席 for 市政协主席.

    >>> _is_spread("市政协主席", 2, "市政协党组书记主席"), _is_spread("副市长", 2, "会上市长")
    (True, False)
    """
    begin = title[: len(title) - same]
    return same >= LEAST_END and len(begin) >= LEAST_END and begin in before[: len(before) - same]


def _title_before(text: str, at: int) -> str:
    """Return the title that stands before the name at ``text[at:]``; empty for none."""
    start = at
    while start and at - start < LONGEST_TITLE and "\u3400" <= text[start - 1] <= "\u9fff":
        start -= 1
    return text[start:at] if TITLE_END.search(text[start:at]) else ""


def _other_names(library: Library, written: str, title: str, name: str) -> Iterator[Source]:
    """Yield where the paper gives the title to a name that shares a character with `name`."""
    if len(title) < OWN_TITLE:
        return
    for number, at in _places(library, written, title):
        source = library.folded(number)
        behind = at + len(title)
        held = source.text[behind : behind + len(name)]
        if len(held) == len(name) and any(a == b for a, b in zip(held, name, strict=True)):
            yield library.source(number, *source.span(at, behind + len(name)))


def _difference(draft: str, source: str) -> tuple[Difference, ...]:
    return (Difference("replace", draft, source),)


def _finding(
    claim: Claim,
    text: str,
    verdict: str,
    *,
    source: Source | None = None,
    diff: tuple[Difference, ...] = (),
    near: tuple[Source, ...] = (),
    notes: tuple[str, ...] = (),
) -> Finding:
    return Finding(
        claim.kind, claim.what, text, claim.start, claim.end, verdict, source=source, diff=diff, near=near, notes=notes
    )
