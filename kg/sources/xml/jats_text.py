"""The sections of a JATS article: https://jats.nlm.nih.gov/archiving/tag-library/1.3/."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from kg.model import Section
from kg.sources.xml.affiliations import affiliation_line
from kg.sources.xml.inline import paragraphs, text_of
from kg.sources.xml.mathml import local_name
from kg.sources.xml.sections import Gathered, Markup, Role, caption

_SECTIONS = frozenset({"sec", "app", "ack", "notes"})
_ASIDES = ("fig", "fig-group", "table-wrap", "table-wrap-group", "fn")
_HEADINGS = frozenset({"title", "label", "sec-meta"})
_UNREAD = frozenset({
    "ref-list", "fn-group", "bio", "glossary", "disp-formula", "disp-formula-group", "supplementary-material", "media", "graphic", "table", "sig-block", "alternatives",
})  # fmt: skip
_DEFAULT_HEADINGS = {"ack": "Acknowledgements", "app": "Appendix"}
_FUNDING = frozenset({"supported-by", "financial-disclosure"})  # of footnotes
_DATA = "data availability"


def sections(article: etree._Element) -> tuple[Section, ...]:
    """The sections of the body and, after them, acknowledgements, appendices, availability of data, and who paid for the work."""
    gathered = Gathered(_MARKUP)
    for part in ("body", "back"):
        gathered.read(article.find(f"{{*}}{part}"))
    for name in ("floats-group", "floats-wrap"):
        gathered.place(article.iterfind(f"{{*}}{name}/*"))
    footnotes = list(article.iterfind("{*}back/{*}fn-group/{*}fn"))
    gathered.place(footnotes, unreferred=False)
    meta = article.find("{*}front/{*}article-meta")
    if meta is not None:
        gathered.add("Data availability", _availability(meta))
        gathered.add("Funding", [*_funding(meta), *_of_footnotes(footnotes), *_of_footnotes(meta.iterfind("{*}author-notes/{*}fn"))])
    return gathered.finished()


def _role(element: etree._Element, name: str) -> Role:
    if name in _SECTIONS:
        return Role.SECTION
    if name == "app-group":
        return Role.GROUP
    if name in _ASIDES:
        return Role.ASIDE
    if name in _HEADINGS:
        return Role.HEADING
    return Role.UNREAD if name in _UNREAD else Role.TEXT


def _heading(section: etree._Element) -> str:
    """Label and title: "2.1 Chemicals"."""
    label, title = text_of(section.find("{*}label")), text_of(section.find("{*}title"))
    if label and not title.startswith(label):
        title = f"{label} {title}".strip()
    return title or _DEFAULT_HEADINGS.get(local_name(section), "")


def _aside(element: etree._Element) -> str:
    """Label and caption of a figure or table, without its cells and what explains them; the text of a footnote."""
    if local_name(element) == "fn":
        return "" if local_name(element.getparent()) == "table-wrap-foot" else paragraphs(element)
    words = text_of(element.find("{*}caption"))
    return caption(text_of(element.find("{*}label")), words) if words else ""


def _targets(reference: etree._Element) -> Iterator[str]:
    yield from str(reference.get("rid") or "").split()[:100]


def _availability(meta: etree._Element) -> Iterator[str]:
    for custom in meta.iterfind("{*}custom-meta-group/{*}custom-meta"):
        if text_of(custom.find("{*}meta-name")).casefold() == _DATA:
            yield text_of(custom.find("{*}meta-value"))


def _funding(meta: etree._Element) -> list[str]:
    """The statement of the authors, else the funders and their grants, one paragraph each."""
    statements = [text_of(statement) for statement in meta.iterfind("{*}funding-group/{*}funding-statement")]
    return statements or [affiliation_line(award) for award in meta.iterfind("{*}funding-group/{*}award-group")]


def _of_footnotes(footnotes: Iterator[etree._Element] | list[etree._Element]) -> Iterator[str]:
    yield from (paragraphs(note) for note in footnotes if note.get("fn-type") in _FUNDING)


_MARKUP = Markup(_role, _heading, _aside, _ASIDES, ("xref",), _targets)
