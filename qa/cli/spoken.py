"""Let typer's own words, on its help pages and over its errors, be the language of this process.

typer takes the names of commands, options and panels from its caller; the words here it has no other door for.
"""

from __future__ import annotations

from typing import Any

from typer import BadParameter, rich_utils
from typer.core import TyperCommand, TyperGroup, TyperOption

from qa.messages import say

__all__ = ["SpokenCommand", "SpokenGroup", "WrongUsage", "speak"]

USAGE = "Usage: "


def speak() -> None:
    """Name the panels of the help pages and of an error."""
    rich_utils.ARGUMENTS_PANEL_TITLE = say("cli.panel.arguments")
    rich_utils.OPTIONS_PANEL_TITLE = say("cli.panel.options")
    rich_utils.COMMANDS_PANEL_TITLE = say("cli.panel.commands")
    rich_utils.ERRORS_PANEL_TITLE = say("cli.panel.error")
    blanks = {name: f"{{{name}}}" for name in ("command_path", "help_option")}
    rich_utils.RICH_HELP = say("cli.try_help", **blanks)


class WrongUsage(BadParameter):
    """Options or arguments that do not go together; the message says it all."""

    def format_message(self) -> str:
        """Return the message, without typer's words before it."""
        return self.message


class SpokenCommand(TyperCommand):
    """A command with usage line and ``--help`` in the language of this process."""

    def get_usage(self, ctx: Any) -> str:
        """Return the usage line."""
        return say("cli.usage") + super().get_usage(ctx).removeprefix(USAGE)

    def get_help_option(self, ctx: Any) -> TyperOption | None:
        """Return ``--help``."""
        return _explained(super().get_help_option(ctx))


class SpokenGroup(TyperGroup):
    """The same for the command above the commands."""

    def get_usage(self, ctx: Any) -> str:
        """Return the usage line."""
        return say("cli.usage") + super().get_usage(ctx).removeprefix(USAGE)

    def get_help_option(self, ctx: Any) -> TyperOption | None:
        """Return ``--help``."""
        return _explained(super().get_help_option(ctx))


def _explained(option: TyperOption | None) -> TyperOption | None:
    if option is not None:
        option.help = say("cli.help")
    return option
