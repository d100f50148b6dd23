"""Write what the encoder is trained on: questions, the passage that answers each, and passages that nearly do.

    python -m training.pairs --archive ARCHIVE --qa TRAIN.jsonl.gz --without DEV.jsonl.gz --out pairs.jsonl.gz

ARCHIVE is filled with the news (vectors are not needed). A line of the output is ``{"kind", "question", "passage",
"negatives"}``. Questions come from three places: those of `--qa`, each with its passage of an article in ARCHIVE or
else of its own context; headlines, each with a passage of the body under it; and sentences of the news, turned into
questions (`training.questions`). Negatives are what BM25 finds for the question, less passages that have the answer
or repeat the right one. Articles and contexts of `--without` take no part at all, so that it stays unseen.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from qa import Archive
from qa.errors import NotHeld
from qa.ingest.passages import cut_passages, cut_sentences
from qa.records import Article
from training.questions import make_question

__all__ = ["Pair", "Source", "filled_archive", "main", "read_lines"]

LOOKED_AT = 30
"""Passages of BM25 among which negatives are looked for."""
NEGATIVES = 3
ALIKE = 0.5
"""A passage that shares this part of its character pairs with the right one says the same and is no negative."""
SHORT_ANSWER = 2
"""Answers of one character are in too many passages to tell which of them answer."""
HEADLINE_CHARS = (8, 60)
TRIES = 5
"""Sentences of an article looked at for one that makes a question."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A question, the passage to be found for it, and some that should not be."""

    kind: str
    question: str
    passage: str
    negatives: tuple[str, ...]


def main() -> None:
    """Write all pairs and print how many there are of each kind."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--archive", type=Path, required=True, help="archive folder with the news")
    parser.add_argument("--qa", type=Path, required=True, help="JSONL(.gz): question, context, answer[, article]")
    parser.add_argument("--without", type=Path, required=True, help="JSONL(.gz) whose articles and contexts stay out")
    parser.add_argument("--out", type=Path, required=True, help="JSONL.gz to write")
    parser.add_argument("--headlines", type=int, default=3000)
    parser.add_argument("--made", type=int, default=7000, help="questions made of sentences")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    started = time.perf_counter()
    dice = random.Random(args.seed)
    unseen = list(read_lines(args.without))
    articles = {record["article"] for record in unseen if "article" in record}
    contexts = {record["context"] for record in unseen}
    asked = [record for record in read_lines(args.qa) if record["answer"] and record["context"] not in contexts]
    of_news = [record for record in asked if record.get("article") and record["article"] not in articles]
    others = [record for record in asked if not record.get("article")]
    pairs: list[Pair] = []
    with Archive.open(args.archive) as archive:
        news = Source(archive)
        pairs += news.of_questions(of_news, dice)
        seen = [article for article in archive.articles() if article.id not in articles]
        dice.shuffle(seen)
        pairs += news.of_headlines(seen, args.headlines, dice)
        pairs += news.of_sentences(seen, args.made, dice)
    with tempfile.TemporaryDirectory() as name, filled_archive(others, Path(name)) as archive:
        pairs += Source(archive).of_questions(others, dice)
    dice.shuffle(pairs)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    with gzip.GzipFile(args.out, "wb", mtime=0) as out:
        for pair in pairs:
            out.write((json.dumps(asdict(pair), ensure_ascii=False) + "\n").encode())
    for kind, count in sorted(Counter(pair.kind for pair in pairs).items()):
        print(f"{kind:12} {count:7,}")
    print(f"{len(pairs):,} pairs, {time.perf_counter() - started:.0f} s: {args.out}")


class Source:
    """An archive that questions are about."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def of_questions(self, records: Iterable[dict[str, Any]], dice: random.Random) -> list[Pair]:
        """Return the pairs of real questions; one whose passage is not held is left out."""
        pairs = []
        for record in records:
            try:
                article = self._archive.article(record["article"])
            except NotHeld:
                continue
            passage = _passage_with(article, record)
            if passage:
                pairs.append(self._pair(record["source"], record["question"], passage, record["answer"], dice))
        return pairs

    def of_headlines(self, articles: Iterable[Article], count: int, dice: random.Random) -> list[Pair]:
        """Return up to `count` pairs of a printed headline and a passage of the body, which is shown without it."""
        pairs: list[Pair] = []
        low, high = HEADLINE_CHARS
        for article in articles:
            if len(pairs) == count:
                break
            body = article.text[article.body_start :].strip()
            if article.headline_made or not low <= len(article.headline) <= high or article.headline in body:
                continue
            spans = cut_passages(body)
            if spans:
                start, end = spans[0] if dice.random() < 0.5 else dice.choice(spans)
                pairs.append(self._pair("headline", article.headline, body[start:end], "", dice))
        return pairs

    def of_sentences(self, articles: Iterable[Article], count: int, dice: random.Random) -> list[Pair]:
        """Return up to `count` pairs of a question made of a sentence and the passage it stands in."""
        pairs: list[Pair] = []
        for article in articles:
            if len(pairs) == count:
                break
            body = article.text[article.body_start :]
            spans = cut_passages(body)
            sentences = cut_sentences(body)
            for start, end in dice.sample(sentences, min(TRIES, len(sentences))):
                made = make_question(body[start:end], dice)
                if not made:
                    continue
                first, last = next((s, e) for s, e in spans if s <= start + made.start and start + made.end <= e)
                answer = body[start + made.start : start + made.end]
                passage = _embedded(article, body[first:last])
                pairs.append(self._pair("made", made.question, passage, answer, dice))
                break
        return pairs

    def _pair(self, kind: str, question: str, passage: str, answer: str, dice: random.Random) -> Pair:
        near = [f"{head}\n{text}".strip() for head, text in self.near_misses(question, passage, answer)]
        return Pair(kind, question, passage, tuple(dice.sample(near, min(NEGATIVES, len(near)))))

    def near_misses(self, question: str, passage: str, answer: str) -> list[tuple[str, str]]:
        """Return (headline, text) of passages that BM25 finds, best first, less those that answer or say the same."""
        pairs = _character_pairs(passage)
        near = []
        for head, text in self._found(question):
            both = f"{head}\n{text}".strip()
            alike = len(pairs & _character_pairs(both)) / max(1, min(len(pairs), len(both)))
            if alike < ALIKE and not (len(answer) >= SHORT_ANSWER and answer in both):
                near.append((head, text))
        return near

    def _found(self, question: str) -> list[tuple[str, str]]:
        """Return (headline, text) of the passages that BM25 finds, best first."""
        archive = self._archive
        found = [number for number, _ in archive._upkeep.current().bm25(question, LOOKED_AT, allowed=None)]
        passages = archive._store.passages_of(found)
        texts = []
        for passage in (passages[number] for number in found):
            article = archive.article(passage.article_id)
            texts.append((article.headline, article.text[passage.start : passage.end]))
        return texts


def _passage_with(article: Article, record: dict[str, Any]) -> str | None:
    """Return the passage of `article` that has the record's answer where its context has it."""
    around = record["context"][max(0, record["answer_start"] - 8) : record["answer_start"] + len(record["answer"])]
    at = article.text.find(around)
    at = at + len(around) - len(record["answer"]) if at >= 0 else article.text.find(record["answer"])
    if at < 0:
        return None
    holding = ((s, e) for s, e in cut_passages(article.text) if s <= at and at + len(record["answer"]) <= e)
    span = next(holding, None)
    return _embedded(article, article.text[slice(*span)]) if span else None


def _embedded(article: Article, text: str) -> str:
    return f"{article.headline}\n{text}".strip()


def _character_pairs(text: str) -> set[str]:
    return {f"{a}{b}" for a, b in pairwise(text)}


def filled_archive(records: list[dict[str, Any]], folder: Path) -> Archive:
    """Return an archive of the records' contexts and set each record's article."""
    numbers: dict[str, str] = {}
    for record in records:
        record["article"] = numbers.setdefault(record["context"], f"context-{len(numbers)}")
    file = folder / "contexts.jsonl"
    with file.open("w", encoding="utf-8") as out:
        for text, number in numbers.items():
            out.write(json.dumps({"id": number, "text": text}, ensure_ascii=False) + "\n")
    archive = Archive.open(folder / "archive", create=True)
    archive.ingest([file], embed=False)
    return archive


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the records of a file of JSON lines, gzipped or not."""
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as lines:
        yield from map(json.loads, lines)


if __name__ == "__main__":
    main()
