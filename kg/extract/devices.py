"""What a sentence states of a device beside its name: how many there are, the memory of each, and how long they ran.

In: a reading and the places of devices in it. Out: `Stated` per place. Figures belong to the device whose phrase they stand in ("8×A100
(80GB)"); what stands elsewhere in the sentence belongs to none, so that two devices share a figure only in "an A100 and an H100, each
with 80 GB". Not taken: device-hours ("1,500 A100 GPU hours"), devices per node ("16 nodes with 8 GPUs each"), memory that is used or
the host's ("16GB of RAM").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

from kg.extract.durations import NEAR, NUMBER_WORD, NUMBER_WORDS, hours_by_device
from kg.extract.reading import Reading
from kg.gazetteer import canonical, device_words
from kg.model import EntityType, Span
from kg.names import normal_form


@dataclass(frozen=True, slots=True)
class Stated:
    """The figures that the text states of one device."""

    count: int | None = None  # devices
    memory: float | None = None  # gigabytes of one device
    hours: float | None = None  # wall-clock hours

    def __bool__(self) -> bool:
        return self != Stated()


NOTHING = Stated()

_MOST_DEVICES = 10_000_000
_MOST_MEMORY = 2_000.0  # gigabytes; the largest accelerators of 2025 have under 300, boards with unified memory 512
# Kinds of the gazetteer that compute: others are worn, carried or driven, and "for 14 days" says how long they recorded.
_RUNNING = frozenset({"gpu", "cpu", "tpu", "npu", "accelerator", "fpga", "cluster", "board"})
_WITH_MEMORY = _RUNNING - {"cpu", "cluster"}  # the memory beside these two is the host's or that of all devices
_CPU = re.compile(r"\b(?:Xeon|EPYC|Ryzen|Threadripper|CPUs?|Core i\d|cores?)\b")

_MEMORY = r"(?P<gb>\d{1,4}(?:\.\d+)?)[\s-]?(?:GiB|GB|Gb|G(?=[\s)\]},;.-]|$))(?![\w/])"
_KIND = r"(?:(?:of|GPU|video|device|graphics|on-?board|dedicated|unified|on-package|high-bandwidth|GDDR\w*|HBM\w*|V-?RAM|memory|capacity)\b[\s-]*)*"
_HOST_OR_USED = (
    r"(?!\s*(?:of\s+)?(?:(?:system|host|main|CPU|DDR\w*)\s+)?(?:RAM|DRAM|disk|storage|SSD|peak|usage|use|footprint|consumption|overhead|"
    r"budget|bandwidth|data|cache|memory\s+(?:usage|use|footprint|consumption|overhead|budget|bandwidth)))"
)
_NOUN = (
    r"(?:GPUs?|TPUs?|NPUs?|CPUs?|FPGAs?|cards?|chips?|accelerators?|processors?|devices?|cores?|boards?|units?|graphics|Tensor\s+Cores?"
    r"|nodes?|servers?|machines?|clusters?|instances?|workstations?|systems?)\b"
)
_MODEL = r"[2-5]0[5-9]0(?:\s?Ti|\s?D)?"  # "4090 GPUs" names the RTX 4090
_TIMES_SIGN = r"(?:[x×*]|\$?\\times\$?)"
_ADJECTIVE = (
    r"(?:identical|parallel|modern|commercial|commodity|consumer|desktop|data-?cent(?:er|re)|standard|powerful|different|distinct|off-the-shelf"
    r"|gaming|cloud|mobile|embedded|physical|dedicated|separate|such|[a-z]+-(?:end|range|grade|level|cost|power|class|performance)"
    rf"|NVIDIA|AMD|Intel|Google|Huawei|Apple|Tesla|GeForce|(?:RTX\s?)?{_MODEL}|[ABHLV]\d{{2,3}})"
)
# The number, with what may stand between it and the name: "8×", "32 x ", "a pair of ", "more than 12,000 ", "two 24 GB ", "8 NVIDIA ".
_LEFT = re.compile(
    rf"""(?:(?<![\w.,$%/-])(?!{_MODEL}\b)(?P<number>\d{{1,3}}(?:,\d{{3}})+|\d+(?:\.\d+)?(?=[kK]\b)|\d+(?![.\d])|
      \b(?:{NUMBER_WORD}|single|dual|quad|pair\s+of|two\s+dozen|dozen))(?P<kilo>[kK]\b)?\+?(?:\s*{_TIMES_SIGN}\s*|\s+|-(?=\S)))?
    (?:(?:more|additional|extra)\s+)?(?:{_ADJECTIVE}\s+)*
    (?:{_MEMORY}[\s-]*{_KIND})?(?:{_ADJECTIVE}\s+)*$""",
    re.VERBOSE | re.IGNORECASE,
)
_GLUED = re.compile(r"(\d+)[x×-](?=[A-Za-z])")
# "Table 8 GPUs", "v2 TPUs", "$8 GPUs", "4 × 8 GPUs" (no one figure), "from 2-" are no counts of devices.
_NO_COUNT = re.compile(
    r"(?:[$#]|\d\s*[x×*]\s*|\b(?:v|version|table|fig\.?|figure|section|stage|step|RTX|GTX|CUDA|no\.|eq\.?))\s*$", re.IGNORECASE
)
_DEVICE_TIME = re.compile(rf"(?:[\s-]*{_NOUN})*[\s·-]*(?:hours?|hrs?|days?|weeks?|months?|years?|seconds?)\b", re.IGNORECASE)
# What a device is a modifier of: "100 GPU kernels" are no 100 devices, "a 512 GPU cluster" are 512.
_MODIFIED = re.compile(
    r"\s+(?!(?:cluster|server|machine|node|system|setup|set-up|configuration|workstation|instance|partition|pod|setting|environment|for|in|on|at|"
    r"to|with|and|or|by|as|is|are|was|were|using|within|per|when|while|each|from|that|which|but|can|via|scale)\b)[a-z]"
)
_PER_NODE_BEHIND = re.compile(
    rf"(?:\s*{_NOUN})?\s*(?:(?:per|in\s+each|on\s+each|in\s+every)\s+(?:\w+\s+)?(?:node|machine|server|host|worker|instance)"
    r"|each\b(?!,?\s+(?:with|having|equipped|of)))",
    re.IGNORECASE,
)
_PER_NODE_BEFORE = re.compile(
    r"\b(?:each|nodes|servers|machines|instances|workstations)\s+(?:\w+\s+)?(?:with|of|having|containing|hosting|featuring)\s+(?:\w+\s+)?$",
    re.IGNORECASE,
)
_NODES_BEHIND = re.compile(rf"(?:\s*{_NOUN})?\s*(?:nodes|servers|machines|instances|workstations)\b", re.IGNORECASE)

# Pieces of the phrase behind a name: "-SXM4", " GPUs", " 80GB", " (80 GB)", " with 24 GB of memory", ", each with 80 GB", " (×8)".
_SUFFIX = re.compile(rf"[\s-]*(?:SXM\d?|PCIe|PCI-E|NVL\d*|Ti|Super|Max-Q|{_NOUN})(?![\w-])")
_NEXT_TO = re.compile(rf"[\s-]*{_MEMORY}{_HOST_OR_USED}[\s-]*{_KIND}", re.VERBOSE)
_INSIDE = re.compile(
    rf"\s*[(\[]\s*(?:(?P<number>\d+)\s*[x×]\s*)?{_MEMORY}{_HOST_OR_USED}\s*{_KIND}(?:,?\s*(?:each|per\s+\w+))?[^()\[\]]{{0,20}}[)\]]"
)
_WITH = re.compile(
    rf"\s*,?\s*(?P<each>each\s+|both\s+)?(?:equipped\s+)?(?:with|having|of)\s+(?:only\s+|just\s+)?{_MEMORY}{_HOST_OR_USED}"
    rf"\s*{_KIND}(?:\s*(?:each|per\s+\w+))?(?=\s*(?:[.,;:)]|$|each\b|for\b|in\b|within\b|and\b|on\b|to\b|using\b|when\b))"
)
_ABBREVIATION = re.compile(r"\s*\([A-Z]{2,5}s?\)")  # "Neural Processing Units (NPUs) for four weeks"
_TIMES = re.compile(r"\s*\(?\s*[x×]\s?(?P<number>\d+)\b\)?|\s*\(\s*(?P<other>\d+)\s?[x×]\s*\)")
_AGAIN = re.compile(rf"[\s-]*\(?\s*{_MEMORY}\s*\)?\s+{_NOUN}|\s*\([A-Z]{{2,5}}s?")
_TOGETHER = re.compile(r"\s*(?:,|/|&|,?\s*and|,?\s*or)\s*(?:an?\s+|the\s+)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A device in its sentence with all that is said right beside it."""

    span: Span  # characters of the sentence, figures included
    stated: Stated
    each: bool  # the memory behind it is that of each device


def state(reading: Reading, places: Iterable[tuple[int, int]]) -> dict[tuple[int, int], Stated]:
    """What the text states of the devices at these token ranges, which do not overlap; places of which it states nothing are left out."""
    by_sentence: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for place in sorted(places):
        by_sentence.setdefault(reading.sentence(place[0]), []).append(place)
    found: dict[tuple[int, int], Stated] = {}
    for (first, last), devices in by_sentence.items():
        offset, text = reading.starts[first], reading.surface(first, last)
        spans = [Span(reading.starts[a] - offset, reading.ends[b - 1] - offset) for a, b in devices]
        for place, stated in zip(devices, _in_sentence(text, spans), strict=True):
            if stated:
                found[place] = stated
    return found


def together(found: Sequence[Stated]) -> Stated:
    """What a paper states of one device at several places: the largest count with its memory and time.

    What that place leaves open is taken from another one where all others that say something of it agree, and no second count is stated.
    """
    if not found:
        return NOTHING
    best = max(found, key=lambda stated: (stated.count or 0, stated.memory is not None, stated.hours is not None))
    if len({stated.count for stated in found if stated.count}) > 1:
        return best
    memory, hours = ({value for value in values if value is not None} for values in zip(*((s.memory, s.hours) for s in found), strict=True))
    if best.memory is None and len(memory) == 1:
        best = replace(best, memory=memory.pop())
    if best.hours is None and len(hours) == 1:
        best = replace(best, hours=hours.pop())
    return best


def _in_sentence(text: str, devices: Sequence[Span]) -> list[Stated]:
    """What is stated of each device; of a word that says a name again ("V100 32GB GPUs", "(NPUs)") nothing."""
    again = {here for before, here in pairwise(devices) if _AGAIN.fullmatch(text, before.end, here.end)}
    named = [device for device in devices if device not in again]
    stated = dict(zip(named, _of_devices(text, named), strict=True))
    return [stated.get(device, NOTHING) for device in devices]


def _of_devices(text: str, devices: Sequence[Span]) -> list[Stated]:
    bounds = [0, *(span.end for span in devices)]
    limits = [*(span.start for span in devices[1:]), len(text)]
    phrases = [_phrase(text, span, left, right) for span, left, right in zip(devices, bounds, limits, strict=False)]
    stated = [phrase.stated for phrase in phrases]
    for i in range(len(phrases) - 1, 0, -1):  # "an A100 and an H100, each with 80 GB"
        near = phrases[i].span.start - phrases[i - 1].span.end
        joined = near >= 0 and (not near or _TOGETHER.fullmatch(text, phrases[i - 1].span.end, phrases[i].span.start))
        if not (phrases[i].each and joined and stated[i - 1].memory is None):
            break
        stated[i - 1] = replace(stated[i - 1], memory=stated[i].memory)
    for number, hours in hours_by_device(text, [phrase.span for phrase in phrases]).items():
        stated[number] = replace(stated[number], hours=hours)
    return [_fitting(value, _kind(span.of(text))) for value, span in zip(stated, devices, strict=True)]


def _fitting(stated: Stated, kind: str) -> Stated:
    """The figures that a device of this kind can have."""
    memory = stated.memory if kind in _WITH_MEMORY else None
    return Stated(stated.count, memory, stated.hours if kind in _RUNNING else None)


def _kind(surface: str) -> str:
    """The kind by the gazetteer; what it does not list is a CPU or an accelerator of a new name."""
    entry = canonical(EntityType.HARDWARE, surface)
    if entry is not None:
        return entry.kind
    return _kinds().get(normal_form(surface)) or ("cpu" if _CPU.search(surface) else "accelerator")


@cache
def _kinds() -> dict[str, str]:
    """The kinds of device nouns by normal form."""
    return {normal_form(form): entry.kind for entry in device_words() for form in entry.forms}


def _phrase(text: str, device: Span, left: int, right: int) -> _Phrase:
    """The device's phrase between the characters `left` and `right`, where its neighbours end and begin."""
    end, memory, times, each = _behind(text, device, right)
    before = _LEFT.search(text, max(left, device.start - NEAR), device.start)
    start = before.start() if before else device.start
    count = times or (_count(text, before, device, end) if before else None)
    if before and before["gb"] and not re.match(r"[\s-]*(?:memory|V?RAM)\b", text[end : end + NEAR]):
        memory = memory or float(before["gb"])
    glued = _GLUED.match(text, device.start, device.end)
    if glued and count is None and not _DEVICE_TIME.match(text, device.end, device.end + NEAR):
        count = int(glued[1])
    if memory is not None and not 0 < memory <= _MOST_MEMORY:
        memory = None
    return _Phrase(Span(start, end), Stated(count if count and count < _MOST_DEVICES else None, memory), each)


def _behind(text: str, device: Span, right: int) -> tuple[int, float | None, int | None, bool]:
    """Where the phrase ends, the memory stated in or behind the name, a count behind it, and whether the memory is "each"."""
    own = re.search(_MEMORY, device.of(text))
    memory, times, each, end = float(own["gb"]) if own else None, None, False, device.end
    while True:
        pieces = (_SUFFIX, _ABBREVIATION, _TIMES) if memory is not None else (_NEXT_TO, _INSIDE, _WITH, _SUFFIX, _ABBREVIATION, _TIMES)
        match = next((found for piece in pieces if (found := piece.match(text, end, right)) and found.end() > end), None)
        if match is None:
            return end, memory, times, each
        end, said = match.end(), match.groupdict()
        memory = float(said["gb"]) if said.get("gb") else memory
        number = said.get("number") or said.get("other")
        times = int(number) if number else times
        each = each or bool(said.get("each"))


def _count(text: str, before: re.Match[str], device: Span, end: int) -> int | None:
    """The number before a device, where it counts devices."""
    if (
        not before["number"]
        or _NO_COUNT.search(text[max(0, before.start() - NEAR) : before.start()])
        or _DEVICE_TIME.match(text, device.end, device.end + NEAR)
    ):
        return None
    value = _number(before["number"], kilo=bool(before["kilo"]))
    if _is_per_node(text, before, device, end):
        return None
    many = device.of(text).endswith(("s", "cluster", "server", "node", "pod")) or any(c.isdigit() for c in device.of(text))
    if value > 1 and not many and _MODIFIED.match(text, device.end) and not _SUFFIX.match(text, device.end):
        return None
    return value


def _is_per_node(text: str, before: re.Match[str], device: Span, end: int) -> bool:
    """Whether the number counts the devices of one node, of which there are several: "nodes with 8 GPUs each", "8 GPUs per node"."""
    hyphen = before[0].endswith("-") or re.search(r"\d-", before[0]) is not None
    if hyphen and _NODES_BEHIND.match(text, device.end, device.end + NEAR):
        return True
    return bool(
        _PER_NODE_BEHIND.match(text, device.end, device.end + NEAR)
        or _PER_NODE_BEHIND.match(text, end, end + NEAR)
        or _PER_NODE_BEFORE.search(text[max(0, before.start() - NEAR) : before.start()])
    )


def _number(text: str, *, kilo: bool) -> int:
    word = re.sub(r"\s+", " ", text.lower())
    special = {"single": 1, "dual": 2, "quad": 4, "pair of": 2, "dozen": 12, "two dozen": 24}
    if word[0].isdigit():
        return round(float(word.replace(",", "")) * (1000 if kilo else 1))
    return special.get(word) or NUMBER_WORDS[word]
