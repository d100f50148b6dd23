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
    "WEEKDAY",
    "YEAR",
    "calendar_day",
    "days_in",
    "is_paper",
    "iso_date",
    "label_of",
    "page_label",
    "paper_in",
    "paper_name",
    "without_days",
    "words_of",
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
WEEKDAY = re.compile(r"(?:星\s*期|周|礼拜)\s*([一二三四五六日天])")
HAN = r"[\u3400-\u9fff]"
PAPER = re.compile(rf"{HAN}{{1,12}}[报報](?:海外版|（海外版）)?(?![纸紙道告导導刊名表酬业業])")
NO_PAPER = re.compile(
    r"""
    (?:工作|情况)[汇匯][报報]$
  | (?:通|举|海|简|预|警|情|捷|喜|战|板|墙|填|上|回|剪|电子|数字|机关|党|播|呈|谎|瞒|漏|虚)报$
  | (?:(?<![青少])年|季|财|研|速|小|抄|(?<!大)公)报$
  | ^[本见读看办订登送卖]报$
  | .申[报報]$                                          # 项目申报; 申报 alone is the newspaper of Shanghai
  | (?:工作|情况|疫情|统计|施工|生产|销售|财务|运行|监测|数据|舆情|项目)[日周旬月]报$
    """,
    re.VERBOSE,
)
KIND = (
    "日|晚|早|晨|时|時|商|周|週|快|导|導|都市|青年|少年|法治|法制|科技|教育|经济|經濟|信息|农民|工人|文汇|文匯|大公"
    "|新京"
)
KINDS = re.compile(rf"(?:{KIND})[报報](?:海外版|（海外版）)?$")
SPACED = re.compile(rf"(?<!{HAN}){HAN}(?:[ \u3000]{HAN}(?!{HAN}))+|{HAN}+[ \u3000]+(?:{KIND})[报報]")
"""A name set with blanks: 江 州 日 报, 人民 日报."""
UNMARKED = (
    "参考消息", "參考消息", "南方周末", "新华每日电讯", "每日经济新闻", "21世纪经济报道", "中国新闻周刊",
    "三联生活周刊", "作家文摘", "报刊文摘", "讽刺与幽默",
)  # fmt: skip
"""Newspapers whose names do not end as newspapers' names do, or as sections' names do too."""
PERIODICAL = re.compile(rf"(?<!{HAN})(?P<name>{HAN}{{2,8}}?)(?:[周週]刊|周末|新[闻聞]|消息|[电電][讯訊])(?!{HAN})")
SECTION = re.compile(
    "(?:要闻|时政|时事|社会|体育|文体|娱乐|财经|经济|金融|文化|文艺|科技|教育|健康|民生|法治|军事|旅游|汽车|房产|生活|教科文卫"
    "|国际|国内|中国|世界|全球|环球|全国|全省|全市|全县|本省|本市|本地|本报|地方|地区|区域|城市|城乡|农村|县区|基层|校园|行业|部门|企业"
    "|综合|图片|图文|视频|标题|头版|头条|简明|重要|重大|特别|热点|焦点|今日|昨日|每日|最新|本周|一周|新闻|快乐|欢度|休闲|我市|我县|我省)+"
)
"""What sections are about: 体育新闻 and 健康周刊 are sections, 江州新闻 is a newspaper."""
RUNNING = re.compile(r"[的了是我你他她它这给致与]|^[在据向对被由从到为]|^关于|来源|编辑|记者")
WIDE = r"[\u3000-\u303f\u3400-\u9fff\uff01-\uff60]"
BLANKS = re.compile(rf"(?<={WIDE})\s+(?={WIDE})")
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


def paper_name(text: str) -> str | None:
    """Return a newspaper's name as it is stored: without 《》, and without blanks between its Chinese characters.

    >>> paper_name("《 人民　日报 》"), paper_name(" China  Daily "), paper_name("《》")
    ('人民日报', 'China Daily', None)
    """
    bare = re.sub("[《》\u200b\ufeff]", "", text).strip()
    return " ".join(BLANKS.sub("", bare).split()) or None


def words_of(line: str) -> list[str]:
    """Return the words of a running head, a newspaper's name one of them however it is set.

    >>> words_of("《江 州 日 报》 | 要闻·A02")
    ['江州日报', '要闻', 'A02']
    """
    return [word for word in re.split(r"[\s|丨·/《》]+", _closed_up(line)) if word]


def is_paper(name: str) -> bool:
    """Tell whether `name` as a whole is a newspaper's: it ends as their names do, or is one of the few that do not.

    >>> [is_paper(name) for name in ("许昌日报", "國民日報", "人民政协报", "参考消息", "天气预报", "我与文汇报")]
    [True, True, True, True, False, False]
    """
    if name in UNMARKED:
        return True
    long_enough = 3 if KINDS.search(name) else 4
    whole = len(name) >= long_enough and PAPER.fullmatch(name)
    return bool(whole and not NO_PAPER.search(name) and not RUNNING.search(name))


def paper_in(text: str) -> str | None:
    """Return the first newspaper named in `text`, a file's name or a folder's.

    >>> paper_in("许昌日报电子版"), paper_in("人民 日报"), paper_in("工作汇报"), paper_in("旧报纸")
    ('许昌日报', '人民日报', None, None)
    >>> paper_in("南方周末 要闻"), paper_in("江州新闻"), paper_in("体育新闻"), paper_in("民報")
    ('南方周末', '江州新闻', None, '民報')
    """
    text = _closed_up(PAGE_WORD.sub(" ", text))
    found = [(text.index(name), name) for name in UNMARKED if name in text]
    found += [(match.start(), match.group()) for match in PAPER.finditer(text) if not NO_PAPER.search(match.group())]
    if not found:
        found = [(match.start(), match.group()) for match in PERIODICAL.finditer(text) if _is_name(match["name"])]
    return min(found, key=lambda name: (name[0], -len(name[1])), default=(0, None))[1]


def _closed_up(text: str) -> str:
    return SPACED.sub(lambda name: re.sub(r"\s", "", name.group()), text)


def _is_name(word: str) -> bool:
    return not SECTION.fullmatch(word) and not RUNNING.search(word)
