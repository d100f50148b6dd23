"""References in the styles that reports, papers and theses ask for.

The strings of GB/T 7714, APA and Chicago follow the standards and the official CSL styles, but for two faults of the
latter: no full stop is put inside a Chinese quotation mark, none after ？ or ！. Names are printed as the newspaper
printed them: nothing is transliterated, translated or turned round. What is not known is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from qa.cite.exchange import bibtex, csl_json, ris
from qa.cite.reference import Reference, day_parts, reference_of
from qa.errors import BadInput
from qa.records import Article

__all__ = ["DEFAULT_STYLE", "FILE_STYLES", "STYLES", "check_style", "reference", "references"]

DEFAULT_STYLE = "gbt7714-2025"
NAMED_GB = 3
"""Authors that GB/T 7714 and Chinese footnotes name; 等 stands for the others."""
NAMED_APA = 20
NAMED_CHICAGO = 6
"""Authors that Chicago (18th edition) lists; of more, the first three and et al."""
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
ENDED = tuple("。？！…?!.")
CLOSING = "”’」』\"'"


def reference(article: Article, style: str = DEFAULT_STYLE) -> str:
    """Return the reference of one article; GB/T 7714—2025 unless `style` says otherwise. BadInput for no style.

    >>> reference(Article("x", "……", 0, "秋收过半", paper="江州日报", date="2023-11-09", page="02"))
    '秋收过半[N]. 江州日报，2023-11-09（2）.'
    """
    return references([reference_of(article)], style)


def references(entries: Iterable[Reference], style: str = DEFAULT_STYLE) -> str:
    """Return references as text to paste or a file to import, without a line end after the last. BadInput for no style.

    The list styles give a line each, in the order given; the formats that programs exchange, one file.
    """
    return STYLES[check_style(style)](list(entries))


def check_style(style: str) -> str:
    """Return `style`; BadInput, naming those there are, for one there is not."""
    if style not in STYLES:
        raise BadInput("cite.style", style=style, styles=" ".join(STYLES))
    return style


def _gbt7714_2025(entry: Reference) -> str:
    """Set an entry by GB/T 7714—2025: comma, colon and round brackets are full-width."""
    source = "，".join(part for part in (entry.paper, entry.date) if part)
    pages = f"（{', '.join(entry.pages)}）" if entry.pages else ""
    return _gb(entry, _first(entry.authors, "，"), _titled(entry, "："), source + pages)


def _gbt7714_2015(entry: Reference) -> str:
    """Set an entry by GB/T 7714—2015: punctuation is half-width, the day of access follows the page."""
    source = ", ".join(part for part in (entry.paper, entry.date) if part)
    pages = f"({', '.join(entry.pages)})" if entry.pages else ""
    accessed = f"[{entry.accessed}]" if entry.url and entry.accessed else ""
    return _gb(entry, _first(entry.authors, ", "), _titled(entry, ": "), source + pages + accessed)


def _apa(entry: Reference) -> str:
    """Set an entry by APA, 7th edition, in its plain Chinese form."""
    names = entry.authors
    if len(names) > NAMED_APA:
        authors = ", ".join(names[: NAMED_APA - 1]) + f", . . . {names[-1]}"
    else:
        authors = ", & ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)
    title, date = _titled(entry, "："), f"({_english_day(entry.date, year_first=True) or 'n.d.'})."
    begin = [_stopped(authors), date, _stopped(title)] if names else [_stopped(title), date]
    source = ", ".join(part for part in (entry.paper, ", ".join(entry.pages)) if part)
    return " ".join(part for part in (*begin, source and f"{source}.", entry.url) if part)


def _chicago(entry: Reference) -> str:
    """Set an entry for a bibliography by Chicago, 18th edition, which names no page of a newspaper."""
    names = entry.authors
    if len(names) > NAMED_CHICAGO:
        authors = ", ".join(names[:3]) + ", et al."
    else:
        listed = [", ".join(names[:-1]) + ("," if len(names) > 2 else ""), *names[-1:]]
        authors = " and ".join(part for part in listed if part)
    title = _stopped(_titled(entry, "："))
    quoted = title if entry.supplied else f"“{title}”"
    date = _english_day(entry.date) or "n.d."
    first, then = (authors, entry.paper) if authors else (entry.paper, None)
    source = ", ".join(part for part in (then, date) if part)
    parts = (first and _stopped(first), quoted, _stopped(source), entry.url and f"{entry.url}.")
    return " ".join(part for part in parts if part)


def _gongwen(entry: Reference) -> str:
    """Set an entry as the footnote of a Chinese report: 作者：《题名》，《报纸》年月日，第几版。."""
    names = "、".join(entry.authors[:NAMED_GB]) + ("等" if len(entry.authors) > NAMED_GB else "")
    title = _titled(entry, "：")
    if not entry.supplied:  # a title inside a title has single marks (GB/T 15834)
        title = "《" + title.replace("《", "〈").replace("》", "〉") + "》"
    paper = f"《{entry.paper}》" if entry.paper else ""
    source = (title, paper + _chinese_day(entry.date), _chinese_pages(entry.pages), entry.url)
    return (f"{names}：" if names else "") + "，".join(part for part in source if part) + "。"


def _news(entry: Reference) -> str:
    """Set an entry as the words that open a sentence of running text: 据《报纸》年月日第几版报道."""
    paper = f"《{entry.paper}》" if entry.paper else ""
    return f"据{paper}{_chinese_day(entry.date)}{_chinese_pages(entry.pages)}报道"


def _a_line_each(style: Callable[[Reference], str]) -> Callable[[list[Reference]], str]:
    return lambda entries: "\n".join(map(style, entries))


STYLES: Mapping[str, Callable[[list[Reference]], str]] = MappingProxyType(
    {
        DEFAULT_STYLE: _a_line_each(_gbt7714_2025),
        "gbt7714-2015": _a_line_each(_gbt7714_2015),
        "gongwen": _a_line_each(_gongwen),
        "news": _a_line_each(_news),
        "apa": _a_line_each(_apa),
        "chicago": _a_line_each(_chicago),
        "bibtex": bibtex,
        "ris": ris,
        "csl-json": csl_json,
    }
)
"""From the name of each style to what sets a list of entries in it, the default first."""
FILE_STYLES = ("bibtex", "ris", "csl-json")
"""Those that make a file for a program to read, not a line for a person."""


def _gb(entry: Reference, authors: str, title: str, source: str) -> str:
    parts = (authors, f"{title}[{'N/OL' if entry.url else 'N'}]", source, entry.url)
    return ". ".join(part for part in parts if part) + "."


def _first(names: tuple[str, ...], comma: str) -> str:
    return comma.join((*names[:NAMED_GB], *(["等"] if len(names) > NAMED_GB else [])))


def _titled(entry: Reference, colon: str) -> str:
    """Return title and subtitle; a title that the newspaper did not print stands in square brackets."""
    if entry.supplied:
        return f"[{entry.title}]"
    return f"{entry.title}{colon}{entry.subtitle}" if entry.subtitle else entry.title


def _stopped(text: str) -> str:
    """End `text` with a full stop, unless it has ended, perhaps inside its last quotation mark."""
    return text if text.rstrip(CLOSING).endswith(ENDED) else f"{text}."


def _english_day(date: str | None, *, year_first: bool = False) -> str:
    year, *rest = day_parts(date) or ("",)
    day = " ".join(part for part in (MONTHS[rest[0] - 1] if rest else "", *map(str, rest[1:])) if part)
    return ", ".join(str(part) for part in ((year, day) if year_first else (day, year)) if part)


def _chinese_day(date: str | None) -> str:
    return "".join(f"{number}{unit}" for number, unit in zip(day_parts(date), "年月日", strict=False))


def _chinese_pages(pages: tuple[str, ...]) -> str:
    return f"第{'、'.join(pages)}版" if pages else ""
