"""Who wrote a JATS article, where it appeared, what it cites: https://jats.nlm.nih.gov/archiving/tag-library/1.3/."""

from __future__ import annotations

import re
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
from kg.sources.xml.references import cited, link, named_in

SCHEMES = {"pmid": "pmid", "pmc": "pmcid", "pmcid": "pmcid", "doi": "doi", "arxiv": "arxiv"}

_NO_AUTHOR = re.compile(r"edit|review|translat|senior|guest|referee|compiler|assignee", re.IGNORECASE)
_DEPARTMENT = re.compile(r"dep|division|faculty|section|unit|addr|lab", re.IGNORECASE)  # in content-type of institution
_ARTICLE_KINDS = re.compile(  # what journals head an article with that names no subject
    r"(?:original|research|review|short|brief|invited|full|regular|technical|case|data|methods?|rapid|meta|mini|systematic|software|letters?|editorial|"
    r"commentary|correspondence|perspective|opinion|news|articles?|communications?|reports?|papers?|notes?|studies|study|paper|to|the|editor|and|of|"
    r"correction|erratum|retraction|tools?|resources?|protocol|open|access|other|\W)+",
    re.IGNORECASE,
)
_CITATIONS = ("element-citation", "mixed-citation", "citation", "nlm-citation")
_AVAILABILITY = re.compile(r"\b(?:availability|accessibility|accession|available)\b", re.IGNORECASE)
_SPEAKS_OF_CODE = re.compile(r"\b(?:codes?|software|scripts?|implementations?|packages?|programs?|source|requirements)\b", re.IGNORECASE)
_REPOSITORY = re.compile(
    r"https?://(?:www\.)?(?:github\.com|gitlab\.[\w.-]+|bitbucket\.org|codeberg\.org|sourceforge\.net/projects|git\.[\w.-]+)/[\w.-]+(?:/[\w./-]*[\w-])?",
    re.IGNORECASE,
)


def metadata(article: etree._Element) -> Metadata:
    """What front matter and references state."""
    meta = article.find("{*}front/{*}article-meta")
    if meta is None:
        return Metadata()
    authors, affiliations = _People(meta).read()
    return Metadata(
        authors=authors,
        affiliations=affiliations,
        venue=_venue(article),
        categories=distinct(_categories(meta)),
        licence=licence(_licences(meta)),
        code=distinct(_code(article, meta)),
        cites=cited(_works(article)),
    )


class _People:
    """The people of an article, with the affiliations that its front matter lists once for all."""

    def __init__(self, meta: etree._Element) -> None:
        self._meta = meta
        self._listed = dict(self._with_ids())
        self._referred: set[str] = set()

    def read(self) -> tuple[tuple[Author, ...], tuple[Affiliation, ...]]:
        """The authors, and the affiliations that are no one's in particular; editors and reviewers with theirs are left out."""
        authors: list[Author] = []
        for group in self._meta.iterfind("{*}contrib-group"):
            shared = tuple(self._shared(group))
            for contributor in islice(group.iterfind("{*}contrib"), MAX_STATED):
                found = tuple(dict.fromkeys(self._affiliations(contributor)))
                name = _name(contributor)
                if name and not self._is_other(contributor, group):
                    authors.append(Author(name, _orcid(contributor), found or shared))
        elements = islice(self._meta.iterfind("{*}aff"), MAX_STATED)
        left = (_affiliation(element) for element in elements if element.get("id") not in self._referred)
        return tuple(authors[:MAX_STATED]), tuple(dict.fromkeys(one for one in left if one))

    def _with_ids(self) -> Iterator[tuple[str, Affiliation]]:
        for element in islice(self._meta.iter("{*}aff"), MAX_STATED):
            found = _affiliation(element)
            above = element.getparent()
            wrapper = above if above is not None and local_name(above) == "aff-alternatives" and above.find("{*}aff") is element else None
            for each in (element, wrapper):
                if found is not None and each is not None and each.get("id"):
                    yield str(each.get("id")), found

    def _shared(self, group: etree._Element) -> Iterator[Affiliation]:
        """The affiliations that a group states for all in it: those without an id to refer to."""
        for element in islice(group.iterfind("{*}aff"), MAX_AFFILIATIONS):
            if (found := _affiliation(element)) and not element.get("id"):
                yield found

    def _affiliations(self, contributor: etree._Element) -> Iterator[Affiliation]:
        own = (_affiliation(element) for element in contributor.iterfind("{*}aff"))
        yield from islice((found for found in own if found), MAX_AFFILIATIONS)
        references = (str(xref.get("rid") or "").split() for xref in contributor.iterfind("{*}xref") if xref.get("ref-type") == "aff")
        for identifier in islice((one for stated in references for one in stated), MAX_AFFILIATIONS):
            self._referred.add(identifier)
            if identifier in self._listed:
                yield self._listed[identifier]

    @staticmethod
    def _is_other(contributor: etree._Element, group: etree._Element) -> bool:
        kind = str(contributor.get("contrib-type") or group.get("content-type") or "")
        return _NO_AUTHOR.search(kind) is not None


def _name(contributor: etree._Element) -> str:
    within = next((child for child in contributor if local_name(child) in ("name-alternatives", "collab-alternatives")), contributor)
    name = within.find("{*}name")
    if name is None:
        name = within.find("{*}string-name")
    if name is None:
        collaboration = within.find("{*}collab")
        institution = collaboration.find("{*}institution") if collaboration is not None and not (collaboration.text or "").strip() else None
        return _without_members(collaboration if institution is None else institution)
    given, family, suffix = (text_of(name.find(f"{{*}}{part}")) for part in ("given-names", "surname", "suffix"))
    return full_name(given, family, suffix) or text_of(name)


def _without_members(collaboration: etree._Element | None) -> str:
    """The name of a collaboration, which may list its members and where they work."""
    if collaboration is None:
        return ""
    parts = [str(collaboration.text or "")]
    for child in collaboration:
        if local_name(child) not in ("contrib-group", "aff", "xref", "address", "email", ""):
            parts.append(text_of(child))
        parts.append(str(child.tail or ""))
    return " ".join(" ".join(parts).split()).strip(" ,;")


def _orcid(contributor: etree._Element) -> str:
    stated = (text_of(element) for element in contributor.iterfind("{*}contrib-id") if element.get("contrib-id-type") == "orcid")
    links = (link(element) or text_of(element) for element in contributor.iter("{*}ext-link", "{*}uri"))
    return next(stated, "") or next((address for address in links if "orcid.org/" in address), "")


def _affiliation(element: etree._Element) -> Affiliation | None:
    text = affiliation_line(element)
    institutions = [each for each in element.iter("{*}institution") if not _DEPARTMENT.search(str(each.get("content-type") or ""))]
    identifiers = (
        text_of(each) for each in element.iter("{*}institution-id") if str(each.get("institution-id-type", "")).casefold() == "ror"
    )
    return Affiliation(text, organisation(map(text_of, institutions), text), next(identifiers, "")) if text else None


def _venue(article: etree._Element) -> str:
    journal = article.find("{*}front/{*}journal-meta")
    paths = ("{*}journal-title-group/{*}journal-title", "{*}journal-title")
    found = next((text for path in paths if journal is not None and (text := text_of(journal.find(path)))), "")
    return found or text_of(article.find("{*}front/{*}article-meta/{*}conference/{*}conf-name"))


def _categories(meta: etree._Element) -> Iterator[str]:
    """Subjects and keywords; not the kind of article, nor abbreviations."""
    for subject in meta.iterfind("{*}article-categories//{*}subject"):
        text = text_of(subject)
        if not _ARTICLE_KINDS.fullmatch(text[:100]):
            yield text
    for group in meta.iterfind("{*}kwd-group"):
        if "abbr" not in str(group.get("kwd-group-type", "")):
            yield from map(text_of, group.iter("{*}kwd", "{*}compound-kwd"))


def _licences(meta: etree._Element) -> Iterator[str]:
    for stated in meta.iterfind("{*}permissions/{*}license"):
        yield link(stated)
        yield from map(text_of, stated.iter("{*}license_ref"))
        yield from (address for each in stated.iter("{*}ext-link", "{*}uri") if "creativecommons.org" in (address := link(each)))
        yield text_of(stated)
    yield from map(text_of, meta.iterfind("{*}permissions/{*}license_ref"))


def _code(article: etree._Element, meta: etree._Element) -> Iterator[str]:
    """Addresses of repositories in a statement on what is available, where it speaks of code."""
    statements = [*article.iterfind("{*}body//{*}sec"), *article.iterfind("{*}back//*")]
    for section in statements:
        if local_name(section) in ("sec", "notes", "fn") and _AVAILABILITY.search(title := text_of(section.find("{*}title"))):
            for paragraph in (*section.iterfind("{*}p"), *section.iterfind("{*}list//{*}p")):
                if _SPEAKS_OF_CODE.search(f"{title} {text_of(paragraph)}"):
                    yield from _repositories(paragraph)
    for custom in meta.iterfind("{*}custom-meta-group/{*}custom-meta"):
        if _AVAILABILITY.search(text_of(custom.find("{*}meta-name"))) and _SPEAKS_OF_CODE.search(text_of(custom)):
            yield from _repositories(custom)


def _repositories(statement: etree._Element) -> Iterator[str]:
    for element in statement.iter("{*}ext-link", "{*}uri"):
        if found := _REPOSITORY.match(link(element) or text_of(element)):
            yield found.group()


def _works(article: etree._Element) -> Iterator[list[Identifier]]:
    for part in ("body", "back"):
        for reference in article.iterfind(f"{{*}}{part}//{{*}}ref-list/{{*}}ref"):
            if reference.find("{*}citation-alternatives") is not None:  # one work in several spellings
                yield _identifiers(reference)
            else:
                works = [child for child in reference if local_name(child) in _CITATIONS]
                yield from (_identifiers(work) for work in works or [reference])


def _identifiers(work: etree._Element) -> list[Identifier]:
    found = []
    for element in work.iter("{*}pub-id", "{*}object-id"):
        scheme, value = SCHEMES.get(str(element.get("pub-id-type", "")).casefold()), text_of(element)
        if scheme and value:
            found.append(Identifier(scheme, f"PMC{value}" if scheme == "pmcid" and value.isdecimal() else value))
    found += recognised(link(element) or text_of(element) for element in work.iter("{*}ext-link", "{*}uri"))
    return found or named_in(text_of(work))
