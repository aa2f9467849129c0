"""The shapes by pySHACL, the reference engine: for shapes that ours does not know, and the arbiter of ours in tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import DefaultGraph, Store

from kg.errors import ShapesError
from kg.terms import from_rdflib, to_rdflib
from kg.validate.report import Finding, shown

if TYPE_CHECKING:
    import rdflib
    from rdflib.term import Node


def findings(store: Store, file: Path) -> Iterator[Finding]:
    """What pySHACL finds in the default graph of the store, by the shapes of a Turtle file.

    Raises:
        ShapesError: pySHACL cannot use the shapes, or stops at the data.
    """
    import pyshacl
    import rdflib
    from rdflib import RDF, SH

    graph = to_rdflib(quad.triple for quad in store.quads_for_pattern(None, None, None, DefaultGraph()))
    try:
        shapes = rdflib.Graph().parse(file)
        _, results, _ = pyshacl.validate(graph, shacl_graph=shapes, inplace=True)
    except Exception as error:  # of its own tree, of rdflib's parsers, of `re`, of `decimal`: it promises none
        words = " ".join(str(error).split())[:300] or type(error).__name__
        raise ShapesError(f"pySHACL cannot apply {file}: {words}", hint="mend what it names, in the shapes or in the graph") from error
    if not isinstance(results, rdflib.Graph):  # it gives some of its failures back
        raise ShapesError(f"pySHACL cannot apply {file}: {results!s:.300}", hint="mend what it names, in the shapes or in the graph")
    for result in results.subjects(RDF.type, SH.ValidationResult):
        yield _finding(results, result, shapes)


def _finding(results: rdflib.Graph, result: Node, shapes: rdflib.Graph) -> Finding:
    import rdflib
    from rdflib import SH

    focus, path, value = (results.value(result, part) for part in (SH.focusNode, SH.resultPath, SH.value))
    path = path if isinstance(path, rdflib.URIRef) else None  # an inverse or a sequence: the message says it
    messages = sorted({str(message) for message in results.objects(result, SH.resultMessage)})
    severity = str(results.value(result, SH.resultSeverity)).rpartition("#")[2]
    source = _name(shapes, results.value(result, SH.sourceShape))
    terms = (shown(from_rdflib(node) if node is not None else None) for node in (focus, path, value))
    return Finding(severity, source, "; ".join(messages), *terms)


def _name(shapes: rdflib.Graph, shape: Node | None) -> str:
    """The name in reports of a shape: its own, else that of the shape around it."""
    import rdflib

    seen: set[Node | None] = set()
    while isinstance(shape, rdflib.BNode) and shape not in seen:
        seen.add(shape)
        shape = min(shapes.subjects(None, shape), key=str, default=shape)
    return f"shape:{str(shape).rpartition('#')[2]}" if isinstance(shape, rdflib.URIRef) else "shape"
