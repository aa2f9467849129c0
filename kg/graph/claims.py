"""One paper and its statements in, triples out: those that it states, with claims and evidence.

A claim is a node per statement; each sentence behind it is an annotation with its target, quote and position. Pure: no disk, no
clock, no chance.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import NamedNode, Triple

from kg import vocab
from kg.graph.papers import Cited, description
from kg.graph.terms import claim_iri, decimal, entity_iri, evidence_iri, extractor_iri, integer, link_iri, paper_iri, text
from kg.model import Document, Evidence, Span, Statement
from kg.names import digest

CONTEXT = 32  # characters kept before and after a quoted sentence; as in the Web Annotation model's examples

_LINKS = frozenset({"codeRepository", "url"})


def claim_id(subject: str, predicate: str, object: str, paper: str) -> str:
    """16 hex digits that name what one paper says.

    Args:
        subject: path below the base, "paper/…" or "method/…".
        predicate: local name, "introduces".
        object: path below the base, or the link's IRI as `link_iri` gives it.
        paper: the paper's key.
    """
    return digest(subject, predicate, object, paper)


def evidence_id(claim: str, evidence: Evidence) -> str:
    """16 hex digits that name one sentence behind the claim with the id `claim`."""
    return digest(claim, *_ends(evidence.sentence), *_ends(evidence.object), *_ends(evidence.subject))


def paper_triples(document: Document, statements: Iterable[Statement], base: str = vocab.BASE, cited: Cited | None = None) -> set[Triple]:
    """What a paper is, who wrote it, what it cites, and all that it states, with claims and evidence.

    Other papers share nothing of this but the triples that they state too, and the extractor's description. Statements with the same
    ends, such as two spellings of one URL, become one claim: the best score and its rule, all evidence. A link that is not http or
    https, or that no IRI can hold, is left out with its claim.

    Args:
        document: the paper.
        statements: what it states.
        base: of the data IRIs.
        cited: gives the key of a cited work; None leaves citations out.

    Raises:
        KeyError: an unknown predicate.
        ValueError: a text holds a character that XML 1.0 forbids.
    """
    triples, extractors = set(description(document, base, cited)), set()
    for claim, (target, said) in _claims(statements, base).items():
        best = min(said, key=_preference)
        triples.update(_claim(claim, best, target, base))
        for evidence in {evidence for statement in said for evidence in statement.evidence}:
            triples.update(annotation(claim_iri(claim, base), evidence_id(claim, evidence), evidence, document, base))
        extractors.add(best.extractor)
    for extractor in extractors:
        triples.update(_extractor(extractor, base))
    return triples


def check(document: Document, statements: Iterable[Statement], base: str = vocab.BASE) -> None:
    """Pass where `paper_triples` can be made, and raise what it would raise; costs a third of it.

    The evidence is not made: all that it quotes are slices of the text, which is looked at as a whole.
    """
    text(document.text)
    made, extractors = [*description(document, base)], set()
    for claim, (target, said) in _claims(statements, base).items():
        best = min(said, key=_preference)
        made += _claim(claim, best, target, base)
        extractors.add(best.extractor)
    for extractor in extractors:
        made += _extractor(extractor, base)


def _object(statement: Statement, base: str) -> tuple[NamedNode, str] | None:
    """The object's IRI and the text that stands for it in the claim's id."""
    if statement.predicate not in _LINKS:
        return entity_iri(statement.object, base), statement.object
    link = link_iri(statement.object)
    return (link, link.value) if link else None


def _claims(statements: Iterable[Statement], base: str) -> dict[str, tuple[NamedNode, list[Statement]]]:
    """The statements by the id of the claim that they make, with the IRI of its object."""
    claims: dict[str, tuple[NamedNode, list[Statement]]] = {}
    for statement in statements:
        found = _object(statement, base)
        if found is not None:
            claim = claim_id(statement.subject, statement.predicate, found[1], statement.paper)
            claims.setdefault(claim, (found[0], []))[1].append(statement)
    return claims


def _preference(statement: Statement) -> tuple[object, ...]:
    """The best score first; a total order, so that the graph does not depend on that of the statements."""
    figures = (-(statement.count or 0), -(statement.memory or 0.0), -(statement.hours or 0.0))
    return (-statement.score, statement.rule, statement.extractor, *figures)


def _claim(claim: str, statement: Statement, target: NamedNode, base: str) -> Iterator[Triple]:
    node = claim_iri(claim, base)
    subject = entity_iri(statement.subject, base)
    predicate = vocab.PROPERTIES[statement.predicate]
    yield Triple(subject, predicate, target)
    yield Triple(node, vocab.RDF_TYPE, vocab.STATEMENT)
    yield Triple(node, vocab.RDF_TYPE, vocab.PROV_ENTITY)
    yield Triple(node, vocab.SUBJECT, subject)
    yield Triple(node, vocab.PREDICATE, predicate)
    yield Triple(node, vocab.OBJECT, target)
    yield Triple(node, vocab.SCORE, decimal(statement.score))
    yield Triple(node, vocab.RULE, text(statement.rule))
    if statement.count is not None:
        yield Triple(node, vocab.COUNT, integer(statement.count))
    if statement.memory is not None:
        yield Triple(node, vocab.DEVICE_MEMORY, decimal(statement.memory))
    if statement.hours is not None:
        yield Triple(node, vocab.HOURS, decimal(statement.hours))
    yield Triple(node, vocab.DERIVED_FROM, paper_iri(statement.paper, base))
    yield Triple(node, vocab.GENERATED_BY, extractor_iri(statement.extractor, base))


def annotation(body: NamedNode, id: str, evidence: Evidence, document: Document, base: str) -> Iterator[Triple]:
    """A sentence of a paper as evidence for the node `body`, as a Web Annotation.

    Args:
        body: the claim, or other node, that the sentence shows.
        id: what the annotation's IRI ends in.
        evidence: the sentence and the words that are marked in it.
        document: the paper that has it.
        base: of the data IRIs.
    """
    node = evidence_iri(id, base)
    target, quoted, position = (NamedNode(f"{node.value}/{part}") for part in ("target", "quote", "position"))
    yield Triple(node, vocab.RDF_TYPE, vocab.ANNOTATION)
    yield Triple(node, vocab.MOTIVATED_BY, vocab.LINKING)
    yield Triple(node, vocab.HAS_BODY, body)
    yield Triple(node, vocab.HAS_TARGET, target)
    yield from _marks(node, evidence)
    name, place = _place(document, evidence.sentence)
    if name:
        yield Triple(node, vocab.SECTION, text(name))
    yield Triple(target, vocab.RDF_TYPE, vocab.SPECIFIC_RESOURCE)
    yield Triple(target, vocab.HAS_SOURCE, paper_iri(document.key, base))
    yield Triple(target, vocab.HAS_SELECTOR, quoted)
    yield Triple(target, vocab.HAS_SELECTOR, position)
    yield from _quote(quoted, evidence.sentence, document.text, place)
    yield Triple(position, vocab.RDF_TYPE, vocab.TEXT_POSITION_SELECTOR)
    yield Triple(position, vocab.START, integer(evidence.sentence.start))
    yield Triple(position, vocab.END, integer(evidence.sentence.end))


def _marks(node: NamedNode, evidence: Evidence) -> Iterator[Triple]:
    yield Triple(node, vocab.OBJECT_START, integer(evidence.object.start))
    yield Triple(node, vocab.OBJECT_END, integer(evidence.object.end))
    if evidence.subject:
        yield Triple(node, vocab.SUBJECT_START, integer(evidence.subject.start))
        yield Triple(node, vocab.SUBJECT_END, integer(evidence.subject.end))


def _place(document: Document, sentence: Span) -> tuple[str, Span]:
    """Name and place of the part of the paper's text in which a sentence begins; the name of title and abstract is ""."""
    return next(((name, part) for name, part in document.places if sentence.start < part.end), ("", sentence))


def _quote(node: NamedNode, sentence: Span, source: str, place: Span) -> Iterator[Triple]:
    """What is quoted, with what stands beside it in the same part of the text."""
    before = source[max(place.start, sentence.start - CONTEXT) : sentence.start]
    after = source[sentence.end : min(place.end, sentence.end + CONTEXT)]
    yield Triple(node, vocab.RDF_TYPE, vocab.TEXT_QUOTE_SELECTOR)
    yield Triple(node, vocab.EXACT, text(sentence.of(source)))
    if before:
        yield Triple(node, vocab.QUOTE_PREFIX, text(before))
    if after:
        yield Triple(node, vocab.QUOTE_SUFFIX, text(after))


def _extractor(name: str, base: str) -> Iterator[Triple]:
    node = extractor_iri(name, base)
    label, _, version = name.rpartition("-")
    yield Triple(node, vocab.RDF_TYPE, vocab.PROV_ACTIVITY)
    yield Triple(node, vocab.NAME, text(label or name))
    if label:
        yield Triple(node, vocab.SOFTWARE_VERSION, text(version))


def _ends(span: Span | None) -> tuple[str, str]:
    return (str(span.start), str(span.end)) if span else ("", "")
