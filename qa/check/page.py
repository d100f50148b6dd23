"""A report as a page: the marked draft, and under it every finding with what the paper has.

The page stands alone: its style is in it, it loads nothing and runs nothing. What the web shows is the same, with links
to the articles.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from itertools import pairwise
from pathlib import Path

from qa.check.claims import DATE, NUMBER
from qa.check.findings import CONSISTENT, Finding, Report, Source
from qa.check.wording import KEYS, days_line, head_line, kind_name, notes_of, place_line, verdict_name
from qa.messages import language, say

__all__ = ["STYLE", "report_html", "report_page"]

STYLE = Path(__file__).with_name("page.css")
"""The style of a report."""
Link = Callable[[Source], str]
"""Gives the address of a passage, ready for an attribute."""


def report_page(report: Report) -> str:
    """Return the report as a document of its own."""
    lang = "zh-Hans" if language() == "zh" else "en"
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<meta http-equiv=\"content-security-policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{escape(say('check.title'))} · {escape(report.name or say('check.unnamed'))}</title>"
        f"<style>{STYLE.read_text(encoding='utf-8')}</style></head>"
        f'<body class="ck-alone"><main><h1>{escape(say("check.title"))}</h1>{report_html(report)}</main></body></html>'
    )


def report_html(report: Report, link: Link | None = None) -> str:
    """Return the report as a fragment; `link` gives the address of a passage, where there is one to go to."""
    counts = "".join(_count(verdict, count) for verdict, count in report.summary.items())
    findings = "".join(_card(report, number, finding, link) for number, finding in enumerate(report.findings, start=1))
    none = f'<p class="ck-none">{escape(say("check.none"))}</p>' if not report.findings else ""
    return (
        f'<section class="ck-report"><header><p class="ck-head">{escape(head_line(report))}</p>'
        f'<ul class="ck-counts">{counts}</ul><p class="ck-searched">{escape(days_line(report))}</p>{none}</header>'
        f'<div class="ck-draft">{_marked(report)}</div><ol class="ck-findings">{findings}</ol></section>'
    )


def _count(verdict: str, count: int) -> str:
    key = KEYS[verdict]
    return f'<li class="ck-{key}" data-verdict="{key}"><b>{count}</b> {escape(verdict_name(verdict))}</li>'


def _marked(report: Report) -> str:
    """Return the draft with every finding marked; where one lies within another, the inner one's mark is seen."""
    draft, findings = report.draft, report.findings
    cuts = sorted({0, len(draft), *(at for finding in findings for at in (finding.start, finding.end))})
    ending: dict[int, list[int]] = {}
    for number, finding in enumerate(findings, start=1):
        ending.setdefault(finding.end, []).append(number)
    parts = []
    opened: list[int] = []
    starts = sorted(range(len(findings)), key=lambda at: (findings[at].start, -findings[at].end))
    upcoming = 0
    for start, end in pairwise(cuts):
        opened = [at for at in opened if findings[at].end > start]
        while upcoming < len(starts) and findings[starts[upcoming]].start <= start:
            opened.append(starts[upcoming])
            upcoming += 1
        shown = escape(draft[start:end])
        if opened:
            inner = opened[-1]
            kind = KEYS[findings[inner].verdict]
            shown = f'<mark class="ck-{kind}" data-finding="{inner + 1}">{shown}</mark>'
        parts.append(shown)
        parts += [f'<a class="ck-ref" href="#ck-{n}" id="ck-at-{n}">{n}</a>' for n in ending.get(end, ())]
    return "".join(parts)


def _card(report: Report, number: int, finding: Finding, link: Link | None) -> str:
    kind = KEYS[finding.verdict]
    place = place_line(report.draft, finding.start)
    head = (
        f'<p class="ck-what"><a class="ck-number" href="#ck-at-{number}">{number}</a>'
        f'<span class="ck-verdict ck-{kind}">{escape(verdict_name(finding.verdict))}</span>'
        f"<span>{escape(kind_name(finding))} · {escape(place)}</span></p>"
    )
    notes = "".join(f'<p class="ck-note">{escape(note)}</p>' for note in notes_of(finding))
    source = _source(finding.source, link) if finding.source else ""
    return (
        f'<li id="ck-{number}" class="ck-finding" data-verdict="{kind}">{head}{_texts(finding)}{notes}{source}'
        f"{_parts(finding, link)}{_near(finding, link)}</li>"
    )


def _texts(finding: Finding) -> str:
    """Return draft and paper, one under the other, with what differs marked in both."""
    draft, source = escape(finding.text), escape(finding.source.quote) if finding.source else ""
    if finding.what in (NUMBER, DATE):
        source = _numbers(finding)
    elif any(each.kind not in ("equal", "omitted") for each in finding.diff):
        draft = "".join(_side(each.kind, each.draft, "ins") for each in finding.diff)
        source = "".join(_side(each.kind, each.source, "del") for each in finding.diff)
    rows = f'<dt>{escape(say("check.draft"))}</dt><dd lang="zh-Hans">{draft}</dd>'
    if finding.source and (finding.verdict != CONSISTENT or finding.source.quote != finding.text):
        rows += f'<dt>{escape(say("check.source"))}</dt><dd lang="zh-Hans">{source}</dd>'
    return f'<dl class="ck-texts">{rows}</dl>'


def _numbers(finding: Finding) -> str:
    """Return the paper's sentence with the figures marked that are not the draft's."""
    quote = finding.source.quote if finding.source else ""
    shown, at = "", 0
    for each in finding.diff:
        found = quote.find(each.source, at)
        if each.source and found >= 0:
            shown += escape(quote[at:found]) + _side(each.kind, each.source, "del")
            at = found + len(each.source)
    return shown + escape(quote[at:])


def _side(kind: str, text: str, tag: str) -> str:
    return escape(text) if kind in ("equal", "omitted") or not text else f"<{tag}>{escape(text)}</{tag}>"


def _source(source: Source, link: Link | None) -> str:
    reference = escape(source.reference)
    if link:
        reference = f'<a href="{link(source)}" target="_blank" rel="noopener">{reference}</a>'
    return f'<p class="ck-reference"><span data-reference="{escape(source.reference)}">{reference}</span></p>'


def _parts(finding: Finding, link: Link | None) -> str:
    if not finding.parts:
        return ""
    parts = "".join(
        f'<li><q lang="zh-Hans">{escape(part.text)}</q>{_source(part.source, link)}</li>' for part in finding.parts
    )
    return f'<p class="ck-label">{escape(say("check.parts"))}</p><ul class="ck-parts">{parts}</ul>'


def _near(finding: Finding, link: Link | None) -> str:
    if not finding.near:
        return ""
    near = "".join(
        f'<li><p lang="zh-Hans">{escape(source.quote)}</p>{_source(source, link)}</li>' for source in finding.near
    )
    return f'<details class="ck-near"><summary>{escape(say("check.near"))}</summary><ul>{near}</ul></details>'
