"""JSON documents that are too long to be held are read item by item, in little memory, and give what they give read whole."""

from __future__ import annotations

import io
import json

import pytest

from kg.model import Record, Rejection
from kg.sources import jsonl, long_json, read

PAPERS = [{"title": f"Owls {number}", "abstract": "We count owls. " * 20, "id": f"2401.{number:05}", "score": 1.5} for number in range(200)]


def found(data: bytes, format: str | None = None) -> list[Record | Rejection]:
    return list(read(["-"], format=format, stdin=io.BytesIO(data)))


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Documents over 4,000 bytes are long."""
    monkeypatch.setattr(jsonl, "MAX_FILE_BYTES", 4000)
    monkeypatch.setattr(long_json, "MAX_FILE_BYTES", 70_000)  # ijson reads 64 kB at once


SHAPES = {
    "list": PAPERS,
    "results": {"meta": {"count": 200, "ids": [1, 2]}, "results": PAPERS},
    "crossref": {"status": "ok", "message": {"facets": {"a": []}, "items": PAPERS}},
    "solr": {"responseHeader": {"status": 0}, "response": {"docs": PAPERS, "start": 0}},
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("before", [b"", b"\xef\xbb\xbf", b"\n  "])
def test_a_long_document_gives_the_papers_that_it_gives_read_whole(shape: str, before: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    data = before + json.dumps(SHAPES[shape], indent=1).encode()
    whole = found(data, "json")
    monkeypatch.setattr(jsonl, "MAX_FILE_BYTES", 4000)
    assert found(data, "json") == whole
    assert len(whole) == 200
    assert whole[-1].place == "paper 200"


@pytest.mark.usefixtures("small")
def test_papers_before_an_error_are_kept_and_the_error_is_told() -> None:
    data = json.dumps(PAPERS).encode()
    *papers, rejection = found(data[:-100])
    assert len(papers) == 199
    assert isinstance(rejection, Rejection)
    assert (rejection.code, rejection.place) == ("bad-json", "paper 200")
    assert "mend" in rejection.message


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(
    "document",
    [
        {"title": "Owls", "abstract": "x" * 200_000},
        {"meta": {"count": 1}, "shelves": [{"title": "Owls"}] * 500},
        [{"title": "Owls", "abstract": "x" * 200_000}],
        {"meta": "x" * 200_000, "results": [{"title": "Owls"}]},
    ],
)
def test_no_list_or_too_long_an_item_is_refused(document: object) -> None:
    (rejection,) = found(json.dumps(document).encode(), "json")
    assert getattr(rejection, "code", "") == "too-long"


@pytest.mark.usefixtures("small")
def test_what_is_no_paper_is_told_and_reading_goes_on() -> None:
    items = found(json.dumps([1, None, *PAPERS]).encode(), "json")
    assert [getattr(item, "code", "") for item in items[:3]] == ["not-a-paper", "not-a-paper", ""]
    assert len(items) == 202
