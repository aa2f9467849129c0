"""What a build did: in words for people, as one JSON object for programs, and as lines of a log while it runs."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from kg.cli import output
from kg.model import BuildReport, Rejection
from kg.stopwatch import Profile, Stage

SHOWN_REFUSALS = 10  # lines of refused documents that a summary shows; all of them after -v, or by `kg quarantine list`
JSON_REFUSALS = 100  # of them in the JSON object


def in_words(report: BuildReport, store: str, seconds: float) -> str:
    """What a build did, in a line for people."""
    parts = [f"{report.stored} stored", f"{report.updated} updated", f"{report.unchanged} unchanged", f"{report.refusals} refused"]
    parts[1:1] = [f"{report.joined} joined to papers that are there"] if report.joined else []
    parts += [f"{report.passed_over} passed over"] if report.passed_over else []
    return f"{', '.join(parts)}; {report.papers} papers in {store} ({seconds:.1f} s)"


def detected(report: BuildReport) -> str:
    """How many inputs were read, by format, in a line for people; "" if none was."""
    formats = Counter(format for _, format, _ in report.detected)
    return ", ".join(f"{count} as {format}" for format, count in sorted(formats.items(), key=lambda one: (-one[1], one[0])))


def say_refusals(rejections: tuple[Rejection, ...], refusals: int) -> None:
    """The first refusals of `refusals` in all, a line each; after -v all that were kept."""
    shown = rejections if output.verbosity.get() > 0 else rejections[:SHOWN_REFUSALS]
    for rejection in shown:
        output.say(output.refusal(rejection), level=-1)
    if len(shown) < refusals:
        output.say(f"… and {refusals - len(shown):,} more: `kg quarantine list` shows them", level=-1)


def counts(report: BuildReport, store: str, seconds: float) -> dict[str, object]:
    """What a build did in numbers, for programs; the names are a contract.

    "inputs" has one entry for each source and format it was read in: {source, format, papers, refused}; "format" is "" where nothing was.
    """
    return {
        "store": store,
        "stored": report.stored,
        "joined": report.joined,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "refused": report.refusals,
        "passed_over": report.passed_over,
        "refused_by_code": by_code(report.refused),
        "papers": report.papers,
        "interrupted": report.interrupted,
        "seconds": round(seconds, 3),
        "inputs": _inputs(report),
    }


def as_json(report: BuildReport, store: str, seconds: float) -> dict[str, object]:
    """`counts`, and under "refusals" the first of what was refused: {source, place, stage, code, message}."""
    return {**counts(report, store, seconds), "refusals": [asdict(rejection) for rejection in report.rejections[:JSON_REFUSALS]]}


def profile_table(profile: Profile) -> str:
    """Seconds per stage, a line each, for people; processor time is that of all processes, so that it may be more than the clock's."""
    rows = [(one.name, one.wall, one.cpu) for one in (*profile.stages, profile.other, profile.total)]
    whole = profile.total.wall or 1.0
    lines = [f"{name:<10}{wall:>10.2f}{wall / whole:>7.0%}{cpu:>12.2f}" for name, wall, cpu in rows]
    return "\n".join([f"{'stage':<10}{'seconds':>10}{'share':>7}{'processor':>12}", *lines])


def profile_json(profile: Profile) -> dict[str, object]:
    """Seconds per stage for programs: {"stages": [{name, wall, cpu}], "other": …, "total": …}."""

    def told(stage: Stage) -> dict[str, object]:
        return {"name": stage.name, "wall": round(stage.wall, 3), "cpu": round(stage.cpu, 3)}

    return {"stages": [told(stage) for stage in profile.stages], "other": told(profile.other), "total": told(profile.total)}


def by_code(refused: tuple[tuple[str, str, int], ...]) -> dict[str, int]:
    """How many documents were refused for each reason, the most frequent first."""
    codes: Counter[str] = Counter()
    for _, code, documents in refused:
        codes[code] += documents
    return dict(sorted(codes.items(), key=lambda one: (-one[1], one[0])))


def _inputs(report: BuildReport) -> list[dict[str, object]]:
    refused: Counter[str] = Counter()
    for source, _, documents in report.refused:
        refused[source] += documents
    read = [(source, format, papers, refused.pop(source, 0)) for source, format, papers in report.detected]
    rows = [*read, *((source, "", 0, documents) for source, documents in refused.items())]
    return [{"source": source, "format": format, "papers": papers, "refused": count} for source, format, papers, count in rows]


class RunLog:
    """What happened in a run, one JSON object per line with "time" and "event", appended to a file; never text of papers.

    Events: started, input, refused, committed, then finished, or failed where an error ended the run.
    """

    def __init__(self, path: Path | None) -> None:
        """Append to the file at `path`; nothing is written without one.

        Raises:
            OSError: it cannot be written.
        """
        self._file: IO[str] | None = path.open("a", encoding="utf-8", errors="backslashreplace") if path is not None else None
        self._finished = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._file is not None:
            if isinstance(error, Exception) and not self._finished:
                self.write("failed", error=type(error).__name__, message=output.one_line(str(error)))
            self._file.close()

    def write(self, event: str, **fields: object) -> None:
        """Append one event, on its way to the disk when this returns."""
        self._finished = event == "finished"
        if self._file is None:
            return
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        self._file.write(json.dumps({"time": now, "event": event, **fields}, ensure_ascii=False, default=str) + "\n")
        self._file.flush()

    def input(self, source: str, format: str) -> None:
        """An input is read in a format."""
        self.write("input", source=source, format=format)

    def refused(self, rejection: Rejection) -> None:
        """A document was refused; its message, which may quote it, stands in the quarantine."""
        self.write("refused", source=rejection.source, place=rejection.place, stage=rejection.stage, code=rejection.code)

    def committed(self, papers: int) -> None:
        """So many documents of this run are on disk and published."""
        self.write("committed", papers=papers)
