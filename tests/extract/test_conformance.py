"""The conformance test finds what extractors do wrong beside what each extraction shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from kg.extract import load
from kg.extract.conformance import check, odd_documents
from kg.model import Document, EntityClaim, EntityType, Evidence, Extraction, Mention, Relation, RelationClaim, Role, Span


class FirstWord:
    """Takes the first word of every title for a method; `spoil` does to its extraction what a test is about."""

    version = "first-1.0"

    def __init__(self, spoil: Callable[[FirstWord, Document, Extraction], Extraction] = lambda _, __, good: good) -> None:
        self.spoil = spoil
        self.read = 0

    def extract(self, document: Document) -> Extraction:
        self.read += 1
        title, end = document.title, len(document.title.split()[0])
        mention = Mention(Span(0, end), title[:end], EntityType.METHOD, "first", 0.5)
        evidence = Evidence(Span(0, len(title)), Span(0, end))
        claim = EntityClaim(title[:end], EntityType.METHOD, (), (mention,), Role.USES, (evidence,), "uses.first", 0.5)
        return self.spoil(self, document, Extraction((claim,)))


def test_the_rules_and_a_toy_conform() -> None:
    assert check(load("rules")) == []
    assert check(FirstWord()) == []


def fail_on_long(extractor: FirstWord, document: Document, good: Extraction) -> Extraction:
    if len(document.text) > 5000:
        raise RecursionError("too long")
    return good


def count_bytes(extractor: FirstWord, document: Document, good: Extraction) -> Extraction:
    span = Span(0, len(good.entities[0].name.encode()))
    return Extraction((replace(good.entities[0], mentions=(replace(good.entities[0].mentions[0], span=span),)),))


def change(extractor: FirstWord, document: Document, good: Extraction) -> Extraction:
    extractor.version = f"first-1.{extractor.read}"
    return good


def twice(good: Extraction) -> EntityClaim:
    return replace(good.entities[0], mentions=good.entities[0].mentions * 2)


def to_itself(good: Extraction) -> Extraction:
    said = RelationClaim(0, Relation.BASED_ON, 0, good.entities[0].evidence, "r", 0.5)
    return replace(good, relations=(said, said))


@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        (fail_on_long, "20,000 characters without a full stop: it raises RecursionError: too long"),
        (count_bytes, "other scripts: entity '用于夜视的': a mention is '用于夜视的', and the text has '用于夜视的 OwlNet 网络'"),
        (lambda self, _, good: good if self.read % 2 else Extraction(), "plain: read twice, it gives two extractions"),
        (lambda self, _, good: good if self.read <= 2 else Extraction(), "plain: what it gives depends on what it read before"),
        (change, "its version changed from 'first-1.0' to"),
        (lambda *args: replace(args[2], entities=args[2].entities * 2), "one-word title: entity 'OwlNet': it is there twice"),
        (lambda *args: Extraction((twice(args[2]),)), "plain: entity 'OwlNet:': its mentions are not in the order of the text, each once"),
        (lambda *args: to_itself(args[2]), "plain: a relation is there twice"),
        (lambda *args: to_itself(args[2]), "plain: a relation joins an entity to itself"),
    ],
)
def test_what_goes_wrong_is_told(spoil: Callable[[FirstWord, Document, Extraction], Extraction], problem: str) -> None:
    assert any(problem in told for told in check(FirstWord(spoil)))


def test_entities_out_of_order_and_missing_aliases_are_told() -> None:
    title = "OwlNet beats LampNet"
    paper = Document("k", "-", "the paper", title, title, "")

    def spoil(extractor: FirstWord, document: Document, good: Extraction) -> Extraction:
        if document.title != title:
            return good
        mention = replace(good.entities[0].mentions[0], span=Span(13, 20), surface="LampNet")
        evidence = Evidence(Span(0, 20), Span(13, 20))
        other = replace(good.entities[0], name="LampNet", mentions=(mention,), evidence=(evidence,))
        return Extraction((other, replace(good.entities[0], mentions=(*good.entities[0].mentions, mention))))

    assert check(FirstWord(spoil), [paper]) == [
        "the paper: entities are not in the order of their first mentions",
        "the paper: entity 'OwlNet': its aliases are not all other surfaces of its mentions, sorted",
    ]


@pytest.mark.parametrize("version", ["", "first", "-1", "first-", "first 1-0"])
def test_a_version_names_extractor_and_number(version: str) -> None:
    extractor = FirstWord()
    extractor.version = version
    assert "should read like" in check(extractor)[0]


def test_what_is_no_extractor_is_told() -> None:
    assert check(object()) == ["it has no method `extract` or no text `version`: see kg.extract.Extractor"]  # type: ignore[arg-type]


def test_the_odd_documents_are_odd() -> None:
    texts = {document.place: document.text for document in odd_documents()}
    assert "\n\n" not in texts["no abstract"]
    assert len(texts["20,000 characters without a full stop"]) > 20_000
    assert "." not in texts["20,000 characters without a full stop"]
    assert any(ord(c) > 0xFFFF for c in texts["characters beyond the basic plane"])
    assert "<script>" in texts["markup"]
    assert len({document.key for document in odd_documents()}) == len(texts)
