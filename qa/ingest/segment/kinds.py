"""What kind of item an article is: news, or one of those a paper prints beside the news."""

from __future__ import annotations

import re

__all__ = ["KINDS", "kind_of"]

KINDS = ("news", "notice", "advertisement", "correction", "caption")

CORRECTION = re.compile(r"^(?:更正|勘误|致歉|更正启事|更正声明|更正与致歉|更正及致歉)")
NOTICE = re.compile(
    r"""
    (?:公告|公示|通告|启事|遗失声明|注销声明|清算声明|声明|讣告|招标|中标|招聘|拍卖|债权转让通知)(?:[（(].{0,20}[）)])?$
    | ^(?:公告|公示|通告|启事|遗失声明|注销公告|讣告|声明|天气预报|今日天气|彩票|开奖)
    | ^(?:关于.{2,40}的)?通知$ | (?:停[水电气暖热]|检修|断水|断电|封路|改道).{0,4}(?:通知|预告|信息)$
    """,
    re.VERBOSE,
)
NOTICE_BODY = re.compile(r"声明作废|特此(?:公告|通告|声明|公示)。?$|经股东会?.{0,10}决[定议].{0,10}注销")
ADVERTISEMENT = re.compile(r"^(?:广告|【广告】|[（(]广告[）)])|(?:广告|【广告】|[（(]广告[）)])$")
CAPTION_START = re.compile(r"^(?:[上下左右]?图[①-⑩为：:]|图片说明|[▲△▼◀▶])")
CAPTION_END = re.compile(r"(?:(?:记者|通讯员|本报)?[^\s，。]{0,12}摄(?:影报道)?|新华社发|人民视觉|资料图片?)[）)]?$")
CAPTION_CHARS = 150


def kind_of(headline: str, body: str) -> str:
    """Return ``news``, ``notice``, ``advertisement``, ``correction`` or ``caption``.

    >>> kind_of("更正", "本报11月8日2版……"), kind_of("关于道路施工的通告", "因施工……")
    ('correction', 'notice')
    >>> kind_of("", "张三遗失身份证，声明作废。"), kind_of("", "图为施工现场。（记者 李四 摄）")
    ('notice', 'caption')
    >>> kind_of("计划停电通知", "因检修……"), kind_of("市政府发布公告解读新规", "11月9日，……")
    ('notice', 'news')
    """
    if CORRECTION.match(headline) or (not headline and CORRECTION.match(body)):
        return "correction"
    if ADVERTISEMENT.search(headline):
        return "advertisement"
    if NOTICE.search(headline) or NOTICE_BODY.search(body):
        return "notice"
    short = "\n" not in body and len(body) <= CAPTION_CHARS
    if short and (CAPTION_END.search(body) or (CAPTION_START.match(body) and body.count("。") <= 1)):
        return "caption"
    return "news"
