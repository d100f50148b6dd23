"""Add ``wenbao serve`` to the command line, and be its entry."""

# Without the __future__ import: typer reads the annotations of the command inside `main`.
from pathlib import Path
from typing import Annotated

import typer

from qa.archive import Archive
from qa.cli import ArchiveOption, add_command, build, run, shown_progress
from qa.messages import say
from web.server import fill, serve

__all__ = ["main", "open_chat"]


def main() -> None:
    """Run the whole command line."""
    cli = build()

    def serve_archive(
        host: Annotated[str, typer.Option(help=say("cli.serve.host"))] = "127.0.0.1",
        port: Annotated[int, typer.Option(min=1, max=65535, help=say("cli.serve.port"))] = 7860,
        archive: Annotated[Path | None, ArchiveOption()] = None,
    ) -> None:
        open_chat(archive, host, port)

    add_command(cli, "serve", serve_archive)
    run(cli)


def open_chat(folder: Path | None = None, host: str = "127.0.0.1", port: int = 7860) -> None:
    """Open the archive in `folder`, fill it from the sample if it is empty, and serve it until stopped."""
    with Archive.open(folder, create=True) as archive:
        if not archive.stats().articles:
            typer.echo(say("cli.sample"))
            with shown_progress() as progress:
                fill(archive, progress=progress)
        serve(archive, host, port, announce=typer.echo)


if __name__ == "__main__":
    main()
