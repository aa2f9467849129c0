"""Zip archives: their members in sorted order, one by one, nothing ever written to disk."""

from __future__ import annotations

import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

from kg.sources.members import NOT_A_FILE, UNSAFE, Member, is_left_out, is_unsafe, shown, words
from kg.sources.packed import FREE_BYTES, RATIO, Budget, Damage, DamagedError, Unpacked, bomb

MAX_DIRECTORY_BYTES = 16 * 1024 * 1024  # of an archive: some 200,000 members, and 200 MB of memory
_CHUNK_BYTES = 64 * 1024
_END = struct.Struct("<4s4H2LH")  # end of central directory: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3.16
_END64 = struct.Struct("<4sQ2H2L4Q")  # the same for large archives, 4.3.14
_LOCATOR64_BYTES = 20


def members(file: IO[bytes]) -> Iterator[Member]:
    """The files in a zip archive, sorted by name; folders and the files that systems leave there are left out.

    Args:
        file: the archive, at any place of it; must be able to seek.

    Raises:
        DamagedError: it is no archive that can be read.
    """
    size = file.seek(0, os.SEEK_END)
    if _directory_bytes(file, size) > MAX_DIRECTORY_BYTES:
        raise DamagedError(Damage("too-long", "the archive lists too many files: split it"))
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error, EOFError, LookupError, RuntimeError) as error:
        raise DamagedError(Damage("damaged", f"the zip archive cannot be read ({words(error)}): copy or download it again")) from error
    budget = Budget(packed=size)
    with archive:
        listed = [one for one in archive.infolist() if not one.is_dir() and not is_left_out(one.filename)]
        if any(one.filename in ("[Content_Types].xml", "META-INF/container.xml", "META-INF/manifest.xml") for one in listed):
            raise DamagedError(Damage("binary", "an Office document or an e-book, not text: export it as text"))
        for one in sorted(listed, key=lambda one: one.filename):
            why = _refused(one)
            content: Unpacked | Damage = why if why is not None else Unpacked(_chunks(archive, one), budget)
            yield Member(shown(one.filename), content)


def _chunks(archive: zipfile.ZipFile, one: zipfile.ZipInfo) -> Iterator[bytes]:
    try:
        with archive.open(one) as stream:
            while part := stream.read(_CHUNK_BYTES):
                yield part
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, ValueError, OSError, struct.error) as error:
        raise DamagedError(
            Damage("damaged", f"its data in the archive is damaged ({words(error)}): copy or download the archive again")
        ) from error


def _refused(one: zipfile.ZipInfo) -> Damage | None:
    """Why a member is not read at all; None where it is."""
    mode = one.external_attr >> 16
    if is_unsafe(one.filename):
        return UNSAFE
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return NOT_A_FILE
    if one.flag_bits & 1:
        return Damage("encrypted", "it has a password: pack it without one")
    if one.file_size > max(FREE_BYTES, RATIO * one.compress_size):
        return bomb(RATIO)
    if one.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):  # the others do not unpack in steps
        return Damage("unsupported", "packed in a way that is not read: pack it with deflate")
    return None


def _directory_bytes(file: IO[bytes], size: int) -> int:
    """How long the list of members says it is, which `zipfile` would read into memory; 0 where there is none."""
    start = max(0, size - (1 << 16) - _END.size)
    file.seek(start)
    tail = file.read()
    bare = tail[-_END.size :]
    at = len(tail) - _END.size if bare.startswith(b"PK\x05\x06") and bare.endswith(b"\0\0") else tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END.size:
        return 0
    stated = int(_END.unpack_from(tail, at)[5])
    place = start + at - _LOCATOR64_BYTES - _END64.size
    if place >= 0:
        file.seek(place)
        large = file.read(_END64.size)
        if large.startswith(b"PK\x06\x06") and len(large) == _END64.size:
            stated = max(stated, int(_END64.unpack(large)[8]))
    return stated
