"""IRIs of the ontology and of the vocabularies it reuses, as pyoxigraph terms.

`schema/ontology.ttl` is the one list of our own terms; a test holds this module to it.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from pyoxigraph import NamedNode

from kg.errors import UsageError
from kg.model import EntityType, LinkKind, Relation, Role

KG = "https://w3id.org/paper-kg/schema#"
BASE = "https://w3id.org/paper-kg/id/"  # data IRIs; `--base` changes it

NAMESPACES: dict[str, str] = {
    "bibo": "http://purl.org/ontology/bibo/",
    "cito": "http://purl.org/spar/cito/",
    "dc11": "http://purl.org/dc/elements/1.1/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "fabio": "http://purl.org/spar/fabio/",
    "kg": KG,
    "mls": "http://www.w3.org/ns/mls#",
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "prism": "http://prismstandard.org/namespaces/basic/2.0/",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

# Folders of data IRIs below the base; each is a prefix of its own in Turtle.
FOLDERS = (
    "author", "candidate", "claim", "dataset", "evidence", "extractor", "hardware", "kind", "merge", "method", "organisation", "paper", "task",
)  # fmt: skip


def checked_base(base: str) -> str:
    """A base that data IRIs can begin with.

    Raises:
        UsageError: it is no absolute http, https or urn IRI that ends in a separator.
    """
    try:
        NamedNode(f"{base}paper/x")
        parts = urlsplit(base)
        fits = base.endswith(("/", "#", ":")) and (bool(parts.hostname) if parts.scheme in ("http", "https") else parts.scheme == "urn")
    except ValueError:
        fits = False
    if not fits:
        raise UsageError(f"{base!r} is no IRI that others can begin with", hint="give one such as https://example.org/papers/")
    return base


def data_prefixes(base: str = BASE) -> dict[str, str]:
    """Prefix → namespace of every folder of data IRIs below `base`."""
    return {folder: f"{base}{folder}/" for folder in FOLDERS}


def term(curie: str) -> NamedNode:
    """The IRI that a CURIE such as "prov:Entity" stands for; KeyError for an unknown prefix."""
    prefix, local = curie.split(":", 1)
    return NamedNode(NAMESPACES[prefix] + local)


def own(local: str) -> NamedNode:
    """A class or property of our own ontology by its local name, such as "introduces"."""
    return NamedNode(KG + local)


RDF_TYPE = term("rdf:type")
STATEMENT = term("rdf:Statement")
SUBJECT = term("rdf:subject")
PREDICATE = term("rdf:predicate")
OBJECT = term("rdf:object")
REIFIES = term("rdf:reifies")  # RDF 1.2; in exports with triple terms only
PROV_ENTITY = term("prov:Entity")
PROV_ACTIVITY = term("prov:Activity")
DERIVED_FROM = term("prov:wasDerivedFrom")
GENERATED_BY = term("prov:wasGeneratedBy")
SOFTWARE_VERSION = term("schema:softwareVersion")
NAME = term("schema:name")

RESEARCH_PAPER = term("fabio:ResearchPaper")
SCHOLARLY_ARTICLE = term("schema:ScholarlyArticle")
TITLE = term("dcterms:title")
ABSTRACT = term("dcterms:abstract")
ISSUED = term("dcterms:issued")
IDENTIFIER = term("dcterms:identifier")  # "scheme:value" for schemes without a property of their own
ARXIV_ID = term("fabio:hasArXivId")
DOI = term("bibo:doi")
CREATOR = term("dcterms:creator")
VENUE = term("prism:publicationName")  # PRISM 2.0: title of the publication in which a resource was published; a literal
CATEGORY = term("dc11:subject")  # dcterms:subject wants a resource, its elder of DC 1.1 takes a literal
LICENSE = term("dcterms:license")  # an address; a licence that has none is named by RIGHTS
RIGHTS = term("dc11:rights")
COMMENT = term("rdfs:comment")  # of the authors, on the paper
CITES = term("cito:cites")

PERSON = term("schema:Person")  # an author: a node for each author of each paper
POSITION = term("schema:position")  # among the authors, from 1
SAME_AS = term("schema:sameAs")  # the address of an ORCID
AFFILIATION = own("affiliation")

PREF_LABEL = term("skos:prefLabel")
ALT_LABEL = term("skos:altLabel")
SHORT_FORM = own("shortForm")  # one of the alternative labels
BROADER = term("skos:broader")
KIND = own("Kind")

MERGE = own("Merge")
MERGED_INTO = own("mergedInto")
FORM = own("form")
REASON = own("reason")
SHOWN_BY = own("shownBy")

CANDIDATE = own("Candidate")
CANDIDATE_OF = own("candidateOf")
MAYBE_SAME = own("maybeSame")

ANNOTATION = term("oa:Annotation")
HAS_BODY = term("oa:hasBody")
HAS_TARGET = term("oa:hasTarget")
MOTIVATED_BY = term("oa:motivatedBy")
LINKING = term("oa:linking")
SPECIFIC_RESOURCE = term("oa:SpecificResource")
HAS_SOURCE = term("oa:hasSource")
HAS_SELECTOR = term("oa:hasSelector")
TEXT_QUOTE_SELECTOR = term("oa:TextQuoteSelector")
TEXT_POSITION_SELECTOR = term("oa:TextPositionSelector")
EXACT = term("oa:exact")
QUOTE_PREFIX = term("oa:prefix")
QUOTE_SUFFIX = term("oa:suffix")
START = term("oa:start")
END = term("oa:end")
SECTION = own("section")  # of an annotation

SCORE = own("score")
COUNT = own("count")
DEVICE_MEMORY = own("deviceMemory")
HOURS = own("hours")
RULE = own("rule")
SUBJECT_START = own("subjectStart")
SUBJECT_END = own("subjectEnd")
OBJECT_START = own("objectStart")
OBJECT_END = own("objectEnd")

CODE_REPOSITORY = term("schema:codeRepository")
URL = term("schema:url")
LINK_PROPERTY: dict[LinkKind, NamedNode] = {
    LinkKind.CODE: CODE_REPOSITORY,
    LinkKind.MODEL: URL,
    LinkKind.DATA: URL,
    LinkKind.PROJECT: URL,
}

# Classes that every entity of a type is asserted to be; the first is the one that queries use.
CLASSES: dict[EntityType, tuple[NamedNode, ...]] = {
    EntityType.METHOD: (own("Method"),),
    EntityType.DATASET: (term("schema:Dataset"), term("dcat:Dataset")),
    EntityType.HARDWARE: (own("Hardware"),),
    EntityType.ORGANISATION: (term("org:Organization"),),
    EntityType.TASK: (term("mls:Task"),),
}

FOLDER: dict[EntityType, str] = {
    EntityType.METHOD: "method",
    EntityType.DATASET: "dataset",
    EntityType.HARDWARE: "hardware",
    EntityType.ORGANISATION: "organisation",
    EntityType.TASK: "task",
}

# Properties of the triples that papers state and claims describe, by local name, in the order of the model.
PROPERTIES: dict[str, NamedNode] = {str(name): own(name) for name in (*Role, *Relation)} | {"codeRepository": CODE_REPOSITORY, "url": URL}
STATED: frozenset[NamedNode] = frozenset(PROPERTIES.values())
