"""Read articles that another system exported: JSON lines, a JSON array, or a table (CSV).

The file is read in a stream, its articles handed on some hundred at a time. A record that is no article is told and
left out; the others are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa.errors import BadFile, BadInput
from qa.ingest.files.characters import UNREADABLE
from qa.ingest.files.decoding import standard_characters
from qa.ingest.files.sources import Source
from qa.ingest.imprints.imprint import Imprint, iso_date, page_label
from qa.ingest.imprints.naming import label_of, paper_name
from qa.ingest.imprints.webpages import page_shown
from qa.ingest.read.recordfiles import EXPORT_FORMATS, Record, open_records, shown
from qa.ingest.segment.bylines import closing_byline, parse_byline
from qa.ingest.segment.kinds import kind_of
from qa.ingest.segment.repair import encodable
from qa.ingest.segment.stories import made_headline
from qa.records import Article, Byline, Page, PageContent

__all__ = ["EXPORT_FORMATS", "read_export"]

BATCH = 500
BATCH_CHARS = 4_000_000
REPORTED = 20
TEXTS = ("headline", "kicker", "subhead", "byline", "paper")
NUMBERS = ("id", "date", "page")
ADDRESS_CHARS = 2000
"""Longest `url` or `section` that is kept."""
LINK_SAFE = re.compile(r"(?!\.{1,2}$)[0-9A-Za-z_.~〇\u3400-\u9fff\U00020000-\U0003ffff-]{1,64}")
CLOCK = re.compile(r"[T ]\d\d:\d\d.*$")


def read_export(source: Source, imprint: Imprint, sha256: str) -> Iterator[PageContent | BadFile]:
    """Yield the articles, up to 500 at a time and all on one `Page`, and a BadFile for each record that is none.

    What a record leaves open is taken from `imprint`. The page has no date where records of the first batch bring
    their own. A record needs `text`, its paragraphs a line each; fields may go by other names (`title`, 标题);
    `section` and `url` are kept for references where they are text. After 20 bad records the rest are counted
    in a last BadFile. Raises BadFile for a file that cannot be read at all, or holds no record.
    """
    encoding, records = open_records(source)
    page: Page | None = None
    batch: list[Article] = []
    chars = bad = 0
    own_dates = False
    for record in records:
        try:
            if isinstance(record, BadFile):
                raise record
            article = _article(record, imprint)
        except BadFile as refusal:
            bad += 1
            if bad <= REPORTED:
                yield refusal
            continue
        own_dates = own_dates or bool(record.fields.get("date"))
        batch.append(article)
        chars += len(article.text)
        if len(batch) == BATCH or chars >= BATCH_CHARS:
            page = page or _page(source, imprint, sha256, encoding, own_dates=own_dates)
            yield PageContent(page, tuple(batch), ())
            batch, chars = [], 0
    if batch:
        page = page or _page(source, imprint, sha256, encoding, own_dates=own_dates)
        yield PageContent(page, tuple(batch), ())
    if bad > REPORTED:
        yield BadFile("export.more", path=source.name, count=bad - REPORTED)
    if page is None and not bad:
        raise BadFile("export.empty", path=source.name)


def _page(source: Source, imprint: Imprint, sha256: str, encoding: str, *, own_dates: bool) -> Page:
    date, found = (None, "record") if own_dates else (imprint.date, imprint.date_source)
    return Page(source.name, sha256, encoding, "", imprint.paper, date, imprint.page, found, kind="records")


def _article(record: Record, imprint: Imprint) -> Article:
    fields = {name: _field(record, name) for name in (*TEXTS, *NUMBERS)}
    given = record.fields.get("text")
    if not isinstance(given, str):
        raise record.refusal("export.no_text")
    paragraphs = [part for raw in encodable(given).splitlines() if (part := _clean(raw))]
    if not paragraphs:
        raise record.refusal("export.no_text")
    body = "\n".join(paragraphs)
    kicker, headline, subhead = fields["kicker"], fields["headline"], fields["subhead"]
    heads = [part for part in (kicker, headline, subhead) if part]
    text = "\n".join(heads) + "\n\n" + body if heads else body
    label = _label(fields["page"] or "")
    return Article(
        id=_id(record, fields["id"]),
        text=text,
        body_start=len(text) - len(body),
        headline=headline or made_headline(body),
        headline_made=headline is None,
        kicker=kicker,
        subhead=subhead,
        byline=_byline(fields["byline"], paragraphs),
        paper=paper_name(fields["paper"] or "") or imprint.paper,
        date=_date(record, fields["date"]) or imprint.date,
        page=label or imprint.page,
        kind=kind_of(headline or "", body),
        source_lines=((record.number, record.number),),
        url=_beside(record, "url"),
        section=_beside(record, "section"),
    )


def _beside(record: Record, name: str) -> str | None:
    """Return what only a reference needs, on one line; None where it is no text: no record is refused for it."""
    value = record.fields.get(name)
    if not isinstance(value, str) or len(value) > ADDRESS_CHARS:
        return None
    return " ".join(filter(None, map(_clean, encodable(value).splitlines()))) or None


def _field(record: Record, name: str) -> str | None:
    value = record.fields.get(name)
    if name in NUMBERS and isinstance(value, int | float) and not isinstance(value, bool) and value % 1 == 0:
        value = str(int(value))  # a table with gaps makes 1.0 of page 1
    if value is not None and not isinstance(value, str):
        raise record.refusal("export.field", field=shown(record.names[name]), value=shown(value))
    return " ".join(filter(None, map(_clean, encodable(value).splitlines()))) or None if value else None


def _clean(text: str) -> str:
    """Make a line storable: standard characters for those in disguise, no control characters."""
    return UNREADABLE.sub("", standard_characters(text)).strip()


def _id(record: Record, given: str | None) -> str:
    if given and not LINK_SAFE.fullmatch(given):
        raise record.refusal("export.id", value=shown(given))
    return given or ""


def _date(record: Record, given: str | None) -> str | None:
    try:
        return iso_date(CLOCK.sub("", given)) if given else None
    except BadInput as error:
        raise record.refusal("export.date", value=shown(given)) from error


def _label(given: str) -> str | None:
    """Read the page out of 2, A02, 第二版 and 第02版：要闻; any other words are the page's name, and stand.

    >>> _label("第02版：要闻"), _label("a02"), _label("副刊"), _label("")
    ('2', 'A2', '副刊', None)
    """
    if label := page_shown([given]):
        return label
    label = page_label(given)
    return (label_of(label) or label) if label else None


def _byline(printed: str | None, paragraphs: list[str]) -> Byline | None:
    if printed:
        return parse_byline(printed) or Byline(printed)
    lead_in = parse_byline(paragraphs[0])
    return lead_in if lead_in and lead_in.people else closing_byline(paragraphs[-1]) or lead_in
