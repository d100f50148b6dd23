"""Text as index terms: folded, cut into words, with character bigrams for what no dictionary knows."""

from __future__ import annotations

import re
from itertools import pairwise

from qa.index.fold import fold
from qa.index.numerals import values_in

__all__ = ["WORDS", "index_terms", "latin_terms"]

WORDS = "rjieba search words and bigrams, numbers by value, simplified, 2"
"""Names the way `index_terms` cuts; another name where it cuts otherwise, so that no older index is taken for one."""

LATIN = re.compile(r"[a-z0-9]+(?:\.[0-9]+)?")
"""A Latin word or a number, in folded text."""
RUN = re.compile(rf"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+|{LATIN.pattern}")
LONGEST = 64
"""Longer Latin runs are cut: full-text engines drop overlong terms without a word."""


def index_terms(text: str) -> list[str]:
    """Return the terms of `text`: words with the shorter words inside them, values of numbers, character bigrams.

    Bigrams carry a mark, so that they never count as words. They find names that the dictionary cuts differently in
    the question and on the page. A number written otherwise than as its value (四十一, 1.2万) is its value too.

    >>> index_terms("辣椒产业园3平方米")
    ['辣椒', '产业', '产业园', '3', '平方', '平方米', '~辣椒', '~椒产', '~产业', '~业园', '~平方', '~方米']
    """
    import rjieba

    words: list[str] = []
    bigrams: list[str] = []
    folded = fold(text)
    for match in RUN.finditer(folded):
        run = match.group()
        if run.isascii():
            words.append(run[:LONGEST])
            continue
        words.extend(word for word in rjieba.cut_for_search(run) if len(word) > 1)
        if len(run) == 1:
            words.append(run)
        bigrams.extend(f"~{a}{b}" for a, b in pairwise(run))
    return [*words, *values_in(folded), *bigrams]


def latin_terms(folded: str) -> list[str]:
    """Return the Latin words and numbers among the terms of a folded text, each as often as it occurs.

    >>> latin_terms("ahk的41条线、四十二条线")
    ['ahk', '41', '42']
    """
    return [*(word[:LONGEST] for word in LATIN.findall(folded)), *values_in(folded)]
