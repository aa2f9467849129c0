"""The rule-based extractor: one document in, one extraction out."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import chain
from pathlib import Path

from kg.extract.abbreviations import find_abbreviations
from kg.extract.candidates import Candidate, outside
from kg.extract.devices import NOTHING, together
from kg.extract.entities import Name, best_name, find_names
from kg.extract.evidence import best_evidence
from kg.extract.hardware import find_hardware
from kg.extract.known import find_known
from kg.extract.links import to_claims
from kg.extract.organisations import find_organisations
from kg.extract.reading import Reading, read
from kg.extract.relations import find_relations
from kg.extract.roles import decide
from kg.extract.scores import precision
from kg.extract.shapes import find_named
from kg.extract.tasks import find_tasks
from kg.gazetteer import version as gazetteer_version
from kg.model import Document, EntityClaim, EntityType, Extraction, Mention, Span
from kg.names import digest
from kg.urls import find_link_spans

RULES_VERSION = "1"  # of the approach; what changes an extraction in detail is in the digest


class RuleExtractor:
    """Extracts by rules and gazetteers alone; deterministic, needs no weights."""

    @property
    def version(self) -> str:
        """Name and version; the digest changes with any rule, any counted word and any row of a gazetteer."""
        return f"rules-{RULES_VERSION}.{rules_digest()}"

    def extract(self, document: Document) -> Extraction:
        """Entities with roles, relations and links of one document, each with evidence; empty for an empty text."""
        reading = read(document)
        sentences = reading.sentence_spans()
        link_spans = find_link_spans(reading.text)
        candidates = outside(reading, find_candidates(reading), link_spans)
        abbreviations = find_abbreviations(reading.text, sentences)
        entities = [to_claim(reading, name, sentences) for name in find_names(reading, candidates, abbreviations)]
        relations = find_relations(reading.text, entities, sentences)
        return Extraction(tuple(entities), relations, to_claims(reading.text, link_spans, sentences), tuple(abbreviations))


def find_candidates(reading: Reading) -> list[Candidate]:
    """What each rule takes for a name, overlaps included; nothing that is too long for a name."""
    found = chain(find_hardware(reading), find_organisations(reading), find_known(reading), find_tasks(reading), find_named(reading))
    return [candidate for candidate in found if candidate.is_short(reading)]


# What lies in this package and cannot change what a document gives: training, and the doors around an extractor.
_NO_RULES = frozenset(
    ["train", "checked.py", "component.py", "conformance.py", "plugins.py", "reliability.py", "reliability.tsv", "threshold.py"]
)


@cache
def rules_digest() -> str:
    """Eight hex digits over the gazetteers and all files of this package that can change an extraction."""
    package = Path(__file__).parent
    files = sorted(path for path in package.rglob("*") if path.suffix in (".py", ".tsv"))
    chosen = [path for path in files if path.relative_to(package).parts[0] not in _NO_RULES]
    chosen.append(package.parent / "urls.py")
    return digest(gazetteer_version(), *(path.read_text(encoding="utf-8") for path in chosen), length=8)


def to_claim(reading: Reading, name: Name, sentences: Sequence[Span]) -> EntityClaim:
    """The finished claim: canonical form, aliases, mentions, role, best evidence first."""
    type_ = name.type
    rule = name.rules[type_][1]
    sure = precision("entity", rule)
    canonical = best_name(reading, name)
    mentions = tuple(Mention(p.span(reading), p.surface(reading), type_, rule, sure) for p in name.places)
    role, place, role_rule = decide(type_, name.signs)
    aliases = sorted({m.surface for m in mentions} - {canonical})
    stated = together([place.stated for place in name.places]) if type_ is EntityType.HARDWARE else NOTHING
    return EntityClaim(
        name=canonical,
        type=type_,
        aliases=tuple(aliases),
        mentions=mentions,
        role=role,
        evidence=best_evidence(mentions, place, sentences),
        rule=role_rule,
        score=round(sure * precision("role", role_rule), 2),
        count=stated.count,
        memory=stated.memory,
        hours=stated.hours,
    )
