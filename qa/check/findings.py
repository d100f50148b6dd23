"""What a check found: one finding a claim, with the passage it was held against, and the report of all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from qa.records import Searched

__all__ = [
    "ALTERED",
    "CONSISTENT",
    "OTHER_NUMBER",
    "OTHER_SPEAKER",
    "UNFOUND",
    "VERDICTS",
    "Difference",
    "Finding",
    "Part",
    "Report",
    "Source",
]

CONSISTENT = "一致"
ALTERED = "有改动"
OTHER_NUMBER = "数字不符"
OTHER_SPEAKER = "张冠李戴"
UNFOUND = "查无出处"
VERDICTS = (CONSISTENT, ALTERED, OTHER_NUMBER, OTHER_SPEAKER, UNFOUND)
"""In the order in which a report counts them; they are part of the public surface and are not translated there."""


@dataclass(frozen=True, slots=True)
class Source:
    """A passage of the archive: `quote` is ``article.text[start:end]``."""

    article_id: str
    start: int
    end: int
    quote: str
    reference: str
    permalink: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A stretch of the draft beside what the paper has there; both are verbatim and either may be empty.

    `kind` is ``equal`` (but for punctuation, spaces, width, and how a number or character is written), ``replace``,
    ``insert`` (only the draft has it), ``delete`` (only the paper has it), ``number`` (another value) or ``omitted``
    (the draft marks with an ellipsis that it leaves this out).
    """

    kind: str
    draft: str
    source: str


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a quotation put together from several places: ``draft.text[start:end]``, and where it stands."""

    text: str
    start: int
    end: int
    source: Source


@dataclass(frozen=True, slots=True)
class Finding:
    """A claim of the draft, ``draft.text[start:end]``, and what became of it."""

    kind: str
    """``quote``, ``figure`` or ``statement``."""
    what: str
    """Of a figure: ``number``, ``date`` or ``name``; else empty."""
    text: str
    start: int
    end: int
    verdict: str
    source: Source | None = None
    """The passage it was held against; None where the archive has none."""
    diff: tuple[Difference, ...] = ()
    """How it differs from `source`; empty where it does not."""
    notes: tuple[str, ...] = ()
    """What was set aside or should be known, as keys of the message catalogue after ``check.note.``."""
    speaker: str | None = None
    """To whom the draft gives the words."""
    source_speaker: str | None = None
    """To whom the paper gives them, where it is someone else."""
    parts: tuple[Part, ...] = ()
    """Where the parts of a quotation put together stand."""
    near: tuple[Source, ...] = ()
    """The nearest passages, for what was not found."""

    def as_json(self) -> dict[str, Any]:
        """Return the object that ``wenbao check --json`` prints for it."""
        source = self.source
        return {
            "kind": self.kind,
            "what": self.what or None,
            "text": self.text,
            "start": self.start,
            "end": self.end,
            "verdict": self.verdict,
            "article_id": source.article_id if source else None,
            "source_quote": source.quote if source else None,
            "source_start": source.start if source else None,
            "source_end": source.end if source else None,
            "diff": [asdict(difference) for difference in self.diff],
            "reference": source.reference if source else None,
            "permalink": source.permalink if source else None,
            "notes": list(self.notes),
            "speaker": self.speaker,
            "source_speaker": self.source_speaker,
            "parts": [
                {"text": part.text, "start": part.start, "end": part.end, **asdict(part.source)} for part in self.parts
            ],
            "near": [asdict(near) for near in self.near],
        }


@dataclass(frozen=True, slots=True)
class Report:
    """All findings in the order of the draft, and what was searched."""

    draft: str
    """The draft's text, in which offsets count."""
    name: str
    format: str
    findings: tuple[Finding, ...]
    searched: Searched
    timings_ms: Mapping[str, int]
    archive: str
    """Fingerprint of what was searched."""

    @property
    def summary(self) -> dict[str, int]:
        """How many findings there are of each verdict, none left out."""
        counted = Counter(finding.verdict for finding in self.findings)
        return {verdict: counted[verdict] for verdict in VERDICTS}

    @property
    def consistent(self) -> bool:
        """Tell whether everything that was found stands in the archive as it stands in the draft."""
        return all(finding.verdict == CONSISTENT for finding in self.findings)

    def as_json(self) -> dict[str, Any]:
        """Return the object that ``wenbao check --json`` prints."""
        searched = self.searched
        return {
            "draft": {"name": self.name, "format": self.format, "characters": len(self.draft)},
            "findings": [finding.as_json() for finding in self.findings],
            "summary": self.summary,
            "searched": {
                "articles": searched.articles,
                "passages": searched.passages,
                "from": searched.date_from,
                "to": searched.date_to,
            },
            "timings_ms": dict(self.timings_ms),
            "archive": self.archive,
        }
