"""Formats by Accept and by name."""

from __future__ import annotations

import pytest

from kg.serve.negotiation import GRAPHS, ROWS, choose, named


@pytest.mark.parametrize(
    ("accept", "rows", "graph"),
    [
        ("", "json", "ttl"),
        ("*/*", "json", "ttl"),
        ("text/csv", "csv", None),
        ("TEXT/CSV;q=0.9, */*;q=0.1", "csv", "ttl"),
        ("application/json", "json", "jsonld"),
        ("application/rdf+xml;q=0.9, text/turtle;q=0.8, */*;q=0.1", "json", "rdf"),
        ("text/html;q=x, ;;, nonsense", None, None),
        ("image/png", None, None),
    ],
)
def test_the_best_liked_format_is_chosen(accept: str, rows: str | None, graph: str | None) -> None:
    assert (choose(accept, ROWS), choose(accept, GRAPHS)) == (rows, graph)


@pytest.mark.parametrize(
    ("name", "rows", "graph"),
    [
        ("json", "json", "jsonld"),
        ("xml", "xml", "rdf"),
        ("csv", "csv", None),
        ("turtle", None, "ttl"),
        ("n3", None, "ttl"),
        ("rdf+xml", None, "rdf"),
        ("text/turtle", None, "ttl"),
        ("xlsx", None, None),
    ],
)
def test_a_format_is_known_by_the_names_that_clients_use(name: str, rows: str | None, graph: str | None) -> None:
    assert (named(name, ROWS), named(name, GRAPHS)) == (rows, graph)
