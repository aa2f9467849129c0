"""Whose JSON an object is, told by its fields, and what of it stands where no other has it.

Each flavour brings the fields of its objects under the common names that `kg.sources.layout` has.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass

from kg.model.documents import Section
from kg.sources import s2orc
from kg.sources.naming import Json

MAX_WORDS = 20_000  # of an inverted index: far longer than any abstract
_ARXIV_PAGE = re.compile(r"https?://(?:www\.|export\.)?arxiv\.org/(?:abs|pdf)/", re.IGNORECASE)
_JATS_OPEN = r"<jats:title(?:\s[^<>]{0,200})?>"
_JATS_HEADING = re.compile(
    rf"{_JATS_OPEN}\s*(?:<[^<>]{{1,40}}>\s*){{0,3}}(?:abstract|summary)\s*[.:]?\s*(?:<[^<>]{{1,40}}>\s*){{0,3}}</jats:title>", re.IGNORECASE
)
_JATS_TITLE = re.compile(rf"{_JATS_OPEN}\s*([^<>]{{1,80}}?)\s*[.:]?\s*</jats:title>")
_HEADING_WORD = re.compile(r"(?:abstract|summary)[.:]?", re.IGNORECASE)
_ARXIV_NUMBER = re.compile(r"(arxiv:\s?\S+)(?:\s+\[[\w.-]+\])?", re.IGNORECASE)  # "arXiv:2401.00001 [cs]"
# What Zotero keeps in its field "Extra", one a line: https://www.zotero.org/support/kb/item_types_and_fields#citing_fields_from_extra
_NOTE = re.compile(r"\s*(arxiv|pmid|pmcid|doi)\s*:\s*(\S+)", re.IGNORECASE)
_MAX_NOTE = 10_000  # characters that are looked at
_PAPER_ID = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s?)?10\.\d{4,9}/\S+|arxiv:\s?\S+|https?://arxiv\.org/\S+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Flavour:
    """The JSON of one source of papers."""

    name: str  # a record's `format`
    title: str  # for people
    signs: tuple[frozenset[str], ...]  # an object that has all fields of one of these is of this flavour
    mend: Callable[[Json], Json]  # the object with its fields under common names
    sections: Callable[[Json], tuple[Section, ...]] | None = None  # of the full text, where objects of the flavour may hold it


def flavour_of(fields: Set[str]) -> Flavour | None:
    """The flavour of an object with these fields; None where they do not tell."""
    return next((flavour for flavour in FLAVOURS if any(sign <= fields for sign in flavour.signs)), None)


def settled(flavour: Flavour | None, entry: Json) -> Flavour | None:
    """`flavour`, which the fields tell, as the values have it: a list as title is Crossref's, whose items may lack what tells them from CSL."""
    is_crossref = flavour is CSL and isinstance(entry.get("title"), list) and "DOI" in entry
    return CROSSREF if is_crossref else flavour


def from_inverted_index(index: object) -> str:
    """OpenAlex's {"word": [positions]} as running text; sorts the pairs, for one position may be four thousand million."""
    if not isinstance(index, dict):
        return ""
    placed = [
        (position, word)
        for word, positions in index.items()
        if isinstance(positions, list)
        for position in positions
        if isinstance(position, int) and not isinstance(position, bool) and position >= 0
    ]
    words = [word for _, word in sorted(placed)[:MAX_WORDS]]
    if len(words) > 2 and _HEADING_WORD.fullmatch(words[0]) and (words[1][:1].isupper() or words[0].isupper()):
        words = words[1:]  # the heading of the section
    return " ".join(words)


def _as_it_is(entry: Json) -> Json:
    return entry


def _openalex(entry: Json) -> Json:
    places = [entry.get("primary_location"), *_list(entry.get("locations"))]
    pages = (place.get(name) for place in places if isinstance(place, dict) for name in ("landing_page_url", "pdf_url"))
    arxiv = next((page for page in pages if isinstance(page, str) and _ARXIV_PAGE.match(page)), None)
    return entry if arxiv is None else {**entry, "arxiv": arxiv}


def _semantic_scholar(entry: Json) -> Json:
    inner = entry.get("citingPaper") or entry.get("citedPaper")  # of the lists of citations and references
    return inner if isinstance(inner, dict) else entry


def _s2orc(entry: Json) -> Json:
    return _semantic_scholar(s2orc.mended(entry))


def _crossref(entry: Json) -> Json:
    abstract, title = entry.get("abstract"), _whole_title(entry)
    changed: Json = {"title": title} if title else {}
    if isinstance(abstract, str) and "<jats:title" in abstract:
        changed["abstract"] = _JATS_TITLE.sub(r"\1: ", _JATS_HEADING.sub("", abstract))
    return {**entry, **changed} if changed else entry


def _whole_title(entry: Json) -> str:
    """Title and subtitle, "Owls: A Survey"; "" where there is no subtitle, or the title has it already."""
    title, subtitle = (_first(entry.get(name)).strip() for name in ("title", "subtitle"))
    if not title or not subtitle or subtitle.casefold() in title.casefold():
        return ""
    return f"{title} {subtitle}" if title[-1] in ":?!.–—" else f"{title}: {subtitle}"


def _csl(entry: Json) -> Json:
    """As of Crossref, which gives CSL too; the item's own id (a number, a citation key, an address in Zotero) is none of a paper."""
    number, own = entry.get("number"), entry.get("id")
    changed: Json = dict(_noted(entry))
    match = _ARXIV_NUMBER.fullmatch(number.strip()) if isinstance(number, str) else None
    if match:
        changed["arxiv"] = match[1]
    if not (isinstance(own, str) and _PAPER_ID.fullmatch(own.strip())):
        changed["id"] = None
    return _crossref({**entry, **changed})


def _noted(entry: Json) -> Iterator[tuple[str, str]]:
    """The identifiers that the lines of an item's note state and no field of its own: (field, value)."""
    note = entry.get("note")
    for line in note[:_MAX_NOTE].split("\n") if isinstance(note, str) else ():
        match = _NOTE.match(line)
        if match:
            name = "arxiv" if match[1].lower() == "arxiv" else match[1].upper()
            if not entry.get(name):
                yield name, match[2].rstrip(",;")


def _core(entry: Json) -> Json:
    oai = entry.get("oai")
    stated = [oai, *(one.get("identifier") if isinstance(one, dict) else one for one in _list(entry.get("identifiers")))]
    arxiv = next((one for one in stated if isinstance(one, str) and one.lower().startswith("oai:arxiv.org:")), None)
    added: Json = {"arxivId": arxiv} if arxiv and not entry.get("arxivId") else {}
    added["id"] = None  # CORE's own number
    return {**entry, **added}


def _first(value: object) -> str:
    """A text, or the first of a list if it is one; else ""."""
    first = value[0] if isinstance(value, list) and value else value
    return first if isinstance(first, str) else ""


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _all(*names: str) -> frozenset[str]:
    return frozenset(names)


CROSSREF = Flavour("crossref", "Crossref", (_all("DOI", "reference-count"), _all("DOI", "is-referenced-by-count"), _all("DOI", "prefix", "member"), _all("DOI", "indexed"),
                               _all("DOI", "deposited"), _all("DOI", "content-domain"), _all("DOI", "short-container-title")), _crossref)  # fmt: skip
CSL = Flavour("csl-json", "CSL-JSON", (_all("type", "issued", "title"), _all("type", "container-title"), _all("citation-key"), _all("type", "title", "DOI")), _csl)  # fmt: skip

# The first that matches; the fields are those of each source's own documentation and of its samples.
FLAVOURS = (
    Flavour("arxiv", "arXiv metadata", (_all("authors_parsed"), _all("id", "categories", "versions"), _all("journal-ref", "report-no")), _as_it_is),
    Flavour("openalex", "OpenAlex", (_all("abstract_inverted_index"), _all("authorships", "display_name")), _openalex),
    Flavour("s2orc", "S2ORC", (_all("paper_id", "grobid_parse"), _all("paper_id", "pdf_parse"), _all("paper_id", "body_text"), _all("corpusid", "content"),
                               _all("corpusid", "body")), _s2orc, s2orc.sections),
    Flavour("semantic-scholar", "Semantic Scholar", (_all("paperId"), _all("corpusid"), _all("citingPaper"), _all("citedPaper")), _semantic_scholar),
    CROSSREF,
    Flavour("core", "CORE", (_all("coreId"), _all("dataProviders"), _all("arxivId", "downloadUrl"), _all("yearPublished", "downloadUrl")), _core),
    CSL,
)  # fmt: skip
