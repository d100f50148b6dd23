"""Quotations: what stands between quotation marks, in a draft or on a page.

The outermost pair is the quotation; what it quotes in turn is part of it. Marks of the same kind that open again at
the head of the next paragraph, as a speech of several paragraphs is printed, open nothing new. A mark that is never
closed ends with its paragraph, and is said to be unbalanced; one that closes nothing is left alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["CLOSING", "OPENING", "Quotation", "quotations"]

PAIRS = {"“": "”", "「": "」", "『": "』", "‘": "’", "﹁": "﹂", "﹃": "﹄", "〝": "〞", "＂": "＂", '"': '"'}
OPENING, CLOSING = frozenset(PAIRS), frozenset(PAIRS.values())
STRAIGHT = frozenset('"＂')
MARK = re.compile(r"[“”「」『』‘’﹁﹂﹃﹄〝〞＂\"\n]")
APOSTROPHE = re.compile(r"[A-Za-z]’[A-Za-z]")


@dataclass(frozen=True, slots=True)
class Quotation:
    """What is quoted is ``text[start:end]``, without its marks; `balanced` tells whether it is closed."""

    start: int
    end: int
    balanced: bool = True


def quotations(text: str) -> list[Quotation]:
    r"""Return the quotations of `text` in order.

    >>> said = "他说：“要‘稳’字当头。”又说「快」。"
    >>> [said[q.start : q.end] for q in quotations(said)]
    ['要‘稳’字当头。', '快']
    >>> [(q.start, q.end, q.balanced) for q in quotations("他说：“没有说完。\n下一段。")]
    [(4, 9, False)]
    """
    reading = _Reading(text)
    at = 0
    while match := MARK.search(text, at):
        at = reading.take(match[0], match.start())
    reading.end(len(text))
    return [quotation for quotation in reading.found if text[quotation.start : quotation.end].strip()]


class _Reading:
    """Go through a text mark by mark."""

    def __init__(self, text: str) -> None:
        self.found: list[Quotation] = []
        self._text = text
        self._stack: list[str] = []
        self._start = 0

    def take(self, mark: str, at: int) -> int:
        """Take the mark or line end at `at`; returns from where to look for the next."""
        stack = self._stack
        if mark == "\n":
            return self._line_end(at)
        if mark == "’" and APOSTROPHE.match(self._text, max(0, at - 1)):
            return at + 1
        if stack and mark == PAIRS[stack[-1]]:
            stack.pop()
            if not stack:
                self.found.append(Quotation(self._start, at))
        elif mark in OPENING:
            if stack and mark == stack[0]:  # opened again without having been closed: the first was left open
                self.end(at)
            if not stack:
                self._start = at + 1
            stack.append(mark)
        elif mark in (PAIRS[opened] for opened in stack):  # an inner mark was left open
            while PAIRS[stack.pop()] != mark:
                pass
            if not stack:
                self.found.append(Quotation(self._start, at, balanced=False))
        return at + 1

    def end(self, at: int) -> None:
        """End the quotation that was left open, if one was, at `at`."""
        if self._stack:
            self.found.append(Quotation(self._start, at, balanced=False))
            self._stack.clear()

    def _line_end(self, at: int) -> int:
        """End what is open, unless the next paragraph goes on with the speech: it opens with the mark again."""
        text = self._text
        following = at + 1
        while following < len(text) and text[following].isspace():
            following += 1
        if self._stack and self._stack[0] not in STRAIGHT and text[following : following + 1] == self._stack[0]:
            return following + 1
        self.end(at)
        return at + 1
