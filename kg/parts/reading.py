"""A folder of parts that somebody wrote, nothing of it taken on trust: its manifest, and whether its files are what that says."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from kg import vocab
from kg.errors import KgError, SourceError, UsageError
from kg.parts.layout import FORMAT, GRAPH, LOG, MANIFEST_FILE, REFUSED
from kg.parts.manifest import Manifest, PartFile
from kg.store.staging import spoilt

_LARGEST = 1 << 28  # bytes of a manifest; a file takes 200 of them
_BLOCK = 1 << 20
_THREADS = 2  # that digest files; hashlib lets go of the interpreter meanwhile
_PATHS = {"log": LOG, "refusals": REFUSED, "graph": GRAPH}  # field of the manifest → folder
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.=-]*")
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Parts:
    """A folder of parts."""

    folder: Path
    manifest: Manifest
    digest: str  # 32 hex digits, of the manifest and so of everything

    def path(self, file: PartFile) -> Path:
        """Where a file lies."""
        return self.folder / file.path

    @property
    def files(self) -> tuple[PartFile, ...]:
        """All files."""
        return (*self.manifest.log, *self.manifest.refusals, *self.manifest.graph)


def read(folder: str | Path) -> Parts:
    """The parts in a folder; its files are not looked at yet: `verify` does.

    Raises:
        SourceError: there is no folder or no manifest, or the manifest is damaged or of another version.
    """
    path = Path(folder)
    if not path.is_dir():
        raise SourceError(f"there is no folder {path}", hint="name the folder that `kg build --engine spark --out FOLDER` wrote")
    try:
        with (path / MANIFEST_FILE).open("rb") as file:
            content = file.read(_LARGEST)
    except FileNotFoundError:
        hint = "the run that wrote this was not finished: run it again" if _begun(path) else "name a folder of parts"
        raise SourceError(f"{path} holds no {MANIFEST_FILE}", hint=hint) from None
    try:
        given = json.loads(content)
        _check_version(path, given)
        return Parts(path, _manifest(given), hashlib.sha256(content).hexdigest()[:32])
    except (ValueError, TypeError, LookupError, RecursionError, AttributeError, UsageError) as error:
        raise spoilt(path / MANIFEST_FILE, "it cannot be read") from error


def verify(parts: Parts, on_bytes: Callable[[int], None] | None = None) -> None:
    """Pass where every file is there and is what was written; reads all of them.

    Args:
        parts: what was read.
        on_bytes: called with the number of bytes looked at so far.

    Raises:
        SourceError: a file is absent or another one; says which.
    """
    for file in parts.files:  # before any is read
        _check_size(parts.path(file), file)
    done = 0
    with ThreadPoolExecutor(_THREADS) as pool:
        for file, digest in zip(parts.files, pool.map(_digest, map(parts.path, parts.files)), strict=True):
            if digest != file.sha256:
                pool.shutdown(cancel_futures=True)
                raise spoilt(parts.path(file), "its SHA-256 is not the one in the manifest")
            done += file.bytes
            if on_bytes is not None:
                on_bytes(done)


def _begun(folder: Path) -> bool:
    return any((folder / name).is_dir() for name in _PATHS.values())


def _check_version(folder: Path, given: Any) -> None:  # noqa: ANN401 (whatever JSON holds)
    if given["format"] != FORMAT:
        raise SourceError(
            f"{folder} is of another version: {str(given['format'])[:60]!r}, this kg reads {FORMAT!r}",
            hint=f"load it with the version of kg that wrote it ({str(given.get('kg', 'not said'))[:20]})",
        )


def _manifest(given: dict[str, Any]) -> Manifest:
    """The manifest in an object.

    Raises:
        ValueError, TypeError, LookupError, AttributeError: it is none.
    """
    files = {name: tuple(PartFile(**one) for one in given[name]) for name in _PATHS}
    found = Manifest(**{**given, **files})
    for field in fields(Manifest):
        kind = {"str": str, "int": int}.get(str(field.type), tuple)
        if type(getattr(found, field.name)) is not kind:
            raise TypeError(field.name)
    vocab.checked_base(found.base)
    for name, folder in _PATHS.items():
        for file in files[name]:
            _check_entry(file, folder)
    paths = [file.path for name in files for file in files[name]]
    totals = (sum(file.rows for file in files[name]) for name in _PATHS)
    if len({*paths}) != len(paths) or (*totals,) != (found.texts, found.refused, found.quads):
        raise ValueError("its figures do not agree")
    return found


def _check_entry(file: PartFile, folder: str) -> None:
    """Pass where an entry names a file in its folder: nothing else is ever read."""
    head, _, name = str(file.path).partition("/")
    numbers = all(type(number) is int and number >= 0 for number in (file.rows, file.bytes))
    if head != folder or not _NAME.fullmatch(name) or not numbers or not _DIGEST.fullmatch(file.sha256):
        raise ValueError(file.path)


def _check_size(path: Path, file: PartFile) -> None:
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        raise _absent(path) from None
    if size != file.bytes:
        raise spoilt(path, f"it has {size:,} bytes, and {file.bytes:,} were written")


def _absent(path: Path) -> KgError:
    return SourceError(f"{path} is missing", hint="copy the parts again, or run again what wrote them; nothing was changed")


def _digest(path: Path) -> str:
    total = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            total.update(block)
    return total.hexdigest()
