"""What to ask an archive of any content: questions made from its own articles, and filters by how much they leave."""

from __future__ import annotations

import gzip
import json
import random
import re
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import accumulate, combinations
from pathlib import Path
from typing import Any

from qa.ingest.passages import cut_sentences
from qa.records import EVERYTHING, Article, Filters
from qa.store.store import Store

__all__ = ["Narrowing", "make_questions", "narrowings", "question_of", "read_questions"]

SHARES = (0.5, 0.1, 0.01)
SENTENCE_CHARS = range(12, 60)
COUNTED = re.compile(r"[0-9.,]+(?=[个名项家人位条种天年亿万元所座辆岁倍批件届次%])")
SAID = re.compile(r"^.{2,20}?(?:表示|指出|强调|认为|介绍|要求)$")
CLAUSE = re.compile(r"[，；：。！？“”‘’「」《》]")
CLAUSE_CHARS = range(5, 30)


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Filters, and the share of the passages that lies within them."""

    name: str
    share: float
    filters: Filters


def make_questions(archive: Path, count: int, *, seed: int) -> list[str]:
    """Make up to `count` different questions from articles drawn by seed, from headlines and sentences in turn.

    Headlines made by the program and sentences that begin with too little make none.
    """
    store = Store(archive)
    ids = [row[0] for row in _rows(archive, "SELECT id FROM articles ORDER BY id")]
    random.Random(seed).shuffle(ids)
    found: dict[str, None] = {}
    for number, article_id in enumerate(ids):
        article = store.article(article_id)
        from_head = number % 2 and not article.headline_made
        question = question_of(article.headline if from_head else _sentence(article, random.Random(f"{seed} {number}")))
        if question:
            found[question] = None
        if len(found) == count:
            break
    store.close()
    return list(found)


def read_questions(path: Path, count: int) -> list[str]:
    """Read the first `count` different questions of JSON lines (gzipped or not) with ``question``."""
    found: dict[str, None] = {}
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as lines:
        for line in lines:
            found[json.loads(line)["question"]] = None
            if len(found) == count:
                break
    return list(found)


def narrowings(archive: Path, shares: Sequence[float] = SHARES) -> list[Narrowing]:
    """Return no filter at all, then for each of `shares` the run of days that holds nearest to it of the passages.

    An archive of few days has other shares than asked for, one without days has none.
    """
    rows = _rows(
        archive, "SELECT a.date, count(*) FROM passages p JOIN articles a ON a.id = p.article_id GROUP BY 1 ORDER BY 1"
    )
    total = sum(count for _, count in rows)
    dated = [(day, count) for day, count in rows if day]
    upto = [0, *accumulate(count for _, count in dated)]
    out = [Narrowing("all", 1.0, EVERYTHING)]
    for share in shares if dated else ():
        first, last = min(
            combinations(range(len(upto)), 2),
            key=lambda run: (abs(upto[run[1]] - upto[run[0]] - share * total), run),
        )
        days = Filters(date_from=dated[first][0], date_to=dated[last - 1][0])
        out.append(Narrowing(f"{share:.0%}", (upto[last] - upto[first]) / total, days))
    return out


def question_of(sentence: str) -> str | None:
    """Make a question of a sentence: what someone said, how much something is, or what is with its longest clause.

    >>> question_of("在昨天的会上，李海峰强调，要坚持项目为王。")
    '李海峰强调了什么？'
    >>> question_of("全市新建口袋公园32个，面积共12万平方米。")
    '全市新建口袋公园多少个？'
    >>> question_of("去年，这座桥把老城和新区连了起来。")
    '“这座桥把老城和新区连了起来”是怎么回事？'
    """
    clauses = [clause.strip() for clause in CLAUSE.split(sentence) if len(clause.strip()) in CLAUSE_CHARS]
    for clause in clauses:
        if said := SAID.search(clause):
            return f"{said.group()}了什么？"
    for clause in clauses:
        if number := COUNTED.search(clause):
            return f"{clause[: number.start()]}多少{clause[number.end() :].removeprefix('%')}？"
    return f"“{max(clauses, key=len)}”是怎么回事？" if clauses else None


def _sentence(article: Article, rng: random.Random) -> str:
    body = article.text[article.body_start :]
    sentences = [body[start:end] for start, end in cut_sentences(body)]
    fitting = [sentence for sentence in sentences if len(sentence) in SENTENCE_CHARS]
    return rng.choice(fitting or sentences or [article.headline])


def _rows(archive: Path, sql: str) -> list[tuple[Any, ...]]:
    """Read what no part of the program needs: an archive is otherwise its store's alone."""
    with closing(sqlite3.connect(f"{(archive / 'archive.db').resolve().as_uri()}?mode=ro", uri=True)) as db:
        return db.execute(sql).fetchall()
