"""Small corpora for the tests of figures, written by hand: papers and what they name in which role."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from random import Random

from kg.analyse.corpus import BIT, Corpus, Entity, Paper, Said

TYPES = {"m": "Method", "d": "Dataset", "h": "Hardware", "o": "Organisation", "t": "Task"}
FOLDERS = {"m": "method", "d": "dataset", "h": "hardware", "o": "organisation", "t": "task"}

Names = Mapping[str, str] | Iterable[str]  # thing → its roles, or things that are used; "m:a" is the method A


def id_of(thing: str) -> str:
    kind, name = thing.split(":")
    return f"{FOLDERS[kind]}/{name}"


def corpus(papers: Sequence[tuple[int | None, Names]], based_on: Iterable[tuple[str, str, Sequence[int]]] = ()) -> Corpus:
    """Papers in their order, each with its year and what it names; (thing, what it builds on, papers that say so)."""
    named = [names if isinstance(names, Mapping) else dict.fromkeys(names, "uses") for _, names in papers]
    relations = list(based_on)
    things = sorted({thing for names in named for thing in names} | {end for one, other, _ in relations for end in (one, other)}, key=id_of)
    at = {thing: place for place, thing in enumerate(things)}
    starts, flat, masks = array("q", [0]), array("l"), array("l")
    for names in named:
        for thing in sorted(names, key=at.__getitem__):
            flat.append(at[thing])
            masks.append(sum(BIT[role] for role in names[thing].split()))
        starts.append(len(flat))
    return Corpus(
        papers=tuple(Paper(f"paper/{place:05d}", f"Paper {place}", year) for place, (year, _) in enumerate(papers)),
        entities=tuple(Entity(id_of(thing), TYPES[thing[0]], thing[2:].upper()) for thing in things),
        starts=starts,
        things=flat,
        masks=masks,
        relations=tuple(
            sorted((Said(at[a], "basedOn", at[b], tuple(papers)) for a, b, papers in relations), key=lambda s: (s.subject, s.object))
        ),
        undated=sum(year is None for year, _ in papers),
    )


def at_random(papers: int, seed: int, *, methods: int = 40, datasets: int = 20, years: Sequence[int] = range(2015, 2025)) -> Corpus:
    """Papers that name things independently of each other and of the year, the first ones oftener than the last."""
    random = Random(seed)
    said = []
    for _ in range(papers):
        names = {f"m:{int(methods * random.random() ** 2)}" for _ in range(3)} | {
            f"d:{int(datasets * random.random() ** 2)}" for _ in range(2)
        }
        said.append((random.choice(years), sorted(names)))
    return corpus(said)
