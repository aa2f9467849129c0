"""`kg query --format json` and `xml` are the W3C's formats, whatever text a graph has."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, QueryResultsFormat, QuerySolutions, Triple, parse_query_results

from kg.cli.query import result_text
from kg.engine.runner import QueryResult

NODE = NamedNode("https://example.org/a")
CELLS = (
    NODE,
    None,
    BlankNode("b"),
    Literal("<b>&\"'\r\n\t"),
    Literal("1", datatype=NODE),
    Literal("hé", language="fr"),
    Triple(NODE, NODE, NODE),
)
ROWS = QueryResult(variables=tuple("abcdefg"), rows=(CELLS,))


@pytest.mark.parametrize(("format", "kind"), [("json", QueryResultsFormat.JSON), ("xml", QueryResultsFormat.XML)])
def test_rows_come_back_as_they_are(format: str, kind: QueryResultsFormat) -> None:
    read = parse_query_results(result_text(ROWS, format, {}), format=kind)
    assert isinstance(read, QuerySolutions)
    assert [tuple(row) for row in read] == [CELLS]


def test_a_character_that_xml_forbids_leaves_the_rest_whole() -> None:
    text = result_text(QueryResult(variables=("a",), rows=((Literal("be\x08fore \x00 after"),),)), "xml", {})
    assert "".join(ET.fromstring(text).itertext()).strip() == "be\ufffdfore \ufffd after"


def test_a_truth_value_is_one_in_each_format() -> None:
    assert json.loads(result_text(QueryResult(boolean=True), "json", {}))["boolean"] is True
    assert "<boolean>false</boolean>" in result_text(QueryResult(boolean=False), "xml", {})
    assert result_text(QueryResult(boolean=True), "tsv", {}) == "true\n"
