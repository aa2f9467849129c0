"""Dashboards over everything: `kg stats` and the home page of `kg serve` beside the same aggregates in duckdb, over the same claims.

Ours opens the store anew each time, as each command does; duckdb has its tables in memory, warm. The store of 10,000 claims is one of
synthetic papers. That of a million has names and figures of claims made by chance, as resolving so many papers takes an hour, and of
its graph only what is counted; no more of it is read. Without duckdb (`pip install duckdb`) there is nothing to compare with.
"""

from __future__ import annotations

import csv
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from pyoxigraph import Triple

import kg
from kg import vocab
from kg.derivation import FILE, publish
from kg.derivation.figures import share_of
from kg.graph import entity_iri
from kg.log import Log
from kg.model import Document, EntityType, Evidence, Role, Span, Statement
from kg.resolve import Decided, Register, Resolution, state
from kg.serve.pages.home import overview
from kg.store import NameRow, create_or_open, layout, open_snapshot
from tests.bench import synthetic_papers
from tests.bench.book.measuring import Measure, side_by_side

FEW_CLAIMS, MANY_CLAIMS = 10_000, 1_000_000
PER_PAPER = 4.9  # claims of a synthetic paper
# Of claims made by chance, by type: how many of ten, and in which role.
_SHAPES = (
    (EntityType.METHOD, 5, Role.USES),
    (EntityType.DATASET, 2, Role.EVALUATES_ON),
    (EntityType.TASK, 1, Role.ADDRESSES),
    (EntityType.ORGANISATION, 1, Role.AFFILIATED_WITH),
    (EntityType.HARDWARE, 1, Role.RUNS_ON),
)

Thing = tuple[str, EntityType, str]  # path, type, name

_TABLES = """
CREATE TABLE paper (key VARCHAR);
CREATE TABLE entity (path VARCHAR, type VARCHAR, name VARCHAR);
CREATE TABLE claim (paper VARCHAR, subject VARCHAR, predicate VARCHAR, object VARCHAR, score DOUBLE, sentences INTEGER);
CREATE TABLE refused (source VARCHAR);
"""
_ROLES = ", ".join(f"'{role}'" for role in Role)
_USED = "SELECT DISTINCT paper, subject AS path FROM claim UNION SELECT DISTINCT paper, object FROM claim"
_MOST = f"""
SELECT type, name, papers FROM (SELECT path, count(*) AS papers FROM ({_USED}) GROUP BY path) JOIN entity USING (path)
QUALIFY row_number() OVER (PARTITION BY type ORDER BY papers DESC, name, path) <= {{most}}
"""
_BY_TYPE = "SELECT type, count(*) FROM entity GROUP BY type"
_BY_ROLE = f"SELECT predicate, avg(score) FROM claim WHERE predicate IN ({_ROLES}) GROUP BY predicate"
_WITHOUT = "SELECT count(*) FROM paper WHERE key NOT IN (SELECT paper FROM claim WHERE subject LIKE '{0}/%' OR object LIKE '{0}/%')"
FEW = (_BY_TYPE, _MOST.format(most=5), _BY_ROLE)
ALL = (
    *FEW,
    "SELECT count(*) FROM paper",
    "SELECT count(DISTINCT paper) FROM claim WHERE sentences > 0",
    "SELECT predicate, count(*) FROM (SELECT DISTINCT subject, predicate, object FROM claim) GROUP BY predicate",
    "SELECT count(*), sum(sentences) FROM claim",
    "SELECT count(DISTINCT object) FROM claim WHERE predicate IN ('codeRepository', 'url')",
    f"SELECT count(*) FROM (SELECT path FROM ({_USED}) JOIN entity USING (path) GROUP BY path HAVING count(*) = 1)",
    _WITHOUT.format("hardware"),
    _WITHOUT.format("dataset"),
    "SELECT count(*) FROM refused",
)


@dataclass(frozen=True, slots=True)
class Peer:
    """Claims in duckdb."""

    db: Any  # a connection
    claims: int

    def answers(self, queries: tuple[str, ...]) -> list[list[tuple[Any, ...]]]:
        """The rows of each query."""
        return [self.db.execute(query).fetchall() for query in queries]


def peer(place: Path, papers: Iterable[str], things: Iterable[Thing], claims: Iterable[Statement]) -> Peer:
    """Rows in duckdb's memory; `place` is a folder for files in between."""
    import duckdb

    db = duckdb.connect()
    db.execute(_TABLES)
    rows: dict[str, Iterable[tuple[object, ...]]] = {
        "paper": ((key,) for key in papers),
        "entity": things,
        "claim": ((c.paper, c.subject, c.predicate, c.object, c.score, len(c.evidence)) for c in claims),
    }
    for table, found in rows.items():
        with (place / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(found)
        db.execute(f"COPY {table} FROM '{place / table}.csv' (HEADER false, QUOTE '\"')")
    return Peer(db, db.execute("SELECT count(*) FROM claim").fetchone()[0])


def read_from_papers(store: Path, place: Path) -> Peer:
    """Make a store of synthetic papers; its claims in duckdb."""
    with create_or_open(store) as writer, Log(writer.log_path) as log, log.batch():
        for paper in synthetic_papers.papers(round(FEW_CLAIMS / PER_PAPER)):
            log.put(paper.document, paper.extraction, paper.extractor)
        log.commit()
        publish(writer, log)
    with Log(store / layout.LOG_FILE, readonly=True) as log, closing(Register(store / FILE, readonly=True)) as register:
        resolution, decided = Resolution(register, Decided(), log.paper), Decided()
        claims = (claim for paper in log.papers() for claim in state(paper, resolution.ids(paper.document.key), decided))
        things = ((placed.path, EntityType(placed.type), placed.name) for placed in register.all_placed())
        return peer(place, log.keys(), things, claims)


def made_by_chance(store: Path, place: Path) -> Peer:
    """Make a store of a million claims: a few things that many papers name, and many that few do."""
    random = Random(1)
    claims: dict[tuple[str, str], Statement] = {}  # one of each paper and thing
    sentence = (Evidence(Span(0, 9), Span(0, 4)),)
    while len(claims) < MANY_CLAIMS:
        key = f"p{len(claims) // 6}"
        type, _, role = random.choices(_SHAPES, [share for _, share, _ in _SHAPES])[0]
        path = f"{vocab.FOLDER[type]}/{int(random.paretovariate(0.4)) % (MANY_CLAIMS // 10)}"
        score = round(random.random(), 4)
        claims.setdefault((key, path), Statement(key, f"paper/{key}", str(role), path, sentence, "", "", score))
    said = Counter(path for _, path in claims)
    types = {vocab.FOLDER[type]: type for type in EntityType}
    things = [(path, types[path.partition("/")[0]], f"Name {path}") for path in said]
    by_paper: dict[str, list[Statement]] = {}
    for claim in claims.values():
        by_paper.setdefault(claim.paper, []).append(claim)
    total = Counter({"lone": sum(papers == 1 for papers in said.values())})
    for key, found in by_paper.items():
        total.update(share_of(Document(key, "", "", "Ten letters", "Ten letters", ""), found).counts)
    with create_or_open(store) as writer, Log(writer.log_path):
        writer.publish(
            _triples(by_paper, things, claims.values()),
            (NameRow(path, type, name, name, "name", said[path]) for path, type, name in things),
            fingerprint="made", base=vocab.BASE, stated=lambda: total,
        )  # fmt: skip
    return peer(place, by_paper, things, claims.values())


def _triples(papers: Iterable[str], things: Iterable[Thing], claims: Iterable[Statement]) -> Iterator[Triple]:
    yield from (Triple(entity_iri(f"paper/{key}"), vocab.RDF_TYPE, vocab.RESEARCH_PAPER) for key in papers)
    yield from (Triple(entity_iri(path), vocab.RDF_TYPE, vocab.CLASSES[type][0]) for path, type, _ in things)
    yield from (Triple(entity_iri(c.subject), vocab.PROPERTIES[c.predicate], entity_iri(c.object)) for c in claims)


def measured(store: Path, theirs: Peer) -> Iterator[Measure]:
    """The rows for one store, of which both sides tell the same."""
    graph = kg.open(store)
    found, types, roles = graph.stats(), *(dict(rows) for rows in theirs.answers((_BY_TYPE, _BY_ROLE)))
    assert {type: number for type, number in found.entities_by_type if number} == types
    assert all(abs(roles[role] - mean) < 1e-4 for role, mean in found.mean_score)
    assert found.claims == theirs.claims

    def home() -> None:
        with open_snapshot(store) as snapshot:
            overview(snapshot)

    size = f"{theirs.claims:,} claims"
    ours, few, all_ = side_by_side(graph.stats, lambda: theirs.answers(FEW), lambda: theirs.answers(ALL))
    yield Measure("`kg stats`, all figures", size, ours, "the same in duckdb", all_, "≤ 3")
    yield Measure("`kg stats`, all figures", size, ours, "counts per type, most used, average scores alone in duckdb", few, "≤ 3")
    ours, most = side_by_side(home, lambda: theirs.answers((_MOST.format(most=8),)))
    yield Measure("home page of `kg serve`", size, ours, "most used of each type in duckdb", most, "≤ 3")


def measures() -> Iterator[Measure]:
    """Wall seconds."""
    try:
        import duckdb  # noqa: F401 (only whether it is there)
    except ImportError:
        print("dashboards: duckdb is not installed, so there is nothing to compare with; pip install duckdb", file=sys.stderr)
        return
    for make in (read_from_papers, made_by_chance):
        with tempfile.TemporaryDirectory() as folder:
            yield from measured(Path(folder, "store"), make(Path(folder, "store"), Path(folder)))
