"""Entities in, triples out: what a thing is and what it is called, as SKOS labels. Pure: no disk, no clock, no chance."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Triple

from kg import vocab
from kg.graph.terms import entity_iri, text
from kg.model import Entity


def entity_triples(entity: Entity, base: str = vocab.BASE) -> Iterator[Triple]:
    """A thing with its class and names."""
    node = entity_iri(entity.id, base)
    for class_ in vocab.CLASSES[entity.type]:
        yield Triple(node, vocab.RDF_TYPE, class_)
    yield Triple(node, vocab.PREF_LABEL, text(entity.name))
    for alias in entity.aliases:
        if alias != entity.name:  # SKOS: one string is not both (S13)
            yield Triple(node, vocab.ALT_LABEL, text(alias))
