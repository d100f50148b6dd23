"""Read the model folder this product ships: settings, and files that are what config.json says they are."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from embeddings import EncoderError

__all__ = ["FILES", "FORMAT", "VERSION", "ModelFolder", "digest", "is_model_folder", "read_folder"]

FORMAT = "wenbao-encoder"
VERSION = 1
FILES = ("model.onnx", "tokenizer.json")
REMAKE = "restore it from version control, or make the folder again with `python -m training.base`"


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """Hold the settings of an int8 ONNX encoder and the digests of its files."""

    path: Path
    name: str
    dim: int
    max_tokens: int
    prompts: dict[str, str]
    digests: dict[str, str]
    """BLAKE2b-128 of each file in `FILES`, hexadecimal."""

    @property
    def fingerprint(self) -> str:
        """Return 32 hexadecimal digits for all that decides a vector: weights, tokenizer, prompts, length."""
        parts = [self.dim, self.max_tokens, self.prompts, self.digests]
        return digest(json.dumps(parts, sort_keys=True).encode())

    def read(self, name: str) -> bytes:
        """Return a file's bytes; EncoderError when it is missing or its digest is not the recorded one."""
        try:
            content = (self.path / name).read_bytes()
        except OSError as error:
            raise EncoderError(f"{self.path / name} cannot be read ({error.strerror}): {REMAKE}") from error
        if (found := digest(content)) != self.digests[name]:
            raise EncoderError(
                f"{self.path / name} is damaged (digest {found[:8]}…, expected {self.digests[name][:8]}…, "
                f"{len(content):,} bytes): {REMAKE}"
            )
        return content


def is_model_folder(path: Path) -> bool:
    """Tell whether a folder is of our format, be it damaged; other models have modules.json or their own config."""
    if (path / "modules.json").exists():
        return False
    try:
        return bool(json.loads((path / "config.json").read_bytes()).get("format") == FORMAT)
    except (OSError, ValueError, AttributeError):
        return (path / "model.onnx").exists()


def read_folder(path: Path) -> ModelFolder:
    """Read config.json and check every file against it (0.1 s); EncoderError names the file that fails."""
    config = path / "config.json"
    try:
        settings = json.loads(config.read_bytes())
        form, version = settings["format"], settings["version"]
    except OSError as error:
        raise EncoderError(f"{config} cannot be read ({error.strerror}): {REMAKE}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise EncoderError(f"{config} is damaged ({error!r:.80}): {REMAKE}") from error
    if (form, version) != (FORMAT, VERSION):
        raise EncoderError(f"{config} is {form!s:.40} version {version!s:.20}, expected {FORMAT} {VERSION}: {REMAKE}")
    folder = _folder(path, settings)
    for name in FILES:
        folder.read(name)
    return folder


def digest(content: bytes) -> str:
    """Return the BLAKE2b-128 of the content as 32 hexadecimal digits."""
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def _folder(path: Path, settings: dict[str, Any]) -> ModelFolder:
    try:
        if (pooling := settings["pooling"]) != "mean" or not settings["normalised"]:
            raise ValueError(f"pooling {pooling!r}")
        return ModelFolder(
            path=path,
            name=str(settings["name"]),
            dim=int(settings["dim"]),
            max_tokens=int(settings["max_tokens"]),
            prompts={str(key): str(prompt) for key, prompt in settings["prompts"].items()},
            digests={name: str(settings["files"][name]) for name in FILES},
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise EncoderError(f"{path / 'config.json'} is damaged ({error!r:.80}): {REMAKE}") from error
