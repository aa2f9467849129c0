"""Reading refused documents again: a mended file, or a kg that reads more than the one before."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from kg import extract
from kg.build.building import build
from kg.errors import UsageError
from kg.extract import Extractor
from kg.log import Log
from kg.model import BuildReport, Rejection
from kg.store import layout

STANDARD_INPUT = "-"


@dataclass(frozen=True, slots=True)
class Retried:
    """What came of reading refused documents again."""

    report: BuildReport | None  # of the build; None where there was nothing that could be read
    left: tuple[str, ...]  # sources that cannot be read again, sorted: standard input, and files that are gone


def retry(
    store: str | Path,
    *,
    source: str = "",
    extractor: Extractor | str = extract.DEFAULT,
    format: str | None = None,
    jobs: int = 1,
    on_progress: Callable[[int], None] | None = None,
) -> Retried:
    """Read again the sources that hold refused documents; what was stored from them stays, or is brought up to date.

    Args:
        store: the store folder.
        source: only sources whose path has these words in it, whatever their case.
        extractor: what reads the papers, by name or as it is.
        format: how to read the sources; found out from each by default.
        jobs: processes that extract.
        on_progress: called with the number of documents done so far.

    Raises:
        UsageError: no source with refused documents is called so.
        StoreError: there is no store, or it is locked, of another version, or cannot be written.
    """
    layout.check_format(Path(store))
    with Log(Path(store, layout.LOG_FILE), readonly=True) as log:
        refused = _sources(log.rejections())
    wanted = [name for name in refused if source.casefold() in name.casefold()]
    if refused and not wanted:
        raise UsageError(f"no document of a source like {source!r} was refused", hint="`kg quarantine list` shows the sources")
    there = [name for name in wanted if name != STANDARD_INPUT and Path(name).exists()]
    left = tuple(name for name in wanted if name not in there)
    if not there:
        return Retried(None, left)
    return Retried(build(there, store=store, extractor=extractor, format=format, jobs=jobs, on_progress=on_progress), left)


def _sources(rejections: Iterable[Rejection]) -> list[str]:
    return sorted({rejection.source for rejection in rejections})
