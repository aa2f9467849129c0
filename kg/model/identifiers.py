"""What names a paper."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Identifier:
    """An identifier of a paper: scheme ("arxiv", "doi", …) and value in its normal form."""

    scheme: str
    value: str


# Registries whose identifiers mean one paper wherever they are written, best first: a paper's key is made of the best that it has.
REGISTRIES = ("arxiv", "doi", "openalex", "s2", "corpusid", "pmid", "pmcid", "acl", "mag")
