"""The Python API: `kg.open(path)` gives a graph that builds, answers, draws and exports; the commands are thin over it.

Reading opens the newest published snapshot for the length of a call, so that a graph may be kept while others write.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO, Self

from kg import vocab
from kg.analysing import Analysis
from kg.errors import DependencyError
from kg.extract import DEFAULT
from kg.model import BuildReport, LoggedPaper, Rejection
from kg.opening import Kind, Reader, locate
from kg.parameters import end, find_query, term
from kg.queries import guard, library
from kg.reviewing import Review
from kg.viewing import View

if TYPE_CHECKING:
    import networkx
    import pandas
    import rdflib

    from kg.build import Plan, Retried
    from kg.comparison import Difference
    from kg.engine.runner import QueryResult
    from kg.explanation import Explanation
    from kg.log import Log
    from kg.lookup import Description, Quote
    from kg.sources import Position
    from kg.stats import Stats
    from kg.store import Hit, Snapshot
    from kg.validate import Report

DEFAULT_STORE = "./kg-store"
TIMEOUT = 30.0  # seconds that a query may take unless told otherwise


def open(path: str | Path = DEFAULT_STORE, *, base: str | None = None) -> Graph:
    """The graph in the store folder `path`, which need not exist before the first `build`, or in an RDF file, which is only read.

    Args:
        path: the store folder or file.
        base: where data IRIs begin, for a new store; an existing one keeps its own.
    """
    return Graph(path, base=base)


def diff(before: str | Path, after: str | Path = DEFAULT_STORE) -> Difference:
    """What the graph at `after` says that the one at `before` does not, and the other way round; false where they say the same.

    Args:
        before: a store folder, an RDF file, or an address.
        after: another.
    """
    from kg.comparison import compare
    from kg.opening import open_graph

    with open_graph(locate(before)) as one, open_graph(locate(after)) as other:
        return compare(one, other, names=(str(before), str(after)))


class Graph:
    """A knowledge graph of papers; a context manager: nothing of a store folder stays open between calls, a file stays loaded."""

    def __init__(self, path: str | Path = DEFAULT_STORE, *, base: str | None = None) -> None:
        self.location = locate(path)
        self.path = Path(path)
        self._base = None if base is None else vocab.checked_base(base)
        self._reader = Reader(self.location, base)
        self.analyse = Analysis(self._reader)
        self.review = Review(self._reader)  # of what may be one, and what people decided

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._reader.close()

    @property
    def base(self) -> str:
        """Where the data IRIs of the published graph begin."""
        if self.location.is_remote:
            from kg import remote

            return remote.base_of(self.location.text, base=self._base)
        with self._snapshot() as snapshot:
            return snapshot.base

    @property
    def view(self) -> View:
        """Makes pages that explore the graph; call it: `graph.view("BiomedCLIP")`."""
        return View(self._reader, self.query)  # not kept: it leads back here, and a graph that nobody holds closes at once

    def __repr__(self) -> str:
        return f"kg.open({self.location.text!r})"

    def build(
        self,
        *paths: str | Path,
        extractor: str = DEFAULT,
        format: str | None = None,
        columns: Mapping[str, str] | None = None,
        enrich: Sequence[str | Path] = (),
        jobs: int = 1,
        stdin: BinaryIO | None = None,
        position: Position | None = None,
        on_progress: Callable[[int], None] | None = None,
        on_commit: Callable[[int], None] | None = None,
        on_input: Callable[[str, str], None] | None = None,
        on_refusal: Callable[[Rejection], None] | None = None,
    ) -> BuildReport:
        """Read papers into the store and bring the graph up to date; unchanged papers are not read again.

        Args:
            paths: files, folders, or "-" for `stdin`.
            extractor: what reads them: "accurate", "fast", "rules", or a name that another package registers; see `kg.extract.load`.
            format: how to read them; found out from each by default.
            columns: which column of a table holds what: {"title": "Titel"}.
            enrich: files read after the others, of which only what tells more of papers that are in the graph then is taken.
            jobs: processes that extract; the graph is the same for any number.
            stdin: where "-" is read from; standard input by default.
            on_progress: called with the number of documents done so far.
            on_commit: called with the number of documents that are on disk and published; a remote store gets all of them at the end.
            position: told how far reading is.
            on_input: called with source and format at the first paper that is read of a source in a format.
            on_refusal: called with each refusal that is kept, as `kg.build.build` does it.
        """
        from kg.build import build

        with self._reader.writing("build into") as store:
            return build(
                [str(path) for path in paths],
                store=store,
                extractor=extractor, format=format, columns=columns, enrich=[str(path) for path in enrich], base=self._base, jobs=jobs, stdin=stdin, position=position,
                on_progress=on_progress, on_commit=on_commit, on_input=on_input, on_refusal=on_refusal,
            )  # fmt: skip

    def plan(
        self, *paths: str | Path, extractor: str = DEFAULT, format: str | None = None, columns: Mapping[str, str] | None = None,
        jobs: int = 1, stdin: BinaryIO | None = None,
    ) -> Plan:  # fmt: skip
        """What `build` would do with the same arguments; nothing is written."""
        from kg.build import plan
        from kg.store import layout

        there = self.location.kind is not Kind.FOLDER or (self.path / layout.LOG_FILE).is_file()
        log = self._reader.log() if there else None
        return plan(
            [str(path) for path in paths], log=log, extractor=extractor, format=format, columns=columns, jobs=jobs, stdin=stdin
        )  # fmt: skip

    def retry(
        self,
        source: str = "",
        *,
        code: str = "",
        extractor: str | None = None,
        jobs: int = 1,
        position: Position | None = None,
        on_progress: Callable[[int], None] | None = None,
        on_refusal: Callable[[Rejection], None] | None = None,
    ) -> Retried:
        """Read again the sources that hold refused documents; see `kg.build.retry`."""
        from kg.build import retry

        with self._reader.writing("build into") as store:
            return retry(
                store, source=source, code=code, extractor=extractor, jobs=jobs, position=position,
                on_progress=on_progress, on_refusal=on_refusal,
            )  # fmt: skip

    def remove(self, *papers: str) -> tuple[str, ...]:
        """Take papers out, each named by key, IRI, identifier or title, with all that only they say; the keys removed."""
        from kg.build import remove

        with self._reader.writing("remove papers from") as store:
            return remove(papers, store=store)

    def migrate(self) -> Path | None:
        """Bring a store of an older format to today's, as all that writes does first; where the old one is kept, None if nothing was to do.

        Raises:
            StoreError: another process writes it, its log is damaged, or the disk is full or may not be written; then all is as it was.
        """
        return self._reader.migrate()

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
        found = find_query(query)
        guard(found.sparql)
        if not params:
            return guard(found.bind({}))
        kinds = {param.name: param for param in found.params}
        with self._snapshot() as snapshot:
            return guard(found.bind({name: term(snapshot, kinds.get(name), value) for name, value in params.items()}))

    def query(
        self,
        query: str | Path,
        *,
        params: Mapping[str, str] | None = None,
        timeout: float | None = TIMEOUT,
        limit: int | None = None,
        union: bool = False,
    ) -> QueryResult:
        """The answer to a query, computed in a process of its own that can be stopped, or by a remote store itself.

        Args:
            query: name in the library, path of a file, or SPARQL.
            params: values by parameter: IRIs, numbers, or names of things, which are looked up.
            timeout: seconds until it is stopped; None waits for ever.
            limit: most rows; `truncated` of the answer says whether there are more.
            union: see all graphs of a file as one, as queries of the library always do; GRAPH names none then.

        Raises:
            UsageError: no such query, a parameter that is missing or unknown, or a name that nothing has.
            QueryError: it cannot be parsed, is refused, or met a limit.
        """
        from kg.engine.request import Dataset
        from kg.engine.runner import run_query

        sparql = self.sparql(query, params)
        if self.location.is_remote:
            from kg import remote

            return remote.ask(self.location.text, sparql, base=self._base, timeout=timeout, limit=limit)
        with self._snapshot() as snapshot:
            prefixes = {**vocab.NAMESPACES, **vocab.data_prefixes(snapshot.base)}
            return run_query(
                snapshot, sparql, timeout=timeout, limit=limit, prefixes=prefixes, dataset=Dataset(union=union or query in library())
            )

    def search(self, text: str, types: Collection[str] | None = None, *, limit: int = 20) -> list[Hit]:
        """Things whose name is like `text`, misspelt too; best first."""
        from kg import lookup

        with self._snapshot() as snapshot:
            return lookup.search(snapshot, text, types, limit=limit)

    def show(self, name: str) -> Description:
        """All that is said of the one thing that `name` stands for; raises `UsageError` where none or several have the name."""
        from kg import lookup

        with self._snapshot() as snapshot:
            return lookup.show(snapshot, lookup.find(snapshot, name).iri)

    def why(self, subject: str | None = None, predicate: str | None = None, object: str | None = None) -> list[Quote]:
        """The sentences behind the statements that fit, best score first; ends are names or IRIs, None fits all."""
        from kg import lookup

        with self._snapshot() as snapshot:
            ends = [None if name is None else end(snapshot, name) for name in (subject, object)]
            return lookup.why(snapshot, ends[0], predicate, ends[1])

    def explain(self, name: str) -> Explanation:
        """Why the names of the one thing that `name` stands for are one thing, and what it may be the same as."""
        from kg import explanation

        decided = self.review.decisions()
        with self._snapshot() as snapshot:
            return explanation.explain(snapshot, name, decided)

    def export(
        self,
        output: str | Path | BinaryIO,
        *,
        format: str | None = None,
        paper: str | None = None,
        evidence: bool = True,
        rdf12: bool = False,
        min_score: float | None = None,
        min_precision: float | None = None,
    ) -> None:
        """Write the graph to a file, whose ending names the format unless `format` does, or to a binary stream.

        Args:
            output: a path, written to a side file and renamed, or a stream.
            format: ttl, trig, nt, nq, jsonld, rdf, graphml, gexf or csv.
            paper: only what this paper says: title, identifier or IRI.
            evidence: whether claims and their sentences are written.
            rdf12: tie claims to their triples by RDF 1.2 triple terms.
            min_score: leave out claims that score less, in [0, 1], triples that no other claim states, and entities left alone.
            min_precision: leave out claims whose scores promise less, see `kg.extract.threshold.limits`; not with `min_score`.
        """
        from kg import export, lookup
        from kg.extract.threshold import limits

        kept = limits(min_score, min_precision)
        with self._snapshot() as snapshot:
            one = None if paper is None else snapshot.iri(lookup.find(snapshot, paper, types=["Paper"]).iri).value
            if isinstance(output, str | Path):
                export.write(
                    snapshot.store, Path(output), format=format, paper=one, evidence=evidence, rdf12=rdf12, kept=kept, base=snapshot.base
                )
            else:
                export.dump(
                    snapshot.store, output, format=format or "ttl", paper=one, evidence=evidence, rdf12=rdf12, kept=kept, base=snapshot.base
                )

    def validate(self) -> Report:
        """What the SHACL shapes and the violation queries find."""
        from kg.validate import validate

        with self._snapshot() as snapshot:
            return validate(snapshot.store)

    def stats(self, *, verify: bool = False, on_long: Callable[[str], None] | None = None) -> Stats:
        """Counts and signs of quality, as they were counted when the graph was published.

        Args:
            verify: read every sentence of the graph, whether it is an exact slice of its paper's text; takes a while.
            on_long: called with words before something that takes long.
        """
        from kg.files import knowledge
        from kg.stats import graph_stats, is_counted, stats

        if self.location.kind is Kind.FILE:
            with self._snapshot() as snapshot:
                return graph_stats(knowledge(snapshot.store, snapshot.base), snapshot)
        with self._log() as log, self._snapshot() as snapshot:
            if on_long is not None and not is_counted(snapshot):
                on_long("this graph was published without its figures: all papers are counted anew; the next `kg build` keeps them")
            return stats(log, snapshot, self.review.decisions, verified=verify)

    def size(self) -> tuple[int, int]:
        """How many entities and different statements the graph has; read from its manifest, whatever its size."""
        with self._snapshot() as snapshot:
            return snapshot.manifest.entities, snapshot.manifest.statements

    def to_rdflib(self) -> rdflib.Graph:
        """A copy of the graph in rdflib's memory."""
        from kg.terms import to_rdflib

        with self._snapshot() as snapshot:
            return to_rdflib(quad.triple for quad in snapshot.store)

    def to_networkx(self) -> networkx.MultiDiGraph[str]:
        """Papers, entities and links as nodes, statements as edges keyed by predicate; without evidence."""
        from kg.export import to_networkx

        with self._snapshot() as snapshot:
            return to_networkx(snapshot.store)

    def to_pandas(self, query: str | Path, *, params: Mapping[str, str] | None = None) -> pandas.DataFrame:
        """The rows of a SELECT as a data frame of text; IRIs as they are, None where a cell is unbound."""
        try:
            import pandas
        except ImportError as error:
            raise DependencyError("data frames need pandas", hint="pip install pandas") from error
        result = self.query(query, params=params)
        rows = [[None if cell is None else getattr(cell, "value", str(cell)) for cell in row] for row in result.rows]
        return pandas.DataFrame(rows, columns=list(result.variables))

    def _snapshot(self) -> AbstractContextManager[Snapshot]:
        return self._reader.open()

    def _log(self) -> Log:
        from kg.log import Log

        return Log(self._reader.log(), readonly=True)

    def _repr_html_(self) -> str:
        """What a notebook shows: the store and its counts."""
        stats = self.stats()
        rows = "".join(f"<tr><th>{html.escape(name)}</th><td>{html.escape(str(value))}</td></tr>" for name, value in stats.rows())
        return f"<table><caption>{html.escape(self.location.text)}</caption>{rows}</table>"
