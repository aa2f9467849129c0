"""A sentence in, entities with roles out; and what holds for every text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.extract import Extractor, load
from kg.model import Document, Extraction


@pytest.fixture(scope="session")
def extractor() -> Extractor:
    return load("rules")


def document(abstract: str, title: str = "On trees") -> Document:
    return Document(key="k", source="-", place="paper 1", source_title=title, title=title, abstract=abstract)


def found(extraction: Extraction) -> set[tuple[str, str, str]]:
    return {(e.name, e.type.value, e.role.value) for e in extraction.entities}


@pytest.mark.parametrize(
    ("abstract", "expected"),
    [
        ("We propose TreeFormer, a model for parsing.", ("TreeFormer", "Method", "introduces")),
        ("In this work, we seek to close this gap and present LeafNet.", ("LeafNet", "Method", "introduces")),
        ("We present embeddings obtained by training an encoder model, LeafBERT, which is small.", ("LeafBERT", "Method", "introduces")),
        ("We introduce TreeBench, a benchmark of 300 forests.", ("TreeBench", "Dataset", "introduces")),
        ("Our dataset (LEAF-9M) is larger than others.", ("LEAF-9M", "Dataset", "introduces")),
        ("It outperforms TwigRank and BarkNet on all trees.", ("BarkNet", "Method", "comparesWith")),
        ("Experiments on the ForestQA dataset show gains.", ("ForestQA", "Dataset", "evaluatesOn")),
        ("The model was trained on the BarkDB-3M corpus.", ("BarkDB-3M", "Dataset", "uses")),
        ("We train on 2048 Ascend 910 AI processors.", ("Ascend 910 AI processors", "Hardware", "runsOn")),
        ("Data came from the University of Turin.", ("University of Turin", "Organisation", "mentions")),
    ],
)
def test_roles(extractor: Extractor, abstract: str, expected: tuple[str, str, str]) -> None:
    assert expected in found(extractor.extract(document(abstract)))


@pytest.mark.parametrize(
    "abstract",
    [
        "We propose a novel approach that is simple.",
        "Our method reaches an F1 of 0.93 and 12 ms latency.",
        "State-of-the-art LLMs use self-attention.",
        "Unsurprisingly, English text is easier than German text.",
        "",
    ],
)
def test_no_name_no_entity(extractor: Extractor, abstract: str) -> None:
    assert found(extractor.extract(document(abstract))) == set()


@pytest.mark.parametrize(
    ("abstract", "count"),
    [
        ("It scales to 12,288 GPUs.", 12288),
        ("We used 32 NVIDIA A100 GPUs for a day.", 32),
        ("Training takes a day on eight V100 GPUs.", 8),
        ("It runs on a single RTX 3090.", 1),
        ("We use 8×A100 for training.", 8),
        ("It runs on more than 3000 TPU v4 chips.", 3000),
        ("It runs on an Apple Watch.", None),
    ],
)
def test_device_counts(extractor: Extractor, abstract: str, count: int | None) -> None:
    (hardware,) = [e for e in extractor.extract(document(abstract)).entities if e.type == "Hardware"]
    assert hardware.count == count


def test_both_forms_of_an_abbreviation_are_one_entity(extractor: Extractor) -> None:
    (entity,) = extractor.extract(document("We propose the Stacked Memory Tree (SMT) framework. SMT is fast.")).entities
    assert {entity.name, *entity.aliases} == {"SMT", "Stacked Memory Tree"}


def test_relations_show_a_sentence_with_both_ends(extractor: Extractor) -> None:
    paper = document("We propose TreeFormer. TreeFormer outperforms BarkNet on the ForestQA benchmark.")
    extraction = extractor.extract(paper)
    names = [e.name for e in extraction.entities]
    told = {(names[r.subject], r.predicate.value, names[r.object]) for r in extraction.relations}
    assert {("TreeFormer", "comparedWith", "BarkNet"), ("TreeFormer", "evaluatedOn", "ForestQA")} <= told
    for relation in extraction.relations:
        best = relation.evidence[0]
        assert best.subject is not None
        assert best.subject.of(paper.text) == "TreeFormer"


def test_the_version_names_the_rules_and_the_gazetteers(extractor: Extractor) -> None:
    name, version = extractor.version.split("-", 1)
    assert name == "rules"
    assert len(version.split(".")) >= 2


WORDS = st.sampled_from(
    [
        "We",
        "propose",
        "TreeNet",
        "(TN)",
        "on",
        "the",
        "Bark-3K",
        "dataset",
        ".",
        "8",
        "A100",
        "GPUs",
        ",",
        "outperforms",
        "GPT-4",
        ":",
        "\n\n",
        "€",
        "𝔛",
        "http://a.b/c",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(max_size=200), st.lists(WORDS, max_size=40).map(" ".join)), st.text(min_size=1, max_size=60))
def test_every_span_is_its_slice_and_lies_in_its_sentence(abstract: str, title: str) -> None:
    paper = document(abstract, title)
    extraction = load("rules").extract(paper)
    for entity in extraction.entities:
        for mention in entity.mentions:
            assert mention.surface == mention.span.of(paper.text)
        assert entity.name in {m.surface for m in entity.mentions}
    claims = (*extraction.entities, *extraction.relations, *extraction.links)
    for evidence in (e for claim in claims for e in claim.evidence):
        assert evidence.sentence.covers(evidence.object)
        assert evidence.subject is None or evidence.sentence.covers(evidence.subject)
        assert evidence.sentence.end <= len(paper.text)
    assert extraction == load("rules").extract(paper)
