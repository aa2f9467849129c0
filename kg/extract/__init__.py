"""Documents to extractions. The one package that imports spaCy, and only when an extractor is loaded."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from kg.model import Document, Extraction

BUILT_IN = ("accurate", "fast", "rules")
DEFAULT = "accurate"  # what reads papers where nobody asks for another


class Extractor(Protocol):
    """Reads one document at a time; what it extracts of one does not depend on those before."""

    @property
    def version(self) -> str:
        """Name, hyphen, version: "rules-1.3fa2b4c1". Another version may extract something else from the same text."""

    def extract(self, document: Document) -> Extraction:
        """All that is found in `document`; the same document always gives the same extraction.

        Of a full text it is given title and abstract, then passages of the sections that are read, each as a document whose title is the
        heading: `kg.extract.passages`.
        """


@runtime_checkable
class ReadsAhead(Extractor, Protocol):
    """An extractor of two steps, of which one may be done beforehand: a network over the text, then rules over what it gives."""

    def read_ahead(self, document: Document) -> None:
        """Take the first step of a document that is extracted soon; the extraction is the same without."""


def load(name: str = DEFAULT) -> Extractor:
    """The extractor of this name, ready to use; loading takes a second or two.

    Args:
        name: "accurate" or "fast", the trained models of six and of three layers; "rules"; or the name under which another package
            registers one, as an entry point of the group `kg.extractors`.

    Raises:
        UsageError: nothing has this name.
        ExtractorError: what another package has under this name is no extractor.
    """
    if name == "rules":
        from kg.extract.pipeline import RuleExtractor

        return RuleExtractor()
    if name in BUILT_IN:
        from kg.extract.learned import LearnedExtractor

        return LearnedExtractor(name)
    from kg.extract.plugins import load_plugin

    return load_plugin(name)
