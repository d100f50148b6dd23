"""Make a follow-up question stand on its own, from the earlier questions of the chat."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Protocol

from qa.retrieve.speech import person_names, question_words

__all__ = ["resolve"]

WHAT_OF = re.compile(r"^(?:那么?|那边|还有)?[，,]?(?P<new>.{1,20}?)呢[？?！!]?$")
PERSON = re.compile(r"[他她](?!们|国|人|乡)")
THING = re.compile(r"(?:它们?|他们|她们|这(?:两|几|三)?(?:个|家|些|项|者)|该(?=[\u3400-\u9fff]))")
NAME = re.compile(r"[\u3400-\u9fff·]{2,4}")
QUOTED = re.compile(r"“[^”]+”|「[^」]+」|\"[^\"]+\"")
LONGEST_ANTECEDENT = 40


class _Answered(Protocol):
    @property
    def answer(self) -> str: ...


def resolve(text: str, history: Sequence[str], *, answer: Callable[[str, Sequence[str]], _Answered]) -> str:
    """Return `text` with what it leaves open filled in from `history` (earlier questions, oldest first).

    “那刘涛呢？” asks the question before about someone else; 他 is the person of the question before, or of its
    answer, which ``answer(question, history)`` gives. A question that leaves nothing open is returned as it is.

    >>> resolve("那刘涛呢？", ["史根治在会上强调了什么？"], answer=None)
    '刘涛在会上强调了什么？'
    >>> resolve("交通运输局呢？", ["襄城县烟草专卖局和哪些镇联学共建？"], answer=None)
    '襄城县交通运输局和哪些镇联学共建？'
    """
    if not history:
        return text
    *before, last = history
    what_of = WHAT_OF.match(text)
    if what_of:
        return _put(what_of["new"], resolve(last, before, answer=answer))
    if PERSON.search(text):
        previous = resolve(last, before, answer=answer)
        names = _names(previous) or _people(answer(last, before).answer)
        return PERSON.sub(names[0], text, count=1) if names else text
    if THING.search(text):
        thing = answer(last, before).answer
        return THING.sub(thing, text, count=1) if 0 < len(thing) <= LONGEST_ANTECEDENT else text
    return text


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
