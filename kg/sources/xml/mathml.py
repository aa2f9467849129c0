"""MathML → one line of text, in the form that `kg.text` gives to LaTeX: "H₂O", "10⁶", BERT with a subscript "BERT_base"."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from lxml import etree

from kg.scripts import grouped, script

MAX_DEPTH = 60  # of elements in a formula or a sentence; of deeper ones the bare characters are taken

_LEAVES = frozenset({"mi", "mn", "mtext", "ms"})
_UNSEEN = frozenset({"annotation", "annotation-xml", "mphantom", "none", "mprescripts"})
_SPACED = frozenset("=<>≤≥≈≃≅∼≡≠≪≫→←↔⇒⇔∈∉⊂⊆±∝")
_INVISIBLE = dict.fromkeys(range(0x2061, 0x2065))  # function application, invisible times, separator and plus
_ACCENTS = {
    **dict.fromkeys("^ˆ\u0302", "\u0302"), **dict.fromkeys("~˜∼\u0303", "\u0303"), **dict.fromkeys("¯‾ˉ-−_\u0304\u0305", "\u0304"),
    **dict.fromkeys("→⃗⇀", "\u20d7"), **dict.fromkeys("˙.\u0307", "\u0307"), **dict.fromkeys("¨\u0308", "\u0308"), **dict.fromkeys("ˇ\u030c", "\u030c"),
}  # fmt: skip


def local_name(element: etree._Element) -> str:
    """The element's name without its namespace, or the prefix of one that is not declared; "" for a comment, a processing instruction or a reference to an entity."""
    tag = element.tag
    return re.split("[}:]", str(tag))[-1] if isinstance(tag, str) else ""


def formula(element: etree._Element) -> str:
    """The text of a `math` element: "p < 0.05", "x_i", "a/(b+1)", "√n"."""
    return " ".join(_text(element, 0).split())


def _text(element: etree._Element, depth: int) -> str:
    name = local_name(element)
    if not name or name in _UNSEEN:
        return ""
    if name in _LEAVES or depth > MAX_DEPTH:
        return "".join(str(part) for part in element.itertext())
    if name == "mo":
        return _operator(element)
    if name == "mspace":
        return " "
    parts = [_text(child, depth + 1) for child in element if isinstance(child.tag, str)]
    if name == "semantics" and parts:
        return parts[0]
    composed = _COMPOSED.get(name)
    if composed is not None and len(parts) >= composed[0]:
        return composed[1](parts)
    if name == "msqrt":
        return "√" + grouped("".join(parts))
    if name == "mfenced":
        inner = (str(element.get("separators", ",")).strip()[:1] + " ").lstrip().join(parts)
        return str(element.get("open", "(")) + inner + str(element.get("close", ")"))
    return (" " if name in ("mtable", "mtr") else "").join(parts) or str(element.text or "").strip()


def _operator(element: etree._Element) -> str:
    sign = "".join(str(part) for part in element.itertext()).strip().translate(_INVISIBLE)
    if sign in _SPACED:
        return f" {sign} "
    return ", " if sign == "," else f" {sign} " if sign.isalpha() and len(sign) > 1 else sign


def _fraction(parts: list[str]) -> str:
    return f"{grouped(parts[0])}/{grouped(parts[1])}"


def _root(parts: list[str]) -> str:
    return f"{parts[1].strip()}√{grouped(parts[0])}"


def _scripts(parts: list[str]) -> str:
    below = script("_", parts[1], parts[0])
    return parts[0] + below + script("^", parts[2], parts[0])


def _over(parts: list[str]) -> str:
    base, sign = parts[0], parts[1].strip()
    if sign in _ACCENTS:
        return unicodedata.normalize("NFC", base + _ACCENTS[sign]) if len(base) == 1 else base
    return base + (script("^", sign, base) if sign.isalnum() else "")


_COMPOSED: dict[str, tuple[int, Callable[[list[str]], str]]] = {
    "msub": (2, lambda parts: parts[0] + script("_", parts[1], parts[0])),
    "munder": (2, lambda parts: parts[0] + script("_", parts[1], parts[0])),
    "msup": (2, lambda parts: parts[0] + script("^", parts[1], parts[0])),
    "msubsup": (3, _scripts),
    "munderover": (3, _scripts),
    "mover": (2, _over),
    "mfrac": (2, _fraction),
    "mroot": (2, _root),
}
