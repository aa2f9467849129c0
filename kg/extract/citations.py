"""Authors of cited works, who stand in a full text where a method could: "Yu and Koltun (2016) show", "Noh et al. [7]"."""

from __future__ import annotations

import re

from kg import gazetteer
from kg.model import EntityClaim, Span

_SURNAME = r"[A-ZÀ-Þ][a-zß-ÿ]+(?:[-’'][A-ZÀ-Þ][a-zß-ÿ]+)*"
_NAME = re.compile(rf"{_SURNAME}(?: {_SURNAME})?")
_AFTER = re.compile(rf",? et al\b|(?:,? (?:and|&) {_SURNAME})?(?: et al\.?)?,? [\[(]?(?:19|20)\d\d[a-z]?[)\],;]")
_BEFORE = re.compile(rf"{_SURNAME},? (?:and|&) $")
_YEAR = re.compile(r",? [\[(]?(?:19|20)\d\d[a-z]?[)\],;]")
_REACH = 40  # characters before a name in which its co-author stands


def is_of_cited_author(claim: EntityClaim, text: str) -> bool:
    """Whether all mentions of a claim are surnames in citations; never where a curated list has the name."""
    return gazetteer.canonical(claim.type, claim.name) is None and all(_is_author(mention.span, text) for mention in claim.mentions)


def _is_author(span: Span, text: str) -> bool:
    if not _NAME.fullmatch(span.of(text)):
        return False
    before = text[max(0, span.start - _REACH) : span.start]
    return _AFTER.match(text, span.end) is not None or (_BEFORE.search(before) is not None and _YEAR.match(text, span.end) is not None)
