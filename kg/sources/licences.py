"""Under which licence a paper is, as words around it state."""

from __future__ import annotations

import re
from collections.abc import Iterable

_MAX_SEARCHED = 2000  # characters of one statement
_ADDRESS = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;)]", re.IGNORECASE)
_NAMED_LICENCE = re.compile(  # "… under the terms of the Creative Commons Attribution License, which permits …"
    r"\b(?:Creative Commons (?:[A-Z0-9][\w.-]*[ -]?){1,8}|CC[ -](?:BY|0|ZERO)(?:[ -](?:NC|ND|SA))*(?: \d\.\d)?\b"
    r"|(?:MIT|Apache|BSD|GPL|GNU|Open Government) [\w .-]{0,40}?Licen[cs]e|Public Domain)"
)
_NO_LICENCE = ("info:eu-repo/",)  # rights of access, not of use: https://guidelines.openaire.eu


def licence(statements: Iterable[str]) -> str:
    """The address of a licence that the statements give, else what they call one; "" where they speak of no licence."""
    stated = [" ".join(statement.split()) for statement in statements if not statement.strip().startswith(_NO_LICENCE)]
    for pattern in (_ADDRESS, _NAMED_LICENCE):
        for statement in stated:
            if found := pattern.search(statement[:_MAX_SEARCHED]):
                return found.group().strip()
    return ""
