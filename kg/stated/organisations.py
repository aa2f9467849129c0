"""The organisations that an affiliation names: "Dept. of Physics, University of Turin, Italy" → "University of Turin".

An affiliation lists parts from the inner to the outer: department, organisation, town, country. The organisation is the part that the
curated list knows or that carries a word which only organisations have; a department alone is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg import gazetteer
from kg.model import EntityType, Span

_PART = re.compile(r"[^,;|]+")
_SEGMENT = re.compile(r"[^;|]+")
_EDGES = re.compile(r"^[\W\d_¹²³⁰-₟]*(?:(?:the|and|also|with|at)\s+)*|[^\w)\]]+$", re.IGNORECASE)
_INNER = re.compile(
    r"^(?:[\w-]+ )?(?:dep(?:t|artment|artement|artamento)s?|division|section|unit|group|team|chair|faculty|facult[ée]|facultad|school of|college of (?:engineering|"
    r"computing|medicine|science)|laborator(?:y|ies|io) (?:of|for)|lab(?:s)? (?:of|for)|program(?:me)?|office|branch|ward|clinic of|service|graduate school)\b",
    re.IGNORECASE,
)
# The word that only organisations have, and how far out in the list of parts its bearer stands.
_WORDS: tuple[tuple[re.Pattern[str], int], ...] = tuple(
    (re.compile(rf"(?:^|[\s(/-])(?:{words})(?=$|[\s.,)/-])", re.IGNORECASE), rank)
    for words, rank in (
        (r"univ\.?|universit(?:y|é|e|à|a|ät|et|at|eit|ies)|universidade?|uniwersytet|univerzita|politecnico|polytechnic(?:o|a)?|[ée]cole polytechnique|academy", 3),
        (r"institut(?:e|o|es)?|college|hospital|h[oô]pital|klinik(?:um)?|inc\.?|corp(?:oration)?\.?|ltd\.?|llc|gmbh|ag|s\.?a\.?|co\.|company|foundation|ministry|agency|council|"
         r"organi[sz]ation|consortium|society|museum|bank|laborator(?:y|ies)|labs?|association|cent(?:er|re) for disease|nationa(?:l|ux)", 2),
        (r"school|cent(?:er|re)|clinic|research", 1),
    )
)  # fmt: skip
_MAX_WORDS_ALONE = 6  # of an affiliation without commas, which is then the organisation's name


def organisations(text: str) -> list[Span]:
    """Where an affiliation names an organisation: at most one for each part between semicolons, in text order."""
    return [span for segment in _SEGMENT.finditer(text) if (span := _named(text, segment.start(), segment.end())) is not None]


def _named(text: str, start: int, end: int) -> Span | None:
    parts = list(_parts(text, start, end))
    ranked = [(rank, -place) for place, span in enumerate(parts) if (rank := _rank(span.of(text)))]
    if ranked:
        place = -max(ranked)[1]
        campus = Span(parts[place].start, parts[place + 1].end) if place + 1 < len(parts) else parts[place]
        return campus if _is_listed(campus.of(text)) else parts[place]  # "University of California, Berkeley"
    alone = parts[0] if len(parts) == 1 else None
    if alone is None or _INNER.search(alone.of(text)):
        return None
    name = alone.of(text)
    return alone if len(name.split()) <= _MAX_WORDS_ALONE and name[0].isupper() and "@" not in name else None


def _rank(part: str) -> int:
    """How surely a part is an organisation; 0 where it is none."""
    if _is_listed(part):
        return 4
    if "@" in part or not any(c.isupper() for c in part):
        return 0
    rank = next((rank for words, rank in _WORDS if words.search(part)), 0)
    return 0 if rank < 3 and _INNER.search(part) else rank


def _is_listed(name: str) -> bool:
    entry = gazetteer.canonical(EntityType.ORGANISATION, name)
    return entry is not None and not entry.guards(name)


def _parts(text: str, start: int, end: int) -> Iterator[Span]:
    """The parts between commas, without marks of footnotes and articles at their edges."""
    for found in _PART.finditer(text, start, end):
        part = found[0]
        front, back = _EDGES.match(part), re.search(r"[^\w)\]]+$", part)
        first = front.end() if front else 0
        last = back.start() if back else len(part)
        if first < last:
            yield Span(found.start() + first, found.start() + last)
