"""PubMed XML: https://www.nlm.nih.gov/bsd/licensee/elements_descriptions.html."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from lxml import etree

from kg.model import Affiliation, Author, Identifier, Metadata, Record, Rejection
from kg.sources.dates import earliest, iso_date, of_parts
from kg.sources.limits import MAX_AFFILIATIONS, MAX_STATED, distinct
from kg.sources.personal_names import full_name
from kg.sources.xml.affiliations import without_mail
from kg.sources.xml.inline import headed, text_of
from kg.sources.xml.mathml import local_name
from kg.sources.xml.references import cited

FORMAT = "pubmed"
ELEMENTS = ("PubmedArticle", "PubmedBookArticle", "MedlineCitation", "DeleteCitation")

_SCHEMES = {"pubmed": "pmid", "doi": "doi", "pmc": "pmcid", "pmcid": "pmcid"}
_TRANSLATED = re.compile(r"\[(.*)\]\.?")


def record(element: etree._Element, source: str, place: str) -> Record | Rejection:
    """The paper of a citation, an article or a chapter of a book."""
    if local_name(element) == "DeleteCitation":
        numbers = ", ".join(text_of(pmid) for pmid in element)
        return Rejection(source, place, "read", "deleted", f"PubMed deleted {numbers[:200]}: nothing to read")
    citation = _citation(element)
    if citation is None:
        return Rejection(source, place, "read", "not-a-paper", f"{local_name(element)} without a citation: check the file")
    article = _article(citation)
    return Record(
        source=source,
        place=place,
        title=_title(article),
        abstract=_abstract(article),
        identifiers=tuple(dict.fromkeys(_identifiers(element, citation, article))),
        issued=_issued(article),
        format=FORMAT,
    )


def metadata(element: etree._Element) -> Metadata:
    """Authors, journal or book, keywords and headings of MeSH, cited works; licences are not stated."""
    citation = _citation(element)
    if citation is None:
        return Metadata()
    article = _article(citation)
    return Metadata(
        authors=tuple(_authors(article)),
        venue=_venue(article),
        categories=distinct(_categories(citation)),
        cites=cited(_works(element, citation)),
    )


def _citation(element: etree._Element) -> etree._Element | None:
    if local_name(element) == "MedlineCitation":
        return element
    found = element.find("{*}MedlineCitation")
    return found if found is not None else element.find("{*}BookDocument")


def _article(citation: etree._Element) -> etree._Element:
    found = citation.find("{*}Article")
    return found if found is not None else citation


def _authors(article: etree._Element) -> Iterator[Author]:
    """The authors; spellings that were corrected since (ValidYN="N") and the editors of a book are left out."""
    lists = [each for each in article.iterfind("{*}AuthorList") if each.get("Type", "authors") == "authors"]
    for author in islice((author for each in lists for author in each.iterfind("{*}Author")), MAX_STATED):
        given, initials, family, suffix, collective = (
            text_of(author.find(f"{{*}}{name}")) for name in ("ForeName", "Initials", "LastName", "Suffix", "CollectiveName")
        )
        name = full_name(given or initials, family, suffix) or collective
        if name and author.get("ValidYN", "Y") == "Y":
            yield Author(name, _identifier(author, "ORCID"), tuple(dict.fromkeys(islice(_affiliations(author), MAX_AFFILIATIONS))))


def _affiliations(author: etree._Element) -> Iterator[Affiliation]:
    for stated in (*author.iterfind("{*}AffiliationInfo"), *author.iterfind("{*}Affiliation")):  # until 2014 without the element around it
        inner = stated.find("{*}Affiliation")
        text = without_mail(text_of(stated if inner is None else inner))
        if text:
            yield Affiliation(text, ror=_identifier(stated, "ROR"))


def _identifier(element: etree._Element, source: str) -> str:
    return next((text_of(each) for each in element.iterfind("{*}Identifier") if str(each.get("Source", "")).upper() == source), "")


def _venue(article: etree._Element) -> str:
    return text_of(article.find("{*}Journal/{*}Title")) or text_of(article.find("{*}Book/{*}BookTitle"))


def _categories(citation: etree._Element) -> Iterator[str]:
    yield from map(text_of, citation.iterfind("{*}KeywordList/{*}Keyword"))
    yield from map(text_of, citation.iterfind("{*}MeshHeadingList/{*}MeshHeading/{*}DescriptorName"))


def _works(element: etree._Element, citation: etree._Element) -> Iterator[list[Identifier]]:
    for data in ("{*}PubmedData", "{*}PubmedBookData", "{*}BookDocument"):
        for reference in element.iterfind(f"{data}//{{*}}Reference"):
            yield list(_listed(reference.iterfind("{*}ArticleIdList/{*}ArticleId")))
    for comment in citation.iterfind("{*}CommentsCorrectionsList/{*}CommentsCorrections"):
        if comment.get("RefType") == "Cites" and (pmid := text_of(comment.find("{*}PMID"))):
            yield [Identifier("pmid", pmid)]


def _title(article: etree._Element) -> str:
    """The title without the stop and, where it is translated, the brackets that PubMed puts to it."""
    found = (text_of(article.find(path)) for path in ("{*}ArticleTitle", "{*}VernacularTitle", "{*}Book/{*}BookTitle"))
    title = next((text for text in found if text), "")
    translated = _TRANSLATED.fullmatch(title)
    title = translated.group(1) if translated else title
    return title[:-1].rstrip() if title.endswith(".") and not title.endswith("..") else title


def _abstract(article: etree._Element) -> str:
    """The parts of the abstract, each with its label: "Methods: We …"; other abstracts (for lay people, in other tongues) are left out."""
    abstract = article.find("{*}Abstract")
    parts = list(abstract.iterfind("{*}AbstractText")) if abstract is not None else []
    texts = (headed(str(part.get("Label", "")) if part.get("Label") != "UNLABELLED" else "", text_of(part)) for part in parts)
    return "\n\n".join(text for text in texts if text)


def _identifiers(element: etree._Element, citation: etree._Element, article: etree._Element) -> Iterator[Identifier]:
    """Its own identifiers; those of the works it cites stand in lists of the same name, deeper down."""
    pmid = text_of(citation.find("{*}PMID"))
    if pmid:
        yield Identifier("pmid", pmid)
    for location in article.iterfind("{*}ELocationID"):
        if location.get("EIdType") == "doi" and location.get("ValidYN", "Y") == "Y" and (value := text_of(location)):
            yield Identifier("doi", value)
    for path in ("{*}PubmedData/{*}ArticleIdList", "{*}PubmedBookData/{*}ArticleIdList", "{*}BookDocument/{*}ArticleIdList"):
        yield from _listed(element.iterfind(f"{path}/{{*}}ArticleId"))


def _listed(stated: Iterable[etree._Element]) -> Iterator[Identifier]:
    for each in stated:
        scheme, value = _SCHEMES.get(str(each.get("IdType"))), text_of(each)
        if scheme and value:
            yield Identifier(scheme, value)


def _issued(article: etree._Element) -> str:
    printed = article.find("{*}Journal/{*}JournalIssue/{*}PubDate")
    if printed is None:
        printed = article.find("{*}Book/{*}PubDate")
    dates = [element for element in (*article.iterfind("{*}ArticleDate"), printed) if element is not None]
    return earliest(map(_date, dates))


def _date(element: etree._Element) -> str:
    parts = {local_name(child): text_of(child) for child in element}
    if "MedlineDate" in parts:  # "1998 Dec-1999 Jan"
        return iso_date(parts["MedlineDate"])
    return of_parts(parts.get("Year", ""), parts.get("Month", ""), parts.get("Day", ""))
