"""W3C's Turtle suite: what it reads, we read and write again as the same graph, and what it refuses, we refuse, saying the line.

The store writes numbers, dates and booleans in their canonical form ("01"^^xsd:integer is "1"), so both sides of a comparison go through
a store. Blank nodes are compared by pyoxigraph's canonical labels.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path

import pytest
from pyoxigraph import CanonicalizationAlgorithm, Dataset, Quad, RdfFormat, Store, Triple, parse

from kg.errors import SourceError
from kg.export import dump
from kg.files import open_file, read_triples

ROOT = Path(__file__).parents[2]
SUITE = ROOT.parent / "shared" / "w3c" / "rdf" / "rdf11" / "rdf-turtle"
ADDRESS = "https://w3c.github.io/rdf-tests/rdf/rdf11/rdf-turtle/"
TESTS = """
PREFIX mf: <http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#>
SELECT ?kind ?action ?result { ?test a ?kind ; mf:action ?action OPTIONAL { ?test mf:result ?result } } ORDER BY ?action
"""

pytestmark = [pytest.mark.gold, pytest.mark.skipif(not SUITE.is_dir(), reason="needs ../shared/w3c")]


def suite() -> dict[str, list[tuple[str, str]]]:
    """Kind of test → (file, file with the expected result or "")."""
    manifest, found = Store(), dict[str, list[tuple[str, str]]]()
    if SUITE.is_dir():
        manifest.load(path=str(SUITE / "manifest.ttl"), base_iri=ADDRESS, format=RdfFormat.TURTLE)
        for kind, action, result in manifest.query(TESTS):  # type: ignore[union-attr]
            files = (action.value.rpartition("/")[2], result.value.rpartition("/")[2] if result else "")
            found.setdefault(kind.value.rpartition("#")[2], []).append(files)
    return found


FOUND = suite()


def graph(triples: Iterable[Triple]) -> Dataset:
    """The triples with the literals of the store and canonical labels."""
    store = Store()
    store.extend(Quad(*triple) for triple in triples)
    dataset = Dataset(store)
    dataset.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return dataset


def rewritten(name: str, folder: Path, format: str = "ttl") -> list[Triple]:
    """The file of the suite, loaded as a store and exported."""
    path = folder / f"again.{format}"
    with open_file(SUITE / name, base_iri=ADDRESS + name) as snapshot:
        out = io.BytesIO()
        dump(snapshot.store, out, format=format, base=snapshot.base)
    path.write_bytes(out.getvalue())
    return list(read_triples(path))


def test_the_suite_is_whole() -> None:
    assert {kind: len(tests) for kind, tests in FOUND.items()} == {
        "TestTurtleEval": 145, "TestTurtlePositiveSyntax": 74, "TestTurtleNegativeSyntax": 94,
    }  # fmt: skip


@pytest.mark.parametrize(("name", "result"), FOUND.get("TestTurtleEval", []))
def test_an_evaluation_input_loaded_and_exported_is_the_expected_graph(name: str, result: str, tmp_path: Path) -> None:
    expected = graph(quad.triple for quad in parse(path=str(SUITE / result), format=RdfFormat.N_TRIPLES))
    assert graph(rewritten(name, tmp_path)) == expected


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    different = []
    for name, _ in FOUND["TestTurtleEval"][::7]:
        once, again = ((rewritten(name, tmp_path), (tmp_path / "again.ttl").read_bytes())[1] for _ in range(2))
        different += [name] if once != again else []
    assert not different


@pytest.mark.parametrize("format", ["trig", "nt", "nq", "jsonld"])
def test_other_formats_hold_the_same_graphs(format: str, tmp_path: Path) -> None:
    different = []
    for name, result in FOUND["TestTurtleEval"][::7]:
        expected = graph(quad.triple for quad in parse(path=str(SUITE / result), format=RdfFormat.N_TRIPLES))
        different += [name] if graph(rewritten(name, tmp_path, format)) != expected else []
    assert not different


@pytest.mark.parametrize("name", [name for name, _ in FOUND.get("TestTurtlePositiveSyntax", [])])
def test_what_is_right_loads_and_is_the_same_when_exported(name: str, tmp_path: Path) -> None:
    original = (quad.triple for quad in parse(path=str(SUITE / name), format=RdfFormat.TURTLE, base_iri=ADDRESS + name))
    assert graph(rewritten(name, tmp_path)) == graph(original)


@pytest.mark.parametrize("name", [name for name, _ in FOUND.get("TestTurtleNegativeSyntax", [])])
def test_what_is_wrong_is_refused_with_its_line(name: str) -> None:
    with pytest.raises(SourceError, match=rf"{name}, line \d+: "):
        open_file(SUITE / name, base_iri=ADDRESS + name)
