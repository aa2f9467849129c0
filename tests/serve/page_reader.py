"""Reads a page as a browser's parser does: elements with their attributes, links, text."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = {"meta", "link", "input", "img", "br", "hr", "path", "circle", "line"}


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    text: str = ""


@dataclass
class Page(HTMLParser):
    """What stands in a page."""

    elements: list[Element] = field(default_factory=list)

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements = []
        self._open: list[Element] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop().tag != tag:
            pass

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data

    def all(self, tag: str, **attributes: str) -> list[Element]:
        """The elements of a tag that have these attributes; `class_` stands for class."""
        wanted = {name.rstrip("_"): value for name, value in attributes.items()}
        return [e for e in self.elements if e.tag == tag and all(e.attributes.get(name) == value for name, value in wanted.items())]

    def texts(self, tag: str, **attributes: str) -> list[str]:
        """Their texts, on one line each."""
        return [" ".join(element.text.split()) for element in self.all(tag, **attributes)]

    @property
    def links(self) -> list[str]:
        """Where its links lead."""
        return [element.attributes["href"] for element in self.all("a") if "href" in element.attributes]


def unsafe(page: Page) -> list[str]:
    """What a page of ours never has: scripts and styles of its own, handlers, and links by other schemes."""
    found = []
    for element in page.elements:
        attributes = element.attributes
        if element.tag in ("iframe", "object", "embed", "base", "img", "style", "math"):
            found.append(element.tag)
        if element.tag == "script" and not (attributes.get("src", "").startswith("/static/") and not element.text):
            found.append(f"script {element.text}")
        found += [f"{element.tag} {name}" for name in attributes if name.startswith("on") or name == "style"]
        for name in ("href", "src", "action", "xlink:href"):
            address = attributes.get(name, "/")
            if not address.startswith(("/", "#", "https://", "http://")):
                found.append(f"{name}={address}")
    return found
