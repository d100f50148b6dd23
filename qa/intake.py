"""Take files into the store, one transaction a file: new ones, mended ones, and held ones under another imprint."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path, PurePosixPath

from qa.errors import BadFile, BadInput
from qa.ingest.files.sources import Found, Source, find_sources
from qa.ingest.imprints.imprint import Imprint, imprint_of
from qa.ingest.imprints.manifests import Manifests
from qa.ingest.pages import formats_in_folders, read_source
from qa.ingest.quality import assess_page
from qa.ingest.read.nodepages import NodePages
from qa.records import IngestReport, Page, PageContent, PageState, SkippedFile
from qa.store.store import Store

__all__ = ["Gathered", "find_pages", "store_files"]


@dataclass(frozen=True, slots=True)
class Gathered:
    """What lies at the paths given: the files to read, the names of those of other formats, and what is wrong."""

    sources: tuple[Source, ...]
    ignored: tuple[str, ...]
    problems: tuple[BadFile, ...]


def find_pages(paths: Iterable[str | os.PathLike[str]]) -> Gathered:
    """Find the files at `paths` that hold pages or articles.

    Raises BadInput for a path with nothing to read that is the only one given (among several it is a problem like any
    other), and for a manifest that cannot be used.
    """
    formats = formats_in_folders()
    given = [Path(path) for path in paths]
    gathered = [_gather(path, formats, alone=len(given) == 1) for path in given]
    sources = tuple(dict.fromkeys(source for one in gathered for source in one.sources))
    manifests = Manifests()
    for source in sources:
        manifests.imprint(source)
    return Gathered(
        sources,
        tuple(dict.fromkeys(name for one in gathered for name in one.ignored)),
        tuple(problem for one in gathered for problem in one.problems),
    )


def store_files(
    store: Store,
    found: Gathered,
    imprints: Sequence[Imprint],
    progress: Callable[[str, int, int], None],
) -> IngestReport:
    """Store the files of `found`; `imprints` holds what is said of each, by the caller or a manifest.

    What became of each goes into the archive's log, except of those that changed nothing. `progress` hears of the files
    done and all, stage ``read``, outside any transaction, and within a file of the articles stored, ``articles``.
    """
    skipped = [_skipped(problem, "") for problem in found.problems]
    nodes = NodePages()
    ignored = list(found.ignored)
    counts = Counter[str]()
    before = {table: store.count(table) for table in ("pages", "articles", "passages")}
    heads = store.count_items("headline")
    stored = 0

    def count_stored(articles: int) -> None:
        nonlocal stored
        stored += articles
        progress("articles", stored, 0)

    for done, (source, imprint) in enumerate(zip(found.sources, imprints, strict=True), start=1):
        try:
            outcome, refused = _take(store, source, imprint, nodes, count_stored)
            skipped += refused
            counts[outcome] += 1
            if outcome == "ignored":
                ignored.append(source.name)
        except BadFile as error:
            refused = [_skipped(error, source.name)]
            skipped += refused
        if refused:
            with store.transaction():
                for each in refused:
                    store.note(each.path, None, "refused", each.reason)
        progress("read", done, len(found.sources))
    suffixes = Counter(PurePosixPath(name).suffix.lower() for name in ignored)
    return IngestReport(
        files=counts["added"],
        unchanged=counts["unchanged"],
        pages=store.count("pages") - before["pages"],
        articles=store.count("articles") - before["articles"],
        passages=store.count("passages") - before["passages"],
        heads_only=store.count_items("headline") - heads,
        skipped=tuple(skipped),
        ignored=tuple(sorted(suffixes.items())),
        ignored_files=tuple(sorted(ignored)),
        renamed=counts["renamed"],
    )


def _gather(path: Path, formats: tuple[str, ...], *, alone: bool) -> Gathered:
    """Find the files at one of the paths given; among several one with nothing to read is a problem, not the end."""
    try:
        found = find_sources(path, formats)
    except BadInput as error:
        if alone:
            raise
        return Gathered((), (), (BadFile(error.key, **error.values),))
    return Gathered(found.sources, _ignored(path, formats, found), found.problems)


def _ignored(path: Path, formats: tuple[str, ...], found: Found) -> tuple[str, ...]:
    """Return the names of the files of other formats: `find_sources` counts them, and names them if asked for them."""
    if not found.ignored:
        return ()
    everything = find_sources(path, (*formats, *found.ignored))
    return tuple(source.name for source in everything.sources if source.suffix not in formats)


def _take(
    store: Store, source: Source, imprint: Imprint, nodes: NodePages, stored: Callable[[int], None]
) -> tuple[str, list[SkippedFile]]:
    """Store what one file holds, in one transaction.

    Returns whether the file was ``added``, is ``unchanged``, ``renamed`` (held, under another imprint now),
    ``ignored`` (nothing in it to read) or ``refused``, and what of it could not be read.
    """
    sha256 = source.sha256()
    held: list[PageState] = []
    if store.has_file(sha256):
        held = store.pages_of_file(sha256) if imprint != Imprint() else []
        if not _says_otherwise(imprint, held):
            return "unchanged", []
        imprint = imprint.or_else(_held_imprint(held))
    refused: list[SkippedFile] = []

    def readable() -> Iterator[PageContent]:
        for content in read_source(source, imprint, sha256, nodes):
            if isinstance(content, PageContent):
                yield content
            else:
                refused.append(_skipped(content, source.name))

    contents = readable()
    first = next(contents, None)
    if first is None or not (first.articles or first.page.text):
        return ("refused" if refused else "ignored"), refused
    with store.change():
        former = store.forget_file(sha256) if held else None
        file_id = store.add_file(source.name, sha256, source.place)
        page, row = None, 0
        for content in chain([first], contents):
            if content.page is not page:
                page = content.page
                row = store.add_page(file_id, _as_said(page, imprint, source), assess_page(content))
            store.add_articles(row, content.articles)
            store.add_items(row, content.others)
            stored(len(content.articles))
        store.note(source.name, sha256, "renamed" if held else "added")
        carried = store.carry_over(former, sha256) if former else None
        if carried and carried.lost and refused:
            # What was read before cannot be read now: nothing is given up for a date.
            raise BadFile("file.not_reread", path=source.name, why=refused[0].reason)
    if carried is None:
        return "added", refused
    same = carried.same and list(map(_place, held)) == list(map(_place, store.pages_of_file(sha256)))
    return ("unchanged" if same else "renamed"), refused


def _says_otherwise(given: Imprint, held: Sequence[PageState]) -> bool:
    """Tell whether the newspaper, date or page given for a file is not what its pages are held under.

    A page label is for a file of one page.
    """
    papers, dates = {page.paper for page in held}, {page.date for page in held}
    return bool(
        held
        and (
            (given.paper and papers != {given.paper})
            or (given.date and dates != {given.date})
            or (given.page and len(held) == 1 and held[0].page != given.page)
        )
    )


def _held_imprint(held: Sequence[PageState]) -> Imprint:
    """Return what all pages of a held file have in common: said once, it need not be said again."""
    first = held[0]
    return Imprint(
        first.paper if all(page.paper == first.paper for page in held) else None,
        first.date if all(page.date == first.date for page in held) else None,
        first.page if len(held) == 1 else None,
        first.date_source if first.date and all(page.date == first.date for page in held) else None,
    )


def _as_said(page: Page, imprint: Imprint, source: Source) -> Page:
    """Note with a file of records the date that was said of it, which holds for those without their own."""
    said = imprint.or_else(imprint_of(source.parts)).date
    return replace(page, date=said) if page.kind == "records" and page.date is None else page


def _place(page: PageState) -> tuple[str | None, ...]:
    return page.paper, page.date, page.page


def _skipped(error: BadFile, name: str) -> SkippedFile:
    return SkippedFile(str(error.values.get("path", name)), str(error))
