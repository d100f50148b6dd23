"""Every number a user might want to turn, in one frozen object."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

__all__ = ["SETTINGS", "Settings", "archive_dir", "encoder_path", "reader_path"]

PROJECT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Settings:
    """Hold the limits and weights of the pipeline; the defaults are the product's."""

    passage_chars: int = 300
    """Length a passage is filled up to, in characters."""
    sentence_chars: int = 400
    """A longer sentence is cut at its commas."""
    question_chars: int = 2_000
    """Longest question accepted, in characters."""
    file_bytes: int = 64 * 1024 * 1024
    """Largest page file accepted."""
    page_chars: int = 1_000_000
    """Longest text taken for one newspaper page; a broadsheet page has some ten thousand characters."""
    candidates: int = 50
    """Passages taken from each of dense and BM25 before fusion."""
    read_passages: int = 12
    """Fused passages handed to the reader."""
    passages_per_article: int = 6
    """Of those, at most so many from one article, so that none crowds out the rest."""
    article_chars: int = 650
    """Length of an article on average, in characters, by which BM25 tells long articles from short ones."""
    refuse_below: float = 0.36
    """Confidence under which the answer is 未找到.

    Of questions on news whose article is not held a fifth are answered wrongly at this line (`wenbao eval --mode open
    --left-out`); of the right answers 83 % pass (`training.confidence`).
    """
    near_passages: int = 3
    """Passages shown with a refusal, marked as not answering."""
    evidence: int = 3
    """Citations an answer carries at most."""


SETTINGS = Settings()


def archive_dir(given: str | os.PathLike[str] | None = None) -> Path:
    """Return the archive folder: the given one, else ``$WENBAO_ARCHIVE``, else ``.archive``."""
    return Path(given or os.environ.get("WENBAO_ARCHIVE") or ".archive")


def encoder_path(recorded: str | None = None) -> str:
    """Return the encoder to use, a folder or a hub id: ``$WENBAO_ENCODER``, else the recorded, else the shipped one."""
    return os.environ.get("WENBAO_ENCODER") or recorded or str(PROJECT / "models" / "encoder")


def reader_path() -> str:
    """Return the folder of the reader to use: ``$WENBAO_READER``, else the shipped one."""
    return os.environ.get("WENBAO_READER") or str(PROJECT / "models" / "reader")
