"""XML text → the elements that hold one paper each, one at a time; what went before is let go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from time import perf_counter

from lxml import etree

from kg.model import Rejection
from kg.sources.xml.mathml import local_name

MAX_PAPER_CHARS = 16 * 1024 * 1024  # of XML around one paper: a full text with its tables has 0.1–3 MB
MAX_PAPER_MARKS = 1_000_000  # "<" and "=" around one paper, hence at most some 200 MB of nodes: a long full text has 100,000
MAX_PAPER_SECONDS = 30.0  # of parsing one paper; the limits above are reached in 2 s
_PIECE_CHARS = 64 * 1024
_MAX_MESSAGE = 120


def elements(pieces: Iterable[str], names: tuple[str, ...], source: str) -> Iterator[etree._Element | Rejection]:
    """The elements with these local names, not one inside another, each valid until the next is asked for; a rejection where it ends badly.

    Args:
        pieces: the XML as `kg.sources.xml.decoded.xml_text` gives it.
        names: local names of elements, in any namespace.
        source: for the rejection.
    """
    parser = etree.XMLPullParser(
        events=("end",),
        tag=[f"{{*}}{name}" for name in names],
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,  # nor collect_ids=False: with it lxml opens the DTD that a DOCTYPE names
        remove_comments=True,
        remove_pis=True,
    )
    spent = _Spent()
    for piece in _sliced(pieces):
        failed = not _fed(parser, piece, spent)
        for _, element in parser.read_events():
            if _outermost(element, names):
                yield element
                _let_go(element)
                spent = _Spent()
        if failed:
            yield _malformed(parser, source)
            return
        if spent.too_much():
            yield Rejection(source, "", "read", "too-long", "too much XML for one paper: check the file, or split it")
            return
    try:
        parser.close()
    except etree.XMLSyntaxError:
        if _fatal(parser) is not None:  # others tell of prefixes and ids that are not as they should be, which harms nobody
            yield _malformed(parser, source, cut=True)


class _Spent:
    """What was read since the last paper ended."""

    def __init__(self) -> None:
        self.chars = self.marks = 0
        self.seconds = 0.0

    def too_much(self) -> bool:
        """Whether one paper cannot be as long as that."""
        return self.chars > MAX_PAPER_CHARS or self.marks > MAX_PAPER_MARKS or self.seconds > MAX_PAPER_SECONDS


def _fed(parser: etree.XMLPullParser, piece: str, spent: _Spent) -> bool:
    """Whether the parser took the piece."""
    began = perf_counter()
    try:
        parser.feed(piece.encode())
    except etree.XMLSyntaxError:
        return False
    spent.chars += len(piece)
    spent.marks += piece.count("<") + piece.count("=")
    spent.seconds += perf_counter() - began  # not the time that the source takes to send
    return True


def _sliced(pieces: Iterable[str]) -> Iterator[str]:
    for piece in pieces:
        for start in range(0, len(piece), _PIECE_CHARS):
            yield piece[start : start + _PIECE_CHARS]


def _outermost(element: etree._Element, names: tuple[str, ...]) -> bool:
    return not any(local_name(ancestor) in names for ancestor in element.iterancestors())


def _let_go(element: etree._Element) -> None:
    """Empty the element and drop what stands before it, but the first thing: an ACL volume says there when and where it appeared."""
    element.clear(keep_tail=False)
    parent = element.getparent()
    while parent is not None:
        del parent[1 : parent.index(element)]
        element, parent = parent, parent.getparent()


def _fatal(parser: etree.XMLPullParser) -> etree._LogEntry | None:
    """What made the parser stop."""
    return next((entry for entry in reversed(list(parser.feed_error_log)) if entry.level == etree.ErrorLevels.FATAL), None)


def _malformed(parser: etree.XMLPullParser, source: str, *, cut: bool = False) -> Rejection:
    fatal = _fatal(parser)
    place = f"line {fatal.line}" if fatal is not None else ""
    said = str(fatal.message) if fatal is not None else "the parser stopped"
    reason = "".join(c if c.isprintable() else " " for c in said[:1].lower() + said[1:_MAX_MESSAGE])
    if "xcessive depth" in reason:
        return Rejection(source, place, "read", "too-deep", "elements nested too deeply for a paper: check the file")
    if fatal is not None and fatal.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT:
        return Rejection(source, place, "read", "too-long", f"too much for one paper ({reason}): check the file, or split it")
    if cut:
        return Rejection(source, place, "read", "truncated", f"the file ends before its XML does ({reason}): get it again")
    return Rejection(
        source, place, "read", "bad-xml", f"not valid XML ({reason}); what follows was not read: mend the file, or get it again"
    )
