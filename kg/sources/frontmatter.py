"""The fields of the YAML block on top of a Markdown text: texts, lists of texts, lists of objects of texts.

Only what such blocks hold of papers is read, line by line, so that one that is no valid YAML (`title: Owls: a study`) is read as well.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

FRONT_MATTER = re.compile(r"\s*---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL)
_KEY = re.compile(r"([A-Za-z][\w -]{0,40}):(?:\s+(.*))?$")
_ITEM = re.compile(r"-(?:\s+(.*))?$")
_INDEX = re.compile(r"[\w*†‡§]{1,4}")


def fields_of(text: str) -> tuple[dict[str, object], str]:
    """Fields of the block (keys in lower case), and the text below it; no fields where there is no block."""
    match = FRONT_MATTER.match(text)
    if match is None:
        return {}, text
    fields: dict[str, object] = {}
    key, below = "", list[str]()
    for line in [*match.group(1).split("\n"), "end:"]:
        pair = _KEY.match(line)
        if pair is None:
            below.append(line)
            continue
        if key and any(line.strip() for line in below):
            fields[key] = _block(str(fields[key]), below)
        key, below = pair.group(1).strip().lower().replace(" ", "_"), []
        value = (pair.group(2) or "").strip()
        fields.setdefault(key, "" if value in ("|", ">", "|-", ">-") else _value(value))
    del fields["end"]
    return _with_affiliations(fields), text[match.end() :]


def _block(start: str, below: Sequence[str]) -> object:
    """The value that goes on below its key: a list of items, or a text."""
    lines = [line for line in below if line.strip() and not line.lstrip().startswith("#")]
    if start or not lines or not _ITEM.match(lines[0].strip()):
        return "\n".join([*([start] if start else []), *(line.strip() for line in below if line.strip() and line[0] in " \t")])
    indent = len(lines[0]) - len(lines[0].lstrip())
    items: list[list[str]] = []
    for line in lines:
        match = _ITEM.match(line.strip())
        if match and len(line) - len(line.lstrip()) <= indent:
            items.append([match.group(1) or ""])
        else:
            items[-1].append(line.strip())
    return [_item(item) for item in items]


def _item(lines: Sequence[str]) -> object:
    """An object where the first line is "key: value", else a text."""
    if not _KEY.match(lines[0].strip()):
        return _value(" ".join(lines).strip())
    found: dict[str, object] = {}
    key = ""
    for line in lines:
        pair = _KEY.match(line)
        if pair:
            key = pair.group(1).strip().lower()
            found[key] = _value((pair.group(2) or "").strip())
        elif item := _ITEM.match(line):
            listed = found[key]
            found[key] = [*(listed if isinstance(listed, list) else [listed] if listed else []), _value(item.group(1) or "")]
    return found


def _value(text: str) -> object:
    """A text without its quotes, or the parts of "[a, b]"."""
    if text.startswith("[") and text.endswith("]"):
        return [_unquoted(part.strip()) for part in _between_commas(text[1:-1]) if part.strip()]
    return _unquoted(text)


def _between_commas(text: str) -> list[str]:
    """The parts between commas that stand in no quotes."""
    parts: list[list[str]] = []
    quote = ""
    for piece in text.split(","):
        if quote:
            parts[-1].append(piece)
        else:
            parts.append([piece])
            quote = piece.strip()[:1] if piece.strip()[:1] in ("'", '"') else ""
        if quote and len(parts[-1][0].strip()) + len(parts[-1]) > 2 and piece.rstrip().endswith(quote):
            quote = ""
    return text.split(",") if quote else [",".join(part) for part in parts]


def _unquoted(value: str) -> str:
    quoted = len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1] if quoted else value


def _with_affiliations(fields: dict[str, object]) -> dict[str, object]:
    """The fields, where authors give their affiliations by number those instead of the numbers, as https://joss.theoj.org has them."""
    people, listed = fields.get("authors"), fields.get("affiliations")
    if not isinstance(people, list) or not isinstance(listed, list):
        return fields
    known = {str(one["index"]): one for one in listed if isinstance(one, dict) and "index" in one}
    joined = [_joined(one, known) for one in people]
    return {**fields, "authors": joined, "affiliations": [] if known and joined != people else listed}


def _joined(author: object, known: dict[str, dict[str, object]]) -> object:
    if not isinstance(author, dict):
        return author
    stated = author.get("affiliation")
    numbers = _INDEX.findall(str(stated)) if isinstance(stated, str) else stated if isinstance(stated, list) else []
    found = [known[str(number)] for number in numbers if str(number) in known]
    return {**author, "affiliation": found} if found else author
