"""The reader that ships: what it marks, that it is the same again, and what becomes of odd input and damaged files."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from embeddings import ReaderError
from embeddings.reader import SpanReader
from embeddings.spans import Marked
from tests.conftest import ROOT
from tests.embeddings.test_encoder import HOSTILE

FOLDER = ROOT / "models" / "reader"
PASSAGES = [
    "11月8日，市政协党组书记、主席刘保新主持会议并讲话。副主席赵文等出席会议。",
    "今年以来，全市新建充电桩1200余个，累计服务车主3万人次。",
    "图书馆周一闭馆，其他时间从9时开到17时。",
]


@pytest.fixture(scope="module")
def reader() -> SpanReader:
    return SpanReader.load(FOLDER)


def marked(reader: SpanReader, question: str, count: int = 1) -> list[list[Marked]]:
    return list(reader.mark(question, PASSAGES, count=count))


@pytest.mark.parametrize(
    ("question", "passage", "answer"),
    [("谁主持会议？", 0, "刘保新"), ("全市新建了多少个充电桩？", 1, "1200余"), ("图书馆哪天闭馆？", 2, "周一")],
)
def test_the_passage_that_answers_stands_out(reader: SpanReader, question: str, passage: int, answer: str) -> None:
    best = [spans[0] for spans in marked(reader, question)]
    assert max(range(3), key=lambda at: best[at].score) == passage
    assert answer in PASSAGES[passage][best[passage].start : best[passage].end]


def test_bitwise_the_same_in_any_company(reader: SpanReader) -> None:
    together = marked(reader, "谁主持会议？", 3)
    alone = [next(reader.mark("谁主持会议？", [passage], count=3)) for passage in PASSAGES]
    on_one = SpanReader.load(FOLDER)
    on_one.workers = 1
    assert together == alone == marked(on_one, "谁主持会议？", 3)


def test_passages_are_read_as_they_are_asked_for(reader: SpanReader) -> None:
    many = reader.mark("谁主持会议？", PASSAGES * 10_000)
    first = next(many)
    many.close()
    assert first == marked(reader, "谁主持会议？")[0]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_odd_input_has_finite_scores_and_spans_within_it(reader: SpanReader, text: str) -> None:
    for question, passage in ((text, PASSAGES[0]), ("谁？", text)):
        (spans,) = reader.mark(question, [passage], count=3)
        assert all(0 <= span.start < span.end <= len(passage) and np.isfinite(span.score) for span in spans)
        assert spans or not passage.strip("\ufeff\u200b\u202e \n\t\x00")


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "config.json"])
def test_a_missing_or_damaged_file_is_named(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "reader"
    shutil.copytree(FOLDER, folder)
    whole = (folder / name).read_bytes()
    flipped = whole[:-9] + bytes([whole[-9] ^ 1]) + whole[-8:]  # of config.json it is a digit of another file's digest
    for damaged in (whole[: len(whole) // 2], whole[:9] if name == "config.json" else flipped, None):
        (folder / name).unlink() if damaged is None else (folder / name).write_bytes(damaged)
        with pytest.raises(ReaderError) as caught:
            SpanReader.load(folder)
        assert str(folder / name) in str(caught.value)
        assert "training.reader" in str(caught.value)
        assert "\n" not in str(caught.value)


def test_an_encoder_is_no_reader(tmp_path: Path) -> None:
    with pytest.raises(ReaderError, match="wenbao-encoder version 1, expected wenbao-reader 1"):
        SpanReader.load(ROOT / "models" / "encoder")
    config = json.loads((FOLDER / "config.json").read_text(encoding="utf-8"))
    shutil.copytree(FOLDER, tmp_path / "newer")
    (tmp_path / "newer" / "config.json").write_text(json.dumps({**config, "version": 2}), encoding="utf-8")
    with pytest.raises(ReaderError, match="version 2, expected wenbao-reader 1"):
        SpanReader.load(tmp_path / "newer")
