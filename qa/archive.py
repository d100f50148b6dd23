"""The archive: everything a caller needs, behind one door."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from embeddings import ReaderError
from embeddings.reader import SpanReader
from qa.answer.compose import compose
from qa.answer.reader import Reader, Sign
from qa.answer.receipt import Receipt, check_answer
from qa.answer.word import word_file
from qa.check.checking import check_draft
from qa.check.drafts import Draft, draft_of
from qa.check.findings import Report
from qa.check.library import Library
from qa.cite.reference import reference_of
from qa.cite.styles import DEFAULT_STYLE, check_style, references
from qa.errors import BadInput, NotHeld, WenbaoError
from qa.holdings import Stats, Verified, bytes_in, count_held, verified
from qa.index.sync import stale_caches
from qa.index.upkeep import Progress, Upkeep
from qa.ingest.imprints.imprint import Imprint, iso_date, page_label
from qa.ingest.imprints.manifests import Manifests
from qa.intake import Gathered, find_pages, store_files
from qa.records import (
    EVERYTHING,
    Answer,
    Article,
    Filters,
    IngestReport,
    LogEntry,
    PageItem,
    PageState,
    Question,
    Removal,
    Searched,
)
from qa.retrieve.finding import Finder
from qa.retrieve.history import follow
from qa.retrieve.question import check_question, understand
from qa.settings import archive_dir, reader_path
from qa.store.lock import write_lock
from qa.store.store import Store
from qa.store.verify import Damage

__all__ = ["Archive", "Progress", "find_pages", "open_reader"]

INDEX_SECONDS = 20.0
"""While many files are read, how long what is stored waits before it can be found."""
WRITER_SECONDS = 10.0
"""How long a writer waits for another one."""


@lru_cache(maxsize=1)
def open_reader() -> Reader:
    """Return the reader that is installed; WenbaoError where it cannot be used."""
    try:
        return Reader(SpanReader.load(reader_path()))
    except ReaderError as error:
        raise WenbaoError("reader.unusable", why=error) from error


class Archive:
    """An archive folder, open for questions and for ingest. Safe to share between threads.

    >>> archive = Archive.open("no-such-folder")
    Traceback (most recent call last):
        ...
    qa.errors.NotHeld: 这里没有报库：no-such-folder；请先导入：wenbao ingest 文件或文件夹，或用 --archive 指定
    """

    def __init__(self, directory: Path, store: Store, encoder: str | None = None) -> None:
        self.directory = directory
        self._store = store
        self._upkeep = Upkeep(directory, store, encoder)
        self._finder = Finder(directory, store, self._upkeep)
        self._lock = threading.RLock()
        self._counted: tuple[int, Stats] | None = None
        self._fingerprint: tuple[tuple[int, str | None], str] = ((-1, None), "")

    @classmethod
    def open(
        cls,
        directory: str | os.PathLike[str] | None = None,
        *,
        create: bool = False,
        encoder: str | os.PathLike[str] | None = None,
    ) -> Archive:
        """Open the archive in `directory` (else ``$WENBAO_ARCHIVE``, else ``.archive``).

        `encoder` is a folder or hub id: vectors are made with it from now on, and the archive remembers it. Raises
        NotHeld where there is no archive and `create` is false, ArchiveMismatch where it is of another schema.
        """
        folder = archive_dir(directory)
        chosen = str(encoder) if encoder else None
        if chosen and Path(chosen).is_dir():
            chosen = str(Path(chosen).resolve())
        return cls(folder, Store(folder, create=create), chosen)

    def close(self) -> None:
        """Close the archive's files."""
        self._store.close()

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- filling ---

    def ingest(
        self,
        paths: Iterable[str | os.PathLike[str]],
        *,
        paper: str | None = None,
        date: str | None = None,
        page: str | None = None,
        progress: Progress | None = None,
        embed: bool = True,
    ) -> IngestReport:
        """Ingest files, and folders with all below them.

        A file already held (by its bytes) changes nothing, unless newspaper, date or page are given, here or in a
        manifest, and are not what it is held under: then they are changed, and the former ids still lead to its
        articles. A file that cannot be read is skipped and reported. Raises BadInput where the one path given does
        not exist, ArchiveLocked while another process writes.

        What is stored is found by its words at once, by its meaning when its vectors are made, which comes last;
        without `embed` that is left to `embed`.
        """
        return self.ingest_found(find_pages(paths), paper=paper, date=date, page=page, progress=progress, embed=embed)

    def ingest_found(
        self,
        found: Gathered,
        *,
        paper: str | None = None,
        date: str | None = None,
        page: str | None = None,
        progress: Progress | None = None,
        embed: bool = True,
    ) -> IngestReport:
        """Ingest what `find_pages` found, as `ingest` does."""
        told = progress or _silent
        flags = Imprint(
            paper, iso_date(date) if date else None, page_label(page) if page else None, "flag" if date else None
        )
        manifests = Manifests()
        imprints = [flags.or_else(manifests.imprint(source)) for source in found.sources]
        self._upkeep.check_encoder()
        indexed = time.monotonic()

        def taken(stage: str, done: int, total: int) -> None:
            nonlocal indexed
            told(stage, done, total)
            if stage == "read" and time.monotonic() - indexed > INDEX_SECONDS:
                self._upkeep.catch_up(_silent)
                indexed = time.monotonic()

        with write_lock(self.directory, wait=WRITER_SECONDS):
            report = store_files(self._store, found, imprints, taken)
            self._upkeep.catch_up(told)
        if embed:
            self.embed(progress=progress)
        return report

    def embed(self, *, progress: Progress | None = None, stop: threading.Event | None = None) -> int:
        """Make the vectors still to come, until there are none or `stop` is set; returns how many were made.

        What is made stays, so that it can be broken off at any moment. Other processes may write meanwhile.
        """
        self._upkeep.check_encoder()
        return self._upkeep.embed(progress or _silent, stop)

    def log(self, limit: int = -1) -> list[LogEntry]:
        """Return what became of the files given, the latest first; at most `limit` if given."""
        return self._store.log(limit)

    def remove(self, ids: Iterable[str] = (), *, filters: Filters | None = None) -> Removal:
        """Take articles out by their ids, and all that lies within `filters`: a file, an issue, a page of it.

        Stories that went on on a page taken out break off there again. A file of which something is left, or of which
        only articles were taken out, counts as held: ingested again, it does not bring them back. Raises NotHeld for
        an id that leads nowhere and where nothing lies within `filters`, BadInput where nothing is named at all.
        """
        wanted = list(ids)
        self._upkeep.check_encoder()
        with write_lock(self.directory, wait=WRITER_SECONDS):
            removal = self.removal(wanted, filters=filters)
            with self._store.change():
                self._store.remove(wanted, filters or None)
                for path in removal.files:
                    self._store.note(path, None, "removed")
            self._upkeep.catch_up(_silent)
        self._upkeep.embed(_silent)  # of stories that break off again
        return removal

    def removal(self, ids: Iterable[str] = (), *, filters: Filters | None = None) -> Removal:
        """Return what `remove` would take out, and raise what it would raise."""
        wanted = list(ids)
        if not wanted and not filters:
            raise BadInput("usage.remove_none")
        removal = self._store.removal(wanted, filters or None)
        if not (removal.articles or removal.pages):
            raise NotHeld("remove.nothing")
        return removal

    def verify(self, *, repair: bool = False, progress: Progress | None = None) -> Verified:
        """Check every article against the hash it was stored with, and passages, vectors and caches against them.

        With `repair`, passages, vectors and caches are made anew where they are damaged; an article that is no longer
        what was stored is only reported: its source has to be ingested again. Raises ArchiveLocked while another
        process writes and there is something to repair.
        """
        told = progress or _silent
        found = self._damage(told)
        if not (repair and any(damage.mendable for damage in found)):
            return verified(self._store, found)
        self._upkeep.check_encoder()
        with write_lock(self.directory, wait=WRITER_SECONDS):
            if any(damage.kind in ("passages", "vectors") for damage in found):
                with self._store.change():
                    self._store.mend()
            self._upkeep.catch_up(told)
        self._upkeep.embed(told)
        left = self._damage(told)
        return verified(self._store, left, [damage for damage in found if damage not in left])

    def reembed(self, *, progress: Progress | None = None) -> int:
        """Make every vector again with the present encoder; returns how many."""
        told = progress or _silent
        with write_lock(self.directory, wait=WRITER_SECONDS), self._store.change("vectors"):
            encoder, chosen = self._upkeep.encoder, self._upkeep.chosen
            self._store.set_encoder(encoder.fingerprint, source=chosen, drop_vectors=True)
        self._upkeep.embed(told)
        return self._store.count("passages")

    # --- asking ---

    def ask(
        self,
        question: str,
        *,
        filters: Filters | None = None,
        history: Sequence[str] = (),
        without: Collection[str] = (),
    ) -> Answer:
        """Answer `question` in the archive's own words, or refuse.

        `history` holds the earlier questions of the chat, oldest first; `without` the ids of articles not to look at.
        Raises BadInput for an empty or an endless question, NotHeld for an empty archive.
        """
        clock = _Clock()
        text = check_question(question)
        earlier = [check_question(turn) for turn in history if turn.strip()]
        narrowed = filters or EVERYTHING

        def ask_again(turn: str, subject: str | None) -> Answer:
            return self._answer(understand(turn, filters=narrowed), _Clock(), subject, without)

        resolved, subject = follow([*earlier, text], ask_again)
        understood = understand(text, resolved=resolved, filters=narrowed)
        clock.lap("understand")
        return replace(self._answer(understood, clock, subject, without), timings_ms=clock.total())

    def look(self, question: str, *, without: Collection[str] = ()) -> list[Sign]:
        """Return all that the reader marks for `question`, likely or not, with what speaks for it: for measuring."""
        understood = understand(check_question(question))
        found = self._finder.find(understood, without)
        return open_reader().look(understood, found.candidates, found.articles)

    def check(self, draft: Draft | str) -> Report:
        """Hold the quotations, statements and figures of a draft against the archive.

        `qa.check.drafts.read_draft` reads a draft from a file. Raises BadInput for an empty or an endless one, NotHeld
        for an empty archive.
        """
        store, caches = self._store, self._finder.caches()
        library = Library(caches.postings, store.passages_of, store.article, self._finder.nearest)
        searched = Searched(*caches.postings.columns.extent(), ())
        return check_draft(draft_of(draft) if isinstance(draft, str) else draft, library, searched, self._digest())

    def article(self, article_id: str) -> Article:
        """Return one article; raises NotHeld."""
        return self._store.article(article_id)

    def cite(
        self, ids: Iterable[str], *, style: str = DEFAULT_STYLE, subhead: bool = False, accessed: str | None = None
    ) -> str:
        """Return the references of articles in `style`, one of `qa.cite.styles.STYLES`, each article once.

        `subhead` puts it behind every title; `accessed` is the ISO day on which web addresses were looked up. Raises
        NotHeld, naming all ids that lead nowhere, and BadInput for a style there is not.
        """
        check_style(style)
        held: list[Article] = []
        missing: list[str] = []
        for number in dict.fromkeys(ids):
            try:
                held.append(self._store.article(number))
            except NotHeld:
                missing.append(number)
        if missing:
            raise NotHeld("article.missing", id="、".join(missing))
        entries = (reference_of(article, subhead=subhead, accessed=accessed) for article in held)
        return references(dict.fromkeys(entries), style)

    def word(self, answer: Answer, *, style: str = DEFAULT_STYLE) -> bytes:
        """Return `answer` as a Word file, the reference of each quote as a footnote in `style`.

        Raises BadInput for a style that is not one of footnotes, NotHeld where an article is gone since.
        """
        return word_file(answer, self._store.article, style)

    def receipt(self, saved: object) -> Receipt:
        """Check that every span and quote of a saved ``ask --json`` object still stands, or say what became of it.

        Raises BadInput for what is no answer of ours.
        """
        return check_answer(saved, self._store.article, self._digest())

    def articles(self, filters: Filters | None = None) -> list[Article]:
        """Return the articles within `filters`, by date, paper, page and place on the page."""
        return self._store.articles(filters or EVERYTHING)

    def pages(self, filters: Filters | None = None) -> list[PageState]:
        """Return the pages within `filters`, by issue and label, each with its quality."""
        return self._store.pages(filters or EVERYTHING)

    def contents(self, filters: Filters | None = None) -> list[tuple[PageState, list[Article]]]:
        """Return the pages within `filters`, each with its articles, in the order of `articles`."""
        return self._store.contents(filters or EVERYTHING)

    def items(self, filters: Filters | None = None) -> list[tuple[PageState, list[PageItem]]]:
        """Return what belongs to no article on the pages within `filters`: heads without a story, slogans, credits."""
        return self._store.items_by_page(filters or EVERYTHING)

    def source_lines(self, article: Article) -> list[tuple[PageState, list[tuple[int, str]]]]:
        """Return, for each page `article` stands on, the numbered lines of the page that it came from."""
        return self._store.source_lines(article)

    def stats(self) -> Stats:
        """Count what the archive holds."""
        store, state = self._store, self._store.content
        with self._lock:
            if self._counted is None or self._counted[0] != state:
                self._counted = state, count_held(store, self.directory)
            counted = self._counted[1]
        return replace(
            counted,
            pending=store.count("pending"),
            bytes=bytes_in(self.directory),
            encoder=store.encoder,
            fingerprint=self._digest(),
            epoch=store.epoch,
        )

    def warm(self) -> None:
        """Load encoder, caches and dictionary, so that the first question is as quick as the next."""
        with suppress(NotHeld):
            self.ask("报纸")

    # --- inside ---

    def _damage(self, progress: Progress) -> list[Damage]:
        found = self._store.damage(lambda done, total: progress("verify", done, total))
        encoder = self._store.encoder
        if encoder and not any(damage.kind == "database" for damage in found):
            with self._store.snapshot() as snapshot:
                stale = stale_caches(self.directory, snapshot, encoder=encoder)
            found += [Damage("cache", name, mendable=True) for name in stale]
        return found

    def _digest(self) -> str:
        state = self._store.content, self._store.encoder
        with self._lock:
            if self._fingerprint[0] != state:
                self._fingerprint = (state, self._store.digest())
            return self._fingerprint[1]

    def _answer(self, question: Question, clock: _Clock, subject: str | None, without: Collection[str]) -> Answer:
        """Retrieve, read, compose; `subject` is the article a follow-up question goes on about."""
        store = self._store
        found = self._finder.find(question, without)
        clock.lap("retrieve")
        evidence = open_reader().read(question, found.candidates, found.articles, subject=subject)
        clock.lap("read")
        postings = found.caches.postings
        return compose(
            question,
            evidence,
            candidates=found.candidates,
            articles=found.articles,
            heads=store.items("headline", question.filters),
            searched=Searched(*postings.columns.extent(found.allowed), question.terms),
            absent=lambda term: not (postings.holds(term) or (not postings.decides(term) and store.mentions(term))),
            archive=self._digest(),
            copies=lambda article: self._finder.copies(article, found),
        )


class _Clock:
    """Measure the stages of one question, in milliseconds."""

    def __init__(self) -> None:
        self._start = self._last = time.perf_counter()
        self.laps: dict[str, int] = {}

    def lap(self, stage: str) -> None:
        now = time.perf_counter()
        self.laps[stage] = round((now - self._last) * 1000)
        self._last = now

    def total(self) -> dict[str, int]:
        return {**self.laps, "total": round((time.perf_counter() - self._start) * 1000)}


def _silent(stage: str, done: int, total: int) -> None:
    """Take progress and say nothing."""
