"""Lists that were written into text, as data frames and databases write them into the cells of a table."""

from __future__ import annotations

import ast
import json
import re
import warnings

_MAX_CHARS = 200_000  # the authors of the largest collaborations
_COMMA = re.compile(r"['\"]\s*,")
_GAP = re.compile(r"(?<=['\"])\s+(?=['\"])")


def opened(value: object) -> object:
    """The list that a text stands for, written as JSON, by Python, or by numpy without commas; any other value as it is."""
    if not isinstance(value, str) or value[:1] != "[" or len(value) > _MAX_CHARS:
        return value
    text = value.strip()
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass
    if not _COMMA.search(text):
        text = _GAP.sub(", ", text)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a backslash in a name
            found = ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return value
    return found if isinstance(found, list) else value


def outer_split(text: str, mark: str) -> list[str]:
    """The parts of a text between marks that stand in no parentheses; between all where a parenthesis is never closed."""
    parts: list[list[str]] = []
    depth = 0
    for piece in text.split(mark):
        if depth:
            parts[-1].append(piece)
        else:
            parts.append([piece])
        depth = max(0, depth + piece.count("(") - piece.count(")"))
    return text.split(mark) if depth else [mark.join(part) for part in parts]
