"""Which paper a text is: identifiers in their normal form, and the key of a paper.

Identity, in order: arXiv id without version, DOI, other registries' ids, else the title.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote, unquote

from kg.model import ARXIV_ARCHIVES, REGISTRIES, Identifier
from kg.names import digest, is_shared_title, normal_form, slug
from kg.text.characters import one_line

# "2407.12854v2", "0704.0001", "hep-th/9901001v1", "math.GT/0309136": https://info.arxiv.org/help/arxiv_identifier.html
_ARXIV = re.compile(rf"(\d{{4}}\.\d{{4,5}}|(?:{ARXIV_ARCHIVES})(?:\.[a-z]{{2}})?/\d{{7}})(?:v(\d{{1,3}}))?(?:\.pdf)?", re.IGNORECASE)
_ARXIV_PREFIX = re.compile(
    r"(?:https?://)?(?:(?:www\.|export\.|browse\.)?arxiv\.org/(?:abs|pdf|html|format|src|e-print)/|ar5iv\.(?:labs\.arxiv\.)?org/(?:abs|html)/"
    r"|(?:www\.)?alphaxiv\.org/(?:abs|overview|pdf)/|huggingface\.co/papers/|oai:arxiv\.org:|arxiv[:\s]\s*)",
    re.IGNORECASE,
)
# "10.1000/182": the DOI Handbook, 2.2, https://www.doi.org/the-identifier/resources/handbook
_DOI = re.compile(r"(?:(?:https?://)?(?:dx\.|www\.)?doi\.org/|doi[:\s]\s*|urn:doi:)?(10\.\d{4,9}(?:\.\d+)*/\S+)", re.IGNORECASE)
_ARXIV_DOI = re.compile(r"10\.48550/arxiv\.(.+)")
_OPENALEX = re.compile(r"(?:https?://openalex\.org/(?:works/)?|openalex:)?(W\d{1,12})", re.IGNORECASE)
_PUBMED = re.compile(
    r"(?:https?://(?:pubmed\.ncbi\.nlm\.nih\.gov|www\.ncbi\.nlm\.nih\.gov/pubmed)/|pmid[:\s]\s*)(\d{1,9})/?", re.IGNORECASE
)
_PMC = re.compile(r"(?:https?://(?:www\.ncbi\.nlm\.nih\.gov/pmc|pmc\.ncbi\.nlm\.nih\.gov)/articles/)?(PMC\d{1,9})/?", re.IGNORECASE)
_ACL = re.compile(
    r"(?:https?://(?:www\.)?aclanthology\.org/)((?:[A-Z]\d{2}-\d{4})|(?:\d{4}\.[a-z0-9]+-[a-z0-9]+\.\d+))(?:\.pdf|/)?", re.IGNORECASE
)
_S2 = re.compile(r"(?:https?://(?:www\.)?semanticscholar\.org/paper/(?:\S+/)?)([0-9a-f]{40})", re.IGNORECASE)

# What registries other than those of the patterns above give bare: numbers, never zero.
_NEVER, _NUMBER = re.compile(r"(?!)"), re.compile(r"[1-9]\d{0,14}")
_BARE = {
    "arxiv": _NEVER, "doi": _NEVER, "openalex": _OPENALEX, "s2": re.compile(r"[0-9a-f]{40}"), "corpusid": _NUMBER, "pmid": re.compile(r"[1-9]\d{0,8}"), "pmcid": _PMC,
    "acl": re.compile(r"[A-Z]\d{2}-\d{4}|\d{4}\.[a-z0-9_]+-[a-z0-9_]+\.\d+", re.IGNORECASE), "mag": _NUMBER,
}  # fmt: skip
# What tables and exports write where there is no identifier; an address without a number of its own is none either.
_NOTHING = re.compile(r"(?:n\.?/?a\.?|nan|none|null|nil|nothing|not (?:available|applicable|assigned|known)|unknown|undefined|missing|no doi|tba|tbd|[-–—_.?*/\s]*|0+"
                      r"|(?:https?://)?(?:dx\.)?doi\.org/?|https?://(?:www\.)?arxiv\.org/(?:abs/?)?)", re.IGNORECASE)  # fmt: skip
_UNPLACED = frozenset({"id", "url", ""})


def identifiers(stated: Iterable[Identifier]) -> tuple[tuple[Identifier, ...], int]:
    """All identifiers in their normal form, sorted, without repeats; and the highest arXiv version that one of them carries (0: none)."""
    found: set[Identifier] = set()
    version = 0
    for identifier in stated:
        scheme, value = one_line(identifier.scheme).casefold(), one_line(identifier.value)
        if not value or _NOTHING.fullmatch(value):
            continue
        for one, one_version in _recognised(scheme, value):
            found.add(one)
            version = max(version, one_version)
    return tuple(sorted(found)), version


def key(found: tuple[Identifier, ...], title: str, apart: Iterable[str] = ()) -> str:
    """The paper's key: "arxiv-2407.12854", "doi-10.1103%2Fphysrevd.76.013009", else "<slug of title>-<8 hex>".

    Args:
        found: its identifiers in normal form.
        title: its title.
        apart: what else tells it from others, where its title is one that many have ("Editorial"): author, year, text.

    Values are percent-encoded (RFC 3986, all but letters, digits and "-._~"), so that the key is one segment of an IRI path;
    `value_of` gives the identifier back.
    """
    best = min((i for i in found if i.scheme in REGISTRIES), key=lambda i: (REGISTRIES.index(i.scheme), i.value), default=None)
    if best is not None:
        return f"{best.scheme}-{quote(best.value, safe='')}"
    parts = apart if is_shared_title(title) else ()
    short = digest(normal_form(title) or title, *(normal_form(part) for part in parts), length=8)
    return f"{slug(title)}-{short}".lstrip("-")


def value_of(paper_key: str) -> Identifier | None:
    """The identifier that a key was made of; None where it was made of the title."""
    scheme, _, encoded = paper_key.partition("-")
    return Identifier(scheme, unquote(encoded)) if scheme in REGISTRIES else None


def _recognised(scheme: str, value: str) -> list[tuple[Identifier, int]]:
    """The identifiers that one stated value stands for, with the arXiv version it carries; two for an arXiv DOI."""
    if scheme in _UNPLACED or scheme in ("arxiv", "doi"):
        arxiv = _arxiv(value)
        if arxiv:
            return [arxiv]
        doi = _DOI.fullmatch(value)
        if doi:
            return _doi(doi.group(1))
    if scheme in _UNPLACED or scheme in REGISTRIES:
        for name, pattern in (("openalex", _OPENALEX), ("pmid", _PUBMED), ("pmcid", _PMC), ("acl", _ACL), ("s2", _S2)):
            match = pattern.fullmatch(value)
            if match:
                return [(Identifier(name, _canonical(name, match.group(1))), 0)]
    if scheme in REGISTRIES and not _BARE[scheme].fullmatch(value):
        scheme = "id"  # kept, and no identity: a registry has no such number
    return [(Identifier(scheme or "id", value), 0)]


def _arxiv(value: str) -> tuple[Identifier, int] | None:
    rest = _ARXIV_PREFIX.sub("", value, count=1)
    match = _ARXIV.fullmatch(rest.split("?")[0].split("#")[0].rstrip("/"))
    if match is None:
        return None
    return Identifier("arxiv", _canonical("arxiv", match.group(1))), int(match.group(2) or 0)


def _doi(value: str) -> list[tuple[Identifier, int]]:
    doi = value.casefold().rstrip(".,;")
    preprint = _ARXIV_DOI.fullmatch(doi)
    also = _arxiv(preprint.group(1)) if preprint else None
    return [(Identifier("doi", doi), 0), *([also] if also else [])]


def _canonical(scheme: str, value: str) -> str:
    if scheme in ("openalex", "pmcid"):
        return value.upper()
    if scheme == "arxiv":  # "math.GT/0309136" and "math/0309136" are one paper; archives are lower case
        return re.sub(r"\.[a-z]{2}/", "/", value.casefold())
    return value.casefold() if scheme in ("s2", "acl") and value.islower() else value
