"""Many clients at once against a server, some of them hostile: what they asked, what they got, and how long it took."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import quote

from pyoxigraph import QueryResultsFormat, QuerySolutions, Store, parse_query_results
from served import Question, Server, rows

PATIENCE = 60.0  # seconds after which a client counts a request as lost
_MOST_TRIES = 20  # times that a client asks again where it is told to come back


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes


class Client:
    """A connection that is kept open from one request to the next."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def get(self, query: str, accept: str = "application/sparql-results+json") -> Reply:
        """The reply to a query."""
        return await self._sent(request("GET", f"/sparql?query={quote(query)}", self._port, Accept=accept))

    async def post(self, query: bytes) -> Reply:
        """The reply to a query in the body."""
        return await self._sent(request("POST", "/sparql", self._port, query, **{"Content-Type": "application/sparql-query"}))

    async def send(self, data: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """The streams of the connection, after these bytes are sent."""
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        self._streams[1].write(data)
        await self._streams[1].drain()
        return self._streams

    async def _sent(self, data: bytes) -> Reply:
        try:
            return await read_reply((await self.send(data))[0])
        except (OSError, EOFError):  # the server closed a connection that was idle, or ends it after this reply
            await self.close()
            return await read_reply((await self.send(data))[0])

    async def close(self) -> None:
        """Go away."""
        if self._streams is not None:
            writer, self._streams = self._streams[1], None
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()


def request(method: str, target: str, port: int, body: bytes = b"", **headers: str) -> bytes:
    """The bytes of a request."""
    named = {"Host": f"127.0.0.1:{port}", **headers, **({"Content-Length": str(len(body))} if body else {})}
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in named.items()), "", ""]
    return "\r\n".join(lines).encode() + body


async def read_reply(reader: asyncio.StreamReader) -> Reply:
    """One reply, whole."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = {name.casefold(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
    if "chunked" in headers.get("transfer-encoding", ""):
        parts = []
        while size := int((await reader.readline()).strip() or b"0", 16):
            parts.append(await reader.readexactly(size))
            await reader.readexactly(2)
        await reader.readexactly(2)
        return Reply(int(head[0].split()[1]), headers, b"".join(parts))
    return Reply(int(head[0].split()[1]), headers, await reader.readexactly(int(headers.get("content-length", "0"))))


@dataclass(slots=True)
class Tally:
    """What the clients saw."""

    honest: int = 0  # questions that were answered, or never were
    wrong: list[str] = field(default_factory=list)  # questions with a wrong answer
    failed: Counter[str] = field(default_factory=Counter)  # honest questions without an answer, by cause
    waits: int = 0  # times that an honest client was told to come back, and did
    waited: int = 0  # honest questions that this happened to
    seconds: list[float] = field(default_factory=list)  # of each honest answer, with the time until the client came back
    busy: list[tuple[float, str]] = field(default_factory=list)  # the same with the question's name
    hostile: Counter[tuple[str, int]] = field(default_factory=Counter)  # by kind and status; 0 where the client did not wait
    memory: list[tuple[float, int, int]] = field(default_factory=list)  # seconds since the start, bytes of server and children

    def quantile(self, part: float) -> float:
        """Seconds within which this part of the honest questions had its answer."""
        found = sorted(self.seconds)
        return found[min(len(found) - 1, int(part * len(found)))] if found else 0.0


class Known:
    """Questions with the answers that they must get; the first reply is read as rows, later ones must have its bytes."""

    def __init__(self, questions: Sequence[Question], store: Store) -> None:
        self.questions = questions
        self._answers = [question.answer(store) for question in questions]
        self._bytes: dict[int, bytes] = {}

    def is_right(self, number: int, reply: Reply) -> bool:
        """Whether this is the answer to the question with this number."""
        if self._bytes.get(number) == reply.body:
            return True
        if len(reply.body) != int(reply.headers["content-length"]):
            return False
        answer = self._answers[number]
        if isinstance(answer, bool):
            right = json.loads(reply.body)["boolean"] is answer
        else:
            result = parse_query_results(reply.body, format=QueryResultsFormat.JSON)
            right = isinstance(result, QuerySolutions) and rows(result) == answer
        if right:
            self._bytes[number] = reply.body
        return right


async def honest(client: Client, known: Known, chance: random.Random, tally: Tally) -> None:
    """Ask one question, again where the server says when, and look at the answer."""
    number = chance.randrange(len(known.questions))
    question, begin = known.questions[number], time.monotonic()
    tally.honest += 1
    for attempt in range(_MOST_TRIES):
        try:
            reply = await asyncio.wait_for(client.get(question.sparql), PATIENCE)
        except (OSError, EOFError, TimeoutError) as error:
            await client.close()
            tally.failed[type(error).__name__] += 1
            return
        if reply.status == 503 and "retry-after" in reply.headers:
            tally.waits += 1
            tally.waited += not attempt
            await asyncio.sleep(float(reply.headers["retry-after"]))
            continue
        if reply.status != 200:
            tally.failed[f"{reply.status} {reply.body.decode()[:60]!r} {question.name}"] += 1
        elif not known.is_right(number, reply):
            tally.wrong.append(question.name)
        else:
            tally.seconds.append(time.monotonic() - begin)
            tally.busy.append((time.monotonic() - begin, question.name))
        return
    tally.failed[f"told {_MOST_TRIES} times to come back: {question.name}"] += 1


# Hostile queries: what they are → SPARQL, or bytes where it is no text. `{canary}` is an address that nobody may ask.
QUERIES: dict[str, str] = {
    "cross product": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "counted cross product": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "distinct cross product": "SELECT DISTINCT ?a ?d ?g { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "ordered cross product": "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY DESC(?c) ?f ?a",
    "ordered everything": "SELECT * { ?a ?b ?c } ORDER BY DESC(STR(?c)) ?b ?a",
    "regular expression": f'SELECT * {{ ?a ?b ?c . ?d ?e ?f FILTER(REGEX(CONCAT(STR(?c), STR(?f)), "{"(a|aa|.*)+" * 40}$")) }}',
    "large regular expression": 'ASK { ?a ?b ?c FILTER(REGEX(STR(?c), "((((a{1,100}){1,100}){1,100}){1,100})x")) }',
    "paths over everything": "SELECT (COUNT(*) AS ?n) { ?a (<x:a>|!<x:b>)* ?b . ?b (<x:c>|!<x:d>)* ?c }",
    "deep nesting": "SELECT * " + "{" * 5000 + "?a ?b ?c" + "}" * 5000,
    "deep expression": "SELECT * { ?a ?b ?c FILTER(" + "(" * 5000 + "1" + ")" * 5000 + ") }",
    "deep negation": "ASK { ?a ?b ?c FILTER(" + "!" * 20000 + "true) }",
    "many values": "SELECT * { VALUES ?a { " + " ".join(f"{n}" for n in range(8000)) + " } ?b ?c ?d . ?e ?f ?g FILTER(?d != ?a) }",
    "concatenation": 'SELECT (GROUP_CONCAT(CONCAT(STR(?c), STR(?f), STR(?i)); separator="xxxxxxxxxxxxxxxx") AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }',
    "replacement": "SELECT (STRLEN("
    + "REPLACE(" * 3
    + "CONCAT(STR(?c), STR(?f))"
    + ', ".", "$0$0$0$0$0$0$0$0")' * 3
    + ") AS ?n) { ?a ?b ?c . ?d ?e ?f }",
    "service": "SELECT * { SERVICE <{canary}> { ?a ?b ?c } }",
    "silent service": "SELECT * { ?s ?p ?o . SERVICESILENT<{canary}>{ ?a ?b ?c } }",
    "load": "LOAD <{canary}>",
    "from elsewhere": "SELECT * FROM <{canary}> { ?a ?b ?c }",
    "many unions": "SELECT * { " + " UNION ".join("{ ?a ?b ?c . ?d ?e ?f }" for _ in range(800)) + " } ORDER BY ?f",
    "many optionals": "SELECT * { ?a ?b ?c " + " ".join(f"OPTIONAL {{ ?a{n} ?b{n} ?c{n} }}" for n in range(800)) + " }",
    "large construct": "CONSTRUCT { ?a ?e ?i . ?d ?h ?c } { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "64 KB": "SELECT * { ?a ?b ?c FILTER(?c IN (" + ", ".join('"' + "x" * 90 + f'{n}"' for n in range(600)) + ")) }",
    "too long": "SELECT * { ?a ?b ?c } #" + "x" * (65 << 10),
    "nonsense": "SELECT " + "\x00\ufffd{(<" * 2000,
}


async def _ask(client: Client, query: str) -> int:
    return (await asyncio.wait_for(client.post(query.encode()), PATIENCE)).status


async def _go_away(port: int, query: str, chance: random.Random) -> int:
    """Ask, and close the connection before there can be an answer."""
    client = Client(port)
    _, writer = await client.send(request("POST", "/sparql", port, query.encode(), **{"Content-Type": "application/sparql-query"}))
    await asyncio.sleep(chance.random())
    if chance.random() < 0.5:
        writer.transport.abort()
    await client.close()
    return 0


async def _half(port: int, chance: random.Random) -> int:
    """Send a part of a request, wait, and go away."""
    client = Client(port)
    whole = request("POST", "/sparql", port, b"ASK {}" * 50, **{"Content-Type": "application/sparql-query"})
    await client.send(whole[: chance.randrange(len(whole))])
    await asyncio.sleep(2 * chance.random())
    await client.close()
    return 0


async def _read_slowly(port: int, chance: random.Random) -> int:
    """Ask for much, and take it in small pieces for a while."""
    client = Client(port)
    query = quote("SELECT * { ?a ?b ?c } LIMIT 10000")
    reader, _ = await client.send(request("GET", f"/sparql?query={query}", port, Accept="application/sparql-results+xml"))
    end = time.monotonic() + 3
    while time.monotonic() < end and await reader.read(2000):
        await asyncio.sleep(0.1)
    await client.close()
    return 0


async def hostile(client: Client, port: int, canary: str, chance: random.Random, tally: Tally) -> None:
    """Do one bad thing."""
    acts: dict[str, Callable[[], Awaitable[int]]] = {
        name: (lambda sparql=sparql: _ask(client, sparql.replace("{canary}", canary)))  # type: ignore[misc]
        for name, sparql in QUERIES.items()
    }
    acts["goes away"] = lambda: _go_away(port, QUERIES["counted cross product"], chance)
    acts["half a request"] = lambda: _half(port, chance)
    acts["slow reader"] = lambda: _read_slowly(port, chance)
    name = chance.choice(list(acts))
    try:
        tally.hostile[name, await acts[name]()] += 1
    except (OSError, EOFError, TimeoutError) as error:
        await client.close()
        tally.hostile[f"{name}: {type(error).__name__}", -1] += 1


async def run(server: Server, known: Known, *, clients: int, seconds: float, part: float = 0.1, seed: int = 1) -> tuple[Tally, int]:
    """What so many clients saw, each asking one question after the other for so long, and how often the canary was asked.

    Args:
        part: of the questions that are hostile.
    """
    tally, hits = Tally(), 0

    async def heard(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal hits
        hits += 1
        writer.close()
        await writer.wait_closed()

    listener = await asyncio.start_server(heard, "127.0.0.1", 0)
    canary = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}/"
    begin = time.monotonic()

    async def go_on(number: int) -> None:
        client, chance = Client(server.port), random.Random(seed * 1000 + number)
        while time.monotonic() - begin < seconds:
            if chance.random() < part:
                await hostile(client, server.port, canary, chance, tally)
            else:
                await honest(client, known, chance, tally)
        await client.close()

    async def look() -> None:
        while True:
            tally.memory.append((time.monotonic() - begin, *server.memory()))
            await asyncio.sleep(1)

    looking = asyncio.ensure_future(look())
    try:
        await asyncio.gather(*(go_on(number) for number in range(clients)))
    finally:
        looking.cancel()
        listener.close()
    return tally, hits


async def answers(server: Server) -> bool:
    """Whether the server answers a simple query."""
    client = Client(server.port)
    reply = await client.get("ASK {}")
    await client.close()
    return reply.status == 200
