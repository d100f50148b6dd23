"""How well a page could be read: a score from 0 to 1, and what lowered it.

The score says how far to trust that the page is complete and rightly cut, not whether its news are true.
"""

from __future__ import annotations

import re

from qa.ingest.segment.lines import ends_sentence
from qa.records import PageContent, Quality

__all__ = ["JUMP_COST", "assess_page"]

PRIVATE = re.compile(r"[\ue000-\uf8ff\U000f0000-\U0010ffff]")
LOST = "\ufffd"
GARBLED = re.compile(r"[\u0080-\u00a0\u00a8-\u00b0\u00b4-\u00b6\u00b8-\u00d6\u00d8-\u00f6]")
"""Latin letters and marks that Chinese text has no use for, as mojibake leaves them."""
JUMP_COST = 0.1
"""For each article that breaks off, or comes from a page, that is not held."""


def assess_page(content: PageContent) -> Quality:
    """Judge a page by what was read from it; each reason is a key of the catalogue with its share in percent or count.

    Open jumps are not counted: they may be joined by a page that comes later.
    """
    text = content.page.text or "".join(article.text for article in content.articles)
    printed = [char for char in text if not char.isspace()]
    if not printed or not content.articles:
        return Quality(0.0, (("quality.empty", 1),))
    total = len(printed)
    costs: dict[str, tuple[float, int]] = {}

    def charge(key: str, share: float, weight: float) -> None:
        if share > 0:
            costs[key] = (min(weight, weight * share), max(1, round(100 * share)))

    charge("quality.private_use", min(1.0, 20 * len(PRIVATE.findall(text)) / total), 0.5)
    charge("quality.lost", min(1.0, 50 * text.count(LOST) / total), 0.5)
    charge("quality.garbled", min(1.0, 20 * len(GARBLED.findall(text)) / total), 0.5)
    begun_here = [
        article for article in content.articles if not any(jump.direction == "from" for jump in article.jumps)
    ]
    headless = sum(article.headline_made for article in begun_here) / max(1, len(begun_here))
    charge("quality.headless", headless, 0.2)
    open_ends = sum(
        not ends_sentence(article.text) and not article.jumps and len(article.text) > 40 for article in content.articles
    )
    charge("quality.open_end", open_ends / len(content.articles), 0.2)
    stray = sum(len(item.text) for item in content.others if item.kind in ("headline", "byline"))
    charge("quality.leftover", stray / total, 0.3)
    if content.page.kind == "ocr":
        costs["quality.ocr"] = (0.2, 1)
    if content.page.date is None and content.page.kind != "records":
        costs["quality.undated"] = (0.1, 1)
    score = max(0.0, 1.0 - sum(cost for cost, _ in costs.values()))
    worst_first = sorted(costs, key=lambda key: (-costs[key][0], key))
    return Quality(round(score, 2), tuple((key, costs[key][1]) for key in worst_first))
