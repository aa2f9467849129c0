"""Parts into a remote store: what a build into it would have made, also where the load is cut off in the middle."""

from __future__ import annotations

import httpx
import pytest
from kept import Backend, some, write
from pyoxigraph import Literal
from toy_papers import PAPERS, Guillemets, content

from kg import parts
from kg.build import build
from kg.errors import StoreError
from kg.parts import Loaded
from kg.remote import loading, state, texts
from kg.remote.failures import RemoteError
from kg.remote.store import connect


class Faulty(httpx.BaseTransport):
    """Requests that go through, but for those to change the store after the first few: these get `status`."""

    def __init__(self, good: int, status: int = 500, times: int = 1_000_000) -> None:
        self._http = httpx.HTTPTransport()
        self._good, self._status, self._times = good, status, times
        self.sent: list[bytes] = []  # bodies of those of the Graph Store Protocol

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/store":
            if len(self.sent) >= self._good and self._times > 0:
                self._times -= 1
                return httpx.Response(self._status)
            self.sent.append(request.content)
        return self._http.handle_request(request)


def load(backend: Backend, transport: httpx.BaseTransport | None = None) -> Loaded:
    return loading.load(
        parts.read(backend.folder / "parts"), backend.address, transport=transport, on_step=lambda *_: None, on_note=lambda _: None
    )  # fmt: skip


@pytest.fixture
def an_empty(an_oxigraph: Backend, monkeypatch: pytest.MonkeyPatch) -> Backend:
    """An empty store, the parts of a store of seven papers beside it, and requests of two kilobytes."""
    build([str(write(an_oxigraph.folder, some(1, 2, 3, 4, 5, 6, 7)))], store=an_oxigraph.folder / "built", extractor=Guillemets())
    parts.write(an_oxigraph.folder / "built", an_oxigraph.folder / "parts", lines=60)
    monkeypatch.setattr(loading, "_REQUEST", 2000)
    monkeypatch.setattr(loading, "_ROWS_REQUEST", 2000)
    return an_oxigraph


def test_parts_are_sent_and_then_built_upon_from_any_machine(an_empty: Backend) -> None:
    loaded = load(an_empty)
    assert (loaded.papers, loaded.derived) == (7, "")
    assert an_empty.export() == content(an_empty.folder / "built")
    an_empty.machine("two")
    an_empty.build(some(8, 9, 10))
    build([str(write(an_empty.folder, PAPERS))], store=an_empty.folder / "all", extractor=Guillemets())
    assert an_empty.export() == content(an_empty.folder / "all")
    an_empty.machine("one")
    an_empty.build(some(8, 9, 10))
    assert an_empty.export() == content(an_empty.folder / "all")


def test_a_load_that_is_cut_off_goes_on_where_it_was(an_empty: Backend) -> None:
    first = Faulty(good=5)
    with pytest.raises(RemoteError):
        load(an_empty, first)
    assert len(first.sent) == 5
    with pytest.raises(StoreError, match="not whole"):
        an_empty.export()
    an_empty.machine("one")
    second = Faulty(good=1_000_000)
    load(an_empty, second)
    assert len(second.sent) > 5
    assert not {*first.sent} & {*second.sent}
    assert an_empty.export() == content(an_empty.folder / "built")
    with connect(an_empty.address) as store:
        (base,) = state.read(store)
        assert store.query(texts.text("loading", log=loading.NamedNode(state.log_iri(base)))).rows == ()


def test_a_store_that_stumbles_is_asked_again(an_empty: Backend) -> None:
    load(an_empty, Faulty(good=3, status=503, times=2))
    assert an_empty.export() == content(an_empty.folder / "built")


def test_what_is_missing_in_the_end_is_told_and_sent_anew(an_empty: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that says that it took what it did not."""
    with monkeypatch.context() as patched:
        patched.setattr(loading._Load, "_send", lambda *_: None)
        with pytest.raises(StoreError, match="holds 0 triples"):
            load(an_empty)
    load(an_empty)
    assert an_empty.export() == content(an_empty.folder / "built")


def test_parts_are_added_to_a_store_that_has_papers(an_empty: Backend) -> None:
    an_empty.build(some(8, 9, 10))
    assert load(an_empty).papers == 10
    assert load(an_empty).added == 0
    build([str(write(an_empty.folder, PAPERS))], store=an_empty.folder / "all", extractor=Guillemets())
    assert an_empty.export() == content(an_empty.folder / "all")


def test_what_somebody_else_put_there_is_left_alone(an_empty: Backend) -> None:
    with connect(an_empty.address) as store:
        store.post_lines(b"<https://w3id.org/paper-kg/id/x> <http://x.org/p> " + str(Literal("x")).encode() + b" .\n")
    with pytest.raises(StoreError, match="no `kg build` pushed"):
        load(an_empty)
