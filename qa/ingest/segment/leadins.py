"""How a story opens: the paper's or the agency's name, place and date, and those who wrote it.

The patterns are facts of the trade, for mainland papers (本报讯（记者 …）) and for those of Taiwan and Hong Kong
(【記者…／台北報導】). A lead-in is told from a sentence that begins with the same words by what follows it: a blank,
a bracket, a colon or a day; after 据…消息 and a comma a sentence goes on.
"""

from __future__ import annotations

import re

from qa.ingest.segment.names import COMMON, COMPOUND, HAN, SURNAMES

__all__ = ["BOTH_ROLES", "DAY", "LEAD_IN_BYLINE", "OPENING", "PERSON", "RANK", "ROLE", "both_scripts"]

SCRIPTS = dict(
    pair
    for pair in zip(
        "记讯员摄报导电网实习约图综发专华国时闻晚见编论评台访调撰众线频体频独资级业创",
        "記訊員攝報導電網實習約圖綜發專華國時聞晚見編論評臺訪調撰眾線頻體頻獨資級業創",
        strict=True,
    )
    if pair[0] != pair[1]
)


def both_scripts(words: str) -> str:
    """Return the pattern `words` with each character that the traditional script writes otherwise in both forms.

    >>> both_scripts("记者|摄影"), bool(re.fullmatch(both_scripts("综合报道"), "綜合報導"))
    ('[记記]者|[摄攝]影', True)
    """
    both = "".join(f"[{char}{SCRIPTS[char]}]" if char in SCRIPTS else char for char in words)
    return both.replace("[报報]道", "[报報][道导導]")


DAY = r"(?:\d{4}\s*年\s*)?(?:\d{1,2}\s*月\s*)?\d{1,2}\s*日|[今昨]日"
STOPS = r"\s，。；：、！？“”（）()【】《》\[\]"
HOUSE = both_scripts(
    "报|报社|刊|周刊|网|社|台|新闻|客户端|在线|频道|传媒|媒体|融媒体中心|融媒|全媒|视|央视|时报|财经|杂志|号"
)
OWN = both_scripts("本(?:报|刊|台|网|社)")
RANK = (
    rf"(?:(?:{HAN}|[·A-Za-z]){{1,12}}?(?:{HOUSE})"
    + both_scripts("|本报|本刊|本台|本网|全媒体|融媒体|新媒体|全媒|融媒|特约|特派|首席|高级|资深|主任|实习|见习|小")
    + both_scripts("|文字|体育|财经|时政|视频|跟班|驻[^\\s，。）)、]{1,6}?")
    + r")\s?"
)
REPORTER = both_scripts("记者|评论员|实习生|特派员|观察员|撰稿人|作者")
CORRESPONDENT = both_scripts("通讯员|通联员|报道员")
PHOTOGRAPHER = both_scripts("(?:摄影|图片|摄像)(?:记者|通讯员)|摄影师|摄影员")
BOTH_ROLES = rf"(?P<photographer>{PHOTOGRAPHER})|(?P<correspondent>{CORRESPONDENT})|(?P<reporter>{REPORTER})"
ROLE = rf"(?:{RANK}){{0,3}}(?:{PHOTOGRAPHER}|{CORRESPONDENT}|{REPORTER})"
WORK = both_scripts("摄影|图文|整理|文字")
_GIVEN = rf"(?:[ \u3000]{{1,2}}|\n)?(?!{WORK}){HAN}(?:\n?(?!{WORK}){HAN})?"
PERSON = rf"(?:(?:{'|'.join(COMPOUND)}|[{''.join(sorted(SURNAMES))}]){_GIVEN}|{HAN}{{1,6}}(?:·{HAN}{{1,8}})+)"
"""What has the form of a person's name, in running text."""
SENT = both_scripts("电|讯|消息")
WIRE = both_scripts("电|讯|消息|报道")
FOLLOWED = r"(?=[\s（(：:，,。]|\d|题|$)"
SET_OFF = r"(?=[：:（(]|\s+[^\s，,])"
"""What follows a lead-in and not the same words in a sentence."""
OWN_SENDER = rf"{OWN}(?:[讯訊](?![息问問号號])|(?!{REPORTER}|{CORRESPONDENT})[^{STOPS}]{{0,12}}?(?:{WIRE}){FOLLOWED})"
AGENCIES = both_scripts("新华社|中新社|中新网|中央社|人民日报|央视新闻|央视网")
AGENCY_TEXT = r"(?:(?!记者|通讯|記者|通訊)[^，。；：（()）]){0,24}?"
NAMED = rf"(?:(?!{REPORTER}|{CORRESPONDENT}|{OWN}|(?<!^)(?:{AGENCIES}))[^{STOPS}]){{1,8}}?"
HOUSE_NAME = rf"{NAMED}(?:{HOUSE})(?:[（(][^（）()]{{2,8}}[）)])?"
OTHER_SENDER = rf"""
    据?(?:{AGENCIES}){AGENCY_TEXT}(?:(?:{DAY})(?:{SENT})|(?:{SENT}){FOLLOWED})(?:题：)?       # 新华社北京11月22日电
  | {HOUSE_NAME}(?:(?!{REPORTER}|{CORRESPONDENT})[^{STOPS}]){{0,8}}?\s?(?:{DAY})\s?      # 红网时刻新闻8月17日讯
      (?:[电電讯訊]|消息{SET_OFF})
  | {HOUSE_NAME}{both_scripts("(?:综合)?(?:讯|消息)")}{SET_OFF}                               # 长山晚报讯
  | [^{STOPS}]{{1,6}}?[报報][讯訊]$
  | 据(?:《[^》]{{2,12}}》|[^{STOPS}]){{2,20}}?(?:{SENT}){SET_OFF}              # 据市气象台消息
"""
SENDER = rf"(?:{OWN_SENDER}|{OTHER_SENDER})"
REPORT = both_scripts("(?:综合|专题|联合|现场|外电)*(?:报道|电|讯)")
PEOPLE = rf"{ROLE}[\s：:]*{PERSON}(?:[\s、，/／]+(?:{ROLE}[\s：:]*)?{PERSON}){{0,11}}"
REPORTED = rf"{PEOPLE}[\s／/]*(?:(?!{WORK})[^{STOPS}／/\d]{{1,8}}?)?\s?(?:{DAY})?\s?{REPORT}"
"""記者王大明／台北報導"""
BOXED = rf"""
    [【〔［\[]\s*(?:
      [^{STOPS}]{{0,12}}?\s*{REPORTED}
    | (?:[^{STOPS}]{{1,12}}\s*)?{ROLE}(?:[\s：:]+|(?=[{"".join(sorted(COMMON))}]))
        {PERSON}(?=[\s、／/】〕］\]])[^。；！？【】〔〕［］]{{0,40}}?
    | {OWN}[^{STOPS}]{{0,10}}(?:{WIRE})
    | [^{STOPS}]{{1,12}}?(?:{HOUSE}){both_scripts("(?:综合)?(?:报道|讯|消息|电)")}
    )\s*[】〕］\]]
  | [（(]\s*{REPORTED}\s*[）)](?=\s*\S)      # （中央社記者王大明台北1日電）; where nothing follows, it ends a story
"""
LEAD_IN_BYLINE = re.compile(
    rf"""
    ^(?P<agency>{SENDER})?
    (?:
      (?(agency)\s*)(?P<people>(?(agency)[（(][^）)]{{0,80}}[）)]|(?:{BOXED}|[（(]\s*{PEOPLE}\s*[）)](?=\s*\S))))
    | [\s：:]*(?P<bare>{REPORTED}(?=[\s：:]|$)
        | (?(agency)(?:{ROLE}[\s：:]*(?:{PERSON}(?:[\s、，/]+|$|(?={ROLE}))){{1,4}}){{1,6}}|(?!)))
    | (?(agency)|(?!))
    )
    """,
    re.VERBOSE,
)
"""A lead-in and the people in it: in brackets (group `people`) or without (`bare`)."""
OPENING = re.compile(
    rf"""
    \s*(?: {OWN_SENDER} | (?:{OTHER_SENDER})(?!\s*[，,。]) | {BOXED} | {REPORTED}(?=[\s：:]|$) )
    """,
    re.VERBOSE,
)
"""A lead-in with which a story begins, wherever on the page that is."""
