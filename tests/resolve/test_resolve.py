"""Claims of many papers become entities: what is brought together, what is kept apart, and how it is called."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from itertools import combinations, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import gazetteer
from kg.gazetteer import Entry
from kg.model import (
    Document,
    EntityClaim,
    EntityType,
    Evidence,
    Extraction,
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
from kg.resolve import authority, resolve
from kg.resolve.forms import version

CURATED = (
    Entry("NVIDIA A100", EntityType.HARDWARE, "gpu", ("A100", "Tesla A100"), "test", maker="NVIDIA"),
    Entry("Spark", EntityType.METHOD, "system", ("Apache Spark",), "test", guard=True),
    Entry("CUB-200-2011", EntityType.DATASET, "images", ("CUB",), "test"),
    Entry("RAG", EntityType.METHOD, "technique", ("retrieval-augmented generation",), "test"),
)


@pytest.fixture(autouse=True)
def _small_gazetteer(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(gazetteer, "entries", lambda kind: tuple(entry for entry in CURATED if entry.type is kind))
    authority.forget()
    yield
    monkeypatch.undo()
    authority.forget()


def claim(
    name: str, *aliases: str, type: EntityType = EntityType.METHOD, role: Role = Role.USES, score: float = 0.9, at: int = 0
) -> EntityClaim:
    span = Span(at, at + len(name))
    evidence = Evidence(Span(at, at + len(name) + 10), span)
    return EntityClaim(name, type, tuple(sorted(aliases)), (Mention(span, name, type, "test", score),), role, (evidence,), "test", score)


def paper(
    key: str, *claims: EntityClaim, relations: Sequence[tuple[int, Relation, int]] = (), links: Sequence[LinkClaim] = ()
) -> LoggedPaper:
    said = tuple(RelationClaim(s, p, o, claims[o].evidence, "test", 0.8) for s, p, o in relations)
    return LoggedPaper(Document(key, "t", "1", key, key, "Words."), Extraction(claims, said, tuple(links)), "test-1")


def names(knowledge: Knowledge) -> list[tuple[str, tuple[str, ...]]]:
    return [(entity.name, entity.aliases) for entity in knowledge.entities]


def test_spellings_with_one_normal_form_are_one_thing() -> None:
    known = resolve([paper("a", claim("Llama-3")), paper("b", claim("LLaMA 3")), paper("c", claim("LLaMA 3"))])
    (entity,) = known.entities
    assert (entity.id, entity.name, entity.aliases) == ("method/llama-3", "LLaMA 3", ("Llama-3",))
    assert [(merge.form, merge.rule) for merge in entity.merges] == [("LLaMA 3", "same-name"), ("Llama-3", "spelling")]


def test_an_abbreviation_defined_in_one_paper_names_the_thing_in_another() -> None:
    known = resolve([paper("a", claim("Diptych Prompting System", "DIPS")), paper("b", claim("DIPS"))])
    assert names(known) == [("DIPS", ("Diptych Prompting System",))]  # the form that most papers use
    (merge,) = (merge for merge in known.entities[0].merges if merge.form == "Diptych Prompting System")
    assert (merge.rule, merge.paper) == ("abbreviation", "a")


def test_an_acronym_with_two_meanings_joins_nothing() -> None:
    known = resolve([
        paper("a", claim("Self-Controlled Memory", "SCM", role=Role.INTRODUCES)),
        paper("b", claim("Structural Causal Model", "SCM", role=Role.INTRODUCES)),
        paper("c", claim("self-controlled memory framework", "SCM")),
        paper("d", claim("SCM")),
    ])  # fmt: skip
    assert sorted(entity.name for entity in known.entities) == ["SCM", "Self-Controlled Memory", "Structural Causal Model"]


@pytest.mark.parametrize(("short", "other_short"), [("MIRAGE", "MIRAGE"), ("CaT", "CAT")])
def test_longer_and_mixed_short_forms_join_nothing_either(short: str, other_short: str) -> None:
    one, other = claim("Multi-hop Reasoning with Ambiguity Evaluation", "MIRAGE"), claim("Model-agnostic Industrial Generation", "MIRAGE")
    if short != "MIRAGE":
        one, other = claim("Code-as-Thought", short), claim("Convolutional Attention", other_short)
    assert len(resolve([paper("a", one), paper("b", other)]).entities) == 2


def test_a_new_thing_spelled_out_is_not_the_curated_one_of_the_same_short_form() -> None:
    kind = EntityType.DATASET
    known = resolve([
        paper("a", claim("Context Utilisation Benchmark", "CUB", type=kind, role=Role.INTRODUCES)),
        paper("b", claim("CUB", type=kind)),
        paper("c", claim("Caltech-UCSD Birds", "CUB", type=kind)),
    ])  # fmt: skip
    assert names(known) == [("Context Utilisation Benchmark", ("CUB",)), ("CUB-200-2011", ("CUB", "Caltech-UCSD Birds"))]


@pytest.mark.parametrize(
    ("one", "other"),
    [("Llama 2", "Llama 3"), ("GPT-3", "GPT-4"), ("Spider 1.0", "Spider 2.0"), ("ResNet-50", "ResNet-101"), ("Llama 2", "Llama")],
)
def test_versions_stay_apart_although_an_alias_is_shared(one: str, other: str) -> None:
    family = one.split()[0].split("-")[0]
    known = resolve([paper("a", claim(one, family)), paper("b", claim(other, family)), paper("c", claim(family))])
    homes = {entity.name: entity.id for entity in known.entities}
    assert homes[one] != homes[other]


def test_a_number_in_the_short_form_alone_does_not_part_them() -> None:
    known = resolve([paper("a", claim("Text-to-Text Transfer Transformer", "T5")), paper("b", claim("T5"))])
    assert names(known) == [("T5", ("Text-to-Text Transfer Transformer",))]


def test_two_short_forms_with_other_numbers_are_not_joined_by_their_long_form() -> None:
    long = "Text-to-Text Transfer Transformer"
    known = resolve([paper("a", claim(long, "T5")), paper("b", claim(long, "T0")), paper("c", claim("T5")), paper("d", claim("T0"))])
    assert not any({"T5", "T0"} <= {entity.name, *entity.aliases} for entity in known.entities)


def test_the_first_words_of_a_longer_name_do_not_join() -> None:
    known = resolve([paper("a", claim("BERT large", "BERT")), paper("b", claim("BERT base", "BERT"))])
    assert sorted(entity.name for entity in known.entities) == ["BERT base", "BERT large"]


def test_a_word_for_the_kind_does_not_part() -> None:
    known = resolve([paper("a", claim("SPARK benchmark", type=EntityType.DATASET)), paper("b", claim("SPARK", type=EntityType.DATASET))])
    assert [entity.id for entity in known.entities] == ["dataset/spark"]


def test_types_are_never_mixed() -> None:
    known = resolve([paper("a", claim("SPARK", type=EntityType.DATASET)), paper("b", claim("SPARK", type=EntityType.METHOD))])
    assert [entity.id for entity in known.entities] == ["dataset/spark", "method/spark"]


def test_the_gazetteer_joins_and_names() -> None:
    kind = EntityType.HARDWARE
    known = resolve([paper("a", claim("A100", type=kind)), paper("b", claim("Tesla A100", type=kind))])
    assert names(known) == [("NVIDIA A100", ("A100", "Tesla A100"))]
    assert [(merge.form, merge.rule) for merge in known.entities[0].merges] == [("A100", "gazetteer"), ("Tesla A100", "gazetteer")]


def test_a_new_thing_with_an_everyday_name_is_not_the_known_one() -> None:
    known = resolve([paper("a", claim("Spark", role=Role.INTRODUCES)), paper("b", claim("Apache Spark"))])
    assert names(known) == [("Spark", ("Apache Spark",)), ("Spark", ())]  # the curated thing keeps the plain identifier
    assert len({entity.id for entity in known.entities}) == 2


def test_an_everyday_name_spelled_otherwise_is_not_the_known_one() -> None:
    known = resolve([paper("a", claim("SPARK")), paper("b", claim("Apache Spark"))])
    assert names(known) == [("Spark", ("Apache Spark",)), ("SPARK", ())]


def test_an_acronym_that_the_paper_spells_out_otherwise_is_not_the_curated_one() -> None:
    known = resolve([paper("a", claim("Random Attention Graph", "RAG")), paper("b", claim("RAG"))])
    assert names(known) == [("RAG", ()), ("Random Attention Graph", ("RAG",))]


def test_homonyms_get_identifiers_of_their_own_whatever_the_order() -> None:
    papers = [
        paper("a", claim("Sense One Memory", "SOM", role=Role.USES)),
        paper("b", claim("Second Order Model", "SOM")),
        paper("c", claim("SOM")),
        paper("d", claim("∇")),
        paper("e", claim("⊕")),
    ]
    ids = {tuple(entity.id for entity in resolve(order).entities) for order in permutations(papers)}
    assert len(ids) == 1
    (only,) = ids
    assert len(set(only)) == 5


def test_the_introducing_paper_names_the_thing() -> None:
    known = resolve([paper("a", claim("DataStates-LLM", role=Role.INTRODUCES)), *(paper(k, claim("datastates LLM")) for k in "bcd")])
    assert names(known) == [("DataStates-LLM", ("datastates LLM",))]


def test_the_stronger_role_stands_with_its_evidence() -> None:
    weak, strong = claim("VoCo", role=Role.MENTIONS, score=1.0, at=0), claim("VOCO", role=Role.INTRODUCES, score=0.6, at=40)
    known = resolve([paper("a", weak, strong)])
    (statement,) = known.statements
    assert (statement.predicate, statement.score, statement.evidence) == ("introduces", 0.6, strong.evidence)


def test_the_same_statement_from_two_claims_is_one_with_all_evidence_and_the_best_score() -> None:
    first, second = claim("VoCo", score=0.7, at=0), claim("VOCO", score=0.9, at=40)
    (statement,) = resolve([paper("a", first, second)]).statements
    assert (statement.score, statement.evidence) == (0.9, second.evidence + first.evidence)


def test_relations_are_lifted_and_those_to_itself_dropped() -> None:
    entities = (claim("VoCo"), claim("VOCO", at=40), claim("BTCV", type=EntityType.DATASET))
    known = resolve([paper("a", *entities, relations=[(0, Relation.BASED_ON, 1), (1, Relation.TRAINED_ON, 2)])])
    assert [(s.subject, s.predicate, s.object) for s in known.statements if s.subject != "paper/a"] == [
        ("method/voco", "trainedOn", "dataset/btcv")
    ]


def test_links_are_statements_of_the_paper_and_only_http() -> None:
    evidence = (Evidence(Span(0, 5), Span(0, 2)),)
    urls = [("https://github.com/a/b", LinkKind.CODE), ("javascript:alert(1)", LinkKind.PROJECT), ("http://a.org", LinkKind.DATA)]
    known = resolve([paper("a", links=[LinkClaim(url, kind, evidence, "test", 1.0) for url, kind in urls])])
    assert [(s.predicate, s.object) for s in known.statements] == [("codeRepository", "https://github.com/a/b"), ("url", "http://a.org")]


FORMS = st.sampled_from([
    "SCM", "Self-Controlled Memory", "Structural Causal Model", "T5", "T0", "Text-to-Text Transfer Transformer",
    "Llama 2", "Llama 3", "Llama", "A100", "NVIDIA A100", "Apache Spark", "spark", "RAG", "∇", "SPARK benchmark",
])  # fmt: skip
CLAIMS = st.builds(
    lambda name, aliases, kind, role, score, at: claim(name, *(set(aliases) - {name}), type=kind, role=role, score=score, at=at),
    FORMS, st.lists(FORMS, max_size=3), st.sampled_from(EntityType), st.sampled_from(Role), st.sampled_from([0.5, 0.9]), st.integers(0, 5),
)  # fmt: skip


@st.composite
def libraries(draw: st.DrawFn) -> list[LoggedPaper]:
    papers = []
    for number in range(draw(st.integers(1, 6))):
        claims = draw(st.lists(CLAIMS, min_size=1, max_size=4))
        indexes = st.integers(0, len(claims) - 1)
        relations = draw(st.lists(st.tuples(indexes, st.sampled_from(Relation), indexes), max_size=3))
        papers.append(paper(f"p{number}", *claims, relations=relations))
    return papers


@settings(max_examples=150)
@given(libraries(), st.randoms(use_true_random=False))
def test_the_order_of_papers_changes_nothing(papers: list[LoggedPaper], random: object) -> None:
    shuffled = list(papers)
    random.shuffle(shuffled)
    known = resolve(papers)
    assert resolve(shuffled) == known
    assert list(known.documents) == sorted(known.documents, key=lambda document: document.key)
    assert list(known.entities) == sorted(known.entities)


@settings(max_examples=150)
@given(libraries())
def test_every_claim_is_in_one_entity_and_every_statement_stands_once(papers: list[LoggedPaper]) -> None:
    known = resolve(papers)
    ids = {entity.id for entity in known.entities}
    assert len(ids) == len(known.entities)
    said = [(s.paper, s.subject, s.predicate, s.object) for s in known.statements]
    assert len(said) == len(set(said))
    for statement in known.statements:
        assert statement.object in ids
        assert statement.subject != statement.object
        assert statement.subject in ids | {f"paper/{statement.paper}"}
        assert statement.evidence
    roles = [(s.paper, s.object) for s in known.statements if s.subject.startswith("paper/")]
    assert len(roles) == len(set(roles))


@settings(max_examples=150)
@given(st.lists(CLAIMS, min_size=2, max_size=8))
def test_names_whose_numbers_differ_are_never_one_thing(claims: list[EntityClaim]) -> None:
    known = resolve([paper(f"p{number}", one) for number, one in enumerate(claims)])
    home = {statement.paper: statement.object for statement in known.statements}
    for (i, one), (j, other) in combinations(enumerate(claims), 2):
        if version(one.name) and version(other.name) and version(one.name) != version(other.name):
            assert home[f"p{i}"] != home[f"p{j}"]


def test_a_paper_can_be_taken_out_without_a_trace() -> None:
    papers = [paper("a", claim("VoCo")), paper("b", claim("VOCO", "Volume Contrast")), paper("c", claim("Volume Contrast"))]
    assert resolve(papers[:1] + papers[2:]) == resolve([papers[2], dataclasses.replace(papers[0])])
