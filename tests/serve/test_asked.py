"""One query, many who ask it: it runs once, and who leaves takes nothing from the others."""

from __future__ import annotations

import asyncio
from io import BytesIO

import loops
import pytest

from kg.engine.pool import Answer
from kg.errors import QueryError
from kg.serve.asked import Asked
from kg.serve.remembered import Remembered


class Graph:
    """Answers when it is let, and counts how often it was asked."""

    def __init__(self, body: bytes = b"1", error: Exception | None = None) -> None:
        self.asked, self.ended, self.let, self._body, self._error = 0, 0, asyncio.Event(), body, error

    async def ask(self) -> Answer:
        self.asked += 1
        try:
            await self.let.wait()
        finally:
            self.ended += 1
        if self._error:
            raise self._error
        return Answer(BytesIO(self._body), "json", len(self._body), 1, truncated=False)


def test_those_who_ask_together_get_one_run() -> None:
    async def main() -> None:
        asked, graph, state = Asked(Remembered(100)), Graph(), object()
        waiting = [asyncio.ensure_future(asked.answer(state, "q", graph.ask)) for _ in range(5)]
        await asyncio.sleep(0)
        graph.let.set()
        assert [answer.body() for answer in await asyncio.gather(*waiting)] == [b"1"] * 5
        assert (await asked.answer(state, "q", graph.ask)).body() == b"1"
        assert graph.asked == 1
        assert (await asked.answer(object(), "q", graph.ask)).body() == b"1"  # another state of the graph
        assert graph.asked == 2

    loops.run(main())


def test_an_answer_too_large_to_keep_is_asked_for_by_each() -> None:
    async def main() -> None:
        asked, graph, state = Asked(Remembered(0)), Graph(b"12"), object()
        graph.let.set()
        answers = await asyncio.gather(*(asked.answer(state, "q", graph.ask) for _ in range(3)))
        assert [answer.body() for answer in answers] == [b"12"] * 3

    loops.run(main())


def test_what_fails_fails_for_all_and_is_not_kept() -> None:
    async def main() -> None:
        asked, graph, state = Asked(Remembered(100)), Graph(error=QueryError("no", hint="")), object()
        graph.let.set()
        found = await asyncio.gather(*(asked.answer(state, "q", graph.ask) for _ in range(3)), return_exceptions=True)
        assert {type(error) for error in found} == {QueryError}
        with pytest.raises(QueryError):
            await asked.answer(state, "q", graph.ask)
        assert graph.asked == 2

    loops.run(main())


def test_a_query_ends_when_the_last_who_waits_has_gone() -> None:
    async def main() -> None:
        asked, graph, state = Asked(Remembered(100)), Graph(), object()
        first, second = (asyncio.ensure_future(asked.answer(state, "q", graph.ask)) for _ in range(2))
        await asyncio.sleep(0)
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        assert graph.ended == 0
        second.cancel()
        await asyncio.gather(second, return_exceptions=True)
        await asyncio.sleep(0)
        assert (graph.asked, graph.ended) == (1, 1)
        graph.let.set()
        assert (await asked.answer(state, "q", graph.ask)).body() == b"1"
        assert graph.asked == 2

    loops.run(main())
