"""What an object states of a paper beside its text: venue, subjects, licence, comment, code, with authors and works cited from their modules.

Values of a wrong type are left out; nothing here raises.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Literal, TypeVar

from kg.model.identifiers import ARXIV_ARCHIVES
from kg.model.metadata import NO_METADATA, Affiliation, Author, Metadata
from kg.sources.cells import opened, outer_split
from kg.sources.identifiers import cited
from kg.sources.layout import Layout
from kg.sources.licences import licence
from kg.sources.naming import Json
from kg.sources.people import affiliations, authors
from kg.urls import find_link_spans

T = TypeVar("T")
Levels = list[tuple[Json, Layout]]  # the objects that hold fields of one paper, outermost first

_What = Literal["authors", "affiliations", "venues", "categories", "licences", "comments"]  # fields of a `Layout`

MAX_CHARS = 10_000  # of a field: a longer text is none of these
MAX_ITEMS = 1_000  # subjects or addresses of one paper

# "hep-th math.MP cs.CL": https://arxiv.org/category_taxonomy, and the archives before 2007
_ARXIV_SUBJECTS = re.compile(rf"(?:(?:{ARXIV_ARCHIVES}|econ|eess|q-fin|stat)(?:\.[A-Za-z-]{{2,20}})?(?:[\s,;|]+|$))+")
_NAMES = ("display_name", "name", "title", "category", "term", "value", "descriptor_name")
_ADDRESSES = ("URL", "url", "repo_url", "html_url", "license", "licence", "name", "id")
_URL = re.compile(r"https?://\S+", re.IGNORECASE)
_COPYRIGHT = re.compile(r"©|\(c\)|copyright|\d{4}\b", re.IGNORECASE)
_WORDS_OF_NAME = 6  # of a licence: "Creative Commons Attribution 4.0 International"; more are a statement about rights
_ARXIV_NUMBERED = re.compile(r"(?:arxiv|corr)\b.*\d", re.IGNORECASE)  # "arXiv preprint arXiv:1706.03762", "CoRR abs/1706.03762": no venue
_HOST = re.compile(r"(?:www\.)?(?:github|gitlab|bitbucket|huggingface)\.\w{2,3}/\S+", re.IGNORECASE)
_OWNER_AND_NAME = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+")


def metadata(levels: Levels) -> Metadata:
    """What the objects state; of each thing what the first field with any says."""
    found = Metadata(
        authors=_first(levels, "authors", _authors, ()),
        affiliations=_first(levels, "affiliations", _affiliations, ()),
        venue=_first(levels, "venues", _venue, ""),
        categories=_first(levels, "categories", _categories, ()),
        licence=_first(levels, "licences", _licence, ""),
        comment=_first(levels, "comments", _comment, ""),
        code=tuple(dict.fromkeys([url for level, layout in levels for field in layout.code for url in _addresses(level[field], field)]))[:MAX_ITEMS],
        cites=cited(levels),
    )  # fmt: skip
    return found or NO_METADATA


def _first(levels: Levels, what: _What, read: Callable[[object, str], T], nothing: T) -> T:
    """What the first field that says anything of this says; `nothing` where none does."""
    for level, layout in levels:
        for field in getattr(layout, what):
            value = level[field]
            if value and (found := read(value, field)):
                return found
    return nothing


def subjects(text: str) -> tuple[str, ...]:
    """The subjects that a text lists: arXiv's with blanks between, others with semicolons, bars, line ends or, without these, commas."""
    if _ARXIV_SUBJECTS.fullmatch(text):
        return tuple(dict.fromkeys(text.replace(",", " ").replace(";", " ").replace("|", " ").split()))
    mark = next((mark for mark in (";", "|", "\n", ",") if mark in text), "\n")
    return tuple(dict.fromkeys(part for part in map(str.strip, outer_split(text, mark)) if part))[:MAX_ITEMS]


def _authors(value: object, field: str) -> tuple[Author, ...]:
    return authors(value)


def _affiliations(value: object, field: str) -> tuple[Affiliation, ...]:
    return affiliations(value)


def _comment(value: object, field: str) -> str:
    return _line(value)


def _line(value: object) -> str:
    return value.strip() if isinstance(value, str) and len(value) <= MAX_CHARS else ""


def _venue(value: object, field: str, within: int = 2) -> str:
    """The name in a text, in the first of a list, in an object of a journal or of OpenAlex's locations."""
    value = opened(value)
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        name = next((name for one in _NAMES[:3] if (name := _line(value.get(one)))), "")
        return name or (_venue(value.get("source"), field, within - 1) if within else "")
    text = _line(value)
    return "" if _ARXIV_NUMBERED.match(text) else text


def _categories(value: object, field: str) -> tuple[str, ...]:
    value = opened(value)
    if isinstance(value, str):
        return subjects(value) if len(value) <= MAX_CHARS else ()
    if isinstance(value, dict):
        value = [value]
    if not isinstance(value, list):
        return ()
    if len(value) == 1 and isinstance(value[0], str):  # ["cs.CL cs.AI"]
        return subjects(value[0]) if _ARXIV_SUBJECTS.fullmatch(value[0]) else (value[0].strip(),) if _line(value[0]) else ()
    named = (_subject(item) for item in value[:MAX_ITEMS])
    return tuple(dict.fromkeys(name for name in named if name))


def _subject(item: object) -> str:
    return next((name for one in _NAMES if (name := _line(item.get(one)))), "") if isinstance(item, dict) else _line(item)


def _licence(value: object, field: str) -> str:
    """An address or a name; of Crossref's list that of the published version if it is told; of a place that holds the paper its licence."""
    if isinstance(value, list):
        published = [one for one in value[:MAX_ITEMS] if isinstance(one, dict) and one.get("content-version") == "vor"]
        value = next(iter(published or value), None)
    if isinstance(value, dict):
        names = _ADDRESSES if field.lower().startswith(("licen", "rights")) else ("license", "licence")
        return next((name for one in names if (name := _line(value.get(one)))), "")
    text = _line(value)
    is_name = field.lower().startswith("licen") or (field.lower() != "copyright" and len(text.split()) <= _WORDS_OF_NAME)
    if is_name:
        return "" if _COPYRIGHT.match(text) else text
    return licence([text])  # most say who has the rights


def _addresses(value: object, field: str, within: int = 2) -> Iterator[str]:
    """The addresses of code in a text, an object, or a list of these; of fields about GitHub also "owner/name"."""
    value = opened(value)
    if isinstance(value, str):
        if len(value) <= MAX_CHARS:
            yield from _in_text(value.strip(), field)
    elif isinstance(value, dict):
        stated: Iterable[object] = (value.get(name) for name in _ADDRESSES[:4])
        yield from (text for one in stated if (text := _line(one)) and _URL.fullmatch(text))
    elif isinstance(value, list) and within:
        for item in value[:MAX_ITEMS]:
            yield from _addresses(item, field, within - 1)


def _in_text(text: str, field: str) -> Iterator[str]:
    if _HOST.fullmatch(text):
        yield f"https://{text}"
    elif "github" in field.lower() and _OWNER_AND_NAME.fullmatch(text):
        yield f"https://github.com/{text}"
    else:
        yield from (span.of(text) for span in find_link_spans(text)[:MAX_ITEMS] if _URL.match(text, span.start))
