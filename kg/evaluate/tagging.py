"""What marks spans and relations in sentences, to be scored."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from kg.corpora import AnnotatedSentence


class SentenceTagger(Protocol):
    """Marks the types of one corpus."""

    def tag(self, sentences: Sequence[AnnotatedSentence]) -> list[AnnotatedSentence]:
        """The same sentences with predicted spans and relations; gold spans are not looked at; sentences of a document stand together."""
