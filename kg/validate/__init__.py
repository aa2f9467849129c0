"""Is the graph as it should be? The shapes (schema/shapes.ttl), then every violation query; a report comes out.

The shapes are applied by our own engine (`kg.validate.engine`), which asks the store; where they hold anything that it does not
know, by pySHACL (`kg.validate.reference`) on a copy of the graph, many times slower. Tests hold the two to the same findings.

A violation query (queries/violations/*-violation.rq) must come back empty. Its rows have ?focus and may have ?path and
?value; its summary names what it finds.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import NamedNode, QuerySolutions, RdfFormat, Store, Triple, parse

from kg.errors import ShapesError
from kg.queries import Query, load_file
from kg.resources import folder
from kg.validate import engine, reference
from kg.validate.constraints import SH
from kg.validate.report import Finding, Report, shown
from kg.validate.shapes import NodeShape, UnknownShapeError, read
from kg.vocab import RDF_TYPE

__all__ = ["Finding", "Report", "queries", "validate"]

_NODE_SHAPE = NamedNode(f"{SH}NodeShape")


def validate(store: Store) -> Report:
    """The report on the default graph of the store: what shapes and violation queries find in it.

    Raises:
        ShapesError: the shapes cannot be read or applied.
    """
    file = folder("schema") / "shapes.ttl"
    triples = _triples(file)
    found = {*_shape_findings(store, file, triples), *_query_findings(store)}
    names = {triple.subject for triple in triples if triple.predicate == RDF_TYPE and triple.object == _NODE_SHAPE}
    return Report(tuple(sorted(found)), triples=_size(store), checks=len(names) + len(queries()))


@functools.cache
def queries() -> tuple[Query, ...]:
    """The violation queries, by name."""
    return tuple(load_file(file) for file in sorted((folder("queries") / "violations").glob("*-violation.rq")))


def _query_findings(store: Store) -> Iterator[Finding]:
    for query in queries():
        rows = store.query(query.sparql)
        if not isinstance(rows, QuerySolutions):
            raise TypeError(f"{query.name}.rq is not a SELECT query")
        names = {variable.value for variable in rows.variables}
        for row in rows:
            focus, path, value = (shown(row[name]) if name in names else "" for name in ("focus", "path", "value"))
            yield Finding("Violation", query.name.removesuffix("-violation"), query.summary, focus, path, value)


def _shape_findings(store: Store, file: Path, triples: tuple[Triple, ...]) -> list[Finding]:
    try:
        return list(engine.findings(store, _shapes(triples)))
    except UnknownShapeError:
        return list(reference.findings(store, file))


@functools.cache
def _triples(file: Path) -> tuple[Triple, ...]:
    """What stands in a Turtle file."""
    try:
        return tuple(quad.triple for quad in parse(path=file, format=RdfFormat.TURTLE))
    except (OSError, SyntaxError) as error:
        words = getattr(error, "strerror", None) or " ".join(str(error).split())[:300]
        raise ShapesError(f"the shapes in {file} cannot be read: {words}", hint="install the package again, or mend the file") from error


@functools.lru_cache(maxsize=1)
def _shapes(triples: tuple[Triple, ...]) -> tuple[NodeShape, ...]:
    return read(triples)


def _size(store: Store) -> int:
    """The number of triples in the default graph."""
    elsewhere = (1 for graph in store.named_graphs() for _ in store.quads_for_pattern(None, None, None, graph))
    return len(store) - sum(elsewhere)
