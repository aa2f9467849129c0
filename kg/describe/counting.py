"""Counts what a snapshot holds, once for each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from weakref import WeakKeyDictionary

from pyoxigraph import NamedNode, Store

from kg import vocab
from kg.queries import load_file
from kg.store import Snapshot
from kg.store.counting import classes_of, counts, properties_of

_LOOKED_AT = 1_000  # members of a class among which an example is chosen
_EXAMPLES = (vocab.RESEARCH_PAPER, *(classes[0] for classes in vocab.CLASSES.values()))
_GRAPHS = load_file(Path(__file__).with_name("graphs.rq")).bind({})


@dataclass(frozen=True, slots=True)
class Figures:
    """How much a graph holds; all in order of the IRIs."""

    properties: Mapping[NamedNode, int]  # triples, of all graphs as one
    classes: Mapping[NamedNode, int]  # members, likewise
    default: int  # triples of the default graph
    graphs: Mapping[NamedNode, int]  # triples of each named graph
    examples: tuple[NamedNode, ...]  # a paper and a thing of each type, as far as there are


_known: WeakKeyDictionary[Snapshot, Figures] = WeakKeyDictionary()


def figures(snapshot: Snapshot) -> Figures:
    """The figures of a snapshot: those kept beside it, else counted the first time, about a second for each million triples."""
    found = _known.get(snapshot)
    if found is None:  # two threads that meet here count the same
        found = _known[snapshot] = _counted(snapshot)
    return found


def _counted(snapshot: Snapshot) -> Figures:
    store, kept = snapshot.store, snapshot.figures
    properties = properties_of(store) if kept is None else _by_iri(kept.properties)
    classes = classes_of(store) if kept is None else _by_iri(kept.classes)
    graphs, default = dict[NamedNode, int](), snapshot.manifest.triples
    if snapshot.plain_path != snapshot.rdf_path:
        parted = Store.read_only(str(snapshot.rdf_path))
        graphs = counts(parted, _GRAPHS)
        default = sum(properties_of(parted).values())
    examples = (_first(store, class_) for class_ in _EXAMPLES)
    return Figures(properties, classes, default, graphs, tuple(example for example in examples if example is not None))


def _by_iri(counts: Mapping[str, int]) -> dict[NamedNode, int]:
    return {NamedNode(iri): number for iri, number in sorted(counts.items())}


def _first(store: Store, class_: NamedNode) -> NamedNode | None:
    """The first member in order of IRIs; of many the first of some that the store gives, which are the same for the same graph."""
    members = (quad.subject for quad in islice(store.quads_for_pattern(None, vocab.RDF_TYPE, class_), _LOOKED_AT))
    return min((member for member in members if isinstance(member, NamedNode)), key=lambda member: member.value, default=None)
