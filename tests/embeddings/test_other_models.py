"""Any sentence-transformers folder opens: a tiny transformer and a tiny static model, made here."""

import shutil

import numpy as np
import pytest

from embeddings import EncoderError
from embeddings.encoder import Encoder
from tests.tiny_model import WORDS, save_tiny, word_tokenizer


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return save_tiny(tmp_path_factory.mktemp("models") / "tiny", prompts={"query": "问：", "document": "文："})


def plain(folder, text, prompt):
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(folder), device="cpu").encode([text], prompt=prompt, normalize_embeddings=True)[0]


def test_a_folder_opens_with_its_own_prompts(tiny):
    encoder = Encoder.load(tiny)
    assert encoder.dim == 16
    assert encoder.name == "tiny"
    text = "秋粮收购"
    np.testing.assert_allclose(encoder.encode_questions([text])[0], plain(tiny, text, "问："), atol=1e-6)
    np.testing.assert_allclose(encoder.encode_passages([text])[0], plain(tiny, text, "文："), atol=1e-6)


def test_passage_is_as_good_a_prompt_name_as_document(tmp_path):
    # Saved by sentence-transformers, such a model also carries an empty "document" prompt.
    folder = save_tiny(tmp_path / "e5", prompts={"query": "问：", "passage": "文："})
    np.testing.assert_allclose(
        Encoder.load(folder).encode_passages(["启动"])[0], plain(folder, "启动", "文："), atol=1e-6
    )


def test_a_model_without_prompts_gets_none(tmp_path):
    folder = save_tiny(tmp_path / "bare", prompts={})
    encoder = Encoder.load(folder)
    assert np.array_equal(encoder.encode_questions(["启动"]), encoder.encode_passages(["启动"]))
    np.testing.assert_allclose(encoder.encode_passages(["启动"])[0], plain(folder, "启动", ""), atol=1e-6)


def test_vectors_do_not_depend_on_neighbours(tiny):
    encoder = Encoder.load(tiny)
    texts = ["秋粮", "秋粮收购工作启动" * 5, "", "\ud800", "谁在哪里" * 9, "🙂"]
    together = encoder.encode_passages(texts)
    assert together.dtype == np.float32
    assert np.isfinite(together).all()
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, atol=1e-6)
    for at, text in enumerate(texts):
        assert np.array_equal(together[at], encoder.encode_passages([text])[0])
    assert encoder.encode_passages([]).shape == (0, 16)


def test_the_fingerprint_follows_weights_prompts_and_pooling(tiny, tmp_path):
    prompts = {"query": "问：", "document": "文："}
    fingerprint = Encoder.load(tiny).fingerprint
    shutil.copytree(tiny, tmp_path / "moved")
    assert Encoder.load(tmp_path / "moved").fingerprint == fingerprint
    assert Encoder.load(save_tiny(tmp_path / "again", prompts=prompts)).fingerprint == fingerprint
    others = [
        save_tiny(tmp_path / "weights", prompts=prompts, seed=2),
        save_tiny(tmp_path / "prompts", prompts=prompts | {"query": "谁："}),
        save_tiny(tmp_path / "pooling", prompts=prompts, pooling="cls"),
    ]
    assert len({fingerprint, *(Encoder.load(other).fingerprint for other in others)}) == 4


def test_a_model_with_nothing_to_say_gives_the_first_axis(tmp_path):
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding

    folder = tmp_path / "static"
    weights = np.zeros((len(WORDS), 4), np.float32)  # every text comes out as zero
    SentenceTransformer(modules=[StaticEmbedding(word_tokenizer(), embedding_weights=weights)], device="cpu").save(
        str(folder), create_model_card=False
    )
    assert Encoder.load(folder).encode_passages(["秋粮", ""]).tolist() == [[1, 0, 0, 0]] * 2


def test_a_folder_that_is_no_model_is_refused(tmp_path):
    with pytest.raises(EncoderError) as caught:
        Encoder.load(tmp_path)
    assert str(tmp_path) in str(caught.value)
    assert "\n" not in str(caught.value)
