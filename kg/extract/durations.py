"""How long devices ran, where the sentence ties the time to them: "3 hours on one A100", "2,048 H800 GPUs for 14 days".

In: a sentence and the places of its devices. Out: wall-clock hours per device. Device-hours ("300 A100 GPU hours") are no such time:
a number has to stand right before its unit. A bound ("in under 2 hours") gives the figure that is stated.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kg.model import Span

_UNITS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = ("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
NUMBER_WORDS: Mapping[str, int] = {
    **{word: value for value, word in enumerate((*_UNITS, *_TEENS), 1)},
    **{ten: 10 * value for value, ten in enumerate(_TENS, 2)},
    **{f"{ten}-{one}": 10 * value + unit for value, ten in enumerate(_TENS, 2) for unit, one in enumerate(_UNITS, 1)},
}
NEAR = 100  # characters around a figure that are looked at: no phrase is longer, and a text of any length takes time in proportion
NUMBER_WORD = "|".join(sorted(NUMBER_WORDS, key=lambda word: (-len(word), word)))

# "14 days", "1.5 hours", "three weeks", "a day"; not "7-day" (a kind of thing), nor the end of "2-3 days" (no one figure).
_TIME = re.compile(
    rf"""(?<![\w.,$–-])
    (?P<number>\d{{1,3}}(?:,\d{{3}})+|\d+(?:\.\d+)?|{NUMBER_WORD}|half\s+an?|an?)
    (?:\s+full|\s+whole)?\s*
    (?P<unit>hours?|hrs?|h|days?|weeks?|minutes?|mins?)\b(?!-)""",
    re.VERBOSE | re.IGNORECASE,
)
_HOURS = {"h": 1.0, "d": 24.0, "w": 168.0, "m": 1 / 60}  # by the first letter of the unit
_MOST = 20_000.0  # hours, over two years: more is no run but the length of a recording or a life time

_ABOUT = (
    r"(?:(?:about|approximately|approx\.|roughly|around|nearly|almost|under|over|only|just|merely|less\ than|fewer\ than|more\ than|at\ most"
    r"|up\ to|as\ little\ as|a\ total\ of|the\ course\ of|below|within)\s+|[~≈<>]\s*)*"
)
_WORK = r"(?:(?:wall[- ]?clock|total|model|pre-?training|fine-?tuning|training|compute|computation|computing|running|optimi[sz]ation)\s*)"
_ON = r"(?:on|using|with|across|over|via)"
_HOST = r"(?:(?:[\w-]+\s+){0,2}?(?:cluster|machine|server|node|workstation|instance|system|desktop|laptop|computer|pod|supercomputer)s?"
_HOST += r"\s+(?:of|with|equipped\ with|containing|having|comprising)\s+)"
_FEW = r"(?:(?:only|just|merely|a|an|the|as\ few\ as|at\ most|up\ to|about|approximately|a\ total\ of)\s+)*"

# Between a time and the device behind it: " on ", " of training on just ", " to train on a server with ", " (".
_BEFORE = re.compile(
    rf"""\s*(?:(?:of\s+)?{_WORK}+(?:time)?\s*|to\s+(?:pre-?|fine-?)?(?:train|tune|run|complete|finish)\s*)?,?\s*
    (?:\(?\s*(?:when\s+)?(?:trained\s+|training\s+|running\s+|run\s+)?{_ON}\s+|\(\s*){_FEW}{_HOST}?{_FEW}""",
    re.VERBOSE | re.IGNORECASE,
)
# Between a device and the time behind it: " for ", " in about ", ", taking ", " (", " and trained for ".
_AFTER = re.compile(
    rf"""[\s,)]*(?:and\s+)?(?:
      (?:(?:which|that)\s+)?(?:takes|took|taking|requires|required|requiring|needs|needed|lasts|lasted|lasting)\s+(?:training\s+)?(?:for\s+)?
      | (?:(?:(?:(?:is|are|was|were)\s+)?(?:trained|used|run)|ran|training|running)\s+)?(?:for|in|within|over|under|during)\s+
      | with\s+an?\s+{_WORK}+(?:time)?\s+of\s+
      | \(\s*(?:for\s+|in\s+)?
    ){_ABOUT}""",
    re.VERBOSE | re.IGNORECASE,
)
# What makes a time something else than a run: "of speech", "per epoch", "a day", "of driving data", "ahead".
_NO_RUN = re.compile(
    rf"\s*(?:/|per\b|each\b|every\b|an?\s+(?:day|week)\b|ahead\b|long\b|old\b|into\b|earlier\b|later\b|of\s+(?!(?:the\s+)?{_WORK}))",
    re.IGNORECASE,
)
_RANGE = re.compile(rf"(?:(?<![\w.])\d+(?:\.\d+)?|\b(?:{NUMBER_WORD}))\s*(?:to|or|–|-|—)\s+$", re.IGNORECASE)
# Words before a time on a device that say it is the length of data or a date: "trained on 10 hours", "videos of 2 hours", "the last 3 days".
_DATA = re.compile(
    r"\b(?:on|from|every|per|last|first|next|past|lasting|spanning|covering|(?<!total\s)(?<!time\s)(?<!budget\s)(?<!average\s)(?<!cost\s)of)\s+$",
    re.IGNORECASE,
)
_LEADING = re.compile(rf"\b(?:in|within|under|for|than|takes|took|taking|requires|about|only|just|over|by)\s+{_ABOUT}$", re.IGNORECASE)
_TRAILING_ABOUT = re.compile(rf"{_ABOUT}$", re.IGNORECASE | re.VERBOSE)


@dataclass(frozen=True, slots=True)
class _Time:
    """A stated time that may be a run's."""

    start: int  # characters of the sentence
    end: int
    hours: float


def hours_by_device(sentence: str, devices: Sequence[Span]) -> dict[int, float]:
    """Wall-clock hours by the number of the device that the sentence ties them to; no time is given to two devices.

    Args:
        sentence: its characters.
        devices: what is said of each device, with count and memory, in characters of the sentence and in its order.
    """
    found: dict[int, float] = {}
    for time in _times(sentence):
        owner = _owner(sentence, time, devices)
        if owner is not None:
            found.setdefault(owner, time.hours)
    return found


def _times(sentence: str) -> Iterator[_Time]:
    for match in _TIME.finditer(sentence):
        before = sentence[max(0, match.start() - NEAR) : match.start()]
        hours = _value(match["number"]) * _HOURS[match["unit"][0].lower()]
        loose = match["number"].lower() in ("a", "an") and not _LEADING.search(before)
        if 0 < hours <= _MOST and not loose and not _RANGE.search(before) and not _NO_RUN.match(sentence, match.end()):
            yield _Time(match.start(), match.end(), round(hours, 4))


def _value(number: str) -> float:
    word = number.lower()
    if word[0].isdigit():
        return float(word.replace(",", ""))
    return 0.5 if word.startswith("half") else float(NUMBER_WORDS.get(word, 1))


def _owner(sentence: str, time: _Time, devices: Sequence[Span]) -> int | None:
    """The device right behind the time ("3 hours on one A100"), else the one right before it ("one A100 for 3 hours")."""
    lead = _TRAILING_ABOUT.sub("", sentence[max(0, time.start - NEAR) : time.start])
    behind = bisect_left(devices, time.end, key=_start)
    for number, device in enumerate(devices[behind : behind + 1], behind):
        if device.start <= time.end + NEAR and _BEFORE.fullmatch(sentence, time.end, device.start):
            return None if _DATA.search(lead) else number
    for number, device in enumerate(devices[max(0, behind - 1) : behind], max(0, behind - 1)):
        if time.start - NEAR <= device.end <= time.start and _AFTER.fullmatch(sentence, device.end, time.start):
            return number
    return None


def _start(device: Span) -> int:
    return device.start
