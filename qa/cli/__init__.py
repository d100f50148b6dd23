"""The command line: ``wenbao ingest ask read eval list show cite check receipt …``; `web.command` adds ``serve``."""

from __future__ import annotations

from qa.cli.commands import ArchiveOption, add_command, build, run
from qa.cli.inputs import check_filters
from qa.cli.printing import shown_progress

__all__ = ["ArchiveOption", "add_command", "build", "check_filters", "run", "shown_progress"]
