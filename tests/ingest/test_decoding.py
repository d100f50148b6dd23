"""Every encoding and fault of encoding that a page may come in, and what becomes of it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.errors import BadFile
from qa.ingest.files.characters import CP1252, STANDARD
from qa.ingest.files.decoding import decode, detect_encoding, standard_characters
from qa.ingest.files.mojibake import undo_mojibake
from qa.ingest.files.sources import Source
from tests.conftest import SAMPLE, cases

TABLE = cases("encodings.json")
CASES = TABLE["cases"]
SLOPPY_1252 = {byte: code for code, byte in CP1252.items()}


def text_of(case: dict[str, Any]) -> str:
    return TABLE.get(case.get("text"), case.get("text", ""))


def made(case: dict[str, Any]) -> bytes:
    """Take the steps of a case, from its text to the bytes of a file."""
    value: Any = text_of(case)
    for step, how in case["steps"]:
        match step:
            case "encode":
                value = value.encode(how)
            case "decode" if how == "sloppy-1252":
                value = value.decode("latin-1").translate(SLOPPY_1252)
            case "decode":
                value = value.decode(how)
            case "prefix":
                value = bytes.fromhex(how) + value
            case "append":
                value += bytes.fromhex(how)
            case "repeat":
                value = how * value
            case "hex":
                value = bytes.fromhex(how)
    return bytes(value)


@pytest.mark.parametrize("case", CASES, ids=[case["label"] for case in CASES])
def test_decode(case: dict[str, Any]) -> None:
    if "error" in case:
        with pytest.raises(BadFile) as caught:
            decode(made(case), "刊/01.txt")
        assert caught.value.key == case["error"]
        assert "刊/01.txt" in str(caught.value)
        assert "\n" not in str(caught.value)
        return
    text, encoding = decode(made(case), "01.txt")
    if "expect_end" in case:
        assert text.startswith(text_of(case))
        assert text.endswith(case["expect_end"])
    else:
        assert text == case.get("expect", text_of(case))
    assert encoding in case["encoding"] if isinstance(case["encoding"], list) else encoding == case["encoding"]


def test_a_broken_byte_is_named_by_its_line() -> None:
    with pytest.raises(BadFile) as caught:
        decode("秋粮收购\n现场会召开\n".encode() * 20 + b"\xff" + "听取工作情况汇报".encode(), "01.txt")
    assert caught.value.values["line"] == 41


def test_a_pdf_named_txt_is_told_its_suffix() -> None:
    with pytest.raises(BadFile, match=r"PDF.*\.pdf"):
        decode(b"%PDF-1.7\n", "01.txt")


def test_a_word_file_is_not_told_to_be_a_zip() -> None:
    with pytest.raises(BadFile, match="DOCX"):
        decode(b"PK\x03\x04\x14\x00\x06\x00[Content_Types].xml", "01.txt")


def test_the_sample_page_is_untouched() -> None:
    data = SAMPLE.read_bytes()
    assert decode(data, "01.txt") == (data.decode("utf-8"), "utf-8")


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16-le", "utf-16-be", "utf-32", "utf-16"])
def test_the_sample_page_in_every_encoding(encoding: str) -> None:
    text = SAMPLE.read_text(encoding="utf-8")
    assert decode(text.encode(encoding), "01.txt")[0] == text


@given(st.binary(max_size=300))
def test_any_bytes_are_text_or_one_clear_line(data: bytes) -> None:
    try:
        text, encoding = decode(data, "01.txt")
    except BadFile as error:
        assert "\n" not in str(error)
    else:
        assert encoding
        text.encode()  # storable


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1))
def test_chinese_is_never_taken_for_mojibake(text: str) -> None:
    assert undo_mojibake(text)[1] in (None, "gb18030 → utf-8")


@given(st.text())
def test_standard_characters_keep_every_place(text: str) -> None:
    changed = standard_characters(text)
    assert len(changed) == len(text)
    assert all(new == old or ord(old) in STANDARD for old, new in zip(text, changed, strict=True))


def stored(folder: Path, data: bytes) -> Source:
    path = folder / "export.jsonl"
    path.write_bytes(data)
    return Source(path)


LINE = "全市秋粮收购现场会召开，听取工作情况汇报。\n"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (LINE.encode(), "utf-8"),
        (LINE.encode("utf-8-sig"), "utf-8-sig"),
        (LINE.encode("gbk"), "gb18030"),
        ("全市秋糧收購現場會召開，聽取工作情況匯報。\n".encode("big5"), "cp950"),
        (LINE.encode("utf-16"), "utf-16"),
        (LINE.encode("utf-32"), "utf-32"),
        (b'{"text": "ascii"}\n' * 80_000 + LINE.encode("gbk") * 80_000, "gb18030"),  # over a chunk before it shows
    ],
)
def test_the_encoding_of_an_export(tmp_path: Path, data: bytes, encoding: str) -> None:
    source = stored(tmp_path, data)
    assert detect_encoding(source) == encoding
    with source.open() as file:
        assert io.TextIOWrapper(file, encoding).read() == data.decode(encoding)


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (LINE.encode()[:-2], "file.cut"),
        (LINE.encode("gbk") + b"\xc7", "file.cut"),
        (LINE.encode("gbk") + LINE.encode(), "file.not_text"),
        (b"\x00\x01\x02\x03" * 99, "file.not_text"),
        (b"%PDF-1.4\n", "file.is_other"),
    ],
)
def test_an_export_that_is_no_text(tmp_path: Path, data: bytes, key: str) -> None:
    with pytest.raises(BadFile) as caught:
        detect_encoding(stored(tmp_path, data))
    assert caught.value.key == key
