"""The pages of a PDF → the paper: title, abstract and sections, in reading order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kg.model import Affiliation, Identifier, Section
from kg.sources.pdf import front
from kg.sources.pdf.blocks import Block, Style, blocks, style_of
from kg.sources.pdf.cited import list_without_heading
from kg.sources.pdf.columns import Region, find_gutter, regions
from kg.sources.pdf.furniture import without_furniture
from kg.sources.pdf.headings import Heading, heading_of, run_in_heading, tidy
from kg.sources.pdf.kinds import Kind, continues, kinds
from kg.sources.pdf.outline import Outline, follows
from kg.sources.pdf.page import Line
from kg.sources.pdf.wording import Vocabulary

_ABSTRACT = re.compile(r"(?:abstract|summary|zusammenfassung|résumé|resumen)\b", re.IGNORECASE)
_RUN_IN_ABSTRACT = re.compile(r"(?:[Aa]bstract|ABSTRACT|Summary|SUMMARY)(?:\s*[.:—–-]+\s*(?=\S)|\s+(?=[A-Z]))")
_UNREAD = re.compile(
    r"(?:key ?words(?: and phrases)?|index terms|additional key ?words|ccs concepts|categories and subject descriptors|general terms|acm reference format"
    r"|(?:\w+ )?mathematics subject classification|pacs(?: numbers)?|jel classification|article (?:info|history)|contents|table of contents|list of (?:figures|tables)"
    r"|permission to make|authors?’ addresses?|author’s address|correspondence(?: to)?\b|corresponding author|received:?|e-?mail(?: address(?:es)?)?\b)",
    re.IGNORECASE,
)
_UNREAD_TEXT = re.compile(rf"(?:{_UNREAD.pattern})\s*[.:—–-]|permission to make|.{{0,20}}[.·…] ?(?:[.·…] ?){{4,}}", re.IGNORECASE)
_MARK = re.compile(r"^(?:\d{1,2}|[*∗†‡§¶♯♦⋆]+)\s?(?=\D)")
_SENTENCE = re.compile(r".{0,200}?(?:[.?!](?=\s)|$)|.{0,200}(?=\s)|.{0,200}")
_FEWEST_WORDS = 25  # of an abstract without a heading
_RUN_IN_DEPTH = 99  # of a heading in the first line of a paragraph: it lies in all others
_USUAL = 0.3  # of the pages that have a gutter, for the others to be looked at with it


@dataclass(frozen=True, slots=True)
class Paper:
    """What a PDF says of one paper."""

    title: str
    abstract: str
    sections: tuple[Section, ...]
    identifiers: tuple[Identifier, ...]
    issued: str
    version: int
    affiliations: tuple[Affiliation, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    """A block with what it is."""

    block: Block
    kind: Kind
    heading: Heading | None


def paper_of(pages: Sequence[Sequence[Line]], stated_title: str) -> Paper:
    """The paper.

    Args:
        pages: the lines of each page.
        stated_title: that the file's information names; "" without one.
    """
    cleaned = without_furniture(pages)
    found = _regions(cleaned.lines)
    style = style_of(found)
    vocabulary = Vocabulary(line for page in cleaned.lines for line in page)
    parts = _parts(list(blocks(found, style)), style)
    start, body = _front_end(parts)
    head = [line for part in parts[:start] for line in part.block.lines if line.page == 0]
    title, its_lines = front.title(head, style, stated_title)
    abstract, rest = _abstract(parts, start, body, its_lines, style, vocabulary)
    version, issued = front.version_and_date(cleaned.stamp)
    first_page = [*cleaned.imprint, *(line.text for part in parts[: body + 40] for line in part.block.lines if line.page == 0)]
    below = [line for line in head if line not in its_lines]
    return Paper(
        title=front.unmarked(vocabulary.text(its_lines)) if its_lines else title or _first_sentence(parts, vocabulary),
        abstract=abstract,
        sections=tuple(_sections(_without_list(rest), style, vocabulary)),
        identifiers=tuple(front.identifiers(cleaned.stamp, first_page)),
        issued=issued,
        version=version,
        affiliations=tuple(front.affiliations(below)),
    )


def _first_sentence(parts: Sequence[_Part], vocabulary: Vocabulary) -> str:
    """The beginning of the text, in place of the title of what has none, as of a text file."""
    first = next((part for part in parts if part.kind is Kind.TEXT), None)
    return _SENTENCE.match(vocabulary.text(first.block.lines)).group() if first else ""  # type: ignore[union-attr]  # it matches all


def _regions(pages: Sequence[Sequence[Line]]) -> list[Region]:
    gutters = [find_gutter(page) for page in pages]
    found = sorted(gutter for gutter in gutters if gutter is not None)
    usual = found[len(found) // 2] if len(found) > _USUAL * len(pages) else None
    return [region for page, gutter in zip(pages, gutters, strict=True) for region in regions(page, gutter, usual)]


def _parts(found: list[Block], style: Style) -> list[_Part]:
    """The blocks with their kinds; what looks like a heading is one if text, a caption or another heading follows."""
    parts = [
        _Part(block, kind, None if kind in (Kind.CAPTION, Kind.NOTE) else heading_of(block, style))
        for block, kind in zip(found, kinds(found, style), strict=True)
    ]
    _drop_items(parts)
    is_before = False  # whether it stands before text, from the last block to the first
    for at in range(len(parts) - 1, -1, -1):
        part = parts[at]
        heading = part.heading
        goes_on = at + 1 < len(parts) and parts[at + 1].kind is Kind.TEXT and parts[at + 1].block.text[0].islower()
        if heading is not None and (goes_on or not (heading.is_sure or is_before)):
            parts[at] = part = replace(part, heading=None)
        if part.heading is not None or part.kind is Kind.TEXT:
            is_before = True
        elif part.kind is Kind.DEBRIS:
            is_before = False
    return parts


def _drop_items(parts: list[_Part]) -> None:
    """Make items of lists that look like headings none: those of which neither look nor number tell."""
    last: tuple[str, ...] = ()
    unnumbered = 0
    for at, part in enumerate(parts):
        heading = part.heading
        if heading is None:
            continue
        if not heading.number:
            unnumbered += heading.is_sure and not _ABSTRACT.match(heading.title) and not _UNREAD.match(heading.title)
        elif heading.is_sure or (follows(heading.number, last) and (last or not unnumbered)):
            last = heading.number
        else:
            parts[at] = replace(part, heading=None)


def _front_end(parts: Sequence[_Part]) -> tuple[int, int]:
    """Where the abstract begins or, without one, the first section; and where that first section begins."""
    abstract = None
    for at, part in enumerate(parts):
        if part.block.page > 2:
            break
        heading = part.heading
        if abstract is None and (
            (heading is not None and _ABSTRACT.fullmatch(heading.title.strip(" .:—–-"))) or _RUN_IN_ABSTRACT.match(part.block.text)
        ):
            abstract = at
        elif (
            heading is not None
            and ((heading.number and heading.number[0] in ("1", "I")) or abstract is not None or _is_beginning(heading))
            and not _UNREAD.match(heading.text)
        ):
            if at == 0 or (abstract is None and part.block.page == 0 and at <= 1 and not _is_beginning(heading)):
                continue  # a title that has a number
            return (at if abstract is None else abstract), at
    if abstract is not None:
        return abstract, len(parts)
    first = next(
        (at for at, part in enumerate(parts) if part.kind is Kind.TEXT and len(part.block.text) > 100 and part.heading is None), len(parts)
    )
    return first, first


def _is_beginning(heading: Heading) -> bool:
    return (
        re.fullmatch(r"(?:\d\.? )?(?:introduction|background|motivation|einleitung|overview)\W?", heading.title, re.IGNORECASE) is not None
    )


def _abstract(
    parts: Sequence[_Part], start: int, body: int, title: Sequence[Line], style: Style, vocabulary: Vocabulary
) -> tuple[str, list[_Part]]:
    """The abstract, and the parts that are no front matter."""
    labelled = start < len(parts) and (
        ((heading := parts[start].heading) is not None and _ABSTRACT.match(heading.title) is not None)
        or _RUN_IN_ABSTRACT.match(parts[start].block.text)
    )
    if labelled:
        inside, later = _until_unread(parts[start:body])
        abstract = "\n\n".join(_paragraphs(inside, vocabulary))
        return _RUN_IN_ABSTRACT.sub("", abstract, count=1), [*later, *parts[body:]]
    taken = set(title)
    before = [part for part in parts[:body] if part.kind is Kind.TEXT and part.heading is None and not taken.intersection(part.block.lines)]
    unlabelled = [part for part in before if len(part.block.text.split()) >= _FEWEST_WORDS and not _UNREAD_TEXT.match(part.block.text)]
    if not unlabelled and body < len(parts):
        first = parts[body]
        if first.heading is None and first.block.page == 0 and first.block.size < style.size - 0.4:
            return vocabulary.text(first.block.lines), list(parts[body + 1 :])
    return "\n\n".join(_paragraphs(unlabelled, vocabulary)), list(parts[body:])


def _until_unread(parts: Sequence[_Part]) -> tuple[list[_Part], list[_Part]]:
    """The parts of an abstract up to key words and the like; the text after them, which has no heading."""
    for at, part in enumerate(parts[1:], start=1):
        if part.heading is not None or _UNREAD_TEXT.match(part.block.text):
            return list(parts[:at]), []
    return list(parts), []


def _paragraphs(parts: Sequence[_Part], vocabulary: Vocabulary) -> list[str]:
    """The text among the parts, a paragraph each; what goes on elsewhere is one."""
    groups: list[list[Block]] = []
    for part in parts:
        if part.kind is not Kind.TEXT or part.heading is not None:
            continue
        if groups and continues(groups[-1][-1], part.block):
            groups[-1].append(part.block)
        else:
            groups.append([part.block])
    return [vocabulary.text([line for block in group for line in block.lines]) for group in groups]


def _without_list(parts: list[_Part]) -> list[_Part]:
    """The parts without a list of cited works that has no heading."""
    begin, end = list_without_heading([part.block.text for part in parts], [part.heading is not None for part in parts])
    return [*parts[:begin], *parts[end:]]


def _sections(parts: Sequence[_Part], style: Style, vocabulary: Vocabulary) -> Iterator[Section]:
    """The sections; those of which only the heading is left are kept, for others lie in them."""
    outline = Outline()
    within: list[tuple[int, str]] = []
    heading = ""
    kept: list[_Part] = []
    references: Heading | None = None
    for part in parts:
        if part.heading is None:
            if references is not None:
                continue
            run_in = run_in_heading(part.block, style) if part.kind is Kind.TEXT else ""
            if run_in:
                if heading or kept:
                    yield from _section(heading, kept, within, vocabulary)
                heading, kept = run_in, []
                within = [*(one for one in within if one[0] < _RUN_IN_DEPTH), (_RUN_IN_DEPTH, heading)]
            kept.append(_without_heading(part) if run_in else part)
            continue
        if references is not None and not _ends_references(part.heading, references):
            continue
        if heading or kept:
            yield from _section(heading, kept, within, vocabulary)
        unread = part.block.page <= 1 and not part.heading.number and _UNREAD.match(part.heading.text) is not None
        kept, references = [], part.heading if part.heading.is_references or unread else None  # nothing is read up to the next heading
        heading = "" if references else tidy(vocabulary.text(part.block.lines))
        depth = outline.depth_of(part.heading)
        while within and within[-1][0] >= depth:
            within.pop()
        within.append((depth, heading))
    if heading or kept:
        yield from _section(heading, kept, within, vocabulary)


def _without_heading(part: _Part) -> _Part:
    """A paragraph without the heading in its first line."""
    first, *others = part.block.lines
    text = first.text[first.run_in :].lstrip()
    first = first._replace(text=text, run_in=0, first=first.font)
    return replace(part, block=replace(part.block, lines=(first, *others), text=" ".join([text, *(line.text for line in others)])))


def _ends_references(heading: Heading, references: Heading) -> bool:
    """Whether a heading stands after the list of cited works, not in it."""
    if _UNREAD.match(references.text):
        return True
    return (
        heading.is_appendix
        or (heading.look == references.look and heading.is_sure)
        or (bool(heading.number) and heading.look[0] >= references.look[0])
    )


def _section(heading: str, kept: Sequence[_Part], within: Sequence[tuple[int, str]], vocabulary: Vocabulary) -> Iterator[Section]:
    paragraphs = [text for text in _paragraphs(kept, vocabulary) if not _UNREAD_TEXT.match(text)]
    captions = [vocabulary.text(part.block.lines) for part in kept if part.kind is Kind.CAPTION]
    notes = [_MARK.sub("", vocabulary.text(part.block.lines)) for part in kept if part.kind is Kind.NOTE]
    text = "\n\n".join([*paragraphs, *captions, *(note for note in notes if len(note.split()) > 1 or "/" in note)])
    if heading or text:
        yield Section(heading, text, tuple(name for _, name in within[:-1] if name))
