"""Check a draft: find its claims, look each up, and put the findings in the order of the draft."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from qa.check.claims import NAME, Claim, find_claims
from qa.check.drafts import Draft
from qa.check.figures import check_figure
from qa.check.findings import CONSISTENT, OTHER_NUMBER, Finding, Report
from qa.check.folding import fold_text
from qa.check.library import Library
from qa.check.names import check_name
from qa.check.words import check_words
from qa.records import Searched

__all__ = ["check_draft"]

SETTLED = (CONSISTENT, OTHER_NUMBER)
"""Verdicts on a statement that say all there is to say of the figures in it."""


def check_draft(draft: Draft, library: Library, searched: Searched, archive: str) -> Report:
    """Look up every claim of `draft`; `searched` and `archive` say what `library` holds."""
    clock = _Clock()
    with clock.lap("claims"):
        folded = fold_text(draft.text)
        claims = find_claims(draft.text, markdown=draft.format == "md")
    findings: list[Finding] = []
    settled_to = 0
    for claim in claims:
        if claim.kind == "figure" and claim.end <= settled_to:
            continue
        with clock.lap(_stage(claim)):
            if claim.kind != "figure":
                finding = check_words(library, draft.text, folded, claim)
            elif claim.what == NAME:
                finding = check_name(library, draft.text, folded, claim)
            else:
                finding = check_figure(library, draft.text, folded, claim)
        if claim.kind == "statement" and finding.verdict in SETTLED:
            settled_to = claim.end
        findings.append(finding)
    return Report(draft.text, draft.name, draft.format, tuple(findings), searched, clock.total(), archive)


def _stage(claim: Claim) -> str:
    if claim.kind == "figure":
        return "names" if claim.what == NAME else "figures"
    return "quotes" if claim.kind == "quote" else "statements"


class _Clock:
    """Measure the stages of one check, in milliseconds."""

    def __init__(self) -> None:
        self._start = time.perf_counter()
        self._laps: dict[str, float] = defaultdict(float)

    @contextmanager
    def lap(self, stage: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self._laps[stage] += time.perf_counter() - start

    def total(self) -> dict[str, int]:
        whole = time.perf_counter() - self._start
        return {**{stage: round(1000 * took) for stage, took in self._laps.items()}, "total": round(1000 * whole)}
