"""A real server on this machine, started and stopped by the test that asks for it."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from kg.opening import locate
from kg.serve.app import bind, make_app
from kg.serve.current import Current
from kg.serve.server import Server
from kg.serve.site import Settings

Serve = Callable[..., str]


@contextmanager
def serving(current: Current, settings: Settings | None = None) -> Iterator[str]:
    """The address of a server that serves `current`; it runs in a thread and has ended when the context is left."""
    listening = bind("127.0.0.1", 0)
    server = Server(make_app(current, settings or Settings(workers=2)))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        while not server.started and thread.is_alive():
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
    finally:
        server.should_exit = True
        thread.join()
        listening.close()


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serves a store folder or file until the test ends: `serve(path, workers=2)` gives the server's address."""
    from contextlib import ExitStack

    with ExitStack() as stack:

        def start(store: str | Path, **settings: object) -> str:
            wanted = Settings(**{"workers": 2, **settings})  # type: ignore[arg-type]
            return stack.enter_context(serving(Current(locate(store)), wanted))

        yield start


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    """A client that follows no redirect."""
    with httpx.Client(timeout=30) as opened:
        yield opened


@pytest.fixture(scope="module")
def chromium(playwright: Any) -> Iterator[Any]:
    """Debian's chromium: skipped where it is absent, but not in CI."""
    binary = shutil.which("chromium")
    if binary is None:
        assert os.environ.get("CI") != "true", "CI must have Debian's chromium"
        pytest.skip("Debian's chromium is not installed")
    browser = playwright.chromium.launch(executable_path=binary, args=["--no-sandbox", "--disable-gpu", "--disable-component-update"])
    yield browser
    browser.close()
