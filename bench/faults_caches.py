"""Caches cut short, with flipped bytes, of another stamp, of another archive: noticed, made again, same answers."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bench.deskwork import Job, answers, do
from bench.faults_rows import Row, Subject
from bench.writer import kind_of
from qa import Archive

__all__ = ["cache_faults", "cache_files", "damaged", "foreign_caches"]

PLACES = 20
DATABASE = ("archive.db", "archive.lock")


def cache_faults(subject: Subject, places: int = PLACES) -> Iterator[Row]:
    """Yield the rows of damaged, edited and foreign caches."""
    chance = random.Random(7)
    for file in cache_files(subject.whole):
        yield _row(subject, file, f"cut at {places} places", [_cut(chance) for _ in range(places)])
        yield _row(subject, file, f"with {places} flipped bytes, one at a time", [_flip(chance) for _ in range(places)])
        yield _row(subject, file, "removed", [Path.unlink])
    for file in cache_files(subject.whole):
        if file.endswith(".json") and "epoch" in (record := json.loads((subject.whole / file).read_text())):
            edits = [("epoch", record["epoch"] - 1), ("epoch", record["epoch"] + 1)]
            edits += [(key, "another") for key in record if key not in ("epoch", "files")]
            for key, value in edits:
                yield _row(subject, file, f"with {key} {value!r}", [_edited(key, value)])
            yield _row(subject, file, "holding other JSON, or none", [_written("[]"), _written("{}"), _written("{")])
    yield from foreign_caches(subject)


def cache_files(folder: Path) -> list[str]:
    """Return the files of an archive beside its database that hold anything, by their names."""
    files = (file for file in folder.rglob("*") if file.is_file() and not file.name.startswith(DATABASE))
    return sorted(str(file.relative_to(folder)) for file in files if file.stat().st_size)


def damaged(subject: Subject, file: str, damage: Callable[[Path], None]) -> list[str]:
    """Damage one file of a copy; return what was not noticed, not made again or answered otherwise."""
    copy = subject.copy()
    damage(copy / file)
    with Archive.open(copy) as archive:
        noticed = [found for found in archive.verify().damage if found.kind == "cache"]
        same = answers(archive) == subject.answers
        left = archive.verify().damage
    wrong = [] if noticed else ["not noticed"]
    return wrong + ([] if same else ["answers differ"]) + ([f"not made again: {left}"] if left else [])


def _row(subject: Subject, file: str, how: str, damages: list[Callable[[Path], None]]) -> Row:
    wrong: dict[str, int] = {}
    for damage in damages:
        try:
            found = damaged(subject, file, damage)
        except Exception as error:  # noqa: BLE001 - whatever it is, the user sees it
            found = [f"raised {error!r}"[:200]]
        for each in found:
            wrong[each] = wrong.get(each, 0) + 1
    copy = subject.copy()
    damages[0](copy / file)
    grown = subject.wrongs_once_done(copy)
    wrongs = [f"{count} of {len(damages)} {what}" for what, count in wrong.items()]
    wrongs += [f"ingest onto it: {what}" for what in grown]
    saw = "verify names the cache; the next question has the answers of before" if not wrongs else "; ".join(wrongs)
    return Row(f"{kind_of(file)} {how}", saw, "nothing" if "differ" not in saw else "right answers", tuple(wrongs))


def foreign_caches(subject: Subject) -> Iterator[Row]:
    """Bring together a database and caches of two lines of the archive that have come to the same epoch."""
    first, second = (subject.folder / name for name in ("first", "second"))
    one, two = (Job(name, (file,)) for name, file in zip(("one", "two"), subject.job.files[:2], strict=True))
    told = {folder: _made(folder, [job]) for folder, job in ((first, one), (second, two))}

    folder = _copied(first, subject.folder / "mixed")
    for file in cache_files(folder):
        (folder / file).unlink()
    for file in cache_files(second):
        shutil.copy(second / file, folder / file)
    yield _told("the caches of another archive of the same epoch", folder, told[first])

    folder = _copied(first, subject.folder / "mixed")
    for file in folder.glob("archive.db*"):
        file.unlink()
    yield _told("archive.db removed, the caches left, other files ingested", folder, told[second], two)

    folder = _copied(first, subject.folder / "mixed")
    with Archive.open(folder) as archive:
        do(archive, one, lambda *_: None)
    third, fourth = (Job(name, (file,)) for name, file in zip(("3", "4"), subject.job.files[1:3], strict=True))
    with Archive.open(folder) as archive:
        do(archive, third, lambda *_: None)
    for file in first.glob("archive.db*"):
        shutil.copy(file, folder)
    expected = _made(subject.folder / "fourth", [one, fourth])
    yield _told("archive.db of a day before put back, another file ingested", folder, expected, fourth)


def _made(folder: Path, jobs: list[Job]) -> list[dict[str, Any]]:
    """Make an archive, close it, and return its answers."""
    shutil.rmtree(folder, ignore_errors=True)
    with Archive.open(folder, create=True) as archive:
        for job in jobs:
            do(archive, job, lambda *_: None)
        return answers(archive)


def _copied(source: Path, place: Path) -> Path:
    shutil.rmtree(place, ignore_errors=True)
    return Path(shutil.copytree(source, place))


def _told(fault: str, folder: Path, expected: list[dict[str, Any]], job: Job | None = None) -> Row:
    with Archive.open(folder, create=True) as archive:
        if job:
            do(archive, job, lambda *_: None)
        found, left = answers(archive), archive.verify().damage
    for file in cache_files(folder):
        (folder / file).unlink()
    with Archive.open(folder) as archive:
        if answers(archive) != expected:
            raise RuntimeError(f"{fault}: the answers without caches are not those expected, so the row says nothing")
    differing = sum(each != right for each, right in zip(found, expected, strict=True))
    if not differing and not left:
        return Row(fault, "the right answers", "nothing")
    wrong = f"{differing} of {len(expected)} answers are wrong, and verify says {left or 'all is well'}"
    return Row(fault, "answers as if nothing were wrong", "right answers", (wrong,))


def _cut(chance: random.Random) -> Callable[[Path], None]:
    share = chance.random()

    def cut(file: Path) -> None:
        data = file.read_bytes()
        file.write_bytes(data[: int(share * len(data))])

    return cut


def _flip(chance: random.Random) -> Callable[[Path], None]:
    share, mask = chance.random(), chance.randint(1, 255)

    def flip(file: Path) -> None:
        data = bytearray(file.read_bytes())
        at = int(share * len(data))
        if not data[at : at + 1].isspace() or not bytes([data[at] ^ mask]).isspace():  # else the same JSON
            data[at] ^= mask
        else:
            data[at] ^= 0x80
        file.write_bytes(data)

    return flip


def _edited(key: str, value: object) -> Callable[[Path], None]:
    return lambda file: _written(json.dumps({**json.loads(file.read_text()), key: value}))(file)


def _written(text: str) -> Callable[[Path], None]:
    def write(file: Path) -> None:
        file.unlink()  # not into a file that a copy may share
        file.write_text(text, encoding="utf-8")

    return write
