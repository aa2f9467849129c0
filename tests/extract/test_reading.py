"""A reading's tokens and sentences are slices of the text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.extract.reading import Reading, read
from kg.extract.tokens import tokeniser
from kg.model import Document, Span


def reading_of(title: str, abstract: str = "") -> Reading:
    return read(Document(key="k", source="-", place="paper 1", source_title=title, title=title, abstract=abstract))


def test_title_and_sentences() -> None:
    reading = reading_of("On Trees", "Oaks grow (fast). They  fall.")
    assert reading.texts[: reading.title_end] == ("On", "Trees")
    assert [span.of(reading.text) for span in reading.sentence_spans()] == ["On Trees", "Oaks grow (fast).", "They  fall."]
    they = reading.texts.index("They")
    assert reading.sentence(they + 1) == (they, len(reading.texts))


def test_ranges_of_tokens_and_characters() -> None:
    reading = reading_of("Oak-Net/B grows.")
    assert reading.texts == ("Oak-Net", "/", "B", "grows", ".")
    assert reading.surface(0, 3) == "Oak-Net/B"
    assert reading.span(2, 4) == Span(8, 15)
    assert reading.tokens(Span(4, 9)) == (0, 3)  # "Net/B": whole tokens
    assert [reading.is_apart(i) for i in range(1, 5)] == [False, False, True, False]


def test_names_with_an_index_are_read_as_they_are_listed() -> None:
    reading = reading_of("T", "We compare with π₀ and C⁴.")
    assert "π0" in reading.texts
    assert "C⁴" in reading.texts
    assert reading.surface(reading.texts.index("π0"), reading.texts.index("π0") + 1) == "π₀"  # the text itself stays


def test_an_empty_text_has_no_tokens() -> None:
    reading = reading_of("")
    assert (reading.texts, reading.sentences, reading.sentence_spans()) == ((), (), ())


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="aB9 .,()\n“İ", max_size=60))
def test_agrees_with_spacy(text: str) -> None:
    reading, doc = reading_of(text), tokeniser()(text)
    assert reading.texts == tuple(token.text for token in doc)
    assert reading.lowers == tuple(token.lower_ for token in doc)
    assert reading.sentences == tuple((sentence.start, sentence.end) for sentence in doc.sents)
    assert [reading.surface(i, j) for i, j in reading.sentences] == [sentence.text for sentence in doc.sents]
    assert all(reading.text[a:b] == token for a, b, token in zip(reading.starts, reading.ends, reading.texts, strict=True))


def edges_of(text: str, *names: str) -> frozenset[int]:
    """Where each name begins and ends in the text, as a tagger that sees these names would say."""
    return frozenset(edge for name in names for edge in (text.index(name), text.index(name) + len(name)))


def cut(text: str, *names: str) -> list[str]:
    document = Document(key="k", source="-", place="paper 1", source_title=text, title=text, abstract="")
    return list(read(document, edges_of(text, *names)).texts)


@pytest.mark.parametrize(
    ("text", "names", "tokens"),
    [
        ("a LLaMA-based reader", ["LLaMA"], ["a", "LLaMA", "-based", "reader"]),
        ("a LLaMA-based reader", ["LLaMA-based"], ["a", "LLaMA-based", "reader"]),  # no edge before the suffix
        ("a LLaMA-based reader", [], ["a", "LLaMA-based", "reader"]),
        ("GPT-4-generated leaves", ["GPT-4"], ["GPT-4", "-generated", "leaves"]),
        ("on Megatron-LM we read", ["Megatron"], ["on", "Megatron-LM", "we", "read"]),  # no suffix: a capital
        ("with Oak-X alone", ["Oak"], ["with", "Oak-X", "alone"]),
        ("OakNet-7 grows", ["OakNet"], ["OakNet-7", "grows"]),  # no suffix: a digit
        ("tree-level reading", ["level"], ["tree-level", "reading"]),  # the edge is behind the hyphen
        ("OakNet-like and ElmNet-like nets", ["OakNet"], ["OakNet", "-like", "and", "ElmNet-like", "nets"]),
    ],
)
def test_a_name_is_cut_from_its_suffix_where_the_tagger_sees_its_edge(text: str, names: list[str], tokens: list[str]) -> None:
    assert cut(text, *names) == tokens


@settings(max_examples=50, deadline=None)
@given(st.text(alphabet="aB9- .é", max_size=40), st.frozensets(st.integers(0, 40)))
def test_cutting_moves_no_character(text: str, edges: frozenset[int]) -> None:
    document = Document(key="k", source="-", place="paper 1", source_title=text, title=text, abstract="")
    whole, found = read(document), read(document, edges)
    assert set(whole.starts) <= set(found.starts)
    assert set(whole.ends) <= set(found.ends)
    assert all(text[a:b] == token for a, b, token in zip(found.starts, found.ends, found.texts, strict=True))
    assert "".join(found.texts) == "".join(whole.texts)
    assert {start for start in found.starts if start not in whole.starts} <= edges
