"""The graph as a file: a store in, bytes out that depend on nothing but what the store holds.

Order of insertion, hash seed, engine and clock leave no trace. `write` makes a file, `dump` fills a stream,
`turtle` is the canonical Turtle text, `to_networkx` makes a graph of it in memory; `kg.files` reads an export back.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, BinaryIO

from pyoxigraph import Store, Triple

from kg import vocab
from kg.errors import KgError, UsageError
from kg.export.blanks import relabelled
from kg.export.edges import csv_table, edges, gexf, graphml, network
from kg.export.jsonld import jsonld
from kg.export.nodes import UnsortedError
from kg.export.quads import nquads, ntriples, stored_nquads, stored_ntriples, trig
from kg.export.rdfxml import rdfxml
from kg.export.selection import reified, select, sure, without_evidence
from kg.export.turtle import stored_turtle, turtle
from kg.extract.threshold import Limits

if TYPE_CHECKING:
    import networkx

__all__ = ["FORMATS", "dump", "to_networkx", "turtle", "write"]


@dataclass(frozen=True, slots=True)
class _Options:
    evidence: bool
    rdf12: bool
    kept: Limits | None
    base: str
    guard: bool


_RDF: Mapping[str, Callable[[list[Triple], str], bytes]] = MappingProxyType(
    {
        "ttl": lambda triples, base: turtle(triples, base=base),
        "trig": lambda triples, base: trig(triples, base=base),
        "nt": lambda triples, _: ntriples(triples),
        "nq": lambda triples, _: nquads(triples),
        "jsonld": lambda triples, base: jsonld(triples, base=base),
        "rdf": lambda triples, base: rdfxml(triples, base=base),
    }
)
_STORED: Mapping[str, Callable[[Store, Path | None, str], Iterator[bytes]]] = MappingProxyType(
    {
        "ttl": lambda store, folder, base: stored_turtle(store, folder, base=base),
        "nt": lambda store, folder, _: stored_ntriples(store, folder),
        "nq": lambda store, folder, _: stored_nquads(store, folder),
    }
)
_EDGES = ("graphml", "gexf", "csv")
_RDF12 = ("ttl", "trig", "nt", "nq")

FORMATS: tuple[str, ...] = (*_RDF, *_EDGES)


def write(
    store: Store,
    path: Path,
    *,
    format: str | None = None,
    paper: str | None = None,
    evidence: bool = True,
    rdf12: bool = False,
    kept: Limits | None = None,
    base: str = vocab.BASE,
    guard: bool = True,
) -> None:
    """Write the graph to a file: first to one beside it, which then takes its name.

    Args:
        store: the graph; only its default graph is read.
        path: the file; its ending gives the format.
        format: one of `FORMATS`, where the ending should not decide.
        paper: key or IRI of a paper: only what it says; `kg.export.selection` says what is told of the things that it names.
        evidence: False leaves claims, merges, their evidence, candidates and extractors out; names, ladder and kg:maybeSame stay.
        rdf12: adds `claim rdf:reifies <<( s p o )>>`, in ttl, trig, nt and nq.
        kept: leaves out claims that score less than it says, triples that no other claim states, entities left without a claim,
            and kinds left without an entity.
        base: what stands before every data IRI of the store.
        guard: whether CSV cells that a spreadsheet would run as a formula get an apostrophe in front.

    Raises:
        UsageError: an unknown format or paper, an option that the format cannot hold, no such folder, or no measured precision.
        KgError: the file cannot be written.
    """
    format = format or _format_of(path)
    options = _Options(evidence, rdf12, kept, base, guard)
    _check(format, options)
    if not path.parent.is_dir():
        raise UsageError(f"no such folder: {path.parent}", hint="create it, or choose another place for the file")
    try:
        _replace(path, _content(store, format, paper, options, path.parent if path.is_file() or not path.exists() else None))
    except OSError as error:
        raise KgError(f"cannot write {path}: {error.strerror or error}", hint="check the disk and the rights on the folder") from error


def dump(
    store: Store,
    stream: BinaryIO,
    *,
    format: str,
    paper: str | None = None,
    evidence: bool = True,
    rdf12: bool = False,
    kept: Limits | None = None,
    base: str = vocab.BASE,
    guard: bool = True,
) -> None:
    """Write the graph to a binary stream, such as `sys.stdout.buffer`; arguments and errors as in `write`."""
    options = _Options(evidence, rdf12, kept, base, guard)
    _check(format, options)
    for piece in _content(store, format, paper, options, None):
        stream.write(piece)


def to_networkx(store: Store) -> networkx.MultiDiGraph[str]:
    """The graph for networkx: nodes are IRIs with `label` and `type`, edges have the predicate as key; see `edges.network`."""
    return network(edges(select(store, None, vocab.BASE)))


def _check(format: str, options: _Options) -> None:
    """Pass where there is such a format and it can hold what is wanted."""
    if format not in FORMATS:
        raise _unknown(f"unknown format {format!r}")
    if options.rdf12 and format not in _RDF12:
        raise UsageError(f"{format} cannot hold RDF 1.2 triple terms", hint=f"use one of {', '.join(_RDF12)}, or leave --rdf12 out")


def _content(store: Store, format: str, paper: str | None, options: _Options, folder: Path | None) -> Iterator[bytes]:
    """The file in pieces. The whole graph in a format of `_STORED` lies in files in `folder` meanwhile, any other is made in memory."""
    if format in _STORED and paper is None and options.kept is None and options.evidence and not options.rdf12:
        try:
            yield from _STORED[format](store, folder, options.base)
        except UnsortedError:  # before the first piece
            pass
        else:
            return
    yield _whole(store, format, paper, options)


def _whole(store: Store, format: str, paper: str | None, options: _Options) -> bytes:
    triples = select(store, paper, options.base)
    if options.kept is not None:
        triples = sure(triples, options.kept)
    if format in _EDGES:
        return _edge_file(format, triples, options)
    if not options.evidence:
        triples = without_evidence(triples)
    elif options.rdf12:
        triples = reified(triples)
    return _RDF[format](relabelled(triples), options.base)


def _edge_file(format: str, triples: list[Triple], options: _Options) -> bytes:
    found = edges(triples)
    if format == "csv":
        return csv_table(found, evidence=options.evidence, guard=options.guard)
    return graphml(found) if format == "graphml" else gexf(found)


def _format_of(path: Path) -> str:
    ending = path.suffix.lower().removeprefix(".")
    if ending not in FORMATS:
        raise _unknown(f"no format has the ending {path.suffix!r}: {path.name}")
    return ending


def _unknown(message: str) -> UsageError:
    return UsageError(message, hint=f"use one of {', '.join(FORMATS)}, as --format or as the ending of the file")


def _replace(path: Path, content: Iterable[bytes]) -> None:
    """Put the pieces of `content` in the place of `path` in one step: a reader sees the old file or the new one, whole.

    A device or a pipe is written into: no file may take its place.
    """
    if path.exists() and not path.is_file() and not path.is_dir():
        with path.open("wb") as stream:
            stream.writelines(content)
        return
    side = path.with_name(f".{path.name[:200]}.{os.getpid()}.part")
    try:
        with side.open("wb") as stream:
            stream.writelines(content)
            stream.flush()
            os.fsync(stream.fileno())
        side.replace(path)
    finally:
        side.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
