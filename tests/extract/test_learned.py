"""The trained extractor: what it finds in abstracts of our own, and what holds for every text."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.extract import Extractor, ReadsAhead, conformance, load
from kg.model import Document, EntityType, Extraction, Role

OWLS = (
    "OwlNet: Finding Owls at Night with Sparse Attention",
    "Counting owls in the dark is hard. We propose OwlNet, a sparse transformer for nocturnal bird detection. OwlNet is built on ResNet-50 and is "
    "trained on DuskSet, a new dataset of 40,000 night images. Experiments on ImageNet and the NightBirds benchmark show that OwlNet outperforms "
    "YOLOv8 and Faster R-CNN. Training took two days on 8 NVIDIA A100 GPUs. Code is available at https://github.com/owls/owlnet.",
)


@pytest.fixture(scope="session", params=["accurate", "fast"])
def extractor(request: pytest.FixtureRequest) -> Extractor:
    return load(request.param)


@pytest.fixture(scope="session")
def fast() -> Extractor:
    return load("fast")


def document(abstract: str, title: str = "On trees") -> Document:
    return Document(key="k", source="-", place="paper 1", source_title=title, title=title, abstract=abstract)


def roles(extraction: Extraction) -> dict[str, str]:
    return {f"{e.type.value} {name}": e.role.value for e in extraction.entities for name in (e.name, *e.aliases)}


def test_a_whole_abstract(extractor: Extractor) -> None:
    extraction = extractor.extract(document(OWLS[1], OWLS[0]))
    found = roles(extraction)
    assert found["Method OwlNet"] == "introduces"
    assert found["Dataset DuskSet"] == "uses"
    assert found["Dataset ImageNet"] == "evaluatesOn"
    assert found["Dataset NightBirds"] == "evaluatesOn"
    assert found["Method YOLOv8"] == "comparesWith"
    assert found["Method Faster R-CNN"] == "comparesWith"
    assert found["Hardware NVIDIA A100"] == "runsOn"
    assert next(e.count for e in extraction.entities if e.type.value == "Hardware") == 8
    assert [link.url for link in extraction.links] == ["https://github.com/owls/owlnet"]


def test_relations_have_both_ends_in_their_evidence_or_mean_the_authors_own_work(extractor: Extractor) -> None:
    extraction = extractor.extract(document(OWLS[1], OWLS[0]))
    names = [e.name for e in extraction.entities]
    related = {(names[r.subject], r.predicate.value, names[r.object]) for r in extraction.relations}
    assert ("OwlNet", "comparedWith", "YOLOv8") in related
    assert ("OwlNet", "evaluatedOn", "ImageNet") in related
    assert ("OwlNet", "evaluatedOn", "DuskSet") not in related
    for relation in extraction.relations:
        for evidence in relation.evidence:
            assert evidence.sentence.covers(evidence.object)


@pytest.mark.parametrize(
    "abstract",
    [
        "We propose OwlNet. In future work, we plan to evaluate it on ImageNet.",
        "We propose OwlNet. We intend to extend it to ImageNet.",
        "We propose OwlNet, which is trained without ImageNet.",
    ],
)
def test_plans_and_denials_are_no_statements(extractor: Extractor, abstract: str) -> None:
    extraction = extractor.extract(document(abstract, "Finding owls"))
    assert all(e.role is Role.MENTIONS for e in extraction.entities if e.name == "ImageNet")
    assert not [r for r in extraction.relations if extraction.entities[r.object].name == "ImageNet"]


@pytest.mark.parametrize(
    "abstract",
    [
        "",
        "We propose a novel approach that is simple.",
        "Our method reaches an F1 of 0.93, an NDCG of 0.4 and 12 ms latency.",
        "State-of-the-art LLMs use self-attention and deep learning.",
        "Unsurprisingly, English text is easier than German text.",
        "我们提出了一种新的方法。" * 3,
        "$\\sum_{i=0}^{n} x_i^2 \\leq \\alpha \\cdot \\beta$",
    ],
)
def test_no_name_no_required_entity(extractor: Extractor, abstract: str) -> None:
    assert [e.name for e in extractor.extract(document(abstract)).entities] == []


def test_listed_devices_with_a_number_are_always_read(extractor: Extractor) -> None:
    abstract = "We present Quillfort, evaluated on Spider 2.0 with 512 TPU v4 chips. We train it with 8×A100 (80GB) GPUs for 3 days."
    found = {c.name: (c.count, c.memory, c.hours) for c in extractor.extract(document(abstract)).entities if c.type is EntityType.HARDWARE}
    assert found["TPU v4"] == (512, None, None)
    assert found["A100"] == (8, 80.0, 72.0)


def test_a_document_that_was_read_ahead_gives_what_it_gives_without() -> None:
    """Also when others were read ahead and never extracted, and when it is extracted again."""
    fast, owls = load("fast"), document(OWLS[1], OWLS[0])
    assert isinstance(fast, ReadsAhead)
    alone = fast.extract(owls)
    for n in range(70):
        fast.read_ahead(document(f"We propose Owl-{n}."))
    fast.read_ahead(owls)
    assert [fast.extract(owls) for _ in range(2)] == [alone, alone]


def test_it_keeps_to_what_every_extractor_must(extractor: Extractor) -> None:
    assert conformance.check(extractor) == []


@settings(max_examples=25, deadline=None)
@given(title=st.text(min_size=1, max_size=40), abstract=st.text(max_size=400))
def test_any_text_gives_slices_of_itself(fast: Extractor, title: str, abstract: str) -> None:
    paper = document(abstract, title)
    for entity in fast.extract(paper).entities:
        assert all(mention.span.of(paper.text) == mention.surface for mention in entity.mentions)
        assert all(e.sentence.covers(e.object) for e in entity.evidence)


def test_the_version_tells_variants_apart() -> None:
    versions = [load(name).version for name in ("accurate", "fast", "rules")]
    assert [v.split("-")[0] for v in versions] == ["accurate", "fast", "rules"]
    assert len(set(versions)) == 3


def test_a_long_text_is_read_to_its_end(extractor: Extractor) -> None:
    filler = "Owls are birds and they see well at night in many a forest. " * 60
    extraction = extractor.extract(document(f"{filler}Finally, OwlNet outperforms YOLOv8 on ImageNet."))
    assert {"YOLOv8", "ImageNet"} <= {e.name for e in extraction.entities}
    starts = [e.mentions[0].span.start for e in extraction.entities]
    assert all(a <= b for a, b in pairwise(starts))
