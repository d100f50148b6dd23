"""Compare ways of searching by words: what is a term, what is scored, and with which parameters of BM25.

python -m bench.bm25 QUESTIONS.jsonl [MORE.jsonl]... --archive DIR [--source NAME]...

QUESTIONS are as `bench.retrieval` reads them. Every way scores all articles of the archive exactly, in memory, apart
from the full-text index: by Robertson and Zaragoza's BM25 (Foundations and Trends in Information Retrieval 3(4), 2009)
over the terms of `qa.index.words`. A way is words alone, or with character bigrams at a weight; whole articles, or the
best of an article's passages, as the full-text index has them; the headline counted with the text, or left out. ±: half
the 95 % interval of R@1 (Wilson).
"""

from __future__ import annotations

import argparse
import math
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.sparse import csc_matrix

from bench.machine import heading, machine, versions
from bench.retrieval import Asked, read_asked, read_records, wilson
from qa import Archive
from qa.index.words import index_terms
from qa.ingest.passages import cut_passages
from qa.records import Article

__all__ = ["Corpus", "Way", "main"]

DEPTHS = (1, 3, 5, 10, 50)
Scores = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Way:
    """How to search by words."""

    name: str
    passages: bool = False
    """An article counts as much as the best of its passages, not as a whole."""
    bigrams: float = 0.0
    """Weight of character bigrams; of words it is 1."""
    head: bool = True
    """Whether the headline is part of what is searched."""
    k1: float = 1.2
    b: float = 0.75


WAYS = (
    Way("words"),
    Way("words, k1 0.6", k1=0.6),
    Way("words, k1 2", k1=2.0),
    Way("words, b 0.4", b=0.4),
    Way("bigrams 0.3", bigrams=0.3),
    Way("bigrams 0.6", bigrams=0.6),
    Way("bigrams 1", bigrams=1.0),
    Way("bigrams 0.6, k1 0.6", bigrams=0.6, k1=0.6),
    Way("bigrams 0.6, b 0.4", bigrams=0.6, b=0.4),
    Way("bodies, words", head=False),
    Way("bodies, bigrams 0.6", bigrams=0.6, head=False),
    Way("passages, words", passages=True),
    Way("passages, bigrams 0.6", bigrams=0.6, passages=True),
)
"""The first is the usual way."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """How often which term occurs in which text."""

    counts: csc_matrix
    """Float32 (texts, terms)."""
    terms: dict[str, int]
    bigram: npt.NDArray[np.bool_]
    """Which of the terms are bigrams, (terms,)."""
    owner: npt.NDArray[np.int64]
    """The article that each text is of, (texts,)."""

    @classmethod
    def of(cls, texts: Iterable[tuple[int, str]]) -> Corpus:
        """Count the terms of texts, each given with the number of its article."""
        terms: dict[str, int] = {}
        owner, rows, columns, counts = (array("i") for _ in range(4))
        for row, (article, text) in enumerate(texts):
            owner.append(article)
            for term, count in Counter(index_terms(text)).items():
                rows.append(row)
                columns.append(terms.setdefault(term, len(terms)))
                counts.append(count)
        matrix = csc_matrix((np.asarray(counts, np.float32), (rows, columns)), shape=(len(owner), len(terms)))
        return cls(matrix, terms, np.array([term.startswith("~") for term in terms]), np.asarray(owner, np.int64))

    def places(self, asked: Sequence[Asked], numbers: Mapping[str, int], way: Way) -> npt.NDArray[np.int64]:
        """Return the place of each question's right article, 1 for the first; `numbers` are those of the articles."""
        kept = np.ones(len(self.terms), np.bool_) if way.bigrams else ~self.bigram
        length = np.asarray(self.counts @ kept.astype(np.float32)).ravel()
        norm = (way.k1 * (1 - way.b + way.b * length / length.mean())).astype(np.float32)
        found = []
        for each in asked:
            scores = self._scores(each.question, way, kept, norm)
            found.append(1 + int((scores > scores[numbers[each.article]]).sum()))
        return np.array(found)

    def _scores(self, question: str, way: Way, kept: npt.NDArray[np.bool_], norm: Scores) -> Scores:
        """Return the BM25 of every article, float32 (articles,)."""
        counts, texts = self.counts, len(self.owner)
        found = np.zeros(texts, np.float32)
        for term in dict.fromkeys(index_terms(question)):
            column = self.terms.get(term)
            if column is None or not kept[column]:
                continue
            where = slice(counts.indptr[column], counts.indptr[column + 1])
            rows, count = counts.indices[where], counts.data[where]
            rarity = math.log(1 + (texts - len(rows) + 0.5) / (len(rows) + 0.5))
            found[rows] += (
                rarity * (way.bigrams if self.bigram[column] else 1) * count * (way.k1 + 1) / (count + norm[rows])
            )
        best = np.zeros(self.owner.max() + 1, np.float32)
        np.maximum.at(best, self.owner, found)
        return best


def main() -> None:
    """Print a table of each file of questions."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("questions", type=Path, nargs="+", help="JSON lines with question and article")
    parser.add_argument("--archive", type=Path, required=True)
    parser.add_argument("--source", action="append", help="only questions of this source")
    args = parser.parse_args()
    with Archive.open(args.archive) as archive:
        articles = list(archive.articles())
        asked = {path.name: read_asked(read_records(path, args.source), archive) for path in args.questions}
    numbers = {article.id: at for at, article in enumerate(articles)}
    print(*heading(machine(), versions(("rjieba", "scipy"))), sep="\n")
    print(f"{len(articles)} articles\n")
    names = list(asked)
    print(f"{'':24}" + "".join(f"   {f'{name} ({len(asked[name])})':39}" for name in names))
    print(f"{'':24}" + "".join("".join(f"{f'R@{depth}':>7}" for depth in DEPTHS) + f"{'±':>7}" for _ in names))
    for unit, ways in groupby(WAYS, key=lambda way: (way.passages, way.head)):
        corpus = Corpus.of(_texts(articles, *unit))
        for way in ways:
            shares = [_row(corpus.places(asked[name], numbers, way)) for name in names]
            print(f"{way.name:24}" + "".join(shares), flush=True)


def _texts(articles: Iterable[Article], passages: bool, head: bool) -> Iterator[tuple[int, str]]:
    for number, article in enumerate(articles):
        if passages:
            for start, end in cut_passages(article.text):
                yield number, f"{article.headline if head else ''}\n{article.text[start:end]}"
        else:
            yield number, article.text if head else article.text[article.body_start :]


def _row(places: npt.NDArray[np.int64]) -> str:
    shares = "".join(f"{np.mean(places <= depth):7.3f}" for depth in DEPTHS)
    low, high = wilson(int((places == 1).sum()), len(places))
    return shares + f" ±{(high - low) / 2:.3f}"


if __name__ == "__main__":
    main()
