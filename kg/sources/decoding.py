"""Bytes → text: encodings, line ends, and the refusal of what is no text."""

from __future__ import annotations

import codecs
import re
import unicodedata

HEAD_BYTES = 65_536  # enough of a file to tell its encoding and kind

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: it begins with the same two bytes
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MAGIC = {
    b"%PDF-": "a PDF file",
    b"PK\x03\x04": "a zip archive",
    b"\x1f\x8b": "gzip data",
    b"\x28\xb5\x2f\xfd": "zstd data",
    b"BZh": "bzip2 data",
    b"\xfd7zXZ": "xz data",
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"\x7fELF": "a program",
    b"PAR1": "a Parquet file",
    b"SQLite format 3": "a SQLite database",
}
_CONTROLS = re.compile(rb"[\x01-\x08\x0b\x0e-\x1a\x1c-\x1f]")  # not tab, line ends, form feed, nor the escape of terminal colours
_SINGLE_BYTE_LATIN = re.compile(r"(cp|iso8859|latin|mac|hp_roman|windows)", re.IGNORECASE)


def binary_kind(head: bytes) -> str | None:
    """What the file is if it is no text ("a PDF file", "binary data"), judged by its first bytes; None for text."""
    for magic, kind in _MAGIC.items():
        if head.startswith(magic):
            return kind
    if head[257:262] == b"ustar":
        return "a tar archive"
    if bom_encoding(head) or _utf16_without_bom(head):
        return None
    # Measured on /bin: 9 % of a program's bytes are such controls; papers have none but stray ones from PDF extraction.
    if len(_CONTROLS.findall(head)) * 50 > len(head) or head.count(0) * 3 > len(head):
        return "binary data"
    return None


def bom_encoding(head: bytes) -> str | None:
    """The codec that a byte order mark at the start names; None without one."""
    return next((name for bom, name in _BOMS if head.startswith(bom)), None)


def is_plain_utf8(head: bytes) -> bool:
    """Whether lines can be read as UTF-8 one by one (a character cut off at the end of `head` is fine)."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        decoder.decode(head)
    except UnicodeDecodeError:
        return False
    return True


def decode_line(line: bytes) -> str:
    """A line of a file that is UTF-8 as far as is known, as text without its end; one that is not is read as Windows-1252."""
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        text = line.decode("cp1252", errors="replace")
    return text.removeprefix("\ufeff").replace("\0", "").rstrip("\r\n")


def decode(data: bytes) -> str:
    """`data` as text: by its byte order mark, else UTF-8, else the likeliest other encoding; never fails.

    NUL characters are dropped, lone surrogates replaced, CRLF and CR become LF. Nothing else ends a line (U+2028 and U+0085 do not).
    """
    text = _decoded(data).replace("\0", "")
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _decoded(data: bytes) -> str:
    encoding = bom_encoding(data[:4]) or _utf16_without_bom(data[:HEAD_BYTES])
    if encoding:
        return data.decode(encoding, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    mended = data.decode("utf-8", errors="replace")
    bad, good = mended.count("\ufffd"), len(re.findall(r"[^\x00-\x7f\ufffd]", mended))
    if good > 10 * bad:  # UTF-8 with a broken byte here and there
        return mended
    return _guessed(data)


def _guessed(data: bytes) -> str:
    """Text in an encoding that nothing names.

    charset-normalizer tells scripts apart well, but takes short Latin-1 texts for Central European code pages. So its answer counts
    where it gives another script than Latin; Latin text is read as Windows-1252, the superset of Latin-1 that nearly all such files are in.
    """
    from charset_normalizer import from_bytes  # 30 ms: only where a file is not UTF-8

    sample = b"\n".join(line for line in data[: 4 * HEAD_BYTES].split(b"\n") if not line.isascii())
    best = from_bytes(sample[:HEAD_BYTES]).best()
    western = data.decode("cp1252", errors="replace")
    if best is None or (_SINGLE_BYTE_LATIN.match(best.encoding) and _mostly_latin(str(best))):
        return western
    try:
        return data.decode(best.encoding)
    except (UnicodeDecodeError, LookupError):
        return western


def _mostly_latin(text: str) -> bool:
    letters = [c for c in text if not c.isascii() and c.isalpha()]
    return 2 * sum(unicodedata.name(c, "").startswith("LATIN") for c in letters) >= len(letters)


def _utf16_without_bom(head: bytes) -> str | None:
    """UTF-16 that lacks its mark: ASCII text in it has a NUL as every second byte."""
    even, odd, half = head[::2].count(0), head[1::2].count(0), len(head) // 2
    if half < 4 or max(even, odd) * 10 < half * 8 or min(even, odd) * 10 > half:
        return None
    return "utf-16-be" if even > odd else "utf-16-le"
