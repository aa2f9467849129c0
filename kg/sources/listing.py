"""A listing: title and abstract, again and again, with or without page chrome, blank lines, numbers, wrapped lines.

The reader goes by the shape of the text (`kg.sources.segmentation`), so it needs no separator and knows no page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from kg.model import Identifier, Record
from kg.sources.blocks import (
    Block,
    Line,
    has_enumerator,
    identifiers_in,
    split_lines,
    to_blocks,
    without_enumerator,
    without_label,
    wrap_width,
)
from kg.sources.segmentation import Label, label

FORMAT = "listing"


@dataclass(slots=True)
class _Paper:
    """The blocks of one paper while they are gathered."""

    title: list[str] = field(default_factory=list)
    abstract: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)


def read(text: str, source: str, *, format: str = FORMAT) -> Iterator[Record]:
    """The papers of a plain listing, in order; none where the text has no shape of one."""
    return read_lines(split_lines(text), source, format=format)


def read_lines(lines: Sequence[Line], source: str, *, format: str = FORMAT) -> Iterator[Record]:
    """The papers of a listing that is cut into lines already."""
    width = wrap_width(lines)
    blocks = to_blocks(lines, width)
    papers = _gather(blocks, label(blocks, width))
    numbered = sum(has_enumerator(paper.title[0]) for paper in papers)
    strip = bool(papers) and 5 * numbered >= 4 * len(papers)  # "1. ", "[2] ": part of the list where nearly every title has one
    for number, paper in enumerate(papers, start=1):
        title = "\n".join(paper.title)
        yield Record(
            source=source,
            place=f"paper {number}",
            title=without_label(without_enumerator(title) if strip else title),
            abstract=without_label("".join(paper.abstract)),
            identifiers=tuple(Identifier("id", value) for value in dict.fromkeys(paper.addresses)),
            format=format,
        )


def _gather(blocks: Sequence[Block], labels: Sequence[Label]) -> list[_Paper]:
    papers: list[_Paper] = []
    waiting: list[str] = []  # identifiers in chrome outside papers
    leading = False  # such identifiers stand above their paper, not below it
    for block, this in zip(blocks, labels, strict=True):
        found = [*block.links, *identifiers_in(block.text)] if this in (Label.OUTSIDE, Label.INSIDE, Label.TITLE) else []
        if this is Label.TITLE:
            papers.append(_Paper(title=[block.text], addresses=[*(waiting if leading else []), *found]))
            waiting = []
        elif this is Label.OUTSIDE:
            leading = leading or (bool(found) and not papers)
            (waiting if leading or not papers else papers[-1].addresses).extend(found)
        elif this is Label.INSIDE:
            papers[-1].addresses.extend(found)
        elif this is Label.TITLE_MORE:
            papers[-1].title.append(block.text)
        else:
            joint = {Label.ABSTRACT: "", Label.ABSTRACT_MORE: "\n"}.get(this, "\n\n")
            papers[-1].abstract.append(joint + block.text)
    return papers
