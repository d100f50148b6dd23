"""Run the int8 reader with ONNX Runtime: a question and passages in, the spans that answer out, with their scores."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import Any

from embeddings.engine import cores, open_model
from embeddings.folder import ReaderFolder, read_reader_folder
from embeddings.pairing import Pairing
from embeddings.spans import Marked, best_spans

__all__ = ["SpanReader"]

SURROGATE = re.compile("[\ud800-\udfff]")


class SpanReader:
    """Mark answering spans, bitwise the same for the same question and passage whatever else is in the call.

    Safe to share between threads. As in `embeddings.engine.Engine`, every passage runs alone at its own length, as many
    at once as there are cores.
    """

    def __init__(self, folder: ReaderFolder, *, workers: int | None = None) -> None:
        """Take a folder that has been checked; the model is opened with the first question or `warm`."""
        self.name = folder.name
        self.fingerprint = folder.fingerprint
        self.workers = workers or cores()
        self._folder = folder
        self._opened: tuple[Pairing, Any] | None = None
        self._opening = Lock()

    @classmethod
    def load(cls, path: Path | str) -> SpanReader:
        """Check a folder (0.1 s); ReaderError where it is missing or damaged."""
        return cls(read_reader_folder(Path(path)))

    def warm(self) -> None:
        """Open the model now instead of with the first question."""
        self._model()

    def mark(self, question: str, passages: Sequence[str], *, count: int = 1) -> Iterator[list[Marked]]:
        """Yield up to `count` spans of each passage, best first, in the order of `passages`.

        Passages are read as they are asked for, `workers` ahead: a caller who has seen enough stops the rest. A text is
        read up to the model's limit; an empty one has no spans.
        """
        pairing, model = self._model()
        question = _encodable(question)

        def read(passage: str) -> list[Marked]:
            row = pairing.row(question, _encodable(passage))
            if not len(row.spans):
                return []
            (scores,) = model.run(None, {"input_ids": row.ids[None, :]})
            return best_spans(row, scores[0], count=count)

        if len(passages) <= 1 or self.workers == 1:
            yield from map(read, passages)
            return
        with ThreadPoolExecutor(self.workers) as pool:
            left = iter(passages)
            while together := list(islice(left, self.workers)):
                yield from pool.map(read, together)

    def _model(self) -> tuple[Pairing, Any]:
        with self._opening:
            if self._opened is None:
                tokenizer, session = open_model(self._folder)
                self._opened = Pairing(tokenizer, self._folder.max_tokens), session
            return self._opened


def _encodable(text: str) -> str:
    """Replace surrogates, which no tokenizer accepts, one for one, so that offsets stay what they are."""
    return SURROGATE.sub("\ufffd", text)
