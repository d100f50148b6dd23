"""What made drafts are made of: sentences of an archive, their figures, who says them; and ways to change them.

Read off the pages by forms of its own, not by those of `qa.check`, which is what is measured.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from qa.retrieve.speech import pages_words

__all__ = [
    "Figure", "Held", "Said", "altered", "bracketed", "brief", "clauses", "figures_in", "other_number", "plain",
    "repunctuated", "respaced", "rivals_in", "shortened", "spelled", "splice", "spoken_in", "statements_in",
    "traditional", "whole_sentences",
]  # fmt: skip

SENTENCE = re.compile(r"(?<=[。！？\n])[^。！？\n“”‘’「」『』\"…（）()\[\]【】]{12,90}[。！？]")
CLAUSE = re.compile(r"[^，；]+[，；]?")
NUMERALS = "零〇一二两三四五六七八九十百千万亿几半"
RANGE = re.compile(r"[%％]?[-—~～至到]")
WORD = re.compile(rf"(?<![0-9.{NUMERALS}])(?![{NUMERALS}])[\u4e00-\u9fff](?![0-9{NUMERALS}])")
"""A character that is no part of a number and stands beside none: without 月, 9月16日 would be another figure."""
COUNTED = (
    "(?:多|余)?(?:万|亿|千|百)?"
    "(?:元|人|名|家|个|项|公里|平方米|吨|%|％|亩|台|套|条|场|次|位|户|件|公斤|千瓦|所|辆|岁|米|只|座|艘|株|起)"
)
FIGURE = re.compile(rf"(?<![0-9.．第A-Za-z—~～:：/、-])[0-9]+(?:\.[0-9]+)?(?={COUNTED})")
SAYS = r"(?:说|表示|介绍|指出|强调|认为|坦言|告诉记者)"
SPOKEN = re.compile(rf"(?<=[。！？”\n])([^，。“”：；！？\n（）]{{2,22}}?)({SAYS})[，：]“([^“”‘’\n（）…]{{14,150}})”")
STATED = re.compile(rf"(?<=[。！？”\n])([^，。“”：；！？\n（）]{{2,22}}?)({SAYS})，([^“”‘’。！？\n（）…]{{14,80}}。)")
# Characters that may take the place of any other without making a word of it.
PLACED = (
    "的了在是有和人这中大为上个国以到说时要就出会可也对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去法学如都同现当没动"
    "面起看定天分还进好小部其些主样理心她本前开但因只从想实"
)
GLOSSES = ("（注）", "（下同）", "（指该项工作）", "（编者注）", "［原文如此］", "（即前文所述）")
LIGATURES = str.maketrans({"，": ",", "；": ";", "：": ":", "、": "，", "！": "!", "？": "?", "%": "％"})
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
HAN_DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with what it counts: ``sentence[start:end]`` are its digits."""

    sentence: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Said:
    """What a page gives to a person: `speaker` as printed, with the title, and the bare name."""

    article: int
    speaker: str
    name: str
    verb: str
    words: str


class Held:
    """All words of an archive in one string, punctuation, spaces and width apart, to ask what it holds."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._all = "\n".join(map(plain, texts))

    def __contains__(self, words: str) -> bool:
        return plain(words) in self._all


def plain(text: str) -> str:
    """Return the letters, digits and signs of measure of `text`.

    >>> plain("他说：“ＡＢ，９5%。”")
    '他说ab95%'
    """
    return re.sub(r"[^\w%‰℃]", "", unicodedata.normalize("NFKC", text)).lower()


def whole_sentences(text: str) -> list[str]:
    """Return the sentences of an article that can be quoted as they are, without marks or brackets in them."""
    return SENTENCE.findall(text)


def clauses(sentence: str) -> list[str]:
    """Return the clauses of a sentence, each with its comma.

    >>> clauses("甲来了，乙走了。")
    ['甲来了，', '乙走了。']
    """
    return CLAUSE.findall(sentence)


def figures_in(text: str) -> list[Figure]:
    """Return the numbers with what they count in the quotable sentences of an article.

    >>> [f.sentence[f.start : f.end] for f in figures_in("去年。全市2023年第3次建成41条生产线，增长5.2%。")]
    ['41', '5.2']
    """
    return [
        Figure(sentence, *match.span()) for sentence in whole_sentences(text) for match in FIGURE.finditer(sentence)
    ]


def spoken_in(number: int, text: str) -> list[Said]:
    """Return what article `number` quotes of persons with a name."""
    return list(_said(SPOKEN, number, text))


def statements_in(number: int, text: str) -> list[Said]:
    """Return what article `number` reports of persons with a name, without quotation marks."""
    return list(_said(STATED, number, text))


def rivals_in(number: int, text: str) -> list[tuple[Said, str]]:
    """Return what article `number` quotes of a person, each beside the name of another who speaks in it too."""
    quoted = spoken_in(number, text)
    names = sorted({said.name for said in (*quoted, *statements_in(number, text))})
    return [(said, name) for said in quoted for name in names if name not in said.speaker and said.name not in name]


def _said(form: re.Pattern[str], number: int, text: str) -> Iterator[Said]:
    for match in form.finditer(text):
        *title, (name, tag) = pages_words(match[1])
        if tag == "nr" and 2 <= len(name) <= 3 and all(t.startswith(("n", "b", "j")) for _, t in title):
            yield Said(number, match[1], name, match[2], match[3])


# --- the same words in another guise ---


def repunctuated(words: str, chance: random.Random) -> str:
    """Write punctuation, and at times digits, in another way, and leave out what ends the words."""
    parts = re.split(r"(?<=[0-9])([，、])(?=[0-9])", words)  # 5，000 would be another number with a comma
    out = "".join(part if at % 2 else part.translate(LIGATURES) for at, part in enumerate(parts))
    out = out.translate(WIDE) if chance.random() < 0.3 else out
    return out.rstrip("。！？!?") if chance.random() < 0.7 else out


def respaced(words: str, chance: random.Random) -> str:
    """Put spaces between characters, none inside numbers and Latin words."""
    places = [at for at in range(1, len(words)) if not words[at - 1 : at + 1].isascii()]
    for at in sorted(chance.sample(places, min(len(places), chance.randint(1, 4))), reverse=True):
        words = words[:at] + chance.choice((" ", "　", "  ")) + words[at:]
    return words


def traditional(words: str, _: random.Random) -> str:
    """Write `words` in traditional characters."""
    return str(_converter().convert(words))


def shortened(words: str, chance: random.Random) -> str | None:
    """Leave out a clause in the middle where an ellipsis says so; None for words too short for it."""
    parts = clauses(words)
    middle = [at for at in range(1, len(parts) - 1) if len("".join(parts[:at])) > 7 < len("".join(parts[at + 1 :]))]
    if not middle:
        return None
    at = chance.choice(middle)
    return "".join(parts[:at]) + chance.choice(("……", "…", "......")) + "".join(parts[at + 1 :])


def bracketed(words: str, chance: random.Random) -> str:
    """Put a gloss in brackets behind a clause."""
    parts = clauses(words)
    number = chance.randrange(len(parts))
    at = len("".join(parts[:number])) + len(parts[number].rstrip("，；。！？"))
    return words[:at] + chance.choice(GLOSSES) + words[at:]


def spelled(words: str, _: random.Random) -> str | None:
    """Write the first number under a hundred in Chinese numerals; None where there is none.

    >>> spelled("增长95%，共12家。", random.Random(1))
    '增长百分之九十五，共12家。'
    """
    for match in FIGURE.finditer(words):
        if "." in match[0] or not 10 < int(match[0]) < 100 or words[match.end() :][:1] in "多余万亿千百":
            continue
        if RANGE.match(words, match.end()):
            continue
        tens, ones = divmod(int(match[0]), 10)
        han = (HAN_DIGITS[tens] if tens > 1 else "") + "十" + (HAN_DIGITS[ones] if ones else "")
        of = words[match.end()] in "%％"
        return words[: match.start()] + ("百分之" if of else "") + han + words[match.end() + of :]
    return None


# --- other words ---


def altered(words: str, chance: random.Random) -> str:
    """Change, leave out or put in one to four characters; numbers stay."""
    for _ in range(chance.randint(1, 4)):
        places = [match.start() for match in WORD.finditer(words)]
        at = chance.choice(places)
        new = chance.choice([char for char in PLACED if char != words[at]])
        way = chance.random()
        if way < 0.6:
            words = words[:at] + new + words[at + 1 :]
        elif way < 0.8:
            words = words[:at] + words[at + 1 :]
        else:
            words = words[:at] + new + words[at:]
    return words


def other_number(figure: Figure, chance: random.Random) -> Figure:
    """Change one digit of a figure."""
    digits = figure.sentence[figure.start : figure.end]
    at = chance.choice([i for i, char in enumerate(digits) if char.isdigit()])
    new = chance.choice([d for d in "0123456789" if d != digits[at] and (d != "0" or at)])
    changed = figure.sentence[: figure.start + at] + new + figure.sentence[figure.start + at + 1 :]
    return Figure(changed, figure.start, figure.end)


def brief(figure: Figure) -> Figure:
    """Leave of a sentence, or of its part between semicolons, the first clause and that of the figure.

    >>> short = brief(Figure("该市去年提速，投资增加，建成41条，覆盖各县。", 14, 16))
    >>> short.sentence, short.sentence[short.start : short.end]
    ('该市去年提速，建成41条。', '41')
    """
    cut = figure.sentence.rfind("；", 0, figure.start) + 1
    figure = Figure(figure.sentence[cut:], figure.start - cut, figure.end - cut)
    at = 0
    parts = clauses(figure.sentence)
    for number, part in enumerate(parts):
        if at <= figure.start < at + len(part):
            lead = parts[0] if number else ""
            start = len(lead) + figure.start - at
            text = lead + part.rstrip("，；。！？") + "。"
            return Figure(text, start, start + figure.end - figure.start)
        at += len(part)
    raise ValueError(f"no clause of {figure.sentence} has the figure")


def splice(one: str, other: str) -> str | None:
    """Join the beginning of a sentence and the end of another at a comma; None where neither part would weigh enough.

    >>> splice("全市经济持续稳定恢复，各项工作有序。", "他认为，旅游市场的热度还会上升。")
    '全市经济持续稳定恢复，旅游市场的热度还会上升。'
    """
    heads = ["".join(clauses(one)[:n]) for n in range(1, len(clauses(one)))]
    tails = ["".join(clauses(other)[n:]) for n in range(1, len(clauses(other)))]
    pairs = [(a, b) for a in heads for b in tails if len(a) > 9 < len(b) and 0.6 < len(a) / len(b) < 1.7]
    return "".join(pairs[0]) if pairs else None


@cache
def _converter() -> Any:
    import opencc

    return opencc.OpenCC("s2t")
