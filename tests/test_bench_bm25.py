"""Ways of searching by words, compared: BM25 by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from bench.bm25 import Corpus, Way
from bench.retrieval import Asked

TEXTS = [(0, "大桥通车"), (0, "今日有雨"), (1, "大桥"), (2, "今日大桥今日")]


def asked(question: str, article: str) -> Asked:
    return Asked(question, article, None, "what")


def test_scores_are_those_of_the_formula() -> None:
    corpus = Corpus.of([(0, "今日大桥"), (1, "今日"), (2, "大桥大桥大桥")])
    way = Way("words")
    kept = ~corpus.bigram
    lengths = [2, 1, 3]
    norm = [way.k1 * (1 - way.b + way.b * length / 2) for length in lengths]
    rarity = math.log(1 + 1.5 / 2.5)
    by_hand = [rarity * 2.2 / (1 + norm[0]), 0.0, rarity * 3 * 2.2 / (3 + norm[2])]
    found = corpus._scores("大桥", way, kept, np.array(norm, np.float32))
    assert found.tolist() == pytest.approx(by_hand, rel=1e-5)


def test_an_article_counts_as_its_best_passage() -> None:
    corpus = Corpus.of(TEXTS)
    numbers = {"a": 0, "b": 1, "c": 2}
    places = corpus.places([asked("今日有雨", "a"), asked("大桥", "b"), asked("今日", "a")], numbers, Way("words"))
    assert places.tolist() == [1, 1, 2]


def test_bigrams_find_what_no_dictionary_knows() -> None:
    corpus = Corpus.of([(0, "王晓岚说"), (1, "李晓岚说"), (2, "晓王说岚")])
    numbers = {"a": 0}
    assert corpus.places([asked("王晓岚", "a")], numbers, Way("bigrams", bigrams=0.6)).tolist() == [1]
