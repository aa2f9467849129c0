"""What a format is: its name, how it is told from others, and how it is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from kg.model import Record, Rejection
from kg.sources.inputs import Input, RefusedError

__all__ = ["Format", "Found", "Input", "RefusedError", "Start", "never"]

Found = Iterator[Record | Rejection]


@dataclass(frozen=True, slots=True)
class Start:
    """The start of an input: all that a format is told by."""

    head: bytes  # the first 64 kB, unpacked, or all
    text: str  # `head` as text without white space in front; "" where it is no text
    ending: str  # of the name in lower case, with its dot, without that of a packing; "" without a name
    columns: Mapping[str, str] = field(default_factory=dict)  # as of an `Input`


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of input.

    A reader gives papers and rejections in the order of the input, as it comes to them, with the `source` it was given and a place that
    leads people there. What is wrong with one paper is a `Rejection`; what ends the reading is a `RefusedError`; nothing else is raised.
    """

    name: str  # what `--format` takes, and a record's `format`
    title: str  # for people: "BibTeX", "JSON, one paper per line"
    recognises: Callable[[Start], bool]  # whether the content is of this format; looks at the ending only where content can be either
    text: Callable[[str, str], Found] | None = None  # reads (text, source); or
    stream: Callable[[Input], Found] | None = None  # reads an input, not all of it at once
    begin: Callable[[Input], Input] | None = None  # lets work on an input begin ahead of its turn, which `stream` takes up: `Input.task`
    endings: tuple[str, ...] = ()  # of files that are read so where no content tells: ".bib"; and that a folder is searched for

    def __post_init__(self) -> None:
        if (self.text is None) == (self.stream is None):
            raise ValueError(f"format {self.name!r} needs one reader: text or stream")

    def read(self, input: Input) -> Found:
        """The papers of an input, and a rejection for each that cannot be read.

        Raises:
            RefusedError: the rest cannot be read; from the iterator.
        """
        if self.stream is not None:
            yield from self.stream(input)
        elif self.text is not None:
            yield from self.text(input.all_text(), input.source)


def never(start: Start) -> bool:
    """Of a format that is read only where `--format` names it."""
    return False
