"""From the words a reader marked to the words that are the answer: whole names with their titles, figures, lists.

A span only ever grows, over what stands right beside it in the same sentence; what it says is still the newspaper's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa.answer.forms import speaks
from qa.answer.lists import LINKS as LIST_LINKS
from qa.answer.lists import lists_in
from qa.ingest.passages import cut_sentences
from qa.ingest.segment.bylines import LEAD_IN_BYLINE
from qa.records import Passage, Question
from qa.retrieve.speech import pages_words

__all__ = ["Mark", "answer_extent", "byline_extent", "joined", "sentence_around", "statements"]

STATEMENT_CHARS = 300
"""Length up to which a statement goes on to the end of its paragraph."""
REACH = 16
"""Characters before a place among which a larger one is looked for."""
EDGES = " \t\n\u3000，。；：、！？,;!?"
LINKS = ("、", "和", "与", "及", "以及", "，")
PAIRS = {"“": "”", "‘": "’", "《": "》", "（": "）", "(": ")", "「": "」", "『": "』", "【": "】"}
BEFORE_FIGURE = re.compile(r"(?:大约|接近|不低于|不少于|不超过|高达|至少|最多|超过|不足|多达|将近|约|近|超|逾|达)$")
FIGURE = re.compile(r"[0-9０-９一二三四五六七八九十百千万两]")
FIGURE_END = re.compile(r"[0-9０-９%％‰百千万亿余多]$")
AFTER_FIGURE = re.compile(
    r"[百千万亿余多]*(?:个百分点|万千瓦时|平方公里|平方米|立方米|公里|公顷|公斤|千米|小时|分钟|美元|欧元|日元|人次|[%％‰]"
    r"|[个名人次项家位条种天年元所座辆岁倍批件届吨米亩户台只头份张场起架艘套部款类])?(?:以上|以下|以内|左右|有余|多)?"
)
TITLE = re.compile(
    r"[\u3400-\u9fff]{0,14}(?:书记|主席|市长|省长|县长|区长|部长|局长|厅长|处长|院长|校长|会长|社长|行长|队长|组长|秘书长|主任|委员|"
    r"总统|总理|首相|大臣|外长|防长|议长|议员|发言人|教授|研究员|记者|通讯员|董事长|总经理|总裁|经理|司令|将军|检察长|法官|律师|医生|教练|馆长)$"
)
PERSON = re.compile(r"[\u3400-\u9fff·]{2,12}|[A-Za-z][A-Za-z .·-]+")


@dataclass(frozen=True, slots=True)
class Mark:
    """A span ``text[start:end]`` and what the reader says for it; above 0 it rather answers than not."""

    start: int
    end: int
    score: float


def answer_extent(question: Question, text: str, sentence: tuple[int, int], start: int, end: int) -> tuple[int, int]:
    """Return where the answer stands whose words were marked at ``text[start:end]``, within their `sentence`."""
    low, high = sentence
    start, end = _trimmed(text, start, end)
    if question.kind in ("number", "percent"):
        after = AFTER_FIGURE.match(text, end, high) if FIGURE_END.search(text[start:end]) else None
        end = after.end() if after else end
        before = BEFORE_FIGURE.search(text[max(low, start - 3) : start]) if FIGURE.match(text, start) else None
        start -= len(before.group()) if before else 0
    elif question.kind == "who":
        title = TITLE.search(_clause_before(text, low, start)) if PERSON.fullmatch(text[start:end]) else None
        start -= len(title.group() if title else _places_at_end(text[max(low, start - REACH) : start]))
    elif question.kind == "where":
        start -= len(_places_at_end(text[max(low, start - REACH) : start]))
        end += text[end:high].startswith(("内", "里"))
    elif question.kind == "list":
        start, end = _whole_list(text, low, start, end, high)
    elif question.kind in ("why", "how"):
        return _trimmed(text, _after_lead_in(text, low, high), high)
    return _balanced(text, low, start, end, high)


def sentence_around(text: str, passage: Passage, start: int, end: int) -> tuple[int, int]:
    """Return the span of the sentence, or the sentences, of a passage that hold ``text[start:end]``."""
    at = passage.start
    cut = cut_sentences(text[at : passage.end])
    holding = [(at + low, at + high) for low, high in cut if at + low < end and at + high > start]
    return (min(start, holding[0][0]), max(end, holding[-1][1])) if holding else (start, end)


def statements(speaker: str, text: str, passage: Passage) -> Iterator[tuple[int, int, int]]:
    """Yield what `speaker` says in the sentences of a passage.

    Each as (begin of the sentence, begin of its own words, end): a statement goes on with the sentences after it, to
    the end of its paragraph or until it is long enough.
    """
    for low, high in cut_sentences(text[passage.start : passage.end]):
        first, last = passage.start + low, passage.start + high
        if speaks(speaker, text[first:last]):
            yield first, _after_lead_in(text, first, last), _goes_on(text, first, last)


def joined(text: str, marks: Sequence[Mark], *, several: bool) -> list[Mark]:
    """Return marks, those that rather answer than not joined where nothing stands between them.

    With `several`, also where 、 or 和 does, as in a list. What is joined is as good as the best of its parts.
    """
    whole: list[Mark] = []
    for mark in sorted((mark for mark in marks if mark.score > 0), key=lambda mark: mark.start):
        between = text[whole[-1].end : mark.start] if whole else None
        if whole and (between == "" or (several and between in LINKS)):
            whole[-1] = Mark(whole[-1].start, mark.end, max(whole[-1].score, mark.score))
        else:
            whole.append(mark)
    others = [mark for mark in marks if mark.score <= 0]
    return sorted([*whole, *others], key=lambda mark: (-mark.score, mark.start))


def byline_extent(text: str, passage: Passage) -> tuple[int, int, int, int] | None:
    """Return where the people of a passage's lead-in stand, and its sentence: 记者 高伟山."""
    for low, high in cut_sentences(text[passage.start : passage.end]):
        first, last = passage.start + low, passage.start + high
        match = LEAD_IN_BYLINE.match(text[first:last])
        if match and match["people"]:
            return first + match.start("people") + 1, first + match.end("people") - 1, first, last
    return None


def _after_lead_in(text: str, start: int, end: int) -> int:
    match = LEAD_IN_BYLINE.match(text[start:end])
    return start + match.end() if match else start


def _goes_on(text: str, start: int, end: int) -> int:
    stop = text.find("\n", start)
    stop = stop if stop >= 0 else len(text)
    for _, close in cut_sentences(text[start:stop]):
        if close > STATEMENT_CHARS:
            break
        end = max(end, start + close)
    return end


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the span without marks and white space at its edges, or as it is where it is nothing else."""
    low, high = start, end
    while low < high and text[low] in EDGES:
        low += 1
    while high > low and text[high - 1] in EDGES:
        high -= 1
    return (low, high) if low < high else (start, end)


def _places_at_end(text: str) -> str:
    """Return the names of places that a text ends with: 襄城县 of 记者在襄城县."""
    names = ""
    for word, tag in reversed(pages_words(text)):
        if tag != "ns":
            break
        names = word + names
    return names


def _whole_list(text: str, low: int, start: int, end: int, high: int) -> tuple[int, int]:
    """Return the list of which the span is one item, or the span.

    >>> text = "恢复组团的有韩国、日本和德国等国。"
    >>> start, end = _whole_list(text, 0, 6, 8, len(text))
    >>> text[start:end]
    '韩国、日本和德国'
    """
    if any(link in text[start:end] for link in LIST_LINKS) or not (
        text.startswith(tuple(LIST_LINKS), end, high) or text.endswith(tuple(LIST_LINKS), low, start)
    ):
        return start, end
    around = ((low + first, low + last) for first, last in lists_in(text[low:high]))
    return next(((first, last) for first, last in around if first <= start and end <= last), (start, end))


def _clause_before(text: str, low: int, start: int) -> str:
    piece = text[low:start]
    edge = max((match.end() for match in re.finditer(r"[，；：。！？、,;!?“”（）]", piece)), default=0)
    return piece[edge:]


def _balanced(text: str, low: int, start: int, end: int, high: int) -> tuple[int, int]:
    """Return the span grown by the bracket or quotation mark whose other half it has.

    >>> _balanced("入选“国家队”名单", 0, 2, 6, 8), _balanced("入选“国家队”名单", 0, 3, 7, 8)
    ((2, 7), (2, 7))
    """
    for opening, closing in PAIRS.items():
        piece = text[start:end]
        if piece.count(opening) > piece.count(closing) and end < high and text[end] == closing:
            end += 1
        elif piece.count(closing) > piece.count(opening) and start > low and text[start - 1] == opening:
            start -= 1
    return start, end
