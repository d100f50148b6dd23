"""What stands round the stories of a page, told by place and type: running heads, signatures, captions of pictures."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.ingest.segment.bylines import is_byline_line
from qa.ingest.segment.flows import Placed
from qa.ingest.segment.kinds import kind_of
from qa.ingest.segment.lines import CREDIT, FURNITURE, LEAD_IN, ends_sentence
from qa.records import LineBox

__all__ = [
    "SET_IN",
    "SMALL",
    "begins_with_title",
    "is_caption",
    "is_page_furniture",
    "is_running_head",
    "is_short",
    "join_signatures",
    "stands_at_picture",
]

SMALL = 0.96
"""Type of less than this share of the body's size may be a caption's."""
CAPTION = 0.94
"""The same where nothing but the place tells it."""
PICTURE = (6.0, 8.0)
"""Least height and width, in type sizes, of the white in which a picture stands."""
CAPTION_LINES, CAPTION_CHARS = 8, 240
SIGNATURE_GAP = 2.2
"""White between a text and its signature, in type sizes."""
SIGNATURE_RIGHT = 4.5
"""How far from the right edge of its text a signature ends, in type sizes."""
SET_IN = 2.6
"""White to its left from which on a line is set to the right and no paragraph's first, in type sizes."""
SAME_SIZE = 1.12
"""Ratio up to which two type sizes count as one."""
SAME_TYPE = 1.04
"""The same where sizes are exact."""
SHORT_WORD, WORDS = 8, 4
"""Characters that a section's or a paper's name in a running head has at most, and how many there are."""
LARGE = 2.0
"""Type of a running head, in body sizes, up to which its words are asked."""
STOPS = re.compile(r"[，。；！？,;!?“”]")
DAY = re.compile(r"\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日|\d{4}[-./]\d{1,2}[-./]\d{1,2}")
WEEKDAY = re.compile(r"(?:星\s*期|周)\s*[一二三四五六日天](?![\u3400-\u9fff])")
LABEL = re.compile(
    r"""
    (?<![\u3400-\u9fff\w])(?:
      第\s*(?:[A-Z]?\s?\d{1,3}|[一二三四五六七八九十]{1,3})\s*版   # 第 03 版, 第三版
    | [A-Z]?\s?\d{1,3}\s*版                                      # 4 版, A1版
    | [A-Z]\s?\d{1,2}                                            # A1, B02
    | 0\d                                                        # 03 要闻
    )
    (?=[^\w]|$|[\u3400-\u9fff]{2,4}$)                            # A1要闻, but A4纸厂在青石镇投产 is none
    """,
    re.VERBOSE,
)
BETWEEN = re.compile(r"[\s:：·•|｜丨/—―()（）■◆●-]+")


def is_running_head(text: str) -> bool:
    """Tell whether a line holds nothing but what a running head does: page label, date with its weekday, names.

    >>> [is_running_head(text) for text in ("A1　要闻", "第 03 版 · 经济", "4 版", "2023年11月10日 星期五")]
    [True, True, True, True]
    >>> [is_running_head(text) for text in ("2023年11月10日", "要闻", "A4纸涨价，书店受影响")]
    [False, False, False]
    """
    if STOPS.search(text):
        return False
    rest, labels = LABEL.subn(" ", text)
    rest, days = DAY.subn(" ", rest)
    rest, weekdays = WEEKDAY.subn(" ", rest)
    words = [word for word in BETWEEN.split(rest) if word]
    known = labels == 1 or (days == 1 and weekdays == 1)
    return known and len(words) <= WORDS and all(len(word) <= SHORT_WORD for word in words)


def is_page_furniture(placed: Placed, size: float, edges: tuple[float, float]) -> bool:
    """Tell whether a line is part of a running head or foot; it stands above the first of `edges` or under the second.

    `size` is the body's type size.

    >>> from qa.ingest.segment.lines import read_lines
    >>> one = Placed(read_lines("A1　要闻")[0], LineBox(40, 20, 100, 32, 12))
    >>> is_page_furniture(one, 9, (40, 700)), is_page_furniture(one, 9, (10, 700))
    (True, False)
    """
    if edges[0] < placed.box.bottom and placed.box.top < edges[1]:
        return False
    plain = placed.box.size <= LARGE * size
    return bool(FURNITURE.match(placed.line.text)) or (plain and is_running_head(placed.line.text))


def is_short(lines: Sequence[Placed]) -> bool:
    """Tell whether lines are no sentence, as heads, signatures and labels are not."""
    return not STOPS.search("".join(placed.line.text for placed in lines)) and len(lines) <= 3


def begins_with_title(lines: Sequence[Placed], box: LineBox) -> bool:
    """Tell whether the first of `lines` is the centred title of a notice, in the type of its text."""
    first = lines[0]
    off = abs(first.box.left + first.box.right - box.left - box.right) / 2
    set_in = first.box.left - box.left > SET_IN * first.box.size
    return off < 1.5 * box.size and set_in and kind_of(first.line.text, "") in ("notice", "correction")


def join_signatures(parts: Sequence[list[Placed]]) -> list[list[Placed]]:
    """Put signature and date, set to the right under a text in its type, with that text.

    So does the line of a photographer under a caption. What is set so is never a head.
    """
    joined = [list(lines) for lines in parts]
    for lines in sorted(joined, key=lambda lines: lines[0].box.top):
        if not is_short(lines) or (len(lines) == 1 and _is_other(lines[0])):
            continue
        texts = [other for other in joined if other is not lines and _signs(lines, other)]
        if texts and not any(_level(lines, other, texts[0]) for other in joined if other is not lines):
            max(texts, key=lambda other: other[-1].box.bottom).extend(lines)
            joined = [other for other in joined if other is not lines]
    return joined


def is_caption(lines: Sequence[Placed], size: float) -> bool:
    """Tell by its words whether a block in small type is a caption: it names the picture, or who took it."""
    if max(placed.box.size for placed in lines) >= SMALL * size:
        return False
    text = "".join(placed.line.text for placed in lines)
    return "caption" in (kind_of("", text), kind_of("", lines[0].line.text), kind_of("", lines[-1].line.text))


def stands_at_picture(lines: Sequence[Placed], box: LineBox, size: float, others: Sequence[LineBox]) -> bool:
    """Tell by its place whether a block in small type is a caption: white, where the picture is, over or beside it.

    `others` are the boxes of the page's other blocks. A block with its like beside it is a column of a text.
    """
    text = "".join(placed.line.text for placed in lines)
    if box.size > CAPTION * size or len(lines) > CAPTION_LINES or len(text) > CAPTION_CHARS or not others:
        return False
    if LEAD_IN.match(text) or kind_of("", text) != "news":
        return False
    type_size, (high, wide) = box.size, PICTURE
    if any(_in_row(box, other) for other in others):
        return False
    tall, broad = high * type_size, wide * type_size
    over = (box.left, box.top - tall, max(box.right, box.left + broad), box.top)
    sides = [
        (left, top, left + broad, top + tall)
        for left in (box.left - type_size - broad, box.right + type_size)
        for top in (box.top, box.bottom - tall)
    ]
    left, right = min(one.left for one in (box, *others)), max(one.right for one in (box, *others))
    top, bottom = min(one.top for one in (box, *others)), max(one.bottom for one in (box, *others))
    return any(
        left <= area[0] and top <= area[1] and area[2] <= right and area[3] <= bottom and _blank(area, others)
        for area in (over, *sides)
    )


def _blank(area: tuple[float, float, float, float], boxes: Sequence[LineBox]) -> bool:
    left, top, right, bottom = area
    return not any(
        box.left < right and left < box.right and box.top < bottom - 1 and top < box.bottom - 1 for box in boxes
    )


def _in_row(box: LineBox, other: LineBox) -> bool:
    """Tell whether two blocks of one type begin on one height in neighbouring columns."""
    gutter = max(box.left, other.left) - min(box.right, other.right)
    return (
        1 / SAME_SIZE < box.size / other.size < SAME_SIZE
        and abs(box.top - other.top) < box.size
        and 0 <= gutter <= 4 * box.size
    )


def _is_other(placed: Placed) -> bool:
    """Tell whether a line has a place of its own: a byline, credits. The line of a photographer has not."""
    text = placed.line.text
    byline = is_byline_line(text) and kind_of("", text) != "caption"
    return byline or bool(CREDIT.match(text) or LEAD_IN.match(text))


def _signs(lines: Sequence[Placed], text: Sequence[Placed]) -> bool:
    """Tell whether `lines` stand to the right under `text`, as a signature does."""
    last, size = text[-1], lines[0].box.size
    if not 1 / SAME_SIZE < size / max(last.box.size, 0.1) < SAME_SIZE:
        return False
    if len(text) == 1 and not ends_sentence(last.line.text):
        return False
    left, right = min(placed.box.left for placed in text), max(placed.box.right for placed in text)
    gap = lines[0].box.top - last.box.bottom
    off_left = min(placed.box.left for placed in lines) - left
    off_right = right - max(placed.box.right for placed in lines)
    if off_right < -size:  # a caption shorter than its picture is wide, and the line of the photographer
        text_of = "".join(placed.line.text for placed in lines)
        near = (
            -6 * (right - left) <= off_right
            and gap <= size
            and max(size, last.box.size) < SAME_TYPE * min(size, last.box.size)
        )
        return near and gap >= -0.5 * size and off_left >= SET_IN * size and kind_of("", text_of) == "caption"
    return (
        -0.5 * size <= gap <= SIGNATURE_GAP * size
        and off_right <= SIGNATURE_RIGHT * size
        and off_left >= max(SET_IN * size, 2 * off_right)
    )


def _level(lines: Sequence[Placed], other: Sequence[Placed], text: Sequence[Placed]) -> bool:
    """Tell whether a part stands beside `lines` under the same text."""
    left, right = min(placed.box.left for placed in text), max(placed.box.right for placed in text)
    return other is not text and any(
        placed.box.left < right
        and left < placed.box.right
        and placed.box.top < lines[-1].box.bottom - 1
        and lines[0].box.top < placed.box.bottom - 1
        for placed in other
    )
