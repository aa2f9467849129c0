"""PDF files for tests, written by hand: text at places of pages, in fonts that every reader has."""

from __future__ import annotations

import textwrap
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

FONTS = {"roman": "Times-Roman", "bold": "Times-Bold", "italic": "Times-Italic", "mono": "Courier", "sans": "Helvetica"}
WIDTH, HEIGHT = 595, 842  # points of A4


@dataclass(frozen=True)
class Text:
    """Some characters in one font."""

    text: str
    x: float  # points from the left edge
    y: float  # points from the lower edge, of the baseline
    size: float = 10
    font: str = "roman"  # a key of FONTS
    upwards: bool = False


def column(
    text: str, x: float, y: float, *, chars: int = 52, size: float = 10, font: str = "roman", leading: float = 12, indent: float = 0
) -> list[Text]:
    """A paragraph from (x, y) down, in lines of at most so many characters, or in the lines that it has already."""
    lines = text.split("\n") if "\n" in text else textwrap.wrap(text, chars, break_on_hyphens=False)
    return [Text(line, x + (indent if number == 0 else 0), y - leading * number, size, font) for number, line in enumerate(lines)]


def pdf(pages: Sequence[Iterable[Text]], *, title: str = "", packed: bool = True, encoding: str = "/WinAnsiEncoding") -> bytes:
    """The file; `encoding` is that of its fonts, as PDF writes it."""
    streams = ["\n".join(map(_shown, page)).encode("cp1252") for page in pages]
    return document([_packed(stream) if packed else _stream("", stream) for stream in streams], title=title, encoding=encoding)


def document(
    contents: Sequence[bytes], *, box: str = f"0 0 {WIDTH} {HEIGHT}", title: str = "", kids: str = "", encoding: str = "/WinAnsiEncoding"
) -> bytes:
    """A file of pages whose contents are these stream objects; `kids` takes the place of the list of pages."""
    fonts = " ".join(f"/{key} {number} 0 R" for number, key in enumerate(FONTS, start=2 * len(contents) + 4))
    pages = [
        f"<< /Type /Page /Parent 2 0 R /MediaBox [{box}] /Resources << /Font << {fonts} >> >> /Contents {2 * number + 5} 0 R >>"
        for number in range(len(contents))
    ]
    list_of_pages = kids or " ".join(f"{2 * number + 4} 0 R" for number in range(len(contents)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{list_of_pages}] /Count {len(contents)} >>".encode(),
        f"<< /Title ({_escaped(title)}) >>".encode("cp1252"),
        *(part for page, stream in zip(pages, contents, strict=True) for part in (page.encode(), stream)),
        *(f"<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding {encoding} >>".encode() for name in FONTS.values()),
    ]
    out, places = b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    trailer = f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R /Info 3 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
    return out + f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{trailer}".encode()


def _packed(data: bytes) -> bytes:
    return _stream("/Filter /FlateDecode ", zlib.compress(data))


def _stream(entries: str, data: bytes) -> bytes:
    return f"<< {entries}/Length {len(data)} >>\nstream\n".encode() + data + b"\nendstream"


def _shown(text: Text) -> str:
    matrix = "0 1 -1 0" if text.upwards else "1 0 0 1"
    return f"BT /{text.font} {text.size} Tf {matrix} {text.x} {text.y} Tm ({_escaped(text.text)}) Tj ET"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
