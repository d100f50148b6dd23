"""Turn strings into vectors and find the nearest ones; numpy in, numpy out.

EmbeddingError
├── EncoderError      a model folder or hub id cannot be opened
├── ReaderError       a reader's folder cannot be opened
└── NeighboursError   vectors do not fit, or a saved index cannot be read or written
"""

__all__ = ["EmbeddingError", "EncoderError", "NeighboursError", "ReaderError"]


class EmbeddingError(Exception):
    """Say in one line what went wrong, what was expected and what to do next."""


class EncoderError(EmbeddingError):
    """A model folder or hub id cannot be opened; names the file when one is missing or damaged."""


class ReaderError(EmbeddingError):
    """A reader's folder cannot be opened; names the file when one is missing or damaged."""


class NeighboursError(EmbeddingError):
    """Vectors do not fit the index, or its file cannot be read or written."""
