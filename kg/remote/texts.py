"""The SPARQL that we send: the files in queries/, with terms in their places."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg.queries import parse

Term = NamedNode | Literal | BlankNode

_FOLDER = Path(__file__).with_name("queries")


def text(name: str, **terms: Term) -> str:
    """The SPARQL of queries/`name`.rq with these terms for its parameters."""
    return parse(_read(name), name=name).bind(terms)


def page(sparql: str, limit: int, offset: int) -> str:
    """A query's text for a part of its answer; for stores that give no more at once."""
    return f"{sparql}\nLIMIT {limit:d} OFFSET {offset:d}\n"


@cache
def _read(name: str) -> str:
    return (_FOLDER / f"{name}.rq").read_text(encoding="utf-8")


def change(removed: Iterable[tuple[str, Triple]], added: Iterable[tuple[str, Triple]]) -> str:
    """One update that takes triples out and puts others in, each with the IRI of its graph, "" for the default one."""
    parts = [_data("DELETE DATA", removed), _data("INSERT DATA", added)]
    return " ;\n".join(part for part in parts if part)


def _data(keyword: str, triples: Iterable[tuple[str, Triple]]) -> str:
    by_graph: dict[str, list[str]] = {}
    for graph, triple in triples:
        by_graph.setdefault(graph, []).append(f"{triple} .\n")
    blocks = ("".join(lines) if not graph else f"GRAPH {NamedNode(graph)} {{\n{''.join(lines)}}}\n" for graph, lines in by_graph.items())
    body = "".join(blocks)
    return f"{keyword} {{\n{body}}}" if body else ""
