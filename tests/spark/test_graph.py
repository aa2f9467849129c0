"""The graph that Spark writes of a log: the very bytes of what the local engine publishes, whatever Spark does on the way."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kg import decisions, parts, vocab
from kg.derivation import publish
from kg.export.quads import ntriples
from kg.log import Log, encode_document, encode_extraction
from kg.model import Affiliation, Author, Decision, DecisionKind, EntityType, Identifier, LoggedPaper, Metadata
from kg.spark import components, graph, parting, things
from kg.spark.graph import cut
from kg.store import create_or_open, open_snapshot

sys.path.append(str(Path(__file__).parents[1] / "bench"))
from synthetic_papers import papers as synthetic

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import SparkSession

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning")]
M = EntityType.METHOD


def texts() -> list[LoggedPaper]:
    """Papers that name things by chance, some with a second text from elsewhere, some that cite, and one with names like code."""
    found = list(synthetic(300))
    first, second, third, fourth = (paper.document for paper in found[:4])
    doi, other = Identifier("doi", "10.1000/1"), Identifier("doi", "10.1000/unknown")
    metadata = Metadata(
        authors=(Author('Ann "x" <b>\\ \u2028', "", (Affiliation("Tofu Institute of Technology, Toyland"),)),),
        cites=((Identifier("arxiv", "1800.00003"), doi), (other,), (Identifier("arxiv", "1800.00000"),)),
    )
    found[0] = replace(found[0], document=replace(first, identifiers=(Identifier("arxiv", "1800.00000"),), metadata=metadata))
    found[1] = replace(found[1], document=replace(second, identifiers=(doi,), metadata=replace(metadata, authors=())))
    found[2] = replace(found[2], document=replace(third, identifiers=(Identifier("arxiv", "1800.00002"), doi)))  # one paper with the second
    found[3] = replace(
        found[3], document=replace(fourth, identifiers=(Identifier("arxiv", "1800.00003"),), title="The very same long title")
    )
    later = replace(found[4].document, key=found[3].document.key, version=2, identifiers=found[3].document.identifiers)
    untold = replace(found[5].document, key="the-very-same-long-title-0123", title="The very same long title")
    return [*found, replace(found[4], document=later), replace(found[5], document=untold)]


def decided(papers: list[LoggedPaper]) -> list[Decision]:
    said = [(paper.document.key, claim) for paper in papers for claim in paper.extraction.entities if claim.type is M]
    (_, a), (two, b), (_, c), (four, d), (_, e), (six, g), *_ = said[:: len(said) // 7]
    return [
        Decision(DecisionKind.SAME, M, a.name, other=b.name, other_paper=two),
        Decision(DecisionKind.DIFFERENT, M, c.name, other=d.name, other_paper=four),
        Decision(DecisionKind.RENAME, M, e.name, other=f'"{a.name}" <>\\'),
        Decision(DecisionKind.WRONG_ENTITY, M, g.name, paper=six),
    ]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The graph that the local engine publishes, as sorted N-Triples."""
    place = tmp_path_factory.mktemp("local") / "store"
    with create_or_open(place) as folder, Log(folder.log_path) as log:
        with log.batch():
            for paper in texts():
                log.put(paper.document, paper.extraction, paper.extractor)
        decisions.add(place, decided(texts()))
        publish(folder, log)
        log.commit()
    with open_snapshot(place) as snapshot:
        return ntriples(quad.triple for quad in snapshot.store)


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same texts as a table in two files, some of them from two places."""
    folder = tmp_path_factory.mktemp("log")
    found = [(paper, "one") for paper in texts()] + [(paper, "two") for paper in texts()[:40]]
    for number in (0, 1):
        _write(folder / f"{number}.parquet", found[number::2])
    return folder


def _write(path: Path, found: Iterable[tuple[LoggedPaper, str]]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = []
    for paper, source in found:
        document = replace(paper.document, source=source)
        told = (encode_document(document), encode_extraction(paper.extraction))
        rows.append((document.key, document.content_hash, paper.extractor, *told, source, "line 1"))
    pq.write_table(pa.table([list(column) for column in zip(*rows, strict=True)], schema=parts.log_schema()), path)


def written(spark: SparkSession, log: Path, out: Path, **how: int) -> tuple[graph.Written, bytes]:
    done = graph.write(spark, spark.read.parquet(str(log)), str(out), base=vocab.BASE, decided=decided(texts()), **how)
    return done, b"".join((out / file.path).read_bytes() for file in done.files)


def test_it_is_what_the_local_engine_publishes(spark: SparkSession, log: Path, published: bytes, tmp_path: Path) -> None:
    done, lines = written(spark, log, tmp_path, file_bytes=1 << 20)
    assert lines == published
    assert done.papers == 300
    assert len(done.files) > 4
    for file in done.files:
        content = (tmp_path / file.path).read_bytes()
        assert (file.rows, file.bytes, file.sha256) == (content.count(b"\n"), len(content), hashlib.sha256(content).hexdigest())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["graph"]


def test_so_it_is_where_components_are_found_by_spark_and_tasks_fail(
    spark: SparkSession, log: Path, published: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module, name in ((things, "Using"), (things, "Resolving"), (graph, "PaperLines"), (parting, "Merging")):
        monkeypatch.setattr(module, name, failing_at_first(getattr(module, name)))
    assert written(spark, log, tmp_path, limit=3)[1] == published


def failing_at_first(made: Callable[..., Any]) -> Callable[..., Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]]:
    """What makes what tasks call, each of which fails at the end of its first attempt, when all of its output is made."""

    def make(*given: object) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
        call = made(*given)

        def wrapped(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
            from pyspark import TaskContext

            yield from call(batches)
            context = TaskContext.get()
            if context is not None and context.attemptNumber() == 0:
                raise OSError("a fault of this test")

        return wrapped

    return make


def test_components_are_the_same_by_contraction(spark: SparkSession, tmp_path: Path) -> None:
    chain = [(n, n + 1) for n in range(40)] + [(50, 60), (60, 70), (70, 50), (80, 81), (82, 81)]
    edges = spark.createDataFrame(chain, "one long, other long")
    found = {row.id: row.component for row in components.labels(spark, edges, str(tmp_path), limit=0).collect()}
    assert found == {**dict.fromkeys(range(41), 0), 50: 50, 60: 50, 70: 50, 80: 80, 81: 80, 82: 80}


def test_a_graph_is_cut_into_as_many_files_as_it_needs() -> None:
    sample = [b"".join(b"%04d .\n" % number for number in range(first, 1000, 2)) for first in (0, 1)]
    assert cut(sample, 1, 1 << 20).starts == ()
    assert cut(sample, 10, 20_000).starts == ("0333 .", "0666 .")
