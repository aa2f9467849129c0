"""A page of an opened PDF → its lines, in the order in which the page draws them, each with its place, size and font.

pdfium gives the text of a page with its line ends quickly, and the box or font of one character at a time slowly. So only some characters
of a line are asked after: its first, one in the middle and its last; those of each word only where a line may hold two columns or cells.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

import pypdfium2.raw as pdfium

from kg.sources.pdf.characters import MARK, Characters, Font
from kg.sources.pdf.mending import mended

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
_SPECIAL = re.compile("[\0\u00a8\u00b4\u00b8\u02c6\u02c7\u02d8-\u02dd\ud800-\udfff]")  # what lines of a page are looked at for once more
_GAP_EMS = 1.5  # between words: justified lines have up to 1 em, cells of tables and columns have more
_LOOSE_EMS = 0.56  # width of a character on average above which a line is looked at word by word; prose has 0.42–0.5
_RAISED = 0.85  # size of a raised character to that of the one before it, at most; LaTeX sets 7 pt beside 10 pt
_RAISED_BY = 0.55  # em between the baselines of characters in one line, at most
_LONG_LINE = 40  # characters; lines of two columns have 80 and more
_PROBES = 5  # lines of a page that are looked at word by word to tell whether columns were joined
_INITIAL = 1.8  # size of an initial of two lines to that of the text, at least, with some room
_RUN_IN_WORDS = 10  # at most that are looked at to find where the heading in a line ends


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


Ligatures = Callable[[], Mapping[str, Mapping[int, str]]]  # of the file, as `kg.sources.pdf.ligatures.ligatures` has them


def lines(textpage: object, number: int, width: float, turn: int, fonts: dict[int, Font], ligatures: Ligatures) -> list[Line]:
    """The lines of a page in drawing order, those that run upwards or downwards with `right` <= `left`.

    Args:
        textpage: pdfium's handle of the page's text.
        number: of the page, from 0.
        width: of the page, in points.
        turn: quarters that the page is turned by when it is shown.
        fonts: address in memory → font, of the page before, which is still open; becomes those of this page.
        ligatures: is asked where pdfium does not know what a character stands for.
    """
    count = pdfium.FPDFText_CountChars(textpage)
    if count <= 0:
        return []
    characters = Characters(textpage, count, turn, fonts)
    found = _Page(characters, number, width, ligatures).lines()
    fonts.clear()
    fonts.update(characters.fonts)
    return found


class _Page:
    """A page while its lines are made."""

    def __init__(self, characters: Characters, number: int, width: float, ligatures: Ligatures) -> None:
        self._characters = characters
        self._number = number
        self._width = width
        self._text, self._expansions = mended(characters, ligatures)

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
        boxes = self._characters.boxes([at for start, end, _ in spans for at in (start, end - 1)])
        fonts = self._characters.fonts_at([at for (start, _, _), middle in zip(spans, middles, strict=True) for at in (start, middle)])
        bases = self._characters.bases(middles)
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
        for at, base in zip(small, self._characters.bases([spans[at][0] for at in small]), strict=True):
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
        looked_at = [
            at
            for at, (line, crosses) in enumerate(zip(found, crossing, strict=True))
            if ((crosses and has_columns) or line.right - line.left > _LOOSE_EMS * line.size * len(line.text)) and " " in line.text
        ]
        parts_of = dict(zip(looked_at, self._parts([spans[at] for at in looked_at], [found[at].size for at in looked_at]), strict=True))
        for at, ((start, end, _), line) in enumerate(zip(spans, found, strict=True)):
            if at in parts_of and len(parts := parts_of[at]) > 1:
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
        parts = self._parts([spans[at] for at in some], [found[at].size for at in some])
        return 2 * sum(len(one) > 1 for one in parts) > len(some)

    def _note_run_ins(self, found: list[Line], headed: Sequence[tuple[int, int, int]]) -> None:
        """Write into lines how many characters at their start are in a font that is bold, italic or in capitals as no other of them is."""
        ends = self._characters.fonts_at([end - 1 for _, _, end in headed])
        begins: list[tuple[int, int, list[int]]] = []  # of words: place of the line, its start, theirs
        for (at, start, end), (last, _) in zip(headed, ends, strict=True):
            line = found[at]
            style = line.first[1:3], line.first.caps
            if not style == (line.font[1:3], line.font.caps) == (last[1:3], last.caps):
                words = [match.start() for match in islice(_WORD.finditer(self._text, start, end), _RUN_IN_WORDS)]
                begins.append((at, start, words))
        fonts = iter(self._characters.fonts_at([begin for _, _, words in begins for begin in words]))
        for at, start, words in begins:
            line = found[at]
            style = line.first[1:3], line.first.caps
            of_words = list(islice(fonts, len(words)))
            run_in = next((begin - start for begin, (font, _) in zip(words, of_words, strict=True) if style != (font[1:3], font.caps)), 0)
            if run_in:
                found[at] = line._replace(run_in=run_in)

    def _parts(self, spans: Sequence[tuple[int, int, bool]], sizes: Sequence[float]) -> list[list[tuple[int, int, bool]]]:
        """The parts of each of these lines that wide gaps leave."""
        words_of = [[match.span() for match in _WORD.finditer(self._text, start, end)] for start, end, _ in spans]
        boxes = self._characters.boxes([at for words in words_of for begin, stop in words for at in (begin, stop - 1)])
        found, taken = [], 0
        for (begin, end, broken), words, size in zip(spans, words_of, sizes, strict=True):
            parts = []
            for number in range(1, len(words)):
                gap = boxes[taken + 2 * number][0] - boxes[taken + 2 * number - 1][2]
                if gap < _GAP_EMS * size:
                    continue
                if gap < 4 * size and _NUMBERING.fullmatch(self._text, begin, words[number - 1][1]):
                    continue
                parts.append((begin, words[number - 1][1], False))
                begin = words[number][0]
            found.append([*parts, (begin, end, broken)])
            taken += 2 * len(words)
        return found

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
        if not self._expansions and not _SPECIAL.search(self._text):
            return out
        return [line if _is_ordinary(text := line.text) else line._replace(text=_plain(text.translate(self._expansions))) for line in out]

    def _without_marks(self) -> str:
        """The text with a `MARK` for each digit of a raised number of a note."""
        text = self._text
        candidates = [match.span() for match in _NOTE_MARK.finditer(text)]
        if not candidates:
            return text
        bases = self._characters.bases([at for start, _ in candidates for at in (start - 1 - (text[start - 1] == " "), start)])
        raised = [span for span, before, base in zip(candidates, bases[::2], bases[1::2], strict=True) if base > before + 1]  # point
        fonts = self._characters.fonts_at([at for start, _ in raised for at in (start - 1 - (text[start - 1] == " "), start)])
        for (start, end), (_, before), (_, size) in zip(raised, fonts[::2], fonts[1::2], strict=True):
            if size < _RAISED * before:
                start -= text[start - 1] == " "
                text = text[:start] + MARK * (end - start) + text[end:]
        return text


def _middle(text: str, middle: int, end: int) -> int:
    """The place of the next letter or digit from the middle of a line that ends at `end`, as brackets may be larger than the text."""
    return next((at for at in range(middle, min(middle + 8, end)) if text[at].isalnum()), middle + (text[middle] == " "))


def _follows(before: Line, line: Line) -> bool:
    """Whether a line of about the same height goes on where the one drawn before it stopped."""
    size = max(before.size, line.size)
    if before.broken or before.right <= before.left:
        return False
    return -0.3 * size < line.left - before.right < (0.9 if not (before.cell and line.cell) else 0.5) * size


def _is_ordinary(text: str) -> bool:
    """Whether a text holds ASCII alone, and no mark: quick to tell of most lines."""
    return text.isascii() and MARK not in text


def _plain(text: str) -> str:
    """The text without marks and accents that stand alone, its halves of characters put together."""
    whole = text.replace(MARK, "").encode("utf-16-le", errors="surrogatepass").decode("utf-16-le", errors="replace")
    return _LONE_ACCENT.sub("", whole)
