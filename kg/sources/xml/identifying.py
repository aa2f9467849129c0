"""Identifiers, as the XML formats write them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from kg.model import Identifier

_DOI = re.compile(r"(?:(?:https?://)?(?:dx\.|www\.)?doi\.org/|doi[:\s]\s*|info:doi/|urn:doi:)?(10\.\d{4,9}(?:\.\d+)*/\S+)", re.IGNORECASE)
_ARXIV = re.compile(r"(?:https?://(?:www\.|export\.)?arxiv\.org/(?:abs|pdf|html)/|arxiv:\s?|oai:arxiv\.org:)\S+", re.IGNORECASE)
_ALSO_ARXIV = re.compile(
    r"https?://(?:ar5iv\.(?:labs\.arxiv\.)?org/(?:abs|html)|(?:www\.)?alphaxiv\.org/(?:abs|overview)|huggingface\.co/papers)/\d{4}\.\S+",
    re.IGNORECASE,
)
_PUBLIC = re.compile(  # addresses that name one paper in a registry
    r"https?://(?:(?:www\.)?aclanthology\.org/|openalex\.org/W|pubmed\.ncbi\.nlm\.nih\.gov/\d|www\.ncbi\.nlm\.nih\.gov/(?:pubmed/\d|pmc/articles/PMC)"
    r"|pmc\.ncbi\.nlm\.nih\.gov/articles/PMC)\S+",
    re.IGNORECASE,
)


def recognised(values: Iterable[str]) -> Iterator[Identifier]:
    """The identifiers among values that may be anything: an address, a DOI, a volume and its pages."""
    for value in values:
        value = value.strip()
        doi = _DOI.fullmatch(value)
        if doi:
            yield Identifier("doi", doi.group(1))
        elif _ARXIV.fullmatch(value) or _ALSO_ARXIV.fullmatch(value):
            yield Identifier("arxiv", value)
        elif _PUBLIC.fullmatch(value):
            yield Identifier("url", value)
