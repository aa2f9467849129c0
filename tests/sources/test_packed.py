"""Packed inputs: what is in them is read, what is wrong with them is told, and a bomb does no harm."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import io
import json
import lzma
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.model import Record, Rejection
from kg.sources import packed, read, zipped
from kg.sources.packed import is_packed

PAPERS = "".join(json.dumps({"title": f"Owls {n}", "abstract": f"We count owl {n}."}) + "\n" for n in range(300)).encode()
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "zst": zstandard.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
}


def stdin(data: bytes, format: str | None = None) -> list[Record | Rejection]:
    return list(read(["-"], stdin=io.BytesIO(data), format=format))


def papers(found: list[Record | Rejection]) -> list[Record]:
    return [item for item in found if isinstance(item, Record)]


def codes(found: list[Record | Rejection]) -> list[str]:
    return [item.code for item in found if isinstance(item, Rejection)]


def zip_of(files: dict[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packing) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize("packing", PACKERS)
def test_what_is_packed_is_read_like_what_is_not(packing: str, tmp_path: Path) -> None:
    path = tmp_path / f"papers.jsonl.{packing}"
    path.write_bytes(PACKERS[packing](PAPERS))
    assert [(p.title, p.place) for p in papers(list(read([str(path)])))] == [(f"Owls {n}", f"line {n + 1}") for n in range(300)]
    assert len(papers(list(read([str(tmp_path)])))) == 300  # the ending below that of the packing is known
    assert len(papers(stdin(path.read_bytes()))) == 300


@pytest.mark.parametrize("packing", PACKERS)
def test_streams_that_follow_each_other_are_all_read_and_zeros_pad(packing: str) -> None:
    pack = PACKERS[packing]
    padding = b"\0" * 512 if packing in ("gz", "xz") else b""
    found = stdin(pack(PAPERS[:5000]) + pack(b"") + pack(PAPERS[5000:]) + padding)
    assert (len(papers(found)), codes(found)) == (300, [])


@pytest.mark.parametrize("packing", PACKERS)
def test_a_cut_stream_gives_the_papers_before_the_cut_and_is_told(packing: str) -> None:
    abstracts = (hashlib.shake_256(str(n).encode()).hexdigest(200) for n in range(3000))  # does not pack, so that there is something to cut
    lines = "".join(json.dumps({"title": f"Owls {n}", "abstract": text}) + "\n" for n, text in enumerate(abstracts)).encode()
    whole = PACKERS[packing](lines)
    found = stdin(whole[: -len(whole) // 4])
    assert codes(found) == ["truncated"]
    assert [p.title for p in papers(found)] == [f"Owls {n}" for n in range(len(papers(found)))]
    assert 0 < len(papers(found)) < 3000
    assert f"{len(papers(found))} papers before that were read" in found[-1].message  # type: ignore[union-attr]


@pytest.mark.parametrize("packing", PACKERS)
def test_a_cut_text_that_is_read_whole_gives_nothing_and_is_told(packing: str) -> None:
    whole = PACKERS[packing](b"Growing Trees in the Shade\n\nWe grow trees in the shade, and it takes a week.\n" * 3)
    found = stdin(whole[:-3])
    assert (papers(found), codes(found)) == ([], ["truncated"])


def test_a_wrong_checksum_and_bytes_behind_the_end_are_told() -> None:
    whole = gzip.compress(PAPERS, mtime=0)
    found = stdin(whole[:-8] + b"\1\2\3\4" + whole[-4:])
    assert codes(found) == ["damaged"]
    found = stdin(whole + b"garbage")
    assert (len(papers(found)), codes(found)) == (300, ["trailing-bytes"])


@pytest.mark.parametrize("packing", PACKERS)
@pytest.mark.parametrize("line", [b"a", b"a\n"])
def test_a_bomb_is_refused(packing: str, line: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "FREE_BYTES", 1 << 17)
    bomb = PACKERS[packing](line * (1 << 20))
    assert codes(stdin(bomb, "text")) == ["bomb"]
    assert codes(stdin(zip_of({"a.txt": line * (1 << 20)}))) == ["bomb"]


def test_a_bomb_that_lies_about_its_size_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "FREE_BYTES", 1 << 17)
    monkeypatch.setattr(zipped, "FREE_BYTES", 1 << 40)  # what the archive says is not looked at
    assert codes(stdin(zip_of({"a.jsonl": (b'{"a": "' + b"x" * 1000 + b'"}\n') * 2000, "b.txt": b"x"})))[-1] == "bomb"


def test_an_archive_is_a_folder_read_in_order() -> None:
    text = b"Growing Trees in the Shade\n\nWe grow trees in the shade, and it takes a week.\n"
    junk = {"__MACOSX/._a.txt": b"junk", ".DS_Store": b"junk", "d/.hidden.txt": text, "picture.bin": b"\0\1"}
    found = stdin(zip_of({"z.txt": text, "d/a.jsonl": b'{"title": "Owls"}\n', **junk}))
    assert [(p.place, p.title) for p in papers(found)] == [("d/a.jsonl, line 1", "Owls"), ("z.txt, paper 1", "Growing Trees in the Shade")]
    assert codes(found) == []
    assert {p.source for p in papers(found)} == {"-"}


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"../../evil.txt": b"T\n\nWe use X."}, "unsafe-name"),
        ({"/etc/evil.txt": b"T\n\nWe use X."}, "unsafe-name"),
        ({"..\\evil.txt": b"T\n\nWe use X."}, "unsafe-name"),
        ({"C:\\evil.txt": b"T\n\nWe use X."}, "unsafe-name"),
        ({"inner.zip": zip_of({"a.txt": b"x"})}, "nested"),
        ({"a.jsonl.gz": gzip.compress(PAPERS)}, "nested"),
        ({"picture.png": b"\x89PNG"}, "no-papers"),
        ({}, "no-papers"),
        ({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"}, "binary"),
        ({"a.txt": b""}, "empty"),
    ],
)
def test_what_an_archive_should_not_hold_is_told(files: dict[str, bytes], code: str) -> None:
    found = stdin(zip_of(files))
    assert (papers(found), codes(found)) == ([], [code])


def test_members_that_are_links_or_locked_or_packed_oddly_are_told() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        link = zipfile.ZipInfo("a.txt")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("b.txt", "secret")
        archive.writestr("c.txt", "x" * 100, zipfile.ZIP_BZIP2)
        archive.writestr("d.jsonl", '{"title": "Owls"}\n')
    data = bytearray(out.getvalue())
    at = data.rindex(b"PK\x01\x02", 0, data.index(b"b.txt", data.index(b"PK\x01\x02")))
    data[at + 8] |= 1  # the flag of a password
    found = stdin(bytes(data))
    assert codes(found) == ["not-a-file", "encrypted", "unsupported"]
    assert [p.title for p in papers(found)] == ["Owls"]


def test_a_broken_archive_is_told() -> None:
    whole = zip_of({"a.txt": b"Growing Trees in the Shade\n\nWe grow trees."})
    assert codes(stdin(whole[:-30])) == ["damaged"]
    assert codes(stdin(whole[:10])) == ["damaged"]
    middle = whole.index(b"a.txt") + 8
    assert codes(stdin(whole[:middle] + bytes(8) + whole[middle + 8 :])) == ["damaged"]


def test_an_archive_with_too_long_a_list_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = bytearray(zip_of({"a.txt": b"x"}))
    struct.pack_into("<L", whole, len(whole) - 22 + 12, 1 << 30)
    assert codes(stdin(bytes(whole))) == ["too-long"]


def test_a_gzip_in_a_gzip_and_a_tar_are_not_opened() -> None:
    assert codes(stdin(gzip.compress(gzip.compress(PAPERS)))) == ["nested"]
    assert codes(stdin(gzip.compress(b"a.txt" + bytes(252) + b"ustar" + bytes(1000)))) == ["binary"]


def test_zstd_is_told_where_its_library_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    data = zstandard.compress(PAPERS)
    monkeypatch.setitem(__import__("sys").modules, "zstandard", None)
    (rejection,) = stdin(data)
    assert isinstance(rejection, Rejection)
    assert (rejection.code, "paper-kg[zstd]" in rejection.message) == ("missing-extra", True)


@settings(deadline=None, max_examples=40)
@given(
    st.sampled_from([*(pack(PAPERS[:2000]) for pack in PACKERS.values()), zip_of({"a.jsonl": PAPERS[:2000], "b.txt": b"x\n\ny"})]),
    st.lists(st.tuples(st.integers(0, 3000), st.binary(min_size=1, max_size=4)), max_size=4),
    st.integers(0, 3000),
)
def test_no_spoiled_packing_raises(data: bytes, changes: list[tuple[int, bytes]], cut: int) -> None:
    spoiled = bytearray(data)
    for at, new in changes:
        spoiled[at % len(data) : at % len(data) + len(new)] = new
    found = stdin(bytes(spoiled[: cut or None]))
    assert found
    assert all(isinstance(item, Record | Rejection) for item in found)


@settings(deadline=None, max_examples=40)
@given(st.sampled_from([b"\x1f\x8b\x08", b"BZh9", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd", b"PK\x03\x04", b"PK\x05\x06"]), st.binary())
def test_no_bytes_behind_a_magic_raise(magic: bytes, rest: bytes) -> None:
    assert is_packed(magic + rest) or magic in (b"BZh9",)
    assert stdin(magic + rest)
