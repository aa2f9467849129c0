"""Metadata as a source states it → in the form that the graph has: names on one line, identifiers in their normal forms.

What has no such form is left out; what the paper is called and says is not touched by it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from kg.model import REGISTRIES, Affiliation, Author, Identifier, Metadata
from kg.text.characters import one_line
from kg.text.identity import identifiers

MOST = 10_000  # authors, or works cited: the longest lists of authors have some 6,000
_MAX_CHARS = 1000  # of a name or an affiliation
_MAX_ADDRESS = 2000  # as browsers and servers take them
_ORCID = re.compile(r"(?:https?://orcid\.org/|orcid:\s*)?(\d{4})-?(\d{4})-?(\d{4})-?(\d{3}[\dX])", re.IGNORECASE)
_ROR = re.compile(
    r"(?:https?://ror\.org/|ror:\s*)?(0[a-hj-km-np-tv-z0-9]{6}\d{2})", re.IGNORECASE
)  # https://ror.readme.io/docs/ror-identifier-pattern
_ADDRESS = re.compile(r"https?://[^\s<>\"{}|\\^`\x00-\x20]+", re.IGNORECASE)


def cleaned_metadata(stated: Metadata, own: Iterable[Identifier], to_line: Callable[[str], str]) -> Metadata:
    """The metadata in its final form; cleaning it again changes nothing.

    Args:
        stated: as the source has it.
        own: the paper's own identifiers, in normal form: a paper does not cite itself.
        to_line: makes a text clean, on one line.
    """
    if not stated:
        return stated

    def line(text: str) -> str:
        return to_line(text[:_MAX_CHARS])

    def affiliations(found: Iterable[Affiliation]) -> tuple[Affiliation, ...]:
        whole = (_affiliation(one, line) for one in found)
        return tuple(dict.fromkeys(one for one in whole if one.text))[:MOST]

    authors = (Author(line(one.name), orcid(one.orcid), affiliations(one.affiliations)) for one in stated.authors[:MOST])
    return replace(
        stated,
        authors=tuple(author for author in authors if author.name),
        affiliations=affiliations(stated.affiliations),
        venue=line(stated.venue),
        categories=tuple(dict.fromkeys(name for one in stated.categories[:MOST] if (name := line(one)))),
        licence=_address(stated.licence) or line(stated.licence),
        comment=to_line(stated.comment[: 10 * _MAX_CHARS]),
        code=tuple(dict.fromkeys(address for one in stated.code[:MOST] if (address := _address(one)))),
        cites=_cited(stated.cites[:MOST], frozenset(own)),
    )


def orcid(text: str) -> str:
    """An ORCID as "0000-0002-1825-0097"; "" where `text` is none, by its form or its check digit (ISO 7064, MOD 11-2)."""
    found = _ORCID.fullmatch(text.strip())
    if found is None:
        return ""
    digits = "".join(found.groups()).upper()
    total = 0
    for digit in digits[:-1]:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    return "-".join(found.groups()).upper() if digits[-1] == ("X" if check == 10 else str(check)) else ""


def _address(text: str) -> str:
    """An address of the web, without characters that are not seen; "" where the text is none. LaTeX in it is not read: "~" is part of it."""
    found = one_line(text) if len(text) <= _MAX_ADDRESS else ""
    return found if _ADDRESS.fullmatch(found) and found.isprintable() else ""


def _affiliation(one: Affiliation, line: Callable[[str], str]) -> Affiliation:
    """An affiliation whose text holds the organisation's name, where that is known."""
    text, name = line(one.text), line(one.name)
    found = _ROR.fullmatch(one.ror.strip())
    return Affiliation(text if name in text else name, name, found[1].lower() if found else "")


def _cited(works: Iterable[tuple[Identifier, ...]], own: frozenset[Identifier]) -> tuple[tuple[Identifier, ...], ...]:
    """The identifiers of each cited work, sorted, works without one left out."""
    found = (tuple(one for one in identifiers(work)[0] if one.scheme in REGISTRIES) for work in works)
    return tuple(sorted({work for work in found if work and own.isdisjoint(work)}))
