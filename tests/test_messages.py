"""The catalogue: both languages, the same blanks in both."""

from __future__ import annotations

import re
import string

import pytest

from qa.messages import CATALOGUE, say
from tests.conftest import ROOT

SOURCES = "\n".join(
    path.read_text(encoding="utf-8")
    for package in ("qa", "web")
    for path in (ROOT / package).rglob("*.py")
    if path.name != "messages.py"
) + (ROOT / "app.py").read_text(encoding="utf-8")


@pytest.mark.parametrize("key", sorted(CATALOGUE))
def test_languages_fill_the_same_blanks(key: str) -> None:
    chinese, english = ({name for _, name, _, _ in string.Formatter().parse(text) if name} for text in CATALOGUE[key])
    assert chinese == english


def test_chinese_is_the_default_and_english_on_request(monkeypatch: pytest.MonkeyPatch) -> None:
    assert say("status.not_found") == "未找到"
    monkeypatch.setenv("WENBAO_LANG", "en_GB.UTF-8")
    assert say("status.not_found") == "Not found"


def test_every_key_used_exists() -> None:
    used = set(re.findall(r"""\b(?:say|BadInput|BadFile|NotHeld|WenbaoError|Archive\w+)\(\s*"([a-z_.]+)\"""", SOURCES))
    assert used
    assert used <= set(CATALOGUE)
