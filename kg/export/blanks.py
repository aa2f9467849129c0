"""Labels for blank nodes that follow from what is said of them, so that the same graph gives the same bytes. Our own graphs have none.

Nodes are told apart by colour refinement: a node's colour is the digest of its triples, in which other blank nodes stand by their colours.
Of nodes that stay alike one is marked and all are looked at again; of very many alike ones the order of their labels decides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg.names import digest

_ROUNDS = 64  # of refinement, after which nodes that are alike stay so
_STEPS = 50_000  # colours that are found for the sake of marked nodes: about a second

_Term = NamedNode | BlankNode | Literal | Triple


def relabelled(triples: Iterable[Triple]) -> list[Triple]:
    """The triples with labels for blank nodes that do not depend on those they had."""
    triples = list(triples)
    said: defaultdict[BlankNode, list[Triple]] = defaultdict(list)
    for triple in triples:
        for node in set(_blanks(triple)):
            said[node].append(triple)
    if not said:
        return triples
    labels = _labels(_told_apart(said))
    return [_replaced(triple, labels) for triple in triples]


def _blanks(term: _Term) -> Iterable[BlankNode]:
    if isinstance(term, BlankNode):
        yield term
    elif isinstance(term, Triple):
        for part in (term.subject, term.object):
            yield from _blanks(part)


def _told_apart(said: Mapping[BlankNode, list[Triple]]) -> dict[BlankNode, str]:
    """A colour for every node, another one wherever that can be."""
    colours, _ = _refined(said, dict.fromkeys(said, ""))
    steps = 0
    while steps < _STEPS and (alike := _alike(colours)):
        first = min(alike, key=lambda node: (colours[node], node.value))
        colours[first] = digest(colours[first], "marked")
        colours, more = _refined(said, colours)
        steps += more
    return colours


def _refined(said: Mapping[BlankNode, list[Triple]], colours: dict[BlankNode, str]) -> tuple[dict[BlankNode, str], int]:
    """The colours, finer as long as that tells more nodes apart, and how many were found; one that no other node has stays."""
    steps = 0
    for _ in range(_ROUNDS):
        alike = _alike(colours)
        steps += len(alike) + 1
        finer = colours | {node: digest(colours[node], *sorted(_spelled(triple, node, colours) for triple in said[node])) for node in alike}
        if len(set(finer.values())) == len(set(colours.values())) and "" not in colours.values():
            break
        colours = finer
    return colours, steps


def _alike(colours: Mapping[BlankNode, str]) -> list[BlankNode]:
    """The nodes that share their colour with another, and those that have none yet."""
    by_colour: defaultdict[str, list[BlankNode]] = defaultdict(list)
    for node, colour in colours.items():
        by_colour[colour].append(node)
    return [node for colour, nodes in by_colour.items() for node in nodes if len(nodes) > 1 or not colour]


def _spelled(term: _Term, node: BlankNode, colours: Mapping[BlankNode, str]) -> str:
    """A term with colours for labels, seen from one of its nodes."""
    if isinstance(term, BlankNode):
        return "_:" if term == node else f"_:{colours[term]}"
    if isinstance(term, Triple):
        parts = (_spelled(part, node, colours) for part in (term.subject, term.predicate, term.object))
        return f"<<( {' '.join(parts)} )>>"
    return str(term)


def _labels(colours: Mapping[BlankNode, str]) -> dict[BlankNode, BlankNode]:
    labels: dict[BlankNode, BlankNode] = {}
    taken: defaultdict[str, int] = defaultdict(int)
    for node in sorted(colours, key=lambda node: (colours[node], node.value)):
        label = f"b{colours[node][:12]}"
        labels[node] = BlankNode(f"{label}-{taken[label]}" if taken[label] else label)
        taken[label] += 1
    return labels


def _replaced(triple: Triple, labels: Mapping[BlankNode, BlankNode]) -> Triple:
    subject, object = (
        labels[part] if isinstance(part, BlankNode) else _replaced(part, labels) if isinstance(part, Triple) else part
        for part in (triple.subject, triple.object)
    )
    return Triple(subject, triple.predicate, object)  # type: ignore[arg-type]  # a subject stays a subject
