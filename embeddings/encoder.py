"""Turn passages and questions into unit vectors with the shipped encoder or any sentence-transformers model."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from embeddings import EncoderError
from embeddings.cohort import COHORT
from embeddings.folder import is_model_folder, read_folder

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

    from embeddings.engine import Engine

__all__ = ["Encoder", "EncoderError", "Progress", "Vectors"]

Vectors = NDArray[np.float32]
Progress = Callable[[int, int], None]
"""Called with the number of texts done and their total."""

CHUNK = 64
QUESTION_PROMPTS = ("query", "question")
PASSAGE_PROMPTS = ("passage", "document", "corpus")


class _Model(Protocol):
    """What turns texts into vectors, float (n, dim), each text alone."""

    def passages(self, texts: list[str]) -> NDArray[Any]: ...
    def questions(self, texts: list[str]) -> NDArray[Any]: ...


class Encoder:
    """Encode texts, bitwise the same vector for the same text whatever else is in the call.

    `name` is for people; `fingerprint` (32 hexadecimal digits) is for machines: equal for equal weights, tokenizer
    and prompts wherever they lie, different otherwise; `dim` is the length of a vector.
    """

    def __init__(self, start: Callable[[], _Model], *, name: str, dim: int, fingerprint: str) -> None:
        self.name = name
        self.dim = dim
        self.fingerprint = fingerprint
        self._start = start
        self._model: _Model | None = None
        self._cohort: tuple[Vectors, float] | None = None
        self._starting = Lock()

    @classmethod
    def load(cls, path_or_id: str | Path) -> Encoder:
        """Open our ONNX folder, any sentence-transformers folder, or a hub id such as `intfloat/multilingual-e5-base`.

        Our folder is checked now (0.1 s), its engine starts with the first text or `warm`. Other models are loaded
        at once, with their own prompts. A local folder never leads to the network; neither does a `Path`, nor a name
        whose parent folder exists here. EncoderError when nothing can be opened, naming a missing or damaged file.
        """
        path = Path(path_or_id)
        if not path.is_dir():
            return _from_hub(path_or_id)
        return _shipped(path) if is_model_folder(path) else _other(str(path), path.resolve().name, local=True)

    def warm(self) -> None:
        """Start the engine now instead of with the first text."""
        self._started()

    def encode_passages(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        """Encode texts to be found: float32 (n, dim), rows of length 1."""
        return self._encode(texts, progress, questions=False)

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        """Encode texts to search with: float32 (n, dim), rows of length 1."""
        return self._encode(texts, None, questions=True)

    def nearness(self, question: Vectors, cosine: float) -> float:
        """Return how far a passage's cosine with a question, float32 (dim,), is beyond that of unrelated passages.

        In standard deviations of the cosines of unrelated passages with each other (`embeddings.cohort`), which makes
        encoders comparable; what the reader makes of it was learned with the shipped one.
        """
        if self._cohort is None:
            vectors = self.encode_passages(COHORT)
            pairs = (vectors @ vectors.T)[np.triu_indices(len(COHORT), 1)]
            self._cohort = vectors, float(pairs.std()) + 1e-6
        vectors, spread = self._cohort
        return (cosine - float((vectors @ question).mean())) / spread

    def _encode(self, texts: Sequence[str], progress: Progress | None, *, questions: bool) -> Vectors:
        if isinstance(texts, str):
            raise TypeError("texts is one str, expected a sequence of them: put it in a list")
        vectors = np.empty((len(texts), self.dim), np.float32)
        for start in range(0, len(texts), CHUNK):
            model = self._started()
            chunk = [_encodable(text) for text in texts[start : start + CHUNK]]
            found = model.questions(chunk) if questions else model.passages(chunk)
            vectors[start : start + len(chunk)] = _unit(np.asarray(found, np.float64))
            if progress is not None:
                progress(start + len(chunk), len(texts))
        return vectors

    def _started(self) -> _Model:
        with self._starting:
            if self._model is None:
                self._model = self._start()
            return self._model


@dataclass(frozen=True, slots=True)
class _Shipped:
    engine: Engine

    def passages(self, texts: list[str]) -> NDArray[Any]:
        return self.engine.encode(texts, _prompt(self.engine.folder.prompts, PASSAGE_PROMPTS) or "")

    def questions(self, texts: list[str]) -> NDArray[Any]:
        return self.engine.encode(texts, _prompt(self.engine.folder.prompts, QUESTION_PROMPTS) or "")


@dataclass(frozen=True, slots=True)
class _SentenceTransformer:
    model: SentenceTransformer

    def passages(self, texts: list[str]) -> NDArray[Any]:
        return self._run(self.model.encode_document, texts, PASSAGE_PROMPTS)

    def questions(self, texts: list[str]) -> NDArray[Any]:
        return self._run(self.model.encode_query, texts, QUESTION_PROMPTS)

    def _run(self, encode: Callable[..., Any], texts: list[str], prompt_names: Sequence[str]) -> NDArray[Any]:
        # One text at a time: float sums over a padded batch would make a vector depend on its neighbours.
        prompt = _prompt(self.model.prompts, prompt_names)
        return np.asarray(encode(texts, prompt=prompt, batch_size=1, show_progress_bar=False))


def _prompt(prompts: Mapping[str, str], names: Sequence[str]) -> str | None:
    """Return the first prompt that says something: a saved model has an empty "document" beside its "passage: "."""
    return next(filter(None, (prompts.get(name) for name in names)), None)


def _shipped(path: Path) -> Encoder:
    folder = read_folder(path)

    def start() -> _Model:
        from embeddings.engine import Engine

        return _Shipped(Engine(folder))

    return Encoder(start, name=folder.name, dim=folder.dim, fingerprint=folder.fingerprint)


def _from_hub(path_or_id: str | Path) -> Encoder:
    path = Path(path_or_id)
    organisation = path.parent
    is_id = isinstance(path_or_id, str) and len(path.parts) <= 2 and not path_or_id.startswith((".", "/", "~"))
    if not is_id or (organisation != Path() and organisation.is_dir()):
        raise EncoderError(
            f"no model folder {str(path_or_id)!r}: expected models/encoder, a sentence-transformers folder or a hub id"
        )
    return _other(str(path_or_id), str(path_or_id), local=False)


def _other(source: str, name: str, *, local: bool) -> Encoder:
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()  # it would write across the bar of what the vectors are made for
    try:
        # Checkpoints often lack weights that are never used; those are then drawn at random. The same ones each time.
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            model = SentenceTransformer(source, local_files_only=local)
        dim = model.get_embedding_dimension() or len(model.encode("0", show_progress_bar=False))
        fingerprint = _fingerprint(model)
    except Exception as error:  # whatever a folder of unknown origin makes the libraries raise
        reason = " ".join(str(error).split())[:200]
        raise EncoderError(
            f"{source!r} does not open as a sentence-transformers model ({reason}): check the folder or the hub id"
        ) from error
    return Encoder(lambda: _SentenceTransformer(model), name=name, dim=dim, fingerprint=fingerprint)


def _fingerprint(model: SentenceTransformer) -> str:
    import torch

    tokenizer = getattr(model.tokenizer, "backend_tokenizer", model.tokenizer)
    vocabulary = tokenizer.to_str() if hasattr(tokenizer, "to_str") else sorted(tokenizer.get_vocab().items())
    modules: list[tuple[str, Any]] = [
        (type(module).__name__, getattr(module, "get_config_dict", dict)()) for module in model
    ]
    parts = [modules, vocabulary, model.prompts, model.default_prompt_name, model.max_seq_length, model.truncate_dim]
    state = hashlib.blake2b(json.dumps(parts, sort_keys=True, default=str).encode(), digest_size=16)
    for key, tensor in sorted(model.state_dict().items()):
        state.update(f"{key} {tensor.dtype} {tuple(tensor.shape)}".encode())
        state.update(tensor.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy().tobytes())
    return state.hexdigest()


def _encodable(text: str) -> str:
    """Replace lone surrogates, which no tokenizer accepts, by U+FFFD and join the paired ones."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def _unit(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scale rows to length 1; a text that a model has nothing to say about (zero, or not finite) gets axis 0."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    silent = ~(np.isfinite(lengths) & (lengths > 0))[:, 0]
    unit: NDArray[np.float64] = np.divide(rows, lengths, out=np.zeros_like(rows), where=~silent[:, None])
    unit[silent, 0] = 1.0
    return unit
