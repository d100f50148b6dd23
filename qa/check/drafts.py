"""Drafts to check: text and Markdown in any encoding that pages may have, Word's .docx; what is none of these is said.

Of a .docx the words are read and nothing is run, fetched or written: paragraphs and tables in their order, then the
notes. What tracked changes strike out, field codes and fallback drawings are left out. What the zip claims is checked
before a byte is unpacked, parts are read in a stream, and a document type (in which entities are declared) is refused.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

from qa.errors import BadFile, BadInput
from qa.ingest.files.decoding import decode
from qa.ingest.files.zips import ZIP_FAULTS
from qa.ingest.segment.repair import encodable

__all__ = ["DRAFT_CHARS", "FILE_BYTES", "SUFFIXES", "Draft", "draft_of", "read_draft", "read_draft_bytes"]

SUFFIXES = (".txt", ".md", ".docx")
DRAFT_CHARS = 200_000
"""Longest draft, in characters: a book of three hundred pages."""
FILE_BYTES = 32 * 1024 * 1024
"""Largest file; a .docx may carry pictures."""
PART_BYTES = 128 * 1024 * 1024
"""Largest part of a .docx that is read, unpacked."""
PACKED, TIGHT_BYTES = 200, 4 * 1024 * 1024
"""A part that unpacks to so many times its size, and to more than so many bytes, is a bomb."""
CHUNK = 64 * 1024
PARTS = ("word/document.xml", "word/footnotes.xml", "word/endnotes.xml")
ENCRYPTED = 0x1
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"
ENCRYPTED_PARTS = tuple(name.encode("utf-16-le") for name in ("EncryptedPackage", "EncryptionInfo"))
WORD = (
    "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}",
    "{http://purl.oclc.org/ooxml/wordprocessingml/main}",
)
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
BREAKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
UNREAD = ("del", "moveFrom", "instrText", "pPr", "rPr", "sectPr", FALLBACK)
"""Elements without words of the draft in them."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as read; offsets of findings count in `text`. `format` is ``txt``, ``md`` or ``docx``."""

    name: str
    format: str
    text: str


def read_draft(path: Path) -> Draft:
    """Read the draft at `path`.

    Raises BadInput for a path that does not exist and for a draft too long, BadFile for one that cannot be read.
    """
    if not path.exists():
        raise BadInput("path.missing", path=path)
    if path.is_dir():
        raise BadFile("draft.folder", path=path)
    try:
        size = path.stat().st_size
        if size > FILE_BYTES:
            raise BadFile("draft.large", path=path, size=_megabytes(size), limit=_megabytes(FILE_BYTES))
        data = path.read_bytes()
    except OSError as error:
        raise BadFile("file.unreadable", path=path, why=error.strerror or error) from error
    return read_draft_bytes(data, str(path))


def read_draft_bytes(data: bytes, name: str) -> Draft:
    """Read a draft from the bytes of its file; `name` is the file's, and tells by its suffix what it should be."""
    suffix = Path(name).suffix.lower()
    if not data:
        raise BadFile("draft.empty", path=name)
    if len(data) > FILE_BYTES:
        raise BadFile("draft.large", path=name, size=_megabytes(len(data)), limit=_megabytes(FILE_BYTES))
    if data.startswith(OLE):
        locked = any(part in data for part in ENCRYPTED_PARTS)
        raise BadFile("draft.encrypted" if locked else "draft.doc", path=name)
    if suffix not in SUFFIXES:
        raise BadFile("draft.format", path=name, suffix=suffix or "?", formats=" ".join(SUFFIXES))
    if suffix == ".docx":
        return draft_of(_docx_text(data, name), name, "docx")
    text, _ = decode(data, name)
    return draft_of(text, name, suffix[1:])


def draft_of(text: str, name: str = "", form: str = "txt") -> Draft:
    """Make a draft of `text` as it was typed or read; raises BadInput for an empty or an endless one."""
    text = encodable(text).replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").removeprefix("\ufeff")
    if not text.strip():
        raise BadInput("draft.empty", path=name or "-")
    if len(text) > DRAFT_CHARS:
        raise BadInput("draft.long", path=name or "-", length=len(text), limit=DRAFT_CHARS)
    return Draft(name, form, text)


def _docx_text(data: bytes, name: str) -> str:
    if not data.startswith(ZIP):
        raise BadFile("draft.not_docx", path=name)
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            held = {info.filename: info for info in package.infolist()}
            if PARTS[0] not in held:
                raise BadFile("draft.not_docx", path=name)
            if held[PARTS[0]].flag_bits & ENCRYPTED:
                raise BadFile("draft.encrypted", path=name)
            texts = [_part_text(package, held[part], name) for part in PARTS if part in held]
    except (*ZIP_FAULTS, ElementTree.ParseError, OSError) as error:
        raise BadFile("draft.damaged", path=name, why=" ".join(str(error).split())) from error
    return "\n".join(text for text in texts if text.strip())


def _part_text(package: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> str:
    tight = info.file_size > PACKED * max(1, info.compress_size) and info.file_size > TIGHT_BYTES
    if info.file_size > PART_BYTES or tight:
        raise BadFile("draft.bomb", path=name)
    words = _Words(name)
    parser = ElementTree.XMLParser(target=words)
    with package.open(info) as part:  # which stops at the declared size, and checks the sum there
        while chunk := part.read(CHUNK):
            parser.feed(chunk)
    parser.close()
    return "".join(words.pieces).strip("\n")


class _Words:
    """Take the words of a part as it is parsed, a line a paragraph; nothing else of it is kept."""

    def __init__(self, name: str) -> None:
        self.pieces: list[str] = []
        self._name = name
        self._left = DRAFT_CHARS
        self._skipped = 0
        """How deep inside an element that is not read."""
        self._text = False

    def start(self, tag: str, _: dict[str, str]) -> None:
        local = _local(tag)
        if self._skipped or local in UNREAD:
            self._skipped += 1
        elif local in BREAKS:
            self.pieces.append(BREAKS[local])
        self._text = local == "t" and not self._skipped

    def end(self, tag: str) -> None:
        self._text = False
        if self._skipped:
            self._skipped -= 1
        elif _local(tag) == "p":
            self.pieces.append("\n")

    def data(self, text: str) -> None:
        if self._text:
            self._left -= len(text)
            if self._left < 0:
                raise BadInput("draft.long", path=self._name, length=f"> {DRAFT_CHARS}", limit=DRAFT_CHARS)
            self.pieces.append(text)

    def doctype(self, *_: object) -> None:
        raise BadFile("draft.bomb", path=self._name)  # Word writes none; entities that grow are declared in one

    def close(self) -> None:
        pass  # what there is to hand over, `pieces` holds


def _local(tag: str) -> str:
    """Return the name of an element of Word's, without its name space; else the whole tag."""
    return next((tag[len(space) :] for space in WORD if tag.startswith(space)), tag)


def _megabytes(size: int) -> int:
    return -(-size // (1024 * 1024))
