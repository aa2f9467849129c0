"""The first page's top → title, abstract, affiliations, identifiers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from kg.model import Affiliation, Identifier
from kg.sources.fields import iso_date
from kg.sources.pdf.blocks import Style
from kg.sources.pdf.page import Line

_STAMP = re.compile(r"arXiv:(?P<id>\S+?)v(?P<version>\d{1,3})\s+(?:\[[\w.-]+\]\s+)?(?P<date>\d{1,2} [A-Z][a-z]{2} \d{4})")
_DOI = re.compile(r"(?:doi\.org/|\bdoi:?\s?)(10\.\d{4,9}/[^\s,;)\]]+)", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"x{4,}|n{5,}|0{7,}", re.IGNORECASE)
_ORGANISATION = re.compile(
    r"\b(?:universi\w+|universit[àéä]\w*|institut\w*|college|school of|faculty of|department of|dept\. of|laborator\w+|academy|hochschule|école|ecole|politecnico"
    r"|polytechnic\w*|research (?:cent(?:er|re)|lab)s?|(?:microsoft|google|meta|facebook|ibm|nvidia|huawei|alibaba|tencent|baidu|amazon|apple|adobe|samsung|bytedance)"
    r" (?:research|ai|labs?|inc|brain|deepmind)|deepmind|openai|hospital|eth z\w+|csail|inria|cnrs|csiro|kaist|max planck)\b",
    re.IGNORECASE,
)
_RAISED = "[⁰¹²³⁴-⁹]{1,2}"  # digits of a mark
_MARKS = re.compile(
    rf"^(?:\(?\d{{1,2}}\)?|{_RAISED}|[*∗†‡§¶♯♦♣♠⋆]|[a-z](?=[A-Z]))(?:[,\s]*(?:\d{{1,2}}|{_RAISED}|[*∗†‡§¶♯♦♣♠⋆]|[a-z](?=[A-Z])))*[\s,]*"
)
_NOTE_MARKS = re.compile(r"[\s,*∗†‡§¶⋆♯]+$")  # at the end of a title
_NEXT = re.compile(
    rf"[\s,;]+(?=\d{{1,2}} ?[A-Z][a-z])|[,;]\s*(?=\d{{1,2}}[A-Z][A-Za-z])|[\s,;]*(?={_RAISED} ?[A-Z])"
)  # before the mark of another one in the same line
_ADDRESS = re.compile(r"\S+@\S+|\{[^}]*\}@\S+|https?://\S+")
_SENTENCE = re.compile(r"\b(?:we|this paper|is|are|was|were|supported|the authors?|work)\b")
_BANNER = re.compile(
    r"^(?:(?:the )?(?:\w+ ){0,6}(?:journal|proceedings|transactions|letters|magazine|bulletin|workshop|conference|congress|symposium|exposition)"
    r"(?= (?:of|on|and|for|in)\b|[,:]|$)|(?:(?:research|original|review|regular|survey|short|full|technical) )?"
    r"(?:article|paper|research|report|editorial|letter|open access|preprint|draft|manuscript)\W*$|contents lists|volume \d|vol\. \d|draft version"
    r"|published (?:as|in)|available online|advance access)",
    re.IGNORECASE,
)
_JUNK_TITLE = re.compile(
    r"untitled|^microsoft \w+|\.(?:docx?|tex|pdf|dvi|qxd|indd|rtf|odt|ps)\b|^(?:paper|title|manuscript|document|slide|template)\W*\d*$|^\W*$",
    re.IGNORECASE,
)
_LARGEST_TITLE = 60.0  # points; larger is a cover
_MOST_TITLE_CHARS = 400
_MOST_AFFILIATION_CHARS = 200


def identifiers(stamp: str, first_page: Iterable[str]) -> Iterator[Identifier]:
    """The paper's own identifiers: of the stamp in the margin, and the first DOI that the lines name as one."""
    match = _STAMP.match(stamp)
    if match:
        yield Identifier("arxiv", match["id"])
    for text in first_page:
        doi = _DOI.search(text)
        if doi and not _PLACEHOLDER.search(doi[1]):
            yield Identifier("doi", doi[1].rstrip(".,;"))
            return


def version_and_date(stamp: str) -> tuple[int, str]:
    """The version that the stamp names, and the date of first publication where that is known: the stamp of version 1 bears it."""
    match = _STAMP.match(stamp)
    if match is None:
        return 0, ""
    version = int(match["version"])
    return version, iso_date(match["date"]) if version == 1 else ""


def title(lines: Sequence[Line], style: Style, stated: str) -> tuple[str, list[Line]]:
    """The title, and its lines: what is set largest above the abstract; what the file states where nothing stands out.

    Args:
        lines: of the first page above the abstract, in reading order.
        style: of the paper.
        stated: the title that the file's information names; often that of a template or a file.
    """
    able = [
        line for line in lines if line.size < _LARGEST_TITLE and sum(c.isalpha() for c in line.text) >= 3 and not _ADDRESS.search(line.text)
    ]
    sizes = sorted({round(line.size * 2) / 2 for line in able if line.size > style.size + 0.8}, reverse=True)
    groups = [group for size in sizes for group in _groups(able, [abs(line.size - size) < 0.6 for line in able])]
    if not style.bold:
        groups += _groups(able, [line.font.bold for line in able])
    for group in groups:
        text = " ".join(line.text for line in group)
        if len(text.split()) > 1 and len(text) <= _MOST_TITLE_CHARS and not _BANNER.match(text):
            return text, group
    stated = " ".join(stated.split())
    if len(stated) >= 5 and not _JUNK_TITLE.search(stated) and len(stated) <= _MOST_TITLE_CHARS:
        return stated, []
    for group in [*groups, *([line] for line in able)]:
        if not _BANNER.match(group[0].text):
            return " ".join(line.text for line in group), group
    return "", []


def unmarked(text: str) -> str:
    """A title without the marks of notes at its end."""
    return _NOTE_MARKS.sub("", text)


def _groups(lines: Sequence[Line], belongs: Sequence[bool]) -> Iterator[list[Line]]:
    """The lines that belong, those in a row and near each other together."""
    group: list[Line] = []
    for line, does in zip(lines, belongs, strict=True):
        if group and not (does and 0 <= group[-1].base - line.base < 2.6 * line.size):
            yield group
            group = []
        if does:
            group.append(line)
    if group:
        yield group


def affiliations(lines: Iterable[Line]) -> Iterator[Affiliation]:
    """The lines between title and abstract that name a university, an institute or the like."""
    seen = set()
    for part in (part for line in lines for part in _NEXT.split(_ADDRESS.sub("", line.text))):
        text = _MARKS.sub("", _without_names(part)).strip(" ,;")
        if len(text) <= _MOST_AFFILIATION_CHARS and _ORGANISATION.search(text) and not _SENTENCE.search(text) and text not in seen:
            seen.add(text)
            yield Affiliation(text)


def _without_names(text: str) -> str:
    """A line without the authors that it begins with, which have marks or stand in capitals: "ADA LOVELACE∗, University of X"."""
    parts = text.split(", ")
    named = next((at for at, part in enumerate(parts) if _ORGANISATION.search(part)), 0)
    before = ", ".join(parts[:named])
    return ", ".join(parts[named:]) if before.isupper() or any(mark in before for mark in "∗*†‡§¶") else text
