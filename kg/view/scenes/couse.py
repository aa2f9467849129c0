"""What papers use together: the strongest pairs as a map, its communities apart, and the pairs that are never together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from kg.analyse import couse as analysed
from kg.analyse.bridges import bridges
from kg.analyse.corpus import Corpus
from kg.analyse.couse import Pair
from kg.analyse.gaps import gaps
from kg.view.data import name_of
from kg.view.scenes.clusters import communities
from kg.view.scenes.everything import NO_PAPERS
from kg.view.scenes.places import Box, Place, arrange, extent
from kg.view.scenes.scene import DRAWN, GROUPS, Group, Scene, Tie

_EDGES = 3  # of a node
_SEEDS = 3  # a third of the things are ends of the strongest pairs, the others lead on from them: else the map is all lone pairs
_GAPS = 8
_BRIDGES = 12
_BOX: Box = (68, 24)  # half of a label of 130 × 18 pixels and of the mark over it
_MARGIN = 26  # round a community
_NAMING = 3  # members in a name
_SCALE = 1000  # weights are whole numbers

_METHOD = (
    f"Drawn: of each thing at most {_EDGES} pairs, those with most papers × weight, and what leads on from them, up to"
    f" {DRAWN} things; communities: Louvain over the pairs drawn; names: members of most papers"
)
_NO_MORE = "More papers may show some: `kg build PATH…` reads them."


def co_use(corpus: Corpus) -> Scene:
    """Things of most papers first, where they stand, the pairs drawn, their communities, and the gaps.

    facts: `community`, the number of the group of each node, -1 where the group is not told; `uses`, papers
    that work with it; `gaps`, least probable first, and `bridges`, papers that tie most communities, each with its
    method, papers and notes.
    """
    if not corpus.papers:
        return Scene("co-use", empty=NO_PAPERS)
    found, told = analysed.pairs(corpus), _gaps(corpus) | _bridges(corpus)
    if not found.rows:
        why = f"Nothing is used together: {found.too_few}. {_NO_MORE}"
        return Scene("co-use", facts=told, method=_sentence(found.method), papers=found.papers, empty=why)
    drawn = _thinned(found.rows)
    uses = _uses(corpus, drawn)
    nodes = tuple(sorted(uses, key=lambda thing: (-uses[thing], thing)))
    at = {id: place for place, id in enumerate(nodes)}
    ties = tuple(sorted((_tie(pair, at) for pair in drawn), key=lambda tie: (tie.one, tie.other)))
    parts = communities(len(nodes), ((tie.one, tie.other, round(_SCALE * tie.weight * tie.papers)) for tie in ties))
    places, middles = _places(len(nodes), parts, ties)
    community = {place: number for number, part in enumerate(parts[:GROUPS]) for place in part}
    return Scene(
        "co-use", nodes, tuple(places), _groups(corpus, nodes, parts[:GROUPS], middles), ties,
        facts={"community": [community.get(place, -1) for place in range(len(nodes))], "uses": [uses[id] for id in nodes], **told},
        total=len({end.id for pair in found.rows for end in (pair.one, pair.other)}),
        method=_sentence(f"{found.method}. {_METHOD}"),
        papers=found.papers,
        notes=(f"{len(ties):,} of {len(found.rows):,} pairs are drawn", *([found.too_few] if found.too_few else [])),
    )  # fmt: skip


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."


def _thinned(pairs: Sequence[Pair]) -> list[Pair]:
    """The strongest pairs, then the strongest that lead on from these, until enough things are drawn; of each thing a few."""
    ordered = sorted(pairs, key=lambda pair: (-round(pair.papers * pair.weight, 4), pair.one.id, pair.other.id))
    kept: dict[tuple[str, str], Pair] = {}
    edges: Counter[str] = Counter()

    def take(most: int, *, leading_on: bool) -> bool:
        before = len(kept)
        for pair in ordered:
            ends = (pair.one.id, pair.other.id)
            fresh = sum(end not in edges for end in ends)
            if (
                ends not in kept
                and max(edges[end] for end in ends) < _EDGES
                and len(edges) + fresh <= most
                and not (leading_on and fresh == 2)
            ):
                edges.update(ends)
                kept[ends] = pair
        return len(kept) > before

    take(DRAWN // _SEEDS, leading_on=False)
    while take(DRAWN, leading_on=True):
        pass
    take(DRAWN, leading_on=False)
    return list(kept.values())


def _tie(pair: Pair, at: Mapping[str, int]) -> Tie:
    one, other = sorted((at[pair.one.id], at[pair.other.id]))
    return Tie(one, other, pair.papers, round(pair.weight, 4))


def _uses(corpus: Corpus, pairs: Sequence[Pair]) -> dict[str, int]:
    """Id → papers that work with it, of all things of the pairs."""
    wanted = {end.id for pair in pairs for end in (pair.one, pair.other)}
    return {corpus.entities[thing].id: len(papers) for thing, papers in corpus.users().items() if corpus.entities[thing].id in wanted}


def _places(nodes: int, parts: Sequence[Sequence[int]], ties: Sequence[Tie]) -> tuple[list[Place], list[Place]]:
    """Of the nodes, and of the middles of the communities: each is laid out by itself, then all as boxes."""
    home = {node: number for number, part in enumerate(parts) for node in part}
    inner: list[list[Place]] = []
    for part in parts:
        row = {node: place for place, node in enumerate(part)}
        inner.append(arrange([_BOX] * len(part), [(row[t.one], row[t.other], t.weight) for t in ties if t.one in row and t.other in row]))
    boxes = [extent(places, [_BOX] * len(places)) for places in inner]
    between = Counter(tuple(sorted((home[tie.one], home[tie.other]))) for tie in ties if home[tie.one] != home[tie.other])
    most = max(between.values(), default=1)
    pulls = [(pair[0], pair[1], number / most) for pair, number in sorted(between.items())]
    middles = arrange([(width + _MARGIN, height + _MARGIN) for width, height in boxes], pulls)
    placed: dict[int, Place] = {}
    for part, places, (x, y) in zip(parts, inner, middles, strict=True):
        placed |= {node: (x + dx, y + dy) for node, (dx, dy) in zip(part, places, strict=True)}
    return [placed[node] for node in range(nodes)], middles


def _groups(corpus: Corpus, nodes: Sequence[str], parts: Sequence[Sequence[int]], middles: Sequence[Place]) -> tuple[Group, ...]:
    """Communities with their first members as names, and the papers that work with two members or more."""
    names = {entity.id: name_of(entity.name) for entity in corpus.entities}
    home = {nodes[node]: number for number, part in enumerate(parts) for node in part}
    papers: Counter[int] = Counter()
    for paper in range(len(corpus.papers)):
        told = Counter(home[id] for thing in corpus.named(paper) if (id := corpus.entities[thing].id) in home)
        papers.update(number for number, things in told.items() if things > 1)
    return tuple(
        Group(", ".join(names[nodes[node]] for node in part[:_NAMING]), tuple(nodes[node] for node in part), papers[number], *middle)
        for number, (part, middle) in enumerate(zip(parts, middles, strict=False))
    )


def _gaps(corpus: Corpus) -> dict[str, object]:
    """The least probable gaps, ready for JSON."""
    found = gaps(corpus, limit=_GAPS)
    rows = [
        {
            "method": gap.method.id, "other": gap.other.id, "method_papers": gap.method_papers, "other_papers": gap.other_papers,
            "expected": round(gap.expected, 2), "probability": float(f"{gap.probability:.3g}"), "surprising": gap.surprising,
            "names": [name_of(gap.method.name), name_of(gap.other.name)], "type": gap.other.type,
        }
        for gap in found.rows
    ]  # fmt: skip
    notes = [*found.notes, *([found.too_few] if found.too_few else [])]
    return {"gaps": rows, "gaps_method": _sentence(found.method), "gaps_papers": found.papers, "gaps_notes": notes}


def _bridges(corpus: Corpus) -> dict[str, object]:
    """The papers that tie most communities, ready for JSON."""
    found = bridges(corpus)
    rows = [
        {"paper": row.paper.id, "name": name_of(row.paper.title), "ties": round(row.ties, 2), "alone": row.alone, "communities": list(row.communities)}
        for row in found.rows[:_BRIDGES]
    ]  # fmt: skip
    notes = [*found.notes, *([found.too_few] if found.too_few else [])]
    return {"bridges": rows, "bridges_method": _sentence(found.method), "bridges_papers": found.papers, "bridges_notes": notes}
