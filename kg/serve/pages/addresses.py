"""IRIs of the graph as addresses of this server, and back; which other addresses a page may link to.

A data IRI `<base>method/x` has its page at `/id/method/x`, whatever the base. The escapes of the IRI stay as they are; letters beyond
ASCII travel as UTF-8 in escapes, as a browser sends them (RFC 3987, 3.1).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote, unquote, urlencode

from kg import vocab

ROOT = "/id/"
RESOURCE = "/resource"
PAPER_LINKS = {"arxiv": "https://arxiv.org/abs/", "doi": "https://doi.org/"}

KEPT = "%/:@!$&'()*+,;=-._~"  # what stands in a path by itself (RFC 3986, 3.3), and the escapes of the IRI
_WEB = re.compile(r"https?://[^\s/?#]+[^\s]*", re.IGNORECASE)
_DOI = re.compile(r"(?:doi:|https?://(?:dx\.)?doi\.org/)?(10\.[0-9]{4,9}/\S+)", re.IGNORECASE)
_ARXIV = re.compile(r"[a-z.-]+/[0-9]{7}|[0-9]{4}\.[0-9]{4,5}", re.IGNORECASE)
_ESCAPED_LETTERS = re.compile(r"(?:%[89A-F][0-9A-F])+", re.IGNORECASE)


def page_address(path: str) -> str:
    """The address of the page of the thing with this path below the base."""
    return ROOT + quote(path, safe=KEPT)


def resource_address(iri: str) -> str:
    """The address of the page of a node that does not lie below the base."""
    return f"{RESOURCE}?{urlencode({'iri': iri})}"


def hit_address(iri: str) -> str:
    """The address of what a search found, given as the name index has it: a path below the base, or a whole IRI."""
    return resource_address(iri) if ":" in iri.partition("/")[0] else page_address(iri)


def paths(raw: str) -> list[str]:
    """The paths below the base that an address may mean, given what stands after `/id/` as it was sent; likeliest first."""
    letters = _ESCAPED_LETTERS.sub(lambda found: "".join(c if c.isalnum() else quote(c) for c in _decoded(found[0])), raw)
    read = (raw, letters, _ESCAPED_LETTERS.sub(lambda found: _decoded(found[0]), raw), _decoded(raw))
    return list(dict.fromkeys(path for path in read if path and not any(c.isspace() for c in path)))


def link(iri: str, base: str) -> str:
    """Where an IRI leads: to a page of ours, to the web, or nowhere, which is "". No other scheme than http(s) is ever linked."""
    if iri.startswith(base):
        return page_address(iri.removeprefix(base))
    return iri if _WEB.fullmatch(iri) else ""


def end_link(iri: str) -> str:
    """Where an end of a statement leads, given as `kg.lookup` does: a path below the base, or a whole address."""
    if "://" in iri:
        return iri if _WEB.fullmatch(iri) else ""
    return page_address(iri)


def identifier_link(scheme: str, value: str) -> str:
    """The web page of an identifier of a paper; "" where there is none that we know."""
    doi = _DOI.fullmatch(value) if scheme == "doi" else None
    if doi:
        return PAPER_LINKS["doi"] + quote(doi[1], safe="/:;()._-")
    if scheme == "arxiv" and _ARXIV.fullmatch(value):
        return PAPER_LINKS["arxiv"] + quote(value, safe="/.-")
    return value if scheme == "url" and _WEB.fullmatch(value) else ""


def prefixes(base: str) -> dict[str, str]:
    """Prefix → namespace of the vocabularies and of the folders of data."""
    return {**vocab.NAMESPACES, **vocab.data_prefixes(base)}


def curie(iri: str, known: Mapping[str, str]) -> str:
    """The IRI shortened by the longest namespace that it starts with; the IRI itself where none fits."""
    fitting = [(len(namespace), prefix) for prefix, namespace in known.items() if iri.startswith(namespace) and iri != namespace]
    if not fitting:
        return iri
    length, prefix = max(fitting)
    return f"{prefix}:{iri[length:]}"


def _decoded(text: str) -> str:
    """The text without escapes; as it is where they are no UTF-8."""
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        return text
