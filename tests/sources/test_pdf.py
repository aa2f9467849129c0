"""PDF files: what a reader makes of pages, and what becomes of files that are none, or none that can be read."""

from __future__ import annotations

import gzip
import io
import json
import re
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sources.pdf_files import Text, column, document, pdf

from kg.model import Identifier, Record, Rejection
from kg.sources import read
from kg.sources.child import Worker
from kg.sources.conformance import check
from kg.sources.pdf import FORMAT
from kg.sources.pdf.front import affiliations
from kg.sources.pdf.headings import Heading
from kg.sources.pdf.outline import Outline
from kg.sources.pdf.page import Font, Line

INPUTS = Path(__file__).parents[2] / ".." / "shared" / "inputs"
LEFT, RIGHT = 60.0, 310.0  # edges of two columns, in points
OWLS = "We train OwlNet on the DuskSet corpus with eight A100 GPUs and compare it with many baselines for night vision."
LAMPS = "The encoder of the model is then tuned on images of lamps, and its accuracy is reported on a test set held out."


def found(data: bytes) -> list[Record | Rejection]:
    return list(read(["-"], stdin=io.BytesIO(data)))


def record(data: bytes) -> Record:
    (item,) = found(data)
    assert isinstance(item, Record), item
    return item


def refusal(data: bytes) -> str:
    (item,) = found(data)
    assert isinstance(item, Rejection), item
    assert item.message.count(": ") >= 1  # what is wrong: what to do
    return item.code


def front(top: float = 760) -> list[Text]:
    return [
        Text("OwlNet: Night Vision for Drones", 150, top, 17, "bold"),
        Text("Ada Lovelace and Grace Hopper", 210, top - 25, 11),
        Text("Department of Owls, University of Turin, Italy", 190, top - 40),
        Text("ada@owls.example", 250, top - 52),
    ]


def two_columns() -> bytes:
    """A paper of two pages, with all that stands in the way of its text."""
    furniture = [Text("All that was said on the second day of the yearly meeting of the owls, and some of what was sung.", LEFT, 815)]
    first = [
        *furniture,
        Text("12", 292, 30),
        Text("arXiv:2401.01234v1 [cs.CV] 24 May 2024", 30, 250, 18, upwards=True),
        *front(),
        Text("Abstract", 150, 680, 11, "bold"),
        *column(f"{OWLS} {LAMPS}", LEFT, 660),
        Text("1 Introduction", LEFT, 570, 12, "bold"),
        *column(f"{OWLS} {LAMPS} {OWLS}", LEFT, 552),
        *column(f"{LAMPS} {OWLS}", LEFT, 444, indent=12),
        Text("1", LEFT + 8, 73, 6),
        *column("The code is at https://github.com/owls/owlnet for all.", LEFT + 11, 70, size=8),
        Text("Model", RIGHT + 30, 680, 8),
        Text("Accuracy", RIGHT + 120, 680, 8),
        Text("OwlNet", RIGHT + 30, 668, 8),
        Text("81.2", RIGHT + 120, 668, 8),
        *column("Table 1: Accuracy of OwlNet on the DuskSet corpus.", RIGHT, 645, size=9),
        Text("2 Method", RIGHT, 610, 12, "bold"),
        Text("2.1 Encoder", RIGHT, 590, 10, "bold"),
        *column(f"{LAMPS} {OWLS} The loss is the sum", RIGHT, 572),
        Text("L = a + b * c", RIGHT + 90, 480),
        *column(f"where a is its first part. {OWLS}", RIGHT, 460),
    ]
    second = [
        *furniture,
        Text("13", 292, 30),
        Text("3 Conclusion", LEFT, 760, 12, "bold"),
        *column(f"{OWLS} {LAMPS}", LEFT, 742),
        Text("References", LEFT, 640, 12, "bold"),
        *[
            line
            for n in range(1, 6)
            for line in column(f"[{n}] J. Smith. Owls of the night, part {n}. In Proceedings of Owls.", LEFT, 640 - 26 * n)
        ],
        Text("A Proofs", RIGHT, 760, 12, "bold"),
        *column(f"{LAMPS} {OWLS}", RIGHT, 742),
    ]
    return pdf([first, second], title="Microsoft Word - owls.doc")


PAPER = two_columns()


def test_a_paper_in_two_columns() -> None:
    paper = record(PAPER)
    assert paper.title == "OwlNet: Night Vision for Drones"
    assert paper.abstract == f"{OWLS} {LAMPS}"
    assert [(section.heading, section.within) for section in paper.sections] == [
        ("1 Introduction", ()), ("2 Method", ()), ("2.1 Encoder", ("2 Method",)), ("3 Conclusion", ()), ("A Proofs", ()),
    ]  # fmt: skip
    introduction, method, encoder, conclusion, proofs = (section.text.split("\n\n") for section in paper.sections)
    assert introduction == [
        f"{OWLS} {LAMPS} {OWLS}", f"{LAMPS} {OWLS}", "Table 1: Accuracy of OwlNet on the DuskSet corpus.", "The code is at https://github.com/owls/owlnet for all.",
    ]  # fmt: skip
    assert method == [""]
    assert encoder == [f"{LAMPS} {OWLS} The loss is the sum where a is its first part. {OWLS}"]
    assert (conclusion, proofs) == ([f"{OWLS} {LAMPS}"], [f"{LAMPS} {OWLS}"])


def test_what_the_margin_and_the_title_block_state() -> None:
    paper = record(PAPER)
    assert (paper.identifiers, paper.version, paper.issued) == ((Identifier("arxiv", "2401.01234"),), 1, "2024-05-24")
    assert [affiliation.text for affiliation in paper.metadata.affiliations] == ["Department of Owls, University of Turin, Italy"]
    assert (paper.format, paper.place) == ("pdf", "")


@pytest.mark.parametrize(
    ("line", "stated"),
    [
        ("¹University of Turku, ²NVIDIA Research", ["University of Turku", "NVIDIA Research"]),
        ("1University of Turku, 2NVIDIA Research", ["University of Turku", "NVIDIA Research"]),
        ("1University of Turku;2NVIDIA Research", ["University of Turku", "NVIDIA Research"]),
        ("¹ University of Turku ² ETH Zurich", ["University of Turku", "ETH Zurich"]),
        ("University of Turku, Room 2B, Turku", ["University of Turku, Room 2B, Turku"]),
    ],
)
def test_several_affiliations_on_one_line(line: str, stated: list[str]) -> None:
    font = Font("Owl", bold=False, italic=False, symbols=False, mono=False, caps=False)
    shown = Line(line, 0.0, 300.0, 600.0, 10.0, font, font, 0, broken=False, cell=False, page=1)
    assert [affiliation.text for affiliation in affiliations([shown])] == stated


def test_a_later_version_does_not_tell_when_the_paper_was_first_published() -> None:
    stamp = Text("arXiv:2401.01234v3 [cs.CV] 24 May 2024", 30, 250, 18, upwards=True)
    paper = record(pdf([[stamp, *front(), *column(f"Abstract. {OWLS} {LAMPS}", LEFT, 660, chars=100)]]))
    assert (paper.version, paper.issued) == (3, "")


def test_the_doi_that_the_first_page_names() -> None:
    lines = [Text("https://doi.org/10.1145/3290605.3300233", LEFT, 40, 7), *front(), *column(f"{OWLS} {LAMPS}", LEFT, 660, chars=100)]
    assert record(pdf([lines])).identifiers == (Identifier("doi", "10.1145/3290605.3300233"),)


def page_of(*paragraphs: str) -> Record:
    """A page in one column that holds these paragraphs, in lines as they are."""
    lines = [*front(), Text("1 Introduction", LEFT, 660, 12, "bold")]
    top = 640.0
    for paragraph in paragraphs:
        lines += column(paragraph, LEFT, top, chars=100)
        top -= 12 * (paragraph.count("\n") + 3)
    return record(pdf([lines]))


@pytest.mark.parametrize(
    ("broken", "elsewhere", "whole"),
    [
        ("our repre-\nsentation of night", "", "representation"),
        ("our pre-\ntrained owls", "It is pre-trained before.", "pre-trained"),
        ("our pre-\ntrained owls", "It is pretrained before.", "pretrained"),
        ("a state-of-the-\nart network", "", "state-of-the-art"),
        ("a ResNet-\n50 of owls", "", "ResNet-50"),
        ("the Vision-\nLanguage owls", "", "Vision-Language"),
        ("a large-\nscale corpus", "", "large-scale"),
        ("the GPU-\nbased owls", "", "GPU-based"),
    ],
)
def test_words_that_line_ends_break(broken: str, elsewhere: str, whole: str) -> None:
    start = "We count owls at night from trees, with lamps and without, for years and years now, and so we propose "
    paper = page_of(
        f"{start}{broken}, which stands in a line of its own.",
        f"{elsewhere} Nothing else is said about it here in these lines, or so it is thought.",
    )
    assert re.search(rf"\b{re.escape(whole)}\b", paper.sections[0].text), paper.sections[0].text


def test_the_title_of_the_file_is_taken_where_nothing_stands_out_and_junk_is_not() -> None:
    lines = column(f"{OWLS} {LAMPS} {OWLS} {LAMPS}", LEFT, 700, chars=100)
    assert record(pdf([lines], title="Counting Owls at Night")).title == "Counting Owls at Night"
    assert record(pdf([lines], title="Microsoft Word - owls.doc")).title == OWLS  # the first sentence, as of a text


def test_line_numbers_of_review_copies_are_left_out() -> None:
    lines = [*front(), Text("1 Introduction", LEFT, 660, 12, "bold"), *column(" ".join([OWLS, LAMPS] * 6), LEFT, 640, chars=90)]
    numbers = [Text(str(count), 25, line.y, 7) for count, line in enumerate((line for line in lines if line.x == LEFT), start=101)]
    assert record(pdf([[*lines, *numbers]])).sections[0].text == " ".join([OWLS, LAMPS] * 6)
    assert record(pdf([[*lines, *numbers]])).sections[0].heading == "1 Introduction"


@pytest.mark.parametrize(
    ("heading", "size", "font"),
    [
        ("Introduction", 10, "bold"),
        ("INTRODUCTION", 10, "roman"),
        ("I. INTRODUCTION", 10, "roman"),
        ("1. Introduction", 14, "roman"),
        ("1 Introduction", 10, "italic"),
    ],
)
def test_headings_are_told_by_number_look_and_words(heading: str, size: float, font: str) -> None:
    lines = [*front(), Text("Abstract", LEFT, 690, size, font), *column(LAMPS, LEFT, 670, chars=100), Text(heading, LEFT, 620, size, font)]
    paper = record(pdf([[*lines, *column(f"{OWLS} {LAMPS}", LEFT, 600, chars=100)]]))
    assert (paper.abstract, [section.heading for section in paper.sections]) == (LAMPS, [heading])
    assert paper.sections[0].text == f"{OWLS} {LAMPS}"


@pytest.mark.parametrize(
    ("start", "width", "heading"),
    [
        ("Training.", 43, "Training"),
        ("Data and code.", 66, "Data and code"),
        ("Theorem 1.", 52, ""),  # a statement
        ("Owls:", 28, ""),  # an item of a list of terms
        ("owls.", 24, ""),  # a word that is stressed
    ],
)
def test_a_heading_in_bold_in_the_first_line_of_a_paragraph(start: str, width: int, heading: str) -> None:
    lines = [*front(), Text("1 Method", LEFT, 660, 12, "bold"), *column(f"{OWLS} {LAMPS}", LEFT, 640, chars=100)]
    first, *others = column(f"{LAMPS} {OWLS}", LEFT, 580, chars=80)
    lines += [Text(start, LEFT, 580, 10, "bold"), Text(first.text, LEFT + width, 580), *others, Text("2 Results", LEFT, 530, 12, "bold")]
    paper = record(pdf([[*lines, *column(f"{OWLS} {LAMPS}", LEFT, 510, chars=100)]]))
    sections = [(section.heading, section.text, section.within) for section in paper.sections]
    before, after = ("1 Method", f"{OWLS} {LAMPS}", ()), ("2 Results", f"{OWLS} {LAMPS}", ())
    if heading:
        assert sections == [before, (heading, f"{LAMPS} {OWLS}", ("1 Method",)), after]
    else:
        assert [name for name, _, _ in sections] == ["1 Method", "2 Results"]
        assert f"{start} {LAMPS} {OWLS}" in sections[0][1]


def test_an_abstract_that_begins_in_the_line_of_its_heading() -> None:
    lines = [
        *front(),
        *column(f"Abstract—{LAMPS}", LEFT, 690, chars=100),
        Text("I. INTRODUCTION", LEFT, 620),
        *column(f"{OWLS} {LAMPS}", LEFT, 600, chars=100),
    ]
    assert record(pdf([lines])).abstract == LAMPS


def test_in_archives_packed_and_on_standard_input(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "papers.zip", "w") as archive:
        archive.writestr("a/owls.pdf", PAPER)
    (tmp_path / "owls.pdf.gz").write_bytes(gzip.compress(PAPER))
    (tmp_path / "owls.pdf").write_bytes(PAPER)
    (tmp_path / "page.pdf").write_text(
        '<!DOCTYPE html><html><head><meta name="citation_title" content="Lamps"></head></html>', encoding="utf-8"
    )
    items = list(read([str(tmp_path)]))
    title = "OwlNet: Night Vision for Drones"
    assert [(Path(item.source).name, getattr(item, "title", item)) for item in items] == [
        ("owls.pdf", title), ("owls.pdf.gz", title), ("page.pdf", "Lamps"), ("papers.zip", title),
    ]  # fmt: skip
    assert items[3].place == "a/owls.pdf"
    assert {item.format for item in items if isinstance(item, Record)} == {"pdf", "html"}


def test_it_keeps_the_promises_of_formats() -> None:
    assert check(FORMAT, [PAPER]) == []


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (pdf([[]]), "no-text"),
        (pdf([[Text("7", 300, 30)], [Text("8", 300, 30)]]), "no-text"),
        (PAPER[:200], "damaged"),
        (b"%PDF-1.7\n" + b"owls" * 100, "damaged"),
        (pdf([[Text("Owls", 60, 700)]] * 2001), "too-long"),
        (document([b"<< /Length 0 >>\nstream\n\nendstream"], kids="2 0 R"), "damaged"),  # a tree of pages that is its own child
    ],
    ids=["empty page", "scan", "cut", "not a PDF", "too many pages", "loop"],
)
def test_refusals(data: bytes, code: str) -> None:
    assert refusal(data) == code


@pytest.mark.gold
@pytest.mark.skipif(not INPUTS.is_dir(), reason="the samples in ../shared are not at hand")
def test_an_encrypted_file_is_refused() -> None:
    assert refusal((INPUTS / "third-party/pdf/libreoffice-writer-password.pdf").read_bytes()) == "encrypted"


def test_without_pypdfium2_it_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.sources.pdf.importlib.util.find_spec", lambda name: None)
    (item,) = found(PAPER)
    assert isinstance(item, Rejection)
    assert (item.code, "paper-kg[pdf]" in item.message) == ("missing-extra", True)


def test_a_file_that_takes_too_long_costs_itself_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("kg.sources.pdf.SECONDS", 0.0)
        assert refusal(PAPER) == "too-long"
    assert record(PAPER).title


def bomb(size: int) -> bytes:
    """A page whose contents unpack to so many bytes of text."""
    packer = zlib.compressobj(9)
    packed = (
        b"".join(packer.compress(b"BT /roman 10 Tf 60 700 Td (owls owls owls owls) Tj ET\n" * 20_000) for _ in range(size // 1_080_000))
        + packer.flush()
    )
    return document([f"<< /Filter /FlateDecode /Length {len(packed)} >>\nstream\n".encode() + packed + b"\nendstream"])


@pytest.mark.parametrize(
    "data",
    [
        bomb(300_000_000),
        document([b"<< /Length 40 >>\nstream\nBT /roman 10 Tf 60 700 Td (Owls) Tj ET     \nendstream"], box="-1e30 -1e30 1e30 1e30"),
        document([b"<< /Length 200000 >>\nstream\n" + b"[" * 200_000 + b"\nendstream"]),
        document([b"<< /Length 200000 >>\nstream\n" + b"q " * 100_000 + b"\nendstream"]),
        PAPER.replace(b"/Root 1 0 R", b"/Root 1 0 R /Prev 15"),
        PAPER.replace(b"/Kids [4 0 R", b"/Kids [2 0 R"),
        pdf([[Text("Owls " * 20, 60, 700, 1e9)], [Text("Owls " * 20, -1e9, 1e9, 1e-9)]]),
    ],
    ids=["bomb", "huge page", "deep arrays", "deep states", "looping table", "looping pages", "huge letters"],
)
def test_hostile_files_end_neither_the_program_nor_its_patience(data: bytes) -> None:
    assert all(isinstance(item, Record | Rejection) for item in found(data))
    assert record(PAPER).title == "OwlNet: Night Vision for Drones"


PLAIN = pdf([[*front(), Text("Abstract", LEFT, 690, 11, "bold"), *column(f"{OWLS} {LAMPS}", LEFT, 670, chars=100)]], packed=False)


@settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(st.integers(0, len(PLAIN) - 1), st.integers(0, 255)), min_size=1, max_size=12),
    st.integers(0, len(PLAIN)) | st.none(),
)
def test_spoiled_files_are_read_or_refused(changes: list[tuple[int, int]], end: int | None) -> None:
    data = bytearray(PLAIN)
    for at, byte in changes:
        data[at] = byte
    items = found(b"%PDF-" + bytes(data[5:end]))
    assert items
    assert all(isinstance(item, Record) or item.code in ("damaged", "no-text", "encrypted", "no-title", "too-long") for item in items)


def test_columns_are_told_whatever_the_order_in_which_a_page_draws_its_lines() -> None:
    left, right = column(f"{OWLS} {LAMPS} {OWLS}", LEFT, 640), column(f"{LAMPS} {OWLS} {LAMPS}", RIGHT + 15, 640)
    rows = [line for row in zip(left, right, strict=False) for line in row]
    paper = record(pdf([[*front(), Text("1 Introduction", LEFT, 660, 12, "bold"), *rows]]))
    assert paper.sections[0].text.replace("\n\n", " ") == f"{OWLS} {LAMPS} {OWLS} {LAMPS} {OWLS} {LAMPS}"


def test_an_abstract_beside_the_information_on_the_article() -> None:
    info = [
        Text("A R T I C L E  I N F O", LEFT, 690, 8),
        Text("Keywords:", LEFT, 670, 7),
        Text("owls", LEFT, 660, 7),
        Text("lamps", LEFT, 650, 7),
    ]
    abstract = [Text("A B S T R A C T", 220, 690, 8), *column(f"{OWLS} {LAMPS}", 220, 670, chars=80, size=8, leading=10)]
    body = [
        Text("1. Introduction", LEFT, 580, 11, "bold"),
        *column(f"{OWLS} {LAMPS} {OWLS} {LAMPS}", LEFT, 560),
        *column(f"{LAMPS} {OWLS} {LAMPS} {OWLS}", RIGHT, 580),
    ]
    paper = record(pdf([[*front(), *info, *abstract, *body]]))
    assert paper.abstract == f"{OWLS} {LAMPS}"
    assert [section.heading for section in paper.sections] == ["1. Introduction"]
    assert "lamps" not in paper.sections[0].text.split()[0]


def test_a_list_of_cited_works_without_a_heading_is_left_out() -> None:
    work = "J. Smith and A. Jones, The owls of the night and their lamps, Owl Letters"
    works = [line for n in range(1, 7) for line in column(f"[{n}] {work} {n}, 12 (1999).", LEFT, 500 - 18 * n, chars=100)]
    paper = record(
        pdf([[*front(), Text("1 Introduction", LEFT, 660, 12, "bold"), *column(f"{OWLS} {LAMPS}", LEFT, 640, chars=100), *works]])
    )
    assert [section.text for section in paper.sections] == [f"{OWLS} {LAMPS}"]


@pytest.mark.parametrize(
    ("texts", "depths"),
    [
        (
            ["1 Introduction", "2 Method", "2.1 Encoder", "2.1.1 Loss", "3 Results", "References", "A Proofs", "A.1 Of owls"],
            [1, 1, 2, 3, 1, 1, 1, 2],
        ),
        (
            ["I. INTRODUCTION", "II. METHOD", "A. Encoder", "1. Loss", "B. Decoder", "III. RESULTS", "Appendix A: Proofs"],
            [1, 1, 2, 3, 2, 1, 1],
        ),
    ],
)
def test_how_deep_headings_lie(texts: list[str], depths: list[int]) -> None:
    outline = Outline()
    found = []
    for text in texts:
        match = re.match(r"(?:Appendix )?([\d.]+\d|\d|[A-Z](?:\.\d)?|[IVX]+)[.:]? ", text)
        number = tuple(match[1].split(".")) if match else ()
        found.append(
            outline.depth_of(Heading(text, text[match.end() :] if match else text, number, (24, True, False, False), is_sure=True))
        )
    assert found == depths


def many(folder: Path, *files: bytes) -> list[str]:
    """The paths of files with these contents."""
    paths = [folder / f"{number}.pdf" for number in range(len(files))]
    for path, data in zip(paths, files, strict=True):
        path.write_bytes(data)
    return [str(path) for path in paths]


def test_many_files_give_what_each_gives_alone_in_their_order(tmp_path: Path) -> None:
    paths = many(tmp_path, PAPER, PAPER[:200], PLAIN, pdf([[]]), b"no PDF, though it is called so", PAPER, PAPER)
    (tmp_path / "2.txt").write_text("Owls at Night\n\nWe count owls.\n", encoding="utf-8")
    paths.insert(3, str(tmp_path / "2.txt"))
    alone = [item for path in paths for item in read([path])]
    assert [type(item).__name__ for item in alone] == [
        "Record",
        "Rejection",
        "Record",
        "Record",
        "Rejection",
        "Rejection",
        "Record",
        "Record",
    ]
    assert list(read(paths)) == alone == list(read([str(tmp_path)]))


def test_a_reader_that_is_left_in_the_middle_leaves_no_answer_behind(tmp_path: Path) -> None:
    paths = many(tmp_path, PAPER, PLAIN, PAPER)
    alone = [item for path in paths for item in read([path])]
    for rest in (paths[2:], paths[1:]):
        items = read(paths)
        assert next(items) == alone[0]
        items.close()  # type: ignore[attr-defined]  # a generator
        assert list(read(rest)) == alone[-len(rest) :]


def test_readers_that_take_turns_do_not_mix_up_their_files(tmp_path: Path) -> None:
    paths = many(tmp_path, PAPER, PLAIN, PAPER, PLAIN)
    pairs = list(zip(read(paths), read(paths[::-1]), read(paths), strict=True))
    assert [tuple(item.source for item in three) for three in pairs] == list(zip(paths, paths[::-1], paths, strict=True))
    assert all(
        len(item.sections) == (5 if item.source in paths[::2] else 0) for three in pairs for item in three if isinstance(item, Record)
    )


def test_a_worker_that_died_over_a_file_it_began_with_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = many(tmp_path, PAPER, PLAIN)
    alone = list(read(paths))
    begin = Worker.begin

    died = []

    def begin_and_die(worker: Worker, data: bytes) -> None:
        begin(worker, data)
        died.append(data)
        assert worker._process is not None
        worker._process.kill()

    monkeypatch.setattr(Worker, "begin", begin_and_die)
    assert (list(read(paths)), died) == (alone, [PLAIN])


def test_a_row_of_a_table_in_bold_is_no_heading() -> None:
    page = [
        *front(), Text("Abstract", 150, 680, 11, "bold"), *column(f"{OWLS} {LAMPS}", LEFT, 660, chars=90),
        Text("1 Results", LEFT, 600, 12, "bold"), *column(f"{OWLS} {LAMPS}", LEFT, 580, chars=90),
        Text("OwlNet 54.2", LEFT, 530, 10, "bold"), *column("Table 1: Results of OwlNet.", LEFT, 500, chars=90),
        *column(f"{LAMPS} {OWLS}", LEFT, 470, chars=90),
    ]  # fmt: skip
    assert [section.heading for section in record(pdf([page])).sections] == ["1 Results"]


def test_an_input_that_was_begun_and_not_asked_for_answers_no_other() -> None:
    worker = Worker("kg.sources.pdf.worker")
    begun, asked = (pdf([[*front(), Text("Abstract", 150, 680, 11, "bold"), *column(text, LEFT, 660, chars=90)]]) for text in (OWLS, LAMPS))
    try:
        worker.begin(begun)
        answer = json.dumps(worker.ask(asked, 60))
        assert LAMPS[:40] in answer
        assert OWLS[:40] not in answer
        assert OWLS[:40] in json.dumps(worker.ask(begun, 60))
    finally:
        worker.close()
