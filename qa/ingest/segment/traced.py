"""Text in which every character remembers the page offset it came from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["Traced"]


@dataclass(frozen=True, slots=True)
class Traced:
    """Pair a text with one page offset per character; every operation keeps the pairing.

    >>> t = Traced.at("11 月", 40)
    >>> t.without([(2, 3)])
    Traced(text='11月', origins=(40, 41, 43))
    """

    text: str
    origins: tuple[int, ...]

    @classmethod
    def at(cls, text: str, offset: int) -> Traced:
        """Trace `text` that stands on the page at `offset`."""
        return cls(text, tuple(range(offset, offset + len(text))))

    @classmethod
    def join(cls, parts: Iterable[Traced], separator: str = "") -> Traced:
        """Join `parts`; the separator's characters map to the place right after the part before them.

        On a page that place is the line end which the separator stands for.

        >>> Traced.join([Traced.at("甲", 0), Traced.at("乙", 2)], " ")
        Traced(text='甲 乙', origins=(0, 1, 2))
        """
        texts: list[str] = []
        origins: list[int] = []
        for part in parts:
            if texts and separator:
                texts.append(separator)
                origins.extend([origins[-1] + 1 if origins else 0] * len(separator))
            texts.append(part.text)
            origins.extend(part.origins)
        return cls("".join(texts), tuple(origins))

    def __len__(self) -> int:
        return len(self.text)

    def cut(self, start: int, end: int | None = None) -> Traced:
        """Return the stretch from `start` to `end`."""
        return Traced(self.text[start:end], self.origins[start:end])

    def without(self, spans: Iterable[tuple[int, int]]) -> Traced:
        """Leave out the half-open `spans`, which are ascending and apart."""
        kept: list[Traced] = []
        at = 0
        for start, end in spans:
            kept.append(self.cut(at, start))
            at = end
        kept.append(self.cut(at))
        return Traced.join(kept)

    def strip(self) -> Traced:
        """Leave out white space at both ends."""
        start = len(self.text) - len(self.text.lstrip())
        return self.cut(start, max(start, len(self.text.rstrip())))
