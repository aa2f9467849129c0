"""What papers state, as figures: what each paper adds, and the sums of all, kept step by step from publication to publication.

A figure is a whole number with a name:

    claims: uses, score: uses   claims with a property, and the sum of their scores in ten thousandths, as the graph has them
    evidence                    sentences behind claims
    inexact                     sentences, also those that define a name, that reach beyond the end of their paper's text
    papers with evidence        papers that state anything with a sentence
    papers with hardware/       papers that state anything of something below this path; likewise dataset/
    links                       different addresses that are linked to
    lone                        things that only one paper names

All but the last two are sums over papers.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType

from pyoxigraph import Literal, NamedNode, Triple

from kg import vocab
from kg.graph import link_iri
from kg.model import Document, Statement
from kg.resolve import Register

UNITS = 10_000  # of a score: the graph has four digits, see `kg.graph.decimal`
WITH_EVIDENCE = "papers with evidence"
WITH = {folder: f"papers with {folder}" for folder in ("hardware/", "dataset/")}
LINKS = ("codeRepository", "url")
_PARTS: Mapping[NamedNode, Callable[[str], int]] = MappingProxyType(
    {vocab.END: int, vocab.START: lambda start: -int(start), vocab.EXACT: lambda quote: -len(quote)}
)


@dataclass(frozen=True, slots=True)
class Share:
    """What one paper adds."""

    counts: Mapping[str, int]
    links: frozenset[str]


def claims_of(statements: Iterable[Statement]) -> list[Statement]:
    """One for each claim that the graph has of these: links to one address are one, those that no IRI can hold are none."""
    claims, links = [], dict[tuple[str, str, str], Statement]()
    for statement in statements:
        if statement.predicate not in LINKS:
            claims.append(statement)
        elif (link := link_iri(statement.object)) is not None:
            key = (statement.paper, statement.predicate, link.value)
            other = links.get(key, statement)
            evidence = tuple(dict.fromkeys((*other.evidence, *statement.evidence)))
            links[key] = replace(statement, object=link.value, score=max(statement.score, other.score), evidence=evidence)
    return [*claims, *links.values()]


def share_of(document: Document, claims: Iterable[Statement]) -> Share:
    """What a paper adds by its claims."""
    counts: dict[str, int] = {}
    links, end = set(), len(document.text)
    for claim in claims:
        for name, number in ((f"claims: {claim.predicate}", 1), (f"score: {claim.predicate}", _units(claim.score))):
            counts[name] = counts.get(name, 0) + number
        for folder, name in WITH.items():
            if claim.object.startswith(folder) or claim.subject.startswith(folder):
                counts[name] = 1
        if claim.evidence:
            counts[WITH_EVIDENCE] = 1
            counts["evidence"] = counts.get("evidence", 0) + len(claim.evidence)
            if inexact := sum(evidence.sentence.end > end for evidence in claim.evidence):
                counts["inexact"] = counts.get("inexact", 0) + inexact
        if claim.predicate in LINKS:
            links.add(claim.object)
    return Share(counts, frozenset(links))


class Sums:
    """By how much the figures grow while one publication is made, with the register telling what was added before."""

    def __init__(self, register: Register) -> None:
        self._register = register
        self._grown: dict[str, int] = {}

    def put(self, document: Document, statements: Iterable[Statement]) -> None:
        """Add what a paper states, of which nothing is counted."""
        self._put(f"paper/{document.key}", share_of(document, claims_of(statements)))

    def put_thing(self, path: str, triples: Iterable[Triple]) -> None:
        """Add what is told of a thing: sentences that are not whole in their paper's text, as the quote is shorter than the place."""
        missing: dict[str, int] = {}  # annotation → characters that its quote is too short
        for triple in triples:
            part = _PARTS.get(triple.predicate)
            if part is not None and isinstance(triple.subject, NamedNode) and isinstance(triple.object, Literal):
                annotation = triple.subject.value.rpartition("/")[0]
                missing[annotation] = missing.get(annotation, 0) + part(triple.object.value)
        if inexact := sum(map(bool, missing.values())):
            self._put(path, Share({"inexact": inexact}, frozenset()))

    def take(self, path: str) -> None:
        """Take out what a paper or thing added, if anything."""
        body = self._register.take_share(path)
        if body is not None:
            counts, links = json.loads(body)
            self._add(counts, -1, links)

    def grown(self, lone: int) -> dict[str, int]:
        """By how much each figure grew.

        Args:
            lone: by how many things more only one paper names.
        """
        return self._grown | {"lone": lone}

    def _put(self, path: str, share: Share) -> None:
        if share.counts:
            self._register.put_share(path, json.dumps([share.counts, sorted(share.links)], ensure_ascii=False, separators=(",", ":")))
            self._add(share.counts, 1, share.links)

    def _add(self, counts: Mapping[str, int], sign: int, links: Iterable[str]) -> None:
        for name, number in counts.items():
            self._grown[name] = self._grown.get(name, 0) + sign * number
        for link in links:
            self._grown["links"] = self._grown.get("links", 0) + self._register.tie(link, sign)


def summed(register: Register) -> dict[str, int]:
    """The figures, summed up again of what the register has of each paper and thing."""
    total = Counter(register.sums())
    for body in register.shares():
        total.update(json.loads(body)[0])
    return {name: number for name, number in total.items() if number}


@lru_cache(maxsize=1 << 12)
def _units(score: float) -> int:
    """A score in the digits that the graph has of it."""
    return round(Decimal(repr(score)) * UNITS)
