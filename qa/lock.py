"""One writer per archive: a lock file that names its holder."""

from __future__ import annotations

import fcntl
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from qa.errors import ArchiveLocked, WenbaoError

__all__ = ["write_lock"]


@contextmanager
def write_lock(directory: Path) -> Iterator[None]:
    """Hold the write lock of the archive in `directory`.

    The lock belongs to the open file, so it goes with its process, however that ends. Raises ArchiveLocked where
    another holds it, WenbaoError where the folder cannot be written.
    """
    path = directory / "archive.lock"
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise WenbaoError("archive.read_only", path=directory, why=error.strerror or error) from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ArchiveLocked("archive.locked", holder=_holder(handle)) from error
        os.ftruncate(handle, 0)
        since = datetime.now().astimezone().isoformat(timespec="seconds")
        os.pwrite(handle, json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "since": since}).encode(), 0)
        yield
        os.ftruncate(handle, 0)
    finally:
        os.close(handle)


def _holder(handle: int) -> str:
    """Read who holds the lock; the holder may be just about to write it."""
    try:
        record = json.loads(os.pread(handle, 1000, 0))
        return f"pid {record['pid']} @ {record['host']} ({record['since']})"
    except (ValueError, KeyError):
        return "pid ?"
