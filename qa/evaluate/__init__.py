"""Measure answers: read from given texts, or asked of an archive.

`scores` holds an answer against the right one, `calibration` confidence against rightness; `reading` and `asking` put
the figures together. Nothing here prints, and no model is started: what answers is given as a function.
"""

from __future__ import annotations

from qa.evaluate.asking import AskingFigures, measure_asking
from qa.evaluate.questions import GoldQuestion, QuestionSet, read_questions
from qa.evaluate.reading import ReadingFigures, measure_reading
from qa.evaluate.scores import exact_match, f1_score

__all__ = [
    "AskingFigures",
    "GoldQuestion",
    "QuestionSet",
    "ReadingFigures",
    "exact_match",
    "f1_score",
    "measure_asking",
    "measure_reading",
    "read_questions",
]
