"""How much of what a whole graph holds, counted by the engine: half a second for each million triples."""

from __future__ import annotations

from pathlib import Path

from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

_PROPERTIES, _CLASSES = (Path(__file__).with_name(f"{name}.rq").read_text(encoding="utf-8") for name in ("properties", "classes"))


def properties_of(store: Store) -> dict[NamedNode, int]:
    """Property → triples of the default graph that have it, in order of the IRIs."""
    return counts(store, _PROPERTIES)


def classes_of(store: Store) -> dict[NamedNode, int]:
    """Class → its members in the default graph, in order of the IRIs."""
    return counts(store, _CLASSES)


def counts(store: Store, sparql: str) -> dict[NamedNode, int]:
    """The rows of a query for names and numbers, in order of the names."""
    rows = store.query(sparql)
    if not isinstance(rows, QuerySolutions):
        raise TypeError("counting is a SELECT")
    found: dict[NamedNode, int] = {}
    for row in rows:
        name, number = row["name"], row["number"]
        if isinstance(name, NamedNode) and isinstance(number, Literal):
            found[name] = int(number.value)
    return dict(sorted(found.items(), key=lambda pair: pair[0].value))
