"""Bylines: the people named in a lead-in, on lines of their own, at the end of a story, or under a picture.

A byline is stored as it is printed. Who did what is read from its marks: a role stands before its people (记者 张三),
the work before or after them (文/张三, 张三 摄); the work of 文/图 at the end is everybody's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa.ingest.segment.leadins import BOTH_ROLES, DAY, LEAD_IN_BYLINE, PERSON, RANK, ROLE, both_scripts
from qa.ingest.segment.names import HAN, PLACES, is_name, read_names, strays
from qa.records import Byline

__all__ = ["LEAD_IN_BYLINE", "closing_byline", "continues_byline", "is_byline_line", "parse_byline"]

BOTH = both_scripts("文[/／|｜、并和]?(?:图|摄)|图[/／|｜、]?文|图文报道|摄影、?报道|文字[/／、]摄影")
PHOTO = both_scripts("摄影|拍摄|摄像|图片|图|摄|影")
TEXT = both_scripts("文字|采写|撰文|撰稿|执笔|供稿|整理|文")
OTHER = both_scripts("编辑|责编|编译|翻译|制图|绘图|绘|供图|提供|校对|审核|审校|审稿人?|策划|统筹|视频|剪辑|出镜")
MARK = re.compile(
    rf"""
      (?P<role>(?:{RANK}){{0,3}}(?:{BOTH_ROLES}))
    | (?P<before>[/／])?(?P<work>                      # 张三/文
        (?P<both>{BOTH})
      | (?P<photo>(?<!{HAN})(?:{PHOTO})(?!{HAN})|(?<={HAN}{HAN}){both_scripts("摄影?")}(?=\s*$|\s*[）)]))
      | (?P<text>(?<!{HAN})(?:{TEXT})(?!{HAN})|{both_scripts("采写|撰文|撰稿")}|(?:{both_scripts("供稿|整理")})(?=\s*$))
      | (?P<other>(?<!{HAN})(?:{OTHER})(?!{HAN})|(?:{both_scripts("供图|提供")})(?=\s*$))
      )(?P<after>\s*[/／|｜丨：:])?                      # 文/张三
    """,
    re.VERBOSE,
)
BROKEN_WORDS = (
    "记者 通讯员 评论员 摄影 摄影报道 实习生 实习 见习 特约 首席 全媒体 本报 本报讯 本刊 供稿 整理 图片 文图 图文 报道"
)
BROKEN = re.compile("|".join(r"\n?".join(map(both_scripts, word)) for word in BROKEN_WORDS.split()))
WIRED = both_scripts("(?:(?:综合|专题|联合|现场|外电)*(?:报道|专电|电|讯|消息))?")
DATELINE = re.compile(rf"(?:{DAY})?\s*{WIRED}\s*$")
SENT_FROM = re.compile(both_scripts("(?:发自|发回|写于|摄于)") + r"\s*\S.*$", re.DOTALL)
LAST_WORD = re.compile(rf"(?P<gap>^|[\s／/、，]+)(?P<word>{HAN}+)$")
PLACE_END = re.compile("[州市县縣区區省镇鎮乡鄉村岛島港]$")
SENTENCE = re.compile(r"[，。；！？]")
BOXES = "□■◇◆○●口"
AROUND = (f"{BOXES}（(【〔［[|｜ \t\u3000\n", "）)】〕］] \t\u3000\n")
"""What may stand round a byline: the box before it, brackets and blanks."""
BYLINE_CHARS = 60
PLAIN = re.compile(rf"[{BOXES}]?\s*{ROLE}[\s：:]+[\u3400-\u9fff·]{{2,6}}(?:[\s、/／]+[\u3400-\u9fff·]{{1,6}})*")
"""Role and names parted by blanks, and nothing else: the names may be of any form."""
CLOSING = re.compile(r"[（(][^（）()。；]{2,60}[）)]$")
CREDIT = re.compile(
    rf"(?:^|(?<=[\s。！？”）)]))(?:{ROLE}[\s：:]*)?{PERSON}(?:[\s、]+{PERSON}){{0,5}}"
    + both_scripts(r"(?:\s*摄|\s+摄影|\s*[/／]\s*摄影?)$")
)
"""The photographer's name after a caption."""
REPORTERS_FIRST = re.compile(rf"[{BOXES}]?\s*(?:{RANK}){{0,3}}{both_scripts('记者')}")
BEFORE_BRACKET = re.compile(r"[^\S\n]+(?=[（(])")
LONE_BEFORE = re.compile(rf"(?:(?<!{HAN}){HAN}[ \u3000]+)+$")
HAN_CHAR = re.compile(HAN)
WORK_LAST = re.compile(rf"(?:{BOTH}|{TEXT}|{PHOTO})[）)]?$")
CREDIT_END = re.compile(both_scripts("[/／\\s]*(?:摄|摄影|图)") + r"[）)]?$")


@dataclass(slots=True)
class _Group:
    """People who stand together: their role, and their work where a mark tells it."""

    role: str = ""
    work: str = ""
    text: str = ""
    names: tuple[str, ...] = ()


def parse_byline(text: str) -> Byline | None:
    r"""Read the people out of a lead-in or a byline line; None where `text` is neither.

    Line ends may stand in `text` as ``\n``: between two whole names, inside a name, or between two lines of a byline.

    >>> byline = parse_byline("本报讯（记者 付家宝 通讯员 王\n淑平）11月9日")
    >>> byline.verbatim, byline.reporters, byline.correspondents
    ('本报讯（记者 付家宝 通讯员 王淑平）', ('付家宝',), ('王淑平',))
    >>> parse_byline("本报讯（记者 吴军燕\n曹志丽）").reporters
    ('吴军燕', '曹志丽')
    >>> parse_byline("本报讯 记者 高伟山 11月9日，全市……").reporters
    ('高伟山',)
    >>> parse_byline("【記者王大明／台北報導】立法院昨日").reporters
    ('王大明',)
    >>> byline = parse_byline("□本报记者 郑 旗 文 李明明 图")
    >>> byline.reporters, byline.photographers
    (('郑旗',), ('李明明',))
    >>> byline = parse_byline("司 伟 董自军摄影报道")
    >>> byline.reporters == byline.photographers == ("司伟", "董自军")
    True
    >>> parse_byline("记者获悉，会议指出，要抓紧")
    """
    text = BROKEN.sub(lambda match: match.group().replace("\n", ""), text)
    lead_in = LEAD_IN_BYLINE.match(text)
    if lead_in:
        return _byline(
            BEFORE_BRACKET.sub("", lead_in.group().strip()), _groups(lead_in["people"] or lead_in["bare"] or "")
        )
    line = _bare(text)
    if len(line) > BYLINE_CHARS or not MARK.search(line):
        return None
    groups = _groups(line)
    byline = _byline(text.strip(), groups)
    if not _is_marked(groups) or not all(map(is_name, read_names(groups[0].text))):
        return None
    if any(strays(_without_dateline(group.text)) for group in groups):
        return None
    if not byline.people:
        return byline if line.endswith(("评论员", "評論員")) else None
    return byline if PLAIN.fullmatch(line) or all(map(is_name, byline.people)) else None


def closing_byline(paragraph: str) -> Byline | None:
    """Read the byline that ends a story: in brackets, or the photographer's after a caption.

    >>> closing_byline("……取得实效。（新华社北京10月15日电 记者赵超 徐扬）").reporters
    ('赵超', '徐扬')
    >>> closing_byline("……参加活动。（本报记者 张 三）").verbatim
    '（本报记者 张 三）'
    >>> closing_byline("图为施工现场。（张三 摄）").photographers
    ('张三',)
    """
    found = CLOSING.search(paragraph) or CREDIT.search(paragraph)
    if found is None:
        return None
    printed = found.group().strip()
    groups = _groups(printed)
    if not PLAIN.fullmatch(_bare(printed)):
        for group in groups:
            group.names = tuple(filter(is_name, group.names))
    byline = _byline(printed, groups)
    return byline if byline.people and _is_marked(groups) else None


def is_byline_line(text: str) -> bool:
    """Tell whether a line holds nothing but a byline; the credit of a picture belongs to its caption.

    >>> is_byline_line("□记者 郑 旗"), is_byline_line("本报记者在现场看到"), is_byline_line("本报讯（记者 王一）")
    (True, False, False)
    >>> is_byline_line("【記者王大明／台北報導】"), is_byline_line("文/张三 图/李四"), is_byline_line("李四 摄")
    (True, True, False)
    """
    text = text.strip()
    if len(text) > BYLINE_CHARS or SENTENCE.search(text):
        return False
    if not (MARK.match(_bare(text)) or WORK_LAST.search(text)) or text.count("（") != text.count("）"):
        return False  # the rest of a lead-in from the line before
    lead_in, byline = LEAD_IN_BYLINE.match(text), parse_byline(text)
    if byline is None or (lead_in and (lead_in["agency"] or lead_in.end() < len(text) or not byline.people)):
        return False
    if byline.people == byline.photographers and CREDIT_END.search(text):
        return False
    return bool(PLAIN.fullmatch(text)) or all(map(is_name, byline.people))


def continues_byline(text: str) -> bool:
    """Tell whether a line can be the second of a byline: another role than the reporters', or nothing but names.

    >>> [continues_byline(line) for line in ("通讯员 李四", "实习生 王芳", "李四 图", "李四 王五", "本报记者 王一")]
    [True, True, True, True, False]
    """
    if len(text) > BYLINE_CHARS or SENTENCE.search(text) or LEAD_IN_BYLINE.match(text):
        return False
    byline = parse_byline(text)
    if byline is None:
        names = read_names(text)
        return len(names) > 1 and all(map(is_name, names)) and "".join(names) == re.sub(r"[\s、]", "", text)
    return bool(byline.people) and not REPORTERS_FIRST.match(text)


def _byline(verbatim: str, groups: list[_Group]) -> Byline:
    """Put the people of `groups` in the lists of their roles; without any mark they are reporters, or no people."""
    by_role: dict[str, list[str]] = {"reporters": [], "correspondents": [], "photographers": []}
    unmarked = not _is_marked(groups)
    for group in groups:
        if group.work == "other" or (unmarked and not all(map(is_name, group.names))):
            continue
        if group.work in ("photo", "both") or group.role == "photographers":
            by_role["photographers"].extend(group.names)
        if group.work != "photo" and group.role != "photographers":
            by_role[group.role or "reporters"].extend(group.names)
    tidy = re.sub(r"\s*\n\s*", "", re.sub(rf"\s*\n\s*(?={ROLE})", " ", verbatim))
    return Byline(tidy, **{role: tuple(dict.fromkeys(names)) for role, names in by_role.items()})


def _groups(people: str) -> list[_Group]:
    """Part the people of a byline by the marks of role and work."""
    people = _bare(people)
    marks: list[re.Match[str]] = []
    for mark in MARK.finditer(people):
        if mark["role"] or _is_work(people, mark, marks[-1].end() if marks else 0):
            marks.append(mark)
    ends = [mark.start() for mark in marks[1:]] + [len(people)]
    work_last = bool(marks) and not marks[-1]["role"] and not people[marks[-1].end() :].strip()
    groups = [_Group(text=people[: marks[0].start()] if marks else people)]
    everyone = ""
    for mark, end in zip(marks, ends, strict=False):
        after, work = people[mark.end() : end], _work(mark)
        before = groups[-1]
        if mark["role"]:
            carried = before.work if not before.text.strip() else ""  # 图/记者 李四
            groups.append(_Group(_role(mark), carried, after))
        elif before.text.strip() and not mark["after"] and (work_last or mark["before"]):
            before.work = work
            groups.append(_Group(before.role, text=after))
        else:
            groups.append(_Group(work=work, text=after))
        if work == "both" and (mark is marks[0] or (work_last and mark is marks[-1])):
            everyone = work
    for group in groups:
        group.work = group.work or everyone
        group.names = read_names(_without_dateline(group.text))
    if marks:  # before the first mark stands the paper, place and date, or people without a role
        groups[0].names = () if re.search(r"\d", groups[0].text) else tuple(filter(is_name, groups[0].names))
    return groups


def _is_marked(groups: list[_Group]) -> bool:
    return any(group.role or group.work not in ("", "other") for group in groups)


def _role(mark: re.Match[str]) -> str:
    return "photographers" if mark["photographer"] else "correspondents" if mark["correspondent"] else "reporters"


def _work(mark: re.Match[str]) -> str:
    return next((kind for kind in ("both", "photo", "text", "other") if mark[kind]), "")


def _is_work(people: str, mark: re.Match[str], since: int) -> bool:
    """Tell whether 文, 图, 摄 or 影 by itself is a mark, and not the end of a name that is padded."""
    if len(mark["work"]) > 1 or mark["after"] or mark["before"]:
        return True
    lone = LONE_BEFORE.search(people[since : mark.start()])
    padded = lone is not None and len(HAN_CHAR.findall(lone.group())) % 2 == 1
    return not padded and (mark["work"] != "文" or bool(re.search("[图圖摄攝影]", people)))


def _without_dateline(stretch: str) -> str:
    """Take the place and date out of what ends in them: 张三 北京11月9日电, 王大明台北報導, 李四 发自上海."""
    stretch = SENT_FROM.sub("", stretch)
    dateline = DATELINE.search(stretch)
    if dateline is None or not dateline.group().strip():
        return stretch
    rest = stretch[: dateline.start()]
    last = LAST_WORD.search(rest.rstrip())
    if last is None:
        return rest
    word, gap, before = last["word"], last["gap"], rest[: last.start()]
    listed = gap.isspace() and before.strip() and rest == rest.rstrip()  # 张三 枣庄报道
    if "/" in gap or "／" in gap or word in PLACES or (listed and (not is_name(word) or PLACE_END.search(word))):
        return before
    if is_name(word) or gap:
        return rest
    known = [word[: -len(place)] for place in PLACES if word.endswith(place)]
    parted = [name for name in (*known, word[:3], word[:2]) if is_name(name) and len(name) <= len(word) - 2]
    return parted[0] if parted else rest


def _bare(text: str) -> str:
    before, after = AROUND
    return text.lstrip(before).rstrip(after)
