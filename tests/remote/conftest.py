"""One fixture per kind of store; each test finds its store empty."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from kept import Backend
from pyoxigraph import NamedNode
from sparql_servers import LOGIN, OXIGRAPH, VIRTUOSO, oxigraph, virtuoso

from kg import vocab
from kg.remote.store import connect

GRAPHS = (f"{vocab.BASE}graph", f"{vocab.BASE}log")


@pytest.fixture(scope="session")
def oxigraph_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if OXIGRAPH is None:
        pytest.skip("the server `oxigraph` is not installed: pip install oxigraph")
    with oxigraph(tmp_path_factory.mktemp("oxigraph")) as address:
        yield address


@pytest.fixture(scope="session")
def virtuoso_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if VIRTUOSO is None:
        pytest.skip("the server `virtuoso-t` is not installed: apt-get install virtuoso-opensource")
    with virtuoso(tmp_path_factory.mktemp("virtuoso")) as address:
        yield address


@pytest.fixture(params=["folder", "oxigraph", pytest.param("virtuoso", marks=pytest.mark.slow)])
def backend(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Backend:
    """Each kind of store in turn, empty."""
    if request.param == "folder":
        return _machine(Backend("folder", str(tmp_path / "store"), tmp_path, monkeypatch))
    return _emptied(request, request.param, tmp_path, monkeypatch)


@pytest.fixture(params=["oxigraph", pytest.param("virtuoso", marks=pytest.mark.slow)])
def remote(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Backend:
    """Each kind of remote store in turn, empty."""
    return _emptied(request, request.param, tmp_path, monkeypatch)


@pytest.fixture
def an_oxigraph(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Backend:
    """An empty Oxigraph server, for what does not depend on the kind."""
    return _emptied(request, "oxigraph", tmp_path, monkeypatch)


def _emptied(request: pytest.FixtureRequest, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Backend:
    address = request.getfixturevalue(f"{kind}_address")
    if kind == "virtuoso":
        for name, value in LOGIN.items():
            monkeypatch.setenv(name, value)
    with connect(address) as store:
        store.update("DROP ALL" if kind == "oxigraph" else " ;\n".join(f"DROP SILENT GRAPH {NamedNode(graph)}" for graph in GRAPHS))
    return _machine(Backend(kind, address, tmp_path, monkeypatch))


def _machine(backend: Backend) -> Backend:
    backend.machine("one")
    return backend
