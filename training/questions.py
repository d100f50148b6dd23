"""Make questions from sentences of the news: a figure, a day or a speaker becomes the question word.

    >>> import random
    >>> make_question("截至9月底，全市新建充电桩1200个，服务车主3万人次。", random.Random(1))
    Made(question='截至9月底全市新建充电桩多少个？', start=15, end=20)

The words of such a question stand in its passage, which a model could learn to rely on; so some of them are left out,
and real questions make up most of what is trained on.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["Made", "make_question"]

NUMBER = re.compile(
    r"(?:约|近|超过|超|逾|达)?(?P<value>\d[\d,.]*(?:\.\d+)?)(?P<size>[百千万亿]*[多余]?)"
    r"(?P<unit>%|％|个百分点|平方公里|平方米|公里|千米|米|吨|公斤|万千瓦|千瓦时|度|亩|公顷|美元|欧元|元|人次|人|名|位|家|个|台|辆|架|艘|座|栋|套|户|所|"
    r"条|项|件|起|场|次|部|只|头|棵|株|岁|天|小时|分钟|种|类|款|份|张|届|支)"
)
DAY = re.compile(r"(?:(?:19|20)\d\d年)?\d{1,2}月(?:\d{1,2}日|底|初|中旬|上旬|下旬)")
SPEAKER = re.compile(
    r"(?P<who>(?:[\u4e00-\u9fff]{2,12}(?:长|任|员|师|授|人|家|官|席|理))?[\u4e00-\u9fff]{2,4})(?=(?:表示|指出|强调|介绍|认为|透露|说)[，：:])"
)
CLAUSE_END = re.compile(r"[，；。！？：:]")
DAY_WORDS = ("什么时候", "哪天", "何时")
SHORTEST, LONGEST = 8, 60
LEFT_OUT = 0.2
"""Share of the words beside the question word that are dropped."""


@dataclass(frozen=True, slots=True)
class Made:
    """A question and where its answer stands: ``sentence[start:end]``."""

    question: str
    start: int
    end: int


def make_question(sentence: str, dice: random.Random) -> Made | None:
    """Return a question that `sentence` answers, or None where nothing in it can be asked for."""
    ways = [way for way in (_number, _day, _speaker) if way(sentence, dice)]
    if not ways:
        return None
    found = dice.choice(ways)(sentence, dice)
    if found is None:
        return None
    start, end, word = found
    before, after = _around(sentence, start, end)
    asked = _thin(before, dice) + word + _thin(after, dice)
    asked = re.sub(r"[，。；：:！？“”‘’（）()\s]+", "", asked)
    return Made(asked + "？", start, end) if SHORTEST <= len(asked) <= LONGEST else None


Found = tuple[int, int, str]
Way = Callable[[str, random.Random], Found | None]


def _number(sentence: str, dice: random.Random) -> Found | None:
    match = _any(NUMBER, sentence, dice)
    if not match:
        return None
    unit = match["unit"]
    word = "百分之多少" if unit in "%％" else f"多少{unit}"
    return match.start(), match.end(), word


def _day(sentence: str, dice: random.Random) -> Found | None:
    match = _any(DAY, sentence, dice)
    return (match.start(), match.end(), dice.choice(DAY_WORDS)) if match else None


def _speaker(sentence: str, dice: random.Random) -> Found | None:
    match = _any(SPEAKER, sentence, dice)
    return (match.start(), match.end(), "谁") if match else None


def _any(pattern: re.Pattern[str], sentence: str, dice: random.Random) -> re.Match[str] | None:
    matches = list(pattern.finditer(sentence))
    return dice.choice(matches) if matches else None


def _around(sentence: str, start: int, end: int) -> tuple[str, str]:
    """Return the words of the answer's clause before and after it, with the clause before where there is little."""
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
