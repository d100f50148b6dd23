"""Full-text search over passages: BM25 by tantivy, the only module that imports it.

Queries are built from terms of ours. Text never reaches tantivy's query parser, which deep nesting can crash.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from qa.index.words import index_terms
from qa.records import Passage

__all__ = ["Postings"]

HEAD_WEIGHT = 0.5
BIGRAM_WEIGHT = 0.3
BEYOND = 16
"""Looked at beyond what was asked for, so that a tie across the border is usually settled in one search."""
REPLACED = ("meta.json", ".managed.json")
SEGMENT = (".idx", ".pos", ".term", ".store", ".fast", ".fieldnorm", ".del")
"""tantivy's files: those that a commit replaces, and those of its segments, which are never written again."""
IDS = "ids.npy"
"""The ids an index on disk holds, beside tantivy's own files."""
WRITER_BYTES = 64_000_000
MANY_TERMS = 512
"""A question is cut to so many distinct terms; nobody types more."""


class Postings:
    """Search an index of passages; ids are the store's passage ids."""

    def __init__(self, index: Any) -> None:
        self._index = index
        self._schema = index.schema
        self._searcher = index.searcher()

    @classmethod
    def build(cls, passages: Iterable[tuple[Passage, str, str]], directory: Path | None = None) -> Postings:
        """Index (passage, head, text) triples in `directory`, which must not exist, or in memory."""
        import tantivy

        if directory:
            directory.mkdir(parents=True)
        index = tantivy.Index(_schema(), path=str(directory) if directory else None)
        ids = _write(index, passages)
        if directory:
            np.save(directory / IDS, np.array(ids, np.int64))
        return cls(index)

    @classmethod
    def grow(cls, former: Path, passages: Iterable[tuple[Passage, str, str]], directory: Path) -> Postings:
        """Index in `directory` what the index in `former` holds, and `passages`, none of which it may hold.

        `former` stays as it is: tantivy replaces files and never writes into one, so both share what did not change.
        Searches score as over an index built at once; that is why passages cannot be taken out this way, since
        tantivy goes on counting what was deleted.
        """
        import tantivy

        directory.mkdir(parents=True)
        for file in former.iterdir():
            if file.name in REPLACED:
                shutil.copy2(file, directory)
            elif file.suffix in SEGMENT:
                _share(file, directory / file.name)
        index = tantivy.Index.open(str(directory))
        ids = _write(index, passages)
        np.save(directory / IDS, np.concatenate([cls.ids_in(former), np.array(ids, np.int64)]))
        return cls(index)

    @staticmethod
    def ids_in(directory: Path) -> npt.NDArray[np.int64]:
        """Return the passage ids, int64 (n,), that the index in `directory` holds."""
        ids: npt.NDArray[np.int64] = np.load(directory / IDS, allow_pickle=False)
        return ids

    @classmethod
    def open(cls, directory: Path) -> Postings:
        """Open what `build` left in `directory`; check it with `qa.index.manifest` first."""
        import tantivy

        return cls(tantivy.Index.open(str(directory)))

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def search(self, text: str, count: int, *, allowed: Sequence[int] | None = None) -> list[tuple[int, float]]:
        """Return up to `count` (passage id, BM25 score), best first, ties by id; only `allowed` ids if given."""
        import tantivy

        terms = list(dict.fromkeys(index_terms(text)))[:MANY_TERMS]
        clauses = [(tantivy.Occur.Should, self._term(term)) for term in terms]
        if not clauses or not len(self):
            return []
        query = tantivy.Query.boolean_query(clauses)
        if allowed is not None:
            within = tantivy.Query.term_set_query(self._schema, "id", list(allowed))
            free = tantivy.Query.const_score_query(within, 0.0)
            query = tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, free)])
        look = count + BEYOND
        while True:
            hits = self._searcher.search(query, limit=look).hits
            # tantivy breaks ties by place in the index, which is not the same after a rebuild.
            if len(hits) < look or hits[-1][0] < hits[count - 1][0]:
                break
            look *= 2
        ids = self._searcher.fast_field_values("id", [address for _, address in hits])
        scored = [(int(number), float(score)) for (score, _), number in zip(hits, ids, strict=True)]
        return sorted(scored, key=lambda hit: (-hit[1], hit[0]))[:count]

    def holds(self, term: str) -> bool:
        """Tell whether all character bigrams of `term` occur (for a single character or Latin run: the term itself).

        Words would not do: the dictionary may cut a name differently alone and in running text.
        """
        terms = index_terms(term)
        bigrams = [part for part in terms if part.startswith("~")]
        return bool(terms) and all(
            any(self._searcher.doc_freq(field, part) for field in ("head", "body")) for part in bigrams or terms
        )

    def _term(self, term: str) -> Any:
        import tantivy

        weight = BIGRAM_WEIGHT if term.startswith("~") else 1.0
        fields = [
            (tantivy.Occur.Should, _weighed(self._schema, field, term, weight * of_field))
            for field, of_field in (("head", HEAD_WEIGHT), ("body", 1.0))
        ]
        return tantivy.Query.boolean_query(fields)


def _share(file: Path, place: Path) -> None:
    try:
        os.link(file, place)
    except OSError:  # a file system without hard links
        shutil.copy2(file, place)


def _write(index: Any, passages: Iterable[tuple[Passage, str, str]]) -> list[int]:
    """Add `passages` to a tantivy index, commit, and return their ids."""
    import tantivy

    writer = index.writer(heap_size=WRITER_BYTES, num_threads=1)
    ids = []
    for passage, head, text in passages:
        document = tantivy.Document()
        document.add_integer("id", passage.id)
        document.add_text("head", " ".join(index_terms(head)))
        document.add_text("body", " ".join(index_terms(text)))
        writer.add_document(document)
        ids.append(passage.id)
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    return ids


def _schema() -> Any:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("id", stored=False, indexed=True, fast=True)
    builder.add_text_field("head", stored=False, tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("body", stored=False, tokenizer_name="whitespace", index_option="freq")
    return builder.build()


def _weighed(schema: Any, field: str, term: str, weight: float) -> Any:
    import tantivy

    return tantivy.Query.boost_query(tantivy.Query.term_query(schema, field, term), weight)
