"""What a store says of its graph is read strictly: marks are written by others as well."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from kept import Backend, some
from pyoxigraph import Literal, NamedNode, Triple

from kg import vocab
from kg.errors import StoreError, UsageError
from kg.opening import locate
from kg.remote import state, texts
from kg.remote.state import STATE, State
from kg.remote.store import connect
from kg.remote.work import place
from kg.serve.current import Current

GOOD = {"base": vocab.BASE, "graph": "", "triples": 0, "rows": "", "place": "", "pushing": False, "format": 1}


def put(address: str, value: str, base: str = vocab.BASE) -> None:
    log = f"{base}log"
    with connect(address) as store:
        store.update(texts.change((), [(log, Triple(NamedNode(log), STATE, Literal(value)))]))


@pytest.mark.parametrize(
    "mark",
    [
        "no json",
        "[]",
        "[" * 100_000,
        json.dumps(GOOD | {"triples": "1"}),
        json.dumps(GOOD | {"more": 1}),
        json.dumps(GOOD | {"format": 99}),
        json.dumps(GOOD | {"place": "https://else.example/> } ; DROP ALL"}),
        json.dumps(GOOD | {"base": "https://else.example/"}),
    ],
)
def test_a_mark_that_is_none_is_refused(an_oxigraph: Backend, mark: str) -> None:
    put(an_oxigraph.address, mark)
    for command in (lambda: an_oxigraph.open().show("x"), lambda: an_oxigraph.build(some(1))):
        with pytest.raises(StoreError, match=r"cannot be read|is of format 99|lies elsewhere"):
            command()


def test_two_graphs_in_one_store_are_told_apart_by_their_base(an_oxigraph: Backend) -> None:
    for base in ("https://one.example/", "https://two.example/"):
        put(an_oxigraph.address, json.dumps(GOOD | {"base": base}), base)
    with pytest.raises(UsageError, match=r"holds 2 graphs of papers: https://one.example/, https://two.example/"):
        an_oxigraph.open().base  # noqa: B018 (asks the store)


def test_the_log_of_a_base_has_its_marks() -> None:
    assert State("https://example.org/").log == "https://example.org/log"
    assert state.triple(State("https://example.org/"), "https://example.org/log").predicate == STATE


def test_each_address_has_a_folder_of_its_own(tmp_path: Path) -> None:
    homes = {
        str(place(address, {"KG_HOME": str(tmp_path)}).path) for address in ("http://a", "http://a/", "http://a/b", "https://a", "http://b")
    }
    assert len(homes) == 4
    elsewhere = place("http://a", {"XDG_DATA_HOME": "/data", "XDG_CACHE_HOME": "/cache"})
    assert (str(elsewhere.path.parent), str(elsewhere.mirror.parent)) == ("/data/paper-kg/remotes", "/cache/paper-kg/remotes")


def test_a_server_sees_what_another_machine_pushed(an_oxigraph: Backend) -> None:
    an_oxigraph.build(some(1, 2))
    an_oxigraph.machine("server")
    current = Current(locate(an_oxigraph.address))
    with current.snapshot() as snapshot:
        assert snapshot.manifest.papers == 2
    an_oxigraph.machine("one")
    an_oxigraph.build(some(3))
    an_oxigraph.machine("server")
    current.look()
    with current.snapshot() as snapshot:
        assert snapshot.manifest.papers == 3
    current.look()
    current.close()
