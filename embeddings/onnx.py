"""The shipped encoder as a sentence-transformers module: `SentenceTransformer(modules=[OnnxModule(folder)])`.

For whoever wants to put it into a sentence-transformers pipeline; the same engine, the same vectors bit for bit as
`embeddings.encoder` gives. Importing this module imports torch and sentence-transformers, which takes seconds.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sentence_transformers.sentence_transformer.modules import InputModule

from embeddings.engine import Engine
from embeddings.folder import FILES, ModelFolder, read_folder

__all__ = ["OnnxModule"]


class OnnxModule(InputModule):  # type: ignore[misc]  # sentence-transformers has no types we check against
    """Encode texts into unit vectors, `sentence_embedding`, each alone whatever the batch (see `Engine`)."""

    def __init__(self, folder: ModelFolder | Path | str, *, workers: int | None = None) -> None:
        super().__init__()
        self.folder = folder if isinstance(folder, ModelFolder) else read_folder(Path(folder))
        self.engine = Engine(self.folder, workers=workers)
        self.tokenizer = self.engine.tokenizer
        self.max_seq_length = self.folder.max_tokens

    def preprocess(self, inputs: list[str], prompt: str | None = None, **kwargs: Any) -> dict[str, torch.Tensor | Any]:
        """Tokenize into `input_ids` and `attention_mask`, int64 (texts, longest), 0 past the end of a text."""
        rows = [torch.from_numpy(self.engine.token_ids((prompt or "") + text)) for text in inputs]
        ids = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True)
        lengths = torch.tensor([len(row) for row in rows])
        return {"input_ids": ids, "attention_mask": (torch.arange(ids.shape[1]) < lengths[:, None]).long()}

    def forward(self, features: dict[str, torch.Tensor | Any], **kwargs: Any) -> dict[str, torch.Tensor | Any]:
        """Add `sentence_embedding`, float32 (texts, dim), rows of length 1."""
        lengths = features["attention_mask"].sum(dim=1).tolist()
        rows: list[np.ndarray[Any, Any]] = [
            ids[:length] for ids, length in zip(features["input_ids"].numpy(), lengths, strict=True)
        ]
        features["sentence_embedding"] = torch.from_numpy(self.engine.vectors(rows))
        return features

    def get_embedding_dimension(self) -> int:
        """Return the number of components of a vector."""
        return self.folder.dim

    def save(self, output_path: str, *args: Any, safe_serialization: bool = True, **kwargs: Any) -> None:
        """Copy the model's files into a folder that `OnnxModule` opens again."""
        for name in (*FILES, "config.json"):
            shutil.copyfile(self.folder.path / name, Path(output_path, name))

    @classmethod
    def load(cls, model_name_or_path: str, subfolder: str = "", **kwargs: Any) -> OnnxModule:
        """Open a local folder, with the signature that sentence-transformers calls."""
        return cls(Path(model_name_or_path, subfolder))
