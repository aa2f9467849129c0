"""What a paper cites and what cites it: as much as its page shows."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from pyoxigraph import NamedNode

from kg import vocab
from kg.lookup import PAPER, End
from kg.lookup.reading import Reader
from kg.store import Snapshot

CITED = 20  # papers that a page lists of those that a paper cites, and of those that cite it
_READ = 10_000  # citations of one paper that are looked at


@dataclass(frozen=True, slots=True)
class Citations:
    """The papers of the graph at the other end of a paper's citations."""

    key: str  # "cites" or "cited-by", for addresses within the page
    title: str
    papers: tuple[End, ...]  # at most CITED; those of the newest arXiv number first
    total: int  # of the graph
    others: int  # works that the graph does not have


def citations(snapshot: Snapshot, reader: Reader, node: NamedNode) -> tuple[Citations, ...]:
    """What a paper cites and what cites it, those lists that are not empty."""
    cited = {object for object in _ends(snapshot, (node, None)) if isinstance(object, NamedNode)}
    citing = {subject for subject in _ends(snapshot, (None, node)) if isinstance(subject, NamedNode)}
    found = (
        _citations(snapshot, reader, "cites", "cites", cited),
        _citations(snapshot, reader, "cited-by", "cited by", citing),
    )
    return tuple(one for one in found if one.total or one.others)


def _ends(snapshot: Snapshot, ends: tuple[NamedNode | None, NamedNode | None]) -> list[object]:
    subject, object = ends
    quads = islice(snapshot.store.quads_for_pattern(subject, vocab.CITES, object), _READ)
    return [quad.subject if subject is None else quad.object for quad in quads]


def _citations(snapshot: Snapshot, reader: Reader, key: str, title: str, nodes: set[NamedNode]) -> Citations:
    here = sorted((node for node in nodes if _is_paper(snapshot, node)), key=lambda node: node.value, reverse=True)
    shown = (reader.end(node) for node in here[:CITED])
    return Citations(key, title, tuple(end for end in shown if end.type == PAPER), len(here), len(nodes) - len(here))


def _is_paper(snapshot: Snapshot, node: NamedNode) -> bool:
    return any(True for _ in snapshot.store.quads_for_pattern(node, vocab.RDF_TYPE, vocab.RESEARCH_PAPER))
