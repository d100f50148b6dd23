"""Alignment: where in an article a quotation stands or comes nearest, and what was changed.

Both are folded (`qa.check.folding`), so that one number is one character. A place is found by the pairs of characters
that both have, on the diagonal where most of them lie; its ends by Myers' bit-vector algorithm ("A fast bit-vector
algorithm for approximate string matching", J. ACM 46(3), 1999), whose bit vectors are Python's integers; the changes
between, by rapidfuzz.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from qa.check.folding import NUMBER, Folded

__all__ = ["Change", "Match", "align", "exact_places", "match_at"]

BUCKET = 8
"""Diagonals counted together: so far may one drift from another by what was put in or left out."""
WINDOWS = 3
"""Places of an article that are compared, those with most pairs in common."""
LEAST_PAIRS = 0.15
"""Share of the pairs of a quotation that a place must have to be compared."""


@dataclass(frozen=True, slots=True)
class Change:
    """One stretch of the way from a source to a quotation of it, in folded characters, half-open.

    `kind` is ``equal``, ``replace``, ``delete`` (only the source has it), ``insert`` (only the quotation has it) or
    ``number`` (a number on both sides, of another value).
    """

    kind: str
    quote: tuple[int, int]
    source: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Match:
    """A quotation laid against ``source[start:end]``, in folded characters."""

    start: int
    end: int
    distance: int
    """Characters put in, left out or replaced; numbers of another value are not counted."""
    changes: tuple[Change, ...]

    @property
    def numbers(self) -> int:
        """How many numbers have another value."""
        return sum(change.kind == "number" for change in self.changes)

    @property
    def exact(self) -> bool:
        """Tell whether words and values are the same."""
        return not self.distance and not self.numbers

    @property
    def longest_gap(self) -> int:
        """The longest stretch in a row that is not the same, on either side."""
        gap = longest = 0
        for change in self.changes:
            length = max(change.quote[1] - change.quote[0], change.source[1] - change.source[0])
            gap = 0 if change.kind in ("equal", "number") else gap + length
            longest = max(longest, gap)
        return longest


def exact_places(quote: Folded, source: Folded) -> Iterator[Match]:
    """Yield the places of `source` where the words of `quote` stand, values apart."""
    at = source.text.find(quote.text) if quote.text else -1
    while at >= 0:
        yield match_at(quote, source, at, at + len(quote))
        at = source.text.find(quote.text, at + 1)


def align(quote: Folded, source: Folded) -> Match | None:
    """Return the place of `source` that comes nearest to `quote`; None where nothing in it resembles it.

    Of equally near ones the one with fewest other numbers, then the first.

    >>> from qa.check.folding import fold_text
    >>> source = fold_text("昨日，该市建成41条自动化生产线，联网率95%以上。")
    >>> match = align(fold_text("该县建成45条自动化生产线"), source)
    >>> [change.kind for change in match.changes], match.distance
    (['equal', 'replace', 'equal', 'number', 'equal'], 1)
    """
    exact = min(exact_places(quote, source), key=lambda match: (match.numbers, match.start), default=None)
    if exact:
        return exact
    found = [match for window in _windows(quote, source) if (match := _nearest(quote, source, *window))]
    return min(found, key=lambda match: (match.distance, match.numbers, match.start), default=None)


def match_at(quote: Folded, source: Folded, start: int, end: int) -> Match:
    """Lay `quote` against ``source[start:end]``."""
    other = source.text[start:end]
    if other == quote.text:
        return Match(start, end, 0, tuple(_equal(quote, source, 0, start, len(quote))))
    changes: list[Change] = []
    distance = 0
    for code in Levenshtein.opcodes(other, quote.text):
        length = max(code.src_end - code.src_start, code.dest_end - code.dest_start)
        if code.tag == "equal":
            changes += _equal(quote, source, code.dest_start, start + code.src_start, length)
            continue
        distance += length
        place = (start + code.src_start, start + code.src_end)
        changes.append(Change(code.tag, (code.dest_start, code.dest_end), place))
    return Match(start, end, distance, tuple(changes))


def _equal(quote: Folded, source: Folded, quote_at: int, source_at: int, length: int) -> Iterator[Change]:
    """Yield an equal stretch, cut where a number has another value."""
    start = 0
    for place in range(length):
        if quote.text[quote_at + place] != NUMBER:
            continue
        if quote.values[quote_at + place] != source.values[source_at + place]:
            if place > start:
                yield Change("equal", (quote_at + start, quote_at + place), (source_at + start, source_at + place))
            q, s = quote_at + place, source_at + place
            yield Change("number", (q, q + 1), (s, s + 1))
            start = place + 1
    if length > start:
        yield Change("equal", (quote_at + start, quote_at + length), (source_at + start, source_at + length))


def _windows(quote: Folded, source: Folded) -> list[tuple[int, int]]:
    """Return the stretches of `source` in which a place near `quote` must lie, the likeliest first."""
    text, size = quote.text, len(quote)
    votes: Counter[int] = Counter()
    find = source.text.find
    for at in range(size - 1):
        pair = text[at : at + 2]
        place = find(pair)
        while place >= 0:
            votes[(place - at) // BUCKET] += 1
            place = find(pair, place + 1)
    joined = {bucket: votes[bucket] + votes[bucket + 1] for bucket in votes}
    best = sorted(joined.items(), key=lambda item: (-item[1], item[0]))[:WINDOWS]
    slack = BUCKET + max(4, size // 5)
    return [
        (max(0, bucket * BUCKET - slack), min(len(source), bucket * BUCKET + size + BUCKET + slack))
        for bucket, count in best
        if count >= max(1, LEAST_PAIRS * (size - 1))
    ]


def _nearest(quote: Folded, source: Folded, first: int, last: int) -> Match | None:
    window = source.text[first:last]
    _, end = _best_end(quote.text, window)
    _, start = _best_end(quote.text[::-1], window[:end][::-1], anchored=True)
    return match_at(quote, source, first + end - start, first + end) if start else None


def _best_end(pattern: str, text: str, *, anchored: bool = False) -> tuple[int, int]:
    """Return the least edit distance of `pattern` to any stretch of `text`, and where the stretch ends.

    Where `anchored`, to any that begins with the text. Of several ends the one that makes the stretch as long as the
    pattern, as nearly as can be told, which is the last: a changed character is replaced rather than left out.

    >>> _best_end("甲乙丙", "子甲丑丙寅")
    (1, 4)
    """
    size = len(pattern)
    if not size:
        return 0, 0
    mask, top = (1 << size) - 1, 1 << (size - 1)
    places: dict[str, int] = {}
    for at, char in enumerate(pattern):
        places[char] = places.get(char, 0) | 1 << at
    positive, negative, score = mask, 0, size
    best, end = size, 0
    for at, char in enumerate(text, start=1):
        equal = places.get(char, 0)
        vertical = equal | negative
        horizontal = (((equal & positive) + positive) ^ positive) | equal
        up = (negative | ~(horizontal | positive)) & mask
        down = positive & horizontal
        if up & top:
            score += 1
        elif down & top:
            score -= 1
        up = (up << 1 | anchored) & mask
        down = down << 1 & mask
        positive = (down | ~(vertical | up)) & mask
        negative = up & vertical
        if score < best or (score == best and at == end + 1 and char != pattern[-1]):
            best, end = score, at
    return best, end
