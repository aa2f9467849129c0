"""What the published graph says of a paper or a thing: the triples that go when it is told otherwise.

Reads by patterns, so that the work depends on what is told, not on the size of the graph.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import NamedNode, Store, Triple

from kg import vocab
from kg.graph import entity_iri, paper_iri

_NAMING = (vocab.RDF_TYPE, vocab.PREF_LABEL, vocab.ALT_LABEL, vocab.SHORT_FORM, vocab.BROADER, vocab.MAYBE_SAME)


class Published:
    """The graph as it is published."""

    def __init__(self, store: Store, base: str) -> None:
        self._store = store
        self._base = base

    def of_papers(self, keys: Iterable[str]) -> Iterator[Triple]:
        """All that these papers state and nothing else does; a triple may come twice."""
        claims: set[NamedNode] = set()
        for key in keys:
            paper = paper_iri(key, self._base)
            yield from self._with_subject(paper)
            for author in self._nodes(paper, vocab.CREATOR):
                yield from self._with_subject(author)
            claims.update(self._subjects(vocab.DERIVED_FROM, paper))
        for claim in claims:
            yield from self._with_subject(claim)
            yield from self._annotations(claim)
        yield from self._unheld(claims)

    def of_things(self, paths: Iterable[str]) -> Iterator[Triple]:
        """What things and kinds are, what they are called and why, what they lie under, and what they may be the same as; likewise."""
        for path in paths:
            node = entity_iri(path, self._base)
            for predicate in _NAMING:
                yield from (quad.triple for quad in self._store.quads_for_pattern(node, predicate, None))
            yield from (quad.triple for quad in self._store.quads_for_pattern(None, vocab.MAYBE_SAME, node))
            for question in self._subjects(vocab.CANDIDATE_OF, node):
                yield from self._with_subject(question)
            for merge in self._subjects(vocab.MERGED_INTO, node):
                yield from self._with_subject(merge)
                yield from self._annotations(merge)

    def _unheld(self, claims: set[NamedNode]) -> Iterator[Triple]:
        """What these claims state between things, and the extractors that made them, unless another claim holds it."""
        for claim in claims:
            subject, predicate, object, extractor = (
                self._object(claim, property) for property in (vocab.SUBJECT, vocab.PREDICATE, vocab.OBJECT, vocab.GENERATED_BY)
            )
            triple = Triple(subject, predicate, object)
            if not any(self._states(other, predicate, object) for other in self._subjects(vocab.SUBJECT, subject) if other not in claims):
                yield triple
            if all(other in claims for other in self._subjects(vocab.GENERATED_BY, extractor)):
                yield from self._with_subject(extractor)

    def _states(self, claim: NamedNode, predicate: NamedNode, object: NamedNode) -> bool:
        return self._has(claim, vocab.OBJECT, object) and self._has(claim, vocab.PREDICATE, predicate)

    def _annotations(self, body: NamedNode) -> Iterator[Triple]:
        """The sentences behind a node, with all their parts."""
        for node in self._subjects(vocab.HAS_BODY, body):
            for part in (node, *(NamedNode(f"{node.value}/{part}") for part in ("target", "quote", "position"))):
                yield from self._with_subject(part)

    def _with_subject(self, node: NamedNode) -> Iterator[Triple]:
        return (quad.triple for quad in self._store.quads_for_pattern(node, None, None))

    def _subjects(self, predicate: NamedNode, object: NamedNode) -> Iterator[NamedNode]:
        found = (quad.subject for quad in self._store.quads_for_pattern(None, predicate, object))
        return (node for node in found if isinstance(node, NamedNode))

    def _nodes(self, node: NamedNode, predicate: NamedNode) -> Iterator[NamedNode]:
        found = (quad.object for quad in self._store.quads_for_pattern(node, predicate, None))
        return (object for object in found if isinstance(object, NamedNode))

    def _object(self, node: NamedNode, predicate: NamedNode) -> NamedNode:
        (found,) = (quad.object for quad in self._store.quads_for_pattern(node, predicate, None))
        if not isinstance(found, NamedNode):
            raise TypeError(f"{predicate} of {node} is no node")
        return found

    def _has(self, subject: NamedNode, predicate: NamedNode, object: NamedNode) -> bool:
        return any(True for _ in self._store.quads_for_pattern(subject, predicate, object))
