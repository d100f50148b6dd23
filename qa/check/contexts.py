"""Contexts: what the sentence around a figure speaks of, and how much of it a text has.

Many firms grow by 5.2%. A figure is the paper's only where the paper speaks of the same thing: of most of the words of
the draft's sentence, and of every name in it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from qa.check.folding import fold_text
from qa.check.library import Library
from qa.ingest.passages import cut_sentences
from qa.retrieve.speech import pages_words

__all__ = ["Context", "Sentence", "context_of", "sentences_about"]

CONTENT = ("n", "v", "j", "l", "i", "s", "a", "x", "eng")
NAMES = ("nr", "nt", "ns", "nz", "eng")
"""Persons, organisations, places, makes."""
# 据新华社报道: who reports is not what is reported on.
REPORTED = re.compile(r"据[^，。；：]{1,30}?(?:报道|消息|介绍|统计|报|称|显示)")
OWN_CLAUSE = 2.0
"""How much more the words of a figure's own clause count."""
LEAST_RARITY = 0.1
ABOUT = 0.6
"""Share of the words of a sentence that an article needs to be about the same."""
IN_HEAD = 0.6
"""What a word counts that stands in the head of an article, for a sentence of it."""
ALIKE = 0.6
"""Share of the pairs of a longer name that stand for the name: 森源电气公司 for 河南森源电气股份有限公司."""
LONG_NAME = 4
SENTENCES = 8


@dataclass(frozen=True, slots=True)
class Context:
    """The folded words around a figure with their weights, and the names among them."""

    weights: dict[str, float]
    names: tuple[str, ...]

    def share(self, text: str, head: str = "") -> float:
        """Return the share of the words that folded `text` has, those that only `head` has counted for less."""
        total = sum(self.weights.values())
        held = sum(w * (1.0 if word in text else IN_HEAD * (word in head)) for word, w in self.weights.items())
        return held / total if total else 0.0

    def is_of(self, library: Library, number: str) -> bool:
        """Tell whether an article speaks of the same: it has most of the words, and every name."""
        return not self.lacking(library, number) and (
            not self.weights or self.share(library.folded(number).text) >= ABOUT
        )

    def lacking(self, library: Library, number: str) -> list[str]:
        """Return the names that an article lacks; its own newspaper's is none of them."""
        text = library.folded(number).text + fold_text(library.article(number).paper or "").text
        return [name for name in self.names if name not in text and not _stands_for(name, text)]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the paper, ``article.text[start:end]``, and the share of the words around a figure that it has."""

    article_id: str
    start: int
    end: int
    share: float


def context_of(library: Library, draft: str, sentence: tuple[int, int], clause: tuple[int, int]) -> Context:
    """Return what a sentence of `draft` speaks of; words are weighed by how rare the archive has them."""
    weights: dict[str, float] = {}
    names: dict[str, None] = {}
    at = sentence[0]
    reported = [match.span() for match in REPORTED.finditer(draft, *sentence)]
    for word, tag in pages_words(draft[slice(*sentence)]):
        start, at = at, at + len(word)
        if len(word) < 2 or not tag.startswith(CONTENT) or any(char.isdigit() for char in word):
            continue
        if any(first <= start < last for first, last in reported):
            continue
        plain = fold_text(word).text
        near = OWN_CLAUSE if clause[0] <= start < clause[1] else 1.0
        weights[plain] = max(weights.get(plain, 0.0), near * max(LEAST_RARITY, library.rarity(word)))
        if tag.startswith(NAMES) and plain:
            names[plain] = None
    return Context(weights, tuple(names))


def sentences_about(library: Library, context: Context, passages: Sequence[tuple[str, int, int]]) -> list[Sentence]:
    """Return the sentences of passages (article, start, end) that have most of the words of `context`, best first."""
    found: dict[tuple[str, int], Sentence] = {}
    for number, start, end in passages:
        article, folded = library.article(number), library.folded(number)
        head = folded.between(0, article.body_start).text
        for first, last in cut_sentences(article.text[start:end]):
            share = context.share(folded.between(start + first, start + last).text, head)
            found.setdefault((number, start + first), Sentence(number, start + first, start + last, share))
    return sorted(found.values(), key=lambda each: (-each.share, each.article_id, each.start))[:SENTENCES]


def _stands_for(name: str, text: str) -> bool:
    pairs = {a + b for a, b in pairwise(name)}
    return len(name) >= LONG_NAME and sum(pair in text for pair in pairs) >= ALIKE * len(pairs)
