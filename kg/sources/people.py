"""Who wrote a paper: the authors and affiliations that a field's value states, in any of the shapes that sources have for them.

Values of a wrong type are left out; nothing here raises.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from kg.model.metadata import Affiliation, Author
from kg.sources.author_lines import authors_of
from kg.sources.cells import opened
from kg.sources.limits import MAX_AFFILIATIONS, MAX_STATED
from kg.sources.naming import written
from kg.sources.personal_names import DEGREES, INITIALS, SUFFIXES, bare, full_name, given_first

MAX_TEXT = 200_000  # characters that list all authors
MAX_CHARS = 2_000  # of a name or an affiliation: a longer text is none

_NO_NAMES = frozenset({"others", "et al", "et al.", "...", "…", "none", "null", "nan"})
_ONLY_INITIALS = re.compile(rf"{INITIALS}|[A-Z]{{1,3}}")
_SURNAME_FIRST_BARE = re.compile(r"(\S.*?[a-z]) ([A-Z]{1,3})")  # "Liu RJ", as PubMed has it
_LEADING_AND = re.compile(r"\A(?:and|&) ", re.IGNORECASE)
_NUMBERS = re.compile(r" ?\([\d ]{1,40}\)")  # Scopus' "Liu, Roberto (57190000)"
_COLLABORATION = re.compile(r"(?<=ollaboration):\s")
_ORCID = re.compile(r"\d{4}-?\d{4}-?\d{4}-?\d{3}[\dXx]")
_WHOLE_NAMES = ("name", "displayname", "fullname", "authorname", "rawauthorname", "label")
_NAME_PARTS = (  # given names and particles, family name: Crossref and CSL-JSON, S2ORC, and others
    (("given", "droppingparticle", "nondroppingparticle"), "family"),
    (("first", "middle"), "last"),
    (("firstname", "middlename"), "lastname"),
    (("givenname", "middlename"), "familyname"),
    (("givennames",), "surname"),
    (("forename",), "surname"),
)
_AFFILIATIONS = ("affiliation", "affiliations", "institution", "organization", "organizations", "organisation")
_ORGANISATION = ("name", "displayname", "rawaffiliationstring", "institution", "organization", "organisation", "text", "value")
_ADDRESS = ("addrline", "settlement", "region", "postcode", "country")


def authors(value: object) -> tuple[Author, ...]:
    """The authors that a value states, in order: a list of names, of objects or of arXiv's [last, first, suffix, affiliation…]; or a text."""
    value = opened(value)
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], str):
        value = value[0]
    if isinstance(value, str):
        return tuple(_in_text(value))[:MAX_STATED] if len(value) <= MAX_TEXT else ()
    if isinstance(value, dict):
        inner = value.get("author") or value.get("authors")
        value = inner if isinstance(inner, list) else [value]
    if not isinstance(value, list):
        return ()
    found = [_parsed(item) if isinstance(item, list) else _author(item) for item in value[:MAX_STATED]]
    return tuple([author for author in found if author is not None])


def affiliations(value: object) -> tuple[Affiliation, ...]:
    """The affiliations that a value states, in order: a text, parted by semicolons, an object, or a list of these."""
    value = opened(value)
    if isinstance(value, str):
        value = value.split(";")
    return tuple(dict.fromkeys(_affiliations(value)))


def _author(item: object) -> Author | None:
    if isinstance(item, str):
        return _named(given_first(item)) if len(item) <= MAX_CHARS else None
    return _of_object(item) if isinstance(item, dict) else None


def _parsed(parts: list[object]) -> Author | None:
    """The author whom arXiv's `authors_parsed` gives as [last, first, suffix, affiliation…]."""
    if len(parts) == 3:
        last, first, suffix = parts
        if suffix == "" and first and isinstance(first, str) and isinstance(last, str):  # nearly all
            return _named(f"{first} {last}".strip().replace(". -", ".-"))  # "C. -P. Yuan"
    names = [part for part in (*parts[1:2], *parts[:1], *parts[2:3]) if part and isinstance(part, str)]
    return _named(" ".join(names).strip(), "", parts[3:] or None)


def _named(name: str, orcid: str = "", of: object = None) -> Author | None:
    if not name or len(name) > MAX_CHARS or name.casefold() in _NO_NAMES:
        return None
    return Author(name, orcid, () if of is None else tuple(dict.fromkeys(_affiliations(of))))


def _of_object(item: dict[str, object]) -> Author | None:
    fields = {written(name): value for name, value in item.items()}
    inner = fields.get("author")
    if isinstance(inner, dict):  # an authorship of OpenAlex
        fields = {**fields, **{written(name): value for name, value in inner.items() if isinstance(name, str)}}
    name = _text(fields.get("literal"))
    if not name:
        name = next((named for givens, family in _NAME_PARTS if (named := _of_parts(fields, givens, family))), "")
    if not name:
        name = given_first(next((text for whole in _WHOLE_NAMES if (text := _text(fields.get(whole)))), ""))
    return _named(name, _orcid(fields), _stated_affiliations(fields))


def _of_parts(fields: Mapping[str, object], givens: Sequence[str], family: str) -> str:
    given = " ".join(filter(None, (_joined(fields.get(name)) for name in givens)))
    last = _joined(fields.get(family))
    return full_name(given, last, _joined(fields.get("suffix"))) if given or last else ""


def _orcid(fields: Mapping[str, object]) -> str:
    others = fields.get("externalids")
    stated = [fields.get("orcid"), fields.get("raworcid"), fields.get("orcidid"), fields.get("id")]
    stated += [value for name, value in others.items() if written(name) == "orcid"] if isinstance(others, dict) else []
    for value in stated:
        first = value[0] if isinstance(value, list) and value else value
        if isinstance(first, str) and len(first) < 100 and _ORCID.search(first):
            return first.strip()
    return ""


def _stated_affiliations(fields: Mapping[str, object]) -> list[object]:
    institutions = fields.get("institutions")
    raw = fields.get("rawaffiliationstrings") or fields.get("rawaffiliationstring")
    if institutions or raw:
        return _openalex(institutions, raw, fields.get("affiliations"))
    return [fields[name] for name in _AFFILIATIONS if name in fields]


def _openalex(institutions: object, raw: object, joined: object) -> list[object]:
    """Institutions with the text that they were found in, where OpenAlex tells of one institution alone that it was found there."""
    known = {one.get("id"): one for one in _list(institutions) if isinstance(one, dict) and isinstance(one.get("id"), str)}
    texts = _list(raw) if isinstance(raw, list) else [raw]
    links = [one for one in _list(joined) if isinstance(one, dict)]
    if len(known) == 1 and len(texts) == 1 and not links:
        links = [{"raw_affiliation_string": texts[0], "institution_ids": list(known)}]
    found: list[object] = []
    told: set[object] = set()
    for link in links:
        ids = [one for one in _list(link.get("institution_ids")) if isinstance(one, str) and one in known]
        text = link.get("raw_affiliation_string")
        if len(ids) == 1 and _text(text):
            found.append({**known[ids[0]], "raw_affiliation_string": text})
            told.add(ids[0])
        elif not ids:
            found.append(text)
    found += [one for id, one in known.items() if id not in told]
    return found or [one for one in _list(institutions) if isinstance(one, dict)] or texts


def _affiliations(value: object, within: int = 3) -> Iterator[Affiliation]:
    if isinstance(value, list) and within:
        for item in value[:MAX_AFFILIATIONS]:
            yield from _affiliations(item, within - 1)
    elif isinstance(value, str):
        text = value.strip(" \t\n,;")
        if text and len(text) <= MAX_CHARS:
            yield Affiliation(text)
    elif isinstance(value, dict):
        yield from _organisation({written(name): inner for name, inner in value.items() if isinstance(name, str)})


def _organisation(fields: Mapping[str, object]) -> Iterator[Affiliation]:
    """The affiliation of an object of OpenAlex, Crossref or S2ORC."""
    department = _joined(fields.get("department") or fields.get("laboratory"))
    name = next((text for one in _ORGANISATION if one != "rawaffiliationstring" and (text := _text(fields.get(one)))), "")
    location = fields.get("location")
    place = (
        [_text(location.get(part)) for part in _location_names(location)] if isinstance(location, dict) else [_joined(fields.get("place"))]
    )
    raw = _text(fields.get("rawaffiliationstring"))
    text = raw or ", ".join(part for part in (department, name, *place) if part)
    ror = _ror(fields)
    if text and len(text) <= MAX_CHARS:
        # Crossref's name is what authors wrote, department and town with it, unless it is told apart from those
        yield Affiliation(text, name if raw or department or "displayname" in fields or "institution" in fields else "", ror)


def _location_names(location: dict[str, object]) -> list[str]:
    by_name = {written(name): name for name in location if isinstance(name, str)}
    return [by_name[part] for part in _ADDRESS if part in by_name]


def _ror(fields: Mapping[str, object]) -> str:
    ids = fields.get("id")
    listed = [one.get("id") for one in _list(ids) if isinstance(one, dict)] if isinstance(ids, list) else [ids]
    stated = [fields.get("ror"), fields.get("rorid"), *(one for one in listed if isinstance(one, str) and "ror.org" in one)]
    return next((one.strip() for one in stated if isinstance(one, str) and one.strip() and len(one) < 100), "")


def _in_text(text: str) -> Iterator[Author]:
    """The authors whom a line of text names, by whatever it parts them."""
    if "&" in text and ";" in text:
        text = html.unescape(text)
    mark = next((mark for mark in (";", "|", "\n") if mark in text.strip(" ;|\n") and _parts_names(mark, text)), "")
    if not mark and "(" in text:
        yield from (author for author in authors_of(text) if _named(author.name) is not None)
        return
    if mark:
        pieces = (_LEADING_AND.sub("", " ".join(piece.split()), count=1) for piece in text.split(mark))
        names: Iterable[str] = (given_first(_NUMBERS.sub("", piece)) for piece in pieces)
    else:
        names = _between_commas(" ".join(text.split()))
    yield from (author for name in names if (author := _named(name)) is not None)


def _parts_names(mark: str, text: str) -> bool:
    """A line's end parts names only where no comma does."""
    return mark != "\n" or all("," not in line or (line.count(",") == 1 and not line.strip().endswith(",")) for line in text.split("\n"))


def _between_commas(text: str) -> list[str]:
    """The names of "A. Doe, B. Roe and C. Poe", of "Doe, Jane and Roe, Rob", of "Doe, J., Roe, R."."""
    text = _COLLABORATION.sub(", ", text).replace(" & ", " and ")
    groups = [group.strip(" ,") for group in text.split(" and ")]
    if (len(groups) > 1 and all(group.count(",") == 1 for group in groups)) or (len(groups) == 1 and _is_one_name(text)):
        return [given_first(group) for group in groups]
    pieces = [piece for group in groups for part in group.split(",") if (piece := part.strip())]
    if len(pieces) % 2 == 0 and _are_inverted(pieces):
        return [given_first(f"{last}, {given}") for last, given in zip(pieces[::2], pieces[1::2], strict=True)]
    short = [_SURNAME_FIRST_BARE.fullmatch(piece) for piece in [*pieces[:-1], pieces[-1].rstrip(".")]] if "." not in text[:-1] else [None]
    if all(short):
        return [f"{match.group(2)} {match.group(1)}" for match in short if match]
    return [given_first(piece) for piece in _without_degrees(pieces)]


def _without_degrees(pieces: list[str]) -> list[str]:
    """The names without what stands after them: "Martin King", "Jr." is one, "Jane Doe", "PhD" another."""
    kept: list[str] = []
    for piece in pieces:
        if kept and bare(piece) in SUFFIXES:
            kept[-1] += f" {piece}"
        elif bare(piece) not in DEGREES:
            kept.append(piece)
    return kept


def _is_one_name(text: str) -> bool:
    """Whether "Doe, Jane M." is one name and no list of two."""
    last, comma, given = text.partition(",")
    words = given.split()
    return bool(comma) and "," not in given and 0 < len(words) <= 3 and (len(words) == 1 or _are_inverted([last, given.strip()]))


def _are_inverted(pieces: list[str]) -> bool:
    """Whether the pieces are last, given, last, given, …: every last name is one word, or every given name is made of initials."""
    lasts = ([word for word in last.split() if not word.islower()] for last in pieces[::2])
    return all(len(words) == 1 for words in lasts) or all(_ONLY_INITIALS.fullmatch(given) for given in pieces[1::2])


def _joined(value: object) -> str:
    """A text, or the texts of a list, with blanks between."""
    return " ".join(part for part in map(_text, value[:20]) if part) if isinstance(value, list) else _text(value)


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) and len(value) <= MAX_CHARS else ""


def _list(value: object) -> list[object]:
    return value[:MAX_STATED] if isinstance(value, list) else []
