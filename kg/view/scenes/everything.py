"""All of a graph as groups that open: every paper and thing is in exactly one."""

from __future__ import annotations

import math
from collections.abc import Sequence

from kg.analyse.corpus import Corpus
from kg.view.scenes.groups import METHOD, Part, parted, shared
from kg.view.scenes.places import Box, arrange
from kg.view.scenes.scene import DRAWN, Group, Scene, Tie

NO_PAPERS = "The graph holds no papers yet. `kg build PATH…` reads papers into it."

_SMALL, _LARGE = 18, 60  # radius of the smallest and the largest circle
_LABEL = (58, 16)  # half width of a name on two lines at zoom 1, half height of it, under the circle
_GAP = 5
_RADII = "circles: area by papers and things; near each other where papers name things of both"


def everything(corpus: Corpus) -> Scene:
    """Groups with all of their nodes, the most linked first, and the ties between them; the largest group first.

    facts: `sizes`, papers and things of each group; `radii`, pixels at zoom 1; `others`, how many groups at the end are gathered leftovers.
    """
    groups, ties, facts = mapped(corpus)
    total = len(corpus.papers) + len(corpus.entities)
    large = any(len(group.nodes) > DRAWN for group in groups)
    notes = (f"groups of more than {DRAWN} nodes open with the {DRAWN} of most links; the others follow, {DRAWN} at a time",)
    return Scene(
        "everything", groups=groups, ties=ties, facts=facts, total=total, method=f"{METHOD}; {_RADII}.", papers=len(corpus.papers),
        notes=notes if large else (), empty="" if corpus.papers else NO_PAPERS,
    )  # fmt: skip


def mapped(corpus: Corpus, carried: int | None = None) -> tuple[tuple[Group, ...], tuple[Tie, ...], dict[str, object]]:
    """Groups with their first nodes or all of them, their ties, and the facts of `everything`; nothing where there is no paper."""
    if not corpus.papers:
        return (), (), {"sizes": [], "radii": [], "others": 0}
    parts = parted(corpus)
    ties = shared(corpus, parts)
    sizes = [len(part.ranked) for part in parts]
    radii = radius(sizes)
    places = arrange([_box(r) for r in radii], [(tie.one, tie.other, tie.weight) for tie in ties])
    groups = tuple(_group(part, place, carried) for part, place in zip(parts, places, strict=True))
    return groups, tuple(ties), {"sizes": sizes, "radii": radii, "others": sum(part.gathered for part in parts)}


def radius(sizes: Sequence[int]) -> list[int]:
    """Of circles whose areas are as the sizes, none too small to be hit."""
    largest = max(sizes, default=1)
    return [max(_SMALL, round(_LARGE * math.sqrt(size / largest))) for size in sizes]


def _box(radius: int) -> Box:
    """Room for a circle and the name under it."""
    return max(radius, _LABEL[0]) + _GAP, radius + _LABEL[1] + _GAP


def _group(part: Part, place: tuple[int, int], carried: int | None) -> Group:
    """The box stands round circle and name: the circle is above its middle."""
    return Group(part.name, part.ranked[:carried], len(part.papers), place[0], place[1] - _LABEL[1])
