"""Typeset articles of known shape as newspaper pages and print them to a PDF with Chromium.

The browser breaks the lines; columns, heads and boxes are set here, each line at its own place, as layout programs do.
Nothing of the truth stands in the PDF but the print itself.
"""

from __future__ import annotations

import html
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bench.made import MadeArticle

__all__ = ["PrintedPage", "typeset"]

BROADSHEET, TABLOID = (1106, 1531), (737, 1049)
MARGIN = 42.0
SERIF, SANS = "'Noto Serif CJK SC'", "'Noto Sans CJK SC'"
NUMERALS = "一二三四五六七八九十"
SURNAMES, GIVEN = "高付侯王刘郑周吴", "伟山家宝力强利辉淑平明远"
SLOGANS = ("学思想 强党性 重实践 建新功", "抓项目 促发展 惠民生", "稳中求进 以进促稳 先立后破", "爱粮 节粮 护粮")
SCENES = (
    "工人在车间赶制订单产品",
    "农民抢抓晴好天气采收蔬菜",
    "市民在公园里健身休闲",
    "志愿者为老人义务理发",
    "学生参观科技展览",
)
SECTIONS = ("要闻", "综合", "民生", "县区", "经济", "文化")
MEASURE = """
(jobs) => {
  const box = document.createElement("div");
  document.body.replaceChildren(box);
  return jobs.map(([text, width, size, font, weight, indent]) => {
    box.style.cssText = `position:absolute;width:${width}pt;font:${weight} ${size}pt ${font};text-indent:${indent}em`;
    box.textContent = text;
    const node = box.firstChild, range = document.createRange(), lines = [];
    let at = 0, top = null;
    for (const char of text) {
      range.setStart(node, at);
      range.setEnd(node, at + char.length);
      at += char.length;
      const rect = range.getClientRects()[0];
      if (rect && rect.width && (top === null || Math.abs(rect.top - top) > size * 0.6)) {
        lines.push("");
        top = rect.top;
      }
      if (lines.length) lines[lines.length - 1] += char;
    }
    return lines.map((line) => line.trim());
  });
}
"""
SHEET = """<!doctype html><meta charset=utf-8><style>
@page {{ size: {width}pt {height}pt; margin: 0 }}
body {{ margin: 0 }}
section {{ position: relative; width: {width}pt; height: {height}pt; overflow: hidden; break-after: page }}
div {{ position: absolute; white-space: pre; line-height: 1.2 }}
.j {{ text-align: justify; text-align-last: justify }} .c {{ text-align: center }}
.v {{ writing-mode: vertical-rl }}
.rule {{ background: #333 }} .frame {{ border: .6pt solid #555; box-sizing: border-box }}
.picture {{ background: linear-gradient(135deg, #888, #ddd 40%, #666) }}
</style>{pages}"""


@dataclass(frozen=True, slots=True)
class PrintedPage:
    """What one page of the PDF prints: its articles, and the (kind, text) of what belongs to none."""

    articles: tuple[MadeArticle, ...]
    others: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A line of text, or an empty coloured box (`kind` is its class), placed in points from the box's corner."""

    text: str
    x: float
    y: float
    width: float
    size: float = 0.0
    font: str = SERIF
    weight: int = 400
    kind: str = ""
    height: float = 0.0
    twice: float = 0.0
    """Offset of a second copy, as fake bold and shadows are drawn."""


@dataclass(slots=True)
class _Box:
    """A rectangle to be placed on a page: its width in grid columns, its height in grid lines, its print."""

    columns: int
    lines: int
    pieces: list[_Piece]
    article: MadeArticle | None = None
    others: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Plan:
    """How one article is to be set."""

    article: MadeArticle
    span: int
    columns: int
    form: str
    head_at: tuple[int, int]
    """First and end text column that the head spans."""
    sizes: tuple[float, float]
    """Type size of the headline, and of kicker and subhead."""


class _Sheet:
    """The measures of one made newspaper and the chances it takes, all from the seed."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.width, self.height = chance.choice((BROADSHEET, BROADSHEET, TABLOID))
        broad = self.width == BROADSHEET[0]
        self.columns = chance.choice((5, 6, 7) if broad else (4, 5))
        self.body = chance.choice((9.0, 9.5, 10.0))
        self.leading = self.body * chance.choice((1.4, 1.5, 1.6))
        self.gutter = self.body * chance.choice((1.5, 2.0, 2.5))
        self.column = (self.width - 2 * MARGIN - (self.columns - 1) * self.gutter) / self.columns
        self.top = MARGIN + 40
        self.rows = int((self.height - self.top - MARGIN - 16) / self.leading)
        self.spaced_indent = chance.random() < 0.3
        self.stream = chance.choice(("head first", "head first", "body first", "mixed", "rows"))
        self.head_font = chance.choice((SANS, SERIF))

    def span(self, columns: int) -> float:
        """Width of so many grid columns."""
        return columns * self.column + (columns - 1) * self.gutter

    def lines(self, points: float) -> int:
        """Grid lines that so many points fill."""
        return math.ceil(points / self.leading)

    def person(self) -> str:
        return self.chance.choice(SURNAMES) + "".join(self.chance.sample(GIVEN, self.chance.choice((1, 2))))


def typeset(articles: Sequence[MadeArticle], seed: int, path: Path, browser: Any) -> list[PrintedPage]:
    """Print `articles` to a PDF at `path` and return what each of its pages holds.

    `browser` is a started Playwright browser. The shape of the pages follows from `seed` alone. A few articles lend
    only their headline (标题新闻) or lose it, some are cut by a jump; the pages returned say what was printed. An
    article too long for a page is left out.
    """
    sheet = _Sheet(random.Random(seed))
    tab = browser.new_page()
    try:
        boxes = _boxes(sheet, list(articles), tab)
        pages = _pack(sheet, boxes)
        bodies = [_page_html(sheet, number, placed) for number, placed in enumerate(pages, start=1)]
        markup = "".join(body for body, _ in bodies)
        tab.set_content(SHEET.format(width=sheet.width, height=sheet.height, pages=markup))
        tab.evaluate("document.fonts.ready.then(() => true)")
        tab.pdf(path=str(path), prefer_css_page_size=True, print_background=True)
    finally:
        tab.close()
    printed = []
    for placed, (_, furniture) in zip(pages, bodies, strict=True):
        found = [box.article for box, _, _ in placed if box.article]
        others = [other for box, _, _ in placed for other in box.others]
        printed.append(PrintedPage(tuple(found), (*others, *furniture)))
    return printed


def _boxes(sheet: _Sheet, articles: list[MadeArticle], tab: Any) -> list[_Box]:
    """Make the boxes of the articles, and pictures, slogans and lone headlines between them."""
    chance = sheet.chance
    titles = [article.headline for article in articles[::11] if article.headline]
    articles = [article for at, article in enumerate(articles) if at % 11 or not article.headline]
    plans = [_plan(sheet, _varied(sheet, article)) for article in articles]
    boxes: list[_Box] = []
    for plan, (heads, body) in zip(plans, _measured(sheet, plans, tab), strict=True):
        made = _article_boxes(sheet, plan, heads, body)
        boxes += [box for box in made if box.lines <= sheet.rows]
        if chance.random() < 0.2:
            boxes.append(_picture(sheet, tab))
        if chance.random() < 0.07:
            boxes.append(_slogan(sheet))
        if titles and chance.random() < 0.12:
            boxes.append(
                _lone_heads(sheet, [titles.pop() for _ in range(min(len(titles), chance.choice((1, 2, 3))))], tab)
            )
    return boxes


def _varied(sheet: _Sheet, article: MadeArticle) -> MadeArticle:
    """Take the headline from some articles, and give some long ones section heads."""
    chance = sheet.chance
    if chance.random() < 0.06:
        if article.byline_line:
            article = replace(article, byline_line=None, reporters=(), correspondents=(), photographers=())
        article = replace(article, headline=None, kicker=None, subhead=None)
        if not article.paragraphs[0].startswith(("本报", "新华社", "据新华社", "中新")):
            name = sheet.person()
            first = f"本报讯（记者 {name}）{article.paragraphs[0]}"
            article = replace(article, paragraphs=(first, *article.paragraphs[1:]), reporters=(name,))
    if len(article.paragraphs) >= 4 and chance.random() < 0.15:
        paragraphs = list(article.paragraphs)
        for at in sorted(chance.sample(range(1, len(paragraphs)), 2), reverse=True):
            clause = paragraphs[at].split("，")[0].split("。")[0]
            if 4 <= len(clause) <= 12 and clause.isalpha():
                paragraphs.insert(at, clause)
        article = replace(article, paragraphs=tuple(paragraphs))
    return article


def _plan(sheet: _Sheet, article: MadeArticle) -> _Plan:
    chance = sheet.chance
    length = sum(map(len, article.paragraphs))
    widest = min(sheet.columns, 1 + length // 180)
    span = chance.randint(max(1, widest // 2), widest)
    columns = span if span < 2 or chance.random() < 0.85 else span - 1
    form = chance.choices(("above", "left", "inside", "upright"), (70, 12, 15, 3))[0] if columns > 1 else "above"
    head = (0, columns)
    if form in ("left", "upright"):
        head = (0, 1 if columns < 4 or form == "upright" else 2)
    elif form == "inside":
        start = chance.randrange(0, columns - 1)
        head = (start, chance.randint(start + 1, columns if start else columns - 1))
    width = (sheet.span(span) / columns) * (head[1] - head[0])
    rows = 2 if head[1] - head[0] > 1 else 3
    longest = len(article.headline or "")
    size = next((s for s in (40, 34, 30, 26, 22, 19, 17) if longest * s <= width * rows * 0.85), 16)
    size = min(size, chance.choice((22, 26, 30, 40)), 18 + 6 * span)
    return _Plan(article, span, columns, form, head, (size, min(chance.choice((11.0, 12.5, 14.0, 16.0)), size * 0.75)))


def _measured(sheet: _Sheet, plans: list[_Plan], tab: Any) -> list[tuple[list[list[str]], list[list[str]]]]:
    """Let the browser break heads and paragraphs of every plan: (lines of kicker, headline, subhead), paragraphs."""
    jobs: list[tuple[str, float, float, str, int, float]] = []
    for plan in plans:
        width = (sheet.span(plan.span) - (plan.columns - 1) * sheet.gutter) / plan.columns
        head = (plan.head_at[1] - plan.head_at[0]) * (width + sheet.gutter) - sheet.gutter
        for text, size in _head_texts(plan):
            jobs.append((text, head, size, sheet.head_font, 700, 0))
        for text in plan.article.paragraphs:
            indent = 0 if _is_section_head(text) else 2
            jobs.append((text, width, sheet.body, SERIF, 400, indent))
    broken = iter(tab.evaluate(MEASURE, jobs))
    return [
        ([next(broken) for _ in _head_texts(plan)], [next(broken) for _ in plan.article.paragraphs]) for plan in plans
    ]


def _head_texts(plan: _Plan) -> list[tuple[str, float]]:
    article, (large, small) = plan.article, plan.sizes
    return [(article.kicker or "", small), (article.headline or "", large), (article.subhead or "", small)]


def _is_section_head(text: str) -> bool:
    return len(text) <= 14 and text[-1].isalpha()


def _article_boxes(sheet: _Sheet, plan: _Plan, heads: list[list[str]], body: list[list[str]]) -> list[_Box]:
    """Set one article, in two boxes where a jump cuts it."""
    flat = [(line, at == 0, at + 1 == len(lines), lines) for lines in body for at, line in enumerate(lines)]
    chance = sheet.chance
    if len(flat) > 40 and plan.article.headline and chance.random() < 0.25:
        cut = chance.randint(len(flat) // 2, len(flat) - 15)
        if not flat[cut - 1][2] and not flat[cut][2]:
            return _jumped(sheet, plan, heads, flat, cut)
    return [_set(sheet, plan, heads, flat, plan.article)]


def _jumped(sheet: _Sheet, plan: _Plan, heads: list[list[str]], flat: list[Any], cut: int) -> list[_Box]:
    there = NUMERALS[sheet.chance.randrange(1, 8)]
    rest, rest_head = flat[cut:], sheet.chance.random() < 0.5
    headline = (plan.article.headline or "")[:10] if rest_head else None
    first = _paragraphs(flat[:cut])
    second = _paragraphs(rest)
    line = flat[cut - 1]
    mark = f"（下转第{there}版）"
    kept = [*flat[:cut], (mark, False, True, [mark])]
    kept[cut - 1] = (line[0], line[1], False, line[3])
    back = "（上接第一版）"
    lead = (back, False, True, [back])
    continued = MadeArticle(headline, second)
    rest_plan = replace(plan, article=continued, form="above", head_at=(0, plan.columns), sizes=(18, 12))
    rest_heads = [[], [headline] if headline else [], []]
    return [
        _set(sheet, plan, heads, kept, replace(plan.article, paragraphs=first)),
        _set(sheet, rest_plan, rest_heads, [lead, *rest], continued),
    ]


def _paragraphs(flat: list[Any]) -> tuple[str, ...]:
    """Join measured lines to paragraphs again; the browser dropped a space at a line end, Chinese text has none."""
    paragraphs = [""]
    for text, starts, _, _ in flat:
        if starts and paragraphs[-1]:
            paragraphs.append("")
        paragraphs[-1] += text
    return tuple(paragraphs)


def _set(sheet: _Sheet, plan: _Plan, heads: list[list[str]], flat: list[Any], article: MadeArticle) -> _Box:
    """Flow the body's lines through the box's columns round the head, and place every line."""
    width = (sheet.span(plan.span) - (plan.columns - 1) * sheet.gutter) / plan.columns
    step = width + sheet.gutter
    start, end = plan.head_at
    head, tall = _head(sheet, plan, heads, (end - start) * step - sheet.gutter, article)
    rows = sheet.lines(tall + 4) if head else 0
    beside = plan.form in ("left", "upright") and bool(head)
    open_columns = [at for at in range(plan.columns) if not beside or not start <= at < end]
    taken = {at: rows if start <= at < end and not beside else 0 for at in open_columns}
    needed = next(
        count for count in range(1, 10_000) if sum(max(0, count - taken[at]) for at in open_columns) >= len(flat)
    )
    height = max(needed, rows)
    down = (height * sheet.leading - tall) / 2 if beside and plan.form == "left" else 0.0
    heading = [replace(piece, x=piece.x + start * step, y=piece.y + down) for piece in head]
    lines: list[_Piece] = []
    rest = iter(flat)
    for column in open_columns:
        for row in range(taken[column], needed):
            got = next(rest, None)
            if got is None:
                break
            lines.append(_body_line(sheet, got, column * step, row * sheet.leading, width))
    first = sheet.stream == "body first" or (sheet.stream == "mixed" and sheet.chance.random() < 0.5)
    return _Box(plan.span, height + 1, lines + heading if first else heading + lines, article)


def _body_line(sheet: _Sheet, got: Any, x: float, y: float, width: float) -> _Piece:
    text, starts, ends, paragraph = got
    if len(paragraph) == 1 and _is_section_head(text):
        return _Piece(text, x, y, width, sheet.body * 1.1, SANS, 700, "c")
    indent = 2 * sheet.body if starts else 0.0
    kind = "" if ends else "j"
    if starts and sheet.spaced_indent and ends:
        return _Piece("　　" + text, x, y, width, sheet.body)
    return _Piece(text, x + indent, y, width - indent, sheet.body, SERIF, 400, kind)


def _head(
    sheet: _Sheet, plan: _Plan, heads: list[list[str]], width: float, article: MadeArticle
) -> tuple[list[_Piece], float]:
    """Set kicker, headline, subhead and byline line below one another; returns them and their height."""
    chance = sheet.chance
    align = chance.choice(("c", "c", ""))
    large, small = plan.sizes
    if plan.form == "upright" and article.headline and not article.kicker and not article.subhead:
        tall = len(article.headline) * large * 1.1
        if tall < sheet.rows * sheet.leading * 0.4:
            return [
                _Piece(article.headline, width - large * 1.4, 0, large * 1.2, large, sheet.head_font, 700, "v", tall)
            ], tall
    pieces: list[_Piece] = []
    y = 2.0
    twice = chance.choice((0.0, 0.0, 0.4))
    for at, (lines, size) in enumerate(zip(heads, (small, large, small), strict=True)):
        for line in lines:
            kind = align
            if at == 1 and len(lines) == 1 and 0.55 * width < len(line) * size < 0.95 * width and chance.random() < 0.3:
                kind = "j"
            weight = 700 if at == 1 else 400
            pieces.append(
                _Piece(line, 0, y, width, size, sheet.head_font, weight, kind, twice=twice if at == 1 else 0.0)
            )
            y += size * 1.3
        y += 3 if lines else 0
    if article.byline_line and pieces:
        pieces.append(_Piece(article.byline_line, 0, y, width, sheet.body, SERIF, 400, "c"))
        y += sheet.leading
    return pieces, y


def _picture(sheet: _Sheet, tab: Any) -> _Box:
    chance = sheet.chance
    span = chance.randint(1, min(3, sheet.columns))
    width, rows = sheet.span(span), chance.randint(8, 16)
    caption = (
        f"▲{chance.randint(1, 12)}月{chance.randint(1, 28)}日，{chance.choice(SCENES)}。 本报记者 {sheet.person()} 摄"
    )
    size = sheet.body - 1
    (lines,) = tab.evaluate(MEASURE, [(caption, width, size, SANS, 400, 0)])
    pieces = [_Piece("", 0, 0, width, kind="picture", height=rows * sheet.leading - 4)]
    pieces += [_Piece(line, 0, (rows + at) * sheet.leading, width, size, SANS) for at, line in enumerate(lines)]
    return _Box(span, rows + len(lines) + 1, pieces, others=[("caption", "".join(lines))])


def _slogan(sheet: _Sheet) -> _Box:
    span = sheet.chance.randint(min(2, sheet.columns), sheet.columns)
    text = sheet.chance.choice(SLOGANS)
    size = min(22.0, sheet.span(span) / len(text) * 0.9)
    line = _Piece(text, 0, 4, sheet.span(span), size, SANS, 700, "c", twice=sheet.chance.choice((0.0, 0.5, 1.2)))
    return _Box(span, sheet.lines(size * 1.6) + 1, [line], others=[("slogan", text)])


def _lone_heads(sheet: _Sheet, titles: list[str], tab: Any) -> _Box:
    """Set headlines whose stories stand elsewhere, in a frame of their own."""
    span = sheet.chance.randint(min(2, sheet.columns), min(3, sheet.columns))
    width, size, y = sheet.span(span), 14.0, 6.0
    pieces, others = [], []
    for lines in tab.evaluate(MEASURE, [(title, width - 12, size, sheet.head_font, 700, 0) for title in titles]):
        for line in lines:
            pieces.append(_Piece(line, 6, y, width - 12, size, sheet.head_font, 700, "c"))
            y += size * 1.35
        y += 8
        others.append(("headline", "".join(lines)))
    rows = sheet.lines(y)
    return _Box(
        span, rows + 1, [_Piece("", 0, 0, width, kind="frame", height=rows * sheet.leading), *pieces], others=others
    )


def _pack(sheet: _Sheet, boxes: list[_Box]) -> list[list[tuple[_Box, int, int]]]:
    """Put the boxes on pages, each where the page is lowest filled; returns (box, column, row) for each page."""
    pages: list[list[tuple[_Box, int, int]]] = []
    skylines: list[list[int]] = []
    for box in boxes:
        best = None
        for number, skyline in enumerate(skylines):
            for column in range(sheet.columns - box.columns + 1):
                row = max(skyline[column : column + box.columns])
                waste = sum(row - low for low in skyline[column : column + box.columns])
                if row + box.lines <= sheet.rows and waste <= 6 * box.columns:
                    best = min(best or (number, row, column), (number, row, column))
            if best:
                break
        if best is None:
            pages.append([])
            skylines.append([0] * sheet.columns)
            best = (len(pages) - 1, 0, 0)
        number, row, column = best
        pages[number].append((box, column, row))
        skylines[number][column : column + box.columns] = [row + box.lines] * box.columns
    return pages


def _page_html(sheet: _Sheet, number: int, placed: list[tuple[_Box, int, int]]) -> tuple[str, list[tuple[str, str]]]:
    chance = sheet.chance
    furniture = [
        _Piece(f"2023年11月{chance.randint(1, 30)}日 星期{chance.choice('一二三四五六日')}", MARGIN, MARGIN, 200, 10),
        _Piece(f"第{number:02}版：{chance.choice(SECTIONS)}", sheet.width - MARGIN - 120, MARGIN, 120, 12, SANS, 700),
        _Piece("", MARGIN, MARGIN + 24, sheet.width - 2 * MARGIN, kind="rule", height=1),
        _Piece(
            f"责任编辑：{sheet.person()} 版式：{sheet.person()} 校对：{sheet.person()}",
            MARGIN, sheet.height - MARGIN - 10, sheet.width - 2 * MARGIN, 9,
        ),
    ]  # fmt: skip
    order = list(placed)
    if sheet.stream == "mixed":
        chance.shuffle(order)
    pieces = []
    for box, column, row in order:
        x, y = MARGIN + column * (sheet.column + sheet.gutter), sheet.top + row * sheet.leading
        pieces += [replace(piece, x=piece.x + x, y=piece.y + y) for piece in box.pieces]
        if row and chance.random() < 0.5:
            pieces.append(_Piece("", x, y - sheet.leading * 0.6, sheet.span(box.columns), kind="rule", height=0.5))
    if sheet.stream == "rows":
        pieces.sort(key=lambda piece: (round(piece.y), piece.x))
    pieces = [*furniture, *pieces] if chance.random() < 0.5 else [*pieces, *furniture]
    marks = "".join(_div(piece) for piece in pieces)
    return f"<section>{marks}</section>", [("furniture", piece.text) for piece in furniture if piece.text]


def _div(piece: _Piece) -> str:
    style = f"left:{piece.x:.2f}pt;top:{piece.y:.2f}pt;width:{piece.width:.2f}pt"
    if piece.height:
        style += f";height:{piece.height:.2f}pt"
    if piece.text:
        style += f";font:{piece.weight} {piece.size}pt/1.2 {piece.font}"
    mark = f'<div class="{piece.kind}" style="{style}">{html.escape(piece.text)}</div>'
    if piece.twice:
        mark += _div(replace(piece, x=piece.x + piece.twice, twice=0.0))
    return mark
