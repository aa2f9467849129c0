"""An RDF file, read as a store: the same answers as the store that it was exported from, whatever its format and packing."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pyoxigraph import QuerySolutions, Store
from toy_papers import make

import kg
from kg import vocab
from kg.cli import run
from kg.engine.request import Dataset
from kg.engine.runner import run_query
from kg.errors import KgError, SourceError, StoreError, UsageError
from kg.export import dump
from kg.files import content, names_a_file, open_file, read_triples
from kg.opening import Kind, locate
from kg.queries import library, parse_term
from kg.resources import folder
from kg.store import open_snapshot

HERE = Path(__file__).parent
RDF = ("ttl", "trig", "nt", "nq", "jsonld", "rdf")
PACKED: dict[str, Callable[[bytes], bytes]] = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress}

PEOPLE = """
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix ex: <http://example.org/> .
ex:alice a foaf:Person ; foaf:name "Alice Liddell" ; foaf:knows ex:bob, [ foaf:name "Nobody" ] ; ex:age 7 .
ex:bob a foaf:Person ; rdfs:label "Robert"@fr, "Bob"@en .
ex:carol foaf:knows ex:alice .
<#here> ex:p "x" .
"""


@pytest.fixture(autouse=True)
def temporary(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The temporary folder, in which nothing may stay behind."""
    place = tmp_path_factory.mktemp("tmpdir")
    monkeypatch.setenv("TMPDIR", str(place))
    monkeypatch.setattr("tempfile.tempdir", None)
    yield place
    assert left(place) == []


def left(place: Path) -> list[str]:
    return [path.name for root in place.glob("paper-kg-*") for path in root.iterdir() if path.name != "lock"]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("files") / "store")


@pytest.fixture(scope="module")
def exports(store: Path) -> Path:
    graph = kg.open(store)
    for format in RDF:
        graph.export(store.parent / f"graph.{format}")
    return store.parent


@pytest.fixture
def people(tmp_path: Path) -> Path:
    (tmp_path / "people.ttl").write_text(PEOPLE)
    return tmp_path / "people.ttl"


def turtle(graph: kg.Graph) -> bytes:
    out = io.BytesIO()
    graph.export(out)
    return out.getvalue()


@pytest.mark.parametrize("format", RDF)
def test_an_export_read_as_a_store_exports_the_same_bytes(format: str, exports: Path) -> None:
    with kg.open(exports / f"graph.{format}") as graph:
        assert turtle(graph) == (exports / "graph.ttl").read_bytes()


@pytest.mark.parametrize("format", RDF)
def test_names_are_those_of_the_store(format: str, store: Path, exports: Path) -> None:
    with open_snapshot(store) as published, open_file(exports / f"graph.{format}") as snapshot:
        assert sorted(snapshot.names.rows()) == sorted(published.names.rows())
        counted = published.manifest
        assert (snapshot.manifest.papers, snapshot.manifest.entities, snapshot.manifest.statements) == (
            counted.papers, counted.entities, counted.statements,
        )  # fmt: skip
        assert snapshot.manifest.triples == counted.triples


def test_another_base_is_found_in_the_papers(tmp_path: Path, exports: Path) -> None:
    text = (exports / "graph.nt").read_text().replace(vocab.BASE, "https://example.org/our/")
    (tmp_path / "other.nt").write_text(text)
    with open_file(tmp_path / "other.nt") as snapshot:
        assert snapshot.base == "https://example.org/our/"
        assert snapshot.names.exact("Kurator")[0].iri.startswith("method/")


def test_all_that_reads_answers_as_the_store_does(store: Path, exports: Path) -> None:
    published = kg.open(store)
    for file in (exports / "graph.ttl", exports / "graph.trig"):
        with kg.open(file) as graph:
            assert graph.show("Lantern") == published.show("Lantern")
            assert graph.search("lantren") == published.search("lantren")
            assert graph.why("Lantern") == published.why("Lantern")
            assert graph.explain("Way Seeker") == published.explain("Way Seeker")
            assert graph.view() == published.view()
            assert graph.validate() == published.validate()
            assert graph.size() == published.size()
            assert graph.to_rdflib().isomorphic(published.to_rdflib())


def test_figures_are_those_of_the_store_but_for_what_only_a_log_tells(store: Path, exports: Path) -> None:
    of_store = dict(kg.open(store).stats().rows())
    of_file = dict(kg.open(exports / "graph.trig").stats().rows())
    assert of_store.pop("rejected") == "0"
    assert "unknown of" in of_file.pop("evidence texts that are exact slices")
    assert "unknown" not in of_store.pop("evidence texts that are exact slices")
    assert of_file == of_store


QUERIES = HERE / "queries" / "expected"


def answer(store: Store, name: str) -> list[str]:
    """What a query of the library answers, with the parameters of its expected answer."""
    query = library()[name]
    line = (QUERIES / f"{name}.tsv").read_text(encoding="utf-8").split("\n", 1)[0]
    first = [pair.partition("=") for pair in line.removeprefix("#").split()]
    kinds = {param.name: param.kind for param in query.params}
    given = {key: value if ":" in value or kinds[key] in ("integer", "decimal") else vocab.BASE + value for key, _, value in first}
    bound = {key: parse_term(value, kinds[key]) for key, value in given.items()}
    found = store.query(query.bind(bound), prefixes={**vocab.NAMESPACES, **vocab.data_prefixes()})
    assert isinstance(found, QuerySolutions)
    return ["\t".join("" if cell is None else cell.value for cell in row) for row in found]


@pytest.mark.parametrize("format", ["trig", "nq"])
def test_every_query_of_the_library_answers_on_named_graphs_as_on_one(format: str, tmp_path: Path) -> None:
    with open_file(HERE / "queries" / "graph.ttl") as one:
        with (tmp_path / f"graph.{format}").open("wb") as stream:
            dump(one.store, stream, format=format)
        with open_file(tmp_path / f"graph.{format}") as many:
            assert len(list(Store.read_only(str(many.rdf_path)).named_graphs())) > 1
            different = [name for name in library() if answer(many.store, name) != answer(one.store, name)]
            assert not different
            assert any(answer(one.store, name) for name in library())


def test_a_library_query_sees_all_graphs_and_ones_own_sparql_sees_the_dataset(exports: Path) -> None:
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    with kg.open(exports / "graph.trig") as graph, kg.open(exports / "graph.ttl") as plain:
        all_of_it = plain.query(count).rows[0][0]
        assert graph.query("most-used-methods") == plain.query("most-used-methods")
        assert graph.query(count, union=True).rows[0][0] == all_of_it != graph.query(count).rows[0][0]
        assert len(graph.query("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }").rows) == 10  # a graph per paper
        assert plain.query("SELECT ?g { GRAPH ?g { ?s ?p ?o } }").rows == ()


def test_a_triple_of_two_graphs_counts_once_in_the_union_and_is_exported_once(tmp_path: Path) -> None:
    (tmp_path / "two.nq").write_text("".join(f"<a:s> <a:p> <a:o> {graph}.\n" for graph in ("<a:g> ", "<a:h> ", "")))
    with open_file(tmp_path / "two.nq") as snapshot:
        count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
        assert run_query(snapshot, count, dataset=Dataset(union=True)).rows[0][0].value == "1"  # type: ignore[union-attr]
        out = io.BytesIO()
        dump(snapshot.store, out, format="ttl")
        assert out.getvalue() == b"<a:s> <a:p> <a:o> .\n"


@pytest.mark.parametrize("packing", [*PACKED, "zip"])
def test_a_packed_file_is_unpacked_while_it_is_read(packing: str, tmp_path: Path, exports: Path) -> None:
    path, whole = tmp_path / f"graph.ttl.{packing}", (exports / "graph.ttl").read_bytes()
    if packing == "zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("graph.ttl", whole)
    else:
        path.write_bytes(PACKED[packing](whole))
    with kg.open(path) as graph:
        assert turtle(graph) == whole
    if packing != "zip":
        path.write_bytes(path.read_bytes()[:-40])
        with pytest.raises(SourceError, match=r"cannot be unpacked"):
            list(read_triples(path))


def test_zstd_is_unpacked_where_its_library_is_installed(tmp_path: Path, exports: Path) -> None:
    zstandard = pytest.importorskip("zstandard", reason="zstandard is an extra")
    whole = (exports / "graph.ttl").read_bytes()
    packed = zstandard.compress(whole)
    (tmp_path / "graph.ttl.zst").write_bytes(packed)
    with kg.open(tmp_path / "graph.ttl.zst") as graph:
        assert turtle(graph) == whole
    (tmp_path / "graph.ttl.zst").write_bytes(packed[:40] + bytes(40) + packed[80:])
    with pytest.raises(SourceError, match="cannot be unpacked"):
        list(read_triples(tmp_path / "graph.ttl.zst"))


@pytest.mark.parametrize("packing", [*PACKED, "zip"])
def test_a_bomb_is_refused(packing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "FREE", 1 << 20)
    path, spaces = tmp_path / f"bomb.ttl.{packing}", b" " * (32 << 20)
    if packing == "zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("bomb.ttl", spaces)
    else:
        path.write_bytes(PACKED[packing](spaces))
    with pytest.raises(SourceError, match="250 times its size") as caught:
        open_file(path)
    assert caught.value.hint.startswith("unpack it by hand")


def test_entities_that_grow_in_xml_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "laughs.rdf"
    lines = "".join(f'<!ENTITY {name} "{f"&{of};" * 10}">' for of, name in zip("abcdefghi", "bcdefghij", strict=True))
    rdf = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/"'
    path.write_text(
        f'<!DOCTYPE rdf:RDF [<!ENTITY a "ha">{lines}]><rdf:RDF {rdf}><rdf:Description><e:p>&j;</e:p></rdf:Description></rdf:RDF>'
    )
    with pytest.raises(SourceError, match="entities"):
        open_file(path)
    path.write_text(f'<!DOCTYPE rdf:RDF [<!ENTITY e "http://e/">]><rdf:RDF {rdf}><e:C rdf:about="&e;x"/></rdf:RDF>')
    assert [triple.subject.value for triple in read_triples(path)] == ["http://e/x"]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("g.dat", "<a:s> <a:p> <a:o> ."),  # Turtle
        ("g.dat", "@prefix a: <a:> . a:s a:p a:o ."),
        ("g.dat", "# a comment\n<a:s> <a:p> <a:o> <a:g> ."),  # N-Quads
        ("g.dat", "<a:g> { <a:s> <a:p> <a:o> }"),  # TriG
        ("g.ttl", '{"@id": "a:s", "a:p": {"@id": "a:o"}}'),  # JSON-LD by another name
        ("g.owl", '[{"@id": "a:s", "a:p": {"@id": "a:o"}}]'),
        ("g.json", '\ufeff{"@id": "a:s", "a:p": {"@id": "a:o"}}'),
        ("g.rdf", "<a:s> <a:p> <a:o> ."),  # Turtle by another name
        ("g.nt", "<a:s> <a:p> <a:o> <a:g> ."),
        ("g", '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:a="a:">'
         '<rdf:Description rdf:about="a:s"><a:p rdf:resource="a:o"/></rdf:Description></rdf:RDF>'),
    ],
)  # fmt: skip
def test_what_stands_in_a_file_decides_where_its_ending_does_not(name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert [str(triple) for triple in read_triples(tmp_path / name)] == ["<a:s> <a:p> <a:o>"]


@pytest.mark.parametrize("text", ["[ <a:p> <a:o> ] .", "[] <a:p> <a:o> .", "[ a <a:C> ] <a:p> 1 ."])
def test_blank_nodes_in_brackets_are_not_taken_for_json(text: str, tmp_path: Path) -> None:
    (tmp_path / "g.ttl").write_text(text)
    assert list(read_triples(tmp_path / "g.ttl"))


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("g.ttl", b"<a:s> <a:p> <a:o> .\n<a:s> <a:p oops .\n", "g.ttl, line 2"),
        ("g.nq.gz", gzip.compress(b"<a:s> <a:p> <a:o> .\n\n<a:s> oops\n", mtime=0), "g.nq.gz, line 3"),
        ("g.ttl", b"<a:g> { <a:s> <a:p> <a:o> }", "line 1"),
        ("g.ttl", b'<a:s> <a:p> "\xff" .', "g.ttl"),
        ("g.jsonld", b'{"@context": "http://127.0.0.1:9/c", "@id": "a:s"}', "nothing is fetched"),
        ("g.bin", b"\x00\x01\x02", "binary"),
        ("page", b"<!DOCTYPE html><html>", "web page"),
        ("g.ttl", "<a:s> <a:p> 1 .".encode("utf-16"), "UTF-16"),
        ("notes.md", b"# Notes\nHello `you`", "is not RDF"),
    ],
)
def test_a_file_that_cannot_be_read_is_said_in_one_line(name: str, data: bytes, words: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(SourceError, match=words) as caught:
        open_file(tmp_path / name)
    assert "\n" not in str(caught.value)
    assert caught.value.hint
    assert caught.value.exit_code == 3


def test_what_is_absent_or_may_not_be_read(tmp_path: Path) -> None:
    assert locate(tmp_path / "absent.trig.gz").kind is Kind.FILE
    assert locate(tmp_path / "absent").kind is Kind.FOLDER
    assert locate(tmp_path).kind is Kind.FOLDER
    assert not names_a_file(Path("kg-store"))
    with pytest.raises(SourceError, match="No such file"):
        open_file(tmp_path / "absent.trig.gz")


def test_a_temporary_folder_of_someone_else_is_not_used(temporary: Path, people: Path) -> None:
    (temporary / f"paper-kg-{os.getuid()}").mkdir()
    (temporary / f"paper-kg-{os.getuid()}").chmod(0o777)
    with pytest.raises(StoreError, match="someone else"):
        open_file(people)


@pytest.mark.parametrize(
    "command",
    [["build", "x.txt"], ["remove", "x"], ["review"], ["review", "--undo", "1"], ["split", "Alice", "Al"], ["quarantine", "list"]],
)
def test_a_file_is_never_written(command: list[str], people: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = people.read_bytes()
    assert run([*command, "--store", str(people)]) == 2
    error = capsys.readouterr().err
    assert "only read" in error
    assert "kg build PATH… --store FOLDER" in error
    assert people.read_bytes() == before


@pytest.mark.parametrize(
    ("command", "lacks"),
    [(["quarantine", "list"], "kg cannot find the log of a build in it"), (["backup", "-"], "kg cannot make a backup of it")],
)
def test_what_a_file_lacks_is_told(command: list[str], lacks: str, people: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*command, "--store", str(people)]) == 2
    assert capsys.readouterr().err.startswith(f"error: {people} is a file, which is only read: {lacks}\n")


def test_names_and_nodes_of_anyones_graph(people: Path) -> None:
    with kg.open(people) as graph:
        (hit, *_) = graph.search("alise")
        assert (hit.label, hit.type, hit.iri) == ("Alice Liddell", "Person", "http://example.org/alice")
        shown = graph.show("Robert")
        assert (shown.thing.label, shown.thing.type) == ("Bob", "Person")
        assert ("is http://xmlns.com/foaf/0.1/knows of", "Alice Liddell (http://example.org/alice)") in shown.facts
        facts = graph.show("Alice").facts
        assert ("http://xmlns.com/foaf/0.1/knows", "[ http://xmlns.com/foaf/0.1/name Nobody ]") in facts
        assert graph.show("http://example.org/carol").thing.type == "Resource"  # without a name of its own
        with pytest.raises(UsageError, match="nothing in the graph"):
            graph.show("http://example.org/nobody")


def test_relative_iris_are_relative_to_the_file(people: Path) -> None:
    with open_file(people) as snapshot:
        assert any(quad.subject.value == f"{people.as_uri()}#here" for quad in snapshot.store)  # type: ignore[union-attr]
    with open_file(people, base_iri="http://example.org/g") as snapshot:
        assert any(quad.subject.value == "http://example.org/g#here" for quad in snapshot.store)  # type: ignore[union-attr]


def test_a_file_is_loaded_once_until_it_changes(people: Path, temporary: Path) -> None:
    with kg.open(people) as graph:
        assert graph.search("Alice")
        (loaded,) = left(temporary)
        assert graph.query("ASK { ?s ?p ?o }").boolean
        assert left(temporary) == [loaded]
        people.write_text(PEOPLE.replace("Liddell", "Hargreaves"))
        assert graph.search("Alice")[0].label == "Alice Hargreaves"
        assert left(temporary) != [loaded]


def test_standard_input_is_a_store_too() -> None:
    command = [sys.executable, "-m", "kg", "query", "SELECT ?n { ?s <http://xmlns.com/foaf/0.1/name> ?n } ORDER BY ?n", "--store", "-"]
    done = subprocess.run(command, input=gzip.compress(PEOPLE.encode()), capture_output=True, check=True)
    assert done.stdout.decode().split("\n") == ["n", "Alice Liddell", "Nobody", ""]


@pytest.mark.slow
@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGKILL])
def test_nothing_stays_behind_of_a_process_that_is_stopped(by: signal.Signals, people: Path, tmp_path: Path, temporary: Path) -> None:
    pipe = tmp_path / "endless.nt"
    os.mkfifo(pipe)
    loading = subprocess.Popen([sys.executable, "-m", "kg", "search", "x", "--store", str(pipe)], stderr=subprocess.PIPE)
    with pipe.open("wb", buffering=0) as stream:
        stream.write(b"<a:s> <a:p> <a:o> .\n" * 30_000)  # more than is read at once
        deadline = time.monotonic() + 60
        while not list(temporary.glob("paper-kg-*/*/rdf")) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert left(temporary)
        loading.send_signal(by)
    code = loading.wait(60)
    assert loading.stderr is not None
    with loading.stderr:
        assert b"Traceback" not in loading.stderr.read()
    if by == signal.SIGINT:
        assert code == 130
        assert left(temporary) == []
    open_file(people).close()  # sweeps what a killed process left, and nothing of one that lives
    assert left(temporary) == []


def test_what_a_living_reader_holds_is_not_swept(people: Path, temporary: Path) -> None:
    with open_file(people) as first, open_file(people) as second:
        assert len(left(temporary)) == 2
        assert first.names.exact("Bob")
        assert second.names.exact("Bob")


def test_a_shipped_schema_is_a_file_like_any_other() -> None:
    with kg.open(folder("schema") / "ontology.ttl") as graph:
        assert graph.search("introduces")
        with pytest.raises(KgError):
            graph.show("no such thing at all")


def test_a_number_of_others_that_is_none_costs_no_command(tmp_path: Path) -> None:
    """Python reads no number of more than 4,300 digits, and a literal may hold anything."""
    for number in ("9" * 5000, "first", "²"):
        file = tmp_path / "graph.ttl"
        file.write_text(
            "@prefix dcterms: <http://purl.org/dc/terms/> . @prefix fabio: <http://purl.org/spar/fabio/> . @prefix oa: <http://www.w3.org/ns/oa#> .\n"
            "@prefix schema: <https://schema.org/> . @prefix : <https://w3id.org/paper-kg/id/> .\n"
            f':p a fabio:ResearchPaper ; dcterms:title "A paper" ; dcterms:creator :a . :a a schema:Person ; schema:name "Ann" ; schema:position "{number}" .\n'
            f':e a oa:Annotation ; oa:hasTarget :t . :t oa:hasSelector :s . :s oa:start "{number}" ; oa:exact "words" .\n'
        )
        with kg.open(file) as graph:
            assert [author.name for author in graph.show("A paper").authors] == ["Ann"]
            for ending in ("ttl", "csv"):
                graph.export(tmp_path / f"out.{ending}")
