"""Pages about a paper: the paper is read, the page around it is not."""

from __future__ import annotations

import pytest

from kg.model import Document, Record, Rejection
from kg.sources.xml import detect, read
from kg.text import clean

LONG = "We grow trees in the shade and count their leaves in autumn with a camera, which is right in nine of ten cases."
JUNK = (
    "<script>var abstract = 'We use cookies';</script><style>.abstract{}</style><noscript>Enable JavaScript</noscript>"
    "<div id='cookie-banner'>We value your privacy. Accept all cookies?</div><nav>Home</nav>"
)


def items(html: str, encoding: str = "utf-8") -> list[Record | Rejection]:
    data = html.encode(encoding)
    assert detect(data) == "html"
    return list(read([data[:700], data[700:]], "page.html", "html"))


def page(head: str, body: str = "") -> str:
    return f"<!DOCTYPE html>\n<html><head><title>T | Journal</title>{head}{JUNK}</head><body>{JUNK}{body}{JUNK}</body></html>"


def paper(head: str, body: str = "") -> Record:
    (found,) = items(page(head, body))
    assert isinstance(found, Record)
    assert not any(word in found.title + found.abstract for word in ("cookie", "privacy", "JavaScript", "Home", "{", "<"))
    return found


def meta(**values: str) -> str:
    return "".join(f'<meta name="citation_{name}" content="{value}">' for name, value in values.items())


ARXIV = (
    '<h1 class="title mathjax"><span class="descriptor">Title:</span>Growing Trees</h1><blockquote class="abstract mathjax">'
    '<span class="descriptor">Abstract:</span>We wait &amp; see. Code: <a href="https://github.com/a/b" class="link-external">this https URL</a>'
    "<script>alert(1)</script></blockquote>"
)


def test_an_arxiv_page_without_meta_data_of_the_abstract() -> None:
    found = paper(meta(title="Growing Trees", date="2019/02/07", online_date="2019/06/21", arxiv_id="1902.02534"), ARXIV)
    assert (found.title, found.abstract, found.issued) == ("Growing Trees", "We wait & see. Code: https://github.com/a/b", "2019-02-07")


def test_an_arxiv_page_without_any_meta_data() -> None:
    found = paper('<link rel="canonical" href="https://arxiv.org/abs/1902.02534v2"/>', ARXIV)
    document = clean(found)
    assert isinstance(document, Document)
    assert (document.key, document.version, document.title) == ("arxiv-1902.02534", 2, "Growing Trees")


def test_ar5iv_reads_formulas_once() -> None:
    math = '<math alttext="\\alpha"><semantics><mi>α</mi><annotation encoding="application/x-tex">\\alpha</annotation></semantics></math>'
    body = f'<h1 class="ltx_title ltx_title_document">On {math}-Trees</h1><div class="ltx_abstract"><h6 class="ltx_title">Abstract</h6><p>{LONG} {math}.</p></div>'
    found = paper("", body)
    assert (found.title, found.abstract) == ("On α-Trees", f"{LONG} α.")


def test_a_publishers_page() -> None:
    body = (
        f"<div class='abstract-graphical'>Picture</div><section id='Abs1' class='c-article-section abstract'><h2>Abstract</h2><p>{LONG}</p></section>"
        "<div class='related'><div class='abstract'>Another paper</div></div>"
    )
    found = paper(meta(title="Trees &amp; Shade", doi="10.1/A", publication_date="2020/03", online_date="2019/12/01", pmid="7"), body)
    assert (found.title, found.abstract, found.issued) == ("Trees & Shade", LONG, "2019-12-01")
    assert {(i.scheme, i.value) for i in found.identifiers} == {("doi", "10.1/A"), ("pmid", "7")}


def test_an_acl_page_is_known_by_its_address() -> None:
    body = f'<div class="card-body acl-abstract"><h5>Abstract</h5><span>{LONG}</span></div>'
    document = clean(paper(meta(title="Trees") + '<link rel="canonical" href="https://aclanthology.org/2022.acl-long.1/">', body))
    assert isinstance(document, Document)
    assert (document.key, document.abstract) == ("acl-2022.acl-long.1", LONG)


def test_an_abstract_that_only_its_heading_tells() -> None:
    body = f"<h4>Trees</h4><p>Ada Lovelace</p><h4>Abstract</h4><p>{LONG}</p><p>{LONG}</p><form>Search</form><p>Footer</p>"
    assert paper(meta(title="Trees"), body).abstract == f"{LONG}\n\n{LONG}"
    block = f"<h2>Abstract</h2><div><p>{LONG}</p></div><div>Footer</div>"
    assert paper(meta(title="Trees"), block).abstract == LONG
    document = clean(
        paper('<link rel="canonical" href="https://huggingface.co/papers/2407.12854">', f"<h1>Trees</h1><h2>Abstract</h2><p>{LONG}</p>")
    )
    assert isinstance(document, Document)
    assert (document.key, document.title) == ("arxiv-2407.12854", "Trees")


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (meta(title="T", abstract=LONG), LONG),
        (meta(title="T", abstract=f"Abstract: {LONG}"), LONG),
        (meta(title="T", abstract=f"{LONG[:90]}...") + f'<meta property="og:description" content="{LONG * 3}">', LONG * 3),
        (meta(title="T") + f'<meta property="og:description" content="{LONG}…">', ""),  # a teaser
        (meta(title="T") + '<meta name="description" content="We use cookies">', ""),
        (f'<meta name="DC.Title" content="T"><meta name="DCTERMS.abstract" content="{LONG}">', LONG),
    ],
)
def test_abstracts_in_meta_data(head: str, expected: str) -> None:
    assert paper(head).abstract == expected


@pytest.mark.parametrize(
    "html",
    [
        "<html><head><title>Daily news</title><meta property='og:title' content='News'></head><body><h1>News</h1><p>Text</p></body></html>",
        "<html></html>",
        "<!DOCTYPE html>",
        "<html><body>" + "<div>" * 5000,
    ],
)
def test_other_pages_are_no_papers(html: str) -> None:
    assert [item.code for item in items(html) if isinstance(item, Rejection)] == ["not-a-paper"]


@pytest.mark.parametrize(
    ("declared", "actual"),
    [("utf-8", "utf-8"), ("iso-8859-1", "cp1252"), ("gbk", "gbk"), ("iso-8859-1", "utf-8"), ("utf-8", "cp1252"), ("zlib", "utf-8")],
)
def test_encodings(declared: str, actual: str) -> None:
    word = "树木" if actual == "gbk" else "Bäume “im” Schatten"
    (found,) = items(page(f'<meta charset="{declared}">' + meta(title=f"Growing {word}")), actual)
    assert isinstance(found, Record)
    assert found.title == f"Growing {word}"


def test_too_much_html_is_refused() -> None:
    start = page(meta(title="T")).encode()
    found = list(read([start, *[b"<p>" * 100_000] * 20], "page.html", "html"))
    assert [item.code for item in found if isinstance(item, Rejection)] == ["too-long"]


@pytest.mark.parametrize(
    "unit",
    ["<div class='abstract'>", "<h1>", "<a href='http://x'>", "…", "<div class='abstract'><a href='http://x.org'>this URL</a>", "<math>"],
)
def test_long_pages_take_no_long_time(unit: str) -> None:
    list(read([page(meta(title="T", abstract="…" * 20_000), unit * 20_000).encode()], "page.html", "html"))
