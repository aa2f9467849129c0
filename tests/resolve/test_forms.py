"""What the form of a name tells."""

from __future__ import annotations

import pytest

from kg.model import EntityType
from kg.resolve.forms import core, expands, is_short, similar, version


@pytest.mark.parametrize(
    ("name", "numbers"),
    [("Llama 2", ("2",)), ("GPT-3.5", ("3", "5")), ("ResNet-50", ("50",)), ("Spider 1.0", ("1", "0")), ("BERT", ()), ("Llama-2", ("2",))],
)
def test_version(name: str, numbers: tuple[str, ...]) -> None:
    assert version(name) == numbers


@pytest.mark.parametrize("name", ["SCM", "LLMs", "V-COCO", "T5", "MiMIC", "MIRAGE", "GPT-4o"])
def test_a_short_form_is_one_word_with_capitals(name: str) -> None:
    assert is_short(name)


@pytest.mark.parametrize("name", ["Spark", "2017", "A B", "self-controlled memory", "SCM-", ""])
def test_other_names_are_no_short_forms(name: str) -> None:
    assert not is_short(name)


@pytest.mark.parametrize(
    ("short", "long", "fits"),
    [
        ("SCM", "Self-Controlled Memory", True),
        ("SCM", "Structural Causal Model", True),
        ("LLMs", "large language models", True),
        ("T5", "Text-to-Text Transfer Transformer", True),
        ("COCO", "MS COCO", False),  # decorated, not spelled out
        ("SCM", "Memory", False),
        ("SAM", "vision SAM model", False),
        ("GI", "Gastrointestinal", True),
        ("BERT", "BERTweet", False),
    ],
)
def test_expands(short: str, long: str, fits: bool) -> None:
    assert expands(short, long) is fits


@pytest.mark.parametrize(
    ("name", "type", "rest"),
    [
        ("SPARK benchmark", EntityType.DATASET, "SPARK"),
        ("SPARK benchmark datasets", EntityType.DATASET, "SPARK"),
        ("question answering dataset", EntityType.DATASET, "question answering dataset"),
        ("NVIDIA A100 GPUs", EntityType.HARDWARE, "NVIDIA A100"),
        ("NVIDIA GPUs", EntityType.HARDWARE, "NVIDIA GPUs"),
        ("object detection task", EntityType.TASK, "object detection"),
        ("Dataset", EntityType.DATASET, "Dataset"),
    ],
)
def test_core(name: str, type: EntityType, rest: str) -> None:
    assert core(name, type) == rest


@pytest.mark.parametrize(
    ("name", "alias", "variant"),
    [("BERT large", "BERT", True), ("SPARK benchmark", "SPARK", False), ("MS COCO", "COCO", False), ("Gemini Pro Vision", "Gemini", True)],
)
def test_is_variant(name: str, alias: str, variant: bool) -> None:
    assert is_variant(name, alias, EntityType.DATASET) is variant


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Self-Controlled Memory", "self controlled memory framework", True),
        ("retrieval-augmented generation", "retrieval augmented generations", True),
        ("Structural Causal Model", "Self-Controlled Memory", False),
        ("Proximal Policy Optimization", "Policy Optimization", True),
        ("Low-Rank Adaptation", "Low-Rank Adaptation Subtraction", False),
        ("Segment Anything Model", "Segment Anything Model 2", False),
    ],
)
def test_similar(one: str, other: str, alike: bool) -> None:
    assert similar(one, other) is alike
