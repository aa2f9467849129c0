"""What papers use together more than chance would give, and the communities that it forms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from math import log

from kg.analyse import chance
from kg.analyse.corpus import WORK, Corpus, Entity
from kg.analyse.figure import Figure, plural
from kg.analyse.partition import Partition
from kg.analyse.partition import communities as partition
from kg.model import EntityType

NAME = "co-use"
TYPES = (str(EntityType.METHOD), str(EntityType.DATASET))
TOGETHER = 2  # papers that must name both: one paper is one author's choice
ENOUGH_PAIRS = 5  # below this, communities are the pairs themselves
CLEAR = 0.3  # modularity from which on communities are more than chance gives (Newman and Girvan 2004)
_SMALLEST = 3  # things of a community that is told
_NAMING = 3  # members in its name

_PAIRS = (
    "pairs of things that 2 papers or more work with together, oftener than chance: probability of as many (hypergeometric, adjusted for all"
    " possible pairs by Benjamini and Hochberg) up to 0.05. lift: papers with both, as a multiple of what chance would give. weight: its"
    " logarithm, normalised to 1 (NPMI)"
)
_COMMUNITIES = (
    "communities: Louvain over these pairs by weight, seed 1; names: members by share inside × log(share inside / share of all papers)"
)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two things that papers work with together."""

    one: Entity  # the smaller identifier; the thing asked for in `companions`
    other: Entity
    papers: int  # that work with both
    expected: float  # were they independent
    lift: float  # papers / expected
    weight: float  # NPMI, in (0, 1]


@dataclass(frozen=True, slots=True)
class Member:
    """A thing of a community."""

    entity: Entity
    papers: int  # of the community that work with it
    lift: float  # share of the community's papers that do, as a multiple of the share of all papers
    telling: float  # share × log(lift): common inside and rare outside


@dataclass(frozen=True, slots=True)
class Community:
    """Things that papers use together."""

    name: str  # its most telling members
    members: tuple[Member, ...]  # most telling first
    papers: tuple[str, ...]  # identifiers of those that work with two members or more


@dataclass(frozen=True, slots=True)
class Ties:
    """The pairs of a corpus and their partition, which several figures start from."""

    pairs: tuple[tuple[int, int, int, float], ...]  # (one, other, papers, weight), sorted
    counts: Mapping[int, int]  # thing → papers that work with it
    papers: int  # that work with anything of the types
    parted: Partition


def ties(corpus: Corpus, types: Collection[str] | None = None) -> Ties:
    """Pairs that are used together more than chance would give, and their communities."""
    chosen = TYPES if types is None else tuple(types)
    counts: Counter[int] = Counter()
    together: Counter[tuple[int, int]] = Counter()
    papers = 0
    for paper in range(len(corpus.papers)):
        things = corpus.named(paper, WORK, chosen)
        papers += bool(things)
        counts.update(things)
        together.update(combinations(things, 2))
    pairs = _clear(counts, together, papers)
    return Ties(tuple(pairs), counts, papers, partition({(one, other): weight for one, other, _, weight in pairs}))


def _clear(counts: Mapping[int, int], together: Mapping[tuple[int, int], int], papers: int) -> list[tuple[int, int, int, float]]:
    """Pairs that chance does not explain. All pairs that could be count as tests: the most frequent of millions by chance look telling."""
    often = [(pair, number) for pair, number in sorted(together.items()) if number >= TOGETHER]
    tested = [chance.at_least(number, counts[one], counts[other], papers) for (one, other), number in often]
    things = sum(number >= TOGETHER for number in counts.values())
    rates = chance.adjusted(tested, things * (things - 1) // 2)
    return [
        (one, other, number, chance.npmi(number, counts[one], counts[other], papers))
        for ((one, other), number), rate in zip(often, rates, strict=True)
        if rate <= chance.ERROR and chance.lift(number, counts[one], counts[other], papers) > 1
    ]


def companions(corpus: Corpus, thing: int, types: Collection[str] | None = None) -> Figure[Pair]:
    """What papers use together with a thing: highest weight first, then most papers, name and identifier."""
    found = ties(corpus, {*(TYPES if types is None else types), corpus.entities[thing].type})
    rows = [
        _pair(corpus, found, thing, other if one == thing else one, number, weight)
        for one, other, number, weight in found.pairs
        if thing in (one, other)
    ]
    rows.sort(key=lambda row: (-row.weight, -row.papers, row.other.name, row.other.id))
    name, papers = corpus.entities[thing].name, found.counts.get(thing, 0)
    few = "" if rows else f"{plural(papers, 'paper')} with {name}: nothing is used with it in 2 papers or more and oftener than chance"
    return Figure(NAME, Pair, tuple(rows), _PAIRS, papers, (), few)


def pairs(corpus: Corpus, types: Collection[str] | None = None) -> Figure[Pair]:
    """All pairs: highest weight first, then most papers and identifiers; a page draws its edges from them."""
    found = ties(corpus, types)
    rows = [_pair(corpus, found, one, other, number, weight) for one, other, number, weight in found.pairs]
    rows.sort(key=lambda row: (-row.weight, -row.papers, row.one.id, row.other.id))
    return Figure(NAME, Pair, tuple(rows), _PAIRS, found.papers, (), _few(found))


def _pair(corpus: Corpus, found: Ties, one: int, other: int, number: int, weight: float) -> Pair:
    expected = chance.expected(found.counts[one], found.counts[other], found.papers)
    return Pair(corpus.entities[one], corpus.entities[other], number, expected, number / expected, weight)


def _few(found: Ties) -> str:
    if len(found.pairs) >= ENOUGH_PAIRS:
        return ""
    seen = f"{plural(len(found.pairs), 'pair')} of things in 2 papers or more, oftener than chance"
    return f"{plural(found.papers, 'paper')} that work with such things have {seen}; {ENOUGH_PAIRS} are needed"


def co_use(corpus: Corpus, types: Collection[str] | None = None) -> Figure[Community]:
    """Communities of things that papers use together: most papers first, then most members, then by name."""
    found = ties(corpus, types)
    method = f"{_PAIRS}. {_COMMUNITIES} ({found.parted.engine})"
    if few := _few(found):
        return Figure(NAME, Community, (), method, found.papers, too_few=few)
    rows = [community for _, community in communities(corpus, found)]
    small = sum(len(members) < _SMALLEST for members in found.parted.members)
    notes = [
        f"modularity {found.parted.modularity:.2f}"
        + ("" if found.parted.modularity >= CLEAR else ": the communities are not clearly apart")
    ]
    notes += [f"{plural(small, 'pair')} that stand alone are not told as communities"] if small else []
    few = "" if rows else "no three things are used together by two papers or more"
    return Figure(NAME, Community, tuple(rows), method, found.papers, tuple(notes), few)


def communities(corpus: Corpus, found: Ties) -> list[tuple[tuple[int, ...], Community]]:
    """Members by index, and the community, of each with three members or more; most papers first."""
    parts = [members for members in found.parted.members if len(members) >= _SMALLEST]
    at = {thing: place for place, members in enumerate(parts) for thing in members}
    inside: list[list[list[int]]] = [[] for _ in parts]
    papers: list[list[int]] = [[] for _ in parts]
    for paper in range(len(corpus.papers)):
        for place, things in sorted(grouped(corpus.named(paper), at).items()):
            if len(things) > 1:
                inside[place].append(things)
                papers[place].append(paper)
    made = [
        (members, _community(corpus, found, inside[place], tuple(papers[place]))) for place, members in enumerate(parts) if papers[place]
    ]
    return sorted(made, key=lambda pair: (-len(pair[1].papers), -len(pair[0]), pair[1].name, pair[0]))


def grouped(things: Iterable[int], at: Mapping[int, int]) -> dict[int, list[int]]:
    """Community → those of the things that it holds."""
    groups: dict[int, list[int]] = {}
    for thing in things:
        if thing in at:
            groups.setdefault(at[thing], []).append(thing)
    return groups


def _community(corpus: Corpus, found: Ties, inside: list[list[int]], papers: tuple[int, ...]) -> Community:
    counts = Counter(thing for things in inside for thing in things)
    members = []
    for thing, number in counts.items():
        share = number / len(papers)
        lift = share * found.papers / found.counts[thing]
        members.append(Member(corpus.entities[thing], number, lift, share * log(lift)))
    members.sort(key=lambda member: (-member.telling, member.entity.name, member.entity.id))
    name = ", ".join(member.entity.name for member in members[:_NAMING])
    return Community(name, tuple(members), tuple(corpus.papers[paper].id for paper in papers))
