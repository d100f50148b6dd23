"""Make a follow-up question stand on its own, from the earlier questions of the chat."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Protocol

from qa.records import Span
from qa.retrieve.speech import person_names, question_words

__all__ = ["Ask", "follow"]

WHAT_OF = re.compile(r"^(?:那么?|那边|还有)?[，,]?(?P<new>.{1,20}?)呢[？?！!]?$")
PERSON = re.compile(r"[他她](?!们|国|人|乡)")
THING = re.compile(r"(?:它们?|他们|她们|这(?:两|几|三)?(?:个|家|些|项|者)|该(?=[\u3400-\u9fff]))")
NAME = re.compile(r"[\u3400-\u9fff·]{2,4}")
QUOTED = re.compile(r"“[^”]+”|「[^」]+」|\"[^\"]+\"")
LONGEST_ANTECEDENT = 40
TURNS = 8


class _Answered(Protocol):
    @property
    def answer(self) -> str: ...
    @property
    def spans(self) -> Sequence[Span]: ...


Ask = Callable[[str, str | None], _Answered]
"""Answer a question that stands alone, given the article it goes on about, if any."""


def follow(turns: Sequence[str], ask: Ask) -> tuple[str, str | None]:
    """Return the last of a chat's `turns` as a question that stands alone, and the article it goes on about.

    “那刘涛呢？” asks the question before about someone else; 他 is the person of the question before, or of its
    answer. A question that leaves nothing open is returned as it is, with None. Earlier turns are asked again only
    where something hangs on their answer, each at most once; turns further back than `TURNS` are forgotten.

    >>> follow(["史根治在会上强调了什么？", "会议由谁主持？"], ask=None)
    ('会议由谁主持？', None)
    """
    turn: _Turn | None = None
    for text in turns[-TURNS:]:
        turn = _Turn(text, turn, ask)
    return (turn.resolved, turn.subject) if turn else ("", None)


class _Turn:
    def __init__(self, text: str, before: _Turn | None, ask: Ask) -> None:
        self._text = text
        self._before = before
        self._ask = ask

    @cached_property
    def resolved(self) -> str:
        text, before = self._text, self._before
        if before is None:
            return text
        what_of = WHAT_OF.match(text)
        if what_of:
            return _put(what_of["new"], before.resolved)
        if PERSON.search(text):
            names = _names(before.resolved) or _people(before.answer.answer)
            return PERSON.sub(names[0], text, count=1) if names else text
        if THING.search(text):
            thing = before.answer.answer
            return THING.sub(thing, text, count=1) if 0 < len(thing) <= LONGEST_ANTECEDENT else text
        return text

    @cached_property
    def subject(self) -> str | None:
        if self._before is None or self.resolved == self._text or not self._before.answer.spans:
            return None
        return self._before.answer.spans[0].article_id

    @cached_property
    def answer(self) -> _Answered:
        return self._ask(self.resolved, self.subject)


def _names(text: str) -> list[str]:
    return person_names(question_words(text))


def _people(answer: str) -> list[str]:
    """Return the persons an answer names; one of two to four characters is a name as a whole."""
    return [answer] if NAME.fullmatch(answer) else _names(answer)


def _put(new: str, previous: str) -> str:
    """Put `new` in place of its counterpart in the question `previous`: a quotation, a person, a thing of its kind."""
    quoted = QUOTED.search(previous)
    if QUOTED.fullmatch(new) and quoted:
        return previous.replace(quoted.group(), new, 1)
    names = _names(previous)
    if _names(new) and names:
        return previous.replace(names[0], new, 1)
    counterpart = _same_ending(new, previous)
    if counterpart:
        return previous.replace(counterpart, new, 1)
    return f"{new}：{previous}"


def _same_ending(new: str, previous: str) -> str | None:
    """Return the words of `previous` that end as `new` does and are about as long: 烟草专卖局 for 交通运输局."""
    words = [word for word, _ in question_words(previous)]
    for last, word in enumerate(words):
        if word[-1] == new[-1]:
            first = last
            while first and len("".join(words[first : last + 1])) < len(new):
                first -= 1
            return "".join(words[first : last + 1])
    return None
