"""A page of an opened PDF → its lines, in the order in which the page draws them, each with its place, size and font.

pdfium gives the text of a page with its line ends quickly, and the box or font of one character at a time slowly. So only some characters
of a line are asked after: its first, one in the middle and its last; those of each word only where a line may hold two columns or cells.
"""

from __future__ import annotations

import ctypes
import math
import re
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Callable, Sequence
from itertools import islice, repeat
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
_SEGMENT = re.compile(r"[^\s\0\x02\ufffe][^\r\n\x02\ufffe]*")
_BREAKS = ("\x02", "\ufffe")  # that pdfium gives for the hyphen at the end of a broken line
_WORD = re.compile(r"\S+")
# "in Section.2", "the corpus1 of": the digits of a note's number, if they stand raised; of those only some are asked after
_NOTE_MARK = re.compile(
    r"\d(?:(?<=[a-z.,;:!?)\]”’\"']\d)|(?<=[a-z.,;:!?)\]”’\"'] \d))\d?(?:,\d{1,2})*(?![\w.%-])"  # digits first: that is quick to search for
)
_NUMBERING = re.compile(
    r"(?:(?:[A-Z]|[IVX]+|\d{1,2})(?:\.\d{1,2})*[.):]?|[•·∙▪–—*-]|\([a-z\d]{1,3}\)|\[\d{1,3}\]|(?:Table|Figure|Fig\.) \d{1,2}[.:]?)"
)
_LONE_ACCENT = re.compile(r" [\u00a8\u00b4\u00b8\u02c6\u02c7\u02d8-\u02dd](?= |$)")  # drawn over a letter that pdfium gave elsewhere
_SPECIAL = re.compile("[\0\u00a8\u00b4\u00b8\u02c6\u02c7\u02d8-\u02dd\ud800-\udfff]")  # what lines are looked at for once more
_GAP_EMS = 1.5  # between words: justified lines have up to 1 em, cells of tables and columns have more
_LOOSE_EMS = 0.56  # width of a character on average above which a line is looked at word by word; prose has 0.42–0.5
_RAISED = 0.85  # size of a raised character to that of the one before it, at most; LaTeX sets 7 pt beside 10 pt
_RAISED_BY = 0.55  # em between the baselines of characters in one line, at most
_UNIT = 1.0  # stated size of fonts that the text's matrix brings to their size, different ones perhaps; others are scaled all alike
_LONG_LINE = 40  # characters; lines of two columns have 80 and more
_PROBES = 5  # lines of a page that are looked at word by word to tell whether columns were joined
_INITIAL = 1.8  # size of an initial of two lines to that of the text, at least, with some room
_MOST_LACKING = 100  # characters that pdfium counts and leaves out of its text, to be looked for
_RUN_IN_WORDS = 10  # at most that are looked at to find where the heading in a line ends
_MARK = "\0"  # stands for a character that is left out
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


class Line(NamedTuple):
    """A line, or the part of a line that lies in one column or cell. A tuple, for a paper has thousands."""

    text: str
    left: float  # points from the page's left edge, as all that follows
    right: float
    base: float  # points from the page's lower edge to the baseline
    size: float  # of most of its characters: em, in points
    font: Font  # of most of its characters
    first: Font  # of its first characters
    run_in: int  # characters at its start in another font than the rest; 0 where there is one font
    broken: bool  # it ends in a word that goes on in the next line; its hyphen is left out
    cell: bool  # other text lies in the same line of the page, some space away
    page: int


_new = tuple.__new__  # of a `Line` from all its fields: four times as fast as by their names
NO_FONT = Font("", bold=False, italic=False, symbols=False, mono=False, caps=False)


def lines(textpage: object, number: int, width: float, turn: int, fonts: dict[int, Font]) -> list[Line]:
    """The lines of a page in drawing order, those that run upwards or downwards with `right` <= `left`.

    Args:
        textpage: pdfium's handle of the page's text.
        number: of the page, from 0.
        width: of the page, in points.
        turn: quarters that the page is turned by when it is shown.
        fonts: address in memory → font, of the page before, which is still open; becomes those of this page.
    """
    count = pdfium.FPDFText_CountChars(textpage)
    if count <= 0:
        return []
    page = _Page(textpage, min(count, MAX_PAGE_CHARS), number, width, turn % 4, fonts)
    found = page.lines()
    fonts.clear()
    fonts.update(page.fonts)
    return found


class _Page:
    """The text of a page while its lines are made; keeps the fonts that it met."""

    def __init__(self, textpage: object, count: int, number: int, width: float, turn: int, earlier: dict[int, Font]) -> None:
        self._textpage = textpage
        self._handle = ctypes.cast(textpage, ctypes.c_void_p)  # type: ignore[arg-type]  # a pointer
        self._number = number
        self._width = width
        self._turn = turn
        self._earlier = earlier
        self.fonts: dict[int, Font] = {}
        self._of_object: dict[int | None, tuple[Font, float]] = {None: (NO_FONT, 0.0)}
        self._of_font: dict[tuple[int | None, float], tuple[Font, float]] = {}  # (address, size as stated) → font, size on the page
        self._text, self._left_out = self._whole_text(count)

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
        return "".join(chr(code) if 0 < code < 0x110000 else _MARK for code in codes), []

    def lines(self) -> list[Line]:
        """The lines, those with gaps parted."""
        text = self._text = self._without_marks()
        spans: list[tuple[int, int, bool]] = []
        for match in _SEGMENT.finditer(text):
            start, end = match.span()
            broken = text[end : end + 1] in _BREAKS
            while text[end - 1] in " \0":
                end -= 1
            spans.append((start, end, broken))
        found = self._of_spans(spans)
        return self._joined(self._parted(spans, found))

    def _of_spans(self, spans: Sequence[tuple[int, int, bool]], *, cells: bool = False) -> list[Line]:
        text = self._text
        middles = [at if text[at := (start + end - 1) // 2].isalnum() else _middle(text, at, end) for start, end, _ in spans]
        boxes = self._boxes([at for start, end, _ in spans for at in (start, end - 1)])
        fonts = self._fonts_at([at for (start, _, _), middle in zip(spans, middles, strict=True) for at in (start, middle)])
        bases = self._bases(middles)
        self._mend_lowered(spans, fonts, bases)
        found = []
        page = self._number
        for (start, end, broken), (first, _), (font, size), head, tail, base in zip(
            spans, fonts[::2], fonts[1::2], boxes[::2], boxes[1::2], bases, strict=True
        ):
            right = tail[2]
            if abs(tail[1] - head[1]) > 2 * size and end - start > 3 and abs(tail[0] - head[0]) < 2 * size:
                right = head[0]  # it runs upwards or downwards
            found.append(_new(Line, (text[start:end], head[0], right, base, size, font, first, 0, broken, cells, page)))
        return found

    def _mend_lowered(self, spans: Sequence[tuple[int, int, bool]], fonts: list[tuple[Font, float]], bases: list[float]) -> None:
        """Take the first character for that in the middle where that is smaller, being raised or lowered; not an initial of many lines."""
        small = [at for at in range(len(spans)) if fonts[2 * at + 1][1] < _RAISED * fonts[2 * at][1] < _INITIAL * fonts[2 * at + 1][1]]
        for at, base in zip(small, self._bases([spans[at][0] for at in small]), strict=True):
            fonts[2 * at + 1] = fonts[2 * at]
            bases[at] = base

    def _parted(self, spans: Sequence[tuple[int, int, bool]], found: list[Line]) -> list[Line]:
        """The lines, parted at wide gaps; those that begin in another font with the length of that beginning."""
        centre = self._width / 2
        crossing = [line.left < centre - 20 and line.right > centre + 20 for line in found]
        has_columns = crossing.count(False) > 0.3 * len(found) or self._has_joined_columns(spans, found, crossing)
        out: list[Line] = []
        headed = []  # (place among the lines, start and end in the text) of those that may begin in another font than they end
        cells: list[tuple[int, int, bool]] = []
        of_cells: list[tuple[int, int]] = []  # (place among the lines, number of parts) of lines that are parted
        for (start, end, broken), line, crosses in zip(spans, found, crossing, strict=True):
            loose = line.right - line.left > _LOOSE_EMS * line.size * len(line.text)
            if (loose or (crosses and has_columns)) and " " in line.text:
                parts = self._parts(start, end, broken, line.size)
                if len(parts) > 1:
                    of_cells.append((len(out), len(parts)))
                    cells += parts
                    out += [line] * len(parts)
                    continue
            first = line.first
            if first is not line.font or first.bold or first.italic or first.caps:
                headed.append((len(out), start, end))
            out.append(line)
        parted = iter(self._of_spans(cells, cells=True))
        for at, number in of_cells:
            out[at : at + number] = islice(parted, number)
        self._note_run_ins(out, headed)
        return out

    def _has_joined_columns(self, spans: Sequence[tuple[int, int, bool]], found: Sequence[Line], crossing: Sequence[bool]) -> bool:
        """Whether lines across the page are lines of two columns, which pdfium joins where a page draws row by row; some are looked at."""
        long = [at for at, crosses in enumerate(crossing) if crosses and len(found[at].text) > _LONG_LINE]
        some = long[:: max(len(long) // _PROBES, 1)]
        return 2 * sum(len(self._parts(*spans[at], found[at].size)) > 1 for at in some) > len(some)

    def _note_run_ins(self, found: list[Line], headed: Sequence[tuple[int, int, int]]) -> None:
        """Write into lines how many characters at their start are in a font that is bold, italic or in capitals as no other of them is."""
        ends = self._fonts_at([end - 1 for _, _, end in headed])
        begins: list[tuple[int, int, list[int]]] = []  # of words: place of the line, its start, theirs
        for (at, start, end), (last, _) in zip(headed, ends, strict=True):
            line = found[at]
            style = line.first[1:3], line.first.caps
            if not style == (line.font[1:3], line.font.caps) == (last[1:3], last.caps):
                words = [match.start() for match in islice(_WORD.finditer(self._text, start, end), _RUN_IN_WORDS)]
                begins.append((at, start, words))
        fonts = iter(self._fonts_at([begin for _, _, words in begins for begin in words]))
        for at, start, words in begins:
            line = found[at]
            style = line.first[1:3], line.first.caps
            of_words = list(islice(fonts, len(words)))
            run_in = next((begin - start for begin, (font, _) in zip(words, of_words, strict=True) if style != (font[1:3], font.caps)), 0)
            if run_in:
                found[at] = line._replace(run_in=run_in)

    def _parts(self, start: int, end: int, broken: bool, size: float) -> list[tuple[int, int, bool]]:
        """The parts of a line that wide gaps leave."""
        words = [match.span() for match in _WORD.finditer(self._text, start, end)]
        boxes = self._boxes([at for begin, stop in words for at in (begin, stop - 1)])
        parts, begin = [], start
        for number in range(1, len(words)):
            gap = boxes[2 * number][0] - boxes[2 * number - 1][2]
            if gap < _GAP_EMS * size:
                continue
            if gap < 4 * size and _NUMBERING.fullmatch(self._text, begin, words[number - 1][1]):
                continue
            parts.append((begin, words[number - 1][1], False))
            begin = words[number][0]
        return [*parts, (begin, end, broken)]

    def _joined(self, found: list[Line]) -> list[Line]:
        """The lines; what a page draws piece by piece in one line, as around raised characters, is one line again."""
        out: list[Line] = []
        before: Line | None = None
        for line in found:
            step = abs(line.base - before.base) if before is not None else 0.0
            if before is None or step > 2 * line.size or step > _RAISED_BY * max(before.size, line.size) or not _follows(before, line):
                out.append(line)
                before = line
                continue
            big = before if len(before.text) >= len(line.text) else line
            space = " " if line.left - before.right > 0.12 * big.size else ""
            out[-1] = before = before._replace(
                text=before.text + space + line.text,
                right=max(before.right, line.right),
                base=big.base,
                size=big.size,
                font=big.font,
                broken=line.broken,
                cell=before.cell or line.cell,
            )
        if not _SPECIAL.search(self._text):
            return out
        return [line._replace(text=_plain(text)) if not _is_ordinary(text := line.text) and _SPECIAL.search(text) else line for line in out]

    def _without_marks(self) -> str:
        """The text with a `_MARK` for each digit of a raised number of a note."""
        text = self._text
        candidates = [match.span() for match in _NOTE_MARK.finditer(text)]
        if not candidates:
            return text
        bases = self._bases([at for start, _ in candidates for at in (start - 1 - (text[start - 1] == " "), start)])
        raised = [span for span, before, base in zip(candidates, bases[::2], bases[1::2], strict=True) if base > before + 1]  # point
        fonts = self._fonts_at([at for start, _ in raised for at in (start - 1 - (text[start - 1] == " "), start)])
        for (start, end), (_, before), (_, size) in zip(raised, fonts[::2], fonts[1::2], strict=True):
            if size < _RAISED * before:
                start -= text[start - 1] == " "
                text = text[:start] + _MARK * (end - start) + text[end:]
        return text

    def _boxes(self, places: Sequence[int]) -> list[Box]:
        """The boxes of the characters at these places of the text, as they lie when the page is shown."""
        flat = self._written(_BOX, places, "f", _FIRST_SLOTS)  # left, top, right, bottom, as FS_RECTF has it
        boxes = zip(flat[::4], flat[3::4], flat[2::4], flat[1::4], strict=True)
        return [_turned(box, self._turn) for box in boxes] if self._turn else list(boxes)

    def _bases(self, places: Sequence[int]) -> list[float]:
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

    def _fonts_at(self, places: Sequence[int]) -> list[tuple[Font, float]]:
        """The fonts of the characters at these places, and their sizes in points."""
        indices = self._indices(places)
        objects = list(map(_OBJECT, repeat(self._handle), indices))
        known = self._of_object
        new = {handle: index for handle, index in zip(objects, indices, strict=True) if handle not in known}
        if new:
            addresses, sizes = map(_FONT, new), map(_SIZE, repeat(self._handle), new.values())
            of_font = self._of_font
            for handle, index, address, size in zip(new, new.values(), addresses, sizes, strict=True):
                known[handle] = of_font.get((address, size)) or self._font(address, size, index)
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


def _middle(text: str, middle: int, end: int) -> int:
    """The place of the next letter or digit from the middle of a line that ends at `end`, as brackets may be larger than the text."""
    return next((at for at in range(middle, min(middle + 8, end)) if text[at].isalnum()), middle + (text[middle] == " "))


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


def _follows(before: Line, line: Line) -> bool:
    """Whether a line of about the same height goes on where the one drawn before it stopped."""
    size = max(before.size, line.size)
    if before.broken or before.right <= before.left:
        return False
    return -0.3 * size < line.left - before.right < (0.9 if not (before.cell and line.cell) else 0.5) * size


def _turned(box: Box, turn: int) -> Box:
    left, bottom, right, top = box
    if turn == 1:
        return bottom, -right, top, -left
    return (-right, -top, -left, -bottom) if turn == 2 else (-top, left, -bottom, right)


def _is_ordinary(text: str) -> bool:
    """Whether a text holds ASCII alone, and no mark: quick to tell of most lines."""
    return text.isascii() and _MARK not in text


def _plain(text: str) -> str:
    """The text without marks and accents that stand alone, its halves of characters put together."""
    whole = text.replace(_MARK, "").encode("utf-16-le", errors="surrogatepass").decode("utf-16-le", errors="replace")
    return _LONE_ACCENT.sub("", whole)
