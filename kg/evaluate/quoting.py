"""The sentence of a paper that a mistake concerns."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.evaluate.graphs import Mistake

_END = re.compile(
    r"""
    \n\s*\n  # between title and paragraphs
    | (?<=[.!?]) (?<!\be\.g\.) (?<!\bi\.e\.) (?<!\bvs\.) (?<!\bal\.) (?<!\b[Ff]ig\.) (?<!\b[A-Z]\.)  # "…on GroveSet. It…", not "et al. It…"
      \s+ (?=["“(\[]?[A-Z0-9])
    """,
    re.VERBOSE,
)


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """The sentences of a text, each as [start, end) in characters."""
    start = 0
    for end in _END.finditer(text):
        yield start, end.start()
        start = end.end()
    yield start, len(text)


def sentence_of(mistake: Mistake, text: str) -> str:
    """The words that show the mistake, on one line.

    In this order: the sentence of the mention, where the extractor gave its place in this text; the sentences that hold the quoted
    evidence; sentences that name what the mistake is about, one if it names everything; the evidence as quoted. "" where none is known.
    """
    forms = {form for names in mistake.names for form in names}
    place = mistake.mention if mistake.mention and text[slice(*mistake.mention)] in forms else _place(mistake.evidence, text)
    shown = _touched(place, text) if place else _naming(mistake.names, text)
    quoted = [" ".join(text[start:end].split()) for start, end in shown]
    return (" " if place else " … ").join(quoted) or " ".join(mistake.evidence.split())


def _place(evidence: str, text: str) -> tuple[int, int] | None:
    """Where `text` holds the words of `evidence`, whatever spaces are between them."""
    pattern = r"\s+".join(map(re.escape, evidence.split()))
    found = re.search(pattern, text, re.IGNORECASE) if pattern else None
    return found.span() if found else None


def _touched(place: tuple[int, int], text: str) -> list[tuple[int, int]]:
    return [(start, end) for start, end in sentences(text) if start < place[1] and place[0] < end]


def _naming(names: tuple[tuple[str, ...], ...], text: str) -> list[tuple[int, int]]:
    """The sentence that names most of the things, the first of several; then the first that names each thing left over."""
    held = {
        (start, end): {i for i, forms in enumerate(names) if any(_names(form, text[start:end]) for form in forms)}
        for start, end in sentences(text)
    }
    chosen: list[tuple[int, int]] = []
    left = set(range(len(names)))
    while left:
        best = max(held, key=lambda bounds: len(held[bounds] & left))
        if not held[best] & left:
            break
        chosen.append(best)
        left -= held[best]
    return sorted(chosen)


def _names(form: str, sentence: str) -> bool:
    """Whether a sentence holds a name as whole words; a plural "s" may follow."""
    pattern = r"\s+".join(map(re.escape, form.split()))
    return bool(pattern) and re.search(rf"(?<!\w){pattern}s?(?!\w)", sentence, re.IGNORECASE) is not None
