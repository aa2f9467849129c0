"""A tokenizer of a few made-up word pieces and a network of random weights over it, small enough to build in a test run."""

from __future__ import annotations

import string
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
WORDS = ["oak", "leaf", "tree", "trees", "read", "grow", "##former", "##bench", "##s", "we", "propose", "the", "on", "it"]
PIECES = [*SPECIAL, *WORDS, *string.ascii_lowercase, *(f"##{c}" for c in string.ascii_lowercase), *string.digits, *".,!?()-", "树"]


def tiny_tokenizer() -> Any:
    """An uncased WordPiece tokenizer over `PIECES`."""
    tokenizers = pytest.importorskip("tokenizers", reason="reads word pieces")
    vocabulary = {piece: i for i, piece in enumerate(PIECES)}
    made = tokenizers.Tokenizer(tokenizers.models.WordPiece(vocabulary, unk_token="[UNK]", max_input_chars_per_word=100))
    made.add_special_tokens(SPECIAL)
    made.normalizer = tokenizers.normalizers.BertNormalizer(lowercase=True)
    made.pre_tokenizer = tokenizers.pre_tokenizers.BertPreTokenizer()
    ends = [(name, vocabulary[name]) for name in ("[CLS]", "[SEP]")]
    made.post_processor = tokenizers.processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=ends)
    return made


@pytest.fixture(scope="session")
def tokenizer() -> Any:
    """The tokenizer over `PIECES`."""
    return tiny_tokenizer()


@dataclass(frozen=True, slots=True)
class TinyModel:
    """A model folder with the variants "whole" and "int8", and the torch network that both were written from."""

    folder: Path
    network: Any


@pytest.fixture(scope="session")
def tiny_model(tokenizer: Any, tmp_path_factory: pytest.TempPathFactory) -> TinyModel:
    """Two layers of random weights; the network holds what the files hold: pieces in int8, the rest of the tables in half precision."""
    torch = pytest.importorskip("torch", reason="draws the weights")
    pytest.importorskip("onnx", reason="writes the layers")
    pytest.importorskip("onnxruntime", reason="runs the layers")
    import numpy as np

    from kg.extract.train.checkpoint import Shape, build
    from kg.extract.train.export import export_pieces, export_variant

    folder = tmp_path_factory.mktemp("model")
    tokenizer.save(str(folder / "tokenizer.json"))
    torch.manual_seed(7)
    network = build(Shape(len(PIECES), 2, ("gold", "scier"))).eval()
    for heads in (network.taggers, network.entities):
        heads.half().float()
    export_pieces(network.encoder, folder)
    export_variant(network, "gold", "whole", folder, quantise=False)
    export_variant(network, "gold", "int8", folder, quantise=True)
    pieces = np.load(folder / "pieces.npz")
    with torch.no_grad():
        network.encoder.pieces.weight.copy_(torch.from_numpy(pieces["values"] * pieces["scales"][:, None]))
        for table in (network.encoder.positions, network.encoder.shapes, network.encoder.norm):
            table.half().float()
    return TinyModel(folder, network)
