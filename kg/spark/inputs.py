"""Which files a run reads, found on the driver: paths here as the local engine finds them, URLs by Spark's own file systems.

Files are told apart by content, as everywhere: JSON in lines, packed or not, and Parquet are read; all others are refused, each with
its reason, as no machine of a cluster reads a part of a PDF or of an archive.
"""

from __future__ import annotations

import glob
import io
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO, Literal

from kg.model import Rejection
from kg.sources.decoding import HEAD_BYTES, binary_kind, decode
from kg.sources.files import Choice, find, opened, shown
from kg.sources.formats import Start
from kg.sources.inputs import Input
from kg.sources.jsonl import FLAVOURED, LINE_FORMAT, LINES
from kg.sources.packed import MissingExtraError, is_packed, is_zip, unpacked
from kg.sources.parquet import NAME as PARQUET
from kg.sources.reading import is_told
from kg.sources.registry import BUILT_IN, Registry

FORMATS = (LINE_FORMAT, PARQUET, *(one.name for one in FLAVOURED))  # what `--format` may name
NOT_ON_SPARK = "not-on-spark"
MAX_PACKED_BYTES = 512 * 1024**2  # of a packed file behind a URL, which one machine holds in memory

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:/")
_LEFT_OUT = ("_", ".")  # with which names begin that Spark reads in no folder, nor by themselves
_REGISTRY = Registry(BUILT_IN)  # plug-ins read what they are given whole

Kind = Literal["lines", "packed", "parquet"]


@dataclass(frozen=True, slots=True)
class File:
    """A file that is read."""

    source: str  # as the local engine would call it: the path as it was given, or as found below a folder; a URL
    path: str  # for Spark: an absolute path, or the URL
    kind: Kind
    size: int  # bytes
    modified: int  # milliseconds since 1970


def found(paths: Sequence[str], spark: Any, format: str | None = None) -> Iterator[File | Rejection]:  # noqa: ANN401 (pyspark is imported where it is used)
    """The files of the paths, folders walked in sorted order, and a rejection for each that is not read.

    Args:
        paths: files and folders here, patterns of them, or URLs of any file system that Spark has: hdfs://…, s3a://….
        spark: the session.
        format: one of FORMATS that all are read in, or None to tell each by its content.
    """
    for path in paths:
        if _URL.match(path) and not path.startswith("file:"):
            yield from _behind(path, spark, format)
        else:
            yield from _here(re.sub(r"\Afile:/+", "/", path), format)


def _here(path: str, format: str | None) -> Iterator[File | Rejection]:
    matched: Iterable[str] = [path] if os.path.lexists(path) or not glob.has_magic(path) else sorted(glob.glob(path)) or [path]  # noqa: PTH207 (names as given)
    for file in find(list(matched), Choice(_REGISTRY.is_known, _REGISTRY.may_be_known, _is_told_at)):
        if isinstance(file, Rejection):
            yield file
            continue
        start = opened(file)
        if isinstance(start, Rejection):
            yield start
            continue
        stream, head = start
        with stream:
            state = os.fstat(stream.fileno())
            yield _told(File(shown(file), os.path.abspath(file), "lines", state.st_size, state.st_mtime_ns // 10**6), head, stream, format)  # noqa: PTH100 (a name as it is)


def _is_told_at(path: str) -> bool:
    start = opened(path)
    if isinstance(start, Rejection):
        return True
    with start[0]:
        return is_told(Input(shown(path), start[1], start[0]), _REGISTRY)


def _behind(url: str, spark: Any, format: str | None) -> Iterator[File | Rejection]:  # noqa: ANN401
    """The files of a URL, which may be a pattern, in the order of their names."""
    from py4j.protocol import Py4JJavaError

    paths = spark._jvm.org.apache.hadoop.fs
    try:
        path = paths.Path(url)
        system = path.getFileSystem(spark._jsparkSession.sessionState().newHadoopConf())
        matched = system.globStatus(path)
        files = [one for status in matched or () for one in _walked(system, status, is_named=True)]
    except Py4JJavaError as error:
        yield Rejection(
            url, "", "read", "unreadable", f"Spark cannot look there ({_words(error)}): check the address, and what --conf must say of it"
        )
        return
    if not files:
        what = "no such file or folder" if not matched else "no file in the folder is one that is read"
        yield Rejection(url, "", "read", "no-papers" if matched else "missing", f"{what}: check the address")
    for status in files:
        name = status.getPath().toString()
        try:
            with _Remote(system.open(status.getPath())) as stream:
                head = stream.read(HEAD_BYTES)
                yield _told(File(name, name, "lines", status.getLen(), status.getModificationTime()), head, stream, format)
        except Py4JJavaError as error:
            yield Rejection(name, "", "read", "unreadable", f"cannot be read ({_words(error)}): check that it may be read")


def _walked(system: Any, status: Any, *, is_named: bool) -> Iterator[Any]:  # noqa: ANN401
    name = status.getPath().getName()
    if status.isDirectory():
        if is_named or not name.startswith(_LEFT_OUT):
            for inner in sorted(system.listStatus(status.getPath()), key=lambda one: one.getPath().getName().encode()):
                yield from _walked(system, inner, is_named=False)
    elif is_named or (not name.startswith(_LEFT_OUT) and (_REGISTRY.is_known(name) or _REGISTRY.may_be_known(name))):
        yield status


class _Remote(io.RawIOBase):
    """A file that Java has open."""

    def __init__(self, stream: Any) -> None:  # noqa: ANN401
        super().__init__()
        self._stream = stream

    def read(self, size: int = -1, /) -> bytes:
        """At most `size` bytes."""
        return bytes(self._stream.readNBytes(size))

    def close(self) -> None:
        """Let go of it."""
        if not self.closed:
            self._stream.close()
        super().close()


def _told(file: File, head: bytes, stream: BinaryIO | _Remote, format: str | None) -> File | Rejection:
    """The file as what its content is, or why it is not read."""
    if not head:
        return _refuse(file, "empty", "nothing in it: check that it is the right file")
    name = Path(file.path).name
    try:
        name.encode()
    except UnicodeEncodeError:
        return _refuse(file, NOT_ON_SPARK, "its name is not in UTF-8, which Spark cannot say: rename it")
    if name.startswith(_LEFT_OUT):
        return _refuse(file, NOT_ON_SPARK, "Spark takes names that begin with _ or . for files of its own: rename it")
    kind: Kind = "lines"
    if is_packed(head) and not is_zip(head):
        if _URL.match(file.path) and file.size > MAX_PACKED_BYTES:
            return _refuse(
                file, "too-long", f"a packed file of more than {MAX_PACKED_BYTES // 1024**2} MB cannot be parted: split or unpack it"
            )
        try:
            rest = unpacked(head, stream)
        except MissingExtraError as error:
            return _refuse(file, "missing-extra", str(error))
        kind, head = "packed", rest.read(HEAD_BYTES)
    return _of_content(file, kind, head, format)


def _of_content(file: File, kind: Kind, head: bytes, format: str | None) -> File | Rejection:
    """As `_told`, of what is unpacked."""
    input = Input(file.source, head, io.BytesIO())
    start = Start(head, decode(head).lstrip() if binary_kind(head) is None else "", input.ending)
    chosen = _REGISTRY.named(format or "") or _REGISTRY.by_content(start) or (_REGISTRY.by_ending(start) if start.text else None)
    name = chosen.name if chosen is not None else ""
    if name == PARQUET and kind == "lines" and head.startswith(b"PAR1"):
        return replace(file, kind="parquet")
    if name != LINE_FORMAT and not (name in FORMATS and LINES.recognises(start)):
        what = "packed Parquet" if name == PARQUET else chosen.title if chosen is not None and name not in FORMATS else "another format"
        return _refuse(
            file,
            NOT_ON_SPARK,
            f"{what}, where Spark reads JSON, one paper per line, and Parquet: read it with `kg build` without --engine spark",
        )
    if not input.has_utf8_lines:
        hint = "convert it, or read it with `kg build` without --engine spark"
        return _refuse(file, NOT_ON_SPARK, f"its lines are not in UTF-8, or end otherwise than with LF: {hint}")
    return replace(file, kind=kind)


def _refuse(file: File, code: str, message: str) -> Rejection:
    return Rejection(file.source, "", "read", code, message)


def _words(error: Exception) -> str:
    """What Java says, in a line."""
    said = str(getattr(error, "java_exception", error)).split("\n", 1)[0]
    return " ".join(said.split())[:160]
