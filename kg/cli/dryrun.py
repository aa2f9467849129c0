"""`kg build --dry-run`: what would be read, what it would give, and how long it would take."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from kg.cli import output, summary

if TYPE_CHECKING:
    from kg.build import Plan

_SHOWN_TITLE = 100  # characters


def tell(plan: Plan, jobs: int, log: summary.RunLog, *, json: bool) -> None:
    """Print the plan of a build with `jobs` processes, and leave with the exit code that the build would have."""
    figures = as_json(plan)
    log.write("finished", **{name: value for name, value in figures.items() if name not in ("titles", "refusals")})
    if json:
        output.emit(output.json_text(figures))
    else:
        output.emit("\n".join(in_words(plan, jobs)))
        summary.say_refusals(plan.rejections, plan.refusals)
    if plan.refusals:
        raise typer.Exit(1)


def as_json(plan: Plan) -> dict[str, object]:
    """The plan for programs; the names are a contract."""
    return {
        "dry_run": True,
        "complete": plan.complete,
        "share": plan.share,
        "papers": plan.papers,
        "new": plan.new,
        "updated": plan.updated,
        "unchanged": plan.unchanged,
        "papers_in_all": plan.in_all(plan.papers),
        "new_in_all": plan.in_all(plan.new),
        "refused": plan.refusals,
        "refused_by_code": summary.by_code(plan.refused),
        "formats": [{"format": format, "inputs": inputs, "papers": papers} for format, inputs, papers in plan.formats],
        "titles": list(plan.titles),
        "seconds_per_paper": plan.seconds_per_paper,
        "seconds": plan.seconds,
        "disk": plan.disk,
        "refusals": [asdict(rejection) for rejection in plan.rejections[: summary.JSON_REFUSALS]],
    }


def in_words(plan: Plan, jobs: int) -> list[str]:
    """The plan for people, in lines."""
    lines = ["nothing was written; this is what would be done"]
    lines += [f"read as {format}: {inputs:,} inputs, {papers:,} papers" for format, inputs, papers in plan.formats]
    lines.append(f"{plan.new:,} new, {plan.updated:,} to be read anew, {plan.unchanged:,} unchanged, {plan.refusals:,} refused")
    lines += [f"  {code}: {count:,}" for code, count in summary.by_code(plan.refused).items()]
    if not plan.complete:
        lines.append(_estimate(plan))
    lines += [f"for example: {output.one_line(title)[:_SHOWN_TITLE]}" for title in plan.titles]
    if plan.seconds is not None and plan.seconds_per_paper is not None:
        pace = f"{plan.seconds_per_paper:.2g} s for each paper, measured on a few of them here, {jobs} at a time, and storing"
        lines.append(f"it would take about {_duration(plan.seconds)} ({pace})")
    if plan.disk:
        lines.append(f"the store would grow by about {_size(plan.disk)}")
    return lines


def _estimate(plan: Plan) -> str:
    if plan.share is None:
        return f"only the first {plan.papers:,} papers were looked at; how many more there are cannot be told"
    what = f"about {plan.in_all(plan.papers):,} papers, {plan.in_all(plan.new):,} of them new"
    return f"{plan.share:.1%} of the bytes were looked at; in all there may be {what}"


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 90 * 60 else f"{seconds / 3600:.1f} h"


def _size(count: int) -> str:
    if count < 1024**2:
        return f"{count / 1024:.0f} kB"
    return f"{count / 1024**2:.0f} MB" if count < 1024**3 else f"{count / 1024**3:.1f} GB"
