"""Run ``wenbao`` as a user does, in a process of its own, under conditions set beforehand."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import resource
import signal
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.writer import PRELOADED, watch

__all__ = [
    "Spoken",
    "Terminal",
    "at_stage",
    "become_nobody",
    "fill",
    "limit_files",
    "make_room",
    "mount_small_disk",
    "send_itself",
    "use_encoder",
]

NOBODY = 65534
CLONE_NEWNS = 0x00020000
BLOCK = 4096
LONGEST = 120.0
BALLAST = "ballast"
SMALL = 64 * 1024 * 1024
"""Bytes of the largest disk that may be filled."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """How a command ended: its exit status (negative: the signal that ended it) and what it printed."""

    status: int
    out: str
    err: str

    @property
    def one_line(self) -> bool:
        """Tell whether it failed as it should: status 1, one line on stderr, nothing on stdout."""
        return self.status == 1 and not self.out.strip() and len(self.err.strip().splitlines()) == 1

    @property
    def calm(self) -> bool:
        """Tell whether it came to an end of its own, without a traceback, and with a word where it failed."""
        lines = self.err.strip().splitlines()
        told = bool(lines or self.out.strip()) if self.status else True
        return self.status in (0, 1) and len(lines) <= 1 and told and "Traceback" not in self.err

    @property
    def said(self) -> str:
        """Return the line that tells the user most: of a traceback the last, else the first on stderr or stdout."""
        lines = [line.strip() for line in (self.err.strip() or self.out.strip()).splitlines() if line.strip()]
        if "Traceback" in self.err:
            return f"Traceback … {lines[-1]}"
        return lines[0] if lines else ""


class Terminal:
    """Start commands in processes that have the heavy engines imported already.

    Those processes see the disks that were mounted before the first of them was started, and none mounted later.
    """

    def __init__(self) -> None:
        self.context = multiprocessing.get_context("forkserver")
        self.context.set_forkserver_preload(list(PRELOADED))

    def run(self, *args: object, archive: Path, before: Callable[[], None] | None = None) -> Spoken:
        """Run ``wenbao ARGS --archive ARCHIVE``; `before`, which has to be picklable, is called in its process."""
        words = [*map(str, args), "--archive", str(archive)]
        with tempfile.TemporaryDirectory() as name:
            out, err = Path(name, "out"), Path(name, "err")
            process = self.context.Process(target=_command, args=(words, out, err, before))
            process.start()
            process.join(LONGEST)
            if process.exitcode is None:
                process.kill()
                raise TimeoutError(f"wenbao {words} hangs")
            return Spoken(process.exitcode, out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8"))


def _command(words: list[str], out: Path, err: Path, before: Callable[[], None] | None) -> None:
    from web.command import main

    for stream, path in ((1, out), (2, err)):
        handle = os.open(path, os.O_WRONLY | os.O_CREAT)
        os.dup2(handle, stream)
        os.close(handle)
    sys.argv = ["wenbao", *words]
    if before:
        before()
    main()


def at_stage(folder: Path, stage: str, act: Callable[[], None]) -> None:
    """Call `act` in this process when it first enters `stage` of its work on the archive in `folder`."""
    left = [act]

    def enter(entered: str) -> None:
        if entered == stage and left:
            left.pop()()

    watch(folder, enter)


def fill(folder: Path) -> None:
    """Leave no room on the small disk mounted at `folder`; on any other nothing is written, and OSError is raised."""
    space = os.statvfs(folder)
    if not folder.is_mount() or space.f_blocks * space.f_frsize > SMALL:
        raise OSError(f"{folder} is no small disk: it would fill the one that others work on")
    with (folder / BALLAST).open("ab", buffering=0) as file:
        for size in (64 * BLOCK, BLOCK, 1):
            block = bytes(size)
            try:
                while file.write(block) == size:
                    pass
            except OSError:
                continue  # full: on with a smaller block, to the last byte


def make_room(folder: Path) -> None:
    """Undo `fill`."""
    (folder / BALLAST).unlink(missing_ok=True)


def limit_files() -> None:
    """Let this process write no file beyond its first 16 KB from now on, as if its disk were full."""
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4 * BLOCK, hard))


def mount_small_disk(folder: Path, megabytes: int) -> bool:
    """Mount a small disk in memory at `folder`, for this process and those it starts; tell whether that is allowed."""
    system = ctypes.CDLL(None, use_errno=True)
    private = 1 << 18 | 1 << 14  # MS_PRIVATE | MS_REC: nothing of it is seen outside
    return (
        system.unshare(CLONE_NEWNS) == 0
        and system.mount(b"none", b"/", None, private, None) == 0
        and system.mount(b"tmpfs", os.fsencode(folder), b"tmpfs", 0, f"size={megabytes}m".encode()) == 0
    )


def unmount(folder: Path) -> None:
    """Take away what `mount_small_disk` mounted."""
    ctypes.CDLL(None, use_errno=True).umount2(os.fsencode(folder), 2)  # MNT_DETACH: also while a file is open


def become_nobody() -> None:
    """Give up the rights of root, which no permission of a file holds back."""
    if os.geteuid() == 0:
        "".encode("utf-32-le")  # a module of Python's, which may lie where nobody else may read
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)


def send_itself(number: signal.Signals, after: float) -> None:
    """Send a signal to this process, at once or some seconds later."""
    if not after:
        os.kill(os.getpid(), number)
        return
    timer = threading.Timer(after, os.kill, (os.getpid(), number))
    timer.daemon = True
    timer.start()


def use_encoder(path: Path) -> None:
    """Let this process take another encoder."""
    os.environ["WENBAO_ENCODER"] = str(path)
