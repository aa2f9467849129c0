"""What an extraction promises, one broken promise at a time."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Store

from kg import vocab
from kg.extract import load
from kg.extract.checked import RELATION_TYPES, ROLE_TYPES, broken, extract
from kg.extract.conformance import odd_documents
from kg.model import (
    Abbreviation,
    Document,
    EntityClaim,
    EntityType,
    Evidence,
    Extraction,
    LinkClaim,
    LinkKind,
    Mention,
    Rejection,
    Relation,
    RelationClaim,
    Role,
    Span,
)

TEXT = "OwlNet (ON) sees DuskSet. Code: https://example.org/owl"
PAPER = Document("k", "papers.txt", "paper 3", TEXT, TEXT, "")
SENTENCE = Span(0, len(TEXT))
OWL, ON, DUSK, URL = Span(0, 6), Span(8, 10), Span(17, 24), Span(32, len(TEXT))


def entity(name: str, type: EntityType, role: Role, *spans: Span, **fields: Any) -> EntityClaim:
    mentions = tuple(Mention(span, span.of(TEXT), type, "by-hand", 0.9) for span in spans)
    aliases = tuple(sorted({mention.surface for mention in mentions} - {name}))
    claim = EntityClaim(name, type, aliases, mentions, role, (Evidence(SENTENCE, spans[0]),), f"{role}.by-hand", 0.8)
    return replace(claim, **fields)


METHOD = entity("OwlNet", EntityType.METHOD, Role.INTRODUCES, OWL, ON)
DATASET = entity("DuskSet", EntityType.DATASET, Role.USES, DUSK)
RELATION = RelationClaim(0, Relation.TRAINED_ON, 1, (Evidence(SENTENCE, DUSK, OWL),), "trainedOn.by-hand", 0.7)
LINK = LinkClaim(URL.of(TEXT), LinkKind.CODE, (Evidence(SENTENCE, URL),), "link.by-hand", 0.99)
GOOD = Extraction((METHOD, DATASET), (RELATION,), (LINK,), (Abbreviation(ON, OWL, SENTENCE),))


def test_a_good_extraction_breaks_no_promise() -> None:
    assert broken(PAPER, GOOD) == []
    assert broken(PAPER, Extraction()) == []


def hardware(**fields: Any) -> Extraction:
    return Extraction((entity("DuskSet", EntityType.HARDWARE, Role.RUNS_ON, DUSK, **fields),))


def with_method(**fields: Any) -> Extraction:
    return replace(GOOD, entities=(replace(METHOD, **fields), DATASET))


def with_mention(**fields: Any) -> Extraction:
    return with_method(mentions=(replace(METHOD.mentions[0], **fields), METHOD.mentions[1]))


def with_relation(**fields: Any) -> Extraction:
    return replace(GOOD, relations=(replace(RELATION, **fields),))


def with_link(**fields: Any) -> Extraction:
    return replace(GOOD, links=(replace(LINK, **fields),))


@pytest.mark.parametrize(
    ("extraction", "words"),
    [
        # kinds of values
        ({"entities": ()}, "the extraction is dict, not Extraction"),
        (replace(GOOD, entities=[METHOD, DATASET]), "the extraction.entities is list, not a tuple"),  # type: ignore[arg-type]
        (replace(GOOD, entities=(METHOD, None)), "the extraction.entities[1] is NoneType, not EntityClaim"),  # type: ignore[arg-type]
        (with_method(role="introduces"), "the extraction.entities[0].role is str, not Role"),
        (with_method(score=np.float32(0.5)), "the extraction.entities[0].score is numpy.float32, not float"),
        (with_mention(span=Span(np.int64(0), np.int64(6))), "mentions[0].span.start is numpy.int64, not int"),  # type: ignore[arg-type]
        (hardware(count=True), "the extraction.entities[0].count is bool, not int"),
        (hardware(count=8.0), "the extraction.entities[0].count is float, not int"),
        (with_relation(subject=None), "the extraction.relations[0].subject is NoneType, not int"),
        # mentions and names
        (with_mention(surface="OwlNEt"), "a mention is 'OwlNEt', and the text has 'OwlNet' at its place"),
        (with_mention(span=Span(50, 999)), "[50, 999) lies outside the text, which has 55 characters"),
        (with_mention(type=EntityType.TASK), "it is a Method, and a mention of it a Task"),
        (with_mention(rule=""), "'' is no name of a rule"),
        (with_method(name="Owl Network"), "no mention has its name or alias 'Owl Network'"),
        (with_method(aliases=("ON", "OWL")), "no mention has its name or alias 'OWL'"),
        # roles, counts, rules
        (with_method(role=Role.EVALUATES_ON), "evaluatesOn is no role of a Method"),
        (with_method(count=8), "8 is no number of devices of a Method"),
        (hardware(count=0), "0 is no number of devices of a Hardware"),
        (hardware(memory=0.0), "0.0 is no memory of a Hardware"),
        (hardware(hours=float("inf")), "inf is no hours of a Hardware"),
        (with_method(hours=3.0), "3.0 is no hours of a Method"),
        (with_method(rule="a\nb"), "'a\\nb' is no name of a rule"),
        # evidence
        (with_method(evidence=(Evidence(Span(0, 99), OWL),)), "[0, 99) lies outside the text"),
        (with_method(evidence=(Evidence(Span(0, 4), OWL),)), "the sentence [0, 4) does not hold the object [0, 6)"),
        (with_method(evidence=(Evidence(SENTENCE, DUSK),)), "the object of its evidence [17, 24) is no mention of 'OwlNet'"),
        # relations
        (with_relation(object=2), "relation 0 (trainedOn): its ends are (0, 2), and there are 2 entities"),
        (with_relation(subject=-1), "its ends are (-1, 1), and there are 2 entities"),
        (with_relation(predicate=Relation.BASED_ON), "it cannot join a Method to a Dataset"),
        (with_relation(evidence=(Evidence(SENTENCE, DUSK, DUSK),)), "the subject of its evidence [17, 24) is no mention of 'OwlNet'"),
        (with_relation(evidence=(Evidence(Span(8, 25), DUSK, OWL),)), "the sentence [8, 25) does not hold the subject [0, 6)"),
        # links and abbreviations
        (with_link(score=1.5), "score 1.5 is outside [0, 1]"),
        (with_link(score=float("nan")), "score nan is outside [0, 1]"),
        (with_link(evidence=()), "it has no evidence"),
        (with_link(url="https://a b"), "it is no URL"),
        (replace(GOOD, abbreviations=(Abbreviation(Span(60, 62), OWL, SENTENCE),)), "abbreviation: [60, 62) lies outside the text"),
    ],
)
def test_a_broken_promise_is_told(extraction: object, words: str) -> None:
    assert any(words in problem for problem in broken(PAPER, extraction))


class Giving:
    """Gives one extraction for every document."""

    version = "giving-1.0"

    def __init__(self, extraction: object) -> None:
        self._extraction = extraction

    def extract(self, document: Document) -> Extraction:
        return self._extraction  # type: ignore[return-value]


def test_what_breaks_a_promise_becomes_a_refusal_of_the_paper() -> None:
    assert extract(Giving(GOOD), PAPER) is GOOD
    refused = extract(Giving(with_method(name="Owl", aliases=("A", "B"))), PAPER)
    assert isinstance(refused, Rejection)
    assert (refused.source, refused.place, refused.stage, refused.code) == ("papers.txt", "paper 3", "extract", "bad-extraction")
    assert refused.message.startswith(
        "giving-1.0 gives what cannot be kept: entity 'Owl': no mention has its name or alias 'Owl' (and 2 more)"
    )


def test_the_rules_break_no_promise_on_odd_documents() -> None:
    extractor = load("rules")
    assert [problem for document in odd_documents() for problem in broken(document, extractor.extract(document))] == []


def members(store: Store, class_: NamedNode | BlankNode) -> frozenset[EntityType]:
    """The types whose class this is, or one of the classes that it is a union of."""
    own = frozenset(type for type, names in vocab.CLASSES.items() if names[0] == class_)
    first, rest = vocab.term("rdf:first"), vocab.term("rdf:rest")
    places = [quad.object for quad in store.quads_for_pattern(class_, NamedNode("http://www.w3.org/2002/07/owl#unionOf"), None)]
    for place in places:  # grows by the rest of each list
        own = own.union(*(members(store, quad.object) for quad in store.quads_for_pattern(place, first, None)))
        places += [quad.object for quad in store.quads_for_pattern(place, rest, None) if not isinstance(quad.object, Literal)]
    return own


def test_the_types_that_a_property_joins_are_those_of_the_ontology() -> None:
    store = Store()
    store.load(path=str(Path(__file__).parents[2] / "schema" / "ontology.ttl"), format=RdfFormat.TURTLE)

    def ends(local: str, side: str) -> frozenset[EntityType]:
        (quad,) = store.quads_for_pattern(vocab.own(local), vocab.term(f"rdfs:{side}"), None)
        return members(store, quad.object)

    assert {role: ends(role, "range") for role in Role} == dict(ROLE_TYPES)
    assert {relation: (ends(relation, "domain"), ends(relation, "range")) for relation in Relation} == dict(RELATION_TYPES)
