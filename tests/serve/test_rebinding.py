"""A stranger's page in a browser on this machine cannot read the graph, whatever name it is under."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from serve.conftest import serving

from kg.opening import locate
from kg.serve.current import Current
from kg.serve.site import Settings

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CHROMIUM = Path("/usr/bin/chromium")
READ = """async url => {
    try { const answer = await fetch(url); return [answer.status, await answer.text()]; } catch (error) { return [0, String(error)]; }
}"""
FRAMED = """url => new Promise(done => {
    const frame = document.createElement('iframe');
    frame.onload = () => { try { done(frame.contentDocument.body.innerText); } catch (error) { done(''); } };
    frame.src = url; document.body.append(frame); setTimeout(() => done(''), 3000);
})"""
QUERY = "sparql?query=SELECT%20*%20%7B%3Fs%20%3Fp%20%3Fo%7D"


class _Stranger(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>stranger</title>")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def stranger() -> Iterator[int]:
    """The port of a server of somebody else's pages."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Stranger) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def browser(playwright: Any) -> Iterator[Any]:
    """A browser for which evil.example and friend.example are this machine."""
    if not CHROMIUM.exists():
        pytest.skip(f"there is no {CHROMIUM}")
    rules = "--host-resolver-rules=MAP evil.example 127.0.0.1, MAP friend.example 127.0.0.1"
    launched = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", rules])
    yield launched
    launched.close()


@pytest.fixture(scope="module")
def address(stranger: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    path = tmp_path_factory.mktemp("rebinding") / "data.ttl"
    path.write_text('<x:a> <x:p> "secret" .', encoding="utf-8")
    with serving(Current(locate(path)), Settings(workers=1, origins=(f"http://friend.example:{stranger}",))) as found:
        yield found


def test_a_name_that_is_bound_to_this_machine_reads_nothing(browser: Any, address: str) -> None:
    """DNS rebinding: to the browser the stranger's page and the server are one site."""
    rebound = address.replace("127.0.0.1", "evil.example")
    page = browser.new_page()
    assert page.goto(rebound).status == 421
    status, text = page.evaluate(READ, rebound + QUERY)
    assert (status, "secret" in text) == (421, False)
    page.close()


def test_the_page_of_another_site_reads_nothing(browser: Any, address: str, stranger: int) -> None:
    page = browser.new_page()
    page.goto(f"http://evil.example:{stranger}/")
    assert page.evaluate(READ, address + QUERY)[0] == 0  # sent, perhaps, but not to be read
    assert "secret" not in page.evaluate(FRAMED, address + QUERY)
    page.close()


def test_a_site_that_is_named_reads_the_graph_without_credentials(browser: Any, address: str, stranger: int) -> None:
    page = browser.new_page()
    page.goto(f"http://friend.example:{stranger}/")
    status, text = page.evaluate(READ, address + QUERY)
    assert (status, "secret" in text) == (200, True)
    with_cookies = READ.replace("fetch(url)", "fetch(url, {credentials: 'include'})")
    assert page.evaluate(with_cookies, address + QUERY)[0] == 0
    page.close()
