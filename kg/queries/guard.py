"""Refuses queries that would reach beyond the graph: SERVICE, which the engine runs over real HTTP, and updates.

pyoxigraph 0.5.13 has no switch for SERVICE, and it reads without a tokeniser: `SERVICESILENT<…>`, `trueSERVICE<…>` and,
with `x:` declared, `SERVICEx:y {…}` are all service calls to it, though no tokeniser of the standard would say so.
What is refused here is the keyword in all of these spellings. What the standard reads without that keyword is let through;
where the engine could read it in, the engine gets the query with another name for the prefix (`_renamed`).
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

from kg import vocab
from kg.errors import QueryError
from kg.queries.tokens import Kind, Token, declared_prefixes, tokenise

_UPDATES = frozenset({"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY"})
_CODEPOINT = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_SERVICE = re.compile("service", re.IGNORECASE | re.ASCII)
_BEFORE_A_CALL = re.compile("FILTER|HAVING|BY", re.IGNORECASE)  # keywords after which a function's name may stand
_NAMING = frozenset({"GRAPH", "FROM", "NAMED"})


@functools.lru_cache(maxsize=64)
def guard(sparql: str) -> str:
    """Let a query through that only reads the graph: the text that an engine is to be given.

    It is the query itself; where an engine without a tokeniser could take a prefix in it for SERVICE, with another name for that prefix.
    Says nothing on whether the query is valid; the engine does.

    Raises:
        QueryError: it holds SERVICE, or an update keyword, outside strings, comments, IRIs, names and variables.
    """
    tokens = tuple(tokenise(sparql))
    try:
        _check(sparql, tokens)
    except QueryError:
        safe = _renamed(sparql, tokens)
        if safe == sparql:
            raise
        _check(safe, tuple(tokenise(safe)))
        return safe
    return sparql


def _check(sparql: str, tokens: Sequence[Token]) -> None:
    """Refuse a text in which an engine may read a keyword that does more than read."""
    for token in tokens:
        if token.kind is Kind.WORD:
            _check_word(token.text.upper())
    _check_names(tokens)
    for other in (_unglued(sparql, tokens), _decoded(sparql, tokens)):
        if other != sparql:
            _check(other, tuple(tokenise(other)))


def _check_word(word: str) -> None:
    if "SERVICE" in word:  # no other keyword holds it; this finds SERVICESILENT and trueSERVICE
        raise _service()
    if word in _UPDATES:
        raise QueryError(
            f"{word} changes a graph, and queries only read",
            hint="build the graph with `kg build`, take a paper out with `kg remove`",
        )


def _service() -> QueryError:
    return QueryError(
        "SERVICE would send parts of the graph over the network",
        hint="leave the SERVICE block out; to join other data, export the graph with `kg export` and load both elsewhere",
    )


def _check_names(tokens: Sequence[Token]) -> None:
    """Refuse a name that an engine without a tokeniser may take for a call: `SERVICEx:y {…}` for SERVICE and `x:y`.

    It does so where `SERVICEx:` is not declared (no valid query then), and where a group follows that could be the body of
    the call. That also hits valid queries, which have both `service:` and `:` declared (or `servicex:` and `x:`) and a name
    with the first right before "{", as in `?s ?p service:x { … }`; `_renamed` then takes the word out of them.
    """
    suspects = [i for i, token in enumerate(tokens) if token.kind is Kind.NAME and _SERVICE.search(_prefix(token))]
    declared = _declared(tokens) if suspects else set()
    for i in suspects:
        if _prefix(tokens[i]) not in declared or _may_call(tokens, i, declared):
            raise _service()


def _renamed(sparql: str, tokens: Sequence[Token]) -> str:
    """The query with another name, as long, for each prefix that it declares and that holds the word: to a tokeniser it is the same query.

    What comes out is checked as any query is, so nothing is let through that would not be let through if it were written so.
    """
    declared, names = _declared(tokens), dict[str, str]()
    for prefix in sorted(prefix for prefix in declared_prefixes(tokens) if _SERVICE.search(prefix)):
        others = (_SERVICE.sub(letter * len("service"), prefix) for letter in "qxzjkvw")
        names[prefix] = next((name for name in others if name not in declared and name not in names.values()), prefix)
    parts, at = [], 0
    for token in tokens:
        if token.kind is Kind.NAME and (prefix := _prefix(token)) in names:
            parts += [sparql[at : token.start], names[prefix]]
            at = token.start + len(prefix)
    return "".join((*parts, sparql[at:]))


def _may_call(tokens: Sequence[Token], at: int, declared: set[str]) -> bool:
    """Whether the name may be read as SERVICE and the name of a service, with the group that follows as its body."""
    return _before_group(tokens, at) and not declared.isdisjoint(_rests(_prefix(tokens[at])))


def _prefix(token: Token) -> str:
    return token.text.partition(":")[0]


def _before_group(tokens: Sequence[Token], at: int) -> bool:
    """Whether "{" follows, and what stands before is no keyword that makes it a graph's name."""
    named = at > 0 and tokens[at - 1].kind is Kind.WORD and tokens[at - 1].text.upper() in _NAMING
    return not named and at + 1 < len(tokens) and tokens[at + 1].text == "{"


def _rests(prefix: str) -> set[str]:
    """What is left of a prefix behind SERVICE, and behind SERVICE SILENT."""
    rests = {prefix[found.end() :] for found in _SERVICE.finditer(prefix)}
    return rests | {rest[len("silent") :] for rest in rests if rest.lower().startswith("silent")}


def _declared(tokens: Sequence[Token]) -> set[str]:
    """Every prefix that the engine may know: declared in the text, glued to its keyword as in `PREFIXx:`, or ours."""
    stated = declared_prefixes(tokens)
    glued = {prefix[len("prefix") :] for prefix in stated if prefix.lower().startswith("prefix")}
    return stated | glued | set(vocab.NAMESPACES) | set(vocab.FOLDERS)


def _unglued(sparql: str, tokens: Sequence[Token]) -> str:
    """The text with a space inside names such as `FILTERx:f`, where an engine may read FILTER and `x:f`."""
    gaps = []
    for token in tokens:
        if token.kind is Kind.NAME:
            prefix = _prefix(token)
            gaps += [(token.start + found.end(), prefix[found.end() :]) for found in _BEFORE_A_CALL.finditer(prefix)]
    declared = _declared(tokens) if gaps else set()
    for at, rest in sorted(gaps, reverse=True):
        if rest in declared:
            sparql = f"{sparql[:at]} {sparql[at:]}"
    return sparql


def _decoded(sparql: str, tokens: Sequence[Token]) -> str:
    r"""The text with every \\u0053 as its character, where one stands outside strings and IRIs.

    SPARQL 1.1 section 19.2 allows that; pyoxigraph does not, but another engine may.
    """
    escaped = any(token.kind is Kind.MARK and token.text == "\\" for token in tokens)
    return _CODEPOINT.sub(_character, sparql) if escaped else sparql


def _character(found: re.Match[str]) -> str:
    code = int(found[1] or found[2], 16)
    return chr(code) if code <= 0x10FFFF else found[0]
