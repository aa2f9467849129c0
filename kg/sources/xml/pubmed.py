"""PubMed XML: https://www.nlm.nih.gov/bsd/licensee/elements_descriptions.html."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from kg.model import Identifier, Record, Rejection
from kg.sources.xml.identifying import earliest, iso_date, of_parts
from kg.sources.xml.inline import headed, text_of
from kg.sources.xml.mathml import local_name

FORMAT = "pubmed"
ELEMENTS = ("PubmedArticle", "PubmedBookArticle", "MedlineCitation", "DeleteCitation")

_SCHEMES = {"pubmed": "pmid", "doi": "doi", "pmc": "pmcid"}
_TRANSLATED = re.compile(r"\[(.*)\]\.?")


def record(element: etree._Element, source: str, place: str) -> Record | Rejection:
    """The paper of a citation, an article or a chapter of a book."""
    if local_name(element) == "DeleteCitation":
        numbers = ", ".join(text_of(pmid) for pmid in element)
        return Rejection(source, place, "read", "deleted", f"PubMed deleted {numbers[:200]}: nothing to read")
    citation = element if local_name(element) == "MedlineCitation" else element.find("{*}MedlineCitation")
    if citation is None:
        citation = element.find("{*}BookDocument")
    if citation is None:
        return Rejection(source, place, "read", "not-a-paper", f"{local_name(element)} without a citation: check the file")
    found = citation.find("{*}Article")
    article = found if found is not None else citation
    return Record(
        source=source,
        place=place,
        title=_title(article),
        abstract=_abstract(article),
        identifiers=tuple(dict.fromkeys(_identifiers(element, citation, article))),
        issued=_issued(article),
        format=FORMAT,
    )


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
        for stated in element.iterfind(f"{path}/{{*}}ArticleId"):
            scheme, value = _SCHEMES.get(str(stated.get("IdType"))), text_of(stated)
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
