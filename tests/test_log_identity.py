"""One paper from several sources is one paper in the log, with all identifiers and the best metadata, whatever came first."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.log import Log
from kg.model import Affiliation, Author, Document, Extraction, Identifier, Metadata, Section, SectionKind
from kg.text.identity import key

ARXIV, DOI, OPENALEX = Identifier("arxiv", "2401.00001"), Identifier("doi", "10.1000/1"), Identifier("openalex", "W1")


def text(
    *identifiers: Identifier, source: str = "a.txt", title: str = "A title", abstract: str = "We built it.", **more: object
) -> Document:
    found = tuple(sorted(identifiers))
    return Document(key(found, title), source, "1", title, title, abstract, found, **more)  # type: ignore[arg-type]


def put(log: Log, *documents: Document) -> None:
    for document in documents:
        log.put(document, Extraction(), "rules-1")


SNAPSHOT = text(ARXIV, DOI, source="arxiv.jsonl", issued="2024-01-01", version=1)
PUBLISHER = text(
    DOI, source="crossref.json", abstract="", issued="2024-06-01",
    metadata=Metadata(authors=(Author("Ann Lee", "", (Affiliation("University of Turin"),)),), venue="Journal of Things"),
)  # fmt: skip
CATALOGUE = text(DOI, OPENALEX, source="openalex.jsonl", abstract="", metadata=Metadata(authors=(Author("A. Lee"),), venue="J. Things"))


@pytest.mark.parametrize("documents", list(permutations([SNAPSHOT, PUBLISHER, CATALOGUE])))
def test_papers_that_share_an_identifier_are_one(tmp_path: Path, documents: tuple[Document, ...]) -> None:
    with Log(tmp_path / "log.sqlite") as log:
        put(log, *documents)
        (paper,) = log.papers()
        assert log.keys() == ("arxiv-2401.00001",) == (paper.document.key,)
        assert paper.document.identifiers == (ARXIV, DOI, OPENALEX)
        assert (paper.document.abstract, paper.document.issued) == ("We built it.", "2024-01-01")  # of the text that has an abstract
        assert paper.document.metadata.authors[0].affiliations  # the authors of whom more is known
        assert paper.document.metadata.venue == "Journal of Things"  # of the newer text that states one
        assert log.count() == 1
        assert log.paper("doi-10.1000%2F1") is None
        assert {Path(source).name for source, _ in log.sources(paper.document.key)} == {"arxiv.jsonl", "crossref.json", "openalex.jsonl"}


def test_a_text_without_identifiers_is_the_paper_that_has_its_title(tmp_path: Path) -> None:
    title = "A long title of one paper alone"
    with Log(tmp_path / "log.sqlite") as log:
        put(log, text(title=title), text(title="Short title"), text(ARXIV, title=title.upper()), text(OPENALEX, title="Short title"))
        assert log.keys() == ("arxiv-2401.00001", "openalex-W1", key((), "Short title"))
        put(log, text(DOI, title=title))  # now two papers have the title
        assert log.count() == 5
        assert log.knows(text(title=title))
        assert not log.knows(text(title="Another long title of one paper alone"))


def test_a_title_that_begins_like_an_identifier_is_none(tmp_path: Path) -> None:
    title = "ACL-based linking of all the papers"
    with Log(tmp_path / "log.sqlite") as log:
        put(log, text(title=title), text(Identifier("mag", "7"), title=title))
        assert log.keys() == ("mag-7",)


def test_two_preprints_with_one_doi_stay_two(tmp_path: Path) -> None:
    with Log(tmp_path / "log.sqlite") as log:
        put(log, text(ARXIV, DOI), text(Identifier("arxiv", "2401.00002"), DOI))
        assert log.keys() == ("arxiv-2401.00001", "arxiv-2401.00002")


def test_a_full_text_stands_before_a_newer_abstract(tmp_path: Path) -> None:
    full = text(ARXIV, source="a.tei.xml", version=1, sections=(Section("Results", "It works.", (), SectionKind.EXPERIMENTS),))
    with Log(tmp_path / "log.sqlite") as log:
        put(log, full, text(ARXIV, DOI, abstract="We built it again.", version=2))
        (paper,) = log.papers()
        assert paper.document.text == "A title\n\nWe built it.\n\nResults\n\nIt works."
        assert paper.document.identifiers == (ARXIV, DOI)


def test_removing_a_paper_removes_all_that_is_one_with_it(tmp_path: Path) -> None:
    with Log(tmp_path / "log.sqlite") as log:
        put(log, SNAPSHOT, PUBLISHER, text(title="Another"))
        assert log.remove(["arxiv-2401.00001"]) == ("arxiv-2401.00001",)
        assert [document.title for document in log.documents()] == ["Another"]


def test_a_cited_work_is_the_paper_that_has_its_identifier(tmp_path: Path) -> None:
    with Log(tmp_path / "log.sqlite") as log:
        assert log.cited((DOI,)) == "doi-10.1000%2F1"  # what its key would be
        put(log, SNAPSHOT)
        assert log.cited((DOI,)) == "arxiv-2401.00001"
        assert log.cited((OPENALEX, DOI)) == "arxiv-2401.00001"


def test_a_text_that_goes_over_to_another_preprint_changes_both(tmp_path: Path) -> None:
    """A text may be tied to two preprints; which of them it is part of depends on all identifiers."""
    first = text(ARXIV, Identifier("pmid", "1"))
    between = text(OPENALEX, Identifier("pmid", "1"))
    with Log(tmp_path / "log.sqlite") as log:
        put(log, first, between)
        assert log.canonical(between.key) == first.key
        log.settle(log.changes())
        put(log, second := text(Identifier("arxiv", "2401.00002"), OPENALEX))
        assert log.canonical(between.key) == second.key
        assert log.changes() == tuple(sorted([first.key, second.key, between.key]))


IDENTIFIERS = st.sampled_from([Identifier(scheme, str(n)) for scheme in ("arxiv", "doi", "openalex", "pmid") for n in range(3)])
LONG = ("A long title of one paper alone", "Another long title of one paper")
TEXTS = st.builds(
    lambda identifiers, source, title, abstract, cites: text(
        *identifiers, source=source, title=title, abstract=abstract, metadata=Metadata(cites=tuple(sorted({(one,) for one in cites})))
    ),
    st.sets(IDENTIFIERS, max_size=3), st.sampled_from(["a", "b"]), st.sampled_from(["A title", *LONG]), st.sampled_from(["", "One.", "Two."]), st.sets(IDENTIFIERS, max_size=2),
)  # fmt: skip
STEPS = st.lists(st.tuples(st.booleans(), TEXTS), min_size=1, max_size=12)


@settings(max_examples=150, deadline=None)
@given(steps=STEPS)
def test_following_what_changed_gives_what_all_papers_give(
    steps: list[tuple[bool, Document]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Promise 2, for papers that are joined and parted: whoever keeps what `changes` names has what `papers` gives."""
    followed: dict[str, tuple[Document, tuple[str, ...]]] = {}
    with Log(tmp_path_factory.mktemp("log") / "log.sqlite") as log:

        def told(document: Document) -> tuple[Document, tuple[str, ...]]:
            return document, tuple(log.cited(work) for work in document.metadata.cites)

        for taken, document in steps:
            if taken:
                log.remove([log.canonical(document.key)])
            else:
                put(log, document)
            changes = log.changes()
            for changed in changes:
                followed.pop(changed, None)
                paper = log.paper(changed)
                if paper is not None:
                    followed[changed] = told(paper.document)
            log.settle(changes)
            assert log.changes() == ()
            assert followed == {paper.document.key: told(paper.document) for paper in log.papers()}


@settings(max_examples=100, deadline=None)
@given(documents=st.lists(TEXTS, max_size=6), data=st.data())
def test_the_order_in_which_texts_come_changes_nothing(
    documents: list[Document], data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    unique = list(
        {(document.key, document.content_hash): replace(document, source=f"{n}") for n, document in enumerate(documents)}.values()
    )
    other = data.draw(st.permutations(unique))
    folder = tmp_path_factory.mktemp("logs")
    with Log(folder / "one.sqlite") as one, Log(folder / "other.sqlite") as two:
        put(one, *unique)
        put(two, *other)
        assert list(one.papers()) == list(two.papers())
        assert one.fingerprint() == two.fingerprint()


def test_a_log_that_was_written_before_papers_were_joined_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite"
    with Log(path) as log:
        put(log, SNAPSHOT, PUBLISHER)
    with sqlite3.connect(path) as db:
        for table in ("identifier", "cited"):
            db.execute(f"DROP TABLE {table}")
        db.execute("DROP TRIGGER paper_unidentified")
    with Log(path, readonly=True) as log:
        assert log.count() == 2  # as it was, where nothing may be written
    with Log(path) as log:
        assert log.keys() == ("arxiv-2401.00001",)
