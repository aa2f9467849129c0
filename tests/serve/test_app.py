"""How the server listens."""

from __future__ import annotations

import time
from pathlib import Path

import httpx
import pytest

from kg.serve.current import Current


def test_an_answer_does_not_wait_for_acknowledgements(serve, tmp_path: Path, client: httpx.Client) -> None:
    """A kernel may keep the second part of an answer back until the client acknowledges the first, which it does 40 ms later."""
    (tmp_path / "data.ttl").write_text("<a:a> <a:a> 1 .", encoding="utf-8")
    endpoint = serve(tmp_path / "data.ttl") + "sparql"
    times = []
    for _ in range(20):
        started = time.perf_counter()
        client.get(endpoint, params={"query": "ASK {}"})
        times.append(time.perf_counter() - started)
    assert min(times) < 0.035


def test_a_store_that_takes_long_to_tell_of_a_newer_state_holds_nobody_up(
    serve, tmp_path: Path, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Current, "is_due", property(lambda self: True))
    monkeypatch.setattr(Current, "look", lambda self: time.sleep(4))
    (tmp_path / "data.ttl").write_text("<a:a> <a:a> 1 .", encoding="utf-8")
    started = time.monotonic()
    assert client.get(serve(tmp_path / "data.ttl") + "sparql", params={"query": "ASK {}"}).json()["boolean"] is True
    assert time.monotonic() - started < 3.5
