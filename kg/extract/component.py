"""The extractor as a component of a spaCy pipeline, for people who have one: mentions with scores in `doc.spans["kg"]`.

    nlp = spacy.blank("en")
    nlp.add_pipe("kg_mentions", config={"extractor": "fast"})

Found by spaCy through the entry point group `spacy_factories`.
"""

from __future__ import annotations

from collections.abc import Callable

from spacy.language import Language
from spacy.tokens import Doc, SpanGroup

from kg.extract import DEFAULT, Extractor, load
from kg.model import Document

KEY = "kg"  # of the span group


@Language.factory("kg_mentions", default_config={"extractor": DEFAULT})
def make(nlp: Language, name: str, extractor: str) -> Callable[[Doc], Doc]:
    """The component; loads the extractor of that name once."""
    return Mentions(load(extractor))


class Mentions:
    """Sets `doc.spans["kg"]`: one span per mention, its label the type; `attrs["scores"]` holds a score per span, in [0, 1]."""

    def __init__(self, extractor: Extractor) -> None:
        self._extractor = extractor

    def __call__(self, doc: Doc) -> Doc:
        """The document with its mentions; its first paragraph is read as the title, where it has several."""
        mentions = [mention for entity in self._extractor.extract(as_document(doc.text)).entities for mention in entity.mentions]
        spans, scores = [], []
        for mention in sorted(mentions, key=lambda m: (m.span, m.type)):
            span = doc.char_span(mention.span.start, mention.span.end, label=mention.type.value, alignment_mode="expand")
            if span is not None:
                spans.append(span)
                scores.append(mention.score)
        doc.spans[KEY] = SpanGroup(doc, name=KEY, spans=spans, attrs={"scores": scores})
        return doc


def as_document(text: str) -> Document:
    """A document whose text is `text`, character by character: title before the first blank line, abstract after it."""
    title, gap, abstract = text.partition("\n\n")
    if not gap or not title or not abstract:
        title, abstract = text, ""
    return Document("text", "-", "1", title, title, abstract)
