"""Signatures: the office and the day under a notice or a letter, which are its last lines and no headline."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.ingest.segment.lines import Line, ends_sentence

__all__ = ["is_day", "signature_lines"]

NUMERAL = "〇○零一二三四五六七八九十"
DAY = re.compile(
    rf"""
    (?:\d{{4}}|[{NUMERAL}]{{4}})\s*年\s*(?:\d{{1,2}}|[{NUMERAL}]{{1,3}})\s*月(?:\s*(?:\d{{1,2}}|[{NUMERAL}]{{1,3}})\s*日)?
    | \d{{4}}[-./]\d{{1,2}}[-./]\d{{1,2}}
    """,
    re.VERBOSE,
)
SIGNERS = 3
"""Lines of offices or persons that may stand over the day."""
SIGNER_WIDTH = 26.0
MARKS = re.compile(r"[。！？；，：]")


def is_day(text: str) -> bool:
    """Tell whether `text` is a day of a year and nothing else.

    >>> is_day("2024 年 3 月 15 日"), is_day("二〇二四年三月十五日"), is_day("3月15日"), is_day("2024年3月15日讯")
    (True, True, False, False)
    """
    return bool(DAY.fullmatch(text.strip()))


def signature_lines(lines: Sequence[Line]) -> frozenset[int]:
    r"""Return the places in `lines` of signatures: a day, and the offices over it, under a whole sentence.

    >>> from qa.ingest.segment.lines import read_lines
    >>> signature_lines(read_lines("特此公告。\n清源市水利局\n2024年3月15日\n新桥通车"))
    frozenset({1, 2})
    >>> signature_lines(read_lines("新桥通车\n2024年3月15日\n本报讯 昨日，"))
    frozenset()
    """
    found: set[int] = set()
    for day, line in enumerate(lines):
        if not is_day(line.text):
            continue
        for first in range(day, max(-1, day - SIGNERS - 1), -1):
            if first < day and (lines[first].width > SIGNER_WIDTH or MARKS.search(lines[first].text)):
                break
            if first and ends_sentence(lines[first - 1].text):
                found |= set(range(first, day + 1))
                break
    return frozenset(found)
