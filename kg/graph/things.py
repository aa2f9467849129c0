"""Entities, kinds and open questions in, triples out: what a thing is, what it is called and why, what it lies under. Pure.

Names are SKOS labels, the ladder of kinds is skos:broader. Why a form is a name of a thing is a kg:Merge with the sentence that
defines it, where one does; two things that may be one are tied by kg:maybeSame, with a kg:Candidate that says why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pyoxigraph import NamedNode, Triple

from kg import vocab
from kg.graph.claims import annotation
from kg.graph.terms import decimal, entity_iri, paper_iri, text
from kg.model import Candidate, Document, Entity, Evidence, Kind, Merge
from kg.names import digest

Documents = Callable[[str], Document]  # key of a paper → its text


def entity_triples(entity: Entity, document: Documents, base: str = vocab.BASE) -> Iterator[Triple]:
    """A thing with its class, names, the reasons for them, and what it lies under.

    Args:
        entity: the thing.
        document: looks up the papers whose sentences are reasons.
        base: of the data IRIs.
    """
    node = entity_iri(entity.id, base)
    for class_ in vocab.CLASSES[entity.type]:
        yield Triple(node, vocab.RDF_TYPE, class_)
    yield Triple(node, vocab.PREF_LABEL, text(entity.name))
    for alias in entity.aliases:
        if alias != entity.name:  # SKOS: one string is not both (S13)
            yield Triple(node, vocab.ALT_LABEL, text(alias))
    if entity.short:
        yield Triple(node, vocab.SHORT_FORM, text(entity.short))
    if entity.broader:
        yield Triple(node, vocab.BROADER, entity_iri(entity.broader, base))
    for merge in entity.merges:
        yield from _merge(entity.id, merge, document, base)


def kind_triples(kind: Kind, base: str = vocab.BASE) -> Iterator[Triple]:
    """A kind or family with its names and what it lies under."""
    node = entity_iri(kind.id, base)
    yield Triple(node, vocab.RDF_TYPE, vocab.KIND)
    yield Triple(node, vocab.PREF_LABEL, text(kind.name))
    for alias in kind.aliases:
        yield Triple(node, vocab.ALT_LABEL, text(alias))
    if kind.broader:
        yield Triple(node, vocab.BROADER, entity_iri(kind.broader, base))


def candidate_triples(candidate: Candidate, base: str = vocab.BASE) -> Iterator[Triple]:
    """An open question: two things that may be one."""
    one, other = (entity_iri(path, base) for path in (candidate.one, candidate.other))
    node = candidate_iri(candidate.one, candidate.other, base)
    yield Triple(one, vocab.MAYBE_SAME, other)
    yield Triple(node, vocab.RDF_TYPE, vocab.CANDIDATE)
    yield Triple(node, vocab.CANDIDATE_OF, one)
    yield Triple(node, vocab.CANDIDATE_OF, other)
    yield Triple(node, vocab.SCORE, decimal(candidate.score))
    yield Triple(node, vocab.REASON, text(candidate.reason))


def candidate_iri(one: str, other: str, base: str = vocab.BASE) -> NamedNode:
    """IRI of the question whether the things with these paths are one."""
    return NamedNode(f"{base}candidate/{digest(one, other)}")


def merge_iri(entity: str, form: str, base: str = vocab.BASE) -> NamedNode:
    """IRI of the reason why a form is a name of the thing with this path."""
    return NamedNode(f"{base}merge/{digest(entity, form)}")


def merge_evidence(entity: str, form: str, evidence: Evidence, document: Document, base: str = vocab.BASE) -> Iterator[Triple]:
    """The sentence that shows why a form is a name of the thing with this path.

    Args:
        entity: path of the thing.
        form: the name.
        evidence: where the paper defines it.
        document: the paper.
        base: of the data IRIs.
    """
    node = merge_iri(entity, form, base)
    yield from annotation(node, digest(node.value.removeprefix(base), document.key), evidence, document, base)


def _merge(entity: str, merge: Merge, document: Documents, base: str) -> Iterator[Triple]:
    node = merge_iri(entity, merge.form, base)
    yield Triple(node, vocab.RDF_TYPE, vocab.MERGE)
    yield Triple(node, vocab.MERGED_INTO, entity_iri(entity, base))
    yield Triple(node, vocab.FORM, text(merge.form))
    yield Triple(node, vocab.RULE, text(merge.rule))
    yield Triple(node, vocab.SCORE, decimal(merge.score))
    yield Triple(node, vocab.REASON, text(merge.reason))
    if merge.paper:
        yield Triple(node, vocab.SHOWN_BY, paper_iri(merge.paper, base))
    if merge.paper and merge.evidence is not None:
        yield from merge_evidence(entity, merge.form, merge.evidence, document(merge.paper), base)
