"""Nothing that is asked makes the server call anybody: a listener on this machine hears nothing, however SERVICE and LOAD are spelt."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx
import pyoxigraph as ox
import pytest
from serve.conftest import serving

from kg.opening import locate
from kg.serve.current import Current

EX = "https://example.org/"


@dataclass
class Canary:
    """Listens, and notes who comes."""

    address: str = ""
    heard: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def canary() -> Iterator[Canary]:
    listening = socket.create_server(("127.0.0.1", 0))
    found = Canary(f"http://127.0.0.1:{listening.getsockname()[1]}/sparql")

    def listen() -> None:
        while True:
            try:
                caller, _ = listening.accept()
            except OSError:
                return
            with caller:
                found.heard.append(caller.recv(1 << 16).decode("utf-8", "replace"))
                caller.sendall(b"HTTP/1.1 500 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    thread = threading.Thread(target=listen)
    thread.start()
    yield found
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()
    thread.join()


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    path = tmp_path_factory.mktemp("guarded") / "data.trig"
    path.write_text(f"<{EX}a> <{EX}p> 1 . <{EX}g> {{ <{EX}a> <{EX}p> 2 }}", encoding="utf-8")
    with serving(Current(locate(path))) as address:
        yield f"{address}sparql"


def ways(client: httpx.Client, endpoint: str, query: str) -> list[httpx.Response]:
    """A query asked in each of the ways there are."""
    text = query.encode()
    direct = {"Content-Type": "application/sparql-query"}
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    escaped = "query=" + "".join(f"%{byte:02x}" for byte in text)
    return [
        client.get(endpoint, params={"query": query}),
        client.get(f"{endpoint}?{escaped}"),
        client.post(endpoint, data={"query": query}),
        client.post(endpoint, content=escaped, headers=form),
        client.post(endpoint, content=text, headers=direct),
        client.post(endpoint, content=text, headers=direct | {"Content-Type": "application/sparql-query; charset=UTF-8"}),
    ]


def test_the_listener_hears_the_engine_where_nobody_guards_it(canary: Canary) -> None:
    """Else its silence would mean nothing."""
    before = len(canary.heard)
    with pytest.raises((OSError, RuntimeError)):
        list(ox.Store().query(f"SELECT * {{ SERVICE <{canary.address}> {{ ?s ?p ?o }} }}"))
    assert len(canary.heard) == before + 1


CALLS = [
    "SELECT * { SERVICE <URL> { ?s ?p ?o } }",
    "SELECT*{SERVICE<URL>{?s?p?o}}",
    "select * { service <URL> { ?s ?p ?o } }",
    "SELECT * { sErViCe SiLeNt <URL> { ?s ?p ?o } }",
    "SELECT * { SERVICESILENT<URL>{ ?s ?p ?o } }",
    "SELECT * { SERVICE#no comment <\n<URL> { ?s ?p ?o } }",
    "SELECT * { SERVICE#<URL>\r<URL>{ ?s ?p ?o } }",
    "SELECT * { # ' \r SERVICE <URL> { ?s ?p ?o } # '\r }",
    "SELECT * { ?s ?p 'x' SERVICE <URL> { ?s ?p ?o } }",
    "SELECT * { ?s ?p 'it\\'s' . SERVICE <URL> { ?s ?p ?o } }",
    "SELECT * { ?s ?p '''\n'' ''' . SERVICE <URL> { ?s ?p ?o } }",
    "SELECT * { FILTER(?a<'x>') SERVICE <URL> { ?s ?p ?o } FILTER(?a>'<') }",
    "SELECT * { ?s ?p true SERVICE <URL> { ?s ?p ?o } }",
    "SELECT * { ?s ?p trueSERVICE <URL> { ?s ?p ?o } }",
    "SELECT * { ?s ?p 1SERVICE <URL> { ?s ?p ?o } }",
    "SELECT * { ?s ?p 1.SERVICE <URL> { ?s ?p ?o } }",
    "SELECT * { ?s ?p ?oSERVICE . SERVICE <URL> { ?s ?p ?o } }",
    "PREFIX x: <URL> SELECT * { SERVICE x: { ?s ?p ?o } }",
    "PREFIX x: <URL> SELECT * { SERVICEx: { ?s ?p ?o } }",
    "PREFIX : <URL> SELECT * { SERVICE: { ?s ?p ?o } }",
    "PREFIX : <URL> SELECT * { SERVICE:{ } }",
    "PREFIX service: <http://x.y/> PREFIX : <URL> SELECT * { service: { ?s ?p ?o } }",
    "PREFIX service: <http://x.y/> PREFIX : <URL> SELECT * { ?s ?p ?o service: { ?s ?p ?o } }",
    "PREFIX SERVICE: <URL> SELECT * { SERVICE SERVICE: { ?s ?p ?o } }",
    "PREFIXSERVICE: <URL> SELECT * { SERVICESERVICE: { ?s ?p ?o } }",
    "BASE <URL> SELECT * { SERVICE <> { ?s ?p ?o } }",
    "SELECT * { BIND(<URL> AS ?u) SERVICE ?u { ?s ?p ?o } }",
    "SELECT * { VALUES ?u { <URL> } SERVICE ?u { ?s ?p ?o } }",
    "SELECT * { ?s ?p ?o { SELECT * { { SELECT ?a { SERVICE <URL> { ?a ?b ?c } } } } } }",
    "SELECT * { ?s ?p ?o FILTER EXISTS { SERVICE <URL> { ?s ?p ?o } } }",
    "SELECT * { ?s ?p ?o FILTER NOT EXISTS{SERVICE <URL> { ?s ?p ?o }} }",
    "SELECT (EXISTS { SERVICE <URL> { ?s ?p ?o } } AS ?x) { }",
    "SELECT * { GRAPH ?g { SERVICE <URL> { ?s ?p ?o } } }",
    "SELECT * { ?s ?p ?o MINUS { SERVICE SILENT <URL> { ?s ?p ?o } } }",
    "SELECT * { OPTIONAL { SERVICE SILENT <URL> { ?s ?p ?o } } }",
    "SELECT * { {} UNION { SERVICE SILENT <URL> { ?s ?p ?o } } }",
    "ASK { SERVICE <URL> { ?s ?p ?o } }",
    "CONSTRUCT { ?s ?p ?o } { SERVICE <URL> { ?s ?p ?o } }",
    "DESCRIBE ?s { SERVICE <URL> { ?s ?p ?o } }",
    "SELECT * { ?s ?p ?o } GROUP BY (EXISTS { SERVICE <URL> { ?s ?p ?o } })",
    "SELECT ?s { ?s ?p ?o } ORDER BY EXISTS { SERVICE <URL> { ?s ?p ?o } }",
    "SELECT * { \\u0053ERVICE <URL> { ?s ?p ?o } }",
    "SELECT * { \\U00000053\\u0045RVICE <URL> { ?s ?p ?o } }",
    "SELECT * { %53ERVICE <URL> { ?s ?p ?o } }",
    "SELECT * { ſERVICE <URL> { ?s ?p ?o } }",
    "SELECT * { ＳＥＲＶＩＣＥ <URL> { ?s ?p ?o } }",
    "SELECT * { SERV\u0130CE <URL> { ?s ?p ?o } }",
    "SELECT * { SER\u200bVICE <URL> { ?s ?p ?o } }",
    "\ufeffSELECT * { SERVICE <URL> { ?s ?p ?o } }",
    "SELECT * {\x00SERVICE <URL> { ?s ?p ?o } }",
    "SELECT * {\x0bSERVICE\x0c<URL> { ?s ?p ?o } }",
    "SELECT\r*\r{\rSERVICE\r<URL>\r{\r?s\r?p\r?o\r}\r}",
    "SELECT * {\u2028SERVICE\u00a0<URL> { ?s ?p ?o } }",
    "SELECT * FROM <URL> { ?s ?p ?o SERVICE <URL> { } }",
    "LOAD <URL>",
    "LOAD SILENT <URL> INTO GRAPH <http://x.y/>",
    "lOaD#\n<URL>",
    "PREFIX x: <URL> LOAD x:",
    "BASE <URL> LOAD <>",
    "INSERT { ?s ?p ?o } WHERE { SERVICE <URL> { ?s ?p ?o } }",
    "INSERT DATA { <a:a> <a:a> 1 } ; LOAD <URL>",
    "SELECT * { ?s ?p ?o } ; LOAD <URL>",
]  # fmt: skip


@pytest.mark.parametrize("call", CALLS)
def test_a_call_is_refused_and_nobody_is_called(endpoint: str, client: httpx.Client, canary: Canary, call: str) -> None:
    before = len(canary.heard)
    answers = ways(client, endpoint, call.replace("URL", canary.address))
    assert {answer.status_code for answer in answers} == {400}
    assert len(canary.heard) == before


READING = [
    # The word in names, variables, labels, languages, strings, comments and IRIs.
    "PREFIX service: <https://example.org/> SELECT * { ?service service:p ?load }",
    "PREFIX SERVICE: <https://example.org/> SELECT * { ?s SERVICE:p ?o }",
    "PREFIX service: <https://example.org/> PREFIX : <https://example.org/> SELECT * { ?s service:p ?o . { ?s :p ?o } }",
    "PREFIX service: <https://example.org/> PREFIX : <https://example.org/> SELECT * { service:a service:p ?o { ?s :p ?o } }",
    "PREFIX service: <https://example.org/> PREFIX : <https://example.org/> SELECT * { GRAPH service:g { ?s :p ?o } }",
    "PREFIX load: <https://example.org/> PREFIX x: <https://example.org/> SELECT * { ?s load:p ?o . ?s x:p ?drop }",
    "SELECT * { ?SERVICE <https://example.org/p> ?o FILTER(?SERVICE != <URL>) }",
    "SELECT * { _:service <https://example.org/p> ?o FILTER(STR(?o) != 'SERVICE <URL> {}') }",
    "SELECT * { ?s <https://example.org/p> ?o FILTER(\"x\"@service != 'a\\'SERVICE <URL> { }') }",
    "SELECT * { ?s <https://example.org/p> ?o } # SERVICE <URL> { ?s ?p ?o }",
    "SELECT * {\r# SERVICE <URL> {\r?s <https://example.org/p> ?o }",
    "SELECT * { ?s <https://example.org/p> ?o FILTER(?s != <https://example.org/SERVICE>) }",
    "SELECT * { ?s <https://example.org/p> ?o FILTER(?o<3&&?o>-1) BIND('''SERVICE\n'<URL>' ''' AS ?insert) }",
    "SELECT * { ?s <https://example.org/p> ?o FILTER(STR(?o) != '\\u0027 . SERVICE <URL> { ?s ?p ?o } # ') }",
    "PREFIX a: <https://example.org/> SELECT * { ?s a:p ?o FILTER(?s != a:service\\.LOAD) }",
]  # fmt: skip


@pytest.mark.parametrize("query", READING)
def test_a_query_that_only_has_the_word_is_answered(endpoint: str, client: httpx.Client, canary: Canary, query: str) -> None:
    before = len(canary.heard)
    for answer in ways(client, endpoint, query.replace("URL", canary.address)):
        assert answer.status_code == 200, answer.text
        assert len(answer.json()["results"]["bindings"]) == 1
    assert len(canary.heard) == before
