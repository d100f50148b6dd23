"""The value of a number, however it is written: in digits, in Chinese numerals, or in both (1.2万)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

__all__ = ["DIGITS", "MYRIADS", "UNITS", "number_value", "scaled", "values_in"]

DIGITS = dict(zip("零〇○一二两三四五六七八九", (0, 0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
UNITS = {"十": 10, "百": 100, "千": 1000}
MYRIADS = {"万": 10**4, "亿": 10**8}
DIGIT = "零〇○一二两三四五六七八九"
RUN = re.compile(rf"[0-9{DIGIT}十百千][0-9.,{DIGIT}十百千点万亿]+")
"""Where a number may stand: all that `WRITTEN` takes, quick to find since it begins with one of a few characters."""
WRITTEN = re.compile(
    rf"""
    (?<![0-9.,])(?P<thousands>[0-9]{{1,3}}(?:,[0-9]{{3}})+(?:\.[0-9]+)?)(?P<of_thousands>[百千]?[万亿]*)  # 1,200
    | (?<![0-9.,])(?P<arabic>[0-9]+(?:\.[0-9]+)?)(?P<times>[百千]?[万亿]+)                                # 1.2万
    | (?P<decimal>[{DIGIT}十百千]+点[{DIGIT}]+)(?P<myriads>[万亿]+)                                     # 三点五亿
    | (?P<han>[{DIGIT}十][{DIGIT}十百千万亿]+)                                                          # 四十一
    """,
    re.VERBOSE,
)


def values_in(folded: str) -> Iterator[str]:
    """Yield the values of numbers in folded text that are not written as those values: 1,200, 1.2万, 四十一.

    A single Chinese digit is left out: it is part of too many words.

    >>> list(values_in("四十一条线、1.2万人、1,200元、三点五亿、95%、一些"))
    ['41', '12000', '1200', '350000000']
    """
    for run in RUN.finditer(folded):
        if not run[0].isdecimal():
            for found in WRITTEN.finditer(folded, *run.span()):
                yield from _value_of(found)


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


def scaled(value: str, signs: str) -> str:
    """Return a value times what `signs` say.

    >>> scaled("1.2", "万"), scaled("3", "千万"), scaled("5", "")
    ('12000', '30000000', '5')
    """
    factor = Decimal(1)
    for sign in signs.replace(" ", ""):
        factor *= UNITS.get(sign) or MYRIADS[sign]
    return _shown(Decimal(value) * factor)


def _value_of(found: re.Match[str]) -> Iterator[str]:
    """Yield the value of what `WRITTEN` found, if it has a single one."""
    if found["han"]:
        value = number_value(found["han"])
        if value.isascii():
            yield value
    elif found["decimal"]:
        yield scaled(number_value(found["decimal"]), found["myriads"])
    elif found["thousands"]:
        yield scaled(found["thousands"].replace(",", ""), found["of_thousands"])
    else:
        yield scaled(found["arabic"], found["times"])


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
