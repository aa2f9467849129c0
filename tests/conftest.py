"""One small graph that many tests read, built by hand: three made-up papers, their entities and what they say."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from pyoxigraph import Quad, Store, Triple

from kg.graph import to_triples
from kg.model import Candidate, Document, Entity, EntityType, Evidence, Identifier, Kind, Knowledge, Merge, Span, Statement

# The first example of a property loads models and lists: no test fails for the time that a busy machine takes.
settings.register_profile("kg", deadline=None)
settings.load_profile("kg")

GOLDEN = Path(__file__).parent / "golden"

OWL = Document(
    key="arxiv-2401.00001", source="made-up.txt", place="paper 1",
    source_title="OwlNet: Night Vision for Small Drones", title="OwlNet: Night Vision for Small Drones",
    abstract="We propose OwlNet, built on LampNet. It is trained on DuskSet with 8 Nimbus X2 GPUs at Harbour University.\n\n"
    "It beats LampNet at night vision. Code: https://example.org/owl?a=1&b=(2)",
    identifiers=(Identifier("arxiv", "2401.00001"), Identifier("doi", "10.1234/owl.1"), Identifier("pmid", "77")),
    issued="2024-01-02",
)  # fmt: skip
LAMP = Document(
    key="lampnet-lights-duskset-0a1b2c3d", source="made-up.txt", place="paper 2",
    source_title="LampNet lights DuskSet", title="LampNet lights DuskSet", abstract="",
)  # fmt: skip
ODD = Document(
    key="doi-10.5%2Fodd", source="made-up.txt", place="paper 3",
    source_title="odd", title='Ödd "quoted" \\ 😀 </script>', abstract="=SUM(A1) draws on DuskSet\tand 日本語コーパス. The 日本語コーパス (NGC) is small.",
    identifiers=(Identifier("doi", "10.5/odd"),),
)  # fmt: skip


def say(
    document: Document, subject: str, predicate: str, object: str, sentence: str, object_words: str,
    subject_words: str = "", score: float = 0.9, count: int | None = None,
) -> Statement:  # fmt: skip
    """A statement of `document` that the first place of `sentence` in its text says."""
    start = document.text.index(sentence)
    ends = [_mark(sentence, words, start) for words in (object_words, subject_words)]
    evidence = Evidence(Span(start, start + len(sentence)), ends[0] or Span(start, start + 1), ends[1])
    rule = f"{predicate}.by-hand"
    return Statement(document.key, subject, predicate, object, (evidence,), "hand-1.0", rule, score, count)


def _mark(sentence: str, words: str, offset: int) -> Span | None:
    return Span(offset + sentence.index(words), offset + sentence.index(words) + len(words)) if words else None


def _statements() -> tuple[Statement, ...]:
    owl, lamp, odd = (f"paper/{document.key}" for document in (OWL, LAMP, ODD))
    propose = "We propose OwlNet, built on LampNet."
    train = "It is trained on DuskSet with 8 Nimbus X2 GPUs at Harbour University."
    beat, link = "It beats LampNet at night vision.", "Code: https://example.org/owl?a=1&b=(2)"
    draw = "=SUM(A1) draws on DuskSet\tand 日本語コーパス."
    return (
        say(OWL, owl, "introduces", "method/owlnet", propose, "OwlNet", score=1.0),
        say(OWL, owl, "comparesWith", "method/lampnet", beat, "LampNet"),
        say(OWL, owl, "uses", "dataset/duskset", train, "DuskSet", score=0.12345),
        say(OWL, owl, "runsOn", "hardware/nimbus-x2", train, "Nimbus X2 GPUs", count=8),
        say(OWL, owl, "affiliatedWith", "organisation/harbour-university", train, "Harbour University"),
        say(OWL, owl, "addresses", "task/night-vision", beat, "night vision"),
        say(OWL, owl, "codeRepository", "https://example.org/owl?a=1&b=(2)", link, "https://example.org/owl?a=1&b=(2)", score=1.0),
        say(OWL, "method/owlnet", "basedOn", "method/lampnet", propose, "LampNet", "OwlNet", 0.75),
        say(LAMP, lamp, "introduces", "method/lampnet", LAMP.title, "LampNet"),
        say(LAMP, lamp, "evaluatesOn", "dataset/duskset", LAMP.title, "DuskSet"),
        say(LAMP, "method/lampnet", "evaluatedOn", "dataset/duskset", LAMP.title, "DuskSet", "LampNet"),
        say(ODD, odd, "uses", "dataset/duskset", draw, "DuskSet"),
        say(ODD, odd, "introduces", "method/=sum(a1)", draw, "=SUM(A1)"),
        say(ODD, odd, "mentions", "dataset/日本語コーパス", draw, "日本語コーパス"),
    )


def _defined(document: Document, sentence: str, short: str, long: str) -> Merge:
    """That `document` defines `short` as short for `long` in `sentence`."""
    start = document.text.index(sentence)
    span, (at, of) = Span(start, start + len(sentence)), (_mark(sentence, words, start) for words in (short, long))
    assert at is not None
    reason = f"'{short}' is defined as short for '{long}'"
    return Merge(short, "abbreviation", 0.97, reason, document.key, Evidence(span, at, of))


NGC = _defined(ODD, "The 日本語コーパス (NGC) is small.", "NGC", "日本語コーパス")
DUSK = Merge("Dusk Set", "spelling", 0.98, "'Dusk Set' is 'DuskSet' written otherwise")
NIMBUS = Merge("Nimbus X2 GPUs", "gazetteer", 0.99, "'Nimbus X2 GPUs' is a name of 'Nimbus X2' in the list of known hardware")
KNOWLEDGE = Knowledge(
    documents=(OWL, ODD, LAMP),
    entities=(
        Entity("dataset/duskset", EntityType.DATASET, "DuskSet", ("Dusk Set", "DuskSet"), merges=(DUSK,)),
        Entity("dataset/日本語コーパス", EntityType.DATASET, "日本語コーパス", ("NGC",), "NGC", "dataset/duskset", (NGC,)),
        Entity("hardware/nimbus-x2", EntityType.HARDWARE, "Nimbus X2", ("Nimbus X2 GPUs",), broader="kind/nimbus-gpu", merges=(NIMBUS,)),
        Entity("method/=sum(a1)", EntityType.METHOD, "=SUM(A1)"),
        Entity("method/lampnet", EntityType.METHOD, "LampNet"),
        Entity("method/owlnet", EntityType.METHOD, "OwlNet"),
        Entity("organisation/harbour-university", EntityType.ORGANISATION, "Harbour University"),
        Entity("task/night-vision", EntityType.TASK, "night vision"),
    ),
    statements=_statements(),
    candidates=(Candidate("method/lampnet", "method/owlnet", 0.4, "a paper calls one thing 'LampNet' and 'OwlNet'"),),
    kinds=(Kind("kind/gpu", "GPU", ("graphics card",)), Kind("kind/nimbus-gpu", "Nimbus GPU", (), "kind/gpu")),
)


_ROOM = 4 * 2**30  # bytes; all tests together leave a tenth of that


def pytest_configure() -> None:
    """Let tests write to memory where there is room: on a disk they mostly wait for what only a power cut would show."""
    memory = Path("/dev/shm")
    if "TMPDIR" in os.environ or not memory.is_dir():
        return
    found = os.statvfs(memory)
    if found.f_bavail * found.f_frsize >= _ROOM and not found.f_flag & os.ST_NOEXEC:
        os.environ["TMPDIR"] = str(memory)
        tempfile.tempdir = None


_LONG = ("test_derivation.py", "test_pages_browser.py", "test_browser.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest, so that no processor is idle at the end."""
    items.sort(key=lambda item: item.path.name not in _LONG)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Any]:
    """What drives browsers: one for all tests of a process, since a second cannot be started beside it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        yield started


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rewrite-golden", action="store_true", help="write tests/golden/* anew; read the diff before you commit it")


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    """Three papers and what they say."""
    return KNOWLEDGE


@pytest.fixture
def triples() -> list[Triple]:
    """The graph of `knowledge`."""
    return to_triples(KNOWLEDGE)


@pytest.fixture
def store(triples: list[Triple]) -> Store:
    """A store in memory that holds the graph of `knowledge`."""
    return fill(triples)


def fill(triples: list[Triple]) -> Store:
    """A store in memory with these triples, added in their order."""
    store = Store()
    store.extend(Quad(*triple) for triple in triples)
    return store


class Golden:
    """Compares bytes with a file in tests/golden, or writes the file when pytest runs with --rewrite-golden."""

    def __init__(self, rewrite: bool) -> None:
        self.rewrite = rewrite

    def check(self, name: str, content: bytes) -> None:
        path = GOLDEN / name
        if self.rewrite:
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)
        assert content.decode() == path.read_bytes().decode()


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Golden files; `golden.check("name.ttl", content)`."""
    return Golden(request.config.getoption("--rewrite-golden"))
