"""Manifests: what a cache file must be before anyone reads it.

The libraries that wrote the files open damaged ones without a word, so a cache counts only if its manifest names
this format, an epoch of the store, by its number and mark, and what it was made by (the encoder, or the way words are
cut), and every file has the size and checksum written down.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

__all__ = ["Epoch", "digests", "held_epoch", "said_epoch", "write_atomically", "write_manifest"]

FORMAT = 5
PIECE, BLOCK = 16 << 20, 1 << 20


class Epoch(NamedTuple):
    """A change of the store: copies of an archive that went different ways share numbers, but no marks."""

    number: int
    mark: str


def write_manifest(
    path: Path, *, epoch: Epoch, made_by: str, files: Sequence[Path], known: Mapping[str, str] | None = None
) -> None:
    """Write down at `path` what `files`, which lie beside it, hold; atomically and durably.

    `known` holds the digests, by file name, that need not be made again.
    """
    made = {**_digests([file for file in files if file.name not in (known or {})]), **(known or {})}
    entries = {file.name: [file.stat().st_size, made[file.name]] for file in sorted(files)}
    record = {"format": FORMAT, "epoch": epoch.number, "mark": epoch.mark, "made_by": made_by, "files": entries}
    write_atomically(path, json.dumps(record, indent=1).encode())


def digests(path: Path) -> dict[str, str]:
    """Return the digests of the files that manifest `path` names; see `held_epoch` for whether they hold."""
    return {name: digest for name, (_, digest) in json.loads(path.read_bytes())["files"].items()}


def held_epoch(path: Path, *, made_by: str) -> Epoch | None:
    """Return the epoch that the files of manifest `path` hold as `made_by` makes it; None where they are not whole."""
    try:
        record = json.loads(path.read_bytes())
        if (record["format"], record["made_by"]) != (FORMAT, made_by):
            return None
        files = {path.parent / name: (size, digest) for name, (size, digest) in record["files"].items()}
        whole = all(file.stat().st_size == size for file, (size, _) in files.items()) and _digests(list(files)) == {
            file.name: digest for file, (_, digest) in files.items()
        }
        return Epoch(int(record["epoch"]), str(record["mark"])) if whole else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None  # missing or torn: exactly what a cache is rebuilt for


def said_epoch(path: Path) -> int | None:
    """Return the epoch that manifest `path` names, whether or not its files are whole; None where it cannot be read."""
    try:
        return int(json.loads(path.read_bytes())["epoch"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_atomically(path: Path, data: bytes) -> None:
    """Replace the file at `path` by `data`: temporary file, fsync, rename, fsync of the folder."""
    temporary = path.with_name(f"{path.name}.tmp{os.getpid()}")
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _digests(files: Sequence[Path]) -> dict[str, str]:
    """Return the digest of each file by name: BLAKE2b-128 of the digests of its pieces, which all cores make."""
    pieces = [(file, start) for file in files for start in range(0, max(1, file.stat().st_size), PIECE)]
    whole = {file.name: _hash() for file in files}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for (file, _), digest in zip(pieces, pool.map(_piece, pieces), strict=True):
            whole[file.name].update(digest)
    return {name: digest.hexdigest() for name, digest in whole.items()}


def _piece(piece: tuple[Path, int]) -> bytes:
    path, start = piece
    digest, left = _hash(), PIECE
    with path.open("rb") as file:
        file.seek(start)
        while left and (block := file.read(min(left, BLOCK))):
            digest.update(block)  # without the interpreter's lock
            left -= len(block)
    return digest.digest()


def _hash() -> hashlib.blake2b:
    return hashlib.blake2b(digest_size=16)
