"""Print what the archive holds: pages and their articles, what belongs to no article, one article, the whole."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from qa.answer.compose import days_line
from qa.cite.quotes import source_line
from qa.cli.printing import print_hanging, terminal
from qa.holdings import Stats, Verified
from qa.messages import CATALOGUE, say
from qa.records import Article, LogEntry, PageItem, PageState, Quality

__all__ = [
    "item_as_json",
    "pages_as_json",
    "print_article",
    "print_items",
    "print_list",
    "print_log",
    "print_source",
    "print_stats",
    "print_verified",
]

STATS_SHOWN = (
    *("archive", "files", "pages", "articles", "heads_only", "passages", "pending", "papers", "days", "quality"),
    *("bytes", "encoder", "fingerprint"),
)
LEFT_OVER = {"quality.leftover", "quality.empty"}
"""Reasons that what belongs to no article explains."""


def print_list(contents: Sequence[tuple[PageState, list[Article]]]) -> None:
    """Print the articles, under a line for each page that says how well it could be read."""
    console = terminal()
    if not contents:
        console.print(say("cli.none"))
    for page, articles in contents:
        exported = page.kind == "records"
        print_hanging(console, Text(), Text(_page_line(page, articles[0] if exported else None), style="bold"))
        if not exported:
            told = f"{say('stats.quality')} {page.quality.score:.2f}　{_reasons(page.quality)}".rstrip("　")
            print_hanging(console, Text(), Text(told, style="dim"))
        for article in articles:
            headline = Text(_headline(article))
            if article.kind != "news":
                headline.append(f"  〔{say(f'kind.{article.kind}')}〕", style="dim")
            print_hanging(console, Text("  ").append(article.id, style="cyan").append("  "), headline)


def print_items(held: Sequence[tuple[PageState, list[PageItem]]]) -> None:
    """Print what belongs to no article, under a line for each page: kind, text, lines of the page."""
    console = terminal()
    if not held:
        console.print(say("cli.no_items"))
    width = max((cell_len(_kind(item)) for _, items in held for item in items), default=0)
    for page, items in held:
        print_hanging(console, Text(), Text(_page_line(page), style="bold"))
        for item in items:
            begin = Text("  ").append(set_cell_size(_kind(item), width), style="cyan").append("  ")
            text = Text(item.text.replace("\n", " ")).append(f"  {_lines(item)}", style="dim")
            print_hanging(console, begin, text)


def item_as_json(page: PageState, item: PageItem) -> dict[str, Any]:
    """Return the object that ``wenbao list --items --json`` prints on a line."""
    return {
        "kind": item.kind,
        "text": item.text,
        "source_lines": list(item.source_lines),
        "paper": page.paper,
        "date": page.date,
        "page": page.page,
        "file": page.source,
        "number": page.number,
    }


def print_log(entries: Sequence[LogEntry]) -> None:
    """Print what became of the files given, the latest first."""
    console = terminal()
    if not entries:
        console.print(say("log.none"))
    for entry in entries:
        begin = (
            Text(f"{entry.at[:16].replace('T', ' ')}  ").append(say(f"log.{entry.status}"), style="bold").append("  ")
        )
        print_hanging(console, begin, Text(entry.reason or entry.path))


def print_stats(counted: Stats, archive: Path | None) -> None:
    """Print what the archive holds, and the pages of the lowest quality with the command that shows each."""
    console = terminal()
    shown = {
        **asdict(counted),
        "days": days_line(counted.date_from, counted.date_to),
        "papers": "、".join(counted.papers),
        "bytes": f"{counted.bytes / 1e6:.1f} MB",
    }
    width = max(cell_len(say(f"stats.{key}")) for key in STATS_SHOWN)
    for key in STATS_SHOWN:
        value = shown[key]
        begin = Text(set_cell_size(say(f"stats.{key}"), width) + "  ")
        print_hanging(console, begin, Text("–" if value in (None, "") else str(value)))
    if counted.doubtful:
        console.print()
        console.print(say("stats.doubtful"))
    for page in counted.doubtful:
        told = Text(f"{page.quality.score:.2f}  ").append(_page_line(page), style="bold")
        print_hanging(console, Text("  "), told.append(f"　{_reasons(page.quality)}"))
        console.print(Text(f"        {_command(page, archive)}", style="cyan"))


def pages_as_json(
    article: Article, pages: list[tuple[PageState, list[tuple[int, str]]]], *, lines: bool
) -> dict[str, Any]:
    """Return where an article was printed: for each page its file, where its date comes from, and its lines."""
    return {
        "printed_on": [
            {
                "file": page.source,
                "number": page.number,
                "kind": page.kind,
                "page": (article if page.kind == "records" else page).page,
                "date": (article if page.kind == "records" else page).date,
                "date_source": page.date_source,
                **({"lines": [{"n": number, "text": text} for number, text in held]} if lines else {}),
            }
            for page, held in pages
        ]
    }


def print_source(pages: list[tuple[PageState, list[tuple[int, str]]]]) -> None:
    """Print the page lines an article came from, numbered as in the file."""
    console = terminal()
    for page, lines in pages:
        console.print()
        console.print(Text(f"{source_line(page)}　{page.source}", style="bold"))
        if not lines:
            console.print(Text(say("show.no_lines"), style="dim"))
        before = 0
        for number, text in lines:
            if before and number > before + 1:
                console.print(Text("     ⋮", style="dim"))
            console.print(Text(f"{number:>5} │ ", style="dim").append(text.rstrip(), style=""))
            before = number


def print_article(article: Article, pages: list[tuple[PageState, list[tuple[int, str]]]]) -> None:
    """Print a whole article, its head first, then where it stands, then its paragraphs."""
    console = terminal()
    if article.kicker:
        console.print(Text(article.kicker))
    console.print(Text(_headline(article), style="bold"))
    if article.subhead:
        console.print(Text(article.subhead))
    first_page = pages[0][0] if pages else None
    facts = {
        "source": source_line(article),
        "date": say(f"date_source.{(first_page and first_page.date_source) or 'none'}") if first_page else "",
        "file": first_page.source if first_page else "",
        "kind": say(f"kind.{article.kind}") if article.kind != "news" else "",
        "byline": article.byline.verbatim if article.byline else "",
        "jump": article.jump.text if article.jump else "",
        "lines": _ranges(article.source_lines),
        "id": article.id,
    }
    for key, value in facts.items():
        if value:
            console.print(Text(f"{say(f'field.{key}')}　{value}", style="dim"))
    for paragraph in article.paragraphs:
        console.print()
        console.print(Text(paragraph))


def _page_line(page: PageState, article: Article | None = None) -> str:
    """Return newspaper, date and page; where one of the first two is unknown also the file, which is always known.

    An exported file is one page, of which each `article` has its own newspaper, date and page.
    """
    source = article or page
    return source_line(source) if source.paper and source.date else f"{source_line(source)}　{page.source}"


def _command(page: PageState, archive: Path | None) -> str:
    """Return the command that shows a page: its articles, or what belongs to none where that is the trouble."""
    words = ["wenbao", "list", *(["--items"] if LEFT_OVER & {key for key, _ in page.quality.reasons} else [])]
    words += ["--file", page.source, *(["--page", page.page] if page.page else [])]
    return shlex.join([*words, *(["--archive", str(archive)] if archive else [])])


def _kind(item: PageItem) -> str:
    key = f"item.{item.kind}"
    return say(key if key in CATALOGUE else "item.other")


def _lines(item: PageItem) -> str:
    return say("item.lines", lines=_ranges([item.source_lines]))


def _ranges(lines: Sequence[tuple[int, int]]) -> str:
    return "、".join(f"{first}–{last}" if first != last else str(first) for first, last in lines)


def _reasons(quality: Quality) -> str:
    return "；".join(say(key, value=value) for key, value in quality.reasons)


def _headline(article: Article) -> str:
    return say("headline.made", lead=article.headline) if article.headline_made else article.headline


def print_verified(result: Verified) -> None:
    """Print what `verify` found, a line for each thing, and what to do about it."""
    console = terminal()
    articles, passages = result.articles, result.passages
    if result.mended:
        names = say("web.list").join(say(f"damage.{damage.kind}", what=damage.what) for damage in result.mended)
        console.print(Text(say("cli.verify.mended", what=names)))
    for damage in result.damage:
        console.print(Text(say(f"damage.{damage.kind}", what=damage.what)))
    if result.damage:
        console.print(Text(say("cli.verify.damaged", count=len(result.damage), articles=articles, passages=passages)))
        if any(damage.mendable for damage in result.damage):
            console.print(Text(say("cli.verify.repairable")))
        return
    console.print(Text(say("cli.verify.whole", articles=articles, passages=passages)))
    if result.pending:
        console.print(Text(say("cli.verify.pending", pending=result.pending)))
