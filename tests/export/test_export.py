"""Files of every format: the same bytes whatever the way to them, and read back without loss."""

from __future__ import annotations

import hashlib
import io
import json
import os
import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import rdflib
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, Triple, parse

from kg import vocab
from kg.errors import KgError, SourceError, UsageError
from kg.export import FORMATS, dump, turtle, write
from kg.export.quads import nquads
from kg.export.selection import PROVENANCE
from kg.files import read_triples
from kg.graph import claim_id, claim_iri, entity_iri, merge_iri, paper_iri, to_triples
from kg.model import Entity, Evidence, Knowledge, Span
from kg.terms import to_rdflib

RDF = ("ttl", "trig", "nt", "nq", "jsonld", "rdf")
RDFLIB = {"ttl": "turtle", "trig": "trig", "nt": "nt", "nq": "nquads", "jsonld": "json-ld", "rdf": "xml"}
ODD = paper_iri("doi-10.5%2Fodd")
LAMP_KEY = "lampnet-lights-duskset-0a1b2c3d"
LAMP = paper_iri(LAMP_KEY)


def export(store: Store, format: str, **options: bool | str) -> bytes:
    stream = io.BytesIO()
    dump(store, stream, format=format, **options)  # type: ignore[arg-type]
    return stream.getvalue()


def filled(triples: list[Triple]) -> Store:
    store = Store()
    store.extend(Quad(*triple) for triple in triples)
    return store


@pytest.mark.parametrize("format", FORMATS)
def test_the_order_of_insertion_changes_nothing(format: str, triples: list[Triple], store: Store) -> None:
    shuffled = Store()
    for triple in random.Random(7).sample(triples, len(triples)):
        shuffled.add(Quad(*triple))
    assert export(shuffled, format) == export(store, format)


SCRIPT = """
import hashlib, io, sys
from pyoxigraph import RdfFormat, Store
from kg.export import FORMATS, dump
store = Store()
store.load(path=sys.argv[1], format=RdfFormat.N_TRIPLES)
for format in FORMATS:
    stream = io.BytesIO()
    dump(store, stream, format=format)
    print(format, hashlib.sha256(stream.getvalue()).hexdigest())
"""


@pytest.mark.parametrize("seed", ["1", "4242"])
def test_the_hash_seed_changes_nothing(seed: str, store: Store, tmp_path: Path) -> None:
    write(store, tmp_path / "graph.nt")
    root = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(root)}
    command = [sys.executable, "-c", SCRIPT, str(tmp_path / "graph.nt")]
    run = subprocess.run(command, env=environment, cwd=root, capture_output=True, text=True, check=True)
    found = dict(line.split() for line in run.stdout.split("\n") if line)
    assert found == {format: hashlib.sha256(export(store, format)).hexdigest() for format in FORMATS}


@pytest.mark.parametrize("format", RDF)
def test_what_is_written_is_read_back_and_written_again_the_same(format: str, triples: list[Triple], store: Store, tmp_path: Path) -> None:
    path = tmp_path / f"graph.{format}"
    write(store, path)
    again = list(read_triples(path))
    assert len(again) == len(set(again)) == len(triples)
    assert set(again) == set(triples)
    assert export(filled(again), format) == path.read_bytes()


@pytest.mark.filterwarnings("ignore:(Dataset|ConjunctiveGraph):DeprecationWarning")  # rdflib warns of its own calls
@pytest.mark.parametrize("format", RDF)
def test_rdflib_reads_the_same_graph(format: str, triples: list[Triple], store: Store) -> None:
    found = rdflib.Dataset(default_union=True)
    found.parse(data=export(store, format), format=RDFLIB[format])
    assert {(s, p, _plain(o)) for s, p, o in found.triples((None, None, None))} == set(to_rdflib(triples))


def _plain(term: rdflib.term.Node) -> rdflib.term.Node:
    """The term with xsd:string left unsaid: rdflib takes the two for different literals, some of its parsers say it."""
    return rdflib.Literal(str(term)) if isinstance(term, rdflib.Literal) and term.datatype == rdflib.XSD.string else term


@pytest.mark.parametrize("format", RDF)
@pytest.mark.parametrize("value", ["a\r\nb\rc\td\ne", '<a href="x">&amp;]]>', "\\u0041 \\n", " space ", "é日😀\u2028", '\'"""', "@id"])
def test_any_text_comes_back_as_it_was(format: str, value: str, tmp_path: Path) -> None:
    triples = [Triple(ODD, vocab.TITLE, Literal(value)), Triple(ODD, vocab.ALT_LABEL, Literal(value, language="en"))]
    write(filled(triples), tmp_path / f"x.{format}")
    assert set(read_triples(tmp_path / f"x.{format}")) == set(triples)


def test_rdfxml_keeps_carriage_returns_for_parsers_that_fold_lines() -> None:
    content = export(filled([Triple(ODD, vocab.TITLE, Literal("a\r\nb\rc"))]), "rdf")
    assert [str(title) for title in rdflib.Graph().parse(data=content, format="xml").objects()] == ["a\r\nb\rc"]


@pytest.mark.parametrize("format", RDF)
def test_another_base_comes_back(format: str, knowledge: Knowledge, tmp_path: Path) -> None:
    base = "https://lab.example/graph/"
    triples = to_triples(knowledge, base=base)
    write(filled(triples), tmp_path / f"x.{format}", base=base)
    assert set(read_triples(tmp_path / f"x.{format}")) == set(triples)


def test_ntriples_and_nquads_are_sorted(store: Store) -> None:
    for format in ("nt", "nq"):
        lines = export(store, format).split(b"\n")[:-1]
        assert lines == sorted(set(lines))


def graphs(content: bytes) -> dict[str, set[Triple]]:
    found: dict[str, set[Triple]] = {}
    for quad in parse(content, format=RdfFormat.TRIG):
        name = "" if isinstance(quad.graph_name, DefaultGraph) else str(quad.graph_name)
        found.setdefault(name, set()).add(quad.triple)
    return found


def test_trig_has_a_graph_per_paper_with_all_it_says(store: Store, knowledge: Knowledge) -> None:
    found = graphs(export(store, "trig"))
    assert found.keys() == {"", *(str(paper_iri(document.key)) for document in knowledge.documents)}
    lamp = found[str(LAMP)]
    assert Triple(LAMP, vocab.own("introduces"), entity_iri("method/lampnet")) in lamp
    assert Triple(entity_iri("method/lampnet"), vocab.own("evaluatedOn"), entity_iri("dataset/duskset")) in lamp
    assert sum(triple.object == vocab.TEXT_QUOTE_SELECTOR for triple in lamp) == 3
    assert not any(triple.predicate in (vocab.TITLE, vocab.PREF_LABEL, vocab.ALT_LABEL) for triple in lamp)
    in_default = {triple.object for triple in found[""]} & PROVENANCE
    assert in_default == {vocab.PROV_ACTIVITY, vocab.MERGE, vocab.CANDIDATE}


def test_a_merge_stands_with_its_sentence_in_the_graph_of_the_paper_that_shows_it(store: Store) -> None:
    found = graphs(export(store, "trig"))
    shown, spelled = (merge_iri(*named) for named in (("dataset/日本語コーパス", "NGC"), ("dataset/duskset", "Dusk Set")))
    assert [name for name, held in found.items() if any(t.subject == shown for t in held)] == [str(ODD)]
    assert [name for name, held in found.items() if any(t.predicate == vocab.HAS_BODY and t.object == shown for t in held)] == [str(ODD)]
    assert [name for name, held in found.items() if any(t.subject == spelled for t in held)] == [""]


def test_trig_and_nquads_hold_the_same_quads(store: Store) -> None:
    assert set(parse(export(store, "trig"), format=RdfFormat.TRIG)) == set(parse(export(store, "nq"), format=RdfFormat.N_QUADS))


def test_a_triple_that_two_papers_state_stands_in_both_graphs(triples: list[Triple], knowledge: Knowledge) -> None:
    same = next(s for s in knowledge.statements if s.subject == "method/owlnet")
    other = replace(knowledge, statements=(*knowledge.statements, replace(same, paper="doi-10.5%2Fodd")))
    found = graphs(export(filled(to_triples(other)), "trig"))
    triple = Triple(entity_iri("method/owlnet"), vocab.own("basedOn"), entity_iri("method/lampnet"))
    assert sorted(name for name, held in found.items() if triple in held) == [str(paper_iri("arxiv-2401.00001")), str(ODD)]


def test_a_triple_without_a_claim_stays_in_the_default_graph() -> None:
    triple = Triple(ODD, vocab.own("uses"), entity_iri("method/x"))
    assert nquads([triple]) == f"{triple} .\n".encode()


def test_jsonld_carries_its_context_and_short_names(store: Store) -> None:
    document = json.loads(export(store, "jsonld"))
    nodes = {node["@id"]: node for node in document["@graph"]}
    assert nodes["method:owlnet"] == {"@id": "method:owlnet", "@type": "kg:Method", "basedOn": "method:lampnet", "prefLabel": "OwlNet"}
    claim = nodes[f"claim:{claim_id('paper/arxiv-2401.00001', 'runsOn', 'hardware/nimbus-x2', 'arxiv-2401.00001')}"]
    assert (claim["score"], claim["count"], claim["object"]) == ("0.9", 8, "hardware:nimbus-x2")
    assert isinstance(document["@context"]["kg"], str)


def test_a_paper_alone_brings_what_it_says_and_no_more(store: Store, triples: list[Triple], tmp_path: Path) -> None:
    write(store, tmp_path / "lamp.ttl", paper="lampnet-lights-duskset-0a1b2c3d")
    found = set(read_triples(tmp_path / "lamp.ttl"))
    assert found < set(triples)
    assert {t.subject for t in found if t.predicate == vocab.TITLE} == {LAMP}
    assert sum(t.object == vocab.STATEMENT for t in found) == sum(t.object == vocab.TEXT_POSITION_SELECTOR for t in found) == 3
    assert {t.subject for t in found if t.predicate == vocab.PREF_LABEL} == {entity_iri("method/lampnet"), entity_iri("dataset/duskset")}
    assert {t.subject for t in found if t.object == vocab.PROV_ACTIVITY} == {entity_iri("extractor/hand-1.0")}
    write(store, tmp_path / "same.ttl", paper=LAMP.value)
    assert (tmp_path / "same.ttl").read_bytes() == (tmp_path / "lamp.ttl").read_bytes()


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("key", ["arxiv-2401.00001", "doi-10.5%2Fodd"])  # the first names a method that another paper says more of
def test_a_paper_alone_is_the_graph_of_that_paper(format: str, key: str, store: Store, knowledge: Knowledge) -> None:
    said = tuple(statement for statement in knowledge.statements if statement.paper == key)
    named = {end for statement in said for end in (statement.subject, statement.object)}
    wider = {thing.id: thing.broader for thing in (*knowledge.entities, *knowledge.kinds)}
    while more := {wider.get(thing, "") for thing in named} - named - {""}:
        named |= more
    alone = Knowledge(
        tuple(document for document in knowledge.documents if document.key == key),
        tuple(_as_told_by(key, entity) for entity in knowledge.entities if entity.id in named),
        said,
        tuple(candidate for candidate in knowledge.candidates if {candidate.one, candidate.other} <= named),
        tuple(kind for kind in knowledge.kinds if kind.id in named),
    )
    assert export(store, format, paper=key) == export(filled(to_triples(alone)), format)


def _as_told_by(key: str, entity: Entity) -> Entity:
    """The entity, its merges without the papers that are not this one."""
    merges = (merge if merge.paper in ("", key) else replace(merge, paper="", evidence=None) for merge in entity.merges)
    return replace(entity, merges=tuple(merges))


def test_a_short_form_that_another_paper_defines_keeps_its_reason_without_the_sentence(knowledge: Knowledge) -> None:
    ngc = next(entity for entity in knowledge.entities if entity.short)
    uses = replace(knowledge.statements[-1], predicate="uses", paper=LAMP_KEY, subject=f"paper/{LAMP_KEY}")
    at = Evidence(Span(0, 7), Span(0, 7))
    both = replace(knowledge, statements=(*knowledge.statements, replace(uses, evidence=(at,))))
    content = export(filled(to_triples(both)), "ttl", paper=LAMP_KEY)
    found = {quad.triple for quad in parse(content, format=RdfFormat.TURTLE)}
    merge = merge_iri(ngc.id, "NGC")
    assert Triple(merge, vocab.FORM, Literal("NGC")) in found
    assert not [t for t in found if t.predicate == vocab.SHOWN_BY or t.object == merge]


@pytest.mark.parametrize("paper", ["nowhere", "https://example.org/x", "https://not an iri", "", "method/owlnet"])
def test_an_unknown_paper_is_wrong_usage(store: Store, paper: str) -> None:
    with pytest.raises(UsageError, match="no paper"):
        export(store, "ttl", paper=paper)


def test_without_evidence_the_statements_stay(store: Store, triples: list[Triple], tmp_path: Path) -> None:
    write(store, tmp_path / "bare.ttl", evidence=False)
    found = set(read_triples(tmp_path / "bare.ttl"))
    assert not {t.object for t in found} & PROVENANCE
    hidden = {t.subject for t in triples if t.object in PROVENANCE}
    assert found == {t for t in triples if t.subject not in hidden}
    kept = {vocab.ALT_LABEL, vocab.SHORT_FORM, vocab.BROADER, vocab.MAYBE_SAME}
    assert {t for t in found if t.predicate in kept} == {t for t in triples if t.predicate in kept}


@pytest.mark.parametrize("format", ["ttl", "trig", "nt", "nq"])
def test_rdf12_ties_each_claim_to_its_triple(format: str, store: Store, triples: list[Triple], tmp_path: Path) -> None:
    write(store, tmp_path / f"x.{format}", rdf12=True)
    found = set(read_triples(tmp_path / f"x.{format}"))
    tied = {t for t in found if t.predicate == vocab.REIFIES}
    assert found - tied == set(triples)
    assert len(tied) == sum(t.object == vocab.STATEMENT for t in triples)
    assert all(t.object in set(triples) for t in tied)
    claim = claim_iri(claim_id("method/owlnet", "basedOn", "method/lampnet", "arxiv-2401.00001"))
    based = Triple(entity_iri("method/owlnet"), vocab.own("basedOn"), entity_iri("method/lampnet"))
    assert Triple(claim, vocab.REIFIES, based) in tied


@pytest.mark.parametrize("format", sorted(set(FORMATS) - {"ttl", "trig", "nt", "nq"}))
def test_rdf12_is_refused_where_it_cannot_be_held(format: str, store: Store) -> None:
    with pytest.raises(UsageError, match="triple terms"):
        export(store, format, rdf12=True)


@pytest.mark.parametrize("name", ["graph", "graph.json", "graph.ttl.gz", ".ttl"])
def test_an_unknown_ending_is_wrong_usage_and_names_the_formats(name: str, store: Store, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        write(store, tmp_path / name)
    assert all(format in caught.value.hint for format in FORMATS)
    assert list(tmp_path.iterdir()) == []


def test_the_format_may_be_named_instead(store: Store, triples: list[Triple], tmp_path: Path) -> None:
    write(store, tmp_path / "graph", format="ttl")
    assert (tmp_path / "graph").read_bytes() == turtle(triples)
    with pytest.raises(UsageError, match="unknown format 'yaml'"):
        write(store, tmp_path / "graph", format="yaml")


def test_a_file_is_replaced_whole_or_not_at_all(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "graph.ttl"
    path.write_text("old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(KgError, match="No space left") as caught:
        write(store, path)
    assert caught.value.exit_code == 3
    assert [file.name for file in tmp_path.iterdir()] == ["graph.ttl"]
    assert path.read_text() == "old"


def test_no_folder_is_wrong_usage(store: Store, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such folder"):
        write(store, tmp_path / "nowhere" / "graph.ttl")


def test_a_device_is_written_into_and_stays(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "graph.ttl"
    path.symlink_to(os.devnull)  # not the device itself: a mistake here would take it from the whole machine
    write(store, path)
    assert path.is_symlink()
    assert [file.name for file in tmp_path.iterdir()] == ["graph.ttl"]


def test_a_link_is_replaced_and_what_it_points_at_is_not_touched(store: Store, tmp_path: Path) -> None:
    target, path = tmp_path / "precious.txt", tmp_path / "graph.ttl"
    target.write_text("precious")
    path.symlink_to(target)
    write(store, path)
    assert target.read_text() == "precious"
    assert not path.is_symlink()


@pytest.mark.parametrize("format", FORMATS)
def test_an_empty_graph_is_a_file_too(format: str, tmp_path: Path) -> None:
    path = tmp_path / f"x.{format}"
    write(Store(), path)
    if format in RDF:
        assert list(read_triples(path)) == []


def test_reading_says_where_a_file_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "bad.ttl"
    path.write_text('<https://example.org/a> <https://example.org/b> "c" .\n<https://example.org/a> oops\n')
    with pytest.raises(SourceError, match=r"bad\.ttl, line 2"):
        list(read_triples(path))
    with pytest.raises(SourceError, match="cannot read"):
        list(read_triples(tmp_path / "absent.ttl"))
    write(Store(), tmp_path / "graph.gexf")
    with pytest.raises(SourceError, match="is not RDF"):
        list(read_triples(tmp_path / "graph.gexf"))


def test_rdfxml_refuses_a_property_that_no_element_can_name() -> None:
    with pytest.raises(UsageError, match="cannot name the property"):
        export(filled([Triple(ODD, NamedNode("https://example.org/1"), ODD)]), "rdf")
