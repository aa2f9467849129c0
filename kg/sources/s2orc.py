"""Full texts of S2ORC and of those who write like it (CORD-19, unarXive): the sections of a paper, in any of their schemas.

- paragraphs: `body_text` (also in `grobid_parse`, `latex_parse`, `pdf_parse`), a list of {"text", "section", …}, captions in `ref_entries`;
- annotations: `content` or `body`, {"text": the paper, "annotations": {"paragraph": [{"start", "end"}, …], …}}, the lists as JSON in strings.

https://github.com/allenai/s2orc, https://github.com/allenai/s2orc-doc2json, https://api.semanticscholar.org/api-docs/datasets
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from kg.model.documents import Section
from kg.sources.naming import Json, written

MAX_MARKS = 100_000  # annotations of one kind in a paper
_PARSES = ("latex_parse", "grobid_parse", "pdf_parse")  # LaTeX gives the better text: https://aclanthology.org/2020.acl-main.447, section 2
_NUMBER = re.compile(r"(\d{1,2}(?:\.\d{1,2}){0,5})\.?\s+\S")
_LEFT_OUT = re.compile(r"(?:[\dIVX]+\.?\s*)?(?:references?|bibliography|literature cited|works cited)\s*[.:]?", re.IGNORECASE)
_ABSTRACT = re.compile(r"abstract\s*[.:]?", re.IGNORECASE)
_CORPUS_NUMBER = re.compile(r"\d{1,12}")
_CAPTIONED = ("figure", "table")


@dataclass(frozen=True, slots=True)
class _Mark:
    """A range that an annotation marks in a text."""

    start: int
    end: int
    attributes: Json


def mended(entry: Json) -> Json:
    """The object with what only annotations tell under the names that `kg.sources.layout` has."""
    added: Json = {}
    number = entry.get("paper_id")
    if isinstance(number, str | int) and not isinstance(number, bool) and _CORPUS_NUMBER.fullmatch(str(number)):
        added = {"corpusid": str(number), "paper_id": None}  # of CORD-19 it is the hash of a PDF
    for text, marks in _annotated(entry):
        told: Json = {
            "title": "\n\n".join(_slices(text, marks.get("title"))),
            "abstract": "\n\n".join(_slices(text, marks.get("abstract"))),
            "authors": [] if entry.get("authors") else _authors(text, marks),
            "affiliations": list(_slices(text, marks.get("authoraffiliation"))),
            "references": [_reference(mark.attributes) for mark in _marks(text, marks.get("bibentry"))],
        }
        added.update({name: value for name, value in told.items() if value and not entry.get(name) and name not in added})
    return {**entry, **added}


def sections(entry: Json) -> tuple[Section, ...]:
    """The sections of the full text in its order, without abstract and references; none where there is no full text."""
    metadata = entry.get("metadata")
    has_abstract = bool(entry.get("abstract")) or (isinstance(metadata, dict) and bool(metadata.get("abstract")))
    for parse in (entry, *(inner for name in _PARSES if isinstance(inner := entry.get(name), dict))):
        found = _together(_paragraphs(parse), has_abstract=has_abstract or bool(parse.get("abstract")))
        if found:
            return found
    for text, marks in _annotated(entry):
        found = _together(_marked_paragraphs(text, marks), has_abstract=True)
        if found:
            return found
    return ()


def _together(paragraphs: Iterator[Section], *, has_abstract: bool) -> tuple[Section, ...]:
    """Paragraphs that follow each other under one heading as one section; those above others told by the numbers of headings."""
    numbered: dict[str, str] = {}
    texts: list[list[str]] = []
    kept: list[Section] = []
    for one in paragraphs:
        if not kept or (one.heading, one.within) != (kept[-1].heading, kept[-1].within):
            kept.append(one)
            texts.append([])
        texts[-1].append(one.text)
    found: list[Section] = []
    for one, parts in zip(kept, texts, strict=True):
        text = "\n\n".join(part for part in parts if part)
        within = one.within or _within(one.heading, numbered)
        if not (_LEFT_OUT.fullmatch(one.heading) or (has_abstract and _ABSTRACT.fullmatch(one.heading))) and (text or one.heading):
            found.append(replace(one, text=text, within=within))
    return tuple(found) if any(one.text for one in found) else ()


def _within(heading: str, numbered: dict[str, str]) -> tuple[str, ...]:
    """The headings above "4.1 Training": "4 Experiments". Adds the heading to those that are known by number."""
    match = _NUMBER.match(heading)
    if match is None:
        return ()
    parts = match.group(1).split(".")
    above = (".".join(parts[:length]) for length in range(1, len(parts)))
    numbered[match.group(1)] = heading
    return tuple(numbered[number] for number in above if number in numbered)


def _paragraphs(parse: Json) -> Iterator[Section]:
    """The paragraphs of a parse, each a section of its own; a caption stands behind the first paragraph that points to its figure."""
    captions = dict(_captions(parse.get("ref_entries")))
    for paragraph in [*_list(parse.get("body_text")), *_list(parse.get("back_matter"))]:
        if not isinstance(paragraph, dict):
            continue
        heading, within = _heading(paragraph)
        text = paragraph.get("text")
        yield Section(heading, text.strip() if isinstance(text, str) else "", within)
        for mark in _list(paragraph.get("ref_spans")):
            name = mark.get("ref_id") if isinstance(mark, dict) else None
            if isinstance(name, str) and name in captions:
                yield Section(heading, captions.pop(name), within)
    if captions:
        yield Section("", "\n\n".join(captions.values()))


def _captions(entries: object) -> Iterator[tuple[str, str]]:
    for name, entry in list(entries.items())[:MAX_MARKS] if isinstance(entries, dict) else ():
        if isinstance(entry, dict) and (entry.get("type") or entry.get("type_str")) in _CAPTIONED:
            text = entry.get("text")
            if isinstance(text, str) and text.strip():
                yield name, text.strip()


def _heading(paragraph: Json) -> tuple[str, tuple[str, ...]]:
    """(heading, headings above it): a text, with its number where that stands beside it; or a list of them, or of [number, text]."""
    section = paragraph.get("section")
    if isinstance(section, list):
        names = [" ".join(part for part in one if isinstance(part, str)) if isinstance(one, list) else one for one in section[:10]]
        headings = [one.strip() for one in names if isinstance(one, str) and one.strip()]
        return (headings[-1], tuple(headings[:-1])) if headings else ("", ())
    if not isinstance(section, str):
        return "", ()
    number = paragraph.get("sec_num") or paragraph.get("sec_number")
    numbered = isinstance(number, str) and section.strip() and not section.strip().startswith(str(number))
    return (f"{number} {section.strip()}" if numbered else section.strip()), ()


def _annotated(entry: Json) -> Iterator[tuple[str, Json]]:
    """(text, annotations by name) of each text with annotations: the paper in one, or body and bibliography apart."""
    for name in ("content", "body", "bibliography"):
        content = entry.get(name)
        if isinstance(content, dict) and isinstance(content.get("text"), str):
            marks = content.get("annotations")
            yield content["text"], {written(name): value for name, value in marks.items()} if isinstance(marks, dict) else {}


def _marked_paragraphs(text: str, marks: Json) -> Iterator[Section]:
    """The marked paragraphs and captions under the marked headings; what lies in abstract or bibliography is left out."""
    paragraphs = _marks(text, marks.get("paragraph"))
    others = sorted((one.start, one.end) for name in ("abstract", "bibentry") for one in _marks(text, marks.get(name)))
    captions = [one for name in ("figurecaption", "tablecaption") for one in _marks(text, marks.get(name))]
    headings = {one.start: one for one in _marks(text, marks.get("sectionheader"))}
    heading = ""
    end = at = 0  # of the last part or one that is left out, for marks that overlap; how many of `others` are behind
    for mark in sorted([*paragraphs, *captions, *headings.values()], key=lambda one: (one.start, -one.end)):
        while at < len(others) and others[at][0] <= mark.start:
            end = max(end, others[at][1])
            at += 1
        if mark.start < end:
            continue
        end = mark.end
        part = text[mark.start : mark.end].strip()
        if headings.get(mark.start) == mark:
            number = mark.attributes.get("n")
            heading = f"{number} {part}" if isinstance(number, str) and number.strip() and not part.startswith(number) else part
            yield Section(heading, "")
        else:
            yield Section(heading, part)


def _authors(text: str, marks: Json) -> list[Json]:
    """First and last names within each author's mark; else what is marked."""
    found: list[Json] = []
    firsts, lasts = (_marks(text, marks.get(name))[:1000] for name in ("authorfirstname", "authorlastname"))
    for mark in _marks(text, marks.get("author"))[:1000]:
        named = [one for one in sorted([*firsts, *lasts], key=lambda one: one.start) if mark.start <= one.start and one.end <= mark.end]
        parts = [text[one.start : one.end].strip() for one in named] or [text[mark.start : mark.end].strip()]
        found.append({"literal": " ".join(" ".join(parts).split())})
    return found


def _reference(attributes: Json) -> Json:
    number = attributes.get("matched_paper_id") or attributes.get("matched_paper_corpus_id")
    return {**{name: value for name, value in attributes.items() if name != "id"}, "corpusid": number}


def _slices(text: str, annotation: object) -> Iterator[str]:
    return (text[mark.start : mark.end] for mark in _marks(text, annotation))


def _marks(text: str, annotation: object) -> list[_Mark]:
    """The ranges in `text` of an annotation, a list or one written as JSON in a string."""
    if isinstance(annotation, str):
        try:
            annotation = json.loads(annotation)
        except (ValueError, RecursionError):
            return []
    found: list[_Mark] = []
    for mark in _list(annotation):
        if isinstance(mark, dict):
            start, end, attributes = _place(mark.get("start")), _place(mark.get("end")), mark.get("attributes")
            if 0 <= start < end <= len(text):
                found.append(_Mark(start, end, attributes if isinstance(attributes, dict) else {}))
    return found


def _place(value: object) -> int:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else -1


def _list(value: object) -> list[object]:
    return value[:MAX_MARKS] if isinstance(value, list) else []
