"""References as files that reference managers read: BibTeX, RIS and CSL-JSON.

Which field of each format takes what follows the maps of biblatex-gb7714-2015 and gbt7714, of Zotero's RIS translator
and of the CSL 1.0.2 input schema.
"""

from __future__ import annotations

import json
import re
from typing import Any

from qa.cite.reference import Reference, day_parts

__all__ = ["bibtex", "csl_json", "ris"]

LATEX = {
    **{mark: f"\\{mark}" for mark in "&%$#_"},
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "{": r"\{",
    "}": r"\}",
}
LATEX_CHARS = str.maketrans(LATEX)
LATEX_LONE = str.maketrans({**LATEX, "{": r"\textbraceleft{}", "}": r"\textbraceright{}"})
"""For text whose braces do not pair: BibTeX counts them without looking at the backslash."""
KEY_UNSAFE = re.compile(r"[^0-9A-Za-z_.-]")
VERBATIM = str.maketrans({"{": "%7B", "}": "%7D", "\\": "%5C"})
"""What would unbalance an address, which BibTeX styles print without reading LaTeX in it."""
BRACES = re.compile("[{}]")
AND = re.compile(r"\band\b", re.IGNORECASE)


def bibtex(entries: list[Reference]) -> str:
    """Return BibTeX entries, a blank line between; keys are made of the article ids and differ as they do."""
    return "\n\n".join(map(_bibtex, entries))


def ris(entries: list[Reference]) -> str:
    """Return RIS records; lines end as the format wants, with carriage return and line feed."""
    return "\r\n".join(f"{tag}  - {value}" for entry in entries for tag, value in _ris(entry))


def csl_json(entries: list[Reference]) -> str:
    """Return a CSL-JSON array of items."""
    return json.dumps([_csl(entry) for entry in entries], ensure_ascii=False, indent=1)


def _bibtex(entry: Reference) -> str:
    year = day_parts(entry.date)[:1]
    fields = {
        "author": " and ".join(map(_latex_name, entry.authors)),
        "title": _latex(_title(entry)),
        "subtitle": _latex(entry.subhead),
        "titleaddon": _latex(entry.kicker),
        "journal": _latex(entry.paper),
        "entrysubtype": "newspaper",
        "date": entry.date,
        "year": str(year[0]) if year else None,
        "pages": _latex(", ".join(entry.pages)),
        "note": _latex(entry.section),
        "url": entry.url and entry.url.translate(VERBATIM),
        "urldate": entry.accessed if entry.url else None,
        "langid": "chinese",
    }
    held = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@article{{{_key(entry)},\n{held}}}"


def _key(entry: Reference) -> str:
    """Return a key that BibTeX takes; a character of the id that it would not take is its code between colons."""
    return "wenbao-" + KEY_UNSAFE.sub(lambda found: f":{ord(found.group()):x}:", entry.article_id)


def _latex(text: str | None) -> str:
    text = text or ""
    return text.translate(LATEX_CHARS if _paired(text) else LATEX_LONE)


def _paired(text: str) -> bool:
    depth = 0
    for brace in BRACES.findall(text):
        depth += 1 if brace == "{" else -1
        if depth < 0:
            return False
    return depth == 0


def _latex_name(name: str) -> str:
    """Return a name for a list of names, in braces where BibTeX would cut it in two."""
    return f"{{{_latex(name)}}}" if AND.search(name) else _latex(name)


def _ris(entry: Reference) -> list[tuple[str, str]]:
    day = "/".join(f"{part:02}" for part in day_parts(entry.date))
    lines = [
        ("TY", "NEWS"),
        ("TI", _title(entry)),
        *(("AU", name) for name in entry.authors),
        ("T2", entry.paper),
        ("DA", day),
        ("PY", day[:4]),
        ("SP", ", ".join(entry.pages)),
        ("SE", entry.section),
        ("UR", entry.url),
        ("Y2", "/".join(f"{part:02}" for part in day_parts(entry.accessed)) if entry.url else None),
        *(("N1", line) for line in (entry.kicker, entry.subhead)),
        ("LA", "zh-CN"),
        ("AN", entry.article_id),
    ]
    return [*((tag, value) for tag, value in lines if value), ("ER", "")]


def _csl(entry: Reference) -> dict[str, Any]:
    item = {
        "id": entry.article_id,
        "type": "article-newspaper",
        "title": _title(entry),
        "author": [{"literal": name} for name in entry.authors],
        "container-title": entry.paper,
        "issued": _date(entry.date),
        "page": ", ".join(entry.pages),
        "section": entry.section,
        "URL": entry.url,
        "accessed": _date(entry.accessed) if entry.url else None,
        "note": "\n".join(line for line in (entry.kicker, entry.subhead) if line),
        "language": "zh-CN",
    }
    return {name: value for name, value in item.items() if value}


def _title(entry: Reference) -> str:
    return f"[{entry.title}]" if entry.supplied else entry.title


def _date(date: str | None) -> dict[str, list[list[int]]] | None:
    parts = day_parts(date)
    return {"date-parts": [list(parts)]} if parts else None
