"""Phrases found in a run of tokens: an index by first token and length; and listed forms found in a document with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from kg.extract.reading import Reading
from kg.extract.tokens import split

Meaning = TypeVar("Meaning")


@dataclass(frozen=True, slots=True)
class Phrases(Generic[Meaning]):
    """Token sequences with what each stands for."""

    lengths: dict[str, tuple[int, ...]]  # first token → lengths of the phrases it begins, in tokens, shortest first
    meanings: dict[tuple[str, ...], tuple[Meaning, ...]]  # without repeats, in the order they were given

    def find(self, tokens: tuple[str, ...]) -> Iterator[tuple[int, int, Meaning]]:
        """Every place of every phrase, overlapping ones included, as (start, end, meaning) in order of start, then end."""
        for start in [start for start, token in enumerate(tokens) if token in self.lengths]:
            for length in self.lengths[tokens[start]]:
                end = start + length
                if end <= len(tokens):
                    for meaning in self.meanings.get(tokens[start:end], ()):
                        yield start, end, meaning


def index(phrases: Iterable[tuple[tuple[str, ...], Meaning]]) -> Phrases[Meaning]:
    """The index of (tokens, meaning) pairs; a pair without tokens is left out."""
    lengths: dict[str, set[int]] = defaultdict(set)
    meanings: dict[tuple[str, ...], dict[Meaning, None]] = defaultdict(dict)
    for tokens, meaning in phrases:
        if tokens:
            lengths[tokens[0]].add(len(tokens))
            meanings[tokens][meaning] = None
    return Phrases(
        {first: tuple(sorted(found)) for first, found in lengths.items()},
        {tokens: tuple(found) for tokens, found in meanings.items()},
    )


@dataclass(frozen=True, slots=True)
class Forms(Generic[Meaning]):
    """Listed forms of names with what each stands for; some hold in this very spelling only, some in any case."""

    exact: Phrases[Meaning]
    lower: Phrases[Meaning]

    def find(self, reading: Reading) -> Iterator[tuple[int, int, Meaning]]:
        """Every place of every form, overlapping ones included, as (start, end, meaning): first the exact ones, in text order."""
        yield from self.exact.find(reading.texts)
        yield from self.lower.find(reading.lowers)


def forms(rows: Iterable[tuple[str, Meaning, bool]]) -> Forms[Meaning]:
    """The listed forms, from (form, meaning, whether case makes no difference)."""
    tokens = [(split(form), meaning, folds) for form, meaning, folds in rows]
    return Forms(
        exact=index((form, meaning) for form, meaning, folds in tokens if not folds),
        lower=index((tuple(token.lower() for token in form), meaning) for form, meaning, folds in tokens if folds),
    )
