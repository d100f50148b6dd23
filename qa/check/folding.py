"""Text folded for comparing: what may differ between a quotation and its source is gone, each number is one sign.

Left are the words. Width, letter case and traditional characters are made equal, white space and punctuation are left
out, and each number, however it is written, is the one sign `NUMBER` with its value kept beside. So 九十五 and 95,
百分之九十五 and 95%, 1.2万 and 12000 are equal, and a text whose numbers alone differ has the same folded text. Every
folded character knows where it stands in the text it came from.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

__all__ = ["NUMBER", "Folded", "fold_text", "number_value", "simplified", "traditional"]

NUMBER = "#"
"""Stands for any number; the character itself is punctuation, so nothing else folds to it."""
DIGITS = dict(zip("零〇○一二两三四五六七八九", (0, 0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
UNITS = {"十": 10, "百": 100, "千": 1000}
MYRIADS = {"万": 10**4, "亿": 10**8}
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
# What OpenCC leaves open, because one of the two meanings is written so in simplified texts too.
OPEN_VARIANTS = {"著": "着", "乾": "干", "藉": "借", "瞭": "了", "祇": "只", "馀": "余", "麽": "么"}


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
    plain = DASHES.sub(lambda found: "-" * len(found[0]), simplified(text).translate(_VARIANTS).translate(_WIDTH))
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


def simplified(text: str) -> str:
    """Return `text` in simplified characters, as many as before.

    >>> simplified("許昌乾隆著名，髮型後面")
    '许昌乾隆著名，发型后面'
    """
    return _converted(text, "t2s")


def traditional(text: str) -> str:
    """Return `text` in traditional characters, as many as before.

    >>> traditional("国家发展")
    '國家發展'
    """
    return _converted(text, "s2t")


def number_value(written: str) -> str:
    """Return the value of a number in digits or Chinese numerals; as written where it has no single value.

    >>> [number_value(n) for n in ("1,200.50", "9 7", "二〇二三", "一百零五", "十", "三亿五千万", "两", "三四十")]
    ['1200.5', '97', '2023', '105', '10', '350000000', '2', '三四十']
    """
    written = written.replace(" ", "")
    if written[0] in "0123456789":
        return _shown(Decimal(written.replace(",", "")))
    whole, point, part = written.partition("点")
    value = _han_value(whole)
    if value is None:
        return written
    return _shown(Decimal(f"{value}.{''.join(str(DIGITS[digit]) for digit in part)}") if point else Decimal(value))


def _value(token: re.Match[str]) -> str:
    if token["part"]:
        return number_value(token["of"])
    if token["tenths"]:
        return str(10 * DIGITS[token["tenths"]])
    if token["han"]:
        return number_value(token["han"])
    written, times = (token["arabic"], token["times"]) if token["arabic"] else (token["decimal"], token["myriads"])
    value = number_value(written)
    if not times:
        return value
    factor = Decimal(1)
    for sign in times.replace(" ", ""):
        factor *= UNITS.get(sign) or MYRIADS[sign]
    return _shown(Decimal(value) * factor)


def _han_value(written: str) -> int | None:
    """Return the value of Chinese numerals; None for 三四十, which means from thirty to forty."""
    if all(sign in DIGITS for sign in written):
        return int("".join(str(DIGITS[sign]) for sign in written))
    total = section = 0
    digit: int | None = None
    for sign in written:
        if sign in DIGITS:
            if digit:
                return None
            digit = DIGITS[sign]
        elif sign in UNITS:
            section += (1 if digit is None or digit == 0 else digit) * UNITS[sign]
            digit = None
        else:
            section += digit or 0
            total = (total + section or 1) * MYRIADS[sign] if sign == "亿" else total + (section or 1) * MYRIADS[sign]
            section, digit = 0, None
    return total + section + (digit or 0)


def _shown(value: Decimal) -> str:
    return f"{value.normalize():f}" if value else "0"


class _Width(dict[int, int]):
    """For `str.translate`: half width and lower case, one character for one; what would need more stays."""

    def __missing__(self, code: int) -> int:
        folded = unicodedata.normalize("NFKC", chr(code)).lower()
        self[code] = ord(folded) if len(folded) == 1 else code
        return self[code]


_WIDTH = _Width()
_VARIANTS = str.maketrans(OPEN_VARIANTS)


@lru_cache(maxsize=2)
def _converter(name: str) -> Any:
    import opencc

    return opencc.OpenCC(name)


def _converted(text: str, name: str) -> str:
    """Convert `text`; a line that would not keep its length is converted character by character."""
    converter = _converter(name)
    whole = str(converter.convert(text))
    if len(whole) == len(text):
        return whole
    lines = []
    for line in text.split("\n"):
        converted = str(converter.convert(line))
        if len(converted) != len(line):
            single = ((char, str(converter.convert(char))) for char in line)
            converted = "".join(new if len(new) == 1 else char for char, new in single)
        lines.append(converted)
    return "\n".join(lines)
