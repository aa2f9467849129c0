"""One thing is found by what people call it, and shown with every sentence behind what is said of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kg.derivation.names import entity_rows, kind_rows, name_rows
from kg.errors import UsageError
from kg.graph import to_triples
from kg.lookup import Edge, End, Quote, find, search, show, why
from kg.model import (
    Document,
    Entity,
    EntityClaim,
    EntityType,
    Evidence,
    Extraction,
    Identifier,
    Kind,
    Knowledge,
    LinkClaim,
    LinkKind,
    LoggedPaper,
    Mention,
    Relation,
    RelationClaim,
    Role,
    Span,
)
from kg.resolve import resolve
from kg.store import Snapshot, create_or_open, open_snapshot

BASE = "https://w3id.org/paper-kg/id/"
TEXTS = {
    "arxiv-2401.00001": ("FoggyNet sees through rain", "FoggyNet builds on RainNet. We train it on 8 ZX81 boards with ZORB."),
    "arxiv-2401.00002": ("RainNet again", "We compare RainNet with FoggyNet. See https://example.org/rain for code."),
    "quiet-0a0a0a0a": ("A quiet paper", ""),
}


def entity(text: str, name: str, type: EntityType, role: Role, *aliases: str, count: int | None = None, score: float = 0.9) -> EntityClaim:
    spans = [Span(i, i + len(name)) for i in range(len(text)) if text.startswith(name, i)]
    mentions = tuple(Mention(span, name, type, "test", score) for span in spans)
    evidence = tuple(Evidence(sentence(text, span), span) for span in spans)
    return EntityClaim(name, type, aliases, mentions, role, evidence, f"{role}.test", score, count)


def sentence(text: str, span: Span) -> Span:
    start = max(
        text.rfind(". ", 0, span.start) + 2 if ". " in text[: span.start] else 0,
        text.find("\n\n") + 2 if "\n\n" in text[: span.start] else 0,
    )
    end = min(i for i in (text.find(". ", span.start) + 1, text.find("\n\n", span.start), len(text)) if i > span.start)
    return Span(start, end)


def paper(key: str, claims: list[EntityClaim], *relations: RelationClaim, links: tuple[LinkClaim, ...] = ()) -> LoggedPaper:
    title, abstract = TEXTS[key]
    ids = (Identifier("arxiv", key.removeprefix("arxiv-")),) if key.startswith("arxiv") else ()
    return LoggedPaper(
        Document(key, "t", "1", title, title, abstract, ids, "2024-01-01"), Extraction(tuple(claims), relations, links), "test-1"
    )


def library() -> list[LoggedPaper]:
    one, two = ("\n\n".join(TEXTS[key]) for key in list(TEXTS)[:2])
    foggy, rain = (
        entity(one, "FoggyNet", EntityType.METHOD, Role.INTRODUCES, "Foggy Network"),
        entity(one, "RainNet", EntityType.METHOD, Role.USES),
    )
    board = replace(entity(one, "ZX81", EntityType.HARDWARE, Role.RUNS_ON, count=8), memory=0.5, hours=36.0)
    data = entity(one, "ZORB", EntityType.DATASET, Role.USES, score=0.4)
    at, onto = foggy.evidence[1], rain.evidence[0]
    based = RelationClaim(0, Relation.BASED_ON, 1, (Evidence(at.sentence, onto.object, at.object),), "based-on.test", 0.7)
    url = Span(two.index("https"), two.index(" for code"))
    link = LinkClaim("https://example.org/rain", LinkKind.CODE, (Evidence(sentence(two, url), url),), "link", 1.0)
    again = [
        entity(two, "RainNet", EntityType.METHOD, Role.INTRODUCES, score=0.8),
        entity(two, "FoggyNet", EntityType.METHOD, Role.COMPARES_WITH),
    ]
    spark = entity(two, "See", EntityType.METHOD, Role.MENTIONS, "ZORB", score=0.2)
    return [
        paper("arxiv-2401.00001", [foggy, rain, board, data], based),
        paper("arxiv-2401.00002", [*again, spark], links=(link,)),
        paper("quiet-0a0a0a0a", []),
    ]


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    path: Path = tmp_path_factory.mktemp("lookup") / "store"
    known = resolve(library())
    with create_or_open(path) as writer:
        writer.publish(to_triples(known), name_rows(known), fingerprint="f", base=BASE)
    with open_snapshot(path) as opened:
        yield opened


@pytest.mark.parametrize(
    ("name", "iri"),
    [
        ("FoggyNet", "method/foggynet"),
        ("foggy-net", "method/foggynet"),
        ("Foggy Network", "method/foggynet"),
        ("method/foggynet", "method/foggynet"),
        ("method:foggynet", "method/foggynet"),
        (f"{BASE}method/foggynet", "method/foggynet"),
        ("ZX", "hardware/zx81"),
        ("Rain", "method/rainnet"),
        ("RainNet again", "paper/arxiv-2401.00002"),
        ("2401.00001", "paper/arxiv-2401.00001"),
        ("arXiv:2401.00001v4", "paper/arxiv-2401.00001"),
        ("https://arxiv.org/abs/2401.00001", "paper/arxiv-2401.00001"),
        ("Dataset: ZORB", "dataset/zorb"),
        ("method: ZORB", "method/see"),
        ("ZORB", "dataset/zorb"),  # canonical there, an alias of the other
    ],
)
def test_find(snapshot: Snapshot, name: str, iri: str) -> None:
    assert find(snapshot, name).iri == iri


def test_types_narrow_the_search(snapshot: Snapshot) -> None:
    assert find(snapshot, "ZORB", ["method"]).iri == "method/see"
    assert find(snapshot, "Rainnet ag", ["Paper"]).iri == "paper/arxiv-2401.00002"
    with pytest.raises(UsageError, match="no type"):
        find(snapshot, "ZORB", ["Planet"])


@pytest.mark.parametrize("name", ["FogyNet", "method/fogynet", "method:foggy-net-2"])
def test_a_name_that_nothing_has_comes_with_suggestions(snapshot: Snapshot, name: str) -> None:
    with pytest.raises(UsageError, match="nothing in the graph") as caught:
        find(snapshot, name)
    assert "did you mean FoggyNet (Method)" in caught.value.hint


def test_an_empty_name_and_nonsense_are_told_too(snapshot: Snapshot) -> None:
    for name in ("", "  ", "\x00", "qqqqqqqqq", "' OR 1=1 --"):
        with pytest.raises(UsageError) as caught:
            find(snapshot, name)
        assert "kg search" in caught.value.hint


def test_a_name_of_two_things_says_how_to_choose(tmp_path: Path) -> None:
    text = "\n\n".join(TEXTS["arxiv-2401.00001"])
    claims = [entity(text, "ZORB", EntityType.DATASET, Role.USES), entity(text, "ZORB", EntityType.METHOD, Role.USES)]
    known = resolve([paper("arxiv-2401.00001", claims)])
    with create_or_open(tmp_path / "store") as writer:
        writer.publish(to_triples(known), name_rows(known), fingerprint="f", base=BASE)
    with open_snapshot(tmp_path / "store") as snapshot:
        with pytest.raises(UsageError, match="2 things") as caught:
            find(snapshot, "zorb")
        assert caught.value.hint == 'choose one: "Dataset: ZORB"; "Method: ZORB"'
        assert find(snapshot, "Dataset: ZORB").iri == "dataset/zorb"


def test_search_is_lenient(snapshot: Snapshot) -> None:
    assert search(snapshot, "fogynet")[0].iri == "method/foggynet"
    assert search(snapshot, "rain", limit=1)[0].iri == "method/rainnet"
    assert {hit.type for hit in search(snapshot, "rain", ["paper"])} == {"Paper"}


def test_show_tells_both_directions_with_sentences(snapshot: Snapshot) -> None:
    told = show(snapshot, "method/foggynet")
    assert (told.thing.label, told.thing.type, told.aliases) == ("FoggyNet", "Method", ("Foggy Network",))
    assert [(edge.predicate, edge.object.label) for edge in told.outgoing] == [("basedOn", "RainNet")]
    assert [(edge.subject.label, edge.predicate) for edge in told.incoming] == [
        ("FoggyNet sees through rain", "introduces"),
        ("RainNet again", "comparesWith"),
    ]
    introduced = told.incoming[0]
    assert (introduced.score, introduced.count, len(introduced.quotes)) == (0.9, None, 2)
    for quote in introduced.quotes:
        assert quote.object_mark is not None
        assert quote.sentence[slice(*quote.object_mark)] == "FoggyNet"
        assert quote.subject_mark is None
        text = "\n\n".join(TEXTS[quote.paper.iri.removeprefix("paper/")])
        assert text[quote.start :].startswith(quote.sentence)
    (based,) = told.outgoing[0].quotes
    assert based.subject_mark is not None
    assert based.sentence == "FoggyNet builds on RainNet."
    assert based.sentence[slice(*based.subject_mark)] == "FoggyNet"
    assert (based.rule, based.extractor, based.score) == ("based-on.test", "test-1", 0.7)


def test_show_tells_all_of_a_paper(snapshot: Snapshot) -> None:
    told = show(snapshot, f"{BASE}paper/arxiv-2401.00001")
    assert dict(told.facts) == {"issued": "2024-01-01", "arxiv": "2401.00001", "abstract": TEXTS["arxiv-2401.00001"][1]}
    assert [(edge.predicate, edge.object.label, edge.count) for edge in told.outgoing] == [
        ("introduces", "FoggyNet", None),
        ("uses", "RainNet", None),
        ("uses", "ZORB", None),
        ("runsOn", "ZX81", 8),
    ]
    runs = told.outgoing[-1]
    assert (runs.memory, runs.hours) == (0.5, 36.0)
    assert {(quote.count, quote.memory, quote.hours) for quote in runs.quotes} == {(8, 0.5, 36.0)}
    assert [(edge.subject.label, edge.predicate, edge.object.label) for edge in told.stated] == [("FoggyNet", "basedOn", "RainNet")]
    quiet = show(snapshot, "paper/quiet-0a0a0a0a")
    assert (quiet.outgoing, quiet.incoming, quiet.stated) == ((), (), ())


def test_the_figures_of_an_edge_are_those_of_one_paper() -> None:
    paper, device = End("paper/a", "A", "Paper"), End("hardware/zx81", "ZX81", "Hardware")
    small = Quote(paper, "runsOn", device, paper, "…", None, None, 0, 0.9, "r", "x-1", count=1, memory=80.0, hours=500.0)
    large = replace(small, count=64, memory=None, hours=2.0)
    edge = Edge(paper, "runsOn", device, (small, large))
    assert (edge.count, edge.memory, edge.hours) == (64, None, 2.0)


def test_show_tells_the_links_of_a_paper(snapshot: Snapshot) -> None:
    (edge,) = [edge for edge in show(snapshot, "paper/arxiv-2401.00002").outgoing if edge.predicate == "codeRepository"]
    assert (edge.object.iri, edge.object.type) == ("https://example.org/rain", "")


def test_show_of_nothing_is_a_usage_error(snapshot: Snapshot) -> None:
    with pytest.raises(UsageError, match="no method/absent"):
        show(snapshot, "method/absent")


def test_why_takes_any_part_of_a_statement(snapshot: Snapshot) -> None:
    everything = why(snapshot)
    assert len(everything) == 11
    assert [quote.score for quote in everything] == sorted((quote.score for quote in everything), reverse=True)
    assert {quote.object.label for quote in why(snapshot, predicate="kg:basedOn")} == {"RainNet"}
    assert {quote.paper.label for quote in why(snapshot, object="method/foggynet")} == {"FoggyNet sees through rain", "RainNet again"}
    assert [quote.sentence for quote in why(snapshot, "method/foggynet", "basedOn", "method/rainnet")] == ["FoggyNet builds on RainNet."]
    assert [quote.predicate for quote in why(snapshot, object="https://example.org/rain")] == ["codeRepository"]
    assert why(snapshot, "method/foggynet", "basedOn", "dataset/zorb") == []
    with pytest.raises(UsageError, match="no property") as caught:
        why(snapshot, predicate="invents")
    assert "introduces" in caught.value.hint


# Kinds, ladders and doubts: the graph of tests/conftest.py, where a Nimbus X2 lies under Nimbus GPU, which lies under GPU.


@pytest.fixture(scope="module")
def ladder(tmp_path_factory: pytest.TempPathFactory, knowledge: Knowledge) -> Iterator[Snapshot]:
    path: Path = tmp_path_factory.mktemp("ladder") / "store"
    gpu = Entity("hardware/gpu", EntityType.HARDWARE, "GPU", broader="kind/gpu")  # a device noun is a thing and a kind
    known = replace(knowledge, entities=(*knowledge.entities, gpu))
    rows = [row for entity in known.entities for row in entity_rows(entity, 1)]
    rows += [row for kind in known.kinds for row in kind_rows(kind)]
    with create_or_open(path) as writer:
        writer.publish(to_triples(known), rows, fingerprint="f", base=BASE)
    with open_snapshot(path) as opened:
        yield opened


@pytest.mark.parametrize(
    ("name", "types", "iri"),
    [
        ("Nimbus GPU", None, "kind/nimbus-gpu"),
        ("nimbus-gpus", None, "kind/nimbus-gpu"),
        ("graphics card", None, "kind/gpu"),
        ("kind/gpu", None, "kind/gpu"),
        ("kind:gpu", None, "kind/gpu"),
        ("Kind: GPU", None, "kind/gpu"),
        ("GPU", None, "hardware/gpu"),  # the thing, where both have the name
        ("GPU", ["kind"], "kind/gpu"),
        ("GPU", ["Kind", "Hardware"], "kind/gpu"),
        ("GPU", ["Hardware", "Kind"], "hardware/gpu"),
        ("Nimbus X2", ["Kind", "Hardware"], "hardware/nimbus-x2"),
        ("Nimbus", ["Kind", "Hardware"], "kind/nimbus-gpu"),  # the beginning of one kind
        ("Nimbus", None, "hardware/nimbus-x2"),  # and of one thing
    ],
)
def test_a_kind_is_found_by_its_names(ladder: Snapshot, name: str, types: list[str] | None, iri: str) -> None:
    assert find(ladder, name, types).iri == iri


@pytest.mark.parametrize("name", ["Nimbsu GPU", "kind/nimbus-gpuu"])
def test_a_misspelt_kind_comes_with_suggestions(ladder: Snapshot, name: str) -> None:
    with pytest.raises(UsageError, match="nothing in the graph") as caught:
        find(ladder, name, ["Kind"])
    assert "did you mean Nimbus GPU (Kind)" in caught.value.hint
    assert search(ladder, "nimbsu gpu", ["kind"])[0].iri == "kind/nimbus-gpu"


def test_a_thing_tells_what_it_lies_under_and_its_short_form(ladder: Snapshot) -> None:
    told = show(ladder, "hardware/nimbus-x2")
    assert [(wider.label, wider.type) for wider in told.ladder] == [("Nimbus GPU", "Kind"), ("GPU", "Kind")]
    corpus = show(ladder, "dataset/日本語コーパス")
    assert (corpus.short, corpus.aliases) == ("NGC", ("NGC",))
    assert [wider.iri for wider in corpus.ladder] == ["dataset/duskset"]
    assert [(row.thing.label, row.depth, row.papers) for row in show(ladder, "dataset/duskset").below] == [("日本語コーパス", 1, 1)]


def test_a_kind_tells_all_that_lies_under_it_with_the_papers(ladder: Snapshot) -> None:
    told = show(ladder, "kind/gpu")
    assert (told.thing.type, told.aliases, told.ladder) == ("Kind", ("graphics card",), ())
    rows = [(row.thing.label, row.thing.type, row.depth, row.papers) for row in told.below]
    assert rows == [("GPU", "Hardware", 1, 0), ("Nimbus GPU", "Kind", 1, 1), ("Nimbus X2", "Hardware", 2, 1)]


@pytest.mark.parametrize(("one", "other"), [("method/owlnet", "LampNet"), ("method/lampnet", "OwlNet")])
def test_either_of_two_things_tells_that_it_may_be_the_other(ladder: Snapshot, one: str, other: str) -> None:
    (doubt,) = show(ladder, one).doubts
    assert (doubt.other.label, doubt.score) == (other, 0.4)
    assert doubt.reason == "a paper calls one thing 'LampNet' and 'OwlNet'"
    assert show(ladder, "dataset/duskset").doubts == ()


def test_a_ladder_that_goes_round_ends(tmp_path: Path, knowledge: Knowledge) -> None:
    ring = replace(knowledge, kinds=(Kind("kind/gpu", "GPU", (), "kind/nimbus-gpu"), Kind("kind/nimbus-gpu", "Nimbus GPU", (), "kind/gpu")))
    with create_or_open(tmp_path / "store") as writer:
        writer.publish(to_triples(ring), [], fingerprint="f", base=BASE)
    with open_snapshot(tmp_path / "store") as snapshot:
        told = show(snapshot, "kind/gpu")
        assert [wider.label for wider in told.ladder] == ["Nimbus GPU"]
        assert [row.thing.label for row in told.below] == ["Nimbus GPU", "Nimbus X2"]
