"""Understand a question: what kind of answer it wants, which words carry it, whose statement it asks for."""

from __future__ import annotations

import re

from qa.errors import BadInput
from qa.ingest.segment.repair import encodable
from qa.records import EVERYTHING, Filters, Question
from qa.retrieve.speech import person_names, question_words
from qa.settings import SETTINGS

__all__ = ["SAYING", "check_question", "kind_of", "understand"]

SAYING = r"(?:强调|指出|表示|要求|提出|介绍|认为|坦言|透露|告诉|呼吁|说|讲|谈)"
KINDS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("byline", r"哪[个位名些]?(?:记者|通讯员|作者)|(?:记者|作者|通讯员)是谁|谁(?:采写|写|报道)的"),
        ("why", r"为什么|为何|为了什么|为的是什么|原因|何以|目的"),
        ("year", r"哪一?年|何年|几几年"),
        ("when", r"什么时[候间]|何时|哪[一]?[天日]|几月|几号|几点|多久|哪个月|啥时"),
        ("percent", r"百分之(?:几|多少)|百分比|占比|比例"),
        ("statement", SAYING + r"了?(?:哪(?:些|几|[两二三四五六七八九十])|几(?:点|个方面|方面))"),
        (
            "number",
            r"多少|(?<!哪)几(?:个|次|名|项|家|人|位|条|种|天|年|亿|万|元|所|座|辆|岁|倍|批|件|届)|第几|多[大高长远重]",
        ),
        (
            "where",
            r"哪里|哪儿|什么地[方点]|何[处地]|在哪(?!些|几|个部门|家)|哪所|哪个(?:省|市|县|区|镇|乡|村|国家|城市|地方|学校|学院|大学|医院)|去哪|地点",
        ),
        ("list", r"哪些|哪几|分别|哪[两三四五六七八九十]|有哪|都有谁"),
        (
            "statement",
            SAYING + r"(?:话|了|过|的是|道|话说了)?(?:些)?(?:什么|啥|内容)|(?:什么|怎样的)(?:要求|看法|意见|观点|讲话)",
        ),
        ("who", r"谁|哪[一]?[位名]|何人|什么人|哪个(?:人|部门|单位|公司|企业|机构|组织)|哪家"),
        ("how", r"怎么|怎样|如何|咋|做了什么|做什么|什么措施|什么办法"),
    )
)
ASKING = re.compile(r"谁|哪[^，。]?|何[时地处人]|什么|多少|几|为什么|为何|怎么|怎样|如何")
QUOTED = re.compile(r"[“「]([^”」]{1,20})[”」]")
"""What stands in quotation marks is one term."""
BESIDE = 6
"""Characters on either side of the asking word."""
STATEMENT = re.compile(SAYING)
SPEAKER = re.compile(
    r"^(?P<name>[\u3400-\u9fff·]{2,4}?)(?:在|对|就|于|向|说|讲|谈|强调|指出|表示|要求|提出|介绍|认为|到|调研)"
)
CONTENT = ("n", "v", "j", "m", "t", "s", "a", "i", "l", "eng", "b", "x", "z")
# Words that ask, point or glue; they say nothing of what the answer must be about.
EMPTY = frozenset(
    """
    什么 时候 时间 地方 地点 哪里 哪儿 多少 怎么 怎样 如何 为什么 为何 原因 目的 请问 告诉 知道 一下 介绍一下 具体 分别
    一共 总共 共有 哪些 哪个 哪位 哪家 哪年 谁 几个 几位 哪 几 那 这 那条 这条 消息 新闻 报道 文章 写 内容 情况 方面
    是 有 在 了 的 到 做 说 讲 谈 会 要 能 上 中 里 时 人 个 年 月 日 用 把 被 给 得 使 让 搞 达到 成为 属于 叫 叫做
    为了 表示 认为 会上 百分之 百分之几
    """.split()  # noqa: SIM905 - a list of words reads better as words
)


def understand(text: str, *, resolved: str | None = None, filters: Filters = EVERYTHING) -> Question:
    """Turn a question into what retrieval and reader need.

    >>> q = understand("史根治在会上强调了什么？")
    >>> q.kind, q.speaker, q.terms
    ('statement', '史根治', ('史根治', '强调'))
    """
    resolved = resolved or text
    words = question_words(resolved)
    names = person_names(words)
    kind = kind_of(resolved)
    unquoted = _terms(question_words(QUOTED.sub("，", resolved)), names)
    terms = tuple(dict.fromkeys([*QUOTED.findall(resolved), *unquoted]))
    return Question(
        text=text,
        resolved=resolved,
        kind=kind,
        terms=terms,
        names=tuple(names),
        focus=_focus(resolved, terms),
        speaker=_speaker(resolved, names, kind),
        filters=filters,
    )


def kind_of(text: str) -> str:
    """Return the kind of answer a question asks for; ``what`` where nothing tells.

    >>> [kind_of(q) for q in ("由谁主持？", "开展了多少次？", "在哪里召开？", "何时通车？", "叫什么名字？")]
    ['who', 'number', 'where', 'when', 'what']
    """
    return next((kind for kind, pattern in KINDS if pattern.search(text)), "what")


def check_question(text: str) -> str:
    """Return the question without outer white space; raises BadInput for an empty or an endless one."""
    text = encodable(text).replace("\x00", "").strip()
    if not text:
        raise BadInput("question.empty")
    if len(text) > SETTINGS.question_chars:
        raise BadInput("question.too_long", length=len(text), limit=SETTINGS.question_chars)
    return text


def _terms(words: list[tuple[str, str]], names: list[str]) -> tuple[str, ...]:
    """Return the content words in order; a name is one word."""
    terms: list[str] = []
    at = 0
    while at < len(words):
        word, tag = words[at]
        joined = word + words[at + 1][0] if at + 1 < len(words) else ""
        if joined in names and word not in names:
            terms.append(joined)
            at += 2
            continue
        if word in names or (tag.startswith(CONTENT) and word not in EMPTY and word.strip() and word[0].isalnum()):
            terms.append(word)
        at += 1
    return tuple(dict.fromkeys(terms))


def _focus(text: str, terms: tuple[str, ...]) -> tuple[str, ...]:
    """Return the terms that stand beside the asking word: what is asked, where the others say about what.

    >>> _focus("调度会上，谁作了工作部署？", ("调度会", "作", "工作", "部署"))
    ('作', '工作', '部署')
    """
    asking = ASKING.search(text)
    if not asking:
        return ()
    low, high = asking.start() - BESIDE, asking.end() + BESIDE
    clause = max(text.rfind(mark, 0, asking.start()) for mark in "，、；：,")
    return tuple(term for term in terms if any(max(low, clause) < at <= high for at in _places(term, text)))


def _places(term: str, text: str) -> list[int]:
    return [match.start() for match in re.finditer(re.escape(term), text)]


def _speaker(text: str, names: list[str], kind: str) -> str | None:
    """Return whose statement is asked for: the name before the verb of saying.

    Only a question for a statement may take an unknown word at its beginning for a name.
    """
    verb = STATEMENT.search(text)
    if not verb:
        return None
    before = [name for name in names if 0 <= text.find(name) < verb.end()]
    if before:
        return before[0]
    found = SPEAKER.match(text) if kind == "statement" else None
    return found["name"] if found else None
