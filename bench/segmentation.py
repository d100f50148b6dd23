"""Read made pages back and count what came back whole.

python -m bench.segmentation NEWS.jsonl.gz... [--pages 200] [--pdf 50] [--seed 7] [--show-losses N] [--json]

Text pages are typeset from known articles by `bench.made`, PDFs (one to several pages each) by `bench.made_pdf`, with
Chromium. Seconds are those of reading and cutting. An article is exact when one found article's body is at least
0.985 similar to it, white space aside; headline, byline and paragraphs are then compared on that article.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import partial
from itertools import islice
from pathlib import Path

from bench import made_pdf
from bench.made import MadeArticle, MadePage, dress, load_articles, typeset
from qa.ingest.files.sources import Source
from qa.ingest.imprints.imprint import Imprint
from qa.ingest.pages import read_source
from qa.ingest.segment.articles import cut_articles
from qa.records import Article, Page, PageContent

__all__ = ["Counts", "compare", "main"]

EXACT = 0.985
Made = tuple[MadePage, Callable[[], PageContent]]
"""A page with the truth about it, and what reads it."""
GOALS = {"articles": 0.92, "headlines": 0.92, "bylines": 0.95, "paragraphs": 0.92, "covered": 0.995}


@dataclass(slots=True)
class Counts:
    """What was to be found and what was, added up over pages."""

    articles: int = 0
    exact: int = 0
    headlines: int = 0
    bylines: int = 0
    paragraphs: int = 0
    paragraphs_exact: int = 0
    characters: int = 0
    covered: int = 0
    doubled: int = 0
    found: int = 0

    @property
    def shares(self) -> dict[str, float]:
        """The five figures, 0 to 1."""
        articles, paragraphs = max(1, self.articles), max(1, self.paragraphs)
        return {
            "articles": self.exact / articles,
            "headlines": self.headlines / articles,
            "bylines": self.bylines / articles,
            "paragraphs": self.paragraphs_exact / paragraphs,
            "covered": self.covered / max(1, self.characters),
        }


def main() -> None:
    """Print the five figures, their goals, and the losses asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("news", nargs="+", type=Path, help="JSON lines with title and text")
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--show-losses", type=int, default=0, metavar="N")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--pdf", type=int, default=0, metavar="N", help="N made PDFs instead of text pages")
    args = parser.parse_args()
    counts, losses, pages, seconds = Counts(), 0, 0, 0.0
    made = (made_pdfs if args.pdf else made_pages)(args.news, args.pdf or args.pages, args.seed)
    for page, read in made:
        started = time.perf_counter()
        content = read()
        seconds += time.perf_counter() - started
        pages += 1
        lost = compare(page, content, counts)
        if lost and losses < args.show_losses:
            losses += 1
            print("\n".join(lost), "", content.page.text, sep="\n")
    if args.json:
        print(json.dumps(counts.shares))
        return
    print(f"{pages} pages, {counts.articles} articles set, {counts.found} found, {counts.doubled} doubled characters")
    print(f"{counts.characters / pages:.0f} characters a page, {pages / seconds:.1f} pages/s")
    for name, share in counts.shares.items():
        print(f"{name:12} {share:.4f}   goal {GOALS[name]}   {'met' if share >= GOALS[name] else 'MISSED'}")


def made_pages(news: Sequence[Path], pages: int, seed: int) -> Iterator[Made]:
    """Typeset text pages of three to seven articles each."""
    articles = iter(load_articles(news, seed=seed))
    rng = random.Random(seed)
    for number in range(pages):
        page = typeset(list(islice(articles, rng.randint(3, 7))), seed=seed * 100_003 + number)
        yield page, partial(cut_articles, Page("made", "", "utf-8", page.text, "晨报", "2024-03-06", "1"))


def made_pdfs(news: Sequence[Path], count: int, seed: int) -> Iterator[Made]:
    """Print PDFs of about twenty articles each, and read them as any other file."""
    from playwright.sync_api import sync_playwright

    articles = iter(load_articles(news, seed=seed))
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for number in range(count):
            path = Path(folder, f"{number}.pdf")
            dressed = [dress(article, rng) for article in islice(articles, 20)]
            printed = made_pdf.typeset(dressed, seed=seed * 1_009 + number, path=path, browser=browser)
            pages = read_source(Source(path), Imprint("晨报", "2024-03-06", None, "flag"), "")
            for truth in printed:
                yield MadePage("", truth.articles, truth.others), partial(next, pages)
        browser.close()


def compare(page: MadePage, content: PageContent, counts: Counts) -> list[str]:
    """Add what came back of `page` to `counts`; returns a line for each loss."""
    lost: list[str] = []
    free = list(content.articles)
    counts.found += len(free)
    for gold in page.articles:
        counts.articles += 1
        counts.paragraphs += len(gold.paragraphs)
        best = max(free, key=lambda article: _similar(gold, article), default=None)
        if best is None or _similar(gold, best) < 0.3:
            lost.append(f"- no article: {gold.headline} / {gold.paragraphs[0][:40]}")
            continue
        free.remove(best)
        _compare_article(gold, best, counts, lost)
    lost += [f"- too many: {article.headline} / {article.text[article.body_start :][:60]}" for article in free]
    printed, kept = _printed(content.page.text), _kept(content)
    counts.characters += printed.total()
    counts.covered += (printed & kept).total()
    counts.doubled += (kept - printed).total()
    return lost


def _compare_article(gold: MadeArticle, found: Article, counts: Counts, lost: list[str]) -> None:
    similar = _similar(gold, found)
    if similar >= EXACT:
        counts.exact += 1
    else:
        lost.append(f"- body {similar:.3f}: {gold.headline} / {found.text[found.body_start :][-60:]}")
    headline = None if found.headline_made else found.headline
    if _tight(headline) == _tight(gold.headline):
        counts.headlines += 1
    else:
        printed, read = (gold.kicker, gold.headline, gold.subhead), (found.kicker, headline, found.subhead)
        lost.append(f"- headline: {printed} found: {read}")
    names = (gold.reporters, gold.correspondents, gold.photographers)
    byline = found.byline
    have = (byline.reporters, byline.correspondents, byline.photographers) if byline else ((), (), ())
    if have == names:
        counts.bylines += 1
    else:
        lost.append(f"- byline: {names} found: {have}")
    pool = Counter(_tight(paragraph) for paragraph in found.paragraphs)
    matched = sum((pool & Counter(_tight(paragraph) for paragraph in gold.paragraphs)).values())
    counts.paragraphs_exact += matched
    if matched < len(gold.paragraphs):
        lost.append(f"- paragraphs {matched} of {len(gold.paragraphs)}: {gold.headline}")


def _similar(gold: MadeArticle, found: Article) -> float:
    a, b = _tight("".join(gold.paragraphs)), _tight(found.text[found.body_start :])
    if a == b:
        return 1.0
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    if matcher.quick_ratio() < 0.3:
        return 0.0
    return matcher.ratio()


def _tight(text: str | None) -> str:
    return "".join((text or "").split())


def _printed(text: str) -> Counter[str]:
    return Counter(char for char in text if not char.isspace())


def _kept(content: PageContent) -> Counter[str]:
    kept: Counter[str] = Counter()
    for article in content.articles:
        kept += _printed(article.text)
        kept += _printed("".join(jump.text for jump in article.jumps))
        if article.byline and article.byline.verbatim not in article.text:
            kept += _printed(article.byline.verbatim)
    for item in content.others:
        kept += _printed(item.text)
    return kept


if __name__ == "__main__":
    main()
