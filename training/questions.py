"""Make questions from sentences of the news: a question word, which in Chinese stays in place, for what they tell.

For a figure, a day, a speaker, a person, a list, a reason, or for how something is to be done.

    >>> import random
    >>> make_question("截至9月底，全市新建充电桩1200个，服务车主3万人次。", random.Random(1), ("number",))
    Made(kind='number', question='截至9月底全市新建充电桩多少个？', start=15, end=20)

The words of such a question stand in its passage, which a model could learn to rely on; so some of them are left out,
and real questions make up most of what is trained on.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from qa.answer.lists import lists_in
from qa.retrieve.speech import pages_words

__all__ = ["KINDS", "Made", "make_question"]

NUMBER = re.compile(
    r"(?:约|近|超过|超|逾|达)?(?P<value>\d[\d,.]*(?:\.\d+)?)(?P<size>[百千万亿]*[多余]?)"
    r"(?P<unit>%|％|个百分点|平方公里|平方米|公里|千米|米|吨|公斤|万千瓦|千瓦时|度|亩|公顷|美元|欧元|元|人次|人|名|位|家|个|台|辆|架|艘|座|栋|套|户|所|"
    r"条|项|件|起|场|次|部|只|头|棵|株|岁|天|小时|分钟|种|类|款|份|张|届|支)"
)
DAY = re.compile(r"(?:(?:19|20)\d\d年)?\d{1,2}月(?:\d{1,2}日|底|初|中旬|上旬|下旬)")
SPEAKER = re.compile(
    r"(?P<who>(?:[\u4e00-\u9fff]{2,12}(?:长|任|员|师|授|人|家|官|席|理))?[\u4e00-\u9fff]{2,4})(?=(?:表示|指出|强调|介绍|认为|透露|说)[，：:])"
)
MORE = re.compile(
    r"等(?:(?:\d{1,3}|[一二两三四五六七八九十]{1,3})[个家位名项种类条所座部]?)?(?P<noun>[\u4e00-\u9fff]{2,8})"
)
REASON = re.compile(r"(?:因为|由于|受)(?P<why>[^，。；]{4,40}?)(?:影响)?，(?P<then>[^。；]{6,50})")
AIM = re.compile(r"(?P<deed>[^，。；]{6,50})，?(?:旨在|是为了|目的是|以便)(?P<aim>[^。；]{6,80})")
MANNER = re.compile(r"(?:^|[，；])要(?P<deed>[\u4e00-\u9fff]{4,16})，(?P<how>[^。；]{12,160})")
CLAUSE_END = re.compile(r"[，；。！？：:]")
DAY_WORDS = ("什么时候", "哪天", "何时")
ASKING_HOW = ("怎样", "如何", "怎么")
SHORTEST, LONGEST = 8, 60
LEFT_OUT = 0.2
"""Share of the words beside the question word that are dropped."""


@dataclass(frozen=True, slots=True)
class Made:
    """A question of a kind and where its answer stands: ``sentence[start:end]``."""

    kind: str
    question: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for, ``sentence[start:end]``, and the question word that stands for ``sentence[from_:to]``."""

    start: int
    end: int
    word: str
    from_: int
    to: int


Way = Callable[[str, random.Random], Asked | None]


def make_question(sentence: str, dice: random.Random, kinds: Sequence[str] | None = None) -> Made | None:
    """Return a question of one of `kinds`, or of any, that `sentence` answers; None where nothing can be asked for."""
    possible = [kind for kind in kinds or KINDS if KINDS[kind](sentence, dice)]
    if not possible:
        return None
    kind = dice.choice(possible)
    found = KINDS[kind](sentence, dice)
    if found is None:
        return None
    before, after = _around(sentence, found)
    asked = _thin(before, dice) + found.word + _thin(after, dice)
    asked = re.sub(r"[，。；：:！？“”‘’（）()\s]+", "", asked)
    return Made(kind, asked + "？", found.start, found.end) if SHORTEST <= len(asked) <= LONGEST else None


def _number(sentence: str, dice: random.Random) -> Asked | None:
    match = _any(NUMBER, sentence, dice)
    if not match:
        return None
    unit = match["unit"]
    return _in_place(match.start(), match.end(), "百分之多少" if unit in "%％" else f"多少{unit}")


def _day(sentence: str, dice: random.Random) -> Asked | None:
    match = _any(DAY, sentence, dice)
    return _in_place(match.start(), match.end(), dice.choice(DAY_WORDS)) if match else None


def _speaker(sentence: str, dice: random.Random) -> Asked | None:
    match = _any(SPEAKER, sentence, dice)
    return _in_place(match.start(), match.end(), "谁") if match else None


def _person(sentence: str, dice: random.Random) -> Asked | None:
    """Ask for someone who does something; their title goes, or stays in the question: 哪位副省长."""
    words = pages_words(sentence)
    ends = [0]
    for word, _ in words:
        ends.append(ends[-1] + len(word))
    found = [
        at
        for at, (word, tag) in enumerate(words[:-1])
        if tag == "nr" and 2 <= len(word) <= 4 and words[at + 1][1][0] in "vlp" and words[at + 1][1] != "vn"
    ]
    if not found:
        return None
    at = dice.choice(found)
    first = at
    while first > 0 and words[first - 1][1][0] in "njbs":
        first -= 1
    title = words[at - 1][0] if first < at else ""
    word = f"哪位{title}" if title and dice.random() < 0.4 else dice.choice(("谁", "由谁") if first == 0 else ("谁",))
    return Asked(ends[at], ends[at + 1], word, ends[first], ends[at + 1])


def _list(sentence: str, dice: random.Random) -> Asked | None:
    spans = list(lists_in(sentence))
    if not spans:
        return None
    start, end = dice.choice(spans)
    more = MORE.match(sentence, end)
    noun = _noun(more["noun"]) if more else ""
    to = more.start("noun") + len(noun) if more and noun else end
    if not noun:
        tags = [tag for _, tag in pages_words(sentence[start:end]) if tag != "x"]
        if all(tag == "nr" for tag in tags):
            noun = "人"
        elif all(tag == "ns" for tag in tags):
            noun = "地方"
        elif sentence[start] not in "《“":
            return None
    return Asked(start, end, f"哪些{noun}", start, to)


def _why(sentence: str, dice: random.Random) -> Asked | None:
    reason, aim = REASON.search(sentence), AIM.search(sentence)
    if reason and (not aim or dice.random() < 0.5):
        return Asked(*reason.span("why"), "为什么", reason.start(), reason.start("then"))
    if aim:
        return Asked(*aim.span("aim"), dice.choice(("是为了什么", "目的是什么")), aim.end("deed"), aim.end())
    return None


def _how(sentence: str, dice: random.Random) -> Asked | None:
    match = _any(MANNER, sentence, dice)
    if not match:
        return None
    deed = match.start("deed")
    return Asked(*match.span("how"), dice.choice(ASKING_HOW), deed - len("要"), deed)


KINDS: dict[str, Way] = {
    "number": _number,
    "day": _day,
    "speaker": _speaker,
    "person": _person,
    "list": _list,
    "why": _why,
    "how": _how,
}


def _in_place(start: int, end: int, word: str) -> Asked:
    return Asked(start, end, word, start, end)


def _any(pattern: re.Pattern[str], sentence: str, dice: random.Random) -> re.Match[str] | None:
    matches = list(pattern.finditer(sentence))
    return dice.choice(matches) if matches else None


def _noun(text: str) -> str:
    """Return the noun, of one word or two, that a text begins with, or nothing."""
    noun = ""
    for at, (word, tag) in enumerate(pages_words(text)[:2]):
        if tag != "n" and (at or tag not in ("vn", "nz")):
            break
        noun += word
    return noun


def _around(sentence: str, found: Asked) -> tuple[str, str]:
    """Return the words of the answer's clause before and after it, with the clause before where there is little."""
    start, end = found.from_, found.to
    ends = [match.start() for match in CLAUSE_END.finditer(sentence)]
    closing = next((at for at in ends if at >= end), len(sentence))
    opening = [0, *(at + 1 for at in ends if at < start)]
    first = opening[-1]
    if closing - first - (end - start) < SHORTEST + 4 and len(opening) > 1:
        first = opening[-2]
    if sentence[start:end].isalpha() and closing - end < SHORTEST:  # a speaker: what was said stands behind the comma
        closing = next((at for at in ends if at > closing), len(sentence))
    return sentence[first:start], sentence[end:closing]


def _thin(text: str, dice: random.Random) -> str:
    import rjieba

    return "".join(word for word in rjieba.cut(text) if dice.random() >= LEFT_OUT)
