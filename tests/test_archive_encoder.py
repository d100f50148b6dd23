"""An archive with vectors of another encoder than the one that is shipped: a tiny one, made here."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from qa import Archive
from qa.errors import ArchiveMismatch, WenbaoError
from tests.test_cli import wenbao
from tests.tiny_model import save_tiny

PAGES = [
    {"id": "a", "title": "秋粮收购工作启动", "text": "秋粮收购工作昨日启动。", "date": "2023-11-10"},
    {"id": "b", "title": "谁在哪里", "text": "谁在哪里收购秋粮。", "date": "2023-11-11"},
]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    prompts = {"query": "问：", "document": "文："}
    return Path(save_tiny(tmp_path_factory.mktemp("models") / "tiny", prompts=prompts))


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    file = tmp_path / "pages.jsonl"
    file.write_text("\n".join(json.dumps(page, ensure_ascii=False) for page in PAGES), encoding="utf-8")
    return file


def test_an_archive_remembers_its_encoder(tiny: Path, pages: Path, tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    told = wenbao("ingest", pages, "--encoder", tiny, archive=folder)
    assert (told.returncode, told.stderr) == (0, "")
    with Archive.open(folder) as archive:
        encoder = archive._upkeep.encoder
        assert (encoder.dim, encoder.fingerprint) == (16, archive.stats().encoder)
        assert archive.stats().pending == 0
        assert len(archive._store.vectors_of([1, 2])[1]) == 16
        assert archive.ask("秋粮收购工作启动").searched.articles == 2


def test_another_encoder_needs_the_vectors_made_again(tiny: Path, pages: Path, tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    with Archive.open(folder, create=True) as archive:
        archive.ingest([pages])
        shipped = archive.stats().encoder
    with Archive.open(folder, encoder=tiny) as archive:
        with pytest.raises(ArchiveMismatch, match="--reembed"):
            archive.ask("秋粮收购工作启动")
        archive.reembed()
        assert archive.stats().encoder != shipped
    with Archive.open(folder) as archive:
        assert archive.ask("秋粮收购工作启动").searched.articles == 2


def test_an_encoder_that_is_gone_is_said_in_a_line(tiny: Path, pages: Path, tmp_path: Path) -> None:
    folder, model = tmp_path / "archive", tmp_path / "model"
    shutil.copytree(tiny, model)
    with Archive.open(folder, create=True, encoder=model) as archive:
        archive.ingest([pages])
    shutil.rmtree(model)
    with Archive.open(folder) as archive, pytest.raises(WenbaoError, match="编码器无法使用") as raised:
        archive.ask("秋粮收购工作启动")
    assert str(model) in str(raised.value)


def test_no_such_encoder_leaves_no_archive_behind(pages: Path, tmp_path: Path) -> None:
    told = wenbao("ingest", pages, "--encoder", tmp_path / "none", archive=tmp_path / "archive")
    assert told.returncode != 0
    assert "编码器无法使用" in told.stderr
    assert len(told.stderr.strip().splitlines()) == 1
