"""What becomes of the documents of a build: logged in the order of the input, and counted.

A binary file that is read as lines gives a million refusals. Of each source the first are kept, then one that says how many more there
were; all are counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from kg.log import Log
from kg.model import BuildReport, Document, Extraction, Rejection

MAX_KEPT = 1000  # refusals of one source
MORE = "more-refused"  # code of the one that stands for all others


@dataclass
class Tally:
    """Logs what comes out of extraction, in the order of the input, and counts it."""

    log: Log
    on_refusal: Callable[[Rejection], None] | None = None  # called with each that is kept
    added: int = 0  # texts that their source did not have before: of new papers, or joined to papers
    updated: int = 0
    unchanged: int = 0
    rejections: list[Rejection] = field(default_factory=list)  # those kept
    refused: Counter[tuple[str, str]] = field(default_factory=Counter)  # (source, code)
    detected: Counter[tuple[str, str]] = field(default_factory=Counter)  # (source, format)
    interrupted: bool = False
    passed_over: int = 0  # documents that would enrich papers, and name none that is here
    refusals: int = 0  # documents refused so far, kept or not
    _by_source: Counter[str] = field(default_factory=Counter)
    _before: int = field(init=False)  # papers when it began

    def __post_init__(self) -> None:
        """Count the papers that are there."""
        self._before = self.log.count()

    @property
    def done(self) -> int:
        """Documents done so far."""
        return self.added + self.updated + self.unchanged + self.refusals

    def add(self, document: Document | None, result: Extraction | Rejection | None, version: str) -> None:
        """Log one document with its result; None as result where it was in the log already."""
        if isinstance(result, Rejection):
            self._refuse(result)
        elif document is not None and result is not None:
            known = self.log.held(document)
            self.log.put(document, result, version)
            self.updated += known
            self.added += not known
        elif document is not None:
            self.log.touch(document)
            self.unchanged += 1

    def end(self) -> None:
        """Log how many refusals were not kept."""
        for source, count in self._by_source.items():
            if count > MAX_KEPT:
                message = f"{count - MAX_KEPT:,} more were refused: mend those listed before, or check that it is the right file"
                self._keep(Rejection(source, "", "read", MORE, message))

    def report(self) -> BuildReport:
        """What became of all; of the texts that were added as many are new papers as there are more papers than before."""
        papers = self.log.count()
        stored = min(max(papers - self._before, 0), self.added)
        return BuildReport(
            stored,
            self.updated,
            self.unchanged,
            tuple(self.rejections),
            self.interrupted,
            papers,
            tuple((source, format, papers) for (source, format), papers in self.detected.items()),
            tuple((source, code, documents) for (source, code), documents in self.refused.items()),
            self.passed_over,
            self.added - stored,
        )

    def _refuse(self, rejection: Rejection) -> None:
        self.refusals += 1
        self.refused[rejection.source, rejection.code] += 1
        self._by_source[rejection.source] += 1
        if self._by_source[rejection.source] <= MAX_KEPT:
            self._keep(rejection)

    def _keep(self, rejection: Rejection) -> None:
        self.log.reject(rejection)
        self.rejections.append(rejection)
        if self.on_refusal is not None:
            self.on_refusal(rejection)
