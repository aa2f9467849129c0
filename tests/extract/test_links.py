"""URLs without what clings to them, and what they lead to."""

from __future__ import annotations

import pytest

from kg.extract.links import to_claims
from kg.model import LinkKind, Span
from kg.urls import classify, find_link_spans


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("Code: https://github.com/a/b.", ["https://github.com/a/b"]),
        ("(see https://example.org/x_(y))", ["https://example.org/x_(y)"]),
        ("at github.com/a/b, and www.example.org/c!", ["github.com/a/b", "www.example.org/c"]),
        ("no link, e.g.this or a.b", []),
        ("https://example.org/~me/page?x=1&y=2#z", ["https://example.org/~me/page?x=1&y=2#z"]),
    ],
)
def test_spans(text: str, urls: list[str]) -> None:
    assert [span.of(text) for span in find_link_spans(text)] == urls


@pytest.mark.parametrize(
    ("url", "before", "kind"),
    [
        ("https://github.com/a/b", "The data are at ", LinkKind.CODE),
        ("https://me.github.io/x", "Code: ", LinkKind.PROJECT),
        ("https://huggingface.co/datasets/a/b", "", LinkKind.DATA),
        ("https://example.org", "Our code and models are at ", LinkKind.MODEL),
        ("https://example.org", "Have a look: ", LinkKind.PROJECT),
    ],
)
def test_kind(url: str, before: str, kind: LinkKind) -> None:
    assert classify(url, before)[0] is kind


def test_a_url_that_holds_a_full_stop_before_a_capital_is_claimed_whole() -> None:
    text = "Get it from github.com/oak/leaf.Tree/wood today."
    dot = text.index(".Tree")
    (claim,) = to_claims(text, find_link_spans(text), [Span(0, dot + 1), Span(dot + 1, len(text))])
    assert claim.url == "https://github.com/oak/leaf.Tree/wood"
    assert claim.evidence[0].sentence == Span(0, len(text))
