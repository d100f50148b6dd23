"""The commands of those who cite: references of articles, and whether a saved answer still stands."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from qa.answer.receipt import Place, Receipt
from qa.answer.word import check_note_style
from qa.archive import Archive
from qa.cite.styles import DEFAULT_STYLE, FILE_STYLES, STYLES
from qa.cli.inputs import saved_answers
from qa.cli.printing import print_hanging, print_json, terminal
from qa.errors import BadInput
from qa.ingest.imprints.imprint import iso_date
from qa.messages import say
from qa.records import Answer

__all__ = ["StyleOption", "check_word", "citing_commands", "save_word"]


def StyleOption(*, notes: bool = False) -> Any:  # noqa: N802 - it stands in annotations, where types stand
    """Return the ``--style`` option, whose help names every style, or those of footnotes alone."""
    styles = [name for name in STYLES if not (notes and name in FILE_STYLES)]
    named = say("web.list.long").join(f"{name} {say(f'style.{name}')}" for name in styles)
    return typer.Option("--style", help=say("cli.style", styles=named), metavar=say("cli.metavar.style"))


def citing_commands(archive_option: Any) -> dict[str, Callable[..., None]]:
    """Return the commands by name, in the language of this process."""

    def cite(
        ids: Annotated[list[str], typer.Argument(metavar=say("cli.metavar.ids"), help=say("cli.cite.ids"))],
        style: Annotated[str, StyleOption()] = DEFAULT_STYLE,
        subhead: Annotated[bool, typer.Option("--subhead", help=say("cli.cite.subhead"))] = False,
        accessed: Annotated[str | None, typer.Option("--accessed", help=say("cli.cite.accessed"))] = None,
        archive: archive_option = None,
    ) -> None:
        day = iso_date(accessed) if accessed else None
        with Archive.open(archive) as held:
            print(held.cite(ids, style=style, subhead=subhead, accessed=day))  # noqa: T201 - the edge prints

    def receipt(
        file: Annotated[Path, typer.Argument(metavar=say("cli.metavar.answer"), help=say("cli.receipt.file"))],
        verify: Annotated[bool, typer.Option("--verify", help=say("cli.receipt.verify"))] = True,
        as_json: Annotated[bool, typer.Option("--json", help=say("cli.json"))] = False,
        archive: archive_option = None,
    ) -> None:
        saved = saved_answers(file)
        with Archive.open(archive) as held:
            receipts = [_checked(held, file, answer, n, len(saved)) for n, answer in enumerate(saved, start=1)]
        for checked in receipts:
            print_json(checked.as_json()) if as_json else _print_receipt(checked)
        if not all(checked.stands for checked in receipts):
            raise typer.Exit(1)

    return {"cite": cite, "receipt": receipt}


def check_word(path: Path, style: str | None) -> None:
    """Raise BadInput, before a question is asked, for a file name that is no Word file's or a style of no footnotes."""
    if path.suffix.lower() != ".docx":
        raise BadInput("docx.suffix", path=path)
    check_note_style(style or DEFAULT_STYLE)


def save_word(archive: Archive, answer: Answer, path: Path, style: str | None) -> None:
    """Save an answer as a Word file, whole or not at all, and say so on stderr; raises BadInput where it cannot be."""
    data = archive.word(answer, style=style or DEFAULT_STYLE)
    beside = path.with_name(f".{path.name}.part")
    try:
        beside.write_bytes(data)
        beside.replace(path)
    except OSError as error:
        with suppress(OSError):
            beside.unlink()
        raise BadInput("batch.unwritable", path=path, why=error.strerror or error) from error
    terminal(stderr=True).print(Text(say("cli.saved", path=path), style="dim"))


def _checked(archive: Archive, file: Path, answer: object, n: int, count: int) -> Receipt:
    try:
        return archive.receipt(answer)
    except BadInput as error:
        if count == 1:
            raise
        raise BadInput("receipt.line", path=file, line=n, why=error) from error


def _print_receipt(checked: Receipt) -> None:
    """Print whether a saved answer stands, and each place of it that does not, with what stands there now."""
    console = terminal()
    console.print(Text(checked.question, style="bold"))
    bad = [place for place in checked.places if place.verdict != "stands"]
    count = len({place.name for place in checked.places if place.name != "answer"})
    if bad:
        names = {place.name for place in bad}
        console.print(Text(say("receipt.falls", count=max(count, len(names)), bad=len(names)), style="red"))
    else:
        console.print(Text(say("receipt.stands", count=count) if count else say("receipt.stands_none")))
    same = checked.then == checked.now
    console.print(
        Text(say("receipt.same" if same else "receipt.other", then=checked.then, now=checked.now), style="dim")
    )
    for place in bad:
        _print_place(console, place)


def _print_place(console: Console, place: Place) -> None:
    kind, _, n = place.name.partition(" ")
    at = None if place.now_at is None else place.now_at + 1
    told = say(f"receipt.{place.verdict}", id=place.article_id, at=at)
    console.print(Text(f"  {say(f'receipt.place.{kind}', n=n)}  ").append(told))
    print_hanging(console, Text("    "), Text(say("receipt.was", text=place.text.replace("\n", " ")), style="dim"))
    if place.verdict in ("changed", "source", "edited") and place.now is not None:
        key = "receipt.is" if place.verdict != "edited" else "receipt.should"
        print_hanging(console, Text("    "), Text(say(key, text=place.now.replace("\n", " ")), style="dim"))
