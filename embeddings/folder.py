"""Read the model folder this product ships: settings, and files that are what config.json says they are."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from embeddings import EmbeddingError, EncoderError, ReaderError

__all__ = [
    "FILES",
    "FORMAT",
    "READER_FORMAT",
    "VERSION",
    "Folder",
    "ModelFolder",
    "ReaderFolder",
    "digest",
    "is_model_folder",
    "read_folder",
    "read_reader_folder",
]

FORMAT = "wenbao-encoder"
READER_FORMAT = "wenbao-reader"
VERSION = 1
FILES = ("model.onnx", "tokenizer.json")
REMAKE = "restore it from version control, or make the folder again with `python -m {script}`"


@dataclass(frozen=True, slots=True)
class Folder:
    """Files that are what config.json says they are."""

    path: Path
    name: str
    max_tokens: int
    digests: dict[str, str]
    """BLAKE2b-128 of each file in `FILES`, hexadecimal."""

    FORM: ClassVar[str]
    ERROR: ClassVar[type[EmbeddingError]]
    SCRIPT: ClassVar[str]

    def read(self, name: str) -> bytes:
        """Return a file's bytes; our error when it is missing or its digest is not the recorded one."""
        remake = REMAKE.format(script=self.SCRIPT)
        try:
            content = (self.path / name).read_bytes()
        except OSError as error:
            raise self.ERROR(f"{self.path / name} cannot be read ({error.strerror}): {remake}") from error
        if (found := digest(content)) != self.digests[name]:
            raise self.ERROR(
                f"{self.path / name} is damaged (digest {found[:8]}…, expected {self.digests[name][:8]}…, "
                f"{len(content):,} bytes): {remake}"
            )
        return content

    @property
    def fingerprint(self) -> str:
        """Return 32 hexadecimal digits for all that decides what the model says."""
        return _fingerprint(self.max_tokens, self.digests)


@dataclass(frozen=True, slots=True)
class ModelFolder(Folder):
    """Hold the settings of an int8 ONNX encoder and the digests of its files."""

    dim: int
    prompts: dict[str, str]

    FORM, ERROR, SCRIPT = FORMAT, EncoderError, "training.base"

    @property
    def fingerprint(self) -> str:
        """Return 32 hexadecimal digits for all that decides a vector: weights, tokenizer, prompts, length."""
        return _fingerprint(self.dim, self.max_tokens, self.prompts, self.digests)


@dataclass(frozen=True, slots=True)
class ReaderFolder(Folder):
    """Hold the settings of an int8 ONNX reader and the digests of its files."""

    FORM, ERROR, SCRIPT = READER_FORMAT, ReaderError, "training.reader"


def is_model_folder(path: Path) -> bool:
    """Tell whether a folder is of our format, be it damaged; other models have modules.json or their own config."""
    if (path / "modules.json").exists():
        return False
    try:
        return bool(json.loads((path / "config.json").read_bytes()).get("format") == FORMAT)
    except (OSError, ValueError, AttributeError):
        return (path / "model.onnx").exists()


def read_folder(path: Path) -> ModelFolder:
    """Read an encoder's config.json and check every file against it (0.1 s); EncoderError names the file that fails."""

    def made(settings: dict[str, Any]) -> ModelFolder:
        if (pooling := settings["pooling"]) != "mean" or not settings["normalised"]:
            raise ValueError(f"pooling {pooling!r}")
        prompts = {str(key): str(prompt) for key, prompt in settings["prompts"].items()}
        return ModelFolder(*_common(path, settings), dim=int(settings["dim"]), prompts=prompts)

    return _read(path, ModelFolder, made)


def read_reader_folder(path: Path) -> ReaderFolder:
    """Read a reader's config.json and check every file against it; ReaderError names the file that fails."""
    return _read(path, ReaderFolder, lambda settings: ReaderFolder(*_common(path, settings)))


def digest(content: bytes) -> str:
    """Return the BLAKE2b-128 of the content as 32 hexadecimal digits."""
    return hashlib.blake2b(content, digest_size=16).hexdigest()


Kind = TypeVar("Kind", bound=Folder)


def _read(path: Path, kind: type[Kind], made: Callable[[dict[str, Any]], Kind]) -> Kind:
    config = path / "config.json"
    remake = REMAKE.format(script=kind.SCRIPT)
    try:
        settings = json.loads(config.read_bytes())
        form, version = settings["format"], settings["version"]
    except OSError as error:
        raise kind.ERROR(f"{config} cannot be read ({error.strerror}): {remake}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise kind.ERROR(f"{config} is damaged ({error!r:.80}): {remake}") from error
    if (form, version) != (kind.FORM, VERSION):
        raise kind.ERROR(f"{config} is {form!s:.40} version {version!s:.20}, expected {kind.FORM} {VERSION}: {remake}")
    try:
        folder = made(settings)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise kind.ERROR(f"{config} is damaged ({error!r:.80}): {remake}") from error
    for name in FILES:
        folder.read(name)
    return folder


def _common(path: Path, settings: dict[str, Any]) -> tuple[Path, str, int, dict[str, str]]:
    digests = {name: str(settings["files"][name]) for name in FILES}
    return path, str(settings["name"]), int(settings["max_tokens"]), digests


def _fingerprint(*parts: object) -> str:
    return digest(json.dumps(parts, sort_keys=True).encode())
