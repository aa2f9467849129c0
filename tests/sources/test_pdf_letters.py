"""Letters that a PDF draws in pieces, or under codes of its own: accents apart from their letters, ligatures that only their names tell."""

from __future__ import annotations

import re
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sources.pdf_files import Text, column, pdf

from kg.model import Record
from kg.sources import read
from kg.sources.pdf.ligatures import ligatures

INPUTS = Path(__file__).parents[2] / ".." / "shared" / "inputs"
LIGATURES = "<< /BaseEncoding /WinAnsiEncoding /Differences [27 /f_f_i /f_i.alt 30 /T_h /unheard] >>"
WIDTHS = {
    "a": 4.44,
    "c": 4.44,
    "e": 4.44,
    "i": 2.78,
    "n": 5,
    "o": 5,
    "r": 3.33,
    "P": 5.56,
    "´": 3.33,
    "¨": 3.33,
}  # of Times-Roman at 10 points


def sentence(folder: Path, *texts: Text, encoding: str = "/WinAnsiEncoding") -> str:
    """What is read of a line at the height of 640 points that `texts` draw, with a line above and one below."""
    around = [*column("We count the owls at night from trees, with lamps and without, and for years we saw that", 60, 652, chars=100),
              *column("and so we count them, as others did before us, and will do for a while after we are gone.", 60, 628, chars=100)]  # fmt: skip
    lines = [Text("Counting Owls at Night", 150, 780, 18), Text("1 Introduction", 60, 670, 12, "bold"), around[0], *texts, around[1]]
    (folder / "owls.pdf").write_bytes(pdf([lines], encoding=encoding))
    (paper,) = read([str(folder / "owls.pdf")])
    assert isinstance(paper, Record)
    found = re.search(r"we saw that (.*) and so we count", paper.sections[0].text)
    assert found is not None, paper
    return found[1]


def drawn(before: str, accent: str, letter: str, after: str, *, shift: float = 0.0, accent_first: bool = True) -> list[Text]:
    """A word as TeX draws it: its accent in the middle over a letter, some points away."""
    at = 60 + sum(WIDTHS[c] for c in before)
    pieces = [Text(accent, at + (WIDTHS[letter] - WIDTHS[accent]) / 2 + shift, 640), Text(letter, at, 640)]
    pieces = pieces if accent_first else pieces[::-1]
    return [
        Text(before, 60, 640),
        *pieces,
        Text(f"{after} is the name of all that is said about them in this line of a page,", at + WIDTHS[letter], 640),
    ]


@pytest.mark.parametrize("accent_first", [True, False])
@pytest.mark.parametrize(
    ("before", "accent", "letter", "after", "word"),
    [
        ("Poincar", "´", "e", "", "Poincaré"),
        ("P", "¨", "o", "pper", "Pöpper"),
        ("a", "¨", "i", "rence", "aïrence"),
        ("", "´", "e", "cran", "écran"),
    ],
)
def test_accents_that_are_drawn_over_letters(
    tmp_path: Path, before: str, accent: str, letter: str, after: str, word: str, *, accent_first: bool
) -> None:
    assert sentence(tmp_path, *drawn(before, accent, letter, after, accent_first=accent_first)).split()[0] == word


def test_an_accent_that_stands_beside_a_letter_stays_what_it_is(tmp_path: Path) -> None:
    assert "é" not in sentence(tmp_path, *drawn("Poincar", "´", "e", "", shift=4.5))
    assert sentence(
        tmp_path, Text("the command `a` and the path ~a of the owls are written so in this line of a page,", 60, 640)
    ).startswith("the command `a`")


@pytest.mark.parametrize(
    ("drawn", "word"),
    [("O\x1bcial", "Official"), ("\x1cles", "files"), ("\x1ee", "The"), ("o\x1fwl", "o\ufffdwl"), ("\x1cgure", "figure")],
)
def test_ligatures_are_told_by_their_names(tmp_path: Path, drawn: str, word: str) -> None:
    line = f"so {drawn} is the name of all that is said about them in this line of a page,"
    assert sentence(tmp_path, Text(line, 60, 640), encoding=LIGATURES).split()[1] == word


def test_a_letter_without_a_name_is_not_lost(tmp_path: Path) -> None:
    assert (
        sentence(tmp_path, Text("O\x1bcial is the name of all that is said about them in this line,", 60, 640)).split()[0] == "O\ufffdcial"
    )


def test_names_stand_in_streams_of_objects_too() -> None:
    objects = (
        b"7 0 8 60 "
        + b"<< /Type /Font /BaseFont /ABCDEF+Owl /Encoding 8 0 R >>".ljust(60)
        + b"<< /Type /Encoding /Differences [27 /f_i] >>"
    )
    packed = zlib.compress(objects)
    file = b"%%PDF-1.5\n9 0 obj << /Type /ObjStm /N 2 /First 9 /Length %d >> stream\n%b\nendstream endobj" % (len(packed), packed)
    assert ligatures(file) == {"Owl": {27: "fi"}}


def test_codes_that_fonts_of_one_name_use_differently_are_left_out() -> None:
    font = b"%d 0 obj << /BaseFont /%b+Owl /Encoding << /Differences [27 /%b 28 /f_l] >> >> endobj\n"
    assert ligatures(font % (1, b"ABCDEF", b"f_i") + font % (2, b"GHIJKL", b"f_f")) == {"Owl": {28: "fl"}}


@given(
    st.binary(max_size=200),
    st.sampled_from([b"1 0 obj << /BaseFont /A /Encoding 2 0 R >> endobj", b"3 0 obj /Type /ObjStm stream\n", b"/Differences [", b""]),
)
def test_any_bytes_are_looked_through(data: bytes, before: bytes) -> None:
    assert isinstance(ligatures(before + data + before), dict)


@pytest.mark.gold
@pytest.mark.skipif(not INPUTS.is_dir(), reason="the samples in ../shared are not at hand")
def test_an_accent_that_pdfium_gives_at_the_end_of_its_line() -> None:
    (paper,) = read([str(INPUTS / "third-party/pdf/N18-3011.pdf")])
    assert isinstance(paper, Record)
    text = "".join(section.text for section in paper.sections)
    assert ("Erdős number" in text, "Erdos" in text) == (True, False)
