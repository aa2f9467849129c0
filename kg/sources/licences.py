"""Under which licence a paper is, as words around it state."""

from __future__ import annotations

import re
from collections.abc import Iterable

_MAX_SEARCHED = 2000  # characters of one statement
_ADDRESS = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;)]", re.IGNORECASE)
_OF_LICENCE = re.compile(
    r"creativecommons\.org/|/licen[cs]|licen[cs]es?\b|opensource\.org/|gnu\.org/|/tdm|userlicense", re.IGNORECASE
)  # in an address
_NAMED_LICENCE = re.compile(  # "… under the terms of the Creative Commons Attribution License, which permits …"
    r"\b(?:Creative Commons (?:[A-Z0-9][\w.-]*[ -]?){1,8}|CC[ -](?:BY|0|ZERO)(?:[ -](?:NC|ND|SA))*(?: \d\.\d)?\b"
    r"|(?:MIT|Apache|BSD|GPL|GNU|Open Government) [\w .-]{0,40}?Licen[cs]e|Public Domain)"
)
_NO_LICENCE = ("info:eu-repo/",)  # rights of access, not of use: https://guidelines.openaire.eu


def licence(statements: Iterable[str]) -> str:
    """The address of a licence that the statements give, else what they call one; "" where they speak of no licence.

    An address among words, which may be that of a publisher, counts only where it speaks of a licence.
    """
    stated = [" ".join(one[:_MAX_SEARCHED].split()) for one in statements if not one.strip().startswith(_NO_LICENCE)]
    for statement in stated:
        found = (match.group() for match in _ADDRESS.finditer(statement))
        if address := next((one for one in found if one == statement or _OF_LICENCE.search(one)), ""):
            return address
    return next((named.group().strip() for statement in stated if (named := _NAMED_LICENCE.search(statement))), "")
