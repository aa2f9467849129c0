"""Identifiers and dates, as the XML formats write them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date

from kg.model import Identifier

_DOI = re.compile(r"(?:(?:https?://)?(?:dx\.|www\.)?doi\.org/|doi[:\s]\s*|info:doi/|urn:doi:)?(10\.\d{4,9}(?:\.\d+)*/\S+)", re.IGNORECASE)
_ARXIV = re.compile(r"(?:https?://(?:www\.|export\.)?arxiv\.org/(?:abs|pdf|html)/|arxiv:\s?|oai:arxiv\.org:)\S+", re.IGNORECASE)
_ALSO_ARXIV = re.compile(
    r"https?://(?:ar5iv\.(?:labs\.arxiv\.)?org/(?:abs|html)|(?:www\.)?alphaxiv\.org/(?:abs|overview)|huggingface\.co/papers)/\d{4}\.\S+",
    re.IGNORECASE,
)
_PUBLIC = re.compile(  # addresses that name one paper in a registry
    r"https?://(?:(?:www\.)?aclanthology\.org/|openalex\.org/W|pubmed\.ncbi\.nlm\.nih\.gov/\d|www\.ncbi\.nlm\.nih\.gov/(?:pubmed/\d|pmc/articles/PMC)"
    r"|pmc\.ncbi\.nlm\.nih\.gov/articles/PMC)\S+",
    re.IGNORECASE,
)
_ISO = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?(?=$|[T\s])")
_YEAR = re.compile(r"(?<!\d)[12]\d{3}(?!\d)")
_MONTH_AND_DAY = re.compile(r"(?:(?<!\S)(\d{1,2})\s)?([A-Za-z]{3,9})\.?(?:\s(\d{1,2})(?=[,\s]|$))?")  # "2 Apr 2007", "May 17, 2018"
_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES, start=1)}


def recognised(values: Iterable[str]) -> Iterator[Identifier]:
    """The identifiers among values that may be anything: an address, a DOI, a volume and its pages."""
    for value in values:
        value = value.strip()
        doi = _DOI.fullmatch(value)
        if doi:
            yield Identifier("doi", doi.group(1))
        elif _ARXIV.fullmatch(value) or _ALSO_ARXIV.fullmatch(value):
            yield Identifier("arxiv", value)
        elif _PUBLIC.fullmatch(value):
            yield Identifier("url", value)


def iso_date(text: str) -> str:
    """The date that "2019/02/07", "2010-09-06T…", "Mon, 2 Apr 2007 19:18:42 GMT" or "August 2022" begins with; "" for none."""
    text = " ".join(text.split())[:100]
    match = _ISO.match(text)
    if match and (match.group(2) or match.end() == len(text)):
        return of_parts(match.group(1), match.group(2) or "", match.group(3) or "")
    year = _YEAR.search(text)
    named = next((found for found in _MONTH_AND_DAY.finditer(text) if found.group(2)[:3].casefold() in _MONTHS), None)
    month, day = (named.group(2), named.group(1) or named.group(3) or "") if named else ("", "")
    return of_parts(year.group(), month, day) if year else ""


def of_parts(year: str, month: str = "", day: str = "") -> str:
    """YYYY-MM-DD, YYYY-MM or YYYY, as far as the parts go; the month as a number or an English name ("Nov", "June-July")."""
    year, month, day = year.strip(), month.strip(), day.strip()
    if not _YEAR.fullmatch(year):
        return ""
    number = int(month) if month.isdecimal() else _MONTHS.get(month[:3].casefold(), 0)
    if not 1 <= number <= 12:
        return year
    try:
        return date(int(year), number, int(day)).isoformat()
    except ValueError:  # no day, or one that the month does not have
        return f"{year}-{number:02}"


def earliest(dates: Iterable[str]) -> str:
    """The first of the dates that are known most precisely; "" for none."""
    known = [each for each in dates if each]
    longest = max(map(len, known), default=0)
    return min((each for each in known if len(each) == longest), default="")
