"""The curated lists are whole, sorted and without contradiction; names are found in them by any spelling."""

from __future__ import annotations

import itertools

import pytest

from kg.gazetteer import FOLDER, canonical, device_words, entries, generic_terms, metrics, rows, version
from kg.model import EntityType
from kg.names import normal_form

FILES = sorted(path.name for path in FOLDER.glob("*.tsv"))
LEAST = {EntityType.METHOD: 700, EntityType.DATASET: 500, EntityType.HARDWARE: 250, EntityType.ORGANISATION: 500, EntityType.TASK: 300}


@pytest.mark.parametrize("file", FILES)
def test_rows_are_sorted_and_say_where_they_can_be_checked(file: str) -> None:
    found = list(rows(FOLDER / file))
    assert {"name", "kind", "aliases", "source"} <= found[0].keys()
    names = [row["name"] for row in found]
    assert names == sorted(names, key=lambda name: (name.casefold(), name))
    assert all(row["source"] and row["kind"] and row["name"] == row["name"].strip() for row in found)
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
    ],
)
def test_any_spelling_finds_the_thing(type_: EntityType, surface: str, name: str) -> None:
    entry = canonical(type_, surface)
    assert entry is not None
    assert entry.name == name


def test_versions_stay_apart() -> None:
    names = {canonical(EntityType.METHOD, name) for name in ("Llama 2", "Llama 3", "Llama 3.1", "GPT-3", "GPT-3.5", "GPT-4")}
    assert len(names) == 6


def test_generic_words_and_metrics_are_no_names() -> None:
    assert normal_form("LLMs") in generic_terms()
    assert normal_form("F1-score") in metrics()
    assert any(entry.name == "GPU" for entry in device_words())
    assert len(version()) == 8
