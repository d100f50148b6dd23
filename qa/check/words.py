"""Words: the verdict on a quotation or an attributed statement.

The same words with the same values are 一致, whatever the punctuation, the width, the script and the white space; if
the paper gives them to another speaker they are 张冠李戴. Words of which a part was changed are 有改动, or 数字不符
where a number has another value. A quotation put together from parts of one article is 有改动; from parts of several it
has no source, and its parts are named. What is left is 查无出处.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qa.check.claims import Claim
from qa.check.findings import (
    ALTERED,
    CONSISTENT,
    OTHER_NUMBER,
    OTHER_SPEAKER,
    UNFOUND,
    Difference,
    Finding,
    Part,
    Source,
)
from qa.check.folding import NUMBER, Folded
from qa.check.library import Library
from qa.check.matching import Found, Place, Segment, find_words
from qa.check.quotations import CLOSING, OPENING
from qa.check.speakers import may_be_told, named, same_speaker, speakers_before

__all__ = ["check_words"]

NEAR_SHOWN = 3
CHANGED = 0.4
"""Share of a quotation that may be changed where it still is that quotation."""
CHANGED_WITH_NUMBER = 0.25
"""The same where it is to be told that a number in it is another."""
EXACT_UP_TO, ONE_UP_TO = 3, 7
"""Shorter quotations than these are found exactly or not at all; with one change at most."""
PUT_TOGETHER = 0.18
"""Share changed from which up it is asked whether a quotation is put together."""
WORDS_BESIDE = 4
"""Characters beside its numbers that a quotation needs for another number in it to be told."""
CLAUSE_ENDS, SENTENCE_ENDS = frozenset("，。；：！？、\n"), frozenset("。！？\n")
SPEAKER_BACK = 600
"""Characters of an article before the words in which a speaker who is not named again may be introduced."""


def check_words(library: Library, draft: str, folded: Folded, claim: Claim) -> Finding:
    """Look up a quotation or statement of `draft`, which folds to `folded`."""
    quote = folded.between(claim.start, claim.end)
    notes = () if claim.balanced else ("unbalanced",)
    if not len(quote):
        return _finding(draft, claim, CONSISTENT, notes=(*notes, "no_words"))
    found = find_words(library, draft, claim.start, claim.end, quote, every=claim.speaker is not None)
    if found.exact:
        return _spoken(library, draft, claim, found.exact, CONSISTENT, notes)
    near = found.nearest
    if found.segments and (near is None or near.match.distance > PUT_TOGETHER * len(quote)):
        return _put_together(library, draft, claim, quote, found, notes)
    if near and _is_number(near):
        return _held_against(library, draft, claim, near, OTHER_NUMBER, notes)
    if near and _is_changed(near):
        return _spoken(library, draft, claim, (near,), ALTERED, notes)
    return _finding(draft, claim, UNFOUND, notes=notes, near=_near(library, draft[claim.start : claim.end], near))


def _is_number(place: Place) -> bool:
    words = len(place.quote) - place.quote.text.count(NUMBER)
    return (
        place.match.numbers > 0
        and words >= WORDS_BESIDE
        and place.match.distance <= CHANGED_WITH_NUMBER * len(place.quote)
    )


def _is_changed(place: Place) -> bool:
    size, distance = len(place.quote), place.match.distance + place.match.numbers
    if size <= EXACT_UP_TO:
        return False
    return distance <= 1 if size <= ONE_UP_TO else distance <= CHANGED * size


def _spoken(
    library: Library, draft: str, claim: Claim, places: Sequence[Place], verdict: str, notes: tuple[str, ...]
) -> Finding:
    """Give `verdict` with the place where the right one speaks; OTHER_SPEAKER where the paper names another at each."""
    if claim.speaker is None:
        return _held_against(library, draft, claim, places[0], verdict, notes)
    others: list[tuple[Place, str | None]] = []
    unsure: list[Place] = []
    for place in places:
        span = library.folded(place.article_id).span(place.match.start, place.match.end)
        says, other = _says(library, place.article_id, *span, claim.speaker.speaker)
        if says:
            return _held_against(library, draft, claim, place, verdict, notes)
        if says is None:
            unsure.append(place)
        else:
            others.append((place, other))
    if unsure:
        return _held_against(library, draft, claim, unsure[0], verdict, (*notes, "speaker_unsure"))
    place, other = others[0]
    return _held_against(library, draft, claim, place, OTHER_SPEAKER, notes, other)


def _says(library: Library, number: str, start: int, end: int, speaker: str) -> tuple[bool | None, str | None]:
    """Tell whether it is `speaker` who says ``text[start:end]`` of an article, and who does, if another.

    None where it cannot be told: where the paper names nobody, or an office and a name that may be one person.
    """
    article = library.article(number)
    text = article.text
    names = named(speaker) or [speaker]
    around = text[: article.body_start] + text[max(0, start - SPEAKER_BACK) : end + SPEAKER_BACK // 4]
    mentioned = any(name in around for name in names)
    if not may_be_told(speaker):
        return mentioned or None, None
    for other, since in speakers_before(text, start, end):
        same = same_speaker(speaker, other)
        if same:
            return True, None
        if any(name in text[since:start] for name in names):
            return None, None  # who came in between, perhaps to speak
        if may_be_told(other):
            return (None, None) if same is None and mentioned else (False, other)
    return (None, None) if any(name in text for name in names) else (False, None)


def _put_together(
    library: Library, draft: str, claim: Claim, quote: Folded, found: Found, notes: tuple[str, ...]
) -> Finding:
    parts = tuple(_part(library, draft, quote, segment) for segment in found.segments)
    articles = {segment.article_id for segment in found.segments}
    if len(articles) == 1 and found.nearest and found.nearest.article_id in articles:
        first = min(found.segments, key=lambda segment: segment.at)
        last = max(found.segments, key=lambda segment: segment.at + segment.end - segment.start)
        source = library.folded(first.article_id)
        span = source.span(first.at, last.at + last.end - last.start)
        says, other = _says(library, first.article_id, *span, claim.speaker.speaker) if claim.speaker else (None, None)
        return _finding(
            draft, claim, OTHER_SPEAKER if says is False else ALTERED, notes=(*notes, "put_together"), parts=parts,
            source=library.source(first.article_id, *span), source_speaker=other,
        )  # fmt: skip
    return _finding(draft, claim, UNFOUND, notes=(*notes, "put_together_of_many"), parts=parts)


def _part(library: Library, draft: str, quote: Folded, segment: Segment) -> Part:
    start, end = quote.span(segment.start, segment.end)
    source = library.folded(segment.article_id)
    span = source.span(segment.at, segment.at + segment.end - segment.start)
    return Part(draft[start:end], start, end, library.source(segment.article_id, *span))


def _held_against(
    library: Library,
    draft: str,
    claim: Claim,
    place: Place,
    verdict: str,
    notes: tuple[str, ...],
    speaker: str | None = None,
) -> Finding:
    source = library.folded(place.article_id)
    text = library.article(place.article_id).text
    place = _without_stray(place, source, text)
    start, end = source.span(place.match.start, place.match.end)
    end += _is_open(text[start:end]) and text[end : end + 1] in CLOSING
    differences = _differences(draft, claim, place, source, text) if not place.match.exact or place.notes else ()
    return _finding(
        draft, claim, verdict, notes=(*notes, *place.notes), diff=differences, source_speaker=speaker,
        source=library.source(place.article_id, start, end),
    )  # fmt: skip


def _without_stray(place: Place, source: Folded, text: str) -> Place:
    """Leave out what only the alignment took for changed: words of the paper beyond the clause that was quoted."""
    match = place.match
    *_, last = match.changes
    if last.kind == "replace" and len(match.changes) > 1:
        at = last.source[0]
        if set(text[source.ends[at - 1] : source.starts[at]]) & SENTENCE_ENDS:
            changes = (*match.changes[:-1], replace(last, kind="insert", source=(at, at)))
            match = replace(match, end=at, changes=changes)
    first = match.changes[0]
    if first.kind == "replace" and len(match.changes) > 1:
        at = first.source[1]
        if set(text[source.ends[at - 1] : source.starts[at]]) & CLAUSE_ENDS:
            changes = (replace(first, kind="insert", source=(at, at)), *match.changes[1:])
            match = replace(match, start=at, changes=changes)
    return replace(place, match=match)


def _is_open(text: str) -> bool:
    return sum(char in OPENING for char in text) > sum(char in CLOSING for char in text)


def _differences(draft: str, claim: Claim, place: Place, source: Folded, text: str) -> tuple[Difference, ...]:
    """Return how `claim` differs from the place it was held against, stretch by stretch, both sides verbatim."""
    quote, match = place.quote, place.match
    differences: list[Difference] = []
    for number, change in enumerate(match.changes):
        last = number + 1 == len(match.changes)
        differences.append(
            Difference(
                change.kind,
                _stretch(draft, quote, change.quote, len(quote), (claim.start, claim.end), last=last),
                _stretch(text, source, change.source, match.end, source.span(match.start, match.end), last=last),
            )
        )
    return _merged(differences)


def _stretch(
    text: str, folded: Folded, part: tuple[int, int], stop: int, within: tuple[int, int], *, last: bool
) -> str:
    """Return the text of folded characters, with the punctuation behind them, as far as `within` goes."""
    first, behind = part
    if first == behind:
        return ""
    start = folded.starts[first] if first else within[0]
    end = within[1] if last or behind >= stop else folded.starts[behind]
    return text[max(start, within[0]) : min(max(end, folded.ends[behind - 1]), within[1])]


def _merged(differences: Sequence[Difference]) -> tuple[Difference, ...]:
    """Join neighbours of a kind."""
    merged: list[Difference] = []
    for each in differences:
        if merged and merged[-1].kind == each.kind and each.kind != "number":
            merged[-1] = Difference(each.kind, merged[-1].draft + each.draft, merged[-1].source + each.source)
        else:
            merged.append(each)
    return tuple(merged)


def _near(library: Library, text: str, place: Place | None) -> tuple[Source, ...]:
    """Return the passages to show for what was not found: the nearest in words, then in meaning."""
    shown: list[Source] = []
    if place and place.match.distance <= len(place.quote) * 0.7:
        source = library.folded(place.article_id)
        shown.append(library.source(place.article_id, *source.span(place.match.start, place.match.end)))
    shown += [s for s in library.nearest(text, NEAR_SHOWN) if all(s.article_id != other.article_id for other in shown)]
    return tuple(shown[:NEAR_SHOWN])


def _finding(
    draft: str,
    claim: Claim,
    verdict: str,
    *,
    notes: tuple[str, ...] = (),
    source: Source | None = None,
    diff: tuple[Difference, ...] = (),
    parts: tuple[Part, ...] = (),
    near: tuple[Source, ...] = (),
    source_speaker: str | None = None,
) -> Finding:
    return Finding(
        kind=claim.kind,
        what=claim.what,
        text=draft[claim.start : claim.end],
        start=claim.start,
        end=claim.end,
        verdict=verdict,
        source=source,
        diff=diff,
        notes=notes,
        speaker=claim.speaker.speaker if claim.speaker else None,
        source_speaker=source_speaker,
        parts=parts,
        near=near,
    )
