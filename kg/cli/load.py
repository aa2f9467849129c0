"""`kg load`: parts that Spark or another machine wrote, into a store here or behind an address."""

from __future__ import annotations

import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli import output
from kg.cli.archive import bring_up
from kg.cli.options import DEFAULT_STORE, Quiet, Store, Verbose

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

    from kg.opening import Location
    from kg.parts import Loaded, Parts

_EVERY = 0.1  # seconds between two looks at the line


class Steps:
    """What is done and how much of it, as a line on standard error; silent where that is no terminal or after -q."""

    def __init__(self) -> None:
        self._shown = output.on_terminal(sys.stderr) and output.verbosity.get() >= 0
        self._bar: tuple[Bar, TaskID] | None = None
        self._looked = 0.0
        self._step = ""

    def step(self, what: str, done: int, total: int) -> None:
        """Show that `done` of `total` is done; a total of 0 where nobody knows."""
        now = time.monotonic()
        if not self._shown or (what == self._step and now - self._looked < _EVERY):
            return
        self._looked, self._step = now, what
        if self._bar is None:
            from kg.cli.progress import bar_on_stderr

            self._bar = bar_on_stderr()
        bar, task = self._bar
        bar.update(task, description=what, completed=done, total=total or None)

    def note(self, sentence: str) -> None:
        """Say a sentence between."""
        self.end()
        output.say(sentence)

    def end(self) -> None:
        """Take the line off the screen."""
        if self._bar is not None:
            self._bar[0].stop()
            self._bar = None


def _load_cli(
    parts: Annotated[
        Path, typer.Argument(metavar="PARTS", help="Folder that `kg build --engine spark --out` or `kg export` wrote.", show_default=False)
    ],
    store: Store = DEFAULT_STORE,
    json: Annotated[bool, typer.Option("--json", help="The summary as one JSON object on standard output.")] = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """The store is then what building the same papers into it would have made; refused documents are in its quarantine.

    An empty store takes the graph over as it is; one that has papers takes the texts and derives its graph. Stopped or killed, the same
    command goes on where it was; done twice, it changes nothing.
    """
    from kg.opening import folder_of, locate
    from kg.parts import read

    started = time.monotonic()
    place, found = locate(store), read(parts)
    if not place.is_remote:
        folder_of(place, "load parts into")
    steps = Steps()
    try:
        loaded = _load(found, place, steps)
    finally:
        steps.end()
    seconds = time.monotonic() - started
    output.say(
        f"{loaded.added:,} of {loaded.texts:,} texts were new, {loaded.refused:,} refused; "
        f"{loaded.papers:,} papers and {loaded.triples:,} triples in {store} ({seconds:.1f} s)"
    )
    output.say("next: `kg stats` counts what there is, `kg query --list` shows the questions that can be asked")
    if json:
        output.emit(output.json_text({**asdict(loaded), "store": store, "seconds": round(seconds, 3)}))


def _load(parts: Parts, place: Location, steps: Steps) -> Loaded:
    if place.is_remote:
        from kg import remote

        return remote.load(parts, place.text, on_step=steps.step, on_note=steps.note)
    from kg import api
    from kg.parts import load

    with api.open(place.path) as graph:
        bring_up(graph)
    return load(parts, place.path, on_step=steps.step, on_note=steps.note)


def register(app: typer.Typer) -> None:
    """Add the command of this module to `app`."""
    app.command("load")(_load_cli)
