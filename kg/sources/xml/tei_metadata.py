"""Who wrote a paper, where it appeared and what it cites, as the header and the bibliography of a TEI document state it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from lxml import etree

from kg.model import Affiliation, Author, Identifier, Metadata
from kg.sources.licences import licence
from kg.sources.limits import MAX_AFFILIATIONS, MAX_STATED, distinct
from kg.sources.personal_names import full_name
from kg.sources.xml.affiliations import affiliation_line, organisation
from kg.sources.xml.identifying import recognised
from kg.sources.xml.inline import text_of
from kg.sources.xml.mathml import local_name
from kg.sources.xml.references import cited, named_in

SCHEMES = {"doi": "doi", "arxiv": "arxiv", "pmid": "pmid", "pmcid": "pmcid", "pmc": "pmcid"}

_DESCRIPTION = "{*}teiHeader/{*}fileDesc"
_PAPER = f"{_DESCRIPTION}/{{*}}sourceDesc/{{*}}biblStruct"
_UNITS = ("institution", "laboratory")
_PARTS_OF_UNITS = ("department", "laboratory")
_ID = "{http://www.w3.org/XML/1998/namespace}id"


def metadata(tei: etree._Element) -> Metadata:
    """What header and bibliography state."""
    authors, affiliations = _people(tei)
    return Metadata(
        authors=authors,
        affiliations=affiliations,
        venue=_venue(tei),
        categories=distinct(_keywords(tei)),
        licence=licence(_licences(tei)),
        cites=cited(map(_identifiers, tei.iterfind("{*}text//{*}listBibl/{*}biblStruct"))),
    )


def _people(tei: etree._Element) -> tuple[tuple[Author, ...], tuple[Affiliation, ...]]:
    """The authors, and the affiliations that GROBID could give to none of them: it writes those as authors without a name."""
    organisations = {str(element.get(_ID)): element for element in tei.iterfind("{*}text/{*}back//{*}listOrg/{*}org") if element.get(_ID)}
    elements = list(islice(tei.iterfind(f"{_PAPER}/{{*}}analytic/{{*}}author"), MAX_STATED))
    elements = elements or list(islice(tei.iterfind(f"{_DESCRIPTION}/{{*}}titleStmt/{{*}}author"), MAX_STATED))
    authors: list[Author] = []
    left: list[Affiliation] = []
    for element in elements:
        name, found = _name(element), tuple(dict.fromkeys(_affiliations(element, organisations)))
        if name:
            authors.append(Author(name, _orcid(element), found))
        else:
            left.extend(found)
    return tuple(authors), tuple(dict.fromkeys(left))


def _name(author: etree._Element) -> str:
    person = author.find("{*}persName")
    if person is None:
        return text_of(author.find("{*}orgName"))
    given = " ".join(filter(None, map(text_of, person.iterfind("{*}forename"))))
    family = " ".join(filter(None, map(text_of, person.iterfind("{*}surname"))))
    return full_name(given, family, text_of(person.find("{*}genName"))) or text_of(person)


def _orcid(author: etree._Element) -> str:
    return next((text_of(idno) for idno in author.iterfind("{*}idno") if str(idno.get("type", "")).casefold() == "orcid"), "")


def _affiliations(author: etree._Element, organisations: dict[str, etree._Element]) -> Iterator[Affiliation]:
    for element in islice(author.iterfind("{*}affiliation"), MAX_AFFILIATIONS):
        referred = organisations.get(str(element.get("ref", "")).removeprefix("#")) if not len(element) else None
        found = _affiliation(element if referred is None else referred)
        if found:
            yield found


def _affiliation(element: etree._Element) -> Affiliation | None:
    """The affiliation in the words of the paper where they are kept; None for a line that is most likely none ("Introduction")."""
    named = list(element.iter("{*}orgName"))
    units = [name for name in named if name.get("type") in (*_UNITS, None)]
    if not units and element.find("{*}address") is None and not str(element.text or "").strip():
        return None
    raw = next((text_of(note) for note in element.iterfind("{*}note") if note.get("type") == "raw_affiliation"), "")
    text = raw or affiliation_line(element)
    names = [text_of(name) for name in named if name.get("type") not in _PARTS_OF_UNITS]
    ror = next((text_of(idno) for idno in element.iter("{*}idno") if str(idno.get("type", "")).casefold() == "ror"), "")
    if local_name(element) == "org":  # the names of one organisation, the full one first
        names = names[:1]
    return Affiliation(text, organisation(names, text), ror) if text else None


def _venue(tei: etree._Element) -> str:
    titles = [title for title in tei.iterfind(f"{_PAPER}/{{*}}monogr/{{*}}title") if text_of(title)]
    titles.sort(key=lambda title: title.get("type") not in ("main", None))  # stable: an abbreviated title only where there is nothing else
    return text_of(titles[0]) if titles else text_of(tei.find(f"{_PAPER}/{{*}}monogr/{{*}}meeting"))


def _keywords(tei: etree._Element) -> Iterator[str]:
    for keywords in tei.iterfind("{*}teiHeader/{*}profileDesc/{*}textClass/{*}keywords"):
        terms = [text_of(term) for term in keywords.iter("{*}term", "{*}item")]
        yield from terms or (part.strip(" .") for part in text_of(keywords).replace(";", ",").split(","))


def _licences(tei: etree._Element) -> Iterator[str]:
    for element in tei.iterfind(f"{_DESCRIPTION}/{{*}}publicationStmt/{{*}}availability/{{*}}licence"):
        yield str(element.get("target") or "")
        yield text_of(element)


def _identifiers(work: etree._Element) -> Iterator[Identifier]:
    for idno in work.iter("{*}idno"):
        scheme, value = SCHEMES.get(str(idno.get("type", "")).casefold()), text_of(idno)
        if scheme and value:
            yield Identifier(scheme, value.partition("[")[0].strip() if scheme == "arxiv" else value)
    yield from recognised(str(pointer.get("target") or "") for pointer in work.iter("{*}ptr"))
    for title in work.iter("{*}title", "{*}note"):
        yield from named_in(text_of(title) or "")
