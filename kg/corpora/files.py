"""The files of a corpus, as they lie: a file, a folder of them, or a `.tar.gz`; nothing is unpacked to disk."""

from __future__ import annotations

import json
import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.errors import SourceError


@dataclass(frozen=True, slots=True)
class Text:
    """One text file of a corpus."""

    place: str  # for messages: path, or path of the archive and name inside it
    name: str  # path inside the corpus, "/" between folders, without the ending
    text: str

    def wrong(self, what: str, expected: str) -> SourceError:
        """The error of a file that is not in its corpus's format."""
        return SourceError(f"{self.place}: {what}", hint=f"it should hold {expected}")

    def lines(self) -> list[str]:
        """The lines, without their ends: a line feed, or carriage return and line feed, and no other character."""
        return [line.removesuffix("\r") for line in self.text.split("\n")]


def texts(path: Path, endings: tuple[str, ...], expected: str) -> Iterator[Text]:
    """The text files at `path` whose names end in one of `endings`, sorted by name; a plain file is taken whatever its name.

    Raises:
        SourceError: nothing is there, it cannot be read, or there is no such file in it; `expected` says what there should be.
    """
    hint = f"give {expected}"
    try:
        if path.is_dir():
            found = _folder(path, endings)
        elif path.name.endswith((".tar.gz", ".tgz", ".tar")):
            found = _archive(path, endings)
        else:
            found = iter([(str(path), path.stem, path.read_bytes())])
        empty = True
        for place, name, content in found:
            empty = False
            yield Text(place, name, content.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise SourceError(f"{path}: not UTF-8 text", hint=hint) from error
    except (OSError, EOFError, tarfile.TarError, zlib.error) as error:
        raise SourceError(f"cannot read {path}: {getattr(error, 'strerror', None) or error}", hint=hint) from error
    if empty:
        raise SourceError(f"{path} holds no file ending in {' or '.join(endings)}", hint=hint)


def _folder(path: Path, endings: tuple[str, ...]) -> Iterator[tuple[str, str, bytes]]:
    for file in sorted(file for file in path.rglob("*") if file.suffix in endings and file.is_file()):
        yield str(file), file.relative_to(path).with_suffix("").as_posix(), file.read_bytes()


def _archive(path: Path, endings: tuple[str, ...]) -> Iterator[tuple[str, str, bytes]]:
    contents: dict[str, bytes] = {}  # read in the archive's order: going back and forth unpacks it again each time
    with tarfile.open(path) as archive:
        for member in archive:
            content = archive.extractfile(member) if member.isfile() and member.name.endswith(endings) else None
            if content is not None:
                contents[member.name.removeprefix("./")] = content.read()
    for name in sorted(contents):
        yield f"{path}, {name}", name.rpartition(".")[0], contents[name]


def json_objects(text: Text, expected: str) -> Iterator[tuple[Text, dict[str, Any]]]:
    """The objects of a file with one JSON object per line, each with its place."""
    for number, line in enumerate(text.lines(), start=1):
        if line.strip():
            place = Text(f"{text.place}, line {number}", text.name, "")
            yield place, json_object(line, place, expected)


def json_object(content: str, place: Text, expected: str) -> dict[str, Any]:
    """The one JSON object that `content` is."""
    try:
        value = json.loads(content)
        if "\\ud" in content.casefold():
            json.dumps(value, ensure_ascii=False).encode()  # "\ud800" is half a character: it could not be printed
    except (ValueError, RecursionError) as error:
        raise place.wrong(f"not JSON: {error}", expected) from error
    if not isinstance(value, dict):
        raise place.wrong("not a JSON object", expected)
    return value
