"""Text folded for comparing: what may differ between a quotation and its source is gone, each number is one sign.

Left are the words. Width, letter case and traditional characters are made equal, white space and punctuation are left
out, and each number, however it is written, is the one sign `NUMBER` with its value kept beside. So 九十五 and 95,
百分之九十五 and 95%, 1.2万 and 12000 are equal, and a text whose numbers alone differ has the same folded text. Every
folded character knows where it stands in the text it came from.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass

from qa.index.fold import fold
from qa.index.numerals import DIGITS, number_value, scaled

__all__ = ["NUMBER", "Folded", "fold_text"]

NUMBER = "#"
"""Stands for any number; the character itself is punctuation, so nothing else folds to it."""
HAN = "零〇○一二两三四五六七八九十百千万亿"
HAN_DIGIT = "零〇○一二三四五六七八九"
# A blank inside a number is the work of whatever took the text off a page.
ARABIC = r"[0-9]+(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\ [0-9]+)*(?:\ ?\.[0-9]+(?:\ [0-9]+)*)?"
TOKEN = re.compile(
    rf"""
    (?P<part>[百千])分之(?P<of>{ARABIC}|[{HAN}]+(?:点[{HAN_DIGIT}]+)?)  # 百分之九十五, 千分之3
    | (?P<tenths>[一二三四五六七八九])成(?=以上|以下|左右|多)                # 九成以上
    | (?P<arabic>{ARABIC})(?P<times>(?:\ ?[百千万亿])+)?              # 1,200 and 1.2万, also 1.2 万
    | (?P<decimal>[{HAN}]+点[{HAN_DIGIT}]+(?=[万亿]))(?P<myriads>[万亿]+)  # 三点五亿, but no 八点一刻
    | (?P<han>[{HAN}]+(?:\ {{1,2}}[{HAN}]+)*)
    | (?P<mark>(?<=[0-9])[-:/](?=[0-9])|(?<![^\W_])(?<![%‰℃])-(?=[0-9])) # 3-5, 8:30, 2023/24, -5℃; not 7%-8%
    | (?P<words>(?:(?![{HAN}0-9])[^\W_]|[%‰℃°$¥€£])+)
    """,
    re.VERBOSE,
)
# A dash of any length between figures says "from … to".
DASHES = re.compile(r"(?<=[0-9])[—–‒―−~〜]+(?=[0-9])")


@dataclass(frozen=True, slots=True)
class Folded:
    """The folded form of a text; character `i` came from ``text[starts[i]:ends[i]]`` of it."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    values: Mapping[int, str]
    """The value of each `NUMBER`, by its place: a decimal without needless zeros, or as written where it has none."""

    def __len__(self) -> int:
        return len(self.text)

    def between(self, start: int, end: int) -> Folded:
        """Return what ``text[start:end]`` of the original folds to; its offsets still count in the whole.

        >>> fold_text("他说：“建成41条生产线。”").between(4, 12).text
        '建成#条生产线'
        """
        first, last = bisect_left(self.starts, start), bisect_left(self.starts, end)
        values = {at - first: value for at, value in self.values.items() if first <= at < last}
        return Folded(self.text[first:last], self.starts[first:last], self.ends[first:last], values)

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Return where folded characters `first` to before `last` stand in the original, half-open; not for none."""
        return self.starts[first], self.ends[last - 1]


def fold_text(text: str) -> Folded:
    """Fold `text`, of a draft or an article.

    >>> folded = fold_text("約９５％、“百分之九十五”；1.2 萬 人")
    >>> folded.text, folded.values
    ('约#%#%#人', {1: '95', 3: '95', 5: '12000'})
    >>> folded.span(3, 5)
    (6, 12)
    """
    plain = DASHES.sub(lambda found: "-" * len(found[0]), fold(text))
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    values: dict[int, str] = {}
    for token in TOKEN.finditer(plain):
        start, end = token.span()
        if token.lastgroup == "words":
            parts.append(token[0])
            starts.extend(range(start, end))
            ends.extend(range(start + 1, end + 1))
            continue
        if token.lastgroup == "mark":
            parts.append(token[0])
        else:
            values[len(starts)] = _value(token)
            parts.append(NUMBER)
        starts.append(start)
        ends.append(end)
        if token["part"] or token["tenths"]:
            parts.append("‰" if token["part"] == "千" else "%")
            starts.append(end - 1)
            ends.append(end)
    return Folded("".join(parts), tuple(starts), tuple(ends), values)


def _value(token: re.Match[str]) -> str:
    if token["part"]:
        return number_value(token["of"])
    if token["tenths"]:
        return str(10 * DIGITS[token["tenths"]])
    if token["han"]:
        return number_value(token["han"])
    written, times = (token["arabic"], token["times"]) if token["arabic"] else (token["decimal"], token["myriads"])
    value = number_value(written)
    return scaled(value, times) if times else value
