"""Finds one thing by what a person calls it: a name in any spelling, a path, an IRI, an identifier of a paper."""

from __future__ import annotations

import shlex
from collections.abc import Collection

from pyoxigraph import NamedNode

from kg import vocab
from kg.errors import UsageError
from kg.lookup.describing import has
from kg.model import EntityType, Identifier
from kg.queries.terms import KIND
from kg.store import PAPER, Hit, Snapshot
from kg.text.identity import identifiers

TYPES = (*(str(type) for type in EntityType), PAPER, KIND)
_SUGGESTIONS = 5


def search(snapshot: Snapshot, text: str, types: Collection[str] | None = None, *, limit: int = 20) -> list[Hit]:
    """Things whose name is like `text`, misspelt too; best first.

    Raises:
        UsageError: one of `types` is unknown.
    """
    return snapshot.names.search(text, _checked(types), limit)


def find(snapshot: Snapshot, name: str, types: Collection[str] | None = None) -> Hit:
    """The one thing that `name` stands for.

    Args:
        snapshot: the published graph.
        name: an IRI, a path ("method/biomedclip"), a CURIE ("method:biomedclip"), a paper's identifier (arXiv, DOI, …), a name in
            any spelling, the beginning of one if only one thing has it; with a type before it where two share it ("Dataset: SPARK").
        types: values of EntityType, "Paper" or "Kind" to look among; None for all. Where an entity and a kind share the name ("GPU"),
            it is the kind where "Kind" stands first, else the entity.

    Raises:
        UsageError: nothing or more than one thing has the name (the hint says what to type), or a type is unknown.
    """
    typed, text = _split_type(name)
    wanted = [typed] if typed is not None else _checked(types)
    path = _path(snapshot, text)
    direct = snapshot.names.of(path if path is not None else f"paper/{text}")  # a paper's key is a name of it
    if direct is not None and (wanted is None or direct.type in wanted):
        return direct
    if wanted is None and (other := _node(snapshot, text)) is not None:
        return other
    kinds_first = wanted is not None and wanted[:1] == [KIND]
    found = _narrowed(_called(snapshot, text, wanted), text, kinds_first) or _by_identifier(snapshot, text, wanted)
    if not found:
        found = _beginning(snapshot, text, wanted, kinds_first)
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(
            f"{len(found)} things are called {text!r}", hint="choose one: " + "; ".join(_choice(hit, found) for hit in found[:8])
        )
    raise UsageError(f"nothing in the graph is called {text!r}", hint=_did_you_mean(snapshot, text, wanted))


def _called(snapshot: Snapshot, text: str, types: Collection[str] | None) -> list[Hit]:
    """Things with this very name; who wrote a paper is no name of it."""
    return [hit for hit in snapshot.names.exact(text, types) if hit.kind != "author"]


def _checked(types: Collection[str] | None) -> list[str] | None:
    """The types by their right spelling."""
    if types is None:
        return None
    known = {type.casefold(): type for type in TYPES}
    unknown = [type for type in types if type.casefold() not in known]
    if unknown:
        raise UsageError(f"there is no type {unknown[0]!r}", hint=f"types are {', '.join(TYPES)}")
    return [known[type.casefold()] for type in types]


def _split_type(name: str) -> tuple[str | None, str]:
    """A type that stands before a name, and the name: ("Dataset", "SPARK") of "Dataset: SPARK"."""
    before, colon, rest = name.partition(": ")
    types = {type.casefold(): type for type in TYPES}
    return (types[before.strip().casefold()], rest.strip()) if colon and before.strip().casefold() in types else (None, name.strip())


def _path(snapshot: Snapshot, text: str) -> str | None:
    """The path below the base that an IRI, path or CURIE stands for; None where `text` has no such form."""
    if text.startswith(snapshot.base):
        return text.removeprefix(snapshot.base)
    for mark in ("/", ":"):
        folder, found, rest = text.partition(mark)
        if found and folder in vocab.FOLDERS and rest and " " not in rest:
            return f"{folder}/{rest}"
    return None


def _node(snapshot: Snapshot, text: str) -> Hit | None:
    """What an IRI that stands somewhere in the graph names, be it no paper, entity or kind; None where `text` is no such IRI."""
    if ":" not in text or any(c.isspace() for c in text):
        return None
    try:
        node = NamedNode(text)
    except ValueError:
        return None
    local = snapshot.local(text)
    named = snapshot.names.of(local)
    if named is not None or not has(snapshot, node):
        return named
    return Hit(local, "", text, text, 0, "exact", 1.0)


def _narrowed(found: list[Hit], text: str, kinds_first: bool) -> list[Hit]:
    """Of several things, the one whose canonical name is spelled just so, or the one that has it as canonical name at all.

    Kinds and entities are told apart first where kinds come first, and last where entities do.
    """
    if kinds_first:
        found = [hit for hit in found if hit.type == KIND] or found
    spelled = [hit for hit in found if hit.label == text]
    canonical = [hit for hit in found if hit.label == hit.matched]
    entities = [[hit for hit in hits if hit.type != KIND] for hits in (spelled, canonical, found)]
    return next((best for best in (spelled, canonical, *entities) if len(best) == 1), found)


def _by_identifier(snapshot: Snapshot, text: str, types: Collection[str] | None) -> list[Hit]:
    if types is not None and PAPER not in types:
        return []
    found = (_called(snapshot, i.value, [PAPER]) for i in identifiers([Identifier("", text)])[0])
    return next((hits for hits in found if hits), [])


def _beginning(snapshot: Snapshot, text: str, types: Collection[str] | None, kinds_first: bool) -> list[Hit]:
    """The one thing, or else the one entity beside papers and kinds, whose name begins so; nothing where there are more.

    Where kinds come first, the one kind.
    """
    hits = [hit for hit in snapshot.names.search(text, types, limit=100) if hit.how == "prefix" and hit.kind != "author"]
    kinds = [hit for hit in hits if hit.type == KIND]
    entities = [hit for hit in hits if hit.type not in (PAPER, KIND)]
    return next((best for best in (hits, kinds if kinds_first else entities) if len(best) == 1), [])


def _choice(hit: Hit, found: Collection[Hit]) -> str:
    """What to type to mean this thing and no other of those found."""
    alone = sum(other.type == hit.type for other in found) == 1
    return f'"{hit.type}: {hit.matched}"' if alone else f"{hit.iri} ({hit.label})"


def _did_you_mean(snapshot: Snapshot, text: str, types: Collection[str] | None) -> str:
    path = _path(snapshot, text)
    words = text if path is None else path.rpartition("/")[2].replace("-", " ")
    close = snapshot.names.search(words, types, limit=_SUGGESTIONS) or snapshot.names.search(words, limit=_SUGGESTIONS)
    if close and close[0].kind == "author" and close[0].how == "exact":
        return f"papers are by an author of this name: `kg query papers-by-author --param author={shlex.quote(close[0].matched)}`"
    if not close:
        return "`kg search WORD` finds things by part of their name"
    return "did you mean " + ", ".join(f"{hit.label} ({hit.type})" for hit in close) + "?"
