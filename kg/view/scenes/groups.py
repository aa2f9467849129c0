"""All papers and things of a corpus in at most forty groups, for maps whose nodes are groups."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log

from kg.analyse.corpus import MENTION, WORK, Corpus
from kg.model import EntityType
from kg.view.data import name_of
from kg.view.scenes.clusters import Edge, communities
from kg.view.scenes.scene import GROUPS, Tie

METHOD = (
    "Groups: Louvain over papers and what they name, a thing counting the more the fewer papers name it; where there are too many, the"
    " smallest joins the one it shares most papers with. names: things by share inside × log(share inside / share of all papers)"
)
_OTHERS: Mapping[str, str] = {
    "paper": "papers", str(EntityType.METHOD): "methods", str(EntityType.DATASET): "datasets", str(EntityType.HARDWARE): "hardware",
    str(EntityType.ORGANISATION): "organisations", str(EntityType.TASK): "tasks",
}  # fmt: skip
_NAMING = 3
_NAME = 64  # characters of a name
_SCALE = 1000  # weights are whole numbers
_TIES = 4  # strongest told for a group


EVERY = WORK | MENTION


@dataclass(frozen=True, slots=True)
class Part:
    """A group by numbers: papers 0 … P−1, then things."""

    name: str
    papers: tuple[int, ...]  # ascending
    things: tuple[int, ...]  # indexes of entities, ascending
    ranked: tuple[str, ...]  # ids of all, those with most links inside first
    gathered: bool = False  # leftovers of one kind, which nothing holds together


def parted(corpus: Corpus) -> list[Part]:
    """Every paper and thing in exactly one part: those of most nodes first, gathered leftovers last."""
    first = len(corpus.papers)
    named = [corpus.named(paper, EVERY) for paper in range(first)]
    users = Counter(thing for things in named for thing in things)
    worth = {thing: round(_SCALE * log(1 + first / number)) for thing, number in users.items()}
    edges = [(paper, first + thing, worth[thing]) for paper, things in enumerate(named) for thing in things]
    parts, left = _fewer(_communities(first + len(corpus.entities), edges), edges)
    made = [_part(corpus, named, users, part) for part in sorted(parts, key=lambda part: (-len(part), part))]
    return made + _others(corpus, named, users, left, bool(made))


def shared(corpus: Corpus, parts: Sequence[Part]) -> list[Tie]:
    """The strongest ties of each part, by the papers of either that name things of the other."""
    whole = [(place, part) for place, part in enumerate(parts) if not part.gathered]  # leftovers of a paper lie apart by kind: no tie
    home = {paper: place for place, part in whole for paper in part.papers}
    of = {thing: place for place, part in whole for thing in part.things}
    found: Counter[tuple[int, int]] = Counter()
    for paper, here in home.items():
        for there in {of[thing] for thing in corpus.named(paper, EVERY) if thing in of} - {here}:
            found[min(here, there), max(here, there)] += 1
    most = {pair: _share(papers, parts[pair[0]], parts[pair[1]]) for pair, papers in found.items()}
    kept: set[tuple[int, int]] = set()
    of_part: Counter[int] = Counter()
    for pair in sorted(most, key=lambda pair: (-most[pair], -found[pair], pair)):
        if any(of_part[end] < _TIES for end in pair):
            of_part.update(pair)
            kept.add(pair)
    return [Tie(one, other, found[one, other], most[one, other]) for one, other in sorted(kept)]


def _share(papers: int, one: Part, other: Part) -> float:
    return round(papers / max(1, len(one.papers) + len(other.papers)), 4)


def _communities(nodes: int, edges: Sequence[Edge]) -> list[list[int]]:
    """Communities; a thing that one paper alone names ties nothing and stands with that paper."""
    times = Counter(thing for _, thing, _ in edges)
    alone = {thing: paper for paper, thing, _ in edges if times[thing] == 1}
    parts = communities(nodes, (edge for edge in edges if edge[1] not in alone))
    at = {node: place for place, part in enumerate(parts) for node in part}
    at |= {thing: at[paper] for thing, paper in alone.items()}
    gathered: defaultdict[int, list[int]] = defaultdict(list)
    for node in range(nodes):
        gathered[at[node]].append(node)
    return list(gathered.values())


def _fewer(parts: list[list[int]], edges: Sequence[Edge]) -> tuple[list[list[int]], list[int]]:
    """At most as many parts as there is room for, and the nodes left over: those without an edge, and parts that nothing ties.

    Of those the parts of one paper first: a map that names a few of hundreds of them would name them by chance.
    """
    left = [part[0] for part in parts if len(part) == 1]
    parts = [part for part in parts if len(part) > 1]
    room = GROUPS - len(_OTHERS)
    papers = {paper for paper, _, _ in edges}
    at = {node: place for place, part in enumerate(parts) for node in part}
    ties: list[Counter[int]] = [Counter() for _ in parts]
    for paper, thing, weight in edges:
        if at[paper] != at[thing]:
            ties[at[paper]][at[thing]] += weight
            ties[at[thing]][at[paper]] += weight
    alive = sorted(range(len(parts)), key=lambda place: (-len(parts[place]), parts[place]))
    if len(alive) > room:
        untied = [place for place in reversed(alive) if not ties[place]]
        single = [place for place in untied if sum(node in papers for node in parts[place]) < 2]
        gone = set(single) | set([place for place in untied if place not in single][: max(0, len(alive) - len(single) - room)])
        left += [node for place in gone for node in parts[place]]
        alive = [place for place in alive if place not in gone]
    while len(alive) > room:
        small = min(alive, key=lambda place: (len(parts[place]), -place))
        alive.remove(small)
        if not ties[small]:  # what was tied to it has joined it
            left += parts[small]
            continue
        near = min(ties[small], key=lambda place: (-ties[small][place] / len(parts[place]), place))
        parts[near] = sorted(parts[near] + parts[small])
        for place, weight in ties[small].items():
            del ties[place][small]
            if place != near:
                ties[place][near] += weight
                ties[near][place] += weight
    return [parts[place] for place in alive], sorted(left)


def _part(corpus: Corpus, named: Sequence[Sequence[int]], users: Mapping[int, int], nodes: Sequence[int], name: str = "") -> Part:
    first = len(corpus.papers)
    papers, things = [node for node in nodes if node < first], [node - first for node in nodes if node >= first]
    own = set(things)
    inside = Counter(thing for paper in papers for thing in named[paper] if thing in own)
    links = {paper: sum(inside[thing] > 1 for thing in named[paper]) for paper in papers}
    ranked = sorted(
        [(-links[paper], 1, paper, corpus.papers[paper].id) for paper in papers]
        + [(-inside[thing], 0, thing, corpus.entities[thing].id) for thing in things]
    )
    return Part(name or _name(corpus, users, papers, inside), tuple(papers), tuple(things), tuple(id for *_, id in ranked), bool(name))


def _name(corpus: Corpus, users: Mapping[int, int], papers: Sequence[int], inside: Mapping[int, int]) -> str:
    """The most telling things; the title where the group is one paper or names nothing."""
    if len(papers) == 1 or not inside:
        return _short(corpus.papers[papers[0]].title) if papers else ""
    total = len(corpus.papers)
    telling = {
        thing: round(number / len(papers) * log(number * total / (len(papers) * users[thing])) + number / total / _SCALE, 6)
        for thing, number in inside.items()
    }  # where all papers are in the group nothing is rarer outside: the second term ranks by papers then
    best = sorted(inside, key=lambda thing: (-telling[thing], corpus.entities[thing].name, thing))[:_NAMING]
    return _short(", ".join(name_of(corpus.entities[thing].name) for thing in best))


def _short(text: str) -> str:
    text = name_of(text)
    return text if len(text) <= _NAME else text[: _NAME - 1].rstrip(" ,") + "…"


def _others(corpus: Corpus, named: Sequence[Sequence[int]], users: Mapping[int, int], left: Sequence[int], beside: bool) -> list[Part]:
    """The leftovers, a part for each kind."""
    kinds: defaultdict[str, list[int]] = defaultdict(list)
    for node in left:
        kinds["paper" if node < len(corpus.papers) else corpus.entities[node - len(corpus.papers)].type].append(node)
    words = {kind: f"Other {plural}" if beside else plural.capitalize() for kind, plural in _OTHERS.items()}
    return [_part(corpus, named, users, kinds[kind], words[kind]) for kind in _OTHERS if kind in kinds]
