"""What a module offers is what its ``__all__`` says, no more and no less."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path

import pytest

from tests.conftest import ROOT

MODULES = sorted(
    path.relative_to(ROOT)
    for package in ("qa", "embeddings", "web")
    for path in (ROOT / package).rglob("*.py")
    if path.name != "__init__.py"
)


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_public_names_equal_all(path: Path) -> None:
    """Every public function and class a module defines is in ``__all__``, and every name in it exists."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    defined = {
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not node.name.startswith("_")
    }
    module = importlib.import_module(".".join(path.with_suffix("").parts))
    names = set(module.__all__)
    assert defined <= names
    assert not [name for name in names if not hasattr(module, name)]


def test_package_offers_the_documented_door() -> None:
    import qa

    assert {"Archive", "WenbaoError", "Filters"} <= set(qa.__all__)
