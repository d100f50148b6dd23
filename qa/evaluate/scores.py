"""Hold an answer against the right one: exact match and F1 as CMRC 2018 defines them, and whether it is in there.

The definitions are those of ``cmrc2018_evaluate.py``, version 6 (Cui et al., "A Span-Extraction Dataset for Chinese
Machine Reading Comprehension", EMNLP 2019): Chinese text counts by characters, other text by words, both in lower case;
F1 is that of the longest run that both share, not of a bag of words; of several right answers the best counts. Its
oddities are kept: only the marks of its own list are dropped, so that ``“`` is nothing but ``‘``, ``—``, ``(`` and
``…`` are something (the list has ``……``, which never equals one character); what a dropped mark stood between becomes
one word, ``1:30`` ``130``; white space inside an answer counts for exact match.

One thing differs: the script tells words apart with ``nltk.word_tokenize``, a pattern here does. The pattern follows
nltk 3.10, but for apostrophes (``don't``) and full stops between English sentences.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["best_f1", "contains", "exact_match", "f1_score", "matches"]

MARKS = frozenset("-:_*^/\\~`+=，。：？！“”；’《》·、「」（）－～『』")
HANZI = re.compile(r"[\u4e00-\u9fa5]")
WORD = re.compile(
    r"""
    \.{2,}                                       # dots
    | \.(?=[\])}>"'»]*\s*$)                      # the full stop at the end; others are part of their word, as in 3.5
    | ,(?!\d)                                    # a comma, unless it parts thousands
    | [;@\#$%&?!\[\](){}<>"‘«»„—–]               # marks that stand alone
    | (?:(?!\.{2}|\.[\])}>"'»]*\s*$)[^\s,;@\#$%&?!\[\](){}<>"‘«»„—–]|,(?=\d))+
    """,
    re.VERBOSE,
)


def exact_match(prediction: str, gold: str) -> bool:
    """Tell whether prediction and gold are the same but for case, punctuation and white space around them.

    >>> exact_match("“三农”工作。", "三农工作"), exact_match("三农", "三农工作")
    (True, False)
    """
    return _bare(prediction) == _bare(gold)


def f1_score(prediction: str, gold: str) -> float:
    """Return the F1 of the longest common run of segments, 0 to 1.

    >>> round(f1_score("约95%以上", "95%"), 3), f1_score("许昌", "郑州")
    (0.571, 0.0)
    """
    told, right = _segments(prediction), _segments(gold)
    shared = _longest_run(told, right)
    if not shared:
        return 0.0
    precision, recall = shared / len(told), shared / len(right)
    return 2 * precision * recall / (precision + recall)


def matches(prediction: str, golds: Sequence[str]) -> bool:
    """Tell whether `prediction` is exactly one of `golds`."""
    return any(exact_match(prediction, gold) for gold in golds)


def best_f1(prediction: str, golds: Sequence[str]) -> float:
    """Return the highest F1 with one of `golds`; 0 without any."""
    return max((f1_score(prediction, gold) for gold in golds), default=0.0)


def contains(text: str, golds: Sequence[str]) -> bool:
    """Tell whether one of `golds` stands in `text`, whatever the case, punctuation and white space.

    >>> contains("全国粮食总产量 13,731亿斤", ["13731亿斤"]), contains("郑州", [""])
    (False, False)
    """
    within = _solid(text)
    return any(_solid(gold) in within for gold in golds if _solid(gold))


def _bare(text: str) -> str:
    return "".join(char for char in text.lower().strip() if char not in MARKS)


def _solid(text: str) -> str:
    return "".join(_bare(text).split())


def _segments(text: str) -> list[str]:
    """Return a segment for each Chinese character and each other word."""
    segments: list[str] = []
    other = ""
    for char in _bare(text):
        if HANZI.match(char):
            segments += WORD.findall(other)
            segments.append(char)
            other = ""
        else:
            other += char
    return segments + WORD.findall(other)


def _longest_run(one: Sequence[str], other: Sequence[str]) -> int:
    """Return the length of the longest run of segments that both have."""
    longest = 0
    above = [0] * (len(other) + 1)
    for left in one:
        row = [0] * (len(other) + 1)
        for at, right in enumerate(other):
            if left == right:
                row[at + 1] = above[at] + 1
                longest = max(longest, row[at + 1])
        above = row
    return longest
