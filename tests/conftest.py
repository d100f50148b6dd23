"""Fixtures shared by all tests: an archive of the sample page, with the real encoder, made once."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from qa import Archive

ROOT = Path(__file__).resolve().parent.parent
CASES = ROOT / "tests" / "cases"
SAMPLE = ROOT / "corpus" / "pages" / "许昌日报" / "2023-11-10" / "01.txt"

# HYPOTHESIS_PROFILE=full tries a hundred times as many examples.
settings.register_profile("fast", deadline=None)
settings.register_profile("full", deadline=None, max_examples=10_000, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fast"))


def cases(name: str) -> Any:
    """Read a file of test cases."""
    return json.loads((CASES / name).read_text(encoding="utf-8"))


@pytest.fixture(autouse=True)
def chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every test start in the default language and without the user's archive."""
    monkeypatch.delenv("WENBAO_LANG", raising=False)
    monkeypatch.delenv("WENBAO_ARCHIVE", raising=False)
    monkeypatch.delenv("WENBAO_ENCODER", raising=False)


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """Open an archive that holds the sample page; read only, please."""
    with Archive.open(tmp_path_factory.mktemp("sample"), create=True) as archive:
        archive.ingest([ROOT / "corpus" / "pages"])
        yield archive


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """Open a new, empty archive."""
    with Archive.open(tmp_path / "archive", create=True) as opened:
        yield opened
