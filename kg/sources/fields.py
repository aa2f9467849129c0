"""One JSON object → one paper: title, abstract, identifiers, date, and what it states beside these.

Which field holds what is told by `kg.sources.layout`; what only one source has is brought under its names by `kg.sources.flavours`.
"""

from __future__ import annotations

import re

from kg.model import Identifier, Record, Section
from kg.sources import dates
from kg.sources.flavours import Flavour, from_inverted_index, settled
from kg.sources.identifiers import stated_identifiers
from kg.sources.layout import Layout, layout_of
from kg.sources.metadata import Levels, metadata
from kg.sources.naming import Json

_VERSION = re.compile(r"v?(\d{1,3})")
_LISTS = ("results", "data", "items", "papers", "works", "records", "hits", "docs", "references", "recommendedPapers")  # of answers of APIs
_ANSWERS = ("message", "response", "hits", "result")  # that have such a list one level down: Crossref, Solr, Elasticsearch


def paper(entry: Json, source: str, place: str, format: str, flavour: Flavour | None = None) -> Record:
    """The paper that an object of a flavour, found out where it is not given, describes; its format is that flavour, else `format`."""
    flavour = flavour or settled(layout_of(entry).flavour, entry)
    if flavour is None:
        return record(entry, source, place, format)
    sections = flavour.sections(entry) if flavour.sections is not None else ()
    return record(flavour.mend(entry), source, place, flavour.name, sections)


def record(entry: Json, source: str, place: str, format: str, sections: tuple[Section, ...] = ()) -> Record:
    """The paper that `entry` describes under the common names; title and abstract are "" where it has none."""
    layout = layout_of(entry)
    levels: Levels = [(entry, layout)]
    for name in layout.levels:
        nested = entry[name]
        if isinstance(nested, dict):
            levels.append((nested, layout_of(nested)))
    return Record(
        source=source,
        place=place,
        title=_title(levels),
        abstract=_abstract(levels),
        identifiers=_identifiers(levels),
        issued=_issued(entry, layout),
        version=_version(entry),
        format=format,
        sections=sections,
        metadata=metadata(levels),
    )


def papers_in(value: object, *, within: int = 3) -> list[object]:
    """The papers in a parsed JSON document: a list, one object, or the list inside an answer such as {"meta": …, "results": […]}."""
    if isinstance(value, list):
        return value
    if not isinstance(value, dict):
        return [value]
    if layout_of(value).flavour or _titled(value):
        return [value]
    for name in _LISTS:
        inner = value.get(name)
        if isinstance(inner, list):
            return inner
    for name in _ANSWERS:
        answer = value.get(name)
        if isinstance(answer, dict) and within:
            return papers_in(answer, within=within - 1)
    lists = [inner for inner in value.values() if isinstance(inner, list) and inner and all(isinstance(item, dict) for item in inner)]
    return lists[0] if len(lists) == 1 and any(_titled(item) for item in lists[0][:20]) else [value]


def _titled(item: object) -> bool:
    return isinstance(item, dict) and bool(_title([(item, layout_of(item))]))


def _title(levels: Levels) -> str:
    for level, layout in levels:
        for name in layout.titles:
            value = level[name]
            text = value if isinstance(value, str) else _text(value[0] if isinstance(value, list) and value else value)
            if text and not text.isspace():
                return text
    return ""


def _identifiers(levels: Levels) -> tuple[Identifier, ...]:
    return tuple(dict.fromkeys([identifier for level, layout in levels for identifier in stated_identifiers(level, layout)]))


def _text(value: object, within: int = 4) -> str:
    """A string, a number written out, or the paragraphs of a list of strings or of {"text": …}; else "", as what is nested deeply."""
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, dict) and within:
        return _text(value.get("text") or value.get("value"), within - 1)
    if isinstance(value, list) and within:
        return "\n\n".join(part for item in value if (part := _text(item, within - 1).strip()))
    return ""


def _abstract(levels: Levels) -> str:
    for level, layout in levels:
        for name in layout.abstracts:
            text = _text(level[name])
            if text and not text.isspace():
                return text
        for name in layout.inverted_indexes:
            text = from_inverted_index(level[name])
            if text:
                return text
    return ""


def _issued(entry: Json, layout: Layout) -> str:
    """The date of first publication where the entry states it, else the best other date; ISO 8601, or ""."""
    for name in layout.dates:
        if entry[name] is not None and (iso := iso_date(entry[name])):
            return iso
    return iso_date(_first_version(entry)) or next((iso for name in layout.later_dates if (iso := iso_date(entry[name]))), "")


def _first_version(entry: Json) -> object:
    versions = entry.get("versions")
    first = versions[0] if isinstance(versions, list) and versions else None
    return first.get("created") if isinstance(first, dict) else None


def iso_date(value: object) -> str:
    """The date that a text, a year or CSL's {"date-parts": [[2015, 8, 26]]} states; "" where it is none."""
    if isinstance(value, dict):
        parts = value.get("date-parts")
        value = parts[0] if isinstance(parts, list) and parts else ""
    if isinstance(value, list):
        value = "-".join(str(part) for part in value[:3] if isinstance(part, str | int))
    if not isinstance(value, str | int) or isinstance(value, bool):
        return ""
    return dates.iso_date(str(value))


def _version(entry: Json) -> int:
    versions = entry.get("versions")
    highest = 0
    for one in [*(versions if isinstance(versions, list) else ()), entry.get("version")]:
        value = one.get("version") if isinstance(one, dict) else one
        match = _VERSION.fullmatch(str(value)) if isinstance(value, str | int) else None
        if match and int(match.group(1)) > highest:
            highest = int(match.group(1))
    return highest
