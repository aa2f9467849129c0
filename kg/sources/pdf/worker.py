"""The process that reads PDF files: `python -m kg.sources.pdf.worker` answers to one after the other, as `kg.sources.child.Worker` asks."""

from __future__ import annotations

import gc
import re
import sys
from collections import deque
from contextlib import ExitStack
from dataclasses import astuple
from functools import cache, partial

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from kg.sources.child import keep_freed_memory, limit_memory, request, tell
from kg.sources.formats import RefusedError
from kg.sources.pdf.characters import Font
from kg.sources.pdf.ligatures import ligatures
from kg.sources.pdf.page import Ligatures, Line, lines
from kg.sources.pdf.paper import Paper, paper_of

_MEMORY = 1024**3  # bytes of address space; a paper of 100 pages takes 150 MB
MAX_PAGES = 2000  # of a paper, or of a book of papers
MAX_CHARS = 8_000_000  # of all pages; a full one has some 5,000
_FEWEST_LETTERS = 40  # on a page, on average, of a paper of several pages that is no scan with a line of print over it
_OPEN_PAGES = 20  # at most that stay open until the answer is given
_MOST_UNREADABLE = 0.3  # of all characters, of a text layer that means something
_UNREADABLE = re.compile("[\x00-\x1f\x7f-\x9f\ufffd\ue000-\uf8ff]")
_MESSAGES = {
    raw.FPDF_ERR_PASSWORD: ("encrypted", "the PDF file is encrypted: remove its password, or give its text"),
    raw.FPDF_ERR_SECURITY: ("encrypted", "the PDF file is encrypted in an unknown way: print it to a new PDF file, or give its text"),
}
_DAMAGED = ("damaged", "the PDF file is cut off or damaged: copy or download it again")


def main() -> None:
    """Answer until there is no more to read."""
    limit_memory(_MEMORY)
    keep_freed_memory()
    gc.freeze()
    gc.disable()  # a paper makes tens of thousands of tuples, hardly one of which holds itself: to look through them takes a tenth of the time
    while (data := request(sys.stdin.buffer)) is not None:
        with ExitStack() as stack:  # what is open is closed after the answer: that takes a tenth of the time
            try:
                paper, unread = read(data, stack)
                tell({"paper": _plain(paper), "unread": unread})
            except RefusedError as error:
                tell({"refused": [error.code, str(error)]})
            except MemoryError:
                tell({"refused": ["too-long", "the PDF file takes too much memory: print it to a new PDF file, or give its text"]})
            sys.stdout.flush()
        gc.collect()


def read(data: bytes, stack: ExitStack) -> tuple[Paper, list[int]]:
    """The paper, and the numbers of pages that cannot be read; what has to be closed is left to `stack`.

    Raises:
        RefusedError: all of it cannot be read.
    """
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        raise RefusedError(*_MESSAGES.get(getattr(error, "err_code", None) or 0, _DAMAGED)) from error
    stack.callback(document.close)
    count = len(document)
    if count > MAX_PAGES:
        raise RefusedError("too-long", f"a PDF file of {count} pages, and at most {MAX_PAGES} are read: split it")
    pages, unread = _pages(document, count, stack, cache(partial(ligatures, data)))
    if not pages or len(unread) == count:
        raise RefusedError(*_DAMAGED)
    _check(pages)
    return paper_of(pages, _stated_title(document)), unread


def _pages(document: pdfium.PdfDocument, count: int, stack: ExitStack, ligatures: Ligatures) -> tuple[list[list[Line]], list[int]]:
    """The lines of each page, and the numbers from 1 of pages that are damaged."""
    pages: list[list[Line]] = []
    unread: list[int] = []
    fonts: dict[int, Font] = {}
    still_open: deque[object] = deque()  # pages that are read: as long as they are open their fonts stay where they are
    stack.callback(_close, still_open)
    chars = 0
    for number in range(count):
        page = raw.FPDF_LoadPage(document.raw, number)
        found = _lines(page, number, fonts, ligatures) if page else None
        if page:
            still_open.append(page)
        if len(still_open) > _OPEN_PAGES:
            raw.FPDF_ClosePage(still_open.popleft())
        pages.append(found or [])
        if found is None:
            unread.append(number + 1)
            continue
        chars += sum([len(line.text) for line in found])
        if chars > MAX_CHARS:
            raise RefusedError("too-long", f"a PDF file of more than {MAX_CHARS} characters: split it")
    return pages, unread


def _close(pages: deque[object]) -> None:
    while pages:
        raw.FPDF_ClosePage(pages.pop())


def _lines(page: object, number: int, fonts: dict[int, Font], ligatures: Ligatures) -> list[Line] | None:
    """The lines of a page; None where it is damaged."""
    text = raw.FPDFText_LoadPage(page)
    if not text:
        return None
    try:
        return lines(text, number, raw.FPDF_GetPageWidthF(page), raw.FPDFPage_GetRotation(page), fonts, ligatures)
    finally:
        raw.FPDFText_ClosePage(text)


def _check(pages: list[list[Line]]) -> None:
    """Refuse a scan, and a text layer that means nothing.

    Raises:
        RefusedError: there is no text.
    """
    needed = _FEWEST_LETTERS * len(pages) if len(pages) > 1 else 1
    letters = 0
    for line in (line for page in pages for line in page):
        letters += sum(map(str.isalpha, line.text))
        if letters >= needed:
            break
    else:
        raise RefusedError("no-text", "the PDF file has no text layer, as a scan: run OCR over it first")
    text = "".join(line.text for page in pages for line in page if not line.text.isascii())
    if len(_UNREADABLE.findall(text)) > _MOST_UNREADABLE * sum(len(line.text) for page in pages for line in page):
        raise RefusedError("no-text", "the text layer of the PDF file cannot be decoded, its fonts name no characters: run OCR over it")


def _stated_title(document: pdfium.PdfDocument) -> str:
    return str(document.get_metadata_value("Title"))


def _plain(paper: Paper) -> dict[str, object]:
    """The paper as JSON has it."""
    return {
        "title": paper.title,
        "abstract": paper.abstract,
        "sections": [(section.heading, section.text, section.within) for section in paper.sections],
        "identifiers": [astuple(identifier) for identifier in paper.identifiers],
        "issued": paper.issued,
        "version": paper.version,
        "affiliations": [affiliation.text for affiliation in paper.affiliations],
    }


if __name__ == "__main__":
    main()
