"""The Python API: `kg.open(path)` gives a graph that builds, answers, draws and exports; the commands are thin over it.

Reading opens the newest published snapshot for the length of a call, so that a graph may be kept while others write.
"""

from __future__ import annotations

import html
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, BinaryIO, Self

from kg import vocab
from kg.errors import DependencyError, UsageError
from kg.model import BuildReport, LoggedPaper, Rejection

if TYPE_CHECKING:
    import networkx
    import pandas
    import rdflib

    from kg.lookup import Description, Quote
    from kg.queries import Query
    from kg.stats import Stats
    from kg.store import Hit, QueryResult, Snapshot
    from kg.validate import Report

DEFAULT_STORE = "./kg-store"
TIMEOUT = 30.0  # seconds that a query may take unless told otherwise


def open(path: str | Path = DEFAULT_STORE, *, base: str | None = None) -> Graph:
    """The graph in the store folder `path`, which need not exist before the first `build`.

    Args:
        path: the store folder.
        base: where data IRIs begin, for a new store; an existing one keeps its own.
    """
    return Graph(path, base=base)


class Graph:
    """A knowledge graph of papers in a store folder; a context manager, for the look of it: nothing stays open between calls."""

    def __init__(self, path: str | Path = DEFAULT_STORE, *, base: str | None = None) -> None:
        if isinstance(path, str) and "://" in path:
            raise UsageError(f"{path} is an address, and stores are folders", hint="name a folder with --store")
        self.path = Path(path)
        self._base = base

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        return None

    def __repr__(self) -> str:
        return f"kg.open({str(self.path)!r})"

    def build(
        self,
        *paths: str | Path,
        format: str | None = None,
        jobs: int = 1,
        stdin: BinaryIO | None = None,
        on_progress: Callable[[int], None] | None = None,
    ) -> BuildReport:
        """Read papers into the store and bring the graph up to date; unchanged papers are not read again.

        Args:
            paths: files, folders, or "-" for `stdin`.
            format: how to read them; found out from each by default.
            jobs: processes that extract; the graph is the same for any number.
            stdin: where "-" is read from; standard input by default.
            on_progress: called with the number of documents done so far.
        """
        from kg.build import build

        return build(
            [str(path) for path in paths],
            store=self.path,
            format=format,
            base=self._base,
            jobs=jobs,
            stdin=stdin or sys.stdin.buffer,
            on_progress=on_progress,
        )

    def remove(self, *papers: str) -> tuple[str, ...]:
        """Take papers out, each named by key, IRI, identifier or title, with all that only they say; the keys removed."""
        from kg.build import remove

        return remove(papers, store=self.path)

    def papers(self) -> Iterator[LoggedPaper]:
        """Every paper with what was found in it, in order of the keys."""
        with self._log() as log:
            yield from log.papers()

    def rejections(self) -> tuple[Rejection, ...]:
        """The documents that were refused when their source was last read."""
        with self._log() as log:
            return log.rejections()

    def sparql(self, query: str | Path, params: Mapping[str, str] | None = None) -> str:
        """The SPARQL of a query of the library, of a file or of a text, with its parameters in their places.

        Args:
            query: name in the library, path of a file, or SPARQL.
            params: values by parameter: IRIs, numbers, or names of things, which are looked up.
        """
        found = _find_query(query)
        guard(found.sparql)
        if not params:
            return found.bind({})
        kinds = {param.name: param for param in found.params}
        with self._snapshot() as snapshot:
            return found.bind({name: _term(snapshot, kinds.get(name), value) for name, value in params.items()})

    def query(
        self,
        query: str | Path,
        *,
        params: Mapping[str, str] | None = None,
        timeout: float | None = TIMEOUT,
        limit: int | None = None,
    ) -> QueryResult:
        """The answer to a query, computed in a process of its own that can be stopped; arguments as in `sparql`.

        Args:
            query: name in the library, path of a file, or SPARQL.
            params: values by parameter: IRIs, numbers, or names of things, which are looked up.
            timeout: seconds until it is stopped; None waits for ever.
            limit: most rows; `truncated` of the answer says whether there are more.

        Raises:
            UsageError: no such query, a parameter that is missing or unknown, or a name that nothing has.
            QueryError: it cannot be parsed, is refused, or met a limit.
        """
        from kg.store import run_query

        sparql = self.sparql(query, params)
        with self._snapshot() as snapshot:
            prefixes = {**vocab.NAMESPACES, **vocab.data_prefixes(snapshot.base)}
        return run_query(self.path, sparql, timeout=timeout, limit=limit, prefixes=prefixes)
    def _repr_html_(self) -> str:
        """What a notebook shows: the store and its counts."""
        stats = self.stats()
        rows = "".join(f"<tr><th>{html.escape(name)}</th><td>{html.escape(str(value))}</td></tr>" for name, value in stats.rows())
        return f"<table><caption>{html.escape(str(self.path))}</caption>{rows}</table>"
