"""The characters of a page of an opened PDF: its text, and the places, fonts and sizes of those that are asked after.

pdfium gives the text of a page quickly, and the box or font of one character at a time slowly.
"""

from __future__ import annotations

import ctypes
import math
import re
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Callable, Sequence
from itertools import repeat
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

_BOLD = re.compile(
    r"bold|black|heavy|demi|medi(?!um)|-b$|cmb|cmssbx|ecbx|sfbx|sfbi|ecrb|lmroman\d+-bold|(?:libertine|linlibertine|biolinum)t(?:b|z)",
    re.IGNORECASE,
)
_ITALIC = re.compile(r"ital|obli|-i$|cmti|cmsl|sfti|ecti|t(?:i|bi)$", re.IGNORECASE)
_SYMBOLS = re.compile(
    r"cmmi|cmsy|cmex|cmbsy|msam|msbm|math|symbol|rsfs|eufm|esint|stix.*-?(?:si|is)|wasy|dingbat|txsy|txmi|pxsy|mtmi|mtsy", re.IGNORECASE
)
_MONO = re.compile(r"mono|courier|cmtt|typewriter|consol|cour(?:ier)?|inconsolata|sftt|ectt|beramono|menlo", re.IGNORECASE)
_CAPS = re.compile(r"csc|smallcap|-sc\b|caps", re.IGNORECASE)
_MOST_LACKING = 100  # characters that pdfium counts and leaves out of its text, to be looked for
_UNIT = 1.0  # stated size of fonts that the text's matrix brings to their size, different ones perhaps; others are scaled all alike
MARK = "\0"  # stands for a character that is left out
MAX_PAGE_CHARS = 400_000  # a full page of the smallest print has some 20,000


def _quick(function: object, result: type, *arguments: type) -> Callable[..., Any]:
    """A function of pdfium without pypdfium2's checks of types: some are called 3,000 times for a page.

    Without `arguments` it takes pointers as `c_void_p`, and whole numbers of 32 bits; that is the quicker by half.
    """
    prototype = ctypes.PYFUNCTYPE(result, *arguments)
    return prototype(ctypes.cast(function, ctypes.c_void_p).value or 0)  # type: ignore[arg-type]


_BOX = _quick(pdfium.FPDFText_GetLooseCharBox, ctypes.c_int)
_OBJECT = _quick(pdfium.FPDFText_GetTextObject, ctypes.c_void_p)
_INDEX = _quick(pdfium.FPDFText_GetCharIndexFromTextIndex, ctypes.c_int)
_UNICODE = _quick(pdfium.FPDFText_GetUnicode, ctypes.c_uint)
_SIZE = _quick(pdfium.FPDFText_GetFontSize, ctypes.c_double)
_MATRIX = _quick(pdfium.FPDFText_GetMatrix, ctypes.c_int)
_ORIGIN = _quick(pdfium.FPDFText_GetCharOrigin, ctypes.c_int)
_FONT = _quick(pdfium.FPDFTextObj_GetFont, ctypes.c_void_p, ctypes.c_void_p)  # takes the address that _OBJECT gives, a number
_AT_ONCE = 1024  # characters whose places are asked for before they are taken over from `_PLACES`
_PLACES = (ctypes.c_double * (2 * _AT_ONCE))()  # pdfium writes there: two doubles or four floats for a character
_SLOTS = [ctypes.c_void_p(ctypes.addressof(_PLACES) + 8 * number) for number in range(2 * _AT_ONCE)]
_UNITS = (ctypes.c_ushort * 32_768)()  # where the text of most pages finds room: a type of array for each length takes time
_FIRST_SLOTS, _SECOND_SLOTS = _SLOTS[::2], _SLOTS[1::2]
Box = tuple[float, float, float, float]  # left, bottom, right, top in points


class Font(NamedTuple):
    """What is told of a font: by its name and its flags (ISO 32000-1, 9.8.2)."""

    name: str
    bold: bool
    italic: bool
    symbols: bool  # of mathematics
    mono: bool
    caps: bool  # small capitals


NO_FONT = Font("", bold=False, italic=False, symbols=False, mono=False, caps=False)


class Characters:
    """The characters of a page; keeps the fonts that it met."""

    def __init__(self, textpage: object, number: int, turn: int, earlier: dict[int, Font]) -> None:
        """Take the text of at most MAX_PAGE_CHARS characters.

        Args:
            textpage: pdfium's handle of the page's text.
            number: of characters, as pdfium counts them.
            turn: quarters that the page is turned by when it is shown.
            earlier: address in memory → font, of pages that are still open.
        """
        self._textpage = textpage
        self._handle = ctypes.cast(textpage, ctypes.c_void_p)  # type: ignore[arg-type]  # a pointer
        self._turn = turn % 4
        self._earlier = earlier
        self.fonts: dict[int, Font] = {}
        self._of_object: dict[int | None, tuple[Font, float]] = {None: (NO_FONT, 0.0)}
        self._of_font: dict[tuple[int | None, float], tuple[Font, float]] = {}  # (address, size as stated) → font, size on the page
        self.text, self._left_out = self._whole_text(min(number, MAX_PAGE_CHARS))  # in units that pdfium counts

    def _whole_text(self, count: int) -> tuple[str, list[int]]:
        """The text in units that pdfium counts, and where in it pdfium counts a character that it leaves out."""
        buffer = _UNITS if count < len(_UNITS) else (ctypes.c_ushort * (count + 1))()
        filled = max(pdfium.FPDFText_GetText(self._textpage, 0, count, buffer) - 1, 0)
        lacking = count - filled
        if lacking <= _MOST_LACKING and (not lacking or filled == pdfium.FPDFText_GetTextIndexFromCharIndex(self._textpage, count - 1) + 1):
            text = ctypes.string_at(buffer, 2 * filled).decode("utf-16-le", errors="surrogatepass")
            if len(text) != filled:  # two halves of a character are two units
                text = "".join(map(chr, buffer[:filled]))
            left_out = [bisect_left(range(filled), number + 1, key=lambda at: _INDEX(self._handle, at) - at) for number in range(lacking)]
            return text, left_out
        # Characters beyond the first plane are lost on the way: take all of them one by one.
        codes = map(_UNICODE, repeat(self._handle), range(count))
        return "".join(chr(code) if 0 < code < 0x110000 else MARK for code in codes), []

    def boxes(self, places: Sequence[int]) -> list[Box]:
        """The boxes of the characters at these places of the text, as they lie when the page is shown."""
        flat = self._written(_BOX, places, "f", _FIRST_SLOTS)  # left, top, right, bottom, as FS_RECTF has it
        boxes = zip(flat[::4], flat[3::4], flat[2::4], flat[1::4], strict=True)
        return [_turned(box, self._turn) for box in boxes] if self._turn else list(boxes)

    def bases(self, places: Sequence[int]) -> list[float]:
        """The height of the baseline under each of these characters."""
        flat = self._written(_ORIGIN, places, "d", _FIRST_SLOTS, _SECOND_SLOTS)
        if self._turn:
            return [_turned((x, y, x, y), self._turn)[1] for x, y in zip(flat[::2], flat[1::2], strict=True)]
        return flat[1::2]

    def _written(self, ask: Callable[..., Any], places: Sequence[int], kind: str, *slots: Sequence[ctypes.c_void_p]) -> list[float]:
        """What pdfium writes of the characters at these places: 16 bytes each, as numbers of this kind."""
        found: list[float] = []
        indices = self._indices(places)
        for begin in range(0, len(indices), _AT_ONCE):
            some = indices[begin : begin + _AT_ONCE]
            ctypes.memset(_PLACES, 0, 16 * len(some))  # what pdfium has no answer to stays 0
            deque(map(ask, repeat(self._handle), some, *slots), maxlen=0)
            found += memoryview(_PLACES).cast("B")[: 16 * len(some)].cast(kind).tolist()  # type: ignore[call-overload]
        return found

    def fonts_at(self, places: Sequence[int]) -> list[tuple[Font, float]]:
        """The fonts of the characters at these places, and their sizes in points."""
        indices = self._indices(places)
        objects = list(map(_OBJECT, repeat(self._handle), indices))
        known = self._of_object
        places_of = dict(zip(objects, indices, strict=True))
        new = [handle for handle in places_of if handle not in known]
        if new:
            at = [places_of[handle] for handle in new]
            pairs = list(zip(map(_FONT, new), map(_SIZE, repeat(self._handle), at), strict=True))
            for handle, font, pair, index in zip(new, map(self._of_font.get, pairs), pairs, at, strict=True):
                known[handle] = font or self._of_font.get(pair) or self._font(*pair, index)
        return [known[handle] for handle in objects]

    def _font(self, address: int | None, size: float, index: int) -> tuple[Font, float]:
        """The font at an address, and the size in points that its stated size has at a character."""
        if not address:
            return NO_FONT, 0.0
        if address not in self.fonts:
            self.fonts[address] = self._earlier.get(address) or _described(address)
        matrix = pdfium.FS_MATRIX()
        _MATRIX(self._handle, index, ctypes.byref(matrix))
        found = self.fonts[address], size * math.hypot(matrix.c, matrix.d)
        if size > _UNIT:
            self._of_font[address, size] = found
        return found

    def _indices(self, places: Sequence[int]) -> Sequence[int]:
        """Pdfium's numbers of the characters at these places."""
        left_out = self._left_out
        return [at + bisect_right(left_out, at) for at in places] if left_out else places


def _described(address: int) -> Font:
    font = ctypes.cast(address, pdfium.FPDF_FONT)
    buffer = ctypes.create_string_buffer(128)
    size = pdfium.FPDFFont_GetBaseFontName(font, buffer, 128)
    name = buffer.value.decode("utf-8", errors="replace").rpartition("+")[2] if 0 < size <= 128 else ""
    flags = max(pdfium.FPDFFont_GetFlags(font), 0)
    return Font(
        name=name,
        bold=_BOLD.search(name) is not None or bool(flags & 1 << 18) or pdfium.FPDFFont_GetWeight(font) >= 700,
        italic=_ITALIC.search(name) is not None or bool(flags & 1 << 6),
        symbols=_SYMBOLS.search(name) is not None,
        mono=_MONO.search(name) is not None or bool(flags & 1),
        caps=_CAPS.search(name) is not None,
    )


def _turned(box: Box, turn: int) -> Box:
    left, bottom, right, top = box
    if turn == 1:
        return bottom, -right, top, -left
    return (-right, -top, -left, -bottom) if turn == 2 else (-top, left, -bottom, right)
