"""Write what the reader is trained on: questions, their texts, where the answer stands, and near misses.

    python -m training.readings --archive ARCHIVE --qa TRAIN.jsonl.gz --without DEV.jsonl.gz --out readings.jsonl.gz

ARCHIVE is filled with the news (vectors are not needed). A line of the output is ``{"kind", "question", "text",
"start", "end", "near"}``: the answer is ``text[start:end]``, both -1 where the text has none; `near` are passages that
BM25 finds for the question and that do not answer it. Questions on news get theirs from ARCHIVE, others from the texts
of all others of their source. To those of `--qa` come questions made of sentences of ARCHIVE (`training.questions`),
most of the kinds that people seldom write down: lists, reasons, how something is to be done. Articles and texts of
`--without` take no part.
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
from pathlib import Path
from typing import Any

from qa import Archive
from qa.ingest.passages import cut_sentences
from qa.records import Article
from training.pairs import Source, filled_archive, read_lines
from training.questions import make_question

__all__ = ["main"]

NEWS = ("crud-news", "sec-news")
NEAR = 4
MADE = {"list": 2500, "how": 1500, "why": 1500, "person": 1500, "number": 1000, "day": 600, "speaker": 400}
"""How many questions are made of each kind, rarest first; an article gives one."""
SEED = 1


def main() -> None:
    """Write all readings and print how many there are of each kind."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--archive", type=Path, required=True, help="archive folder with the news")
    parser.add_argument("--qa", type=Path, required=True, help="JSONL(.gz): question, context, answer, answer_start")
    parser.add_argument("--without", type=Path, required=True, help="JSONL(.gz) whose articles and texts stay out")
    parser.add_argument("--out", type=Path, required=True, help="JSONL.gz to write")
    args = parser.parse_args()
    started = time.perf_counter()
    unseen = list(read_lines(args.without))
    hidden = {record["context"] for record in unseen}
    hidden_articles = {record["article"] for record in unseen if "article" in record}
    records = [
        record
        for record in read_lines(args.qa)
        if record["context"] not in hidden and record.get("article") not in hidden_articles
    ]
    rows: list[dict[str, Any]] = []
    with (
        Archive.open(args.archive) as news,
        tempfile.TemporaryDirectory() as name,
        filled_archive([dict(record) for record in records], Path(name)) as texts,
    ):
        of_news, of_texts = Source(news), Source(texts)
        for record in records:
            source = of_news if record["source"] in NEWS else of_texts
            near = [text for _, text in source.near_misses(record["question"], record["context"], record["answer"])]
            if source is of_news:
                near = [text for text in near if text not in record["context"]]
            rows.append(_row(record, near[:NEAR]))
        for record in _made(news.articles(), hidden_articles):
            near = of_news.near_misses(record["question"], record["context"], record["answer"])
            rows.append(_row(record, [text for _, text in near if text not in record["context"]][:NEAR]))
    args.out.parent.mkdir(parents=True, exist_ok=True)
    with gzip.GzipFile(args.out, "wb", mtime=0) as out:
        for row in rows:
            out.write((json.dumps(row, ensure_ascii=False) + "\n").encode())
    for kind, count in sorted(Counter(row["kind"] for row in rows).items()):
        print(f"{kind:12} {count:7,}")
    print(f"{len(rows):,} questions, {time.perf_counter() - started:.0f} s: {args.out}")


def _made(articles: Iterable[Article], hidden: set[str]) -> Iterator[dict[str, Any]]:
    """Yield questions made of the bodies of articles, as records of `--qa`."""
    dice = random.Random(SEED)
    wanted = Counter(MADE)
    seen = [article for article in articles if article.id not in hidden]
    dice.shuffle(seen)
    for article in seen:
        body = article.text[article.body_start :]
        sentences = cut_sentences(body)
        dice.shuffle(sentences)
        tries = ((kind, span) for kind in +wanted for span in sentences)
        for kind, (start, end) in tries:
            made = make_question(body[start:end], dice, (kind,))
            if made:
                wanted[kind] -= 1
                low, high = start + made.start, start + made.end
                yield {
                    "source": f"made-{kind}",
                    "question": made.question,
                    "context": body,
                    "answer": body[low:high],
                    "answer_start": low,
                }
                break


def _row(record: dict[str, Any], near: list[str]) -> dict[str, Any]:
    start = record["answer_start"] if record["answer"] else -1
    return {
        "kind": record["source"],
        "question": record["question"],
        "text": record["context"],
        "start": start,
        "end": start + len(record["answer"]) if start >= 0 else -1,
        "near": near,
    }


if __name__ == "__main__":
    main()
