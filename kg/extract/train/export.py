"""Torch weights to the files that the run-time reads: an int8 table of pieces, ONNX layers in int8, heads in half precision."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from kg.extract.train.network import N_HEADS, WIDTH, Encoder, Layer, Network

_OPSET = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]


def export_pieces(encoder: Encoder, folder: Path) -> None:
    """`pieces.npz`: one row of int8 per piece and its scale, largest absolute value to 127."""
    table = encoder.pieces.weight.detach().numpy()
    scales = np.maximum(np.abs(table).max(axis=1), 1e-8) / 127.0
    np.savez_compressed(folder / "pieces.npz", values=np.rint(table / scales[:, None]).astype(np.int8), scales=scales.astype(np.float32))


def export_variant(network: Network, corpus: str, variant: str, folder: Path, *, quantise: bool = True) -> None:
    """`<variant>.onnx` and `<variant>.npz` of a network, with the heads of one corpus."""
    encoder = network.encoder
    arrays = {
        "positions": encoder.positions.weight,
        "shapes": encoder.shapes.weight,
        "norm.weight": encoder.norm.weight,
        "norm.bias": encoder.norm.bias,
        **{f"tagger.{name}": value for name, value in network.taggers[corpus].state_dict().items()},
    }
    if corpus in network.entities:
        arrays |= {f"entities.{name}": value for name, value in network.entities[corpus].state_dict().items()}
    half = {name: value.detach().numpy().astype(np.float16) for name, value in arrays.items()}
    np.savez_compressed(folder / f"{variant}.npz", **half)
    write_layers(encoder, folder / f"{variant}.onnx", quantise=quantise)


def write_layers(encoder: Encoder, path: Path, *, quantise: bool) -> None:
    """The transformer layers as ONNX: x (n, pieces, width) and mask (n, pieces) to hidden, with onnxruntime's fused operators.

    Weights are quantised to int8 per channel, activations at run time (onnxruntime's dynamic quantisation).
    """
    nodes: list[onnx.NodeProto] = []
    weights: list[onnx.TensorProto] = []
    name = "x"
    for number, layer in enumerate(encoder.layers):
        name = _layer(layer, f"layer{number}", name, nodes, weights)  # type: ignore[arg-type]
    graph = helper.make_graph(
        nodes,
        "encoder",
        [
            helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", "pieces", WIDTH]),
            helper.make_tensor_value_info("mask", TensorProto.INT32, ["n", "pieces"]),
        ],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", "pieces", WIDTH])],
        weights,
    )
    model = helper.make_model(graph, opset_imports=_OPSET, ir_version=8)
    if not quantise:
        onnx.save(model, str(path))
        return
    from onnxruntime.quantization import QuantType, quantize_dynamic

    with tempfile.TemporaryDirectory() as place:
        whole = Path(place) / "whole.onnx"
        onnx.save(model, str(whole))
        quantize_dynamic(whole, path, per_channel=True, weight_type=QuantType.QInt8, extra_options={"DefaultTensorType": TensorProto.FLOAT})


def _layer(layer: Layer, name: str, x: str, nodes: list[onnx.NodeProto], weights: list[onnx.TensorProto]) -> str:
    def put(part: str, value: NDArray[np.float32]) -> str:
        weights.append(numpy_helper.from_array(np.ascontiguousarray(value), f"{name}.{part}"))
        return f"{name}.{part}"

    def node(operator: str, inputs: list[str], part: str, domain: str = "com.microsoft", **attributes: Any) -> str:  # noqa: ANN401 (as onnx has them)
        nodes.append(helper.make_node(operator, inputs, [f"{name}.{part}"], f"{name}.{part}.node", domain=domain, **attributes))
        return f"{name}.{part}"

    tensors = {key: value.detach().numpy() for key, value in layer.state_dict().items()}
    qkv = [put("qkv.w", tensors["qkv.weight"].T), put("qkv.b", tensors["qkv.bias"])]
    attended = node("Attention", [x, *qkv, "mask"], "attended", num_heads=N_HEADS)
    out = node("MatMul", [attended, put("out.w", tensors["out.weight"].T)], "out", domain="")
    norm1 = [put("norm1.g", tensors["norm1.weight"]), put("norm1.b", tensors["norm1.bias"]), put("out.b", tensors["out.bias"])]
    middle = node("SkipLayerNormalization", [out, x, *norm1], "middle", epsilon=1e-12)
    up = node("MatMul", [middle, put("up.w", tensors["up.weight"].T)], "up", domain="")
    active = node("BiasGelu", [up, put("up.b", tensors["up.bias"])], "active")
    down = node("MatMul", [active, put("down.w", tensors["down.weight"].T)], "down", domain="")
    norm2 = [put("norm2.g", tensors["norm2.weight"]), put("norm2.b", tensors["norm2.bias"]), put("down.b", tensors["down.bias"])]
    return node("SkipLayerNormalization", [down, middle, *norm2], "y", epsilon=1e-12)
