"""Scores below which findings are left out where they are read: `--min-score` and `--min-precision`.

The log keeps all that an extractor says; nothing is left out unless it is asked for. `limits` makes of the two options what every reader
needs, `keep` applies it to an extraction; exports and pages apply it to the claims of a graph.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, partial
from types import MappingProxyType

from kg.errors import UsageError
from kg.extract.reliability import threshold
from kg.model import EntityType, Extraction, Relation, Role

_LABELS = (("entity", EntityType), ("role", Role), ("relation", Relation))
_LINKS = frozenset({"codeRepository", "url"})


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The lowest score kept of each kind and label."""

    claim: float = 0.0  # of roles, relations and links that `lowest` does not name
    lowest: Mapping[tuple[str, str], float] = field(default_factory=lambda: MappingProxyType({}))

    def of(self, kind: str, label: str) -> float:
        """The lowest score kept of an entity's mentions ("entity", type) or of a claim ("role", "relation" or "link", its label)."""
        return self.lowest.get((kind, label), 0.0 if kind == "entity" else self.claim)

    def of_property(self, name: str, *, by_paper: bool) -> float:
        """The lowest score kept of a claim with the property of this local name; `by_paper` says that its subject is the paper."""
        return self.of("link" if name in _LINKS else "role" if by_paper else "relation", name)

    def unreached(self) -> tuple[str, ...]:
        """The types, roles and relations of which nothing is kept, each once, in the order of the model."""
        return tuple(dict.fromkeys(label for (_, label), score in self.lowest.items() if math.isinf(score)))


Limits = Callable[[str], Thresholds]  # name of an extractor, without its version → what is kept of its findings


def limits(min_score: float | None, min_precision: float | None) -> Limits | None:
    """What is kept of each extractor's findings; None where neither is given, and all is kept.

    Args:
        min_score: the least score of a claim, in [0, 1].
        min_precision: the share of right answers, above 0 and below 1, that claims of a role or relation must have had on held-out papers
            from their score on; links always had it and are kept.

    Raises:
        UsageError: both are given, or one is out of range. The function returned raises it for an extractor that was never measured.
    """
    if min_score is not None and min_precision is not None:
        raise UsageError("--min-score and --min-precision exclude each other", hint="give a score, or the precision that finds one")
    if min_score is not None and not 0.0 <= min_score <= 1.0:
        raise UsageError(f"min-score {min_score} is outside [0, 1]", hint="use 0.5, for instance")
    if min_precision is not None and not 0.0 < min_precision < 1.0:
        raise UsageError(f"min-precision {min_precision} is not between 0 and 1", hint="use 0.9, for instance: nothing promises all of 1")
    if min_score is not None:
        chosen = Thresholds(min_score)
        return lambda _: chosen
    return None if min_precision is None else partial(by_precision, min_precision)


@cache
def by_precision(precision: float, extractor: str) -> Thresholds:
    """The thresholds that promise a precision, by kind and label, from the stored table; see `kg.extract.reliability.threshold`."""
    found = {
        (kind, str(label)): threshold(kind, str(label), precision, extractor=extractor) for kind, labels in _LABELS for label in labels
    }
    return Thresholds(0.0, MappingProxyType(found))


def extractor_name(version: str) -> str:
    """The name in an extractor's version: "rules" of "rules-1.3fa2b4c1"."""
    name, _, _ = version.rpartition("-")
    return name or version


def keep(extraction: Extraction, thresholds: Thresholds) -> Extraction:
    """The extraction without entities, roles and relations that score too little, and without relations that lose an end.

    An entity stays where its mentions reach the threshold of its type and its claim that of its role.
    """
    kept = [
        index
        for index, entity in enumerate(extraction.entities)
        if entity.score >= thresholds.of("role", entity.role)
        and max(mention.score for mention in entity.mentions) >= thresholds.of("entity", entity.type)
    ]
    place = {index: new for new, index in enumerate(kept)}
    relations = tuple(
        replace(relation, subject=place[relation.subject], object=place[relation.object])
        for relation in extraction.relations
        if relation.subject in place and relation.object in place and relation.score >= thresholds.of("relation", relation.predicate)
    )
    links = tuple(link for link in extraction.links if link.score >= thresholds.of("link", link.kind))
    return replace(extraction, entities=tuple(extraction.entities[index] for index in kept), relations=relations, links=links)
