"""What the form of a name tells."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.model import EntityType
from kg.resolve.forms import alike, core, expands, is_part, is_short, key, spells, version


@pytest.mark.parametrize(
    ("name", "numbers"),
    [("Llama 2", ("2",)), ("GPT-3.5", ("3.5",)), ("ResNet-50", ("50",)), ("Spider 1.0", ("1",)), ("BERT", ()), ("Llama-2", ("2",))],
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
        ("NVIDIA A100 GPUs", EntityType.HARDWARE, "A100"),
        ("NVIDIA GPUs", EntityType.HARDWARE, "NVIDIA GPUs"),
        ("object detection task", EntityType.TASK, "object detection"),
        ("Dataset", EntityType.DATASET, "Dataset"),
    ],
)
def test_core(name: str, type: EntityType, rest: str) -> None:
    assert core(name, type) == rest


@pytest.mark.parametrize(
    ("name", "type", "rest"),
    [
        ("OpenAI o1", EntityType.METHOD, "o1"),
        ("Meta-Llama-3-8B", EntityType.METHOD, "Llama-3-8B"),
        ("Google Translate", EntityType.METHOD, "Google Translate"),  # "Translate" is no name
        ("Genetic Algorithm", EntityType.METHOD, "Genetic Algorithm"),
        ("Whisper model", EntityType.METHOD, "Whisper"),
        ("NVIDIA Jetson Nano", EntityType.HARDWARE, "Jetson Nano"),
        ("RTX 3090 graphics cards", EntityType.HARDWARE, "RTX 3090"),
        ("Low-Rank Adaptation (LoRA)", EntityType.METHOD, "Low-Rank Adaptation"),
    ],
)
def test_core_of_products(name: str, type: EntityType, rest: str) -> None:
    assert core(name, type) == rest


@pytest.mark.parametrize(
    "forms",
    [
        ("Llama 3-8B", "LLaMA-3 8B", "Llama3-8b"),
        ("Spider 2.0", "Spider2", "Spider-v2", "spider v2.0"),
        ("YOLOv5", "YOLO V5", "YOLO-5"),
        ("MobileNetV2", "MobileNet v2"),
        ("β-VAE", "beta-VAE", "Beta VAE"),
        ("The Pile", "Pile", "the pile"),
        ("GANs", "GAN"),
        ("Pokémon", "Pokemon"),
        ("text summarisation", "Text Summarization"),
    ],
)
def test_spellings_of_one_name_have_one_key(forms: tuple[str, ...]) -> None:
    assert len({key(form, EntityType.METHOD) for form in forms}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Llama 2", "Llama 3"),
        ("Llama 3 8B", "Llama 38B"),
        ("GPT-3.5", "GPT-35"),
        ("A*", "A"),
        ("C++", "C"),
        ("MARS", "MAR"),
        ("V100", "100"),
    ],
)
def test_other_names_have_other_keys(one: str, other: str) -> None:
    assert key(one, EntityType.METHOD) != key(other, EntityType.METHOD)


def test_memory_is_spelled_in_many_ways() -> None:
    forms = ("A100-80GB", "A100 80G", "A100 (80 GB)", "NVIDIA A100 80GB GPUs")
    assert {key(core(form, EntityType.HARDWARE), EntityType.HARDWARE) for form in forms} == {"a100_80gb"}


@given(st.text(min_size=1), st.sampled_from(EntityType))
def test_any_text_has_a_key_and_spells_itself(text: str, type: EntityType) -> None:
    assert key(text, type) or not text.strip()
    assert spells(text, text, type)
    assert not is_part(text, text, type)


@pytest.mark.parametrize(
    ("one", "other", "part"),
    [
        ("BERT", "BERT large", True),
        ("segmentation", "medical image segmentation", True),
        ("SPARK", "SPARK benchmark", False),
        ("Gemini", "Gemini Pro Vision", True),
        ("A100", "NVIDIA A100", False),
        ("SCM", "Self-Controlled Memory", False),
    ],
)
def test_part(one: str, other: str, part: bool) -> None:
    type = EntityType.HARDWARE if "A100" in one else EntityType.METHOD
    assert is_part(one, other, EntityType.DATASET if "SPARK" in one else type) is part


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Self-Controlled Memory", "self controlled memory framework", True),
        ("retrieval-augmented generation", "retrieval augmented generations", True),
        ("automated essay scoring", "automatic essay scoring", True),
        ("Proximal Policy Optimization", "Policy Optimization", True),
        ("self-supervised learning", "semi-supervised learning", False),
        ("American Bankers Association", "American Bar Association", False),
        ("Structural Causal Model", "Self-Controlled Memory", False),
        ("Low-Rank Adaptation", "Low-Rank Adaptation Subtraction", False),
        ("Segment Anything Model", "Segment Anything Model 2", False),
    ],
)
def test_long_forms_of_one_short_form_are_alike(one: str, other: str, same: bool) -> None:
    assert alike(key(one, EntityType.METHOD), key(other, EntityType.METHOD)) is same
