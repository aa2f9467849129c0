"""How many papers work with a thing, in which role and when; and how much that others build on rests on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from kg.analyse.corpus import BIT, MENTION, ROLES, WORK, Corpus, Entity
from kg.analyse.figure import Figure, plural
from kg.analyse.lineage import ancestry
from kg.analyse.partition import pagerank
from kg.model import EntityType, Role

NAME = "standing"
FOUNDED = 20  # edges from which on a rank over "builds on" is more than the count of who builds on it

_METHOD = (
    "papers: those that introduce, use, evaluate on, compare with, run on, address or are affiliated with it, each counted once; mentions are"
    " counted apart. rank: by papers, within the type; equal numbers share a rank"
)
_FOUNDATION = (
    ". foundation: PageRank (damping 0.85) over basedOn and derivedFrom, from what builds to what it builds on: the share of a walk that"
    " goes from thing to foundation again and again; it counts also what is built on at second hand"
)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a thing stands among those of its type."""

    entity: Entity
    rank: int  # 1 is named by most papers; equal numbers share a rank
    papers: int  # that work with it
    roles: tuple[tuple[str, int], ...]  # role → papers, for all but "mentions", in the order of the model, zeros left out
    mentions: int  # papers that only mention it
    years: tuple[tuple[int, int], ...]  # year → papers that work with it, ascending, years without one left out
    foundation: float | None  # PageRank over what builds on what; None where it is no part of that or the graph is too small


def standing(corpus: Corpus, types: Collection[str] | None = None) -> Figure[Standing]:
    """All things that papers name, by type as the model has them, then by rank, name and identifier."""
    chosen = [str(type) for type in EntityType if types is None or str(type) in types]
    working = corpus.users(WORK, chosen)
    naming = corpus.users(WORK | MENTION, chosen)
    ancestors = ancestry(corpus)
    founded = pagerank(ancestors) if len(ancestors) >= FOUNDED else {}
    roles = _roles(corpus)
    rows = []
    for type in chosen:
        things = [thing for thing in naming if corpus.entities[thing].type == type]
        counts = {thing: len(working.get(thing, ())) for thing in things}
        ranks = _ranks(list(counts.values()))
        for thing in sorted(things, key=lambda t: (-counts[t], corpus.entities[t].name, t)):
            years = Counter(year for paper in working.get(thing, ()) if (year := corpus.papers[paper].year) is not None)
            rows.append(
                Standing(
                    corpus.entities[thing], ranks[counts[thing]], counts[thing],
                    tuple((role, roles[thing, role]) for role in ROLES if role != Role.MENTIONS and roles[thing, role]),
                    len(naming[thing]) - counts[thing], tuple(sorted(years.items())), founded.get(thing),
                )
            )  # fmt: skip
    return Figure(
        NAME, Standing, tuple(rows), _METHOD + (_FOUNDATION if founded else ""), len(corpus.papers), tuple(_notes(corpus, rows, founded))
    )


def _ranks(counts: Sequence[int]) -> dict[int, int]:
    """Count → 1 and how many are higher."""
    ordered = sorted(counts, reverse=True)
    ranks: dict[int, int] = {}
    for place, count in enumerate(ordered, 1):
        ranks.setdefault(count, place)
    return ranks


def _roles(corpus: Corpus) -> Counter[tuple[int, str]]:
    """(thing, role) → papers."""
    counts: Counter[tuple[int, int]] = Counter(zip(corpus.things, corpus.masks, strict=True))
    found: Counter[tuple[int, str]] = Counter()
    for (thing, mask), papers in counts.items():
        for role in ROLES:
            if mask & BIT[role]:
                found[thing, role] += papers
    return found


def _notes(corpus: Corpus, rows: Sequence[Standing], founded: dict[int, float]) -> list[str]:
    single = sum(row.papers <= 1 for row in rows)
    types = Counter(row.entity.type for row in rows)
    notes = [f"{', '.join(f'{number:,} {type}' for type, number in types.items())}: ranks are within the type"] if len(types) > 1 else []
    notes += [f"{single} of {plural(len(rows), 'thing')} are named by one paper at most: their order says nothing"] if single else []
    if not founded:
        notes.append(f"too few statements of what builds on what for a rank over them: {FOUNDED} are needed")
    if corpus.undated:
        notes.append(
            f"{plural(corpus.undated, 'paper')} without a year are in no year" if any(row.years for row in rows) else "no paper has a year"
        )
    return notes
