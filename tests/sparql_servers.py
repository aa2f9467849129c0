"""SPARQL servers of others, started on loopback in a temporary folder and stopped again."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

OXIGRAPH = shutil.which("oxigraph", path=os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", ""))))
VIRTUOSO = shutil.which("virtuoso-t")
LOGIN = {"KG_USER": "dba", "KG_PASSWORD": "dba"}  # of a new Virtuoso, which listens on loopback only

_INI = """
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/virtuoso-temp.db
TransactionFile = {folder}/virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DirsAllowed = {folder}
NumberOfBuffers = 20000
MaxDirtyBuffers = 15000
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = {folder}
[SPARQL]
ResultSetMaxRows = {rows}
"""


def free_port() -> int:
    """A port on loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def oxigraph(folder: Path) -> Iterator[str]:
    """The address of an Oxigraph server with an empty store in `folder`."""
    assert OXIGRAPH is not None
    port = free_port()
    with _running([OXIGRAPH, "serve", "-l", str(folder / "db"), "-b", f"127.0.0.1:{port}"], folder, f"http://127.0.0.1:{port}"):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def virtuoso(folder: Path, rows: int = 500) -> Iterator[str]:
    """The address of a Virtuoso with an empty store in `folder`, which gives `rows` rows at most; Debian's own file says 10,000."""
    assert VIRTUOSO is not None
    http = free_port()
    (folder / "virtuoso.ini").write_text(_INI.format(folder=folder, sql=free_port(), http=http, rows=rows), encoding="ascii")
    with _running(
        [VIRTUOSO, "+configfile", str(folder / "virtuoso.ini"), "+foreground", "+wait"], folder, f"http://127.0.0.1:{http}/sparql"
    ):
        yield f"http://127.0.0.1:{http}"


@contextmanager
def _running(command: Sequence[str], folder: Path, address: str, seconds: float = 120) -> Iterator[None]:
    with (folder / "output").open("wb") as output, subprocess.Popen(command, stdout=output, stderr=output) as process:
        try:
            end = time.monotonic() + seconds
            while not _answers(address):
                if process.poll() is not None or time.monotonic() > end:
                    raise AssertionError((folder / "output").read_text(errors="replace"))
                time.sleep(0.1)
            yield
        finally:
            process.send_signal(signal.SIGKILL)  # its folder is dropped: nothing is to be saved
            process.wait()


def _answers(address: str) -> bool:
    try:
        httpx.get(address, timeout=5, trust_env=False)
    except httpx.TransportError:
        return False
    return True
