"""What a graph says, read back as the values that it was made of, so that it can be counted where there is no log."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import NamedNode, Store

from kg import vocab
from kg.files.naming import local_name, names_of, of_class, path_of, texts_of
from kg.graph import whole_number
from kg.model import Document, Entity, Evidence, Knowledge, Span, Statement


def knowledge(store: Store, base: str) -> Knowledge:
    """The papers, entities and statements of a plain graph, each part sorted; papers without their abstract.

    Args:
        store: a plain graph.
        base: where its data IRIs begin.
    """
    documents = [_document(store, paper, base) for paper in of_class(store, vocab.RESEARCH_PAPER)]
    entities = [
        Entity(path_of(node, base), type, names_of(store, node, base)[0])
        for type, classes in vocab.CLASSES.items()
        for node in of_class(store, classes[0])
    ]
    return Knowledge(
        tuple(sorted(documents, key=lambda document: document.key)),
        tuple(sorted(entities)),
        tuple(sorted(_statements(store, base), key=lambda s: (s.paper, s.subject, s.predicate, s.object))),
    )


def _document(store: Store, node: NamedNode, base: str) -> Document:
    title = next(iter(texts_of(store, node, vocab.TITLE)), "")
    return Document(path_of(node, base).removeprefix("paper/"), "", "", title, title, "")


def _statements(store: Store, base: str) -> Iterator[Statement]:
    """One for each claim that has its ends and its paper."""
    for claim in of_class(store, vocab.STATEMENT):
        subject, predicate, object, paper = (
            next(iter(_nodes(store, claim, property)), None)
            for property in (vocab.SUBJECT, vocab.PREDICATE, vocab.OBJECT, vocab.DERIVED_FROM)
        )
        if subject is None or predicate is None or object is None or paper is None:
            continue
        annotations = (quad.subject for quad in store.quads_for_pattern(None, vocab.HAS_BODY, claim))
        yield Statement(
            path_of(paper, base).removeprefix("paper/"), path_of(subject, base), local_name(predicate.value), path_of(object, base),
            tuple(_evidence(store, node) for node in annotations if isinstance(node, NamedNode)),
            extractor="", rule=next(iter(texts_of(store, claim, vocab.RULE)), ""), score=_score(store, claim),
        )  # fmt: skip


def _evidence(store: Store, annotation: NamedNode) -> Evidence:
    """The places that an annotation tells; the first character where it tells none."""
    selectors = (part for target in _nodes(store, annotation, vocab.HAS_TARGET) for part in _nodes(store, target, vocab.HAS_SELECTOR))
    spans = (_span(store, selector, vocab.START, vocab.END) for selector in selectors)
    sentence = next((span for span in spans if span.end > 1), Span(0, 1))
    return Evidence(sentence, _span(store, annotation, vocab.OBJECT_START, vocab.OBJECT_END))


def _span(store: Store, node: NamedNode, start: NamedNode, end: NamedNode) -> Span:
    places = [next((whole_number(text) or 0 for text in texts_of(store, node, property)), 0) for property in (start, end)]
    return Span(*places) if places[0] < places[1] else Span(0, 1)


def _score(store: Store, claim: NamedNode) -> float:
    try:
        return float(texts_of(store, claim, vocab.SCORE)[0])
    except (IndexError, ValueError):
        return 0.0


def _nodes(store: Store, node: NamedNode, property: NamedNode) -> Iterator[NamedNode]:
    return (quad.object for quad in store.quads_for_pattern(node, property, None) if isinstance(quad.object, NamedNode))
