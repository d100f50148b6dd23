"""Cut an article's text into sentences and the sentences into passages."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa.settings import SETTINGS

__all__ = ["cut_passages", "cut_sentences"]

# A stop with whatever closes after it; a line break always ends a sentence.
STOP = re.compile(r"(?:[。！？!?]|……)+[”’」』）)》】]*|\n+")
# A comma between digits parts thousands.
SOFT_STOP = re.compile(r"[；;]|[，、]|,(?!\d)")
OPENING, CLOSING = "“‘「『（(《【", "”’」』）)》】"


def cut_sentences(text: str, *, longest: int = SETTINGS.sentence_chars) -> list[tuple[int, int]]:
    r"""Return the sentences of `text` as half-open spans, ascending, without white space at their ends.

    A stop inside brackets or quotes ends a sentence only together with the closing mark after it, so that a quoted
    speech of several sentences is cut only if it is longer than `longest`; so is any longer sentence, at its commas.

    >>> t = "他说：“好。很好。”会议结束！\n第二段"
    >>> [t[a:b] for a, b in cut_sentences(t)]
    ['他说：“好。很好。”', '会议结束！', '第二段']
    """
    spans: list[tuple[int, int]] = []
    start, depth, at = 0, 0, 0
    for stop in STOP.finditer(text):
        depth = _depth(text, at, stop.end(), depth)
        at = stop.end()
        if text[stop.start()] == "\n":
            depth = 0
        if depth == 0 or at - start > longest:
            spans.append((start, at))
            start = at
    spans.append((start, len(text)))
    trimmed = (_trim(text, *span) for span in spans)
    return [part for span in trimmed if span[0] < span[1] for part in _shorten(text, *span, longest)]


def cut_passages(
    text: str, *, chars: int = SETTINGS.passage_chars, longest: int = SETTINGS.sentence_chars
) -> list[tuple[int, int]]:
    """Return passages of about `chars` characters as half-open spans on sentence bounds.

    Neighbours overlap by one sentence, unless that sentence alone would fill half a passage. The first passage
    begins with the head group.

    >>> cut_passages("甲" * 9 + "。" + "乙" * 9 + "。" + "丙" * 9 + "。", chars=25)
    [(0, 20), (10, 30)]
    """
    sentences = cut_sentences(text, longest=longest)
    passages: list[tuple[int, int]] = []
    first = 0
    while first < len(sentences):
        last = first
        while last + 1 < len(sentences) and sentences[last + 1][1] - sentences[first][0] <= chars:
            last += 1
        passages.append((sentences[first][0], sentences[last][1]))
        if last + 1 == len(sentences):
            break
        overlap = last > first and sentences[last][1] - sentences[last][0] <= chars // 2
        first = last if overlap else last + 1
    return passages


def _depth(text: str, start: int, end: int, depth: int) -> int:
    for char in text[start:end]:
        if char in OPENING:
            depth += 1
        elif char in CLOSING:
            depth = max(0, depth - 1)
    return depth


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - (len(piece) - len(piece.rstrip()))


def _shorten(text: str, start: int, end: int, longest: int) -> Iterator[tuple[int, int]]:
    """Cut an overlong sentence into parts within `longest`, as late as can be, where it hurts least.

    Outside quotation marks and brackets before inside them, at a semicolon before a comma, between words before
    inside a number; a part is at least a third of `longest`, so that no crumbs are left.
    """
    while end - start > longest:
        cut = _softest(text, start, start + longest)
        yield _trim(text, start, cut)
        start = cut
    yield start, end


def _softest(text: str, start: int, stop: int) -> int:
    """Return the best place to cut ``text[start:stop]``, after its first third."""
    least = start + (stop - start) // 3
    best: tuple[int, int] | None = None
    depth = 0
    at = start
    for match in SOFT_STOP.finditer(text, start, stop):
        depth = _depth(text, at, match.end(), depth)
        at = match.end()
        rank = 2 * (depth == 0) + (match.group() in "；;")
        if at > least and (best is None or rank >= best[0]):
            best = (rank, at)
    if best:
        return best[1]
    whole = [match.start() for match in re.finditer(r"(?<![0-9A-Za-z.])(?=.)", text[least:stop])]
    return least + whole[-1] if whole and whole[-1] else stop
