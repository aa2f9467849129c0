"""The tagger over annotated corpora: which sentences are read together, and how the mentions of a document are made to agree."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.corpora import AnnotatedSentence, TaggedSpan
from kg.errors import KgError, SourceError, UsageError
from kg.extract.tagger.corpus import WINDOW, agree, open_sentence_tagger, windows
from kg.extract.tagger.labels import CLASSES, RELATIONS, TYPES

Spans = list[tuple[int, int, str]]


def sentence(words: str, spans: Sequence[tuple[int, int, str]] = (), document: str = "d") -> AnnotatedSentence:
    return AnnotatedSentence(document, tuple(words.split()), tuple(TaggedSpan(*span) for span in spans))


def spans_of(found: AnnotatedSentence) -> Spans:
    return [(span.start, span.end, span.type) for span in found.spans]


@pytest.mark.parametrize(
    ("lengths", "sizes"),
    [
        ([], []),
        ([160], [1]),
        ([210], [1]),  # a long sentence is not cut
        ([80, 80, 1], [2, 1]),
        ([100, 61, 99], [1, 2]),
        ([1, 161, 1], [1, 1, 1]),
    ],
)
def test_windows(lengths: list[int], sizes: list[int]) -> None:
    assert [len(window) for window in windows([sentence("oak " * n) for n in lengths], 160)] == sizes


@settings(deadline=None)
@given(st.lists(st.integers(1, 200), max_size=30))
def test_windows_hold_whole_sentences_in_order_and_as_many_as_fit(lengths: list[int]) -> None:
    document = [sentence("oak " * n) for n in lengths]
    found = list(windows(document))
    assert [s for window in found for s in window] == document
    totals = [sum(len(s.words) for s in window) for window in found]
    assert all(total <= WINDOW or len(window) == 1 for total, window in zip(totals, found, strict=True))
    assert all(total + len(after[0].words) > WINDOW for total, after in zip(totals, found[1:], strict=False))


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        # The majority decides, in all mentions.
        (
            [("OakNet grows", [(0, 1, "Method")]), ("on OakNet", [(1, 2, "Dataset")]), ("the oaknet", [(1, 2, "Method")])],
            [[(0, 1, "Method")], [(1, 2, "Method")], [(1, 2, "Method")]],
        ),
        # The earlier type on a tie.
        ([("Leaf", [(0, 1, "Dataset")]), ("Leaf", [(0, 1, "Method")])], [[(0, 1, "Dataset")], [(0, 1, "Dataset")]]),
        # A name found twice is marked where it was missed.
        (
            [("Oak Net", [(0, 2, "Method")]), ("an oak net grows", []), ("Oak Net", [(0, 2, "Method")])],
            [[(0, 2, "Method")], [(1, 3, "Method")], [(0, 2, "Method")]],
        ),
        # One found once is not.
        ([("Oak Net", [(0, 2, "Method")]), ("an oak net grows", [])], [[(0, 2, "Method")], []]),
        # Nor is a name of one letter.
        ([("X", [(0, 1, "Method")]), ("X", [(0, 1, "Method")]), ("at X", [])], [[(0, 1, "Method")], [(0, 1, "Method")], []]),
        # Words that a mention has already stay its own.
        (
            [("Oak Oak", [(0, 1, "Method"), (1, 2, "Method")]), ("Oak Net and Oak", [(0, 2, "Dataset")])],
            [[(0, 1, "Method"), (1, 2, "Method")], [(0, 2, "Dataset"), (3, 4, "Method")]],
        ),
        # Of two names that could be marked, the longer.
        (
            [("Oak , Oak", [(0, 1, "Task"), (2, 3, "Task")]), ("Oak Net , Oak Net", [(0, 2, "Method"), (3, 5, "Method")]), ("Oak Net", [])],
            [[(0, 1, "Task"), (2, 3, "Task")], [(0, 2, "Method"), (3, 5, "Method")], [(0, 2, "Method")]],
        ),
        ([], []),
    ],
    ids=["majority", "tie", "propagation", "once", "letter", "taken", "longer", "empty"],
)
def test_agree(document: list[tuple[str, Spans]], expected: list[Spans]) -> None:
    assert [spans_of(s) for s in agree([sentence(*one) for one in document])] == expected


@st.composite
def documents(draw: st.DrawFn) -> list[AnnotatedSentence]:
    """Sentences of three words that recur, with spans apart from each other."""
    found = []
    for words in draw(st.lists(st.lists(st.sampled_from(["oak", "Oak", "net", "x"]), max_size=8), max_size=5)):
        cuts = sorted(draw(st.sets(st.integers(0, len(words)), max_size=6)))
        types = draw(st.lists(st.sampled_from(["Method", "Task", ""]), min_size=len(cuts), max_size=len(cuts)))
        spans = [(a, b, t) for a, b, t in zip(cuts, cuts[1:], types, strict=False) if t]
        found.append(sentence(" ".join(words), spans))
    return found


@settings(deadline=None)
@given(documents())
def test_agreement_keeps_places_and_gives_each_name_one_type(document: list[AnnotatedSentence]) -> None:
    found = agree(document)
    types: dict[str, set[str]] = {}
    for before, after in zip(document, found, strict=True):
        assert before.words == after.words
        assert {(s.start, s.end) for s in before.spans} <= {(s.start, s.end) for s in after.spans}
        assert all(a.end <= b.start for a, b in zip(after.spans, after.spans[1:], strict=False))
        for span in after.spans:
            types.setdefault(after.surface(span).casefold(), set()).add(span.type)
    assert all(len(names) == 1 for names in types.values())
    assert agree(found) == found


DOCUMENT = [
    sentence("We propose the OakNet on LeafBench .", [(3, 4, "gold is not looked at")]),
    sentence("It reads trees ."),
    sentence("Oak trees grow ( leaf ) .", document="e"),
    sentence("", document="e"),
]


def described(folder: Path, model: Path, types: Sequence[str], relations: Sequence[str] = ()) -> Path:
    """A model folder for the corpus "made-up": the tiny model's files, and what its classes mean there."""
    for path in model.iterdir():
        (folder / path.name).symlink_to(path)
    made = {"corpus": "made-up", "variant": "whole", "types": list(types), "relations": list(relations)}
    (folder / "corpus.json").write_text(json.dumps(made), encoding="utf-8")
    return folder


def marked(found: Sequence[AnnotatedSentence]) -> set[str]:
    return {span.type for one in found for span in one.spans}


def test_a_model_marks_the_types_of_its_corpus(tiny_model: Any, tmp_path: Path) -> None:
    types = [f"type {i}" if i % 2 else "" for i in range(len(CLASSES))]
    tagger = open_sentence_tagger(described(tmp_path, tiny_model.folder, types), "made-up")
    found = tagger.tag(DOCUMENT)
    assert [(s.document, s.words, s.relations) for s in found] == [(s.document, s.words, ()) for s in DOCUMENT]
    assert marked(found)  # weights at random mark something
    assert marked(found) <= set(types) - {""}
    assert tagger.tag([replace(one, spans=()) for one in DOCUMENT]) == found
    assert tagger.tag([]) == []


def test_a_model_relates_spans_of_one_sentence(tiny_model: Any, tmp_path: Path) -> None:
    types = [*TYPES, *[""] * (len(CLASSES) - len(TYPES))]  # the heads of pairs know five types
    tagger = open_sentence_tagger(described(tmp_path, tiny_model.folder, types, RELATIONS), "made-up")
    relations = [relation for one in tagger.tag(DOCUMENT * 5) for relation in one.relations]
    assert relations
    assert all(subject != object_ and name in RELATIONS[1:] for subject, object_, name in relations)


def test_our_own_weights_speak_under_the_names_of_a_corpus(tiny_model: Any, tmp_path: Path) -> None:
    for name in ("tokenizer.json", "pieces.npz", "whole.onnx", "whole.npz"):
        (tmp_path / name.replace("whole", "accurate")).symlink_to(tiny_model.folder / name)
    found = open_sentence_tagger(tmp_path, "scirex").tag(DOCUMENT * 5)
    assert marked(found)
    assert marked(found) <= {"Method", "Material", "Task"}


def refused(folder: Path, corpus: str) -> KgError:
    with pytest.raises(KgError) as caught:
        open_sentence_tagger(folder, corpus)
    assert caught.value.hint
    return caught.value


def test_a_folder_without_a_model(tmp_path: Path) -> None:
    assert type(refused(tmp_path, "scier")) is SourceError
    assert type(refused(tmp_path / "not there", "scier")) is SourceError


def test_a_model_for_another_corpus(tmp_path: Path) -> None:
    (tmp_path / "corpus.json").write_text(json.dumps({"corpus": "scier", "variant": "v", "types": [], "relations": []}), encoding="utf-8")
    error = refused(tmp_path, "scirex")
    assert type(error) is UsageError
    assert "scier, not scirex" in str(error)


@pytest.mark.parametrize("content", ["", "[]", "{}", '"scier"', '{"corpus": "scier", "variant": "v"}', "null"])
def test_a_description_that_describes_nothing(tmp_path: Path, content: str) -> None:
    (tmp_path / "corpus.json").write_text(content, encoding="utf-8")
    assert type(refused(tmp_path, "scier")) is SourceError


def test_our_types_have_no_counterpart_in_every_corpus(tmp_path: Path) -> None:
    (tmp_path / "accurate.onnx").write_bytes(b"")
    assert type(refused(tmp_path, "somesci")) is UsageError
