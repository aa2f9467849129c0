"""One paper as plain text: its title on top, then the abstract or the whole paper."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kg.model import Identifier, Record, Rejection
from kg.sources.blocks import Block, Line, identifiers_in, split_lines, to_blocks, without_label, wrap_width
from kg.sources.segmentation import Label, label

FORMAT = "text"

_TOP_BLOCKS = 40  # the title of a paper stands among the first lines
# "Abstract", "1 Introduction", "VI. CONCLUSIONS": the parts that nearly every paper has
_SECTION = re.compile(
    r"(?:(?:\d{1,2}|[ivx]{1,4})[.)]?\s+)?(abstract|introduction|background|related work|methods?|experiments?|results|discussion|"
    r"conclusions?|references|acknowledge?ments?|keywords|index terms)\s*[:.]?",
    re.IGNORECASE,
)


def section_name(text: str) -> str:
    """Name of the section ("abstract", "introduction", …) that `text` is the heading of, else ""."""
    match = _SECTION.fullmatch(text.strip())
    return match.group(1).lower() if match else ""


def is_one_paper(headings: Sequence[str]) -> bool:
    """Whether these short lines or headings are the sections of a single paper: two names or more, none of them twice."""
    names = [name for heading in headings if (name := section_name(heading))]
    return len(names) >= 2 and len(set(names)) == len(names)


def read(text: str, source: str) -> Iterator[Record | Rejection]:
    """The one paper of `text`; a rejection where it is one long paragraph without a title."""
    yield read_lines(split_lines(text), source, format=FORMAT)


def read_lines(lines: Sequence[Line], source: str, *, format: str) -> Record | Rejection:
    """The one paper that these lines are."""
    width = wrap_width(lines)
    blocks = to_blocks(lines, width)
    if len(blocks) == 1 and blocks[0].length > 400:
        return Rejection(
            source, "paper 1", "read", "no-title", "one long paragraph without a title: put the title on a line of its own above it"
        )
    top = blocks[:_TOP_BLOCKS]
    labels = label(top, width)
    first = labels.index(Label.TITLE) if Label.TITLE in labels else 0
    after = first + 1
    while after < len(labels) and labels[after] is Label.TITLE_MORE:
        after += 1
    chrome_ends = after
    while chrome_ends < len(labels) and labels[chrome_ends] is Label.INSIDE:
        chrome_ends += 1
    below = blocks[chrome_ends:] if Label.ABSTRACT in labels[chrome_ends : chrome_ends + 1] else blocks[after:]
    found = [value for block in blocks[:chrome_ends] for value in (*block.links, *identifiers_in(block.text))]
    return Record(
        source=source,
        place="paper 1",
        title=without_label("\n".join(block.text for block in blocks[first:after])),
        abstract=abstract_of(below),
        identifiers=tuple(Identifier("id", value) for value in dict.fromkeys(found)),
        format=format,
    )


def abstract_of(blocks: Sequence[Block]) -> str:
    """The section "Abstract" where there is one, else all the text; a blank line between paragraphs."""
    names = [section_name(block.text) for block in blocks]
    if "abstract" in names:
        start = names.index("abstract") + 1
        blocks = blocks[start : next((at for at in range(start, len(blocks)) if names[at]), len(blocks))]
    joined = "".join(("\n" if block.gap == 0 and not block.heading else "\n\n") + block.text for block in blocks)
    return without_label(joined.strip())
