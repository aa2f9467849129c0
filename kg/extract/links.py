"""The URLs of a text as claims."""

from __future__ import annotations

from collections.abc import Sequence

from kg.extract.sentences import around
from kg.model import Evidence, LinkClaim, Span
from kg.urls import classify, with_scheme


def to_claims(text: str, spans: Sequence[Span], sentences: Sequence[Span]) -> tuple[LinkClaim, ...]:
    """One claim per distinct URL, in text order; a URL without a scheme gets "https://"."""
    claims: dict[str, LinkClaim] = {}
    for span in spans:
        sentence = around(sentences, span)
        surface = span.of(text)
        url = with_scheme(surface)
        kind, rule = classify(url, text[sentence.start : span.start])
        claims.setdefault(url, LinkClaim(url, kind, (Evidence(sentence, span),), rule, 0.99))
    return tuple(claims.values())
