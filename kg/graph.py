"""Knowledge in, triples out: one plain RDF graph without blank nodes, every IRI minted from content.

The shape: papers and entities, the triples that papers state, a claim node per statement and paper, and for each
sentence behind a claim an annotation with its target, quote and position. Pure: no disk, no clock, no chance.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode, Triple

from kg import vocab
from kg.model import Document, Entity, Evidence, Identifier, Knowledge, Relation, Role, Span, Statement
from kg.names import digest

CONTEXT = 32  # characters kept before and after a quoted sentence; as in the Web Annotation model's examples

_XSD = vocab.NAMESPACES["xsd"]
_INTEGER = NamedNode(_XSD + "integer")
_DECIMAL = NamedNode(_XSD + "decimal")

# What XML 1.0 forbids (https://www.w3.org/TR/xml/#charsets); upstream `kg.text` removes it.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_KEPT_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
_HTTP = re.compile(r"(https?)://([^/?#]+)([^#]*)(#?)(.*)", re.IGNORECASE | re.DOTALL)  # RFC 3986, appendix B
_URL_SAFE = "/:@!$&'()*+,;=-._~?"  # what RFC 3986 allows in path and query, beside letters and digits

_PROPERTIES: dict[str, NamedNode] = {
    **{str(name): vocab.own(name) for name in (*Role, *Relation)},
    "codeRepository": vocab.CODE_REPOSITORY,
    "url": vocab.URL,
}
_LINKS = frozenset({"codeRepository", "url"})
_ID_PROPERTIES = {"arxiv": vocab.ARXIV_ID, "doi": vocab.DOI}


def to_triples(knowledge: Knowledge, *, base: str = vocab.BASE) -> list[Triple]:
    """The graph of all that is known, without duplicates, sorted by the text of the triples.

    Statements of one paper with the same ends, such as two spellings of one URL, become one claim: the best score and its
    rule, all evidence. A link that is not http or https, or that no IRI can hold, is left out with its claim.

    Raises:
        KeyError: a statement names a paper that is not among the documents, or an unknown predicate.
        ValueError: a text holds a character that XML 1.0 forbids.
    """
    documents = {document.key: document for document in knowledge.documents}
    triples: set[Triple] = set()
    for document in knowledge.documents:
        triples.update(_paper(document, base))
    for entity in knowledge.entities:
        triples.update(_entity(entity, base))
    for claim, (target, statements) in _claims(knowledge, base).items():
        best = min(statements, key=lambda statement: (-statement.score, statement.rule, statement.extractor, -(statement.count or 0)))
        triples.update(_claim(claim, best, target, base))
        for evidence in {evidence for statement in statements for evidence in statement.evidence}:
            triples.update(_evidence(claim, evidence, documents[best.paper], base))
        triples.update(_extractor(best.extractor, base))
    return sorted(triples, key=str)


def paper_iri(key: str, base: str = vocab.BASE) -> NamedNode:
    """IRI of the paper with this key, such as "arxiv-2407.12854"."""
    return entity_iri(f"paper/{key}", base)


def entity_iri(path: str, base: str = vocab.BASE) -> NamedNode:
    """IRI of an entity or paper by its path below the base, "method/biomedclip"; letters of every script stay."""
    folder, _, name = path.partition("/")
    return NamedNode(f"{base}{folder}/{_segment(name)}")


def claim_id(subject: str, predicate: str, object: str, paper: str) -> str:
    """16 hex digits that name what one paper says.

    Args:
        subject: path below the base, "paper/…" or "method/…".
        predicate: local name, "introduces".
        object: path below the base, or the link's IRI as `link_iri` gives it.
        paper: the paper's key.
    """
    return digest(subject, predicate, object, paper)


def claim_iri(claim: str, base: str = vocab.BASE) -> NamedNode:
    """IRI of the claim with this id."""
    return NamedNode(f"{base}claim/{claim}")


def evidence_id(claim: str, evidence: Evidence) -> str:
    """16 hex digits that name one sentence behind the claim with the id `claim`."""
    return digest(claim, *_ends(evidence.sentence), *_ends(evidence.object), *_ends(evidence.subject))


def evidence_iri(evidence: str, base: str = vocab.BASE) -> NamedNode:
    """IRI of the annotation with this id; its parts lie below it: "/target", "/quote", "/position"."""
    return NamedNode(f"{base}evidence/{evidence}")


def link_iri(url: str) -> NamedNode | None:
    """The http(s) IRI of a URL, percent-encoded where it must be; None where it is no such URL."""
    found = _HTTP.fullmatch(url)
    if not found:
        return None
    scheme, host, path, hash_, fragment = found.groups()
    try:
        return NamedNode(f"{scheme.lower()}://{host}{_encode(path, _URL_SAFE)}{hash_}{_encode(fragment, _URL_SAFE)}")
    except ValueError:  # a host or port that no IRI can have
        return None


def decimal(value: float) -> Literal:
    """xsd:decimal of at most four digits after the point, in the one form that the store keeps: "0.9", "1", "0"."""
    text = f"{Decimal(repr(value)):.4f}".rstrip("0").rstrip(".")
    return Literal("0" if text == "-0" else text, datatype=_DECIMAL)


def integer(value: int) -> Literal:
    """xsd:integer in canonical form."""
    return Literal(str(value), datatype=_INTEGER)


def text(value: str) -> Literal:
    """xsd:string; ValueError where the value holds a character that XML 1.0 forbids, or half a surrogate pair."""
    found = _NOT_XML.search(value)
    if found:
        raise ValueError(f"U+{ord(found[0]):04X} at {found.start()} must not enter the graph: {value[:40]!r}")
    return Literal(value)


def _paper(document: Document, base: str) -> Iterator[Triple]:
    paper = paper_iri(document.key, base)
    yield Triple(paper, vocab.RDF_TYPE, vocab.RESEARCH_PAPER)
    yield Triple(paper, vocab.RDF_TYPE, vocab.SCHOLARLY_ARTICLE)
    yield Triple(paper, vocab.TITLE, text(document.title))
    if document.abstract:
        yield Triple(paper, vocab.ABSTRACT, text(document.abstract))
    if document.issued:
        yield Triple(paper, vocab.ISSUED, text(document.issued))
    for identifier in document.identifiers:
        yield _identifier(paper, identifier)


def _identifier(paper: NamedNode, identifier: Identifier) -> Triple:
    known = _ID_PROPERTIES.get(identifier.scheme)
    if known:
        return Triple(paper, known, text(identifier.value))
    return Triple(paper, vocab.IDENTIFIER, text(f"{identifier.scheme}:{identifier.value}"))


def _entity(entity: Entity, base: str) -> Iterator[Triple]:
    node = entity_iri(entity.id, base)
    for class_ in vocab.CLASSES[entity.type]:
        yield Triple(node, vocab.RDF_TYPE, class_)
    yield Triple(node, vocab.PREF_LABEL, text(entity.name))
    for alias in entity.aliases:
        if alias != entity.name:  # SKOS: one string is not both (S13)
            yield Triple(node, vocab.ALT_LABEL, text(alias))


def _object(statement: Statement, base: str) -> tuple[NamedNode, str] | None:
    """The object's IRI and the text that stands for it in the claim's id."""
    if statement.predicate not in _LINKS:
        return entity_iri(statement.object, base), statement.object
    link = link_iri(statement.object)
    return (link, link.value) if link else None


def _claims(knowledge: Knowledge, base: str) -> dict[str, tuple[NamedNode, list[Statement]]]:
    """The statements by the id of the claim that they make, with the IRI of its object."""
    claims: dict[str, tuple[NamedNode, list[Statement]]] = {}
    for statement in knowledge.statements:
        found = _object(statement, base)
        if found is not None:
            claim = claim_id(statement.subject, statement.predicate, found[1], statement.paper)
            claims.setdefault(claim, (found[0], []))[1].append(statement)
    return claims


def _claim(claim: str, statement: Statement, target: NamedNode, base: str) -> Iterator[Triple]:
    node = claim_iri(claim, base)
    subject = entity_iri(statement.subject, base)
    predicate = _PROPERTIES[statement.predicate]
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
    yield Triple(node, vocab.DERIVED_FROM, paper_iri(statement.paper, base))
    yield Triple(node, vocab.GENERATED_BY, extractor_iri(statement.extractor, base))


def _evidence(claim: str, evidence: Evidence, document: Document, base: str) -> Iterator[Triple]:
    node = evidence_iri(evidence_id(claim, evidence), base)
    target, quoted, position = (NamedNode(f"{node.value}/{part}") for part in ("target", "quote", "position"))
    yield Triple(node, vocab.RDF_TYPE, vocab.ANNOTATION)
    yield Triple(node, vocab.MOTIVATED_BY, vocab.LINKING)
    yield Triple(node, vocab.HAS_BODY, claim_iri(claim, base))
    yield Triple(node, vocab.HAS_TARGET, target)
    yield from _marks(node, evidence)
    yield Triple(target, vocab.RDF_TYPE, vocab.SPECIFIC_RESOURCE)
    yield Triple(target, vocab.HAS_SOURCE, paper_iri(document.key, base))
    yield Triple(target, vocab.HAS_SELECTOR, quoted)
    yield Triple(target, vocab.HAS_SELECTOR, position)
    yield from _quote(quoted, evidence.sentence, document.text)
    yield Triple(position, vocab.RDF_TYPE, vocab.TEXT_POSITION_SELECTOR)
    yield Triple(position, vocab.START, integer(evidence.sentence.start))
    yield Triple(position, vocab.END, integer(evidence.sentence.end))


def _marks(node: NamedNode, evidence: Evidence) -> Iterator[Triple]:
    yield Triple(node, vocab.OBJECT_START, integer(evidence.object.start))
    yield Triple(node, vocab.OBJECT_END, integer(evidence.object.end))
    if evidence.subject:
        yield Triple(node, vocab.SUBJECT_START, integer(evidence.subject.start))
        yield Triple(node, vocab.SUBJECT_END, integer(evidence.subject.end))


def _quote(node: NamedNode, sentence: Span, source: str) -> Iterator[Triple]:
    before = source[max(0, sentence.start - CONTEXT) : sentence.start]
    after = source[sentence.end : sentence.end + CONTEXT]
    yield Triple(node, vocab.RDF_TYPE, vocab.TEXT_QUOTE_SELECTOR)
    yield Triple(node, vocab.EXACT, text(sentence.of(source)))
    if before:
        yield Triple(node, vocab.QUOTE_PREFIX, text(before))
    if after:
        yield Triple(node, vocab.QUOTE_SUFFIX, text(after))


def extractor_iri(name: str, base: str = vocab.BASE) -> NamedNode:
    """IRI of an extractor by its name and version, "rules-1.3fa2b4c1"."""
    return entity_iri(f"extractor/{name}", base)


def _extractor(name: str, base: str) -> Iterator[Triple]:
    node = extractor_iri(name, base)
    label, _, version = name.rpartition("-")
    yield Triple(node, vocab.RDF_TYPE, vocab.PROV_ACTIVITY)
    yield Triple(node, vocab.NAME, text(label or name))
    if label:
        yield Triple(node, vocab.SOFTWARE_VERSION, text(version))


def _ends(span: Span | None) -> tuple[str, str]:
    return (str(span.start), str(span.end)) if span else ("", "")


def _segment(name: str) -> str:
    """A path segment: letters and digits of every script stay, and escapes that are there already; "/" is encoded."""
    return _encode(name, "-._~")


def _encode(value: str, safe: str) -> str:
    kept = _KEPT_ESCAPE.findall(value)
    pieces = ["".join(c if c.isalnum() else quote(c, safe=safe) for c in piece) for piece in _KEPT_ESCAPE.split(value)]
    return "".join(piece + escape for piece, escape in zip(pieces, [*kept, ""], strict=True))
