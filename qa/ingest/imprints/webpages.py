"""Newspaper, issue date and page as a web page tells them: in its fields, in its title, in what it shows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta, timezone

from qa.ingest.imprints.imprint import EDGE_CHARS, Imprint, running_head
from qa.ingest.imprints.naming import (
    LABEL,
    NO_PAPER,
    PAPER,
    WEEKDAY,
    days_in,
    is_paper,
    label_of,
    paper_name,
    words_of,
)

__all__ = ["imprint_in_fields", "imprint_in_title", "imprint_on_screen", "page_shown"]

NAME_FIELDS = ("papername", "newspaper")
SITE_FIELDS = ("sitename", "site_name", "og:site_name", "contentsource", "source")
"""Names of sites too: taken where they are a newspaper's. The source comes last, for papers reprint each other."""
PAGE_FIELDS = ("pagenum", "pageno")
DATE_FIELDS = (
    "date", "article:published_time", "og:published_time", "pubdate", "publishdate", "publish_date", "publish-date",
    "publishtime", "datepublished", "dc.date", "dcterms.issued",
)  # fmt: skip
CHINA = timezone(timedelta(hours=8))
PAPER_LINE = re.compile(
    r"""
    《(?P<paper>[^《》]{1,30})》\s*                       # 《人民日报》（2021年06月08日 第 01 版）
    [（(]?\s*(?P<date>\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日)[\s，,]*第?\s*(?P<page>[A-Za-z]?\d{1,3})\s*版
    """,
    re.VERBOSE,
)
SITE = (
    r"(?:多媒体|全媒体)?(?:数字|电子|网络|手机|多媒体)(?:报刊|报纸|报|版|刊)?(?:平台|系统|网)?"
    r"|网站|官网|客户端|在线|首页|网"
)
PAPERS_SITE = re.compile(
    rf"(?:来源[:：])?(?P<name>(?:\d\d世纪)?[\u3400-\u9fff]+?(?:（海外版）)?)(?P<site>社?(?:{SITE}){{0,3}})"
)
OTHER_SITE = re.compile(rf"[\u3400-\u9fff]{{0,6}}(?:{SITE}|报社)")
PIECE = r"(?P<piece>[^-_|｜—－–]{1,30})"
LAST_PIECE = re.compile(rf"\s*(?P<mark>[-_|｜—－–]+)\s*{PIECE}$")
FIRST_PIECE = re.compile(rf"^{PIECE}(?:[_|｜]|--?)+\s*")
SECTION = r"[\u3400-\u9fff][\u3400-\u9fff·、/ ]{0,11}"
SHOWN_PAGE = re.compile(
    rf"""
    (?:版次|版面|版名|当前版面?|所在版面?)\s*[:：]\s*(?:第\s*)?{LABEL}(?:\s*版)?(?:\s*[:：·|]?\s*{SECTION})?
  | (?:第\s*)?{LABEL.replace("label", "own")}\s*版(?!本)(?:\s*[:：·|丨/-]?\s*{SECTION})?         # 第A02版：要闻
  | (?P<short>[A-Za-z]\d{{1,2}}|0\d)\s*[:：]\s*{SECTION}                              # A02：要闻
    """,
    re.VERBOSE,
)
BARE_LABEL = re.compile(r"[A-Za-z]?\d{1,3}")
SOURCE_NOTE = re.compile(r"来\s*源\s*[:：]\s*(?P<site>《[^《》]{2,20}》|\S{2,20})")
DATE_NOTE = re.compile(
    r"(?:(?:发布|出版|见报|刊发|刊登)?(?:日期|时间|于)?\s*[:：]?\s*)"
    r"(?P<date>\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?)(?:\s*\d{1,2}:\d\d(?::\d\d)?)?"
)
TODAY = re.compile("今天|现在|当前时间|更新|访问|打印")
"""The day on which the page was looked at, or changed."""


def imprint_in_fields(fields: Mapping[str, str], section: str = "") -> Imprint:
    """Read what the system behind the page recorded: Founder's fields, meta elements (names in lower case), p.sec.

    A moment that is told with its time zone is the day it was in China.

    >>> imprint_in_fields({"papername": "《 江州日报 》", "pagenum": "A01", "date": "2023-11-10 23:59:59"})
    Imprint(paper='江州日报', date='2023-11-10', page='A1', date_source='fields')
    >>> imprint_in_fields({"og:site_name": "江州网", "source": "江州晚报", "pubdate": "2023-11-09T22:30:00Z"})
    Imprint(paper='江州晚报', date='2023-11-10', page=None, date_source='fields')
    >>> imprint_in_fields({"date": "2023-13-45"}, "本报记者 张三 《清泉日报》（2021年06月08日 第 01 版）")
    Imprint(paper='清泉日报', date='2021-06-08', page='1', date_source='fields')
    """
    line = PAPER_LINE.search(section)
    names = [fields.get(name, "") for name in NAME_FIELDS]
    sites = [_paper_of(fields.get(name, "")) for name in SITE_FIELDS]
    labels = [label_of(fields[name]) for name in PAGE_FIELDS if BARE_LABEL.fullmatch(fields.get(name, ""))]
    written = [fields.get(DATE_FIELDS[0], ""), line["date"] if line else ""]
    days = filter(None, map(_day, [*written, *(fields.get(name, "") for name in DATE_FIELDS[1:])]))
    date = next(days, None)
    return Imprint(
        next(filter(None, [*names, line["paper"] if line else "", *sites]), None),
        date,
        next(filter(None, [*labels, label_of(line["page"]) if line else None]), None),
        "fields" if date else None,
    )


def imprint_in_title(title: str) -> tuple[str, Imprint]:
    """Part a document's title into the headline and what stands beside it: newspaper, site, page, date.

    >>> imprint_in_title("秋粮收购有序推进-江州日报多媒体数字报刊平台")
    ('秋粮收购有序推进', Imprint(paper='江州日报', date=None, page=None, date_source=None))
    >>> imprint_in_title("江州日报电子版"), imprint_in_title("高铁5G-A网络开通——来自江州日报")[0]
    (('', Imprint(paper='江州日报', date=None, page=None, date_source=None)), '高铁5G-A网络开通——来自江州日报')
    >>> imprint_in_title("江州日报 - 2023年11月10日 - 第02版：综合 - 秋收 | 江州网")[1]
    Imprint(paper='江州日报', date='2023-11-10', page='2', date_source='text')
    """
    found = Imprint()
    while match := LAST_PIECE.search(title):
        told = _piece(match["piece"])
        if told is None or not match.start():
            break
        if "—" in match["mark"] and told != Imprint() and told.paper in (None, match["piece"]):
            break  # such a dash belongs to the headline, unless what follows says that it is a site
        found, title = found.or_else(told), title[: match.start()]
    while match := FIRST_PIECE.search(title):
        told = _piece(match["piece"].strip())
        if told is None or told == Imprint():
            break
        found, title = found.or_else(told), title[match.end() :]
    told = _piece(title.strip())
    return ("", found.or_else(told)) if told else (title.strip(), found)


def imprint_on_screen(lines: Sequence[str], linked: Iterable[str] = ()) -> Imprint:
    """Read what a reader sees round the story: date line, page, newspaper. `linked` are lines that lead elsewhere.

    Where two lines differ, nothing is taken; but a date with its weekday goes before one without, a page before those
    linked to, and a newspaper's name alone on its line before the source of the story.

    >>> imprint_on_screen(["江州日报 2023年11月10日 星期五", "第A02版：要闻"], ["第A01版：头版", "第A03版：综合"])
    Imprint(paper='江州日报', date='2023-11-10', page='A2', date_source='text')
    >>> imprint_on_screen(["今天是2026年11月23日 星期一", "发布时间：2023-11-10 06:30", "来源：江州晚报"])
    Imprint(paper='江州晚报', date='2023-11-10', page=None, date_source='text')
    """
    told: list[Imprint] = []
    noted: list[Imprint] = []
    short = [line for line in lines if len(line) <= EDGE_CHARS and not TODAY.search(line)]
    for number, line in enumerate(short):
        cited = PAPER_LINE.search(line)
        head = running_head(line, list(short[max(0, number - 1) : number + 2]))
        note = DATE_NOTE.match(line)
        source = SOURCE_NOTE.search(line)
        if cited:
            told.append(imprint_in_fields({}, line))
        elif head.date:
            told.append(head)
        elif note or source:
            rest = line[note.end() :] if note else line
            if source is None and rest.strip():
                continue
            noted.append(Imprint(_paper_of(source["site"]) if source else None, _day(note["date"]) if note else None))
        else:
            told.extend(_alone(line))
    strong, weak = _agreed(told), _agreed(noted)
    page = Imprint(page=page_shown(lines) or page_shown(linked))
    found = strong.or_else(page).or_else(weak)
    return Imprint(found.paper, found.date, found.page, "text" if found.date else None)


def page_shown(lines: Iterable[str]) -> str | None:
    """Return the label of the one page that `lines` name, each for itself; None for none or several.

    >>> page_shown(["第01版：要闻", "首页"]), page_shown(["A02： 综合"]), page_shown(["01版：要闻", "02版：综合"])
    ('1', 'A2', None)
    """
    return _only(filter(None, map(_label, lines)))


def _label(line: str) -> str | None:
    match = SHOWN_PAGE.fullmatch(line.strip())
    return label_of(next(filter(None, (match["label"], match["own"], match["short"])))) if match else None


def _piece(piece: str) -> Imprint | None:
    """Read a piece of a title; an empty imprint for the name of a site, None for words of the headline."""
    days = list(days_in(piece))
    if len(days) == 1 and not WEEKDAY.sub("", piece[: days[0][2]] + piece[days[0][3] :]).strip():
        return Imprint(date=days[0][0], date_source="text")
    if label := _label(piece):
        return Imprint(page=label)
    if paper := _paper_of(piece):
        return Imprint(paper)
    return Imprint() if OTHER_SITE.fullmatch(piece) else None


def _paper_of(site: str) -> str | None:
    """Return the newspaper whose site this is, None for any other site.

    >>> _paper_of("《江州日报》社数字报"), _paper_of("来源：江州晚报"), _paper_of("江州网"), _paper_of("新华社")
    ('江州日报', '江州晚报', None, None)
    """
    match = PAPERS_SITE.fullmatch(paper_name(site) or "")
    if not match:
        return None
    name = match["name"]
    short = match["site"] and PAPER.fullmatch(name) and not NO_PAPER.search(name)  # 健康报数字报
    return name if is_paper(name) or short else None


def _alone(line: str) -> list[Imprint]:
    """Read a line of nothing but newspaper, page and section."""
    words = words_of(line)
    papers = [paper for word in words if (paper := _paper_of(word))]
    pages = [word for word in words if _label(word)]
    return [Imprint(papers[0])] if len(papers) == 1 and len(papers) + len(pages) == len(words) else []


def _agreed(told: Sequence[Imprint]) -> Imprint:
    return Imprint(
        _only(one.paper for one in told if one.paper),
        _only(one.date for one in told if one.date),
        _only(one.page for one in told if one.page),
    )


def _day(value: str) -> str | None:
    """Return the day in China of a date or moment as a page records it, None for no such day."""
    try:
        moment = datetime.fromisoformat(value.strip())
    except ValueError:
        days = [day for day, _, _, _ in days_in(value)]
        return days[0] if days else None
    day = moment.astimezone(CHINA) if moment.tzinfo else moment
    return next((iso for iso, _, _, _ in days_in(day.date().isoformat())), None)


def _only(values: Iterable[str]) -> str | None:
    found = set(values)
    return found.pop() if len(found) == 1 else None
