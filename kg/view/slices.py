"""A part of a stored graph, read without the rest: some nodes and what is said between them, with figures of the whole graph.

Nodes, claims and sentences that matter are copied into a small store, and `kg.view.data.read` reads that: a part says of a node, an
edge and a sentence what the whole graph says. What is read grows with the part, and with the statements at the nodes that were named.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import chain, islice, zip_longest
from pathlib import Path
from weakref import WeakKeyDictionary

import pyoxigraph as ox

from kg import vocab
from kg.model import EntityType
from kg.queries import load_file
from kg.store import Snapshot
from kg.view.data import Graph, name_of, read
from kg.view.style import rank_of

NEIGHBOURS = 200  # of a node that are read at once
QUOTED = 50  # claims of an edge whose sentences are read; the best

Statement = tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode]
_Claim = tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode]  # with its subject and object

_FOLDER = Path(__file__).with_name("queries")
_LINKS = (vocab.CODE_REPOSITORY, vocab.URL)
EDGES: Mapping[str, ox.NamedNode] = {name: node for name, node in vocab.PROPERTIES.items() if node not in _LINKS}  # drawn, by local name
_DRAWN = frozenset(EDGES.values())
_CLASSES = (vocab.RESEARCH_PAPER, *(vocab.CLASSES[type][0] for type in EntityType))
_FACTS = (
    vocab.RDF_TYPE, vocab.TITLE, vocab.PREF_LABEL, vocab.ALT_LABEL, vocab.ABSTRACT, vocab.ISSUED, vocab.ARXIV_ID, vocab.DOI, vocab.IDENTIFIER,
)  # fmt: skip
_MOST_FACTS = 200  # of one property of a node

_weights: WeakKeyDictionary[Snapshot, dict[ox.NamedNode, tuple[int, int]]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of a graph."""

    graph: Graph  # its nodes, and beside them papers that say something of these
    nodes: tuple[int, ...] = ()  # those of the graph that are the slice, in the order in which they were asked for; each once
    papers: tuple[int, ...] = ()  # beside `nodes`: how many papers of the whole graph speak of each
    degree: tuple[int, ...] = ()  # beside `nodes`: edges at each in the whole graph
    cut: Mapping[str, int] = field(default_factory=dict)  # id → neighbours that were not read, where there are some


def node_of(snapshot: Snapshot, id: str) -> ox.NamedNode | None:
    """The paper or entity with this id (`data.Node.id`), or what a statement speaks of as if it were one; None where there is none."""
    try:
        node = snapshot.iri(id)
    except ValueError:
        return None
    classes = (quad.object for quad in snapshot.store.quads_for_pattern(node, vocab.RDF_TYPE, None, ox.DefaultGraph()))
    if any(found in _CLASSES for found in classes):
        return node
    ends = ((node, property, None) for property in _DRAWN), ((None, property, node) for property in _DRAWN)
    stated = (quad for pattern in chain(*ends) for quad in snapshot.store.quads_for_pattern(*pattern, ox.DefaultGraph()))
    return node if next(stated, None) is not None else None


def among(snapshot: Snapshot, nodes: Iterable[ox.NamedNode]) -> Slice:
    """Some nodes of the graph and every edge between two of them; claims come with paper and score alone."""
    chosen = tuple(dict.fromkeys(nodes))
    small = _copied(snapshot.store, chosen, _between(snapshot.store, chosen, chosen))
    graph = read(small, base=snapshot.base)
    places = {node.id: place for place, node in enumerate(graph.nodes)}
    found = [(node, places[id]) for node in chosen if (id := name_of(snapshot.local(node.value))) in places]
    weights = weighed(snapshot, [node for node, _ in found])
    return Slice(graph, tuple(at for _, at in found), tuple(papers for papers, _ in weights), tuple(degree for _, degree in weights))


def ego(snapshot: Snapshot, terms: Iterable[ox.NamedNode], limit: int = NEIGHBOURS, relations: Collection[str] = tuple(EDGES)) -> Slice:
    """Some nodes with their neighbours, and every edge between two of all these.

    Of more than `limit` neighbours of a node, its relations give one after the other in turn; of each relation the papers with the
    highest identifiers first, which are the newest of arXiv, and things by identifier.

    Args:
        snapshot: the published graph.
        terms: the nodes in the middle.
        limit: neighbours of each.
        relations: names of `EDGES` by which neighbours are found.
    """
    chosen, cut = dict[ox.NamedNode, None](), dict[ox.NamedNode, int]()
    terms = tuple(dict.fromkeys(terms))
    for term in terms:
        found = neighbours(snapshot.store, term, relations)
        chosen |= dict.fromkeys(found[:limit])
        cut[term] = len(found) - limit
    part = among(snapshot, (*terms, *chosen))
    return replace(part, cut={name_of(snapshot.local(term.value)): left for term, left in cut.items() if left > 0})


def neighbours(store: ox.Store, node: ox.NamedNode, relations: Collection[str] = tuple(EDGES)) -> list[ox.NamedNode]:
    """What shares an edge with a node, each once, in the order of `ego`."""
    groups = []
    for name in sorted(relations, key=rank_of):
        there = {quad.object for quad in store.quads_for_pattern(node, EDGES[name], None, ox.DefaultGraph())}
        back = {quad.subject for quad in store.quads_for_pattern(None, EDGES[name], node, ox.DefaultGraph())}
        groups += [_ordered(there), _ordered(back)]
    turns = chain.from_iterable(zip_longest(*groups))
    return list(dict.fromkeys(found for found in turns if found is not None and found != node))


def quoted(snapshot: Snapshot, edges: Collection[Statement], most: int = QUOTED) -> Graph:
    """The graph of some edges alone, with at most so many claims of each, the best, and the sentences behind them."""
    store = snapshot.store
    subjects, objects = ({edge[place]: None for edge in edges} for place in (0, 2))
    best = _best(store, _between(store, subjects, objects), edges, most)
    claims = [claim for claim, *_ in best]
    small = _copied(store, {*subjects, *objects, *_papers_of(store, claims)}, best)
    _copy_evidence(store, small, claims)
    return read(small, base=snapshot.base)


def alone(snapshot: Snapshot, node: ox.NamedNode) -> Graph:
    """The graph of one node with all its facts, and the links that papers give for it with the sentences behind them."""
    store = snapshot.store
    found = (quad.object for p in _LINKS for quad in store.quads_for_pattern(node, p, None, ox.DefaultGraph()))
    links = {link for link in found if isinstance(link, ox.NamedNode)}
    said = _between(store, (node,), links) if links else []
    claims = [claim for claim, *_ in said]
    small = _copied(store, _papers_of(store, claims), said)
    _copy_evidence(store, small, claims)
    for property in _FACTS:
        small.extend(islice(store.quads_for_pattern(node, property, None, ox.DefaultGraph()), _MOST_FACTS))
    return read(small, base=snapshot.base)


def weighed(snapshot: Snapshot, nodes: Sequence[ox.NamedNode]) -> list[tuple[int, int]]:
    """How many papers of the whole graph speak of each node, and how many edges are at it; counted once for each node of a snapshot."""
    known = _weights.setdefault(snapshot, {})
    unknown = [node for node in nodes if node not in known]
    degree: Counter[object] = Counter()
    for name in ("arriving", "leaving"):
        for row in _rows(snapshot.store, name, node=unknown):
            number = row["number"]
            if row["property"] in _DRAWN and isinstance(number, ox.Literal):
                degree[row["node"]] += int(number.value)
    known.update((node, (_papers_on(snapshot, node), degree[node])) for node in unknown)
    return [known[node] for node in nodes]


def _papers_on(snapshot: Snapshot, node: ox.NamedNode) -> int:
    """How many papers speak of a node: as the name index has it, else counted."""
    hit = snapshot.names.of(snapshot.local(node.value))
    if hit is not None:
        return hit.support
    quads = (quad for end in (vocab.SUBJECT, vocab.OBJECT) for quad in snapshot.store.quads_for_pattern(None, end, node, ox.DefaultGraph()))
    return len(_papers_of(snapshot.store, (quad.subject for quad in quads if isinstance(quad.subject, ox.NamedNode))))


def _ordered(nodes: Iterable[object]) -> list[ox.NamedNode]:
    """Papers downwards, which are before things; things by identifier."""
    named = [node for node in nodes if isinstance(node, ox.NamedNode)]
    papers, things = ([node for node in named if ("/paper/" in node.value) is paper] for paper in (True, False))
    return [*sorted(papers, key=_value, reverse=True), *sorted(things, key=_value)]


def _between(store: ox.Store, subjects: Collection[ox.NamedNode], objects: Collection[ox.NamedNode]) -> list[_Claim]:
    """The claims with one of the subjects and one of the objects."""
    rows = ((row["claim"], row["node"], row["object"]) for row in _rows(store, "claims", node=subjects, object=objects))
    return [row for row in rows if all(isinstance(term, ox.NamedNode) for term in row)]


def _best(store: ox.Store, claims: Iterable[_Claim], edges: Collection[Statement], most: int) -> list[_Claim]:
    """Of the claims of each edge those that score best."""
    scored: dict[tuple[object, ...], list[tuple[float, str, _Claim]]] = {edge: [] for edge in edges}
    for claim, subject, object in claims:
        edge = (subject, _object(store, claim, vocab.PREDICATE), object)
        if edge in scored:
            scored[edge].append((-_score(store, claim), claim.value, (claim, subject, object)))
    return [claim for found in scored.values() for *_, claim in sorted(found, key=lambda entry: entry[:2])[:most]]


def _score(store: ox.Store, claim: ox.NamedNode) -> float:
    try:
        score = float(getattr(_object(store, claim, vocab.SCORE), "value", 0))
    except ValueError:  # what others wrote
        return 0.0
    return score if math.isfinite(score) else 0.0


def _papers_of(store: ox.Store, claims: Iterable[ox.NamedNode]) -> tuple[ox.NamedNode, ...]:
    found = dict.fromkeys(_object(store, claim, vocab.DERIVED_FROM) for claim in claims)
    return tuple(paper for paper in found if isinstance(paper, ox.NamedNode))


def _copied(store: ox.Store, nodes: Collection[ox.NamedNode], claims: Collection[_Claim]) -> ox.Store:
    """A store in memory with names and dates of nodes, and what claims say."""
    small = ox.Store()
    small.extend(_quads(store, "names", nodes))
    small.extend(_quads(store, "said", [claim for claim, *_ in claims]))
    for place, part in ((1, vocab.SUBJECT), (2, vocab.OBJECT)):
        small.extend(ox.Quad(claim[0], part, claim[place]) for claim in claims)
    return small


def _copy_evidence(store: ox.Store, small: ox.Store, claims: Collection[ox.NamedNode]) -> None:
    """Copy what else claims say, and the sentences behind them."""
    small.extend(_quads(store, "triples", claims))
    layer: list[ox.NamedNode] = []
    for claim in claims:
        found = store.quads_for_pattern(None, vocab.HAS_BODY, claim, ox.DefaultGraph())
        layer += [quad.subject for quad in found if isinstance(quad.subject, ox.NamedNode)]
    for below in (vocab.HAS_TARGET, vocab.HAS_SELECTOR, None):
        quads = list(_quads(store, "triples", layer))
        small.extend(quads)
        layer = list({quad.object for quad in quads if quad.predicate == below and isinstance(quad.object, ox.NamedNode)})


def _object(store: ox.Store, node: ox.NamedNode, property: ox.NamedNode) -> object:
    """What a node has as a property; the first in order of several."""
    found = (quad.object for quad in store.quads_for_pattern(node, property, None, ox.DefaultGraph()))
    return min(found, key=str, default=None)


def _value(node: ox.NamedNode) -> str:
    return node.value


def _rows(store: ox.Store, name: str, **nodes: Collection[ox.NamedNode]) -> Iterator[ox.QuerySolution]:
    """The rows that a query of queries/ gives for some nodes."""
    if all(nodes.values()):
        found = store.query(_bound(name, nodes))
        if not isinstance(found, ox.QuerySolutions):
            raise TypeError(f"{name}.rq is no SELECT")
        yield from found


def _quads(store: ox.Store, name: str, nodes: Collection[ox.NamedNode]) -> Iterator[ox.Quad]:
    """The triples that a query of queries/ gives for some nodes, as a store takes them."""
    if nodes:
        found = store.query(_bound(name, {"node": nodes}))
        if not isinstance(found, ox.QueryTriples):
            raise TypeError(f"{name}.rq is no CONSTRUCT")
        yield from (ox.Quad(*triple) for triple in found)


def _bound(name: str, nodes: Mapping[str, Collection[ox.NamedNode]]) -> str:
    """The query with all these nodes as the values of its variables, each as the term that it is."""
    text = _text(name)
    for variable, terms in nodes.items():
        before, _, after = text.partition(f"VALUES ?{variable} {{ UNDEF }}")
        text = f"{before}VALUES ?{variable} {{ {' '.join(map(str, terms))} }}{after}"
    return text


@cache
def _text(name: str) -> str:
    return load_file(_FOLDER / f"{name}.rq").bind({})
