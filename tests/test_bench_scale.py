"""The benches of size at a tiny size: what they make is what they say, and what they measure adds up."""

from __future__ import annotations

import json
import random
import xml.etree.ElementTree as ET
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from bench import ingest, scale
from bench.growth import growth_plot, growth_table
from bench.ingest import add_page, open_archive
from bench.latency import RETRIEVAL, measure
from bench.machine import file_sizes
from bench.made_archive import Match, changed, fill, load_originals, match_noise, moved, shape_of, write_export
from bench.probes import make_questions, narrowings, read_questions
from bench.recall import compare, measure_recall
from bench.stopwatch import FILLING, PARTS
from qa import Archive, Filters
from qa.store.store import Store
from tests.conftest import cases

PASSAGES = 120


@pytest.fixture(scope="module")
def made(sample: Archive, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an archive of several rounds of the sample page, its indexes still to be built."""
    folder = tmp_path_factory.mktemp("made")
    originals = load_originals(sample.directory, seed=7)
    export = folder / "export"
    export.mkdir()
    write_export(originals, export, passages=PASSAGES, seed=7)
    scale.store_export(folder / "archive", export)
    assert fill(folder / "archive", originals, noise=0.7, seed=7) == pytest.approx(PASSAGES, rel=0.2)
    return folder / "archive"


@pytest.fixture
def news(tmp_path: Path) -> Path:
    """Write an export of articles with whole titles."""
    path = tmp_path / "news.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for article in cases("made_articles.json"):
            text = "\n".join(article["paragraphs"]) * 2
            file.write(json.dumps({"title": article["headline"], "text": text}, ensure_ascii=False) + "\n")
    return path


def test_made_articles_are_no_copies(made: Path) -> None:
    with Archive.open(made) as archive:
        bodies = [article.text[article.body_start :] for article in archive.articles()]
    grams = [{body[at : at + 4] for at in range(len(body) - 3)} for body in bodies]
    likest = max(len(one & other) / len(one | other) for at, one in enumerate(grams) for other in grams[:at])
    assert len(bodies) > 15
    assert likest < 0.7


def test_changing_keeps_length_and_is_the_same_for_the_same_seed(sample: Archive) -> None:
    body = sample.articles()[0].text
    pool = {2: ["学校", "道路"], 3: ["运动会"]}
    one, again, other = (changed(body, pool, random.Random(seed)) for seed in (1, 1, 2))
    assert one == again != other
    assert len(one) == len(body)


def test_first_round_keeps_its_vectors_and_further_rounds_move_them(sample: Archive, made: Path) -> None:
    real = load_originals(sample.directory, seed=7)
    store = Store(made)
    with store.snapshot() as snapshot:
        ids, vectors = next(snapshot.read_vectors(snapshot.passage_ids(embedded=True)))
    passages = store.passages_of(ids.tolist())
    store.close()
    nearest = (vectors @ real.vectors.T).max(axis=1)
    first = np.array([int(passages[number].article_id) < len(real.bodies) for number in ids.tolist()])
    assert nearest[first] == pytest.approx(1, abs=1e-3)
    assert nearest[~first].max() < 0.999
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-2)


def test_moved_vectors_keep_mean_and_covariance() -> None:
    rng = np.random.default_rng(3)
    vectors = (rng.standard_normal((4000, 8)) * np.linspace(0.05, 0.4, 8) + 2).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    noisy = moved(vectors, shape_of(vectors), 0.7, rng)
    assert np.allclose(noisy.mean(axis=0), vectors.mean(axis=0), atol=0.01)
    assert np.allclose(np.cov(noisy, rowvar=False), np.cov(vectors, rowvar=False), atol=0.002)
    assert np.allclose(moved(vectors, shape_of(vectors), 0.0, rng), vectors, atol=1e-5)


def test_noise_is_chosen_among_more_and_less(sample: Archive) -> None:
    originals = load_originals(sample.directory, seed=7)
    match = match_noise(originals, originals.vectors[:3], seed=7)
    assert 0 < match.noise < 1
    assert len(match.real) == len(match.made) == 4


def test_questions_are_made_and_read(sample: Archive, tmp_path: Path) -> None:
    questions = make_questions(sample.directory, 5, seed=7)
    assert questions == make_questions(sample.directory, 5, seed=7)
    assert all(question.endswith("？") for question in questions)
    file = tmp_path / "questions.jsonl"
    file.write_text(
        "".join(json.dumps({"question": text}) + "\n" for text in ("甲？", "甲？", "乙？", "丙？")), "utf-8"
    )
    assert read_questions(file, 2) == ["甲？", "乙？"]


def test_filters_leave_what_they_say(made: Path) -> None:
    filters = narrowings(made)
    store = Store(made)
    total = store.count("passages")
    counted = [store.count("passages", narrowing.filters) / total for narrowing in filters]
    store.close()
    assert [narrowing.name for narrowing in filters] == ["all", "50%", "10%", "1%"]
    assert [narrowing.share for narrowing in filters] == pytest.approx(counted)
    assert counted[:3] == pytest.approx([1, 0.5, 0.1], abs=0.06)


def test_a_loss_of_recall_is_seen() -> None:
    exact = np.linspace(1, 0.1, 10, dtype=np.float32)[None].repeat(2, axis=0)
    found = exact.copy()
    found[1] = [*exact[1, 1:], 0.05]  # the nearest is missing, one too far came in
    recall = compare("all", 1.0, found, exact)
    assert (recall.recall, recall.worst) == pytest.approx((0.95, 0.9))
    assert (recall.incomplete, recall.first_missed) == (1, 1)
    assert recall.cosine_lost == pytest.approx(0.025)


def test_growth_is_measured_and_shown(made: Path, news: Path, tmp_path: Path) -> None:
    questions = make_questions(made, 2, seed=7)
    filters = narrowings(made)[:2]
    built = scale.build(made)
    assert built.postings > 0
    assert built.vectors > 0
    sizes = file_sizes(made)
    opened = open_archive(made, questions[0])
    asked = measure(made, questions, filters)
    recalls = measure_recall(made, questions, filters)
    assert [recall.recall for recall in recalls] == [1, 1]  # so few vectors are all looked at
    page = ingest.make_page([news], tmp_path / "2024-03-06" / "02.txt", seed=7)
    added = add_page(made, page)
    assert set(added.word_parts) == set(added.vector_parts) == set(FILLING)
    assert added.word_parts["embed"] == 0 < added.vector_parts["embed"]
    for latency in asked.latencies:
        assert set(latency.parts) == {*PARTS, RETRIEVAL, "total"}
        assert latency.parts["total"][1] >= latency.parts["read"][1] > 0
    with Archive.open(made) as archive:
        assert archive.stats().passages == asked.passages + added.passages
        assert archive.ask(archive.articles(Filters(date_from="2024-03-06"))[0].headline).searched
    step = scale.Step(
        scale.Made(asked.articles, asked.passages, 1.0, 80.0), built, sizes, opened, asked, recalls, added
    )
    report = {
        "machine": "a machine",
        "versions": {"numpy": "2"},
        "questions": 2,
        "match": asdict(Match(0.7, (0.9,) * 4, (0.9,) * 4)),
        "steps": [asdict(step)] * 3,
    }
    table = growth_table(report)
    assert max(map(len, table.split("\n"))) <= 80
    assert f"{asked.passages:,}" in table
    plot = ET.fromstring(growth_plot(report))
    assert len(plot.findall(".//{*}path")) > 8


def test_an_export_is_filled(news: Path, tmp_path: Path) -> None:
    export = ingest.write_records([news, news], tmp_path / "export.jsonl", 3)
    assert len(export.read_text(encoding="utf-8").splitlines()) == 3
    filled = ingest.fill(tmp_path / "archive", export)
    assert filled.articles == 3
    assert filled.seconds["embed"] > filled.seconds["vector index"] > 0
    assert [row["passages_per_second"] > 0 for row in ingest.compare_threads(export, 2)] == [True] * 3
