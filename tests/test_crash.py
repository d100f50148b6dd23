"""Writers killed in the middle of their work: what they said was stored is there, and the next one finishes it."""

from __future__ import annotations

import json
from pathlib import Path

from bench.crash import worked_through
from bench.deskwork import Job, held_in
from bench.writer import Moment, Writer, kind_of
from qa import Archive
from tests.conftest import SAMPLE


def test_kills_lose_and_double_nothing(tmp_path: Path) -> None:
    tally = worked_through(tmp_path, kills=6, seed=1, only=("a new archive", "stories that jump", "a page taken out"))
    assert sum(tally.kills.values()) == 6
    assert tally.acknowledged > 0
    assert tally.troubles == []
    assert json.loads(json.dumps(tally.as_json()))["acknowledged"] == tally.acknowledged


def test_a_kill_falls_where_it_was_meant_to(tmp_path: Path) -> None:
    """Else the kills of this file would prove nothing."""
    said = Writer().do(tmp_path / "archive", Job("one", (str(SAMPLE),)), Moment("read whole", 1))
    assert (said.killed, said.done, said.stored) == (True, False, 1)
    assert said.stages[-1][0] == "read whole"
    with Archive.open(tmp_path / "archive") as archive:
        assert len(held_in(archive).articles) == 5
        assert archive.stats().pending == archive.stats().passages


def test_the_next_writer_clears_away_what_a_killed_one_left(tmp_path: Path) -> None:
    writer, job, archive = Writer(), Job("one", (str(SAMPLE),)), tmp_path / "archive"
    peace = writer.do(tmp_path / "peace", job)
    half_written = next(stage for stage, _ in peace.stages if stage.startswith("rename") or "ids.npy" in stage)
    assert writer.do(archive, job, Moment(half_written, 1)).killed
    assert any("tmp" in kind_of(str(file)) for file in archive.rglob("*"))
    assert writer.do(archive, job).done
    assert [file for file in archive.rglob("*") if "tmp" in file.name] == []
