"""A few invented papers as graphs, and a browser to open pages in."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from explorer import READY

from kg.graph import to_triples
from kg.model import Document, Entity, EntityType, Evidence, Identifier, Knowledge, Span, Statement
from kg.names import digest, slug
from kg.vocab import FOLDER

# title, abstract; says: [(role, type, name, score, count)], relations: [(subject, predicate, object)], links: [(property, url)]
Paper = dict[str, Any]
MakeStore = Callable[[list[Paper]], ox.Store]

PAPERS: list[Paper] = [
    {
        "title": "LeafNet: Counting leaves from the air",
        "abstract": "We propose LeafNet, a network for leaf counting. LeafNet is trained on GroveSet and beats TwigNet. "
        "We train LeafNet on 8 Pinecone P2 GPUs. Code: https://example.org/leafnet.",
        "issued": "2031-03-02",
        "identifiers": [("arxiv", "3103.00001"), ("pmid", "42")],
        "says": [
            ("introduces", "Method", "LeafNet"),
            ("uses", "Dataset", "GroveSet"),
            ("comparesWith", "Method", "TwigNet"),
            ("runsOn", "Hardware", "Pinecone P2", 0.95, 8),
            ("addresses", "Task", "leaf counting", 0.4),
        ],
        "relations": [("LeafNet", "trainedOn", "GroveSet"), ("LeafNet", "comparedWith", "TwigNet"), ("LeafNet", "runsOn", "Pinecone P2")],
        "links": [("codeRepository", "https://example.org/leafnet")],
    },
    {
        "title": "GroveSet, a dataset of trees",
        "abstract": "GroveSet holds a million trees. TwigNet is a strong baseline on GroveSet.",
        "says": [("introduces", "Dataset", "GroveSet"), ("comparesWith", "Method", "TwigNet")],
        "relations": [("TwigNet", "evaluatedOn", "GroveSet"), ("TwigNet", "trainedOn", "GroveSet")],
    },
    {
        "title": "Bäume zählen with TwigNet 🌲 and friends",
        "abstract": "The 🌲 Forest Institute runs TwigNet on 2 Pinecone P2 boards. Leaf counting is hard.",
        "says": [
            ("uses", "Method", "TwigNet"),
            ("runsOn", "Hardware", "Pinecone P2", 0.8, 2),
            ("affiliatedWith", "Organisation", "Forest Institute"),
            ("addresses", "Task", "leaf counting"),
        ],
        "relations": [("TwigNet", "runsOn", "Pinecone P2")],
    },
    {"title": "A paper that says nothing", "abstract": ""},
]


def knowledge(papers: list[Paper]) -> Knowledge:
    """What the resolver would hand on for these papers."""
    documents, statements, entities = [], [], {}
    for paper in papers:
        document = _document(paper)
        documents.append(document)
        types = {}
        for role, type, name, *rest in paper.get("says", ()):
            types[name] = EntityType(type)
            entities[_id(types[name], name)] = Entity(
                _id(types[name], name), types[name], name, tuple(paper.get("aliases", {}).get(name, ()))
            )
            score, count = (*rest, 0.9, None)[0], (*rest[1:], None)[0]
            evidence = _evidence(document.text, name)
            statements.append(_statement(document.key, f"paper/{document.key}", role, _id(types[name], name), evidence, score, count))
        for subject, predicate, object in paper.get("relations", ()):
            evidence = _evidence(document.text, object, subject)
            statements.append(
                _statement(document.key, _id(types[subject], subject), predicate, _id(types[object], object), evidence, 0.7, None)
            )
        for property, url in paper.get("links", ()):
            statements.append(_statement(document.key, f"paper/{document.key}", property, url, _evidence(document.text, url), 0.99, None))
    return Knowledge(tuple(documents), tuple(entities.values()), tuple(statements))


def _document(paper: Paper) -> Document:
    key = f"{slug(paper['title'])}-{digest(paper['title'], length=8)}"
    identifiers = tuple(Identifier(scheme, value) for scheme, value in paper.get("identifiers", ()))
    return Document(key, "test", "here", paper["title"], paper["title"], paper["abstract"], identifiers, paper.get("issued", ""))


def _id(type: EntityType, name: str) -> str:
    return f"{FOLDER[type]}/{slug(name) or digest(name)}"


def _statement(
    paper: str, subject: str, predicate: str, object: str, evidence: tuple[Evidence, ...], score: float, count: int | None
) -> Statement:
    return Statement(paper, subject, predicate, object, evidence, "rules-1.0", f"{predicate}.test", score, count)


def _evidence(text: str, object: str, subject: str | None = None) -> tuple[Evidence, ...]:
    """Every sentence that holds the object (and the subject, where one is asked for)."""
    found = []
    for match in re.finditer(r"\S.*?(?:\.(?= |\n|$)|$|(?=\n\n))", text, re.DOTALL):
        sentence, start = match[0], match.start()
        if object in sentence and (subject is None or subject in sentence):
            at = start + sentence.index(object)
            by = start + sentence.index(subject) if subject else 0
            found.append(Evidence(Span(start, match.end()), Span(at, at + len(object)), Span(by, by + len(subject)) if subject else None))
    return tuple(found)


def _make_store(papers: list[Paper]) -> ox.Store:
    store = ox.Store()
    store.extend(ox.Quad(*triple) for triple in to_triples(knowledge(papers)))
    return store


@pytest.fixture(scope="session")
def make_store() -> MakeStore:
    return _make_store


@pytest.fixture(scope="session")
def papers() -> list[Paper]:
    return PAPERS


@pytest.fixture(scope="session")
def store() -> ox.Store:
    return _make_store(PAPERS)


@pytest.fixture(scope="session")
def many_papers() -> list[Paper]:
    """Twenty papers with a method of their own and eight of one shared pool of datasets and tasks each."""
    made = []
    for n in range(20):
        shared = [("uses", "Dataset", f"Shared set {(n * 7 + k) % 30}") for k in range(5)] + [
            ("addresses", "Task", f"shared task {(n + k) % 9}") for k in range(3)
        ]
        names = [(role, type, name) for role, type, name in [("introduces", "Method", f"Method {n} of ours"), *shared]]
        sentences = [f"Here {name} is named." for _, _, name in names]
        made.append({"title": f"Paper {n} on something long enough to be cut", "abstract": " ".join(sentences), "says": names})
    return made


@pytest.fixture(scope="session")
def chromium(playwright: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A browser context that has no network. Debian's chromium: skipped where it is absent, but not in CI."""
    binary = shutil.which("chromium")
    if binary is None:
        assert os.environ.get("CI") != "true", "CI must have Debian's chromium"
        pytest.skip("Debian's chromium is not installed")
    flags = (
        "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"
    )
    profile: Path = tmp_path_factory.mktemp("chromium")
    context = playwright.chromium.launch_persistent_context(
        profile, executable_path=binary, headless=True, offline=True, args=flags.split(), viewport={"width": 1280, "height": 800}
    )
    yield context
    context.close()


@pytest.fixture
def open_page(chromium: Any, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Opens HTML from a file; afterwards there must have been no request, no error and no complaint in any page."""
    problems: list[str] = []
    opened = []

    def opener(
        html: str, *, width: int = 1280, height: int = 800, scheme: str = "light", motion: str = "reduce", fragment: str = ""
    ) -> Any:
        file = tmp_path / f"page-{len(opened)}.html"
        file.write_text(html, encoding="utf-8", newline="\n")
        tab = chromium.new_page()
        opened.append(tab)
        tab.set_viewport_size({"width": width, "height": height})
        tab.emulate_media(color_scheme=scheme, reduced_motion=motion)
        tab.on("pageerror", lambda error: problems.append(f"error: {error}"))
        tab.on("console", lambda said: problems.append(f"console: {said.text}") if said.type in {"error", "warning"} else None)
        tab.on(
            "request", lambda asked: None if asked.url.startswith(("file:", "data:", "blob:")) else problems.append(f"request: {asked.url}")
        )
        tab.goto(file.as_uri() + fragment)
        tab.locator(READY).wait_for(state="attached")
        return tab

    yield opener
    for tab in opened:
        tab.close()
    assert problems == []
