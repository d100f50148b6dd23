"""How dates, page labels and newspapers are written, in file names and on pages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date as calendar_date

from qa.errors import BadInput

__all__ = [
    "KINDS",
    "LABEL",
    "NO_PAPER",
    "PAGE_WORD",
    "PAPER",
    "YEAR",
    "calendar_day",
    "days_in",
    "iso_date",
    "label_of",
    "page_label",
    "paper_in",
    "without_days",
]

DATE = re.compile(r"(?P<y>(?:1[89]|20)\d\d)[-_./年]?(?P<m>\d{1,2})[-_./月]?(?P<d>\d{1,2})日?")
YEAR = r"(?<!\d)(?<!\d{3}-)((?:1[89]|20)\d\d)"  # not inside a number, nor after a dialling code
DAYS = (
    re.compile(YEAR + r"(\d\d)(\d\d)(\d\d)?(?!\d)"),  # 20231110, and 2023111001 with the page
    re.compile(YEAR + r"[-_./](\d{1,2})[-_./](\d{1,2})()(?!\d)"),  # 2023-11-10
    re.compile(
        r"(?<!\d)(\d(?:\s?\d){3})\s*年\s*(\d\s?\d?)\s*月\s*(\d\s?\d?)\s*日()"
    ),  # 2023年11月10日, also spaced out
    re.compile(r"([〇零○一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十廿卅]{1,3})日()"),
)
LABEL = r"(?P<label>[A-Z]?\d{1,3}|[一二三四五六七八九十]{1,3})"
PAGE_WORD = re.compile(rf"(?<![\dA-Za-z一二三四五六七八九十今共])第?\s*{LABEL}\s*版(?!本)", re.IGNORECASE)
PAPER = re.compile(r"[\u3400-\u9fff]{1,12}报(?![纸道告导刊名表酬业])")
NO_PAPER = re.compile(r"(?:工作|情况)汇报$|(?:通|举|海|简|预|警|情|捷|喜|战|板|墙|填|上|回|剪|电子|数字|机关|党)报$")
KINDS = re.compile(
    r"(?:日|晚|早|晨|时|商|周|快|导|都市|青年|法治|法制|科技|教育|经济|信息|农民|工人|文汇|大公|新京)报$"
)
NUMERALS = {char: value for value, char in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0}


def iso_date(value: str) -> str:
    """Return `value` as an ISO date; raises BadInput for anything but a calendar day.

    >>> iso_date("2023年11月9日"), iso_date("20231109")
    ('2023-11-09', '2023-11-09')
    """
    match = DATE.fullmatch(value.strip())
    day = calendar_day(int(match["y"]), int(match["m"]), int(match["d"])) if match else None
    if day is None:
        raise BadInput("date.bad", value=value)
    return day


def page_label(value: str) -> str:
    """Return a page label as it is cited: no leading zero, the letter large.

    >>> page_label("01"), page_label("a03"), page_label("第12版")
    ('1', 'A3', '12')
    """
    label = value.strip().removeprefix("第").removesuffix("版")
    match = re.fullmatch(r"([A-Za-z]?)0*(\d+)", label)
    return match[1].upper() + match[2] if match else label


def days_in(text: str) -> Iterator[tuple[str, str, int, int]]:
    """Yield the calendar days in `text`: ISO date, digits of a page that follow at once, start and end.

    >>> list(days_in("rmrb2023111001")), list(days_in("二〇二三年十一月十日")), list(days_in("2023-13-45 13820231110"))
    ([('2023-11-10', '01', 4, 14)], [('2023-11-10', '', 0, 10)], [])
    """
    for form in DAYS:
        for match in form.finditer(text):
            year, month, day = (_number(match[group]) for group in (1, 2, 3))
            if iso := calendar_day(year, month, day):
                yield iso, match[4] or "", *match.span()


def calendar_day(year: int, month: int, day: int) -> str | None:
    """Return the ISO date of a day of the nineteenth century or later, None for no such day."""
    try:
        return calendar_date(year, month, day).isoformat() if 1800 <= year < 2100 else None
    except ValueError:
        return None


def _number(word: str) -> int:
    """Read 11, １１, 1 1, 十一, 廿三 or 二〇二三; anything else gives a number that is no part of a date.

    >>> _number("1 1"), _number("廿三"), _number("二〇二三"), _number("十")
    (11, 23, 2023, 10)
    """
    word = re.sub(r"\s", "", word).replace("廿", "二十").replace("卅", "三十")
    if word.isdecimal():
        return int(word)
    tens, ten, ones = word.rpartition("十")
    digits = f"{tens or 1}{ones or 0}" if ten else ones
    digits = "".join(str(NUMERALS.get(char, char)) for char in digits)
    return int(digits) if digits.isdecimal() else 0


def label_of(word: str) -> str | None:
    """Return a page's label as it is cited, None for page 0.

    >>> label_of("A02"), label_of("十二"), label_of("０１"), label_of("00")
    ('A2', '12', '1', None)
    """
    word = unicodedata.normalize("NFKC", word)
    label = page_label(word if word[-1:].isdecimal() else str(_number(word)))
    return label if label.strip("ABCDEFGHIJKLMNOPQRSTUVWXYZ0") else None


def without_days(text: str) -> str:
    """Return `text` with a space for each date, year, month and issue number."""
    for _, _, start, end in sorted(days_in(text), key=lambda day: day[2], reverse=True):
        text = f"{text[:start]} {text[end:]}"
    return re.sub(r"\d+[年月日期]", " ", text)


def paper_in(text: str) -> str | None:
    """Return the first newspaper named in `text`.

    >>> paper_in("许昌日报电子版"), paper_in("工作汇报"), paper_in("旧报纸")
    ('许昌日报', None, None)
    """
    names = (match.group() for match in PAPER.finditer(PAGE_WORD.sub(" ", text)))
    return next((name for name in names if not NO_PAPER.search(name)), None)
