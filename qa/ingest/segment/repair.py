"""Undo what the extraction did to the text: pure fixers in a visible order.

A fixer takes text and returns the half-open spans to leave out, so that the offset map survives it. Nothing
is ever put in, replaced or "improved": what the newspaper printed stays as it printed it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

from qa.ingest.segment.traced import Traced

__all__ = [
    "BODY_FIXERS",
    "HEAD_FIXERS",
    "Fixer",
    "doubled_glyphs",
    "doubled_segments",
    "encodable",
    "extraction_spaces",
    "justified_spaces",
    "latin_gaps",
    "repair",
]

Fixer = Callable[[str], list[tuple[int, int]]]

# Ideographs, CJK punctuation, full-width forms, and the quotes and dashes Chinese sets full width.
WIDE = r"[\u2014\u2018-\u201d\u2026\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff]"
IDEOGRAPH = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
SPACES = re.compile(r"[^\S\n]+")
ENDS_WIDE, STARTS_WIDE = re.compile(WIDE + "$"), re.compile(WIDE)
ENDS_LATIN, STARTS_LATIN = re.compile(r"[0-9A-Za-z%‰]$"), re.compile(r"[0-9A-Za-z%‰+-]")
CLOSING, STOPS_AND_OPENING = "，。、；：！？）》」』】”’", "，。、；：！？（《「『【“‘"
JUSTIFIED_SHARE = 0.65
DOUBLED_PAIRS = 3
"""Pairs from which a line of nothing but pairs is no reduplication (快快乐乐, 高高兴兴)."""


def repair(text: Traced, fixers: tuple[Fixer, ...]) -> Traced:
    """Run `fixers` over `text` in order, again for as long as one finds something: what is left needs no repair."""
    found = True
    while found:
        found = False
        for fixer in fixers:
            if spans := fixer(text.text):
                text = text.without(spans)
                found = True
    return text


def _left(text: str, fixer: Fixer) -> str:
    """Show what `fixer` leaves of `text` (for the doctests)."""
    return repair(Traced.at(text, 0), (fixer,)).text


def encodable(text: str) -> str:
    r"""Join paired surrogates and put U+FFFD for lone ones, which no file or database can hold.

    >>> encodable("正文\ud800二") == "正文\ufffd二", encodable("\ud83d\ude42") == "🙂"
    (True, True)
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def justified_spaces(text: str) -> list[tuple[int, int]]:
    """Drop the spaces of a line set out character by character to fill its measure.

    >>> _left("坚 定 信 心 振 奋 精 神", justified_spaces)
    '坚定信心振奋精神'
    >>> _left("联学掀起热潮 共建推动发展", justified_spaces)
    '联学掀起热潮 共建推动发展'
    """
    chars = [match.start() for match in IDEOGRAPH.finditer(text)]
    gaps = [(a + 1, b) for a, b in pairwise(chars)]
    spaced = [gap for gap in gaps if text[gap[0] : gap[1]].isspace()]
    if len(gaps) < 2 or len(spaced) < JUSTIFIED_SHARE * len(gaps):
        return []
    return [match.span() for match in SPACES.finditer(text)]


def doubled_segments(text: str) -> list[tuple[int, int]]:
    """Drop the second copy where every segment of a line stands twice (shadowed or fake-bold type).

    Reduplication inside a sentence is not a copy: one segment that does not double saves them all.

    >>> _left("学思想学思想 强党性强党性", doubled_segments)
    '学思想 强党性'
    >>> _left("一项项 一个个", doubled_segments)
    '一项项 一个个'
    """
    segments = [match.span() for match in re.finditer(r"\S+", text)]
    spans = []
    for start, end in segments:
        middle = start + (end - start) // 2
        if end - start < 4 or text[start:middle] != text[middle:end]:
            return []
        spans.append((middle, end))
    return spans


def doubled_glyphs(text: str) -> list[tuple[int, int]]:
    """Drop the second of each pair where every character of a line stands twice (shadowed or fake-bold type).

    >>> _left("奋奋力力决决胜胜", doubled_glyphs)
    '奋力决胜'
    >>> _left("快快乐乐", doubled_glyphs)
    '快快乐乐'
    """
    places = [at for at, char in enumerate(text) if not char.isspace()]
    pairs = list(zip(places[::2], places[1::2], strict=False))
    if len(places) % 2 or len(pairs) < DOUBLED_PAIRS or any(text[a] != text[b] for a, b in pairs):
        return []
    return [(second, second + 1) for _, second in pairs]


def latin_gaps(text: str) -> list[tuple[int, int]]:
    """Drop the gaps that extraction puts between Chinese and digits or letters, and round marks.

    >>> _left("开展活动 116 次 ，联学掀起热潮 共建推动发展", latin_gaps)
    '开展活动116次，联学掀起热潮 共建推动发展'
    """
    gaps = []
    for match in SPACES.finditer(text):
        before, after = text[max(0, match.start() - 1) : match.start()], text[match.end() : match.end() + 1]
        wide_latin = ENDS_WIDE.match(before) and STARTS_LATIN.match(after)
        latin_wide = ENDS_LATIN.match(before) and STARTS_WIDE.match(after)
        if wide_latin or latin_wide or (after and after in CLOSING) or (before and before in STOPS_AND_OPENING):
            gaps.append(match.span())
    return gaps


def extraction_spaces(text: str) -> list[tuple[int, int]]:
    """Drop every space that touches a full-width character; running Chinese text has none of its own.

    >>> _left("11 月 9 日，与 New York Times 对话 ；交 出 答 卷", extraction_spaces)
    '11月9日，与New York Times对话；交出答卷'
    """
    return [
        match.span()
        for match in SPACES.finditer(text)
        if ENDS_WIDE.match(text[max(0, match.start() - 1) : match.start()])
        or STARTS_WIDE.match(text[match.end() : match.end() + 1])
    ]


HEAD_FIXERS: tuple[Fixer, ...] = (doubled_glyphs, doubled_segments, justified_spaces, latin_gaps)
BODY_FIXERS: tuple[Fixer, ...] = (extraction_spaces,)
