"""What an archive holds, counted, and how far that is whole."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from qa.records import PageState
from qa.store.store import Store
from qa.store.verify import Damage

__all__ = ["Stats", "Verified", "bytes_in", "count_held", "verified"]

DOUBTFUL = 5


@dataclass(frozen=True, slots=True)
class Stats:
    """What an archive holds; `pending` passages still wait for their vector."""

    archive: str
    files: int
    pages: int
    articles: int
    heads_only: int
    passages: int
    pending: int
    date_from: str | None
    date_to: str | None
    papers: tuple[str, ...]
    bytes: int
    encoder: str | None
    fingerprint: str
    epoch: int
    quality: float | None
    """Mean quality of the pages, 0 to 1; None without pages."""
    doubtful: tuple[PageState, ...]
    """The pages of the lowest quality, worst first: at most five, none of full quality."""

    def as_json(self) -> dict[str, Any]:
        """Return the object that ``wenbao stats --json`` prints."""
        out = asdict(self)
        out["from"], out["to"] = out.pop("date_from"), out.pop("date_to")
        return out


@dataclass(frozen=True, slots=True)
class Verified:
    """What was looked at, what is damaged, and what of it was mended."""

    articles: int
    """0, as the other counts, where the database itself is damaged."""
    passages: int
    pending: int
    damage: tuple[Damage, ...]
    """What is damaged now."""
    mended: tuple[Damage, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the object that ``wenbao verify --json`` prints."""
        return asdict(self)


def count_held(store: Store, directory: Path) -> Stats:
    """Count what only a change of content changes; the rest is left at nothing."""
    first, last = store.days()
    pages = [page for page in store.pages() if page.kind != "records"]
    doubtful = sorted((page for page in pages if page.quality.score < 1), key=lambda page: page.quality.score)
    return Stats(
        archive=str(directory),
        files=store.count("files"),
        pages=store.count("pages"),
        articles=store.count("articles"),
        heads_only=store.count_items("headline"),
        passages=store.count("passages"),
        pending=0,
        date_from=first,
        date_to=last,
        papers=tuple(store.papers()),
        bytes=0,
        encoder=None,
        fingerprint="",
        epoch=0,
        quality=round(sum(page.quality.score for page in pages) / len(pages), 2) if pages else None,
        doubtful=tuple(doubtful[:DOUBTFUL]),
    )


def verified(store: Store, damage: Sequence[Damage], mended: Sequence[Damage] = ()) -> Verified:
    """Return what was found damaged and mended, with what was looked at."""
    broken = any(each.kind == "database" for each in damage)  # then not even counting can be relied on
    articles, passages, pending = (0 if broken else store.count(table) for table in ("articles", "passages", "pending"))
    return Verified(articles, passages, pending, tuple(damage), tuple(mended))


def bytes_in(folder: Path) -> int:
    """Return the size of all files in a folder and below it."""
    total = 0
    for file in folder.rglob("*"):
        with suppress(FileNotFoundError):  # a temporary file, gone since it was listed
            total += file.lstat().st_size if file.is_file() else 0
    return total
