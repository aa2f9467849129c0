"""The process that reads PDF files: `python -m kg.sources.pdf.worker` answers to one after the other, as `kg.sources.child.Worker` asks."""

from __future__ import annotations

import sys
from dataclasses import astuple

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from kg.sources.child import limit_memory, request, tell
from kg.sources.formats import RefusedError
from kg.sources.pdf.page import Font, Line, lines
from kg.sources.pdf.paper import Paper, paper_of

_MEMORY = 1024**3  # bytes of address space; a paper of 100 pages takes 150 MB
MAX_PAGES = 2000  # of a paper, or of a book of papers
MAX_CHARS = 8_000_000  # of all pages; a full one has some 5,000
_FEWEST_LETTERS = 40  # on a page, on average, of a paper of several pages that is no scan with a line of print over it
_MOST_UNREADABLE = 0.3  # of all characters, of a text layer that means something
_MESSAGES = {
    raw.FPDF_ERR_PASSWORD: ("encrypted", "the PDF file is encrypted: remove its password, or give its text"),
    raw.FPDF_ERR_SECURITY: ("encrypted", "the PDF file is encrypted in an unknown way: print it to a new PDF file, or give its text"),
}
_DAMAGED = ("damaged", "the PDF file is cut off or damaged: copy or download it again")


def main() -> None:
    """Answer until there is no more to read."""
    limit_memory(_MEMORY)
    while (data := request(sys.stdin.buffer)) is not None:
        try:
            paper, unread = read(data)
            tell({"paper": _plain(paper), "unread": unread})
        except RefusedError as error:
            tell({"refused": [error.code, str(error)]})
        except MemoryError:
            tell({"refused": ["too-long", "the PDF file takes too much memory: print it to a new PDF file, or give its text"]})
        sys.stdout.flush()


def read(data: bytes) -> tuple[Paper, list[int]]:
    """The paper, and the numbers of pages that cannot be read.

    Raises:
        RefusedError: all of it cannot be read.
    """
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        raise RefusedError(*_MESSAGES.get(getattr(error, "err_code", None) or 0, _DAMAGED)) from error
    try:
        count = len(document)
        if count > MAX_PAGES:
            raise RefusedError("too-long", f"a PDF file of {count} pages, and at most {MAX_PAGES} are read: split it")
        pages, unread = _pages(document, count)
        if not pages or len(unread) == count:
            raise RefusedError(*_DAMAGED)
        _check(pages)
        return paper_of(pages, _stated_title(document)), unread
    finally:
        document.close()


def _pages(document: pdfium.PdfDocument, count: int) -> tuple[list[list[Line]], list[int]]:
    """The lines of each page, and the numbers from 1 of pages that are damaged."""
    pages: list[list[Line]] = []
    unread: list[int] = []
    fonts: dict[int, Font] = {}
    still_open: list[pdfium.PdfPage] = []
    chars = 0
    for number in range(count):
        try:
            page = document[number]
            text = page.get_textpage()
        except pdfium.PdfiumError:
            unread.append(number + 1)
            pages.append([])
            continue
        found = lines(text.raw, number, page.get_width(), page.get_rotation() // 90, fonts)
        text.close()
        chars += sum(len(line.text) for line in found)
        if chars > MAX_CHARS:
            raise RefusedError("too-long", f"a PDF file of more than {MAX_CHARS} characters: split it")
        pages.append(found)
        for earlier in still_open:
            earlier.close()
        still_open = [page]  # its fonts stay where they are while the next page is read
    return pages, unread


def _check(pages: list[list[Line]]) -> None:
    """Refuse a scan, and a text layer that means nothing.

    Raises:
        RefusedError: there is no text.
    """
    text = "".join(line.text for page in pages for line in page)
    letters = sum(map(str.isalpha, text))
    if letters == 0 or (len(pages) > 1 and letters < _FEWEST_LETTERS * len(pages)):
        raise RefusedError("no-text", "the PDF file has no text layer, as a scan: run OCR over it first")
    if not text.isascii():
        unreadable = sum(not (c.isprintable() or c.isspace()) or c == "\ufffd" for c in text)
        if unreadable > _MOST_UNREADABLE * len(text):
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
