"""Tar archives: their papers are read as a stream, and whatever they claim leads nowhere else and takes no more memory."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.model import Record, Rejection
from kg.sources import read, tarred

PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "tar": bytes,
    "tar.gz": gzip.compress,
    "tgz": gzip.compress,
    "tar.zst": zstandard.compress,
    "tar.bz2": bz2.compress,
    "tar.xz": lzma.compress,
}


def paper(n: int) -> bytes:
    return json.dumps({"title": f"Owls {n}", "abstract": f"We count owl {n}."}).encode() + b"\n"


def tar_of(files: dict[str, bytes], *odd: tarfile.TarInfo, format: int = tarfile.PAX_FORMAT) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=format) as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
        for info in odd:
            archive.addfile(info)
    return out.getvalue()


def special(name: str, type: bytes, link: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = type, link
    return info


def stdin(data: bytes) -> list[Record | Rejection]:
    return list(read(["-"], stdin=io.BytesIO(data)))


def titles(found: list[Record | Rejection]) -> list[str]:
    return [item.title for item in found if isinstance(item, Record)]


def codes(found: list[Record | Rejection]) -> list[tuple[str, str]]:
    return [(item.place, item.code) for item in found if isinstance(item, Rejection)]


@pytest.mark.parametrize("ending", PACKERS)
@pytest.mark.parametrize("format", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT])
def test_papers_are_read_in_the_order_of_the_archive(ending: str, format: int, tmp_path: Path) -> None:
    files = {"./z/b.jsonl": paper(1) + paper(2), "a.jsonl": paper(3), "logo.png": b"\x89PNG", "__MACOSX/a.jsonl": b"x", ".hidden.txt": b"x"}
    path = tmp_path / f"papers.{ending}"
    path.write_bytes(PACKERS[ending](tar_of(files, special("z", tarfile.DIRTYPE), format=format)))
    found = list(read([str(tmp_path)]))  # a folder is searched for such archives
    assert [(item.title, item.place) for item in found if isinstance(item, Record)] == [
        ("Owls 1", "z/b.jsonl, line 1"), ("Owls 2", "z/b.jsonl, line 2"), ("Owls 3", "a.jsonl, line 1"),
    ]  # fmt: skip
    assert codes(found) == []


def test_links_devices_and_names_that_lead_out_are_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("A Secret\n\nWe hide it.\n", encoding="utf-8")
    odd = [
        special("link.txt", tarfile.SYMTYPE, str(tmp_path / "secret.txt")),
        special("hard.txt", tarfile.LNKTYPE, "a.jsonl"),
        special("pipe.txt", tarfile.FIFOTYPE),
        special("device.txt", tarfile.CHRTYPE),
    ]
    data = tar_of({"../up.txt": b"x", "/etc/x.txt": b"x", "C:/x.txt": b"x", "a/../../x.txt": b"x", "a.jsonl": paper(1)}, *odd)
    found = stdin(data)
    assert titles(found) == ["Owls 1"]
    assert codes(found) == [
        ("../up.txt", "unsafe-name"), ("/etc/x.txt", "unsafe-name"), ("C:/x.txt", "unsafe-name"), ("a/../../x.txt", "unsafe-name"),
        ("link.txt", "not-a-file"), ("hard.txt", "not-a-file"), ("pipe.txt", "not-a-file"), ("device.txt", "not-a-file"),
    ]  # fmt: skip


def test_an_archive_in_an_archive_is_told_and_the_rest_is_read() -> None:
    inner = tar_of({"x.jsonl": paper(9)})
    found = stdin(gzip.compress(tar_of({"a.tar": inner, "b.tar.gz": gzip.compress(inner), "c.jsonl": paper(1)})))
    assert (titles(found), codes(found)) == (["Owls 1"], [("a.tar", "nested"), ("b.tar.gz", "nested")])
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.tar", inner)
    assert codes(stdin(out.getvalue())) == [("a.tar", "nested")]


def test_what_is_cut_off_is_told_and_what_came_before_is_read() -> None:
    data = tar_of({"a.jsonl": paper(1), "b.jsonl": paper(2) * 100})
    at = 2 * tarfile.BLOCKSIZE
    assert titles(stdin(data[: at + 100])) == ["Owls 1"]
    assert codes(stdin(data[: at + 100])) == [("", "damaged")]
    cut = stdin(data[: at + tarfile.BLOCKSIZE + 100])
    assert titles(cut)[0] == "Owls 1"
    assert codes(cut) == [("b.jsonl", "truncated")]
    assert codes(stdin(data[:at])) == [("", "truncated")]  # between two members: the zeros that end an archive are missing
    packed = stdin(gzip.compress(data)[:-4])
    assert (len(titles(packed)), codes(packed)) == (101, [("", "truncated")])


def test_a_spoiled_header_is_told_and_not_taken_for_the_end() -> None:
    data = bytearray(tar_of({"a.jsonl": paper(1), "b.jsonl": paper(2)}))
    data[2 * tarfile.BLOCKSIZE + 5] ^= 1
    found = stdin(bytes(data))
    assert (titles(found), codes(found)) == (["Owls 1"], [("", "damaged")])


def test_bytes_behind_the_end_are_told() -> None:
    found = stdin(tar_of({"a.jsonl": paper(1)}) + tar_of({"b.jsonl": paper(2)}))
    assert (titles(found), codes(found)) == (["Owls 1"], [("", "trailing-bytes")])


def test_an_archive_without_papers_says_so() -> None:
    assert codes(stdin(tar_of({"logo.png": b"\x89PNG"}))) == [("", "no-papers")]


def checksummed(header: bytes) -> bytes:
    """A header with its checksum mended."""
    blank = header[:148] + b" " * 8 + header[156:]
    return blank[:148] + b"%06o\0 " % sum(blank) + blank[156:]


@pytest.mark.parametrize("type", [tarfile.REGTYPE, tarfile.XHDTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_SPARSE])
@pytest.mark.parametrize("size", [b"\xff" * 11 + b"\x00", b"\x80" + b"\xff" * 11, b"77777777777\0"])
def test_any_length_that_a_header_claims_comes_to_an_end(type: bytes, size: bytes) -> None:
    header = bytearray(tar_of({"b.jsonl": b""})[: tarfile.BLOCKSIZE])
    header[124:136], header[156:157] = size, type
    first = tar_of({"a.jsonl": paper(1)})[: 2 * tarfile.BLOCKSIZE]
    found = stdin(first + checksummed(bytes(header)) + b"x" * 5000)
    assert titles(found)[0] == "Owls 1"
    assert codes(found)


BOMBS = """
import gzip, io, json, resource, sys, tarfile, zstandard
from kg.sources import read
def headers(kind):
    out = io.BytesIO()
    def add(type, size, content):
        info = tarfile.TarInfo("a.txt"); info.type = type; info.size = size
        out.write(info.tobuf(tarfile.GNU_FORMAT)); out.write(content)
    if kind == "content":
        add(tarfile.REGTYPE, 300 << 20, bytes(300 << 20))
    elif kind == "pax":
        add(tarfile.XHDTYPE, 300 << 20, b"1" * (300 << 20))
    elif kind == "long name":
        add(tarfile.GNUTYPE_LONGNAME, 300 << 20, b"n" * (300 << 20))
    else:
        for n in range(30_000):
            add(tarfile.REGTYPE, 0, b"")
    out.write(bytes(1024))
    return out.getvalue()
data = headers(sys.argv[1])
if sys.argv[2] == "zst":
    data = zstandard.compress(data)
elif sys.argv[2] == "gz":
    data = gzip.compress(data)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
open("/proc/self/clear_refs", "w").write("5")  # the peak counts from here
found = [getattr(item, "code", "paper") for item in read(["-"], stdin=io.BytesIO(data))]
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
print(json.dumps([sorted(set(found)), (int(status["VmHWM"].split()[0]) - len(data) // 1024) // 1024]))
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "packing", "codes"),
    [
        ("content", "gz", ["binary", "bomb"]),
        ("content", "zst", ["binary", "bomb"]),
        ("pax", "gz", ["too-long"]),
        ("pax", "tar", ["too-long"]),
        ("long name", "zst", ["too-long"]),
        ("members", "gz", ["empty"]),
    ],
)
def test_bombs_are_refused_in_little_memory(kind: str, packing: str, codes: list[str]) -> None:
    run = subprocess.run([sys.executable, "-c", BOMBS, kind, packing], capture_output=True, check=True, cwd=Path(__file__).parents[2])
    found, peak = json.loads(run.stdout)
    assert found == codes
    assert peak < 150, f"{peak} MB"


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_spoiled_archives_raise_nothing(data: st.DataObject) -> None:
    good = bytearray(tar_of({"a.jsonl": paper(1), "n" * 120 + ".jsonl": paper(2), "b.txt": b"Owls at Night\n\nWe propose OwlNet.\n"}))
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, 6 * tarfile.BLOCKSIZE))
        good[at] = data.draw(st.integers(0, 255))
    for start in range(0, 6 * tarfile.BLOCKSIZE, tarfile.BLOCKSIZE):
        if data.draw(st.booleans()):
            good[start : start + tarfile.BLOCKSIZE] = checksummed(bytes(good[start : start + tarfile.BLOCKSIZE]))
    cut = data.draw(st.integers(tarfile.BLOCKSIZE, len(good)))
    for item in stdin(bytes(good[:cut])):
        assert isinstance(item, Record | Rejection)
    if tarred.is_tar(bytes(good[: tarfile.BLOCKSIZE])):
        assert stdin(bytes(good[:cut]))
