"""Hardware with counts: "3072 GPUs", "2048 Ascend 910 AI processors", "8×A100", "a single RTX 3090", "Apple Watch"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from kg.extract.candidates import MAX_NAME_TOKENS, Candidate, Vote
from kg.extract.devices import NOTHING, Stated, state
from kg.extract.phrases import Forms, forms
from kg.extract.reading import Reading
from kg.extract.shapes import Shape, is_known_concept, shape
from kg.extract.words import THING_NOUNS, words
from kg.gazetteer import Entry, device_words, entries
from kg.model import EntityType

# Product names of known makers and series that no list holds yet: "NVIDIA RTX 6000", "MI355X", "TPU v7", "Ascend 920".
_SERIES = re.compile(
    r"(?:(?:RTX|GTX|GeForce|Quadro|Titan|Tesla|Radeon|Instinct|Jetson|Xeon|EPYC|Ryzen|Ascend|Snapdragon|Kirin|Exynos|Cortex|Alveo|Zynq|Stratix|Virtex)"
    r"[- ]?(?:[A-Z]?\d{2,5}[A-Za-z]*|[A-Z]\w+)|MI\d{2,3}X?|TPU ?v\d\w?|Apple M\d|[ABHLPV]\d{2,3}0|GB\d00|GH\d00|Jetson)$"
)
_BARE = re.compile(r"[ABHLPV]\d")
_PROCESSORS = words("GPU CPU TPU NPU FPGA")
_MAKERS = words("nvidia amd intel google huawei apple qualcomm samsung xilinx arm ibm tesla")
_SIGNS = _MAKERS | words("gpu tpu cpu chip accelerator processor board card device")
_NUMBER_WORDS = {
    "one": 1, "single": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "dozen": 12, "sixteen": 16, "twenty": 20, "thirty-two": 32, "sixty-four": 64,
}  # fmt: skip
_NUMBER = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)(?:[x×])?$")
_GLUED = re.compile(r"(\d+)[x×-](?=[A-Z])")
_COUNTS_OTHERS = words("sensor robot cluster phone network storage quantum device")  # kinds of guarded nouns
_BETWEEN = words("of more than over up to x × nvidia amd the")


@cache
def _products() -> Forms[Entry]:
    """Listed devices; case makes no difference where a form has several words and needs no sign."""
    return forms(
        (variant, entry, " " in form and not entry.guard)
        for entry in entries(EntityType.HARDWARE)
        for form in entry.forms
        for variant in _variants(form)
    )


@cache
def _nouns() -> Forms[Entry]:
    """Device nouns, in any case."""
    return forms((variant, entry, True) for entry in device_words() for form in entry.forms for variant in _variants(form))


def _variants(form: str) -> tuple[str, ...]:
    """The form and its plural."""
    return (form,) if form.endswith("s") else (form, f"{form}s")


def find_hardware(reading: Reading) -> list[Candidate]:
    """Named devices with their makers, and device nouns that no name precedes, each with what the text states of it."""
    found = _find(reading)
    stated = state(reading, [(one.start, one.end) for one in found])
    return [replace(one, stated=stated.get((one.start, one.end), NOTHING)) for one in found]


def _find(reading: Reading) -> list[Candidate]:
    """The devices, each with the number that stands before it: a first reading, which tells devices from other words."""
    nouns = {(start, end): entry for start, end, entry in _nouns().find(reading)}
    found = [_named(reading, start, end) for start, end in _longest({*_listed(reading), *_series(reading)})]
    ends = dict(sorted(nouns))  # of the longest noun at each place
    covered = {k for c in found for k in range(c.start, ends.get(c.end, c.end))}  # "GPUs" in "A100 GPUs" says again what the name says
    stated = {c.stated for c in found}
    for start, end in _longest(set(nouns)):
        if covered.isdisjoint(range(start, end)):
            candidate = _noun(reading, start, end, nouns[start, end])
            if candidate is not None and not (candidate.stated and candidate.stated in stated):
                found.append(candidate)
                stated.add(candidate.stated)  # "2048 Ascend 910 … scales to 2048 processors" speaks of the same devices
    return found


def _listed(reading: Reading) -> Iterator[tuple[int, int]]:
    """Listed devices; those whose name means other things as well only with a sign beside them."""
    for start, end, entry in _products().find(reading):
        if not entry.guards(reading.surface(start, end)) or _has_sign(reading, start, end):
            yield start, end


def _longest(spans: set[tuple[int, int]]) -> list[tuple[int, int]]:
    kept: list[tuple[int, int]] = []
    taken: set[int] = set()
    for start, end in sorted(spans, key=lambda s: (s[0] - s[1], s)):
        if taken.isdisjoint(range(start, end)):
            taken.update(range(start, end))
            kept.append((start, end))
    return sorted(kept)


def _series(reading: Reading) -> Iterator[tuple[int, int]]:
    """One or two tokens that name a device of a known series; a bare letter with a number only with a sign beside it."""
    for start, text in enumerate(reading.texts):
        if not text[0].isupper():
            continue
        for end in (start + 1, min(start + 2, len(reading.texts))):
            name = reading.surface(start, end)
            if _SERIES.match(name) and (" " in name or not _BARE.match(name) or _has_sign(reading, start, end)):
                yield start, end


def _has_sign(reading: Reading, start: int, end: int) -> bool:
    """Whether a device word or maker stands within five tokens, or a count right before."""
    near = reading.lowers[max(0, start - 5) : start] + reading.lowers[end : end + 5]
    return not _SIGNS.isdisjoint(word.rstrip("s") for word in near) or _count_before(reading, start) is not None


def _named(reading: Reading, start: int, end: int) -> Candidate:
    """A named device: the maker before it belongs to the mention."""
    while start > 0 and reading.lowers[start - 1] in _MAKERS and reading.texts[start - 1][0].isupper():
        start -= 1
    count = _count_before(reading, start)
    rule = "hardware.named-count" if count else "hardware.named"
    return Candidate(start, end, (Vote(EntityType.HARDWARE, 4.0, rule),), priority=20, stated=Stated(count))


def _noun(reading: Reading, start: int, end: int, entry: Entry) -> Candidate | None:
    """A device noun: any with a count, else only those that name a device by themselves and are no modifier."""
    count = _count_before(reading, start)
    if count is None and (entry.guard or (start > 0 and reading.texts[start - 1].endswith("-"))):
        return None
    if entry.name.endswith(("hour", "day")) or (entry.guard and (count or 0) > 1 and not reading.lowers[end - 1].endswith("s")):
        return None
    if count is None and end < len(reading.texts) and reading.lowers[end] in THING_NOUNS:
        return None  # "UAV framework", "LiDAR dataset": says what kind, not what on
    if count is not None and entry.guard and entry.kind in _COUNTS_OTHERS:
        return None  # "two sensors", "4 nodes" count other things as often
    widened, first = start, reading.sentence(start)[0]
    while widened > max(first, start - MAX_NAME_TOKENS) and _qualifies(reading, widened - 1):
        widened -= 1
    if widened < start:
        return Candidate(widened, end, (Vote(EntityType.HARDWARE, 3.0, "hardware.qualified-noun"),), priority=20, stated=Stated(count))
    rule = "hardware.noun-count" if count else "hardware.noun"
    return Candidate(
        start, end, (Vote(EntityType.HARDWARE, 3.0 if count else 1.5, rule),), priority=20 if count else 12, stated=Stated(count)
    )


def _qualifies(reading: Reading, i: int) -> bool:
    """Whether token `i` is part of the device's name: "Myriad2" in "Myriad2 VPU", "Single-Photon" in "Single-Photon LiDAR"."""
    first = reading.sentence(i)[0]
    if shape(reading.texts[i]) is Shape.WEAK and first in (0, i):
        return False  # every word of a title has a capital
    return shape(reading.texts[i]) is not Shape.NONE and not is_known_concept(reading.texts[i])


def merge_key(surface: str) -> str | None:
    """The processor that a generic mention is about: "GPU" for "GPU clusters" and "datacenter GPUs"; None for other names."""
    words = re.findall(r"[A-Za-z]+", surface)
    kinds = [w.rstrip("s") for w in words if w.rstrip("s") in _PROCESSORS]
    plain = all(w.rstrip("s") in _PROCESSORS or w.islower() or w in ("Clusters", "Cluster", "AI") for w in words)
    return kinds[0] if kinds and plain else None


def _count_before(reading: Reading, start: int) -> int | None:
    """The number of devices that stands before token `start`: "32", "12,288", "8×", "eight", "more than 12,000", "a single"."""
    glued = _GLUED.match(reading.texts[start]) if start < len(reading.texts) else None
    if glued:
        return int(glued[1])
    k = start - 1
    while k >= 0 and start - k <= 4 and reading.lowers[k] in _BETWEEN:
        k -= 1
    if k < 0 or (k > 0 and reading.texts[k - 1] in ("$", "v", "version", "RTX", "Table", "Fig")):
        return None
    number = _NUMBER.match(reading.texts[k])
    if number:
        value = int(number[1].replace(",", ""))
        return value if 0 < value < 10_000_000 else None
    return _NUMBER_WORDS.get(reading.lowers[k])
