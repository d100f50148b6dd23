"""Measure answers found in an archive, and what becomes of them where the article that answers is left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from qa.errors import BadInput
from qa.evaluate.calibration import Calibration, Judged, Risk, calibrate, is_right, risk_coverage
from qa.evaluate.questions import GoldQuestion
from qa.evaluate.scores import best_f1, contains, matches
from qa.records import Answer, Article

__all__ = ["AskingFigures", "AskingGroup", "LeftOut", "Threshold", "measure_asking"]

WRONG_AT_MOST = 0.2
"""Share of the questions left without their article that may be answered wrongly."""

Ask = Callable[[str, Sequence[str]], Answer]
"""Ask a question with the articles of these ids left out."""
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class AskingGroup:
    """The figures of one source, or of all: shares, 0 to 1, of the answerable questions, None of nothing.

    A refusal has exact match and F1 of 0. `cited` is the share of the questions whose article the archive holds that
    cite it, `cited_first` in the first place; another print of it that the citation names counts as well.
    """

    source: str
    questions: int
    answerable: int
    answered: float | None
    exact: float | None
    f1: float | None
    answer_contains: float | None
    """The answer has the words of a right one."""
    quote_contains: float | None
    """The answer or a quote has them."""
    with_article: int
    cited_first: float | None
    cited: float | None
    refused: float | None
    """Share of the questions without answer that are refused."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """What is answered where answers of less confidence are not given; shares of the questions asked both ways."""

    threshold: float
    right: float
    """Asked of the whole archive: an answer or quote that has the words of a right one."""
    wrong: float
    """With the article left out: an answer that has them neither in itself nor in a quote."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What was said where the article that answers was left out; shares of `questions`."""

    questions: int
    refused: float
    elsewhere: float
    """Answered with the words of a right answer, from other articles."""
    wrong: float
    known_from: float
    """The lowest threshold of which anything is known: what a refused question would have been answered is not."""
    thresholds: tuple[Threshold, ...]
    """At 0.1 to 0.9, from `known_from` on."""
    bearable: Threshold
    """The lowest known threshold at which at most a fifth is answered wrongly."""


@dataclass(frozen=True, slots=True)
class AskingFigures:
    """Everything measured of an archive; `risk` and `calibration` are of the answers given."""

    overall: AskingGroup
    sources: tuple[AskingGroup, ...]
    risk: tuple[Risk, ...]
    calibration: Calibration | None
    spans: int
    """Spans of answers and their quotes."""
    verbatim: int
    """How many of them are what the article has there."""
    left_out: LeftOut | None

    def as_json(self) -> dict[str, Any]:
        """Return the object that ``wenbao eval --mode open --json`` prints."""
        return {"mode": "open", **asdict(self)}


@dataclass(frozen=True, slots=True)
class _Outcome:
    asked: GoldQuestion
    answer: Answer
    article: str | None
    """The id of the article that answers, as the archive has it."""
    spans: int
    verbatim: int

    @property
    def within(self) -> bool:
        """The words of a right answer stand in answer or quote."""
        quotes = [citation.quote for citation in self.answer.citations]
        return self.answer.found and any(contains(text, self.asked.answers) for text in (self.answer.answer, *quotes))

    @property
    def judged(self) -> Judged:
        return Judged(self.answer.confidence, is_right(self.answer.answer, self.asked.answers))


def measure_asking(
    questions: Sequence[GoldQuestion],
    ask: Ask,
    article_of: Callable[[str], Article | None],
    *,
    left_out: bool = False,
    progress: Progress | None = None,
) -> AskingFigures:
    """Ask each question; with `left_out`, those whose article is held again without it.

    `article_of` returns an article, or None for one that is not held. Raises BadInput where, with `left_out`, the
    archive holds the article of no question.
    """
    held = {asked.article: article for asked in questions if asked.article and (article := article_of(asked.article))}
    again = [asked for asked in questions if asked.answers and asked.article in held]
    if left_out and not again:
        raise BadInput("eval.no_articles")

    def outcomes(stage: str, chosen: Sequence[GoldQuestion], *, without: bool) -> list[_Outcome]:
        found = []
        for done, asked in enumerate(chosen, start=1):
            article = held[asked.article].id if asked.article in held else None
            answer = ask(asked.question, (article,) if without and article else ())
            found.append(_Outcome(asked, answer, article, *_checked(answer, article_of)))
            if progress:
                progress(stage, done, len(chosen))
        return found

    whole = outcomes("questions", questions, without=False)
    lacking = outcomes("left_out", again, without=True) if left_out else []
    judged = [each.judged for each in whole if each.answer.found]
    names = sorted({asked.source for asked in questions})
    both_ways = [each for each in whole if each.asked.answers and each.article]
    return AskingFigures(
        overall=_group("", whole),
        sources=tuple(_group(name, [each for each in whole if each.asked.source == name]) for name in names),
        risk=risk_coverage(judged, len(whole)),
        calibration=calibrate(judged),
        spans=sum(each.spans for each in whole + lacking),
        verbatim=sum(each.verbatim for each in whole + lacking),
        left_out=_left_out(both_ways, lacking) if left_out else None,
    )


def _checked(answer: Answer, article_of: Callable[[str], Article | None]) -> tuple[int, int]:
    """Return how many spans and quotes an answer has, and how many of them are what their article has there."""
    places = [(span.article_id, span.start, span.end, span.text) for span in answer.spans]
    places += [(each.article_id, each.start, each.end, each.quote) for each in answer.citations]
    texts = {number: article.text if (article := article_of(number)) else None for number, *_ in places}
    stand = 0
    for number, start, end, said in places:
        text = texts[number]
        stand += bool(said) and text is not None and text[start:end] == said
    return len(places), stand


def _group(source: str, outcomes: Sequence[_Outcome]) -> AskingGroup:
    asked = [each for each in outcomes if each.asked.answers]
    held = [each for each in asked if each.article]
    others = [each for each in outcomes if not each.asked.answers]
    given = [each for each in asked if each.answer.found]
    places = [[each.article in prints for prints in _cited(each.answer)] for each in held]
    return AskingGroup(
        source=source,
        questions=len(outcomes),
        answerable=len(asked),
        answered=_share(len(given), len(asked)),
        exact=_share(sum(matches(each.answer.answer, each.asked.answers) for each in given), len(asked)),
        f1=_share(sum(best_f1(each.answer.answer, each.asked.answers) for each in given), len(asked)),
        answer_contains=_share(sum(contains(each.answer.answer, each.asked.answers) for each in given), len(asked)),
        quote_contains=_share(sum(each.within for each in given), len(asked)),
        with_article=len(held),
        cited_first=_share(sum(any(right[:1]) for right in places), len(held)),
        cited=_share(sum(map(any, places)), len(held)),
        refused=_share(sum(not each.answer.found for each in others), len(others)),
    )


def _cited(answer: Answer) -> list[set[str]]:
    """Return, for each citation, the article it cites and the other prints that it names."""
    return [{each.article_id, *(copy.article_id for copy in each.copies)} for each in answer.citations]


def _left_out(whole: Sequence[_Outcome], lacking: Sequence[_Outcome]) -> LeftOut:
    count = len(lacking)
    wrong = sorted((each.answer.confidence for each in lacking if each.answer.found and not each.within), reverse=True)
    unknown = max((each.answer.confidence for each in (*whole, *lacking) if not each.answer.found), default=0.0)

    def at(threshold: float) -> Threshold:
        right = sum(each.within and each.answer.confidence >= threshold for each in whole)
        return Threshold(threshold, right / count, sum(each >= threshold for each in wrong) / count)

    borne = int(WRONG_AT_MOST * count)
    known_from = _above(unknown) if unknown else 0.0
    return LeftOut(
        questions=count,
        refused=sum(not each.answer.found for each in lacking) / count,
        elsewhere=sum(each.within for each in lacking) / count,
        wrong=len(wrong) / count,
        known_from=known_from,
        thresholds=tuple(at(tenth / 10) for tenth in range(1, 10) if tenth / 10 >= known_from),
        bearable=at(max(known_from, _above(wrong[borne])) if len(wrong) > borne else known_from),
    )


def _above(confidence: float) -> float:
    """Return the next higher confidence; confidences have four digits."""
    return round(confidence + 1e-4, 4)


def _share(part: float, whole: int) -> float | None:
    return part / whole if whole else None
