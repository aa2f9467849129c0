"""Licences and cited works, as the XML formats state them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice

from lxml import etree

from kg.model import Identifier
from kg.sources.xml.identifying import recognised
from kg.sources.xml.people import MAX_STATED

_MAX_SEARCHED = 2000  # characters of one reference
_ADDRESS = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;)]", re.IGNORECASE)
_NAMED_LICENCE = re.compile(  # "… under the terms of the Creative Commons Attribution License, which permits …"
    r"\b(?:Creative Commons (?:[A-Z0-9][\w.-]*[ -]?){1,8}|CC[ -](?:BY|0|ZERO)(?:[ -](?:NC|ND|SA))*(?: \d\.\d)?\b"
    r"|(?:MIT|Apache|BSD|GPL|GNU|Open Government) [\w .-]{0,40}?Licen[cs]e|Public Domain)"
)
_NO_LICENCE = ("info:eu-repo/",)  # rights of access, not of use: https://guidelines.openaire.eu
_ARXIV_IN_TEXT = re.compile(
    r"\barxiv\s?(?:preprint\s?)?(?:arxiv)?[:\s/]\s?(\d{4}\.\d{4,5}|[a-z-]{2,8}(?:\.[A-Z]{2})?/\d{7})(?!\d)", re.IGNORECASE
)
_COMPUTING_REPOSITORY = re.compile(r"\bCoRR\b,?\s+(?:abs/)?(\d{4}\.\d{4,5})(?!\d)")  # as DBLP names arXiv
_IN_LINK = re.compile(r"https?://(?:dx\.)?doi\.org/\S+|https?://arxiv\.org/\S+", re.IGNORECASE)


def link(element: etree._Element) -> str:
    """The address that an element points to: its `href`, with or without a declared prefix; "" for none."""
    return next((str(value).strip() for name, value in element.attrib.items() if re.split("[}:]", str(name))[-1] == "href"), "")


def licence(statements: Iterable[str]) -> str:
    """The address of a licence that the statements give, else what they call one; "" where they speak of no licence."""
    stated = [" ".join(statement.split()) for statement in statements if not statement.strip().startswith(_NO_LICENCE)]
    for pattern in (_ADDRESS, _NAMED_LICENCE):
        for statement in stated:
            if found := pattern.search(statement[:_MAX_SEARCHED]):
                return found.group().strip()
    return ""


def cited(works: Iterable[Iterable[Identifier]]) -> tuple[tuple[Identifier, ...], ...]:
    """Works with their identifiers, each once, those without any left out; at most MAX_STATED."""
    found = (tuple(dict.fromkeys(work)) for work in islice(works, MAX_STATED))
    return tuple(dict.fromkeys(work for work in found if work))


def named_in(text: str) -> list[Identifier]:
    """The identifiers that the words of a reference name: "arXiv preprint arXiv:1409.0473", "CoRR abs/1409.0473", an address of a DOI."""
    text = text[:_MAX_SEARCHED]
    found = [Identifier("arxiv", match.group(1)) for pattern in (_ARXIV_IN_TEXT, _COMPUTING_REPOSITORY) for match in pattern.finditer(text)]
    return [*found, *recognised(match.group().rstrip(".,;)") for match in _IN_LINK.finditer(text))]
