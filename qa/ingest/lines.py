"""The lines and blocks of a page, and what kind of line a line is.

The patterns are facts of the trade: the forms in which Chinese papers print lead-ins, bylines, jumps and credits.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from qa.ingest.repair import IDEOGRAPH
from qa.ingest.traced import Traced

__all__ = [
    "BYLINE_LINE",
    "CREDIT",
    "FURNITURE",
    "JUMP",
    "LEAD_IN",
    "Line",
    "ends_section_head",
    "ends_sentence",
    "goes_on_elsewhere",
    "modal_width",
    "read_lines",
]

LEAD_IN = re.compile(
    r"""
    \s*(?:
      本报[^\s，。；]{0,12}?(?:讯|电)(?=[\s（(：:，,]|\d|$)        # 本报讯（记者 X） / 本报许昌11月9日电
    | 据?新华社[^，。；]{0,16}?(?:电|讯)(?:题：)?                    # 新华社北京11月22日电（记者白洁）
    | (?:据)?(?:人民日报|中新社|中新网|央视新闻)[^，。；]{0,16}?(?:电|讯|消息)
    | （上接[^）]{1,12}）
    )
    """,
    re.VERBOSE,
)
BYLINE_LINE = re.compile(
    r"""
    \s*[□■◇◆○●]?\s*
    (?: (?:本报|本刊|新华社)(?:记者|通讯员|评论员|特约评论员|特约记者|首席记者)
      | (?:记者|通讯员|文/图|图/文|文|图)(?=[\s/:：])
    )
    [^，。；！？“”]{0,40}$
    """,
    re.VERBOSE,
)
JUMP = re.compile(
    r"\s*[（(]?\s*(?P<verb>下转|上接|紧接|转|接)\s*第?\s*(?P<page>[A-Za-z]?\d{1,3}|[一二三四五六七八九十]{1,3})\s*版\s*[）)]"
)
CREDIT = re.compile(
    r"""
    ^[\s□■]*(?:本版)?(?:责编|责任编辑|值班编委|值班主任|值班总编|编辑|美编|美术编辑|版式|版面|校对|组版|审核|审读|统筹|电话|传真|邮箱|投稿邮箱)
    [\s：:/丨|]*\S
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
SENTENCE_END = re.compile(r"[。！？!?…](?:[”’」』）)》]*)$")
SECTION_END = re.compile(r"(?:——|―|──)$")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the page: its number (from 1) and its text without outer white space."""

    number: int
    traced: Traced

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
    """Cut page text into lines; a form feed between pages of a text dump counts as a blank line."""
    lines: list[Line] = []
    at = 0
    for number, raw in enumerate(text.split("\n"), start=1):
        lines.append(Line(number, Traced.at(raw, at).strip()))
        at += len(raw) + 1
    return lines


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
    return bool(mark) and mark["verb"] in ("下转", "转")  # type: ignore[index]


def ends_section_head(text: str) -> bool:
    """Tell whether `text` is a section head by its closing dash: 着眼于“联”，优化组织模式——."""
    return bool(SECTION_END.search(text))


def modal_width(lines: Sequence[Line]) -> float:
    """Return the commonest width of `lines`, in whole full-width units; 0 without lines."""
    widths = Counter(round(line.width) for line in lines if not line.blank)
    if not widths:
        return 0.0
    return float(max(widths, key=lambda width: (widths[width], width)))
