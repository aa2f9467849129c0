"""schema/: the ontology is whole, says nothing false of the graph, and agrees with shapes, queries and context."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import rdflib
from pyoxigraph import Triple
from rdflib import OWL, RDF, RDFS, SH, SKOS, URIRef
from rdflib.collection import Collection

from kg import vocab
from kg.export.selection import STATED
from kg.model import EntityType, Relation, Role
from kg.resolve.merges import SCORES
from kg.resources import folder
from kg.terms import to_rdflib

KG = rdflib.Namespace(vocab.KG)
ONTOLOGY = rdflib.Graph().parse(folder("schema") / "ontology.ttl")
SHAPES = rdflib.Graph().parse(folder("schema") / "shapes.ttl")
CONTEXT = json.loads((folder("schema") / "context.jsonld").read_text(encoding="utf-8"))["@context"]
PROPERTIES = sorted({term for kind in (OWL.ObjectProperty, OWL.DatatypeProperty) for term in ONTOLOGY.subjects(RDF.type, kind)})
CLASSES = sorted(ONTOLOGY.subjects(RDF.type, OWL.Class))
QUERIES = sorted([*folder("queries").glob("*.rq"), *(folder("queries") / "violations").glob("*.rq")])
PAPER = URIRef(vocab.RESEARCH_PAPER.value)
KIND = {type: URIRef(classes[0].value) for type, classes in vocab.CLASSES.items()}

# GUIDELINES: which roles a paper may have towards a thing of a type, and which relations hold between which types.
ROLES = {
    EntityType.METHOD: {Role.INTRODUCES, Role.USES, Role.COMPARES_WITH, Role.MENTIONS},
    EntityType.DATASET: {Role.INTRODUCES, Role.USES, Role.EVALUATES_ON, Role.MENTIONS},
    EntityType.HARDWARE: {Role.RUNS_ON, Role.MENTIONS},
    EntityType.ORGANISATION: {Role.AFFILIATED_WITH, Role.MENTIONS},
    EntityType.TASK: {Role.ADDRESSES, Role.MENTIONS},
}
M, D, H, ORG, T = EntityType
RELATIONS = {
    Relation.BASED_ON: {(M, M)},
    Relation.PART_OF: {(M, M), (M, D), (D, M), (D, D)},
    Relation.TRAINED_ON: {(M, D)},
    Relation.EVALUATED_ON: {(M, D)},
    Relation.COMPARED_WITH: {(M, M)},
    Relation.RUNS_ON: {(M, H)},
    Relation.APPLIED_TO: {(M, T)},
    Relation.DERIVED_FROM: {(D, D)},
    Relation.BENCHMARK_FOR: {(D, T)},
    Relation.DEPLOYED_BY: {(M, ORG)},
}
ALLOWED = {(str(role), PAPER, KIND[type]) for type, roles in ROLES.items() for role in roles} | {
    (str(relation), KIND[subject], KIND[object]) for relation, pairs in RELATIONS.items() for subject, object in pairs
}


def members(class_: URIRef) -> set[URIRef]:
    """The classes that a union is made of; the class itself where it is none."""
    union = ONTOLOGY.value(class_, OWL.unionOf)
    return set(Collection(ONTOLOGY, union)) if union else {class_}


def test_the_ontology_has_a_version() -> None:
    version = ONTOLOGY.value(URIRef(vocab.KG.rstrip("#")), OWL.versionInfo)
    assert re.fullmatch(r"\d+\.\d+\.\d+", str(version))


@pytest.mark.parametrize("term", [*CLASSES, *PROPERTIES], ids=lambda term: term.rpartition("#")[2])
def test_every_term_is_told_for_people(term: URIRef) -> None:
    assert len(list(ONTOLOGY.objects(term, RDFS.label))) == 1
    comment = str(ONTOLOGY.value(term, RDFS.comment))
    assert comment.endswith(".")
    assert len(comment.split()) > 4
    assert ONTOLOGY.value(term, RDFS.isDefinedBy) == URIRef(vocab.KG.rstrip("#"))


@pytest.mark.parametrize("term", PROPERTIES, ids=lambda term: term.rpartition("#")[2])
def test_every_property_has_one_domain_and_one_range(term: URIRef) -> None:
    assert len(list(ONTOLOGY.objects(term, RDFS.domain))) == 1
    assert len(list(ONTOLOGY.objects(term, RDFS.range))) == 1


def test_all_other_roles_are_below_mentions() -> None:
    below = set(ONTOLOGY.subjects(RDFS.subPropertyOf, KG.mentions))
    assert below == {KG[role] for role in Role} - {KG.mentions}


def test_mappings_lead_out_of_our_namespace() -> None:
    mapped = [(s, o) for s, o in ONTOLOGY.subject_objects(SKOS.closeMatch)]
    assert len(mapped) > 10
    assert not [target for _, target in mapped if str(target).startswith(vocab.KG)]


def test_domains_and_ranges_are_the_table_of_the_guidelines() -> None:
    for local in {local for local, _, _ in ALLOWED} - {"mentions"}:
        domain, range_ = (members(ONTOLOGY.value(KG[local], side)) for side in (RDFS.domain, RDFS.range))
        assert domain == {subject for name, subject, _ in ALLOWED if name == local}
        assert range_ == {object for name, _, object in ALLOWED if name == local}


def test_what_follows_from_the_ontology_is_true_of_the_graph(triples: list[Triple]) -> None:
    graph = to_rdflib(triples)
    inferred = rdflib.Graph()
    for triple in graph:
        above = [triple[1], *ONTOLOGY.objects(triple[1], RDFS.subPropertyOf)]
        for side, node in ((RDFS.domain, triple[0]), (RDFS.range, triple[2])):
            for class_ in (class_ for property in above for class_ in ONTOLOGY.objects(property, side)):
                inferred.add((node, RDF.type, class_))
    checked = [(node, class_) for node, class_ in inferred.subject_objects(RDF.type) if isinstance(node, URIRef)]
    assert len(checked) > 20
    for node, class_ in checked:
        assert members(class_) & set(graph.objects(node, RDF.type)), f"{node} is no {class_}"


def own_names(text: str) -> set[str]:
    return set(re.findall(r"(?<![\w:/])kg:(\w+)", text)) | set(re.findall(rf"<{re.escape(vocab.KG)}(\w+)>", text))


@pytest.mark.parametrize(
    "path", [folder("schema") / "shapes.ttl", folder("schema") / "context.jsonld", *QUERIES], ids=lambda path: path.name
)
def test_shapes_queries_and_context_use_only_terms_of_the_ontology(path: Path) -> None:
    defined = {str(term).removeprefix(vocab.KG) for term in (*CLASSES, *PROPERTIES)}
    assert own_names(path.read_text(encoding="utf-8")) <= defined


def test_shapes_allow_the_predicates_that_are_stated() -> None:
    claim = URIRef("https://w3id.org/paper-kg/shapes#Claim")
    lists = [SHAPES.value(part, SH["in"]) for part in SHAPES.objects(claim, SH.property)]
    allowed = {str(term) for cell in lists if cell is not None for term in Collection(SHAPES, cell)}
    assert allowed == {term.value for term in STATED}


def test_shapes_allow_the_rules_that_join_names() -> None:
    merge = URIRef("https://w3id.org/paper-kg/shapes#Merge")
    (rules,) = [cell for part in SHAPES.objects(merge, SH.property) if (cell := SHAPES.value(part, SH["in"])) is not None]
    assert {str(rule) for rule in Collection(SHAPES, rules)} == set(SCORES)


def test_every_closed_shape_of_an_entity_lets_names_ladder_and_doubts_through() -> None:
    for class_ in KIND.values():
        shapes = [s for s in SHAPES.subjects(SH.targetClass, class_) if SHAPES.value(s, SH.closed) is not None]
        ignored = [set(Collection(SHAPES, SHAPES.value(shape, SH.ignoredProperties))) for shape in shapes]
        assert ignored == [{RDF.type, SKOS.prefLabel, SKOS.altLabel, SKOS.broader, KG.shortForm, KG.maybeSame}]


def test_what_may_be_the_same_may_be_so_in_both_directions_and_is_near_in_skos() -> None:
    assert (KG.maybeSame, RDF.type, OWL.SymmetricProperty) in ONTOLOGY
    assert ONTOLOGY.value(KG.maybeSame, RDFS.subPropertyOf) == SKOS.closeMatch
    assert ONTOLOGY.value(KG.shortForm, RDFS.subPropertyOf) == SKOS.altLabel


def test_every_property_of_ours_has_a_shape() -> None:
    assert {path for path in SHAPES.objects(None, SH.path) if str(path).startswith(vocab.KG)} == set(PROPERTIES)


def test_every_constraint_says_what_it_wants() -> None:
    constraints = {*SHAPES.objects(None, SH.property), *SHAPES.subjects(SH.closed, None)}
    assert [shape for shape in constraints if len(list(SHAPES.objects(shape, SH.message))) != 1] == []


def test_the_query_of_wrong_ends_has_the_table_of_the_guidelines() -> None:
    text = (folder("queries") / "violations" / "end-of-wrong-type-violation.rq").read_text(encoding="utf-8")
    rows = re.findall(r"\(kg:(\w+) (\w+):(\w+) (\w+):(\w+)\)", text)
    table = {(local, URIRef(vocab.NAMESPACES[p] + s), URIRef(vocab.NAMESPACES[q] + o)) for local, p, s, q, o in rows}
    assert table == ALLOWED


def test_the_context_has_the_prefixes_of_the_code() -> None:
    prefixes = {name: value for name, value in CONTEXT.items() if isinstance(value, str)}
    assert prefixes == vocab.NAMESPACES | vocab.data_prefixes()


def test_the_context_types_every_property_of_ours_as_the_ontology_does() -> None:
    typed = {value["@id"].removeprefix("kg:"): value.get("@type") for value in CONTEXT.values() if isinstance(value, dict)}
    for term in PROPERTIES:
        range_ = str(ONTOLOGY.value(term, RDFS.range)).replace(vocab.NAMESPACES["xsd"], "xsd:")
        expected = {"xsd:string": None}.get(range_, range_ if range_.startswith("xsd:") else "@id")
        assert typed[str(term).removeprefix(vocab.KG)] == expected


def test_every_violation_query_says_what_it_finds() -> None:
    for path in (folder("queries") / "violations").iterdir():
        assert path.name.endswith("-violation.rq")
        assert re.match(r"#\+ summary: [a-z].{10,100}[^.]\n", path.read_text(encoding="utf-8"))
