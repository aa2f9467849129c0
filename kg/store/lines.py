r"""Sorted N-Triples, checked and counted a block at a time, at a third of the processor time that loading them takes.

A line is in the one form that the store writes: `<subject> <predicate> <object> .`, terms in canonical N-Triples
(https://www.w3.org/TR/rdf12-n-triples/#canonical-ntriples), no blank node. So what is counted is what the store holds.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from itertools import chain
from operator import lt
from pathlib import Path

from kg import vocab
from kg.store.change import MARK_BYTES, Content

BLOCK = 32 << 20  # bytes; loading one takes some 200 MB, and larger ones are no faster
_END = b" .\n"  # of a line; within one it cannot be, as line feeds are written \n

_IRI = rb'<[^\x00-\x20<>"{}|\\^`]+>'
_TEXT = rb'[^"\\\x00-\x1f\x7f]*'
_LINE = re.compile(
    rb"^%(iri)s (%(iri)s) "  # <https://w3id.org/paper-kg/id/method/x> <http://www.w3.org/2004/02/skos/core#prefLabel>
    rb"(?:(%(iri)s)|"
    rb'"%(text)s(?:\\(?:["\\bfnrt]|u00(?:[01][0-9A-F]|7F))%(text)s)*"'  # "say \"x\"", not "\u0041"
    rb"(?:\^\^(?!<http://www\.w3\.org/2001/XMLSchema#string>)%(iri)s|@[a-z0-9-]+)?) \.$" % {b"iri": _IRI, b"text": _TEXT},
    re.MULTILINE,
)
_TYPE = str(vocab.RDF_TYPE).encode()


class Lines:
    """The lines of one graph, from files that follow each other; `content` says what they amount to so far."""

    def __init__(self) -> None:
        self.content = Content()
        self._last = b""

    def blocks(self, path: Path) -> Iterator[bytes]:
        """The file in blocks of whole lines, each checked and counted.

        Raises:
            ValueError: a line is no triple in the store's form, or does not come behind the one before; in words.
            OSError: the file cannot be read.
        """
        number = 1
        for block in blocks(path, BLOCK):
            lines = block.split(_END)  # without their ends they sort alike
            if lines.pop():
                raise ValueError("it ends within a line")
            self._count(block, lines, number)
            number += len(lines)
            yield block

    def _count(self, block: bytes, lines: list[bytes], number: int) -> None:
        if not block.isascii():
            block.decode()  # what is not UTF-8 raises, and is a ValueError
        found: list[tuple[bytes, bytes]] = _LINE.findall(block)
        if not len(found) == len(lines) == block.count(b"\n"):
            place = next(number + index for index, line in enumerate(block.split(b"\n")) if not _LINE.fullmatch(line))
            raise ValueError(f"line {place} is no triple in canonical N-Triples without blank nodes")
        if not all(map(lt, chain((self._last,), lines), lines)):
            place = next(number + index for index, (a, b) in enumerate(zip(chain((self._last,), lines), lines, strict=False)) if a >= b)
            raise ValueError(f"line {place} does not come behind the one before: lines ascend by their bytes, and none comes twice")
        self._last = lines[-1]
        content = self.content
        content.triples += len(lines)
        content.marks += sum(map(int.from_bytes, [blake2b(line, digest_size=MARK_BYTES).digest() for line in lines]))  # as `change.mark`
        _add(content.properties, (property for property, _ in found))
        _add(content.classes, (object for property, object in found if property == _TYPE))


def blocks(path: Path, size: int) -> Iterator[bytes]:
    """A file in blocks of whole lines of `size` bytes and the rest of a line; the last may be shorter."""
    with path.open("rb") as file:
        while block := file.read(size):
            yield block + file.readline()


def _add(counts: dict[str, int], found: Iterable[bytes]) -> None:
    for name, count in Counter(found).items():
        counts[name.decode()] = counts.get(name.decode(), 0) + count
