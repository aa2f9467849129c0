"""What is told of a paper itself: authors, venue, categories, licence, citations; and the part of its text that a sentence stands in."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from full_paper import HARBOUR, KNOWLEDGE, OLDER, TERN, cited, triples
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, Store, Triple

from kg import vocab
from kg.derivation.difference import Published
from kg.export import FORMATS, dump, turtle
from kg.files import read_triples
from kg.graph import author_id, author_iri, entity_iri, orcid_iri, paper_iri, paper_triples, to_triples
from kg.model import NO_METADATA, Affiliation, Author, Document, Evidence, Identifier, Metadata, Section, Span, Statement

PAPER = paper_iri(TERN.key)
RDF = [format for format in FORMATS if format not in ("graphml", "gexf", "csv")]


def filled(found: list[Triple]) -> Store:
    store = Store()
    store.extend(Quad(*triple) for triple in found)
    return store


def export(store: Store, format: str, **options: bool | str) -> bytes:
    stream = io.BytesIO()
    dump(store, stream, format=format, **options)  # type: ignore[arg-type]
    return stream.getvalue()


def of(found: list[Triple], node: NamedNode, property: NamedNode) -> list[str]:
    return sorted(triple.object.value for triple in found if triple.subject == node and triple.predicate == property)  # type: ignore[union-attr]


def described(metadata: Metadata) -> list[Triple]:
    """The triples of a paper with this metadata that are not those of the paper without it."""
    bare = Document("k", "s", "p", "T", "T", "A.")
    return sorted(paper_triples(replace(bare, metadata=metadata), (), cited=cited) - paper_triples(bare, ()), key=str)


def test_a_paper_with_all_that_a_source_can_state(golden) -> None:
    """Read it in tests/golden/metadata.ttl: a paper, its three authors by their place, and what it cites."""
    authors = {t.object for t in triples() if t.predicate == vocab.CREATOR}
    golden.check("metadata.ttl", turtle(t for t in triples() if t.subject == PAPER or t.subject in authors))


def test_a_sentence_of_a_section_says_where_it_stands(golden) -> None:
    """Read it in tests/golden/section.ttl: a sentence under a heading, and what a source states of an affiliation."""
    quoted = {
        t.subject for t in triples() if t.predicate == vocab.EXACT and t.object.value in ("TernNet is trained on BirdSet.", HARBOUR.text)
    }  # type: ignore[union-attr]
    ids = {quote.value.removesuffix("/quote") for quote in quoted}  # type: ignore[union-attr]
    golden.check(
        "section.ttl",
        turtle(t for t in triples() if t.subject.value.partition("/quote")[0].removesuffix("/target").removesuffix("/position") in ids),
    )  # type: ignore[union-attr]


def test_authors_of_one_name_are_two_nodes_on_one_paper_and_others_on_another() -> None:
    assert len({author_id(TERN.key, place, "Bo Li") for place in (2, 3)} | {author_id(OLDER.key, 2, "Bo Li")}) == 3
    node = author_iri(author_id(TERN.key, 2, "Bo Li"))
    assert (of(triples(), node, vocab.NAME), of(triples(), node, vocab.POSITION)) == (["Bo Li"], ["2"])
    assert of(triples(), node, vocab.AFFILIATION) == [HARBOUR.text]


@pytest.mark.parametrize("orcid", ["", "0000-0002-1825-009", "0000-0002-1825-0097 ", "https://orcid.org/0000-0002-1825-0097", "x> <y"])
def test_what_is_no_orcid_is_no_link(orcid: str) -> None:
    assert orcid_iri(orcid) is None
    assert not [t for t in described(Metadata((Author("A", orcid),))) if t.predicate == vocab.SAME_AS]


@pytest.mark.parametrize(
    ("licence", "property", "value"),
    [
        ("https://creativecommons.org/licenses/by/4.0/", vocab.LICENSE, "https://creativecommons.org/licenses/by/4.0/"),
        ("CC BY 4.0", vocab.RIGHTS, "CC BY 4.0"),
        ("https://example.org/terms and others", vocab.RIGHTS, "https://example.org/terms and others"),
        ("javascript:alert(1)", vocab.RIGHTS, "javascript:alert(1)"),
    ],
)
def test_a_licence_is_an_address_or_words(licence: str, property: NamedNode, value: str) -> None:
    assert [(t.predicate, t.object.value) for t in described(Metadata(licence=licence))] == [(property, value)]  # type: ignore[union-attr]


def test_an_affiliation_of_nobody_in_particular_is_the_papers() -> None:
    assert of(described(Metadata(affiliations=(Affiliation("Heron Labs"),))), paper_iri("k"), vocab.AFFILIATION) == ["Heron Labs"]


def test_citations_lead_to_the_papers_that_they_are_and_never_to_the_paper_itself() -> None:
    assert of(triples(), PAPER, vocab.CITES) == [paper_iri("arxiv-1706.03762").value, paper_iri(OLDER.key).value]
    assert not [t for t in to_triples(KNOWLEDGE) if t.predicate == vocab.CITES]  # nobody says which papers these are


def test_a_paper_without_metadata_and_sections_is_told_as_ever() -> None:
    bare = replace(TERN, metadata=NO_METADATA, sections=())
    said = (KNOWLEDGE.statements[0],)
    properties = {t.predicate for t in paper_triples(bare, said, cited=cited)}
    assert not properties & {
        vocab.CREATOR,
        vocab.AFFILIATION,
        vocab.VENUE,
        vocab.CATEGORY,
        vocab.LICENSE,
        vocab.COMMENT,
        vocab.CITES,
        vocab.SECTION,
    }


def test_the_evidence_in_an_abstract_is_the_same_with_and_without_a_full_text() -> None:
    last = Statement(TERN.key, f"paper/{TERN.key}", "uses", "method/ternnet", (Evidence(Span(40, 60), Span(43, 48)),), "hand-1.0", "r", 0.5)
    full, bare = (paper_triples(document, (last,)) for document in (TERN, replace(TERN, metadata=NO_METADATA, sections=())))
    assert [t for t in full ^ bare if "/evidence/" in t.subject.value] == []  # type: ignore[union-attr]


@given(
    st.lists(st.tuples(st.sampled_from(["", "1 A", "2 B"]), st.text("ab \n", min_size=1).filter(str.strip)), max_size=3),
    st.sampled_from(["", "An abstract."]),
    st.data(),
)
def test_every_quote_and_its_context_lie_in_the_part_that_the_evidence_names(
    parts: list[tuple[str, str]], abstract: str, data: st.DataObject
) -> None:
    document = Document(
        "k", "s", "p", "T", "T", abstract, sections=tuple(Section(*part) for part in parts), metadata=Metadata(comment="12 pages")
    )
    name, place = data.draw(st.sampled_from(document.places))
    start = data.draw(st.integers(place.start, place.end - 1))
    span = Span(start, data.draw(st.integers(start + 1, place.end)))
    found = list(paper_triples(document, (Statement("k", "paper/k", "uses", "method/x", (Evidence(span, span),), "h-1", "r", 0.5),)))
    texts = {t.predicate: t.object.value for t in found if isinstance(t.object, Literal)}
    assert texts.get(vocab.SECTION, "") == name
    before, after = texts.get(vocab.QUOTE_PREFIX, ""), texts.get(vocab.QUOTE_SUFFIX, "")
    assert before + texts[vocab.EXACT] + after in place.of(document.text)
    assert document.text[span.start - len(before) : span.end + len(after)] == before + texts[vocab.EXACT] + after


def test_what_is_published_of_a_paper_goes_with_it() -> None:
    store = filled(triples())
    kept = set(to_triples(replace(KNOWLEDGE, documents=(OLDER,), entities=(), statements=())))
    published = Published(store, vocab.BASE)
    gone = {*published.of_papers([TERN.key]), *published.of_things(entity.id for entity in KNOWLEDGE.entities)}
    assert set(triples()) - gone == kept


@pytest.mark.parametrize("format", RDF)
def test_a_file_holds_all_and_comes_back(format: str, tmp_path: Path) -> None:
    path = tmp_path / f"graph.{format}"
    path.write_bytes(export(filled(triples()), format))
    assert set(read_triples(path)) == set(triples())
    assert export(filled(list(read_triples(path))), format) == path.read_bytes()


def test_a_paper_is_exported_with_its_authors() -> None:
    alone = to_triples(replace(KNOWLEDGE, documents=(TERN,)), cited=cited)
    assert export(filled(triples()), "ttl", paper=TERN.key) == turtle(alone)
    assert b"schema:Person" in export(filled(triples()), "ttl", evidence=False)
    assert b"Bo Li" not in export(filled(triples()), "csv")


def test_authors_stand_behind_their_paper_in_their_order() -> None:
    text = turtle(triples()).decode()
    names = ["TernNet Sees Birds", "Zoë Tern", "Bo Li", "schema:position 3", "The Older Paper"]
    places = [text.index(f'"{name}"' if "position" not in name else name) for name in names]
    assert places == sorted(places)


def test_the_base_stands_before_authors_and_cited_papers() -> None:
    moved = to_triples(KNOWLEDGE, base="https://lab.example/kg/", cited=cited)
    assert not any(vocab.BASE in str(triple) for triple in moved)


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"), min_size=1), st.text())
def test_any_name_is_text_and_any_orcid_is_one_or_none(name: str, orcid: str) -> None:
    found = described(
        Metadata(
            (Author(name, orcid, (Affiliation(name),)),), venue=name, categories=(name,), comment=name, cites=((Identifier("x", name),),)
        )
    )
    assert {t.object.value for t in found if t.predicate in (vocab.NAME, vocab.VENUE, vocab.CATEGORY, vocab.COMMENT)} == {name}  # type: ignore[union-attr]
    assert entity_iri("paper/x").value.rpartition("/")[0] == f"{vocab.BASE}paper"
    assert all(t.object.value.startswith("https://orcid.org/") for t in found if t.predicate == vocab.SAME_AS)  # type: ignore[union-attr]
