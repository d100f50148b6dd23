"""Bylines: the people named in a lead-in, on a line of their own, at the end of a story, or in agency copy."""

from __future__ import annotations

import re

from qa.records import Byline

__all__ = ["LEAD_IN_BYLINE", "closing_byline", "is_byline_line", "parse_byline"]

SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许邓韩冯曹彭曾肖萧田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆"
    "范汪廖石金韦贾夏付傅方邹熊白孟秦邱江尹薛闫阎段雷侯龙黎史陶贺顾毛郝龚邵万覃武钱戴严莫孔向常汤康易乔赖文庞樊兰殷施洪翟安"
    "颜倪牛温芦季俞章鲁葛伍申尤毕聂焦左柳邢岳齐梅庄辛管祝耿甘欧阳司马诸葛上官皇甫东方令狐慕容尉迟公孙轩辕宇文长孙"
    "包詹涂谷阮关纪娄霍华滕舒柯单解牟车卜冷宁苗路柴靳阳米简费晏成连曲时凌商裴游项符艾盛仇裘边卞鲍支闵佟苟桂党屈房尚古丛窦"
    "景臧麻仝蔚计全候仲沙楚郎鄢寇巩慈晋褚冉蒲海初敖冀蓝封楼巫匡瞿水满明国戚喻花薄练"
)
COMPOUND = (
    "欧阳",
    "司马",
    "诸葛",
    "上官",
    "皇甫",
    "东方",
    "令狐",
    "慕容",
    "尉迟",
    "公孙",
    "宇文",
    "长孙",
    "司徒",
    "夏侯",
)
HAN = r"[\u3400-\u9fff\U00020000-\U0003ffff]"
RANK = r"(?:本报|本刊|本台|新华社|人民日报)?(?:全媒体|融媒体|特约|首席|实习|见习|驻[^\s，。）)]{1,6}?)?"
ROLE = rf"{RANK}(?P<role>记者|通讯员|评论员|摄影)"
ROLES = re.compile(ROLE)
NAME = rf"{HAN}(?:[ \u3000\n]?{HAN}){{1,3}}|{HAN}+·{HAN}+"
LEAD_IN_BYLINE = re.compile(
    rf"""
    ^(?P<agency>
        (?:本报|据?新华社|据?中新社|据?中新网|据?人民日报|据?央视新闻)(?:(?!记者|通讯)[^，。；（(]){{0,24}}?(?:讯|电|消息)(?:题：)?
     )
     (?: \s*(?P<people>[（(][^）)]{{0,80}}[）)])
       | [\s：:]*(?P<bare>(?:{RANK}(?:记者|通讯员|摄影)[\s：:]*
            (?:(?:{NAME})(?:[\s、，/]+|$|(?=通讯员|记者|摄影))){{1,4}})+)
     )?
    """,
    re.VERBOSE,
)
CLOSING = re.compile(
    r"[（(](?:据?新华社[^，。（）()]{0,20}电\s*|本报)?[^，。（）()]{0,4}?(?:记者|通讯员)[^。（）()]{1,40}[）)]$"
)
UNROLED = re.compile(
    rf"^[\s□■◇◆○●口]*(?P<names>(?:{NAME})(?:[\s、]+(?:{NAME}))*)\s*(?:摄影报道|文/图|图/文|供稿|整理)$"
)
BROKEN_ROLE = re.compile(r"记\n者|通\n?讯\n?员|评\n?论\n?员|摄\n影|本\n报|本报\n讯")
NAME_BREAK = re.compile(r"[ \t\u3000、，,/：:；;]+")
TRAILING = re.compile(
    r"(?:文/图|图/文|文/摄|摄影报道|报道|摄影|供稿|整理|(?<=\s)(?:文|图|摄|文图)|(?<=[\u3400-\u9fff]{3})摄)$"
)
PADDED = re.compile(rf"(?<!{HAN})({HAN})[ \u3000]+({HAN})(?!{HAN})")
SENTENCE = re.compile(r"[，。；：！？]")
MARKS = "□■◇◆○●口（( \t\u3000", "）) \t\u3000"
"""What may stand round a byline: the box before it, brackets and blanks."""
BYLINE_CHARS = 60
NAMES = r"[\s：:]+[\u3400-\u9fff·]{2,6}(?:[\s、]+(?!记者|通讯员)[\u3400-\u9fff·]{2,6})*"
PLAIN_BYLINE = re.compile(
    rf"[□■◇◆○●口]?\s*(?:本报|本刊)?(?:{RANK})(?:记者|通讯员){NAMES}(?:\s+(?:{RANK})(?:记者|通讯员){NAMES})*(?:\s*文/图)?$"
)
"""Role and names parted by blanks, and nothing else: the names may be of any form."""
LEADING_WORK = re.compile(r"^[\s□■◇◆○●]*(?:文/图|图/文|文/摄)[\s：:]*(?=本报|本刊|记者|通讯员)")


def parse_byline(text: str) -> Byline | None:
    r"""Read the people out of a lead-in or a byline line; None where `text` is neither.

    A lone character beside a lone character is one name, padded to the width of three. Line ends may stand in `text`
    as ``\n``: one parts two names where both sides are whole names, and stands inside a name otherwise.

    >>> byline = parse_byline("本报讯（记者 付家宝 通讯员 王\n淑平）11月9日")
    >>> byline.verbatim, byline.reporters, byline.correspondents
    ('本报讯（记者 付家宝 通讯员 王淑平）', ('付家宝',), ('王淑平',))
    >>> parse_byline("本报讯（记者 吴军燕\n曹志丽）").reporters
    ('吴军燕', '曹志丽')
    >>> parse_byline("□本报记者 郑 旗 李明明 文/图").reporters
    ('郑旗', '李明明')
    >>> parse_byline("本报讯 记者 高伟山 11月9日，全市……").reporters
    ('高伟山',)
    >>> parse_byline("司 伟 董自军摄影报道").photographers
    ('司伟', '董自军')
    >>> parse_byline("记者获悉，会议指出，要抓紧")
    """
    text = LEADING_WORK.sub("", text)
    text = BROKEN_ROLE.sub(lambda match: match.group().replace("\n", ""), text)
    lead_in = LEAD_IN_BYLINE.match(text)
    if lead_in:
        return _people(lead_in.group().strip(), lead_in["people"] or lead_in["bare"] or "")
    line = _bare(text)
    if len(line) > BYLINE_CHARS:
        return None
    if ROLES.match(line):
        byline = _people(text.strip(), line)
        return byline if not SENTENCE.search(line) or all(map(_is_name, byline.people)) else None
    unroled = UNROLED.match(text)
    names = _names(unroled["names"]) if unroled else ()
    return Byline(text.strip(), photographers=names) if names else None


def closing_byline(paragraph: str) -> Byline | None:
    """Read the byline in brackets that ends a story.

    >>> closing_byline("……取得实效。（新华社北京10月15日电 记者赵超 徐扬）").reporters
    ('赵超', '徐扬')
    >>> closing_byline("……参加活动。（本报记者 张 三）").verbatim
    '（本报记者 张 三）'
    """
    match = CLOSING.search(paragraph)
    return _people(match.group(), match.group()) if match else None


def is_byline_line(text: str) -> bool:
    """Tell whether a line holds nothing but a byline.

    >>> is_byline_line("□记者 郑 旗"), is_byline_line("本报记者在现场看到"), is_byline_line("本报讯（记者 王一）")
    (True, False, False)
    """
    if LEAD_IN_BYLINE.match(text) or len(text) > BYLINE_CHARS:
        return False
    byline = parse_byline(text)
    if byline is None:
        return False
    if PLAIN_BYLINE.match(text.strip()):
        return True
    return all(map(_is_name, byline.people)) if byline.people else text.endswith("评论员")


def _people(verbatim: str, people: str) -> Byline:
    people = _bare(people)
    by_role: dict[str, list[str]] = {"reporters": [], "correspondents": [], "photographers": []}
    marks = list(ROLES.finditer(people))
    ends = [mark.start() for mark in marks[1:]] + [len(people)]
    for mark, end in zip(marks, ends[: len(marks)], strict=True):
        role = {"通讯员": "correspondents", "摄影": "photographers"}.get(mark["role"], "reporters")
        by_role[role].extend(_names(people[mark.end() : end]))
    tidy = re.sub(r"\s*\n\s*|[^\S\n]+(?=[（(])", "", verbatim)
    return Byline(tidy, **{role: tuple(dict.fromkeys(names)) for role, names in by_role.items()})


def _bare(text: str) -> str:
    before, after = MARKS
    return text.lstrip(before + "\n").rstrip(after + "\n")


def _names(stretch: str) -> tuple[str, ...]:
    """Cut a stretch of a byline into names."""
    names: list[str] = []
    stretch = PADDED.sub(r"\1\2", TRAILING.sub("", _unwrap(PADDED.sub(r"\1\2", stretch)).strip()))
    for part in NAME_BREAK.split(stretch):
        name = TRAILING.sub("", part)
        if name:
            names.append(name)
    return tuple(names)


def _unwrap(text: str) -> str:
    """Take out line ends: one between two whole names parts them, any other stands inside a name."""
    while "\n" in text:
        at = text.index("\n")
        before = re.split(r"[ \u3000、，,/：:；;\n]", text[:at].rstrip(" \u3000"))[-1]
        after = re.split(r"[ \u3000、，,/：:；;\n）)]", text[at + 1 :].lstrip(" \u3000"))[0]
        parted = _is_name(before) and _is_name(after) and before not in COMPOUND
        text = text[:at] + (" " if parted else "") + text[at + 1 :]
    return text


def _is_name(text: str) -> bool:
    """Tell whether `text` has the form of a person's name: a surname and one or two characters, or a name with ·."""
    if "·" in text:
        return True
    given = len(text) - (2 if text.startswith(COMPOUND) else 1)
    return text[:1] in SURNAMES and 1 <= given <= 2
