"""A full text → its sections: headings, paragraphs, captions of figures and tables, footnotes.

How a format marks them is told by a function, `Role`. What stands apart from the running text (a figure at the end of the file, a
footnote) goes to the end of the section that refers to it first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum, auto

from lxml import etree

from kg.model import Section
from kg.sources.xml.inline import paragraphs
from kg.sources.xml.mathml import local_name

MAX_LEVELS = 8  # of sections in sections; the deeper ones are read as paragraphs


class Role(Enum):
    """What an element is for in a full text."""

    SECTION = auto()
    HEADING = auto()
    ASIDE = auto()  # a figure, a table, a footnote
    GROUP = auto()  # holds what its parent could hold
    UNREAD = auto()
    TEXT = auto()


@dataclass(frozen=True, slots=True)
class Markup:
    """How a format marks full texts."""

    role: Callable[[etree._Element, str], Role]  # element, local name
    heading: Callable[[etree._Element], str]  # of a section; "" where it has none
    aside: Callable[[etree._Element], str]  # the caption of a figure, the text of a footnote
    asides: tuple[str, ...]  # local names of the elements that may be asides
    references: tuple[str, ...]  # local names of elements that refer to others
    targets: Callable[[etree._Element], Iterable[str]]  # ids that such an element refers to
    numbered: Callable[[etree._Element], str] = field(default=lambda section: "")  # "3.1", where numbers alone tell what lies in what


@dataclass(slots=True)
class _Open:
    heading: str
    within: tuple[str, ...]
    text: list[str] = field(default_factory=list)


def caption(label: str, words: str) -> str:
    """Label and words, parted by a full stop: "Fig 1. CellNet counts."; else the label reads as the first words of their sentence."""
    if not label or not words:
        return label or words
    if words[0] in ".:":
        return label + words
    return f"{label} {words}" if label[-1] in ".:;!?|–—" else f"{label}. {words}"


class Gathered:
    """The sections of one full text, gathered in its order."""

    def __init__(self, markup: Markup) -> None:
        self._markup = markup
        self._sections: list[_Open] = []
        self._referring: dict[str, _Open] = {}  # id → the section that refers to it first
        self._apart: list[etree._Element] = []
        self._above: list[tuple[str, str]] = []  # numbers and headings of the sections that the one being read may lie in

    def read(self, body: etree._Element | None, heading: str = "") -> None:
        """Gather what `body` holds; what stands in no section of it goes under `heading`."""
        if body is not None:
            self._read(body, _Open(heading, ()), (), 0)

    def add(self, heading: str, text: Iterable[str]) -> None:
        """Gather one section of its own, unless its text is there already."""
        stated = [paragraph for paragraph in text if paragraph]
        if stated and not any(stated[0] in section.text for section in self._sections):
            self._sections.append(_Open(heading, (), stated))

    def place(self, asides: Iterable[etree._Element], *, unreferred: bool = True) -> None:
        """Put what stands apart where it is referred to; the rest into a section of its own, or nowhere."""
        rest = _Open("", ())
        for element in asides:
            identifier = str(element.get("id") or element.get("{http://www.w3.org/XML/1998/namespace}id") or "")
            section = self._referring.get(identifier, rest if unreferred else None)
            if section is not None:
                section.text.extend(self._asides(element))
        self._sections.append(rest)

    def finished(self) -> tuple[Section, ...]:
        """The sections that have a heading or a text."""
        self.place(self._apart)
        self._apart = []
        found = (Section(section.heading, "\n\n".join(filter(None, section.text)), section.within) for section in self._sections)
        return tuple(section for section in found if section.heading or section.text)

    def _read(self, element: etree._Element, section: _Open, within: tuple[str, ...], level: int) -> None:
        """Gather the content of `section`, which `element` holds."""
        self._sections.append(section)
        inner = (*within, section.heading) if section.heading else within
        for child, role in self._children(element, level):
            if role is Role.SECTION:
                self._section(child, inner, level)
            elif role is Role.ASIDE and not level:
                self._apart.append(child)
            else:
                if role is Role.TEXT:
                    section.text.append(paragraphs(child))
                section.text.extend(self._asides(child))
                self._note_references(child, section)

    def _children(self, element: etree._Element, level: int) -> Iterator[tuple[etree._Element, Role]]:
        """What `element` and the groups in it hold, without headings and what is not read."""
        left = [iter(element)]
        while left:
            child = next(left[-1], None)
            if child is None:
                left.pop()
                continue
            name = local_name(child)
            role = self._markup.role(child, name) if name else Role.UNREAD
            if role is Role.GROUP:
                left.append(iter(child))
            elif role is Role.SECTION and level >= MAX_LEVELS:
                yield child, Role.TEXT
            elif role not in (Role.UNREAD, Role.HEADING):
                yield child, role

    def _section(self, element: etree._Element, within: tuple[str, ...], level: int) -> None:
        heading, number = self._markup.heading(element), self._markup.numbered(element)
        if number:
            while self._above and not number.startswith(self._above[-1][0] + "."):
                self._above.pop()
            within = within or tuple(above for _, above in self._above[:MAX_LEVELS])
            self._above.append((number, heading))
        self._read(element, _Open(heading, within), within, level + 1)

    def _asides(self, element: etree._Element) -> Iterator[str]:
        """The captions and footnotes of the asides in `element`, itself among them."""
        for aside in element.iter(*(f"{{*}}{name}" for name in self._markup.asides)):
            yield self._markup.aside(aside)

    def _note_references(self, element: etree._Element, section: _Open) -> None:
        for reference in element.iter(*(f"{{*}}{name}" for name in self._markup.references)):
            for identifier in self._markup.targets(reference):
                self._referring.setdefault(identifier, section)
