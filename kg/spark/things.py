"""What papers name → things of their own: uses are tied into components, and each component is resolved by `kg.resolve` on one worker.

Components are many and small; a worker resolves thousands of them at once in a register in memory. What is told of papers
(which thing each claim means, which of their sentences is the reason for a name) goes back to them by their keys.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from kg.log import identity
from kg.model import Candidate, Decision, Entity, EntityType, Merge
from kg.resolve import Decided, Register, Resolution, kinds, uses
from kg.resolve.resolution import Under, Unplaced
from kg.resolve.tables import Thing, decode, encode
from kg.resolve.ties import blocks, near, spelling, ties
from kg.resolve.uses import Use
from kg.spark import components, rows
from kg.spark.papers import paper_of

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession

# What a row of `resolve` tells.
MEANT = "meant"  # of a paper: the claim at `place` means the thing with the path `said`
SHOWN = "shown"  # of a paper: it shows why a form is a name; `said` is JSON of the thing's path, the form, the defined pair
ENTITY = "entity"  # `said` is for `entity`
QUESTION = "question"  # `said` is for `question`
CURATED = "curated"  # `said` is JSON of type and name of an entry that papers name, and its path
END = "end"  # `said` is for `end`: what things lie under, where that is no thing of their component
ROWS = "kind string, paper string, place int, said string"

_USES = "thing string, body string, paper string, place int, ties array<string>, blocks array<string>, spelling string, cites array<string>"
_AT_ONCE = 20_000  # claims that a worker resolves in one register: some 50 MB
_Row = tuple[str, str | None, int | None, str]


@dataclass(frozen=True, slots=True)
class Things:
    """All that papers name, resolved."""

    told: DataFrame  # of ROWS; kept by Spark
    cites: DataFrame  # paper, name: identifiers of works that papers cite
    kept: tuple[DataFrame, ...]

    def release(self) -> None:
        """Let go of what Spark keeps."""
        for frame in self.kept:
            frame.unpersist()


def resolve(spark: SparkSession, papers: DataFrame, decided: Sequence[Decision], place: str, *, limit: int = components.LIMIT) -> Things:
    """All things of their own that papers name.

    Args:
        spark: the session.
        papers: as of `kg.spark.papers.Papers`.
        decided: what people decided.
        place: as of `components.labels`.
        limit: as many edges between things are joined on the driver.
    """
    from pyspark.sql import functions as f

    found = papers.mapInArrow(Using(tuple(decided)), _USES).persist()
    label = components.labels(spark, edges(found), place, limit=limit).withColumnRenamed("id", "_id")
    used = found.where("thing is not null").select(f.xxhash64("thing").alias("id"), "body", "paper", "place")
    used = used.join(label, f.col("id") == f.col("_id"), "left").withColumn("component", f.coalesce("component", "id"))
    order = ("component", "body", "paper", "place")
    told = used.select(*order).repartition("component").sortWithinPartitions(*order).mapInArrow(Resolving(tuple(decided)), ROWS).persist()
    cites = found.where("cites is not null").select("paper", f.explode("cites").alias("name"))
    return Things(told, cites, (found, told))


def edges(found: DataFrame) -> DataFrame:
    """What ties things together, as edges between their numbers, for `components.labels`."""
    from pyspark.sql import functions as f

    known = found.where("ties is not null").select(f.xxhash64("thing").alias("id"), "ties", "blocks", "spelling")
    tied = known.select("id", f.explode("ties").alias("tie")).groupBy("tie").agg(f.collect_set("id").alias("ids")).where("size(ids) > 1")
    stars = tied.select(f.explode("ids").alias("one"), f.array_min("ids").alias("other"))
    spelled = known.select(f.explode("blocks").alias("block"), f.struct("id", "spelling").alias("one"))
    near = spelled.groupBy("block").agg(f.collect_set("one").alias("things")).where("size(things) > 1")
    return stars.unionAll(near.select("things").mapInArrow(_near, "one long, other long"))


@dataclass(frozen=True, slots=True)
class Using:
    """What `mapInArrow` calls: papers → a row per use, and one per paper that cites; the ties of a use where it comes first in a task."""

    decided: tuple[Decision, ...]

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The uses of all papers."""
        decided, tied = Decided(self.decided), set[Use]()
        for batch in batches:
            found: list[tuple[object, ...]] = []
            for row in batch.to_pylist():
                paper = paper_of(row["paper"], row["texts"])
                for place, use in enumerate(uses(paper, decided)):
                    if use.thing:
                        told = (None, None, None) if use in tied else _ties(use, decided)
                        tied.add(use)
                        found.append((f"{use.type} {use.thing}", encode(use), row["paper"], place, *told, None))
                cites = {identity.name(one) for work in paper.document.metadata.cites for one in work}
                if cites:
                    found.append((None, None, row["paper"], None, None, None, None, sorted(cites)))
            yield from rows.batches(found, _USES)


@dataclass(frozen=True, slots=True)
class Resolving:
    """What `mapInArrow` calls: uses, those of a component in a row → what became of them."""

    decided: tuple[Decision, ...]

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """What is told of all things of some components at a time."""
        decided, waiting = Decided(self.decided), dict[str, list[tuple[str, int]]]()
        number = 0
        for _, component in groupby(rows.rows(batches), itemgetter(0)):
            for _, body, paper, place in component:
                waiting.setdefault(body, []).append((paper, place))
                number += 1
            if number >= _AT_ONCE:
                yield from rows.batches(list(_resolved(waiting, decided)), ROWS)
                waiting, number = {}, 0
        yield from rows.batches(list(_resolved(waiting, decided)), ROWS)


def _resolved(found: Mapping[str, Sequence[tuple[str, int]]], decided: Decided) -> Iterator[_Row]:
    register = Register()
    try:
        resolution = Resolution(register, decided, lambda _: None)
        resolution.fill_uses(found.items())
        yield from _meant(found, register)
        ends: set[Under] = set()
        for thing in resolution.unplaced():
            yield ENTITY, None, None, _entity_out(thing)
            for form, paper, pair in thing.pairs:
                yield SHOWN, paper, None, json.dumps([thing.entity.id, form, pair])
            if thing.curated:
                yield CURATED, None, None, json.dumps([thing.entity.type, thing.curated, thing.entity.id])
            if thing.under.entries or thing.under.otherwise in kinds.named_by_path():
                ends.add(thing.under)
        yield from ((END, None, None, json.dumps(astuple(end))) for end in ends)
        yield from ((QUESTION, None, None, json.dumps(astuple(one))) for one in resolution.all_candidates())
    finally:
        register.close()


def _meant(found: Mapping[str, Sequence[tuple[str, int]]], register: Register) -> Iterator[_Row]:
    paths: dict[Thing, str | None] = {}
    for body, members in found.items():
        use = decode(body)
        thing = (str(use.type), use.thing)
        if thing not in paths:
            home = register.home(*thing)
            placed = None if home is None else register.placed(thing[0], home[1])
            paths[thing] = None if placed is None else placed.path
        path = paths[thing]
        if path is not None:
            yield from ((MEANT, paper, place, path) for paper, place in members)


def _ties(use: Use, decided: Decided) -> tuple[list[str], list[str], str]:
    spelled = spelling(use)
    return sorted(ties(use, decided)), list(blocks(use.type, spelled)) if spelled else [], spelled


def _near(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Edges between things of a block whose names are spelled almost alike."""
    for batch in batches:
        blocks = ([(one["id"], one["spelling"]) for one in block] for block in batch.column("things").to_pylist())
        yield from rows.batches([pair for block in blocks for pair in near(block)], "one long, other long")


# What rows say, as JSON


def entity(said: str, curated: Mapping[tuple[str, str], str]) -> Entity:
    """The thing in a row of the kind ENTITY, with what it lies under; `curated` as `Under.path` takes it."""
    path, type, name, aliases, short, merges, under = json.loads(said)
    return Entity(path, EntityType(type), name, tuple(aliases), short, _under(under).path(curated), tuple(Merge(*one) for one in merges))


def question(said: str) -> Candidate:
    """The candidate in a row of the kind QUESTION."""
    return Candidate(*json.loads(said))


def end(said: str) -> Under:
    """What things lie under, in a row of the kind END."""
    return _under(json.loads(said))


def _entity_out(thing: Unplaced) -> str:
    one = thing.entity
    merges = [(merge.form, merge.rule, merge.score, merge.reason, merge.paper) for merge in one.merges]
    return json.dumps([one.id, one.type, one.name, one.aliases, one.short, merges, astuple(thing.under)])


def _under(row: tuple[str, list[str], str]) -> Under:
    type, entries, otherwise = row
    return Under(EntityType(type), tuple(entries), otherwise)
