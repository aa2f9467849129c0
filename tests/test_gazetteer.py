"""The curated lists are whole, sorted and without contradiction; names are found in them by any spelling."""

from __future__ import annotations

import itertools

import pytest

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

FILES = sorted(path.name for path in FOLDER.glob("*.tsv"))
LEAST = {EntityType.METHOD: 700, EntityType.DATASET: 500, EntityType.HARDWARE: 250, EntityType.ORGANISATION: 500, EntityType.TASK: 300}


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
