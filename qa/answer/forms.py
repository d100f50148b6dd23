"""What an answer of each kind looks like in print: a date for when, a figure for how many, a speaker for statements."""

from __future__ import annotations

import re

from qa.retrieve.question import SAYING
from qa.retrieve.speech import pages_words, person_names

__all__ = ["answers_kind", "speaks"]

DIGITS = r"[0-9０-９一二两三四五六七八九十百千万亿零〇]"
YEAR = re.compile(r"[12][0-9]{3}年|[一二][〇○零一二三四五六七八九]{3}年|今年|去年|明年|前年|后年|当年|同年")
WHEN = re.compile(
    rf"{YEAR.pattern}|{DIGITS}{{1,3}}(?:月|日|时|点|号|天|周|年)|[今昨明前当]日|[今昨明前后]天|星期[一二三四五六日天]|周[一二三四五六日末]"
    r"|上午|下午|晚上|凌晨|早上|傍晚|日前|近日|年底|年初|月底|月初|春节|国庆|元旦|世纪|年代|季度|时期"
)
PERCENT = re.compile(r"[0-9０-９.]+\s*[%％‰]|百分之|[一二三四五六七八九]成")
NUMBER = re.compile(rf"{DIGITS}")
LIST = re.compile(r"、|分别|包括|依次|[一1][是要][^。]+[二2][是要]")
WHERE = re.compile(
    r"(?:位于|地处|赴|抵达|来到|前往|走进|到)[^，。；、会]{2,}|在[^，。；、]{2,}?(?:召开|举行|举办|内|里|附近|旁)|[\u3400-\u9fff]{2,}(?:省|自治区|县|区|镇|乡|村|街道|大街|路|大厦|中心|馆|学院"
    r"|大学|学校|中学|小学|医院|公园|广场|园区|产业园|车站|机场|礼堂|酒店|宾馆|基地|工厂|小区|社区)"
)
PLACE_TAGS = ("ns", "nt")
ORGANISATION = re.compile(
    r"[\u3400-\u9fff]{2,}(?:部|局|厅|委|公司|集团|厂|中心|政府|大学|银行|所|队|社|馆|部门|协会|商会|学会|委员会|联合会|(?:法|医|学|研究|国务)院)"
)


def answers_kind(kind: str, text: str) -> bool:
    """Tell whether `text` holds something of the form that a question of `kind` asks for.

    Kinds without a form of their own (what, why, how) are answered by any text.

    >>> answers_kind("percent", "设备联网率在90%以上"), answers_kind("year", "确保早日实现目标")
    (True, False)
    """
    if kind == "where":
        return bool(WHERE.search(text)) or any(tag in PLACE_TAGS for _, tag in pages_words(text))
    if kind == "who":
        return bool(ORGANISATION.search(text)) or bool(person_names(pages_words(text)))
    pattern = {"year": YEAR, "when": WHEN, "percent": PERCENT, "number": NUMBER, "list": LIST}.get(kind)
    return pattern is None or bool(pattern.search(text))


def speaks(name: str, text: str) -> bool:
    """Tell whether `text` opens or goes on with something `name` says.

    >>> speaks("刘涛", "就做好下一步工作，刘涛强调，要更精准"), speaks("陈震", "组长陈震到会指导。")
    (True, False)
    """
    return bool(re.search(rf"{re.escape(name)}[^，。；！？“”]{{0,12}}?{SAYING}(?!话)", text))
