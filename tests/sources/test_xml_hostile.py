"""XML that is broken or means harm: nothing read that was not given, nothing connected to, no hang, no exception."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.model import Record, Rejection
from kg.sources.xml import FORMATS, detect, read
from kg.sources.xml.decoded import html_text, xml_text
from kg.text import clean

NAMES = [format.name for format in FORMATS if format.name != "xml"]
PAPER = "<entry><id>http://arxiv.org/abs/2401.0000{n}v1</id><title>{title}</title><summary>{text}</summary></entry>"


def feed(*entries: str, before: str = "") -> bytes:
    return f'<?xml version="1.0"?>\n{before}<feed xmlns="http://www.w3.org/2005/Atom">{"".join(entries)}</feed>'.encode()


def entry(text: str = "We wait.", title: str = "Growing Trees", n: int = 1) -> str:
    return PAPER.format(n=n, title=title, text=text)


def items(data: bytes, size: int = 0) -> list[Record | Rejection]:
    chunks = [data[at : at + size] for at in range(0, len(data), size)] if size else [data]
    return list(read(chunks, "some.xml", detect(data)))


def papers(data: bytes, size: int = 0) -> list[Record]:
    return [item for item in items(data, size) if isinstance(item, Record)]


def codes(data: bytes, size: int = 0) -> list[str]:
    return [item.code for item in items(data, size) if isinstance(item, Rejection)]


MEASURED = """
import json, sys
from kg.sources.xml import read
def parts():
    while size := int.from_bytes(sys.stdin.buffer.read(4), "big"):
        yield sys.stdin.buffer.read(size)
count = sum(1 for _ in read(parts(), "some.xml", "atom"))
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
print(json.dumps([count, int(status["VmHWM"].split()[0]) * 1024]))
"""


def peak_memory(parts: Sequence[bytes], papers: int = 1) -> int:
    """Bytes that a process of its own takes at most to read `parts`."""
    sent = b"".join(len(part).to_bytes(4, "big") + part for part in parts) + bytes(4)
    run = subprocess.run([sys.executable, "-c", MEASURED], input=sent, capture_output=True, check=True, cwd=Path(__file__).parents[2])
    count, peak = json.loads(run.stdout)
    assert count == papers
    return int(peak)


# entities and DTDs

ENTITIES = [
    '<!DOCTYPE feed [<!ENTITY x SYSTEM "file://{path}">]>',
    '<!DOCTYPE feed [<!ENTITY x SYSTEM "{path}">]>',
    '<!DOCTYPE feed [<!ENTITY % p SYSTEM "file://{path}"> %p; <!ENTITY x "&#37;p;">]>',
    '<!DOCTYPE feed SYSTEM "file://{path}">',
    '<!DOCTYPE feed PUBLIC "-//X//Y" "file://{path}" [<!ENTITY x "{secret}">]>',
    '<!DOCTYPE feed SYSTEM "http://127.0.0.1:{port}/x.dtd">',
    '<!DOCTYPE feed [<!ENTITY x SYSTEM "http://127.0.0.1:{port}/x">]>',
    '<!DOCTYPE feed [<!ENTITY % p SYSTEM "http://127.0.0.1:{port}/x.dtd"> %p;]>',
    "<!DOCTYPE feed [<!-- \"' ]> --> <?p ]> ?> <!ENTITY y \"]>\"> <!ENTITY x '{secret}'>]>",
]


@pytest.fixture
def visits() -> Iterator[tuple[int, list[bytes]]]:
    """A port of this machine and what was sent to it."""
    seen: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        stop = threading.Event()

        def listen() -> None:
            while not stop.is_set():
                try:
                    connection, _ = server.accept()
                except TimeoutError:
                    continue
                with connection:
                    seen.append(b"visited")

        thread = threading.Thread(target=listen)
        thread.start()
        yield server.getsockname()[1], seen
        stop.set()
        thread.join()


@pytest.mark.parametrize("doctype", ENTITIES)
def test_no_entity_is_read_from_a_file_or_an_address(doctype: str, tmp_path: Path, visits: tuple[int, list[bytes]]) -> None:
    port, seen = visits
    secret = tmp_path / "secret"
    secret.write_text("<!ENTITY x 'TOP-SECRET'>TOP-SECRET", encoding="utf-8")
    stated = doctype.format(path=secret, port=port, secret="TOP-SECRET")
    data = feed(entry("We see &x; here."), entry(title="Plain", n=2), before=stated)
    found = items(data)
    assert "TOP-SECRET" not in repr(found)
    assert [item.code if isinstance(item, Rejection) else item.title for item in found] == ["entity", "Plain"]
    assert not seen


def test_a_pipe_named_as_an_entity_is_not_opened(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)  # to open it would hang
    assert codes(feed(entry("&x;"), before=f'<!DOCTYPE feed [<!ENTITY x SYSTEM "{pipe}">]>')) == ["entity"]
    assert len(papers(feed(entry(), before=f'<!DOCTYPE feed SYSTEM "{pipe}">'))) == 1


def test_xinclude_and_style_sheets_are_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("TOP-SECRET", encoding="utf-8")
    include = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{secret}" parse="text"/>'
    data = feed(entry(f"See {include}."), before=f'<?xml-stylesheet href="{secret}"?>')
    assert papers(data)[0].abstract == "See ."


def test_exponential_and_quadratic_entities_end_at_once() -> None:
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    big = "x" * 100_000
    began = perf_counter()
    assert codes(feed(entry("&a11;"), before=f'<!DOCTYPE feed [<!ENTITY a0 "lol">{laughs}]>')) == ["entity"]
    assert codes(feed(entry("&big;" * 5000), before=f'<!DOCTYPE feed [<!ENTITY big "{big}">]>')) == ["entity"]
    assert perf_counter() - began < 1


def test_entities_in_attributes_and_default_attributes_do_not_blow_up() -> None:
    attributes = "".join(f'<!ATTLIST a b{n} CDATA "{"x" * 50}">' for n in range(1000))
    assert peak_memory([feed(entry("<a/>" * 20_000), before=f"<!DOCTYPE feed [{attributes}]>")]) < 100 * 1024**2
    assert len(papers(feed(entry('<a b="&big;"/>' * 1000), before=f'<!DOCTYPE feed [<!ENTITY big "{"x" * 50_000}">]>'))) == 1


@pytest.mark.parametrize(
    "before",
    [
        "<!DOCTYPE feed [",
        '<!DOCTYPE feed "',
        "<!DOCTYPE feed [<!-- ",
        "<!DOCTYPE feed [" + "<!--" * 50_000,
        "<!DOCTYPE feed [" + "'" * 99_999,
    ],
)
def test_a_doctype_without_an_end(before: str) -> None:
    data = before.encode()
    began = perf_counter()
    assert [item.code for item in read([data], "some.xml", "atom") if isinstance(item, Rejection)] == ["bad-xml"]
    assert perf_counter() - began < 1


def test_a_doctype_longer_than_is_looked_ahead() -> None:
    assert "bad-xml" in codes_of(feed(entry(), before=f"<!DOCTYPE feed [<!-- {'x' * 400_000} -->]>"))


def codes_of(data: bytes) -> list[str]:
    chunks = [data[at : at + 1000] for at in range(0, len(data), 1000)]
    return [item.code for item in read(chunks, "some.xml", "atom") if isinstance(item, Rejection)]


# what is broken


def test_html_entities_become_characters() -> None:
    assert papers(feed(entry("5&nbsp;&mu;m &alpha;&amp;&lt;b&gt; &hellip;")))[0].abstract == "5\xa0μm α&<b> …"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("R&D & AT&T", "R&D & AT&T"),
        ("a\x0bb\x1fc", "abc"),
        ("a&#1;b&#x1F;c&#55349;", "abc"),
        ("a&#xD7;b&#181;", "a×bµ"),
        ("http://a.org?b=1&c=2", "http://a.org?b=1&c=2"),
    ],
)
def test_what_programs_forget_to_escape(written: str, expected: str) -> None:
    assert papers(feed(entry(written)))[0].abstract == expected


@pytest.mark.parametrize("size", [1, 7, 64])
def test_the_size_of_pieces_changes_nothing(size: int) -> None:
    data = feed(entry("5&nbsp;&mu;m, R&D&#1; ü &x;"), entry("zwölf “Bäume” &alpha;", n=2), before='<!DOCTYPE feed SYSTEM "x">')
    long = feed(entry("ü &alpha; " * 40_000))
    assert items(data, size) == items(data)
    assert items(long, size * 991) == items(long)


def test_papers_before_a_break_are_kept_and_the_place_is_told() -> None:
    good = entry() + "\n" + entry(n=2) + "\n"
    for broken, code, line in (
        ("<entry></oops></entry>", "bad-xml", 4),
        ("<entry><a b=></entry>", "bad-xml", 4),
        ("<entry>" + "<i>" * 400, "too-deep", 4),
    ):
        found = items(feed(good, broken))
        assert [type(item).__name__ for item in found] == ["Record", "Record", "Rejection"]
        assert (found[-1].code, found[-1].place) == (code, f"line {line}")  # type: ignore[union-attr]


@pytest.mark.parametrize("share", [0.3, 0.5, 0.8, 0.99])
def test_cut_files_keep_whole_papers_and_are_told(share: float) -> None:
    data = feed(*(entry(n=n) + "\n" for n in range(1, 9)))
    found = items(data[: int(len(data) * share)])
    assert [item.code for item in found if isinstance(item, Rejection)] == ["truncated"]
    assert [item.abstract for item in found if isinstance(item, Record)] == ["We wait."] * (len(found) - 1)


@pytest.mark.parametrize(
    "flaw",
    [
        "<a xml:id='x'/><b xml:id='x'/>",
        "<mml:a xlink:href='x'/>",
        "<a xmlns='no address %%'/>",
        "<a xmlns:b=''/>",
        "<a xml:id='1 2'/>",
        "<a:b:c/>",
    ],
)
def test_flaws_of_names_and_ids_are_no_reason_to_refuse_a_file(flaw: str) -> None:
    found = items(feed(entry(f"We{flaw} wait."), entry(n=2)))
    assert [item.abstract for item in found if isinstance(item, Record)] == ["We wait."] * 2
    assert len(found) == 2
    assert codes(feed(entry(flaw))[:-4]) == ["truncated"]


def test_messages_hold_no_control_characters() -> None:
    (refusal,) = items(feed("<entry>&\u202eevil\u001b[31m;</entry><\u202ex></y>"))[-1:]
    assert isinstance(refusal, Rejection)
    assert refusal.message.isprintable()
    assert len(refusal.message) < 300


@pytest.mark.parametrize("unit", [b"<a/>", b"<a b='' c=''/>", b"<a>x</a>", b"<!-- -->", b"x" * 64])
def test_one_paper_without_an_end_is_refused_before_memory_is_gone(unit: bytes) -> None:
    def endless() -> Iterator[bytes]:
        yield feed()[: -len("</feed>")] + b"<entry>"
        for _ in range(100_000):
            yield unit * (65_536 // len(unit))

    began = perf_counter()
    assert [item.code for item in read(endless(), "some.xml", "atom") if isinstance(item, Rejection)] == ["too-long"]
    assert perf_counter() - began < 20


def test_many_papers_take_no_more_memory_than_few() -> None:
    def peak(count: int) -> int:
        one = (entry("We wait and see. " * 60) + "<junk/>" * 20).encode()
        return peak_memory([feed()[: -len("</feed>")], *[one] * count, b"</feed>"], papers=count)

    assert peak(20_000) < peak(1000) + 2 * 1024**2


# encodings


@pytest.mark.parametrize(
    ("declared", "actual"),
    [
        ("utf-8", "utf-8-sig"), ("utf-8", "utf-16"), ("utf-16", "utf-16"), ("utf-16", "utf-16-le"), ("utf-16", "utf-16-be"), ("utf-16", "utf-8"),
        ("iso-8859-1", "cp1252"), ("iso-8859-1", "utf-8"), ("us-ascii", "utf-8"), ("utf-8", "cp1252"), ("windows-1252", "cp1252"), ("iso-8859-15", "utf-8"),
        ("nonsense", "utf-8"), ("zip", "utf-8"), ("punycode", "utf-8"),
    ],
)  # fmt: skip
def test_declarations_may_be_wrong(declared: str, actual: str) -> None:
    text = (
        f'<?xml version="1.0" encoding="{declared}"?>'
        + feed(entry(title="Erdős–Rényi" if "utf" in actual else "Bäume “im” Schatten")).decode()[22:]
    )
    data = text.encode(actual)
    assert detect(data) == "atom"
    assert papers(data)[0].title == ("Erdős–Rényi" if "utf" in actual else "Bäume “im” Schatten")


@pytest.mark.parametrize(
    ("declared", "actual"), [("gbk", "gbk"), ("gb2312", "gb18030"), ("shift_jis", "shift_jis"), ("euc-kr", "euc-kr"), ("koi8-r", "koi8-r")]
)
def test_other_scripts(declared: str, actual: str) -> None:
    title = {"shift_jis": "木を育てる", "euc-kr": "나무", "koi8-r": "Деревья"}.get(actual, "树木生长")
    data = f'<?xml version="1.0" encoding="{declared}"?>{feed(entry(title=title)).decode()[22:]}'.encode(actual)
    assert papers(data)[0].title == title


def test_a_wrong_byte_late_in_a_file_costs_one_character() -> None:
    data = feed(entry("plain " * 60_000), entry("caf\xe9 au lait", n=2)).decode().encode("cp1252")
    assert papers(data, 4096)[1].abstract == "café au lait"


def test_white_space_before_the_declaration() -> None:
    assert len(papers(b"\n \xef\xbb\xbf".replace(b"\xef\xbb\xbf", b"") + feed(entry()))) == 1


# anything

OPENED = (
    "feed entry id title summary OAI-PMH record metadata dc article front article-meta abstract sec p xref math mi sub "
    "body back contrib-group contrib name aff fn fig ref-list ref"
)
TAGS = st.sampled_from(
    [
        b"<",
        b">",
        b"</",
        b"/>",
        b"&",
        b";",
        b"'",
        b'"',
        b"<!--",
        b"-->",
        b"<![CDATA[",
        b"]]>",
        b"<?xml",
        b"?>",
        b"<!DOCTYPE x [",
        b"]>",
        b"<!ENTITY a 'b'>",
        b"&a;",
    ]
    + [f"<{name}>".encode() for name in OPENED.split()]
    + [f"</{name}>".encode() for name in OPENED.split()]
    + [
        b"<article><front><article-meta><title-group><article-title>",
        b"<TEI><teiHeader>",
        b"<collection id='2022.x'><volume id='1'><paper>",
        b"\xff\xfe",
        b"\0",
    ]
)


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(st.binary(max_size=400), st.lists(st.one_of(TAGS, st.binary(max_size=6)), max_size=40).map(b"".join)),
    st.sampled_from(NAMES),
    st.integers(1, 64),
)
def test_no_bytes_raise_an_exception(data: bytes, name: str, size: int) -> None:
    assert isinstance(detect(data), str)
    chunks = [data[at : at + size] for at in range(0, len(data), size)]
    found = list(read(chunks, "some.xml", name))
    assert found
    for item in found:
        assert isinstance(item, Rejection) or isinstance(clean(item), object)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200), st.text(min_size=1, max_size=40))
def test_any_text_comes_back_from_an_entry(text: str, title: str) -> None:
    def written(value: str) -> str:
        kept = "".join(c for c in value if c in "\t\n" or (c >= " " and not 0xD800 <= ord(c) < 0xE000 and c not in "\ufffe\uffff"))
        return kept.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    import html

    (found,) = items(feed(entry(written(text), title="T" + written(title))))
    assert isinstance(found, Record)
    assert found.abstract == html.unescape(written(text)).strip() or "&" in text
    assert " ".join(found.title.split()) == found.title


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_decoding_never_fails(data: bytes) -> None:
    assert isinstance("".join(xml_text([data]) or ()), str)
    assert isinstance("".join(html_text([data])), str)
