"""RIS, as reference managers export it, and MEDLINE (.nbib), PubMed's own form with longer tags: a tag, a dash, a value per line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from kg.model import Record, Rejection
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
_DOI = re.compile(r"(10\.\d{4,9}/\S+?)(?:\s*\[doi\])?$")
_AID = re.compile(r"(\S+)\s*\[(doi|pii|pmcid)\]$")


@dataclass(slots=True)
class _Reference:
    """The lines of one reference while they are gathered."""

    first: int
    values: dict[str, list[str]] = field(default_factory=dict)
    last: str = ""  # the tag that a line without one goes on with
    size: int = 0

    def add(self, tag: str, value: str) -> None:
        self.size += len(value)
        if self.size <= MAX_RECORD_CHARS:
            self.values.setdefault(tag, []).append(value.strip())
            self.last = tag

    def go_on(self, line: str) -> None:
        self.size += len(line)
        if self.last and self.size <= MAX_RECORD_CHARS:
            values = self.values[self.last]
            values[-1] = f"{values[-1]} {line.strip()}".strip()


def read(input: Input, format: str = NAME) -> Found:
    """One paper or rejection per reference, streamed."""
    if input.has_utf8_lines:
        lines = ((number, decode_line(line) if line is not None else None) for number, line in input.lines())
    else:
        lines = ((number, line) for number, line in enumerate(input.all_text().split("\n"), start=1))
    yield from read_lines(lines, input.source, format)


def read_lines(lines: Iterable[tuple[int, str | None]], source: str, format: str = NAME) -> Iterator[Record | Rejection]:
    """One paper or rejection per reference, in order. A reference ends at "ER", or where the next one begins."""
    for reference in _references(lines, _MEDLINE_TAG if format == MEDLINE else _TAG):
        place = f"line {reference.first}"
        if reference.size > MAX_RECORD_CHARS:
            yield Rejection(source, place, "read", "too-long", 'too long for one reference: end it with a line "ER  - "')
            continue
        found = record(_named(reference.values), source, place, format)
        if not found.title.strip():
            yield Rejection(source, place, "read", "no-title", 'a reference without a title: give it a line "TI  - "')
        else:
            yield found


def _references(lines: Iterable[tuple[int, str | None]], pattern: re.Pattern[str]) -> Iterator[_Reference]:
    current: _Reference | None = None
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
            yield current
            current = None
        elif tag:
            current.add(tag, value)
        elif line is None:
            current.size = MAX_RECORD_CHARS + 1
        elif line.strip():
            current.go_on(line)
    if current is not None:
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
    }
    for value in values.get("AID", []):
        if (match := _AID.match(value)) and not named.get(match.group(2)) and match.group(2) != "pii":
            named[match.group(2)] = match.group(1)
    if named["pmcid"] and not str(named["pmcid"]).upper().startswith("PMC"):
        named["pmcid"] = ""
    return {name: value for name, value in named.items() if value}


def _all(values: dict[str, list[str]], tags: Iterable[str]) -> Iterator[str]:
    for tag in tags:
        yield from values.get(tag, ())


def _first(values: dict[str, list[str]], tags: Iterable[str]) -> str:
    return next((value for value in _all(values, tags) if value), "")


def _date(value: str) -> str:
    """Dates as these files have them, "2019///", "2019/03/07/", "2019 Mar 7", "20190307", in ISO 8601; "" for any other."""
    parts = [part for part in re.split(r"[/\s-]+", value.strip()) if part]
    if len(parts) == 1 and re.fullmatch(r"\d{8}", parts[0]):
        parts = [parts[0][:4], parts[0][4:6], parts[0][6:]]
    if not parts or not re.fullmatch(r"\d{4}", parts[0]):
        return ""
    month = _month(parts[1]) if len(parts) > 1 else ""
    day = parts[2].zfill(2) if month and len(parts) > 2 and re.fullmatch(r"\d{1,2}", parts[2]) else ""
    return "-".join(part for part in (parts[0], month, day) if part)


def _month(word: str) -> str:
    names = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
    if re.fullmatch(r"\d{1,2}", word):
        return word.zfill(2)
    return f"{names.index(word[:3].lower()) + 1:02}" if word[:3].lower() in names else ""


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
