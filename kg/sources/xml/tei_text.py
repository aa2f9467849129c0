"""The sections of a TEI document, as GROBID writes full texts: https://grobid.readthedocs.io/en/latest/TEI-encoding-of-results/."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from kg.model import Section
from kg.sources.xml.inline import paragraphs, text_of
from kg.sources.xml.mathml import local_name
from kg.sources.xml.sections import Gathered, Markup, Role, caption

_UNREAD = frozenset({"formula", "listBibl", "listOrg", "table", "graphic", "pb", "fw", "argument", "byline"})
_KINDS = {  # of the divisions that GROBID finds after the body, and the heading of one that has none
    "acknowledgement": "Acknowledgements", "acknowledgements": "Acknowledgements", "funding": "Funding", "availability": "Availability", "annex": "",
}  # fmt: skip
_UNREAD_KINDS = frozenset({"references", "bibliography", "abstract", "toc", "contribution", "conflict"})
_NUMBER = re.compile(r"\d{1,3}(?:\.\d{1,3}){0,6}|[A-Z](?:\.\d{1,3}){0,6}")  # "3.1", "A.2"; not "II", of which nothing tells what lies in it
_LABEL = re.compile(r"[^\W\d]+\.? ?(?:[A-Z]?\d[\w.-]*|[IVX]+)")  # "Figure 1", "Tab. II"; not the first words of a caption
_LETTERS = re.compile(r"[\W_]+")


def sections(tei: etree._Element) -> tuple[Section, ...]:
    """The sections of the body and, after them, acknowledgements, funding and appendices; empty for a header alone."""
    gathered = Gathered(_MARKUP)
    for part in ("body", "back"):
        gathered.read(tei.find(f"{{*}}text/{{*}}{part}"))
    return gathered.finished()


def _role(element: etree._Element, name: str) -> Role:
    if name == "div":
        kind = str(element.get("type", "")).casefold()
        if kind in _UNREAD_KINDS:
            return Role.UNREAD
        holds_divisions = kind in _KINDS and all(local_name(child) in ("div", "") for child in element)
        return Role.GROUP if holds_divisions else Role.SECTION
    if name in ("figure", "note"):
        return Role.ASIDE if name == "figure" or _is_footnote(element) else Role.UNREAD
    if name == "head":
        return Role.HEADING
    return Role.UNREAD if name in _UNREAD else Role.TEXT


def _is_footnote(note: etree._Element) -> bool:
    return note.get("place") in ("foot", "end", "bottom")


def _heading(division: etree._Element) -> str:
    head = division.find("{*}head")
    words, number = text_of(head), str(head.get("n") or "").strip() if head is not None else ""
    if words:
        return words if not number or words.startswith(number) else f"{number} {words}"
    kinds = (str(element.get("type", "")).casefold() for element in (division, division.getparent()) if element is not None)
    return next((_KINDS[kind] for kind in kinds if kind in _KINDS), number)


def _numbered(division: etree._Element) -> str:
    head = division.find("{*}head")
    number = str(head.get("n") or "").strip().rstrip(".") if head is not None else ""
    return number if _NUMBER.fullmatch(number) else ""


def _aside(element: etree._Element) -> str:
    """The text of a footnote, or the caption of a figure or table: of its head what the description does not repeat."""
    if local_name(element) == "note":
        return paragraphs(element) if _is_footnote(element) else ""
    head, description = text_of(element.find("{*}head")), text_of(element.find("{*}figDesc"))
    if not _LETTERS.sub("", description).startswith(_LETTERS.sub("", head)):
        return caption(head, description)
    label = head.rstrip(" .:")
    is_label = _LABEL.fullmatch(label) is not None and description.startswith(f"{label} ")
    return caption(label, description.removeprefix(label).lstrip()) if is_label else description


def _targets(reference: etree._Element) -> Iterator[str]:
    yield from (target.removeprefix("#") for target in str(reference.get("target") or "").split()[:100])


_MARKUP = Markup(_role, _heading, _aside, ("figure", "note"), ("ref",), _targets, _numbered)
