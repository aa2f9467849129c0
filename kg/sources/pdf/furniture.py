"""The lines of all pages → without what is no text of the paper: running headers and footers, page numbers, line numbers, the margin's stamp."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from kg.sources.pdf.page import Line

# "arXiv:1810.04805v2 [cs.CL] 24 May 2019", "arXiv:hep-th/9901001v1 4 Jan 1999": https://info.arxiv.org/help/arxiv_identifier.html
_STAMP = re.compile(r"arXiv:(?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})v\d{1,3}\s+(?:\[[\w.-]+\]\s+)?\d{1,2} [A-Z][a-z]{2} \d{4}")
_PAGE_NUMBER = re.compile(r"\W*(?:page|p\.)?\s*(?:\d{1,4}(?:[:.-]\d{1,4})?|[ivxlc]{1,7})(?:\s*(?:of|/)\s*\d{1,4})?\W*", re.IGNORECASE)
_DIGITS = re.compile(r"\d+|\b[ivxlc]+\b")
_LEADING_NUMBER = re.compile(r"(\d{1,4})(?=\s|$)")
_TRAILING_NUMBER = re.compile(r"(?:^|(?<=\s))(\d{1,4})$")
_IMPRINT = re.compile(
    r"(?:©|\(c\)|copyright\b|permission to (?:make|copy)|preprint\b|arxiv:|this work is licensed|licensed under|issn\b|isbn\b|proceedings of\b"
    r"|accepted (?:for|at|to)\b|under review|submitted to\b|manuscript (?:submitted|received)|received:? \d|published (?:in|by|as|online)\b|to appear\b"
    r"|https?://doi\.org/\S+$|doi:? ?10\.\S+$|association for computational linguistics)",
    re.IGNORECASE,
)
_COPYRIGHT = re.compile(r"(?:©|\bc) ?(?:19|20)\d\d\b|\b(?:19|20)\d\d (?:ieee|acm|elsevier|springer)\b", re.IGNORECASE)
_OUTER_ROWS = 3  # at the top and at the foot of a page that may be furniture
_SAME_PLACE = 3.0  # points between the places of what repeats
_FEWEST_NUMBERS = 8  # of lines on a page, to be line numbers


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages of a paper as they are read."""

    lines: tuple[tuple[Line, ...], ...]  # of each page, in drawing order
    stamp: str  # that arXiv prints in the margin of the first page; "" without one
    imprint: tuple[str, ...]  # lines of the first page about where and how the paper appeared, and those at its edges that repeat


def without_furniture(pages: Sequence[Sequence[Line]]) -> Pages:
    """The pages without their furniture."""
    stamp = next(
        (found.group() for line in (pages[0] if pages else ()) if "arXiv:" in line.text and (found := _STAMP.search(line.text))), ""
    )
    level = [
        _without_line_numbers(
            [line for line in page if line.right > line.left and not ("arXiv:" in line.text and _STAMP.search(line.text))]
        )
        for page in pages
    ]
    outer = [_outer_rows(page) for page in level]
    places = Counter(
        (text, round(line.base / _SAME_PLACE))
        for rows in outer
        for text, line in {(_key(line), round(line.base)): (_key(line), line) for line in rows}.values()
    )
    kept, imprint = [], []
    for number, (page, rows) in enumerate(zip(level, outer, strict=True)):
        # By identity: there are thousands of lines, and they take long to hash.
        dropped = {id(line) for line in rows if _repeats(line, places) or _PAGE_NUMBER.fullmatch(line.text)}
        if number == 0:
            dropped |= {id(line) for line in rows if _is_imprint(line.text)}
            imprint = [line.text for line in page if id(line) in dropped or _is_imprint(line.text)]
        kept.append(tuple(line for line in page if id(line) not in dropped) if dropped else tuple(page))
    return Pages(tuple(kept), stamp, tuple(imprint))


def _is_imprint(text: str) -> bool:
    """Whether a line says where and how the paper appeared."""
    return _IMPRINT.match(text) is not None or (("20" in text or "19" in text) and _COPYRIGHT.search(text) is not None)


def _outer_rows(page: Sequence[Line]) -> list[Line]:
    """The lines in the outermost rows of a page, of which there are at most `_OUTER_ROWS` above and below."""
    if not page:
        return []
    bases = sorted({round(line.base) for line in page})
    rows = [base for number, base in enumerate(bases) if number == 0 or base - bases[number - 1] > 2]
    if len(rows) <= 2 * _OUTER_ROWS:
        return [line for line in page if line.base <= rows[0] + 2 or line.base >= rows[-1] - 2]
    low, high = rows[_OUTER_ROWS - 1] + 2, rows[-_OUTER_ROWS] - 2
    return [line for line in page if line.base <= low or line.base >= high]


def _key(line: Line) -> str:
    return _DIGITS.sub("0", line.text.casefold())


def _repeats(line: Line, places: Counter[tuple[str, int]]) -> bool:
    """Whether the same words stand at the same place of another page."""
    key, place = _key(line), round(line.base / _SAME_PLACE)
    return sum(places[key, near] for near in (place - 1, place, place + 1)) >= 2


def _without_line_numbers(page: list[Line]) -> list[Line]:
    """The lines of a page without the numbers that review copies count them with, in either margin."""
    for pattern in (_LEADING_NUMBER, _TRAILING_NUMBER):
        leading = pattern is _LEADING_NUMBER
        able = [line for line in page if line.text[0 if leading else -1].isdecimal()]
        numbered = [
            (line, int(match.group(1))) for line in able if (match := pattern.search(line.text)) and (not leading or match.start() == 0)
        ]
        if len(numbered) < _FEWEST_NUMBERS:
            continue
        edges = Counter(round((line.left if leading else line.right) / 4) for line, _ in numbered)
        edge = edges.most_common(1)[0][0]
        column = sorted(
            ((line, value) for line, value in numbered if abs(round((line.left if leading else line.right) / 4) - edge) <= 3),
            key=lambda item: -item[0].base,
        )
        values = [value for _, value in column]
        fits = [1 in (value - before, after - value) for before, value, after in zip([0, *values], values, [*values[1:], 0], strict=False)]
        if sum(fits) < max(_FEWEST_NUMBERS, 0.7 * len(fits)):
            continue
        column = [item for item, does in zip(column, fits, strict=True) if does]  # the number of a heading stands among them
        counted = {line for line, _ in column}
        page = [line if line not in counted else _uncounted(line, leading) for line in page]
        page = [line for line in page if line.text]
    return page


def _uncounted(line: Line, leading: bool) -> Line:
    text = _LEADING_NUMBER.sub("", line.text, count=1).lstrip() if leading else _TRAILING_NUMBER.sub("", line.text).rstrip()
    share = (len(line.text) - len(text)) / max(len(line.text), 1) * (line.right - line.left)
    if leading:
        return line._replace(text=text, left=line.left + share)
    return line._replace(text=text, right=line.right - share)
