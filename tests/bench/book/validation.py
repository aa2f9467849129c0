"""`kg validate` beside pySHACL, plain and on flattened shapes, with equal findings; and how it grows to a million triples."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pyshacl
import rdflib
from pyoxigraph import DefaultGraph, Literal, Quad, RdfFormat, Store, Triple, parse
from rdflib import RDF, SH
from rdflib.collection import Collection

from kg.resources import folder
from kg.terms import to_rdflib
from kg.validate import engine, reference, validate
from kg.validate.shapes import read
from tests.bench.book.measuring import Measure, side_by_side
from tests.bench.synthetic_graph import triples

_SHAPES = folder("schema") / "shapes.ttl"


def measures() -> Iterator[Measure]:
    """Processor seconds, one run after a first; theirs with the copy to rdflib, and the shapes alone: the violation queries are ours only."""
    good, shapes = triples(277), read(quad.triple for quad in parse(path=_SHAPES, format=RdfFormat.TURTLE))
    with TemporaryDirectory() as place:
        for kind, store in (("in memory", _filled(Store(), good)), ("on disk", _filled(Store(place), good))):
            size = f"{len(store):,} triples {kind}"
            works = (lambda s=store: list(engine.findings(s, shapes)), lambda s=store: _flattened(s), lambda s=store: validate(s))
            ours, flat, whole = side_by_side(*works, runs=1, clock=time.process_time)
            yield Measure("shapes alone", size, ours, "pySHACL, flattened shapes", flat, "≤ 0.3")
            yield Measure("`kg validate`, violation queries too", size, whole, "pySHACL, flattened shapes", flat)
        begun = time.process_time()
        list(reference.findings(store, _SHAPES))
        yield Measure("`kg validate`, violation queries too", size, whole, "pySHACL", time.process_time() - begun, "≤ 0.3")
    wrong = _filled(Store(), _broken(triples(27)))
    found = {finding for finding in validate(wrong).findings if finding.source.startswith("shape:")}
    assert found == set(reference.findings(wrong, _SHAPES))
    assert len(found) > 100
    with TemporaryDirectory() as place:
        large = _filled(Store(place), triples(2770))
        begun = time.process_time()
        validate(large)
        spent = time.process_time() - begun
        yield Measure(
            "validate, ten times as much", f"{len(large):,} triples on disk", spent, size, whole, f"≤ {1.2 * len(large) / len(good):.1f}"
        )


def _filled(store: Store, graph: list[Triple]) -> Store:
    store.bulk_extend(Quad(*triple) for triple in graph)
    store.optimize()
    return store


def _broken(graph: list[Triple]) -> list[Triple]:
    """The graph with every hundredth triple lost, and another whose value is that of another triple or a text."""
    random = Random(1)
    kept = []
    for subject, predicate, object in graph:
        drawn = random.random()
        other = Literal("x", language="en") if drawn < 0.005 else random.choice(graph).object if drawn < 0.01 else object
        kept += [] if drawn > 0.99 else [Triple(subject, predicate, other)]
    return kept


def _flattened(store: Store) -> rdflib.Graph:
    """What pySHACL finds where each property shape has targets of its own, as `kg validate` had it before its own engine."""
    graph = to_rdflib(quad.triple for quad in store.quads_for_pattern(None, None, None, DefaultGraph()))
    shapes = rdflib.Graph().parse(Path(_SHAPES))
    for shape, property in list(shapes.subject_objects(SH.property)):
        shapes.remove((shape, SH.property, property))
        shapes.add((property, RDF.type, SH.PropertyShape))
        for class_ in shapes.objects(shape, SH.targetClass):
            shapes.add((property, SH.targetClass, class_))
        path, allowed = shapes.value(property, SH.path), shapes.value(shape, SH.ignoredProperties)
        if isinstance(path, rdflib.URIRef) and allowed is not None:
            Collection(shapes, allowed).append(path)
    return pyshacl.validate(graph, shacl_graph=shapes, inplace=True)[1]
