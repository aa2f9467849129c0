"""One process that answers, seen from the program that waits: it may be slow, and nobody else waits for it."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path
from typing import Any

import loops
import pytest
from pyoxigraph import Store

from kg.engine.process import Worker
from kg.engine.request import Request


@pytest.mark.timeout(60)
def test_a_long_query_to_a_process_that_reads_nothing_yet_holds_nobody_up(tmp_path: Path) -> None:
    store = Store(str(tmp_path / "rdf"))
    store.flush()
    del store
    request = Request(str(tmp_path / "rdf"), f"ASK {{}} #{'é' * 60_000}", file=str(tmp_path / "answer"), rows_format="json")

    async def main() -> list[Any]:
        worker = Worker()
        try:
            os.kill(worker._process.pid, signal.SIGSTOP)
            asked = asyncio.ensure_future(worker.ask(request))
            await asyncio.sleep(0.05)  # others have their turn, this one too
            os.kill(worker._process.pid, signal.SIGCONT)
            return await asked
        finally:
            worker.kill()
            await worker.gone()

    assert loops.run(main()) == ["done", "json", 1, False]
