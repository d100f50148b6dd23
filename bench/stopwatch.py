"""Time the parts of the program as it is: every part is wrapped, none is copied."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, TypeVar
from unittest.mock import patch

import qa.archive
from qa import Archive
from qa.answer.reader import Reader
from qa.index.columns import Columns
from qa.index.sync import _Shelf
from qa.retrieve import finding
from qa.store.store import Store

__all__ = ["FILLING", "PARTS", "Stopwatch", "watching"]

PARTS = ("understand", "filter", "encode", "dense", "bm25", "fuse", "read", "compose", "other")
"""The parts of a question in their order.

``encode`` is of the question; ``fuse`` also looks up the passages and sets copies apart, and ``other`` is all the rest.
"""
FILLING = ("read and store", "postings", "embed", "write vectors", "vector index", "other")
"""The parts of an ingest."""
T = TypeVar("T")


class Stopwatch:
    """Add up the seconds spent in each part; a part within another is not counted there again. For one thread.

    >>> watch = Stopwatch()
    >>> add = watch.around("add", lambda a, b: a + b)
    >>> watch.around("other", lambda: add(1, 2))(), sorted(watch.taken())
    (3, ['add', 'other'])
    >>> list(watch.taken())
    []
    """

    def __init__(self) -> None:
        self._spent: dict[str, float] = defaultdict(float)
        self._within = [0.0]

    def around(self, part: str, function: Callable[..., T]) -> Callable[..., T]:
        """Return `function` with its time counted to `part`."""

        def timed(*args: Any, **kwargs: Any) -> T:
            self._within.append(0.0)
            start = time.perf_counter()
            try:
                return function(*args, **kwargs)
            finally:
                took = time.perf_counter() - start
                self._spent[part] += took - self._within.pop()
                self._within[-1] += took

        return timed

    def taken(self) -> dict[str, float]:
        """Return the seconds by part since the last call, and begin anew."""
        spent, self._spent = self._spent, defaultdict(float)
        return spent


@contextmanager
def watching(archive: Archive) -> Iterator[Stopwatch]:
    """Give a stopwatch whose parts are those of `archive`, until the end of the block."""
    watch = Stopwatch()
    retrieve, encoder = finding.retrieve, archive._upkeep.encoder

    def watched(*asked: Any, dense: Callable[..., Any], bm25: Callable[..., Any], **rest: Any) -> Any:
        return retrieve(*asked, dense=watch.around("dense", dense), bm25=watch.around("bm25", bm25), **rest)

    parts: list[tuple[Any, str, str, Callable[..., Any]]] = [
        (qa.archive, "understand", "understand", qa.archive.understand),
        (Columns, "mask", "filter", Columns.mask),
        (encoder, "encode_questions", "encode", encoder.encode_questions),
        (finding, "retrieve", "fuse", watched),
        (Reader, "read", "read", Reader.read),
        (qa.archive, "compose", "compose", qa.archive.compose),
        (archive, "ask", "other", archive.ask),
        (qa.archive, "store_files", "read and store", qa.archive.store_files),
        (encoder, "encode_passages", "embed", encoder.encode_passages),
        (_Shelf, "postings", "postings", _Shelf.postings),
        (_Shelf, "neighbours", "vector index", _Shelf.neighbours),
        (Store, "set_vectors", "write vectors", Store.set_vectors),
        (archive, "ingest", "other", archive.ingest),
        (archive, "embed", "other", archive.embed),
    ]
    with ExitStack() as stack:
        for owner, name, part, function in parts:
            stack.enter_context(patch.object(owner, name, watch.around(part, function)))
        yield watch
