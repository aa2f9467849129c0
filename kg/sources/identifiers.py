"""Which identifiers an object states: of the paper that it describes, or of a work that it stands for in a list of references."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from kg.model import Identifier
from kg.sources.cells import opened
from kg.sources.layout import SCHEMES, Layout, layout_of
from kg.sources.limits import MAX_STATED
from kg.sources.naming import written

_ARCHIVES = r"(?:arxiv|doi|openalex|aclanthology|alphaxiv)\.org|pubmed\.ncbi\.nlm\.nih\.gov|huggingface\.co/papers"
_PAPER_URL = re.compile(rf"https?://(?:[a-z]+\.)?(?:{_ARCHIVES})/", re.IGNORECASE)
_FLOAT_ID = re.compile(r"(\d{3,4})\.(\d{1,5})")
_MAX_CHARS = 1_000  # of an identifier: no scheme has longer ones
# A work that a list of references gives by its identifier alone, and what tells the scheme.
_ALONE = (
    ("doi", re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s?)?10\.\d{4,9}/\S+", re.IGNORECASE)),
    ("openalex", re.compile(r"(?:https?://openalex\.org/)?W\d{1,12}")),
    ("arxiv", re.compile(r"(?:https?://arxiv\.org/\S+|arxiv:\s?\S+)", re.IGNORECASE)),
    ("s2", re.compile(r"[0-9a-f]{40}")),
)


def stated_identifiers(level: Mapping[str, object], layout: Layout) -> Iterator[Identifier]:
    """The identifiers that an object of this layout states, in its order."""
    for scheme, field in layout.identifiers:
        value = level[field]
        if isinstance(value, str) and scheme not in ("url", "pmcid") and len(value) <= _MAX_CHARS:  # nearly all
            if text := value.strip():
                yield Identifier(scheme, text)
        else:
            yield from _identifier(scheme, value)
    for field in layout.identifier_maps:
        ids = level[field]
        if isinstance(ids, dict):
            for inner, value in ids.items():
                yield from _identifier(SCHEMES.get(written(inner), inner.lower()), value)


def cited(levels: Iterable[tuple[Mapping[str, object], Layout]]) -> tuple[tuple[Identifier, ...], ...]:
    """The works with an identifier that the first list of references with any names, each once, in its order."""
    for level, layout in levels:
        for field in layout.cites:
            numbers = written(field) == "outboundcitations"  # S2ORC's, of works in it
            works = dict.fromkeys(work for item in _works(level[field]) if (work := tuple(dict.fromkeys(_of_work(item, numbers)))))
            if works:
                return tuple(works)
    return ()


def _works(value: object) -> list[object]:
    """The items of a list of references, or of S2ORC's {"BIBREF0": …}."""
    if isinstance(value, dict):
        inner = value.get("data")  # an answer of Semantic Scholar
        value = inner if isinstance(inner, list) else list(value.values())
    value = opened(value)
    if isinstance(value, str):  # a cell of a table
        value = re.split(r"[|;]", value[: MAX_STATED * 100])
    return value[:MAX_STATED] if isinstance(value, list) else []


def _of_work(item: object, numbers: bool) -> Iterator[Identifier]:
    if numbers and isinstance(item, int) and not isinstance(item, bool):
        item = str(item)
    if isinstance(item, str):
        if len(item) <= _MAX_CHARS:
            yield from _alone(item.strip(), numbers)
    elif isinstance(item, dict):
        inner = item.get("citedPaper")
        item = inner if isinstance(inner, dict) else item
        for identifier in stated_identifiers(item, layout_of(item)):
            if identifier.scheme != "id":
                yield identifier
            else:  # most are numbers within the list
                yield from _alone(identifier.value, False)
        link = item.get("links") or item.get("link")
        if isinstance(link, str) and link.isascii() and link.isdigit():  # S2ORC's
            yield Identifier("corpusid", link)


def _alone(text: str, numbers: bool) -> Iterator[Identifier]:
    if numbers and text.isascii() and text.isdigit():
        yield Identifier("corpusid", text)
        return
    scheme = next((scheme for scheme, pattern in _ALONE if pattern.fullmatch(text)), "")
    if scheme:
        yield Identifier(scheme, text)


def _identifier(scheme: str, value: object) -> Iterator[Identifier]:
    if isinstance(value, list):
        for item in value[:20]:
            if not isinstance(item, list):
                yield from _identifier(scheme, item)
        return
    if isinstance(value, float) and scheme in ("id", "arxiv"):
        value = _arxiv_of_float(repr(value))
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if scheme == "pmcid" and isinstance(value, str) and value.strip().isdecimal():  # as Semantic Scholar has it
        value = f"PMC{value.strip()}"
    if isinstance(value, str) and value.strip() and len(value) <= _MAX_CHARS and (scheme != "url" or _PAPER_URL.match(value)):
        yield Identifier(scheme, value.strip())


def _arxiv_of_float(number: str) -> str:
    """The arXiv id that a spreadsheet took for a number: 704.0001 → "0704.0001", 2401.0001 → "2401.00010" (five digits since 2015)."""
    match = _FLOAT_ID.fullmatch(number)
    if match is None:
        return number
    month = match.group(1).zfill(4)
    return f"{month}.{match.group(2).ljust(5 if month >= '1501' else 4, '0')}"
