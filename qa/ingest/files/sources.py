"""Find what can be read at a path: files on disk and members of zips, one kind of thing to every reader."""

from __future__ import annotations

import hashlib
import io
import os
import stat
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO

from qa.errors import BadFile, BadInput
from qa.ingest.files.zips import UNPRINTABLE, ZIP_FAULTS, Zip, read_zip, shown_name, stream_member

__all__ = ["MANIFEST", "Found", "Source", "find_sources"]

MANIFEST = "manifest.csv"
MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Source:
    """A file on disk, or a member of a zip; two are equal when their place is the same.

    `path` is the file on disk: for a member, its zip. `member` is the member's name inside the zip.
    """

    path: Path
    member: str | None = None
    zip: Zip | None = field(default=None, repr=False, compare=False)

    @property
    def name(self) -> str:
        """The name as shown and stored, printable and encodable: ``issue.zip/2023-11-10/01.txt`` for a member."""
        shown = _shown(self.path)
        return shown if self.member is None else f"{shown}/{self.member}"

    @property
    def place(self) -> str:
        """The absolute path, followed by the member's name in a zip: where it is, however it was named."""
        where = os.fsencode(os.path.realpath(self.path)).decode(errors="backslashreplace")
        return where if self.member is None else f"{where}/{self.member}"

    @property
    def suffix(self) -> str:
        """The suffix in lower case with its dot, or ``""``."""
        return PurePosixPath(self.parts[-1]).suffix.lower()

    @property
    def parts(self) -> tuple[str, ...]:
        """The components of the name, the file name last; the zip of a member counts as a folder, without suffix."""
        parts = Path(_shown(self.path)).parts
        if self.member is None:
            return parts
        return (*parts[:-1], PurePosixPath(parts[-1]).stem, *self.member.split("/"))

    @property
    def on_disk(self) -> bool:
        """Tell whether `path` itself holds the bytes."""
        return self.member is None

    @property
    def size(self) -> int:
        """Size in bytes; for a member, what the zip declares, which no stream exceeds. Raises BadFile."""
        if self._info:
            return self._info.file_size
        try:
            return self.path.stat().st_size
        except OSError as error:
            raise _unreadable(self.name, error) from error

    def open(self) -> io.BufferedReader:
        """Open for streaming; BadFile here, and from the stream itself where the disk or the zip fails."""
        try:
            if self._info:
                return io.BufferedReader(_Stream(stream_member(self.path, self._info), self.name), MEGABYTE)
            if not stat.S_ISREG(self.path.stat().st_mode):  # opening a pipe would wait for its other end
                raise BadFile("path.special", path=self.name)
            return io.BufferedReader(_Stream(self.path.open("rb"), self.name), MEGABYTE)
        except ZIP_FAULTS as error:
            raise BadFile("zip.member_damaged", path=self.name, why=error) from error
        except OSError as error:
            raise _unreadable(self.name, error) from error

    def read(self, limit: int) -> bytes:
        """Return the bytes; BadFile for more than `limit` of them, for none but white space, or where reading fails."""
        if self.size > limit:
            raise _too_large(self.name, self.size, limit)
        with self.open() as file:
            data = file.read(limit + 1)
        if len(data) > limit:
            raise _too_large(self.name, len(data), limit)
        if not data or data.isspace():
            raise BadFile("file.empty", path=self.name)
        return data

    def sha256(self) -> str:
        """Return the hash of the bytes, read in a stream."""
        with self.open() as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def siblings(self) -> list[Source]:
        """Return the files of the same folder, this one included, sorted; a folder that cannot be listed has none.

        Hidden files and links are left out, and other formats are not. Costs a listing: keep it for the folder.
        """
        if self.zip and self.member is not None:
            folder = self.member.rpartition("/")[0]
            inside = [member for member in self.zip.members if member.rpartition("/")[0] == folder]
            return [Source(self.path, member, self.zip) for member in inside if not _left_out(member.split("/")[-1])]
        try:
            with os.scandir(self.path.parent) as entries:
                names = [entry.name for entry in entries if entry.is_file(follow_symlinks=False)]
        except OSError:
            return []
        return [Source(self.path.parent / name) for name in sorted(names) if not _left_out(name)]

    @property
    def _info(self) -> zipfile.ZipInfo | None:
        return self.zip.members[self.member] if self.zip and self.member is not None else None


@dataclass(frozen=True, slots=True)
class Found:
    """What was found at a path.

    `sources` ascend by name; `ignored` counts the files of other formats by suffix; each of `problems` has the
    value ``path`` and names something that was left unread. Both may be full where `sources` is empty.
    """

    sources: tuple[Source, ...]
    ignored: Mapping[str, int]
    problems: tuple[BadFile, ...]


def find_sources(path: Path, formats: tuple[str, ...]) -> Found:
    """Find the files of `formats` at or below `path`, and those in zips; raises BadInput where there is nothing at all.

    A file named directly is returned whatever its suffix. Hidden files, links below `path`, ``__MACOSX`` and
    manifests are left out; a zip inside a zip is not opened.
    """
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        raise BadInput("path.missing", path=_shown(path)) from error
    except OSError as error:
        raise _unreadable(_shown(path), error) from error
    finder = _Finder(formats)
    if stat.S_ISDIR(mode):
        finder.walk(path)
    elif not stat.S_ISREG(mode):
        raise BadFile("path.special", path=_shown(path))
    elif path.suffix.lower() == ".zip":
        finder.unzip(path)
    else:
        return Found((Source(path),), {}, ())
    if not finder.sources and not finder.problems:
        raise BadInput("path.no_pages", path=_shown(path), formats=" ".join((*formats, ".zip")))
    return Found(
        tuple(sorted(finder.sources, key=lambda source: source.name)),
        dict(sorted(finder.ignored.items())),
        tuple(sorted(finder.problems, key=lambda problem: (str(problem.values["path"]), problem.key))),
    )


class _Finder:
    """Gather sources, ignored suffixes and problems."""

    def __init__(self, formats: tuple[str, ...]) -> None:
        self.formats = formats
        self.sources: list[Source] = []
        self.ignored: Counter[str] = Counter()
        self.problems: list[BadFile] = []

    def walk(self, root: Path) -> None:
        """Take all below `root`."""
        folders = [root]
        while folders:
            folder = folders.pop()
            for entry in self._entries(folder):
                path = folder / entry.name
                if _left_out(entry.name):
                    continue
                if entry.is_symlink():
                    self.problems.append(BadFile("file.link", path=_shown(path)))
                elif entry.is_dir(follow_symlinks=False):
                    folders.append(path)
                elif not entry.is_file(follow_symlinks=False):
                    self.problems.append(BadFile("path.special", path=_shown(path)))
                elif path.suffix.lower() == ".zip":
                    self.unzip(path)
                else:
                    self._take(Source(path))

    def unzip(self, path: Path) -> None:
        """Take the members of the zip at `path`."""
        try:
            opened = read_zip(path, _shown(path))
        except BadFile as problem:
            self.problems.append(problem)
            return
        self.problems.extend(opened.problems)
        for member in opened.members:
            source = Source(path, member, opened)
            if any(_left_out(part) for part in member.split("/")):
                continue
            if source.suffix == ".zip":
                self.problems.append(BadFile("zip.nested", path=source.name))
            else:
                self._take(source)

    def _take(self, source: Source) -> None:
        if source.suffix in self.formats:
            self.sources.append(source)
        else:
            self.ignored[source.suffix] += 1

    def _entries(self, folder: Path) -> Iterator[os.DirEntry[str]]:
        try:
            with os.scandir(folder) as entries:
                yield from entries
        except OSError as error:
            self.problems.append(_unreadable(_shown(folder), error))


class _Stream(io.RawIOBase):
    """Pass bytes on; a failure of the disk or the zip becomes a BadFile that names the source."""

    def __init__(self, inner: IO[bytes] | zipfile.ZipExtFile, name: str) -> None:
        self._inner = inner
        self._name = name

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            data = self._inner.read(len(buffer))
        except ZIP_FAULTS as error:
            raise BadFile("zip.member_damaged", path=self._name, why=error) from error
        except OSError as error:
            raise _unreadable(self._name, error) from error
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._inner.close()
        super().close()


def _left_out(name: str) -> bool:
    return name.startswith(".") or name == "__MACOSX" or name.lower() == MANIFEST


def _shown(path: Path) -> str:
    """Return a path as text that any file or terminal can hold: GBK names decoded, control characters marked."""
    parts = str(path).split("/")
    return "/".join(UNPRINTABLE.sub("\ufffd", shown_name(os.fsencode(part), part)) for part in parts)


def _unreadable(name: str, error: OSError) -> BadFile:
    return BadFile("file.unreadable", path=name, why=error.strerror or error)


def _too_large(name: str, size: int, limit: int) -> BadFile:
    return BadFile("file.too_large", path=name, size=-(-size // MEGABYTE), limit=f"{limit / MEGABYTE:g}")
