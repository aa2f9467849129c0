"""A good graph conforms; a graph that is broken in one place is found out, by the shape or query that should."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

import full_paper
import pyshacl
import pytest
import rdflib
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, Triple, parse
from rdflib import SH

from kg import vocab
from kg.graph import candidate_iri, claim_id, claim_iri, merge_iri, to_triples
from kg.model import Candidate, Entity, EntityType, Knowledge, Merge, Statement
from kg.queries import Query
from kg.resources import folder
from kg.terms import to_rdflib
from kg.validate import Finding, Report, queries, validate

PREFIXES = "".join(f"@prefix {p}: <{n}> .\n" for p, n in (vocab.NAMESPACES | vocab.data_prefixes()).items())
RUNS = "claim:" + claim_id("paper/arxiv-2401.00001", "runsOn", "hardware/nimbus-x2", "arxiv-2401.00001")
BASED = "claim:" + claim_id("method/owlnet", "basedOn", "method/lampnet", "arxiv-2401.00001")
LIT = "claim:" + claim_id("paper/lampnet-lights-duskset-0a1b2c3d", "introduces", "method/lampnet", "lampnet-lights-duskset-0a1b2c3d")
DUSK, NGC = (
    "merge:" + merge_iri(*named).value.rpartition("/")[2] for named in (("dataset/duskset", "Dusk Set"), ("dataset/日本語コーパス", "NGC"))
)
PAIR = "candidate:" + candidate_iri("method/lampnet", "method/owlnet").value.rpartition("/")[2]
OWL, LAMP = "paper:arxiv-2401.00001", "paper:lampnet-lights-duskset-0a1b2c3d"
AUTHOR = "author:0123456789abcdef"
WROTE = f"{OWL} dcterms:creator {AUTHOR} . {AUTHOR} a schema:Person ;"


class Break(NamedTuple):
    """One way to break the good graph: triples taken out and put in, as Turtle; `EV` stands for the evidence of `RUNS`."""

    source: str  # the shape or query that must find it
    words: str  # of its message
    out: str = ""  # pattern "s p o" with "*" for any
    add: str = ""


SHAPES = [
    Break("shape:Paper", "the properties of a paper only", add=f"{OWL} skos:prefLabel 'x' ."),
    Break("shape:Paper", "a paper's IRI", add="method:p a fabio:ResearchPaper, schema:ScholarlyArticle ; dcterms:title 'x' ."),
    Break("shape:Paper", "also a schema:ScholarlyArticle", out=f"{OWL} a schema:ScholarlyArticle"),
    Break("shape:Paper", "one title", out=f"{OWL} dcterms:title *"),
    Break("shape:Paper", "one title", add=f"{OWL} dcterms:title 'another' ."),
    Break("shape:Paper", "one title", out=f"{LAMP} dcterms:title *", add=f"{LAMP} dcterms:title 'LampNet lights DuskSet'@en ."),
    Break("shape:Paper", "at most one abstract", add=f"{OWL} dcterms:abstract 'another' ."),
    Break("shape:Paper", "ISO 8601", add=f"{LAMP} dcterms:issued '1 May 2024' ."),
    Break("shape:Paper", "arXiv id", add=f"{OWL} fabio:hasArXivId 7 ."),
    Break("shape:Paper", "DOI", add=f"{OWL} bibo:doi 'https://doi.org/10.1/x' ."),
    Break("shape:Paper", "scheme:value", add=f"{OWL} dcterms:identifier '77' ."),
    Break("shape:Paper", "introduces methods and datasets", add=f"{OWL} kg:introduces hardware:nimbus-x2 ."),
    Break("shape:Paper", "comparesWith methods", add=f"{OWL} kg:comparesWith dataset:duskset ."),
    Break("shape:Paper", "evaluatesOn datasets", add=f"{OWL} kg:evaluatesOn method:owlnet ."),
    Break("shape:Paper", "uses methods and datasets", add=f"{OWL} kg:uses task:night-vision ."),
    Break("shape:Paper", "runsOn hardware", add=f"{OWL} kg:runsOn method:owlnet ."),
    Break("shape:Paper", "affiliatedWith organisations", add=f"{OWL} kg:affiliatedWith method:owlnet ."),
    Break("shape:Paper", "addresses tasks", add=f"{OWL} kg:addresses method:owlnet ."),
    Break("shape:Paper", "mentions methods, datasets", add=f"{OWL} kg:mentions {LAMP} ."),
    Break("shape:Paper", "a code link", add=f"{OWL} schema:codeRepository <javascript:alert(1)> ."),
    Break("shape:Paper", "a link is", add=f"{OWL} schema:url 'https://example.org' ."),
    Break("shape:Paper", "authors are of the class", add=f"{OWL} dcterms:creator method:owlnet ."),
    Break("shape:Paper", "an affiliation of a paper", add=f"{OWL} kg:affiliation organisation:harbour-university ."),
    Break("shape:Paper", "one venue", add=f"{OWL} prism:publicationName 'A', 'B' ."),
    Break("shape:Paper", "a category is", add=f"{OWL} dc11:subject <https://example.org/vision> ."),
    Break("shape:Paper", "one licence with an address", add=f"{OWL} dcterms:license 'CC BY' ."),
    Break("shape:Paper", "one licence that is named", add=f"{OWL} dc11:rights 'CC BY', 'CC0' ."),
    Break("shape:Paper", "one comment", add=f"{OWL} rdfs:comment '12 pages'@en ."),
    Break("shape:Paper", "cites papers only", add=f"{OWL} cito:cites method:owlnet ."),
    Break("shape:Author", "an author's IRI", add="author:tern a schema:Person ; schema:name 'A' ; schema:position 1 ."),
    Break(
        "shape:Author", "the properties of an author only", add=f"{WROTE} schema:name 'A' ; schema:position 1 ; schema:email 'a@b.org' ."
    ),
    Break("shape:Author", "one name", add=f"{WROTE} schema:position 1 ."),
    Break("shape:Author", "one place among", add=f"{WROTE} schema:name 'A' ; schema:position 0 ."),
    Break("shape:Author", "one place among", add=f"{WROTE} schema:name 'A' ."),
    Break("shape:Author", "one ORCID", add=f"{WROTE} schema:name 'A' ; schema:position 1 ; schema:sameAs <https://orcid.org/Zoë> ."),
    Break(
        "shape:Author",
        "one ORCID",
        add=f"{WROTE} schema:name 'A' ; schema:position 1 ; schema:sameAs <http://orcid.org/0000-0002-1825-0097> .",
    ),
    Break("shape:Author", "an affiliation of an author", add=f"{WROTE} schema:name 'A' ; schema:position 1 ; kg:affiliation 5 ."),
    Break("shape:Author", "wrote one paper", add=f"{LAMP} dcterms:creator {AUTHOR} . {WROTE} schema:name 'A' ; schema:position 1 ."),
    Break("shape:Author", "wrote one paper", add=f"{AUTHOR} a schema:Person ; schema:name 'A' ; schema:position 1 ."),
    Break("shape:Method", "the properties of a method only", add="method:owlnet kg:uses dataset:duskset ."),
    Break("shape:Method", "a method's IRI", add="dataset:m a kg:Method ; skos:prefLabel 'm' ."),
    Break("shape:Method", "basedOn methods", add="method:owlnet kg:basedOn dataset:duskset ."),
    Break("shape:Method", "partOf methods", add="method:owlnet kg:partOf task:night-vision ."),
    Break("shape:Method", "trainedOn datasets", add="method:owlnet kg:trainedOn method:lampnet ."),
    Break("shape:Method", "evaluatedOn datasets", add="method:owlnet kg:evaluatedOn method:lampnet ."),
    Break("shape:Method", "comparedWith methods", add="method:owlnet kg:comparedWith dataset:duskset ."),
    Break("shape:Method", "runsOn hardware", add="method:owlnet kg:runsOn dataset:duskset ."),
    Break("shape:Method", "appliedTo tasks", add="method:owlnet kg:appliedTo dataset:duskset ."),
    Break("shape:Method", "deployedBy organisations", add=f"method:owlnet kg:deployedBy {LAMP} ."),
    Break("shape:Dataset", "the properties of a dataset only", add="dataset:duskset kg:basedOn method:owlnet ."),
    Break("shape:Dataset", "a dataset's IRI", add="<https://example.org/d> a schema:Dataset, dcat:Dataset ; skos:prefLabel 'd' ."),
    Break("shape:Dataset", "also a dcat:Dataset", out="dataset:duskset a dcat:Dataset"),
    Break("shape:Dataset", "partOf methods and datasets", add="dataset:duskset kg:partOf task:night-vision ."),
    Break("shape:Dataset", "derivedFrom datasets", add="dataset:duskset kg:derivedFrom method:owlnet ."),
    Break("shape:Dataset", "benchmarkFor tasks", add="dataset:duskset kg:benchmarkFor method:owlnet ."),
    Break("shape:Hardware", "what every entity has only", add="hardware:nimbus-x2 kg:count 3 ."),
    Break("shape:Organisation", "what every entity has only", add="organisation:harbour-university schema:url <https://example.org/> ."),
    Break("shape:Task", "what every entity has only", add="task:night-vision kg:mentions method:owlnet ."),
    Break("shape:Names", "one preferred name", out="method:owlnet skos:prefLabel *"),
    Break("shape:Names", "one preferred name", add="method:owlnet skos:prefLabel 'Owl Net' ."),
    Break("shape:Names", "one preferred name", out="method:owlnet skos:prefLabel *", add="method:owlnet skos:prefLabel 'OwlNet'@en ."),
    Break("shape:Names", "not also an alternative name", add="method:owlnet skos:altLabel 'OwlNet' ."),
    Break("shape:Names", "an alternative name", add="method:owlnet skos:altLabel 'hibou'@fr ."),
    Break("shape:Entity", "at most one short form", add="dataset:日本語コーパス kg:shortForm 'JC' ."),
    Break(
        "shape:Entity",
        "at most one short form",
        out="dataset:日本語コーパス kg:shortForm *",
        add="dataset:日本語コーパス kg:shortForm 'NGC'@en .",
    ),
    Break("shape:Entity", "lies under at most one thing", add="hardware:nimbus-x2 skos:broader kind:gpu ."),
    Break("shape:Entity", "lies under at most one thing", add=f"method:owlnet skos:broader {OWL} ."),
    Break("shape:Entity", "the same as entities only", add="method:owlnet kg:maybeSame kind:gpu ."),
    Break("shape:Kind", "a kind's IRI", add="method:k a kg:Kind ; skos:prefLabel 'k' ."),
    Break("shape:Kind", "names and what it lies under only", add="kind:gpu kg:shortForm 'G' ."),
    Break("shape:Kind", "under at most one kind", add="kind:gpu skos:broader hardware:nimbus-x2 ."),
    Break("shape:Kind", "under at most one kind", add="kind:nimbus-gpu skos:broader kind:nimbus-gpu ."),
    Break("shape:Names", "an entity or kind has one preferred name", out="kind:gpu skos:prefLabel *"),
    Break("shape:Merge", "a merge's IRI", add="merge:XYZ a kg:Merge ; kg:form 'x' ."),
    Break("shape:Merge", "the properties of a merge only", add=f"{DUSK} skos:prefLabel 'x' ."),
    Break("shape:Merge", "a name to one entity", out=f"{DUSK} kg:mergedInto *"),
    Break("shape:Merge", "a name to one entity", out=f"{DUSK} kg:mergedInto *", add=f"{DUSK} kg:mergedInto kind:gpu ."),
    Break("shape:Merge", "about one form", add=f"{DUSK} kg:form 'another' ."),
    Break("shape:Merge", "the one rule of resolution", out=f"{DUSK} kg:rule *", add=f"{DUSK} kg:rule 'guess' ."),
    Break("shape:Merge", "a merge has one score", out=f"{DUSK} kg:score *", add=f"{DUSK} kg:score 1.5 ."),
    Break("shape:Merge", "a merge tells one reason", out=f"{DUSK} kg:reason *"),
    Break("shape:Merge", "shown by at most one paper", add=f"{DUSK} kg:shownBy {OWL} , {LAMP} ."),
    Break("shape:Merge", "shown by at most one paper", add=f"{DUSK} kg:shownBy method:owlnet ."),
    Break("shape:Candidate", "a candidate's IRI", add="candidate:XYZ a kg:Candidate ; kg:reason 'x' ."),
    Break("shape:Candidate", "the properties of a candidate only", add=f"{PAIR} kg:rule 'x' ."),
    Break("shape:Candidate", "asks about two entities", out=f"{PAIR} kg:candidateOf method:owlnet"),
    Break("shape:Candidate", "asks about two entities", add=f"{PAIR} kg:candidateOf dataset:duskset ."),
    Break("shape:Candidate", "a candidate has one score", out=f"{PAIR} kg:score *"),
    Break("shape:Candidate", "a candidate tells one reason", add=f"{PAIR} kg:reason 'another' ."),
    Break("shape:Claim", "a claim's IRI", add="claim:XYZ a rdf:Statement ; kg:score 0.5 ."),
    Break("shape:Claim", "the properties of a claim only", add=f"{RUNS} skos:prefLabel 'x' ."),
    Break("shape:Claim", "also a prov:Entity", out=f"{RUNS} a prov:Entity"),
    Break("shape:Claim", "one subject", add=f"{RUNS} rdf:subject task:night-vision ."),
    Break("shape:Claim", "one predicate", out=f"{RUNS} rdf:predicate *", add=f"{RUNS} rdf:predicate skos:related ."),
    Break("shape:Claim", "one object", out=f"{RUNS} rdf:object *"),
    Break("shape:Claim", "one score", out=f"{RUNS} kg:score *"),
    Break("shape:Claim", "one score", add=f"{RUNS} kg:score 0.5 ."),
    Break("shape:Claim", "one score", out=f"{RUNS} kg:score *", add=f"{RUNS} kg:score 1.5 ."),
    Break("shape:Claim", "one score", out=f"{RUNS} kg:score *", add=f"{RUNS} kg:score -0.1 ."),
    Break("shape:Claim", "one score", out=f"{RUNS} kg:score *", add=f"{RUNS} kg:score 0.9e0 ."),
    Break("shape:Claim", "the one rule", out=f"{RUNS} kg:rule *"),
    Break("shape:Claim", "a count of devices", out=f"{RUNS} kg:count *", add=f"{RUNS} kg:count 0 ."),
    Break("shape:Claim", "a count of devices", out=f"{RUNS} kg:count *", add=f"{RUNS} kg:count 'eight' ."),
    Break("shape:Claim", "the memory of a device", add=f"{RUNS} kg:deviceMemory 0.0 ."),
    Break("shape:Claim", "the memory of a device", add=f"{RUNS} kg:deviceMemory '80 GB' ."),
    Break("shape:Claim", "the time that devices ran", add=f"{RUNS} kg:hours 3.0 , 4.0 ."),
    Break("shape:Claim", "comes from one paper", out=f"{RUNS} prov:wasDerivedFrom *"),
    Break("shape:Claim", "the one extractor", out=f"{RUNS} prov:wasGeneratedBy *"),
    Break("shape:Extractor", "an extractor's IRI", add="extractor:hand-1.0 rdfs:label 'x' ."),
    Break("shape:Extractor", "one name", out="extractor:hand-1.0 schema:name *"),
    Break("shape:Extractor", "one version", add="extractor:hand-1.0 schema:softwareVersion '2' ."),
    Break("shape:Extractor", "at least one claim", add="extractor:x-1 a prov:Activity ; schema:name 'x' ; schema:softwareVersion '1' ."),
    Break("shape:Evidence", "the IRI of evidence", add="EV oa:bodyValue 'x' ."),
    Break("shape:Evidence", "motivatedBy oa:linking", out="EV oa:motivatedBy *"),
    Break("shape:Evidence", "behind one claim", add=f"EV oa:hasBody {BASED} ."),
    Break("shape:Evidence", "behind one claim or merge", out="EV oa:hasBody *", add=f"EV oa:hasBody {PAIR} ."),
    Break("shape:Evidence", "one target", out="EV oa:hasTarget *"),
    Break("shape:Evidence", "the object's mark has one start", out="EV kg:objectStart *"),
    Break("shape:Evidence", "the object's mark has one start", out="EV kg:objectStart *", add="EV kg:objectStart 122 ."),
    Break("shape:Evidence", "the object's mark has one end", out="EV kg:objectEnd *"),
    Break("shape:Evidence", "the subject's mark has one start", add="EV kg:subjectStart 90 ; kg:subjectEnd 90 ."),
    Break("shape:Evidence", "the subject's mark has one end", add="EV kg:subjectStart 90 ; kg:subjectEnd 91, 92 ."),
    Break("shape:Evidence", "at most one section", add="EV kg:section '1 Introduction', '2 Method' ."),
    Break("shape:Target", "a target's IRI", add="EV/target oa:bodyValue 'x' ."),
    Break("shape:Target", "source is one paper", out="EV/target oa:hasSource *", add="EV/target oa:hasSource method:owlnet ."),
    Break("shape:Target", "two selectors", out="EV/target oa:hasSelector EV/quote"),
    Break("shape:Target", "is its quote", out="EV/target oa:hasSelector EV/quote"),
    Break("shape:Target", "is its position", out="EV/target oa:hasSelector EV/position"),
    Break("shape:Target", "belongs to one evidence", out="EV oa:hasTarget *"),
    Break("shape:Quote", "a quote's IRI", add="EV/quote oa:bodyValue 'x' ."),
    Break("shape:Quote", "one exact text", out="EV/quote oa:exact *"),
    Break("shape:Quote", "one prefix", add="EV/quote oa:prefix 'x' ."),
    Break("shape:Quote", "one suffix", out="EV/quote oa:suffix *", add=f"EV/quote oa:suffix '{'x' * 33}' ."),
    Break("shape:Quote", "belongs to one target", out="EV/target oa:hasSelector EV/quote"),
    Break("shape:Position", "a position's IRI", add="EV/position oa:bodyValue 'x' ."),
    Break("shape:Position", "one start", out="EV/position oa:start *", add="EV/position oa:start 145 ."),
    Break("shape:Position", "one end", out="EV/position oa:end *"),
    Break("shape:Position", "belongs to one target", out="EV/target oa:hasSelector EV/position"),
]

QUERIES = [
    Break("statement-without-claim", "", add=f"{LAMP} kg:uses method:owlnet ."),
    Break("statement-without-claim", "", add="method:lampnet kg:basedOn method:owlnet ."),
    Break("statement-without-claim", "", add=f"{LAMP} schema:url <https://example.org/> ."),
    Break("statement-without-claim", "", out=f"{RUNS} rdf:predicate *", add=f"{RUNS} rdf:predicate kg:mentions ."),
    Break("claim-not-asserted", "", out=f"{OWL} kg:runsOn *"),
    Break("claim-without-evidence", "", out=f"* oa:hasBody {RUNS}"),
    Break("evidence-of-another-paper", "", out=f"{RUNS} prov:wasDerivedFrom *", add=f"{RUNS} prov:wasDerivedFrom {LAMP} ."),
    Break("quote-not-in-text", "", out="EV/quote oa:exact *", add="EV/quote oa:exact 'Something else.' ."),
    Break("quote-not-in-text", "", out="EV/position oa:start *", add="EV/position oa:start 77 ."),
    Break("quote-not-in-text", "", out="EV/position oa:end *", add="EV/position oa:end 146 ."),
    Break("quote-not-in-text", "", out=f"{LAMP} dcterms:title *", add=f"{LAMP} dcterms:title 'Lampnet lights DuskSet' ."),
    Break("quote-not-in-text", "", out="paper:doi-10.5%2Fodd dcterms:title *", add="paper:doi-10.5%2Fodd dcterms:title 'ab' ."),
    Break("quote-not-in-text", "", add="EV kg:section '4 Training' ."),  # at a place in the abstract
    Break("quote-not-in-text", "", out="EV/position oa:start *", add="EV kg:section '4 Training' . EV/position oa:start 1000 ."),
    Break("quote-context", "", out="EV/quote oa:prefix *", add="EV/quote oa:prefix 'x' ."),
    Break("quote-context", "", out="EV/quote oa:suffix *", add="EV/quote oa:suffix 'x' ."),
    Break("mark-outside-sentence", "", out="EV kg:objectStart *", add="EV kg:objectStart 75 ."),
    Break("mark-outside-sentence", "", out="EV kg:objectEnd *", add="EV kg:objectEnd 146 ."),
    Break("mark-outside-sentence", "", add="EV kg:subjectStart 1 ; kg:subjectEnd 200 ."),
    Break("half-a-mark", "", add="EV kg:subjectStart 90 ."),
    Break("half-a-mark", "", add="EV kg:subjectEnd 90 ."),
    Break("entity-without-claim", "", add="task:seeing a mls:Task ; skos:prefLabel 'seeing' ."),
    Break("same-label", "", out="method:lampnet skos:prefLabel *", add="method:lampnet skos:prefLabel 'OwlNet' ."),
    Break("same-label", "", out="kind:gpu skos:prefLabel *", add="kind:gpu skos:prefLabel 'Nimbus GPU' ."),
    Break("evidence-for-nothing", "", out="EV oa:hasBody *", add="EV oa:hasBody merge:0123456789abcdef ."),
    Break("evidence-for-nothing", "", out="EV oa:hasBody *", add="EV oa:hasBody method:owlnet ."),
    Break("evidence-of-another-paper", "", out=f"{NGC} kg:shownBy *"),
    Break("evidence-of-another-paper", "", out=f"{NGC} kg:shownBy *", add=f"{NGC} kg:shownBy {OWL} ."),
    Break("merge-form-no-name", "", out=f"{DUSK} kg:form *", add=f"{DUSK} kg:form 'DuskSets' ."),
    Break("merge-form-no-name", "", out=f"{DUSK} kg:mergedInto *", add=f"{DUSK} kg:mergedInto method:owlnet ."),
    Break("name-without-merge", "", add="method:owlnet skos:altLabel 'Owl Net' ."),
    Break("name-without-merge", "", out=f"{DUSK} kg:mergedInto *"),
    Break("short-form-no-name", "", add="dataset:duskset kg:shortForm 'DS' ."),
    Break("short-form-no-name", "", add="dataset:duskset kg:shortForm 'DuskSet' ."),
    Break("candidate-without-pair", "", out=f"{PAIR} kg:candidateOf method:owlnet", add=f"{PAIR} kg:candidateOf dataset:duskset ."),
    Break("candidate-without-pair", "", out=f"{PAIR} kg:candidateOf method:owlnet"),
    Break("candidate-without-pair", "", out=f"{PAIR} kg:candidateOf method:owlnet", add=f"{PAIR} kg:candidateOf method:ghost ."),
    Break("maybe-same-without-candidate", "", add="dataset:duskset kg:maybeSame dataset:日本語コーパス ."),
    Break("maybe-same-without-candidate", "", out=f"{PAIR} kg:candidateOf method:lampnet"),
    Break("maybe-same-without-candidate", "", add="method:lampnet kg:maybeSame method:lampnet ."),
    Break("candidate-not-stated", "", out="method:lampnet kg:maybeSame *"),
    Break("broader-circle", "", add="kind:gpu skos:broader kind:nimbus-gpu ."),
    Break("broader-circle", "", add="dataset:duskset skos:broader dataset:duskset ."),
    Break("broader-of-wrong-type", "", add="method:owlnet skos:broader dataset:duskset ."),
    Break("broader-of-wrong-type", "", out="hardware:nimbus-x2 skos:broader *", add="hardware:nimbus-x2 skos:broader kind:ghost ."),
    Break("kind-without-thing", "", add="kind:drone a kg:Kind ; skos:prefLabel 'drone' ."),
    Break("kind-without-thing", "", out="hardware:nimbus-x2 skos:broader *"),
    Break("blank-node", "", add="method:owlnet skos:altLabel [] ."),
    Break("blank-node", "", add="[] skos:altLabel 'x' ."),
    Break("untyped-node", "", add="method:ghost skos:prefLabel 'ghost' ."),
    Break("untyped-node", "", out="hardware:nimbus-x2 a *"),
    Break("end-of-wrong-type", "", add="method:owlnet kg:trainedOn task:night-vision ."),
    Break("end-of-wrong-type", "", add=f"{OWL} kg:basedOn method:owlnet ."),
    Break("end-of-wrong-type", "", add="dataset:duskset kg:runsOn hardware:nimbus-x2 ."),
    Break("end-of-wrong-type", "", add=f"{OWL} kg:introduces organisation:harbour-university ."),
    Break("end-of-wrong-type", "", out="hardware:nimbus-x2 a *", add="hardware:nimbus-x2 a mls:Task ."),
]


def read(turtle: str, evidence: str) -> list[Triple]:
    """The triples of a piece of Turtle; EV, EV/target, … are nodes of the evidence."""
    text = re.sub(r"EV(/\w+)?", lambda found: f"<{evidence}{found[1] or ''}>", turtle)
    text = re.sub(r"paper:(\S+%\S+)", lambda found: f"<{vocab.BASE}paper/{found[1]}>", text)
    return [quad.triple for quad in parse(PREFIXES + text, format=RdfFormat.TURTLE)]


def broken(triples: Iterable[Triple], change: Break) -> list[Triple]:
    """The graph with one change."""
    triples = list(triples)
    claim = next(triple.subject for triple in read(f"{RUNS} a rdf:Statement .", ""))
    evidence = next(triple.subject.value for triple in triples if triple.predicate == vocab.HAS_BODY and triple.object == claim)
    if change.out:
        pattern = read(f"{change.out.replace('*', 'kg:ANY')} .", evidence)[0]
        terms = [None if term == vocab.own("ANY") else term for term in (pattern.subject, pattern.predicate, pattern.object)]
        left = [triple for triple in triples if any(term not in (None, part) for term, part in zip(terms, triple, strict=True))]
        assert len(left) < len(triples), "the change takes nothing out"
        triples = left
    return triples + read(change.add, evidence)


def filled(triples: Iterable[Triple]) -> Store:
    store = Store()
    store.extend(Quad(*triple) for triple in triples)
    return store


def test_a_good_graph_conforms(store: Store, triples: list[Triple]) -> None:
    report = validate(store)
    assert report == Report((), triples=len(triples), checks=report.checks)
    assert report.conforms
    assert report.text().startswith(f"The graph conforms: {len(triples)} triples")


def test_a_good_graph_conforms_below_any_base(knowledge: Knowledge) -> None:
    assert validate(filled(to_triples(knowledge, base="http://localhost:8000/x/"))).conforms


def test_a_graph_with_authors_citations_and_sentences_of_sections_conforms() -> None:
    report = validate(filled(full_paper.triples()))
    assert report.conforms, report.text()


def test_homonyms_that_are_told_apart_conform(triples: list[Triple]) -> None:
    other = "method:owlnet-1272214f a kg:Method ; skos:prefLabel 'OwlNet' ."
    report = validate(filled(broken(triples, Break("", "", add=other))))
    assert {finding.source for finding in report.findings} == {"entity-without-claim"}  # and nothing about its name


def test_an_empty_graph_conforms() -> None:
    assert validate(Store()).conforms


@pytest.mark.parametrize("change", [*SHAPES, *QUERIES], ids=lambda change: f"{change.source}-{change.out}{change.add}"[:70])
def test_a_broken_graph_is_found_out(change: Break, triples: list[Triple]) -> None:
    report = validate(filled(broken(triples, change)))
    assert [f for f in report.findings if f.source == change.source and change.words in f.message], report.text()
    assert not report.conforms


def test_every_constraint_and_every_query_has_a_broken_graph() -> None:
    shapes = rdflib.Graph().parse(folder("schema") / "shapes.ttl")
    messages = {str(message) for message in shapes.objects(None, SH.message)}
    unbroken = {message for message in messages if not any(change.words in message for change in SHAPES)}
    assert unbroken == set()
    assert {change.source for change in QUERIES} == {query.name.removesuffix("-violation") for query in queries()}


@pytest.mark.parametrize("change", SHAPES[::6], ids=lambda change: f"{change.source}-{change.out}{change.add}"[:70])
def test_the_shapes_find_what_plain_pyshacl_finds(change: Break, triples: list[Triple]) -> None:
    graph = broken(triples, change)
    as_it_stands = rdflib.Graph().parse(folder("schema") / "shapes.ttl")
    _, results, _ = pyshacl.validate(to_rdflib(graph), shacl_graph=as_it_stands)
    parts = (SH.focusNode, SH.resultPath, SH.value, SH.resultMessage)  # two constraints with one message are one finding
    plain = {tuple(results.value(result, part) for part in parts) for result in results.subjects(rdflib.RDF.type, SH.ValidationResult)}
    ours = [finding for finding in validate(filled(graph)).findings if finding.source.startswith("shape:")]
    assert len(ours) == len(plain) > 0


@pytest.fixture(scope="module")
def crowded(knowledge: Knowledge) -> Store:
    """150,000 triples: all papers speak of the same eight entities, and 3,000 tasks lie under one kind, each maybe the same as the next."""
    copies, tasks = 300, 3000
    addresses = next(statement for statement in knowledge.statements if statement.predicate == "addresses")
    many = Knowledge(
        tuple(replace(document, key=f"{document.key}-{n}") for document in knowledge.documents for n in range(copies)),
        (*(replace(entity, merges=_unshown(entity)) for entity in knowledge.entities), *(_task(n) for n in range(tasks))),
        (
            *(_copy(statement, n) for statement in knowledge.statements for n in range(copies)),
            *(replace(_copy(addresses, n % copies), object=f"task/t-{n}") for n in range(tasks)),
        ),
        tuple(Candidate(*sorted((f"task/t-{n}", f"task/t-{n + 1}")), 0.5, "alike") for n in range(tasks - 1)),
        knowledge.kinds,
    )
    store = Store()
    store.bulk_extend(Quad(*triple) for triple in to_triples(many))
    return store


def _task(n: int) -> Entity:
    """One of many tasks, with two names."""
    merge = Merge(f"T{n}", "spelling", 0.98, "alike")
    return Entity(f"task/t-{n}", EntityType.TASK, f"task {n}", (merge.form,), merge.form, "kind/nimbus-gpu", (merge,))


def _unshown(entity: Entity) -> tuple[Merge, ...]:
    """The reasons for the names of an entity, without the papers, whose keys the crowd does not have."""
    return tuple(replace(merge, paper="", evidence=None) for merge in entity.merges)


def _copy(statement: Statement, n: int) -> Statement:
    subject = f"{statement.subject}-{n}" if statement.subject.startswith("paper/") else statement.subject
    return replace(statement, paper=f"{statement.paper}-{n}", subject=subject)


@pytest.mark.slow
@pytest.mark.parametrize("query", queries(), ids=lambda query: query.name)
def test_a_violation_query_takes_less_than_two_seconds(query: Query, crowded: Store) -> None:
    assert len(crowded) > 100_000
    start = time.process_time()
    assert list(crowded.query(query.sparql)) == []  # type: ignore[arg-type]
    assert time.process_time() - start < 2


def test_a_report_groups_counts_and_cuts(triples: list[Triple]) -> None:
    lost = [triple for triple in triples if triple.predicate != vocab.RULE or "/merge/" in triple.subject.value]
    text = validate(filled(lost)).text(limit=3)
    assert text.startswith("14 findings of 1 kinds in ")
    assert "\nViolation: a claim names the one rule that made it  [shape:Claim: 14]\n  claim:" in text
    assert text.endswith("\n  … and 11 more\n")
    assert text.count("claim:") == 3


def test_a_finding_names_node_property_and_value(triples: list[Triple]) -> None:
    change = Break("", "", add=f"{OWL} kg:runsOn method:owlnet .")
    assert Finding(
        "Violation", "shape:Paper", "a paper runsOn hardware only", OWL, "kg:runsOn", "method:owlnet"
    ) in validate(filled(broken(triples, change))).findings  # fmt: skip


def test_hostile_values_stay_on_their_line(triples: list[Triple]) -> None:
    change = Break("", "", add="method:owlnet skos:altLabel 'a\\nViolation: none \\u001b[31m\\u202e'@en .")
    text = validate(filled(broken(triples, change))).text()
    assert "\\n" in text
    assert not re.search("[\x1b\u202e]|\nViolation: none", text)


def test_two_runs_report_the_same(triples: list[Triple]) -> None:
    change = Break("", "", add="[] skos:altLabel 'x' . method:owlnet skos:altLabel [] .")
    first, second = (validate(filled(broken(triples, change))) for _ in range(2))
    assert first == second


def test_only_the_default_graph_is_looked_at(triples: list[Triple]) -> None:
    store = filled(triples)
    store.add(Quad(vocab.TITLE, vocab.TITLE, vocab.TITLE, NamedNode("https://example.org/graph")))
    assert len(store) > len(list(store.quads_for_pattern(None, None, None, DefaultGraph())))
    assert validate(store).conforms


def test_claims_are_named_as_the_graph_names_them() -> None:
    assert str(claim_iri(LIT.removeprefix("claim:"))) == f"<{vocab.BASE}claim/{LIT.removeprefix('claim:')}>"
