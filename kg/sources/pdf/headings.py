"""Which blocks are headings, what number they carry, and which lie in which."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kg.sources.pdf.blocks import CAPTION, Block, Style

# "3.1 Model", "A.2 Proofs", "IV. RESULTS", "Appendix B: Data"; not "2.5 points better than", "A Study of"
_NUMBERED = re.compile(
    r"(?:appendix\s+)?(?P<number>(?:\d{1,2}|[A-Z])(?:\.\d{1,2}){0,3}|[IVX]{1,5})(?P<stop>[.:)]?)\s+(?P<title>[^\W\d_(].*|\d+[A-Za-z-].*)", re.IGNORECASE
)
_KNOWN = re.compile(
    r"(?:abstract|summary|introduction|background|motivation|related works?|previous work|preliminaries|methods?|methodology|materials and methods"
    r"|methods and materials|approach|experiments?|experimental (?:setup|results|evaluation)|evaluation|results|results and discussions?|discussions?"
    r"|conclusions?|concluding remarks|conclusions? and (?:future works?|outlook|discussion)|discussions? and conclusions?|future works?|limitations"
    r"|ethics statement|broader impacts?|acknowledge?ments?|references|bibliography|literature(?: cited)?|works cited|literatur(?:verzeichnis)?|appendi(?:x|ces)"
    r"|supplementary materials?|data availability|key ?words|index terms|(?:table of )?contents)\W{0,2}",
    re.IGNORECASE,
)
_REFERENCES = re.compile(
    r"(?:references(?: and notes| cited)?|bibliography|literature(?: cited)?|works cited|cited literature|literatur(?:verzeichnis)?|bibliographie"
    r"|références|referencias|notes and references)\W{0,2}",
    re.IGNORECASE,
)
_TOP = re.compile(r"(?:introduction|conclusions?|acknowledge?ments?|references|bibliography|limitations|related works?)\W{0,2}", re.IGNORECASE)
_APPENDIX = re.compile(r"append(?:ix|ices)\b|supplement(?:ary|al)\b|supporting information\b|anhang\b", re.IGNORECASE)
_LETTERED = re.compile(r"[A-Z](?:\.\d{1,2}){0,3}[.:)]?\s+\S")
_MOST_WORDS, _MOST_CHARS, _MOST_LINES = 16, 140, 3
_LARGER = 1.07  # times the size of the running text; LaTeX has 10 and 12 pt, some classes 9 and 10
_MARGIN = 1.5  # em from the edge of the column
_CENTRED = 4.0  # em from the edge of the column, at least, where a heading is centred
_SPACED = 1.15  # times the usual leading above a heading that is set as the running text is
_UNENDED = frozenset(("and", "or", "the", "of", "a", "an", "with", "in", "to", "for", "is", "are", "that"))  # words that no heading ends in
_FORMULA = re.compile(r"[=<>≤≥∑∫∀∃∈]|\\w+")
_SPACED_LETTERS = re.compile(r"\b(?:[A-Z] ){3,}[A-Z]\b")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading."""

    text: str
    title: str  # without its number
    number: tuple[str, ...]  # ("3", "1"); () without one
    look: tuple[int, bool, bool, bool]  # size in half points, bold, italic, capitals
    is_sure: bool  # by its number, its words or its size, whatever follows

    @property
    def is_references(self) -> bool:
        """Whether the list of cited works follows."""
        return _REFERENCES.fullmatch(self.title) is not None

    @property
    def is_appendix(self) -> bool:
        """Whether it may head an appendix: by its words or by the letter that is its number."""
        return _APPENDIX.match(self.text) is not None or _LETTERED.match(self.text) is not None


def heading_of(block: Block, style: Style) -> Heading | None:
    """The heading that a block is, or None."""
    text = block.text
    if len(block.lines) > _MOST_LINES or len(text) > _MOST_CHARS or text[-1] in ",;([{" or CAPTION.match(text) or any(line.cell for line in block.lines):
        return None
    text = tidy(text) if text.isupper() else text
    words = text.split()
    if len(words) > _MOST_WORDS or sum(map(str.isalpha, text)) < max(3, len(text) // 2) or _FORMULA.search(text):
        return None
    if words[-1] in _UNENDED:
        return None
    match = _NUMBERED.fullmatch(text)
    known = _KNOWN.fullmatch(match["title"] if match else text) is not None
    ends = text[-1] in ".!" and not known
    first = block.lines[0]
    if any(line.text[: line.run_in].rstrip()[-1:] in (".", ":", "—", "–") for line in block.lines if line.run_in):
        return None  # it heads a paragraph, in its line
    bold = all(line.font.bold or (line.first.bold and line.font.mono) for line in block.lines) and not style.bold
    italic = all(line.font.italic for line in block.lines)
    large = min(line.size for line in block.lines) > _LARGER * style.size
    capitals = text.isupper() or first.font.caps
    placed = first.left - block.left < _MARGIN * first.size or _is_centred(block)
    if (first.font.mono and first.first.mono) or first.size < style.size - 1.1 and not (bold or capitals or known):  # noqa: PLR2004 (points)
        return None
    look = (round(2 * first.size), bold, italic, capitals)
    if match is not None and _is_number(match["number"], match["stop"], match["title"]):
        number = tuple(match["number"].split("."))
        marked = bold or large or capitals or italic or (known and len(words) <= 6)  # noqa: PLR2004
        plain = block.above > _SPACED * style.leading and len(number) <= 3 and len(words) <= 9 and match["title"][0].isupper()  # noqa: PLR2004
        if (placed or (marked and block.above > _SPACED * style.leading)) and not ends and (marked or (plain and not text.endswith(":") and (len(number) > 1 or match["stop"]))):
            return Heading(text, match["title"], number, look, is_sure=marked or first.left - block.left > _CENTRED * first.size)
        return None
    if known and (placed or bold or capitals):
        return Heading(text, text, (), look, is_sure=True)
    if not text[0].isupper() or ends or not placed or text[-1] == ":" and not bold:
        return None
    if bold or large or (capitals and len(text) > 4):  # noqa: PLR2004
        return Heading(text, text, (), look, is_sure=False)
    if italic and len(block.lines) == 1 and len(words) <= 9 and block.above > _SPACED * style.leading:  # noqa: PLR2004
        return Heading(text, text, (), look, is_sure=False)
    return None


def follows(number: tuple[str, ...], last: tuple[str, ...]) -> bool:
    """Whether a number comes after another one in a paper's headings: 3.2 after 3.1, 3.1 after 3, 4 after 3.2.1; 1 after none."""
    if not all(part.isdigit() for part in number + last):
        return False
    this, that = tuple(map(int, number)), tuple(map(int, last))
    return this == (*that, 1) or any(this == (*that[:at], that[at] + 1) for at in range(len(that)))


def depth_of(heading: Heading, levels: dict[tuple[int, bool, bool, bool], int]) -> int:
    """How deep a heading lies, from 1: by the parts of its number, else as those that look like it, else by its size; noted in `levels`."""
    if not heading.number and (_TOP.fullmatch(heading.title) or heading.is_appendix):
        levels.setdefault(heading.look, 1)
        return 1
    if heading.number:
        depth = len(heading.number)
        if depth == 1 and heading.number[0].isalpha() and not _is_roman(heading.number[0]) and levels.get(heading.look, 1) > 1:
            depth = levels[heading.look]  # "A. Data" in a section that has a Roman number
        levels.setdefault(heading.look, depth)
        return depth
    if heading.look in levels:
        return levels[heading.look]
    larger = [level for look, level in levels.items() if (look[0], look[1]) > (heading.look[0], heading.look[1])]
    depth = max(larger, default=0) + 1
    levels[heading.look] = depth
    return depth


def _is_number(number: str, stop: str, title: str) -> bool:
    """Whether what looks like a number of a heading may be one: no "A" or "I" that is a word, no year."""
    if number.isalpha() and not number.isupper():
        return False
    if number.isalpha() and not stop and number in ("A", "I"):
        return title.istitle() or title.isupper() or title[:1].isupper()
    return not title[:1].islower() or "." in number


def _is_roman(number: str) -> bool:
    return re.fullmatch(r"[IVX]+", number) is not None


def _is_centred(block: Block) -> bool:
    first = block.lines[0]
    margin = (first.left - block.left) - (block.right - first.right)
    return abs(margin) < 2.5 * first.size  # noqa: PLR2004 (em)


def tidy(text: str) -> str:
    """A heading without the spaces that part its letters: "A B S T R A C T"."""
    return _SPACED_LETTERS.sub(lambda match: match.group().replace(" ", ""), text)
