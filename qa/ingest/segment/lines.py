"""The lines and blocks of a page, and what kind of line a line is.

The patterns are facts of the trade: the forms in which Chinese papers print lead-ins, bylines, jumps and credits.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby

from qa.ingest.segment.bylines import continues_byline, is_byline_line
from qa.ingest.segment.leadins import OPENING
from qa.ingest.segment.repair import IDEOGRAPH
from qa.ingest.segment.traced import Traced

__all__ = [
    "CREDIT",
    "FURNITURE",
    "JUMP",
    "LEAD_IN",
    "Line",
    "breaks_off",
    "ends_section_head",
    "ends_sentence",
    "goes_on_elsewhere",
    "line_spans",
    "opens_story",
    "read_lines",
]

LEAD_IN = re.compile(rf"{OPENING.pattern} | \s*[（(](?:上接|紧接)[^）)]{{1,12}}[）)]", re.VERBOSE)
PAGE_NUMBER = r"[A-Za-z]?\s?\d{1,3}|[一二三四五六七八九十]{1,3}"
JUMP = re.compile(
    rf"""
    \s?[（(【\[]\s*(?P<verb>下转|上接|紧接|转|接)\s*第?\s*(?P<page>{PAGE_NUMBER})\s*版\s*[）)】\]]
    | \s?(?<![（(【\[])[■▶►]?\s?(?P<bare>下转|上接|紧接)\s*第?\s*(?P<bare_page>{PAGE_NUMBER})\s*版(?=\s|$)
    """,
    re.VERBOSE,
)
CREDIT_ROLE = (
    "责编|责任编辑|值班编委|值班主任|值班总编|总值班|编辑|美编|美术编辑|版式|版面|视觉|校对|组版|检校|审核|审读|统筹|"
    "电话|新闻热线|传真|邮箱|投稿邮箱|E-mail|电子邮箱|见习编辑|主编|本版编辑"
)
CREDIT = re.compile(
    rf"""
    ^[\s□■]*(?:本版|本期)?(?:{CREDIT_ROLE})
    (?: [\s：:/丨|]+[^，。；！？]*$                                            # 责任编辑：张三
      | [^\s，。；！？]{{2,4}}[\s/丨|]+(?:{CREDIT_ROLE})[^，。；！？]*$          # 责编张三 校对李四
    )
    """,
    re.VERBOSE,
)
FURNITURE = re.compile(
    r"""
    ^\s*(?:
      第?\s*[A-Z]?\d{1,3}\s*版(?:[:：\s].{0,12})?                        # 第01版：要闻
    | (?:\d{4}\s*年\s*)?\d{1,2}\s*月\s*\d{1,2}\s*日\s*星期[一二三四五六日天].{0,30}   # the date line of a running head
    | 国内统一(?:连续出版物号|刊号).{0,60}
    | [A-Z]?\d{1,3}                                                      # a bare folio
    )\s*$
    """,
    re.VERBOSE,
)
JUMP_CHARS = 10
LEAD_IN_CHARS = 24
LINE_END = re.compile(r"\r\n|[\n\r\f\v\u2028\u2029]")
WHITE = {"\u3000": 1.0, "\u2003": 1.0, "\t": 2.0}
VERTICAL_RUN = 3
SENTENCE_END = re.compile(r"[。！？!?…](?:[”’」』）)》]*)$")
SECTION_END = re.compile(r"(?:——|―|──)$")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the page: its number (from 1) and its text without outer white space."""

    number: int
    traced: Traced
    indent: float = 0.0
    """White space before the line, in full-width units; 0 where the extraction dropped it."""
    last: int = 0
    """Number of the last page line in it: a vertical line is printed as many, a character each."""

    @property
    def span(self) -> tuple[int, int]:
        """First and last line number."""
        return self.number, self.last or self.number

    @property
    def text(self) -> str:
        """The line's text."""
        return self.traced.text

    @property
    def blank(self) -> bool:
        """Tell whether the line holds nothing."""
        return not self.traced.text

    @property
    def width(self) -> float:
        """Printed width in full-width units; spaces, which the extraction made, don't count."""
        return sum(1.0 if ord(char) > 0x2000 else 0.5 for char in self.text if not char.isspace())

    @property
    def justified(self) -> bool:
        """Tell whether the line is set out character by character."""
        ideographs = len(IDEOGRAPH.findall(self.text))
        return ideographs > 2 and self.text.count(" ") >= 0.65 * (ideographs - 1)


def read_lines(text: str) -> list[Line]:
    r"""Cut page text into lines at every kind of line end; white space at both ends of a line is left out.

    A run of three or more lines of one character is one vertical line; two lines of one byline are one.

    >>> [(line.number, line.text, line.indent) for line in read_lines("　　甲乙\r\n丙")]
    [(1, '甲乙', 2.0), (2, '丙', 0.0)]
    >>> [(line.span, line.text) for line in read_lines("第\n一\n版\n正文")]
    [((1, 3), '第一版'), ((4, 4), '正文')]
    >>> [(line.span, line.text) for line in read_lines("本报记者 张三\n通讯员 李四\n正文")]
    [((1, 2), '本报记者 张三 通讯员 李四'), ((3, 3), '正文')]
    """
    lines: list[Line] = []
    for number, (start, end) in enumerate(line_spans(text), start=1):
        raw = text[start:end]
        white = raw[: len(raw) - len(raw.lstrip())]
        lines.append(Line(number, Traced.at(raw, start).strip(), sum((WHITE.get(char, 0.5) for char in white), 0.0)))
    return _join_bylines(_join_vertical(lines))


def line_spans(text: str) -> list[tuple[int, int]]:
    r"""Return where each line of `text` begins and ends, its line end left out.

    >>> line_spans("甲\r\n乙\n")
    [(0, 1), (3, 4), (5, 5)]
    """
    ends = [*(match.span() for match in LINE_END.finditer(text)), (len(text), len(text))]
    starts = [0, *(after for _, after in ends[:-1])]
    return [(start, end) for start, (end, _) in zip(starts, ends, strict=True)]


def _join_vertical(lines: list[Line]) -> list[Line]:
    joined: list[Line] = []
    for alone, group in groupby(lines, lambda line: len(line.text) == 1 and bool(IDEOGRAPH.match(line.text))):
        run = list(group)
        if alone and len(run) >= VERTICAL_RUN:
            joined.append(Line(run[0].number, Traced.join(line.traced for line in run), last=run[-1].number))
        else:
            joined.extend(run)
    return joined


def _join_bylines(lines: list[Line]) -> list[Line]:
    """Join the lines of a byline that stand one under the other: 本报记者 张三 / 通讯员 李四."""
    joined: list[Line] = []
    for line in lines:
        before = joined[-1] if joined else None
        if before and is_byline_line(before.text) and continues_byline(line.text):
            both = Traced.join((before.traced, line.traced), " ")
            joined[-1] = Line(before.number, both, before.indent, line.span[1])
        else:
            joined.append(line)
    return joined


def ends_sentence(text: str) -> bool:
    """Tell whether `text` ends in a full stop, question or exclamation mark, closing quotes included.

    >>> ends_sentence("有效方式。"), ends_sentence("显而易见。”"), ends_sentence("上下")
    (True, True, False)
    """
    return bool(SENTENCE_END.search(text))


def goes_on_elsewhere(text: str) -> bool:
    """Tell whether `text` holds a 下转 mark, with which a body breaks off; 上接 opens one.

    >>> goes_on_elsewhere("联合紫云镇， （下转第二版）"), goes_on_elsewhere("（上接第一版）三年来")
    (True, False)
    """
    mark = JUMP.search(text)
    return bool(mark) and (mark["verb"] or mark["bare"]) in ("下转", "转")  # type: ignore[index]


def opens_story(line: Line, after: Line | None) -> bool:
    """Tell whether `line` begins with a lead-in (本报讯…), which may go on on the line `after`."""
    if LEAD_IN.match(line.text) or after is None or len(line.text) >= LEAD_IN_CHARS:
        return bool(LEAD_IN.match(line.text))
    return not LEAD_IN.match(after.text) and bool(LEAD_IN.match(line.text + after.text))


def breaks_off(line: Line, before: Line | None) -> bool:
    """Tell whether `line` holds a 下转 mark or the end of one that began on the line `before`."""
    if goes_on_elsewhere(line.text):
        return True
    head = before.text[-JUMP_CHARS:] if before else ""
    mark = JUMP.search(head + line.text) if head and "版" in line.text[:JUMP_CHARS] else None
    return bool(mark) and mark.end() > len(head) and goes_on_elsewhere(mark.group())  # type: ignore[union-attr]


def ends_section_head(text: str) -> bool:
    """Tell whether `text` is a section head by its closing dash: 着眼于“联”，优化组织模式——."""
    return bool(SECTION_END.search(text))
