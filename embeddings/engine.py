"""Run the shipped int8 encoder with ONNX Runtime and nothing else: text in, unit vector out.

Neither torch nor sentence-transformers is imported, whose import alone takes longer than a question.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from embeddings.folder import Folder, ModelFolder

if TYPE_CHECKING:
    from tokenizers import Tokenizer

__all__ = ["Engine", "cores", "open_model"]

# ONNX Runtime otherwise keeps an event store in the user's home; it reads this once, when it is imported.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"


class Engine:
    """Encode texts one at a time, as many at once as there are cores, each on one thread.

    Dynamic int8 quantisation takes one scale from the whole input tensor, padding included, so in a batch a text's
    vector would depend on its neighbours. Here every text runs alone at its own length: bitwise the same vector in any
    company, and no time spent on padding.
    """

    def __init__(self, folder: ModelFolder, *, workers: int | None = None) -> None:
        """Open the model; EncoderError for a file that is missing, damaged or does not fit these libraries."""
        self.folder = folder
        self.workers = workers or cores()
        self.tokenizer, self._session = open_model(folder)
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(folder.max_tokens)

    def encode(self, texts: Sequence[str], prompt: str = "") -> NDArray[np.float32]:
        """Return float32 (n, dim), rows of length 1, each text with `prompt` before it."""
        return self.vectors([self.token_ids(prompt + text) for text in texts])

    def token_ids(self, text: str) -> NDArray[np.int64]:
        """Return the token ids of a text, int64 (tokens,), cut at the model's limit."""
        return np.array(self.tokenizer.encode(text).ids, np.int64)

    def vectors(self, rows: Sequence[NDArray[np.int64]]) -> NDArray[np.float32]:
        """Return float32 (n, dim), rows of length 1, for rows of token ids."""
        found = np.empty((len(rows), self.folder.dim), np.float32)
        if len(rows) <= 1 or self.workers == 1:
            for at, row in enumerate(rows):
                found[at] = self._vector(row)
            return found
        # A run lets go of the interpreter lock; two texts on a thread each beat one text on two threads.
        with ThreadPoolExecutor(min(self.workers, len(rows))) as pool:
            for at, vector in enumerate(pool.map(self._vector, rows)):
                found[at] = vector
        return found

    def _vector(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        (hidden,) = self._session.run(None, {"input_ids": ids[None, :]})
        mean = hidden[0].mean(axis=0, dtype=np.float64)
        unit: NDArray[np.float32] = (mean / np.linalg.norm(mean)).astype(np.float32)
        return unit


def open_model(folder: Folder) -> tuple[Tokenizer, Any]:
    """Return the tokenizer and an ONNX session of a folder; its own error for a file that these libraries cannot read.

    The session runs on one thread, so that what it says does not depend on how many there are.
    """
    import onnxruntime
    from tokenizers import Tokenizer

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        tokenizer = Tokenizer.from_buffer(folder.read("tokenizer.json"))
        model = folder.read("model.onnx")
        return tokenizer, onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except folder.ERROR:
        raise
    except Exception as error:  # neither library has an exception class of its own for a file it cannot read
        reason = " ".join(str(error).split())[:120]
        raise folder.ERROR(
            f"{folder.path} does not work with onnxruntime {onnxruntime.__version__} ({reason}): "
            f"install the versions in pyproject.toml, or make the folder again with `python -m {folder.SCRIPT}`"
        ) from error


def cores() -> int:
    """Return how many cores this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # macOS and Windows have no affinity to ask for
        return os.cpu_count() or 1
