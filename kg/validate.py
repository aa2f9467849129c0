"""Is the graph as it should be? Shapes (schema/shapes.ttl) by pySHACL, then every violation query; a report comes out.

A violation query (queries/violations/*-violation.rq) must come back empty. Its rows have ?focus and may have ?path and
?value; its summary names what it finds.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, QuerySolutions, Store, Triple

from kg import vocab
from kg.queries import Query, load_file
from kg.resources import folder
from kg.terms import Term, from_rdflib, to_rdflib

if TYPE_CHECKING:
    import rdflib

_WIDTH = 120  # characters of a node or value in the report


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing that is wrong."""

    severity: str  # "Violation", "Warning" or "Info"; violation queries find violations
    source: str  # the shape ("shape:Paper") or query ("claim-without-evidence") that found it
    message: str  # what is wrong, for people
    focus: str  # the node, as a CURIE
    path: str = ""  # the property, as a CURIE; "" where none is meant
    value: str = ""  # the value as a CURIE or text; "" where none is meant


@dataclass(frozen=True, slots=True)
class Report:
    """What was checked and what was found, sorted."""

    findings: tuple[Finding, ...]
    triples: int  # in the graph
    checks: int  # shapes and queries that looked at it

    @property
    def conforms(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings

    def text(self, limit: int = 5) -> str:
        """The report for people: findings of a kind together, with their number and at most `limit` examples."""
        if self.conforms:
            return f"The graph conforms: {self.triples} triples, {self.checks} checks, nothing wrong.\n"
        kinds: dict[tuple[str, str, str], list[Finding]] = {}
        for finding in self.findings:
            kinds.setdefault((finding.severity, finding.source, finding.message), []).append(finding)
        lines = [f"{len(self.findings)} findings of {len(kinds)} kinds in {self.triples} triples, {self.checks} checks.\n"]
        for (severity, source, message), found in kinds.items():
            lines.append(f"\n{severity}: {message}  [{source}: {len(found)}]\n")
            lines += [f"  {_example(finding)}\n" for finding in found[:limit]]
            if len(found) > limit:
                lines.append(f"  … and {len(found) - limit} more\n")
        return "".join(lines)


def validate(store: Store) -> Report:
    """The report on the default graph of the store: what shapes and violation queries find in it."""
    graph = to_rdflib(quad.triple for quad in store.quads_for_pattern(None, None, None, DefaultGraph()))
    findings = [*_shape_findings(graph), *_query_findings(store)]
    return Report(tuple(sorted(set(findings))), triples=len(graph), checks=len(set(_shapes()[1].values())) + len(queries()))


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
            focus, path, value = (_show(row[name]) if name in names else "" for name in ("focus", "path", "value"))
            yield Finding("Violation", query.name.removesuffix("-violation"), query.summary, focus, path, value)


def _shape_findings(graph: rdflib.Graph) -> Iterator[Finding]:
    import pyshacl
    import rdflib
    from rdflib import RDF, SH

    shapes, names = _shapes()
    _, results, _ = pyshacl.validate(graph, shacl_graph=shapes, inplace=True)
    for result in results.subjects(RDF.type, SH.ValidationResult):
        focus, path, value = (results.value(result, part) for part in (SH.focusNode, SH.resultPath, SH.value))
        path = path if isinstance(path, rdflib.URIRef) else None  # an inverse or a sequence: the message says it
        messages = sorted({str(message) for message in results.objects(result, SH.resultMessage)})
        severity = str(results.value(result, SH.resultSeverity)).rpartition("#")[2]
        source = names[str(results.value(result, SH.sourceShape))]
        yield Finding(
            severity,
            source,
            "; ".join(messages),
            *(_show(from_rdflib(node) if node is not None else None) for node in (focus, path, value)),
        )


@functools.cache
def _shapes() -> tuple[rdflib.Graph, dict[str, str]]:
    """The shapes, flattened, and the name in reports of each, by its IRI or label.

    pySHACL looks at a property shape inside a node shape once per node, and at one with targets of its own once for all
    nodes: 6.8 s instead of 16.4 s for 146,000 triples. So each takes over the targets of its node shape, which, if it is
    closed, goes on to allow the property.
    """
    import rdflib
    from rdflib import RDF, SH
    from rdflib.collection import Collection

    graph = rdflib.Graph().parse(folder("schema") / "shapes.ttl")
    names = {str(shape): f"shape:{str(shape).rpartition('#')[2]}" for shape in graph.subjects(RDF.type, SH.NodeShape)}
    for shape, property in list(graph.subject_objects(SH.property)):
        names[str(property)] = names[str(shape)]
        graph.remove((shape, SH.property, property))
        graph.add((property, RDF.type, SH.PropertyShape))
        for class_ in graph.objects(shape, SH.targetClass):
            graph.add((property, SH.targetClass, class_))
        path, allowed = graph.value(property, SH.path), graph.value(shape, SH.ignoredProperties)
        if isinstance(path, rdflib.URIRef) and allowed is not None:
            Collection(graph, allowed).append(path)
    return graph, names


def _show(term: Term | Triple | None) -> str:
    """The term for people, on one line of printable characters, cut at 120: a CURIE where a prefix fits, else N-Triples."""
    if term is None:
        return ""
    if isinstance(term, BlankNode):
        return "a blank node"  # its label is another in every run
    text = _curie(term.value) if isinstance(term, NamedNode) else str(term)
    shown = "".join(c if c.isprintable() else f"\\u{ord(c):04X}" for c in text)
    return shown if len(shown) <= _WIDTH else f"{shown[: _WIDTH - 1]}…"


def _curie(iri: str) -> str:
    for prefix, namespace in (vocab.NAMESPACES | vocab.data_prefixes()).items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return f"<{iri}>"


def _example(finding: Finding) -> str:
    return " ".join(part for part in (finding.focus, finding.path, finding.value) if part)
