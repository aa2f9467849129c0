"""What sentences state of devices: a sentence in; device, how many, gigabytes of each and wall-clock hours out."""

from __future__ import annotations

import re

import pytest

from kg.extract.devices import Stated, together
from kg.extract.pipeline import RuleExtractor
from kg.model import Document, EntityClaim, EntityType

Figures = tuple[str, int | None, float | None, float | None]

MEMORY_IN_NAME = re.compile(r"[\s-]*\(?\d+ ?GB?\)?$")  # the gazetteer lists some devices by memory; that is not what is tested here


def devices(abstract: str) -> list[EntityClaim]:
    document = Document("k", "-", "paper 1", "On trees", "On trees", abstract)
    return [entity for entity in RuleExtractor().extract(document).entities if entity.type is EntityType.HARDWARE]


def figures(abstract: str) -> list[Figures]:
    return [(MEMORY_IN_NAME.sub("", d.name), d.count, d.memory, d.hours) for d in devices(abstract)]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        # how many
        ("We train on 512 TPU v4 chips.", [("TPU v4", 512, None, None)]),
        ("The forest fits a single RTX 3090.", [("RTX 3090", 1, None, None)]),
        ("Thirty-two TPU v3 cores grew the trees.", [("TPU v3", 32, None, None)]),
        ("All leaves are read by 32 x V100 GPUs.", [("V100", 32, None, None)]),
        ("A pair of A100 GPUs is enough.", [("A100", 2, None, None)]),
        ("It runs on dual RTX 4090 cards.", [("RTX 4090", 2, None, None)]),
        ("We scale to 12,288 GPUs.", [("GPUs", 12288, None, None)]),
        ("We scale to 10K GPUs.", [("GPUs", 10000, None, None)]),
        ("It runs on one high-end GPU.", [("GPU", 1, None, None)]),
        ("Only 4 * 4090 GPUs are busy.", [("GPUs", 4, None, None)]),
        (r"Only 8$\times$A100 GPUs are busy.", [("GPUs", 8, None, None)]),
        ("We rent A100 GPUs (x8).", [("A100", 8, None, None)]),
        ("A 512 GPU cluster reads the leaves.", [("GPU cluster", 512, None, None)]),
        # memory of one device
        ("We train on 8×A100 (80GB).", [("A100", 8, 80, None)]),
        ("We fine-tune on two 24 GB RTX 4090s.", [("RTX 4090s", 2, 24, None)]),
        ("We pretrain on 64 A100-80G.", [("A100", 64, 80, None)]),
        ("We use 8x H100 SXM (80 GB).", [("H100 SXM", 8, 80, None)]),
        ("We use 4 × 48GB A6000 cards.", [("A6000", 4, 48, None)]),
        ("It fits on a single 24GB GPU.", [("GPU", 1, 24, None)]),
        ("It needs 8 A100 GPUs with 80GB VRAM each.", [("A100", 8, 80, None)]),
        ("It runs on one A10 GPU with 24 GB of memory.", [("A10", 1, 24, None)]),
        ("We train on two A100 GPUs, each with 40 GB.", [("A100", 2, 40, None)]),
        ("A Jetson Nano (4 GB) counts the trees.", [("Jetson Nano", None, 4, None)]),
        # how long
        ("The model is trained on 2,048 H800 GPUs for 14 days.", [("H800", 2048, None, 336)]),
        ("We train for 14 days on 2,048 H800 GPUs.", [("H800", 2048, None, 336)]),
        ("It was trained on four NVIDIA V100 32GB GPUs for 3 hours.", [("NVIDIA V100", 4, 32, 3)]),
        ("It converges in under 2 hours on one A100.", [("A100", 1, None, 2)]),
        ("Training takes 3 hours on one A100.", [("A100", 1, None, 3)]),
        ("It needs 12 hours of training on just 16 GPUs.", [("GPUs", 16, None, 12)]),
        ("Eight A100 GPUs (40GB each) ran for one week.", [("A100", 8, 40, 168)]),
        ("It trains in a day on a server with four 48GB A6000 GPUs.", [("A6000", 4, 48, 24)]),
        ("It trains on 64 A100s, which takes about 1.5 days.", [("A100s", 64, None, 36)]),
        ("Pruning ends within 30 minutes using a single V100.", [("V100", 1, None, 0.5)]),
        ("We train 256 trees (5 hours on 16 V100 GPUs).", [("V100", 16, None, 5)]),
        ("We use 256 x 64GB Neural Processing Units (NPUs) for merely four weeks.", [("Neural Processing Units", 256, 64, 672)]),
        # each device its own, none shared unless the text says "each"
        ("It takes 3 hours on one A100 and 5 hours on one V100.", [("A100", 1, None, 3), ("V100", 1, None, 5)]),
        ("We use A100 and V100 GPUs (32 GB).", [("A100", None, None, None), ("V100", None, 32, None)]),
        ("An A100 and an H100, each with 80 GB, were busy.", [("A100", None, 80, None), ("H100", None, 80, None)]),
        ("Two A100 (40GB) and four H100 (80GB) were busy.", [("A100", 2, 40, None), ("H100", 4, 80, None)]),
        ("We train on 8 A100 GPUs, and one V100 for 2 days tests it.", [("A100", 8, None, None), ("V100", 1, None, 48)]),
    ],
)
def test_what_is_stated(sentence: str, expected: list[Figures]) -> None:
    assert figures(sentence) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        # device-hours are neither wall hours nor a count
        ("Training took 1,500 A100 GPU hours.", [("A100", None, None, None)]),
        ("Training takes only 2.79M H800 GPU hours.", [("H800", None, None, None)]),
        ("It was grown in 200 A100-hours on A100 cards.", [("A100", None, None, None)]),
        # devices per node are not multiplied and not taken for all
        ("A cluster of 16 nodes with 8 A100 GPUs each is used.", [("A100", None, None, None)]),
        ("We use 4 nodes, with eight V100 GPUs per node.", [("V100", None, None, None)]),
        # numbers that count something else
        ("We write 100 GPU kernels.", [("GPU", None, None, None)]),
        ("Results are in Table 8 A100 GPUs win.", [("A100", None, None, None)]),
        ("We drive hundreds of A100 GPUs.", [("A100", None, None, None)]),
        # memory of the host, or used
        ("The host has an RTX 3060 GPU and 16GB of RAM.", [("RTX 3060", None, None, None)]),
        ("It runs on an RTX 3060 with 16GB of RAM.", [("RTX 3060", None, None, None)]),
        ("It takes 24 GB of GPU memory on an RTX 3090.", [("GPU", None, None, None), ("RTX 3090", None, None, None)]),
        ("It runs on an RTX 3090 with 3 GB peak memory.", [("RTX 3090", None, None, None)]),
        ("It runs on an Intel Xeon CPU with 64 GB memory.", [("Intel Xeon CPU", None, None, None)]),
        # other times than a run's
        ("We train on ImageNet for 90 epochs on 8 V100 GPUs.", [("V100", 8, None, None)]),
        ("We train on 100 hours of speech on 8 A100 GPUs.", [("A100", 8, None, None)]),
        ("We train on 100 hours using 8 A100 GPUs.", [("A100", 8, None, None)]),
        ("It hears 8 hours of audio, and an A100 writes it down.", [("A100", None, None, None)]),
        ("It takes 3 hours per epoch on one V100.", [("V100", 1, None, None)]),
        ("A single V100 makes a 10-day forecast.", [("V100", 1, None, None)]),
        ("We train for 2-3 days on 8 A100 GPUs.", [("A100", 8, None, None)]),
        ("We train for 2 to 3 days on 8 A100 GPUs.", [("A100", 8, None, None)]),
        ("We use 8 A100 GPUs. After 3 days the trees were grown.", [("A100", 8, None, None)]),
        ("Subjects wore an Apple Watch for 14 days.", [("Apple Watch", None, None, None)]),
    ],
)
def test_what_is_not_stated(sentence: str, expected: list[Figures]) -> None:
    assert figures(sentence) == expected


def test_the_sentence_with_the_largest_count_speaks_for_the_paper() -> None:
    found = figures("It was trained on 8 A100 GPUs (80GB) for 3 days. A single A100 GPU reads a leaf in 2 hours.")
    assert found == [("A100", 8, 80, 72)]


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([], Stated()),
        ([Stated(8), Stated(memory=80)], Stated(8, 80)),  # one sentence states each
        ([Stated(8, hours=3), Stated(1, memory=40)], Stated(8, None, 3)),  # two counts: no mixing
        ([Stated(8), Stated(memory=40), Stated(memory=80)], Stated(8)),  # two memories: which is meant is not said
        ([Stated(hours=2), Stated(8, hours=3)], Stated(8, None, 3)),
        ([Stated(hours=2), Stated(memory=80)], Stated(None, 80, 2)),
    ],
)
def test_sentences_are_brought_together_without_mixing(found: list[Stated], expected: Stated) -> None:
    assert together(found) == expected
