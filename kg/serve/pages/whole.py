"""What the explorer shows of the whole graph: scenes of views and the list of all nodes, each made once per state of the graph.

Made in the thread that counts, so that pages are answered meanwhile. All that is kept are values of our own, nothing of a snapshot.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, TypeVar

from kg import __version__
from kg.analyse.corpus import Corpus, read
from kg.errors import UsageError
from kg.model import EntityType
from kg.serve.pages.parts import Json, columns
from kg.store import Snapshot
from kg.view import slices
from kg.view.catalogue import Catalogue, Row, rows_of

if TYPE_CHECKING:
    from kg.serve.site import Site
    from kg.view.scenes import Scene

T = TypeVar("T")

_ALL = 10**9  # names of a type


def tag(snapshot: Snapshot) -> str:
    """What names the state of a graph, and the program that tells it, as HTTP's ETag has it."""
    stated = f"{__version__} {snapshot.fingerprint} {snapshot.manifest.graph} {snapshot.base}"
    return f'"{sha256(stated.encode()).hexdigest()[:20]}"'


@dataclass(slots=True)
class _State:
    """What is known of one state of a graph."""

    tag: str
    corpus: Corpus
    catalogue: Catalogue | None = None
    scenes: dict[str, Scene] = field(default_factory=dict)
    parts: dict[str, Json] = field(default_factory=dict)  # view → its scene with nodes and edges


class Whole:
    """The whole graph of a site, in its newest state."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._state: _State | None = None  # set in the counting thread alone

    async def catalogue(self) -> tuple[str, Catalogue]:
        """The tag of the state and all nodes."""
        state = await self._current()
        if state is not None and state.catalogue is not None:
            return state.tag, state.catalogue
        support: dict[str, int] = {}
        for type in EntityType:  # one at a time: others read in between
            support |= await self._site.read(partial(_support, type=type))
        return await self._counted(lambda snapshot, state: (state.tag, _listed(snapshot, state, support)))

    async def scene(self, view: str) -> tuple[str, Json]:
        """The tag of the state, and the scene of a view with its nodes and the edges between them.

        Raises:
            UsageError: there is no such view.
        """
        state = await self._current()
        if state is not None and view in state.parts:
            return state.tag, state.parts[view]
        known, scene = await self._scene(view, _carried)
        grouped = dict.fromkeys(id for group in scene.groups for id in group.nodes)
        catalogue = (await self.catalogue())[1] if grouped else Catalogue(())
        rows = [row for id in grouped if (row := catalogue.row(id)) is not None]
        now, answer = await self._site.read(lambda snapshot: (tag(snapshot), _whole(snapshot, scene, rows)))
        state = self._state
        if state is not None and state.tag == known == now:
            state.parts[view] = answer
        return known, answer

    async def grouped(self, view: str) -> tuple[str, Scene]:
        """The tag of the state, and the scene of a view with all nodes of its groups.

        Raises:
            UsageError: there is no such view.
        """
        state = await self._current()
        if state is not None and view in state.scenes:
            return state.tag, state.scenes[view]
        return await self._scene(view, _scene)

    async def _scene(self, view: str, work: Callable[[_State, str], Scene]) -> tuple[str, Scene]:
        await self._site.count(lambda _: _maker(view))
        return await self._counted(lambda _, state: (state.tag, work(state, view)))

    async def _current(self) -> _State | None:
        """What is known of the newest state; None where it was not looked at yet."""
        state, now = self._state, await self._site.read(tag)
        return state if state is not None and state.tag == now else None

    async def _counted(self, work: Callable[[Snapshot, _State], T]) -> T:
        def counting(snapshot: Snapshot) -> T:
            state, now = self._state, tag(snapshot)
            if state is None or state.tag != now:
                state = self._state = _State(now, read(snapshot.store, base=snapshot.base))
            return work(snapshot, state)

        return await self._site.count(counting)


def _support(snapshot: Snapshot, type: str) -> dict[str, int]:
    return {hit.iri: hit.support for hit in snapshot.names.leading(type, _ALL)}


def _listed(snapshot: Snapshot, state: _State, support: Mapping[str, int]) -> Catalogue:
    if state.catalogue is None:
        state.catalogue = Catalogue(rows_of(state.corpus, support, snapshot.store, snapshot.base))
    return state.catalogue


def _maker(view: str) -> Callable[[Corpus], Scene]:
    from kg.view.scenes import SCENES  # with networkx and igraph

    if view not in SCENES:
        raise UsageError(f"there is no view {view!r} of the whole graph", hint=f"views are {', '.join(SCENES)}")
    return SCENES[view]


def _scene(state: _State, view: str) -> Scene:
    if view not in state.scenes:
        state.scenes[view] = _maker(view)(state.corpus)
    return state.scenes[view]


def _carried(state: _State, view: str) -> Scene:
    from kg.view.scenes import carried

    return carried(_scene(state, view))


def _whole(snapshot: Snapshot, scene: Scene, rows: list[Row]) -> Json:
    from kg.view.scenes import as_json

    nodes = (slices.node_of(snapshot, id) for id in scene.nodes)
    part = slices.among(snapshot, [node for node in nodes if node is not None])
    return {"scene": as_json(scene), **columns(part, rows)}
