"""Papers and things → lines of N-Triples, sorted and parted by ranges on the workers.

A worker gathers lines, sorts them, and gives one row for each range that they fall in: some thousand lines in a row, so that Spark moves
few rows of bytes instead of many small ones.
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from typing import TYPE_CHECKING, Any

from pyoxigraph import Triple

from kg.graph import candidate_triples, entity_triples, kind_triples, merge_evidence, paper_triples
from kg.log import identity
from kg.model import Decision, Document, Identifier, Kind
from kg.resolve import Decided, state
from kg.resolve.merges import shown
from kg.resolve.uses import definitions
from kg.spark import rows, things
from kg.spark.papers import paper_of
from kg.spark.things import ENTITY, MEANT, SHOWN

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark import Accumulator

CITED = "cited"  # beside the kinds of `kg.spark.things`: `said` is JSON of the name of a cited work and the key of the paper that it is
BLOBS = "range int, lines binary"
Digests = dict[int, tuple[int, int, str]]  # number of a range → lines, bytes, SHA-256

_Struct = dict[str, Any]  # a row in a row
_CHUNK = 8192  # lines that a row of text has
_GATHERED = 32 << 20  # bytes of lines that a worker sorts at once


@dataclass(frozen=True)
class Ranges:
    """Where the graph is cut into files."""

    starts: tuple[str, ...] = ()  # the first line that each but the first may have, ascending

    def blobs(self, triples: Iterable[Iterable[Triple]]) -> Iterator[tuple[int, bytes]]:
        """(number of the range, sorted lines of it) for all triples, as often as enough have come together; a line may come again."""
        found: set[str] = set()
        size = 0
        for some in triples:
            lines = {f"{triple} .\n" for triple in some}
            size += sum(map(len, lines))
            found |= lines
            if size >= _GATHERED:
                yield from self._parted(sorted(found))
                found, size = set(), 0
        yield from self._parted(sorted(found))

    def _parted(self, lines: Sequence[str]) -> Iterator[tuple[int, bytes]]:
        begin = 0
        for number, end in enumerate((*(bisect_left(lines, start) for start in self.starts), len(lines))):
            if begin < end:
                yield number, "".join(lines[begin:end]).encode()
            begin = end


@dataclass(frozen=True)
class PaperLines:
    """What `mapInArrow` calls: (paper, texts, told), what is told as of `kg.spark.things`, → BLOBS of all that the papers state."""

    base: str
    decided: tuple[Decision, ...]
    ranges: Ranges

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The lines of all papers."""
        decided = Decided(self.decided)
        for blob in self.ranges.blobs(self._triples(key, texts, told or (), decided) for key, texts, told in rows.rows(batches)):
            yield from rows.batches([blob], BLOBS)

    def _triples(self, key: str, texts: Sequence[_Struct], told: Sequence[_Struct], decided: Decided) -> set[Triple]:
        paper = paper_of(key, texts)
        meant = {one["place"]: one["said"] for one in told if one["kind"] == MEANT}
        known = dict(json.loads(one["said"]) for one in told if one["kind"] == CITED)

        def cited(work: Iterable[Identifier]) -> str:
            return identity.cited(work, known.get)

        triples = paper_triples(paper.document, state(paper, meant, decided), self.base, cited)
        for one in told:
            if one["kind"] == SHOWN:
                thing, form, pair = json.loads(one["said"])
                evidence = shown((pair[0], pair[1]), definitions(paper))
                triples.update(() if evidence is None else merge_evidence(thing, form, evidence, paper.document, self.base))
        return triples


@dataclass(frozen=True)
class ThingLines:
    """What `mapInArrow` calls: (kind, said) of things and questions → BLOBS of what they are and are called."""

    base: str
    curated: Mapping[tuple[str, str], str]  # as `Under.path` takes it
    ranges: Ranges

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The lines of all things."""
        for blob in self.ranges.blobs(self._triples(*row) for row in rows.rows(batches)):
            yield from rows.batches([blob], BLOBS)

    def _triples(self, kind: str, said: str) -> Iterable[Triple]:
        if kind != ENTITY:
            return candidate_triples(things.question(said), self.base)
        return entity_triples(things.entity(said, self.curated), _no_document, self.base)


@dataclass(frozen=True)
class Merging:
    """What `mapInArrow` calls: BLOBS of one range → rows of text, many lines in each; notes their digest."""

    told: Accumulator[Digests]

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The sorted lines, each once."""
        import pyarrow as pa

        lines: list[bytes] = []
        number = None
        for batch in batches:
            for number, blob in rows.rows([batch]):  # noqa: B007 (the last one stands for all)
                lines += blob.split(b"\n")[:-1]
        if number is None:
            return
        lines.sort()  # sorted pieces, which are merged
        unique = (line for line, _ in groupby(lines))
        total, count, size = hashlib.sha256(), 0, 0
        while chunk := list(islice(unique, _CHUNK)):
            text = b"\n".join(chunk)
            total.update(text + b"\n")
            count, size = count + len(chunk), size + len(text) + 1
            yield pa.RecordBatch.from_arrays([pa.array([text.decode()])], ["value"])
        self.told.add({number: (count, size, total.hexdigest())})


def kind_blobs(kinds: Iterable[Kind], base: str, ranges: Ranges) -> list[tuple[int, bytes]]:
    """BLOBS of kinds."""
    return list(ranges.blobs(kind_triples(kind, base) for kind in kinds))


def _no_document(key: str) -> Document:
    raise KeyError(key)  # evidence is told with its paper
