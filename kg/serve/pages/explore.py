"""`/explore/…`: the parts of a graph that the explorer asks for, as JSON.

Every answer is bounded, whatever the graph and whatever is asked; what is wrong is told as {"error", "hint"}. Ids of nodes are paths below
the base ("method/biomedclip"), or whole IRIs.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from kg.errors import KgError, UsageError
from kg.lookup import KIND, TYPES, find, search
from kg.serve.pages import drawing, explorer
from kg.serve.pages.library import filled, questions
from kg.serve.pages.parts import NO_EDGES, Json, Speakers, columns, facts, listed
from kg.serve.pages.results import table
from kg.serve.pages.whole import Whole, tag
from kg.serve.protocol import RefusedError, status_of, until_gone
from kg.serve.remembered import is_lasting
from kg.store import Hit, Snapshot
from kg.view import slices
from kg.view.catalogue import SORTS, sizes
from kg.view.style import TYPE_STYLES

if TYPE_CHECKING:
    from kg.serve.site import Site

T = TypeVar("T")

MOST_CENTRES = 40  # nodes whose neighbours are asked for at once
MOST_NODES = 300  # that are asked for at once
MOST_EDGES = 100  # whose sentences are asked for at once
MOST_ROWS = 200  # of the list of nodes
MOST_MEMBERS = 150  # of a group
MOST_HITS = 50
_NEIGHBOURS = 1000  # in one answer: where there are many centres, fewer of each
_LONGEST = 2000  # characters of an id
_QUERY = 16_000  # characters of a query: it stands in an address
_SEARCH = 300  # characters of a search that are read
_COUNTED = 200  # hits that are counted; of more it is said that there are so many
_FAR = 10_000_000

_NAMED = tuple(type for type in TYPES if type != KIND)
_ANSWERED = {"Cache-Control": "no-cache", "X-Robots-Tag": "noindex"}


_Known = tuple[str, Json | None]  # the tag of a state and what is told of it; None where the client has it


class _WrongError(Exception):
    """A request that has no answer."""

    def __init__(self, status: int, message: str, hint: str) -> None:
        super().__init__(message)
        self.status = status
        self.hint = hint


class Explorer:
    """Answers what the explorer asks of a site."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._whole = Whole(site)

    async def start(self, request: Request) -> Response:
        """How many there are of everything."""
        return await self._told(request, _start, self._site.count)

    async def scene(self, request: Request) -> Response:
        """The scene of a view of the whole graph."""
        known, content = await _viewed(self._whole.scene(request.path_params["view"][:_LONGEST]))
        return _sent(request, known, content)

    async def members(self, request: Request) -> Response:
        """A piece of the nodes of a group, in the order of the group; where a node n is named, the piece of its group that holds it.

        "group" and "from" say which piece it is, "total" how many nodes the group has.
        """
        ids = await self._ids(request, 1) if "n" in request.query_params else []
        known, scene = await _viewed(self._whole.grouped(request.query_params.get("view", "everything")[:_LONGEST]))
        limit = _number(request, "limit", MOST_MEMBERS, 1, MOST_MEMBERS)
        group, start = _number(request, "group", -1, 0, _FAR), _number(request, "from", 0, 0, _FAR)
        if ids:
            group, place = next(((k, g.nodes.index(ids[0])) for k, g in enumerate(scene.groups) if ids[0] in g.nodes), (-1, 0))
            start = place - place % limit
            if group < 0:
                raise _unknown(ids)
        if not 0 <= group < len(scene.groups):
            hint = f"it has {len(scene.groups)}, of which group=0 is the first; or name a node of a group, as n=ID"
            raise _WrongError(404, f"the view {scene.view} has no such group", hint)
        nodes = scene.groups[group].nodes
        listed_as, catalogue = await self._whole.catalogue()
        rows = [row for id in nodes[start : start + limit] if (row := catalogue.row(id)) is not None]
        told = {"nodes": listed(rows), "edges": NO_EDGES, "group": group, "from": start, "total": len(nodes)}
        return _sent(request, known if listed_as == known else "", told)

    async def ego(self, request: Request) -> Response:
        """The neighbourhoods of some nodes; by the relations r alone, where these are named."""
        ids = await self._ids(request, MOST_CENTRES)
        limit = min(_number(request, "limit", slices.NEIGHBOURS, 1, slices.NEIGHBOURS), max(1, _NEIGHBOURS // len(ids)))
        relations = dict.fromkeys(name for name in request.query_params.getlist("r") if name in slices.EDGES) or slices.EDGES

        def work(snapshot: Snapshot) -> Json:
            nodes = [node for id in ids if (node := slices.node_of(snapshot, id)) is not None]
            if not nodes:
                raise _unknown(ids)
            part = slices.ego(snapshot, nodes, limit, relations)
            return {**columns(part), "cut": dict(part.cut)}

        return await self._told(request, work)

    async def find(self, request: Request) -> Response:
        """Some nodes and the edges between them; "found" has the place of each, -1 where there is none."""
        ids = await self._ids(request, MOST_NODES)

        def work(snapshot: Snapshot) -> Json:
            nodes = {id: slices.node_of(snapshot, id) for id in ids}
            answer = columns(slices.among(snapshot, [node for node in nodes.values() if node is not None]))
            places = {id: place for place, id in enumerate(answer["nodes"]["id"])}
            return {**answer, "found": [places.get(id, -1) for id in ids]}

        return await self._told(request, work)

    async def search(self, request: Request) -> Response:
        """Nodes by name; "hits" has their places, best first."""
        text = " ".join(request.query_params.get("q", "").split())[:_SEARCH]
        limit = _number(request, "limit", MOST_HITS, 1, MOST_HITS)

        def work(snapshot: Snapshot) -> Json:
            hits = _hits(snapshot, text)
            nodes = (slices.node_of(snapshot, hit.iri) for hit in hits[:limit])
            answer = columns(slices.among(snapshot, [node for node in nodes if node is not None]))
            return {**answer, "hits": list(range(len(answer["nodes"]["id"]))), "total": len(hits)}

        return await self._told(request, work)

    async def about(self, request: Request) -> Response:
        """All facts of one node."""
        ids = await self._ids(request, 1)

        def work(snapshot: Snapshot) -> Json:
            node = slices.node_of(snapshot, ids[0])
            if node is None:
                raise _unknown(ids)
            return facts(snapshot, slices.alone(snapshot, node), ids[0])

        return await self._told(request, work)

    async def claims(self, request: Request) -> Response:
        """The claims of edges with their sentences, edge by edge as they were asked for."""
        base = await self._base()
        asked = [(_local(subject, base), relation, _local(object, base)) for subject, relation, object in _edges(request)]

        def work(snapshot: Snapshot) -> Json:
            edges = [_edge(snapshot, *parts) for parts in asked]
            graph = slices.quoted(snapshot, list(dict.fromkeys(edge for edge in edges if edge is not None)))
            speakers, ids = Speakers(graph), [node.id for node in graph.nodes]
            said = {(ids[e.subject], e.predicate, ids[e.object]): [speakers.claim(claim) for claim in e.claims] for e in graph.edges}
            return {"claims": [said.get(parts, []) for parts in asked], "nodes": speakers.columns(snapshot), "edges": NO_EDGES}

        return await self._told(request, work)

    async def list(self, request: Request) -> Response:
        """A piece of the list of all nodes."""
        sort = request.query_params.get("sort", SORTS[0])
        if sort not in SORTS:
            raise _WrongError(400, f"the list has no order {sort[:40]!r}", f"orders are {', '.join(SORTS)}")
        types = [type for type in request.query_params.getlist("type") if type in TYPE_STYLES] or list(TYPE_STYLES)
        start, limit = _number(request, "from", 0, 0, _FAR), _number(request, "limit", MOST_ROWS, 1, MOST_ROWS)
        known, catalogue = await self._whole.catalogue()
        rows, total = catalogue.listed(sort, up=request.query_params.get("up") == "1", types=frozenset(types), start=start, limit=limit)
        return _sent(request, known, {"nodes": listed(rows), "edges": NO_EDGES, "total": total})

    async def result(self, request: Request) -> Response:
        """The answer to a query, as a table and as nodes to draw."""
        sparql, base, words, is_ours = await self._query(request)
        answer = await until_gone(request, self._site.ask(sparql, library=is_ours))
        rows = table(answer, base)

        def work(snapshot: Snapshot) -> Json:
            return drawing.scene(snapshot, rows, words)

        return await self._told(request, work, lasting=is_lasting(sparql))

    async def _query(self, request: Request) -> tuple[str, str, str, bool]:
        """SPARQL, the base of the graph, what is asked in words, whether it is of the library."""
        given = dict(request.query_params)
        name, sparql = given.pop("name", ""), given.pop("query", "")
        if bool(name) == bool(sparql.strip()):
            raise _WrongError(400, "an answer is that of one query", "give its SPARQL as query, or its name in the library as name")
        if not name:
            if len(sparql) > _QUERY:
                raise _WrongError(413, f"the query is longer than {_QUERY:,} characters", "shorten it, or run it in the editor")
            return sparql, await self._base(), "What a SPARQL query answers.", False
        query = questions().get(name)
        if query is None:
            raise _WrongError(404, f"the library has no question {name[:80]!r}", "the list of all questions is at /queries")
        form = await self._site.read(lambda snapshot: filled(snapshot, query, given | {"run": "1"}))
        if not form.sparql:
            wrong = next((field.error for field in form.fields if field.error), "a value is missing")
            raise _WrongError(400, f"{query.question or query.name} {wrong}", f"fill it in at /queries/{query.name}")
        return form.sparql, form.base, f"What the question “{query.question or query.name}” answers.", True

    async def _ids(self, request: Request, most: int) -> Sequence[str]:
        """The ids that a request names as nodes have them, each once."""
        base = await self._base()
        return tuple(dict.fromkeys(_local(id, base) for id in _ids(request, most)))

    async def _base(self) -> str:
        return await self._site.read(lambda snapshot: snapshot.base)

    async def _told(
        self, request: Request, work: Callable[[Snapshot], Json], reading: Callable[..., Awaitable[_Known]] | None = None,
        *, lasting: bool = True,
    ) -> Response:  # fmt: skip
        """What `work` makes of the newest snapshot; it is not done where the client has it already."""

        def telling(snapshot: Snapshot) -> _Known:
            known = tag(snapshot) if lasting else ""
            return known, None if _has(request, known) else work(snapshot)

        return _sent(request, *await (reading or self._site.read)(telling))


def routes(site: Site) -> list[BaseRoute]:
    """`/explore` and what lies below it."""
    asked = Explorer(site)
    parts = {
        "start": asked.start, "scene/{view:path}": asked.scene, "ego": asked.ego, "find": asked.find, "search": asked.search, "about": asked.about,
        "claims": asked.claims, "list": asked.list, "members": asked.members, "result": asked.result,
    }  # fmt: skip
    return [*explorer.routes(site), *(Route(f"/explore/{path}", _guarded(handler)) for path, handler in parts.items())]


def _guarded(handler: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """The handler, whose failures are told as JSON."""

    async def answer(request: Request) -> Response:
        try:
            return await handler(request)
        except _WrongError as error:
            return _failure(error.status, str(error), error.hint)
        except KgError as error:
            status, headers = status_of(error)
            return _failure(status, str(error), error.hint, headers)
        except RefusedError as error:
            return _failure(error.status, str(error), "", dict(error.headers))

    return answer


async def _viewed(asking: Awaitable[tuple[str, T]]) -> tuple[str, T]:
    """What is told of a view, where there is such a view."""
    try:
        return await asking
    except UsageError as error:
        raise _WrongError(404, str(error), error.hint) from error


def _failure(status: int, message: str, hint: str, headers: dict[str, str] | None = None) -> Response:
    body = json.dumps({"error": message, "hint": hint}, ensure_ascii=False).encode("utf-8", "replace")
    return Response(body, status, _ANSWERED | (headers or {}), "application/json")


def _sent(request: Request, known: str, content: Json | None) -> Response:
    """The answer of a state of the graph; nothing but the name of the state where the client has it already."""
    headers = _ANSWERED | ({"ETag": known} if known else {})
    if content is None or _has(request, known):
        return Response(status_code=304, headers=headers)
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    return Response(body, 200, headers, "application/json")


def _has(request: Request, known: str) -> bool:
    """Whether the client has the answer of this state: the address alone says which answer that is."""
    return bool(known) and known in request.headers.get("if-none-match", "")


def _start(snapshot: Snapshot) -> Json:
    types, relations = sizes(snapshot.store)
    return {"types": types, "relations": relations, "papers": types.get("paper", 0)}


def _hits(snapshot: Snapshot, text: str) -> list[Hit]:
    """Papers and things by name, identifier or IRI."""
    if not text:
        return []
    hits = search(snapshot, text, _NAMED, limit=_COUNTED)
    if hits:
        return hits
    try:
        return [find(snapshot, text, _NAMED)]
    except UsageError:
        return []


def _local(id: str, base: str) -> str:
    """An id as nodes have it: what lies below the base is told without it."""
    return id.removeprefix(base)


def _ids(request: Request, most: int) -> list[str]:
    """The ids that a request names, each once."""
    ids = list(dict.fromkeys(request.query_params.getlist("n")))
    if not ids or len(ids) > most:
        raise _WrongError(400, f"there are {len(ids)} nodes in the request", f"name 1 to {most} of them, each as n=ID")
    if any(len(id) > _LONGEST for id in ids):
        raise _WrongError(400, "an id is too long", f"ids have at most {_LONGEST:,} characters")
    return ids


def _edges(request: Request) -> list[tuple[str, str, str]]:
    """The edges that a request names: ids of the ends and the relation between them."""
    given = request.query_params.getlist("e")
    if not 1 <= len(given) <= MOST_EDGES:
        raise _WrongError(
            400, f"there are {len(given)} edges in the request", f"name 1 to {MOST_EDGES} of them, each as e=FROM~RELATION~TO"
        )
    edges = [tuple(unquote(part) for part in edge.split("~")) for edge in given]
    if any(len(edge) != 3 or max(map(len, edge)) > _LONGEST for edge in edges):
        raise _WrongError(400, "an edge cannot be read", "each is FROM~RELATION~TO, with %7E for ~ inside an id")
    return [(subject, relation, object) for subject, relation, object in edges]


def _edge(snapshot: Snapshot, subject: str, relation: str, object: str) -> slices.Statement | None:
    """An edge as the graph has it; None where an end or the relation is unknown."""
    one, property, other = slices.node_of(snapshot, subject), slices.EDGES.get(relation), slices.node_of(snapshot, object)
    return (one, property, other) if one is not None and property is not None and other is not None else None


def _number(request: Request, name: str, default: int, least: int, most: int) -> int:
    """A number of a request within its bounds; the default where it is none."""
    stated = request.query_params.get(name, "")
    return min(max(int(stated), least), most) if stated.isascii() and stated.isdigit() and len(stated) < 9 else default


def _unknown(ids: Sequence[str]) -> _WrongError:
    return _WrongError(404, f"the graph has no {ids[0][:200]}", "the search finds things by name; a newer state of the graph may lack it")
