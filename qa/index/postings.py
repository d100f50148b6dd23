"""Full-text search over passages: BM25 by tantivy, the only module that imports it.

Queries are built from terms of ours. Text never reaches tantivy's query parser, which deep nesting can crash.
"""

from __future__ import annotations

import math
import os
import shutil
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from qa.index.columns import Columns, Gatherer
from qa.index.words import index_terms
from qa.store.passages import IndexEntry

__all__ = ["Postings", "PostingsError"]

HEAD_WEIGHT = 0.5
BIGRAM_WEIGHT = 0.6
BEYOND = 16
"""Looked at beyond what was asked for, so that a tie across the border is usually settled in one search."""
REPLACED = ("meta.json", ".managed.json")
SEGMENT = (".idx", ".pos", ".term", ".store", ".fast", ".fieldnorm", ".del")
"""tantivy's files: those that a commit replaces, and those of its segments, which are never written again."""
COLUMNS = "columns.npz"
"""What filters ask of the passages, beside tantivy's own files."""
SIFTED = 0.05
"""Part of the passages from which up they are searched and then sifted; fewer are named to the search."""
DEEPEST = 20_000
"""Hits sifted at most before the passages are named after all."""
WRITER_BYTES = 64_000_000
MANY_TERMS = 512
"""A question is cut to so many distinct terms; nobody types more."""


class PostingsError(Exception):
    """The postings cannot be written."""


class Postings:
    """Search an index of passages; ids are the store's passage ids."""

    def __init__(self, index: Any, columns: Columns) -> None:
        self._index = index
        self._schema = index.schema
        self._searcher = index.searcher()
        self.columns = columns

    @classmethod
    def build(cls, entries: Iterable[IndexEntry], directory: Path | None = None) -> Postings:
        """Index passages, by id ascending, in `directory`, which must not exist, or in memory."""
        import tantivy

        if directory:
            directory.mkdir(parents=True)
        index = tantivy.Index(_schema(), path=str(directory) if directory else None)
        return cls._filled(index, Gatherer(), entries, directory)

    @classmethod
    def grow(cls, former: Path, entries: Iterable[IndexEntry], directory: Path) -> Postings:
        """Index in `directory` what the index in `former` holds, and passages whose ids are greater than all in it.

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
        return cls._filled(index, Gatherer(cls.columns_in(former)), entries, directory)

    @staticmethod
    def is_final(name: str) -> bool:
        """Tell whether a file of an index on disk is never written again, so that a grown index shares it."""
        return Path(name).suffix in SEGMENT

    @staticmethod
    def columns_in(directory: Path) -> Columns:
        """Return the columns of the passages that the index in `directory` holds."""
        return Columns.load(directory / COLUMNS)

    @classmethod
    def open(cls, directory: Path) -> Postings:
        """Open what `build` left in `directory`; check it with `qa.index.manifest` first."""
        import tantivy

        return cls(tantivy.Index.open(str(directory)), cls.columns_in(directory))

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def search(self, text: str, count: int, *, allowed: npt.NDArray[np.bool_] | None = None) -> list[tuple[int, float]]:
        """Return up to `count` (passage id, BM25 score), best first, ties by id.

        Only passages `allowed`, bool (n,) in the order of the columns, if given.
        """
        import tantivy

        terms = list(dict.fromkeys(index_terms(text)))[:MANY_TERMS]
        clauses = [(tantivy.Occur.Should, self._term(term)) for term in terms]
        if not clauses or not len(self):
            return []
        query = tantivy.Query.boolean_query(clauses)
        if allowed is None:
            return self._best(query, count, count + BEYOND)
        part = float(np.mean(allowed))
        look = math.ceil((count + BEYOND) / max(part, SIFTED))
        while part >= SIFTED and look <= DEEPEST:
            hits = self._best(query, look, look + BEYOND)
            places = np.searchsorted(self.columns.ids, [number for number, _ in hits])
            inside = [hit for hit, held in zip(hits, allowed[places], strict=True) if held]
            if len(inside) >= count or len(hits) < look:
                return inside[:count]
            look *= 4
        within = tantivy.Query.term_set_query(self._schema, "id", self.columns.ids[allowed].tolist())
        free = tantivy.Query.const_score_query(within, 0.0)
        query = tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, free)])
        return self._best(query, count, count + BEYOND)

    def sharing(self, terms: Sequence[str], count: int, *, every: bool = False) -> list[tuple[int, float]]:
        """Return up to `count` (passage id, BM25 score) of passages whose own text has any of `terms`, best first.

        Where `every`, all of them. Terms as `index_terms` gives them; ties by id.
        """
        import tantivy

        if not terms or not len(self):
            return []
        occur = tantivy.Occur.Must if every else tantivy.Occur.Should
        clauses = [(occur, tantivy.Query.term_query(self._schema, "body", term)) for term in terms]
        return self._best(tantivy.Query.boolean_query(clauses), count, count + BEYOND)

    def frequency(self, term: str) -> int:
        """Return in how many passages' own text `term` occurs, as `index_terms` gives it."""
        return int(self._searcher.doc_freq("body", term))

    def _best(self, query: Any, count: int, look: int) -> list[tuple[int, float]]:
        while True:
            hits = self._searcher.search(query, limit=look).hits
            # tantivy breaks ties by place in the index, which is not the same after a rebuild.
            if len(hits) < look or hits[-1][0] < hits[count - 1][0]:
                break
            look *= 2
        ids = self._searcher.fast_field_values("id", [address for _, address in hits])
        scored = [(int(number), float(score)) for (score, _), number in zip(hits, ids, strict=True)]
        return sorted(scored, key=lambda hit: (-hit[1], hit[0]))[:count]

    @classmethod
    def _filled(cls, index: Any, gatherer: Gatherer, entries: Iterable[IndexEntry], directory: Path | None) -> Postings:
        _write(index, gatherer.pass_on(entries))
        columns = gatherer.columns()
        if directory:
            columns.save(directory / COLUMNS)
        return cls(index, columns)

    def holds(self, term: str) -> bool:
        """Tell whether all character bigrams of `term` occur (for a single character or Latin run: the term itself).

        Words would not do: the dictionary may cut a name differently alone and in running text.
        """
        terms = index_terms(term)
        bigrams = [part for part in terms if part.startswith("~")]
        return bool(terms) and all(
            any(self._searcher.doc_freq(field, part) for field in ("head", "body")) for part in bigrams or terms
        )

    @staticmethod
    def decides(term: str) -> bool:
        """Tell whether `holds` being false means that no passage has `term`: it has two Chinese characters in a row.

        What is shorter, or Latin, may stand inside a longer word.
        """
        return any(part.startswith("~") for part in index_terms(term))

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


def _write(index: Any, entries: Iterable[IndexEntry]) -> None:
    """Add passages to a tantivy index and commit."""
    import tantivy

    writer = index.writer(heap_size=WRITER_BYTES, num_threads=1)
    for entry in entries:
        document = tantivy.Document()
        document.add_integer("id", entry.passage.id)
        document.add_text("head", " ".join(index_terms(entry.head)))
        document.add_text("body", " ".join(index_terms(entry.text)))
        _ask(writer.add_document, document)
    _ask(writer.commit)
    _ask(writer.wait_merging_threads)
    index.reload()


def _ask(function: Callable[..., object], *args: object) -> None:
    try:
        function(*args)
    except ValueError as error:  # all tantivy says, a full disk included
        raise PostingsError(str(error)) from error


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
