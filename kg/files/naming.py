"""What a graph calls its things: the rows of its name index, where its data IRIs begin, and how many papers and entities it has.

For a graph that kg made they are the rows that `kg.derivation.names` makes, but for titles as their source spelled them, which no graph
holds. Other graphs tell names by the labels that are in common use; the type is the local name of a class.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from pyoxigraph import BlankNode, Literal, NamedNode, Store, Triple

from kg import vocab
from kg.derivation.names import entity_rows, kind_rows
from kg.lookup.describing import RESOURCE
from kg.model import Entity, EntityType, Kind
from kg.store import PAPER, NameRow

Term = NamedNode | BlankNode | Literal | Triple

_PAPER_FOLDER = "/paper/"

# Names of things in graphs of others, the best first; http and https for schema.org, which has both.
LABELS: tuple[NamedNode, ...] = (
    vocab.PREF_LABEL, vocab.term("rdfs:label"), vocab.NAME, NamedNode("http://schema.org/name"), NamedNode("http://xmlns.com/foaf/0.1/name"),
    vocab.TITLE, NamedNode("http://purl.org/dc/elements/1.1/title"),
)  # fmt: skip
_ALIASES = (vocab.ALT_LABEL, NamedNode("http://schema.org/alternateName"), vocab.term("schema:alternateName"))
_LANGUAGES = ("en", "")  # the languages that a label is taken from first


def base_of(store: Store) -> str:
    """Where the data IRIs begin: what most papers' IRIs have before "paper/"; "" where there are none."""
    papers = (node.value for node in of_class(store, vocab.RESEARCH_PAPER))
    found = Counter(iri.rpartition(_PAPER_FOLDER)[0] for iri in papers if _PAPER_FOLDER in iri)
    return min(found, key=lambda base: (-found[base], base)) + "/" if found else ""


def count(store: Store) -> tuple[int, int, int]:
    """How many papers, entities and different statements a graph has."""
    papers = sum(1 for _ in of_class(store, vocab.RESEARCH_PAPER))
    entities = sum(1 for classes in vocab.CLASSES.values() for _ in of_class(store, classes[0]))
    statements = sum(1 for property in vocab.STATED for _ in store.quads_for_pattern(None, property, None))
    return papers, entities, statements


def name_rows(store: Store, base: str) -> Iterator[NameRow]:
    """The rows of papers, entities, kinds, and of all else that has a label; in no order.

    Args:
        store: a plain graph.
        base: where its data IRIs begin.
    """
    support = _support(store)
    for paper in of_class(store, vocab.RESEARCH_PAPER):
        yield from _paper_rows(store, paper, base)
    for type, classes in vocab.CLASSES.items():
        for node in of_class(store, classes[0]):
            yield from _entity_rows(store, node, type, base, len(support.get(node, ())))
    for node in of_class(store, vocab.KIND):
        name, *aliases = names_of(store, node, base)
        yield from kind_rows(Kind(path_of(node, base), name, tuple(aliases)))
    yield from _other_rows(store, base)


def _support(store: Store) -> Mapping[Term, set[Term]]:
    """The papers that claim something of a thing."""
    papers = {quad.subject: quad.object for quad in store.quads_for_pattern(None, vocab.DERIVED_FROM, None)}
    found: defaultdict[Term, set[Term]] = defaultdict(set)
    for end in (vocab.SUBJECT, vocab.OBJECT):
        for quad in store.quads_for_pattern(None, end, None):
            if quad.subject in papers:
                found[quad.object].add(papers[quad.subject])
    return found


def _paper_rows(store: Store, node: NamedNode, base: str) -> Iterator[NameRow]:
    path, titles = path_of(node, base), texts_of(store, node, vocab.TITLE)
    title = titles[0] if titles else path
    yield from (NameRow(path, PAPER, title, name, "title", 1) for name in titles or [title])
    values = [value for property in (vocab.ARXIV_ID, vocab.DOI) for value in texts_of(store, node, property)]
    values += [text.partition(":")[2] or text for text in texts_of(store, node, vocab.IDENTIFIER)]
    yield from (NameRow(path, PAPER, title, value, "id", 1) for value in values)
    authors = (quad.object for quad in store.quads_for_pattern(node, vocab.CREATOR, None) if isinstance(quad.object, NamedNode))
    names = (name for author in authors for name in texts_of(store, author, vocab.NAME))
    yield from (NameRow(path, PAPER, title, name, "author", 1) for name in names)


def _entity_rows(store: Store, node: NamedNode, type: EntityType, base: str, support: int) -> Iterator[NameRow]:
    name, *aliases = names_of(store, node, base)
    yield from entity_rows(Entity(path_of(node, base), type, name, tuple(aliases)), support)


def names_of(store: Store, node: NamedNode, base: str) -> list[str]:
    """The canonical name of an entity or kind, then its other names."""
    preferred = texts_of(store, node, vocab.PREF_LABEL) or _labels(store, node) or [path_of(node, base)]
    return list(dict.fromkeys([*preferred, *texts_of(store, node, vocab.ALT_LABEL)]))


def _other_rows(store: Store, base: str) -> Iterator[NameRow]:
    """Rows of what is no paper, entity or kind, and does not only tell who says what."""
    ours = {vocab.RESEARCH_PAPER, vocab.KIND, vocab.PROV_ACTIVITY, vocab.STATEMENT, vocab.MERGE}
    ours |= {classes[0] for classes in vocab.CLASSES.values()}
    told = {author for author in of_class(store, vocab.PERSON) if path_of(author, base).startswith("author/")}  # found by their papers
    for property in (*LABELS, *_ALIASES):
        for quad in store.quads_for_pattern(None, property, None):
            node = quad.subject
            if not isinstance(node, NamedNode) or node in told or any(kind in ours for kind in classes(store, node)):
                continue
            told.add(node)
            label, *others = _labels(store, node) or [path_of(node, base)]
            yield NameRow(path_of(node, base), type_of(store, node), label, label, "name", 0)
            for alias in (*others, *(text for other in _ALIASES for text in texts_of(store, node, other))):
                yield NameRow(path_of(node, base), type_of(store, node), label, alias, "alias", 0)


def classes(store: Store, node: NamedNode) -> list[NamedNode]:
    """The classes of a node, sorted by IRI."""
    found = (quad.object for quad in store.quads_for_pattern(node, vocab.RDF_TYPE, None))
    return sorted((kind for kind in found if isinstance(kind, NamedNode)), key=lambda kind: kind.value)


def type_of(store: Store, node: NamedNode) -> str:
    """The local name of the first class of a node."""
    kinds = classes(store, node)
    return local_name(kinds[0].value) if kinds else RESOURCE


def local_name(iri: str) -> str:
    """What an IRI ends in: "Person" of "http://xmlns.com/foaf/0.1/Person"."""
    return iri.rstrip("/#").rpartition("#")[2].rpartition("/")[2].rpartition(":")[2] or iri


def _labels(store: Store, node: NamedNode) -> list[str]:
    """All labels of a node, the best property and language first."""
    found: list[str] = []
    for property in LABELS:
        literals = [quad.object for quad in store.quads_for_pattern(node, property, None) if isinstance(quad.object, Literal)]
        found += [literal.value for literal in sorted(literals, key=_language)]
    return list(dict.fromkeys(found))


def _language(literal: Literal) -> tuple[int, str, str]:
    language = (literal.language or "").partition("-")[0]
    return (_LANGUAGES.index(language) if language in _LANGUAGES else len(_LANGUAGES), language, literal.value)


def texts_of(store: Store, node: NamedNode, property: NamedNode) -> list[str]:
    """The literals that a node has as this property, sorted."""
    return sorted(quad.object.value for quad in store.quads_for_pattern(node, property, None) if isinstance(quad.object, Literal))


def of_class(store: Store, kind: NamedNode) -> Iterator[NamedNode]:
    """The nodes of a class that have an IRI."""
    return (quad.subject for quad in store.quads_for_pattern(None, vocab.RDF_TYPE, kind) if isinstance(quad.subject, NamedNode))


def path_of(node: NamedNode, base: str) -> str:
    """The path of a node below the base; its IRI where that begins otherwise."""
    return node.value.removeprefix(base)
