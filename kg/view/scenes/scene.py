"""What a view of the whole graph draws: the nodes that were chosen, where they stand, and how that was done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

DRAWN = 150  # nodes of a scene without being asked for more; a view of everything is a grey ball (measured: 1,000 nodes, no label readable)
GROUPS = 40  # super-nodes of a scene


@dataclass(frozen=True, slots=True)
class Group:
    """A super-node: a community."""

    name: str  # its most telling members
    nodes: tuple[str, ...]  # ids as of `Scene.nodes`, most important first; all of them in the view everything, else at most DRAWN
    papers: int  # that it stands for
    x: int = 0  # of its middle; one unit is one pixel at zoom 1
    y: int = 0


@dataclass(frozen=True, slots=True)
class Tie:
    """An edge that is no statement: used together. Ends are places in `Scene.groups` in the views start and everything, else in `nodes`."""

    one: int  # the smaller
    other: int
    papers: int  # with both
    weight: float  # how much more than chance, or the share of papers; larger is stronger, in (0, 1]


@dataclass(frozen=True, slots=True)
class Scene:
    """One view of a corpus. The same corpus gives the same scene."""

    view: str  # its name in `kg.view.scenes.SCENES`
    nodes: tuple[str, ...] = ()  # ids as of `data.Node.id`, most important first; at most DRAWN
    at: tuple[tuple[int, int], ...] = ()  # positions of the nodes, one unit is one pixel at zoom 1; () where the page places them
    groups: tuple[Group, ...] = ()  # at most GROUPS
    ties: tuple[Tie, ...] = ()  # sorted by ends
    facts: Mapping[str, object] = field(default_factory=dict)  # what else the view needs, ready for JSON
    total: int = 0  # nodes that the view would have without a cap
    method: str = ""  # how nodes were chosen and figures computed, in one or two sentences for people
    papers: int = 0  # over how many
    notes: tuple[str, ...] = ()  # what else to know
    empty: str = ""  # why nothing can be drawn and what to do; "" where something is
