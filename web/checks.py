"""The page that takes a draft, and what it shows of the report."""

from __future__ import annotations

from qa.check.drafts import FILE_BYTES, SUFFIXES
from qa.check.findings import Report, Source
from qa.check.page import report_html
from qa.messages import say
from web.articles import document
from web.citations import article_link
from web.marks import escape

__all__ = ["check_page", "checked_html"]


def check_page() -> str:
    """Return the page: a box to paste a draft in, a file to choose or drop, and room for the report."""
    told = {
        "working": say("web.check.working"),
        "failed": say("web.check.failed"),
        "large": say("draft.large", path="{name}", size="{size}", limit=FILE_BYTES // 1024**2),
        "bytes": str(FILE_BYTES),
        "copy": say("web.check.copy"),
        "copied": say("web.copied"),
    }
    data = "".join(f' data-{name}="{escape(text)}"' for name, text in told.items())
    body = (
        f'<h1>{escape(say("web.check"))}</h1><p class="ck-how">{escape(say("web.check.how"))}</p>'
        f'<form id="ck-form"{data}><label class="ck-name" for="ck-text">{escape(say("web.check.paste"))}</label>'
        f'<textarea id="ck-text" rows="11" spellcheck="false" placeholder="{escape(say("web.check.placeholder"))}">'
        "</textarea>"
        f'<div class="ck-bar"><button type="submit" id="ck-start">{escape(say("web.check.start"))}</button>'
        f'<label class="ck-choose">{escape(say("web.check.file"))}'
        f'<input type="file" id="ck-file" accept="{",".join(SUFFIXES)}"></label>'
        f'<span class="ck-private">{escape(say("web.check.privacy"))}</span></div>'
        '<p id="ck-working" role="status"></p><p id="ck-trouble" role="alert"></p></form>'
        f'<div id="ck-result"></div><div id="ck-drop" hidden>{escape(say("web.check.drop"))}</div>'
    )
    return document(say("web.check"), body, styles=("report.css", "check.css"), script="check.js")


def checked_html(report: Report) -> str:
    """Return a report as a fragment for the page, its references linked to the articles opened at the passage."""
    return report_html(report, _link)


def _link(source: Source) -> str:
    return article_link(source.article_id, (source.start, source.end))
