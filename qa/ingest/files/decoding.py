"""From bytes to text: which encoding they are in, and what the way to the file did to the code points.

Nothing is guessed from a name or a header: each encoding is tried strictly on the whole, and stands only where the
result is text. What was printed is not touched; undone is only what stands for the printed character in disguise.
"""

from __future__ import annotations

import codecs
import re

import charset_normalizer

from qa.errors import BadFile
from qa.ingest.files.characters import MAGIC, STANDARD, UNREADABLE
from qa.ingest.files.mojibake import chinese_share, undo_mojibake
from qa.ingest.files.sources import Source

__all__ = ["decode", "detect_encoding", "standard_characters"]

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# On a tie the first stands. cp950 is Big5 as Windows writes it.
CHINESE_ENCODINGS = ("gb18030", "cp950", "big5hkscs", "utf-16-le", "utf-16-be")
PLAUSIBLE = 0.7
CONTROL_SHARE = 0.01
WESTERN_SHARE = 0.1
"""Letters beyond ASCII in a text of a Western language, at most."""
BROKEN_SHARE = 0.02
CHUNK = 1024 * 1024
LONE_RETURN = re.compile(r"\r(?!\n)")


def decode(data: bytes, name: str) -> tuple[str, str]:
    r"""Return the text of a file and the name of its encoding; `name` is for the BadFile of a file that has no text.

    Marks (BOM), UTF-8, GB18030, Big5 and UTF-16 without a mark are tried in turn, then charset-normalizer. The name
    says what else was undone: ``utf-8 (latin-1 → gb18030)`` for text saved after a wrong reading, ``utf-8 (cut)``
    where the file ends inside a character, for which U+FFFD stands. A lone CR becomes LF; CR LF stays.

    >>> decode("许昌日报".encode("gbk"), "01.txt"), decode("許昌日報社".encode("big5"), "01.txt")
    (('许昌日报', 'gb18030'), ('許昌日報社', 'cp950'))
    >>> decode("Ðí²ýÈÕ±¨".encode(), "01.txt")
    ('许昌日报', 'utf-8 (latin-1 → gb18030)')
    >>> decode("\u2f45法".encode(), "01.txt") == ("方法", "utf-8")
    True
    """
    _refuse_other_formats(data, name)
    text, encoding, cut = _decoded(data, name)
    text, undone = undo_mojibake(text)
    notes = [note for note in (undone, "cut" if cut else None) if note]
    return standard_characters(LONE_RETURN.sub("\n", text)), f"{encoding} ({', '.join(notes)})" if notes else encoding


def standard_characters(text: str) -> str:
    r"""Put the standard character for its private-use or radical look-alike: as many characters as before.

    >>> standard_characters("⻜机"), standard_characters(b"\xa3\xa0".decode("gb18030")) == "　"
    ('飞机', True)
    """
    return text if text.isascii() else text.translate(STANDARD)


def detect_encoding(source: Source) -> str:
    """Return the codec that reads the whole of `source` strictly, found in a stream; raises BadFile for none.

    The codecs are those of a mark, else ``utf-8``, ``gb18030`` and ``cp950``; ``utf-8-sig``, ``utf-16`` and
    ``utf-32`` also skip their mark. Memory does not grow with the file.
    """
    with source.open() as file:
        head = file.read(64)
    _refuse_other_formats(head, source.name)
    for mark, encoding in MARKS:
        if head.startswith(mark):
            candidates: tuple[str, ...] = ("utf-8-sig" if encoding == "utf-8" else encoding[:6],)
            break
    else:
        candidates = ("utf-8", "gb18030", "cp950")
    cut = None
    for encoding in candidates:
        whole = _stream_decodes(source, encoding)
        if whole:
            return encoding
        if whole is None:
            cut = cut or encoding
    if cut:
        raise BadFile("file.cut", path=source.name, encoding=cut)
    raise BadFile("file.not_text", path=source.name)


def _refuse_other_formats(data: bytes, name: str) -> None:
    for magic, kind, suffix in MAGIC:
        if data.startswith(magic):
            if suffix is None or b"[Content_Types].xml" in data[:CHUNK]:  # a .docx is a zip, but no zip of pages
                raise BadFile("file.binary", path=name, kind=kind if suffix is None else "DOCX")
            raise BadFile("file.is_other", path=name, kind=kind, suffix=suffix)


def _decoded(data: bytes, name: str) -> tuple[str, str, bool]:
    """Return text, encoding and whether the last character is cut."""
    for mark, encoding in MARKS:
        if data.startswith(mark):
            marked = _strictly(data[len(mark) :], encoding)
            if marked and _few_controls(marked[0]):
                return marked[0], encoding, marked[1]
            _refuse_broken(data[len(mark) :], encoding, name)
            raise BadFile("file.not_text", path=name)
    plain = _strictly(data, "utf-8")
    if plain and _few_controls(plain[0]):
        return plain[0], "utf-8", plain[1]
    readings = [(reading, encoding) for encoding in CHINESE_ENCODINGS if (reading := _strictly(data, encoding))]
    shares = [chinese_share(text) if _few_controls(text) else 0.0 for (text, _), _ in readings]
    best = max(range(len(readings)), key=lambda at: (shares[at], -at), default=None)
    if best is not None and shares[best] >= PLAUSIBLE:
        (text, cut), encoding = readings[best]
        return text, encoding, cut
    _refuse_broken(data, "utf-8", name)
    guess = charset_normalizer.from_bytes(data).best()
    if guess is not None:
        text = str(guess)
        if _few_controls(text) and _is_text(text):
            return text, guess.encoding, False
    _refuse_broken(data, "gb18030", name)
    raise BadFile("file.not_text", path=name)


def _strictly(data: bytes, encoding: str) -> tuple[str, bool] | None:
    """Decode; a character cut by the end of the data becomes U+FFFD, any other fault gives None."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        text = decoder.decode(data)
    except UnicodeDecodeError:
        return None
    try:
        return text + decoder.decode(b"", final=True), False
    except UnicodeDecodeError:
        return text + "\ufffd", True


def _few_controls(text: str) -> bool:
    return len(UNREADABLE.findall(text)) <= CONTROL_SHARE * len(text)


def _is_text(text: str) -> bool:
    """Tell whether `text` is Chinese, or in letters that are mostly ASCII."""
    foreign = sum(char > "\x7f" for char in text)
    return foreign <= WESTERN_SHARE * len(text) or chinese_share(text) >= PLAUSIBLE


def _refuse_broken(data: bytes, encoding: str, name: str) -> None:
    """Name the line of the first bad byte where the rest is Chinese text in `encoding`."""
    text = data.decode(encoding, "replace")
    faults = text.count("\ufffd")
    if faults and faults <= BROKEN_SHARE * len(text) + 1 and _few_controls(text) and chinese_share(text) >= PLAUSIBLE:
        line = text.count("\n", 0, text.index("\ufffd")) + 1
        raise BadFile("file.broken", path=name, line=line, encoding=encoding.upper())


def _stream_decodes(source: Source, encoding: str) -> bool | None:
    """Tell whether all of `source` is text in `encoding`; None where all is but a cut last character."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    chars = controls = 0
    shares: list[float] = []
    with source.open() as file:
        try:
            while data := file.read(CHUNK):
                text = decoder.decode(data)
                chars += len(text)
                controls += len(UNREADABLE.findall(text))
                if controls > CONTROL_SHARE * max(chars, CHUNK):
                    return False
                if not text.isascii() and len(shares) < 64:
                    shares.append(chinese_share(text))
        except UnicodeDecodeError:
            return False
    chinese = encoding.startswith("utf") or not shares or sum(shares) / len(shares) >= PLAUSIBLE
    if controls > CONTROL_SHARE * chars or not chinese:
        return False
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return None
    return True
