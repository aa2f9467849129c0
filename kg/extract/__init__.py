"""Documents to extractions. The one package that imports spaCy, and only when an extractor is loaded."""

from __future__ import annotations

from typing import Protocol

from kg.model import Document, Extraction


class Extractor(Protocol):
    """Reads one document at a time and keeps no state between documents."""

    @property
    def version(self) -> str:
        """Name, hyphen, version: "rules-1.3fa2b4c1". Another version may extract something else from the same text."""

    def extract(self, document: Document) -> Extraction:
        """All that is found in `document`; the same document always gives the same extraction."""


def load() -> Extractor:
    """The extractor that ships with the package, ready to use; loading takes a second or two."""
    from kg.extract.pipeline import RuleExtractor

    return RuleExtractor()
