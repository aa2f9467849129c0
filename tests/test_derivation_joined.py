"""Promises 1 and 2 for papers of several sources: the graph is the same bytes whatever came first, and whatever came and went.

Texts share identifiers, cite each other before and after they come, have full texts or a title alone, and state who wrote them.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from itertools import count
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule
from test_derivation import Content, content

from kg.derivation import publish
from kg.extract import Extractor, load
from kg.extract.checked import extract
from kg.log import Log
from kg.model import Affiliation, Author, Document, Extraction, Identifier, Metadata, Record, Section
from kg.store import create_or_open
from kg.text import clean

WORKS = tuple(
    Identifier(scheme, value)
    for scheme, value in (
        ("arxiv", "2401.00001"), ("arxiv", "2401.00002"), ("doi", "10.1000/1"), ("doi", "10.1000/2"), ("openalex", "W1"), ("acl", "2022.naloma-1.1"), ("pmid", "1"),
    )
)  # fmt: skip
ARXIV, OTHER_ARXIV, DOI, _, OPENALEX, ACL, PMID = WORKS
# What texts state of themselves: chains in which one text ties two papers, so that a further one parts or joins others.
STATING = ((), (ARXIV, PMID), (OPENALEX, PMID), (OTHER_ARXIV, OPENALEX), (DOI,), (DOI, PMID), (ACL, OPENALEX))
AUTHORS = (
    Author("Ann Lee"), Author("Lee, Ann", "0000-0002-1825-0097"), Author("Bo Roe", "", (Affiliation("Dept. of Physics, University of Turin, Italy"),)),
    Author("Bo Roe", "", (Affiliation("Turin", "University of Turin", "048tbm396"),)),
)  # fmt: skip
ABSTRACTS = ("", "We use BERT.", "We propose Zauron, a model. Zauron is trained on ImageNet.")
SECTIONS = (
    (), (), (Section("4 Experiments", "We train on 8 NVIDIA A100 GPUs. Zauron is compared with BERT."), Section("Funding", "Paid by DARPA.")),
    (Section("Introduction", "ImageNet is used."),),
)  # fmt: skip
STATED = st.builds(
    Metadata,
    authors=st.lists(st.sampled_from(AUTHORS), max_size=2).map(tuple),
    affiliations=st.sampled_from([(), (Affiliation("Google Research"),)]),
    venue=st.sampled_from(["", "Journal of Things", "J. Things"]),
    categories=st.sampled_from([(), ("cs.CL", "cs.AI"), ("cs.AI",)]),
    licence=st.sampled_from(["", "CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/"]),
    comment=st.sampled_from(["", "12 pages; code at https://github.com/a/b"]),
    code=st.sampled_from([(), ("https://github.com/a/b",), ("https://github.com/c/d",)]),
    cites=st.lists(st.lists(st.sampled_from(WORKS), min_size=1, max_size=2).map(tuple), max_size=3).map(tuple),
)
RECORDS = st.builds(
    lambda identifiers, title, abstract, sections, issued, metadata: Record(
        "", "1", title, abstract, identifiers, issued=issued, sections=sections, metadata=metadata
    ),
    st.sampled_from(STATING), st.sampled_from(["A title", "Another title"]), st.sampled_from(ABSTRACTS),
    st.sampled_from(SECTIONS), st.sampled_from(["", "2024-01-01"]), STATED,
)  # fmt: skip


@cache
def extractor() -> Extractor:
    return load("rules")


def read(record: Record) -> tuple[Document, Extraction]:
    document = clean(record)
    assert isinstance(document, Document)
    found = extract(extractor(), document)
    assert isinstance(found, Extraction)
    return document, found


def put(store: Path, texts: Iterable[tuple[Document, Extraction]], *, published: bool = True) -> None:
    with create_or_open(store) as folder, Log(folder.log_path) as log:
        for document, found in texts:
            log.put(document, found, "rules-1")
        if published:
            publish(folder, log)


def at_once(texts: Iterable[tuple[Document, Extraction]]) -> Content:
    """What is published of these texts where nothing was before."""
    with tempfile.TemporaryDirectory() as place:
        put(Path(place) / "store", texts)
        return content(Path(place) / "store")


def test_a_text_goes_over_to_a_preprint_that_comes_later(tmp_path: Path) -> None:
    """It was part of the one, and is part of the other: both are told anew."""
    first, between, second = (
        read(Record(f"{number}.json", "1", "A title", "", stated, issued="2024-01-01" if number == 1 else ""))
        for number, stated in enumerate([(ARXIV, PMID), (OPENALEX, PMID), (OTHER_ARXIV, OPENALEX)])
    )
    with patch("kg.derivation._ANEW_SHARE", 100):
        put(tmp_path / "store", [first, between])
        put(tmp_path / "store", [second])
    assert content(tmp_path / "store") == at_once([second, between, first])


def test_a_paper_that_is_found_to_be_another_leaves_nothing_behind(tmp_path: Path) -> None:
    """Its text is still there, as part of the other, but it is no paper any more."""
    alone = read(
        Record("1.json", "1", "A title", "We use BERT.", (PMID,), metadata=Metadata(affiliations=(Affiliation("Google Research"),)))
    )
    better = read(Record("2.json", "1", "A title", "", (ARXIV, PMID)))
    with patch("kg.derivation._ANEW_SHARE", 100):
        put(tmp_path / "store", [alone])
        put(tmp_path / "store", [better])
    assert content(tmp_path / "store") == at_once([better, alone])


class Joined(RuleBasedStateMachine):
    """Texts that come one by one or together, and papers that go."""

    def __init__(self) -> None:
        super().__init__()
        self.place = Path(tempfile.mkdtemp())
        self.store = self.place / "store"
        self.texts: list[tuple[Document, Extraction]] = []
        self.numbers = count()
        self.patches = (
            patch("os.fsync"),  # what survives a power cut is not tested here
            patch("kg.derivation._ANEW_SHARE", 100),  # few papers, of which most change: else all is derived anew each time
        )
        for one in self.patches:
            one.start()

    @rule(records=st.lists(RECORDS, min_size=1, max_size=3), published=st.booleans())
    def build(self, records: list[Record], published: bool) -> None:
        new = [read(replace(record, source=f"{next(self.numbers)}.json")) for record in records]  # each of a source of its own
        put(self.store, new, published=published)
        self.texts += new

    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        if not self.texts:
            return
        with create_or_open(self.store) as folder, Log(folder.log_path) as log:
            gone = data.draw(st.sampled_from(log.keys()))
            self.texts = [text for text in self.texts if log.canonical(text[0].key) != gone]
            log.remove([gone])
            publish(folder, log)

    def teardown(self) -> None:
        try:
            if self.store.exists():
                put(self.store, ())
                assert content(self.store) == at_once(reversed(self.texts))
        finally:
            for one in self.patches:
                one.stop()
            shutil.rmtree(self.place, ignore_errors=True)


Joined.TestCase.settings = settings(max_examples=60, stateful_step_count=5, deadline=None, suppress_health_check=list(HealthCheck))
TestJoined = pytest.mark.slow(Joined.TestCase)
