"""Files in the gold format."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kg.errors import SourceError
from kg.evaluate import documents, read_rows

ENTITY = {"name": "LeafNet", "type": "Method", "role": "uses"}
ROW = {"paper": "P", "entities": [ENTITY], "relations": [["LeafNet", "basedOn", "Bark"]], "links": [{"url": "https://example.org"}]}


def write(tmp_path: Path, content: str | bytes) -> Path:
    path = tmp_path / "gold.jsonl"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_rows_are_read_as_they_are(tmp_path: Path) -> None:
    other = {**ROW, "paper": "Ö\u2028"}
    lines = [json.dumps(ROW), "\r", "", json.dumps(other, ensure_ascii=False)]
    assert read_rows(write(tmp_path, "\n".join(lines))) == [ROW, other]


@pytest.mark.parametrize(
    "content",
    [
        "", "\n \n", "rubbish", "{", "[]", "null", '{"paper": 3}', b"\xff", b"\xef\xbb\xbf{}", "[" * 100_000, "1" * 5_000,
        '{"paper": "\\ud800", "entities": []}',
        *map(json.dumps, [
            {**ROW, "entities": {}},
            {**ROW, "entities": [3]},
            {**ROW, "entities": [{"name": "LeafNet", "type": "Method"}]},
            {**ROW, "entities": [{**ENTITY, "name": 3}]},
            {**ROW, "entities": [{**ENTITY, "aliases": "LN"}]},
            {**ROW, "entities": [{**ENTITY, "aliases": [3]}]},
            {**ROW, "entities": [{**ENTITY, "required": "yes"}]},
            {**ROW, "entities": [{**ENTITY, "evidence": None}]},
            {**ROW, "entities": [{**ENTITY, "span": [1]}]},
            {**ROW, "entities": [{**ENTITY, "span": ["a", "b"]}]},
            {**ROW, "relations": [["LeafNet", "basedOn"]]},
            {**ROW, "relations": [["LeafNet", "basedOn", 3]]},
            {**ROW, "relations": 3},
            {**ROW, "relation_details": [3]},
            {**ROW, "links": ["https://example.org"]},
        ]),
    ],
)  # fmt: skip
def test_what_is_not_in_the_format_is_refused(tmp_path: Path, content: str | bytes) -> None:
    with pytest.raises(SourceError, match=r"gold\.jsonl") as caught:
        read_rows(write(tmp_path, content))
    assert "paper" in caught.value.hint


def test_a_folder_or_nothing_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "absent"):
        with pytest.raises(SourceError, match="cannot read"):
            read_rows(path)


def test_texts_are_cleaned_as_a_build_cleans_them(tmp_path: Path) -> None:
    (tmp_path / "t.jsonl").write_text(
        json.dumps({"title": "LeafNet: Counting", "abstract": "LeafNet counts $\\alpha$ leaves."}), encoding="utf-8"
    )
    (document,) = documents(tmp_path / "t.jsonl")
    assert document.text == "LeafNet: Counting\n\nLeafNet counts α leaves."
