"""Spoiled inputs for every reader: `python tests/fuzz/parsers.py --minutes 10 --seed 1`.

Seeds are the samples in ../shared/inputs, where they are at hand, and invented ones of each format. Each input is a seed with some bytes
flipped, cut, repeated, spliced with another, or with words of the formats in it; it is read and cleaned in this process. Whatever is
raised, hangs, takes much memory or gives what cannot be written is a finding: its input is saved, and the exit code is 1.
The same seed gives the same inputs.
"""

from __future__ import annotations

import argparse
import bz2
import gzip
import io
import lzma
import os
import random
import resource
import signal
import sys
import tarfile
import tempfile
import threading
import time
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from kg import extract
from kg.build import extract_one
from kg.model import Document, Record, Rejection
from kg.sources.decoding import HEAD_BYTES
from kg.sources.formats import Format, Input
from kg.sources.reading import read_input
from kg.sources.registry import Registry, load
from kg.text import clean

SAMPLES = Path(__file__).parents[2] / ".." / "shared" / "inputs"
MAX_SEED = 300_000  # bytes of a sample
SECONDS = 10.0  # that an input may take
PATIENCE = 60.0  # until the process ends itself, where no alarm ends an input
MEMORY = 300  # MB that an input may add to the most that this process ever took
_CHILDREN = 0.005  # share of inputs that another process reads, which takes half a second to start

_TEXT = (
    "OwlNet: Night Vision for Small Drones\n\nWe propose OwlNet, a network for night vision. It is trained on DuskSet with 8 A100 GPUs.\n"
)
_JSON = """{"id": "2401.00001", "title": "On $\\\\alpha$ owls", "abstract": "We use OwlNet.", "authors_parsed": [["Doe", "Jane", ""]],
 "categories": "cs.CL cs.AI", "doi": "10.1/x", "versions": [{"version": "v1", "created": "Mon, 1 Jan 2024 00:00:00 GMT"}], "update_date": "2024-01-02"}"""
_OPENALEX = """{"id": "https://openalex.org/W1", "display_name": "Owls", "abstract_inverted_index": {"We": [0], "use": [1], "owls": [2, 9]},
 "authorships": [{"author": {"display_name": "Jane Doe", "orcid": "https://orcid.org/0000-0002-1825-0097"}, "institutions": [{"ror": "https://ror.org/048tbm396"}]}]}"""
_ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><entry><id>http://arxiv.org/abs/2401.00001v1</id><title>Owls &amp; Bats</title>
<summary>We use <b>OwlNet</b>.</summary><author><name>Jane Doe</name></author></entry></feed>"""
_JATS = """<!DOCTYPE article PUBLIC "-//NLM//DTD JATS v1.0//EN" "JATS.dtd"><article xmlns:xlink="http://www.w3.org/1999/xlink"><front><article-meta>
<article-id pub-id-type="doi">10.1/x</article-id><title-group><article-title>CO<sub>2</sub> owls</article-title></title-group><abstract><sec><title>Methods</title>
<p>We use <italic>OwlNet</italic> <xref>1</xref>.</p></sec></abstract></article-meta></front><body><sec><title>1 Data</title><p>We use DuskSet.</p></sec></body></article>"""
_TEI = """<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc><titleStmt><title>Owls</title></titleStmt></fileDesc><profileDesc><abstract>
<div><p>We use owls.</p></div></abstract></profileDesc></teiHeader><text><body><div><head n="1">Data</head><p>We use DuskSet <ref>[1]</ref>.</p></div></body></text></TEI>"""
_HTML = """<!DOCTYPE html><html><head><meta name="citation_title" content="Owls"><meta name="citation_author" content="Doe, Jane"></head>
<body><blockquote class="abstract">Abstract: We use owls.</blockquote></body></html>"""
_BIB = """@string{j = "Journal"}\n@article{a, title = {{O}wls and \\"{U}bersetzer}, abstract = {We use $x^2$}, journal = j # " X", author = {Doe, Jane and {Owl Inc.}},
 year = 2024, doi = {10.1/x}}\n"""
_RIS = "TY  - JOUR\nTI  - Owls\nAB  - We use owls.\nAU  - Doe, Jane\nDO  - 10.1/x\nPY  - 2024/01/02/\nER  - \n"
_MEDLINE = "PMID- 1\nTI  - Owls\n      and bats\nAB  - We use owls.\nFAU - Doe, Jane\nAD  - Dept\nDP  - 2024 Jan 2\n\n"
_CSV = 'id;title;abstract\n1;"Owls, ""and"" bats";"We use\nowls."\n2;Bats;We use bats.\n'
_MARKDOWN = "---\ntitle: Owls\narxiv: 2401.00001\nauthors: [Jane Doe]\n---\n# Owls\n\n## Abstract\n\nWe use [OwlNet](https://arxiv.org/abs/2401.00001).\n\n```\n# code\n```\n"

_WORDS = """
    { } [ ] [[ { " \\ \\u0000 \\ud800 \\udfff null true NaN Infinity -0 1e999 : , {"title": "abstract": "abstract_inverted_index": {"a":[4000000000]} "versions":
    "authors": "pdf_parse": "metadata": "results":[ < > </ /> <![CDATA[ ]]> <!-- --> <?xml <!DOCTYPE &amp; &lt; &#0; &#x110000; &#xD800; &x; <title> </title> <p> <sub>
    <math> <entry> <article> <TEI> <OAI-PMH> <PubmedArticleSet> @article{ @string{ @comment @preamble } = # {\\" \\textbf{ \\begin{ $ $$ \\( \\newcommand{\\x}{\\x\\x}
    \\def\\x{ ~ % -- `` '' TI AB ER TY --- ``` # * | --- 10.1/x arXiv:2401.00001v9 2401.99999 https://doi.org/ https://arxiv.org/abs/ Abstract Title: Authors:
    """
_TOKENS = [
    *(word.encode() for word in _WORDS.split()),
    b"\x00", b"\xff", b"\xfe\xff", b"\xff\xfe", b"\xef\xbb\xbf", b"\r", b"\n", b"\r\n", b"\n\n", b"\x85", b"\xc2\x85", b"\xe2\x80\xa8", b"\xed\xa0\x80", b"\xf4\x90\x80\x80",
    b"\x1b[31m", b"TY  - \n", b"ER  - \n", b"PK\x03\x04", b"PK\x01\x02", b"\x1f\x8b\x08", b"ustar\x00", b"9" * 5000, b"(" * 500, b"{" * 500, b"<a>" * 200, b"[" * 500, b"\\" * 100,
]  # fmt: skip


@dataclass(frozen=True)
class Seed:
    """One whole input."""

    name: str
    data: bytes

    @property
    def is_read_elsewhere(self) -> bool:
        """Whether another process reads it."""
        return self.data[:4] in (b"PAR1", b"%PDF")


def invented() -> list[Seed]:
    """Seeds of every format, and packed ones."""
    texts = {
        "listing": _TEXT * 3, "json": _JSON, "jsonl": _JSON.replace("\n", "") + "\n" + _OPENALEX.replace("\n", "") + "\n", "openalex": _OPENALEX,
        "atom": _ATOM, "jats": _JATS, "tei": _TEI, "html": _HTML, "bibtex": _BIB, "ris": _RIS * 2, "medline": _MEDLINE * 2, "csv": _CSV,
        "tsv": _CSV.replace(";", "\t"), "markdown": _MARKDOWN,
    }  # fmt: skip
    whole = {name: text.encode() for name, text in texts.items()}
    tar, archive = io.BytesIO(), io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w") as packed:
        for name in ("jsonl", "bibtex"):
            info = tarfile.TarInfo(f"{'long' * 30}/a.{name[:5]}")
            info.size = len(whole[name])
            packed.addfile(info, io.BytesIO(whole[name]))
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("a.jsonl", whole["jsonl"])
        zipped.writestr("b/a.bib", whole["bibtex"])
    whole |= {
        "tar": tar.getvalue(),
        "zip": archive.getvalue(),
        "gz": gzip.compress(whole["jsonl"], mtime=0),
        "bz2": bz2.compress(whole["csv"]),
    }
    whole |= {"xz": lzma.compress(whole["atom"]), "tar.gz": gzip.compress(tar.getvalue(), mtime=0), "utf-16": _TEXT.encode("utf-16")}
    return [Seed(name, data) for name, data in whole.items()]


def samples() -> list[Seed]:
    """The samples of ../shared/inputs that are not too long, sorted."""
    found = sorted(path for path in SAMPLES.rglob("*") if path.is_file() and path.stat().st_size <= MAX_SEED) if SAMPLES.is_dir() else []
    return [Seed(path.name, path.read_bytes()) for path in found]


def _place(draw: random.Random, data: bytearray) -> tuple[int, int]:
    """A stretch of the data, more often a short one."""
    start = draw.randrange(len(data) + 1)
    return start, min(len(data), start + int(2 ** draw.uniform(0, 12)))


def _flip(draw: random.Random, data: bytearray, other: bytes) -> None:
    for _ in range(draw.randint(1, 8)):
        if data:
            data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)


def _set(draw: random.Random, data: bytearray, other: bytes) -> None:
    if data:
        data[draw.randrange(len(data))] = draw.choice((0, 9, 10, 13, 32, 34, 38, 60, 92, 123, 125, 127, 128, 255))


def _cut(draw: random.Random, data: bytearray, other: bytes) -> None:
    start, end = _place(draw, data)
    del data[start:end]


def _end(draw: random.Random, data: bytearray, other: bytes) -> None:
    del data[draw.randrange(len(data) + 1) :]


def _repeat(draw: random.Random, data: bytearray, other: bytes) -> None:
    start, end = _place(draw, data)
    times = min(int(2 ** draw.uniform(1, 12)), 200_000 // max(1, end - start))
    data[end:end] = data[start:end] * times


def _splice(draw: random.Random, data: bytearray, other: bytes) -> None:
    start, end = _place(draw, data)
    at = draw.randrange(len(other) + 1)
    data[start:end] = other[at : at + int(2 ** draw.uniform(0, 14))]


def _token(draw: random.Random, data: bytearray, other: bytes) -> None:
    for _ in range(draw.randint(1, 4)):
        start, end = _place(draw, data)
        data[start : draw.choice((start, min(end, start + 4)))] = draw.choice(_TOKENS)


def _swap(draw: random.Random, data: bytearray, other: bytes) -> None:
    lines = bytes(data).split(b"\n")
    draw.shuffle(lines)
    data[:] = b"\n".join(lines)


_CHANGES: tuple[Callable[[random.Random, bytearray, bytes], None], ...] = (_flip, _set, _cut, _end, _repeat, _splice, _token, _token, _swap)


def spoiled(draw: random.Random, seed: bytes, other: bytes) -> bytes:
    """`seed` changed in a few ways, perhaps with parts of `other`."""
    data = bytearray(seed)
    for _ in range(draw.randint(1, 5)):
        draw.choice(_CHANGES)(draw, data, other)
    return bytes(data[: 4 * MAX_SEED])


class Hang(BaseException):
    """An input took too long."""


@dataclass
class Outcome:
    """What came of all inputs."""

    inputs: int = 0
    seconds: float = 0.0
    formats: Counter[str] = field(default_factory=Counter)  # of papers that were read
    codes: Counter[str] = field(default_factory=Counter)
    findings: dict[str, str] = field(default_factory=dict)  # what is wrong → file of the first input that shows it
    slowest: tuple[float, str] = (0.0, "")


class Fuzzer:
    """Reads spoiled inputs until its time is over."""

    def __init__(self, seed: int, folder: Path, extractor: str = "") -> None:
        """Draw by `seed`, save inputs that show something wrong in `folder`; extract what is read with `extractor`, if one is named."""
        self._extractor = extract.load(extractor) if extractor else None
        self._draw = random.Random(seed)
        self._folder = folder
        self._registry: Registry = load()
        found = [*invented(), *samples()]
        self._seeds = [one for one in found if not one.is_read_elsewhere]
        self._slow_seeds = [one for one in found if one.is_read_elsewhere]
        self.outcome = Outcome()
        self._data, self._since = b"", time.monotonic()

    def run(self, seconds: float, most: int | None = None) -> Outcome:
        """Read until `seconds` are over, or `most` inputs are read."""
        threading.Thread(target=self._watch, daemon=True).start()
        handler = signal.signal(signal.SIGALRM, self._hang)
        earlier = signal.setitimer(signal.ITIMER_REAL, 0)
        started = time.monotonic()
        try:
            while time.monotonic() - started < seconds and (most is None or self.outcome.inputs < most):
                self._step()
        finally:
            signal.signal(signal.SIGALRM, handler)
            signal.setitimer(signal.ITIMER_REAL, *earlier)
        self.outcome.seconds = time.monotonic() - started
        self._data = b""
        return self.outcome

    def _step(self) -> None:
        elsewhere = bool(self._slow_seeds) and self._draw.random() < _CHILDREN
        seed, other = self._draw.choice(self._slow_seeds if elsewhere else self._seeds), self._draw.choice(self._seeds)
        data = spoiled(self._draw, seed.data, other.data)
        format = self._draw.choice(self._registry.formats) if self._draw.random() < 0.15 and not elsewhere else None
        if format is not None and format.name == "parquet":
            format = None
        name = seed.name if self._draw.random() < 0.5 else ""
        before, began = _peak(), time.monotonic()
        self._data, self._since = data, began
        signal.setitimer(signal.ITIMER_REAL, SECONDS)
        try:
            self._read(data, format, name)
        except Hang:
            self._find(f"hang: more than {SECONDS:.0f} s", data)
        except Exception as error:
            frames = traceback.extract_tb(error.__traceback__)
            ours = [frame for frame in frames if f"{os.sep}kg{os.sep}" in frame.filename] or list(frames)
            where = f"{Path(ours[-1].filename).name}:{ours[-1].lineno}"
            self._find(f"{type(error).__name__} at {where}: {str(error)[:200]!r}", data)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        took = time.monotonic() - began
        if _peak() - before > MEMORY:
            self._find(f"memory: {_peak() - before} MB more", data)
        if took > self.outcome.slowest[0]:
            self.outcome.slowest = (took, self._save("slowest", data))
        self.outcome.inputs += 1

    def _read(self, data: bytes, format: Format | None, name: str) -> None:
        stream = io.BytesIO(data)
        for item in read_input(Input("-", stream.read(HEAD_BYTES), stream, name), self._registry, format):
            if isinstance(item, Record):
                self.outcome.formats[item.format] += 1
                document = clean(item)
                if isinstance(document, Document):
                    _ = document.content_hash, document.text.encode(), document.key.encode(), document.source.encode()  # can be written
                    self._extract(document)
                    continue
                item = document  # the refusal of the record
            if not isinstance(item, Rejection):
                raise TypeError(f"gave {type(item).__name__}")
            _ = item.message.encode(), item.place.encode()
            if "\n" in item.message or not item.code:
                raise ValueError(f"a message of two lines, or no code: {item.code}")
            self.outcome.codes[item.code] += 1

    def _extract(self, document: Document) -> None:
        if self._extractor is None:
            return
        signal.setitimer(signal.ITIMER_REAL, 0)  # extraction has an alarm of its own
        result = extract_one(self._extractor, document, SECONDS)
        signal.setitimer(signal.ITIMER_REAL, SECONDS)
        if isinstance(result, Rejection) and result.code != "too-long":
            raise RuntimeError(f"{result.code}: {result.message}")

    def _hang(self, *_: object) -> None:
        raise Hang

    def _watch(self) -> None:
        """End the process at an input that not even the alarm ends."""
        while True:
            time.sleep(1)
            if self._data and time.monotonic() - self._since > PATIENCE:
                sys.stderr.write(f"hangs for ever: {self._save('hang', self._data)}\n")
                os._exit(1)

    def _find(self, what: str, data: bytes) -> None:
        key = what.split(": ")[0]
        if key not in {known.split(": ")[0] for known in self.outcome.findings}:
            self.outcome.findings[what] = self._save(f"finding{len(self.outcome.findings) + 1}", data)

    def _save(self, name: str, data: bytes) -> str:
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / name).write_bytes(data)
        return str(self._folder / name)


def _peak() -> int:
    """MB that this process took at most so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> int:
    """Run for the minutes that are asked for, and print what came of it."""
    parser = argparse.ArgumentParser(description="Read spoiled inputs with every reader.")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--inputs", type=int, help="stop after so many, for the same inputs on any machine")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "kg-fuzz", help="where inputs are saved")
    parser.add_argument("--extractor", default="", help="extract what is read, too: rules, fast or accurate")
    args = parser.parse_args()
    outcome = Fuzzer(args.seed, args.folder, args.extractor).run(args.minutes * 60, args.inputs)
    print(f"{outcome.inputs:,} inputs in {outcome.seconds:.0f} s: {outcome.inputs / outcome.seconds:.0f}/s; at most {_peak()} MB")
    print("papers by format:", ", ".join(f"{format or 'none'} {count:,}" for format, count in outcome.formats.most_common()))
    print("refused:", ", ".join(f"{code} {count:,}" for code, count in outcome.codes.most_common()))
    print(f"slowest input: {outcome.slowest[0]:.1f} s, {outcome.slowest[1]}")
    print(f"findings: {len(outcome.findings)}")
    for what, path in outcome.findings.items():
        print(f"  {what}\n    {path}")
    return 1 if outcome.findings else 0


if __name__ == "__main__":
    sys.exit(main())
