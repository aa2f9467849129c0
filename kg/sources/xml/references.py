"""Cited works, as the XML formats state them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice

from lxml import etree

from kg.model import Identifier
from kg.sources.limits import MAX_STATED
from kg.sources.xml.identifying import recognised

_MAX_SEARCHED = 2000  # characters of one reference
_ARXIV_IN_TEXT = re.compile(
    r"\barxiv\s?(?:preprint\s?)?(?:arxiv)?[:\s/]\s?(\d{4}\.\d{4,5}|[a-z-]{2,8}(?:\.[A-Z]{2})?/\d{7})(?!\d)", re.IGNORECASE
)
_COMPUTING_REPOSITORY = re.compile(r"\bCoRR\b,?\s+(?:abs/)?(\d{4}\.\d{4,5})(?!\d)")  # as DBLP names arXiv
_IN_LINK = re.compile(r"https?://(?:dx\.)?doi\.org/\S+|https?://arxiv\.org/\S+", re.IGNORECASE)


def link(element: etree._Element) -> str:
    """The address that an element points to: its `href`, with or without a declared prefix; "" for none."""
    return next((str(value).strip() for name, value in element.attrib.items() if re.split("[}:]", str(name))[-1] == "href"), "")


def cited(works: Iterable[Iterable[Identifier]]) -> tuple[tuple[Identifier, ...], ...]:
    """Works with their identifiers, each once, those without any left out; at most MAX_STATED."""
    found = (tuple(dict.fromkeys(work)) for work in islice(works, MAX_STATED))
    return tuple(dict.fromkeys(work for work in found if work))


def named_in(text: str) -> list[Identifier]:
    """The identifiers that the words of a reference name: "arXiv preprint arXiv:1409.0473", "CoRR abs/1409.0473", an address of a DOI."""
    text = text[:_MAX_SEARCHED]
    found = [Identifier("arxiv", match.group(1)) for pattern in (_ARXIV_IN_TEXT, _COMPUTING_REPOSITORY) for match in pattern.finditer(text)]
    return [*found, *recognised(match.group().rstrip(".,;)") for match in _IN_LINK.finditer(text))]
