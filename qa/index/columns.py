"""What filters ask of each passage, as columns in memory: a filter over a million passages takes milliseconds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from qa.records import Filters
from qa.store.passages import IndexEntry

__all__ = ["Columns", "Gatherer"]

UNDATED = -1
NONE = -1
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Columns:
    """A row for each of n passages, by id ascending; `further` for stories that go on on other pages."""

    ids: npt.NDArray[np.int64]
    days: npt.NDArray[np.int32]
    """Issue date as the number YYYYMMDD; -1 for none."""
    papers: npt.NDArray[np.int32]
    """Place in `paper_names`; -1 for none."""
    pages: npt.NDArray[np.int32]
    """Place in `page_names`; -1 for none."""
    files: npt.NDArray[np.int64]
    first: Mask
    """Whether it is the first passage of its article."""
    sketches: npt.NDArray[np.uint64]
    """Shape (articles, 2): the sketch of each article, in the order of their first passages."""
    further: npt.NDArray[np.int64]
    """Shape (m, 3): passage id, place in `page_names`, file."""
    paper_names: npt.NDArray[np.str_]
    page_names: npt.NDArray[np.str_]

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def articles(self) -> npt.NDArray[np.int64]:
        """The id of the first passage of each article, int64 (articles,), in the order of `sketches`."""
        return self.ids[self.first]

    def mask(self, filters: Filters, files: Iterable[int] = ()) -> Mask:
        """Return which passages lie within `filters`, bool (n,); `files` are the rows of the files its name means.

        An article stands on every page, and in every file, it has a part on.
        """
        mask = np.ones(len(self), np.bool_)
        if filters.date_from is not None:
            mask &= self.days >= _day(filters.date_from)
        if filters.date_to is not None:
            mask &= (self.days <= _day(filters.date_to)) & (self.days != UNDATED)
        if filters.paper is not None:
            mask &= self.papers == _place(self.paper_names, filters.paper)
        if filters.page is not None:
            label = _place(self.page_names, filters.page)
            mask &= (self.pages == label) | self._goes_on(self.further[:, 1] == label)
        if filters.file is not None:
            rows = np.array(sorted(files), np.int64)
            mask &= np.isin(self.files, rows) | self._goes_on(np.isin(self.further[:, 2], rows))
        return mask

    def extent(self, mask: Mask | None = None) -> tuple[int, int, str | None, str | None]:
        """Return how many articles and passages there are, all or in `mask`, and their first and last day."""
        first = self.first if mask is None else self.first[mask]
        days = self.days if mask is None else self.days[mask]
        dated = days[days != UNDATED]
        span = (_date(dated.min()), _date(dated.max())) if len(dated) else (None, None)
        return int(np.count_nonzero(first)), len(first), *span

    def save(self, path: Path) -> None:
        """Write the columns as one file of arrays."""
        np.savez(path, **{field.name: getattr(self, field.name) for field in fields(self)})

    @classmethod
    def load(cls, path: Path) -> Columns:
        """Read what `save` wrote; nothing in it is executed."""
        with np.load(path, allow_pickle=False) as arrays:
            return cls(**{field.name: arrays[field.name] for field in fields(cls)})

    def _goes_on(self, chosen: Mask) -> Mask:
        return np.isin(self.ids, self.further[chosen, 0])


class Gatherer:
    """Gather columns from the entries of an index as they pass by, behind those of a former index."""

    def __init__(self, former: Columns | None = None) -> None:
        """Begin with the rows of `former`."""
        self._former = former
        self._papers = _names(former.paper_names if former else ())
        self._pages = _names(former.page_names if former else ())
        self._rows: list[tuple[Any, ...]] = []
        self._sketches: list[bytes] = []
        self._further: list[tuple[int, int, int]] = []

    def pass_on(self, entries: Iterable[IndexEntry]) -> Iterator[IndexEntry]:
        """Yield `entries`, each taken down."""
        for entry in entries:
            self._rows.append(
                (
                    entry.passage.id,
                    _day(entry.date) if entry.date else UNDATED,
                    _numbered(self._papers, entry.paper),
                    _numbered(self._pages, entry.page),
                    entry.file,
                    entry.first,
                )
            )
            if entry.first:
                self._sketches.append(entry.sketch)
            self._further += [
                (entry.passage.id, _numbered(self._pages, label), file) for label, file in entry.elsewhere
            ]
            yield entry

    def columns(self) -> Columns:
        """Return the columns of all that was passed on."""
        ids, days, papers, pages, files, first = zip(*self._rows, strict=True) if self._rows else ((),) * 6
        gathered = Columns(
            np.array(ids, np.int64),
            np.array(days, np.int32),
            np.array(papers, np.int32),
            np.array(pages, np.int32),
            np.array(files, np.int64),
            np.array(first, np.bool_),
            np.frombuffer(b"".join(self._sketches), np.uint64).reshape(-1, 2),
            np.array(self._further, np.int64).reshape(-1, 3),
            np.array(list(self._papers), np.str_),
            np.array(list(self._pages), np.str_),
        )
        if self._former is None:
            return gathered
        joined: dict[str, Any] = {
            field.name: np.concatenate([getattr(self._former, field.name), getattr(gathered, field.name)])
            for field in fields(Columns)
        }
        return Columns(**joined | {"paper_names": gathered.paper_names, "page_names": gathered.page_names})


def _names(held: Iterable[str]) -> dict[str, int]:
    return {str(name): place for place, name in enumerate(held)}


def _numbered(names: dict[str, int], name: str | None) -> int:
    return NONE if name is None else names.setdefault(name, len(names))


def _place(names: npt.NDArray[np.str_], name: str) -> int:
    """Return where `name` stands; a number that nothing has where it does not."""
    found = np.flatnonzero(names == name)
    return int(found[0]) if len(found) else NONE - 1


def _date(day: int) -> str:
    return f"{day // 10000:04}-{day // 100 % 100:02}-{day % 100:02}"


def _day(date: str) -> int:
    return int(date.replace("-", "").ljust(8, "0"))
