"""The curated lists are whole, sorted and without contradiction; names are found in them by any spelling."""

from __future__ import annotations

import itertools
import re

import pytest

from kg.extract.words import words
from kg.gazetteer import (
    FOLDER,
    ancestors,
    broader,
    canonical,
    device_words,
    entries,
    generic_terms,
    kind_named,
    kinds,
    maker_kind,
    metrics,
    rows,
    version,
)
from kg.model import EntityType
from kg.names import normal_form
from kg.resolve.forms import expands

FILES = sorted(path.name for path in FOLDER.glob("*.tsv"))
LEAST = {EntityType.METHOD: 700, EntityType.DATASET: 500, EntityType.HARDWARE: 250, EntityType.ORGANISATION: 500, EntityType.TASK: 300}

LANGUAGE = "language processing method"

ARCHITECTURES = {
    f"NVIDIA {name}"
    for name in ("Fermi", "Kepler", "Maxwell", "Pascal", "Volta", "Turing", "Ampere", "Ada Lovelace", "Hopper", "Blackwell")
}
NO_ARCHITECTURE = {"NVIDIA Tesla C1060"}  # of the one before Fermi, whose name, Tesla, is that of the product line

SIZES = words("tiny small base medium large xl xxl mini nano micro pro max ultra turbo plus lite super")

# Aliases with a number or size that the name lacks, and why they name the same thing all the same.
SAME_THING = {
    "ChatGLM2-6B": "the only size",
    "ChatGLM3-6B": "the only size",
    "GPT-NeoX-20B": "the only size",
    "LeNet-5": "the LeNet that papers mean",
    "LLaVA-1.6": "the other name of LLaVA-NeXT",
    "NLLB-200": "the number of languages",
    "CC3M": "the other name: 3 million captions",
    "GSM8K-Hard": "longer form of GSM-Hard",
    "ImageNet-22K": "the same images, classes counted otherwise",
    "ImageNet-22k": "the same images, classes counted otherwise",
    "Spider 1.0": "Spider, called so since Spider 2.0",
    "VQA-CP v2": "the version that papers mean",
    "mini-ImageNet": "spelling",
    "ABB IRB 14000": "order number of YuMi",
    "g5.48xlarge": "size of an instance of the series",
    "g5.12xlarge": "size of an instance of the series",
    "p3.2xlarge": "size of an instance of the series",
    "p3.16xlarge": "size of an instance of the series",
    "AWS p3.2xlarge": "size of an instance of the series",
    "p3dn.24xlarge": "the only size",
    "p4d.24xlarge": "the only size",
    "AWS p4d.24xlarge": "the only size",
    "p4de.24xlarge": "the only size",
    "p5.48xlarge": "size of an instance of the series",
    "Arduino Mega 2560": "full name",
    "Arduino UNO R3": "revision of the board",
    "Inf1": "the instance that has the first Inferentia",
    "Trainium1": "the first Trainium",
    "Trn1": "the instance that has the first Trainium",
    "Akida AKD1000": "the chip's order number",
    "AKD1000": "the chip's order number",
    "BrainScaleS-1": "the first BrainScaleS",
    "MLU370-X8": "the card with the MLU370",
    "Husky A200": "full name",
    "F1/10": "the old name: scale 1 to 10",
    "Faro Focus 3D": "full name",
    "3D Systems Touch": "the maker's name",
    "Graphcore GC200": "the chip of the Mk2",
    "GC200": "the chip of the Mk2",
    "BGT60TR13C": "order number",
    "Infineon BGT60TR13C": "order number",
    "Inspire RH56DFX": "order number",
    "Intel 4th Gen Xeon": "marketing name of Sapphire Rapids",
    "IT4Innovations Karolina": "the operator's name",
    "KUKA LBR iiwa 14": "payload of the arm",
    "Hololens 1": "the first HoloLens",
    "Mythic M1076": "order number",
    "Neuralink N1": "the implant's name",
    "PhoXi 3D Scanner": "full name",
    "Quantinuum H2-1": "the one machine of that model",
    "SambaNova SN10": "the first RDU",
    "GDDR6-AiM": "the memory it is made of",
    "Zynq-7000": "the series that Zynq means",
    "Xilinx Zynq-7000": "the series that Zynq means",
    "NUC mini PC": "a word, no size",
    "Intel NUC mini PC": "a word, no size",
    "NVIDIA Blackwell Ultra B300": "the architecture's name",
    "Aquabolt-XL": "its product name",
    "Ultra Accelerator Link": "spelled out",
    "AI2": "a name, no version",
    "Ai2": "a name, no version",
    "C4AI": "a name, no version",
    "GA4GH": "a name, no version",
    "42dot": "a name, no version",
    "UM6P": "a name, no version",
    "A Lite BERT": "spelled out",
    "A Large-scale ImaGe and Noisy-text embedding": "spelled out",
    "BigScience Large Open-science Open-access Multilingual Language Model": "spelled out",
    "Enhanced Super-Resolution Generative Adversarial Network": "spelled out",
    "Hierarchical Navigable Small World": "spelled out",
    "Large-scale Atomic/Molecular Massively Parallel Simulator": "spelled out",
    "Large Language Model Meta AI": "spelled out",
    "Large Language and Vision Assistant": "spelled out",
    "Super-Resolution GAN": "spelled out",
    "Super-Resolution Generative Adversarial Network": "spelled out",
    "BIg Bench for LaRge-scale Database Grounded Text-to-SQL Evaluation": "spelled out",
    "ImageNet Large Scale Visual Recognition Challenge": "spelled out",
    "Large-scale Single Object Tracking": "spelled out",
    "Large Vocabulary Instance Segmentation": "spelled out",
    "Open Super-large Crawled Aggregated coRpus": "spelled out",
    "Stanford Large-Scale 3D Indoor Spaces": "spelled out",
    "High Bandwidth Memory 2": "spelled out",
    "High Bandwidth Memory 3E": "spelled out",
    "Parallel Ultra Low Power": "spelled out",
    "K8s": "eight letters left out",
    "I2I translation": "the word to",
    "T2I generation": "the word to",
    "T2V generation": "the word to",
    "Text2SQL": "the word to",
    "NL2SQL": "the word to",
}

# ISO 3166-1 alpha-2
COUNTRIES = words(
    """AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK
    CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT
    GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA
    MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS
    PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ
    UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW"""
)


@pytest.mark.parametrize("file", FILES)
def test_rows_are_sorted_and_say_where_they_can_be_checked(file: str) -> None:
    found = list(rows(FOLDER / file))
    assert {"name", "kind", "aliases", "source"} <= found[0].keys()
    names = [row["name"] for row in found]
    assert names == sorted(names, key=lambda name: (name.casefold(), name))
    assert all(row["source"] and (row["kind"] or file == "kinds.tsv") and row["name"] == row["name"].strip() for row in found)
    assert not any(ord(c) < 32 for row in found for cell in row.values() for c in cell)


@pytest.mark.parametrize("type_", list(EntityType))
def test_there_are_hundreds_of_each(type_: EntityType) -> None:
    assert len(entries(type_)) >= LEAST[type_]


@pytest.mark.parametrize("type_", list(EntityType))
def test_no_form_belongs_to_two_things(type_: EntityType) -> None:
    owners: dict[str, str] = {}
    for entry, form in itertools.chain.from_iterable(((e, f) for f in e.forms) for e in entries(type_)):
        assert owners.setdefault(form, entry.name) == entry.name


@pytest.mark.parametrize(
    ("type_", "surface", "name"),
    [
        (EntityType.HARDWARE, "Nvidia a100", "NVIDIA A100"),
        (EntityType.METHOD, "gpt 4", "GPT-4"),
        (EntityType.DATASET, "MSCOCO", "MS COCO"),
        (EntityType.ORGANISATION, "MIT", "Massachusetts Institute of Technology"),
        (EntityType.TASK, "NER", "named entity recognition"),
        (EntityType.ORGANISATION, "European Organization for Nuclear Research", "CERN"),
        (EntityType.METHOD, "Extreme gradient boosting", "XGBoost"),
        (EntityType.METHOD, "conditional random fields", "CRF"),
        (EntityType.DATASET, "Massive Multitask Language Understanding", "MMLU"),
        (EntityType.TASK, "Text-to-Image Synthesis", "text-to-image generation"),
    ],
)
def test_any_spelling_finds_the_thing(type_: EntityType, surface: str, name: str) -> None:
    entry = canonical(type_, surface)
    assert entry is not None
    assert entry.name == name


# Things whose short form a better known one has: the long form finds them, the short form the other.
@pytest.mark.parametrize(
    ("short", "long", "name"),
    [
        ("LDA", "linear discriminant analysis", "Linear Discriminant Analysis"),
        ("SAM", "sharpness-aware minimization", "SAM optimizer"),
        ("SVD", "stable video diffusion", "Stable Video Diffusion"),
    ],
)
def test_what_shares_a_short_form_stays_apart(short: str, long: str, name: str) -> None:
    found = canonical(EntityType.METHOD, long)
    assert found is not None
    assert found.name == name
    other = canonical(EntityType.METHOD, short)
    assert other is not None
    assert other.name != name


# Short forms that papers spell out: where the long form is not listed, a paper that writes it seems to mean another thing.
@pytest.mark.parametrize(
    ("type_", "name"),
    [
        *((EntityType.METHOD, name) for name in sorted(words("BERT BLIP CLIP CRF DBSCAN DDPM DETR HMM LIME PPO RANSAC T5 TRPO UMAP VQE"))),
        *((EntityType.DATASET, name) for name in sorted(words("AIME GLUE GPQA HELM MBPP MMLU MMMU SNLI SQuAD SVHN UMLS"))),
        *((EntityType.ORGANISATION, name) for name in sorted(words("BMBF CNES DARPA FEMA IARPA NATO NSERC UNESCO"))),
        *((EntityType.HARDWARE, name) for name in sorted(words("SpiNNaker TROPOMI USRP"))),
    ],
)
def test_short_names_have_their_long_forms(type_: EntityType, name: str) -> None:
    entry = canonical(type_, name)
    assert entry is not None
    assert any(expands(name, alias) for alias in entry.aliases)


def test_versions_stay_apart() -> None:
    names = {canonical(EntityType.METHOD, name) for name in ("Llama 2", "Llama 3", "Llama 3.1", "GPT-3", "GPT-3.5", "GPT-4")}
    assert len(names) == 6


def test_generic_words_and_metrics_are_no_names() -> None:
    assert normal_form("LLMs") in generic_terms()
    assert normal_form("F1-score") in metrics()
    assert any(entry.name == "GPU" for entry in device_words())
    assert len(version()) == 8


@pytest.mark.parametrize("type_", list(EntityType))
def test_every_ladder_is_of_known_rows_and_ends(type_: EntityType) -> None:
    listed, kind_rows = {e.name for e in entries(type_)}, {k.name for k in kinds(type_)}
    tops = {kind.name for kind in kinds(type_) if not kind.broader}
    for name in listed | kind_rows:
        above = (name, *ancestors(type_, name))
        assert set(above[1:]) <= listed | kind_rows, name
        assert above[-1] in tops, name
        assert broader(type_, above[-1]) is None, name  # a cycle would go on


@pytest.mark.parametrize("type_", list(EntityType))
def test_a_kind_has_the_name_of_an_entry_only_where_it_is_the_same_thing(type_: EntityType) -> None:
    for kind, form in itertools.chain.from_iterable(((k, f) for f in k.forms) for k in kinds(type_)):
        entry = canonical(type_, form)
        assert entry is None or entry.name == kind.name, form


def test_kinds_are_found_by_form_code_and_maker() -> None:
    found = kind_named(EntityType.HARDWARE, "graphics cards")
    assert found is not None
    assert found.name == "GPU"
    nvidia = maker_kind("gpu", "NVIDIA")
    assert nvidia is not None
    assert nvidia.name == "NVIDIA GPU"
    assert maker_kind("gpu", "Nobody") is None
    assert kind_named(EntityType.TASK, "graphics card") is None


def numbers(name: str) -> set[str]:
    """Numbers in a name, 2024 as 24, 2.0 as 2 and 04 as 4; those of form factors (SXM4, HBM3) say nothing about the thing."""
    found = (re.sub(r"\.0$", "", number) for number in re.findall(r"\d+(?:\.\d+)?", re.sub(r"(?:SXM|HBM)\d", "", name)))
    return {(number[2:] if re.fullmatch(r"20\d\d", number) else number).lstrip("0") for number in found}


def sizes(name: str) -> frozenset[str]:
    return SIZES.intersection(re.split(r"[\s\-/()]+", name.casefold()))


@pytest.mark.parametrize("type_", list(EntityType))
def test_an_alias_names_no_other_version_or_size(type_: EntityType) -> None:
    for name, alias in ((entry.name, alias) for entry in entries(type_) for alias in entry.aliases if alias not in SAME_THING):
        assert numbers(alias) <= numbers(name), f"{alias} under {name}"
        assert type_ is EntityType.ORGANISATION or sizes(alias) <= sizes(name), f"{alias} under {name}"


def test_each_alias_that_may_differ_is_listed_and_does() -> None:
    owners = {alias: entry.name for type_ in EntityType for entry in entries(type_) for alias in entry.aliases}
    for alias in SAME_THING:
        assert numbers(alias) - numbers(owners[alias]) or sizes(alias) - sizes(owners[alias]), alias


@pytest.mark.parametrize(
    ("type_", "name", "above"),
    [
        (EntityType.HARDWARE, "NVIDIA A100 40GB", ("NVIDIA A100", "NVIDIA Ampere", "NVIDIA GPU", "GPU", "accelerator")),
        (EntityType.HARDWARE, "NVIDIA GPU", ("GPU", "accelerator")),
        (EntityType.HARDWARE, "TPU v3-8", ("TPU v3", "Google TPU", "TPU", "accelerator")),
        (EntityType.HARDWARE, "AMD Instinct MI250X", ("AMD Instinct", "AMD GPU", "GPU", "accelerator")),
        (EntityType.HARDWARE, "NVIDIA Jetson Nano", ("NVIDIA Jetson", "edge board")),
        (EntityType.METHOD, "GPT-4o mini", ("GPT-4o", "GPT-4 family", "GPT family", "large language model", "language model", LANGUAGE)),
        (
            EntityType.METHOD,
            "Llama-2-7B",
            ("LLaMA 2", "Llama 2 family", "Llama family", "large language model", "language model", LANGUAGE),
        ),
        (EntityType.METHOD, "ResNet-50", ("ResNet", "ResNet family", "image backbone", "vision method")),
        (EntityType.DATASET, "Spider 2.0", ("Spider family", "code dataset")),
        (EntityType.ORGANISATION, "Tsinghua University", ("university",)),
        (EntityType.ORGANISATION, "Amazon Web Services", ("cloud provider", "company")),
        (EntityType.TASK, "polyp segmentation", ("medical image segmentation", "image segmentation", "computer vision task")),
        (EntityType.TASK, "no such task", ()),
    ],
)
def test_what_lies_above_a_thing(type_: EntityType, name: str, above: tuple[str, ...]) -> None:
    assert ancestors(type_, name) == above


def test_all_nvidia_gpus_lie_under_nvidia_gpu_and_products_under_an_architecture() -> None:
    gpus = [entry for entry in entries(EntityType.HARDWARE) if (entry.kind, entry.maker) == ("gpu", "NVIDIA")]
    assert len(gpus) > 120
    for gpu in gpus:
        above = ancestors(EntityType.HARDWARE, gpu.name)
        assert "GPU" in above, gpu.name
        assert gpu.name == "NVIDIA GPU" or "NVIDIA GPU" in above, gpu.name
        if gpu.memory and gpu.name not in NO_ARCHITECTURE:
            assert ARCHITECTURES.intersection(above), gpu.name


@pytest.mark.parametrize("type_", list(EntityType))
def test_every_kind_code_has_a_row_of_its_own(type_: EntityType) -> None:
    codes = [kind.kind for kind in kinds(type_) if kind.kind and not kind.maker]
    assert len(codes) == len(set(codes))
    assert {entry.kind for entry in entries(type_)} == set(codes)
    assert type_ is not EntityType.HARDWARE or {word.kind for word in device_words()} <= set(codes)


@pytest.mark.parametrize("type_", list(EntityType))
def test_every_kind_holds_something_and_no_form_names_two(type_: EntityType) -> None:
    held = {name for entry in entries(type_) for name in ancestors(type_, entry.name)}
    assert {kind.name for kind in kinds(type_)} <= held | {entry.name for entry in entries(type_)}
    owners: dict[str, str] = {}
    for kind, form in itertools.chain.from_iterable(((k, f) for f in k.forms) for k in kinds(type_)):
        assert owners.setdefault(normal_form(form), kind.name) == kind.name


@pytest.mark.parametrize(
    ("surface", "name", "memory"),
    [
        ("A100-80GB", "NVIDIA A100 80GB", (80.0,)),
        ("A100 (40GB)", "NVIDIA A100 40GB", (40.0,)),
        ("Tesla V100-SXM2-32GB", "NVIDIA V100 32GB", (32.0,)),
        ("RTX 3080 12GB", "NVIDIA GeForce RTX 3080 12GB", (12.0,)),
        ("A100", "NVIDIA A100", (40.0, 80.0)),
        ("RTX 4090", "NVIDIA GeForce RTX 4090", (24.0,)),
    ],
)
def test_memory_variants_are_things_of_their_own(surface: str, name: str, memory: tuple[float, ...]) -> None:
    entry = canonical(EntityType.HARDWARE, surface)
    assert entry is not None
    assert (entry.name, entry.memory) == (name, memory)


def test_a_memory_variant_is_one_of_those_of_its_device() -> None:
    devices = {entry.name: entry for entry in entries(EntityType.HARDWARE)}
    variants = [e for e in devices.values() if e.broader in devices and e.memory and re.search(r" \d+GB$", e.name)]
    assert len(variants) > 20
    for variant in variants:
        assert set(variant.memory) <= set(devices[variant.broader].memory), variant.name
        assert variant.name.endswith(f" {variant.memory[0]:g}GB"), variant.name


def test_figures_and_countries_can_be_true() -> None:
    for entry in itertools.chain.from_iterable(entries(type_) for type_ in EntityType):
        assert all(gigabytes > 0 for gigabytes in entry.memory), entry.name
        assert list(entry.memory) == sorted(set(entry.memory)), entry.name
        assert entry.year is None or 1970 <= entry.year <= 2026, entry.name
        assert entry.country == "" or entry.country in COUNTRIES, entry.name
        assert entry.type is EntityType.HARDWARE or not (entry.memory or entry.year or entry.maker), entry.name
        assert entry.type is EntityType.ORGANISATION or not entry.country, entry.name


def test_universities_have_a_country() -> None:
    universities = [entry for entry in entries(EntityType.ORGANISATION) if entry.kind == "university"]
    assert [entry.name for entry in universities if not entry.country] == [
        "African Institute for Mathematical Sciences"
    ]  # in six countries
