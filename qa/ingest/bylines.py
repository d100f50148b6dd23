"""Bylines: the people named in a lead-in, on a line of their own, or in agency copy."""

from __future__ import annotations

import re

from qa.records import Byline

__all__ = ["LEAD_IN_BYLINE", "parse_byline"]

ROLE = r"(?:本报|本刊|新华社)?(?:特约|首席|实习|见习)?(?P<role>记者|通讯员|评论员|摄影)"
ROLES = re.compile(ROLE)
LEAD_IN_BYLINE = re.compile(
    r"""
    ^(?P<agency>
        (?:本报|据?新华社|据?中新社|据?中新网|据?人民日报|据?央视新闻)[^，。；（(]{0,20}?(?:讯|电|消息)(?:题：)?
     )
     (?:[^\S\n]*(?P<people>[（(][^）)]{0,60}[）)]))?
    """,
    re.VERBOSE,
)
NAME_BREAK = re.compile(r"[\s、，,/：:；;]+")
TRAILING = re.compile(r"(?:文/图|图/文|摄影报道|报道|摄影|摄|文|图)$")
PADDED = re.compile(r"(?<![\u3400-\u9fff·])([\u3400-\u9fff])[ \u3000]+([\u3400-\u9fff])(?![\u3400-\u9fff·])")
SENTENCE = re.compile(r"[，。；：！？]")
MARKS = re.compile(r"^[\s□■◇◆○●（(]+|[\s）)]+$")


def parse_byline(text: str) -> Byline | None:
    """Read the people out of a lead-in or a byline line; None where `text` is neither.

    A lone character beside a lone character is one name, padded to the width of three.

    >>> byline = parse_byline("本报讯（记者 付家宝 通讯员 王淑平）11月9日")
    >>> byline.verbatim, byline.reporters, byline.correspondents
    ('本报讯（记者 付家宝 通讯员 王淑平）', ('付家宝',), ('王淑平',))
    >>> parse_byline("□本报记者 郑 旗 李明明 文/图").reporters
    ('郑旗', '李明明')
    >>> parse_byline("记者获悉，会议指出，要抓紧")
    """
    lead_in = LEAD_IN_BYLINE.match(text)
    if lead_in:
        return _people(lead_in.group().strip(), lead_in["people"] or "")
    if ROLES.match(MARKS.sub("", text)) and not SENTENCE.search(text):
        return _people(MARKS.sub("", text), text)
    return None


def _people(verbatim: str, people: str) -> Byline:
    people = PADDED.sub(r"\1\2", MARKS.sub("", people))
    by_role: dict[str, list[str]] = {"reporters": [], "correspondents": [], "photographers": []}
    marks = list(ROLES.finditer(people))
    ends = [mark.start() for mark in marks[1:]] + [len(people)]
    for mark, end in zip(marks, ends[: len(marks)], strict=True):
        stretch = people[mark.end() : end]
        role = {"通讯员": "correspondents", "摄影": "photographers"}.get(mark["role"], "reporters")
        by_role[role].extend(name for part in NAME_BREAK.split(stretch) if (name := TRAILING.sub("", part)))
    return Byline(verbatim, **{role: tuple(names) for role, names in by_role.items()})
