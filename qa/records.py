"""One frozen record per stage of the way from page to answer.

Offsets are code points, half-open. Dates are ISO strings (``2023-11-10``) or None, so that they sort,
store and print as they are. Page labels are strings as cited: ``1``, ``A01``.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

__all__ = [
    "EVERYTHING",
    "Answer",
    "Article",
    "Byline",
    "Candidate",
    "Citation",
    "Evidence",
    "Filters",
    "IngestReport",
    "Jump",
    "LineBox",
    "LogEntry",
    "OffsetMap",
    "Page",
    "PageContent",
    "PageItem",
    "PageState",
    "Part",
    "Passage",
    "Quality",
    "Question",
    "Removal",
    "Reprint",
    "Searched",
    "SkippedFile",
    "Span",
]


@dataclass(frozen=True, slots=True)
class OffsetMap:
    """Lead every character of a text back to a character of its page.

    `runs` are ``(text offset, page offset, length)``, ascending and gapless in the text. A line break
    or space that stands for a line end of the page maps to that line end.

    >>> m = OffsetMap.of([7, 8, 9, 20, 21])
    >>> m.runs
    ((0, 7, 3), (3, 20, 2))
    >>> [m.page_offset(i) for i in range(5)]
    [7, 8, 9, 20, 21]
    """

    runs: tuple[tuple[int, int, int], ...]

    @classmethod
    def of(cls, origins: Iterable[int]) -> OffsetMap:
        """Build the map from one page offset per character."""
        runs: list[tuple[int, int, int]] = []
        for at, origin in enumerate(origins):
            if runs and runs[-1][1] + runs[-1][2] == origin:
                start, page, length = runs[-1]
                runs[-1] = (start, page, length + 1)
            else:
                runs.append((at, origin, 1))
        return cls(tuple(runs))

    def page_offset(self, at: int) -> int:
        """Return the page offset of text character `at`; IndexError outside the text."""
        index = bisect_right(self.runs, at, key=lambda run: run[0]) - 1
        if index < 0 or at >= self.runs[index][0] + self.runs[index][2]:
            raise IndexError(at)
        start, page, _ = self.runs[index]
        return page + at - start


@dataclass(frozen=True, slots=True)
class LineBox:
    """Where a line stands on its page, in points from the page's top left corner, and its type size in points."""

    left: float
    top: float
    right: float
    bottom: float
    size: float


@dataclass(frozen=True, slots=True)
class Page:
    """A newspaper page as read from a file; `text` is the decoded text, unrepaired.

    `kind` is ``text``, ``pdf``, ``ocr``, ``html`` or ``records``; `number` counts the pages of one file from 1.
    `boxes`, where the file has positions, holds one box per line of `text` (None for a blank line).
    """

    source: str
    sha256: str
    encoding: str
    text: str
    paper: str | None = None
    date: str | None = None
    page: str | None = None
    date_source: str | None = None
    """Where the date was found: ``flag``, ``manifest``, ``file``, ``path``, ``fields``, ``text`` or ``record``."""
    kind: str = "text"
    number: int = 1
    boxes: tuple[LineBox | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Byline:
    """Who wrote the article: as printed, and the names by role."""

    verbatim: str
    reporters: tuple[str, ...] = ()
    correspondents: tuple[str, ...] = ()
    photographers: tuple[str, ...] = ()

    @property
    def people(self) -> tuple[str, ...]:
        """Everyone it names, by role."""
        return (*self.reporters, *self.correspondents, *self.photographers)


@dataclass(frozen=True, slots=True)
class Jump:
    """A 下转 (``to``) or 上接 (``from``) mark; the mark itself is not part of the article's text."""

    text: str
    direction: str
    page: str | None


@dataclass(frozen=True, slots=True)
class Part:
    """The stretch ``text[start:end]`` of an article that goes on on another page of its issue."""

    page: str | None
    start: int
    end: int
    source_lines: tuple[tuple[int, int], ...]
    origins: OffsetMap | None


@dataclass(frozen=True, slots=True)
class Article:
    """An article; `text` is its head group, an empty line, and the body, and is what offsets count in."""

    id: str
    text: str
    body_start: int
    headline: str
    headline_made: bool = False
    kicker: str | None = None
    subhead: str | None = None
    byline: Byline | None = None
    paper: str | None = None
    date: str | None = None
    page: str | None = None
    jumps: tuple[Jump, ...] = ()
    """The marks whose other side is not held: the page the story comes from, the page it goes on on."""
    source_lines: tuple[tuple[int, int], ...] = ()
    origins: OffsetMap | None = None
    """Back to the page; None for an article that was not cut from a page."""
    kind: str = "news"
    """``news``, ``notice``, ``advertisement``, ``correction`` or ``caption``."""
    continued: tuple[Part, ...] = ()
    """What stands on later pages of the issue; `source_lines` and `origins` speak of the first page alone."""
    joined: tuple[Jump, ...] = ()
    """The marks at which its parts were joined."""
    page_quality: float | None = None
    """How well its page could be read, 0 to 1; None where it did not come from a page. See `qa.ingest.quality`."""
    url: str | None = None
    """Its address on the newspaper's own site, where the export that it came from gives one."""
    section: str | None = None
    """The name of its page or column (版名, 栏目), where the export gives one."""

    @property
    def jump(self) -> Jump | None:
        """The open mark a reader should know of, 下转 before 上接."""
        return min(self.jumps, key=lambda jump: jump.direction != "to", default=None)

    @property
    def pages(self) -> tuple[str, ...]:
        """Labels of the pages it stands on, the first first; empty where unknown."""
        return tuple(page for page in (self.page, *(part.page for part in self.continued)) if page)

    def pages_between(self, start: int, end: int) -> tuple[str, ...]:
        """Return the labels of the pages that ``text[start:end]`` stands on; empty where unknown."""
        first = self.continued[0].start if self.continued else len(self.text)
        labels = [self.page] if start < first else []
        labels += [part.page for part in self.continued if start < part.end and part.start < end]
        return tuple(label for label in labels if label)

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The body's paragraphs, in order."""
        return tuple(self.text[self.body_start :].split("\n"))

    def as_json(self) -> dict[str, Any]:
        """Return the object that ``wenbao list --json`` prints."""
        byline = self.byline
        return {
            "id": self.id,
            "headline": self.headline,
            "headline_made": self.headline_made,
            "kicker": self.kicker,
            "subhead": self.subhead,
            "byline": byline.verbatim if byline else None,
            "reporters": list(byline.reporters) if byline else [],
            "correspondents": list(byline.correspondents) if byline else [],
            "photographers": list(byline.photographers) if byline else [],
            "paper": self.paper,
            "date": self.date,
            "page": self.page,
            "pages": list(self.pages),
            "kind": self.kind,
            "text": self.text,
            "body_start": self.body_start,
            "paragraphs": list(self.paragraphs),
            "jump": asdict(self.jump) if self.jump else None,
            "joined": [asdict(jump) for jump in self.joined],
            "source_lines": [list(lines) for lines in self.source_lines],
            "continued": [
                {
                    "page": part.page,
                    "start": part.start,
                    "end": part.end,
                    "source_lines": list(map(list, part.source_lines)),
                }
                for part in self.continued
            ],
            "page_quality": self.page_quality,
            "url": self.url,
            "section": self.section,
        }


@dataclass(frozen=True, slots=True)
class PageItem:
    """A line of a page that belongs to no article.

    `kind` is ``headline`` (标题新闻: the story is elsewhere), ``slogan``, ``credit``, ``furniture``, ``caption``,
    ``byline`` (one more than the story has) or ``body`` (text that no story took).
    """

    kind: str
    text: str
    source_lines: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Quality:
    """How well a page could be read: `score` 0 to 1, and what lowered it, as keys of the message catalogue."""

    score: float
    reasons: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class PageContent:
    """What one page was cut into; the articles have no id yet (`qa.store` gives it)."""

    page: Page
    articles: tuple[Article, ...]
    others: tuple[PageItem, ...]


@dataclass(frozen=True, slots=True)
class PageState:
    """A page as the archive holds it: where it came from, how well it could be read, how many articles it gave."""

    source: str
    number: int
    kind: str
    paper: str | None
    date: str | None
    page: str | None
    date_source: str | None
    articles: int
    quality: Quality


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of an article, ``text[start:end]``, the unit of retrieval."""

    id: int
    article_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Filters:
    """Narrow a question to issue dates (both inclusive), a paper, a page, a file."""

    date_from: str | None = None
    date_to: str | None = None
    paper: str | None = None
    page: str | None = None
    file: str | None = None
    """What was read from this file, or from the files in this folder or zip: named as it was ingested, or by path."""

    def __bool__(self) -> bool:
        return self != Filters()


EVERYTHING = Filters()
"""No narrowing at all."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question understood: its kind decides what may count as an answer."""

    text: str
    resolved: str
    kind: str
    terms: tuple[str, ...]
    """Content words in order, without question words; what the reader must find support for."""
    focus: tuple[str, ...] = ()
    """Those of the terms that stand beside the asking word; the others give the setting."""
    names: tuple[str, ...] = ()
    """Person names among the terms."""
    speaker: str | None = None
    """Whose statement is asked for, in what-did-X-say questions."""
    filters: Filters = field(default_factory=Filters)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage found for a question."""

    passage: Passage
    score: float
    """Fused; only differences between candidates of one question mean anything."""
    nearness: float | None
    """How much nearer its vector is to the question's than those of unrelated passages (`Encoder.nearness`); None where
    it has none yet."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a reader marked: the answering span inside its sentence, ``start <= span <= end``."""

    article_id: str
    span_start: int
    span_end: int
    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class Span:
    """Words of the answer: ``text == article.text[start:end]``."""

    text: str
    article_id: str
    start: int
    end: int
    citation: int
    score: float


@dataclass(frozen=True, slots=True)
class Reprint:
    """Another article that has the quoted sentence in the same words: agency copy in another paper, on another day."""

    article_id: str
    headline: str
    headline_made: bool
    paper: str | None
    date: str | None
    page: str | None
    permalink: str


@dataclass(frozen=True, slots=True)
class Citation:
    """A sentence and where it stands; `quote` is ``article.text[start:end]``."""

    n: int
    article_id: str
    headline: str
    headline_made: bool
    paper: str | None
    date: str | None
    page: str | None
    byline: str | None
    quote: str
    start: int
    end: int
    permalink: str
    copies: tuple[Reprint, ...] = ()
    """Where else the article was printed, by date, then id."""
    reference: str = ""
    """The article as an entry in a list of references, GB/T 7714—2025."""


@dataclass(frozen=True, slots=True)
class Searched:
    """What was looked through: counts, days and words."""

    articles: int
    passages: int
    date_from: str | None
    date_to: str | None
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question, or a refusal (`status` ``not_found``) with what came nearest."""

    question: str
    resolved_question: str
    status: str
    answer: str
    confidence: float
    spans: tuple[Span, ...]
    citations: tuple[Citation, ...]
    near: tuple[Citation, ...]
    searched: Searched
    reason: str | None
    """Why nothing was found, as a key of the message catalogue; see `qa.answer.compose.refusal_lines`."""
    about: tuple[str, ...]
    """What the reason names: the headlines held without a story, the absent words, the silent speaker."""
    timings_ms: dict[str, int]
    archive: str

    @property
    def found(self) -> bool:
        """Tell whether there is an answer."""
        return self.status == "answered"

    def as_json(self) -> dict[str, Any]:
        """Return the object that ``wenbao ask --json`` prints."""
        out = asdict(self)
        searched = out["searched"]
        out["searched"] = {
            "articles": searched["articles"],
            "passages": searched["passages"],
            "from": searched["date_from"],
            "to": searched["date_to"],
            "terms": list(searched["terms"]),
        }
        for name in ("spans", "citations", "near", "about"):
            out[name] = list(out[name])
        for citation in out["citations"] + out["near"]:
            citation["copies"] = list(citation["copies"])
        return out


@dataclass(frozen=True, slots=True)
class SkippedFile:
    """A file that was not ingested, and why (one line, ready to print)."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class LogEntry:
    """What became of a file given: ``added``, ``renamed``, ``removed`` or ``refused``, and then why."""

    at: str
    """Local time, ISO 8601 with offset."""
    path: str
    sha256: str | None
    status: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What an ingest did: files added and already held, what they gave, what was skipped."""

    files: int
    unchanged: int
    pages: int
    articles: int
    passages: int
    heads_only: int
    skipped: tuple[SkippedFile, ...]
    ignored: tuple[tuple[str, int], ...] = ()
    """Files with no article to read, as other formats, index pages and small pictures: suffix and how many."""
    ignored_files: tuple[str, ...] = ()
    """The names of those files, in order."""
    renamed: int = 0
    """Files already held that are another newspaper, date or page now; neither `files` nor `unchanged` counts them."""

    def as_json(self) -> dict[str, Any]:
        """Return the object that ``wenbao ingest --json`` prints."""
        return asdict(self) | {"ignored": dict(self.ignored)}


@dataclass(frozen=True, slots=True)
class Removal:
    """What is taken out of the archive together."""

    files: tuple[str, ...]
    """Files of which nothing is left: ingested again, they are read again."""
    pages: tuple[PageState, ...]
    articles: tuple[tuple[str, str], ...]
    """Id and headline of each."""

    def as_json(self) -> dict[str, Any]:
        """Return the object that ``wenbao remove --json`` prints."""
        return {
            "files": list(self.files),
            "pages": [asdict(page) for page in self.pages],
            "articles": [{"id": number, "headline": headline} for number, headline in self.articles],
        }
