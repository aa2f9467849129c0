"""Hardware with counts: "3072 GPUs", "2048 Ascend 910 AI processors", "8×A100", "a single RTX 3090", "Apple Watch"."""

from __future__ import annotations

import re
from functools import cache

from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc

from kg.extract.candidates import Candidate, Vote
from kg.extract.shapes import Shape, is_known_concept, shape
from kg.extract.tokens import tokeniser
from kg.extract.words import DATASET_NOUNS, METHOD_NOUNS, words
from kg.gazetteer import Entry, device_words, entries
from kg.model import EntityType

# Product names of known makers and series that no list holds yet: "NVIDIA RTX 6000", "MI355X", "TPU v7", "Ascend 920".
_SERIES = re.compile(
    r"(?:(?:RTX|GTX|GeForce|Quadro|Titan|Tesla|Radeon|Instinct|Jetson|Xeon|EPYC|Ryzen|Ascend|Snapdragon|Kirin|Exynos|Cortex|Alveo|Zynq|Stratix|Virtex)"
    r"[- ]?(?:[A-Z]?\d{2,5}[A-Za-z]*|[A-Z]\w+)|MI\d{2,3}X?|TPU ?v\d\w?|Apple M\d|[ABHLPV]\d{2,3}0|GB\d00|GH\d00|Jetson)$"
)
_PROCESSORS = words("GPU CPU TPU NPU FPGA")
_MAKERS = words("nvidia amd intel google huawei apple qualcomm samsung xilinx arm ibm tesla")
_NUMBER_WORDS = {
    "one": 1, "single": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "dozen": 12, "sixteen": 16, "twenty": 20, "thirty-two": 32, "sixty-four": 64,
}  # fmt: skip
_NUMBER = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)(?:[x×])?$")
_GLUED = re.compile(r"(\d+)[x×-](?=[A-Z])")
_BETWEEN = words("of more than over up to x × nvidia amd the")


@cache
def _matchers() -> tuple[PhraseMatcher, PhraseMatcher, dict[str, Entry]]:
    nlp = tokeniser()
    exact, lower = PhraseMatcher(nlp.vocab, attr="ORTH"), PhraseMatcher(nlp.vocab, attr="LOWER")
    by_key: dict[str, Entry] = {}
    for group, rows in (("hardware", entries(EntityType.HARDWARE)), ("device", device_words())):
        for number, entry in enumerate(rows):
            key = f"{group}:{number}"
            by_key[key] = entry
            for form in entry.forms:
                fold = group == "device" or (" " in form and not entry.guard)
                plural = [] if form.endswith("s") else [f"{form}s"]
                (lower if fold else exact).add(key, [nlp.make_doc(f) for f in (form, *plural)])
    return exact, lower, by_key


def find_hardware(doc: Doc) -> list[Candidate]:
    """Named devices with their makers, and device nouns that no name precedes, each with its count where one stands before it."""
    exact, lower, by_key = _matchers()
    named: set[tuple[int, int]] = set()
    nouns: dict[tuple[int, int], Entry] = {}
    for matcher in (exact, lower):
        for match_id, start, end in matcher(doc):
            key = doc.vocab.strings[match_id]
            if key.startswith("device:"):
                nouns[start, end] = by_key[key]
            elif not by_key[key].guards(doc[start:end].text) or _has_sign(doc, start, end):
                named.add((start, end))
    named |= {(i, j) for i in range(len(doc)) for j in (i + 1, i + 2) if j <= len(doc) and _is_series(doc, i, j)}
    found = [_named(doc, start, end) for start, end in _longest(named)]
    covered = {k for c in found for k in range(c.start, _end_with_noun(c.end, nouns))}
    for start, end in _longest(set(nouns)):
        if covered.isdisjoint(range(start, end)):
            candidate = _noun(doc, start, end, nouns[start, end])
            again = candidate is not None and candidate.count is not None and candidate.count in {c.count for c in found}
            if candidate is not None and not again:  # "2048 Ascend 910 … scales to 2048 processors" speaks of the same devices
                found.append(candidate)
    return found


def _longest(spans: set[tuple[int, int]]) -> list[tuple[int, int]]:
    kept: list[tuple[int, int]] = []
    for start, end in sorted(spans, key=lambda s: (s[0] - s[1], s)):
        if all(end <= s or e <= start for s, e in kept):
            kept.append((start, end))
    return sorted(kept)


def _is_series(doc: Doc, start: int, end: int) -> bool:
    text = doc[start:end].text
    if not text[0].isupper() or not _SERIES.match(text):
        return False
    bare = " " not in text and re.match(r"[ABHLPV]\d", text)
    return not bare or _has_sign(doc, start, end)


def _has_sign(doc: Doc, start: int, end: int) -> bool:
    """Whether a device word or maker stands within five tokens, or a count right before."""
    near = [t.lower_.rstrip("s") for t in doc[max(0, start - 5) : start]] + [t.lower_.rstrip("s") for t in doc[end : end + 5]]
    return any(w in _MAKERS or w in ("gpu", "tpu", "cpu", "chip", "accelerator", "processor", "board", "card", "device") for w in near) or (
        _count_before(doc, start) is not None
    )


def _end_with_noun(end: int, nouns: dict[tuple[int, int], Entry]) -> int:
    """End of a device noun that follows at token `end` ("NVIDIA A100 GPUs"): it says again what the name says."""
    return max((e for s, e in nouns if s == end), default=end)


def _named(doc: Doc, start: int, end: int) -> Candidate:
    """A named device: the maker before it belongs to the mention."""
    while start > 0 and doc[start - 1].lower_ in _MAKERS and doc[start - 1].text[0].isupper():
        start -= 1
    count = _count_before(doc, start)
    rule = "hardware.named-count" if count else "hardware.named"
    return Candidate(start, end, (Vote(EntityType.HARDWARE, 4.0, rule),), priority=20, count=count)


def _noun(doc: Doc, start: int, end: int, entry: Entry) -> Candidate | None:
    """A device noun: any with a count, else only those that name a device by themselves and are no modifier."""
    count = _count_before(doc, start)
    if count is None and (entry.guard or (start > 0 and doc[start - 1].text.endswith("-"))):
        return None
    if entry.name.endswith(("hour", "day")) or (entry.guard and (count or 0) > 1 and not doc[end - 1].lower_.endswith("s")):
        return None
    if count is None and end < len(doc) and doc[end].lower_ in DATASET_NOUNS | METHOD_NOUNS:
        return None  # "UAV framework", "LiDAR dataset": says what kind, not what on
    if (
        count is not None
        and entry.guard
        and entry.kind in ("sensor", "robot", "cluster", "phone", "network", "storage", "quantum", "device")
    ):
        return None  # "two sensors", "4 nodes" count other things as often
    widened = start
    while widened > doc[start].sent.start and _qualifies(doc, widened - 1):
        widened -= 1
    if widened < start:
        return Candidate(widened, end, (Vote(EntityType.HARDWARE, 3.0, "hardware.qualified-noun"),), priority=20, count=count)
    rule = "hardware.noun-count" if count else "hardware.noun"
    return Candidate(start, end, (Vote(EntityType.HARDWARE, 3.0 if count else 1.5, rule),), priority=20 if count else 12, count=count)


def _qualifies(doc: Doc, i: int) -> bool:
    """Whether token `i` is part of the device's name: "Myriad2" in "Myriad2 VPU", "Single-Photon" in "Single-Photon LiDAR"."""
    if shape(doc[i]) is Shape.WEAK and (i == doc[i].sent.start or doc[i].sent.start == 0):
        return False  # every word of a title has a capital
    return shape(doc[i]) is not Shape.NONE and not is_known_concept(doc[i].text)


def merge_key(surface: str) -> str | None:
    """The processor that a generic mention is about: "GPU" for "GPU clusters" and "datacenter GPUs"; None for other names."""
    words = re.findall(r"[A-Za-z]+", surface)
    kinds = [w.rstrip("s") for w in words if w.rstrip("s") in _PROCESSORS]
    plain = all(w.rstrip("s") in _PROCESSORS or w.islower() or w in ("Clusters", "Cluster", "AI") for w in words)
    return kinds[0] if kinds and plain else None


def _count_before(doc: Doc, start: int) -> int | None:
    """The number of devices that stands before token `start`: "32", "12,288", "8×", "eight", "more than 12,000", "a single"."""
    glued = _GLUED.match(doc[start].text) if start < len(doc) else None
    if glued:
        return int(glued[1])
    k = start - 1
    while k >= 0 and start - k <= 4 and doc[k].lower_ in _BETWEEN:
        k -= 1
    if k < 0 or (k > 0 and doc[k - 1].text in ("$", "v", "version", "RTX", "Table", "Fig")):
        return None
    number = _NUMBER.match(doc[k].text)
    if number:
        value = int(number[1].replace(",", ""))
        return value if 0 < value < 10_000_000 else None
    return _NUMBER_WORDS.get(doc[k].lower_)
