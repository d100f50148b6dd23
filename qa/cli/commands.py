"""The commands, each a few lines: what a user typed, what the archive does, how it is printed."""

import signal
import sys
from collections.abc import Callable
from dataclasses import asdict
from importlib.metadata import version as version_of
from pathlib import Path, PurePosixPath
from typing import Annotated, Any

import typer
from rich.text import Text

from qa.archive import Archive, find_pages
from qa.check.drafts import read_draft
from qa.check.page import report_page
from qa.cli.checking import print_report
from qa.cli.citing import StyleOption, check_word, citing_commands, save_word
from qa.cli.inputs import answers_file, batch_entries, check_filters
from qa.cli.listing import (
    item_as_json,
    pages_as_json,
    print_article,
    print_items,
    print_list,
    print_log,
    print_source,
    print_stats,
    print_verified,
)
from qa.cli.printing import print_answer, print_hanging, print_json, shown_progress, terminal
from qa.cli.reading import reading_commands
from qa.cli.spoken import SpokenCommand, SpokenGroup, WrongUsage, speak
from qa.errors import BadInput, WenbaoError
from qa.ingest.imprints.imprint import iso_date
from qa.messages import say
from qa.records import Filters, IngestReport, Removal

__all__ = ["ArchiveOption", "add_command", "build", "run"]

NAMED = 3
"""Files left out that are named; the others are counted."""
HEADLINES_SHOWN = 5
YES = ("y", "yes", "是")


def ArchiveOption() -> Any:  # noqa: N802 - it stands in annotations, where types stand
    """Return the ``--archive`` option, which every command takes."""
    return typer.Option("--archive", help=say("cli.archive"), show_default=False, readable=False)


def add_command(cli: typer.Typer, name: str, command: Callable[..., None]) -> None:
    """Add a command; its help is the message ``cli.<name>``."""
    metavar = say("cli.metavar.options")
    cli.command(name, cls=SpokenCommand, help=say(f"cli.{name}"), options_metavar=metavar)(command)


def build() -> typer.Typer:
    """Build the command line in the language of this process."""
    speak()
    cli = typer.Typer(
        cls=SpokenGroup,
        help=say("cli.about"),
        options_metavar=say("cli.metavar.options"),
        subcommand_metavar=say("cli.metavar.command"),
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    archive_option = Annotated[Path | None, ArchiveOption()]
    json_option = Annotated[bool, typer.Option("--json", help=say("cli.json"))]
    from_option = Annotated[str | None, typer.Option("--from", help=say("cli.from"))]
    to_option = Annotated[str | None, typer.Option("--to", help=say("cli.to"))]
    paper_option = Annotated[str | None, typer.Option("--paper", help=say("cli.paper"))]
    page_option = Annotated[str | None, typer.Option("--page", help=say("cli.page"))]
    file_option = Annotated[str | None, typer.Option("--file", help=say("cli.file"))]
    version_option = typer.Option("--version", callback=_print_version, is_eager=True, help=say("cli.version"))

    def wenbao(version: Annotated[bool, version_option] = False) -> None:
        pass  # what there is to do, the option does

    def ingest(
        paths: Annotated[
            list[Path] | None, typer.Argument(metavar=say("cli.metavar.paths"), help=say("cli.ingest.paths"))
        ] = None,
        paper: Annotated[str | None, typer.Option(help=say("cli.ingest.paper"))] = None,
        date: Annotated[str | None, typer.Option(help=say("cli.ingest.date"))] = None,
        page: Annotated[str | None, typer.Option(help=say("cli.ingest.page"))] = None,
        encoder: Annotated[str | None, typer.Option(help=say("cli.ingest.encoder"))] = None,
        reembed: Annotated[bool, typer.Option("--reembed", help=say("cli.ingest.reembed"))] = False,
        as_json: json_option = False,
        archive: archive_option = None,
    ) -> None:
        if not paths and not reembed:
            raise WrongUsage(say("usage.ingest_none"))
        if reembed:
            _reembed(archive, encoder)
        if paths:
            report = _ingest(paths, paper, date, page, archive, encoder)
            print_json(report.as_json()) if as_json else _print_report(report)
            if report.skipped:
                raise SystemExit(1)

    def ask(  # noqa: PLR0913, PLR0917 - a parameter for each option
        question: Annotated[
            str | None, typer.Argument(metavar=say("cli.metavar.question"), help=say("cli.ask.question"))
        ] = None,
        batch: Annotated[Path | None, typer.Option(help=say("cli.ask.batch"))] = None,
        out: Annotated[Path | None, typer.Option(help=say("cli.ask.out"))] = None,
        docx: Annotated[Path | None, typer.Option("--docx", help=say("cli.ask.docx"))] = None,
        style: Annotated[str | None, StyleOption(notes=True)] = None,
        as_json: json_option = False,
        date_from: from_option = None,
        date_to: to_option = None,
        paper: paper_option = None,
        page: page_option = None,
        archive: archive_option = None,
    ) -> None:
        if (question is None) == (batch is None) or (batch is None) != (out is None):
            raise WrongUsage(say("usage.ask_one"))
        if (docx and batch) or (style and not docx):
            raise WrongUsage(say("usage.ask_docx"))
        filters = check_filters(date_from, date_to, paper, page)
        if docx:
            check_word(docx, style)
        with Archive.open(archive) as held:
            if batch and out:
                _ask_batch(held, batch, out, filters)
            elif question is not None:
                answer = held.ask(question, filters=filters)
                if docx:
                    save_word(held, answer, docx, style)
                print_json(answer.as_json()) if as_json else print_answer(answer)

    def list_articles(
        items: Annotated[bool, typer.Option("--items", help=say("cli.list.items"))] = False,
        log: Annotated[bool, typer.Option("--log", help=say("cli.list.log"))] = False,
        as_json: json_option = False,
        date_from: from_option = None,
        date_to: to_option = None,
        paper: paper_option = None,
        page: page_option = None,
        file: file_option = None,
        archive: archive_option = None,
    ) -> None:
        filters = check_filters(date_from, date_to, paper, page, file)
        with Archive.open(archive) as held:
            if log:
                entries = held.log()
                if as_json:
                    for entry in entries:
                        print_json(asdict(entry))
                else:
                    print_log(entries)
            elif items:
                found = held.items(filters)
                if as_json:
                    for state, of_page in found:
                        for item in of_page:
                            print_json(item_as_json(state, item))
                else:
                    print_items(found)
            elif as_json:
                for article in held.articles(filters):
                    print_json(article.as_json())
            else:
                print_list(held.contents(filters))

    def show(
        article_id: Annotated[str, typer.Argument(metavar=say("cli.metavar.id"), help=say("cli.show.id"))],
        source: Annotated[bool, typer.Option("--source", help=say("cli.show.source"))] = False,
        as_json: json_option = False,
        archive: archive_option = None,
    ) -> None:
        with Archive.open(archive) as held:
            article = held.article(article_id)
            pages = held.source_lines(article)
        if as_json:
            print_json({**article.as_json(), **pages_as_json(article, pages, lines=source)})
            return
        print_article(article, pages)
        if source:
            print_source(pages)

    def check(
        draft: Annotated[Path, typer.Argument(metavar=say("cli.metavar.draft"), help=say("cli.check.draft"))],
        as_json: json_option = False,
        as_html: Annotated[bool, typer.Option("--html", help=say("cli.check.html"))] = False,
        archive: archive_option = None,
    ) -> None:
        if as_json and as_html:
            raise WrongUsage(say("usage.check_form"))
        read = read_draft(draft)  # before the archive is opened: what is wrong with a draft is said at once
        with Archive.open(archive) as held:
            report = held.check(read)
        if as_json:
            print_json(report.as_json())
        elif as_html:
            print(report_page(report))  # noqa: T201 - the edge prints
        else:
            print_report(report)
        if not report.consistent:
            raise typer.Exit(1)

    def stats(as_json: json_option = False, archive: archive_option = None) -> None:
        with Archive.open(archive) as held:
            counted = held.stats()
        print_json(counted.as_json()) if as_json else print_stats(counted, archive)

    def remove(
        ids: Annotated[
            list[str] | None, typer.Argument(metavar=say("cli.metavar.ids"), help=say("cli.remove.ids"))
        ] = None,
        file: Annotated[str | None, typer.Option("--file", help=say("cli.remove.file"))] = None,
        date_from: from_option = None,
        date_to: to_option = None,
        paper: paper_option = None,
        page: page_option = None,
        yes: Annotated[bool, typer.Option("--yes", help=say("cli.remove.yes"))] = False,
        as_json: json_option = False,
        archive: archive_option = None,
    ) -> None:
        filters = check_filters(date_from, date_to, paper, page, file)
        if not ids and not filters:
            raise WrongUsage(say("usage.remove_none"))
        with Archive.open(archive) as held:
            if not yes and not _agreed(held.removal(ids or (), filters=filters)):
                raise BadInput("remove.declined")
            removal = held.remove(ids or (), filters=filters)
        if as_json:
            print_json(removal.as_json())
            return
        terminal().print(Text(say("cli.removed", what=_what(removal))))
        if removal.articles and not removal.files:
            terminal().print(Text(say("cli.removed.partly")))

    def verify(
        repair: Annotated[bool, typer.Option("--repair", help=say("cli.verify.repair"))] = False,
        as_json: json_option = False,
        archive: archive_option = None,
    ) -> None:
        with Archive.open(archive) as held, shown_progress() as progress:
            result = held.verify(repair=repair, progress=progress)
        print_json(result.as_json()) if as_json else print_verified(result)
        if result.damage:
            raise typer.Exit(1)

    cli.callback()(wenbao)
    commands: dict[str, Callable[..., None]] = {
        "ingest": ingest,
        "ask": ask,
        "list": list_articles,
        "show": show,
        "check": check,
        "stats": stats,
        "remove": remove,
        "verify": verify,
        **citing_commands(archive_option),
        **reading_commands(archive_option),
    }
    for name, command in commands.items():
        add_command(cli, name, command)
    return cli


def run(cli: Callable[[], object]) -> None:
    """Run the command line; what cannot be done is one line on stderr and exit status 1.

    Told to stop (Ctrl+C, SIGTERM), it says so in one line and ends as shells expect, with 128 and the signal.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    try:
        cli()
    except WenbaoError as error:
        print(error, file=sys.stderr)  # noqa: T201 - the edge prints
        raise SystemExit(1) from None
    except _Stopped as stopped:
        print(say("cli.stopped"), file=sys.stderr)  # noqa: T201 - the edge prints
        raise SystemExit(128 + stopped.number) from None


class _Stopped(BaseException):
    """The process was told to stop; transactions roll back as it passes."""

    def __init__(self, number: int) -> None:
        self.number = number


def _stop(number: int, _: object) -> None:
    signal.signal(number, signal.SIG_IGN)  # rolling back is not interrupted by an impatient second Ctrl+C
    raise _Stopped(number)


def _print_version(wanted: bool) -> None:
    if wanted:
        terminal().print(f"wenbao {version_of('wenbao')}")
        raise typer.Exit


def _ingest(
    paths: list[Path],
    paper: str | None,
    date: str | None,
    page: str | None,
    folder: Path | None,
    encoder: str | None,
) -> IngestReport:
    # Looked at before the archive is opened, so that a misspelt path makes no archive.
    found = find_pages(paths)
    date = iso_date(date) if date else None
    with Archive.open(folder, create=True, encoder=encoder) as archive, shown_progress() as progress:
        report = archive.ingest_found(found, paper=paper, date=date, page=page, progress=progress)
    for skipped in report.skipped:
        print(say("cli.skipped", reason=skipped.reason), file=sys.stderr)  # noqa: T201 - the edge prints
    return report


def _print_report(report: IngestReport) -> None:
    console = terminal()
    line = say(
        "cli.done",
        files=report.files,
        articles=report.articles,
        passages=report.passages,
        unchanged=report.unchanged,
        skipped=len(report.skipped),
    )
    console.print(line)
    if report.renamed:
        console.print(say("cli.renamed", count=report.renamed))
    if report.ignored_files:
        by_count = sorted(report.ignored, key=lambda entry: (-entry[1], entry[0]))
        suffixes = "、".join(f"{suffix or say('cli.no_suffix')} {count}" for suffix, count in by_count)
        names = "、".join(PurePosixPath(name).name for name in report.ignored_files[:NAMED])
        more = "……" if len(report.ignored_files) > NAMED else ""
        told = say("cli.ignored", count=len(report.ignored_files), suffixes=suffixes, names=names + more)
        console.print(Text(told))
    if report.heads_only > 0:
        console.print(say("cli.heads_only", count=report.heads_only))


def _reembed(folder: Path | None, encoder: str | None) -> None:
    with Archive.open(folder, encoder=encoder) as archive, shown_progress() as progress:
        count = archive.reembed(progress=progress)
    terminal().print(say("cli.reembedded", passages=count))


def _ask_batch(archive: Archive, batch: Path, out: Path, filters: Filters) -> None:
    """Answer a file of questions; the whole file is checked before the first is asked."""
    entries = list(batch_entries(batch, filters))
    with answers_file(batch, out) as write:
        for entry, narrowed in entries:
            answer = archive.ask(entry["question"], filters=narrowed, history=entry.get("history", ()))
            write({"id": entry.get("id"), **answer.as_json()})


def _agreed(removal: Removal) -> bool:
    """Say on stderr what would be removed, and ask; no answer is no."""
    console = terminal(stderr=True)
    console.print(Text(say("cli.remove.what", what=_what(removal))))
    for number, headline in removal.articles[:HEADLINES_SHOWN]:
        print_hanging(console, Text("  ").append(number, style="cyan").append("  "), Text(headline))
    if len(removal.articles) > HEADLINES_SHOWN:
        console.print("  ……")
    console.print(Text(say("cli.remove.sure")), end="")
    return sys.stdin.readline().strip().lower() in YES


def _what(removal: Removal) -> str:
    return say("cli.remove.counts", files=len(removal.files), pages=len(removal.pages), articles=len(removal.articles))
