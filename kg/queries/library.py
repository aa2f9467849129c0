"""Query files in, queries out: one question per file, its header in lines of `#+ key: value` (the form of CLARIAH/grlc).

    #+ summary: Papers that run on a device, largest device counts first
    #+ question: What ran on A100s, and on how many?
    #+ params: hardware (Hardware, optional), minimum (integer)
    … VALUES ?hardware { UNDEF } VALUES ?minimum { 2 } …

A parameter is a `VALUES ?name { … }` of one variable and one value. UNDEF leaves it open, so that a file runs as it stands;
any other value is the parameter's default. A parameter that is neither optional nor has a default must be given.
"""

from __future__ import annotations

import difflib
import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode

from kg.errors import KgError, SourceError, UsageError
from kg.queries.terms import KINDS, check_kind
from kg.queries.tokens import Kind, Token, tokenise
from kg.resources import folder

_HEADER = re.compile(r"#\+[ \t]*(\w+):[ \t]*(.*)")
_PARAM = re.compile(r"\s*(\w+)\s*\(\s*(\w+)\s*(?:,\s*(optional)\s*)?\)\s*")  # "hardware (Hardware, optional)"

Term = NamedNode | Literal | BlankNode


@dataclass(frozen=True, slots=True)
class Param:
    """One parameter of a query."""

    name: str  # of the variable, without "?"
    kind: str  # one of KINDS
    required: bool  # whether the query makes no sense without it
    default: str = ""  # as SPARQL writes it; "" where the parameter stays open

    @property
    def types(self) -> tuple[str, ...]:
        """What a name given for it may be the name of: entity types, "Paper" and "Kind"; empty where names have no place."""
        return KINDS[self.kind]


@dataclass(frozen=True, slots=True)
class Query:
    """A question with its SPARQL."""

    name: str  # of the file, without ".rq"
    summary: str
    question: str  # as a researcher asks it
    params: tuple[Param, ...]  # in the order of the header
    sparql: str  # the file as it stands; it runs

    def bind(self, values: Mapping[str, Term]) -> str:
        """The SPARQL with every given parameter in its place, each as the one term it is, never as text.

        Raises:
            UsageError: a required parameter is missing, one is unknown, or a term is not of its kind.
        """
        params = {param.name: param for param in self.params}
        unknown = sorted(values.keys() - params.keys())
        if unknown:
            raise UsageError(f"query {self.name!r} has no parameter {_listed(unknown)}", hint=self._usage())
        missing = [param.name for param in self.params if param.required and param.name not in values]
        if missing:
            raise UsageError(f"query {self.name!r} needs {_listed(missing)}", hint=self._usage())
        for name, term in values.items():
            check_kind(term, params[name].kind, name)
        parts, at = [], 0
        for slot in _slots(self.sparql):
            if slot.name in values:
                parts += [self.sparql[at : slot.start], str(values[slot.name])]
                at = slot.end
        return "".join(parts) + self.sparql[at:]

    def _usage(self) -> str:
        if not self.params:
            return "it takes no parameters"
        return "its parameters: " + ", ".join(f"{p.name} ({p.kind}{'' if p.required else ', optional'})" for p in self.params)


def library() -> dict[str, Query]:
    """Every query of the folder `queries/` by name, in order of the names."""
    return {path.stem: load_file(path) for path in sorted(folder("queries").glob("*.rq"))}


def is_named(query: object) -> bool:
    """Whether this is the name of a query of the library; none is read."""
    return isinstance(query, str) and query in _names()


@functools.cache
def _names() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in folder("queries").glob("*.rq")))


def named(name: str) -> Query:
    """The query of the library with this name; UsageError with the nearest names where there is none."""
    names = _names()
    if name in names:
        return load_file(folder("queries") / f"{name}.rq")
    near = difflib.get_close_matches(name, names, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}? " if near else ""
    raise UsageError(f"no query is named {name!r}", hint=f"{hint}`kg query --list` shows them all")


def load_file(path: Path) -> Query:
    """The query in a file. A header is not needed: without one the query has no summary and no parameters.

    Raises:
        SourceError: the file cannot be read, or is not UTF-8.
        UsageError: its header is wrong.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise SourceError(f"{path}: {error.strerror}", hint="give the path of a file with one SPARQL query") from error
    except UnicodeDecodeError as error:
        raise SourceError(f"{path}: not UTF-8 at byte {error.start}", hint="save the query as UTF-8") from error
    return parse(text, name=path.stem, source=str(path))


def parse(text: str, *, name: str = "query", source: str = "") -> Query:
    """The query in a text; `source` is what an error says of where it is wrong."""
    header: dict[str, str] = {}
    for line in text.split("\n"):
        found = _HEADER.match(line)
        if not found:
            break
        header[found[1]] = found[2].strip()
    defaults = {slot.name: slot.value for slot in _slots(text)}
    params = tuple(_param(part, defaults, source or name) for part in _split(header.get("params", "")))
    twice = sorted({param.name for param in params if [p.name for p in params].count(param.name) > 1})
    if twice:
        raise _wrong(source or name, f"states parameter {_listed(twice)} twice")
    return Query(name, header.get("summary", ""), header.get("question", ""), params, text)


@dataclass(frozen=True, slots=True)
class _Slot:
    """The value in `VALUES ?name { value }`."""

    name: str
    value: str
    start: int
    end: int


@functools.lru_cache(maxsize=128)
def _slots(sparql: str) -> tuple[_Slot, ...]:
    """Every `VALUES` of one variable and one value, in order; never one in a string or comment."""
    tokens = list(tokenise(sparql))
    found = []
    for values, variable, opening, value, closing in zip(*(tokens[i:] for i in range(5)), strict=False):
        words = values.kind is Kind.WORD and values.text.upper() == "VALUES" and variable.kind is Kind.VARIABLE
        if words and opening.text == "{" and closing.text == "}" and _is_value(value):
            found.append(_Slot(variable.text[1:], value.text, value.start, value.end))
    return tuple(found)


def _is_value(token: Token) -> bool:
    return token.kind in (Kind.IRI, Kind.NAME, Kind.STRING, Kind.NUMBER) or (token.kind is Kind.WORD and token.text.upper() == "UNDEF")


def _split(params: str) -> list[str]:
    """The parts of a `params` line: commas between them, not those inside parentheses."""
    return [part for part in re.split(r",(?![^(]*\))", params) if part.strip()]


def _param(stated: str, values: Mapping[str, str], source: str) -> Param:
    found = _PARAM.fullmatch(stated)
    if not found:
        raise _wrong(source, f"states a parameter as {stated.strip()!r}")
    name, kind, optional = found.groups()
    if kind not in KINDS:
        raise _wrong(source, f"states the unknown kind {kind!r}")
    if name not in values:
        raise _wrong(source, f"has no line `VALUES ?{name} {{ UNDEF }}`")
    default = "" if values[name].upper() == "UNDEF" else values[name]
    return Param(name, kind, required=not optional and not default, default=default)


def _wrong(source: str, what: str) -> KgError:
    return UsageError(
        f"the header of {source} {what}",
        hint=f"write `#+ params: name (kind), other (kind, optional)`; kinds: {', '.join(KINDS)}",
    )


def _listed(names: list[str]) -> str:
    return ", ".join(names)
