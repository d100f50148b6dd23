"""Write models to disk: as int8 ONNX for the product, as fp32 safetensors for comparison and training."""

from __future__ import annotations

import json
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from embeddings.folder import FILES, FORMAT, READER_FORMAT, VERSION, digest

if TYPE_CHECKING:
    import torch
    from torch import nn
    from transformers import BertModel

__all__ = ["MAX_TOKENS", "PROMPTS", "SPECIALS", "export_int8", "write_encoder", "write_reader", "write_reference"]

PROMPTS = {"query": "query: ", "passage": "passage: "}
MAX_TOKENS = 512
SPECIALS = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")


def write_encoder(out: Path, model: BertModel, tokenizer_json: str, *, name: str) -> list[Path]:
    """Write the folder that `embeddings.onnx` opens and return the files written."""
    settings = {
        "dim": model.config.hidden_size,
        "max_tokens": MAX_TOKENS,
        "prompts": PROMPTS,
        "pooling": "mean",
        "normalised": True,
    }
    return _write(out, model, None, tokenizer_json, {"format": FORMAT, "version": VERSION, "name": name, **settings})


def write_reader(out: Path, model: BertModel, head: nn.Module, tokenizer_json: str, *, name: str) -> list[Path]:
    """Write the folder that `embeddings.reading` opens and return the files written.

    `head` turns a token's hidden state into two numbers: how well an answer begins, and ends, there.
    """
    settings = {"max_tokens": MAX_TOKENS}
    about = {"format": READER_FORMAT, "version": VERSION, "name": name, **settings}
    return _write(out, model, head, tokenizer_json, about)


def _write(
    out: Path, model: BertModel, head: nn.Module | None, tokenizer_json: str, config: dict[str, Any]
) -> list[Path]:
    out.mkdir(parents=True, exist_ok=True)
    (out / "tokenizer.json").write_text(tokenizer_json, encoding="utf-8")
    export_int8(model, out / "model.onnx", head=head)
    config["files"] = {name: digest((out / name).read_bytes()) for name in FILES}
    (out / "config.json").write_text(json.dumps(config, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return [out / "config.json", *(out / name for name in FILES)]


def write_reference(out: Path, model: BertModel, tokenizer_json: str) -> None:
    """Write the same weights unquantised as a sentence-transformers folder: float32 safetensors."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from tokenizers import Tokenizer
    from transformers import BertModel, PreTrainedTokenizerFast

    begin, pad, end, unknown, mask = SPECIALS
    with tempfile.TemporaryDirectory() as bare:
        # Loaded again, BertModel expects the pooling layer that this encoder does not use: zeros keep it silent.
        whole = BertModel(model.config)
        whole.load_state_dict(model.state_dict(), strict=False)
        for weight in whole.pooler.parameters():
            weight.detach().zero_()
        whole.save_pretrained(bare)
        PreTrainedTokenizerFast(
            tokenizer_object=Tokenizer.from_str(tokenizer_json),
            bos_token=begin,
            cls_token=begin,
            pad_token=pad,
            eos_token=end,
            sep_token=end,
            unk_token=unknown,
            mask_token=mask,
            model_max_length=MAX_TOKENS,
            model_input_names=["input_ids", "attention_mask"],
        ).save_pretrained(bare)
        modules = [Transformer(bare), Pooling(model.config.hidden_size, "mean"), Normalize()]
        SentenceTransformer(modules=modules, prompts=PROMPTS, device="cpu").save(str(out), create_model_card=False)


def export_int8(model: BertModel, path: Path, *, head: nn.Module | None = None) -> None:
    """Export to ONNX for one text at a time (`input_ids` int64 (1, tokens)), fused and quantised to int8.

    The output is the last hidden state, or what `head` makes of it; `head` itself stays in float32. There is no mask
    input: without padding there is nothing to mask, and no caller can pad by mistake.
    """
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.transformers.fusion_options import FusionOptions
    from onnxruntime.transformers.optimizer import optimize_model

    class Unmasked(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.bert = model
            self.head = head

        def forward(self, input_ids: torch.Tensor) -> torch.Tensor:
            hidden: torch.Tensor = self.bert(input_ids=input_ids).last_hidden_state
            return hidden if self.head is None else self.head(hidden)

    name = "last_hidden_state" if head is None else "scores"

    # Eager attention traces into plain matrix products, which is what the quantiser understands.
    model.set_attn_implementation("eager")
    # Attention and Add+LayerNorm stay unfused: 45 passages a second on two cores, 38 with the fused kernels.
    fusion = FusionOptions("bert")
    fusion.enable_attention = fusion.enable_skip_layer_norm = fusion.enable_bias_skip_layer_norm = False
    with tempfile.TemporaryDirectory() as scratch, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tracing exporter announces its own retirement
        plain, fused = Path(scratch, "plain.onnx"), Path(scratch, "fused.onnx")
        torch.onnx.export(
            Unmasked().eval(),
            (torch.tensor([[0, 5, 6, 7, 2]]),),
            str(plain),
            input_names=["input_ids"],
            output_names=[name],
            dynamic_axes={"input_ids": {1: "tokens"}, name: {1: "tokens"}},
            dynamo=False,
        )
        optimised = optimize_model(
            str(plain),
            model_type="bert",
            num_heads=model.config.num_attention_heads,
            hidden_size=model.config.hidden_size,
            opt_level=1,
            optimization_options=fusion,
        )
        optimised.save_model_to_file(str(fused))
        quantize_dynamic(
            str(fused),
            str(path),
            per_channel=True,
            weight_type=QuantType.QInt8,
            nodes_to_exclude=["/head/MatMul"],
            extra_options={"DefaultTensorType": 1},
        )
