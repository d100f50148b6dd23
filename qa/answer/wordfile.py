"""A Word file of headings and paragraphs with real footnotes, set as Chinese official documents are (GB/T 9704).

python-docx makes the file; of footnotes it knows nothing, so that their part is written here and joined to the
document as the package format (ECMA-376) wants it.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

__all__ = ["WordFile", "Words"]

BODY_FONT, HEAD_FONT, NOTE_FONT = "仿宋", "黑体", "宋体"
LATIN_FONT = "Times New Roman"
BODY_POINTS, SMALL_POINTS, NOTE_POINTS = 16, 10.5, 9
"""三号, 五号 and 小五."""
LINE_POINTS = 28
PAGE_MM = {"page_width": 210, "page_height": 297}
MARGINS_MM = {"top_margin": 37, "bottom_margin": 35, "left_margin": 28, "right_margin": 26}
GREY = "666666"
NUMBERS = "decimalEnclosedCircleChinese"
"""①②③ through the whole file; a quote may be moved to another page and keeps its number."""
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
NOTES_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
NOTES_NAME = "/word/footnotes.xml"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SEPARATORS = ("separator", "continuationSeparator")
"""The two notes, numbered -1 and 0, that hold the line above the notes of a page."""

Words = Sequence[tuple[str, bool]]
"""Stretches of a paragraph, and whether each is set in bold."""


class WordFile:
    """Collect headings and paragraphs, each with a footnote or without, and give the bytes of a ``.docx``."""

    def __init__(self, title: str, remark: str) -> None:
        import docx

        self._document: Document = docx.Document()
        self._notes: list[str] = []
        self._lay_out()
        told = self._document.core_properties
        told.title, told.author, told.comments = _storable(title)[:255], "", _storable(remark)[:255]
        told.created = told.modified = datetime.now(UTC).replace(tzinfo=None)

    def heading(self, text: str) -> None:
        """Add a heading."""
        self._add("Heading 1", [(text, False)])

    def paragraph(self, words: Words, note: str = "") -> None:
        """Add a paragraph, with `note` as its footnote; where there are line ends several, of which the last has it."""
        *before, last = _lines(words)
        for line in before:
            self._add("Normal", line)
        paragraph = self._add("Normal", last)
        if note:
            self._notes.append(note)
            run = paragraph.add_run(style="footnote reference")._r
            run.append(_element("footnoteReference", id=len(self._notes)))

    def remark(self, text: str) -> None:
        """Add a paragraph in small grey letters."""
        self._add("remark", [(text, False)])

    def save(self) -> bytes:
        """Return the file."""
        from docx.opc.constants import RELATIONSHIP_TYPE
        from docx.opc.packuri import PackURI
        from docx.opc.part import Part
        from lxml import etree

        part = self._document.part
        xml = etree.tostring(_footnotes(self._notes), xml_declaration=True, encoding="UTF-8", standalone=True)
        notes = Part(PackURI(NOTES_NAME), NOTES_TYPE, xml, part.package)
        part.relate_to(notes, RELATIONSHIP_TYPE.FOOTNOTES)
        out = io.BytesIO()
        self._document.save(out)
        return out.getvalue()

    def _add(self, style: str, words: Words) -> Paragraph:
        paragraph = self._document.add_paragraph(style=style)
        for text, bold in words:
            run = paragraph.add_run(_storable(text))
            run.bold = bold or None
            # Without it Word takes “ and ” from the Latin font, half as wide.
            run._r.get_or_add_rPr().get_or_add_rFonts().set(_name("hint"), "eastAsia")
        return paragraph

    def _lay_out(self) -> None:
        """Set page, fonts and the styles of footnotes; the template's are for English letters."""
        from docx.enum.style import WD_STYLE_TYPE
        from docx.shared import Mm, Pt, RGBColor

        (section,) = self._document.sections
        for name, size in {**PAGE_MM, **MARGINS_MM}.items():
            setattr(section, name, Mm(size))
        styles = self._document.styles
        language = styles.element.find(f".//{_name('rPrDefault')}//{_name('lang')}")
        language.set(_name("eastAsia"), "zh-CN")
        _fonts(styles["Normal"], BODY_FONT, BODY_POINTS)
        body = styles["Normal"].paragraph_format
        body.line_spacing, body.space_after, body.first_line_indent = Pt(LINE_POINTS), Pt(0), Pt(2 * BODY_POINTS)
        _fonts(styles["Heading 1"], HEAD_FONT, BODY_POINTS)
        styles["Heading 1"].font.bold = False
        styles["Heading 1"].font.color.rgb = RGBColor(0, 0, 0)
        head = styles["Heading 1"].paragraph_format
        head.space_before, head.space_after, head.first_line_indent = Pt(14), Pt(7), Pt(0)
        remark = styles.add_style("remark", WD_STYLE_TYPE.PARAGRAPH)
        remark.base_style = styles["Normal"]
        _fonts(remark, NOTE_FONT, SMALL_POINTS)
        remark.font.color.rgb = RGBColor.from_string(GREY)
        remark.paragraph_format.line_spacing = 1.2
        remark.paragraph_format.space_before, remark.paragraph_format.first_line_indent = Pt(14), Pt(0)
        note = styles.add_style("footnote text", WD_STYLE_TYPE.PARAGRAPH, builtin=True)
        note.base_style = styles["Normal"]
        _fonts(note, NOTE_FONT, NOTE_POINTS)
        note.paragraph_format.line_spacing, note.paragraph_format.first_line_indent = 1.0, Pt(0)
        mark = styles.add_style("footnote reference", WD_STYLE_TYPE.CHARACTER, builtin=True)
        mark.font.superscript = True
        numbered = _element("footnotePr", _element("numFmt", val=NUMBERS))
        section._sectPr.insert(0, numbered)
        declared = _element("footnotePr", *(_element("footnote", id=n) for n in range(-1, len(SEPARATORS) - 1)))
        self._document.settings.element.find(_name("compat")).addprevious(declared)


def _lines(words: Words) -> list[list[tuple[str, bool]]]:
    lines: list[list[tuple[str, bool]]] = [[]]
    for text, bold in words:
        first, *others = text.split("\n")
        lines[-1].append((first, bold))
        lines.extend([(other, bold)] for other in others)
    return lines


def _footnotes(notes: Sequence[str]) -> Any:
    """Return the footnotes part: the two separators, then the notes, numbered from 1."""
    separators = [
        _element("footnote", _element("p", _element("r", _element(kind))), type=kind, id=n)
        for n, kind in enumerate(SEPARATORS, start=-1)
    ]
    return _element("footnotes", *separators, *(_footnote(n, text) for n, text in enumerate(notes, start=1)))


def _footnote(n: int, text: str) -> Any:
    mark = _element("r", _element("rPr", _element("rStyle", val="footnotereference")), _element("footnoteRef"))
    words = _element("t")
    words.text = f" {_storable(text)}"
    words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    run = _element("r", _element("rPr", _element("rFonts", hint="eastAsia")), words)
    return _element("footnote", _element("p", _element("pPr", _element("pStyle", val="footnotetext")), mark, run), id=n)


def _fonts(style: Any, chinese: str, points: float) -> None:
    """Give a style its fonts, for Chinese and for other letters, instead of the theme's."""
    from docx.shared import Pt

    style.font.size = Pt(points)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    fonts.attrib.clear()
    for script in ("ascii", "hAnsi", "cs"):
        fonts.set(_name(script), LATIN_FONT)
    fonts.set(_name("eastAsia"), chinese)


def _element(tag: str, *children: Any, **attributes: object) -> Any:
    from docx.oxml.parser import OxmlElement

    element = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        element.set(_name(name), str(value))
    element.extend(children)
    return element


def _name(tag: str) -> str:
    return f"{{{WORD}}}{tag}"


def _storable(text: str) -> str:
    """Return `text` with U+FFFD for the control characters that XML cannot hold."""
    return NOT_XML.sub("\ufffd", text)
