"""Upkeep of an archive's vectors and caches: made after what is stored, in the background if need be."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path

from embeddings.encoder import Encoder, EncoderError
from qa.errors import ArchiveLocked, ArchiveMismatch, WenbaoError
from qa.index.sync import CacheError, Caches, newest_vectors, open_caches
from qa.settings import encoder_path
from qa.store.lock import embedding_turn, write_lock
from qa.store.store import Store

__all__ = ["Progress", "Upkeep"]

Progress = Callable[[str, int, int], None]
"""Called as ``progress(stage, done, total)``; stages are ``read``, ``articles``, ``index``, ``embed``, ``verify``.

A total of 0 is one that nobody knows yet.
"""

EMBED_BATCH = 64
"""Passages per transaction while vectors are made: what a kill can cost."""
FRESH, FRESH_PART = 2000, 0.1
"""Vectors made before the cache of them is written anew: so many, and such a part of all."""
LOCK_SECONDS = 10.0
"""How long one batch waits for another writer."""
TURN_SECONDS = 1.0
"""Between two looks at how far the process is that makes vectors just now."""


class Upkeep:
    """Keep vectors and caches equal to what `store` holds; safe to share between threads."""

    def __init__(self, directory: Path, store: Store, encoder: str | None = None) -> None:
        """Use `encoder`, a folder or hub id, from now on; else the one recorded, else the one shipped."""
        self.chosen = encoder
        self._directory = directory
        self._store = store
        self._lock = threading.RLock()
        self._caches: Caches | None = None

    @cached_property
    def encoder(self) -> Encoder:
        """The encoder that is installed; WenbaoError where it cannot be used."""
        try:
            return Encoder.load(self.chosen or encoder_path(self._store.encoder_source))
        except EncoderError as error:
            raise WenbaoError("encoder.unusable", why=error) from error

    def check_encoder(self) -> None:
        """Raise ArchiveMismatch where the vectors held are not of the encoder that is installed."""
        held = self._store.encoder
        if held not in (None, self.encoder.fingerprint):
            raise ArchiveMismatch("archive.encoder", found=held[:12], current=self.encoder.fingerprint[:12])

    def catch_up(self, progress: Progress) -> None:
        """Make the caches equal to the store again; the caller holds the write lock."""
        with self._lock:
            self._caches = self._opened(writable=True, progress=progress)

    def embed(self, progress: Progress, stop: threading.Event | None = None) -> int:
        """Make the vectors still to come, a batch a transaction, until there are none or `stop` is set.

        Returns how many were made. The caches are caught up now and then, and at the end; between the batches other
        writers may come in. While another process makes vectors, its progress is told. Raises ArchiveLocked where a
        writer stays long.
        """
        total = self._store.count("pending")
        with ExitStack() as turn:
            while not _entered(turn, self._directory):
                left = self._store.count("pending")
                if not left or (stop and stop.is_set()):
                    return 0
                progress("embed", max(0, total - left), total)
            return self._embed(progress, stop or threading.Event())

    def current(self) -> Caches:
        """Return caches of what is stored now; while another process writes, those it last finished."""
        with self._lock:
            held = self._caches
            if held is None or held.content != self._store.content:
                self.check_encoder()
                try:
                    with write_lock(self._directory):
                        self._caches = self._opened(writable=True, progress=_silent)
                except ArchiveLocked:
                    self._caches = self._opened(writable=False, progress=_silent, behind=True)
                except WenbaoError:  # the folder is read-only: this process still answers, from memory
                    self._caches = self._opened(writable=False, progress=_silent)
            elif held.vectors != self._store.vectors and newest_vectors(self._directory) not in (None, held.vectors):
                self._caches = self._opened(writable=False, progress=_silent, behind=True)
            assert self._caches is not None
            return self._caches

    def _embed(self, progress: Progress, stop: threading.Event) -> int:
        total = self._store.count("pending")
        done = fresh = 0
        while not stop.is_set() and (batch := self._store.pending(EMBED_BATCH)):
            vectors = self.encoder.encode_passages([f"{head}\n{text}".strip() for _, head, text in batch])
            with write_lock(self._directory, wait=LOCK_SECONDS):
                with self._store.change("vectors"):
                    self.check_encoder()
                    self._store.set_encoder(self.encoder.fingerprint, source=self.chosen)
                    self._store.set_vectors([number for number, _, _ in batch], vectors)
                done, fresh = done + len(batch), fresh + len(batch)
                if fresh >= max(FRESH, FRESH_PART * self._store.count("passages")):
                    self.catch_up(_silent)
                    fresh = 0
            progress("embed", done, max(total, done))
        with write_lock(self._directory, wait=LOCK_SECONDS):
            self.catch_up(progress)
        return done

    def _opened(self, *, writable: bool, progress: Progress, behind: bool = False) -> Caches:
        try:
            return open_caches(
                self._directory,
                self._store,
                encoder=self.encoder.fingerprint,
                dim=self.encoder.dim,
                writable=writable,
                progress=progress,
                former=self._caches,
                behind=behind,
            )
        except (OSError, *CacheError) as error:  # what is stored is safe; only finding it waits for room on the disk
            raise WenbaoError("archive.no_cache", path=self._directory, why=" ".join(str(error).split())) from error


def _entered(turn: ExitStack, directory: Path) -> bool:
    try:
        turn.enter_context(embedding_turn(directory, wait=TURN_SECONDS))
    except ArchiveLocked:
        return False
    return True


def _silent(stage: str, done: int, total: int) -> None:
    """Take progress and say nothing."""
