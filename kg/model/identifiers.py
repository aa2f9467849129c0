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

# arXiv's archives that gave identifiers of their own, "hep-th/9901001", until April 2007, as a regular expression: https://info.arxiv.org/help/arxiv_identifier.html
ARXIV_ARCHIVES = (
    "acc-phys|adap-org|alg-geom|ao-sci|astro-ph|atom-ph|bayes-an|chao-dyn|chem-ph|cmp-lg|comp-gas|cond-mat|cs|dg-ga|funct-an|gr-qc|hep-(?:ex|lat|ph|th)|"
    "math(?:-ph)?|mtrl-th|nlin|nucl-(?:ex|th)|patt-sol|physics|plasm-ph|q-alg|q-bio|quant-ph|solv-int|supr-con"
)
