"""A process for documents of which one may end it: that one is refused, and the others are read."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from functools import cached_property
from typing import Self

from kg.build.processes import STAGE, Done, Processes, Result, Work
from kg.errors import KgError
from kg.extract import Extractor
from kg.model import Document, Rejection

KILLED = "extraction-killed"  # code of the refusal of a document that ends its process
_TRIES = 2  # of a document, alone: the system may have been short of memory for what others did


class Apart:
    """Extracts one document at a time in a process that is started when it is needed, and anew where a document ended it; to be closed."""

    def __init__(self, source: Extractor | str, work: Work, seconds: float, told: Callable[[Done], None] = lambda _: None) -> None:
        """Extract by `work` with what the process makes of `source`; `seconds` as `work` takes them; `told` hears of what was done."""
        self._source = source
        self._work = work
        self._seconds = seconds
        self._told = told
        self._process: Processes | None = None

    @cached_property
    def version(self) -> str:
        """The version of the extractor.

        Raises:
            KgError: the process was killed before it read anything: by no document.
        """
        return self._ready().version()

    def extract(self, document: Document) -> Result:
        """What comes of a document; its refusal where it ends the process again and again. Raises as `version` does."""
        for _ in range(_TRIES):
            process = self._ready()
            try:
                done = process.submit(self._work, [document], self._seconds).result()
            except (BrokenProcessPool, MemoryError):
                self.close()
            else:
                self._told(done)
                return done.results[0]
        message = (
            f"the process that extracted it was killed, {_TRIES} times alone as well: by the extractor, or for want of memory;"
            " the others are not affected"
        )
        return Rejection(document.source, document.place, STAGE, KILLED, message)

    def _ready(self) -> Processes:
        """The process, once its extractor is loaded."""
        if self._process is None:
            process = Processes(self._source, 1)
            try:
                process.version()
            except BrokenProcessPool as error:
                process.end(wait=False)
                hint = (
                    "run the same command again, with --jobs 1 if memory is short; what was stored so far is kept. A script has to"
                    ' call it under `if __name__ == "__main__":`, for each process reads the script'
                )
                raise KgError("an extraction process was killed as it began", hint=hint) from error
            self._process = process
        return self._process

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.end()
        self._process = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
