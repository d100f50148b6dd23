"""Text as index terms: folded, cut into words, with character bigrams for what no dictionary knows."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

__all__ = ["LATIN", "WORDS", "fold", "index_terms"]

WORDS = "rjieba search words and bigrams, 1"
"""Names the way `index_terms` cuts; another name where it cuts otherwise, so that no older index is taken for one."""

LATIN = re.compile(r"[a-z0-9]+(?:\.[0-9]+)?")
"""A Latin word or a number, in folded text."""
RUN = re.compile(rf"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+|{LATIN.pattern}")
LONGEST = 64
"""Longer Latin runs are cut: full-text engines drop overlong terms without a word."""


def fold(text: str) -> str:
    """Return `text` in half width and lower case, for comparing; the stored text stays as printed.

    >>> fold("ＡＨＫ中德　９５％")
    'ahk中德 95%'
    """
    return unicodedata.normalize("NFKC", text).lower()


def index_terms(text: str) -> list[str]:
    """Return the terms of `text` in order: words with the shorter words inside them, then character bigrams.

    Bigrams carry a mark, so that they never count as words. They find names that the dictionary cuts differently in
    the question and on the page.

    >>> index_terms("辣椒产业园3平方米")
    ['辣椒', '产业', '产业园', '3', '平方', '平方米', '~辣椒', '~椒产', '~产业', '~业园', '~平方', '~方米']
    """
    import rjieba

    words: list[str] = []
    bigrams: list[str] = []
    for match in RUN.finditer(fold(text)):
        run = match.group()
        if run.isascii():
            words.append(run[:LONGEST])
            continue
        words.extend(word for word in rjieba.cut_for_search(run) if len(word) > 1)
        if len(run) == 1:
            words.append(run)
        bigrams.extend(f"~{a}{b}" for a, b in pairwise(run))
    return words + bigrams
