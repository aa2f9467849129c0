"""The sections of a full text that LaTeXML made of LaTeX, as ar5iv and arXiv show papers: https://math.nist.gov/~BMiller/LaTeXML/."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from kg.model import Section
from kg.sources.xml.inline import text_of
from kg.sources.xml.sections import Gathered, Markup, Role, caption

_SECTIONS = frozenset(
    {"ltx_part", "ltx_chapter", "ltx_section", "ltx_subsection", "ltx_subsubsection", "ltx_appendix", "ltx_acknowledgements"}
)
_UNREAD = frozenset({
    "ltx_bibliography", "ltx_abstract", "ltx_authors", "ltx_dates", "ltx_equation", "ltx_equationgroup", "ltx_TOC", "ltx_keywords", "ltx_classification",
    "ltx_title_document", "ltx_page_footer", "ltx_page_header", "ltx_note",
})  # fmt: skip
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_FOOTNOTE = "ltx_note_content"
_TAGS = frozenset({"ltx_note_mark", "ltx_note_type", "ltx_tag_note", "ltx_tag_item"})  # numbers of footnotes, bullets of lists


def sections(root: etree._Element) -> tuple[Section, ...]:
    """The sections of the document on the page; empty for a page of another kind, which shows no full text that could be told from the rest."""
    document = next((each for each in root.iter("article", "div") if "ltx_document" in _classes(each)), None)
    if document is None or not any("ltx_section" in _classes(each) for each in document.iter("section", "div")):
        return ()
    for element in document.iter("sup", "span"):
        classes = _classes(element)
        if classes & _TAGS:
            element.clear(keep_tail=True)
        elif "ltx_note" in classes:
            element.set("hidden", "")  # from its sentence: footnotes are read as asides
    gathered = Gathered(_MARKUP)
    gathered.read(document)
    return gathered.finished()


def _classes(element: etree._Element) -> frozenset[str]:
    return frozenset(str(element.get("class", "")).split())


def _role(element: etree._Element, name: str) -> Role:
    classes = _classes(element)
    if classes & _UNREAD or name in ("nav", "script", "style", "footer", "header"):
        return Role.UNREAD
    if name in _HEADINGS:
        return Role.HEADING
    if classes & _SECTIONS:
        return Role.SECTION
    return Role.ASIDE if name == "figure" else Role.TEXT


def _heading(section: etree._Element) -> str:
    heading = next((child for child in section if child.tag in _HEADINGS), None)
    return text_of(heading) or ("Acknowledgements" if "ltx_acknowledgements" in _classes(section) else "")


def _aside(element: etree._Element) -> str:
    """The caption of a figure or table, the text of a footnote; "" for any other span."""
    if element.tag == "figure":
        shown = element.find("figcaption")
        tag = next((each for each in shown.iter("span") if "ltx_tag" in _classes(each)), None) if shown is not None else None
        label, words = text_of(tag), text_of(shown)
        return caption(label, words.removeprefix(label).lstrip()) if words.startswith(label) else words
    return text_of(element) if _FOOTNOTE in _classes(element) else ""


def _targets(reference: etree._Element) -> Iterator[str]:
    target = str(reference.get("href") or "")
    if target.startswith("#"):
        yield target[1:]


_MARKUP = Markup(_role, _heading, _aside, ("figure", "span"), ("a",), _targets)
