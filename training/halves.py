"""An encoder in two halves: lower layers that stay as they are, and upper ones that learn.

On a processor the lower half runs as it runs in the product, in int8, a text a core; the upper half is trained in
bfloat16 with float32 copies of its weights, which the optimiser keeps (Micikevicius et al., "Mixed Precision Training",
ICLR 2018). On an accelerator both run there, the lower half unquantised.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from training.export import export_int8

if TYPE_CHECKING:
    import torch
    from torch import nn
    from transformers import BertModel

__all__ = ["PAD", "Halves", "padded", "training_parser"]

PAD = 1
STEP = 32
BETAS = (0.9, 0.98)
DECAY = 0.01
LONGEST_GRADIENT = 1.0
COOLING = 0.25
"""Part of all steps in which the rate falls."""


class Halves:
    """Train the layers of `model` above the lowest `frozen`, and `head` with them, at `rate`.

    The rate is reached after `warm` steps and falls to nothing in the last quarter of `steps`, so that training can be
    broken off and gone on with for more steps or fewer. After a loss has been carried back, `learn` takes the step.
    `save` and `load` keep the state in one file. `dropout` is the share of what each layer adds that is left out while
    gradients are taken (Srivastava et al., "Dropout", JMLR 2014).
    """

    def __init__(
        self,
        model: BertModel,
        *,
        frozen: int,
        rate: float,
        warm: int,
        steps: int,
        dropout: float = 0.0,
        head: nn.Module | None = None,
    ) -> None:
        import torch

        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        self._model = model
        self._rate, self._warm, self._steps = rate, warm, steps
        model.set_attn_implementation("sdpa")
        self._lower = _lower(model, frozen, self.device)
        self._upper = torch.nn.ModuleList(model.encoder.layer[frozen:]).to(self.device)
        for layer in self._upper:
            layer.attention.self.dropout.p = 0.0  # with any, attention on a processor takes the slow way
            layer.attention.output.dropout.p = layer.output.dropout.p = dropout
        self.head = head.to(self.device) if head is not None else torch.nn.Identity()
        learning = [*self._upper.parameters(), *self.head.parameters()]
        self._masters = [weight.detach().clone().float() for weight in learning]
        self._upper.to(torch.bfloat16)
        self.head.to(torch.bfloat16)
        self._weights = [*self._upper.parameters(), *self.head.parameters()]
        decayed = [master for master in self._masters if master.ndim > 1]
        others = [master for master in self._masters if master.ndim == 1]
        groups = [{"params": decayed, "weight_decay": DECAY}, {"params": others, "weight_decay": 0.0}]
        self._optimizer = torch.optim.AdamW(groups, lr=rate, betas=BETAS)

    def hidden(self, ids: torch.Tensor) -> torch.Tensor:
        """Return the last hidden state, bfloat16 (texts, tokens, hidden), of `ids`, int64 (texts, tokens)."""
        import torch

        ids = ids.to(self.device)
        self._upper.train(torch.is_grad_enabled())
        return _through(self._upper, self._lower(ids).to(torch.bfloat16), ids)

    def learn(self, step: int) -> float:
        """Change the weights by the gradients carried back since the last time; returns the rate of `step`."""
        import torch

        rate = self._rate * self._share(step)
        for group in self._optimizer.param_groups:
            group["lr"] = rate
        for master, weight in zip(self._masters, self._weights, strict=True):
            master.grad = weight.grad.float() if weight.grad is not None else None
            weight.grad = None
        torch.nn.utils.clip_grad_norm_(self._masters, LONGEST_GRADIENT)
        self._optimizer.step()
        self._spread()
        return rate

    def save(self, file: Path, done: int) -> None:
        """Write all that training goes on from, `done` steps among it; a file that was there stays whole till then."""
        import torch

        fresh = file.with_suffix(".new")
        torch.save({"step": done, "masters": self._masters, "optimizer": self._optimizer.state_dict()}, fresh)
        fresh.replace(file)

    def load(self, file: Path) -> int:
        """Go on from what `save` wrote; returns how many steps were done, 0 where there is no file."""
        import torch

        if not file.exists():
            return 0
        held = torch.load(file, weights_only=True)
        for master, kept in zip(self._masters, held["masters"], strict=True):
            master.copy_(kept)
        self._spread()
        self._optimizer.load_state_dict(held["optimizer"])
        return int(held["step"])

    def finished(self) -> BertModel:
        """Return the whole model, and leave it and `head`, in float32 on the processor; it learns no more."""
        import torch

        self._upper.to(torch.float32)
        self.head.to(torch.float32)
        learned = [*self._upper.parameters(), *self.head.parameters()]
        for master, weight in zip(self._masters, learned, strict=True):
            weight.data.copy_(master)
        self.head.to("cpu")
        return self._model.to("cpu").float().eval()

    def _spread(self) -> None:
        for master, weight in zip(self._masters, self._weights, strict=True):
            weight.data.copy_(master)

    def _share(self, step: int) -> float:
        return min(1.0, (step + 1) / self._warm, (self._steps - step) / (COOLING * self._steps))


def padded(rows: Sequence[Sequence[int]]) -> torch.Tensor:
    """Return rows of token ids as one tensor, int64 (texts, tokens), filled up with `PAD`.

    To a multiple of `STEP` tokens: kernels are made and kept for each shape, and there should not be hundreds.
    """
    import torch

    longest = -(-max(len(row) for row in rows) // STEP) * STEP
    ids = torch.full((len(rows), longest), PAD)
    for at, row in enumerate(rows):
        ids[at, : len(row)] = torch.tensor(row)
    return ids


def training_parser(description: str | None, *, name: str, steps: int, seed: int) -> argparse.ArgumentParser:
    """Return a parser of what every training takes: where it starts, what it writes and how long it goes on."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--base", type=Path, required=True, help="float32 sentence-transformers folder")
    parser.add_argument("--tokenizer", type=Path, default=Path("models/encoder/tokenizer.json"))
    parser.add_argument("--work", type=Path, required=True, help="folder for the checkpoint")
    parser.add_argument("--out", type=Path, required=True, help="folder for model.onnx, tokenizer.json, config.json")
    parser.add_argument("--name", default=name, help="name of what is trained")
    parser.add_argument("--steps", type=int, default=steps)
    parser.add_argument("--seed", type=int, default=seed)
    return parser


def _lower(model: BertModel, layers: int, device: str) -> Callable[[torch.Tensor], torch.Tensor]:
    """Return what turns token ids, int64 (texts, tokens), into the hidden state above the frozen layers."""
    import torch

    if device != "cpu":
        model.to(device)

        def run_there(ids: torch.Tensor) -> torch.Tensor:
            with torch.no_grad():
                return _through(model.encoder.layer[:layers], model.embeddings(input_ids=ids), ids)

        return run_there
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # it grows with every length that it sees
    with tempfile.TemporaryDirectory() as name:
        path = Path(name, "lower.onnx")
        full = model.encoder.layer
        model.encoder.layer = full[:layers]
        model.config.num_hidden_layers = layers
        export_int8(model, path)
        model.encoder.layer = full
        model.config.num_hidden_layers = len(full)
        model.set_attn_implementation("sdpa")
        session = onnxruntime.InferenceSession(path.read_bytes(), options, providers=["CPUExecutionProvider"])
    pool = ThreadPoolExecutor(torch.get_num_threads())

    def run(ids: torch.Tensor) -> torch.Tensor:
        # A text at a time and without padding, as in the product: its scale of quantisation is its own.
        out = torch.zeros((*ids.shape, model.config.hidden_size))
        lengths = (ids != PAD).sum(1).tolist()
        alone = [row[None, :length].numpy() for row, length in zip(ids, lengths, strict=True)]
        found = pool.map(lambda row: session.run(None, {"input_ids": row})[0][0], alone)
        for at, hidden in enumerate(found):
            out[at, : lengths[at]] = torch.from_numpy(hidden)
        return out

    return run


def _through(layers: Iterable[Any], hidden: torch.Tensor, ids: torch.Tensor) -> torch.Tensor:
    """Return what `layers` make of (texts, tokens, hidden); padding is not attended to."""
    import torch

    mask = torch.zeros(ids.shape, dtype=hidden.dtype, device=ids.device).masked_fill_(ids == PAD, -1e4)
    for layer in layers:
        out = layer(hidden, mask[:, None, None, :])
        hidden = out[0] if isinstance(out, tuple) else out
    return hidden
