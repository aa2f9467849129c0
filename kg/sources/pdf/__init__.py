"""PDF: one paper per file, its text layer as a reader takes it in. Needs pypdfium2, an extra.

    characters → lines (`page`) → pages without furniture (`furniture`) → columns (`columns`) → blocks (`blocks`) → kinds and headings
    (`kinds`, `headings`) → title, abstract, sections (`front`, `paper`)

All of it happens in a process of its own (`worker`), with limits of time and memory: a spoiled file can end pdfium or keep it busy.
"""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from typing import Any

from kg.model import Affiliation, Identifier, Metadata, Record, Rejection, Section
from kg.sources.child import DiedError, Workers
from kg.sources.formats import Format, Found, Input, RefusedError, Start
from kg.sources.packed import MissingExtraError

NAME = "pdf"

SECONDS = 60.0  # for one file; the longest of 40 papers and manuals at hand, of 400 pages, takes 2
_HEADER_BYTES = 1024  # among which the header stands: ISO 32000-1, annex H, implementation note 13
_workers = Workers("kg.sources.pdf.worker")


def read(input: Input) -> Found:
    """The paper; a rejection after it where some of its pages cannot be read.

    Raises:
        RefusedError: there is no text, or none that may be read.
        MissingExtraError: pypdfium2 is not installed.
    """
    if importlib.util.find_spec("pypdfium2") is None:
        raise MissingExtraError("a PDF file: pip install 'paper-kg[pdf]', or give its text")
    try:
        answer = input.task.answer(SECONDS) if input.task else _workers.ask(input.all_bytes(), SECONDS)
    except DiedError as error:
        if error.late:
            raise RefusedError("too-long", f"reading the PDF file took more than {SECONDS:.0f} seconds: give its text") from error
        raise RefusedError(
            "damaged", "the PDF file ended the program that reads it: print it to a new PDF file, or give its text"
        ) from error
    record = _record(answer["paper"], input.source)
    if not record.title.strip():
        yield Rejection(input.source, "", "read", "no-title", "no title on its first page: give its text, with the title first")
        return
    yield record
    if answer["unread"]:
        pages = ", ".join(str(page) for page in answer["unread"][:10])
        message = f"{len(answer['unread'])} of its pages are damaged; the others were read: copy or download it again"
        yield Rejection(input.source, f"page {pages}", "read", "damaged", message)


def begin(input: Input) -> Input:
    """The input, which a worker reads until it is asked for; as it was where none is idle, or no more than a part can be read."""
    if importlib.util.find_spec("pypdfium2") is None:
        return input
    try:
        task = _workers.begin(input.all_bytes())
    except (RefusedError, OSError):
        task = None
    if task is None:
        input.file().seek(len(input.head))
    return replace(input, task=task)


def _record(paper: dict[str, Any], source: str) -> Record:
    return Record(
        source=source,
        place="",
        title=paper["title"],
        abstract=paper["abstract"],
        identifiers=tuple(Identifier(*pair) for pair in paper["identifiers"]),
        issued=paper["issued"],
        version=paper["version"],
        format=NAME,
        sections=tuple(Section(heading, text, tuple(within)) for heading, text, within in paper["sections"]),
        metadata=Metadata(affiliations=tuple(Affiliation(text) for text in paper["affiliations"])),
    )


def _is_pdf(start: Start) -> bool:
    """Whether the header stands at the start, or after some bytes that are no text."""
    head = start.head[:_HEADER_BYTES]
    return head.lstrip().startswith(b"%PDF-") or (b"%PDF-" in head and not start.text)


FORMAT = Format(NAME, "PDF", _is_pdf, stream=read, begin=begin, endings=(".pdf",))
