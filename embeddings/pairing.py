"""Put a question and a passage into one row of token ids, and lead every token back to its characters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from tokenizers import Tokenizer

__all__ = ["Pairing", "Row"]

QUESTION_TOKENS = 64
BEGIN, END = "<s>", "</s>"


@dataclass(frozen=True, slots=True)
class Row:
    """A question and a passage as a model reads them: ``<s> question </s></s> passage </s>``."""

    ids: NDArray[np.int64]
    """Token ids, (tokens,)."""
    first: int
    """Where the passage's tokens begin among `ids`."""
    spans: NDArray[np.int64]
    """Half-open span of characters of each token of the passage, (passage tokens, 2)."""
    lines: NDArray[np.int64]
    """In which line of the passage each of its tokens ends, (passage tokens,), ascending."""

    def token_span(self, start: int, end: int) -> tuple[int, int] | None:
        """Return the first and the last token, as places among `ids`, that hold ``passage[start:end]``."""
        inside = np.flatnonzero((self.spans[:, 1] > start) & (self.spans[:, 0] < end))
        if not len(inside) or self.spans[inside[-1], 1] < end:
            return None
        return self.first + int(inside[0]), self.first + int(inside[-1])


class Pairing:
    """Pair questions with passages for one tokenizer; safe to share between threads."""

    def __init__(self, tokenizer: Tokenizer, max_tokens: int) -> None:
        tokenizer.no_padding()
        tokenizer.no_truncation()
        self._tokenizer = tokenizer
        self._max = max_tokens
        self._begin, self._end = (tokenizer.token_to_id(special) for special in (BEGIN, END))

    def row(self, question: str, passage: str) -> Row:
        """Return the row of a question and a passage; what does not fit is cut off the end of either."""
        before = [self._begin, *self._ids(question)[:QUESTION_TOKENS], self._end, self._end]
        encoding = self._tokenizer.encode(passage, add_special_tokens=False)
        room = self._max - len(before) - 1
        spans = np.array(encoding.offsets[:room], np.int64).reshape(-1, 2)
        ids = np.array([*before, *encoding.ids[:room], self._end], np.int64)
        breaks = [at for at, char in enumerate(passage) if char == "\n"]
        return Row(ids, len(before), spans, np.searchsorted(breaks, spans[:, 1] - 1))

    def _ids(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return ids
