"""The life of `kg serve`: how it starts and ends, and what it does when the store changes under it."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import quote

import pytest
from processes import alive
from pyoxigraph import Literal, NamedNode, Triple
from served import KG, Server, served

from kg.store import Change, create_or_open

EX = "https://example.org/"
ENDLESS = "SELECT (COUNT(*) AS ?n) {" + " ".join(f"{{ ?a{i} ?b{i} ?c{i} }}" for i in range(60)) + "}"
VALUES = f"SELECT ?o {{ <{EX}s> <{EX}p> ?o }} ORDER BY ?o"


def triple(value: object) -> Triple:
    return Triple(NamedNode(f"{EX}s"), NamedNode(f"{EX}p"), Literal(str(value)))


def make(store: Path, *values: object) -> Path:
    """A store whose graph has these values."""
    with create_or_open(store) as writer:
        writer.publish([triple(value) for value in (*values, "always")], [], fingerprint=str(values), base=EX)
    return store


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return make(tmp_path / "store", 1)


def get(server: Server, path: str = "", query: str = "") -> tuple[int, str]:
    """The status and body of an answer."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=30)
    try:
        connection.request("GET", f"/{path}" + (f"?query={quote(query)}" if query else ""), headers={"Accept": "text/csv, text/html"})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def values(server: Server) -> list[str]:
    status, body = get(server, "sparql", VALUES)
    assert status == 200, body
    return body.split()[1:-1]


def until(holds: Callable[[], bool], seconds: float = 5) -> bool:
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def asked(server: Server, query: str) -> threading.Thread:
    """A thread that asks and takes whatever comes."""

    def ask() -> None:
        with suppress(OSError, HTTPException):
            get(server, "sparql", query)

    thread = threading.Thread(target=ask)
    thread.start()
    time.sleep(0.4)
    return thread


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("busy", [False, True], ids=["idle", "while queries run"])
def test_a_signal_ends_it_at_once_and_leaves_nothing(store: Path, tmp_path: Path, how: signal.Signals, busy: bool) -> None:
    with served(store, tmp_path / "scratch", "--workers", "2") as server:
        threads = [asked(server, ENDLESS) for _ in range(4 * busy)]
        with socket.create_connection(("127.0.0.1", server.port)) as idle:  # a connection that is kept open
            idle.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\nGET ")
            children = server.children()
            begin = time.monotonic()
            code, said = server.end(how)
        assert time.monotonic() - begin < 5
        assert (code, said.strip()) == (0, "ended")
        assert until(lambda: not alive(children))
        assert not list((tmp_path / "scratch").iterdir())
        for thread in threads:
            thread.join()


def test_a_server_that_is_killed_leaves_no_process(store: Path, tmp_path: Path) -> None:
    with served(store, tmp_path / "scratch") as server:
        thread = asked(server, ENDLESS)
        children = server.children()
        assert children
        server.process.kill()
        assert until(lambda: not alive(children))
        thread.join()


def test_what_a_killed_server_left_is_gone_when_the_next_one_starts(store: Path, tmp_path: Path) -> None:
    with served(store, tmp_path / "scratch") as server:
        values(server)
        server.process.kill()
        server.process.wait()
    with served(store, tmp_path / "scratch") as server:
        assert values(server) == ["1"]
        assert len(list((tmp_path / "scratch").iterdir())) == 1


def test_a_port_that_is_taken_is_one_line(store: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        found = subprocess.run([*KG, "serve", "--store", str(store), "--port", str(port)], capture_output=True, text=True, timeout=30)
    assert found.returncode == 3
    assert f"port {port}" in found.stderr
    assert "--port" in found.stderr
    assert "Traceback" not in found.stderr


@pytest.mark.parametrize("options", [["--store", "absent"], ["--host", "256.1.1.1"], ["--port", "99999"], ["--cors", "*"]])
def test_what_cannot_be_served_is_said(store: Path, tmp_path: Path, options: list[str]) -> None:
    command = [*KG, "serve", "--store", str(store), "--port", "0", *options]
    found = subprocess.run(command, capture_output=True, text=True, timeout=30, cwd=tmp_path)
    assert found.returncode in (2, 3)
    assert "error" in found.stderr
    assert "Traceback" not in found.stderr
    assert "serving" not in found.stderr  # before it does


def test_what_is_published_while_it_runs_is_shown(store: Path, tmp_path: Path) -> None:
    with served(store, tmp_path / "scratch") as server:
        assert values(server) == ["1"]
        make(store, 2)
        assert until(lambda: values(server) == ["2"], 2.5)


@pytest.mark.slow
def test_many_states_in_a_row_disturb_no_reader_and_are_let_go(store: Path, tmp_path: Path) -> None:
    """Every answer is of one published state, and the disk does not grow."""
    wrong: list[str] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            found = values(server)
            if len(found) != 1:
                wrong.append(str(found))

    with served(store, tmp_path / "scratch", "--cache", "0") as server:
        readers = [threading.Thread(target=read) for _ in range(4)]
        for reader in readers:
            reader.start()
        with create_or_open(store) as writer:
            for number in range(1, 30):
                writer.apply(Change([triple(number)], [triple(number + 1)], {}), fingerprint=str(number))
                time.sleep(0.2)
        assert until(lambda: values(server) == ["30"], 2.5)
        done.set()
        for reader in readers:
            reader.join()
        assert not wrong
        make(store, 31)
        assert until(lambda: values(server) == ["31"], 2.5)
        make(store, 32)
        assert until(lambda: values(server) == ["32"], 2.5)
        assert len([*(store / "snapshots").iterdir()]) <= 3
        code, said = server.end()
        assert (code, said.strip()) == (0, "ended")


def test_a_store_that_is_made_again_in_its_place_is_shown(store: Path, tmp_path: Path) -> None:
    """As after `kg restore`: the numbers of the states begin anew."""
    with served(store, tmp_path / "scratch") as server:
        assert values(server) == ["1"]
        other = make(tmp_path / "other", 7)
        store.rename(tmp_path / "old")
        other.rename(store)
        assert until(lambda: values(server) == ["7"], 2.5)


def test_a_store_that_vanishes_is_missed_until_it_is_back(store: Path, tmp_path: Path) -> None:
    """What is open is still answered from, or it is said that there is nothing; no error of the server's own, and then all is well."""
    with served(store, tmp_path / "scratch", "--cache", "0") as server:
        assert values(server) == ["1"]
        shutil.rmtree(store)
        time.sleep(1.2)
        for _ in range(10):
            status, body = get(server, "sparql", VALUES)
            assert status in (200, 503), body
            assert status == 200 or "cannot be read" in body
            assert get(server)[0] in (200, 503)
        make(store, 8)
        assert until(lambda: values(server) == ["8"], 2.5)
        code, said = server.end()
        assert (code, said.strip()) == (0, "ended")


def test_a_damaged_state_is_not_taken(store: Path, tmp_path: Path) -> None:
    with served(store, tmp_path / "scratch") as server:
        assert values(server) == ["1"]
        pointer = (store / "CURRENT").read_bytes()
        (store / "CURRENT").write_bytes(b"\xff nonsense")
        time.sleep(1.2)
        assert values(server) == ["1"]
        (store / "CURRENT").write_bytes(pointer)
        make(store, 9)
        assert until(lambda: values(server) == ["9"], 2.5)


@pytest.mark.skipif(os.geteuid() != 0 and not os.access("/", os.W_OK), reason="needs no rights beyond reading")
def test_two_servers_and_a_folder_that_is_only_read(store: Path, tmp_path: Path) -> None:
    folders = [path for path in (store, *store.rglob("*")) if path.is_dir()]
    for path in folders:
        path.chmod(0o555)
    try:
        with served(store, tmp_path / "one") as one, served(store, tmp_path / "two") as two:
            assert values(one) == values(two) == ["1"]
    finally:
        for path in folders:
            path.chmod(0o755)
