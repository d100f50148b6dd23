"""The command line: ``wenbao ingest ask list show stats``; `web.command` adds ``serve``."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from qa.answer.cite import source_line
from qa.answer.compose import days_line, refusal_lines
from qa.archive import Archive, find_pages
from qa.errors import BadInput, WenbaoError
from qa.ingest.imprints.imprint import iso_date, page_label
from qa.messages import say
from qa.records import Answer, Article, Citation, Filters, PageState, Quality
from qa.retrieve.question import check_question

__all__ = ["ArchiveOption", "build", "check_filters", "run", "shown_progress"]

STATS_SHOWN = (
    *("archive", "files", "pages", "articles", "heads_only", "passages", "pending", "papers", "days", "quality"),
    *("doubtful", "bytes", "encoder", "fingerprint"),
)
EXCERPT_CHARS = 110
BATCH_FIELDS = ("question", "from", "to", "paper", "page")


def ArchiveOption() -> Any:  # noqa: N802 - it stands in annotations, where types stand
    """Return the ``--archive`` option, which every command takes."""
    return typer.Option("--archive", help=say("cli.archive"), show_default=False)


def build() -> typer.Typer:
    """Build the command line in the language of this process."""
    cli = typer.Typer(help=say("cli.about"), no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
    archive_option = Annotated[Path | None, ArchiveOption()]
    json_option = Annotated[bool, typer.Option("--json", help=say("cli.json"))]
    from_option = Annotated[str | None, typer.Option("--from", help=say("cli.from"))]
    to_option = Annotated[str | None, typer.Option("--to", help=say("cli.to"))]
    paper_option = Annotated[str | None, typer.Option("--paper", help=say("cli.paper"))]
    page_option = Annotated[str | None, typer.Option("--page", help=say("cli.page"))]

    def ingest(
        paths: Annotated[list[Path] | None, typer.Argument(help=say("cli.ingest.paths"))] = None,
        paper: Annotated[str | None, typer.Option(help=say("cli.ingest.paper"))] = None,
        date: Annotated[str | None, typer.Option(help=say("cli.ingest.date"))] = None,
        page: Annotated[str | None, typer.Option(help=say("cli.ingest.page"))] = None,
        reembed: Annotated[bool, typer.Option("--reembed", help=say("cli.ingest.reembed"))] = False,
        archive: archive_option = None,
    ) -> None:
        if not paths and not reembed:
            raise typer.BadParameter(say("usage.ingest_none"))
        if reembed:
            _reembed(archive)
        if paths:
            _ingest(paths, paper, date, page, archive)

    def ask(
        question: Annotated[str | None, typer.Argument(help=say("cli.ask.question"))] = None,
        batch: Annotated[Path | None, typer.Option(help=say("cli.ask.batch"))] = None,
        out: Annotated[Path | None, typer.Option(help=say("cli.ask.out"))] = None,
        as_json: json_option = False,
        date_from: from_option = None,
        date_to: to_option = None,
        paper: paper_option = None,
        page: page_option = None,
        archive: archive_option = None,
    ) -> None:
        if (question is None) == (batch is None) or (batch is None) != (out is None):
            raise typer.BadParameter(say("usage.ask_one"))
        filters = check_filters(date_from, date_to, paper, page)
        with Archive.open(archive) as held:
            if batch and out:
                _ask_batch(held, batch, out, filters)
            elif question is not None:
                answer = held.ask(question, filters=filters)
                _print_json(answer.as_json()) if as_json else _print_answer(answer)

    def list_articles(
        as_json: json_option = False,
        date_from: from_option = None,
        date_to: to_option = None,
        paper: paper_option = None,
        page: page_option = None,
        archive: archive_option = None,
    ) -> None:
        filters = check_filters(date_from, date_to, paper, page)
        with Archive.open(archive) as held:
            articles = held.articles(filters)
            pages = held.pages(filters)
        if as_json:
            for article in articles:
                _print_json(article.as_json())
        else:
            _print_list(articles, pages)

    def show(
        article_id: Annotated[str, typer.Argument(help=say("cli.show.id"))],
        source: Annotated[bool, typer.Option("--source", help=say("cli.show.source"))] = False,
        as_json: json_option = False,
        archive: archive_option = None,
    ) -> None:
        with Archive.open(archive) as held:
            article = held.article(article_id)
            pages = held.source_lines(article)
        if as_json:
            _print_json({**article.as_json(), **_pages_as_json(pages, lines=source)})
            return
        _print_article(article, pages)
        if source:
            _print_source(pages)

    def stats(as_json: json_option = False, archive: archive_option = None) -> None:
        with Archive.open(archive) as held:
            counted = held.stats()
        if as_json:
            _print_json(counted.as_json())
            return
        table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
        shown = {
            **asdict(counted),
            "days": days_line(counted.date_from, counted.date_to),
            "papers": "、".join(counted.papers),
            "bytes": f"{counted.bytes / 1e6:.1f} MB",
            "quality": counted.quality,
            "doubtful": "\n".join(f"{_page_line(page)} {_reasons(page.quality)}" for page in counted.doubtful),
        }
        for key in STATS_SHOWN:
            value = shown[key]
            table.add_row(say(f"stats.{key}"), Text("–" if value in (None, "") else str(value)))
        _console().print(table)

    commands: dict[str, Callable[..., None]] = {
        "ingest": ingest,
        "ask": ask,
        "list": list_articles,
        "show": show,
        "stats": stats,
    }
    for name, command in commands.items():
        cli.command(name, help=say(f"cli.{name}"))(command)
    return cli


def run(cli: Callable[[], object]) -> None:
    """Run the command line; what cannot be done is one line on stderr and exit status 1."""
    try:
        cli()
    except WenbaoError as error:
        print(error, file=sys.stderr)  # noqa: T201 - the edge prints
        raise SystemExit(1) from None


def check_filters(date_from: str | None, date_to: str | None, paper: str | None, page: str | None) -> Filters:
    """Build filters from what a user typed; raises BadInput for what is no date, or dates out of order."""
    first = iso_date(date_from) if date_from else None
    last = iso_date(date_to) if date_to else None
    if first and last and first > last:
        raise BadInput("date.order", first=first, last=last)
    return Filters(first, last, paper or None, page_label(page) if page else None)


@contextmanager
def shown_progress() -> Iterator[Callable[[str, int, int], None]]:
    """Give a progress callback that draws one bar per stage on stderr, with count and time left."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bars:
        tasks: dict[str, Any] = {}

        def told(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(say(f"cli.progress.{stage}"), total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield told


def _ingest(paths: list[Path], paper: str | None, date: str | None, page: str | None, folder: Path | None) -> None:
    # Looked at before the archive is opened, so that a misspelt path makes no archive.
    found = find_pages(paths)
    date = iso_date(date) if date else None
    with Archive.open(folder, create=True) as archive, shown_progress() as progress:
        report = archive.ingest_found(found, paper=paper, date=date, page=page, progress=progress)
    for skipped in report.skipped:
        print(say("cli.skipped", reason=skipped.reason), file=sys.stderr)  # noqa: T201
    line = say(
        "cli.done",
        files=report.files,
        articles=report.articles,
        passages=report.passages,
        unchanged=report.unchanged,
        skipped=len(report.skipped),
    )
    _console().print(line)
    if report.ignored:
        files = "、".join(f"{count}×{suffix or '?'}" for suffix, count in report.ignored)
        _console().print(say("cli.ignored", files=files))
    if report.heads_only:
        _console().print(say("cli.heads_only", count=report.heads_only))
    if report.skipped:
        raise SystemExit(1)


def _reembed(folder: Path | None) -> None:
    with Archive.open(folder) as archive, shown_progress() as progress:
        count = archive.reembed(progress=progress)
    _console().print(say("cli.reembedded", passages=count))


def _ask_batch(archive: Archive, batch: Path, out: Path, filters: Filters) -> None:
    """Answer a file of questions; the whole file is checked before the first is asked."""
    entries = list(_batch_entries(batch, filters))
    if out.exists() and out.samefile(batch):
        raise BadInput("batch.same_file", path=out)
    try:
        file = out.open("w", encoding="utf-8")
    except OSError as error:
        raise BadInput("batch.unwritable", path=out, why=error.strerror or error) from error
    with file:
        for entry, narrowed in entries:
            answer = archive.ask(entry["question"], filters=narrowed, history=entry.get("history", ()))
            file.write(json.dumps({"id": entry.get("id"), **answer.as_json()}, ensure_ascii=False) + "\n")


def _batch_entries(batch: Path, filters: Filters) -> Iterator[tuple[dict[str, Any], Filters]]:
    try:
        lines = batch.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput("file.unreadable", path=batch, why=error) from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
            if not isinstance(entry, dict) or not isinstance(entry.get("history", []), list):
                raise ValueError(line[:40])
            for name in BATCH_FIELDS:
                if entry.get(name) is not None and not isinstance(entry[name], str):
                    entry[name] = str(entry[name])
            check_question(entry.get("question") or "")
            given = [entry.get(name) for name in ("from", "to", "paper", "page")]
            own = check_filters(*given) if any(given) else filters
        except (ValueError, RecursionError, BadInput) as error:
            raise BadInput("batch.bad_line", path=batch, line=number, why=error) from error
        yield entry, own


def _console() -> Console:
    """Return a console that leaves wrapping to the terminal, which can break Chinese between any two characters."""
    return Console(highlight=False, soft_wrap=True, emoji=False)


def _print_json(value: dict[str, Any]) -> None:
    print(json.dumps(value, ensure_ascii=False))  # noqa: T201 - the edge prints


def _print_answer(answer: Answer) -> None:
    console = _console()
    if not answer.found:
        for line in refusal_lines(answer):
            console.print(Text(line))
        if answer.near:
            console.print()
            console.print(Text(say("near.heading"), style="bold"))
        for citation in answer.near:
            _print_citation(console, citation, Text(_excerpt(citation.quote), style="dim"))
        return
    console.print(Text(answer.answer, style="bold"))
    for citation, span in zip(answer.citations, answer.spans, strict=True):
        quote = Text(citation.quote)
        quote.stylize("bold reverse", span.start - citation.start, span.end - citation.start)
        _print_citation(console, citation, quote)


def _print_citation(console: Console, citation: Citation, quote: Text) -> None:
    console.print()
    console.print(Text(f"[{citation.n}] ").append(quote))
    headline = say("headline.made", lead=citation.headline) if citation.headline_made else citation.headline
    parts = [headline, source_line(citation), citation.byline or ""]
    console.print(Text("    " + " · ".join(part for part in parts if part), style="cyan"))
    console.print(Text(f"    {citation.article_id}", style="dim"))


def _excerpt(text: str) -> str:
    """Shorten a passage to what fits on three lines of a terminal."""
    line = text.replace("\n", " ").strip()
    return line if len(line) <= EXCERPT_CHARS else line[:EXCERPT_CHARS] + "……"


def _print_list(articles: list[Article], pages: list[PageState]) -> None:
    """Print the articles, under a line for each page that says how well it could be read."""
    console = _console()
    if not articles:
        console.print(say("cli.none"))
    states = {(page.paper, page.date, page.page): page for page in pages if page.kind != "records"}
    for place, group in groupby(articles, lambda article: (article.paper, article.date, article.page)):
        held = list(group)
        state = states.get(place)
        console.print(Text(_page_line(state) if state else source_line(held[0]), style="bold"))
        if state:
            told = f"{say('stats.quality')} {state.quality.score:.2f}　{_reasons(state.quality)}"
            console.print(Text(told.rstrip("　"), style="dim"))
        for article in held:
            line = Text("  ").append(article.id, style="cyan").append("  ").append(_headline(article))
            if article.kind != "news":
                line.append(f"  〔{say(f'kind.{article.kind}')}〕", style="dim")
            console.print(line)


def _reasons(quality: Quality) -> str:
    return "；".join(say(key, value=value) for key, value in quality.reasons)


def _headline(article: Article) -> str:
    return say("headline.made", lead=article.headline) if article.headline_made else article.headline


def _page_line(page: PageState) -> str:
    """Return newspaper, date and page of a page, or its file where none of them is known."""
    return source_line(page) or page.source


def _pages_as_json(pages: list[tuple[PageState, list[tuple[int, str]]]], *, lines: bool) -> dict[str, Any]:
    """Return where an article was printed: for each page its file, where its date comes from, and its lines."""
    return {
        "printed_on": [
            {
                "file": page.source,
                "number": page.number,
                "kind": page.kind,
                "page": page.page,
                "date": page.date,
                "date_source": page.date_source,
                **({"lines": [{"n": number, "text": text} for number, text in held]} if lines else {}),
            }
            for page, held in pages
        ]
    }


def _print_source(pages: list[tuple[PageState, list[tuple[int, str]]]]) -> None:
    """Print the page lines an article came from, numbered as in the file."""
    console = _console()
    for page, lines in pages:
        console.print()
        console.print(Text(f"{_page_line(page)}　{page.source}", style="bold"))
        if not lines:
            console.print(Text(say("show.no_lines"), style="dim"))
        before = 0
        for number, text in lines:
            if before and number > before + 1:
                console.print(Text("     ⋮", style="dim"))
            console.print(Text(f"{number:>5} │ ", style="dim").append(text.rstrip(), style=""))
            before = number


def _print_article(article: Article, pages: list[tuple[PageState, list[tuple[int, str]]]]) -> None:
    console = _console()
    if article.kicker:
        console.print(Text(article.kicker))
    console.print(Text(_headline(article), style="bold"))
    if article.subhead:
        console.print(Text(article.subhead))
    lines = "、".join(f"{first}–{last}" if first != last else str(first) for first, last in article.source_lines)
    first_page = pages[0][0] if pages else None
    facts = {
        "source": source_line(article),
        "date": say(f"date_source.{(first_page and first_page.date_source) or 'none'}") if first_page else "",
        "file": first_page.source if first_page else "",
        "kind": say(f"kind.{article.kind}") if article.kind != "news" else "",
        "byline": article.byline.verbatim if article.byline else "",
        "jump": article.jump.text if article.jump else "",
        "lines": lines,
        "id": article.id,
    }
    for key, value in facts.items():
        if value:
            console.print(Text(f"{say(f'field.{key}')}　{value}", style="dim"))
    for paragraph in article.paragraphs:
        console.print()
        console.print(Text(paragraph))
