"""Archives of any size, made from a real one: its articles again and again, changed so that no two are copies.

The first round holds the real articles with their real vectors. In each further one, words have given way to others
of the same length (drawn as often as they occur), sentences stand in another order, and numbers have other digits;
dates are spread evenly over `DAYS` days. A passage there has the vector of the real one moved by noise of the shape of
all real vectors, so that their mean and covariance stay what they are. How far, is `noise`; `match_noise` chooses it.
"""

from __future__ import annotations

import json
import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from qa.records import EVERYTHING
from qa.store.store import Store

__all__ = [
    "Match",
    "Originals",
    "Shape",
    "changed",
    "fill",
    "load_originals",
    "match_noise",
    "moved",
    "shape_of",
    "write_export",
]

T = TypeVar("T")
Vectors = NDArray[np.float32]
SHARE = 0.2
"""Of the words, so many are changed."""
WORDS_FROM = 2_000
"""So many articles give the words that take their place."""
PER_FILE = 10_000
DAYS, FIRST_DAY = 1_000, date(2020, 1, 1)
BLOCK = 10_000
TENTH = 10
RANKS = (10, 50)
PROBES = 300
NOISES = tuple(step / 20 for step in range(4, 20))
SENTENCE = re.compile(r"[^。！？\n]*[。！？]+[”’」』）)]*|[^。！？\n]+|\n+")
HAN = re.compile(r"[\u3400-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Originals:
    """The articles of an archive, in an order drawn by seed, and the vectors of their passages."""

    heads: tuple[str | None, ...]
    bodies: tuple[str, ...]
    rows: tuple[tuple[int, ...], ...]
    """Of each article, the rows of its passages in `vectors`."""
    vectors: Vectors
    """float32 (passages, dim), rows of length 1."""
    encoder: str

    @property
    def passages_each(self) -> float:
        """Passages in an article, on average."""
        return len(self.vectors) / len(self.bodies)


@dataclass(frozen=True, slots=True)
class Shape:
    """Mean, float32 (dim,), and a root of the covariance, float32 (dim, dim), of some vectors."""

    mean: Vectors
    root: Vectors


@dataclass(frozen=True, slots=True)
class Match:
    """How near the 10th and the 50th passage are: mean cosine to questions, then to passages themselves."""

    noise: float
    real: tuple[float, ...]
    """Among the real vectors."""
    made: tuple[float, ...]
    """Among as many, of which nine tenths were made from a tenth."""


def load_originals(archive: Path, *, seed: int) -> Originals:
    """Read the articles and vectors of an archive; passages without vector and their articles are left out."""
    store = Store(archive)
    rows: dict[str, list[int]] = defaultdict(list)
    lacking = set()
    with store.snapshot() as snapshot:
        ids = snapshot.passage_ids(embedded=True)
        vectors = np.concatenate([block for _, block in snapshot.read_vectors(ids)] or [np.empty((0, 0), np.float32)])
        row_of = {int(number): row for row, number in enumerate(ids)}
        for entry in snapshot.passages():
            if entry.passage.id in row_of:
                rows[entry.passage.article_id].append(row_of[entry.passage.id])
            else:
                lacking.add(entry.passage.article_id)
    articles = [article for article in store.articles(EVERYTHING) if article.id in rows and article.id not in lacking]
    encoder = store.encoder
    store.close()
    if not articles or encoder is None:
        raise SystemExit(f"no passage in {archive} has a vector: name an archive that was ingested with an encoder")
    random.Random(seed).shuffle(articles)
    return Originals(
        heads=tuple(None if article.headline_made else article.headline for article in articles),
        bodies=tuple(article.text[article.body_start :] for article in articles),
        rows=tuple(tuple(rows[article.id]) for article in articles),
        vectors=vectors,
        encoder=encoder,
    )


def changed(text: str, pool: dict[int, list[str]], rng: random.Random) -> str:
    """Return `text` with words from `pool` (by length) in place of some, other digits, sentences in another order.

    >>> changed("会议8月9日召开。代表发言。", {2: ["学校"]}, random.Random(24))
    '代表发言。会议3月7日学校。'
    """
    import rjieba

    digits = list("123456789")
    rng.shuffle(digits)
    out = []
    for line in text.translate(str.maketrans("123456789", "".join(digits))).split("\n"):
        sentences = SENTENCE.findall(line)
        rng.shuffle(sentences)
        out.append("".join(sentences))
    words = rjieba.cut("\n".join(out))
    for at, word in enumerate(words):
        if len(word) in pool and rng.random() < SHARE and HAN.fullmatch(word):
            words[at] = rng.choice(pool[len(word)])
    return "".join(words)


def write_export(originals: Originals, folder: Path, *, passages: int, seed: int) -> list[Path]:
    """Write about so many `passages` as JSON lines into files of 10,000 articles; an id is the article's number."""
    pool = _words(originals.bodies[:WORDS_FROM])
    total = max(1, round(passages / originals.passages_each))
    files = []
    for numbers in _blocks(range(total), PER_FILE):
        files.append(folder / f"{numbers[0]:08}.jsonl")
        with files[-1].open("w", encoding="utf-8") as file:
            for number in numbers:
                file.write(json.dumps(_record(originals, number, pool, seed), ensure_ascii=False) + "\n")
    return files


def fill(archive: Path, originals: Originals, *, noise: float, seed: int) -> int:
    """Give the passages of an archive, ingested from `write_export`'s files, their vectors; returns how many."""
    rng, shape = np.random.default_rng(seed), shape_of(originals.vectors)
    store = Store(archive)
    done = 0
    for block in _blocks(_places(store, originals), BLOCK):
        ids = [number for number, _, _ in block]
        rows = np.array([row for _, row, _ in block])
        vectors = originals.vectors[rows].copy()
        later = np.array([again for _, _, again in block])
        vectors[later] = moved(vectors[later], shape, noise, rng)
        with store.change("vectors"):
            store.set_encoder(originals.encoder)
            store.set_vectors(ids, vectors)
        done += len(ids)
    store.close()
    return done


def shape_of(vectors: Vectors) -> Shape:
    """Measure mean and covariance of `vectors`."""
    covariance = np.cov(vectors, rowvar=False).astype(np.float64)
    values, axes = np.linalg.eigh(covariance)  # unlike Cholesky's, this root exists for fewer vectors than components
    root = axes * np.sqrt(np.maximum(values, 0))
    return Shape(vectors.mean(axis=0), root.T.astype(np.float32))


def moved(vectors: Vectors, shape: Shape, noise: float, rng: np.random.Generator) -> Vectors:
    """Return `vectors` moved by normal noise of `shape`, float32, rows of length 1.

    The way from the mean is shortened by as much as the noise adds, so that the covariance stays; 0 moves nothing, 1
    leaves nothing of the original.
    """
    drawn = rng.standard_normal(vectors.shape, np.float32) @ shape.root
    out = shape.mean + np.float32(np.sqrt(1 - noise**2)) * (vectors - shape.mean) + np.float32(noise) * drawn
    unit: Vectors = (out / np.linalg.norm(out, axis=1, keepdims=True)).astype(np.float32)
    return unit


def match_noise(originals: Originals, questions: Vectors, *, seed: int) -> Match:
    """Choose the noise with which vectors made from a tenth of the articles have their neighbours as near as all have.

    A tenth grows to ten tenths as the whole grows tenfold, and there the truth is known. Questions alone would not
    do: they look upon copies from afar and see as many near ones with hardly any noise at all.
    """
    real = _nearness(originals.vectors, questions, seed)
    tenth = originals.vectors[[row for rows in originals.rows[::TENTH] for row in rows]]
    more = np.resize(np.arange(len(tenth)), len(originals.vectors) - len(tenth))
    shape = shape_of(tenth)
    found = []
    for noise in NOISES:
        rows = moved(tenth[more], shape, noise, np.random.default_rng(seed))
        found.append(Match(noise, real, _nearness(np.concatenate([tenth, rows]), questions, seed)))
    return min(found, key=lambda match: sum(abs(a - b) for a, b in zip(match.real, match.made, strict=True)))


def _words(bodies: Sequence[str]) -> dict[int, list[str]]:
    """Return the words of `bodies`, as often as they occur, by their length."""
    import rjieba

    pool: dict[int, list[str]] = defaultdict(list)
    for body in bodies:
        for word in rjieba.cut(body):
            if len(word) > 1 and HAN.fullmatch(word):
                pool[len(word)].append(word)
    return dict(pool)


def _record(originals: Originals, number: int, pool: dict[int, list[str]], seed: int) -> dict[str, str]:
    rng = random.Random(f"{seed} {number}")
    again, at = divmod(number, len(originals.bodies))
    head, body = originals.heads[at], originals.bodies[at]
    if again:
        head, body = head and changed(head, pool, rng), changed(body, pool, rng)
    day = FIRST_DAY + timedelta(rng.randrange(DAYS))
    return {"id": str(number), "date": day.isoformat(), "text": body} | ({"headline": head} if head else {})


def _places(store: Store, originals: Originals) -> Iterator[tuple[int, int, bool]]:
    """Return each passage's id, the row of the real one it was made from, and whether it is another than that."""
    with store.snapshot() as snapshot:
        every = snapshot.passage_ids()
    article, place = "", 0
    for ids in _blocks(every, BLOCK):
        for number, passage in sorted(store.passages_of(ids).items()):
            article, place = passage.article_id, place + 1 if passage.article_id == article else 0
            again, at = divmod(int(article), len(originals.bodies))
            rows = originals.rows[at]  # a changed text may be cut into one passage more
            yield number, rows[min(place, len(rows) - 1)], again > 0


def _nearness(vectors: Vectors, questions: Vectors, seed: int) -> tuple[float, ...]:
    drawn = np.random.default_rng(seed).choice(len(vectors), min(PROBES, len(vectors)), replace=False)
    places = [min(rank, len(vectors)) - 1 for rank in RANKS]
    near = [-np.partition(-(probes @ vectors.T), places, axis=1)[:, places] for probes in (questions, vectors[drawn])]
    return tuple(round(float(cosine), 4) for scores in near for cosine in scores.mean(axis=0))


def _blocks(values: Iterable[T], size: int) -> Iterator[list[T]]:
    rest = iter(values)
    while block := list(islice(rest, size)):
        yield block
