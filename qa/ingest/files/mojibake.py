"""Undo text that was read in one encoding, taken for right and saved: ÈÕ±¾ for 日本, ä¸­å›½ for 中国.

Each line is encoded back and decoded as what it may have been; the result stands only where it is Chinese and the
line was not. A line that cannot be undone without loss stays as it is.
"""

from __future__ import annotations

from collections import Counter

from qa.ingest.files.characters import CP1252, frequent_hanzi

__all__ = ["chinese_share", "undo_mojibake"]

MISREADINGS = (
    ("cp1252", "utf-8"),  # before GB 18030, which reads most UTF-8 as some Chinese
    ("cp1252", "gb18030"),
    ("cp1252", "cp950"),
    ("gb18030", "utf-8"),  # 浣犲ソ for 你好; often lossy, then it fails here
)
CHINESE = 0.8
MOSTLY = 0.5
"""Enough for a line of a page that is garbled throughout: a line of names has rare characters."""
SURE_CHARS = 6
"""So many characters beyond ASCII make a line evidence by itself; fewer (±°, ×) only on a page of mojibake."""
ROUNDS = 3
"""So often a text may have been saved wrongly."""


def chinese_share(text: str) -> float:
    """Return the share of frequent hanzi among the letters beyond ASCII (0–1; 1 where there are none).

    >>> chinese_share("许昌日报 Xuchang 2023"), chinese_share("ÈÕ±¨"), chinese_share("No hanzi")
    (1.0, 0.0, 1.0)
    """
    frequent = frequent_hanzi()
    good = all_letters = 0
    for char, count in Counter(text).items():
        # Private use and unassigned are no letters to Python, but they are what a wrong codec gives.
        if char > "\x7f" and (char.isalpha() or not (char.isprintable() or char.isspace())):
            all_letters += count
            good += count if char in frequent else 0
    return good / all_letters if all_letters else 1.0


def undo_mojibake(text: str) -> tuple[str, str | None]:
    r"""Return `text` with its mojibake undone, and what was undone (None: nothing was).

    >>> undo_mojibake("Ðí²ýÈÕ±¨\n11ÔÂ9ÈÕ")
    ('许昌日报\n11月9日', 'latin-1 → gb18030')
    >>> undo_mojibake("许昌日报，José ±5°"), undo_mojibake("cinq élèves à l'école")
    (('许昌日报，José ±5°', None), ("cinq élèves à l'école", None))
    """
    if text.isascii():
        return text, None
    garbled = chinese_share(text) < 1 - CHINESE
    undone: Counter[str] = Counter()
    lines = []
    for line in text.split("\n"):
        fixed, note = _undo_line(line, garbled)
        if note:
            undone[note] += len(fixed)
        lines.append(fixed)
    after = "\n".join(lines)
    if not undone or chinese_share(after) <= chinese_share(text) or (garbled and chinese_share(after) < MOSTLY):
        return text, None
    return after, max(undone, key=lambda note: (undone[note], note))


def _undo_line(line: str, garbled: bool, rounds: int = ROUNDS) -> tuple[str, str | None]:
    wide = sum(char > "\x7f" for char in line)
    if not wide or (wide < SURE_CHARS and not garbled):
        return line, None
    before = chinese_share(line)
    if before >= CHINESE:
        return line, None
    for read_as, was in MISREADINGS:
        try:
            data = _single_bytes(line) if read_as == "cp1252" else line.encode(read_as)
            fixed = data.decode(was)
        except UnicodeError:
            continue
        name = "latin-1" if read_as == "cp1252" and not any(ord(char) in CP1252 for char in line) else read_as
        if chinese_share(fixed) >= (MOSTLY if garbled else CHINESE) and _hanzi(fixed) > _hanzi(line) * before:
            return fixed, f"{name} → {was}"
        if was == "utf-8" and rounds > 1:  # saved wrongly more than once
            again, note = _undo_line(fixed, garbled, rounds - 1)
            if note:
                return again, f"{name} → {was}, {note}"
    return line, None


def _single_bytes(text: str) -> bytes:
    """Encode as Latin-1 or Windows-1252, whichever each character is of; UnicodeError for any other."""
    return text.translate(CP1252).encode("latin-1")


def _hanzi(text: str) -> int:
    return sum("\u4e00" <= char <= "\u9fff" for char in text)
