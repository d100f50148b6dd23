import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import embeddings
from embeddings import EmbeddingError, EncoderError, NeighboursError
from embeddings.cohort import COHORT
from embeddings.encoder import Encoder

CASES = json.loads((Path(__file__).parent / "nearest.json").read_text(encoding="utf-8"))
HOSTILE = [
    "",
    " ",
    "\n\n\t",
    "\x00",
    "a\x00b",
    "\ud800",
    "前\udfff后",
    "\ud83d\ude00",  # the two halves of one character, as broken JSON decoders deliver them
    "。",
    "，。！？…——" * 40,
    "\ufeff\u200b\u202e",
    "\U0010ffff",
    "𠮷" * 30,
    "😀" * 300,
    "query: passage: </s><pad><mask>",
    "字" * 100_000,
    " " * 100_000,
    "x" * 100_000,
]


def assert_unit(vectors: np.ndarray, count: int, dim: int) -> None:
    assert vectors.shape == (count, dim)
    assert vectors.dtype == np.float32
    assert np.isfinite(vectors).all()
    assert np.abs(np.linalg.norm(vectors, axis=1) - 1).max(initial=0) < 1e-6


def test_the_public_names_exist():
    assert embeddings.__all__ == ["EmbeddingError", "EncoderError", "NeighboursError", "ReaderError"]
    assert issubclass(EncoderError, EmbeddingError)
    assert issubclass(NeighboursError, EmbeddingError)


def test_importing_and_loading_start_no_heavy_engine(shipped):
    code = (
        "import sys; from embeddings.encoder import Encoder; from embeddings.neighbours import Neighbours\n"
        f"encoder = Encoder.load({str(shipped)!r}); assert encoder.encode_passages([]).shape == (0, encoder.dim)\n"
        "print({'torch', 'sentence_transformers', 'onnxruntime', 'faiss', 'transformers'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=shipped.parents[1], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "set()"


def test_vectors_are_float32_rows_of_length_one(encoder):
    assert encoder.dim == 384
    assert encoder.name
    assert_unit(encoder.encode_passages(["许昌市召开智能制造推进会。", "秋粮收购工作启动。"]), 2, 384)
    assert_unit(encoder.encode_questions(["谁入选了示范工厂？"]), 1, 384)


def test_no_text_gives_no_rows(encoder):
    assert_unit(encoder.encode_passages([]), 0, 384)
    assert_unit(encoder.encode_questions([]), 0, 384)


def test_one_string_is_not_taken_for_a_list_of_characters(encoder):
    with pytest.raises(TypeError, match="put it in a list"):
        encoder.encode_questions("谁？")


def test_questions_and_passages_are_prompted_differently(encoder):
    text = ["智能制造示范工厂"]
    assert not np.array_equal(encoder.encode_questions(text), encoder.encode_passages(text))


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: f"{text[:6]!a}x{len(text)}")
def test_hostile_text_gives_a_finite_unit_vector(encoder, text):
    assert_unit(encoder.encode_passages([text]), 1, 384)
    assert_unit(encoder.encode_questions([text]), 1, 384)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(st.characters(codec=None), max_size=60), max_size=4))
def test_any_text_gives_the_same_vector_in_any_company(encoder, texts):
    together = encoder.encode_passages(texts)
    assert_unit(together, len(texts), 384)
    for at, text in enumerate(texts):
        assert np.array_equal(together[at], encoder.encode_passages([text])[0])


def test_a_vector_does_not_depend_on_its_neighbours_or_their_number(encoder):
    texts = [f"第{number}条：" + "本报讯，全市秋粮收购工作于昨日启动。" * (1 + number * 7 % 11) for number in range(70)]
    alone = np.concatenate([encoder.encode_passages([text]) for text in texts])
    assert np.array_equal(encoder.encode_passages(texts), alone)
    assert np.array_equal(encoder.encode_passages(texts[::-1])[::-1], alone)
    assert np.array_equal(encoder.encode_passages(texts[:3] + HOSTILE)[:3], alone[:3])


def test_another_process_gives_the_same_bytes(encoder, shipped):
    code = (
        "from embeddings.encoder import Encoder\n"
        f"print(Encoder.load({str(shipped)!r}).encode_passages(['秋粮收购工作启动。', '短']).tobytes().hex())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=shipped.parents[1], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == encoder.encode_passages(["秋粮收购工作启动。", "短"]).tobytes().hex()


def test_progress_counts_up_to_the_total(encoder):
    seen: list[tuple[int, int]] = []
    encoder.encode_passages(["甲"] * 150, progress=lambda done, total: seen.append((done, total)))
    assert [total for _, total in seen] == [150] * len(seen)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert seen[-1] == (150, 150)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["label"])
def test_the_right_passage_is_nearest(encoder, case):
    scores = encoder.encode_passages(case["passages"]) @ encoder.encode_questions([case["question"]])[0]
    assert int(scores.argmax()) == case["nearest"]


def test_nearness_is_nothing_among_unrelated_passages_and_grows_with_what_they_share(encoder):
    question = encoder.encode_questions(["今年新建了多少座粮食烘干中心？"])[0]
    passages = ["今年全县新建粮食烘干中心41座。", "粮食烘干中心由农业部门管理。", *COHORT]
    near = [encoder.nearness(question, float(vector @ question)) for vector in encoder.encode_passages(passages)]
    assert near[0] > near[1] > 2
    assert sum(near[2:]) / len(COHORT) == pytest.approx(0, abs=1e-4)


def test_the_fingerprint_follows_the_content_not_the_path(encoder, shipped, tmp_path):
    copy = tmp_path / "另一处"
    shutil.copytree(shipped, copy)
    assert Encoder.load(copy).fingerprint == encoder.fingerprint
    assert len(encoder.fingerprint) == 32
    assert int(encoder.fingerprint, 16) >= 0
    config = json.loads((copy / "config.json").read_text(encoding="utf-8"))
    config["name"] = "renamed"
    (copy / "config.json").write_text(json.dumps(config), encoding="utf-8")
    assert Encoder.load(copy).fingerprint == encoder.fingerprint
    config["prompts"]["query"] = "问："
    (copy / "config.json").write_text(json.dumps(config), encoding="utf-8")
    assert Encoder.load(copy).fingerprint != encoder.fingerprint


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "config.json"])
@pytest.mark.parametrize("harm", ["missing", "empty", "cut", "flipped"])
def test_a_missing_or_damaged_file_is_named(shipped, tmp_path, name, harm):
    broken = tmp_path / "encoder"
    shutil.copytree(shipped, broken)
    content = (broken / name).read_bytes()
    (broken / name).unlink()
    if harm == "empty":
        (broken / name).write_bytes(b"")
    elif harm == "cut":
        (broken / name).write_bytes(content[:-9])
    elif harm == "flipped":
        # In config.json: the digest of the weights. Elsewhere: any byte.
        at = content.rindex(b'"model.onnx": "') + 15 if name == "config.json" else len(content) // 2
        (broken / name).write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
    with pytest.raises(EncoderError) as caught:
        Encoder.load(broken)
    named = "model.onnx" if (name, harm) == ("config.json", "flipped") else name
    assert str(broken / named) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "training.base" in str(caught.value)


def test_a_newer_format_is_refused(shipped, tmp_path):
    newer = tmp_path / "encoder"
    shutil.copytree(shipped, newer)
    config = json.loads((newer / "config.json").read_text(encoding="utf-8")) | {"version": 2}
    (newer / "config.json").write_text(json.dumps(config), encoding="utf-8")
    with pytest.raises(EncoderError, match="version 2, expected wenbao-encoder 1"):
        Encoder.load(newer)


@pytest.mark.parametrize("missing", ["/no/such/folder", "./nowhere", "a/b/c", "models/no-such-encoder"])
def test_a_missing_folder_is_not_looked_up_on_the_network(missing, shipped, monkeypatch):
    monkeypatch.chdir(shipped.parents[1])
    with pytest.raises(EncoderError, match="no model folder"):
        Encoder.load(missing)
    with pytest.raises(EncoderError):
        Encoder.load(Path(missing))
