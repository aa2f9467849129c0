"""Text that a user gives for a parameter in, RDF term out."""

from __future__ import annotations

import re

from pyoxigraph import BlankNode, Literal, NamedNode

from kg import vocab
from kg.errors import UsageError
from kg.model import EntityType

_ENTITIES = tuple(sorted(str(type) for type in EntityType))
PAPER = "Paper"
KIND = "Kind"  # the type of kinds and families, beside the values of EntityType

# Kind of a parameter → what a name given for it may be the name of; where "Kind" stands first, a kind is meant before an entity.
KINDS: dict[str, tuple[str, ...]] = {
    **{type: (type,) for type in _ENTITIES},
    PAPER: (PAPER,),
    "Entity": _ENTITIES,
    "Thing": (*_ENTITIES, PAPER),
    KIND: (KIND, *_ENTITIES),  # what others lie under: a kind, or an entity with narrower ones
    "Property": (),  # of the ontology: "introduces", "kg:introduces" or an IRI
    "IRI": (),
    "string": (),
    "integer": (),
    "decimal": (),
}

_XSD = vocab.NAMESPACES["xsd"]
_STRING, _INTEGER, _DECIMAL = (NamedNode(_XSD + name) for name in ("string", "integer", "decimal"))
_DATATYPES = {"string": (_STRING,), "integer": (_INTEGER,), "decimal": (_DECIMAL, _INTEGER)}
_NUMBERS = {"integer": re.compile(r"[+-]?[0-9]{1,18}"), "decimal": re.compile(r"[+-]?(?:[0-9]{1,18}(?:\.[0-9]{0,18})?|\.[0-9]{1,18})")}
_SCHEME = re.compile(r"(?:https?://|urn:)\S+", re.IGNORECASE)
_CURIE = re.compile(r"(\w+):(\S+)")
_LOCAL_NAME = re.compile(r"[A-Za-z]\w*")


def parse_term(text: str, kind: str, *, base: str = vocab.BASE) -> NamedNode | Literal:
    """The term that a user means by `text` for a parameter of this kind; `base` is where data IRIs begin.

    Names of things are not looked up here: where a kind takes an entity or a paper, `text` must be an IRI or CURIE.

    Raises:
        UsageError: the text is no IRI, or no number, as the kind asks.
        KeyError: the kind is unknown.
    """
    if kind not in KINDS:
        raise KeyError(kind)
    if kind in _NUMBERS:
        if not _NUMBERS[kind].fullmatch(text):
            raise UsageError(
                f"{text!r} is not a number of kind {kind}", hint="write digits, such as 8" + (" or 0.5" if kind == "decimal" else "")
            )
        return Literal(text, datatype=_DATATYPES[kind][0])
    if kind == "string":
        return _string(text)
    if kind == "Property" and _LOCAL_NAME.fullmatch(text):
        return vocab.own(text)
    term = parse_iri(text, base=base)
    if term is None:
        raise UsageError(f"{text!r} is not an IRI", hint="write <http://…>, or a prefix and a name such as method:biomedclip")
    return term


def parse_iri(text: str, *, base: str = vocab.BASE) -> NamedNode | None:
    """The IRI that `text` writes: <…>, http(s)://…, urn:…, or a CURIE with a prefix that we know; None for any other text."""
    iri = text[1:-1] if text.startswith("<") and text.endswith(">") else text if _SCHEME.fullmatch(text) else _expanded(text, base)
    try:
        return NamedNode(iri) if iri else None
    except ValueError:
        return None


def check_kind(term: NamedNode | Literal | BlankNode, kind: str, name: str) -> None:
    """Raise UsageError where a term cannot stand for parameter `name` of this kind."""
    wanted = _DATATYPES.get(kind)
    fits = isinstance(term, NamedNode) if wanted is None else isinstance(term, Literal) and term.datatype in wanted
    if not fits:
        what = "an IRI" if wanted is None else f"a literal of type xsd:{kind}"
        raise UsageError(f"parameter {name} takes {what}, not {term}", hint="`kg query --list` shows the kind of every parameter")


def _expanded(text: str, base: str) -> str | None:
    found = _CURIE.fullmatch(text)
    namespace = {**vocab.NAMESPACES, **vocab.data_prefixes(base)}.get(found[1]) if found else None
    return namespace + found[2] if found and namespace else None


def _string(text: str) -> Literal:
    try:
        return Literal(text)
    except ValueError as error:
        raise UsageError("a parameter holds a character that is not Unicode text", hint="give it in UTF-8") from error
