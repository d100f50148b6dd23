"""Lists in print: 市统计局、市商务局和市财政局."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa.retrieve.speech import pages_words

__all__ = ["LINKS", "lists_in"]

LINKS = "、和与及"
"""What stands between items."""
ITEM = r"(?:《[^《》、]{1,30}》|“[^“”、]{1,16}”|(?:(?!等)[\u4e00-\u9fffA-Za-z0-9·—]){2,14})"
LIST = re.compile(rf"{ITEM}(?:、{ITEM})+(?:[和与及]{ITEM})?")
NO_ITEM = "vpudcr"
"""Tags of words that no item begins with, or goes on with."""


def lists_in(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of lists, from the first item to the last, without the words around them.

    >>> text = "会议审议《种子条例》、《防洪预案》，由王芳、刘涛和李明主持，北京、上海等地参加。"
    >>> [text[start:end] for start, end in lists_in(text)]
    ['《种子条例》、《防洪预案》', '王芳、刘涛和李明', '北京、上海']
    """
    for match in LIST.finditer(text):
        start, end = match.span()
        start += _before_items(text[start : text.index("、", start)])
        if not text.startswith("等", end):
            end -= len(_behind_items(text[start:end]))
        if "、" in text[start:end].strip("、"):
            yield start, end


def _before_items(item: str) -> int:
    """Return how many characters of a list's first item are not of it: 会议审议 of 会议审议规划."""
    end = kept = 0
    for word, tag in pages_words(item):
        end += len(word)
        if tag[0] in NO_ITEM and tag != "vn":
            kept = end
    return kept if kept < len(item) else 0


def _behind_items(items: str) -> str:
    """Return what stands behind the last item of a list: 出席会议 of 刘涛、王伟出席会议."""
    last = items[max(items.rfind(link) for link in LINKS) + 1 :]
    if last.endswith(("》", "”")):
        return ""
    at = 0
    for number, (word, tag) in enumerate(pages_words(last)):
        if number and tag[0] in NO_ITEM + "l":
            return last[at:]
        at += len(word)
    return ""
