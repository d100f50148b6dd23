"""Measure answers read from the text that comes with each question."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from qa.answer.passages import Reading
from qa.evaluate.calibration import Calibration, Judged, Risk, calibrate, is_right, risk_coverage
from qa.evaluate.questions import GoldQuestion
from qa.evaluate.scores import best_f1, matches

__all__ = ["ReadingFigures", "ReadingGroup", "Refusing", "measure_reading"]

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Refusing:
    """What becomes of the figures where unsure answers are not given; shares are 0 to 1, None of nothing.

    To refuse is right, exact match and F1 of 1, where there is no answer, and wrong, 0, where there is one.
    """

    exact: float
    f1: float
    answered: float
    wrong: float | None
    """Share of the answers given that are not right; see `qa.evaluate.calibration.is_right`."""
    refused: int
    precision: float | None
    """Share of the refusals where there was no answer."""
    recall: float | None
    """Share of the questions without answer that are refused."""


@dataclass(frozen=True, slots=True)
class ReadingGroup:
    """The figures of one source, or of all; `exact` and `f1` are of the answerable ones, each of them answered."""

    source: str
    questions: int
    answerable: int
    exact: float | None
    f1: float | None
    refusing: Refusing


@dataclass(frozen=True, slots=True)
class ReadingFigures:
    """Everything measured of a reader; `risk` and `calibration` are of the best answer to every question."""

    threshold: float
    """The confidence below which an answer is not given."""
    overall: ReadingGroup
    sources: tuple[ReadingGroup, ...]
    risk: tuple[Risk, ...]
    calibration: Calibration | None
    answers: int
    verbatim: int
    """How many of the answers stand in their text where they say, within their quote."""

    def as_json(self) -> dict[str, Any]:
        """Return the object that ``wenbao eval --mode reading --json`` prints."""
        return {"mode": "reading", **asdict(self)}


@dataclass(frozen=True, slots=True)
class _Outcome:
    asked: GoldQuestion
    exact: bool
    f1: float
    given: bool
    """Sure enough to be given."""
    verbatim: bool
    judged: Judged
    some: bool
    """There was an answer, however unsure."""


def measure_reading(
    questions: Sequence[GoldQuestion],
    read: Callable[[str, str], Reading],
    *,
    threshold: float,
    progress: Progress | None = None,
) -> ReadingFigures:
    """Ask `read` each question of its own text; it gives its best answer however unsure it is.

    Answers of a confidence below `threshold` count as refused where refusing is allowed.
    """
    outcomes = []
    for done, asked in enumerate(questions, start=1):
        outcomes.append(_outcome(asked, read(asked.question, asked.context or ""), threshold))
        if progress:
            progress("questions", done, len(questions))
    names = dict.fromkeys(asked.source for asked in questions)
    judged = [each.judged for each in outcomes]
    return ReadingFigures(
        threshold=threshold,
        overall=_group("", outcomes),
        sources=tuple(_group(name, [each for each in outcomes if each.asked.source == name]) for name in sorted(names)),
        risk=risk_coverage(judged, len(judged)),
        calibration=calibrate(judged),
        answers=sum(each.some for each in outcomes),
        verbatim=sum(each.verbatim for each in outcomes),
    )


def _outcome(asked: GoldQuestion, reading: Reading, threshold: float) -> _Outcome:
    some = reading.status == "answered"
    answer, context = reading.answer, asked.context or ""
    stands = reading.passage == 0 and answer == context[reading.start : reading.end] != ""
    return _Outcome(
        asked=asked,
        exact=some and matches(answer, asked.answers),
        f1=best_f1(answer, asked.answers) if some else 0.0,
        given=some and reading.confidence >= threshold,
        verbatim=some and stands and answer in reading.quote and reading.quote in context,
        judged=Judged(reading.confidence, some and is_right(answer, asked.answers)),
        some=some,
    )


def _group(source: str, outcomes: Sequence[_Outcome]) -> ReadingGroup:
    answerable = [each for each in outcomes if each.asked.answers]
    return ReadingGroup(
        source=source,
        questions=len(outcomes),
        answerable=len(answerable),
        exact=_share(sum(each.exact for each in answerable), len(answerable)),
        f1=_share(sum(each.f1 for each in answerable), len(answerable)),
        refusing=_refusing(outcomes),
    )


def _refusing(outcomes: Sequence[_Outcome]) -> Refusing:
    given = [each for each in outcomes if each.given]
    refused = [each for each in outcomes if not each.given]
    rightly = sum(not each.asked.answers for each in refused)
    unanswerable = sum(not each.asked.answers for each in outcomes)
    return Refusing(
        exact=(sum(each.exact for each in given) + rightly) / len(outcomes),
        f1=(sum(each.f1 for each in given) + rightly) / len(outcomes),
        answered=len(given) / len(outcomes),
        wrong=_share(sum(not each.judged.right for each in given), len(given)),
        refused=len(refused),
        precision=_share(rightly, len(refused)),
        recall=_share(rightly, unanswerable),
    )


def _share(part: float, whole: int) -> float | None:
    return part / whole if whole else None
