"""Words for figures that statements hold, as every place that shows them says them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

STATED = "stated by the source, not extracted"


class Devices(Protocol):
    """A statement or quote that says how much hardware was used."""

    @property
    def count(self) -> int | None:
        """Devices."""

    @property
    def memory(self) -> float | None:
        """Gigabytes of one device."""

    @property
    def hours(self) -> float | None:
        """Wall-clock."""


class Placed(Protocol):
    """A quote that says where it stands."""

    @property
    def section(self) -> str:
        """The part of the paper's text; "" for title and abstract."""

    @property
    def stated(self) -> bool:
        """Whether the source of the paper states it beside the text."""


def place_words(quote: Placed) -> str:
    """Where a quote stands: "in 4.1 Training"; that a source states it; "" for a sentence of title or abstract."""
    if quote.stated:
        return STATED
    return f"in {quote.section}" if quote.section else ""


def device_words(stated: Devices) -> Iterator[str]:
    """What is stated of the devices: "8 devices of 80 GB", "14 days"; nothing of other things than hardware."""
    size = f"{stated.memory:g} GB" if stated.memory else ""
    if stated.count:
        yield f"{stated.count} device{'s' if stated.count != 1 else ''}{f' of {size}' if size else ''}"
    elif size:
        yield f"devices of {size}"
    if stated.hours:
        yield _duration(stated.hours)


def _duration(hours: float) -> str:
    """The time in whole days where it is some, else in hours or minutes: "14 days", "36 hours", "30 minutes"."""
    for unit, length in (("day", 24.0), ("hour", 1.0)):
        if hours >= length and (unit == "hour" or hours % length == 0):
            return f"{hours / length:g} {unit}{'s' if hours != length else ''}"
    minutes = round(hours * 60)
    return f"{minutes} minute{'s' if minutes != 1 else ''}"
