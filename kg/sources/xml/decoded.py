"""Bytes → text that an XML parser may safely be given.

Encodings are told here, not by the parser: a wrong declaration is a hard error there. The prolog is taken off and with it every declaration
of an entity, an attribute default or a DTD, so that none reaches the parser, which is told not to use them besides.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from html.entities import html5
from itertools import chain

from kg.sources.decoding import bom_encoding, decode

SAMPLE_BYTES = 256 * 1024  # what is read ahead to tell the encoding, and what a prolog must fit in
MAX_HELD_BYTES = 64 * 1024 * 1024  # of a file that has to be read whole because its encoding is not the one it declares

# All that papers are written in. Not every codec of Python: "zip", "punycode" and the like are no encodings of text, or slow ones.
_KNOWN_CODEC = re.compile(
    r"(?:utf-?(?:8|16|32)(?:-?[lb]e)?|(?:us-?)?ascii|iso-?8859-?\d+|latin-?\d+|(?:windows|cp)-?\d{3,4}|gb(?:k|2312|18030)|big5(?:-?hkscs)?"
    r"|euc-?(?:jp|kr)|shift-?jis|iso-?2022-?(?:jp|kr)|koi8-?[ru]|mac-?roman|mac-?cyrillic)",
    re.IGNORECASE,
)
_LATIN_1 = frozenset(
    {"iso8859-1", "ascii"}
)  # what is labelled so is Windows-1252, its superset: https://encoding.spec.whatwg.org/#names-and-labels
_SINGLE_BYTE = re.compile(r"iso8859-|cp\d|latin|koi8|mac-|ascii")
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?\sencoding\s*=\s*[\"']([A-Za-z0-9._:-]{1,40})[\"']")
_DECLARED_HTML = re.compile(rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([A-Za-z0-9._:-]{1,40})", re.IGNORECASE)

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # https://www.w3.org/TR/xml/#charsets
_REFERENCE = re.compile(
    r"&(?:#(?P<decimal>[0-9]{1,9});|#[xX](?P<hex>[0-9a-fA-F]{1,8});|(?P<name>[A-Za-z][\w.:-]{0,31});)?"
)  # "&amp;", "&#x3b2;", and the sign in "R&D"
_LONGEST_REFERENCE = 40

_PROLOG = re.compile(r"(?:\s++|<\?.*?\?>|<!--.*?-->)*+", re.DOTALL)
_DOCTYPE = re.compile(
    r"""<!DOCTYPE (?:[^\[>"'] | "[^"]*" | '[^']*')*+
        (?: \[ (?:[^\]<"'] | "[^"]*" | '[^']*' | <!--.*?--> | <\?.*?\?> | <(?!!--|\?))*+ \] \s*+ )? >
        # <!DOCTYPE article PUBLIC "-//NLM//DTD JATS v1.0//EN" "JATS.dtd" [<!ENTITY x "y">]>; not <!DOCTYPE article [<!ENTITY x "y>
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
# Where a DTD is named but not read, a parser may not take a reference to an unknown entity for an error: the other papers stay readable.
_OWN_DOCTYPE = '<!DOCTYPE paper SYSTEM "none">'


def xml_text(chunks: Iterable[bytes]) -> Iterator[str] | None:
    """The XML in pieces, its prolog replaced by as many line ends; None where the prolog has no end.

    Characters that XML forbids are dropped, also where they stand as references; HTML's named references become characters; an ampersand
    that begins none is escaped. References to other entities stay: nothing says here what they stand for.
    """
    pieces = _pieces(chunks, _DECLARED)
    first = next(pieces, "").removeprefix("\ufeff")
    start = _after_prolog(first)
    if start is None:
        return None
    opening = "\n" * first.count("\n", 0, start) + _OWN_DOCTYPE
    return chain([opening], _safe(chain([first[start:]], pieces)))


def html_text(chunks: Iterable[bytes]) -> Iterator[str]:
    """The HTML in pieces; its parser knows HTML's entities and minds no character."""
    return (_FORBIDDEN.sub("", piece) for piece in _pieces(chunks, _DECLARED_HTML))


def start_of(head: bytes) -> str:
    """The text of a file's first bytes from its root element on, or from a DOCTYPE that has no end in them."""
    text = "".join(_pieces([head], _DECLARED)).removeprefix("\ufeff")
    return text[_after_prolog(text) or 0 :]


def _after_prolog(text: str) -> int | None:
    """Where the root element begins, after declaration, comments and DOCTYPE; None where that is not to be seen."""
    at = _end(_PROLOG.match(text))
    if text[at : at + 9].upper() == "<!DOCTYPE":
        doctype = _DOCTYPE.match(text, at)
        return _end(_PROLOG.match(text, doctype.end())) if doctype else None
    return at


def _end(match: re.Match[str] | None) -> int:
    return match.end() if match else 0


def _pieces(chunks: Iterable[bytes], declaration: re.Pattern[bytes]) -> Iterator[str]:
    """The text in pieces, of which the first has SAMPLE_BYTES bytes, or all."""
    rest = iter(chunks)
    sample = _taken(rest, SAMPLE_BYTES)
    codec = _codec(sample, declaration)
    if codec is None:  # it is not in the encoding it declares: find one that fits all of it
        sample += _taken(rest, MAX_HELD_BYTES - len(sample))
        following = next(rest, b"")
        if not following:
            text = decode(sample)
            yield from (text[start : start + SAMPLE_BYTES] for start in range(0, len(text), SAMPLE_BYTES))
            return
        rest, codec = chain([following], rest), "utf-8"
    decoder = codecs.getincrementaldecoder(codec)(errors=_MENDED)
    for chunk in chain([sample], rest):
        yield decoder.decode(chunk)
    yield decoder.decode(b"", final=True)


def _taken(chunks: Iterator[bytes], size: int) -> bytes:
    taken: list[bytes] = []
    while size > 0 and (chunk := next(chunks, b"")):
        taken.append(chunk)
        size -= len(chunk)
    return b"".join(taken)


def _codec(sample: bytes, declaration: re.Pattern[bytes]) -> str | None:
    """The codec that `sample` is in, by its byte order mark, else as declared, else UTF-8; None where it cannot be."""
    marked = bom_encoding(sample[:4])
    if marked:
        return marked
    if sample[:4] in (b"<\0?\0", b"<\0!\0") or (sample[:1] == b"<" and sample[1:2] == b"\0"):
        return "utf-16-le"
    if sample[:2] == b"\0<":
        return "utf-16-be"
    declared = _declared(sample, declaration)
    if _fits(sample, "utf-8") and not sample.isascii() and _SINGLE_BYTE.match(declared):
        return "utf-8"  # bytes that are UTF-8 by chance are rare, files that still name the encoding they once had are not
    return declared if _fits(sample, declared) else None


def _declared(sample: bytes, declaration: re.Pattern[bytes]) -> str:
    match = declaration.search(sample, 0, 4096)
    label = match.group(1).decode("ascii") if match else "utf-8"
    if not _KNOWN_CODEC.fullmatch(label):
        return "utf-8"
    try:
        name = codecs.lookup(label.replace("windows-", "cp")).name
    except LookupError:
        return "utf-8"
    if name.startswith(("utf-16", "utf-32")):  # the declaration could not have been read if it were
        return "utf-8"
    return "cp1252" if name in _LATIN_1 else name


def _fits(sample: bytes, codec: str) -> bool:
    if codec == "cp1252":
        return True
    try:
        codecs.getincrementaldecoder(codec)().decode(sample)
    except UnicodeDecodeError:
        return False
    return True


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    """A byte that is wrong in the encoding of its surroundings, as what it most likely is."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", errors="replace"), error.end


_MENDED = "kg.windows-1252"
codecs.register_error(_MENDED, _as_windows_1252)


def _safe(pieces: Iterable[str]) -> Iterator[str]:
    """The pieces without what XML forbids, cut so that none ends inside a reference."""
    held = ""
    for piece in pieces:
        text = held + piece
        at = text.rfind("&", max(0, len(text) - _LONGEST_REFERENCE))
        cut = at if at >= 0 and ";" not in text[at:] else len(text)
        held = text[cut:]
        yield _mended(text[:cut])
    yield _mended(held)


def _mended(text: str) -> str:
    if not (text.isascii() and text.isprintable()):
        text = _FORBIDDEN.sub("", text)
    return _REFERENCE.sub(_character, text) if "&" in text else text


def _character(reference: re.Match[str]) -> str:
    whole, name, decimal, hexadecimal = reference.group(0, "name", "decimal", "hex")
    if whole == "&":  # no reference: its program forgot to escape it
        return "&amp;"
    if name is not None:
        character = html5.get(name + ";", "")
        return character if character and not any(sign in character for sign in "<>&\"'") else whole
    code = int(decimal) if decimal else int(hexadecimal, 16)
    return whole if code < 0x110000 and not _FORBIDDEN.match(chr(code)) else ""
