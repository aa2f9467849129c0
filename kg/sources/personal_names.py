"""Names of people in the order in which they are spoken: given name first, as the graph has them."""

from __future__ import annotations

import re

SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv", "2nd", "3rd"})
DEGREES = frozenset({"phd", "md", "msc", "bsc", "ma", "mba", "dphil", "rn", "prof", "dr"})
INITIALS = r"(?:[^\W\d_]\.[ -]?){1,4}"  # "J.", "J.-H.", "M. D."

_COMPANIES = frozenset({"inc", "ltd", "llc", "gmbh", "co", "corp", "limited"})
_SURNAME_FIRST = re.compile(rf"(\S.*?[^\W\d_]{{2}}) ({INITIALS})")  # "Liu R.", "van der Berg J.-H."; not "R. Liu"
_YEARS = re.compile(r",?\s*\(?\b1[5-9]\d\d\s?[-–]\s?(?:\d{4})?\)?\.?$")  # "Doe, Jane, 1970-", as library catalogues have it


def given_first(name: str) -> str:
    """A name with the given name first: "Doe, Jane, Jr." → "Jane Doe Jr.", "Doe J." → "J. Doe"; companies and lists of names as they are."""
    name = _YEARS.sub("", " ".join(name.split())).strip(" ,;")
    if "," not in name:
        match = _SURNAME_FIRST.fullmatch(name)
        return f"{match.group(2).strip()} {match.group(1)}" if match else name
    last, *rest = (part for part in (part.strip() for part in name.split(",")) if part)
    if any(bare(part) in _COMPANIES for part in rest):
        return name
    suffixes = [part for part in rest if bare(part) in SUFFIXES]
    given = [part for part in rest if bare(part) not in SUFFIXES and bare(part) not in DEGREES]
    return " ".join([*given, last, *suffixes]) if len(given) < 2 else name


def full_name(given: str, family: str, suffix: str = "") -> str:
    """A name of its parts: given name first; Chinese, Japanese and Korean script without a blank, family name first."""
    if given and family and all("\u3040" <= c <= "\ud7ff" for c in given + family):
        return family + given
    return " ".join(part for part in (given, family, suffix) if part)


def bare(word: str) -> str:
    """A word in small letters without full stops, as SUFFIXES and DEGREES have them."""
    return word.replace(".", "").casefold()
