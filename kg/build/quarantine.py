"""Reading refused documents again: a mended file, or a kg that reads more than the one before."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from kg import extract
from kg.build.building import build
from kg.errors import UsageError
from kg.extract import Extractor
from kg.extract.threshold import extractor_name
from kg.log import Log
from kg.model import BuildReport, Rejection
from kg.sources import Position
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
    code: str = "",
    extractor: Extractor | str | None = None,
    format: str | None = None,
    jobs: int = 1,
    position: Position | None = None,
    on_progress: Callable[[int], None] | None = None,
    on_refusal: Callable[[Rejection], None] | None = None,
) -> Retried:
    """Read again the sources that hold refused documents; what was stored from them stays, or is brought up to date.

    Args:
        store: the store folder.
        source: only sources whose path has these words in it, whatever their case.
        code: only sources of which a document was refused for this reason.
        extractor: what reads the papers, by name or as it is; by default what read most papers of the store.
        format: how to read the sources; found out from each by default.
        jobs: processes that extract.
        position: told how far reading is.
        on_progress: called with the number of documents done so far.
        on_refusal: called with each refusal that is kept, as of `build`.

    Raises:
        UsageError: no source with refused documents is called so, or no extractor has the name.
        StoreError: there is no store, or it is locked, of another version, or cannot be written.
    """
    layout.check_format(Path(store))
    with Log(Path(store, layout.LOG_FILE), readonly=True) as log:
        refused = chosen(log.rejections())
        wanted = sorted({rejection.source for rejection in chosen(log.rejections(), source=source, code=code)})
        reader = extractor or _usual_extractor(log)
    if refused and not wanted:
        like = " and ".join(words for words in (f"of a source like {source!r}" * bool(source), f"for {code!r}" * bool(code)) if words)
        raise UsageError(f"no document was refused {like}", hint="`kg quarantine list` shows sources and codes")
    there = [name for name in wanted if name != STANDARD_INPUT and Path(name).exists()]
    left = tuple(name for name in wanted if name not in there)
    if not there:
        return Retried(None, left)
    report = build(
        there, store=store, extractor=reader, format=format, jobs=jobs, position=position, on_progress=on_progress, on_refusal=on_refusal
    )  # fmt: skip
    return Retried(report, left)


def chosen(rejections: Iterable[Rejection], *, source: str = "", code: str = "") -> tuple[Rejection, ...]:
    """Those of a source whose path has the words `source` in it, whatever their case, refused for the reason `code`; "" for any."""
    words = source.casefold()
    return tuple(one for one in rejections if words in one.source.casefold() and code in ("", one.code))


def _usual_extractor(log: Log) -> str:
    """The name of the extractor that read most papers; the usual one where there are none."""
    versions = log.extractors()
    return extractor_name(max(sorted(versions), key=lambda version: versions[version])) if versions else extract.DEFAULT
