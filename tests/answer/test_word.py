"""An answer as a Word file: verbatim paragraphs, real footnotes, Chinese fonts."""

from __future__ import annotations

import io
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import docx
import pytest

from qa import Archive
from qa.answer.word import word_file
from qa.cite.styles import FILE_STYLES, STYLES
from qa.errors import BadInput
from qa.records import Answer, Article, Byline, Citation, Searched, Span
from tests.test_cli import QUESTION, one_line, wenbao

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
BODY = "市长说：“要快。”全年建成42座水文站。\n会议强调，“早谋划”“早落实”。"


@pytest.fixture
def article() -> Article:
    byline = Byline("本报讯（记者 王一明）", ("王一明",))
    return Article("a-1", BODY, 0, "建站“提速”", byline=byline, paper="江州日报", date="2023-11-09", page="1")


@pytest.fixture
def answer(article: Article) -> Answer:
    citation = Citation(
        1, "a-1", "建站“提速”", False, "江州日报", "2023-11-09", "1", None, BODY, 0, len(BODY), "/article/a-1"
    )
    at = BODY.index("42座")
    span = Span("42座", "a-1", at, at + 3, 1, 0.9)
    searched = Searched(1, 1, "2023-11-09", "2023-11-09", ("水文站",))
    return Answer(
        "建几座？", "建几座？", "answered", "42座", 0.9, (span,), (citation,), (), searched, None, (), {}, "f7"
    )


def parts(data: bytes) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(data)) as held:
        assert held.testzip() is None
        return {name: held.read(name) for name in held.namelist()}


def notes(data: bytes) -> list[str]:
    root = ElementTree.fromstring(parts(data)["word/footnotes.xml"])
    kinds = [note.get(f"{W}type") for note in root]
    assert kinds[:2] == ["separator", "continuationSeparator"]
    assert [note.get(f"{W}id") for note in root] == [str(n) for n in range(-1, len(root) - 1)]
    return ["".join(note.itertext()).strip() for note in root[2:]]


def paragraphs(data: bytes) -> list[str]:
    return [paragraph.text for paragraph in docx.Document(io.BytesIO(data)).paragraphs]


def test_quotes_are_verbatim_and_references_are_footnotes(answer: Answer, article: Article) -> None:
    data = word_file(answer, lambda _: article)
    heading, *quote, remark = paragraphs(data)
    assert (heading, "\n".join(quote)) == ("建几座？", BODY)
    assert "f7" in remark
    assert notes(data) == ["王一明. 建站“提速”[N]. 江州日报，2023-11-09（1）."]
    held = parts(data)
    assert b"footnotes+xml" in held["[Content_Types].xml"]
    assert b"relationships/footnotes" in held["word/_rels/document.xml.rels"]
    body = ElementTree.fromstring(held["word/document.xml"])
    marks = [mark.get(f"{W}id") for mark in body.iter(f"{W}footnoteReference")]
    assert marks == ["1"]


def test_the_words_that_answer_are_bold(answer: Answer, article: Article) -> None:
    document = docx.Document(io.BytesIO(word_file(answer, lambda _: article)))
    assert [run.text for paragraph in document.paragraphs[1:-1] for run in paragraph.runs if run.bold] == ["42座"]


def test_chinese_has_chinese_fonts_and_quotation_marks_of_full_width(answer: Answer, article: Article) -> None:
    held = parts(word_file(answer, lambda _: article))
    styles = ElementTree.fromstring(held["word/styles.xml"])
    fonts = {
        style.get(f"{W}styleId"): style.find(f".//{W}rFonts").get(f"{W}eastAsia")  # type: ignore[union-attr]
        for style in styles.iter(f"{W}style")
        if style.find(f".//{W}rFonts") is not None
    }
    assert (fonts["Normal"], fonts["Heading1"], fonts["footnotetext"]) == ("仿宋", "黑体", "宋体")
    for name in ("word/document.xml", "word/footnotes.xml"):
        for run in ElementTree.fromstring(held[name]).iter(f"{W}r"):
            if run.find(f"{W}t") is not None:
                assert run.find(f".//{W}rFonts").get(f"{W}hint") == "eastAsia"  # type: ignore[union-attr]


@pytest.mark.parametrize("style", [style for style in STYLES if style not in FILE_STYLES])
def test_footnotes_are_in_the_style_asked_for(sample: Archive, style: str) -> None:
    answer = sample.ask(QUESTION)
    expected = [sample.cite([citation.article_id], style=style) for citation in answer.citations]
    assert notes(sample.word(answer, style=style)) == expected


def test_a_style_that_makes_files_is_refused(answer: Answer, article: Article) -> None:
    for style in (*FILE_STYLES, "mla"):
        with pytest.raises(BadInput, match=style):
            word_file(answer, lambda _: article, style)


def test_a_refusal_says_so_and_cites_what_came_near(sample: Archive) -> None:
    answer = sample.ask("谁获得了诺贝尔物理学奖？")
    data = sample.word(answer)
    said = paragraphs(data)
    assert said[1] == "未找到"
    assert "最接近的段落（并未回答问题）" in said
    assert len(notes(data)) == len(answer.near) > 0


def test_what_xml_cannot_hold_is_marked_and_markup_is_text(answer: Answer, article: Article) -> None:
    question = "<w:p/>&amp;\x00\x0b\ufffe谁？"
    data = word_file(replace(answer, question=question), lambda _: article)
    assert paragraphs(data)[0] == "<w:p/>&amp;\ufffd\ufffd\ufffd谁？"


def test_the_command_saves_it_beside_the_answer(sample: Archive, tmp_path: Path) -> None:
    file = tmp_path / "答案.docx"
    result = wenbao("ask", QUESTION, "--docx", file, "--style", "gongwen", "--json", archive=sample.directory)
    assert result.returncode == 0
    assert result.stdout.startswith("{")
    assert f"已保存：{file}" in result.stderr
    (note, *_) = notes(file.read_bytes())
    assert note.endswith("《许昌日报》2023年11月10日，第1版。")
    assert [path.name for path in tmp_path.iterdir()] == ["答案.docx"]


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("notes.txt", (), "应以 .docx 结尾"),
        ("none/a.docx", (), "无法写入"),
        ("a.docx", ("--style", "ris"), "没有这种引文格式：ris"),
    ],
)
def test_what_cannot_be_saved_is_one_line_and_overwrites_nothing(
    sample: Archive, tmp_path: Path, name: str, arguments: tuple[str, ...], said: str
) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    result = wenbao("ask", QUESTION, "--docx", tmp_path / name, *arguments, archive=sample.directory)
    assert said in one_line(result)
    assert [path.read_text(encoding="utf-8") for path in tmp_path.iterdir()] == ["mine"]


@pytest.mark.parametrize("arguments", [("谁？", "--style", "apa"), ("--batch", "a", "--out", "b", "--docx", "c.docx")])
def test_options_that_do_not_go_together_are_wrong_usage(sample: Archive, arguments: tuple[str, ...]) -> None:
    result: subprocess.CompletedProcess[str] = wenbao("ask", *arguments, archive=sample.directory)
    assert (result.returncode, result.stdout) == (2, "")
    assert "--docx" in result.stderr
