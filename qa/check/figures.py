"""Figures: the verdict on a number with what it counts, and on a day, that stand in the draft's own prose.

The sentence or clause around a figure is looked for in the paper with the figure left open. Where the paper has it
nearly word for word, its figure there decides. Else the figures of sentences that share most of the words are compared,
if they count the same thing. A figure of the same value needs less to be accepted than one of another value needs to be
called wrong: many sentences speak of growth in percent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rapidfuzz import fuzz

from qa.check.alignment import Match, align, exact_places
from qa.check.claims import DATE, Claim
from qa.check.claims import NUMBER as NUMBER_CLAIM
from qa.check.contexts import Context, Sentence, context_of, sentences_about
from qa.check.findings import CONSISTENT, OTHER_NUMBER, UNFOUND, Difference, Finding, Source
from qa.check.folding import NUMBER, Folded
from qa.check.library import Library
from qa.ingest.passages import cut_sentences
from qa.records import Passage

__all__ = ["check_figure"]

PASSAGES = 16
NEAR_SHOWN = 3
SAME_SENTENCE = 0.3
"""Share of a sentence or clause that may differ where the paper's is held to be the same."""
LEAST_CLAUSE, LEAST_WORDS = 6, 3
"""Characters beside its numbers that a clause must have to be looked for by itself: nearly, and exactly."""
SAME_VALUE, OTHER_VALUE = 0.5, 0.75
"""Share of the words around a figure that a sentence needs for its figure to be taken for it: of the same value, of
another."""
SPECIFIC_VALUE = 0.2
"""The same where hardly a passage of the archive speaks of what is counted."""
FEW, UNIT = 6, 3
"""So many passages are hardly any; characters of unit and noun together that could be anything's."""
SAME_NOUN = 60
"""Likeness of what two figures count, 0 to 100, from which up it is the same."""
BESIDE = 10
"""Characters on either side of a figure that say what it counts."""
CLAUSE_STOPS = "，；：,;:。！？\n"
NUMERALS = "0123456789０１２３４５６７８９.,，．零〇一二两三四五六七八九十百千万亿 "
HANZI = re.compile(r"[\u3400-\u9fff]")


def check_figure(library: Library, draft: str, folded: Folded, claim: Claim) -> Finding:
    """Look up a number or a day of `draft`, which folds to `folded`."""
    stretches = _stretches(draft, claim)
    part, clause = _part(draft, claim), stretches[-1]
    context = context_of(library, draft, part, clause)
    specific = _specific(library, draft, claim)
    passages = [
        *library.holding(draft[slice(*claim.sentence)], PASSAGES),
        *library.holding(draft[slice(*clause)], PASSAGES),
        *library.resembling(draft[slice(*claim.sentence)], PASSAGES),
        *library.resembling(draft[slice(*part)], PASSAGES),
        *specific,
    ]
    passages = list(dict.fromkeys(passages))
    articles = list(dict.fromkeys(passage.article_id for passage in passages))
    same = [number for number in articles if context.is_of(library, number)]
    for stretch in stretches:
        finding = _aligned(library, draft, claim, folded.between(*stretch), same)
        if finding:
            return _own_clause(library, draft, claim, folded.between(*clause), finding) or finding
    sentences = sentences_about(library, context, [(p.article_id, p.start, p.end) for p in passages])
    named = [sentence for sentence in sentences if not context.lacking(library, sentence.article_id)]
    least = SPECIFIC_VALUE if specific else OTHER_VALUE
    near = tuple(library.source(s.article_id, s.start, s.end) for s in sentences[:NEAR_SHOWN] if s.share)
    return (
        _compared(library, draft, folded, claim, named, least)
        or _of_another(library, draft, claim, folded, context, articles)
        or _finding(draft, claim, UNFOUND, near=near)
    )


def _specific(library: Library, draft: str, claim: Claim) -> list[Passage]:
    """Return the passages that speak of what is counted, if hardly any do; nothing where anything is so counted."""
    noun = "".join(HANZI.findall(draft[claim.start : claim.end].lstrip(NUMERALS)))
    passages = library.holding(noun, FEW + 1) if claim.what == NUMBER_CLAIM and len(noun) > UNIT else []
    return passages if len(passages) <= FEW else []


def _of_another(
    library: Library, draft: str, claim: Claim, folded: Folded, context: Context, articles: Sequence[str]
) -> Finding | None:
    """Return that the paper has the figure, but not of whom the draft says it; None where it has it of nobody."""
    clause = _stretches(draft, claim)[-1]
    lacking = {number: names for number in articles if (names := context.lacking(library, number))}
    found = _aligned(library, draft, claim, folded.between(*clause), list(lacking))
    if found is None or found.verdict != CONSISTENT or found.source is None:
        return None
    return _finding(draft, claim, UNFOUND, near=(found.source,), notes=("of_another",))


def _stretches(draft: str, claim: Claim) -> list[tuple[int, int]]:
    """Return what stands around a figure, ever narrower: sentence, part between semicolons, two clauses, its clause."""
    start, end = claim.sentence
    first = _stop_before(draft, start, claim.start, CLAUSE_STOPS)
    last = _stop_after(draft, claim.end, end, CLAUSE_STOPS)
    clauses = [(first, _stop_after(draft, last + 1, end, CLAUSE_STOPS)), (first, last)]
    whole = [(start, end), _part(draft, claim)]
    return list(dict.fromkeys([*whole, *(each for each in clauses if each[1] - each[0] >= LEAST_CLAUSE)]))


def _part(draft: str, claim: Claim) -> tuple[int, int]:
    start, end = claim.sentence
    return _stop_before(draft, start, claim.start, "；;"), _stop_after(draft, claim.end, end, "；;")


def _stop_before(draft: str, start: int, at: int, stops: str) -> int:
    return max(start, max(draft.rfind(stop, start, at) for stop in stops) + 1)


def _stop_after(draft: str, at: int, end: int, stops: str) -> int:
    return min((found for stop in stops if (found := draft.find(stop, at, end)) >= 0), default=end)


def _aligned(library: Library, draft: str, claim: Claim, stretch: Folded, articles: Sequence[str]) -> Finding | None:
    """Return what the paper's like sentences say of a figure; None where it has none that is nearly the same."""
    words = len(stretch) - stretch.text.count(NUMBER)
    places = _claimed(claim, stretch)
    best: tuple[tuple[int, bool, int], str, Match] | None = None
    for rank, number in enumerate(articles):
        match = align(stretch, library.folded(number))
        if match is None or match.distance > SAME_SENTENCE * len(stretch) or (words < LEAST_CLAUSE and not match.exact):
            continue
        kinds = [_kind_at(match, at) for at in places]
        if not all(kind in ("equal", "number") for kind in kinds):
            continue
        if not all(_touches(match, at) for at, kind in zip(places, kinds, strict=True) if kind == "number"):
            continue
        # of a series of articles with the same sentence, the one whose other figures are the draft's too
        other = match.distance + match.numbers - kinds.count("number")
        key = other, "number" in kinds, rank
        if best is None or key < best[0]:
            best = key, number, match
    if best is None or words < LEAST_WORDS:
        return None
    (_, differs, _), number, match = best
    if not differs:
        return _finding(draft, claim, CONSISTENT, source=_source(library, number, match))
    return _finding(
        draft, claim, OTHER_NUMBER, source=_source(library, number, match),
        diff=_differences(library, draft, claim, stretch, number, match),
    )  # fmt: skip


def _own_clause(library: Library, draft: str, claim: Claim, clause: Folded, finding: Finding) -> Finding | None:
    """Return what the clause of a figure says where it stands in the very sentence that was held to say otherwise.

    A draft that leaves out clauses of a sentence brings its figure beside one of another clause. None where its own
    does not stand there, or not with one value only.
    """
    source = finding.source
    if source is None or len(clause) - len(clause.values) < LEAST_WORDS or any(mark in source.quote for mark in "；;"):
        return None
    number, whole = source.article_id, library.folded(source.article_id)
    places = [each for each in exact_places(clause, whole) if source.start <= whole.starts[each.start] < source.end]
    at = _claimed(claim, clause)
    same = {all(_kind_at(place, each) == "equal" for each in at) for place in places}
    if same == {True} and finding.verdict == OTHER_NUMBER:
        return _finding(draft, claim, CONSISTENT, source=source)
    if same == {False} and finding.verdict == CONSISTENT:
        differences = _differences(library, draft, claim, clause, number, places[0])
        return _finding(draft, claim, OTHER_NUMBER, source=source, diff=differences)
    return None


def _claimed(claim: Claim, stretch: Folded) -> list[int]:
    """Return where in `stretch` the numbers of `claim` are."""
    return [at for at in stretch.values if claim.start <= stretch.starts[at] < claim.end]


def _touches(match: Match, at: int) -> bool:
    """Tell whether a number has beside it, before or behind, what the other number has there."""
    number = next(i for i, change in enumerate(match.changes) if change.quote[0] <= at < change.quote[1])
    beside = [match.changes[i] for i in (number - 1, number + 1) if 0 <= i < len(match.changes)]
    return any(change.kind == "equal" for change in beside)


def _kind_at(match: Match, at: int) -> str:
    return next((change.kind for change in match.changes if change.quote[0] <= at < change.quote[1]), "")


def _source(library: Library, number: str, match: Match) -> Source:
    """Return the sentences of the paper around a place."""
    start, end = library.folded(number).span(match.start, match.end)
    sentences = cut_sentences(library.article(number).text)
    first = max((a for a, _ in sentences if a <= start), default=start)
    return library.source(number, first, min((b for _, b in sentences if b >= end), default=end))


def _differences(
    library: Library, draft: str, claim: Claim, stretch: Folded, number: str, match: Match
) -> tuple[Difference, ...]:
    """Return the numbers of a figure that differ, the draft's beside the paper's."""
    source, text = library.folded(number), library.article(number).text
    return tuple(
        Difference("number", draft[slice(*stretch.span(*change.quote))], text[slice(*source.span(*change.source))])
        for change in match.changes
        if change.kind == "number" and claim.start <= stretch.starts[change.quote[0]] < claim.end
    )


def _compared(
    library: Library, draft: str, folded: Folded, claim: Claim, sentences: Sequence[Sentence], least: float
) -> Finding | None:
    """Compare a figure with those of like sentences that count the same; None where none does.

    A sentence needs `least` of the words around the figure for a figure of another value to be taken for it.
    """
    figure = folded.between(claim.start, claim.end)
    if not figure.values:
        return None
    value = _value(figure, claim)
    number = min(figure.values)
    own = draft[claim.start : claim.end] if claim.what == DATE else draft[slice(*figure.span(number, number + 1))]
    noun = _beside(folded, claim.start, claim.end)
    other: tuple[float, Finding] | None = None
    for sentence in sentences:
        text, source = library.article(sentence.article_id).text, library.folded(sentence.article_id)
        for start, end, held in _figures(source, sentence, claim):
            like = _likeness(noun, _beside(source, start, end))
            if like < SAME_NOUN:
                continue
            shown = library.source(sentence.article_id, sentence.start, sentence.end)
            if held == value and sentence.share >= SAME_VALUE:
                return _finding(draft, claim, CONSISTENT, source=shown)
            score = sentence.share * like
            if held != value and sentence.share >= least and (other is None or score > other[0]):
                difference = Difference("number", own, text[start:end])
                other = score, _finding(draft, claim, OTHER_NUMBER, source=shown, diff=(difference,))
    return other[1] if other else None


def _value(figure: Folded, claim: Claim) -> tuple[str, ...]:
    """Return what is compared: month and day of a day, the number of a number with its sign of percent."""
    values = tuple(figure.values[at] for at in sorted(figure.values))
    if claim.what == DATE:
        return values[-2:]
    first = min(figure.values)
    return values[0], figure.text[first + 1 : first + 2] if figure.text[first + 1 : first + 2] in "%‰℃" else ""


def _figures(source: Folded, sentence: Sentence, claim: Claim) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """Yield the figures of a sentence of the paper that are of the kind of `claim`: place and what is compared."""
    part = source.between(sentence.start, sentence.end)
    if claim.what == DATE:
        for match in re.finditer(f"{NUMBER}月{NUMBER}[日号]", part.text):
            yield *part.span(*match.span()), (part.values[match.start()], part.values[match.start() + 2])
        return
    for at in sorted(part.values):
        sign = part.text[at + 1 : at + 2]
        yield *part.span(at, at + 1), (part.values[at], sign if sign and sign in "%‰℃" else "")


def _beside(folded: Folded, start: int, end: int) -> tuple[str, str]:
    """Return the folded characters before and after a figure, its own unit and noun among the latter."""
    whole = folded.between(max(0, start - 3 * BESIDE), end + 3 * BESIDE)
    at = next((i for i, place in enumerate(whole.starts) if place >= start), 0)
    return whole.text[max(0, at - BESIDE) : at], whole.text[at + 1 : at + 1 + BESIDE]


def _likeness(one: tuple[str, str], other: tuple[str, str]) -> float:
    """Return how alike are the things that two figures count, 0 to 100: what stands on either side, in any order."""
    if one[1][:1] != other[1][:1]:
        return 0.0  # another unit
    return max(fuzz.ratio(one[1], other[1]), fuzz.ratio(one[0], other[0]), fuzz.ratio("".join(one), "".join(other)))


def _finding(
    draft: str,
    claim: Claim,
    verdict: str,
    *,
    source: Source | None = None,
    diff: tuple[Difference, ...] = (),
    near: tuple[Source, ...] = (),
    notes: tuple[str, ...] = (),
) -> Finding:
    return Finding(
        claim.kind, claim.what, draft[claim.start : claim.end], claim.start, claim.end, verdict,
        source=source, diff=diff, near=near, notes=notes,
    )  # fmt: skip
