"""The bytes of a PDF → the ligatures that its fonts hold under codes of their own: pdfium does not know the names that stand for several letters.

Only what the file states is taken: the glyph names in the `/Differences` of a font's encoding (ISO 32000-1, 9.6.6.1). Components of a name are
parted by underscores, and what follows a full stop is a variant (Adobe Glyph List Specification, section 2): "f_f_i", "f_i.alt".
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

_OBJECT = re.compile(rb"(\d{1,10})\s+\d{1,5}\s+obj\b")
_PACKED_OBJECTS = re.compile(rb"/Type\s*/ObjStm\b")
_PLACES = re.compile(rb"/(N|First)\s+(\d{1,7})")  # number of objects in a stream of them, and where the first one begins
_BASE_FONT = re.compile(rb"/BaseFont\s*/(?:[A-Z]{6}\+)?([^\s/<>\[\](){}%]{1,127})")
_ENCODING = re.compile(rb"/Encoding\s+(\d{1,10})\s+\d{1,5}\s+R")
_DIFFERENCES = re.compile(rb"/Differences\s*\[([^\]]*)\]")
_CODE_OR_NAME = re.compile(rb"/[^\s/<>\[\](){}%]+|\d{1,3}")
_LIGATURE = re.compile(rb"[A-Za-z](?:_[A-Za-z])+")
_MOST_OBJECT = 16 * 1024  # bytes of a font or an encoding; 256 glyph names take 4 kB
_MOST_BYTES = 32 * 1024 * 1024  # that streams of objects are unpacked to; those of a book of 1,000 pages have 5 MB


def ligatures(data: bytes) -> dict[str, dict[int, str]]:
    """Name of a font, without the tag of its subset → code → letters; without codes that fonts of one name use differently."""
    encodings: dict[bytes, bytes] = {}  # number of an object → its list of differences
    fonts: list[tuple[bytes, bytes]] = []  # name → the font's object
    for number, body in _objects(data):
        differences = _DIFFERENCES.search(body)
        if differences is not None:
            encodings[number] = differences[1]
        names = _BASE_FONT.findall(body)
        if len(names) == 1:  # of several in one object it would not be sure whose the encoding is
            fonts.append((names[0], body))
    found: dict[str, dict[int, str]] = {}
    for name, body in fonts:
        own, reference = _DIFFERENCES.search(body), _ENCODING.search(body)
        of_codes = _read(own[1] if own else encodings.get(reference[1], b"") if reference else b"")
        known = found.setdefault(name.decode("utf-8", errors="replace"), {})
        for code, letters in of_codes.items():
            known[code] = letters if known.get(code, letters) == letters else ""
    return {name: {code: letters for code, letters in of_codes.items() if letters} for name, of_codes in found.items()}


def _read(differences: bytes) -> dict[int, str]:
    """Code → letters, of the ligatures in a list of differences: "27 /f_i /f_f_i"."""
    found: dict[int, str] = {}
    code = 0
    for match in _CODE_OR_NAME.finditer(differences):
        item = match.group()
        if not item.startswith(b"/"):
            code = int(item)
            continue
        name = item[1:].partition(b".")[0]
        if _LIGATURE.fullmatch(name):
            found[code] = name.replace(b"_", b"").decode()
        code += 1
    return found


def _objects(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """(number, dictionary) of the objects that may be fonts and encodings, those in streams of objects among them."""
    left = _MOST_BYTES
    for match in _OBJECT.finditer(data):
        after = match.end()
        stop, end = (data.find(mark, after, after + _MOST_OBJECT) for mark in (b"stream", b"endobj"))
        body = data[after : min(place for place in (stop, end, after + _MOST_OBJECT) if place >= 0)]
        if stop < 0 or (0 <= end < stop) or not _PACKED_OBJECTS.search(body):
            yield match[1], body
            continue
        at = stop + len(b"stream")
        try:
            unpacked = zlib.decompressobj().decompress(data[at + data[at : at + 2].count(b"\r") + 1 :], left)
        except zlib.error:  # packed in another way, or encrypted
            continue
        left -= len(unpacked)
        yield from _packed(unpacked, {key: int(value) for key, value in _PLACES.findall(body)})
        if left <= 0:
            return


def _packed(stream: bytes, places: dict[bytes, int]) -> Iterator[tuple[bytes, bytes]]:
    """The objects of a stream of them: pairs of number and place come first (ISO 32000-1, 7.5.7)."""
    first = places.get(b"First", 0)
    pairs = stream[:first].split()[: 2 * places.get(b"N", 0)]
    starts = [first + int(place) for place in pairs[1::2] if place.isdigit()]
    for number, start, end in zip(pairs[::2], starts, [*starts[1:], len(stream)], strict=False):
        yield number, stream[start:end]
