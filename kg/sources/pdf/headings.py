"""Which blocks are headings, what number they carry, and which lie in which."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kg.sources.pdf.blocks import CAPTION, Block, Style

# "3.1 Model", "A.2 Proofs", "IV. RESULTS", "Appendix B: Data"; not "2.5 points better than", "A Study of"
_NUMBERED = re.compile(
    r"(?:appendix\s+)?(?P<number>(?:\d{1,2}|[A-Z])(?:\.\d{1,2}){0,3}|[IVX]{1,5})(?P<stop>[.:)]?)\s+(?P<title>[^\W\d_(].*|\d+[A-Za-z-].*)",
    re.IGNORECASE,
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
_APPENDIX = re.compile(r"append(?:ix|ices)\b|supplement(?:ary|al)\b|supporting information\b|anhang\b", re.IGNORECASE)
_LETTERED = re.compile(r"[A-Z](?:\.\d{1,2}){0,3}[.:)]?\s+\S")
_MOST_WORDS, _MOST_CHARS, _MOST_LINES = 16, 140, 3
_LARGER = 1.07  # times the size of the running text; LaTeX has 10 and 12 pt, some classes 9 and 10
_MARGIN = 1.5  # em from the edge of the column
_CENTRED = 4.0  # em from the edge of the column, at least, where a heading is centred
_SPACED = 1.15  # times the usual leading above a heading that is set as the running text is
_UNENDED = frozenset(("and", "or", "the", "of", "a", "an", "with", "in", "to", "for", "is", "are", "that"))  # words that no heading ends in
_FORMULA = re.compile(r"[=<>≤≥∑∫∀∃∈]|\\w+")
_FIGURE = re.compile(r"\d\.\d+\s?%?$")  # that a row of a table ends in: "FerryNet 54.2"
_SMALLER = 1.1  # points below the running text that a heading is set in at most, unless something else tells it
_FEW_WORDS = 9  # of a heading that only its number or italics tell
_MARK_CHARS = 4  # in capitals, no more: an abbreviation
_SHORTEST = 4  # characters of a heading in a paragraph's line
# Numbered statements and captions, which are set the same way; what follows them is not about them alone.
_STATEMENT = re.compile(
    r"(?:theorem|lemma|proposition|corollary|definition|remark|example|claim|proof|conjecture|assumption|observation|property|notation|exercise|question"
    r"|problem|note|step|case|fact|fig(?:ure|s?)?|table|tab|algorithm|listing|box|important note)\b",
    re.IGNORECASE,
)
_KNOWN_FRONT = re.compile(r"(?:abstract|summary|key ?words|index terms)\b", re.IGNORECASE)
_RUN_IN_STOPS = (".", ":", "—", "–")  # between the heading of a paragraph and its text
_SPACED_LETTERS = re.compile(r"\b(?:[A-Z] ){3,}[A-Z]\b")


Look = tuple[int, bool, bool, bool]  # size in half points, bold, italic, capitals


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading."""

    text: str
    title: str  # without its number
    number: tuple[str, ...]  # ("3", "1"); () without one
    look: Look
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
    if not _may_be(block):
        return None
    text = tidy(block.text) if block.text.isupper() else block.text
    match = _NUMBERED.fullmatch(text)
    known = _KNOWN.fullmatch(match["title"] if match else text) is not None
    first = block.lines[0]
    bold = all(line.font.bold or (line.first.bold and line.font.mono) for line in block.lines) and not style.bold
    italic = all(line.font.italic for line in block.lines)
    large = min(line.size for line in block.lines) > _LARGER * style.size
    capitals = text.isupper() or first.font.caps
    if first.size < style.size - _SMALLER and not (bold or capitals or known):
        return None
    look = (round(2 * first.size), bold, italic, capitals)
    if match is not None and _is_number(match["number"], match["stop"], match["title"]):
        return _numbered(block, style, match, look, is_marked=bold or large or capitals or italic or known)
    placed = _is_placed(block)
    if known and (placed or bold or capitals):
        return Heading(text, text, (), look, is_sure=True)
    if not text[0].isupper() or text[-1] in ".!" or not placed or (text[-1] == ":" and not bold) or _FIGURE.search(text):
        return None
    set_apart = italic and len(block.lines) == 1 and len(text.split()) <= _FEW_WORDS and block.above > _SPACED * style.leading
    return Heading(text, text, (), look, is_sure=False) if bold or large or (capitals and len(text) > _MARK_CHARS) or set_apart else None


def _may_be(block: Block) -> bool:
    """Whether a block is short enough for a heading, and words stand in it that do not head a paragraph in its own line."""
    text = block.text
    if len(block.lines) > _MOST_LINES or len(text) > _MOST_CHARS or text[-1] in ",;([{" or CAPTION.match(text):
        return False
    if sum(map(str.isalpha, text)) < max(3, len(text) // 2) or any(line.cell for line in block.lines) or _FORMULA.search(text):
        return False
    words = text.split()
    if len(words) > _MOST_WORDS or words[-1] in _UNENDED:
        return False
    first = block.lines[0]
    if first.font.mono and first.first.mono:
        return False
    return not any(_heads_paragraph(line.text[: line.run_in].rstrip()) for line in block.lines if line.run_in)


def _heads_paragraph(start: str) -> bool:
    """Whether the start of a line, in another font than the rest, is the heading of a paragraph, not a number before a title."""
    return start.endswith(_RUN_IN_STOPS) and any(map(str.islower, start))


def run_in_heading(block: Block, style: Style) -> str:
    """The heading in bold that a paragraph begins with in its own line: "Training. We train …"; "" without. LaTeX's command is "paragraph"."""
    first = block.lines[0]
    start = first.text[: first.run_in].rstrip()
    if not start.endswith(".") or not first.first.bold or first.font.bold or style.bold:
        return ""
    heading = start.rstrip(". ")
    is_short = len(heading) >= _SHORTEST and len(heading.split()) <= _FEW_WORDS and 2 * sum(map(str.isalpha, heading)) > len(heading)
    return heading if is_short and not heading[0].islower() and not (_STATEMENT.match(heading) or _KNOWN_FRONT.match(heading)) else ""


def _numbered(block: Block, style: Style, match: re.Match[str], look: Look, *, is_marked: bool) -> Heading | None:
    """The heading with the number that `match` found; None where it may be an item of a list."""
    text, title = match.string, match["title"]
    number = tuple(match["number"].split("."))
    first = block.lines[0]
    spaced = block.above > _SPACED * style.leading
    if (text[-1] in ".!" and not _KNOWN.fullmatch(title)) or not (_is_placed(block) or (is_marked and spaced)):
        return None
    plain = spaced and len(number) <= 3 and len(text.split()) <= _FEW_WORDS and title[0].isupper() and text[-1] != ":"
    if not is_marked and not (plain and (len(number) > 1 or match["stop"])):
        return None
    return Heading(text, title, number, look, is_sure=is_marked or first.left - block.left > _CENTRED * first.size)


def _is_number(number: str, stop: str, title: str) -> bool:
    """Whether what looks like a number of a heading may be one: no "A" or "I" that is a word, no year."""
    if number.isalpha() and not number.isupper():
        return False
    if number.isalpha() and not stop and number in ("A", "I"):
        return title.istitle() or title.isupper() or title[:1].isupper()
    return not title[:1].islower() or "." in number


def _is_placed(block: Block) -> bool:
    """Whether it begins at the column's edge or stands in its middle."""
    first = block.lines[0]
    margin = (first.left - block.left) - (block.right - first.right)
    return first.left - block.left < _MARGIN * first.size or abs(margin) < 2.5 * first.size  # em


def tidy(text: str) -> str:
    """A heading without the spaces that part its letters: "A B S T R A C T"."""
    return _SPACED_LETTERS.sub(lambda match: match.group().replace(" ", ""), text)
