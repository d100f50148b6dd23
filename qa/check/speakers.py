"""Speakers: to whom a text gives words, before them (刘涛强调：“……”) or after (“……”，刘涛说), and whether two are one.

In a draft and on a page alike a speaker is read off the form of the sentence. What a page gives to a speaker goes on to
the end of its paragraph, unless another speaks (`qa.answer.extent` goes on in the same way).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from qa.check.quotations import CLOSING, OPENING
from qa.retrieve.question import SAYING
from qa.retrieve.speech import pages_words, person_names

__all__ = [
    "Attribution",
    "attribution_of_quote",
    "may_be_told",
    "named",
    "same_speaker",
    "speakers_before",
    "statement_in",
]

VERBS = (
    SAYING.removesuffix(")")
    + "|直言|感慨|感叹|回忆|提醒|建议|解释|补充|宣布|承诺|回应|分析(?![师员人])|重申|写道|称|坦承|证实|警告"
    "|希望|号召|勉励|总结|认可|批评|反问|回答|笑着说)"
)
# 讲话, 说明, 称号, 谈判 are none of what is said
NOUNS = r"(?![话明服法号赞判解述究座堂课心论职呼为])"
SAYS = rf"(?P<verb>{VERBS}){NOUNS}(?:道|说|称|到)?"
# The subject stands between the last mark and the verb.
BEFORE_QUOTE = re.compile(rf"(?P<subject>[^，。！？；：:;,!?\n]{{0,40}}?){SAYS}(?:了|过)?[，,：:\s]*$")
# With a colon the verb leads to the next quotation: “……”。王宏说：“……”
AFTER_QUOTE = re.compile(rf"[，,]?(?P<subject>[^，。！？；：:;,!?\n“”「」]{{2,24}}?){SAYS}(?=[，。；,])")
IN_SENTENCE = re.compile(
    rf"(?:^|(?<=[，。！？；：:;,!?\n]))(?P<subject>[^，。！？；：:;,!?\n]{{2,40}}?){SAYS}(?:了|过)?(?P<gap>[，,：:]?)"
)
LEAD = 60
"""Characters before a quotation in which its speaker is looked for."""
BACK = 400
"""Characters before words on a page in which the speaker is looked for, within the paragraph."""
PRONOUN = re.compile(r"^(?:[他她](?:们)?|其|该\w{1,6}|对此|同时|并|还|也|又|再次|随后|接着|最后|此外|另外|不过|但)*$")
IMPERSONAL = re.compile(
    r"(?:文中|书中|信中|原文|全文|其中|会议|文章|报告|通知|公告|报道|数据|结果|研究|消息|文件|意见|方案|公报|声明|评论|社论|媒体|记者|业内人士|网友|专家|大家|有人|人们|分析人士)"
    r"(?:还|也|又|均|都|同时|一致|普遍|表明|显示)*$"
)
# 刘涛也强调, 王宏随后指出: what leads over to the verb is none of the name
LEADING_OVER = re.compile(r"(?<=..)(?:也|还|又|则|同时|随后|再次|接着)+$")
DOT = re.compile(r"[·•・]")
# 按照上级要求，…: what is asked for, and by nobody who speaks
ACCORDING = re.compile(r"按照?|根据|依据|依照|遵照|对照|响应|落实|符合|围绕|针对|为了?|随着|关于")
FOREIGN_NAME = re.compile(r"[\u3400-\u9fff]+(?:[·•・][\u3400-\u9fff]+)+")
OFFICE = re.compile(
    r"(?:部|局|厅|委|办|公司|集团|厂|中心|政府|大学|银行|学院|法院|检察院|研究院|医院|所|队|馆|协会|学会|联合会|委员会|军|党|负责人|发言人|官员)$"
)
POLITE = re.compile(r"([\u3400-\u9fff])(?:某某?|先生|女士|老师|总|局长|主任|教授|书记|队长|经理)$")
ALIKE = 0.75
"""Share of the character pairs of the shorter of two speakers, none of them named, that the longer one has."""


@dataclass(frozen=True, slots=True)
class Attribution:
    """Words and to whom they are given: `speaker` as written, before or after what is said, ``text[start:end]``."""

    speaker: str
    start: int
    end: int


def attribution_of_quote(text: str, start: int, end: int) -> Attribution | None:
    """Return to whom the quotation ``text[start:end]`` (without its marks) is given; None where nobody is named.

    >>> said = "刘涛强调：“要更精准。”“很好。”王宏说。会议叫“现场会”。"
    >>> [a and a.speaker for a in (attribution_of_quote(said, 6, 11), attribution_of_quote(said, 13, 16))]
    ['刘涛', '王宏']
    >>> attribution_of_quote(said, 25, 28) is None
    True
    """
    opened = start - 1 if start and text[start - 1] in OPENING else start
    line = text.rfind("\n", 0, opened) + 1
    before = BEFORE_QUOTE.search(text, max(line, opened - LEAD), opened)
    if before and (subject := _subject(before["subject"])):
        return Attribution(subject, start, end)
    closed = end + 1 if text[end : end + 1] in CLOSING else end
    after = AFTER_QUOTE.match(text, closed)
    if after and text[end - 1 : end] + text[closed : closed + 1] and (subject := _subject(after["subject"])):
        return Attribution(subject, start, end)
    return None


def statement_in(sentence: str) -> Attribution | None:
    """Return what `sentence` says that someone said, without quotation marks, to its end; None for nothing.

    >>> found = statement_in("史根治强调，要坚定信心。")
    >>> found.speaker, "史根治强调，要坚定信心。"[found.start : found.end]
    ('史根治', '要坚定信心。')
    """
    for match in IN_SENTENCE.finditer(sentence):
        subject = _subject(match["subject"])
        if subject and (match["gap"] or named(subject)):
            return Attribution(subject, match.end(), len(sentence))
    return None


def speakers_before(text: str, start: int, end: int) -> Iterator[tuple[str, int]]:
    """Yield who may say ``text[start:end]`` of a page, the nearest first, and from where on they speak.

    Pronouns are left out: whom they stand for comes next.
    """
    opened, closed = _quotation_around(text, start, end)
    if quoted := attribution_of_quote(text, opened, closed):
        yield quoted.speaker, opened
    first = max(text.rfind("\n", 0, start) + 1, start - BACK)
    for match in reversed(list(IN_SENTENCE.finditer(text, first, start))):
        if subject := _subject(match["subject"]):
            yield subject, match.end()


def named(subject: str) -> list[str]:
    """Return the names of persons in `subject`, one it ends with first.

    >>> named("市委书记史根治"), named("芝加哥联储主席奥斯坦·古尔斯比"), named("市统计局"), named("新闻秘书佩斯科夫")
    (['史根治'], ['奥斯坦·古尔斯比'], [], ['佩斯科夫', '斯科夫'])
    """
    return list(_named(subject))


def may_be_told(subject: str) -> bool:
    """Tell whether `subject` is a name or an office, so that another can be told from it.

    >>> may_be_told("刘涛"), may_be_told("市统计局"), may_be_told("一位老人")
    (True, True, False)
    """
    return bool(named(subject) or OFFICE.search(subject))


def same_speaker(draft: str, paper: str) -> bool | None:
    """Tell whether two speakers as written are one; None where they cannot be told apart: a name and an office.

    A draft may write 王女士 for 王丽, but does not know who the paper's 王女士 is.

    >>> same_speaker("史根治", "市委书记史根治"), same_speaker("刘涛", "史根治"), same_speaker("市委书记", "史根治")
    (True, False, None)
    >>> same_speaker("王女士", "王丽"), same_speaker("王丽", "王女士")
    (True, None)
    """
    if draft in paper or paper in draft:
        return True
    names, others = named(draft), named(paper)
    if any(name in paper for name in names) or any(name in draft for name in others):
        return True
    if names and others:
        if polite := POLITE.search(draft):
            return any(name.startswith(polite[1]) for name in others)
        polite = POLITE.search(paper)
        return None if polite and any(name.startswith(polite[1]) for name in names) else False
    if names or others:
        return None
    shorter, longer = sorted((_pairs(draft), _pairs(paper)), key=len)
    return len(shorter & longer) >= ALIKE * max(1, len(shorter))


@lru_cache(maxsize=4096)
def _named(subject: str) -> tuple[str, ...]:
    dotted = FOREIGN_NAME.search(subject)
    if dotted:
        first = DOT.split(dotted[0])[0]
        last, _ = pages_words(first)[-1]
        return (subject[dotted.start() + len(first) - len(last) : dotted.end()],)
    words = pages_words(subject)
    tail = ""
    for word, tag in reversed(words):
        if not tag.startswith(("nr", "ns", "zg", "eng")) and not (tag == "x" and tail):
            break
        tail = word + tail
    tail = tail.strip()
    found = [tail] if len(tail) > 1 else []
    found += person_names(words)
    found += [word for word, tag in words if tag == "nrt" and len(word) > 1]
    return tuple(dict.fromkeys(found))


def _subject(written: str) -> str:
    """Return who speaks, empty for a pronoun and for what is no person and no office."""
    subject = re.split(r"[“”「」『』\ufffc]", written)[-1].strip().removeprefix("据")
    subject = LEADING_OVER.sub("", subject)
    return (
        ""
        if ACCORDING.match(subject) or PRONOUN.match(subject) or IMPERSONAL.search(subject) or len(subject) < 2
        else subject
    )


def _quotation_around(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the quotation of a page that ``text[start:end]`` lies in, without its marks; itself where in none."""
    line = text.rfind("\n", 0, start) + 1
    stop = text.find("\n", end)
    stop = stop if stop >= 0 else len(text)
    opened = max((text.rfind(mark, line, start) for mark in "“「『"), default=-1)
    closed = max((text.rfind(mark, line, start) for mark in "”」』"), default=-1)
    if opened < 0 or closed > opened:
        return start, end
    ends = [at for mark in "”」』" if (at := text.find(mark, end, stop)) >= 0]
    return opened + 1, min(ends, default=end)


def _pairs(text: str) -> set[str]:
    return {a + b for a, b in pairwise(text)}
