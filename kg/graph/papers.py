"""One paper in, triples out: what it is, who wrote it, where it appeared, what it cites. Pure.

Authors are nodes of one paper alone: two papers by people of one name are not held to be by one person. Who a person is the ORCID
tells, where a source states it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pyoxigraph import NamedNode, Triple

from kg import vocab
from kg.graph.terms import author_iri, integer, link_iri, orcid_iri, paper_iri, text
from kg.model import Author, Document, Identifier, Metadata
from kg.names import digest

Cited = Callable[[tuple[Identifier, ...]], str]  # identifiers of a work → key of the paper that it is, stored or not

_ID_PROPERTIES = {"arxiv": vocab.ARXIV_ID, "doi": vocab.DOI}


def author_id(paper: str, position: int, name: str) -> str:
    """16 hex digits that name one author of one paper.

    Args:
        paper: the paper's key.
        position: among its authors, from 1.
        name: as the paper has it.
    """
    return digest(paper, str(position), name)


def description(document: Document, base: str = vocab.BASE, cited: Cited | None = None) -> Iterator[Triple]:
    """What is told of a paper itself and of its authors; what it cites where `cited` gives the keys of cited works."""
    paper = paper_iri(document.key, base)
    yield Triple(paper, vocab.RDF_TYPE, vocab.RESEARCH_PAPER)
    yield Triple(paper, vocab.RDF_TYPE, vocab.SCHOLARLY_ARTICLE)
    yield Triple(paper, vocab.TITLE, text(document.title))
    if document.abstract:
        yield Triple(paper, vocab.ABSTRACT, text(document.abstract))
    if document.issued:
        yield Triple(paper, vocab.ISSUED, text(document.issued))
    for identifier in document.identifiers:
        yield _identifier(paper, identifier)
    for position, author in enumerate(document.metadata.authors, 1):
        yield from _author(paper, author_iri(author_id(document.key, position, author.name), base), position, author)
    yield from _publication(paper, document.metadata)
    if cited is not None:
        works = {paper_iri(cited(identifiers), base) for identifiers in document.metadata.cites}
        yield from (Triple(paper, vocab.CITES, work) for work in works - {paper})  # some list their own preprint


def _identifier(paper: NamedNode, identifier: Identifier) -> Triple:
    known = _ID_PROPERTIES.get(identifier.scheme)
    if known:
        return Triple(paper, known, text(identifier.value))
    return Triple(paper, vocab.IDENTIFIER, text(f"{identifier.scheme}:{identifier.value}"))


def _author(paper: NamedNode, node: NamedNode, position: int, author: Author) -> Iterator[Triple]:
    yield Triple(paper, vocab.CREATOR, node)
    yield Triple(node, vocab.RDF_TYPE, vocab.PERSON)
    yield Triple(node, vocab.NAME, text(author.name))
    yield Triple(node, vocab.POSITION, integer(position))
    orcid = orcid_iri(author.orcid)
    if orcid is not None:
        yield Triple(node, vocab.SAME_AS, orcid)
    yield from (Triple(node, vocab.AFFILIATION, text(affiliation.text)) for affiliation in author.affiliations)


def _publication(paper: NamedNode, metadata: Metadata) -> Iterator[Triple]:
    """Affiliations of which nobody says whose they are, venue, categories, licence and comment."""
    yield from (Triple(paper, vocab.AFFILIATION, text(affiliation.text)) for affiliation in metadata.affiliations)
    if metadata.venue:
        yield Triple(paper, vocab.VENUE, text(metadata.venue))
    yield from (Triple(paper, vocab.CATEGORY, text(category)) for category in metadata.categories)
    if metadata.licence:
        address = None if any(c.isspace() for c in metadata.licence) else link_iri(metadata.licence)
        yield Triple(paper, vocab.RIGHTS, text(metadata.licence)) if address is None else Triple(paper, vocab.LICENSE, address)
    if metadata.comment:
        yield Triple(paper, vocab.COMMENT, text(metadata.comment))
