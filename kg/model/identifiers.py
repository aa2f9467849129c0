"""What names a paper."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Identifier:
    """An identifier of a paper: scheme ("arxiv", "doi", …) and value in its normal form."""

    scheme: str
    value: str
