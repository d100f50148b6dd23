"""Learn how likely an answer is right from what is known of it: `qa.answer.confidence.CONFIDENCE`.

    python -m training.confidence QUESTIONS.jsonl.gz --archive ARCHIVE [--source NAME]...

QUESTIONS are JSON lines with ``question``, ``answer`` and ``article``, the id of the right article in ARCHIVE. They
should be questions that the reader was not trained on, since it is surer of those. Each is asked twice: of the whole
archive, and without its article, when most have no answer. An answer is right that has the known one in it or shares
most of its characters (F1 of at least a half).

First come the weights that make it likeliest to draw right words among all that were marked for a question (softmax, a
slight pull to zero; none counts against words). Then the best of each question, with its lead over others and its
nearness to the question, set scale and bias: how likely they are right (Platt, 1999). Figures are of weights learned
without the questions they are measured on, which are dealt out in ten parts by article.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from bench.retrieval import read_records
from qa import Archive
from qa.answer.confidence import Weights, leads
from qa.evaluate import f1_score
from training.ranking import PULL, ranking_weights

__all__ = ["learn", "main"]

PARTS = 10
RIGHT = 0.5
Rows = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Asked:
    """What was marked for a question: signs but the lead, (n, signs), the words, and which of them are right, (n,)."""

    part: int
    left_out: bool
    signs: Rows
    words: list[str]
    right: npt.NDArray[np.bool_]

    def best(self, slope: Rows) -> tuple[int, list[float]]:
        """Return which of the words most speaks for, and three figures of theirs: strength, nearness and lead."""
        strengths = (self.signs[:, :-1] @ slope).tolist()
        at = int(np.argmax(strengths))
        return at, [strengths[at], float(self.signs[at, -1]), leads(strengths, self.words)[at]]


def main() -> None:
    """Print the weights, and what they tell of questions they were not learned from."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("questions", type=Path, help="JSON lines with question, answer and article")
    parser.add_argument("--archive", type=Path, required=True)
    parser.add_argument("--source", action="append", help="only questions of this source")
    parser.add_argument("--signs", type=Path, help="file to keep what was marked in, or to take it from")
    args = parser.parse_args()
    started = time.perf_counter()
    asked = _held(args.signs) if args.signs and args.signs.exists() else _ask(args)
    if args.signs and not args.signs.exists():
        _hold(asked, args.signs)
    sure: list[tuple[float, bool, bool]] = []
    for part in range(PARTS):
        weights = learn([each for each in asked if each.part != part])
        for each in (each for each in asked if each.part == part and len(each.right)):
            at, figures = each.best(_slope(weights))
            odds = np.array([1.0, weights.near, weights.lead]) @ figures + weights.bias
            sure.append((1 / (1 + np.exp(-odds)), bool(each.right[at]), each.left_out))
    _report(sure, asked)
    print(learn(asked))
    print(f"{time.perf_counter() - started:.0f} s")


def learn(asked: Sequence[Asked]) -> Weights:
    """Return the weights, rounded to what matters."""
    held = [each for each in asked if len(each.right)]
    slope = ranking_weights([(each.signs[:, :-1], each.right) for each in held])
    bests = [each.best(slope) for each in held]
    right = np.array([each.right[at] for each, (at, _) in zip(held, bests, strict=True)])
    scale, near, lead, bias = _logistic(np.array([figures for _, figures in bests]), right)
    return Weights(*(round(float(value), 3) for value in (*(scale * slope), near, lead / scale, bias)))


def _logistic(rows: Rows, right: npt.NDArray[np.bool_]) -> Rows:
    """Return slopes and bias, (signs + 1,), that make what is known of `rows`, (n, signs), likeliest."""
    mean, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    scaled = np.column_stack([(rows - mean) / spread, np.ones(len(rows))])
    signs = np.where(right, 1.0, -1.0)

    def loss(weights: Rows) -> tuple[float, Rows]:
        odds = signs * (scaled @ weights)
        missed = 1 / (1 + np.exp(odds))
        slope = -(scaled * (signs * missed)[:, None]).mean(axis=0) + 2 * PULL * np.append(weights[:-1], 0)
        return float(np.logaddexp(0, -odds).mean() + PULL * weights[:-1] @ weights[:-1]), slope

    best = minimize(loss, np.zeros(scaled.shape[1]), jac=True, method="L-BFGS-B").x
    slope = best[:-1] / spread
    return np.append(slope, best[-1] - slope @ mean)


def _ask(args: argparse.Namespace) -> list[Asked]:
    records = [record for record in read_records(args.questions, args.source) if "answer" in record]
    found: list[Asked] = []
    with Archive.open(args.archive) as archive:
        held = {article.id for article in archive.articles()}
        records = [record for record in records if record.get("article") in held]
        parts = {number: place % PARTS for place, number in enumerate(sorted({r["article"] for r in records}))}
        for record in records:
            for without in ((), (record["article"],)):
                signs = archive.look(record["question"], without=without)
                places = [sign.evidence for sign in signs]
                words = [archive.article(at.article_id).text[at.span_start : at.span_end] for at in places]
                right = [record["answer"] in each or f1_score(each, record["answer"]) >= RIGHT for each in words]
                found.append(
                    Asked(
                        part=parts[record["article"]],
                        left_out=bool(without),
                        signs=np.array([astuple(sign.signs)[:-1] for sign in signs], np.float64).reshape(
                            len(signs), -1
                        ),
                        words=words,
                        right=np.array(right, np.bool_),
                    )
                )
    return found


def _hold(asked: Sequence[Asked], path: Path) -> None:
    lengths = [len(each.right) for each in asked]
    np.savez(
        path,
        part=[each.part for each in asked],
        left_out=[each.left_out for each in asked],
        length=lengths,
        signs=np.concatenate([each.signs for each in asked if len(each.right)]),
        words=[word for each in asked for word in each.words],
        right=np.concatenate([each.right for each in asked]),
    )


def _held(path: Path) -> list[Asked]:
    with np.load(path, allow_pickle=False) as arrays:
        held = {name: arrays[name] for name in arrays.files}
    ends = np.cumsum(held["length"])
    return [
        Asked(
            part=int(held["part"][at]),
            left_out=bool(held["left_out"][at]),
            signs=held["signs"][end - held["length"][at] : end],
            words=held["words"][end - held["length"][at] : end].tolist(),
            right=held["right"][end - held["length"][at] : end],
        )
        for at, end in enumerate(ends)
    ]


def _slope(weights: Weights) -> Rows:
    return np.array(astuple(weights)[:-3])


def _report(sure: Sequence[tuple[float, bool, bool]], asked: Sequence[Asked]) -> None:
    said, right, left_out = (np.array(column) for column in zip(*sure, strict=True))
    print(f"{len(asked)} questions asked, {len(sure)} with something marked; each part left out in turn")
    print(f"best is right: {right[~left_out].mean():.3f}, without the article {right[left_out].mean():.3f}")
    print(f"Brier score {np.mean((said - right) ** 2):.4f}")
    print("threshold   right ones kept   left out: answered wrongly   answers that are right")
    for line in np.arange(0.1, 0.95, 0.05):
        told = said >= line
        kept = np.mean(told[right & ~left_out])
        wrongly = np.mean((told & ~right)[left_out])
        print(f"{line:9.2f} {kept:17.3f} {wrongly:28.3f} {np.mean(right[told]) if told.any() else 1:24.3f}")
    for low in np.arange(0, 1, 0.1):
        within = (said >= low) & (said < low + 0.1)
        if within.any():
            print(f"said {low:.1f}–{low + 0.1:.1f}: {within.sum():5} answers, right {right[within].mean():.3f}")


if __name__ == "__main__":
    main()
