"""How types and relations look and are called: the palette and words of the pages.

Colours of types were searched for the least difference under normal sight and three kinds of colour blindness
(Machado 2009): at least 34 (CIE76) on both canvases, contrast at least 3.0; shape says the type as well.
Relations take the colour of what they lead to; the dash tells apart those that share a colour.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TypeStyle:
    """Look of a node type."""

    label: str  # in the legend
    one: str  # one of them
    shape: str  # of vis-network
    light: str
    dark: str


@dataclass(frozen=True, slots=True)
class RelationStyle:
    """Look of a relation and how it reads from either end."""

    label: str  # "introduces"
    inverse: str  # "introduced by"
    light: str
    dark: str
    dash: tuple[int, ...] = ()  # pixels on, off, …; () is a solid line
    width: float = 1.4
    arrow: bool = False  # between two entities, where the direction is not told by the types


TYPE_STYLES: dict[str, TypeStyle] = {
    "paper": TypeStyle("Papers", "paper", "dot", "#0E38DB", "#8B7DFF"),
    "method": TypeStyle("Methods", "method", "triangle", "#E47400", "#DF9136"),
    "dataset": TypeStyle("Datasets", "dataset", "square", "#13A673", "#32B684"),
    "hardware": TypeStyle("Hardware", "hardware", "diamond", "#A67FBC", "#BD8CC9"),
    "organisation": TypeStyle("Organisations", "organisation", "hexagon", "#763103", "#EEF620"),
    "task": TypeStyle("Tasks", "task", "star", "#422949", "#C7FFFB"),
    "other": TypeStyle("Other", "other", "triangleDown", "#5A6575", "#A3AFBF"),
}

_PAPER, _METHOD, _DATASET, _HARDWARE, _ORGANISATION, _TASK, _GREY = ((s.light, s.dark) for s in TYPE_STYLES.values())
_RIVAL = ("#C2185B", "#FF7AA8")  # comparison: a hue that no type has

RELATION_STYLES: dict[str, RelationStyle] = {
    "introduces": RelationStyle("introduces", "introduced by", *_PAPER, width=3),
    "comparesWith": RelationStyle("compares with", "compared with in", *_RIVAL, dash=(7, 4)),
    "evaluatesOn": RelationStyle("evaluates on", "evaluated on in", *_DATASET),
    "uses": RelationStyle("uses", "used by", *_METHOD),
    "runsOn": RelationStyle("runs on", "runs", *_HARDWARE, width=1.8),
    "affiliatedWith": RelationStyle("affiliated with", "affiliation of", *_ORGANISATION),
    "addresses": RelationStyle("addresses", "addressed by", *_TASK),
    "mentions": RelationStyle("mentions", "mentioned by", *_GREY, dash=(2, 4), width=1),
    "basedOn": RelationStyle("based on", "basis of", *_METHOD, dash=(9, 4), arrow=True),
    "partOf": RelationStyle("part of", "has part", *_METHOD, dash=(3, 3), arrow=True),
    "trainedOn": RelationStyle("trained on", "training data of", *_DATASET, dash=(9, 4), arrow=True),
    "evaluatedOn": RelationStyle("evaluated on", "used to evaluate", *_DATASET, dash=(9, 3, 2, 3), arrow=True),
    "comparedWith": RelationStyle("compared with", "compared with", *_RIVAL, dash=(2, 3), arrow=True),
    "appliedTo": RelationStyle("applied to", "approached with", *_TASK, dash=(9, 4), arrow=True),
    "derivedFrom": RelationStyle("derived from", "source of", *_DATASET, dash=(3, 3), arrow=True),
    "benchmarkFor": RelationStyle("benchmark for", "benchmarked by", *_TASK, dash=(3, 3), arrow=True),
    "deployedBy": RelationStyle("deployed by", "deploys", *_ORGANISATION, dash=(9, 4), arrow=True),
    "codeRepository": RelationStyle("code", "code of", *_GREY),
    "url": RelationStyle("link", "link of", *_GREY, dash=(9, 4)),
}


def relation_style(predicate: str) -> RelationStyle:
    """Style of a relation by its local name; a grey line with the bare name for one that is not known here."""
    return RELATION_STYLES.get(predicate) or RelationStyle(predicate, f"{predicate} (from)", *_GREY, dash=(12, 4), arrow=True)


def rank_of(predicate: str) -> int:
    """Place of a relation in the order of `RELATION_STYLES`, strongest first; last for one that is not known here."""
    return list(RELATION_STYLES).index(predicate) if predicate in RELATION_STYLES else len(RELATION_STYLES)
