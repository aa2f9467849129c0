"""What it costs to push a graph into a remote store, and one more paper: `python tests/bench/remote.py [papers]`.

Prints seconds by the clock and seconds of CPU, of our process and of the server's, for Oxigraph and Virtuoso on this machine.
"""

from __future__ import annotations

import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from sparql_servers import LOGIN, OXIGRAPH, VIRTUOSO, oxigraph, virtuoso
from toy_papers import Guillemets

from kg import remote
from kg.build import build
from kg.store import open_snapshot


def papers(path: Path, first: int, count: int) -> str:
    """A file of made-up papers on a hundred methods."""
    draw = random.Random(first)
    with path.open("w", encoding="utf-8") as file:
        for number in range(first, first + count):
            names = " and ".join(f"«Method {draw.randrange(100)} of {draw.randrange(9)}»" for _ in range(3))
            row = {
                "id": f"2501.{number:05}",
                "title": f"Paper {number}",
                "abstract": f"We propose «New {number}». We use {names} on a hill.",
            }
            file.write(json.dumps(row) + "\n")
    return str(path)


@contextmanager
def measured(what: str, server: int, triples: int) -> Iterator[None]:
    clock, ours, theirs = time.perf_counter(), time.process_time(), _cpu(server)
    yield
    clock, ours, theirs = time.perf_counter() - clock, time.process_time() - ours, _cpu(server) - theirs
    rate = (
        f"{triples / theirs / 1000:7.0f} kt/s of server CPU, {triples / clock / 1000:5.0f} kt/s by the clock" if triples and theirs else ""
    )
    print(f"  {what:28} {clock:7.2f} s, CPU {ours:6.2f} s ours, {theirs:6.2f} s the server's {rate}", flush=True)


def _cpu(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _listening(address: str) -> int:
    """The process of a server that we started."""
    port = address.rpartition(":")[2]
    names = ("oxigraph", "virtuoso-t")
    for entry in Path("/proc").glob("[0-9]*"):
        if int((entry / "stat").read_text().rpartition(")")[2].split()[1]) == os.getpid() and (entry / "comm").read_text().strip() in names:
            return int(entry.name)
    raise LookupError(port)


def run(folder: Path, address: str, count: int) -> None:
    server = _listening(address)
    os.environ["KG_HOME"] = str(folder / "home")
    first = papers(folder / "first.jsonl", 0, count)
    home = remote.replica.place(address)
    home.path.mkdir(parents=True)
    build([first], store=home.work, extractor=Guillemets())
    with open_snapshot(home.work) as snapshot:
        triples = snapshot.manifest.triples
    print(f"  {count} papers, {triples} triples", flush=True)
    with measured("first push", server, triples), remote.writing(address):
        pass
    with measured("nothing to push", server, 0), remote.writing(address):
        pass
    with ExitStack() as stack, remote.writing(address) as work:
        build([papers(folder / "one.jsonl", 90000, 1)], store=work, extractor=Guillemets())
        stack.enter_context(measured("one more paper", server, 0))
    os.environ["KG_HOME"] = str(folder / "reader")
    with measured("fetched by another machine", server, triples), remote.open_mirror(address) as mirrored:
        assert mirrored.manifest.triples > triples
    with measured("opened again", server, 0), remote.open_mirror(address):
        pass


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    for name, binary, start in (("oxigraph", OXIGRAPH, oxigraph), ("virtuoso", VIRTUOSO, partial(virtuoso, rows=10_000))):
        if binary is None:
            continue
        os.environ.update(LOGIN if name == "virtuoso" else {})
        print(name)
        with tempfile.TemporaryDirectory() as scratch, start(Path(scratch)) as address:
            run(Path(scratch), address, count)


if __name__ == "__main__":
    main()
