"""Affiliations, as the XML formats write them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lxml import etree

from kg.scripts import script
from kg.sources.xml.inline import text_of
from kg.sources.xml.mathml import local_name

_UNREAD = frozenset({
    "label", "email", "phone", "fax", "xref", "ref", "institution-id", "idno", "note", "ext-link", "uri", "fn", "index-term", "ptr", "x-id",
})  # fmt: skip
_INLINE = frozenset({"italic", "bold", "b", "i", "em", "sc", "hi", "styled-content", "underline", "roman", "sans-serif", "x"})
_MARK = re.compile(r"[\d*†‡§¶#,\s]{1,10}|[a-z]")  # before an address, the same as after the names it belongs to
_BEGIN, _END = "\1", "\2"  # around a part of an address; XML holds neither
_BETWEEN = re.compile(rf"{_END}[\s{_BEGIN}{_END}]*{_BEGIN}|(?<=[^\s({_BEGIN}]){_BEGIN}|{_END}(?=\w)")
_DOUBLED = re.compile(r"([,;:.])\s*,(?=\s)")
_DEPARTMENT = re.compile(
    r"(?:department|dept|division|faculty|school|section|unit|laboratory|lab|institute|centre|center|group)\b", re.IGNORECASE
)
_ADDRESS_OF_MAIL = re.compile(r"[.;,]?\s*(?:Electronic address:\s*)?[^\s@;,]{1,100}@[\w.-]{1,200};?", re.IGNORECASE)


def affiliation_line(element: etree._Element) -> str:
    """An affiliation on one line, its parts (department, institution, town) parted by commas where nothing else parts them.

    Marks, mail addresses and identifiers are left out.

    Raises:
        EntityReferenceError: it refers to an entity.
    """
    out = [str(element.text or "")]
    _parts(element, out, 0)
    text = _BETWEEN.sub(", ", "".join(out)).replace(_BEGIN, "").replace(_END, "")
    text = _DOUBLED.sub(r"\1", " ".join(text.split()))
    return re.sub(r"\s+(?=[,;)])", "", text).strip(" ,;")


def _parts(element: etree._Element, out: list[str], depth: int) -> None:
    for child in element:
        name = local_name(child)
        if name == "sup" and _MARK.fullmatch(text_of(child)):
            pass  # the mark that stands after its authors' names too
        elif name in ("sub", "sup"):
            out.append(script("_" if name == "sub" else "^", text_of(child), out[-1]))
        elif name in _INLINE or not name or depth > 8:
            out.append(text_of(child) if name else "")
        elif name not in _UNREAD:
            out.append(_BEGIN + str(child.text or ""))
            _parts(child, out, depth + 1)
            out.append(_END)
        out.append(str(child.tail or ""))


def organisation(names: Iterable[str], text: str) -> str:
    """The one name among `names` that is an organisation's alone; "" where there are several, or where it is a line of an address.

    Args:
        names: what the source marks as institutions, departments left out.
        text: the whole affiliation; where a name with a comma is all of it, the source tells nothing apart.
    """
    found = list(dict.fromkeys(name for name in names if name))
    if len(found) != 1 or ("," in found[0] and (found[0] == text or _DEPARTMENT.match(found[0]))):
        return ""
    return found[0]


def without_mail(affiliation: str) -> str:
    """An affiliation without its author's address: "University of Turin, Italy. Electronic address: a@b.it." as "University of Turin, Italy"."""
    return _ADDRESS_OF_MAIL.sub("", affiliation).strip(" ;,") if "@" in affiliation else affiliation
