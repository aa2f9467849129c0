"""A graph of any size in our shape, for measuring: invented papers over shared entities, some of them very common."""

from __future__ import annotations

from pathlib import Path
from random import Random

from pyoxigraph import Triple

from kg.derivation.names import entity_rows
from kg.graph import to_triples
from kg.model import Document, Entity, EntityType, Evidence, Identifier, Knowledge, Span, Statement
from kg.store import PAPER, NameRow, create_or_open
from kg.vocab import BASE

_SENTENCE = "Sentence {0} of paper {1} names the object and the subject of one statement. "
_FOLDERS = {
    EntityType.METHOD: "method", EntityType.DATASET: "dataset", EntityType.HARDWARE: "hardware",
    EntityType.ORGANISATION: "organisation", EntityType.TASK: "task",
}  # fmt: skip
# Entities of each type per 100 papers, and how often a paper has each role; about as in the gold annotations.
_NUMBERS = {EntityType.METHOD: 150, EntityType.DATASET: 60, EntityType.HARDWARE: 10, EntityType.ORGANISATION: 25, EntityType.TASK: 20}
_ROLES = (
    ("introduces", EntityType.METHOD, 1.0), ("uses", EntityType.METHOD, 1.5), ("comparesWith", EntityType.METHOD, 1.5),
    ("mentions", EntityType.METHOD, 1.0), ("evaluatesOn", EntityType.DATASET, 1.5), ("uses", EntityType.DATASET, 0.7),
    ("introduces", EntityType.DATASET, 0.3), ("runsOn", EntityType.HARDWARE, 0.4), ("affiliatedWith", EntityType.ORGANISATION, 0.5),
    ("addresses", EntityType.TASK, 1.5),
)  # fmt: skip
_RELATIONS = (
    ("basedOn", EntityType.METHOD, 0.5), ("comparedWith", EntityType.METHOD, 0.7), ("trainedOn", EntityType.DATASET, 0.4),
    ("evaluatedOn", EntityType.DATASET, 0.7), ("appliedTo", EntityType.TASK, 0.5), ("runsOn", EntityType.HARDWARE, 0.2),
    ("deployedBy", EntityType.ORGANISATION, 0.1),
)  # fmt: skip


def triples(papers: int, seed: int = 1) -> list[Triple]:
    """The graph of so many papers, some 390 triples each; the same for the same numbers."""
    return to_triples(knowledge(papers, seed))


def store(folder: Path, papers: int, seed: int = 1) -> int:
    """Publish the graph of so many papers with its names as a store in `folder`, by bulk load; its number of triples."""
    known = knowledge(papers, seed)
    graph = to_triples(known)
    names = [row for entity in known.entities for row in entity_rows(entity, 1)]
    names += [NameRow(f"paper/{document.key}", PAPER, document.title, document.title, "title", 1) for document in known.documents]
    with create_or_open(folder) as writer:
        writer.publish(graph, names, fingerprint=f"synthetic {papers} {seed}", base=BASE)
    return len(graph)


def knowledge(papers: int, seed: int = 1) -> Knowledge:
    """What the graph is made of."""
    random = Random(seed)
    pools = {type: [f"{_FOLDERS[type]}/{type}-{i}".lower() for i in range(max(3, papers * per // 100))] for type, per in _NUMBERS.items()}
    entities = tuple(Entity(id, type, id.split("/")[1].title(), (f"{id} alias",)) for type, pool in pools.items() for id in pool)
    documents, statements = [], []
    for number in range(papers):
        document, said = _paper(number, pools, random)
        documents.append(document)
        statements += said
    return Knowledge(tuple(documents), entities, tuple(statements))


def _paper(number: int, pools: dict[EntityType, list[str]], random: Random) -> tuple[Document, list[Statement]]:
    key = f"arxiv-24{number % 12 + 1:02d}.{number:06d}"
    said: list[tuple[str, str, str]] = []
    methods = []
    for role, type, mean in _ROLES:
        for _ in range(_often(mean, random)):
            thing = _pick(pools[type], random)
            methods += [thing] if type is EntityType.METHOD and role != "mentions" else []
            said.append((f"paper/{key}", role, thing))
    for relation, type, mean in _RELATIONS:
        said += [(random.choice(methods), relation, _pick(pools[type], random)) for _ in range(_often(mean, random)) if methods]
    if number % 2:
        said.append((f"paper/{key}", "codeRepository", f"https://git.example.org/{number}"))
    said = [claim for claim in dict.fromkeys(said) if claim[0] != claim[2]]
    sentences = [_SENTENCE.format(i, number) for i in range(len(said))]
    document = Document(
        key=key, source="", place="", source_title="", title=f"Paper {number} on {said[0][2]}", abstract="".join(sentences).strip(),
        identifiers=(Identifier("arxiv", key[6:]),), issued=f"{2015 + number % 11}-{number % 12 + 1:02d}-01",
    )  # fmt: skip
    start, statements = len(document.title) + 2, []
    for (subject, predicate, object), sentence in zip(said, sentences, strict=True):
        end = start + len(sentence.rstrip())
        evidence = Evidence(
            Span(start, end), Span(start + 10, start + 16), None if subject.startswith("paper/") else Span(start, start + 8)
        )
        count = 2 ** random.randrange(12) if predicate == "runsOn" and subject.startswith("paper/") else None
        rule, score = f"{predicate}.rule-{random.randrange(3)}", round(random.uniform(0.3, 1), 2)
        statements.append(Statement(key, subject, predicate, object, (evidence,), "rules-1", rule, score, count))
        start += len(sentence)
    return document, statements


def _often(mean: float, random: Random) -> int:
    """A whole number whose mean is `mean`: twice it at most."""
    return int(mean * 2 * random.random() + 0.5)


def _pick(pool: list[str], random: Random) -> str:
    """One of the pool; the first ones are common, the last ones rare."""
    return pool[int(len(pool) * random.random() ** 3)]
