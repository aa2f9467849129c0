"""Reads the manifests of the W3C's SPARQL suites and compares answers with what they expect.

The suites (https://github.com/w3c/rdf-tests) lie in the folder `w3c` beside the shared seeds; IRIs are those they are published under.
Everything is read with pyoxigraph, which keeps the forms of literals as they are written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.queries.tokens import Kind, tokenise

FOLDER = Path(__file__).parents[2] / "shared" / "w3c" / "sparql"
BASE = "https://w3c.github.io/rdf-tests/sparql/"
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
QT = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
_RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_XSD = "http://www.w3.org/2001/XMLSchema#"
_APPROVAL = ox.NamedNode("http://www.w3.org/2001/sw/DataAccess/tests/test-dawg#approval")
_WITHDRAWN = ox.NamedNode("http://www.w3.org/2001/sw/DataAccess/tests/test-dawg#Withdrawn")
_NUMBERS = {f"{_XSD}{name}" for name in ("integer", "decimal", "double", "float", "int", "short", "long", "byte", "nonNegativeInteger")}

needs_suites = pytest.mark.skipif(not FOLDER.is_dir(), reason="the W3C suites (../shared/w3c) are not here")

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Row = tuple[object, ...]


class Graph:
    """A manifest, or another file of RDF, to be asked for the objects of a subject and a property."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._quads = ox.Dataset(ox.parse(path=str(path_of(address)), base_iri=address))

    def all(self, subject: Term, property: str) -> list[Term]:
        found = self._quads.quads_for_subject(subject)  # type: ignore[arg-type]
        return [quad.object for quad in found if quad.predicate.value == property]

    def one(self, subject: Term, property: str) -> Term | None:
        return next(iter(self.all(subject, property)), None)

    def list(self, subject: Term, property: str) -> Iterator[Term]:
        """The members of the list that is the object."""
        at = self.one(subject, property)
        while at is not None and at != ox.NamedNode(f"{_RDF}nil"):
            yield self.one(at, f"{_RDF}first")  # type: ignore[misc]
            at = self.one(at, f"{_RDF}rest")

    def subject(self, type: str) -> Term | None:
        """One thing of a type."""
        found = self._quads.quads_for_object(ox.NamedNode(type))
        return next((quad.subject for quad in found if quad.predicate.value == f"{_RDF}type"), None)

    def triples(self) -> list[ox.Triple]:
        return [quad.triple for quad in self._quads]


def path_of(address: str) -> Path:
    """Where the file lies that is published at an address."""
    return FOLDER / address.removeprefix(BASE)


def entries(manifest: str) -> Iterator[tuple[Graph, Term]]:
    """The tests of a manifest and of those it includes, without the ones that were withdrawn."""
    graph = Graph(BASE + manifest)
    root = ox.NamedNode(graph.address)
    for included in graph.list(root, f"{MF}include"):
        yield from entries(included.value.removeprefix(BASE))  # type: ignore[union-attr]
    for test in graph.list(root, f"{MF}entries"):
        if graph.one(test, _APPROVAL.value) != _WITHDRAWN:
            yield graph, test


@dataclass(frozen=True)
class QueryTest:
    """One test of a query: of its syntax, or of its answer over some graphs."""

    name: str  # folder and name
    type: str  # such as "QueryEvaluationTest"
    query: str  # address of the file
    graphs: tuple[tuple[str, str | None], ...] = ()  # address of a file, name of the graph it goes to (None: the default one)
    result: str | None = None  # address of the file
    lax: bool = False  # repeated rows may be left out

    @cached_property
    def text(self) -> str:
        return path_of(self.query).read_bytes().decode()

    @property
    def rejected(self) -> bool:
        """Whether the query is no SPARQL."""
        return self.type.startswith("NegativeSyntax")


def query_tests(manifest: str) -> list[QueryTest]:
    """The tests of queries in a manifest."""
    return [_query_test(graph, test) for graph, test in entries(manifest)]


def _query_test(graph: Graph, test: Term) -> QueryTest:
    action = graph.one(test, f"{MF}action")
    assert action is not None
    type = graph.one(test, f"{_RDF}type").value.removeprefix(MF)  # type: ignore[union-attr]
    name = f"{path_of(graph.address).parent.name}/{test.value.rpartition('#')[2]}"  # type: ignore[union-attr]
    if isinstance(action, ox.NamedNode):
        return QueryTest(name, type, action.value)
    query, result = graph.one(action, f"{QT}query"), graph.one(test, f"{MF}result")
    graphs = [(file.value, None) for file in graph.all(action, f"{QT}data")]  # type: ignore[union-attr]
    graphs += [(file.value, file.value) for file in graph.all(action, f"{QT}graphData")]  # type: ignore[union-attr]
    lax = graph.one(test, f"{MF}resultCardinality") is not None
    found = QueryTest(name, type, query.value, tuple(graphs), result and result.value, lax)  # type: ignore[union-attr]
    return found if graphs else QueryTest(name, type, found.query, tuple(_from(found)), found.result, lax)


def _from(test: QueryTest) -> Iterator[tuple[str, str]]:
    """The graphs that a query names itself, where its test names none."""
    naming = False
    for token in tokenise(test.text):
        naming = token.text.upper() in ("FROM", "NAMED") or (naming and token.kind is Kind.IRI)
        if naming and token.kind is Kind.IRI:
            address = test.query.rpartition("/")[0] + "/" + token.text[1:-1]
            yield address, address


@dataclass(frozen=True)
class Answer:
    """What a query answers, or should: rows of cells by variable, triples, or yes or no."""

    variables: frozenset[str] = frozenset()
    rows: tuple[Row, ...] = ()
    boolean: bool | None = None

    def agrees(self, other: Answer, *, lax: bool = False) -> bool:
        """Whether both say the same, whatever the order of their rows and the names of blank nodes; numbers by value."""
        mine, others = ((set(answer.rows) if lax else answer.rows) for answer in (self, other))
        return (self.variables, self.boolean) == (other.variables, other.boolean) and alike(list(mine), list(others))


def answer_of(result: object) -> Answer:
    """A result of pyoxigraph."""
    if isinstance(result, ox.QueryBoolean):
        return Answer(boolean=bool(result))
    if isinstance(result, ox.QuerySolutions):
        names = [variable.value for variable in result.variables]
        order = sorted(range(len(names)), key=names.__getitem__)
        return Answer(frozenset(names), tuple(tuple(_cell(row[i]) for i in order) for row in result))
    return Answer(rows=tuple({tuple(_cell(term) for term in triple) for triple in result}))  # type: ignore[attr-defined]


def expected(test: QueryTest) -> Answer:
    """What the suite wants."""
    assert test.result is not None
    path = path_of(test.result)
    formats = {".srx": ox.QueryResultsFormat.XML, ".srj": ox.QueryResultsFormat.JSON, ".tsv": ox.QueryResultsFormat.TSV}
    if path.suffix in formats:
        return answer_of(ox.parse_query_results(path=str(path), format=formats[path.suffix]))
    graph = Graph(test.result)
    root = graph.subject(f"{_RS}ResultSet")
    if root is None:
        return answer_of(graph.triples())
    boolean = graph.one(root, f"{_RS}boolean")
    if boolean is not None:
        return Answer(boolean=boolean.value == "true")  # type: ignore[union-attr]
    names = sorted(name.value for name in graph.all(root, f"{_RS}resultVariable"))  # type: ignore[union-attr]
    return Answer(frozenset(names), tuple(_solution(graph, row, names) for row in graph.all(root, f"{_RS}solution")))


def _solution(graph: Graph, row: Term, names: list[str]) -> Row:
    bindings = graph.all(row, f"{_RS}binding")
    bound = {graph.one(binding, f"{_RS}variable").value: graph.one(binding, f"{_RS}value") for binding in bindings}  # type: ignore[union-attr]
    return tuple(_cell(bound.get(name)) for name in names)


def _cell(term: object) -> object:
    """A term as it is compared: a number or a boolean by type and value."""
    if isinstance(term, ox.Literal) and term.datatype.value == f"{_XSD}boolean":
        return ox.Literal({"1": "true", "0": "false"}.get(term.value, term.value), datatype=term.datatype)
    if isinstance(term, ox.Literal) and term.datatype.value in _NUMBERS:
        try:
            return term.datatype.value, repr(float(term.value.replace("INF", "inf")))
        except ValueError:
            return term
    return term


def alike(left: Sequence[Row], right: Sequence[Row]) -> bool:
    """Whether two bags of rows are the same but for the names of blank nodes."""
    bare, named = _parted(left), _parted(right)
    return len(left) == len(right) and bare[0] == named[0] and _matched(bare[1], named[1], {})


def _parted(rows: Sequence[Row]) -> tuple[Counter[Row], list[Row]]:
    """The rows without blank nodes, counted, and the others."""
    blank = [any(isinstance(cell, ox.BlankNode) for cell in row) for row in rows]
    plain = Counter(row for row, has in zip(rows, blank, strict=True) if not has)
    return plain, [row for row, has in zip(rows, blank, strict=True) if has]


def _matched(left: list[Row], right: list[Row], names: dict[object, object]) -> bool:
    if not left:
        return True
    row, *rest = left
    for i, other in enumerate(right):
        known = _renamed(row, other, names)
        if known is not None and _matched(rest, right[:i] + right[i + 1 :], known):
            return True
    return False


def _renamed(row: Row, other: Row, names: dict[object, object]) -> dict[object, object] | None:
    """`names` with what makes `row` out of `other`; None where nothing does."""
    known = dict(names)
    for mine, its in zip(row, other, strict=True):
        if isinstance(mine, ox.BlankNode) and isinstance(its, ox.BlankNode):
            if known.setdefault(mine, its) != its or known.setdefault(("back", its), mine) != mine:
                return None
        elif mine != its:
            return None
    return known
