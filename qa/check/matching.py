"""Matching: where the words of a quotation or statement stand in the archive, exactly or nearly, in one place or more.

Postings give the articles, alignment the places in them. An ellipsis in a quotation stands for whatever the draft left
out there; what it puts in brackets may be its own, and is set aside where the paper has no such thing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from qa.check.alignment import Change, Match, align, exact_places
from qa.check.folding import Folded
from qa.check.library import Library

__all__ = ["Found", "Place", "Segment", "find_words"]

ARTICLES = 16
"""Passages whose articles are read for one quotation."""
FIRST = 6
"""Of those, the ones read before the others."""
SHORT = 10
HELD, HELD_SHORT = 30, 200
"""Passages read that have every two neighbouring characters of a quotation; short ones have too few to rank by."""
LONG = 120
"""Characters of a quotation from which up its sentences are looked for one by one as well."""
ELLIPSIS = re.compile(r"…+|\.{3,}|。{3,}|⋯+|(?<=[\u3400-\u9fff])\s*-{3,}\s*(?=[\u3400-\u9fff])")
BRACKETS = re.compile(r"[（(〔\[【［][^（）()〔〕\[\]【】［］\n]{1,60}[）)〕\]】］]")
LEAST_BARE = 0.6
"""Share of a quotation that must stand outside brackets; and a number is never set aside."""
LEAST_SEGMENT = 5
"""Characters in a row that make a part of a quotation put together."""
SEGMENTS = 4
"""Most parts of one."""
COVERED = 0.85
"""Share of a quotation that its parts must have."""
SAME_PLACE = 12
"""Parts that lie at most so far from where they would lie undisturbed are one place with a change in it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in an article words stand or come nearest; `quote` is what was compared, notes as in `Finding`."""

    article_id: str
    match: Match
    quote: Folded
    notes: tuple[str, ...] = ()

    @property
    def rank(self) -> tuple[int, int, int]:
        """Order places, the nearest first."""
        return self.match.distance + self.match.numbers, self.match.distance, len(self.notes)


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a quotation, ``quote[start:end]`` in folded characters, that stands as it is in an article."""

    start: int
    end: int
    article_id: str
    at: int
    """Where it begins in the folded article."""


@dataclass(frozen=True, slots=True)
class Found:
    """The places with the same words and values, in the order to prefer them; else the nearest, and any parts."""

    exact: tuple[Place, ...]
    nearest: Place | None = None
    segments: tuple[Segment, ...] = ()


def find_words(library: Library, draft: str, start: int, end: int, quote: Folded, *, every: bool = False) -> Found:
    """Look up the words ``draft[start:end]``, which fold to `quote`, with offsets in the draft.

    Where `every`, also the less likely articles are read for exact places: it matters who speaks there.
    """
    raw = draft[start:end]
    readings = list(_readings(draft, start, end, quote))
    tried: dict[str, None] = {}
    near: list[Place] = []
    exact: list[Place] = []
    for articles in _articles(library, raw, quote):
        fresh = [number for number in articles if number not in tried]
        tried.update(dict.fromkeys(fresh))
        places = [place for number in fresh for place in _places(library, number, readings)]
        exact += [place for place in places if place.match.exact]
        if exact and not every:
            break
        near += places
    if exact:
        return Found(tuple(sorted(exact, key=lambda place: (place.rank, _printed(library, place)))))
    nearest = min(near, key=lambda place: (place.rank, _printed(library, place)), default=None)
    plain = min((place for place in near if not place.notes), key=lambda place: place.rank, default=None)
    if plain:
        for first, last in _foreign(plain, len(quote)):
            text = draft[slice(*quote.span(first, last))]
            tried.update(dict.fromkeys(passage.article_id for passage in library.resembling(text, ARTICLES)))
    return Found((), nearest, _segments(library, quote, list(tried)))


def _foreign(place: Place, size: int) -> Iterator[tuple[int, int]]:
    """Yield the beginning and the end of a quotation that its nearest place does not have, if they are long enough."""
    same = [change.quote for change in place.match.changes if change.kind in ("equal", "number")]
    whole = [part for part in same if part[1] - part[0] >= LEAST_SEGMENT]
    if whole and whole[0][0] >= LEAST_SEGMENT:
        yield 0, whole[0][0]
    if whole and size - whole[-1][1] >= LEAST_SEGMENT:
        yield whole[-1][1], size


def _articles(library: Library, raw: str, quote: Folded) -> Iterator[list[str]]:
    """Yield articles that may have the words, in groups: the likeliest, those that must have been meant, the rest."""
    likely = _distinct(passage.article_id for passage in library.resembling(raw, ARTICLES))
    yield likely[:FIRST]
    yield likely[FIRST:]
    held = HELD_SHORT if len(quote) <= SHORT else HELD
    yield _distinct(passage.article_id for passage in library.holding(raw, held))
    if len(quote) > LONG:
        sentences = [part for part in re.split(r"[。！？；\n]", raw) if len(part) >= LEAST_SEGMENT]
        yield _distinct(passage.article_id for part in sentences for passage in library.resembling(part, ARTICLES // 2))


def _distinct(numbers: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(numbers))


def _printed(library: Library, place: Place) -> tuple[str, str, int]:
    """Order by date, then id: of several prints the first is named."""
    return library.article(place.article_id).date or "~", place.article_id, place.match.start


def _readings(draft: str, start: int, end: int, quote: Folded) -> Iterator[tuple[list[Folded], tuple[str, ...]]]:
    """Yield the ways to read a quotation: parts that follow each other in the source, and what was set aside."""
    ellipses = [match.span() for match in ELLIPSIS.finditer(draft, start, end)]
    brackets = [match.span() for match in BRACKETS.finditer(draft, start, end)]
    yield [quote], ()
    if ellipses:
        yield _split(quote, ellipses), ("ellipsis",)
    if brackets:
        bare = _without(quote, brackets)
        if len(bare) < len(quote) <= len(bare) / LEAST_BARE and len(bare.values) == len(quote.values):
            yield [bare], ("brackets",)
            if ellipses:
                yield _split(bare, ellipses), ("ellipsis", "brackets")


def _split(quote: Folded, gaps: Sequence[tuple[int, int]]) -> list[Folded]:
    bounds = [0, *(start for start, _ in gaps), quote.ends[-1] + 1]
    return [part for start, end in pairwise(bounds) if len(part := quote.between(start, end))]


def _without(quote: Folded, gaps: Sequence[tuple[int, int]]) -> Folded:
    kept = [i for i in range(len(quote)) if not any(start <= quote.starts[i] < end for start, end in gaps)]
    return Folded(
        "".join(quote.text[i] for i in kept),
        tuple(quote.starts[i] for i in kept),
        tuple(quote.ends[i] for i in kept),
        {new: quote.values[i] for new, i in enumerate(kept) if i in quote.values},
    )


def _places(
    library: Library, number: str, readings: Sequence[tuple[Sequence[Folded], tuple[str, ...]]]
) -> Iterator[Place]:
    """Yield the best place in an article for each reading of a quotation."""
    source = library.folded(number)
    whole: Match | None = None
    for parts, notes in readings:
        match = align(parts[0], source) if len(parts) == 1 else _in_order(parts, source)
        quote = _joined(parts)
        if "brackets" in notes and whole and _has_brackets(readings[0][0][0], quote, whole):
            continue
        whole = whole or match
        if match:
            yield Place(number, match, quote, notes)


def _has_brackets(whole: Folded, bare: Folded, match: Match) -> bool:
    """Tell whether the paper has most of what a quotation has in brackets, so that it is none of the draft's own."""
    return match.distance < (len(whole) - len(bare)) / 2


def _joined(parts: Sequence[Folded]) -> Folded:
    if len(parts) == 1:
        return parts[0]
    values: dict[int, str] = {}
    length = 0
    for part in parts:
        values |= {length + at: value for at, value in part.values.items()}
        length += len(part)
    return Folded(
        "".join(part.text for part in parts),
        tuple(at for part in parts for at in part.starts),
        tuple(at for part in parts for at in part.ends),
        values,
    )


def _in_order(parts: Sequence[Folded], source: Folded) -> Match | None:
    """Return the place of parts that follow each other with something left out between them; None where they do not."""
    changes: list[Change] = []
    distance = at = length = 0
    start: int | None = None
    for part in parts:
        after = (match for match in exact_places(part, source) if match.start >= at)
        match = min(after, key=lambda match: (match.numbers, match.start), default=None) or align(part, source)
        if match is None or match.start < at:
            return None
        if start is not None and match.start > at:
            changes.append(Change("omitted", (length, length), (at, match.start)))
        start = match.start if start is None else start
        changes += [
            replace(change, quote=(change.quote[0] + length, change.quote[1] + length)) for change in match.changes
        ]
        distance, at, length = distance + match.distance, match.end, length + len(part)
    return Match(start or 0, at, distance, tuple(changes))


def _segments(library: Library, quote: Folded, articles: Sequence[str]) -> tuple[Segment, ...]:
    """Return the few parts, each of one place, that a quotation is put together from; nothing where it is not.

    From the left, each the longest that stands anywhere; of the articles that have it, one that also has another part.
    """
    found: list[Segment] = []
    at = 0
    text = quote.text
    while at + LEAST_SEGMENT <= len(text):
        best: Segment | None = None
        head = text[at : at + LEAST_SEGMENT]
        used = [segment.article_id for segment in found]
        for number in _distinct([*reversed(used), *articles]):
            source = library.folded(number).text
            if head not in source:
                continue
            end, place = _longest(text, at, source)
            if best is None or end > best.end:
                best = Segment(at, end, number, place)
        if best is None:
            at += 1
            continue
        found.append(best)
        at = best.end
    covered = sum(segment.end - segment.start for segment in found)
    apart = any(not _one_place(a, b) for a, b in pairwise(found))
    return tuple(found) if 2 <= len(found) <= SEGMENTS and covered >= COVERED * len(text) and apart else ()


def _one_place(one: Segment, other: Segment) -> bool:
    drift = (other.at - one.at) - (other.start - one.start)
    return one.article_id == other.article_id and abs(drift) <= SAME_PLACE


def _longest(text: str, at: int, source: str) -> tuple[int, int]:
    """Return where the longest beginning of ``text[at:]`` that stands in `source` ends, and where it stands."""
    low, high, place = at, len(text), -1
    while low < high:
        middle = (low + high + 1) // 2
        stands = source.find(text[at:middle])
        if stands >= 0:
            low, place = middle, stands
        else:
            high = middle - 1
    return low, place
