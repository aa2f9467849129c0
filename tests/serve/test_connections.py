"""What comes over a connection that is no well-kept request: each gets its answer or its end, and nobody else notices."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from served import Server, served

QUERY = "/sparql?query=ASK%20%7B%7D"
ENDLESS = "SELECT (COUNT(*) AS ?n) {" + " ".join(f"{{ ?a{i} ?b{i} ?c{i} }}" for i in range(60)) + "}"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server in a process of its own, which says nothing in all these tests."""
    folder = tmp_path_factory.mktemp("connections")
    (folder / "data.ttl").write_text("<a:a> <a:p> 1, 2, 3 .", encoding="utf-8")
    with served(folder / "data.ttl", folder / "scratch", "--workers", "2") as running:
        yield running
        assert httpx.get(running.address + "sparql", params={"query": "ASK {}"}).json()["boolean"] is True
        code, said = running.end()
        assert (code, said.replace("ended", "").strip()) == (0, "")


def told(server: Server | int, *parts: bytes, wait: float = 20, pause: float = 0.05) -> bytes:
    """All that the server says to these bytes until it closes the connection or is silent after an answer."""
    port = server if isinstance(server, int) else server.port
    with socket.create_connection(("127.0.0.1", port), timeout=wait) as connection:
        for part in parts:
            try:
                connection.sendall(part)
            except OSError:  # it has heard enough
                break
            time.sleep(pause)
        said = b""
        try:
            while piece := connection.recv(1 << 16):
                said += piece
                connection.settimeout(1)
        except (TimeoutError, ConnectionResetError):
            pass
        return said


def request(target: str = QUERY, *lines: str, method: str = "GET", host: str = "127.0.0.1", version: str = "1.1") -> bytes:
    hosts = [f"Host: {host}"] if host else []
    return "\r\n".join([f"{method} {target} HTTP/{version}", *hosts, *lines, "", ""]).encode("latin-1")


def statuses(said: bytes) -> list[int]:
    """The status of each answer."""
    return [int(line.split()[1]) for line in said.replace(b"}HTTP/", b"}\r\nHTTP/").split(b"\r\n") if line.startswith(b"HTTP/1.1 ")]


SPARQL = "Content-Type: application/sparql-query"


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        pytest.param([request(), request()], [200, 200], id="one after the other"),
        pytest.param([request() + request() + request()], [200, 200, 200], id="three at once"),
        pytest.param([request(version="1.0")], [200], id="HTTP/1.0"),
        pytest.param([request(version="1.0", host="")], [421], id="HTTP/1.0 without a host"),
        pytest.param([request(host="")], [400], id="no host"),
        pytest.param([request(QUERY, "Host: evil.example")], [400], id="two hosts"),
        pytest.param([request(QUERY, "Host: 127.0.0.1")], [400], id="the same host twice"),
        pytest.param([request(f"http://127.0.0.1{QUERY}")], [200], id="a whole address"),
        pytest.param([request(f"http://evil.example{QUERY}")], [421], id="a whole address elsewhere"),
        pytest.param([request(f"HTTP://evil.example{QUERY}")], [421], id="the same in capitals"),
        pytest.param([request(f"http://127.0.0.1{QUERY}", host="evil.example")], [421], id="a whole address, another host"),
        pytest.param([request(f"http://127.0.0.1@evil.example{QUERY}")], [421], id="a whole address with a user"),
        pytest.param([request("*", method="OPTIONS")], [404], id="options of all"),
        pytest.param([request("sparql?query=ASK{}")], [404], id="a path without its slash"),
        pytest.param([request("/sparql", SPARQL, method="POST")], [400], id="a post without a body"),
        pytest.param([request("/sparql", SPARQL, "Content-Length: 6", "Expect: 100-continue", method="POST"), b"ASK {}"], [100, 200], id="expect"),
        pytest.param(
            [request("/sparql", SPARQL, "Transfer-Encoding: chunked", method="POST"), b"3\r\nASK\r\n", b"3\r\n {}\r\n", b"0\r\n\r\n"],
            [200],
            id="in pieces",
        ),
        pytest.param(
            [request("/sparql", SPARQL, "Transfer-Encoding: chunked", method="POST")] + [b"10000\r\n" + b" " * 65536 + b"\r\n"] * 40,
            [413],
            id="more than 1 MB in pieces",
        ),
        pytest.param(
            [request("/sparql", SPARQL, "Content-Length: 6", "Transfer-Encoding: chunked", method="POST"), b"0\r\n\r\n"], [400], id="two lengths"
        ),
        pytest.param([request("/sparql", SPARQL, "Content-Length: -1", method="POST")], [400], id="a negative length"),
        pytest.param([request("/sparql", SPARQL, "Content-Length: 5", "Content-Length: 6", method="POST")], [400], id="two other lengths"),
        pytest.param([request(QUERY, *(f"X-{n}: {'x' * 1000}" for n in range(1000)))], [400], id="a flood of headers"),
        pytest.param([request(QUERY, f"X: {'x' * (1 << 20)}")], [400], id="a long header"),
        pytest.param([request("/sparql?query=" + "x" * (1 << 20))], [400], id="a long address"),
        pytest.param([b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" * 9 + b"\r\n\r\n"], [400], id="TLS"),
        pytest.param([b"\r\n" * 50 + request()], [400], id="empty lines"),
        pytest.param([request(QUERY, "Upgrade: websocket", "Connection: Upgrade")], [200], id="an upgrade"),
        pytest.param([request(QUERY, "X: a\x00b")], [400], id="NUL in a header"),
        pytest.param([request("/sparql?query=%00%ff")], [400], id="no UTF-8"),
        pytest.param([request("/%ff%fe/%2e%2e/%00")], [404], id="no UTF-8 in a path"),
        pytest.param([request("/", method="BREW")], [405], id="an unknown method"),
        pytest.param([request(QUERY, method="TRACE")], [405], id="trace"),
        pytest.param([request("evil.example:443", method="CONNECT")], [404], id="connect"),
    ],
)  # fmt: skip
def test_each_gets_the_status_it_should(server: Server, parts: list[bytes], expected: list[int]) -> None:
    said = told(server, *parts, pause=0 if len(parts) > 5 else 0.05)
    found = statuses(said)
    assert found == expected
    assert b"Traceback" not in said
    if found[-1] >= 400:
        assert b"nosniff" in said or b"X-Content-Type-Options" in said


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1", 200),
        ("127.0.0.1:80", 200),
        ("LOCALHOST:8000", 200),
        ("[::1]", 200),
        ("[::1]:8000", 200),
        ("localhost.", 421),
        ("127.0.0.1.", 421),
        ("127.0.0.1.evil.example", 421),
        ("evil.example", 421),
        ("evil.example:8000", 421),
        ("evil.example#127.0.0.1", 421),
        ("evil.example, 127.0.0.1", 421),
        ("127.0.0.1, evil.example", 421),
        ("127.0.0.1@evil.example", 421),
        ("evil.example@127.0.0.1", 421),
        ("127.0.0.1:80:80", 421),
        ("127.0.0.1:x", 421),
        ("127.0.0.1:80@evil.example", 421),
        ("localhost\\@evil.example", 421),
        ("::1", 421),
        ("[::1", 421),
        ("[::1%25lo]", 421),
        ("0x7f.0.0.1", 421),
        ("2130706433", 421),
        ("0.0.0.0", 421),
        ("xn--localhost", 421),
        ("127.0.0.1:\xb2", 421),
    ],
)
def test_only_the_names_of_this_machine_are_answered_to(server: Server, host: str, status: int) -> None:
    assert statuses(told(server, request(QUERY, "Connection: close", host=host))) == [status]


@pytest.mark.parametrize(
    "header", ["X-Forwarded-Host: 127.0.0.1", "Forwarded: host=127.0.0.1", "X-Host: 127.0.0.1", "X-Forwarded-For: 127.0.0.1"]
)
def test_what_a_proxy_would_say_opens_no_door(server: Server, header: str) -> None:
    assert statuses(told(server, request(QUERY, header, "Connection: close", host="evil.example"))) == [421]


def test_what_a_proxy_would_say_changes_no_address(server: Server) -> None:
    lines = ("X-Forwarded-Host: evil.example", "X-Forwarded-Proto: https", "X-Forwarded-Prefix: /evil", "Connection: close")
    for target in ("/sparql", "/.well-known/void", "/"):
        assert b"evil" not in told(server, request(target, *lines))


def test_a_client_that_goes_away_ends_its_query(server: Server) -> None:
    before = set(server.children())
    body = ENDLESS.encode()
    connection = socket.create_connection(("127.0.0.1", server.port))
    connection.sendall(request("/sparql", SPARQL, f"Content-Length: {len(body)}", method="POST") + body)
    time.sleep(0.5)
    connection.close()
    end = time.monotonic() + 5
    while before <= set(server.children()) and time.monotonic() < end:
        time.sleep(0.05)
    assert not before <= set(server.children())  # its process is another now
    assert not server.left_over()


@pytest.fixture
def hurried(serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """The port of a server that waits a second where others wait ten or twenty."""
    monkeypatch.setattr("kg.serve.server._HEAD", 1.0)
    monkeypatch.setattr("kg.serve.protocol._BODY", 1.0)
    (tmp_path / "data.ttl").write_text("<a:a> <a:p> 1 .", encoding="utf-8")
    return int(serve(tmp_path / "data.ttl").rstrip("/").rpartition(":")[2])


@pytest.mark.parametrize(
    "part",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"GET /sparql HTT", id="a part of a line"),
        pytest.param(request()[:-2], id="all but the last line"),
        pytest.param(request() + b"GET ", id="a part of a second request"),
    ],
)
def test_who_does_not_go_on_is_let_go(hurried: int, part: bytes) -> None:
    with socket.create_connection(("127.0.0.1", hurried), timeout=10) as connection:
        connection.sendall(part)
        while connection.recv(1 << 16):
            pass


@pytest.mark.parametrize("path", ["/sparql", "/editor"])
def test_a_body_that_does_not_come_is_not_waited_for(hurried: int, path: str) -> None:
    assert statuses(told(hurried, request(path, SPARQL, "Content-Length: 100", method="POST"), b"ASK", wait=10)) == [408]


@pytest.mark.parametrize("path", ["/sparql", "/editor"])
def test_a_client_that_leaves_in_the_middle_of_a_body_is_no_mistake_of_ours(server: Server, path: str) -> None:
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(request(path, SPARQL, "Content-Length: 100", method="POST") + b"query=")
        time.sleep(0.2)


def test_idle_connections_hold_nobody_up(server: Server) -> None:
    idle = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(200)]
    try:
        for connection in idle:
            connection.sendall(b"GET /")
        assert httpx.get(server.address + "sparql", params={"query": "ASK {}"}, timeout=20).json()["boolean"] is True
    finally:
        for connection in idle:
            connection.close()
