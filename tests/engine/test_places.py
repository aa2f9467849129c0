"""Who runs, who waits and who is sent away."""

from __future__ import annotations

from contextlib import AsyncExitStack

import loops
import pytest

from kg.engine.places import BusyError, Places


@pytest.mark.parametrize(
    ("taken", "lost"),
    [
        ((3.0, 0.5, 0.1), [True, False, False]),  # the one that took most makes room
        ((1.9, 0.5, 0.1), [False, False, True]),  # none had its fair part yet: the new one goes
    ],
)
def test_of_too_many_long_queries_one_goes(taken: tuple[float, ...], lost: list[bool]) -> None:
    async def work() -> list[bool]:
        places = Places(2, patience=1, line=9)
        async with AsyncExitStack() as stack:
            held = [await stack.enter_async_context(places.take()) for _ in range(2)]
            held[0].taken, held[1].taken = taken[:2]
            for place in held:
                places.make_long(place)
            held.append(await stack.enter_async_context(places.take()))  # the long ones gave their places up
            held[2].taken = taken[2]
            places.make_long(held[2])
            return [place.is_lost for place in held]

    assert loops.run(work()) == lost


def test_who_finds_no_place_in_time_is_told_when_to_come_back() -> None:
    async def work() -> None:
        places = Places(1, patience=0.05, line=9)
        async with places.take():
            with pytest.raises(BusyError) as caught:
                async with places.take():
                    pass
            assert caught.value.retry_after > 0
        async with places.take() as place:  # the place is free again
            assert not place.is_long
            assert places.running == 1
        assert (places.running, places.contended) == (0, False)

    loops.run(work())
