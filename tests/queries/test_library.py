"""Every query of the library answers its question on the shared graph, in one order, with any parameter bound as data.

`expected/<name>.tsv` holds the parameters in its first line and the rows that a person checked against `graph.ttl`;
``pytest --rewrite-golden`` writes them anew.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, parse

from kg import vocab
from kg.errors import QueryError, UsageError
from kg.queries import Query, guard, library, parse_term
from kg.resources import folder
from kg.validate import validate

HERE = Path(__file__).parent
LIBRARY = library()
# What the tests ask, by parameter; a query with other needs names its own.
ASKED = {
    "method": "method:otternet", "dataset": "dataset:riverbench", "task": "task:river-segmentation", "thing": "method:otternet",
    "kind": "kind:device", "hardware": "", "organisation": "organisation:marsh-university", "minimum": "", "below": "", "subject": "", "predicate": "kg:uses", "object": "",
    "author": "0000-0001-5109-3700", "venue": "rivers", "category": "cs.",
}  # fmt: skip


def triples() -> list[Quad]:
    return [Quad(*q.triple) for q in parse(path=str(HERE / "graph.ttl"), format=RdfFormat.TURTLE)]


def fill(seed: int) -> Store:
    store, quads = Store(), triples()
    random.Random(seed).shuffle(quads)
    store.extend(quads)
    return store


STORE = fill(0)
PAPERS = sorted({q.subject.value for q in STORE.quads_for_pattern(None, vocab.RDF_TYPE, vocab.RESEARCH_PAPER, None)})


# What single queries ask otherwise.
ASKED_OF = {"merges": {"thing": "method:heronflow"}, "narrower": {"thing": "kind:device"}}


def values(query: Query) -> dict[str, NamedNode | Literal]:
    asked = {
        **ASKED,
        **ASKED_OF.get(query.name, {}),
        "paper": PAPERS[0],
        "other": PAPERS[1] if query.name.startswith("papers-") and "paper" in _names(query) else "method:heronflow",
    }
    return {p.name: parse_term(asked[p.name], p.kind) for p in query.params if asked[p.name]}


def _names(query: Query) -> set[str]:
    return {param.name for param in query.params}


def rows(query: Query, store: Store, bound: dict[str, NamedNode | Literal]) -> str:
    answer = store.query(query.bind(bound), prefixes={**vocab.NAMESPACES, **vocab.data_prefixes()})
    lines = ["\t".join(v.value for v in answer.variables)]
    lines += ["\t".join("" if cell is None else cell.value.replace("\n", "\\n") for cell in row) for row in answer]
    return "\n".join(lines) + "\n"


def test_the_shared_graph_is_as_a_graph_should_be() -> None:
    report = validate(STORE)
    assert report.conforms, report.text()


def test_a_kind_is_meant_before_a_thing_of_its_name_where_one_is_asked_for() -> None:
    (param,) = LIBRARY["papers-by-kind"].params
    assert param.types[0] == "Kind"
    assert "Paper" not in param.types
    assert "Kind" not in LIBRARY["names"].params[0].types


@pytest.mark.parametrize(
    ("kind", "devices"),
    [
        ("kind:finch-card", ["Finch T4", "Finch T4", "Finch T4 16GB"]),
        ("kind:board", ["Wren board"]),
        ("hardware:finch-t4", ["Finch T4", "Finch T4", "Finch T4 16GB"]),  # a thing with narrower ones asks as a kind does
        ("hardware:finch-t4-16gb", ["Finch T4 16GB"]),
    ],
)
def test_papers_are_asked_for_at_any_step_of_the_ladder(kind: str, devices: list[str]) -> None:
    answer = rows(LIBRARY["papers-by-kind"], STORE, {"kind": parse_term(kind, "Kind")})
    assert [line.split("\t")[1] for line in answer.split("\n")[1:-1]] == devices


def test_there_are_at_least_twenty() -> None:
    assert len(LIBRARY) >= 20
    assert set(LIBRARY) == {path.stem for path in folder("queries").glob("*.rq")}


@pytest.mark.parametrize("name", sorted(LIBRARY))
def test_the_answer_is_the_expected_one(name: str, request: pytest.FixtureRequest) -> None:
    bound = values(LIBRARY[name])
    header = "# " + " ".join(f"{k}={v.value.removeprefix(vocab.BASE)}" for k, v in bound.items())
    text = f"{header.rstrip()}\n{rows(LIBRARY[name], STORE, bound)}"
    path = HERE / "expected" / f"{name}.tsv"
    if request.config.getoption("--rewrite-golden"):
        path.write_text(text, encoding="utf-8", newline="\n")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(LIBRARY))
def test_the_order_is_total(name: str) -> None:
    bound = values(LIBRARY[name])
    assert rows(LIBRARY[name], fill(1), bound) == rows(LIBRARY[name], fill(2), bound)


@pytest.mark.parametrize("name", sorted(LIBRARY))
def test_the_query_says_what_it_answers_and_asks_no_one_else(name: str) -> None:
    query = LIBRARY[name]
    assert query.question.endswith("?")
    assert query.summary
    guard(query.sparql)
    for param in query.params:
        assert f"?{param.name}" in query.sparql


@pytest.mark.parametrize("name", ["methods-by-dataset", "untried-pairs", "hardware-by-method"])
def test_a_parameter_is_bound_in_every_place(name: str) -> None:
    (param,) = LIBRARY[name].params
    term = Literal(7) if param.kind == "integer" else NamedNode("https://example.org/x")
    bound = LIBRARY[name].bind({param.name: term})
    assert bound.count(f"VALUES ?{param.name} {{ {term} }}") == LIBRARY[name].sparql.count(f"VALUES ?{param.name} {{") > 0


def test_pairs_are_untried_where_no_paper_has_both() -> None:
    found = {n: rows(LIBRARY["untried-pairs"], STORE, {"minimum": Literal(n)}).split("\n")[1:-1] for n in (1, 2)}
    assert [tuple(row.split("\t")[:4]) for row in found[1]] == [
        ("GaugeMix", "RiverScenes", "1", "2"),
        ("HeronFlow", "RiverScenes", "1", "2"),
        ("BaseNet", '"Big" Gauge\\Set', "1", "1"),
    ]
    assert found[2] == []


def test_a_missing_and_an_unknown_parameter_are_told() -> None:
    query = LIBRARY["methods-by-dataset"]
    with pytest.raises(UsageError, match="dataset"):
        query.bind({})
    with pytest.raises(UsageError, match="nothing-like-it"):
        query.bind({"dataset": NamedNode("http://x.y/z"), "nothing-like-it": Literal("1")})


@settings(max_examples=100, deadline=None)
@given(st.text())
def test_any_text_is_data_when_bound(text: str) -> None:
    sparql = "#+ summary: s\n#+ question: q?\n#+ params: name (string)\nSELECT ?name WHERE { VALUES ?name { UNDEF } }"
    from kg.queries import parse as parse_query

    literal = Literal(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
    answer = list(Store().query(parse_query(sparql).bind({"name": literal})))
    assert [row["name"] for row in answer] == [literal]


@pytest.mark.parametrize(
    "sparql",
    [
        "SELECT * WHERE { SERVICE <http://x.y/> { ?s ?p ?o } }",
        "SELECT * WHERE { service silent <http://x.y/> { ?s ?p ?o } }",
        "SELECT * WHERE { { SELECT * WHERE { SERVICE ?where { ?s ?p ?o } } } }",
        "SELECT * WHERE { FILTER EXISTS { SERVICE\n#comment\n<http://x.y/> {} } }",
        "INSERT DATA { <a:b> <a:b> <a:b> }",
        "LOAD <http://x.y/>",
        "PREFIX a: <http://x.y/> DROP ALL",
    ],
)
def test_what_would_write_or_ask_others_is_refused(sparql: str) -> None:
    with pytest.raises(QueryError):
        guard(sparql)


@pytest.mark.parametrize(
    "sparql",
    [
        'SELECT * WHERE { ?s ?p "SERVICE <http://x.y/> {}" }',
        "SELECT * WHERE { ?service ?p <http://x.y/SERVICE> } # SERVICE",
        "PREFIX service: <http://x.y/> SELECT * WHERE { ?s service:load ?insert }",
        "SELECT * WHERE { ?s ?p ?o FILTER(?o < 3 && ?o > 1) }",
    ],
)
def test_words_that_only_look_like_it_pass(sparql: str) -> None:
    guard(sparql)
