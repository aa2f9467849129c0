"""Annotated texts to examples: which words are labelled, which pairs are judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.corpora import AnnotatedSentence, TaggedSpan
from kg.model import Document, EntityClaim, EntityType, Evidence, Extraction, Mention, Relation, RelationClaim, Role, Span

pytest.importorskip("tokenizers", reason="cuts words into pieces")
pytest.importorskip("torch", reason="the examples are made for it")

from kg.extract.tagger.labels import CLASSES, RELATIONS, ROLES, TYPES, bio
from kg.extract.tagger.words import shapes, split
from kg.extract.train.examples import MAX_PIECES, Example, encode, from_extraction, from_gold, from_sentence, from_window


def document(text: str, title: str = "Trees") -> Document:
    return Document(key="k", source="-", place="paper 1", source_title=title, title=title, abstract=text)


def entity(name: str, type: str, role: str, *aliases: str, required: bool = True) -> dict[str, Any]:
    return {"name": name, "type": type, "role": role, "aliases": list(aliases), "required": required}


def gold(tokenizer: Any, text: str, entities: Sequence[Mapping[str, Any]], relations: Sequence[Sequence[str]] = ()) -> Example:
    return from_gold(tokenizer, document(text), {"entities": entities, "relations": relations})


def labelled(example: Example, words: Sequence[str], classes: Sequence[str] = CLASSES) -> list[tuple[str, str]]:
    """Runs of words with the class that their labels give them."""
    found: list[tuple[list[str], str]] = []
    for label, word in zip(example.labels, words, strict=False):
        name = bio(tuple(classes))[label]
        if name.startswith("I-"):
            assert found[-1][1] == name[2:]
            found[-1][0].append(word)
        else:
            found.append(([word], name[2:]))
    return [(" ".join(run), name) for run, name in found if name]


def words_of(text: str) -> list[str]:
    whole = document(text).text
    return [span.of(whole) for span in split(whole)]


OAK = entity("OakNet", "Method", "introduces", "ON")
ELM = entity("Elm Net", "Method", "comparesWith")
ELM_LARGE = entity("Elm Net Large", "Method", "uses")
LEAF = entity("LeafBench", "Dataset", "evaluatesOn")
TASK = entity("tree reading", "Task", "addresses", required=False)


@pytest.mark.parametrize(
    ("text", "entities", "expected"),
    [
        # Every occurrence of a name and of its aliases.
        (
            "We propose OakNet (ON). ON is good: OakNet wins.",
            [OAK],
            [("OakNet", "Method:introduces"), ("ON", "Method:introduces"), ("ON", "Method:introduces"), ("OakNet", "Method:introduces")],
        ),
        # The longest name first.
        ("Elm Net Large beats Elm Net.", [ELM, ELM_LARGE], [("Elm Net Large", "Method:uses"), ("Elm Net", "Method:comparesWith")]),
        ("Elm Net Large beats Elm Net.", [ELM], [("Elm Net", "Method:comparesWith"), ("Elm Net", "Method:comparesWith")]),
        # A common term has a class of its own.
        ("OakNet does tree reading.", [TASK], [("tree reading", "Task:optional")]),
        # Case counts in short names only.
        ("Turned on, oaknet runs; ELM NET too.", [OAK, ELM], [("oaknet", "Method:introduces"), ("ELM NET", "Method:comparesWith")]),
        # Whole words only.
        ("OakNets and MyOakNet and the LeafBenches.", [OAK, LEAF], []),
        ("OakNet-2 on LeafBench.", [OAK, LEAF], [("OakNet", "Method:introduces"), ("LeafBench", "Dataset:evaluatesOn")]),
        # Names that hold signs.
        ("It reads C++ (a-b).", [entity("C++", "Method", "uses"), entity("a-b", "Method", "mentions")], [("C + +", "Method:uses"), ("a - b", "Method:mentions")]),
        # What the text does not name is not labelled.
        ("Nothing here.", [OAK, ELM, LEAF], []),
    ],
)  # fmt: skip
def test_gold_names_are_labelled(tokenizer: Any, text: str, entities: list[dict[str, Any]], expected: list[tuple[str, str]]) -> None:
    example = gold(tokenizer, text, entities)
    assert labelled(example, words_of(text)) == expected


def test_pairs_and_relations(tokenizer: Any) -> None:
    text = "We propose OakNet on LeafBench; it beats Elm Net. OakNet grows."
    relations = [["OakNet", "comparedWith", "Elm Net"], ["OakNet", "evaluatedOn", "LeafBench"], ["OakNet", "evaluatedOn", "Unnamed"]]
    example = gold(tokenizer, text, [LEAF, entity("Unnamed", "Dataset", "uses"), OAK, ELM], relations)
    words = words_of(text)
    pairs = example.pairs
    assert pairs is not None
    names = [[" ".join(words[a : b + 1]) for a, b in zip(f, e, strict=True)] for f, e in zip(pairs.first, pairs.last, strict=True)]
    assert names == [["LeafBench"], ["OakNet", "OakNet"], ["Elm Net"]]
    assert [TYPES[i] for i in pairs.types] == ["Dataset", "Method", "Method"]
    assert [ROLES[i] for i in example.roles] == ["evaluatesOn", "introduces", "comparesWith"]
    assert list(zip(pairs.subjects, pairs.objects, strict=True)) == [(0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1)]
    assert [RELATIONS[r] for r in example.relations] == ["none", "none", "evaluatedOn", "comparedWith", "none", "none"]
    between = [" ".join(words[slice(*span)]) if span else None for span in pairs.between]
    assert between == ["on", "; it beats", "on", ".", "; it beats", "."]
    assert pairs.distances == [4, 0, 0, 4, 4, 0]  # the subject first, or (4 on) the object; at most three words between


def test_one_entity_alone_has_a_role_and_no_pair(tokenizer: Any) -> None:
    example = gold(tokenizer, "We propose OakNet.", [OAK])
    assert example.pairs is not None
    assert (example.pairs.subjects, example.relations) == ([], ())
    assert [ROLES[i] for i in example.roles] == ["introduces"]


def test_names_that_the_text_does_not_hold_are_no_entities(tokenizer: Any) -> None:
    example = gold(tokenizer, "Nothing here.", [OAK, LEAF], [["OakNet", "evaluatedOn", "LeafBench"]])
    assert example.pairs is None
    assert (example.relations, example.roles) == ((), ())


def test_pieces_shapes_and_first_pieces(tokenizer: Any) -> None:
    example = encode(tokenizer, "made-up", ["The", "OakFormer", "\u200d", "reads"], [0, 1, 0, 2])
    assert [tokenizer.id_to_token(i) for i in example.ids] == ["[CLS]", "the", "oak", "##former", "read", "##s", "[SEP]"]
    assert example.first == [1, 2, 4, 4]  # the word without a piece shares the next one's
    assert example.labels == [0, 1, 0, 2]
    the, oak, _, reads = shapes(["The", "OakFormer", "\u200d", "reads"])
    assert example.shapes == [1, the, oak, oak, reads, reads, 1]


def test_a_long_text_is_cut_after_what_fits(tokenizer: Any) -> None:
    text = "oak " * 600 + "OakNet"
    example = gold(tokenizer, text, [OAK])
    assert len(example.ids) <= MAX_PIECES
    assert len(example.first) == len(example.labels) < len(words_of(text))
    assert max(example.first) < len(example.ids)
    assert example.pairs is None  # its one mention is past the cut


def test_a_sentence_of_a_corpus(tokenizer: Any) -> None:
    words = ("We", "read", "Leaf", "trees", "with", "Oak")
    spans = (TaggedSpan(0, 1, "Other"), TaggedSpan(2, 3, "Task"), TaggedSpan(2, 4, "Material"), TaggedSpan(5, 6, "Task"))
    example = from_sentence(tokenizer, "made-up", AnnotatedSentence("d", words, spans), ("Task", "Material"))
    assert labelled(example, words, ("Task", "Material")) == [("Leaf trees", "Material"), ("Oak", "Task")]
    assert (example.corpus, example.weight) == ("made-up", 1.0)


SPANS = st.lists(st.tuples(st.integers(0, 11), st.integers(1, 6), st.sampled_from(["A", "B"])), max_size=6)


@settings(deadline=None)
@given(SPANS)
def test_labels_are_whole_whatever_overlaps(tokenizer: Any, spans: list[tuple[int, int, str]]) -> None:
    words = ("oak",) * 12
    found = tuple(sorted({TaggedSpan(start, min(start + length, 12), type) for start, length, type in spans}))
    labels = from_sentence(tokenizer, "made-up", AnnotatedSentence("d", words, found), ("A", "B")).labels
    assert len(labels) == 12
    for before, label in zip([0, *labels], labels, strict=False):
        assert label % 2 == 1 or label == 0 or before in (label, label - 1)
    longest = max(found, key=lambda s: (s.end - s.start, s.start, s.type), default=None)
    if longest is not None:
        begin = 1 + 2 * ("A", "B").index(longest.type)
        assert labels[longest.start : longest.end] == [begin, *[begin + 1] * (longest.end - longest.start - 1)]


def test_a_window_of_sentences_relates_within_each(tokenizer: Any) -> None:
    first = AnnotatedSentence("d", ("Oak", "reads", "leaf"), (TaggedSpan(0, 1, "Method"), TaggedSpan(2, 3, "Task")), ((0, 1, "Used-For"),))
    second = AnnotatedSentence("d", ("Elm", "Net", "grows"), (TaggedSpan(0, 2, "Method"),))
    third = AnnotatedSentence("d", ("trees", "Ash"), (TaggedSpan(0, 1, "Task"), TaggedSpan(1, 2, "Method")), ((1, 0, "Used-For"),))
    example = from_window(tokenizer, "made-up", [first, second, third], ("Method", "Task"), ("none", "Used-For"))
    words = [*first.words, *second.words, *third.words]
    assert labelled(example, words, ("Method", "Task")) == [
        ("Oak", "Method"), ("leaf", "Task"), ("Elm Net", "Method"), ("trees", "Task"), ("Ash", "Method"),
    ]  # fmt: skip
    assert example.pairs is not None
    judged = zip(example.pairs.subjects, example.pairs.objects, example.relations, strict=True)
    assert list(judged) == [(0, 1, 1), (1, 0, 0), (3, 4, 0), (4, 3, 1)]
    assert example.pairs.types == [0, 1, 0, 1, 0]


def claim(text: str, name: str, type: EntityType, role: Role) -> EntityClaim:
    start = text.index(name)
    span = Span(start, start + len(name))
    mention = Mention(span, name, type, "made-up", 0.9)
    return EntityClaim(name, type, (), (mention,), role, (Evidence(Span(0, len(text)), span),), "made-up", 0.9)


def test_an_extraction_is_silver(tokenizer: Any) -> None:
    text = "OakNet reads LeafBench."
    oak, leaf = claim(text, "OakNet", EntityType.METHOD, Role.INTRODUCES), claim(text, "LeafBench", EntityType.DATASET, Role.EVALUATES_ON)
    relation = RelationClaim(0, Relation.EVALUATED_ON, 1, oak.evidence, "made-up", 0.9)
    example = from_extraction(tokenizer, text, Extraction((oak, leaf), (relation,), (), ()), 0.5)
    assert labelled(example, ["OakNet", "reads", "LeafBench", "."]) == [
        ("OakNet", "Method:introduces"),
        ("LeafBench", "Dataset:evaluatesOn"),
    ]
    assert [RELATIONS[r] for r in example.relations] == ["evaluatedOn", "none"]
    assert example.weight == 0.5
