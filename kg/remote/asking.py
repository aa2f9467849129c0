"""Questions of people to a remote store itself."""

from __future__ import annotations

from kg.engine.runner import QueryResult
from kg.queries.tokens import Kind, declared_prefixes, tokenise
from kg.remote import state
from kg.remote.store import DEFAULT, connect
from kg.vocab import BASE, NAMESPACES, data_prefixes

_DATASET = frozenset({"FROM", "GRAPH"})


def ask(address: str, sparql: str, *, base: str | None = None, timeout: float | None, limit: int | None) -> QueryResult:
    """The answer of the store at an address to a query that was found harmless.

    It looks at the graph of papers where that lies in a graph of its own, unless the query names graphs itself.

    Args:
        address: of the store.
        sparql: the query; our prefixes need no declaration.
        base: of the graph that is meant, where there are several.
        timeout: seconds until we stop waiting.
        limit: most rows or triples to take.

    Raises:
        QueryError: the store refuses the query, or a limit is met.
        RemoteError: the store cannot be reached, or gives half an answer.
    """
    with connect(address) as store:
        marks = state.only(state.read(store), base, address)
        place = marks.states[0].place if marks is not None and marks.states else DEFAULT
        words = {token.text.upper() for token in tokenise(sparql) if token.kind is Kind.WORD}
        graph = DEFAULT if words & _DATASET else place
        return store.query(declared(sparql, base if marks is None else marks.base), graph=graph, timeout=timeout, limit=limit)


def base_of(address: str, *, base: str | None = None) -> str:
    """Where the data IRIs of the graph in a store begin; the usual base where it says nothing.

    Raises:
        UsageError, RemoteError: as `ask` does.
    """
    with connect(address) as store:
        marks = state.only(state.read(store), base, address)
    return marks.base if marks is not None else base or BASE


def declared(sparql: str, base: str | None) -> str:
    """A query with our prefixes declared where it uses and does not declare them; on its first line, so that lines keep their numbers."""
    known = {**NAMESPACES, **(data_prefixes(base) if base else data_prefixes())}
    tokens = tuple(tokenise(sparql))
    used = {token.text.partition(":")[0] for token in tokens if token.kind is Kind.NAME}
    missing = sorted(used & known.keys() - declared_prefixes(tokens))
    return "".join(f"PREFIX {prefix}: <{known[prefix]}> " for prefix in missing) + sparql
