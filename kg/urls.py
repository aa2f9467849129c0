"""URLs in text: where they stand, and what they lead to."""

from __future__ import annotations

import re

from kg.model import LinkKind, Span

# "https://github.com/top-yun/SPARK", "www.example.org/data", "github.com/a/b"; not "e.g.it" or a bare file name.
_URL = re.compile(
    r"(?:https?://|www\.)[^\s<>\"{}|\\^`“”]+"
    r"|\b(?:github\.com|gitlab\.com|huggingface\.co|zenodo\.org|[\w-]{1,63}\.github\.io)/[^\s<>\"{}|\\^`“”]*",
    re.IGNORECASE,
)
_TRAILING = ".,;:!?'’*_"
_HOSTS: tuple[tuple[str, LinkKind], ...] = (
    ("huggingface.co/datasets", LinkKind.DATA),
    ("huggingface.co", LinkKind.MODEL),
    ("github.io", LinkKind.PROJECT),
    ("github.com", LinkKind.CODE),
    ("gitlab", LinkKind.CODE),
    ("bitbucket.org", LinkKind.CODE),
    ("codeberg.org", LinkKind.CODE),
    ("anonymous.4open.science", LinkKind.CODE),
    ("zenodo.org", LinkKind.DATA),
    ("kaggle.com/datasets", LinkKind.DATA),
    ("figshare.com", LinkKind.DATA),
    ("osf.io", LinkKind.DATA),
)
# Words in the sentence, nearest before the URL wins, for hosts that say nothing.
_WORDS: tuple[tuple[str, LinkKind], ...] = (
    ("project page", LinkKind.PROJECT),
    ("website", LinkKind.PROJECT),
    ("webpage", LinkKind.PROJECT),
    ("demo", LinkKind.PROJECT),
    ("code", LinkKind.CODE),
    ("implementation", LinkKind.CODE),
    ("repository", LinkKind.CODE),
    ("dataset", LinkKind.DATA),
    ("data", LinkKind.DATA),
    ("benchmark", LinkKind.DATA),
    ("weights", LinkKind.MODEL),
    ("checkpoint", LinkKind.MODEL),
    ("model", LinkKind.MODEL),
)


def find_link_spans(text: str) -> list[Span]:
    """Where URLs stand, without trailing punctuation or an unpaired closing bracket, in text order."""
    return [span for match in _URL.finditer(text) if (span := _trim(text, match.start(), match.end())) is not None]


def with_scheme(surface: str) -> str:
    """A URL as it stands in a text, "github.com/a/b", with its scheme; "https" where none is written."""
    return surface if surface.casefold().startswith("http") else f"https://{surface}"


def classify(url: str, before: str) -> tuple[LinkKind, str]:
    """Kind of a link by its host, else by the last telling word before it, else a project page; and the rule that said so."""
    for host, kind in _HOSTS:
        if host in url.casefold():
            return kind, "link.host"
    places = [(before.casefold().rfind(word), kind) for word, kind in _WORDS]
    place, kind = max(places, key=lambda pair: pair[0])
    return (kind, "link.word") if place >= 0 else (LinkKind.PROJECT, "link.default")


def _trim(text: str, start: int, end: int) -> Span | None:
    brackets = {bracket: text.count(bracket, start, end) for bracket in "()[]"}
    while end > start:
        last = text[end - 1]
        unpaired = last in ")]" and brackets["(["[last == "]"]] < brackets[last]
        if last not in _TRAILING and not unpaired:
            break
        if unpaired:
            brackets[last] -= 1
        end -= 1
    return Span(start, end) if end - start > 8 else None
