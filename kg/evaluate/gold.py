"""Files in the gold format, and the papers that they annotate.

In: JSONL, one object per paper: "paper" (the title), "entities" (objects with "name", "type", "role"; perhaps "aliases", "required",
"evidence", "span"), perhaps "relations" (lists of subject, predicate, object) and "links" (objects with "url"). Out: rows, checked.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kg.errors import SourceError
from kg.evaluate.graphs import Row
from kg.model import Document, Rejection

FORMAT = 'one JSON object per line with "paper" (the title) and "entities", each with "name", "type" and "role"'
_OPTIONAL = {"aliases": list, "required": bool, "evidence": str}


def read_rows(path: Path) -> list[Row]:
    """The papers of a file in the gold format; raises `SourceError` where it is not one."""
    hint = f"give a file of {FORMAT}"
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except OSError as error:
        raise SourceError(f"cannot read {path}: {error.strerror}", hint=hint) from error
    except UnicodeDecodeError as error:
        raise SourceError(f"{path} is not UTF-8", hint=hint) from error
    rows = [_row(path, number, line) for number, line in enumerate(lines, start=1) if line.strip()]
    if not rows:
        raise SourceError(f"{path} holds no paper", hint=hint)
    return rows


def documents(path: Path) -> Iterator[Document | Rejection]:
    """The papers of a file of texts, read and cleaned as `kg build` does it; raises `SourceError` where there is no such file."""
    from kg import sources, text  # here, for a quick `kg --help`

    if not path.exists():
        raise SourceError(f"{path} does not exist", hint="give the texts of the papers that the gold annotates")
    for record in sources.read([str(path)]):
        yield record if isinstance(record, Rejection) else text.clean(record)


def _row(path: Path, number: int, line: str) -> Row:
    try:
        row = json.loads(line)
        json.dumps(row, ensure_ascii=False).encode()  # "\ud800" is half a character: it could not be printed
    except (ValueError, RecursionError) as error:
        reason = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
        raise SourceError(f"{path}, line {number}: not JSON: {reason}", hint=f"give a file of {FORMAT}") from error
    if not _is_row(row):
        raise SourceError(f"{path}, line {number}: not in the gold format", hint=f"it is {FORMAT}")
    return dict(row)


def _is_row(row: Any) -> bool:  # noqa: ANN401 (whatever JSON held)
    if not isinstance(row, dict) or not isinstance(row.get("paper"), str) or not isinstance(row.get("entities"), list):
        return False
    relations, links, details = (row.get(key, []) for key in ("relations", "links", "relation_details"))
    if not all(isinstance(part, list) for part in (relations, links, details)):
        return False
    return (
        all(map(_is_entity, row["entities"]))
        and all(_are_strings(relation) and len(relation) == 3 for relation in relations)
        and all(isinstance(link, dict) and isinstance(link.get("url"), str) for link in links)
        and all(isinstance(detail, dict) for detail in details)
    )


def _is_entity(entity: Any) -> bool:  # noqa: ANN401 (whatever JSON held)
    if not isinstance(entity, dict) or not all(isinstance(entity.get(key), str) for key in ("name", "type", "role")):
        return False
    if not all(isinstance(entity.get(key, of()), of) for key, of in _OPTIONAL.items()):
        return False
    return _are_strings(entity.get("aliases", [])) and _is_span(entity.get("span"))


def _are_strings(value: Any) -> bool:  # noqa: ANN401 (whatever JSON held)
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _is_span(value: Any) -> bool:  # noqa: ANN401 (whatever JSON held)
    return value is None or (isinstance(value, list) and len(value) == 2 and all(isinstance(end, int) for end in value))
