"""Markdown: one paper per file (front matter or headings), or a digest of many."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kg.model import Record, Rejection
from kg.sources import listing, plain
from kg.sources.blocks import Line, to_blocks, with_gaps
from kg.sources.fields import record
from kg.sources.frontmatter import FRONT_MATTER, fields_of

FORMAT = "markdown"

_FENCE = re.compile(r"\s{0,3}(```+|~~~+)")
_HEADING = re.compile(r"(#{1,6})\s+(\S.*)")
_IMAGE = re.compile(r"!\[[^\]]*\]\([^)]*\)")
_LINK = re.compile(r"\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(\s*<?([^()\s>]*(?:\([^()\s]*\)[^()\s]*)?)>?(?:\s+\"[^\"]*\")?\s*\)")
_AUTOLINK = re.compile(r"<(https?://[^<>\s]+)>")
_TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9-]*(?:\s[^<>]{0,300})?/?>|<!--.*?-->")
_EMPHASIS = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*|__(?=\S)(.+?)(?<=\S)__|(?<![\w`])`([^`]+)`")
_QUOTE = re.compile(r"^\s{0,3}(?:>\s?)+")
_NOTHING = Line("")
_BOLD_LEVEL = 6  # a line in bold is a heading below all others


def looks_like(text: str) -> bool:
    """Whether `text`, the start of an input, has front matter or headings of Markdown."""
    return FRONT_MATTER.match(text) is not None or any(_HEADING.match(line) for line in text.split("\n"))


def read(text: str, source: str) -> Iterator[Record | Rejection]:
    """The papers of a Markdown text: one, or those of a digest, in order."""
    front, body = fields_of(text)
    lines = _lines(body)
    if not front.get("title") and _is_digest(lines):
        yield from listing.read_lines(lines, source, format=FORMAT)
        return
    yield _one_paper(front, lines, source)


def _one_paper(front: dict[str, object], lines: list[Line], source: str) -> Record | Rejection:
    head = next((at for at, line in enumerate(lines) if line.heading and not plain.section_name(line.text)), None)
    title = _text(front.get("title"))
    below = lines
    if not title and head is None:
        return plain.read_lines(lines, source, format=FORMAT)
    if not title and head is not None:
        title, below = lines[head].text, lines[head + 1 :]
    elif head is not None and lines[head].text.casefold() == title.casefold():  # the title once more above the text
        below = lines[head + 1 :]
    entry: dict[str, object] = {key: value for key, value in front.items() if key not in ("abstract", "summary")}
    abstract = _text(front.get("abstract")) or _text(front.get("summary")) or _abstract(below)
    links = [link for line in lines[:1] for link in line.links]
    return record({**entry, "title": title, "abstract": abstract, "pdf": links[0] if links else None}, source, "paper 1", FORMAT)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _abstract(lines: list[Line]) -> str:
    """The section "Abstract", else the text before the next heading, else all text."""
    if not any(plain.section_name(line.text) == "abstract" for line in lines):
        ahead = next((at for at, line in enumerate(lines) if line.heading), len(lines))
        lines = lines[:ahead] if ahead else [line for line in lines if not line.heading]
    return plain.abstract_of(to_blocks(lines))


def _is_digest(lines: Sequence[Line]) -> bool:
    """Whether the headings are titles of many papers, or there are none to go by."""
    headings = [line for line in lines if line.heading]
    if plain.is_one_paper([line.text for line in headings]) or any(plain.section_name(line.text) == "abstract" for line in headings):
        return sum(plain.section_name(line.text) == "abstract" for line in headings) > 1
    levels = [line.heading for line in headings if len(line.text.split()) >= 4]
    if not levels:  # headings such as "Reading list", if any: go by what stands below them
        return not headings or len(list(listing.read_lines([line for line in lines if not line.heading], ""))) >= 2
    level = max(set(levels), key=lambda one: (levels.count(one), -one))
    opens_with_text = len(lines) > 1 and lines[0].heading and lines[0].heading < level and not lines[1].heading and len(lines[1].text) > 200
    return levels.count(level) >= 2 and not opens_with_text


def _lines(body: str) -> list[Line]:
    """The lines of the text without markup; code, tables' rules, images and tags are gone."""
    return with_gaps(_unmarked(body))


def _unmarked(body: str) -> Iterator[Line]:
    fence = ""
    for raw in body.split("\n"):
        mark = _FENCE.match(raw)
        if fence:
            fence = "" if mark and mark.group(1).startswith(fence) else fence
            yield _NOTHING
        elif mark:
            fence = mark.group(1)
        else:
            stripped = raw.strip()
            yield _line(stripped, len(raw) - len(raw.lstrip())) if stripped else _NOTHING


def _line(text: str, indent: int) -> Line:
    """One line without its markup, with its heading level and the addresses behind its links."""
    if "---" in text and "|" in text and not text.strip(" \t|:-"):
        return _NOTHING
    heading = _HEADING.match(text)
    bold = heading is None and text.startswith(("**", "__")) and text[:2] == text[-2:] and len(text.split()) >= 4
    level = len(heading.group(1)) if heading else _BOLD_LEVEL if bold else 0
    text = heading.group(2).rstrip("#").rstrip() if heading else _QUOTE.sub("", text, count=1)
    text = _AUTOLINK.sub(r"\1", _IMAGE.sub("", text))
    links = tuple(target for _, target in _LINK.findall(text) if "://" in target)
    text = _TAG.sub("", _LINK.sub(r"\1", text))
    text = _EMPHASIS.sub(lambda m: m.group(1) or m.group(2) or m.group(3), text).strip()
    return Line(text, heading=level, links=links, indent=indent)
