"""Compare the shipped int8 encoder with plain sentence-transformers on the same weights: speed and closeness.

python -m bench.encode [--reference DIR] [--texts FILE …] [--json]
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.machine import heading, machine, versions

__all__ = ["Row", "compare", "cut_passages", "main"]

ROOT = Path(__file__).resolve().parent.parent
LENGTH = 300
QUESTION = "河南省哪两家企业入选2023年度智能制造示范工厂揭榜单位？"
PACKAGES = ("torch", "sentence-transformers", "transformers", "onnxruntime", "tokenizers", "numpy")
SHIPPED, PLAIN = "int8 ONNX (shipped)", "torch fp32"
Encode = Callable[[Sequence[str]], NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Row:
    """Report one way of encoding: its best round, since a busy machine only ever slows down; cosine to fp32."""

    name: str
    passages_per_second: float
    slowest_round: float
    ratio: float
    """Speed relative to plain sentence-transformers in fp32."""
    question_ms: float
    cosine_mean: float
    cosine_min: float


def main() -> int:
    """Print the comparison; exit status 1 when the reference is missing."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--model", type=Path, default=ROOT / "models/encoder", help="the shipped folder")
    parser.add_argument("--reference", type=Path, default=ROOT / ".work/encoder-fp32", help="same weights in fp32")
    parser.add_argument("--texts", type=Path, nargs="*", help="UTF-8 texts (default: the sample archive)")
    parser.add_argument("--passages", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    args = parser.parse_args()
    if not (args.reference / "modules.json").exists():
        print(
            f"no fp32 reference in {args.reference}: make it with "
            f"`python -m training.base … --reference {args.reference}` (training/README.md)",
            file=sys.stderr,
        )
        return 1
    files = args.texts or sorted((ROOT / "corpus/pages").rglob("*.txt"))
    passages = cut_passages([path.read_text(encoding="utf-8", errors="replace") for path in files], args.passages)
    rows = compare(_ways(args.model, args.reference), passages, args.rounds)
    report = {
        "passages": len(passages),
        "characters": round(statistics.mean(map(len, passages))),
        "rounds": args.rounds,
        "machine": machine(),
        "versions": versions(PACKAGES),
        "rows": [asdict(row) for row in rows],
    }
    print(json.dumps(report, ensure_ascii=False, indent=2) if args.json else _table(report, rows))
    return 0


def cut_passages(texts: Sequence[str], count: int) -> list[str]:
    """Cut `count` passages of `LENGTH` characters, evenly spread; they overlap when there is too little text."""
    text = "".join("".join(text.split()) for text in texts)
    if len(text) < LENGTH + count:
        raise SystemExit(f"{len(text)} characters of text, expected at least {LENGTH + count}: name files with --texts")
    step = min(LENGTH, (len(text) - LENGTH) // max(1, count - 1))
    return [text[at * step : at * step + LENGTH] for at in range(count)]


def compare(ways: dict[str, tuple[Encode, Encode]], passages: Sequence[str], rounds: int) -> list[Row]:
    """Time all ways in turn, round by round, so that a busy moment of the machine falls on all of them."""
    speeds: dict[str, list[float]] = {name: [] for name in ways}
    waits: dict[str, list[float]] = {name: [] for name in ways}
    vectors: dict[str, NDArray[np.float32]] = {}
    for encode, ask in ways.values():  # warm up
        encode(passages[:2])
        ask([QUESTION])
    for _ in range(rounds):
        for name, (encode, ask) in ways.items():
            start = time.perf_counter()
            vectors[name] = encode(passages)
            speeds[name].append(len(passages) / (time.perf_counter() - start))
            for _ in range(10):
                start = time.perf_counter()
                ask([QUESTION])
                waits[name].append((time.perf_counter() - start) * 1000)
    return [
        Row(
            name=name,
            passages_per_second=max(speeds[name]),
            slowest_round=min(speeds[name]),
            ratio=max(speeds[name]) / max(speeds[PLAIN]),
            question_ms=min(waits[name]),
            cosine_mean=float((vectors[name] * vectors[PLAIN]).sum(axis=1).mean()),
            cosine_min=float((vectors[name] * vectors[PLAIN]).sum(axis=1).min()),
        )
        for name in ways
    ]


def _ways(model: Path, reference: Path) -> dict[str, tuple[Encode, Encode]]:
    import torch
    from sentence_transformers import SentenceTransformer

    from embeddings.encoder import Encoder

    def plain(dtype: torch.dtype, **options: Any) -> tuple[Encode, Encode]:
        loaded = SentenceTransformer(str(reference), device="cpu", model_kwargs={"dtype": dtype})
        options |= {"show_progress_bar": False}
        return (
            lambda texts: loaded.encode(list(texts), prompt_name="passage", **options),
            lambda texts: loaded.encode(list(texts), prompt_name="query", **options),
        )

    shipped = Encoder.load(model)
    return {
        PLAIN: plain(torch.float32),
        "torch fp32, one at a time": plain(torch.float32, batch_size=1),
        "torch bf16": plain(torch.bfloat16),
        SHIPPED: (shipped.encode_passages, shipped.encode_questions),
    }


def _table(report: dict[str, Any], rows: list[Row]) -> str:
    lines = [
        f"{report['passages']} passages of {report['characters']} characters, best of {report['rounds']} rounds",
        *heading(report["machine"], report["versions"]),
        "",
        f"{'':27}{'passages/s':>11}{'slowest':>9}{'ratio':>7}{'question':>10}{'cosine mean':>13}{'min':>8}",
    ]
    for row in rows:
        lines.append(
            f"{row.name:27}{row.passages_per_second:>11.1f}{row.slowest_round:>9.1f}{row.ratio:>7.2f}"
            f"{row.question_ms:>7.1f} ms{row.cosine_mean:>13.4f}{row.cosine_min:>8.4f}"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
