"""The families of formats, and how a file of one of them is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice

from lxml import etree

from kg.model import Metadata, Record, Rejection, Section
from kg.sources.xml import acl, atom, html, jats, oai, pubmed, tei
from kg.sources.xml.decoded import html_text, xml_text
from kg.sources.xml.elements import elements
from kg.sources.xml.inline import EntityReferenceError


@dataclass(frozen=True, slots=True)
class Family:
    """A family of XML formats: which elements hold a paper each, and how one is read."""

    elements: tuple[str, ...]  # local names
    record: Callable[[etree._Element, str, str], Record | Rejection]  # element, source, place; title, abstract and what identifies it
    metadata: Callable[[etree._Element], Metadata]
    sections: Callable[[etree._Element], tuple[Section, ...]] = lambda element: ()


FAMILIES: Mapping[str, Family] = {
    **{module.FORMAT: Family(module.ELEMENTS, module.record, module.metadata) for module in (atom, pubmed, acl)},
    **{module.FORMAT: Family(module.ELEMENTS, module.record, module.metadata, module.sections) for module in (oai, jats, tei)},
}
_MAX_ENTITIES = (
    50_000  # references in one paper that nothing explains; lxml takes 0.5 s to take out as many, and the square of that for more
)
_UNEXPLAINED = "\ufffd"  # stands where one was


def read(chunks: Iterable[bytes], source: str, format: str) -> Iterator[Record | Rejection]:
    """See `kg.sources.xml.read`."""
    if format == html.FORMAT:
        yield from html.read(html_text(chunks), source)
        return
    pieces = xml_text(chunks)
    if pieces is None:
        yield Rejection(source, "line 1", "read", "bad-xml", "a DOCTYPE or comment before the root element that has no end: check the file")
        return
    family, number = FAMILIES[format], 0
    for number, element in enumerate(elements(pieces, family.elements, source), start=1):
        yield element if isinstance(element, Rejection) else _paper(family, element, source, f"paper {number}")
    if not number:
        yield Rejection(source, "", "read", "no-papers", f"{format} without a paper: check that it is the right file")


def _paper(family: Family, element: etree._Element, source: str, place: str) -> Record | Rejection:
    try:
        found = family.record(element, source, place)
        if isinstance(found, Record) and found.title.strip():
            _mark_entities(element)
            found = replace(found, metadata=family.metadata(element), sections=family.sections(element))
    except EntityReferenceError as error:
        name = "".join(c for c in str(error) if c.isprintable())[:40]
        message = f"refers to the entity “{name}”, and declarations of entities are not read: write out what it stands for"
        return Rejection(source, place, "read", "entity", message)
    if isinstance(found, Record) and not found.title.strip():
        return Rejection(source, place, "read", "no-title", "no title: give the paper a title")
    return found


def _mark_entities(element: etree._Element) -> None:
    """Put a mark for each reference to an entity: outside title and abstract one is no reason to refuse the paper.

    Raises:
        EntityReferenceError: there are so many that the text would be none.
    """
    entities = list(islice(element.iter(etree.Entity), _MAX_ENTITIES + 1))
    if len(entities) > _MAX_ENTITIES:
        raise EntityReferenceError(str(entities[0].name))
    for entity in entities:
        entity.tail = _UNEXPLAINED + (entity.tail or "")
    if entities:
        etree.strip_tags(element, etree.Entity)
