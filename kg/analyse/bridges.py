"""Papers that tie communities which few other papers tie."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import combinations

from kg.analyse.corpus import Corpus, Entity, Paper
from kg.analyse.couse import communities, grouped, ties
from kg.analyse.figure import Figure, plural

NAME = "bridges"

_METHOD = (
    "communities as in co-use; a paper ties two where it works with things of both. ties: for each two that it ties, 1 / the papers that tie"
    " them, so that 1 is a tie that only this paper makes. participation: 1 − Σ (share of its things in a community)² (Guimerà and Amaral 2005)"
)


@dataclass(frozen=True, slots=True)
class Bridge:
    """A paper that ties communities."""

    paper: Paper
    ties: float  # sum over the pairs of communities that it ties of 1 / papers that tie them
    alone: int  # pairs of communities that no other paper ties
    participation: float  # in [0, 1): 0 where all its things are of one community
    communities: tuple[str, ...]  # their names, in the order of co-use
    things: tuple[tuple[Entity, ...], ...]  # what it works with of each, by identifier


def bridges(corpus: Corpus, types: Collection[str] | None = None) -> Figure[Bridge]:
    """Papers that tie two communities or more: most ties first, then participation and identifier."""
    found = ties(corpus, types)
    known = communities(corpus, found)
    if len(known) < 2:
        few = f"{plural(found.papers, 'paper')} with such things form {len(known) or 'no'} communit{'y' if len(known) == 1 else 'ies'}"
        return Figure(NAME, Bridge, (), _METHOD, found.papers, too_few=f"{few} of things that are used together; two are needed")
    at = {thing: place for place, (members, _) in enumerate(known) for thing in members}
    tying = {paper: groups for paper in range(len(corpus.papers)) if len(groups := grouped(corpus.named(paper), at)) > 1}
    tied = Counter(pair for groups in tying.values() for pair in combinations(sorted(groups), 2))
    rows = []
    for paper, groups in tying.items():
        places = sorted(groups)
        pairs = [tied[pair] for pair in combinations(places, 2)]
        rows.append(
            Bridge(
                corpus.papers[paper], sum(1 / number for number in sorted(pairs)), pairs.count(1),
                participation([len(groups[place]) for place in places]), tuple(known[place][1].name for place in places),
                tuple(tuple(corpus.entities[thing] for thing in groups[place]) for place in places),
            )
        )  # fmt: skip
    rows.sort(key=lambda row: (-row.ties, -row.participation, row.paper.id))
    pairs_of_all = len(known) * (len(known) - 1) // 2
    notes = (f"{len(known)} communities, of whose {plural(pairs_of_all, 'pair')} papers tie {len(tied)}",)
    few = "" if rows else f"no paper works with things of two of the {len(known)} communities"
    return Figure(NAME, Bridge, tuple(rows), _METHOD, found.papers, notes, few)


def participation(sizes: Iterable[int]) -> float:
    """1 − Σ (k / Σ k)², of the things in each community (R. Guimerà and L. A. N. Amaral, Nature 433, 2005)."""
    counts = sorted(sizes)
    total = sum(counts)
    return 1 - sum((count / total) ** 2 for count in counts) if total else 0.0
