"""RDF/XML: one rdf:Description per subject, in the order of the Turtle.

Our own, because the engine's writer leaves carriage returns bare (a reader turns them into line feeds) and names elements
with an empty local part where a property's IRI ends in a digit or slash.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg import vocab
from kg.errors import UsageError
from kg.export.nodes import in_order
from kg.export.ordering import ranked
from kg.export.selection import Node, Term, index

_NC_NAME = re.compile(r"[A-Za-z_\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff][\w.\u00b7-]*")
_SPELLED = "hex-"  # stands before labels of blank nodes that are written in hexadecimal
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_STRING = vocab.NAMESPACES["xsd"] + "string"


def rdfxml(triples: Iterable[Triple], *, base: str = vocab.BASE) -> bytes:
    """The triples as RDF/XML in UTF-8; characters that XML 1.0 forbids become U+FFFD.

    Raises:
        UsageError: a property's IRI does not end in a name that an XML element can have, or a triple term.
    """
    by_subject = index(dict.fromkeys(triples))
    prefixes = _namespaces(predicate.value for pairs in by_subject.values() for predicate, _ in pairs)
    declared = "".join(f"\n    xmlns:{prefix}={quoteattr(namespace)}" for namespace, prefix in sorted(prefixes.items(), key=lambda p: p[1]))
    parts = [f'<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF{declared}>\n']
    for subject, pairs in in_order(by_subject):
        parts.append(f"  <rdf:Description {_about(subject)}>\n")
        parts += [f"    {_property(predicate, object, prefixes)}\n" for predicate, object in ranked(pairs)]
        parts.append("  </rdf:Description>\n")
    parts.append("</rdf:RDF>\n")
    return "".join(parts).encode()


def _namespaces(properties: Iterable[str]) -> dict[str, str]:
    """Namespace → prefix for every property: known prefixes, else ns1, ns2, … in the order of the namespaces."""
    known = {namespace: prefix for prefix, namespace in vocab.NAMESPACES.items()}
    used = sorted({_split(iri)[0] for iri in properties} | {vocab.NAMESPACES["rdf"]})
    other = [namespace for namespace in used if namespace not in known]
    return {namespace: known[namespace] for namespace in used if namespace in known} | {
        namespace: f"ns{number}" for number, namespace in enumerate(other, 1)
    }


def _split(iri: str) -> tuple[str, str]:
    """Namespace and local name, cut at the last slash or hash where a name follows it, else before the longest name at the end."""
    cut = max(iri.rfind("/"), iri.rfind("#")) + 1
    if not _NC_NAME.fullmatch(iri, cut):
        cut = next((place for place in range(cut + 1, len(iri)) if _NC_NAME.fullmatch(iri, place)), len(iri))
    if cut == len(iri):
        raise UsageError(f"RDF/XML cannot name the property <{iri}>", hint="export as ttl or nt")
    return iri[:cut], iri[cut:]


def _node_id(node: BlankNode) -> str:
    """The label of a blank node as an XML name: labels that are none, and those that look so, are spelled in hexadecimal."""
    label = node.value
    plain = _NC_NAME.fullmatch(label) and not label.startswith(_SPELLED)
    return quoteattr(label if plain else _SPELLED + label.encode().hex())


def _about(subject: Node) -> str:
    return f"rdf:nodeID={_node_id(subject)}" if isinstance(subject, BlankNode) else f"rdf:about={_attribute(subject.value)}"


def _property(predicate: NamedNode, object: Term, prefixes: dict[str, str]) -> str:
    namespace, local = _split(predicate.value)
    name = f"{prefixes[namespace]}:{local}"
    if isinstance(object, NamedNode):
        return f"<{name} rdf:resource={_attribute(object.value)}/>"
    if isinstance(object, BlankNode):
        return f"<{name} rdf:nodeID={_node_id(object)}/>"
    if isinstance(object, Literal):
        return f"<{name}{_kind(object)}>{_text(object.value)}</{name}>"
    raise UsageError("RDF/XML cannot hold a triple term", hint="export as ttl or nt")


def _kind(literal: Literal) -> str:
    if literal.language:
        return f" xml:lang={quoteattr(literal.language)}"
    return "" if literal.datatype.value == _STRING else f" rdf:datatype={_attribute(literal.datatype.value)}"


def _attribute(iri: str) -> str:
    return quoteattr(_NOT_XML.sub("\ufffd", iri))


def _text(value: str) -> str:
    return escape(_NOT_XML.sub("\ufffd", value), {"\r": "&#13;"})
