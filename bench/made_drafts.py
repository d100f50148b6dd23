"""Made drafts: report prose that quotes an archive, rightly and wrongly, and knows which is which.

Each is made of what the archive holds, and of sentences of other sources that it does not hold; the same seed gives the
same drafts. What is called unchanged stands in an article character for character, punctuation, spaces, width and kind
of characters apart; what is called changed stands in none.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bench.made_claims import (
    Figure,
    Held,
    Said,
    altered,
    bracketed,
    brief,
    clauses,
    figures_in,
    other_number,
    repunctuated,
    respaced,
    rivals_in,
    shortened,
    spelled,
    splice,
    spoken_in,
    statements_in,
    traditional,
    whole_sentences,
)
from qa.check.findings import ALTERED, CONSISTENT, OTHER_NUMBER, OTHER_SPEAKER, UNFOUND

__all__ = ["Item", "MadeDraft", "Maker"]

ITEMS = 12
"""Claims a draft."""
SHARES = {CONSISTENT: 45, ALTERED: 15, OTHER_NUMBER: 16, OTHER_SPEAKER: 8, UNFOUND: 16}
"""How many of a hundred claims are of each kind."""
GUISES = {
    "punctuation": repunctuated,
    "spaces": respaced,
    "traditional": traditional,
    "ellipsis": shortened,
    "brackets": bracketed,
    "numerals": spelled,
}
MARKS = (*(("“", "”"),) * 6, ("「", "」"), ("『", "』"), ('"', '"'), ("‘", "’"))
CLOSED = frozenset(closed for _, closed in MARKS)
"""Behind these comes no other claim at once: “……”某人说 would be read as one."""
BRIEF = 16
"""Characters that a sentence cut short needs to be told from others."""
TITLES = ("有关情况的报告", "近期工作情况汇总", "调研材料", "情况反映")
FILLERS = (
    "现将有关情况梳理如下。", "这一做法引起了关注。", "从各地反映看，总体情况较好。", "下一步还要结合实际抓好落实。",
    "需要看到，困难仍然不少。", "有关方面正在推进后续工作。", "综合各方面情况，形势稳中向好。", "这些经验值得借鉴。",
    "对此应当持续跟踪。", "基层同志对此感受很深。", "相关部署已经展开。", "从长远看，基础还要进一步打牢。",
)  # fmt: skip
BARE = (
    "报道提到{q}。",
    "正如报上所写，{q}。",
    "其中写道：{q}",
    "材料中{q}的表述值得重视。",
    "原文是：{q}",
    "所谓{q}，即由此而来。",
)
GIVEN = ("{s}{v}：{q}", "{s}{v}，{q}。", "{q}，{s}{v}。", "{q}{s}{v}。")
FIGURES = ("{f}", "据报道，{f}", "有关情况显示：{f}")
PASSES = 3
"""How often the articles are gone through for one kind of material before it is given up."""
TRIES = 200
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Item:
    """A claim of a draft, ``text[start:end]``, with the verdict that is true and the way it was made."""

    start: int
    end: int
    verdict: str
    way: str


@dataclass(frozen=True, slots=True)
class MadeDraft:
    """A draft and all claims put into it, by place."""

    text: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of prose with one claim in it, ``prose[start:end]``."""

    prose: str
    start: int
    end: int
    way: str


class Maker:
    """Make drafts of the `articles` of an archive and of `others`, texts that are not in it."""

    def __init__(self, articles: Sequence[str], others: Iterable[str], *, seed: int) -> None:
        self._chance = random.Random(seed)
        self._articles = articles
        self._held = Held(articles)
        self._sentences = self._drawn(articles, lambda _, text: whole_sentences(text))
        self._figures = self._drawn(articles, lambda _, text: figures_in(text))
        self._spoken = self._drawn(articles, spoken_in)
        self._rivals = self._drawn(articles, rivals_in)
        self._statements = self._drawn(articles, statements_in)
        self._others = self._drawn(list(dict.fromkeys(others)), lambda _, text: whole_sentences("\n" + text))
        self._made: dict[str, Sequence[Callable[[], _Piece | None]]] = {
            CONSISTENT: (
                *(self._same,) * 6, self._right_speaker, self._right_speaker, self._right_statement, self._right_figure,
                self._right_brief,
            ),
            ALTERED: (self._altered, self._altered, self._altered_speech),
            OTHER_NUMBER: (self._number_in_quote, self._number_in_quote, self._free_number, self._free_brief),
            OTHER_SPEAKER: (self._other_speaker, self._rival, self._other_statement),
            UNFOUND: (self._invented, self._invented, self._spliced),
        }  # fmt: skip

    def drafts(self, count: int) -> Iterator[MadeDraft]:
        """Yield `count` drafts of about a thousand characters."""
        for _ in range(count):
            yield self._draft()

    def _draft(self) -> MadeDraft:
        chance = self._chance
        parts = [chance.choice(TITLES), "\n\n"]
        items: list[Item] = []
        length = sum(map(len, parts))
        for number in range(ITEMS):
            verdict = chance.choices(list(SHARES), list(SHARES.values()))[0]
            piece = self._piece(verdict)
            parted = number and (parts[-1][-1] in CLOSED or chance.random() < 0.4)
            lead = ("\n" if number and number % 3 == 0 else "") + (chance.choice(FILLERS) if parted else "")
            items.append(Item(length + len(lead) + piece.start, length + len(lead) + piece.end, verdict, piece.way))
            parts += [lead, piece.prose]
            length += len(lead) + len(piece.prose)
        return MadeDraft("".join(parts), tuple(items))

    def _piece(self, verdict: str) -> _Piece:
        ways = self._made[verdict]
        for _ in range(TRIES):
            if piece := self._chance.choice(ways)():
                return piece
        raise ValueError(f"the archive has nothing to make {verdict} of; give it more articles")

    def _drawn(self, texts: Sequence[str], found: Callable[[int, str], Sequence[T]]) -> Iterator[T]:
        """Yield one of what is `found` in each text, the texts in an order of its own, several times over."""
        chance = random.Random(self._chance.random())
        order = list(range(len(texts)))
        for _ in range(PASSES):
            chance.shuffle(order)
            for number in order:
                if choices := found(number, texts[number]):
                    yield chance.choice(choices)
        raise ValueError("the archive has too few articles for so many drafts")

    # --- unchanged ---

    def _same(self) -> _Piece | None:
        words = next(self._sentences)
        way = self._chance.choice(("plain", "clause", *GUISES))
        if way == "clause":
            words = max(clauses(words), key=len).rstrip("，；。！？")
            return self._quoted(words, way) if len(words) >= 8 else None
        if way in GUISES:
            written = GUISES[way](words, self._chance)
            return self._quoted(written, way) if written else None
        return self._quoted(words, way)

    def _right_speaker(self) -> _Piece:
        said = next(self._spoken)
        return self._given(said.words, self._chance.choice((said.name, said.speaker)), said.verb, "speaker")

    def _right_statement(self) -> _Piece:
        said = next(self._statements)
        return _statement(said, said.speaker, "statement")

    def _right_figure(self) -> _Piece:
        return self._in_prose(next(self._figures), "figure")

    def _right_brief(self) -> _Piece | None:
        short = brief(next(self._figures))
        return self._in_prose(short, "figure, brief") if len(short.sentence) > BRIEF else None

    # --- changed ---

    def _altered(self) -> _Piece | None:
        words = altered(next(self._sentences), self._chance)
        return None if words in self._held else self._quoted(words, "changed")

    def _altered_speech(self) -> _Piece | None:
        said = next(self._spoken)
        words = altered(said.words, self._chance)
        return None if words in self._held else self._given(words, said.name, said.verb, "changed, speaker")

    def _number_in_quote(self) -> _Piece | None:
        figure = other_number(next(self._figures), self._chance)
        return None if figure.sentence in self._held else self._quoted(figure.sentence, "number in quote")

    def _free_number(self) -> _Piece | None:
        figure = other_number(next(self._figures), self._chance)
        return None if figure.sentence in self._held else self._in_prose(figure, "free number")

    def _free_brief(self) -> _Piece | None:
        figure = brief(other_number(next(self._figures), self._chance))
        known = clauses(figure.sentence)[-1] in self._held
        return None if known or len(figure.sentence) <= BRIEF else self._in_prose(figure, "free number, brief")

    def _rival(self) -> _Piece:
        said, other = next(self._rivals)
        return self._given(said.words, other, said.verb, "speaker of the same article")

    def _other_speaker(self) -> _Piece | None:
        said = next(self._spoken)
        other = self._stranger(said)
        return self._given(said.words, other, said.verb, "speaker of another article") if other else None

    def _other_statement(self) -> _Piece | None:
        said = next(self._statements)
        other = self._stranger(said)
        return _statement(said, other, "statement, another speaker") if other else None

    def _stranger(self, said: Said) -> str | None:
        """Return someone whom the article does not name."""
        other = next(self._spoken)
        return None if other.name in self._articles[said.article] else self._chance.choice((other.name, other.speaker))

    # --- invented ---

    def _invented(self) -> _Piece | None:
        words = next(self._others)
        if words in self._held:
            return None
        if self._chance.random() < 0.4:
            said = next(self._spoken)
            return self._given(words, said.speaker, said.verb, "invented, speaker")
        return self._quoted(words, "invented")

    def _spliced(self) -> _Piece | None:
        words = splice(next(self._sentences), next(self._sentences))
        return None if words is None or words in self._held else self._quoted(words, "spliced")

    # --- in prose ---

    def _quoted(self, words: str, way: str) -> _Piece:
        return self._framed(self._chance.choice(BARE), words, way)

    def _given(self, words: str, speaker: str, verb: str, way: str) -> _Piece:
        verb = "说" if verb == "告诉记者" else verb
        return self._framed(self._chance.choice(GIVEN).replace("{s}", speaker).replace("{v}", verb), words, way)

    def _framed(self, frame: str, words: str, way: str) -> _Piece:
        opened, closed = self._chance.choice(MARKS)
        before, after = frame.split("{q}")
        if after[:1] in ("，", "的") or (after == "。" and self._chance.random() < 0.5):
            words = words.rstrip("。")
        return _Piece(f"{before}{opened}{words}{closed}{after}", len(before) + 1, len(before) + 1 + len(words), way)

    def _in_prose(self, figure: Figure, way: str) -> _Piece:
        before, after = self._chance.choice(FIGURES).split("{f}")
        return _Piece(f"{before}{figure.sentence}{after}", len(before) + figure.start, len(before) + figure.end, way)


def _statement(said: Said, speaker: str, way: str) -> _Piece:
    before = f"{speaker}{said.verb}，"
    return _Piece(before + said.words, len(before), len(before) + len(said.words), way)
