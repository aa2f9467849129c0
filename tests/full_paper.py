"""An invented paper with all that a source can state of one, in three sections, and an older paper that it cites."""

from __future__ import annotations

from pyoxigraph import Triple

from kg.graph import to_triples
from kg.model import (
    Affiliation,
    Author,
    Document,
    Entity,
    EntityType,
    Evidence,
    Identifier,
    Knowledge,
    Metadata,
    Section,
    SectionKind,
    Span,
    Statement,
)

HARBOUR = Affiliation("Dept. of Optics, Harbour University, Bergen, Norway", "Harbour University")
TIDE = Affiliation("Tide Labs", "Tide Labs", "048tbm396")
OLDER = Document("doi-10.5%2Folder", "s", "p", "The Older Paper", "The Older Paper", "", (Identifier("doi", "10.5/older"),), "2021")
TERN = Document(
    key="arxiv-2501.00007", source="made-up.xml", place="article 1", source_title="TernNet Sees Birds", title="TernNet Sees Birds",
    abstract="We propose TernNet. It needs one camera.", identifiers=(Identifier("arxiv", "2501.00007"),), issued="2025-01-05",
    sections=(
        Section("4.1 Training", "TernNet is trained on BirdSet.\n\nWe use 4 Nimbus X2 GPUs for 3 hours.", ("4 Experiments",), SectionKind.EXPERIMENTS),
        Section("", "Camera traps are cheap.", (), SectionKind.OTHER),
    ),
    metadata=Metadata(
        authors=(Author("Zoë Tern", "0000-0002-1825-0097", (HARBOUR, TIDE)), Author("Bo Li", "", (HARBOUR,)), Author("Bo Li")),
        affiliations=(Affiliation("Nordic <b>Bird</b> Council"),), venue="Journal of Birds", categories=("cs.CV", "cs.LG"),
        licence="http://creativecommons.org/licenses/by/4.0/", comment='12 pages, "accepted"', code=("https://git.example.org/tern",),
        cites=((Identifier("doi", "10.5/older"), Identifier("pmid", "9")), (Identifier("arxiv", "1706.03762"),), (Identifier("arxiv", "2501.00007"),)),
    ),
)  # fmt: skip


def cited(identifiers: tuple[Identifier, ...]) -> str:
    """A key by the first identifier, as papers of the tests have it."""
    return f"{identifiers[0].scheme}-{identifiers[0].value.replace('/', '%2F')}"


def said(predicate: str, object: str, sentence: str, words: str, rule: str = "by-hand", subject: str = "", score: float = 0.9) -> Statement:
    """A statement of the paper that the last place of `sentence` in its text says."""
    start = TERN.text.rindex(sentence)
    at = start + sentence.index(words)
    named = start + sentence.index("TernNet") if subject else 0
    evidence = Evidence(Span(start, start + len(sentence)), Span(at, at + len(words)), Span(named, named + 7) if subject else None)
    return Statement(TERN.key, subject or f"paper/{TERN.key}", predicate, object, (evidence,), "hand-1.0", rule, score)


KNOWLEDGE = Knowledge(
    (TERN, OLDER),
    (
        Entity("method/ternnet", EntityType.METHOD, "TernNet"),
        Entity("dataset/birdset", EntityType.DATASET, "BirdSet"),
        Entity("hardware/nimbus-x2", EntityType.HARDWARE, "Nimbus X2"),
        Entity("organisation/harbour-university", EntityType.ORGANISATION, "Harbour University"),
    ),
    (
        said("introduces", "method/ternnet", "We propose TernNet.", "TernNet"),
        said("uses", "dataset/birdset", "TernNet is trained on BirdSet.", "BirdSet"),
        said("trainedOn", "dataset/birdset", "TernNet is trained on BirdSet.", "BirdSet", subject="method/ternnet"),
        said("runsOn", "hardware/nimbus-x2", "We use 4 Nimbus X2 GPUs for 3 hours.", "Nimbus X2"),
        said("affiliatedWith", "organisation/harbour-university", HARBOUR.text, HARBOUR.name, "metadata.affiliation", score=1.0),
        said(
            "codeRepository",
            "https://git.example.org/tern",
            "https://git.example.org/tern",
            "https://git.example.org/tern",
            "metadata.code",
        ),
    ),
)


def triples() -> list[Triple]:
    """The graph of both papers, with what they cite."""
    return to_triples(KNOWLEDGE, cited=cited)
