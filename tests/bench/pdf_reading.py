"""How long `kg` takes to read a PDF, beside what pypdfium2 takes to give its bare text: `python tests/bench/pdf_reading.py [FILE…]`.

Both read each file once to warm up, then in turns; printed are the medians of `--times` rounds, with many files read in between by the same
workers, two at a time where there are two processors, and the time of the first file of a fresh program, with the start of Python and of
the worker. Without FILE a paper of ten pages in two columns is made by chromium.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pypdfium2

from kg.model import Record
from kg.sources import read

_SENTENCE = (
    "The network learns to count owls at night from images of trees and lamps with little light and much patience while others sleep. "
)


def bare(path: Path, times: int) -> int:
    """Characters of the text that pypdfium2 gives of all pages, so many times."""
    found = 0
    for _ in range(times):
        document = pypdfium2.PdfDocument(path.read_bytes())
        for page in document:
            text = page.get_textpage()
            found += len(text.get_text_bounded())
            text.close()
            page.close()
        document.close()
    return found


def ours(path: Path, times: int) -> int:
    """Characters of the papers of a list of files, so many times this one."""
    found = 0
    for item in read([str(path)] * times):
        if not isinstance(item, Record):
            raise SystemExit(item.message)
        found += len(item.title) + len(item.abstract) + sum(len(section.text) for section in item.sections)
    return found


def made(pages: int) -> bytes:
    """A paper of about so many pages, in two columns."""
    sections = "".join(
        f"<h2>{number} Owls of kind {number}</h2>" + "".join(f"<p>{_SENTENCE * 6}</p>" for _ in range(7)) for number in range(1, pages + 1)
    )
    style = "@page{size:A4;margin:2cm}body{font:10pt serif;text-align:justify;hyphens:auto}main{column-count:2;column-gap:.8cm}"
    html = (
        f"<html lang=en><style>{style}</style><h1>Owls at Night</h1><main><h2>Abstract</h2><p>{_SENTENCE * 5}</p>{sections}</main></html>"
    )
    with tempfile.TemporaryDirectory() as folder:
        page, pdf = Path(folder, "a.html"), Path(folder, "a.pdf")
        page.write_text(html, encoding="utf-8")
        command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", f"--print-to-pdf={pdf}", str(page)]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        return pdf.read_bytes()


def seconds(run: Callable[[Path, int], object], path: Path, times: int) -> float:
    """How long it takes so many times."""
    start = time.perf_counter()
    run(path, times)
    return time.perf_counter() - start


def cold(path: Path) -> float:
    """Seconds that a fresh program takes to read one file."""
    program = "import sys; from kg.sources import read; print(len(list(read(sys.argv[1:]))))"
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", program, str(path)], check=True, capture_output=True)
    return time.perf_counter() - start


def main(arguments: Sequence[str]) -> None:
    """Print a line for each file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--between", type=int, default=20, help="how often each file is read in a round")
    options = parser.parse_args(arguments)
    with tempfile.NamedTemporaryFile(suffix=".pdf") as own:
        if not options.files:
            own.write(made(10))
            own.flush()
        for path in options.files or [Path(own.name)]:
            pages = len(pypdfium2.PdfDocument(path))
            bare(path, 1), ours(path, 1)
            rounds = [(seconds(bare, path, options.between), seconds(ours, path, options.between)) for _ in range(options.times)]
            text, paper = (1000 * statistics.median(column) / options.between for column in zip(*rounds, strict=True))
            print(
                f"{path.name}: {pages} pages; bare text {text:.1f} ms, paper {paper:.1f} ms, ratio {paper / text:.2f}; first file {cold(path):.2f} s"
            )


if __name__ == "__main__":
    main(sys.argv[1:])
