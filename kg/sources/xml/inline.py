"""Mixed content → plain text: an element of a title or an abstract as people would type it.

Left out are footnotes, pictures and the numbers of citations, which otherwise stand glued to a word; a formula given as both MathML and
TeX is read once. White space is folded; paragraphs are told by elements, not by blank lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from kg.scripts import script
from kg.sources.xml.mathml import MAX_DEPTH, formula, local_name


class EntityReferenceError(ValueError):
    """A reference in a paper's text to an entity that only a declaration could explain; declarations are not read."""


_CITATION = "\0"  # stands where a citation's number was; XML holds no NUL
_UNREAD = frozenset({
    "fn", "fn-group", "note", "graphic", "inline-graphic", "media", "object-id", "index-term", "table-wrap", "table", "fig", "figure", "supplementary-material",
    "script", "style", "noscript", "template", "button", "svg", "iframe", "nav", "form", "select", "object", "mphantom", "label",
})  # fmt: skip
_BROKEN = frozenset({
    "p", "s", "sec", "div", "title", "head", "break", "br", "lb", "list", "list-item", "item", "li", "ul", "ol", "td", "th", "tr", "def", "term", "disp-quote",
    "section", "h2", "h3", "h4", "h5",
})  # fmt: skip
_BLOCKS = frozenset({"p", "sec", "div", "list", "list-item", "item", "disp-quote", "boxed-text", "ab", "section", "ul", "ol", "li"})
_HEADS = frozenset({"title", "head", "h2", "h3", "h4", "h5", "h6"})
_NOTE_TYPES = frozenset({"fn", "aff", "corresp", "author-notes", "table-fn", "contrib", "foot"})
_FORMULAS = frozenset({"math", "inline-formula", "disp-formula", "formula", "alternatives", "tex-math"})
_SUBSCRIPT = frozenset({"sub", "inf", "subscript"})
_SUPERSCRIPT = frozenset({"sup", "superscript"})
_NUMBERS = re.compile(r"[\s\d⁰¹²³⁴-⁹⁻₀-₉,;.–—−\-\[\]()*†‡§¶\0^]*+[a-e]?[\s\])]*")  # "1", "[3–5]", "2a", "†"
_MAX_NUMBERS = 200  # characters: longer ones are words
_BRACKETED = re.compile(rf" ?[\[(]\s*{_CITATION}(?:[\s,;–—-]*{_CITATION})*\s*[\])]")
_RUN = re.compile(rf"{_CITATION}(?:[\s,;–—-]*{_CITATION})*")
_DANGLING = re.compile(rf" ?{_CITATION}(?=[\s.,;:!?)\]]|$)")
_GLUING = re.compile(rf"(?<=\w){_CITATION}(?=\w)")
_TEX_BEGIN, _TEX_END = r"\begin{document}", r"\end{document}"
_ABSTRACT_HEADS = frozenset({"abstract", "summary", ""})


def text_of(element: etree._Element | None) -> str:
    """All text in the element on one line; "" for None.

    Raises:
        EntityReferenceError: it refers to an entity.
    """
    if element is None:
        return ""
    out: list[str] = []
    _content(element, out, 0)
    return _tidied("".join(out))


def paragraphs(element: etree._Element | None) -> str:
    """The element's paragraphs, parted by blank lines; the heading of a section stands before its first one: "Methods: We …".

    Raises:
        EntityReferenceError: it refers to an entity.
    """
    if element is None:
        return ""
    return "\n\n".join(_paragraphs(element, 0))


def headed(head: str, paragraph: str) -> str:
    """`paragraph` with the heading of its section before it; capitals of a heading in capitals are taken away."""
    head = " ".join(head.split()).rstrip(":. ")
    if head.casefold() in _ABSTRACT_HEADS or not paragraph:
        return paragraph
    if head.isupper() and len(head) > 4:
        head = head.capitalize()
    return f"{head}: {paragraph}"


def _paragraphs(element: etree._Element, depth: int) -> Iterator[str]:
    head = ""
    run: list[str] = [element.text or ""]
    for child in element:
        name = local_name(child)
        if depth < MAX_DEPTH and (name in _HEADS or name in _BLOCKS):
            for found in _after_head(head, iter([_tidied("".join(run))])):
                head = ""
                yield found
            run = []
            if name in _HEADS:
                head = text_of(child)
            else:
                for found in _after_head(head, _paragraphs(child, depth + 1)):
                    head = ""
                    yield found
        else:
            _child(child, run, depth)
        run.append(child.tail or "")
    yield from _after_head(head, iter([_tidied("".join(run))]))


def _after_head(head: str, found: Iterator[str]) -> Iterator[str]:
    for paragraph in found:
        if paragraph:
            yield headed(head, paragraph)
            head = ""


def _content(element: etree._Element, out: list[str], depth: int) -> None:
    if element.text:
        out.append(element.text)
    for child in element:
        _child(child, out, depth)
        if child.tail:
            out.append(child.tail)


def _child(child: etree._Element, out: list[str], depth: int) -> None:
    if child.tag is etree.Entity:
        raise EntityReferenceError(str(child.name))
    name = local_name(child)
    if not name or name in _UNREAD or child.get("aria-hidden") == "true" or child.get("hidden") is not None:
        return
    if depth > MAX_DEPTH:
        out.extend(str(part) for part in child.itertext())
    elif name in _FORMULAS:
        out.append(_formula(child, name, depth))
    elif (mark := _script_mark(child, name)) is not None:
        _script(child, mark, out, depth)
    elif name in ("xref", "ref"):
        out.append(_reference(child, depth))
    elif name in _BROKEN:
        out.append(" ")
        _content(child, out, depth + 1)
        out.append(" ")
    else:
        _content(child, out, depth + 1)


def _script_mark(element: etree._Element, name: str) -> str | None:
    kind = str(element.get("rend", "")).casefold() if name == "hi" else name  # TEI: <hi rend="subscript">
    return "_" if kind in _SUBSCRIPT else "^" if kind in _SUPERSCRIPT else None


def _script(element: etree._Element, mark: str, out: list[str], depth: int) -> None:
    inner: list[str] = []
    _content(element, inner, depth + 1)
    content = "".join(inner).strip()
    if _CITATION in content and _are_numbers(content):
        out.append(_CITATION)
        return
    while mark == "_" and out and not out[-1].strip() and "\n" in out[-1]:
        out.pop()
    if mark == "_" and out and re.search(r"\n\s*$", out[-1]):  # a subscript on a line of its own, where a program indented the file
        out[-1] = out[-1].rstrip()
    out.append(script(mark, content, out[-1] if out else ""))


def _reference(element: etree._Element, depth: int) -> str:
    """The words of a reference ("Fig. 2", "Smith et al., 2004"); a citation's number leaves only a mark."""
    kind = str(element.get("ref-type") or element.get("type") or "").casefold()
    inner: list[str] = []
    _content(element, inner, depth + 1)
    words = "".join(inner)
    if kind in _NOTE_TYPES or (kind == "bibr" and _are_numbers(words)):
        return _CITATION
    return " " + words if kind == "bibr" and _follows_at_once(element) else words


def _follows_at_once(reference: etree._Element) -> bool:
    """Whether a reference stands right after another: GROBID cuts "CoNLL-2003 and ACE-2005" into two without a blank between them."""
    before = reference.getprevious()
    return before is not None and not before.tail and local_name(before) in ("xref", "ref")


def _are_numbers(words: str) -> bool:
    return len(words) <= _MAX_NUMBERS and _NUMBERS.fullmatch(words) is not None


def _formula(element: etree._Element, name: str, depth: int) -> str:
    math = element if name == "math" else next(element.iter("{*}math", "mml:math"), None)
    written = formula(math) if math is not None else ""
    if written:
        return written
    tex = element if name == "tex-math" else next(element.iter("{*}tex-math"), None)
    if tex is not None:
        return _tex("".join(str(part) for part in tex.itertext()))
    inner: list[str] = []
    _content(element, inner, depth + 1)
    return "".join(inner)


def _tex(written: str) -> str:
    r"""TeX between dollars, for `kg.text` to read, without the document that some publishers wrap around each formula."""
    body = written.partition(_TEX_BEGIN)[2].partition(_TEX_END)[0] or written
    bare = body.strip().strip("$").strip()
    return f"${bare}$" if bare else ""


def _tidied(text: str) -> str:
    text = " ".join(text.split())
    if _CITATION in text:
        text = _RUN.sub(_CITATION, _BRACKETED.sub(_CITATION, text))
        text = _GLUING.sub(" ", _DANGLING.sub("", text)).replace(_CITATION, "")
        text = " ".join(text.split())
    return text
