"""Dates as sources write them, in ISO 8601 as far as they are known: YYYY-MM-DD, YYYY-MM or YYYY."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

_MAX_CHARS = 100  # of a text that begins with a date
_ISO = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?(?=/*$|[T\s])")  # RIS ends it in "/"
_RFC2822 = re.compile(
    r"(?:[A-Z][a-z]{2}, )?(\d{1,2}) ([A-Z][a-z]{2}) (\d{4})(?: \d\d:\d\d:\d\d GMT)?"
)  # a third of the time: arXiv's dump has millions
_BASIC = re.compile(r"([12]\d{3})(\d\d)(\d\d)")  # ISO 8601, basic format
_YEAR = re.compile(r"(?<!\d)[12]\d{3}(?!\d)")
_MONTH_AND_DAY = re.compile(r"(?:(?<!\S)(\d{1,2})\s)?([A-Za-z]{3,9})\.?(?:\s(\d{1,2})(?=[,\s]|$))?")  # "2 Apr 2007", "May 17, 2018"
_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES, start=1)}
_MONTH_NUMBER = re.compile(r"[0-9]{1,2}")


def iso_date(text: str) -> str:
    """The date that "2019/02/07", "20190207", "2010-09-06T…", "Mon, 2 Apr 2007 19:18:42 GMT" or "August 2022" begins with; "" for none."""
    if stated := _RFC2822.fullmatch(text):
        return of_parts(stated.group(3), stated.group(2), stated.group(1))
    text = " ".join(text[:_MAX_CHARS].split())
    match = _ISO.match(text)
    if match and (match.group(2) or match.end() == len(text.rstrip("/"))):
        return of_parts(match.group(1), match.group(2) or "", match.group(3) or "")
    if basic := _BASIC.fullmatch(text):
        return of_parts(*basic.groups())
    year = _YEAR.search(text)
    named = next((found for found in _MONTH_AND_DAY.finditer(text) if found.group(2)[:3].casefold() in _MONTHS), None)
    month, day = (named.group(2), named.group(1) or named.group(3) or "") if named else ("", "")
    return of_parts(year.group(), month, day) if year else ""


def of_parts(year: str, month: str = "", day: str = "") -> str:
    """The date, as far as the parts go; the month as a number or an English name ("Nov", "June-July"). "" where the year is none."""
    year, month, day = year.strip(), month.strip(), day.strip()
    if not _YEAR.fullmatch(year):
        return ""
    number = int(month) if _MONTH_NUMBER.fullmatch(month) else _MONTHS.get(month[:3].casefold(), 0)
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
