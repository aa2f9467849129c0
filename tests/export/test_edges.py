"""Tables and graph files: a row per claim, an edge per triple."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from xml.etree import ElementTree

import networkx
import pytest
from pyoxigraph import Literal, Store, Triple

from kg import vocab
from kg.export import to_networkx
from kg.export.edges import COLUMNS, csv_table, edges, gexf, graphml, network
from kg.graph import entity_iri, paper_iri, to_triples
from kg.model import Knowledge

OWL = paper_iri("arxiv-2401.00001").value
NIMBUS = entity_iri("hardware/nimbus-x2").value


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def test_a_row_per_claim_with_its_sentence(triples: list[Triple], knowledge: Knowledge) -> None:
    found = rows(csv_table(edges(triples)))
    assert len(found) == len(knowledge.statements)
    assert [row for row in found if row["object"] == NIMBUS] == [
        {
            "subject": OWL,
            "subject_label": "OwlNet: Night Vision for Small Drones",
            "subject_type": "Paper",
            "predicate": "runsOn",
            "object": NIMBUS,
            "object_label": "Nimbus X2",
            "object_type": "Hardware",
            "paper": OWL,
            "score": "0.9",
            "count": "8",
            "memory": "",
            "hours": "",
            "evidence": "It is trained on DuskSet with 8 Nimbus X2 GPUs at Harbour University.",
        }
    ]


def test_a_row_states_memory_and_time_of_the_devices(knowledge: Knowledge) -> None:
    (runs,) = [statement for statement in knowledge.statements if statement.count == 8]
    stated = edges(to_triples(replace(knowledge, statements=(replace(runs, memory=80.0, hours=1.5),))))
    assert [(row["count"], row["memory"], row["hours"]) for row in rows(csv_table(stated))] == [("8", "80", "1.5")]


def test_a_table_keeps_to_rfc_4180(triples: list[Triple]) -> None:
    lines = csv_table(edges(triples)).split(b"\r\n")
    assert lines[0].decode().split(",") == list(COLUMNS)
    assert lines[-1] == b""
    assert b'"\xc3\x96dd ""quoted"" \\ \xf0\x9f\x98\x80 </script>"' in csv_table(edges(triples))


@pytest.mark.parametrize("cell", ["=SUM(A1)", "+1", "-1", "@SUM(1)", "\tx", "\r=x"])
def test_a_cell_that_a_spreadsheet_would_run_is_guarded(cell: str, triples: list[Triple]) -> None:
    first = edges(triples)[0]
    hostile = replace(first, object=replace(first.object, label=cell))
    assert rows(csv_table([hostile]))[0]["object_label"] == f"'{cell}"
    assert rows(csv_table([hostile], guard=False))[0]["object_label"] == cell


def test_without_evidence_the_cells_are_empty(triples: list[Triple]) -> None:
    assert {row["evidence"] for row in rows(csv_table(edges(triples), evidence=False))} == {""}


def test_of_several_sentences_the_first_in_the_text_is_shown(knowledge: Knowledge) -> None:
    by_object = {statement.object: statement for statement in knowledge.statements if statement.paper == "arxiv-2401.00001"}
    early, late = by_object["method/owlnet"], by_object["task/night-vision"]
    both = replace(early, evidence=(*late.evidence, *early.evidence))
    found = rows(csv_table(edges(to_triples(replace(knowledge, statements=(both,))))))
    assert [row["evidence"] for row in found] == ["We propose OwlNet, built on LampNet."]


def test_an_edge_counts_the_papers_that_state_it(knowledge: Knowledge) -> None:
    based = next(s for s in knowledge.statements if s.predicate == "basedOn")
    other = replace(based, paper="doi-10.5%2Fodd", score=0.95)
    graph = network(edges(to_triples(replace(knowledge, statements=(*knowledge.statements, other)))))
    data = graph.edges[entity_iri("method/owlnet").value, entity_iri("method/lampnet").value, "basedOn"]
    assert (data["support"], data["score"]) == (2, 0.95)
    assert data["papers"].split(" ") == [OWL, paper_iri("doi-10.5%2Fodd").value]
    assert graph.nodes[NIMBUS] == {"label": "Nimbus X2", "type": "Hardware"}


@pytest.mark.parametrize("format", ["graphml", "gexf"])
def test_networkx_reads_the_same_graph_back(format: str, triples: list[Triple]) -> None:
    written = graphml(edges(triples)) if format == "graphml" else gexf(edges(triples))
    read = networkx.read_graphml if format == "graphml" else networkx.read_gexf
    found, expected = read(io.BytesIO(written)), network(edges(triples))
    assert {n: (d["label"], d["type"]) for n, d in found.nodes(data=True)} == {
        n: (d["label"], d["type"]) for n, d in expected.nodes(data=True)
    }
    values = ("predicate", "support", "score", "papers")
    assert sorted((u, v, *(d[k] for k in values)) for u, v, d in found.edges(data=True)) == sorted(
        (u, v, *(d[k] for k in values)) for u, v, d in expected.edges(data=True)
    )


@pytest.mark.parametrize("writer", [graphml, gexf])
def test_edges_have_ids_of_their_own_and_the_file_no_date(writer, triples: list[Triple]) -> None:
    content = writer(edges(triples))
    ids = [element.get("id") for element in ElementTree.fromstring(content).iter() if element.tag.endswith("}edge")]
    assert len(ids) == len(set(ids)) == 14
    assert b"lastmodified" not in content
    assert b"NetworkX" not in content


@pytest.mark.parametrize("writer", [graphml, gexf])
def test_characters_that_xml_forbids_are_left_out(writer, triples: list[Triple]) -> None:
    label = Triple(entity_iri("method/owlnet"), vocab.PREF_LABEL, Literal("Owl\x00\x1bNet"))
    kept = [triple for triple in triples if triple != Triple(label.subject, label.predicate, Literal("OwlNet"))]
    assert b"OwlNet" in writer(edges([*kept, label]))
    ElementTree.fromstring(writer(edges([*kept, label])))


def test_a_link_is_a_node(triples: list[Triple]) -> None:
    graph = network(edges(triples))
    assert graph.nodes["https://example.org/owl?a=1&b=(2)"]["type"] == "Link"


def test_a_store_becomes_a_networkx_graph_keyed_by_predicate(store: Store) -> None:
    graph = to_networkx(store)
    assert graph.has_edge(OWL, NIMBUS, key="runsOn")
    assert graph.number_of_edges() == 14


@pytest.mark.parametrize("format", ["csv", "graphml", "gexf"])
def test_reasons_for_names_kinds_and_open_questions_are_no_edges(format: str, knowledge: Knowledge) -> None:
    plain = tuple(replace(entity, merges=(), broader="", short="") for entity in knowledge.entities)
    without = replace(knowledge, entities=plain, candidates=(), kinds=())
    write = {"csv": csv_table, "graphml": graphml, "gexf": gexf}[format]
    assert write(edges(to_triples(knowledge))) == write(edges(to_triples(without)))
