"""A PDF file, held open by a child process of its own that may crash, hang or run out of memory without harm.

The child runs `qa/ingest/read/pdfium.py`; only numbers and JSON come back from it, nothing that is executed.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from qa.errors import BadFile
from qa.ingest.read.pdfium import CHARACTERS

__all__ = ["LIMITS", "MOST_PAGES", "Characters", "Limits", "PdfFile", "Picture"]

MOST_PAGES = 2_000
FAILURES_IN_A_ROW = 5
"""Pages that may cost a child process one after another before the rest of the file is given up."""
PAGES_A_CHILD = 50
"""Pages after which a new child goes on: pdfium keeps every font of a file until it closes it."""
HEADER_BYTES, TAIL_BYTES = 1024, 2048
CHILD = Path(__file__).with_name("pdfium.py")


@dataclass(frozen=True, slots=True)
class Limits:
    """What a child process may use: bytes of memory, and seconds for one page or for opening the file."""

    memory: int = 2 * 1024 * 1024 * 1024
    seconds: float = 30.0


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Characters:
    """The characters of one page in stream order, as parallel arrays; see `qa.ingest.read.pdfium.CHARACTERS`."""

    number: int
    width: float
    height: float
    drawn: int
    """Objects on the page: with no characters and something drawn, the page is a picture of text."""
    codes: array[int]
    lefts: array[float]
    tops: array[float]
    rights: array[float]
    bottoms: array[float]
    sizes: array[float]
    turns: array[int]


@dataclass(frozen=True, slots=True)
class Picture:
    """A rendered page: `stride` bytes a row, three a dot, blue first."""

    width: int
    height: int
    stride: int
    dots: bytes


class PdfFile:
    """An open PDF; use it in a ``with`` statement, which ends the child process.

    `pages` counts its pages; `whole` is False where the end of the file is missing.
    Raises BadFile where the file is missing, empty, not a PDF, locked with a password, damaged or too long.
    """

    def __init__(self, path: Path, data: bytes | None = None, limits: Limits = LIMITS) -> None:
        self.path = path
        self.limits = limits
        self._data = data
        self._child: subprocess.Popen[bytes] | None = None
        self._asked = self._served = 0
        self.whole = self._check_ends()
        self.pages = self._start()
        if not 0 < self.pages <= MOST_PAGES:
            self.close()
            if self.pages:
                raise BadFile("pdf.too_many_pages", path=path, count=self.pages, limit=MOST_PAGES)
            raise BadFile("pdf.damaged", path=path)

    def __enter__(self) -> PdfFile:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the child process."""
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            child.communicate()
        self._asked = self._served = 0

    def characters(self) -> Iterator[Characters | BadFile]:
        """Yield every page in order, or the BadFile that says why it cannot be read.

        The child works on the next page while the caller has the present one. A page that ends the child costs that
        page alone, unless it happens `FAILURES_IN_A_ROW` times: then one last BadFile stands for the rest.
        """
        failures = 0
        for number in range(1, self.pages + 1):
            reply = self._page(number)
            failures = failures + 1 if self._child is None else 0
            if failures == FAILURES_IN_A_ROW and number < self.pages:
                yield BadFile("pdf.gave_up", path=self.path, first=number, last=self.pages)
                return
            if self._served >= PAGES_A_CHILD:
                self.close()
            elif self._child is not None and number < self.pages:
                self._ask(number + 1)
            yield reply if isinstance(reply, BadFile) else _characters(number, *reply)

    def _page(self, number: int) -> tuple[dict[str, Any], bytes] | BadFile:
        """Read one page; where the child fails after others, which may have filled its memory, try a new one."""
        fresh = self._served == 0 or self._child is None
        started = time.monotonic()
        if self._asked != number:
            self._ask(number)
        reply = self._receive(number)
        if self._child is None and not fresh and time.monotonic() - started < self.limits.seconds / 2:
            self._ask(number)
            reply = self._receive(number)
        self._served += 1
        return reply

    def _ask(self, number: int) -> None:
        self._send({"page": number})
        self._asked = number

    def picture(self, number: int, scale: float) -> Picture:
        """Render page `number` (from 1) at `scale` dots a point; raises BadFile where that cannot be done."""
        if not 1 <= number <= self.pages:
            raise BadFile("pdf.no_such_page", path=self.path, number=number, pages=self.pages)
        self._send({"render": number, "scale": scale})
        reply = self._receive(number)
        if isinstance(reply, BadFile):
            raise reply
        header, dots = reply
        return Picture(header["width"], header["height"], header["stride"], dots)

    def _check_ends(self) -> bool:
        """Check that the file begins as a PDF; return whether it has its end, which pdfium does without silently."""
        try:
            if self._data is None:
                with self.path.open("rb") as file:
                    head = file.read(HEADER_BYTES)
                    file.seek(max(0, file.seek(0, 2) - TAIL_BYTES))
                    tail = file.read()
            else:
                head, tail = self._data[:HEADER_BYTES], self._data[-TAIL_BYTES:]
        except OSError as error:
            raise BadFile("file.unreadable", path=self.path, why=error.strerror or error) from error
        if not head:
            raise BadFile("file.empty", path=self.path)
        if b"%PDF-" not in head:
            raise BadFile("pdf.not_pdf", path=self.path)
        return b"%%EOF" in tail

    def _start(self) -> int:
        """Start the child, have it open the file, and return the number of pages."""
        # -P keeps this folder out of the child's module path, where names of ours would shadow others.
        command = [sys.executable, "-P", str(CHILD), str(self.limits.memory)]
        self._child = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        name = str(self.path) if self._data is None else None
        self._write({"open": name, "size": len(self._data or b"")}, self._data or b"")
        reply = self._answer()
        if reply is None or "error" in reply[0]:
            self.close()
            raise BadFile(reply[0]["error"] if reply else "pdf.damaged", path=self.path)
        return int(reply[0]["pages"])

    def _send(self, request: dict[str, Any]) -> None:
        if self._child is None:
            self._start()
        self._write(request)

    def _write(self, request: dict[str, Any], data: bytes = b"") -> None:
        assert self._child and self._child.stdin
        try:
            self._child.stdin.write(json.dumps(request).encode() + b"\n" + data)
            self._child.stdin.flush()
        except BrokenPipeError:
            return  # the child is gone: reading its answer says so

    def _receive(self, number: int) -> tuple[dict[str, Any], bytes] | BadFile:
        reply = self._answer()
        if reply is None:
            self.close()
            return BadFile("pdf.page_lost", path=self.path, number=number)
        if "error" in reply[0]:
            values = {name: value for name, value in reply[0].items() if name not in ("error", "bytes")}
            return BadFile(reply[0]["error"], path=self.path, number=number, **values)
        return reply

    def _answer(self) -> tuple[dict[str, Any], bytes] | None:
        """Read one reply; None where the child has died, or took too long and was ended."""
        child = self._child
        assert child and child.stdout
        watch = threading.Timer(self.limits.seconds, child.kill)
        watch.start()
        try:
            line = child.stdout.readline()
            if not line.endswith(b"\n"):
                return None
            header = json.loads(line)
            payload = child.stdout.read(header["bytes"])
            return (header, payload) if len(payload) == header["bytes"] else None
        finally:
            watch.cancel()


def _characters(number: int, header: dict[str, Any], payload: bytes) -> Characters:
    columns: list[array[Any]] = []
    at = 0
    for code in CHARACTERS:
        column = array(code)
        size = header["count"] * column.itemsize
        column.frombytes(payload[at : at + size])
        columns.append(column)
        at += size
    return Characters(number, header["width"], header["height"], header["drawn"], *columns)
