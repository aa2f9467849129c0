"""Methods and data sets, or tasks, that are common and yet never reported together, ranked against what chance would give."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import log

from kg.analyse import chance
from kg.analyse.corpus import MENTION, WORK, Corpus, Entity, Paper
from kg.analyse.figure import Figure, plural
from kg.model import EntityType

NAME = "gaps"
METHOD = str(EntityType.METHOD)
OTHERS = (str(EntityType.DATASET), str(EntityType.TASK))
EXPECTED = 1.0  # papers that chance must give for a pair to be told
TESTED = 3.0  # and for it to be tested: below, none is no surprise, for the probability of none is about exp(−expected)
NEAREST = 3  # papers told beside a gap
_SHARED = 3  # things told of what such a paper shares
EVERY = WORK | MENTION

_METHOD = (
    "N: papers that work with a method and with a thing of the other type; K and n of them work with each of the two. expected: K·n/N, at least"
    " 1. probability: of no paper with both were they independent, C(N−K, n)/C(N, n) (hypergeometric). adjusted: for all pairs of which 3 papers"
    " or more are expected (Benjamini and Hochberg); up to 0.05 is surprising. Never together: in no role, a mere mention counts as together"
)


@dataclass(frozen=True, slots=True)
class Near:
    """A paper that names one of the two and lies near the other."""

    paper: Paper
    names: Entity  # which of the two
    shared: tuple[Entity, ...]  # what it names that papers with the other name too, most telling first


@dataclass(frozen=True, slots=True)
class Gap:
    """Two things that no paper names together."""

    method: Entity
    other: Entity  # a data set or task
    method_papers: int  # K
    other_papers: int  # n
    expected: float  # K·n/N papers with both, were they independent
    probability: float  # of none
    adjusted: float  # share of false alarms among the gaps told down to this one; 1 where too few papers are expected for a test
    surprising: bool  # whether chance does not explain it
    nearest: tuple[Near, ...]


def gaps(corpus: Corpus, types: Collection[str] | None = None, *, thing: int | None = None, limit: int | None = None) -> Figure[Gap]:
    """Pairs that are never named together though chance would give papers: least probable first, then by identifiers.

    Args:
        corpus: the papers.
        types: of the other thing, "Dataset", "Task" or both; both if not given.
        thing: only pairs with this entity; tested are all pairs all the same, so that a gap's figures do not depend on who asks.
        limit: tell at most so many; the papers nearest to a gap take the longest.
    """
    chosen = [type for type in OTHERS if types is None or type in types]
    common = [pair for type in chosen for pair in _common(corpus, type)]
    papers = len({paper for type in chosen for paper in _both(corpus, type)})
    if not common:
        few = f"{plural(papers, 'paper')} work with both types; no two things are so common that chance would give a paper with both"
        return Figure(NAME, Gap, (), _METHOD, papers, too_few=few)
    together = _together(corpus, {(one, other) for one, other, *_ in common})
    absent = sorted((pair for pair in common if not together[pair[0], pair[1]]), key=lambda pair: (pair[5], pair[0], pair[1]))
    rates = _adjusted(absent, sum(pair[4] >= TESTED for pair in common))
    wanted = [(pair, rate) for pair, rate in zip(absent, rates, strict=True) if thing is None or thing in pair[:2]]
    users = corpus.users(EVERY)
    rows = tuple(_gap(corpus, users, pair, rate) for pair, rate in wanted[:limit])
    by_chance = sum(sorted(pair[5] for pair in common))
    notes = [f"{len(absent):,} of {plural(len(common), 'common pair')} are never together; chance would give {by_chance:.1f}"]
    notes += [f"surprising gaps: {sum(rate <= chance.ERROR for rate in rates):,}"]
    notes += [f"{len(wanted) - len(rows):,} more gaps are not told"] if len(wanted) > len(rows) else []
    few = "" if wanted else f"each of {plural(len(common), 'common pair')} is together in some paper"
    if thing is not None and not wanted:
        few = f"no common pair with {corpus.entities[thing].name} is never together"
    return Figure(NAME, Gap, rows, _METHOD, papers, tuple(notes), few)


_Pair = tuple[int, int, int, int, float, float]  # method, other, K, n, expected, probability


def _both(corpus: Corpus, type: str) -> list[int]:
    """Papers that work with a method and with a thing of the type: those that could have reported two such things together."""
    return [paper for paper in range(len(corpus.papers)) if corpus.named(paper, WORK, (METHOD,)) and corpus.named(paper, WORK, (type,))]


def _common(corpus: Corpus, type: str) -> Iterator[_Pair]:
    papers = _both(corpus, type)
    counts = {kind: Counter(thing for paper in papers for thing in corpus.named(paper, WORK, (kind,))) for kind in (METHOD, type)}
    methods, others = (sorted(counts[kind].items(), key=lambda item: (-item[1], item[0])) for kind in (METHOD, type))
    for method, k in methods:
        for other, n in others:
            often = chance.expected(k, n, len(papers))
            if often < EXPECTED:
                break  # the others are rarer still
            yield method, other, k, n, often, chance.never(k, n, len(papers))


def _adjusted(absent: Sequence[_Pair], tests: int) -> list[float]:
    """Probabilities of the absent pairs, corrected for so many tests; 1 for those that are not tested."""
    rates = iter(chance.adjusted([pair[5] for pair in absent if pair[4] >= TESTED], tests))
    return [next(rates) if pair[4] >= TESTED else 1.0 for pair in absent]


def _together(corpus: Corpus, pairs: Collection[tuple[int, int]]) -> Counter[tuple[int, int]]:
    """How many papers name both of each pair, in any role."""
    methods, others = ({pair[end] for pair in pairs} for end in (0, 1))
    found: Counter[tuple[int, int]] = Counter()
    for paper in range(len(corpus.papers)):
        things = corpus.named(paper, EVERY)
        found.update(product((t for t in things if t in methods), (t for t in things if t in others)))
    return found


def _gap(corpus: Corpus, users: Mapping[int, Sequence[int]], pair: _Pair, rate: float) -> Gap:
    method, other, k, n, often, probability = pair
    near = [*_near(corpus, users, method, other), *_near(corpus, users, other, method)]
    near.sort(key=lambda item: (-item[0], item[1].paper.id))
    nearest = tuple(found for _, found in near[:NEAREST])
    return Gap(corpus.entities[method], corpus.entities[other], k, n, often, probability, rate, rate <= chance.ERROR, nearest)


def _near(corpus: Corpus, users: Mapping[int, Sequence[int]], named: int, absent: int) -> Iterable[tuple[float, Near]]:
    """Papers that name the one and what papers with the other name, with how much: Σ share of those papers × log(N / papers)."""
    beside = Counter(thing for paper in users[absent] for thing in corpus.named(paper, EVERY) if thing != absent)
    total, with_it = len(corpus.papers), len(users[absent])
    worth = {thing: number / with_it * log(total / len(users[thing])) for thing, number in beside.items()}
    found: defaultdict[int, list[tuple[float, int]]] = defaultdict(list)
    for paper in users[named]:
        for thing in corpus.named(paper, EVERY):
            if thing != named and worth.get(thing, 0) > 0:
                found[paper].append((-worth[thing], thing))
    best = sorted((sum(sorted(score for score, _ in shared)), paper) for paper, shared in found.items())[:NEAREST]
    for score, paper in best:
        shared = tuple(corpus.entities[thing] for _, thing in sorted(found[paper])[:_SHARED])
        yield -score, Near(corpus.papers[paper], corpus.entities[named], shared)
