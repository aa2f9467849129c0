"""Formats of other packages: entry points of the group `kg.sources`.

An entry point names a `Format`, or a callable without arguments that gives one, whose name is the entry point's. Such a format is asked
whether it knows an input after the built-in ones, before endings decide. What it raises costs the input at hand.
"""

from __future__ import annotations

import traceback
from dataclasses import replace
from functools import partial
from importlib.metadata import EntryPoint, entry_points
from itertools import pairwise
from pathlib import Path

from kg.errors import SourceError
from kg.model import Record, Rejection
from kg.sources.formats import Format, Found, Input, RefusedError, Start

GROUP = "kg.sources"
_LONGEST = 200  # characters of a foreign error's message that are passed on


def load(built_in: tuple[str, ...]) -> tuple[Format, ...]:
    """The formats that installed packages register, sorted by name; none can take a built-in name.

    Raises:
        SourceError: two packages register one name, or what a name stands for cannot be loaded or is no format.
    """
    found = sorted(entry_points(group=GROUP), key=lambda entry: entry.name)
    found = [entry for entry in found if entry.name not in built_in]
    for one, other in pairwise(found):
        if one.name == other.name:
            packages = " and ".join(sorted((_package(one), _package(other))))
            raise SourceError(f"the format {one.name!r} is registered by {packages}", hint="uninstall all of them but one")
    return tuple(_load(entry) for entry in found)


def _load(entry: EntryPoint) -> Format:
    package = _package(entry)
    hint = "repair or uninstall that package"
    try:
        loaded = entry.load()
        format = loaded if isinstance(loaded, Format) else loaded()
    except (Exception, SystemExit) as error:
        raise SourceError(f"the format {entry.name!r} of package {package} cannot be loaded: {_words(error)}", hint=hint) from error
    if not isinstance(format, Format) or format.name != entry.name:
        given = f"a format called {format.name!r}" if isinstance(format, Format) else type(format).__name__
        raise SourceError(f"the format {entry.name!r} of package {package} is none: it is {given}", hint=hint)
    return replace(
        format, recognises=partial(_recognises, format), text=None, stream=partial(_read, format, package)
    )  # looked at for what it raises


def _recognises(format: Format, start: Start) -> bool:
    try:
        return bool(format.recognises(start))
    except Exception:  # a format that fails on a start is not the one
        return False


def _read(format: Format, package: str, input: Input) -> Found:
    try:
        for item in format.read(input):
            yield _checked(item)
    except (MemoryError, RefusedError, OSError):
        raise
    except (Exception, SystemExit) as error:
        frame = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(frame.filename).name}:{frame.lineno}"
        raise RefusedError(
            "bad-reader", f"the format {format.name} of package {package} failed with {_words(error)} ({where}): tell its authors"
        ) from error


def _checked(item: object) -> Record | Rejection:
    if isinstance(item, Record | Rejection):
        return item
    raise TypeError(f"gave {type(item).__name__}, not Record or Rejection")


def _package(entry: EntryPoint) -> str:
    return f"{entry.dist.name} {entry.dist.version}" if entry.dist is not None else entry.value


def _words(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:_LONGEST]
