"""Zip files of pages: list the members that can be read, stream one, write nothing to disk.

A zip comes from a stranger. Its names are only labels (no member is ever extracted), its sizes are only claims:
what it says of itself is checked before a byte is unpacked, and a stream never gives more than was declared.
"""

from __future__ import annotations

import re
import stat
import struct
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from qa.errors import BadFile
from qa.ingest.files.mojibake import chinese_share

__all__ = ["ZIP_FAULTS", "Zip", "member_name", "read_zip", "shown_name", "stream_member"]

MOST_MEMBERS = 100_000
MOST_BYTES = 16 * 1024**3
"""Declared size of all members together."""
DIRECTORY_BYTES = 200 * MOST_MEMBERS
BOMB_RATIO = 200
BOMB_BYTES = 10 * 1024**2
"""A smaller member may be packed as tightly as it likes: a page of blanks packs a thousandfold."""

ZIP_FAULTS = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, ValueError)
"""What zipfile raises on a damaged file; OSError is left to who opens it."""

METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
LEAST_SHARE = 0.5
UTF8_NAME = 0x800
ENCRYPTED = 0x1
DRIVE = re.compile(r"[A-Za-z]:")
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
HANZI = re.compile(r"[\u3400-\u9fff]")
CHINESE_NAME = re.compile(r"[\x20-\x7e\u00b7\u2014\u2018-\u201d\u2026\u3000-\u303f\u3400-\u9fff\uff00-\uffef]+")


@dataclass(frozen=True, slots=True)
class Zip:
    """The readable members of a zip by name, ascending, and what was refused, each kind of fault once."""

    path: Path
    members: Mapping[str, zipfile.ZipInfo]
    problems: tuple[BadFile, ...]


def read_zip(path: Path, name: str) -> Zip:
    """Read the directory of the zip at `path`, shown as `name`; raises BadFile where the whole of it is refused."""
    try:
        with path.open("rb") as file:
            _check_claims(file, name)
            with zipfile.ZipFile(file) as opened:
                infos = opened.infolist()
            packed = file.seek(0, 2)
    except ZIP_FAULTS as error:
        raise BadFile("zip.damaged", path=name, why=error) from error
    except OSError as error:
        raise BadFile("file.unreadable", path=name, why=error.strerror or error) from error
    if len(infos) > MOST_MEMBERS:
        raise BadFile("zip.many", path=name, count=len(infos), limit=MOST_MEMBERS)
    # Members that share their packed bytes are how a small zip unpacks to petabytes.
    if sum(info.file_size for info in infos) > MOST_BYTES or sum(info.compress_size for info in infos) > packed:
        raise BadFile("zip.bomb", path=name)
    members: dict[str, zipfile.ZipInfo] = {}
    refused: dict[str, list[str]] = defaultdict(list)
    for info in infos:
        if info.is_dir():
            continue
        member = member_name(info)
        fault = _fault(info, member) or ("zip.twice" if member in members else None)
        if fault:
            refused[fault].append(UNPRINTABLE.sub("\ufffd", member))
        else:
            members[member] = info
    problems = [BadFile(key, path=name, first=names[0], count=len(names)) for key, names in sorted(refused.items())]
    return Zip(path, dict(sorted(members.items())), tuple(problems))


def stream_member(path: Path, info: zipfile.ZipInfo) -> zipfile.ZipExtFile:
    """Open the member of the zip at `path` that `info` describes, without reading the directory again.

    The stream raises one of `ZIP_FAULTS` where the bytes are damaged or are not what the directory declared.
    """
    file = path.open("rb")
    try:
        file.seek(info.header_offset)
        header = file.read(30)
        if header[:4] != b"PK\x03\x04":
            raise zipfile.BadZipFile("no member where the directory says")
        file.seek(sum(struct.unpack("<HH", header[26:30])), 1)
        return zipfile.ZipExtFile(file, "r", info, None, True)
    except BaseException:
        file.close()
        raise


def member_name(info: zipfile.ZipInfo) -> str:
    """Return the name of a member as its maker saw it; zipfile takes unmarked names for cp437.

    >>> member_name(zipfile.ZipInfo("许昌/01版.txt".encode("gbk").decode("cp437")))
    '许昌/01版.txt'
    """
    name = info.orig_filename
    if not info.flag_bits & UTF8_NAME and not name.isascii():
        with suppress(UnicodeEncodeError):  # a name that zipfile took from an extra field is right already
            name = shown_name(name.encode("cp437"), name)
    return "/".join(part for part in name.split("/") if part not in ("", ".")) if not name.startswith("/") else name


def shown_name(raw: bytes, otherwise: str) -> str:
    r"""Decode a file name that does not say its encoding: UTF-8, else GB18030 or Big5 where that gives Chinese.

    >>> shown_name("许昌".encode("gb18030"), "?"), shown_name(b"caf\x82.txt", "café.txt")
    ('许昌', 'café.txt')
    """
    with suppress(UnicodeDecodeError):
        return raw.decode("utf-8")
    best = LEAST_SHARE, otherwise
    for encoding in ("gb18030", "cp950"):
        with suppress(UnicodeDecodeError):
            name = raw.decode(encoding)
            if HANZI.search(name) and CHINESE_NAME.fullmatch(name) and chinese_share(name) > best[0]:
                best = chinese_share(name), name
    return best[1]


def _check_claims(file: IO[bytes], name: str) -> None:
    """Refuse a directory too large to be read, by what the end record says of it."""
    end = file.seek(0, 2)
    file.seek(max(0, end - 65_557))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < 22:
        raise zipfile.BadZipFile("no end of directory")
    count, size = struct.unpack("<HI", tail[at + 10 : at + 16])
    locator = tail[max(0, at - 20) : at]
    if locator.startswith(b"PK\x06\x07"):
        file.seek(struct.unpack("<Q", locator[8:16])[0])
        count, size = struct.unpack("<QQ", file.read(56)[32:48])
    if count > MOST_MEMBERS or size > DIRECTORY_BYTES:
        raise BadFile("zip.many", path=name, count=count, limit=MOST_MEMBERS)
    file.seek(0)


def _fault(info: zipfile.ZipInfo, member: str) -> str | None:
    """Return the message key that says why a member is not read, None for a good one."""
    parts = member.split("/")
    if "\\" in member or ".." in parts or not parts[0] or DRIVE.match(member) or UNPRINTABLE.search(member):
        return "zip.name"
    if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG):
        return "zip.link"
    if info.flag_bits & ENCRYPTED:
        return "zip.encrypted"
    if info.compress_type not in METHODS:
        return "zip.method"
    if info.file_size > BOMB_BYTES and info.file_size > BOMB_RATIO * info.compress_size:
        return "zip.bomb_member"
    return None
