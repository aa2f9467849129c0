"""XML through the front door: told by content, packed, cut, on standard input, named by the user."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

from kg.model import Record, Rejection
from kg.sources import read

ENTRY = "<entry><id>http://arxiv.org/abs/2401.0000{n}v1</id><title>Trees {n}</title><summary>We wait.</summary></entry>\n"
FEED = f'<feed xmlns="http://www.w3.org/2005/Atom">\n{"".join(ENTRY.format(n=n) for n in range(1, 9))}</feed>'.encode()


def items(data: bytes, format: str | None = None) -> list[Record | Rejection]:
    return list(read(["-"], format=format, stdin=io.BytesIO(data)))


def codes(found: list[Record | Rejection]) -> list[str]:
    return [item.code for item in found if isinstance(item, Rejection)]


def test_the_family_is_told_by_content_whatever_the_ending(tmp_path: Path) -> None:
    for name in ("a.xml", "b.txt", "c.html"):
        (tmp_path / name).write_bytes(FEED)
    found = list(read([str(tmp_path)]))
    assert [item.format for item in found if isinstance(item, Record)] == ["atom"] * 24
    assert len(found) == 24


def test_packed_feeds_are_read_and_a_cut_is_told_once() -> None:
    packed = gzip.compress(FEED, compresslevel=0)
    assert len(items(packed)) == 8
    found = items(packed[: len(packed) // 2])
    assert 1 < len(found) < 8
    assert codes(found) == ["truncated"]


def test_a_format_may_be_named() -> None:
    assert [item.format for item in items(FEED, "atom") + items(FEED, "xml") if isinstance(item, Record)] == ["atom"] * 16
    assert codes(items(FEED, "jats")) == ["no-papers"]
    assert codes(items(b"Growing Trees\n\nWe wait.", "tei")) == ["bad-xml"]


def test_xml_of_no_known_family_is_told() -> None:
    assert codes(items(b"<?xml version='1.0'?><rss><item/></rss>")) == ["unsupported"]
