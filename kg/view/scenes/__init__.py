"""Views of the whole graph: what each draws, chosen and computed ahead of the page from the papers and what they name.

A scene is made of a `kg.analyse.corpus.Corpus` alone, so that a file and a server show the same, and the same corpus gives the same scene
whatever the order of its store and whatever optional packages are installed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from typing import Any

from kg.analyse.corpus import Corpus
from kg.view.scenes import grid, lineage, timeline
from kg.view.scenes.corpus import corpus_of
from kg.view.scenes.couse import co_use
from kg.view.scenes.everything import everything
from kg.view.scenes.scene import DRAWN, GROUPS, Group, Scene, Tie
from kg.view.scenes.start import start

__all__ = ["DRAWN", "GROUPS", "SCENES", "Group", "Scene", "Tie", "as_json", "carried", "corpus_of"]

# Name of a view → what makes its scene.
SCENES: Mapping[str, Callable[[Corpus], Scene]] = {
    "start": start,
    **grid.MAKERS,
    **lineage.MAKERS,
    **timeline.MAKERS,
    "co-use": co_use,
    "everything": everything,
}


def carried(scene: Scene) -> Scene:
    """The scene with no more of each group than is drawn at once."""
    return replace(scene, groups=tuple(replace(group, nodes=group.nodes[:DRAWN]) for group in scene.groups))


def as_json(scene: Scene) -> dict[str, Any]:
    """What is carried of the scene, ready for JSON: its fields in order, tuples as lists."""
    return {name: _plain(value) for name, value in asdict(carried(scene)).items()}


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(inner) for inner in value]
    return value
