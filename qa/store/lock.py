"""One writer per archive, and one who makes its vectors: lock files that name their holder."""

from __future__ import annotations

import fcntl
import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path

from qa.errors import ArchiveLocked, WenbaoError

__all__ = ["embedding_turn", "write_lock"]

POLL_SECONDS = 0.05


def write_lock(directory: Path, *, wait: float = 0) -> AbstractContextManager[None]:
    """Hold the write lock of the archive in `directory`.

    Raises ArchiveLocked where another holds it for longer than `wait` seconds, WenbaoError where the folder cannot be
    written.
    """
    return _lock(directory, "archive.lock", wait)


def embedding_turn(directory: Path, *, wait: float = 0) -> AbstractContextManager[None]:
    """Be the one who makes vectors, so that no two processes make the same; raises as `write_lock` does.

    Its holder writes now and then, and takes the write lock for that.
    """
    return _lock(directory, "embedding.lock", wait)


@contextmanager
def _lock(directory: Path, name: str, wait: float) -> Iterator[None]:
    """Hold a lock that belongs to the open file, and so goes with its process, however that ends."""
    try:
        handle = os.open(directory / name, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise WenbaoError("archive.read_only", path=directory, why=error.strerror or error) from error
    try:
        until = time.monotonic() + wait
        while not _taken(handle):
            if time.monotonic() >= until:
                raise ArchiveLocked("archive.locked", holder=_holder(handle))
            time.sleep(POLL_SECONDS)
        _sign(handle, directory)
        yield
        os.ftruncate(handle, 0)
    finally:
        os.close(handle)


def _sign(handle: int, directory: Path) -> None:
    """Write down who holds the lock."""
    since = datetime.now().astimezone().isoformat(timespec="seconds")
    record = {"pid": os.getpid(), "host": socket.gethostname(), "since": since}
    try:
        os.ftruncate(handle, 0)
        os.pwrite(handle, json.dumps(record).encode(), 0)
    except OSError as error:  # a full disk
        raise WenbaoError("archive.full", path=directory, why=error.strerror or error) from error


def _taken(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holder(handle: int) -> str:
    """Read who holds the lock; the holder may be just about to write it."""
    try:
        record = json.loads(os.pread(handle, 1000, 0))
        return f"pid {record['pid']} @ {record['host']} ({record['since']})"
    except (ValueError, KeyError):
        return "pid ?"
