"""Records → rows of the log on the workers: cleaned, extracted, or refused; each worker process loads the extractor once.

What raises costs one paper, as in the local engine. What ends the process of a worker (a segmentation fault, the system short of memory)
fails its task, which Spark tries again; then each document is extracted in a child of the worker, and one that ends the child again and
again is refused with the code `extraction-killed`. So no document is tried for ever, and those beside it are not lost.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import kg
from kg.build.apart import Apart
from kg.build.building import cleaned
from kg.build.extraction import extract_each, extract_one
from kg.build.limits import SECONDS
from kg.build.processes import Result, loaded
from kg.extract import Extractor
from kg.log import encode_document, encode_extraction
from kg.model import Document, Record, Rejection
from kg.spark import rows

if TYPE_CHECKING:
    import pyarrow as pa

    from kg.spark.reading import Reader

TEXT, REFUSED = "log", "refused"  # kinds of rows
COLUMNS = ("kind", "key", "hash", "extractor", "document", "extraction", "source", "place", "format", "stage", "code", "message")
SCHEMA = ", ".join(f"{name} string" for name in COLUMNS)

_BATCH = 256  # rows
_REMEMBERED = 1024  # extractions of a task that are kept for the same text from another place

_Row = tuple[str | None, ...]
_loaded: dict[str, Extractor] = {}  # of this process, by name


@dataclass(frozen=True, slots=True)
class Extracting:
    """What `mapInArrow` calls on the workers: rows of what Spark read → rows of COLUMNS."""

    reader: Reader
    extractor: str  # by its name, for a worker has to load its own
    names: Mapping[str, str]  # of sources, as columns have them: absolute paths, or URLs
    kg: str = kg.__version__  # of the driver: workers with another one would mix two graphs

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The rows of all records, in their order."""
        from pyspark import TaskContext

        if kg.__version__ != self.kg:
            raise RuntimeError(f"kg is {kg.__version__} on this worker and {self.kg} where the run began")
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")  # cores are shared out by Spark
        context = TaskContext.get()
        with ExitStack() as stack:
            extract = self._with_care(stack) if context is not None and context.attemptNumber() > 0 else self._at_once()
            yield from rows.batched(_rows(self.reader(batches), extract, self.names), SCHEMA, _BATCH)

    def _at_once(self) -> Callable[[Document], tuple[Result, str]]:
        """Extract in this process."""
        extractor = _extractor(self.extractor)
        return lambda document: (extract_one(extractor, document), extractor.version)

    def _with_care(self, stack: ExitStack) -> Callable[[Document], tuple[Result, str]]:
        """Extract in a child of this process, which ends with `stack`."""
        apart = stack.enter_context(Apart(self.extractor, extract_each, SECONDS))
        return lambda document: (apart.extract(document), apart.version)


def _extractor(name: str) -> Extractor:
    if name not in _loaded:
        _loaded[name] = loaded(name)
    return _loaded[name]


def _rows(
    records: Iterable[Record | Rejection], extract: Callable[[Document], tuple[Result, str]], names: Mapping[str, str]
) -> Iterator[_Row]:
    known: OrderedDict[tuple[str, str], tuple[Result, str]] = OrderedDict()
    for record in records:
        document = record if isinstance(record, Rejection) else cleaned(record)
        if isinstance(document, Rejection):
            yield refused_row(document, names)
            continue
        identity = (document.key, document.content_hash)
        found = known[identity] = known.get(identity) or extract(document)
        if len(known) > _REMEMBERED:
            known.popitem(last=False)
        result, version = found
        if isinstance(result, Rejection):  # the same text may have been refused at another place
            yield refused_row(replace(result, source=document.source, place=document.place), names)
        else:
            format = record.format if isinstance(record, Record) else ""
            row = (version, encode_document(document), encode_extraction(result), names.get(document.source, document.source))
            yield TEXT, document.key, document.content_hash, *row, document.place, format, None, None, None


def refused_row(rejection: Rejection, names: Mapping[str, str]) -> _Row:
    """The row of a refused document."""
    source = names.get(rejection.source, rejection.source)
    told = (rejection.stage, rejection.code, _text(rejection.message))
    return REFUSED, None, None, None, None, None, _text(source), _text(rejection.place), None, *told


def _text(value: str) -> str:
    """A text as UTF-8 can hold it."""
    return value.encode("utf-8", "backslashreplace").decode()
