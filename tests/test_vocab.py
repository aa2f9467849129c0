"""The IRIs that the code uses are those of the ontology, and all of them."""

from __future__ import annotations

import pytest
import rdflib
from pyoxigraph import NamedNode
from rdflib import OWL, RDF

from kg import vocab
from kg.errors import UsageError
from kg.model import EntityType, LinkKind, Relation, Role
from kg.resources import folder

# Named in the ontology as domains and ranges; no data has them as a type.
UNIONS = {"Entity", "PaperOrAuthor", "MethodOrDataset", "PaperOrMethod", "ClaimOrMerge", "MergeOrCandidate", "ClaimMergeOrCandidate"}


def ours_in_code() -> set[str]:
    values = [*vars(vocab).values(), *(class_ for classes in vocab.CLASSES.values() for class_ in classes)]
    named = {value.value for value in values if isinstance(value, NamedNode)}
    return {iri.removeprefix(vocab.KG) for iri in named if iri.startswith(vocab.KG)} | {str(name) for name in (*Role, *Relation)}


def ours_in_ontology() -> set[str]:
    ontology = rdflib.Graph().parse(folder("schema") / "ontology.ttl")
    kinds = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)
    return {str(term).removeprefix(vocab.KG) for kind in kinds for term in ontology.subjects(RDF.type, kind)}


def test_the_code_and_the_ontology_have_the_same_terms() -> None:
    assert ours_in_code() | UNIONS == ours_in_ontology()


def test_every_type_has_a_class_and_a_folder() -> None:
    assert set(vocab.CLASSES) == set(vocab.FOLDER) == set(EntityType)
    assert set(vocab.FOLDER.values()) < set(vocab.FOLDERS)
    assert set(vocab.LINK_PROPERTY) == set(LinkKind)


def test_a_curie_stands_for_its_iri() -> None:
    assert vocab.term("prov:Entity") == NamedNode("http://www.w3.org/ns/prov#Entity")
    assert vocab.own("uses") == vocab.term("kg:uses")
    with pytest.raises(KeyError):
        vocab.term("nope:x")


def test_no_two_prefixes_share_a_namespace() -> None:
    namespaces = [*vocab.NAMESPACES.values(), *vocab.data_prefixes().values()]
    assert len(namespaces) == len(set(namespaces))
    assert not vocab.NAMESPACES.keys() & vocab.data_prefixes().keys()


@pytest.mark.parametrize(
    "base", ["notiri", "", "http://x/<a>", "http://x/ y", "file:///etc/", "javascript:alert(1)//", "http:///", "https://example.org/a"]
)
def test_a_base_that_no_iri_can_begin_with_is_refused(base: str) -> None:
    with pytest.raises(UsageError):
        vocab.checked_base(base)


@pytest.mark.parametrize("base", ["https://example.org/", "http://localhost:8000/kg#", "urn:papers:"])
def test_a_base_ends_in_a_separator(base: str) -> None:
    assert vocab.checked_base(base) == base
