"""Typeset articles of known shape as newspaper pages and print them to a PDF with Chromium.

The browser breaks the lines; columns, heads and boxes are set here, each line at its own place, as layout programs do.
Nothing of the truth stands in the PDF but the print itself.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bench.made import MadeArticle
from bench.made_fillers import lone_heads, notice, picture, running_head, slogan
from bench.made_sheets import MARGIN, MEASURE, SANS, SERIF, SHEET, Box, Piece, Sheet, markup, pack

__all__ = ["PrintedPage", "typeset"]

NUMERALS = "一二三四五六七八九十"
CELL = 1.1
"""Height of a character in an upright headline, in type sizes."""


@dataclass(frozen=True, slots=True)
class PrintedPage:
    """What one page of the PDF prints: its articles, and the (kind, text) of what belongs to none."""

    articles: tuple[MadeArticle, ...]
    others: tuple[tuple[str, str], ...]


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
    byline_over: int | None = None
    """The text column over which the byline line stands by itself; None for one under the head."""


def typeset(articles: Sequence[MadeArticle], seed: int, path: Path, browser: Any) -> list[PrintedPage]:
    """Print `articles` to a PDF at `path` and return what each of its pages holds.

    `browser` is a started Playwright browser. The shape of the pages follows from `seed` alone. A few articles lend
    only their headline (标题新闻) or lose it, some are cut by a jump; the pages returned say what was printed. An
    article too long for a page is left out.
    """
    sheet = Sheet(random.Random(seed))
    tab = browser.new_page()
    try:
        boxes = _boxes(sheet, list(articles), tab)
        pages = pack(sheet, boxes)
        bodies = [_page_html(sheet, number, placed) for number, placed in enumerate(pages, start=1)]
        printed_pages = "".join(body for body, _ in bodies)
        tab.set_content(SHEET.format(width=sheet.width, height=sheet.height, pages=printed_pages))
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


def _boxes(sheet: Sheet, articles: list[MadeArticle], tab: Any) -> list[Box]:
    """Make the boxes of the articles, and pictures, slogans, lone headlines and notices between them."""
    chance = sheet.chance
    titles = [article.headline for article in articles[::11] if article.headline]
    articles = [article for at, article in enumerate(articles) if at % 11 or not article.headline]
    plans = [_plan(sheet, _varied(sheet, article)) for article in articles]
    boxes: list[Box] = []
    for plan, (heads, body) in zip(plans, _measured(sheet, plans, tab), strict=True):
        made = _article_boxes(sheet, plan, heads, body)
        boxes += [box for box in made if box.lines <= sheet.rows]
        if chance.random() < 0.2:
            boxes.append(picture(sheet, tab))
        if chance.random() < 0.07:
            boxes.append(slogan(sheet))
        if chance.random() < 0.1:
            boxes.append(notice(sheet, tab))
        if titles and chance.random() < 0.12:
            some = min(len(titles), chance.choice((1, 2, 3)))
            boxes.append(lone_heads(sheet, [titles.pop() for _ in range(some)], tab))
    return boxes


def _varied(sheet: Sheet, article: MadeArticle) -> MadeArticle:
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


def _plan(sheet: Sheet, article: MadeArticle) -> _Plan:
    chance = sheet.chance
    length = sum(map(len, article.paragraphs))
    widest = min(sheet.columns, 1 + length // 180)
    span = chance.randint(max(1, widest // 2), widest)
    columns = span if span < 2 or chance.random() < 0.85 else span - 1
    form = chance.choices(("above", "left", "inside", "upright"), (66, 12, 15, 7))[0] if columns > 1 else "above"
    head, side = (0, columns), chance.random() < 0.5
    if form == "upright" and (length < 200 or len(_upright_lines(article)) > 3 or not _may_stand(article)):
        form = "above"
    if form == "left":
        head = (0, 1 if columns < 4 else 2)
    elif form == "upright":
        head = (columns - 1, columns) if side else (0, 1)
    elif form == "inside":
        start = chance.randrange(0, columns - 1)
        head = (start, chance.randint(start + 1, columns if start else columns - 1))
    width = (sheet.span(span) / columns) * (head[1] - head[0])
    rows = 2 if head[1] - head[0] > 1 else 3
    longest = len(article.headline or "")
    size = next((s for s in (40, 34, 30, 26, 22, 19, 17) if longest * s <= width * rows * 0.85), 16)
    size = min(size, chance.choice((22, 26, 30, 40)), 18 + 6 * span)
    over = None
    if form == "upright":
        size = 30 if max(map(len, _upright_lines(article))) <= 8 else 24
    if form in ("left", "upright"):
        over = 0 if head[0] else head[1]
    elif head[0] == 0:
        over = 0
    if over is not None and form != "upright" and chance.random() < 0.5:
        over = None
    small = min(chance.choice((11.0, 12.5, 14.0, 16.0)), size * 0.75)
    return _Plan(article, span, columns, form, head, (size, small), over)


def _upright_lines(article: MadeArticle) -> list[str]:
    """Cut a headline into the lines in which it stands upright: at its space, else in halves where it is long."""
    words = (article.headline or "").split()
    if len(words) == 1 and len(words[0]) > 10:
        half = -(-len(words[0]) // 2)
        words = [words[0][:half], words[0][half:]]
    return words


def _may_stand(article: MadeArticle) -> bool:
    """Tell whether a head can be set upright: no figures, no letters, and not too long for a page."""
    texts = [article.kicker or "", *_upright_lines(article), article.subhead or ""]
    return (
        bool(article.headline)
        and max(map(len, texts)) <= 16
        and all(text.isalpha() for text in texts if text)
        and (not any(char.isascii() for text in texts for char in text))
    )


def _measured(sheet: Sheet, plans: list[_Plan], tab: Any) -> list[tuple[list[list[str]], list[list[str]]]]:
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


def _article_boxes(sheet: Sheet, plan: _Plan, heads: list[list[str]], body: list[list[str]]) -> list[Box]:
    """Set one article, in two boxes where a jump cuts it."""
    flat = [(line, at == 0, at + 1 == len(lines), lines) for lines in body for at, line in enumerate(lines)]
    chance = sheet.chance
    if len(flat) > 40 and plan.article.headline and chance.random() < 0.25:
        cut = chance.randint(len(flat) // 2, len(flat) - 15)
        if not flat[cut - 1][2] and not flat[cut][2]:
            return _jumped(sheet, plan, heads, flat, cut)
    return [_set(sheet, plan, heads, flat, plan.article)]


def _jumped(sheet: Sheet, plan: _Plan, heads: list[list[str]], flat: list[Any], cut: int) -> list[Box]:
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


def _set(sheet: Sheet, plan: _Plan, heads: list[list[str]], flat: list[Any], article: MadeArticle) -> Box:
    """Flow the body's lines through the box's columns round the head, and place every line."""
    width = (sheet.span(plan.span) - (plan.columns - 1) * sheet.gutter) / plan.columns
    step = width + sheet.gutter
    start, end = plan.head_at
    measure = (end - start) * step - sheet.gutter
    head, tall = (_upright if plan.form == "upright" else _head)(sheet, plan, heads, measure, article)
    rows = sheet.lines(tall + 4) if head else 0
    beside = plan.form in ("left", "upright") and bool(head)
    open_columns = [at for at in range(plan.columns) if not beside or not start <= at < end]
    taken = {at: rows if start <= at < end and not beside else 0 for at in open_columns}
    bylines: list[Piece] = []
    over = plan.byline_over
    if over is not None and head and article.byline_line:
        align = sheet.chance.choice(("c", "c", "", "r"))
        for line in _byline_lines(article.byline_line, width, sheet.body):
            y = taken[over] * sheet.leading
            bylines.append(Piece(line, over * step, y, width, sheet.body, SERIF, 400, align))
            taken[over] += 1
    needed = next(
        count for count in range(1, 10_000) if sum(max(0, count - taken[at]) for at in open_columns) >= len(flat)
    )
    height = max(needed, rows)
    down = (height * sheet.leading - tall) / 2 if beside and plan.form == "left" else 0.0
    heading = [replace(piece, x=piece.x + start * step, y=piece.y + down) for piece in head] + bylines
    lines: list[Piece] = []
    rest = iter(flat)
    for column in open_columns:
        for row in range(taken[column], needed):
            got = next(rest, None)
            if got is None:
                break
            lines.append(_body_line(sheet, got, column * step, row * sheet.leading, width))
    first = sheet.stream == "body first" or (sheet.stream == "mixed" and sheet.chance.random() < 0.5)
    return Box(plan.span, height + 1, lines + heading if first else heading + lines, article)


def _byline_lines(byline: str, measure: float, size: float) -> list[str]:
    """Break a byline between its names, where it is wider than its place."""
    lines = [""]
    for word in re.split("(?<!记者)(?<!通讯员) (?!文/图)|(?<=、)", byline):
        longer = lines[-1] + ("" if lines[-1].endswith("、") else " ") + word if lines[-1] else word
        if lines[-1] and (len(longer) + 1) * size > measure:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _body_line(sheet: Sheet, got: Any, x: float, y: float, width: float) -> Piece:
    text, starts, ends, paragraph = got
    if len(paragraph) == 1 and _is_section_head(text):
        return Piece(text, x, y, width, sheet.body * 1.1, SANS, 700, "c")
    indent = 2 * sheet.body if starts else 0.0
    kind = "" if ends else "j"
    if starts and sheet.spaced_indent and ends:
        return Piece("　　" + text, x, y, width, sheet.body)
    return Piece(text, x + indent, y, width - indent, sheet.body, SERIF, 400, kind)


def _head(
    sheet: Sheet, plan: _Plan, heads: list[list[str]], width: float, article: MadeArticle
) -> tuple[list[Piece], float]:
    """Set kicker, headline, subhead and byline line below one another; returns them and their height."""
    chance = sheet.chance
    align = chance.choice(("c", "c", ""))
    large, small = plan.sizes
    pieces: list[Piece] = []
    y = 2.0
    twice = chance.choice((0.0, 0.0, 0.4))
    white = chance.choice((0.0, 0.0, 0.3, 0.6)) * small
    for at, (lines, size) in enumerate(zip(heads, (small, large, small), strict=True)):
        for line in lines:
            kind = align
            if at == 1 and len(lines) == 1 and 0.55 * width < len(line) * size < 0.95 * width and chance.random() < 0.3:
                kind = "j"
            weight = 700 if at == 1 else 400
            pieces.append(
                Piece(line, 0, y, width, size, sheet.head_font, weight, kind, twice=twice if at == 1 else 0.0)
            )
            y += size * 1.3
        y += 3 + white if lines else 0
    if article.byline_line and pieces and plan.byline_over is None:
        for line in _byline_lines(article.byline_line, width, sheet.body):
            pieces.append(Piece(line, 0, y, width, sheet.body, SERIF, 400, align))
            y += sheet.leading
    return pieces, y


def _upright(
    sheet: Sheet, plan: _Plan, heads: list[list[str]], width: float, article: MadeArticle
) -> tuple[list[Piece], float]:
    """Set kicker, headline and subhead upright, from right to left; returns them and their height."""
    chance = sheet.chance
    if not any(heads):
        return [], 0.0
    large, small = plan.sizes
    lines = [(article.kicker or "", small, 400)]
    lines += [(line, large, 700) for line in _upright_lines(article)]
    lines += [(article.subhead or "", small, 400)]
    lines = [line for line in lines if line[0]]
    wide = sum(size * 1.35 for _, size, _ in lines)
    x = wide + 4 if plan.head_at[0] else width - 4
    by_character = chance.random() < 0.5
    pieces: list[Piece] = []
    for text, size, weight in lines:
        x -= size * 1.35
        down = 2 * size if size == small and len(text) * small < len(lines[0][0]) * large / 2 else 0.0
        if by_character:
            cells = [(char, down + at * size * CELL, "c", 0.0) for at, char in enumerate(text)]
        else:
            cells = [(text, down, "v", len(text) * size * CELL)]
        pieces += [
            Piece(cell, x, y, size * 1.2, size, sheet.head_font, weight, kind, tall) for cell, y, kind, tall in cells
        ]
    return pieces, max(piece.y + (piece.height or piece.size * CELL) for piece in pieces)


def _page_html(sheet: Sheet, number: int, placed: list[tuple[Box, int, int]]) -> tuple[str, list[tuple[str, str]]]:
    chance = sheet.chance
    furniture = [
        *running_head(sheet, number),
        Piece(
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
            pieces.append(Piece("", x, y - sheet.leading * 0.6, sheet.span(box.columns), kind="rule", height=0.5))
    if sheet.stream == "rows":
        pieces.sort(key=lambda piece: (round(piece.y), piece.x))
    pieces = [*furniture, *pieces] if chance.random() < 0.5 else [*pieces, *furniture]
    marks = "".join(markup(piece) for piece in pieces)
    return f"<section>{marks}</section>", [("furniture", piece.text) for piece in furniture if piece.text]
