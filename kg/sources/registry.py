"""Which formats there are, and which one an input has: told by content first, by the ending second."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePath

from kg.sources import bibtex, jsonl, listing, markdown, parquet, pdf, plain, plugins, ris, tables, xml
from kg.sources.formats import Format, Start, never
from kg.sources.frontmatter import FRONT_MATTER
from kg.sources.packed import ENDINGS as PACKED_ENDINGS

_MARKDOWN = "markdown"

# The first that knows a content reads it, so those that look at more than a few bytes come last.
BUILT_IN: tuple[Format, ...] = (
    parquet.FORMAT,
    pdf.FORMAT,
    *xml.FORMATS,
    bibtex.FORMAT,
    ris.FORMAT,
    ris.MEDLINE_FORMAT,
    jsonl.LINES,
    jsonl.DOCUMENT,
    *jsonl.FLAVOURED,
    tables.CSV_FORMAT,
    tables.TSV_FORMAT,
    Format(_MARKDOWN, "Markdown", lambda start: markdown.looks_like(start.text), text=markdown.read, endings=(".md", ".markdown")),
    Format("listing", "a listing", never, text=lambda text, source: iter(listing.read(text, source))),
    Format("text", "text", never, text=plain.read),
)
_ARCHIVE_ENDINGS = (".zip", ".tar", *(".tar" + ending for ending in PACKED_ENDINGS), ".tgz", ".tbz", ".tbz2", ".txz", ".tzst")
_PLAIN_ENDINGS = (".txt",)  # of text without a sign of any format


@dataclass(frozen=True)
class Registry:
    """The formats that inputs are read in: the built-in ones, and those of installed packages."""

    formats: tuple[Format, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """What `--format` takes."""
        return tuple(format.name for format in self.formats)

    def named(self, name: str) -> Format | None:
        """The format of this name."""
        return next((format for format in self.formats if format.name == name), None)

    def by_content(self, start: Start) -> Format | None:
        """The first format that knows this content."""
        return next((format for format in self.formats if format.recognises(start)), None)

    def by_ending(self, start: Start) -> Format | None:
        """The first format that files with this ending have."""
        return next((format for format in self.formats if start.ending and start.ending in format.endings), None)

    def is_known(self, name: str) -> bool:
        """Whether a folder's file of this name is read: by its ending, below that of a packing if there is one; every archive."""
        lowered = name.lower()
        return _without_packing(lowered).endswith(self._endings) or lowered.endswith(_ARCHIVE_ENDINGS)

    def may_be_known(self, name: str) -> bool:
        """Whether a folder's file of this name, if it is not known, is read where its content tells a format.

        So are packed files ("part_000.gz" of OpenAlex, "dump.zst") and those without any ending.
        """
        bare = _without_packing(name.lower())
        return not self.is_known(name) and (len(bare) < len(name) or not PurePath(bare).suffix)

    def is_told(self, start: Start) -> bool:
        """Whether content alone tells a format; a line that begins with "#" does not: scripts and settings have such lines too."""
        format = self.by_content(start)
        return format is not None and (format.name != _MARKDOWN or FRONT_MATTER.match(start.text) is not None)

    def may_begin(self, name: str) -> bool:
        """Whether a file of this name is, by its ending, of a format whose reader can begin with it ahead of its turn."""
        return any(format.begin is not None and name.lower().endswith(format.endings) for format in self.formats)

    @cached_property
    def _endings(self) -> tuple[str, ...]:
        return (*_PLAIN_ENDINGS, *(ending for format in self.formats for ending in format.endings))


def _without_packing(lowered: str) -> str:
    return next((lowered.removesuffix(ending) for ending in PACKED_ENDINGS if lowered.endswith(ending)), lowered)


def load() -> Registry:
    """All formats that there are here.

    Raises:
        SourceError: an installed package registers something that is no format.
    """
    return Registry((*BUILT_IN, *plugins.load(tuple(format.name for format in BUILT_IN))))
