"""Newspaper, issue date and page: what a path and the furniture of a page say of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date as calendar_date
from pathlib import PurePath

from qa.ingest.imprints.naming import (
    KINDS,
    LABEL,
    NO_PAPER,
    PAGE_WORD,
    PAPER,
    WEEKDAY,
    YEAR,
    calendar_day,
    days_in,
    is_paper,
    iso_date,
    label_of,
    page_label,
    paper_in,
    paper_name,
    without_days,
    words_of,
)

__all__ = ["OWN_PAGE", "Imprint", "imprint_in", "imprint_of", "iso_date", "page_label", "running_head"]

FOLDERS = re.compile(
    YEAR
    + r"""
    (?: [-_.年]?(\d{1,2})月?/(\d{1,2})日?        # 2023-11/10, 202412/01, 2023年11月/10日
      | 年?/(\d{1,2})月?[-_./]?/?(\d{1,2})日?    # 2023/11/10, 2023/1110, 2023/11-10
    )$""",
    re.VERBOSE,
)
AFTER_DATE = re.compile(
    r"""
    [-_.\ ]*(?:p(?:age)?[-_ ]?(?=\d))?                     # p3 and page_3 are page 3, not section P
    (?P<label>[A-Z]?\d{1,3}$                              # 20231110_01
            | (?:0\d|[A-Z]\d\d?)(?=[-_.\ ]\D|[\u3400-\u9fff]))   # 20231110 A01要闻; 20231110 10人获奖 has none
    """,
    re.VERBOSE | re.IGNORECASE,
)
BEFORE_DATE = re.compile(r"(?P<label>[A-Z]?\d{1,3})[-_. ]+", re.IGNORECASE)
PLAIN = re.compile(r"(?:p(?:age)?[-_ ]?(?=\d))?(?P<label>[A-Z]?\d{1,3})", re.IGNORECASE)
SITES = (
    re.compile(r"(?:^|/)nw\.D[^/]*_\d+-(?P<label>\d{1,3})\.html?$"),  # third item of page 17: _20220816_3-17
    re.compile(r"(?:^|/)nbs\.D[^/]*_(?P<label>\d{1,3})\.html?$"),
    re.compile(
        r"(?:^|/)\d{6}/\d\d?/node_(?P<label>[A-Z]?\d{1,3})\.html?$"
    ),  # after 2023-11/10 the number is not the page
    re.compile(r"(?:^|/)l(?P<label>\d\d)\.html?$"),
)
EDGE_LINES = 12
EDGE_CHARS = 60
FOLIO_LINES = 3
"""A page label on a line of its own further in is a pointer to another page."""
NO_HEAD = re.compile(r"[，。；！？,;!?“”]|来源|\d[:：]\d\d")
"""Running text, or the note of a web page with the hour it was put there."""
GLUED = re.compile(r"[\u3400-\u9fff](?<![报版期])$")
GOES_ON = re.compile(r"[\u3400-\u9fff](?<![农第今总期甲乙丙丁戊己庚辛壬癸])")
OWN_PAGE = re.compile(rf"第?\s*{LABEL}\s*版(?:\s*[:：·|]?\s*[\u3400-\u9fff·]{{1,8}})?")
OWN_LABEL = re.compile(r"(?P<label>[A-Z]\d\d)")
HEADED = re.compile(r"(?P<label>[A-Z]\d{1,2})(?:\u3000|\s{2})\s*[\u3400-\u9fff]{2}(?:·?[\u3400-\u9fff]{2})?")
"""A2　民生. With a single blank, or before longer words, such letters and digits stand in stories too: G7 峰会开幕."""


@dataclass(frozen=True, slots=True)
class Imprint:
    """Newspaper, issue date and page label of a file, None where unknown, and where the date was found.

    `date_source` is ``flag``, ``manifest``, ``file`` or ``path`` (the file's name, or its folders), ``fields`` (of a
    web page) or ``text``, the strongest first, and None without a date. The newspaper's name is kept without 《》 and
    without blanks between its characters.
    """

    paper: str | None = None
    date: str | None = None
    page: str | None = None
    date_source: str | None = None

    def __post_init__(self) -> None:
        if self.paper is not None:
            object.__setattr__(self, "paper", paper_name(self.paper))

    def or_else(self, weaker: Imprint) -> Imprint:
        """Fill what is open from `weaker`; a date keeps its source.

        >>> Imprint(page="2").or_else(Imprint("许昌日报", "2023-11-10", "1", "path"))
        Imprint(paper='许昌日报', date='2023-11-10', page='2', date_source='path')
        """
        date, source = (self.date, self.date_source) if self.date else (weaker.date, weaker.date_source)
        return Imprint(self.paper or weaker.paper, date, self.page or weaker.page, source)


def imprint_of(place: PurePath | tuple[str, ...]) -> Imprint:
    """Read newspaper, date and page out of a path or its components, the innermost that says it; never raises.

    >>> imprint_of(("许昌日报", "2023-11-10", "01.txt"))
    Imprint(paper='许昌日报', date='2023-11-10', page='1', date_source='path')
    >>> imprint_of(("光明日报20231110第3版.txt",))
    Imprint(paper='光明日报', date='2023-11-10', page='3', date_source='file')
    >>> imprint_of(("xcrb20231110-A01.txt",)).page, imprint_of(("rmrb2023111001.pdf",)).page
    ('A1', '1')
    >>> imprint_of(("html", "2023-11", "10", "node_2.htm")).date, imprint_of(("2023-13-45.txt",)).date
    ('2023-11-10', None)
    """
    parts = place.parts if isinstance(place, PurePath) else place
    if not parts:
        return Imprint()
    names = [*parts[:-1], re.sub(r"\.[A-Za-z][A-Za-z0-9]{0,4}$", "", parts[-1])]
    papers = (paper_in(without_days(name)) for name in reversed(names))
    paper = next((name for name in papers if name), None)
    date, at, found = _path_date(names)
    return Imprint(paper, date, _path_page("/".join(parts), names, at), found)


def imprint_in(text: str) -> Imprint:
    r"""Read newspaper, date and page from the furniture of a page: masthead, running head, folio; never from a story.

    Only short lines among the first and last dozen count. A date needs its weekday, which must be right, or the
    newspaper or page on its line; where two such lines differ, nothing is taken.

    >>> imprint_in("许昌日报\n2023年11月10日 星期五\n第01版：要闻\n本报讯 11月8日，全市……")
    Imprint(paper='许昌日报', date='2023-11-10', page='1', date_source='text')
    >>> imprint_in("本报讯 2023年11月8日，全市秋粮收购现场会召开。")
    Imprint(paper=None, date=None, page=None, date_source=None)
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    inner = len(lines) - 2 * EDGE_LINES
    edges = lines if inner <= 0 else [*lines[:EDGE_LINES], *lines[-EDGE_LINES:]]
    dates, papers, pages, folios = set[str](), set[str](), set[str](), set[str]()
    for number, line in enumerate(edges):
        if len(line) > EDGE_CHARS or NO_HEAD.search(line):
            continue
        alone = re.sub(r"\s+", "", line)
        if KINDS.search(alone) and is_paper(alone):
            papers.add(alone)
        if min(number, len(edges) - 1 - number) < FOLIO_LINES:
            folios |= _labels([line], OWN_PAGE) | _labels([line], OWN_LABEL) | _labels([line], HEADED)
        found = running_head(line, edges[max(0, number - 1) : number + 2])
        dates.update([found.date] if found.date else [])
        papers.update([found.paper] if found.paper else [])
        pages.update([found.page] if found.page else [])
    date = _only(dates)
    return Imprint(_only(papers), date, _only(pages or folios), "text" if date else None)


def running_head(line: str, around: list[str]) -> Imprint:
    """Read a line that holds one date, with its weekday on it or on a line of its own beside it."""
    days = list(days_in(line))
    if len(days) != 1:
        return Imprint()
    (day, _, start, end) = days[0]
    before, after = line[:start], re.sub(r"^[\s（(]*" + WEEKDAY.pattern + r"[）)]?", "", line[end:])
    if GLUED.search(before) or GOES_ON.match(after):
        return Imprint()  # on 2023年11月10日 (星期五) 全市……: a story
    words = words_of(f"{before} {WEEKDAY.sub(' ', line[end:])}")
    papers = {word for word in words if PAPER.fullmatch(word) and not NO_PAPER.search(word)}
    pages = _labels(words, OWN_PAGE) | _labels(words[:1] + words[-1:], PLAIN)
    weekdays = set(WEEKDAY.findall(line)) or {
        match[1] for near in around if near != line and (match := WEEKDAY.match(near)) and len(near) <= EDGE_CHARS // 4
    }
    right = weekdays == {"一二三四五六日"[calendar_date.fromisoformat(day).weekday()]} or (
        weekdays == {"天"} and calendar_date.fromisoformat(day).weekday() == 6
    )
    if right or (not weekdays and (papers or pages)):
        return Imprint(_only(papers), day, _only(pages), "text")
    return Imprint()


def _labels(words: list[str], form: re.Pattern[str]) -> set[str]:
    """Return the page labels among `words` that are wholly of `form`."""
    matches = [match for word in words if (match := form.fullmatch(word))]
    return {label for match in matches if (label := label_of(match["label"]))}


def _path_date(names: list[str]) -> tuple[str | None, int | None, str | None]:
    """Return the innermost date, the index of the component that ends it, and whether the file's name alone holds it.

    Two dates in one component are none.
    """
    for at in range(len(names) - 1, -1, -1):
        days = {day for day, _, _, _ in days_in(names[at])}
        if len(days) == 1:
            return days.pop(), at, "file" if at == len(names) - 1 else "path"
        match = FOLDERS.search("/".join(names[: at + 1]))
        if match and not days:
            year, month, day = (int(part) for part in match.groups() if part)
            if found := calendar_day(year, month, day):
                return found, at, "path"
    return None, None, None


def _path_page(path: str, names: list[str], at: int | None) -> str | None:
    """Return the page: a site's own form, a page word, digits beside the date, or a name that is but a label."""
    stem, last = names[-1], len(names) - 1
    labels: list[str | re.Match[str] | None] = [site.search(path) for site in SITES]
    days = [(page, start, end) for _, page, start, end in days_in(stem)] if at == last else []
    if days:
        page, start, end = days[0]
        labels += [page, PAGE_WORD.search(without_days(stem)), AFTER_DATE.match(stem[end:])]
        labels.append(BEFORE_DATE.fullmatch(stem[:start]))
    else:
        labels.append(PAGE_WORD.search(stem))
    if at is not None and at < last:
        labels.append(PLAIN.fullmatch(stem))
        labels += [PAGE_WORD.search(folder) for folder in names[at + 1 : last]]
        labels.append(PLAIN.fullmatch(names[at + 1]))
    words = (label if isinstance(label, str) else label["label"] for label in labels if label)
    return next(filter(None, map(label_of, words)), None)


def _only(values: set[str]) -> str | None:
    return next(iter(values)) if len(values) == 1 else None
