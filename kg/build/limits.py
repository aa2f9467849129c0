"""What one document may cost: its size is looked at before it is extracted, and its time while it is.

The sizes are the same everywhere. The time is a last resort against texts that no size tells, and generous: only there can a slower
machine refuse what a faster one stores.
"""

from __future__ import annotations

import re
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from kg.model import Document, Rejection

MAX_TEXT_CHARS = 1_000_000  # spaCy refuses longer texts (`Language.max_length`)
MAX_SENTENCES = 50_000  # by their ends; a book of the longest text has 10,000, with 200 pages of references 40,000
# Without white space; a paragraph of Chinese has some 500. The tokeniser reads a word anew for each bracket or dash that it takes off:
# measured with the rules, the longest that is let through takes 0.2 s at most, one of 80,000 letters and dashes 8 s.
MAX_WORD_CHARS = 10_000
SECONDS = 60.0  # for each 100,000 characters begun; the slowest extractor reads these in 5 s here
_CHARS = 100_000

_SENTENCE_END = re.compile(r"[.!?。！？](?:\s|$)|\n\n")
_LONG_WORD = re.compile(rf"\S{{{MAX_WORD_CHARS + 1}}}")


class TooSlowError(BaseException):
    """A document took longer than it may; no `Exception`, so that no extractor takes it for an error of its own."""


def too_large(document: Document) -> Rejection | None:
    """The refusal of a document whose text is too large to extract; None where it is not."""
    text = document.text
    if len(text) > MAX_TEXT_CHARS:
        return _refuse(document, "too-long", f"more than {MAX_TEXT_CHARS:,} characters: split it or cut it")
    if _LONG_WORD.search(text):
        return _refuse(document, "too-long", f"a word of more than {MAX_WORD_CHARS:,} characters: take out what is no text of a paper")
    if sum(1 for _ in _SENTENCE_END.finditer(text)) > MAX_SENTENCES:
        return _refuse(document, "too-long", f"more than {MAX_SENTENCES:,} sentences: split it or cut it")
    return None


def too_slow(document: Document, seconds: float) -> Rejection:
    """The refusal of a document that took more than `seconds`."""
    return _refuse(document, "too-slow", f"extracting takes more than {seconds:.0f} s: split it, or take out what is no text of a paper")


def allowed(document: Document, seconds: float = SECONDS) -> float:
    """Seconds that a document may take: `seconds` for each 100,000 characters begun."""
    return seconds * (1 + len(document.text) // _CHARS)


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """End the block with `TooSlowError` after so many seconds, at the next step of Python code.

    By the signal SIGALRM, so only in a main thread; elsewhere nothing is limited. An alarm that the caller has set goes off after the block.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    running = True

    def expire(*_: object) -> None:
        if running:
            raise TooSlowError

    handler = signal.signal(signal.SIGALRM, expire)
    started = time.monotonic()
    left, interval = signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)  # again each second, should the block have caught the first
    try:
        try:
            yield
        finally:
            running = False
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, signal.SIG_DFL if handler is None else handler)
        if left:
            signal.setitimer(signal.ITIMER_REAL, max(left - (time.monotonic() - started), 0.001), interval)


def _refuse(document: Document, code: str, message: str) -> Rejection:
    return Rejection(document.source, document.place, "extract", code, message)
