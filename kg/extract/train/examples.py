"""Annotated texts to what the network is fed: piece ids, shapes, labels of words, pairs of entities."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import permutations
from typing import Any

from tokenizers import Tokenizer

from kg.corpora import AnnotatedSentence
from kg.extract.tagger.geometry import WordSpan, relate
from kg.extract.tagger.labels import CLASSES, RELATIONS, ROLES, TYPES
from kg.extract.tagger.words import shapes, split
from kg.extract.train.network import Pairs
from kg.model import Document, Extraction

IGNORED = -100  # a label that costs nothing, as in torch's cross entropy
MAX_PIECES = 510
_MAX_ENTITIES = 24  # pairs grow with the square


@dataclass(frozen=True, slots=True)
class Example:
    """One text: word `i` begins at piece `first[i]`."""

    corpus: str
    ids: list[int]
    shapes: list[int]  # one a piece
    first: list[int]
    labels: list[int]  # one a word
    pairs: Pairs | None = None
    relations: tuple[int, ...] = ()  # one a pair
    roles: tuple[int, ...] = ()  # one an entity
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Entity:
    """An annotated entity of a text, by the words of its mentions."""

    mentions: list[WordSpan]
    label: str  # class of its words, "" where they have none
    type: int
    role: int


def encode(tokenizer: Tokenizer, corpus: str, words: Sequence[str], labels: Sequence[int]) -> Example:
    """Pieces of `words`, cut at the first word that does not fit."""
    encoding = tokenizer.encode(list(words), is_pretokenized=True)
    word_shapes = shapes(words)
    ids: list[int] = []
    piece_shapes: list[int] = []
    first: list[int] = []
    kept: list[int] = []
    for piece, word in zip(encoding.ids, encoding.word_ids, strict=True):
        if word is None:
            ids.append(piece)
            piece_shapes.append(1)
            continue
        if len(ids) >= MAX_PIECES - 1:
            break
        if len(first) <= word:
            first += [len(ids)] * (word + 1 - len(first))  # a word without a piece shares the next one's
            kept = list(labels[: len(first)])
        ids.append(piece)
        piece_shapes.append(word_shapes[word])
    return Example(corpus, ids, piece_shapes, first, kept)


def from_sentence(tokenizer: Tokenizer, corpus: str, sentence: AnnotatedSentence, types: Sequence[str]) -> Example:
    """A sentence of a corpus; spans of other types are left unlabelled, of two that overlap the longer stays."""
    labels = [0] * len(sentence.words)
    _paint(labels, [((s.start, s.end), 1 + 2 * types.index(s.type)) for s in sentence.spans if s.type in types])
    return encode(tokenizer, corpus, sentence.words, labels)


def from_window(
    tokenizer: Tokenizer, corpus: str, window: Sequence[AnnotatedSentence], types: Sequence[str], relations: Sequence[str]
) -> Example:
    """Sentences of one document that follow each other, read as one text; relations hold within a sentence."""
    words: list[str] = []
    entities: list[Entity] = []
    allowed: set[tuple[int, int]] = set()
    stated: dict[tuple[int, int], int] = {}
    for sentence in window:
        base, offset = len(words), len(entities)
        words += sentence.words
        entities += [Entity([(base + s.start, base + s.end)], "", types.index(s.type), 0) for s in sentence.spans]
        numbers = range(offset, offset + len(sentence.spans))
        allowed |= set(permutations(numbers, 2))
        stated |= {(offset + a, offset + b): relations.index(name) for a, b, name in sentence.relations}
    labels = [0] * len(words)
    _paint(labels, [(e.mentions[0], 1 + 2 * e.type) for e in entities])
    return _with_pairs(encode(tokenizer, corpus, words, labels), entities, stated, allowed)


def from_gold(tokenizer: Tokenizer, document: Document, row: Mapping[str, Any]) -> Example:
    """A paper in the gold format: every occurrence of a name or alias is labelled, longest first."""
    text = document.text
    spans = split(text)
    words = [span.of(text) for span in spans]
    start_of = {span.start: i for i, span in enumerate(spans)}
    end_of = {span.end: i + 1 for i, span in enumerate(spans)}
    found: list[tuple[int, WordSpan]] = []
    for number, entity in enumerate(row["entities"]):
        for form in core_forms(entity):
            for match in _occurrences(form, text):
                if match.start() in start_of and match.end() in end_of:
                    found.append((number, (start_of[match.start()], end_of[match.end()])))
    mentions: dict[int, list[WordSpan]] = {}
    taken: set[int] = set()
    for number, (start, end) in sorted(set(found), key=lambda f: (f[1][0] - f[1][1], f)):
        if taken.isdisjoint(range(start, end)):
            taken.update(range(start, end))
            mentions.setdefault(number, []).append((start, end))
    entities: list[Entity] = []
    index: dict[Any, int] = {}
    for number, places in sorted(mentions.items()):
        entity = row["entities"][number]
        index[entity["name"]] = len(entities)
        part = entity["role"] if entity.get("required", True) else "optional"
        entities.append(Entity(sorted(places), f"{entity['type']}:{part}", TYPES.index(entity["type"]), ROLES.index(entity["role"])))
    stated = {(index[s], index[o]): RELATIONS.index(p) for s, p, o in row["relations"] if s in index and o in index}
    return _from_entities(tokenizer, "gold", words, entities, stated)


def core_forms(entity: Mapping[str, Any]) -> set[str]:
    """The forms of a gold entity that are labelled: not "Long Form (LF)" where its parts are forms, nor "RoboGPU architecture" beside "RoboGPU".

    So a name has the same edges wherever it stands, and the words around it can tell what it is.
    """
    forms = {entity["name"], *entity["aliases"]}
    return {form for form in forms if not any(_only_extends(form, other) for other in forms if other != form)}


def _only_extends(form: str, core: str) -> bool:
    """Whether `form` is the proper name `core` with brackets, a possessive or words without a capital around it."""
    place = re.search(rf"(?<!\S){re.escape(core)}(?!\S)", form.replace("(", "( ").replace(")", " )"))
    if place is None or not any(c.isupper() or c.isdigit() for c in core):
        return False
    rest = place.string[: place.start()] + " " + place.string[place.end() :]
    if "(" in rest or ")" in rest:
        return True
    words = rest.split()
    return bool(words) and all(word.islower() or word.endswith(("'s", "’s")) for word in words)


def from_extraction(tokenizer: Tokenizer, text: str, extraction: Extraction, weight: float) -> Example:
    """A paper as an extractor read it: silver."""
    spans = split(text)
    words = [span.of(text) for span in spans]
    entities: list[Entity] = []
    index: dict[Any, int] = {}
    for number, claim in enumerate(extraction.entities):
        places = []
        for mention in claim.mentions:
            inside = [i for i, span in enumerate(spans) if mention.span.overlaps(span)]
            if inside:
                places.append((inside[0], inside[-1] + 1))
        if places:
            index[number] = len(entities)
            label = f"{claim.type.value}:{claim.role.value}"
            entities.append(
                Entity(sorted(set(places)), label if label in CLASSES else "", TYPES.index(claim.type), ROLES.index(claim.role))
            )
    stated = {
        (index[r.subject], index[r.object]): RELATIONS.index(r.predicate)
        for r in extraction.relations
        if r.subject in index and r.object in index
    }
    return replace(_from_entities(tokenizer, "gold", words, entities, stated), weight=weight)


def _occurrences(form: str, text: str) -> Iterable[re.Match[str]]:
    """Places of a name, between word ends; case counts in short names only."""
    flags = 0 if len(form) <= 4 else re.IGNORECASE
    return re.finditer(rf"(?<!\w){re.escape(form)}(?!\w)", text, flags)


def _from_entities(
    tokenizer: Tokenizer, corpus: str, words: Sequence[str], entities: Sequence[Entity], stated: Mapping[tuple[int, int], int]
) -> Example:
    labels = [0] * len(words)
    _paint(labels, [(m, 1 + 2 * CLASSES.index(e.label)) for e in entities if e.label for m in e.mentions])
    return _with_pairs(encode(tokenizer, corpus, words, labels), entities, stated)


def _paint(labels: list[int], spans: Iterable[tuple[WordSpan, int]]) -> None:
    """Write begin and inside labels; the longer of two spans that overlap is written last."""
    for (start, end), begin in sorted(spans, key=lambda s: (s[0][1] - s[0][0], s)):
        labels[start] = begin
        for i in range(start + 1, end):
            labels[i] = begin + 1
        while end < len(labels) and labels[end] != 0 and labels[end] % 2 == 0:
            labels[end] = 0  # no inside label without its begin
            end += 1


def _with_pairs(
    example: Example, entities: Sequence[Entity], stated: Mapping[tuple[int, int], int], allowed: set[tuple[int, int]] | None = None
) -> Example:
    """The example with its entities, and the ordered pairs of them: `allowed`, or all of the first entities."""
    n_words = len(example.first)
    whole = [(i, [m for m in e.mentions if m[1] <= n_words]) for i, e in enumerate(entities)]
    kept = [(i, mentions) for i, mentions in whole if mentions][: None if allowed is not None else _MAX_ENTITIES]
    if not kept:
        return example
    chosen = [(a, b) for a, b in permutations(range(len(kept)), 2) if allowed is None or (kept[a][0], kept[b][0]) in allowed]
    places = [relate(kept[a][1], kept[b][1]) for a, b in chosen]
    pairs = Pairs(
        [[m[0] for m in mentions] for _, mentions in kept],
        [[m[1] - 1 for m in mentions] for _, mentions in kept],
        [entities[i].type for i, _ in kept],
        [a for a, _ in chosen],
        [b for _, b in chosen],
        [bucket for bucket, _ in places],
        [between for _, between in places],
    )
    relations = tuple(stated.get((kept[a][0], kept[b][0]), 0) for a, b in chosen)
    return replace(example, pairs=pairs, relations=relations, roles=tuple(entities[i].role for i, _ in kept))
