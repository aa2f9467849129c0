"""What the tests of decisions share: a toy extractor, some papers, and a store of them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path

from kg.build import build
from kg.export import turtle
from kg.model import (
    Abbreviation,
    Document,
    EntityClaim,
    EntityType,
    Evidence,
    Extraction,
    Mention,
    Relation,
    RelationClaim,
    Role,
    Span,
)
from kg.store import open_snapshot

_NAME = re.compile(r"(?P<new>propose )?«(?P<name>[^»]+)»(?: \(«(?P<short>[^»]+)»\)| alias «(?P<alias>[^»]+)»)?")

PAPERS = {  # arXiv id → abstract
    "2401.00001": "We propose «Self-Controlled Memory» («SCM») for long talks.",
    "2401.00002": "We propose «Structural Causal Model» («SCM») of the weather.",
    "2401.00003": "We use «SCM» on a boat.",
    "2401.00004": "We use «SCM» on a hill.",
    "2401.00005": "We propose «Kurator», which files photographs.",
    "2401.00006": "We propose «Kurator», which cleans tables.",
    "2401.00007": "«Lantern» beats «Dusk Filter» at night.",
    "2401.00008": "We use «lantern» and «Dusk Filter».",
    "2401.00009": "We use «Path Finder» alias «Way Seeker».",
    "2401.00010": "We use «Way Seeker» in a wood.",
}


class Guillemets:
    """Every «name» is a method: new after "propose", with its short form in parentheses; "«A» beats «B»" compares the two."""

    version = "guillemets-1"

    def extract(self, document: Document) -> Extraction:
        found = [*_NAME.finditer(document.text)]
        claims: dict[str, EntityClaim] = {}
        for match in found:
            claims.setdefault(match["name"], self._claim(document.text, match))
        names = list(claims)
        beaten = re.finditer(r"«([^»]+)» beats «([^»]+)»", document.text)
        relations = (self._relation(document.text, match, names) for match in beaten)
        short = (self._abbreviation(document.text, match) for match in found if match["short"])
        return Extraction(tuple(claims.values()), tuple(relations), (), tuple(short))

    def _claim(self, text: str, match: re.Match[str]) -> EntityClaim:
        span = Span(*match.span("name"))
        groups = [group for group in ("name", "short", "alias") if match[group]]
        mentions = tuple(Mention(Span(*match.span(group)), match[group], EntityType.METHOD, "t", 0.9) for group in groups)
        role = Role.INTRODUCES if match["new"] else Role.USES
        evidence = (Evidence(self._sentence(text, match), span),)
        return EntityClaim(match["name"], EntityType.METHOD, tuple(match[g] for g in groups[1:]), mentions, role, evidence, "t", 0.9)

    def _relation(self, text: str, match: re.Match[str], names: list[str]) -> RelationClaim:
        evidence = Evidence(self._sentence(text, match), Span(*match.span(2)), Span(*match.span(1)))
        return RelationClaim(names.index(match[1]), Relation.COMPARED_WITH, names.index(match[2]), (evidence,), "t", 0.8)

    def _abbreviation(self, text: str, match: re.Match[str]) -> Abbreviation:
        return Abbreviation(Span(*match.span("short")), Span(*match.span("name")), self._sentence(text, match))

    def _sentence(self, text: str, match: re.Match[str]) -> Span:
        start = max(text.rfind("\n", 0, match.start()), text.rfind(". ", 0, match.start()) + 1) + 1
        end = text.find(".", match.end())
        return Span(start, len(text) if end < 0 else end + 1)


def make(store: Path, papers: dict[str, str] = PAPERS, wanted: Iterable[str] | None = None) -> Path:
    """A store of these papers, or of those `wanted` by the last digits of their ids."""
    chosen = {id: text for id, text in papers.items() if wanted is None or id[-2:] in {*wanted}}
    rows = ({"id": id, "title": f"Paper {id[-2:]}", "abstract": abstract} for id, abstract in chosen.items())
    source = store.parent / f"{store.name}.jsonl"
    source.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    assert build([str(source)], store=store, extractor=Guillemets()).rejections == ()
    return store


def content(store: Path) -> bytes:
    """The published graph as Turtle."""
    with open_snapshot(store) as snapshot:
        return turtle(quad.triple for quad in snapshot.store)
