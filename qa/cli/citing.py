"""The commands of those who cite: references of articles, and whether a saved answer still stands."""

from collections.abc import Callable
from typing import Annotated, Any

import typer

from qa.archive import Archive
from qa.cite.styles import DEFAULT_STYLE, STYLES
from qa.ingest.imprints.imprint import iso_date
from qa.messages import say

__all__ = ["StyleOption", "citing_commands"]


def StyleOption() -> Any:  # noqa: N802 - it stands in annotations, where types stand
    """Return the ``--style`` option, whose help names every style."""
    named = say("web.list.long").join(f"{name} {say(f'style.{name}')}" for name in STYLES)
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

    return {"cite": cite}
