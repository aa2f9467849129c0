"""A full text is read in passages, and what they give becomes one extraction of the whole."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.extract import checked
from kg.extract.citations import is_of_cited_author
from kg.extract.passages import MAX_CHARS, passages
from kg.model import Document, EntityClaim, EntityType, Evidence, Extraction, Mention, Metadata, Rejection, Role, Section, SectionKind, Span

KINDS = SectionKind
_NAME = re.compile(r"(?P<role>we propose|we use|on|beats)? ?«(?P<name>[^»]+)»(?P<device> device)?")
_ROLES = {"we propose": Role.INTRODUCES, "we use": Role.USES, "beats": Role.COMPARES_WITH, None: Role.MENTIONS, "on": Role.RUNS_ON}


class Marked:
    """Every «name» is a method with the role that the words before it say; "on «name» device" is hardware."""

    version = "marked-1"

    def extract(self, document: Document) -> Extraction:
        text = document.text
        claims: dict[str, EntityClaim] = {}
        for match in _NAME.finditer(text):
            span = Span(*match.span("name"))
            type_ = EntityType.HARDWARE if match["device"] else EntityType.METHOD
            sentence = Span(text.rfind("\n", 0, span.start) + 1, text.find("\n", span.end) if "\n" in text[span.end :] else len(text))
            claims.setdefault(
                match["name"],
                EntityClaim(
                    match["name"], type_, (), (Mention(span, match["name"], type_, "mark", 0.9),), _ROLES[match["role"]], (Evidence(sentence, span),),
                    f"{_ROLES[match['role']].value}.mark", 0.9,
                ),
            )  # fmt: skip
        return Extraction(tuple(claims.values()))


def full(*sections: tuple[SectionKind, str, str], abstract: str = "we propose «Lamp».", metadata: Metadata = Metadata()) -> Document:  # noqa: B008
    return Document(
        "k", "a", "1", "A title", "A title", abstract, sections=tuple(Section(h, t, (), k) for k, h, t in sections), metadata=metadata
    )


def roles(document: Document) -> dict[str, str]:
    found = checked.extract(Marked(), document)
    assert not isinstance(found, Rejection)
    assert checked.broken(document, found) == []
    return {claim.name: claim.role.value for claim in found.entities}


def test_hardware_of_the_experiments_is_found() -> None:
    assert roles(full((KINDS.EXPERIMENTS, "4 Training", "It ran on «Torch 9» device."))) == {"Lamp": "introduces", "Torch 9": "runsOn"}


def test_related_work_only_mentions() -> None:
    found = roles(full((KINDS.RELATED_WORK, "2 Related work", "Earlier, we use «Oil», which beats «Tallow».")))
    assert found == {"Lamp": "introduces", "Oil": "mentions", "Tallow": "mentions"}


def test_an_introduction_is_believed_where_the_authors_speak_of_themselves() -> None:
    found = roles(full((KINDS.INTRODUCTION, "1 Introduction", "Gas beats «Oil».\n\nIn this paper we use «Wick».")))
    assert found == {"Lamp": "introduces", "Oil": "mentions", "Wick": "uses"}


def test_the_strongest_role_of_several_sections_stands_with_its_evidence() -> None:
    document = full((KINDS.RELATED_WORK, "2 Related work", "«Oil» is old."), (KINDS.EXPERIMENTS, "3 Results", "Lamp beats «Oil»."))
    found = checked.extract(Marked(), document)
    assert isinstance(found, Extraction)
    oil = next(claim for claim in found.entities if claim.name == "Oil")
    assert (oil.role, len(oil.mentions)) == (Role.COMPARES_WITH, 2)
    assert oil.evidence[0].sentence.of(document.text) == "Lamp beats «Oil»."


def test_what_a_source_states_is_not_read() -> None:
    assert roles(full(metadata=Metadata(comment="we use «Nothing»"))) == {"Lamp": "introduces"}


def test_without_sections_the_extraction_is_the_extractor_s_own() -> None:
    document = full()
    assert checked.extract(Marked(), document) == Marked().extract(document)


PARAGRAPHS = st.lists(st.text("ab «»c.", min_size=1, max_size=40).map(str.strip).filter(bool), min_size=1, max_size=5)
SECTIONS = st.lists(st.tuples(st.sampled_from(KINDS), st.sampled_from(["", "3 Results"]), PARAGRAPHS.map("\n\n".join)), max_size=4)


@given(SECTIONS, st.sampled_from([1, 30, MAX_CHARS]))
def test_passages_cover_every_section_and_their_offsets_are_those_of_the_whole(
    sections: list[tuple[SectionKind, str, str]], longest: int
) -> None:
    import kg.extract.passages as module

    document = full(*sections)
    usual, module.MAX_CHARS = module.MAX_CHARS, longest
    try:
        found = list(passages(document))
    finally:
        module.MAX_CHARS = usual
    for passage in found:
        text = passage.document.text
        for start in range(len(text)):
            if start + 1 not in (len(passage.document.title) + 1, len(passage.document.title) + 2):  # the blank line belongs to neither
                span = Span(start, start + 1)
                assert passage.whole(span).of(document.text) == span.of(text)
    read = "".join(p.document.abstract or p.document.title for p in found[1:])
    assert read.replace("\n", "") == "".join(section.text for section in document.sections).replace("\n", "")


@pytest.mark.parametrize(
    ("sentence", "name", "is_author"),
    [
        ("Yu and Koltun (2016) widen it.", "Yu", True),
        ("Yu and Koltun (2016) widen it.", "Koltun", True),
        ("as Noh et al. [7] do", "Noh", True),
        ("shown before (Noh, 2015)", "Noh", True),
        ("with Caffe and Torch [7]", "Caffe", False),
        ("ResNet (2015) is deep", "ResNet", False),
    ],
)
def test_authors_of_cited_works_are_no_methods(sentence: str, name: str, is_author: bool) -> None:
    span = Span(sentence.index(name), sentence.index(name) + len(name))
    mention = Mention(span, name, EntityType.METHOD, "tagger", 0.6)
    claim = EntityClaim(name, EntityType.METHOD, (), (mention,), Role.USES, (Evidence(Span(0, len(sentence)), span),), "uses.tagger", 0.6)
    assert is_of_cited_author(claim, sentence) is is_author
