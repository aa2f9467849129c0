"""Documents → extractions; results come in the order of the input, and a mistake costs one paper."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace

from kg.build.limits import SECONDS, TooSlowError, allowed, at_most, too_large, too_slow
from kg.build.processes import Result
from kg.build.workers import Pool, Ticket
from kg.errors import MISTAKES, place_of
from kg.extract import Extractor, ReadsAhead, checked
from kg.graph import check
from kg.log import Log
from kg.model import Document, LoggedPaper, Rejection
from kg.resolve import Decided, state, uses
from kg.stated import complete
from kg.stopwatch import Stopwatch
from kg.vocab import FOLDER

_AHEAD_CHARS = 16_000  # of a text that is read ahead: what the network gives is held meanwhile, some 2 kB a word


def extract_each(extractor: Extractor, documents: Sequence[Document], seconds: float = SECONDS) -> list[Result]:
    """What `extract_one` gives for each document, in their order.

    The network reads all of them before the rules do. Taken in turns, each of the two finds what the other left in the processor's
    cache: the rules take a third more time.
    """
    if len(documents) > 1 and isinstance(extractor, ReadsAhead):
        for document in documents:
            if not document.sections and len(document.text) <= _AHEAD_CHARS:
                with suppress(TooSlowError, *MISTAKES), at_most(allowed(document, seconds)):  # `extract_one` meets and tells it again
                    extractor.read_ahead(document)
    return [extract_one(extractor, document, seconds) for document in documents]


def extract_one(extractor: Extractor, document: Document, seconds: float = SECONDS) -> Result:
    """The extraction of a document, or why there is none; one that takes more than `seconds` for 100,000 characters is refused.

    An extraction that breaks a promise does not enter the log, whoever made it. One paper that the extractor, or the graph made of it,
    cannot cope with must not stop thousands of others; so mistakes in the code are caught here, at the border of one paper, and end in
    quarantine with their place.
    """
    refused = too_large(document)
    if refused is not None:
        return refused
    limit = allowed(document, seconds)
    try:
        with at_most(limit):
            extraction = checked.extract(extractor, document)
            if isinstance(extraction, Rejection):
                return extraction
            check_publishable(LoggedPaper(document, complete(document, extraction), extractor.version))
    except TooSlowError:
        return too_slow(document, limit)
    except MISTAKES as error:
        message = f"extraction failed with {place_of(error)}: please report this paper; the others are not affected"
        return Rejection(document.source, document.place, "extract", "extraction-failed", message)
    return extraction


def check_publishable(paper: LoggedPaper) -> None:
    """Pass where a graph can be made of a paper: what enters the log can be published; what is wrong is raised as one of MISTAKES."""
    found = uses(paper, Decided())
    ids = {index: f"{FOLDER[use.type]}/{index}" for index, use in enumerate(found)}
    check(paper.document, state(paper, ids, Decided()))


def extracted(
    items: Iterable[Document | Rejection], log: Log, pool: Pool, watch: Stopwatch
) -> Iterator[tuple[Document | None, Result | None]]:
    """Documents with what was found in them (None where the log has it already), in input order; rejections pass through."""
    waiting: deque[tuple[Document | Rejection, Ticket | None]] = deque()
    pending: dict[tuple[str, str], Ticket] = {}

    def is_known(document: Document) -> bool:
        with watch.stage("log"):
            return log.has(document, pool.version)

    def first() -> tuple[Document | None, Result | None]:
        item, ticket = waiting.popleft()
        if isinstance(item, Rejection):
            return None, item
        identity = (item.key, item.content_hash)
        if ticket is None or (
            pending.get(identity) is not ticket and is_known(item)
        ):  # the same text came before, and was logged meanwhile
            return item, None
        result = ticket.result()
        pending.pop(identity, None)
        if isinstance(result, Rejection):  # the same text may have been submitted from another place
            result = replace(result, source=item.source, place=item.place)
        return item, result

    for item in items:
        ticket = None
        if isinstance(item, Document) and not is_known(item):
            identity = (item.key, item.content_hash)
            ticket = pending.get(identity) or pool.submit(item)
            pending[identity] = ticket
        waiting.append((item, ticket))
        while len(waiting) > pool.ahead:
            yield first()
    while waiting:
        yield first()
