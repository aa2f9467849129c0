"""Pages that show one paper: arXiv, ar5iv, the ACL Anthology, publishers.

What is read is what such a page says of its paper: the `citation_…` meta data that search engines ask for, the element of the abstract, and
the sections where the page is a full text made by LaTeXML.
All else on a page (menus, banners, scripts, other papers) is never looked at, so it cannot leak.
Source of the names: https://scholar.google.com/intl/en/scholar/inclusion.html#indexing
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import takewhile

from lxml import etree

from kg.model import Identifier, Record, Rejection
from kg.sources.dates import earliest, iso_date
from kg.sources.xml import html_metadata, html_text
from kg.sources.xml.elements import MAX_PAPER_CHARS, MAX_PAPER_MARKS
from kg.sources.xml.identifying import recognised
from kg.sources.xml.inline import paragraphs, text_of
from kg.sources.xml.mathml import local_name

FORMAT = "html"

_Meta = dict[str, list[str]]

_TITLES = ("citation_title", "dc.title", "dcterms.title", "eprints.title", "prism.title", "bepress_citation_title")
_ABSTRACTS = ("citation_abstract", "dcterms.abstract", "dc.description.abstract", "eprints.abstract")
_DESCRIPTIONS = ("dc.description", "dcterms.description", "og:description")
_DATES = (
    "citation_publication_date", "citation_date", "citation_online_date", "bepress_citation_date", "dc.date", "dc.date.issued", "dcterms.issued",
    "prism.publicationdate", "article:published_time",
)  # fmt: skip
_SCHEMES = {"citation_doi": "doi", "citation_arxiv_id": "arxiv", "citation_pmid": "pmid", "bepress_citation_doi": "doi", "prism.doi": "doi"}
_OTHER_IDS = ("dc.identifier", "dcterms.identifier", "dc.identifier.doi", "og:url", "citation_public_url", "citation_abstract_html_url")
_ABSTRACT_WORD = re.compile(
    r"(?:^|[\s_-])(?:abstract(?:-?(?:text|content|body|section|full|inner))?|ltx_abstract|doc-abstract)(?=$|[\s\d_-])", re.IGNORECASE
)
_NOT_ABSTRACT = re.compile(r"graphical|highlight|lay-?summary|link|button|toggle|tab|related|video|view", re.IGNORECASE)
_ABSTRACT_ELEMENTS = ("blockquote", "section", "div", "p", "article")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_DESCRIPTOR = re.compile(r"^(?:abstract|summary)\s*[:.—–-]?\s*(?=[A-Z“\"(\d])", re.IGNORECASE)
_TITLE_DESCRIPTOR = re.compile(r"^title:\s*", re.IGNORECASE)
_LINK_WORDS = re.compile(r"this https? (?:url|link)|(?:this )?(?:url|link)", re.IGNORECASE)
_CUT = re.compile(r"(?:\.\.\.|…)\W{0,3}")
_LIKELY_ABSTRACT_CHARS = 100
_WHOLE_DESCRIPTION_CHARS = 300  # what is shorter is a teaser, or says what the site is


def read(pieces: Iterable[str], source: str) -> Iterator[Record | Rejection]:
    """The paper of a page, or why there is none."""
    root = _parsed(pieces)
    if isinstance(root, str):
        yield Rejection(source, "", "read", "too-long", root)
        return
    meta = _meta(root) if root is not None else {}
    shown = _shown_abstract(root) if root is not None else ""
    title = _first(meta, _TITLES) or (_shown_title(root) if root is not None and (shown or _speaks_of_a_paper(meta)) else "")
    if root is None or not title:
        message = "no page of one paper (no citation_title, no abstract): give the page that shows the paper's abstract"
        yield Rejection(source, "", "read", "not-a-paper", message)
        return
    yield Record(
        source=source,
        place="paper 1",
        title=title,
        abstract=_abstract(meta, shown),
        identifiers=tuple(dict.fromkeys(_identifiers(meta, root))),
        issued=earliest(iso_date(value) for name in _DATES for value in meta.get(name, ())),
        format=FORMAT,
        metadata=html_metadata.metadata(root),
        sections=html_text.sections(root),
    )


def _parsed(pieces: Iterable[str]) -> etree._Element | str | None:
    """The page's root, None where there is nothing, or the reason why it is too much."""
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
    chars = marks = 0
    for piece in pieces:
        chars, marks = chars + len(piece), marks + piece.count("<") + piece.count("=")
        if chars > MAX_PAPER_CHARS or marks > MAX_PAPER_MARKS:
            return "too much HTML for one paper: give the page that shows the abstract"
        if piece:
            parser.feed(piece.encode())
    if not chars:
        return None
    try:
        return parser.close()
    except etree.XMLSyntaxError:  # nothing in it but white space and the like
        return None


def _meta(root: etree._Element) -> _Meta:
    """Name or property of each meta element in lower case → its contents in order."""
    found: _Meta = {}
    for element in root.iter("meta"):
        name, content = element.get("name") or element.get("property") or "", " ".join(str(element.get("content") or "").split())
        if content:
            found.setdefault(str(name).casefold(), []).append(content)
    return found


def _first(meta: _Meta, names: Iterable[str]) -> str:
    return next((meta[name][0] for name in names if name in meta), "")


def _speaks_of_a_paper(meta: _Meta) -> bool:
    return any(name.startswith("citation_") or name == "prism.doi" for name in meta)


def _shown_title(root: etree._Element) -> str:
    marked = (heading for heading in root.iter("h1", "h2") if "title" in str(heading.get("class", "")).casefold())
    text = next((text for heading in (*marked, *root.iter("h1")) if (text := text_of(heading))), "")
    return _TITLE_DESCRIPTOR.sub("", text)


def _abstract(meta: _Meta, shown: str) -> str:
    """What the meta data give as the abstract, else what the page shows as one, else a description that is long enough to be one."""
    stated = _first(meta, _ABSTRACTS)
    if stated and not _is_cut(stated) and len(stated) + _LIKELY_ABSTRACT_CHARS >= len(shown):
        return _DESCRIPTOR.sub("", stated)
    if shown or not _speaks_of_a_paper(meta):
        return shown
    described = (
        value for name in _DESCRIPTIONS for value in meta.get(name, ()) if len(value) >= _WHOLE_DESCRIPTION_CHARS and not _is_cut(value)
    )
    return next(described, stated)


def _is_cut(text: str) -> bool:
    return any(_CUT.fullmatch(text, max(0, len(text) - length)) for length in range(1, 7))


def _shown_abstract(root: etree._Element) -> str:
    for element in root.iter(*_ABSTRACT_ELEMENTS):
        names = " ".join(str(element.get(name, "")) for name in ("class", "id", "role"))
        if not _ABSTRACT_WORD.search(names) or _NOT_ABSTRACT.search(names):
            continue
        text = paragraphs(element)
        if len(text) >= _LIKELY_ABSTRACT_CHARS or (text and local_name(element) == "blockquote"):
            _write_links_out(element)
            return _DESCRIPTOR.sub("", paragraphs(element))
    return _below_heading(root)


def _below_heading(root: etree._Element) -> str:
    """The paragraphs right below a heading that says "Abstract", or the one block there: what comes later may be anything."""
    heading = next((element for element in root.iter(*_HEADINGS) if text_of(element).casefold().rstrip(":.") == "abstract"), None)
    if heading is None:
        return ""
    block = heading.getnext()
    if block is not None and local_name(block) in ("div", "section"):
        text = paragraphs(block)
    else:
        text = "\n\n".join(filter(None, map(paragraphs, takewhile(lambda element: local_name(element) == "p", heading.itersiblings()))))
    return text if len(text) >= _LIKELY_ABSTRACT_CHARS else ""


def _write_links_out(element: etree._Element) -> None:
    """Put back the addresses that arXiv shows as "this https URL"."""
    for link in element.iter("a"):
        address = str(link.get("href", ""))
        if address.startswith(("https://", "http://")) and _LINK_WORDS.fullmatch(text_of(link)):
            link.text = address
            del link[:]


def _identifiers(meta: _Meta, root: etree._Element) -> Iterator[Identifier]:
    for name, scheme in _SCHEMES.items():
        yield from (Identifier(scheme, value) for value in meta.get(name, ())[:1])
    addresses = [value for name in _OTHER_IDS for value in meta.get(name, ())]
    addresses += [str(link.get("href", "")) for link in root.iter("link") if str(link.get("rel", "")).casefold() == "canonical"]
    yield from recognised(addresses)
