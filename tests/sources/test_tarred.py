"""Tar archives whose headers lie."""

from __future__ import annotations

import io
import tarfile

import pytest

from kg.model import Record
from kg.sources import read

OWLS = b'{"title": "Owls", "abstract": "We count owls."}\n'


def member(content: bytes, *, type_: bytes = tarfile.REGTYPE, size: int | None = None) -> bytes:
    """A member with its header made by hand (POSIX pax, ustar Interchange Format), which says that it has `size` bytes."""
    length = len(content) if size is None else size
    said = b"%011o\0" % length if length >= 0 else (256**12 + length).to_bytes(12, "big")  # GNU: two's complement, its first bit set
    header = bytearray(512)
    header[0:9] = b"owl.jsonl"
    header[100:124] = b"0000644\0" + b"0000000\0" * 2
    header[124:148] = said + b"00000000000\0"
    header[148:157] = b" " * 8 + type_
    header[257:265] = b"ustar\x0000"
    header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header) + content + bytes(-len(content) % 512)


def found(*members: bytes) -> list[tuple[str, str]]:
    items = read(["-"], stdin=io.BytesIO(b"".join(members) + bytes(1024)))
    return [(item.title, item.place) if isinstance(item, Record) else (item.code, item.message) for item in items]


def test_members_are_papers() -> None:
    assert [title for title, _ in found(member(OWLS), member(OWLS))] == ["Owls", "Owls"]


# Without the check of lengths `tarfile` reads on from the wrong place, and in some versions for ever (CVE-2025-8194).
@pytest.mark.parametrize("type_", [tarfile.REGTYPE, tarfile.XHDTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_SPARSE])
@pytest.mark.parametrize("size", [-1, -512, -1024, -(2**40)])
def test_an_archive_ends_at_a_length_below_zero(size: int, type_: bytes) -> None:
    owls, refused = found(member(OWLS), member(b"", type_=type_, size=size), member(OWLS))
    assert owls[0] == "Owls"
    assert refused == ("damaged", "the tar archive cannot be read on (a length below zero): copy or download it again")
