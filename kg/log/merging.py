"""Several texts of one paper → one: which text stands, and what the others add to it.

The text that stands is a full text before an abstract and an abstract before a title alone; among these the newest version, then the
newest date, then the longer abstract. All identifiers are kept. Each further field is that of the first text, in this order, that states
it; authors that have affiliations or an ORCID stand before names alone; cited works, subjects and addresses of code are brought together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kg.log.codec import decode_document, decode_extraction
from kg.model import Author, Document, LoggedPaper, Metadata
from kg.stated import complete

Text = tuple[str, str, str]  # of one text: the extractor that read it, its document and what was found in it as `kg.log.codec` writes them


def logged(key: str, texts: Sequence[Text]) -> LoggedPaper:
    """The paper of this key, made of its texts.

    Args:
        key: of the paper.
        texts: at least one; those of the key itself first, then those of each other key that is one with it, each by hash.

    Raises:
        ValueError, TypeError: a text is not what the codec wrote.
    """
    found = [(decode_document(document), extraction, extractor) for extractor, document, extraction in texts]
    _, extraction, extractor = max(found, key=lambda one: order(one[0])) if len(found) > 1 else found[0]
    document = merged([one for one, _, _ in found], key)
    return LoggedPaper(document, complete(document, decode_extraction(extraction)), extractor)


def order(document: Document) -> tuple[object, ...]:
    """What sorts the texts of a paper, the one that stands last; total, as the hash tells any two apart."""
    d = document
    return (bool(d.sections), bool(d.abstract), d.version, d.issued, len(d.abstract), d.content_hash)


def merged(documents: Sequence[Document], key: str) -> Document:
    """One paper of all its texts; their order does not matter.

    Args:
        documents: at least one.
        key: of the paper.
    """
    if len(documents) == 1:  # nearly always, and its hash need not be computed
        return documents[0] if documents[0].key == key else replace(documents[0], key=key)
    every = sorted(documents, key=order, reverse=True)
    return replace(
        every[0],
        key=key,
        identifiers=tuple(sorted({one for document in every for one in document.identifiers})),
        issued=next((document.issued for document in every if document.issued), ""),
        metadata=_metadata([document.metadata for document in every]),
    )


def _metadata(stated: Sequence[Metadata]) -> Metadata:
    authors = max((one.authors for one in stated), key=_detail)
    with_affiliations = next((one for one in stated if one.authors == authors), stated[0])
    return Metadata(
        authors=authors,
        affiliations=with_affiliations.affiliations or next((one.affiliations for one in stated if one.affiliations), ()),
        venue=next((one.venue for one in stated if one.venue), ""),
        categories=tuple(dict.fromkeys(name for one in stated for name in one.categories)),
        licence=next((one.licence for one in stated if one.licence), ""),
        comment=next((one.comment for one in stated if one.comment), ""),
        code=tuple(dict.fromkeys(address for one in stated for address in one.code)),
        cites=tuple(sorted({work for one in stated for work in one.cites})),
    )


def _detail(authors: Sequence[Author]) -> tuple[bool, bool, bool]:
    """How much a list of authors tells; `max` gives the first of the best."""
    return (any(author.affiliations for author in authors), any(author.orcid for author in authors), bool(authors))
