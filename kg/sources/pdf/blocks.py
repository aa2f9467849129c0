"""Regions in reading order → blocks: lines that belong together, told apart by space, size and indent."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kg.sources.pdf.columns import Region
from kg.sources.pdf.page import Line

BULLET = re.compile(r"(?:[•·∙▪■◦‣➢►▶✓✔*–—\x80-\x9f\uf0a7\uf0b7-]|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})\)|\[\d{1,3}\]|\d{1,2}\.(?=\s))\s*(?=\S)")
CAPTION = re.compile(
    r"(?P<label>(?:supplementary |extended data |supporting )?(?:fig(?:ure|\.)?s?|tab(?:le|\.)|algorithm|listing|scheme|chart|plate|exhibit|box)"
    r"\s?(?:[A-Z]?\.?\d{1,3}(?:\.\d{1,3})?[a-z]?|[IVX]{1,5}|[A-Z]\d{0,2}))\s*(?P<stop>[.:|–—-]|$|(?=\s+[A-Z]))",
    re.IGNORECASE,
)
NOTE = re.compile(
    r"(?:\d{1,2}(?=[^\W\d_]|[“\"(])|\d{1,2}\s(?=[A-Z“\"]|https?:|www)|[*∗†‡§¶♯♦⋆]+\s?(?=[\w“\"(])|[a-e](?=[A-Z]|https?:|www))"
)  # the mark that a note begins with
_LABEL = re.compile(r"(?:abstract|summary|contents|key ?words|references|acknowledge?ments?|introduction)\W?", re.IGNORECASE)
_LABEL_CHARS = 18
_NUMBER = re.compile(r"(?:\d{1,2}|[A-Z])(?:\.\d{1,2})+\.?\s+[^\W\d_]|\d{1,2}\.?\s+[A-Z]|[IVX]+\.\s+[A-Z]")
_STOPS = ".!?:;。！？"
_CLOSING = "\"”’')]"  # may follow a stop
NOTE_SMALLER = 0.7  # points below the running text that notes are set in at least; LaTeX has 10 and 8 pt
_INDENT = 0.7  # em that the first line of a paragraph stands in from the others at least; LaTeX has 1 to 2
_MOST_INDENT = 4.0  # em; what stands further in is centred
_SHORT = 3.0  # em that a line ends before the column does, at least, to be the last of its paragraph
_WIDER = 1.35  # times the usual distance of lines that parts two blocks
_REGULAR = 1.15  # times the usual distance of lines that lines of a paragraph have at most
_OTHER_SIZE = 0.6  # points that sizes differ by, at least; sizes told by boxes waver by 0.1
_LETTERS_PER_SIZE = 40  # characters that a line has for its size to count


@dataclass(frozen=True, slots=True)
class Style:
    """How the running text of a paper is set."""

    size: float  # em of the running text, in points
    bold: bool  # whether all of it is
    leading: float  # from one baseline to the next, in em


@dataclass(frozen=True, slots=True)
class Block:
    """Lines from top to bottom that belong together, in one region."""

    lines: tuple[Line, ...]
    region: int  # number of the region, from 0 in reading order
    left: float  # edges of the region, in points
    right: float
    above: float  # em between its first baseline and what stands above it in the region; inf for the first
    is_last: bool  # of its region
    text: str  # its lines joined by spaces, words at their ends broken still

    @property
    def size(self) -> float:
        """Of its longest line, in points."""
        return max(self.lines, key=lambda line: len(line.text)).size

    @property
    def page(self) -> int:
        """Number of its page, from 0."""
        return self.lines[0].page


def ends_sentence(text: str) -> bool:
    """Whether a text ends in a stop, in quotation marks or brackets perhaps."""
    return text.rstrip(_CLOSING)[-1:] in _STOPS


def style_of(regions: Iterable[Region]) -> Style:
    """The style that most of a paper is set in."""
    sizes: Counter[tuple[float, bool]] = Counter()
    steps: Counter[float] = Counter()
    for region in regions:
        before: Line | None = None
        for line in region.lines:
            length = len(line.text)
            if length < _LETTERS_PER_SIZE or line.size <= 0:
                before = None
                continue
            sizes[line.size, line.font.bold] += length
            if before is not None:
                steps[int(20 * (before.base - line.base) / line.size + 0.5) / 20] += 1
            before = line
    rounded: Counter[float] = Counter()
    bold = 0
    for (size, is_bold), length in sizes.items():
        rounded[round(2 * size) / 2] += length
        bold += length if is_bold else -length
    usual = [step for step, _ in steps.most_common() if 0.9 <= step <= 3]
    return Style(rounded.most_common(1)[0][0] if rounded else 10.0, bold > 0, usual[0] if usual else 1.2)


def blocks(regions: Sequence[Region], style: Style) -> Iterator[Block]:
    """The blocks of all regions, in order."""
    for number, region in enumerate(regions):
        begin, above = 0, float("inf")
        lines = region.lines
        for at in range(1, len(lines) + 1):
            if at < len(lines) and not _is_parted(lines, begin, at, region, style):
                continue
            text = " ".join([line.text for line in lines[begin:at]])
            yield Block(tuple(lines[begin:at]), number, region.left, region.right, above, at == len(lines), text)
            if at < len(lines):
                above = (lines[at - 1].base - lines[at].base) / max(lines[at].size, 1)
            begin = at


def _is_parted(lines: Sequence[Line], begin: int, at: int, region: Region, style: Style) -> bool:
    """Whether the line at `at` begins a new block."""
    before, line = lines[at - 1], lines[at]
    em = before.size if before.size >= line.size else line.size
    step = before.base - line.base
    short = before.right < region.right - _SHORT * em
    ended = not before.text[-1:].isalnum() and ends_sentence(before.text) and not before.broken
    headed = before.first.bold and not style.bold and _weight(before)[0] and not _weight(line)[0]
    if em < style.size - NOTE_SMALLER and NOTE.match(line.text) and NOTE.match(lines[begin].text):
        return True
    if not (ended or short or headed) and 0 < step < _REGULAR * style.leading * em and abs(before.size - line.size) < 1:  # point
        return False  # a full line that ends amid a sentence, whatever font stands in the middle of the next
    if abs(before.size - line.size) > _OTHER_SIZE and not _is_scrap(before, line):
        return True
    usual = _usual_step(lines, begin, at)
    if step > _WIDER * style.leading * em and step > 1.25 * usual:
        return True
    if _weight(before) != _weight(line) or _is_above(before, line, region):
        return True
    if _weight(line)[0] and not style.bold:
        return _is_other_heading(before, line)
    return (step > 1.1 * usual and CAPTION.match(line.text) is not None) or _begins_paragraph(lines[begin], before, line, region)


def _begins_paragraph(start: Line, before: Line, line: Line, region: Region) -> bool:
    """Whether a line of a block that begins with `start` begins a paragraph or an item of a list, as `before` and its indent tell."""
    em = max(before.size, line.size)
    short = before.right < region.right - _SHORT * em
    ended = ends_sentence(before.text) and not before.broken
    if len(before.text) < _LABEL_CHARS and _LABEL.fullmatch(before.text):
        return True
    if (ended or short) and BULLET.match(line.text):
        return True
    indent = line.left - before.left
    if _INDENT * em < indent < _MOST_INDENT * em and (ended or short or line.run_in > 0):
        return not (BULLET.match(start.text) or NOTE.match(start.text))
    return ended and short and (abs(indent) < 0.5 * em or (line.run_in > 0 and line.first.bold))


def _is_above(before: Line, line: Line, region: Region) -> bool:
    """Whether the first of two lines is set apart by its place: it stands in the middle, and the other begins at the left or fills the column."""
    if before.left - line.left < _MOST_INDENT * line.size:
        return False
    centre = (line.left + line.right - before.left - before.right) / 2
    return abs(centre) > 3 * line.size or line.right > region.right - 1.5 * line.size


def _is_other_heading(before: Line, line: Line) -> bool:
    """Whether the second of two bold lines begins a heading of its own: it has a number, or the first is centred and it is not."""
    shift = line.left - before.left
    centre = (line.left + line.right - before.left - before.right) / 2
    return _NUMBER.match(line.text) is not None or min(abs(shift), abs(centre)) > 3 * line.size


def _usual_step(lines: Sequence[Line], begin: int, at: int) -> float:
    """The distance of the block's lines so far, in points; 0 for one line."""
    return (lines[begin].base - lines[at - 1].base) / (at - 1 - begin) if at - 1 > begin else 0.0


def _is_scrap(before: Line, line: Line) -> bool:
    """Whether one of two lines is so short that its size may be that of a raised or lowered character."""
    return min(len(before.text), len(line.text)) <= 3


def _weight(line: Line) -> tuple[bool, bool, bool]:
    """Whether all of a line is bold, all of it italic, and all of it in small capitals."""
    whole = line.run_in == 0 and line.first == line.font
    return (
        (whole and line.font.bold) or (line.first.bold and line.font.mono),
        whole and line.font.italic and not line.font.symbols,
        whole and line.font.caps,
    )
