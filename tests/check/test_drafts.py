"""Drafts as files: what is read of them, and one clear line for what cannot be."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from qa.check.drafts import DRAFT_CHARS, draft_of, read_draft, read_draft_bytes
from qa.errors import BadFile, BadInput

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def docx(
    body: str, *, parts: dict[str, str] | None = None, head: str = "", method: int = zipfile.ZIP_DEFLATED
) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", method) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("word/document.xml", f'<?xml version="1.0"?>{head}<w:document {W}>{body}</w:document>')
        for name, content in (parts or {}).items():
            package.writestr(name, content)
    return file.getvalue()


def paragraph(*runs: str) -> str:
    return "<w:p>" + "".join(f"<w:r><w:t>{run}</w:t></w:r>" for run in runs) + "</w:p>"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "big5", "utf-16"])
def test_text_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    text = "據報道，全市經濟運行分析調度會召開，聽取工作情況匯報，分析研判經濟形勢。"
    path = tmp_path / "稿.txt"
    path.write_bytes(text.encode(encoding))
    assert read_draft(path).text == text


def test_a_word_document_gives_its_words_in_order() -> None:
    body = (
        paragraph("他说：“坚定", "信心。”")
        + "<w:tbl><w:tr><w:tc>"
        + paragraph("甲")
        + "</w:tc><w:tc>"
        + paragraph("乙")
        + "</w:tc></w:tr></w:tbl>"
        + "<w:p><w:del><w:r><w:delText>删去</w:delText></w:r></w:del><w:ins><w:r><w:t>补上</w:t></w:r></w:ins></w:p>"
        + "<w:p><w:r><w:instrText>PAGE</w:instrText><w:t>上</w:t><w:br/><w:t>下</w:t><w:tab/><w:t>右</w:t></w:r></w:p>"
    )
    notes = f"<w:footnotes {W}>{paragraph('注一')}</w:footnotes>"
    draft = read_draft_bytes(docx(body, parts={"word/footnotes.xml": notes}), "稿.docx")
    assert draft.text == "他说：“坚定信心。”\n甲\n乙\n补上\n上\n下\t右\n注一"
    assert draft.format == "docx"


def test_what_word_keeps_for_old_readers_is_not_read_twice() -> None:
    space = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    body = (
        f"<w:p><mc:AlternateContent {space}><mc:Choice>{paragraph('框')}</mc:Choice>"
        f"<mc:Fallback>{paragraph('框')}</mc:Fallback></mc:AlternateContent></w:p>"
    )
    assert read_draft_bytes(docx(body), "a.docx").text.split() == ["框"]


@pytest.mark.parametrize(
    ("data", "name", "says"),
    [
        (b"", "a.txt", "草稿是空的"),
        (b" \n", "a.md", "草稿是空的"),
        (docx(paragraph("")), "a.docx", "草稿是空的"),
        (OLE + bytes(600), "a.doc", "旧版 Word"),
        (OLE + bytes(600), "a.docx", "旧版 Word"),
        (OLE + bytes(100) + "EncryptedPackage".encode("utf-16-le") + bytes(400), "a.docx", "密码"),
        (docx(paragraph("甲")), "a.pdf", "不能核验 .pdf"),
        (b"PK\x03\x04 and no more", "a.docx", "已损坏"),
        (docx(paragraph("甲"))[:-40], "a.docx", "已损坏"),
        (docx("<w:p>"), "a.docx", "已损坏"),
        ("不是压缩包".encode(), "a.docx", "不是 Word 文档"),
        (docx(paragraph("甲")), "a.txt", "DOCX"),
        (docx(" " * 30_000_000), "a.docx", "异常庞大"),
        (docx(paragraph("&a;"), head='<!DOCTYPE x [<!ENTITY a "aaaa">]>'), "a.docx", "异常庞大"),
        (docx(paragraph("字" * (DRAFT_CHARS + 1))), "a.docx", "太长"),
        ("字".encode() * 1_700_000, "a.txt", "太长"),
        (bytes(range(256)) * 40, "a.txt", "不是文本文件"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_line(data: bytes, name: str, says: str) -> None:
    with pytest.raises(BadInput, match=says) as told:
        read_draft_bytes(data, name)
    assert "\n" not in str(told.value)
    assert name in str(told.value)


def test_a_word_document_without_a_document_is_none() -> None:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        package.writestr("xl/workbook.xml", "<workbook/>")
    with pytest.raises(BadFile, match="不是 Word 文档"):
        read_draft_bytes(file.getvalue(), "表.docx")


def test_a_bomb_of_nested_elements_takes_no_memory_to_speak_of() -> None:
    import tracemalloc

    data = docx("<w:r>" * 200_000 + "</w:r>" * 200_000 + paragraph("甲"))
    tracemalloc.start()
    assert read_draft_bytes(data, "a.docx").text == "甲"
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 30_000_000


def test_paths(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="路径不存在"):
        read_draft(tmp_path / "none.txt")
    with pytest.raises(BadFile, match="文件夹"):
        read_draft(tmp_path)


def test_line_ends_and_nulls_are_made_plain() -> None:
    assert draft_of("甲\r\n乙\r丙\x00").text == "甲\n乙\n丙"
