"""Help, version and wrong usage: in the language of the process, typer's own words too."""

from __future__ import annotations

import re
from importlib.metadata import version

import pytest

from tests.test_cli import wenbao_alone

COMMANDS = (
    "ingest",
    "ask",
    "list",
    "show",
    "cite",
    "check",
    "receipt",
    "read",
    "eval",
    "stats",
    "remove",
    "verify",
    "serve",
)
ENGLISH = re.compile(r"Usage|Options|Arguments|Commands|OPTIONS|ARGS|COMMAND|Show this|Error|Try ")


@pytest.mark.parametrize("command", [(), *((name,) for name in COMMANDS)], ids="-".join)
def test_help_is_in_one_language(command: tuple[str, ...]) -> None:
    chinese = wenbao_alone(*command, "--help")
    assert (chinese.returncode, ENGLISH.findall(chinese.stdout)) == (0, [])
    assert all(word in chinese.stdout for word in ("用法：", "[选项]", "显示这段帮助后退出"))
    english = wenbao_alone(*command, "--help", WENBAO_LANG="en")
    assert not re.search(r"[\u4e00-\u9fff]", english.stdout.replace("许昌日报", ""))
    assert all(word in english.stdout for word in ("Usage: ", "[OPTIONS]", "Show this message and exit."))


def test_help_fits_a_terminal_of_80_columns() -> None:
    for command in COMMANDS:
        lines = wenbao_alone(command, "--help", COLUMNS="80").stdout.splitlines()
        assert max(len(line) + len(re.findall(r"[\u3000-\u9fff\uff00-\uffef]", line)) for line in lines) <= 80


def test_wrong_usage_says_so_in_chinese() -> None:
    result = wenbao_alone("ask")
    assert (result.returncode, ENGLISH.findall(result.stderr), "Invalid" in result.stderr) == (2, [], False)
    assert "请给出一个问题" in result.stderr


def test_version() -> None:
    result = wenbao_alone("--version")
    assert (result.returncode, result.stdout) == (0, f"wenbao {version('wenbao')}\n")
