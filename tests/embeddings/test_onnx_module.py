import shutil

import numpy as np
import pytest

from embeddings import EncoderError
from embeddings.encoder import Encoder
from embeddings.folder import digest, read_folder

TEXTS = ["秋粮收购工作启动。", "全市秋粮收购工作昨日启动，各收储企业备足仓容。" * 6, "短"]


@pytest.fixture(scope="module")
def module(shipped):
    from embeddings.onnx import OnnxModule

    return OnnxModule(shipped, workers=2)


@pytest.fixture(scope="module")
def model(module):
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(modules=[module], prompts=dict(module.folder.prompts), device="cpu")


def test_it_is_a_sentence_transformers_module(model, encoder):
    assert model.get_embedding_dimension() == 384
    assert model.max_seq_length == 512
    vectors = model.encode(TEXTS, prompt_name="passage")
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(vectors, encoder.encode_passages(TEXTS), atol=1e-6)
    np.testing.assert_allclose(model.encode_query(TEXTS[0]), encoder.encode_questions(TEXTS[:1])[0], atol=1e-6)
    assert float(model.similarity(vectors[0], vectors[1])) > float(model.similarity(vectors[0], vectors[2]))


@pytest.mark.parametrize("batch", [1, 2, 3])
def test_the_batch_size_changes_no_bit(model, batch):
    alone = np.stack([model.encode(text) for text in TEXTS])
    assert np.array_equal(model.encode(TEXTS, batch_size=batch), alone)


def test_the_number_of_threads_changes_no_bit(shipped, module):
    from embeddings.onnx import OnnxModule

    single = OnnxModule(shipped, workers=1)
    ours = [one(one.preprocess(TEXTS))["sentence_embedding"].numpy() for one in (single, module)]
    assert np.array_equal(*ours)


def test_tokens_are_padded_for_the_eye_only_and_cut_at_the_limit(module):
    features = module.preprocess(["短", "字" * 5000], prompt="passage: ")
    assert features["input_ids"].shape == (2, 512)
    assert features["attention_mask"].sum(dim=1).tolist()[1] == 512
    short = int(features["attention_mask"][0].sum())
    assert features["input_ids"][0, short:].eq(0).all()


def test_the_prompts_survive_the_trimmed_vocabulary(module):
    unknown = module.tokenizer.token_to_id("<unk>")
    for prompt in module.folder.prompts.values():
        ids = module.tokenizer.encode(prompt + "秋粮").ids
        assert unknown not in ids
        assert module.tokenizer.decode(ids).startswith(prompt)


def test_saved_it_opens_again(model, module, tmp_path, encoder):
    module.save(str(tmp_path))
    assert read_folder(tmp_path).fingerprint == encoder.fingerprint
    assert type(module).load(str(tmp_path)).folder.fingerprint == encoder.fingerprint


def test_weights_that_the_runtime_refuses_are_reported_in_one_line(shipped, tmp_path):
    folder = tmp_path / "encoder"
    shutil.copytree(shipped, folder)
    (folder / "model.onnx").write_bytes(b"not a graph")
    config = (folder / "config.json").read_text(encoding="utf-8")
    good = digest((shipped / "model.onnx").read_bytes())
    (folder / "config.json").write_text(config.replace(good, digest(b"not a graph")), encoding="utf-8")
    with pytest.raises(EncoderError, match="does not work with onnxruntime") as caught:
        Encoder.load(folder).warm()
    assert "\n" not in str(caught.value)
