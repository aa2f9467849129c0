"""Every way in which a store can fail us ends in one line that says what to do."""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from kg.errors import KgError, QueryError, StoreError, UsageError
from kg.remote import state
from kg.remote.asking import declared
from kg.remote.client import ATTEMPTS, Client
from kg.remote.failures import RemoteError
from kg.remote.layout import Endpoints, Product, discover
from kg.remote.store import RemoteStore

HERE = "http://store.example/query"
JSON = {"content-type": "application/sparql-results+json"}
YES = '{"head": {}, "boolean": true}'
TWO = '{"head": {"vars": ["a"]}, "results": {"bindings": [{"a": {"type": "literal", "value": "x"}}, {}]}}'
Handler = Callable[[httpx.Request], httpx.Response]


class Script:
    """Answers requests with what comes next, the last thing for ever; keeps what was asked."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers = [*answers]
        self.asked: list[httpx.Request] = []
        self.slept: list[float] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(httpx.Request(request.method, request.url, headers=request.headers, content=request.content))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)

    def store(self, environment: Mapping[str, str] | None = None, product: Product = Product.OTHER) -> RemoteStore:
        return RemoteStore(self.client(environment), Endpoints(HERE, "http://store.example/update", None, product), HERE)

    def client(self, environment: Mapping[str, str] | None = None, *addresses: str) -> Client:
        transport = httpx.MockTransport(self)
        return Client(*(addresses or (HERE,)), environment=environment or {}, transport=transport, sleep=self.slept.append)


def answer(status: int = 200, text: str = YES, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, headers={**(JSON if status == 200 else {}), **named}, text=text)


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("failure", "message", "hint"),
    [
        (caused(httpx.ConnectError("x"), socket.gaierror(-2, "Name or service not known")), "there is no host store.example", "address"),
        (caused(httpx.ConnectError("x"), ConnectionRefusedError()), "connection refused", "start the store there and run the same command again"),
        (caused(httpx.ConnectError("self-signed certificate"), ssl.SSLError()), "could not be trusted", "SSL_CERT_FILE"),
        (httpx.ReadTimeout("x"), "did not answer in time", "--timeout"),
        (httpx.RemoteProtocolError("peer closed connection"), "broke", "again"),
        (answer(401, "no"), "wants to know who we are", "KG_USER and KG_PASSWORD"),
        (answer(403, "no"), "does not allow this", "KG_USER and KG_PASSWORD"),
        (answer(404, "nothing"), "nothing at http://store.example/query", "/sparql"),
        (answer(405), "only reads", "takes updates"),
        (answer(413), "as much at once", "limit"),
        (answer(500, "kaput\nat line 3"), "failed with 500: kaput at line 3", "log"),
        (answer(503, "busy"), "failed with 503: busy", "later"),
        (answer(301, "", location="https://elsewhere.example/"), "sends us on to https://elsewhere.example/", "if you trust it"),
        (answer(500, "Virtuoso 42000 Error SR186: No permission to execute"), "does not allow this", "KG_USER"),
        (answer(200, "<html>Hello</html>", content_type="text/html"), "a web page, not with results", "/sparql"),
        (answer(200, "a,b", content_type="text/csv"), "text/csv, not with results", "/sparql"),
        (answer(200, TWO[:60]), "half an answer", "again"),
        (answer(200, "", content_type="application/sparql-results+json"), "half an answer", "again"),
        (answer(200, TWO, x_sql_state="S1TAT", x_sql_message="RC..."), "a part of the answer only (S1TAT RC...)", "narrow"),
        (answer(200, TWO, x_sparql_maxrows="2"), "a part of the answer only (2 rows are its most)", "narrow"),
    ],
)  # fmt: skip
def test_each_failure_is_one_line_with_a_way_out(failure: httpx.Response | Exception, message: str, hint: str) -> None:
    with pytest.raises(KgError) as raised:
        Script(failure).store().query("SELECT * { ?s ?p ?o }", timeout=None)
    assert message in str(raised.value)
    assert hint in raised.value.hint
    assert "\n" not in str(raised.value)


def test_a_time_limit_is_told_as_one_of_the_query() -> None:
    with pytest.raises(QueryError, match="stopped after 2 s"):
        Script(httpx.ReadTimeout("x")).store().query("ASK {}", timeout=2)


def test_a_query_that_the_store_finds_wrong_is_the_querys_fault() -> None:
    with pytest.raises(QueryError, match=r"refuses the query: expected .* at 1:3"):
        Script(answer(400, "expected } at 1:3")).store().query("ASK {")


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_busy_store_is_asked_again_with_growing_pauses(status: int) -> None:
    script = Script(answer(status), answer(status), answer(status), answer())
    assert script.store().query("ASK {}").boolean is True
    assert len(script.slept) == 3
    assert 0.18 < script.slept[0] < 0.32
    assert 0.7 < script.slept[2] < 1.3


def test_retry_after_is_kept_as_seconds_and_as_a_date() -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=20), usegmt=True)
    script = Script(answer(503, retry_after="7"), answer(503, retry_after=later), answer())
    script.store().query("ASK {}")
    assert script.slept[0] == 7
    assert 15 < script.slept[1] <= 20


def test_nobody_waits_longer_than_a_minute_in_all() -> None:
    script = Script(answer(503, retry_after="3600"))
    with pytest.raises(RemoteError, match="503"):
        script.store().query("ASK {}")
    assert script.slept == []


@pytest.mark.parametrize("failure", [httpx.ConnectError("refused"), httpx.ReadError("reset"), answer(503)])
def test_it_gives_up_after_some_attempts(failure: httpx.Response | Exception) -> None:
    script = Script(failure)
    with pytest.raises(RemoteError):
        script.store().update("INSERT DATA { <a:a> <a:b> 1 }")
    assert len(script.asked) == ATTEMPTS


@pytest.mark.parametrize("failure", [answer(400), answer(500), answer(401), caused(httpx.ConnectError("x"), socket.gaierror())])
def test_what_would_fail_again_is_not_tried_again(failure: httpx.Response | Exception) -> None:
    script = Script(failure)
    with pytest.raises(KgError):
        script.store().update("DROP ALL")
    assert len(script.asked) == 1


def test_long_queries_are_sent_in_the_body() -> None:
    script = Script(answer())
    script.store().query("ASK {}", graph="https://example.org/graph")
    script.store().query("ASK { }" + " # long" * 1000, graph="https://example.org/graph")
    short, long = script.asked
    assert (short.method, short.url.params["query"], short.url.params["default-graph-uri"]) == (
        "GET",
        "ASK {}",
        "https://example.org/graph",
    )
    assert (long.method, str(long.url)) == ("POST", HERE)
    assert b"default-graph-uri=https" in long.content


LOGIN = {"KG_USER": "ada", "KG_PASSWORD": "secret-word"}


def test_a_password_is_told_only_when_asked_for_and_in_the_way_asked() -> None:
    script = Script(answer(401, www_authenticate='Digest realm="r", nonce="n", qop="auth"'), answer(), answer())
    store = script.store(LOGIN)
    store.query("ASK {}")
    store.query("ASK {}")
    headers = [request.headers.get("authorization", "") for request in script.asked]
    assert headers[0] == ""
    assert all(header.startswith('Digest username="ada"') for header in headers[1:])
    assert len(headers) == 3
    assert "secret-word" not in "".join(headers)


def test_basic_is_spoken_where_the_store_asks_for_it() -> None:
    script = Script(answer(401, www_authenticate='Basic realm="r"'), answer(), answer())
    store = script.store(LOGIN)
    store.query("ASK {}")
    store.query("ASK {}")
    assert [request.headers.get("authorization", "")[:6] for request in script.asked] == ["", "Basic ", "Basic "]


def test_a_token_is_a_bearer() -> None:
    script = Script(answer())
    script.store({"KG_TOKEN": "t0ken"}).query("ASK {}")
    assert script.asked[0].headers["authorization"] == "Bearer t0ken"


def test_a_wrong_password_is_said_and_not_shown() -> None:
    script = Script(answer(401, "no", www_authenticate='Basic realm="r"'))
    store = script.store(LOGIN)
    with pytest.raises(RemoteError, match="does not know this user or password") as raised:
        store.query("ASK {}")
    assert "secret" not in f"{raised.value!r} {raised.value.hint} {store!r} {vars(store)}"


def test_credentials_go_to_no_other_server() -> None:
    script = Script(answer(302, "", location="https://thief.example/query"))
    with pytest.raises(RemoteError, match="sends us on"):
        script.store({"KG_TOKEN": "t0ken"}).query("ASK {}")
    assert [request.url.host for request in script.asked] == ["store.example"]
    client = script.client({"KG_TOKEN": "t0ken"})
    with pytest.raises(UsageError, match="another server"), client.send("GET", "http://thief.example/query"):
        pass


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("http://ada:secret-word@store.example/", "holds a user or password"),
        ("http://store.example/?a=1", "has no [?]"),
        ("http:///nowhere", "is no address"),
        ("ftp://store.example/", "is no address"),
    ],
)
def test_an_address_is_refused_before_anything_is_sent(address: str, message: str) -> None:
    with pytest.raises(UsageError, match=message) as raised:
        Client(address, environment={})
    assert "secret" not in f"{raised.value} {raised.value.hint}"


def test_a_user_and_a_token_exclude_each_other() -> None:
    with pytest.raises(UsageError, match="both"):
        Client(HERE, environment={**LOGIN, "KG_TOKEN": "t"})


def test_an_answer_too_large_for_memory_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.remote.answers.Limits.__init__.__defaults__", (None, None, 40))
    with pytest.raises(QueryError, match="larger than"):
        Script(answer(200, TWO)).store().query("SELECT * {}")


def test_words_of_a_store_are_plain_text() -> None:
    with pytest.raises(RemoteError) as raised:
        Script(answer(500, "\x1b[31mred\x07\n<b>bold</b> " + "x" * 1000)).store().update("DROP ALL")
    assert "\x1b" not in str(raised.value)
    assert len(str(raised.value)) < 300


OXIGRAPH = Endpoints("http://h.example/query", "http://h.example/update", "http://h.example/store", Product.OXIGRAPH)


@pytest.mark.parametrize(
    ("address", "server", "answering", "expected"),
    [
        ("http://h.example", "oxigraph/0.5.13", "/query", OXIGRAPH),
        ("http://h.example/query", "oxigraph/0.5.13", "/query", OXIGRAPH),
        ("http://h.example/ds", "Jetty", "/ds/query", Endpoints("http://h.example/ds/query", "http://h.example/ds/update", "http://h.example/ds/data")),
        ("http://h.example/repositories/a", "GraphDB", "/repositories/a",
         Endpoints("http://h.example/repositories/a", "http://h.example/repositories/a/statements", "http://h.example/repositories/a/rdf-graphs/service")),
        ("http://h.example", "Virtuoso/07.20", "/sparql",
         Endpoints("http://h.example/sparql", "http://h.example/sparql-auth", "http://h.example/sparql-graph-crud-auth", Product.VIRTUOSO)),
        ("http://h.example/sparql", "uvicorn", "/sparql", Endpoints("http://h.example/sparql", "http://h.example/sparql", None)),
    ],
)  # fmt: skip
def test_endpoints_are_found_by_asking(address: str, server: str, answering: str, expected: Endpoints) -> None:
    def serve(request: httpx.Request) -> httpx.Response:
        return answer(200, server=server) if request.url.path == answering else answer(404, "")

    client = Client(address, environment={}, transport=httpx.MockTransport(serve))
    assert discover(client, address, {}) == expected


def test_places_for_updates_and_graphs_can_be_named() -> None:
    environment = {"KG_UPDATE_URL": "http://other.example/update", "KG_GRAPHS_URL": "http://other.example/graphs"}
    found = discover(Script(answer()).client(), HERE, environment)
    assert (found.update, found.graphs) == ("http://other.example/update", "http://other.example/graphs")


def test_a_server_that_speaks_no_sparql_is_told_apart() -> None:
    with pytest.raises(RemoteError, match="not SPARQL"):
        discover(Script(answer(200, "<html></html>", content_type="text/html")).client({}, "http://h.example"), "http://h.example", {})


@pytest.mark.parametrize(
    "challenge",
    ['Digest realm="a", nonce="b", algorithm=FOO', 'Digest realm="a", nonce="b", qop="auth-int"', "Digest realm"],
)
def test_a_challenge_that_nobody_knows_is_told(challenge: str) -> None:
    store = Script(answer(401, "", www_authenticate=challenge)).store({"KG_USER": "me", "KG_PASSWORD": "secret"})
    with pytest.raises(RemoteError, match="in a way that we do not know"):
        store.query("ASK {}")


@pytest.mark.parametrize("cells", ["", "{}", '{"n": {"type": "literal", "value": "x"}}', '{"n": {"type": "literal", "value": "-1"}}'])
def test_a_count_that_is_no_number_is_half_an_answer(cells: str) -> None:
    store = Script(answer(200, f'{{"head": {{"vars": ["n"]}}, "results": {{"bindings": [{cells}]}}}}')).store()
    with pytest.raises(RemoteError, match="no number"):
        store.count("SELECT (COUNT(*) AS ?n) {}")


def test_an_answer_to_another_question_is_no_mark() -> None:
    with pytest.raises(StoreError, match="another question"):
        state.read(Script(answer(200, TWO)).store())


@pytest.mark.parametrize(
    ("query", "added"),
    [
        ("ASK { ?s a kg:Method }", ["kg"]),
        ("PREFIX kg: <a:a> ASK { ?s a kg:Method }", []),
        ("# PREFIX kg: <a:a>\nASK { ?s a kg:Method }", ["kg"]),  # said in a comment only
        ("PREFIX KG: <a:a> ASK { ?s a kg:Method }", ["kg"]),  # another prefix
        ("ASK { ?s ?p 'skos:x' }", []),
    ],
)
def test_our_prefixes_are_declared_where_a_query_uses_and_does_not_declare_them(query: str, added: list[str]) -> None:
    sent = declared(query, None)
    assert sent.endswith(query)
    assert re.findall(r"PREFIX (\w+): <https://w3id", sent) == added
