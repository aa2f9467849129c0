"""The extraction log keeps papers exactly, decides between their texts, and says clearly when it cannot."""

from __future__ import annotations

import dataclasses
import os
import sqlite3
import subprocess
import sys
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import StoreError
from kg.log import Log, decode_document, decode_extraction, encode_document, encode_extraction
from kg.model import (
    Abbreviation,
    Affiliation,
    Author,
    Document,
    EntityClaim,
    EntityType,
    Evidence,
    Extraction,
    Identifier,
    LinkClaim,
    LinkKind,
    Mention,
    Metadata,
    Rejection,
    Relation,
    RelationClaim,
    Role,
    Section,
    SectionKind,
    Span,
)

ANY_TEXT = st.text(st.characters(codec=None), max_size=30)  # every code point, lone surrogates too
SCORES = st.floats(0, 1)
SPANS = st.builds(lambda start, length: Span(start, start + length), st.integers(0, 9999), st.integers(1, 99))
EVIDENCE = st.lists(st.builds(Evidence, SPANS, SPANS, st.none() | SPANS), min_size=1, max_size=3).map(tuple)
MENTIONS = st.builds(Mention, SPANS, ANY_TEXT, st.sampled_from(EntityType), ANY_TEXT, SCORES)
CLAIMS = st.builds(
    EntityClaim,
    name=ANY_TEXT,
    type=st.sampled_from(EntityType),
    aliases=st.lists(ANY_TEXT, max_size=3).map(tuple),
    mentions=st.lists(MENTIONS, min_size=1, max_size=3).map(tuple),
    role=st.sampled_from(Role),
    evidence=EVIDENCE,
    rule=ANY_TEXT,
    score=SCORES,
    count=st.none() | st.integers(0, 10**6),
    memory=st.none() | st.floats(0, 1e6),
    hours=st.none() | st.floats(0, 1e6),
)
RELATIONS = st.builds(RelationClaim, st.integers(0, 9), st.sampled_from(Relation), st.integers(0, 9), EVIDENCE, ANY_TEXT, SCORES)
LINKS = st.builds(LinkClaim, ANY_TEXT, st.sampled_from(LinkKind), EVIDENCE, ANY_TEXT, SCORES)
EXTRACTIONS = st.builds(
    Extraction,
    st.lists(CLAIMS, max_size=3).map(tuple),
    st.lists(RELATIONS, max_size=3).map(tuple),
    st.lists(LINKS, max_size=3).map(tuple),
    st.lists(st.builds(Abbreviation, SPANS, SPANS, SPANS), max_size=2).map(tuple),
)
AFFILIATIONS = st.lists(st.builds(Affiliation, ANY_TEXT, ANY_TEXT, ANY_TEXT), max_size=2).map(tuple)
DOCUMENTS = st.builds(
    Document,
    key=ANY_TEXT,
    source=ANY_TEXT,
    place=ANY_TEXT,
    source_title=ANY_TEXT,
    title=ANY_TEXT,
    abstract=ANY_TEXT,
    identifiers=st.lists(st.builds(Identifier, ANY_TEXT, ANY_TEXT), max_size=2).map(tuple),
    issued=ANY_TEXT,
    version=st.integers(0, 99),
    sections=st.lists(
        st.builds(Section, ANY_TEXT, ANY_TEXT, st.lists(ANY_TEXT, max_size=2).map(tuple), st.sampled_from(SectionKind)), max_size=2
    ).map(tuple),
    metadata=st.builds(
        Metadata,
        authors=st.lists(st.builds(Author, ANY_TEXT, ANY_TEXT, AFFILIATIONS), max_size=2).map(tuple),
        affiliations=AFFILIATIONS,
        venue=ANY_TEXT,
        categories=st.lists(ANY_TEXT, max_size=2).map(tuple),
        licence=ANY_TEXT,
        comment=ANY_TEXT,
        code=st.lists(ANY_TEXT, max_size=2).map(tuple),
        cites=st.lists(st.lists(st.builds(Identifier, ANY_TEXT, ANY_TEXT), min_size=1, max_size=2).map(tuple), max_size=2).map(tuple),
    ),
)


def paper(key: str = "arxiv-1", *, abstract: str = "We built it.", source: str = "a.txt", place: str = "1", **fields: object) -> Document:
    return dataclasses.replace(Document(key, source, place, "A title", "A title", abstract), **fields)


@given(EXTRACTIONS)
def test_an_extraction_survives_its_encoding(extraction: Extraction) -> None:
    assert decode_extraction(encode_extraction(extraction)) == extraction


@given(DOCUMENTS)
def test_a_document_survives_its_encoding(document: Document) -> None:
    assert decode_document(encode_document(document)) == document


@settings(max_examples=20)
@given(extraction=EXTRACTIONS)
def test_what_is_put_comes_back_after_reopening(tmp_path_factory: pytest.TempPathFactory, extraction: Extraction) -> None:
    path = tmp_path_factory.mktemp("log") / "log.sqlite"
    with Log(path) as log:
        log.put(paper(), extraction, "rules-1")
    with Log(path, readonly=True) as log:
        (logged,) = log.papers()
    assert (logged.document, logged.extraction, logged.extractor) == (paper(), extraction, "rules-1")


def test_has_tells_text_and_extractor_apart(tmp_path: Path) -> None:
    with Log(tmp_path / "log.sqlite") as log:
        log.put(paper(), Extraction(), "rules-1")
        assert log.has(paper(), "rules-1")
        assert log.has(paper(source="elsewhere.txt"), "rules-1")  # where a text was read does not matter
        assert not log.has(paper(), "rules-2")
        assert not log.has(paper(abstract="Other words."), "rules-1")
        assert "arxiv-1" in log
        assert "arxiv-2" not in log


VERSIONS = [
    paper(abstract="First, and by far the longest of all.", source="a.txt", version=1, issued="2024-05-05"),
    paper(abstract="Second.", source="b.txt", version=2, issued="2024-01-01"),
    paper(abstract="Second, later and longer.", source="c.txt", version=2, issued="2024-02-02"),
    paper(abstract="Second, later.", source="d.txt", version=2, issued="2024-02-02"),
]


@pytest.mark.parametrize("order", list(permutations(VERSIONS)))
def test_the_text_that_stands_does_not_depend_on_the_order(tmp_path: Path, order: tuple[Document, ...]) -> None:
    with Log(tmp_path / "log.sqlite") as log:
        for document in order:
            log.put(document, Extraction(), "rules-1")
        (logged,) = log.papers()
        assert logged.document.abstract == "Second, later and longer."
        assert log.paper("arxiv-1") == logged


def test_an_edited_file_replaces_what_it_said(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite"
    with Log(path) as log:
        log.put(paper(abstract="A long first wording of the abstract."), Extraction(), "rules-1")
    with Log(path) as log:
        log.put(paper(abstract="Shorter."), Extraction(), "rules-1")
        assert [p.document.abstract for p in log.papers()] == ["Shorter."]


def test_a_text_that_another_source_still_holds_stays(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite"
    long = "A long first wording of the abstract."
    with Log(path) as log:
        log.put(paper(abstract=long, source="a.txt"), Extraction(), "rules-1")
        log.put(paper(abstract=long, source="b.txt"), Extraction(), "rules-1")
    with Log(path) as log:
        log.put(paper(abstract="Shorter.", source="a.txt"), Extraction(), "rules-1")
        assert [p.document.abstract for p in log.papers()] == [long]


def test_two_versions_in_one_file_are_both_kept_in_either_order(tmp_path: Path) -> None:
    winners = set()
    for number, versions in enumerate(permutations([paper(abstract="One.", version=1), paper(abstract="Two.", version=2)])):
        with Log(tmp_path / f"{number}.sqlite") as log:
            for document in versions:
                log.put(document, Extraction(), "rules-1")
            winners.update(p.document.abstract for p in log.papers())
    assert winners == {"Two."}


def test_a_file_read_again_keeps_the_versions_it_still_holds_at_every_moment(tmp_path: Path) -> None:
    path, versions = tmp_path / "log.sqlite", [paper(abstract="One.", version=1), paper(abstract="Two.", version=2)]
    with Log(path) as log:
        for document in versions:
            log.put(document, Extraction(), "rules-1")
    with Log(path) as log:
        for document in versions:
            log.touch(document)
            assert [p.document.version for p in log.papers()] == [2]
        log.end()
        assert [p.document.version for p in log.papers()] == [2]
    with Log(path) as log:
        log.touch(versions[0])
        log.end()  # the second version is in the file no more
        assert [p.document.version for p in log.papers()] == [1]


def test_standard_input_replaces_nothing(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite"
    for version in (2, 1):
        with Log(path) as log:
            log.put(paper(source="-", abstract=f"Version {version}.", version=version), Extraction(), "rules-1")
    with Log(path) as log:
        assert [p.document.version for p in log.papers()] == [2]


def test_papers_come_sorted_by_key(tmp_path: Path) -> None:
    keys = ["zeta-1", "arxiv-2", "Ω-3", "arxiv-10"]
    with Log(tmp_path / "log.sqlite") as log:
        for key in keys:
            log.put(paper(key), Extraction(), "rules-1")
        assert [p.document.key for p in log.papers()] == sorted(keys) == list(log.keys())


def test_a_removed_paper_is_gone_with_all_its_texts(tmp_path: Path) -> None:
    with Log(tmp_path / "log.sqlite") as log:
        for document in (*VERSIONS, paper("arxiv-2")):
            log.put(document, Extraction(), "rules-1")
        assert log.remove(["arxiv-1", "arxiv-9"]) == ("arxiv-1",)
        assert log.keys() == ("arxiv-2",)
        assert log.sources("arxiv-1") == ()


def test_the_fingerprint_follows_what_stands(tmp_path: Path) -> None:
    with Log(tmp_path / "a.sqlite") as log, Log(tmp_path / "b.sqlite") as other:
        empty = log.fingerprint()
        log.put(VERSIONS[0], Extraction(), "rules-1")
        first = log.fingerprint()
        log.put(VERSIONS[2], Extraction(), "rules-1")
        newest = log.fingerprint()
        for version in (VERSIONS[2], VERSIONS[0]):
            other.put(version, Extraction(), "rules-1")
        assert other.fingerprint() == newest
        other.put(VERSIONS[2], Extraction(), "rules-2")
        assert len({empty, first, newest, other.fingerprint()}) == 4


def test_rejections_are_replaced_when_their_source_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite"
    bad = [Rejection("a.jsonl", f"line {n}", "read", "bad-json", "not JSON: repair the line") for n in (2, 7)]
    elsewhere = Rejection("b.bin", "", "read", "binary", "not text")
    with Log(path) as log:
        for rejection in (*bad, elsewhere):
            log.reject(rejection)
        assert [r.place for r in log.rejections()] == ["line 2", "line 7", ""]
    with Log(path) as log:
        log.begin("a.jsonl")
        log.reject(bad[1])
    with Log(path) as log:
        assert [(Path(r.source).name, r.place) for r in log.rejections()] == [("a.jsonl", "line 7"), ("b.bin", "")]


def test_a_file_name_that_is_not_utf8_is_kept_readable(tmp_path: Path) -> None:
    with Log(tmp_path / "log.sqlite") as log:
        log.reject(Rejection("caf\udce9.txt", "", "read", "not-utf8", "caf\udce9"))
        log.put(paper(source="caf\udce9.txt"), Extraction(), "rules-1")
        assert "\\udce9" in log.rejections()[0].source
        assert next(log.papers()).document.source == "caf\udce9.txt"


def test_what_was_put_is_there_without_closing(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite"
    log = Log(path)
    log.put(paper(), Extraction(), "rules-1")
    with Log(path, readonly=True) as reader:  # as after a kill: nothing was closed
        assert reader.keys() == ("arxiv-1",)
    log.close()


def test_a_batch_is_on_disk_as_a_whole_and_not_before_it_is_committed(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite"
    log = Log(path)
    with Log(path, readonly=True) as reader:
        with log.batch():
            log.put(paper(), Extraction(), "rules-1")
            log.reject(Rejection("b.bin", "", "read", "binary", "not text"))
            assert (reader.keys(), reader.rejections()) == ((), ())
            log.commit()
            assert (reader.keys(), len(reader.rejections())) == (("arxiv-1",), 1)
            log.put(paper("arxiv-2"), Extraction(), "rules-1")
            assert reader.keys() == ("arxiv-1",)
        assert reader.keys() == ("arxiv-1", "arxiv-2")
        log.put(paper("arxiv-3"), Extraction(), "rules-1")  # on its own again
        assert len(reader.keys()) == 3
    log.close()


def test_an_error_within_a_batch_keeps_the_papers_before_it_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(self: Log, document: Document) -> None:
        raise KeyboardInterrupt

    path = tmp_path / "log.sqlite"
    log = Log(path)
    with log, log.batch():
        log.put(paper(), Extraction(), "rules-1")
        monkeypatch.setattr(Log, "_note_source", interrupted)  # between the two rows of a paper
        with pytest.raises(KeyboardInterrupt):
            log.put(paper("arxiv-2"), Extraction(), "rules-1")
    with Log(path, readonly=True) as log:
        assert log.keys() == ("arxiv-1",)
        assert log.sources("arxiv-1") != ()


def test_settings_are_kept(tmp_path: Path) -> None:
    with Log(tmp_path / "log.sqlite") as log:
        assert log.meta("base") is None
        log.set_meta("base", "https://example.org/")
        assert log.meta("base") == "https://example.org/"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"this is not a database, whatever its name says" * 30, "damaged"),
        (b"SQLite format 3\x00" + b"\xff" * 4096, "damaged"),
    ],
)
def test_a_damaged_file_is_one_clear_error(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "log.sqlite").write_bytes(content)
    with pytest.raises(StoreError, match=words) as caught:
        Log(tmp_path / "log.sqlite")
    assert "kg build" in caught.value.hint
    assert (tmp_path / "log.sqlite").read_bytes() == content


def test_a_foreign_or_newer_database_is_left_alone(tmp_path: Path) -> None:
    foreign, newer = tmp_path / "foreign.sqlite", tmp_path / "newer.sqlite"
    with sqlite3.connect(foreign) as db:
        db.execute("CREATE TABLE mine (x)")
    db.close()
    with pytest.raises(StoreError, match="not an extraction log"):
        Log(foreign)
    Log(newer).close()
    for version, hint in ((99, "install"), (1, "kg build")):
        with sqlite3.connect(newer) as db:
            db.execute(f"PRAGMA user_version = {version}")
        db.close()
        with pytest.raises(StoreError, match=f"format {version}") as caught:
            Log(newer)
        assert hint in caught.value.hint


def test_an_absent_log_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as caught:
        Log(tmp_path / "log.sqlite", readonly=True)
    assert "kg build" in caught.value.hint
    assert not (tmp_path / "log.sqlite").exists()


def test_a_broken_row_names_its_paper(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite"
    with Log(path) as log:
        log.put(paper(), Extraction(), "rules-1")
    with sqlite3.connect(path) as db:
        db.execute("UPDATE paper SET extraction = '[1, 2'")
    db.close()
    with Log(path) as log, pytest.raises(StoreError, match="arxiv-1"):
        list(log.papers())


@pytest.mark.skipif(not hasattr(os, "setuid"), reason="needs POSIX users")
def test_a_log_is_read_where_nothing_may_be_written(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    folder.mkdir()
    with Log(folder / "log.sqlite") as log:
        log.put(paper(), Extraction(), "rules-1")
    (folder / "log.sqlite").chmod(0o444)
    folder.chmod(0o555)
    script = f"""
import os, sys
sys.path.insert(0, {str(Path(__file__).parents[1])!r})
from kg.errors import StoreError
from kg.log import Log
if os.geteuid() == 0:
    for part in {[str(p) for p in folder.parents if p.stat().st_mode & 0o005 != 0o005]!r}:  # pytest's own folders
        os.chmod(part, 0o755)
    os.setgid(65534); os.setuid(65534)
with Log({str(folder / "log.sqlite")!r}, readonly=True) as log:
    print(log.keys())
try:
    with Log({str(folder / "log.sqlite")!r}) as log:
        log.set_meta("base", "x")
except StoreError as error:
    print(error.hint)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    folder.chmod(0o755)
    assert done.stdout.splitlines()[0] == "('arxiv-1',)", done.stderr
    assert "allow writing" in done.stdout.splitlines()[1]
