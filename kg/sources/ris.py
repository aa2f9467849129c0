"""RIS, as reference managers export it, and MEDLINE (.nbib), PubMed's own form with longer tags: a tag, a dash, a value per line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from kg.model import Record, Rejection
from kg.sources.dates import iso_date, of_parts
from kg.sources.decoding import decode_line
from kg.sources.fields import record
from kg.sources.formats import Format, Found, Input, Start

NAME = "ris"
MEDLINE = "medline"

MAX_RECORD_CHARS = 1_000_000
# "AB  - text" in RIS, where some write one blank; "PMID- 123" and "AB  - text" in MEDLINE, the tag filled up to four.
_TAG = re.compile(r"\ufeff?\s{0,3}([A-Z][A-Z0-9]) {1,2}-(?: (.*)|\s*)$")
_MEDLINE_TAG = re.compile(r"([A-Z0-9]{4}|[A-Z0-9]{3} |[A-Z][A-Z0-9]  )-(?: (.*)|\s*)$")
_SIGN = re.compile(r"\ufeff?(?:\d{1,6}[.)]?\s*\n\s*)?TY {0,2}- ")
_MEDLINE_SIGN = re.compile(r"PMID- ?\d")
_ENDS = frozenset({"ER"})
_STARTS = frozenset({"TY", "PMID"})
# The best tag first: https://en.wikipedia.org/wiki/RIS_(file_format) and https://www.nlm.nih.gov/bsd/mms/medlineelements.html
_TITLES = ("TI", "T1", "CT", "TT", "BT")
_ABSTRACTS = ("AB", "N2")
_DATES = ("DA", "PY", "Y1", "DP", "DEP")
_VENUES = ("JT", "T2", "JF", "JO", "JA", "J2", "TA")
_KEYWORDS = ("KW", "OT", "MH")
_SHORT_NAME = re.compile(r"\A([^,]*[a-z]) ([A-Z]{1,3})\Z")  # "Doe JA", as MEDLINE's AU has it
_COMMENT = re.compile(r"Comment:\s*(.*)")  # arXiv's, as Zotero writes it
_DOI = re.compile(r"(10\.\d{4,9}/\S+?)(?:\s*\[doi\])?$")
_AID = re.compile(r"(\S+)\s*\[(doi|pii|pmcid)\]$")


@dataclass(slots=True)
class _Reference:
    """The lines of one reference while they are gathered."""

    first: int
    entries: list[tuple[str, str]] = field(default_factory=list)  # (tag, value) in order
    size: int = 0
    is_cut: bool = False  # the input ends within it

    @property
    def values(self) -> dict[str, list[str]]:
        """Tag → values."""
        found: dict[str, list[str]] = {}
        for tag, value in self.entries:
            found.setdefault(tag, []).append(value)
        return found

    def add(self, tag: str, value: str) -> None:
        self.size += len(value)
        if self.size <= MAX_RECORD_CHARS:
            self.entries.append((tag, value.strip()))

    def go_on(self, line: str) -> None:
        self.size += len(line)
        if self.entries and self.size <= MAX_RECORD_CHARS:
            tag, value = self.entries[-1]
            self.entries[-1] = tag, f"{value} {line.strip()}".strip()


def read(input: Input, format: str = NAME) -> Found:
    """One paper or rejection per reference, streamed."""
    if input.has_utf8_lines:
        lines = ((number, decode_line(line) if line is not None else None) for number, line in input.lines())
    else:
        lines = ((number, line) for number, line in enumerate(input.all_text().split("\n"), start=1))
    yield from read_lines(lines, input.source, format)


def read_lines(lines: Iterable[tuple[int, str | None]], source: str, format: str = NAME) -> Iterator[Record | Rejection]:
    """One paper or rejection per reference, in order. A reference ends at "ER", or where the next one begins.

    The last one is cut where it has no "ER" and one before has it: some programs write none at all.
    """
    for reference in _references(lines, _MEDLINE_TAG if format == MEDLINE else _TAG):
        place = f"line {reference.first}"
        if reference.size > MAX_RECORD_CHARS:
            yield Rejection(source, place, "read", "too-long", 'too long for one reference: end it with a line "ER  - "')
            continue
        if reference.is_cut:
            message = 'the file ends within this reference: copy or download it again, or end the reference with a line "ER  - "'
            yield Rejection(source, place, "read", "truncated", message)
            continue
        found = record({**_named(reference.values), "authors": _authors(reference.entries)}, source, place, format)
        if not found.title.strip():
            yield Rejection(source, place, "read", "no-title", 'a reference without a title: give it a line "TI  - "')
        else:
            yield found


def _references(lines: Iterable[tuple[int, str | None]], pattern: re.Pattern[str]) -> Iterator[_Reference]:
    current: _Reference | None = None
    ends = False  # whether a reference was ended by "ER"
    for number, line in lines:
        match = pattern.match(line) if line is not None else None
        tag, value = (match.group(1).strip(), match.group(2) or "") if match else ("", "")
        if tag in _STARTS or (tag and tag not in _ENDS and current is None):
            if current is not None:
                yield current
            current = _Reference(number)
            current.add(tag, value)
        elif current is None:
            continue  # between references
        elif tag in _ENDS:
            ends = True
            yield current
            current = None
        elif tag:
            current.add(tag, value)
        elif line is None:
            current.size = MAX_RECORD_CHARS + 1
        elif line.strip():
            current.go_on(line)
    if current is not None:
        current.is_cut = ends
        yield current


def _named(values: dict[str, list[str]]) -> dict[str, object]:
    """The values under the names that `kg.sources.fields` reads."""
    named: dict[str, object] = {
        "title": _first(values, _TITLES),
        "abstract": _first(values, _ABSTRACTS),
        "doi": next((doi for value in _all(values, ("DO", "M3", "LID")) if (match := _DOI.search(value)) and (doi := match.group(1))), ""),
        "pmid": _first(values, ("PMID",)),
        "pmcid": _first(values, ("PMC", "C2")),
        "arxiv": next((value for value in _all(values, ("AN", "C1", "M1")) if value.lower().startswith("arxiv:")), ""),
        "url": _first(values, ("UR", "L1", "L2")),
        "date": next((date for value in _all(values, _DATES) if (date := _date(value))), ""),
        "affiliations": [] if "FAU" in values else values.get("AD", []),
        "venue": _first(values, _VENUES),
        "keywords": next((found for tag in _KEYWORDS if (found := [_keyword(tag, value) for value in values.get(tag, [])])), []),
        "comment": next((match.group(1) for value in values.get("N1", []) if (match := _COMMENT.match(value))), ""),
    }
    for value in values.get("AID", []):
        if (match := _AID.match(value)) and not named.get(match.group(2)) and match.group(2) != "pii":
            named[match.group(2)] = match.group(1)
    if named["pmcid"] and not str(named["pmcid"]).upper().startswith("PMC"):
        named["pmcid"] = ""
    return {name: value for name, value in named.items() if value}


def _authors(entries: Sequence[tuple[str, str]]) -> list[dict[str, object]]:
    """The authors in order, of MEDLINE with what follows their names: affiliations and ORCID."""
    found: list[dict[str, object]] = []
    full = any(tag == "FAU" for tag, _ in entries)
    for tag, value in entries:
        if tag == "FAU" or (tag in ("AU", "A1") and not full):
            found.append({"name": _SHORT_NAME.sub(r"\1, \2", value), "affiliation": []})
        elif tag == "CN":
            found.append({"literal": value})
        elif tag == "AD" and full and found:
            found[-1] = {**found[-1], "affiliation": [*_list(found[-1].get("affiliation")), value]}
        elif tag == "AUID" and found:
            found[-1] = {**found[-1], "orcid": value.removeprefix("ORCID:").strip()}
    return found


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _all(values: dict[str, list[str]], tags: Iterable[str]) -> Iterator[str]:
    for tag in tags:
        yield from values.get(tag, ())


def _first(values: dict[str, list[str]], tags: Iterable[str]) -> str:
    return next((value for value in _all(values, tags) if value), "")


def _keyword(tag: str, value: str) -> str:
    """A keyword; a heading of MeSH without its qualifiers: "*Colitis/drug therapy" → "Colitis"."""
    return value.removeprefix("*").split("/")[0] if tag == "MH" else value


def _date(value: str) -> str:
    """Dates as these files have them, "2019///", "2019/03/07/epub", "2019 Mar 7", "20190307", in ISO 8601; "" for any other."""
    year, *rest = [*filter(None, re.split(r"[/\s-]+", value.strip())), ""]
    return of_parts(year, *rest[:2]) if len(year) == 4 else iso_date(year)


def _is_ris(start: Start) -> bool:
    return _SIGN.match(start.text) is not None


FORMAT = Format(NAME, "RIS", _is_ris, stream=read, endings=(".ris",))
MEDLINE_FORMAT = Format(
    MEDLINE,
    "MEDLINE",
    lambda start: _MEDLINE_SIGN.match(start.text) is not None,
    stream=lambda one: read(one, MEDLINE),
    endings=(".nbib",),
)
