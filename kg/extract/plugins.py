"""Extractors of other packages: entry points of the group `kg.extractors`, looked up when one is asked for by name and never else.

An entry point names a callable without arguments, a class for instance, that gives an `Extractor` whose version begins with the
entry point's name and a hyphen. What such an extractor raises costs the paper at hand; `kg.extract.checked` looks at what it gives.
"""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from kg.errors import ExtractorError, UsageError
from kg.extract import BUILT_IN, Extractor
from kg.model import Document, Extraction

GROUP = "kg.extractors"
_LONGEST = 200  # characters of a foreign error's message that are passed on


@dataclass(frozen=True, slots=True)
class Plugin:
    """An extractor of another package, under the name and version that it had when it was loaded."""

    extractor: Extractor
    name: str
    package: str  # the distribution that registers it, "kg-name-list 1.0"
    version: str

    def extract(self, document: Document) -> Extraction:
        """What the extractor gives, unchecked.

        Raises:
            ExtractorError: it raised something; only `MemoryError` and Ctrl-C pass as they are, since they are about this machine.
        """
        try:
            return self.extractor.extract(document)
        except MemoryError:
            raise
        except (Exception, SystemExit) as error:
            frame = traceback.extract_tb(error.__traceback__)[-1]
            where = f"{Path(frame.filename).name}:{frame.lineno}"
            raise ExtractorError(
                f"the extractor {self.name} of package {self.package} failed with {_words(error)} ({where})",
                hint="tell its authors; the other papers are not affected",
            ) from error


def names() -> tuple[str, ...]:
    """What `--extractor` takes: the built-in names, then those that installed packages register, sorted."""
    return (*BUILT_IN, *sorted({entry.name for entry in entry_points(group=GROUP)} - set(BUILT_IN)))


def load_plugin(name: str) -> Plugin:
    """The extractor that an installed package registers under `name`; no package can take a built-in name.

    Raises:
        UsageError: no package registers the name.
        ExtractorError: several do, or what it stands for cannot be loaded or is no extractor.
    """
    found = [entry for entry in entry_points(group=GROUP) if entry.name == name]
    if not found:
        raise UsageError(f"no extractor is called {name!r}", hint=f"use one of {', '.join(names())}")
    if len(found) > 1:
        packages = " and ".join(sorted(_package(entry) for entry in found))
        raise ExtractorError(f"the extractor {name!r} is registered by {packages}", hint="uninstall all of them but one")
    return _load(found[0])


def _load(entry: EntryPoint) -> Plugin:
    package = _package(entry)
    try:
        extractor = entry.load()()
        version = getattr(extractor, "version", None)
    except (Exception, SystemExit) as error:
        raise ExtractorError(
            f"the extractor {entry.name!r} of package {package} cannot be loaded: {_words(error)}",
            hint=f"repair or uninstall that package, or use one of {', '.join(BUILT_IN)}",
        ) from error
    problem = _problem(entry.name, extractor, version)
    if problem:
        raise ExtractorError(
            f"the extractor {entry.name!r} of package {package} is none: {problem}", hint="see `Your own extractor` in the README"
        )
    return Plugin(extractor, entry.name, package, str(version))


def _problem(name: str, extractor: object, version: object) -> str:
    """What keeps an object from being an extractor under this name; "" if nothing."""
    if not callable(getattr(extractor, "extract", None)):
        return f"{type(extractor).__name__} has no method `extract`"
    if not isinstance(version, str) or not version:
        return f"{type(extractor).__name__} has no text `version`"
    # The log tells extractors apart by this text alone, and the graph parts it into name and version.
    if not version.startswith(f"{name}-") or version == f"{name}-" or not version.isprintable() or " " in version:
        return f'its version is {version[:40]!r}, and should read like "{name}-1.0"'
    return ""


def _package(entry: EntryPoint) -> str:
    return f"{entry.dist.name} {entry.dist.version}" if entry.dist is not None else entry.value


def _words(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:_LONGEST]
