"""Fitting: the same seed gives the same weights, and what is learnt is there afterwards."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("tokenizers", reason="cuts words into pieces")
pytest.importorskip("torch", reason="trains the network")

import torch

from kg.corpora import AnnotatedSentence, TaggedSpan
from kg.extract.train import network as network_module
from kg.extract.train.checkpoint import Shape, build, load, save, take_over
from kg.extract.train.examples import Example, from_sentence, from_window
from kg.extract.train.fit import Schedule, batches, collate, fit
from kg.extract.train.network import Network

SCHEDULE = Schedule(epochs=2, rate=1e-3, head_rate=1e-3, pieces=60, averaging=0.9, mask=0.2, seed=3)
TYPES, RELATIONS = ("Method", "Dataset", "Task"), ("none", "Used-For")


def sentence(words: str, *spans: tuple[int, int, str]) -> AnnotatedSentence:
    return AnnotatedSentence("d", tuple(words.split()), tuple(TaggedSpan(*span) for span in spans))


SENTENCES = [
    replace(sentence("Oakformer reads leafbench .", (0, 1, "Method"), (2, 3, "Dataset")), relations=((0, 1, "Used-For"),)),
    sentence("We propose the Elm net on trees", (3, 5, "Method"), (6, 7, "Task")),
    sentence("It grows ."),
    sentence("The leafbench on trees ( oak )", (1, 2, "Dataset"), (3, 4, "Task")),
]


@pytest.fixture(scope="module", autouse=True)
def _small() -> Iterator[None]:
    """Vectors of 48 numbers instead of 384, and one thread: the steps are the same, and take milliseconds."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(network_module, "WIDTH", 48)
        yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def examples(tokenizer: Any) -> list[Example]:
    whole = [from_window(tokenizer, "scier", [one], TYPES, RELATIONS) for one in SENTENCES]
    return whole + [from_sentence(tokenizer, "tdmsci", one, ("TASK", "DATASET", "METRIC")) for one in SENTENCES]


@pytest.fixture(scope="module")
def network(tokenizer: Any) -> Network:
    torch.manual_seed(1)
    return build(Shape(tokenizer.get_vocab_size(), 1, ("scier", "tdmsci")))


def fitted(network: Network, examples: list[Example], schedule: Schedule, said: list[str] | None = None) -> dict[str, Any]:
    """The weights after a fit that starts from `network`, which stays as it is."""
    own = copy.deepcopy(network)
    fit(own, examples, schedule, mask_id=4, say=(said if said is not None else []).append)
    assert not own.training
    return own.state_dict()


def same(first: dict[str, Any], second: dict[str, Any]) -> bool:
    return all(torch.equal(first[name], second[name]) for name in first)


def test_the_same_seed_gives_the_same_weights_and_another_does_not(network: Network, examples: list[Example]) -> None:
    torch.manual_seed(11)
    first = fitted(network, examples, SCHEDULE)
    torch.manual_seed(12)  # what was drawn before does not count
    assert same(first, fitted(network, examples, SCHEDULE))
    assert not same(first, fitted(network, examples, replace(SCHEDULE, seed=4)))
    assert not same(first, network.state_dict())


def test_frozen_pieces_stay(network: Network, examples: list[Example]) -> None:
    own = copy.deepcopy(network)
    own.encoder.pieces.weight.requires_grad_(False)
    fit(own, examples, replace(SCHEDULE, epochs=1), mask_id=4, say=[].append)
    assert torch.equal(own.encoder.pieces.weight, network.encoder.pieces.weight)
    assert not torch.equal(own.encoder.positions.weight, network.encoder.positions.weight)


def test_labels_and_relations_are_learnt(network: Network, examples: list[Example]) -> None:
    own = copy.deepcopy(network)
    chosen = [e for e in examples if e.corpus == "scier"]
    fit(own, chosen, Schedule(epochs=100, rate=2e-3, head_rate=5e-3), mask_id=4, say=[].append)
    batch = collate(chosen)
    with torch.no_grad():
        hidden = own.encoder(batch.ids, batch.shapes, batch.mask)
        for i, example in enumerate(chosen):
            words = hidden[i, example.first]
            assert own.taggers["scier"](words).argmax(-1).tolist() == example.labels
            if example.pairs is not None:
                heads = own.entities["scier"]
                found = heads.relations(words, heads.pool(words, example.pairs), example.pairs).argmax(-1)
                assert tuple(found.tolist()) == example.relations


def test_progress_is_told_at_the_end(network: Network, examples: list[Example]) -> None:
    said: list[str] = []
    fitted(network, examples[:1], replace(SCHEDULE, epochs=3), said)
    assert len(said) == 1
    assert said[0].strip().startswith("step 3/3 ")


def plain(corpus: str, length: int) -> Example:
    return Example(corpus, [2, *[5] * length], [1, *[0] * length], list(range(1, length + 1)), [0] * length)


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["a", "b"]), st.integers(1, 60)), max_size=20), st.integers(0, 9))
def test_batches_hold_every_example_once_in_one_corpus_and_size(drawn: list[tuple[str, int]], seed: int) -> None:
    examples = [plain(*one) for one in drawn]
    found = list(batches(examples, 100, random.Random(seed)))
    assert sorted(map(id, examples)) == sorted(id(e) for batch in found for e in batch)
    for batch in found:
        assert len({e.corpus for e in batch}) == 1
        assert len(batch) == 1 or len(batch) * max(len(e.ids) for e in batch) <= 100
    assert list(batches(examples, 100, random.Random(seed))) == found


def test_collate_pads_to_the_longest() -> None:
    batch = collate([plain("a", 1), plain("a", 3)])
    assert batch.ids.tolist() == [[2, 5, 0, 0], [2, 5, 5, 5]]
    assert batch.shapes.tolist() == [[1, 0, 1, 1], [1, 0, 0, 0]]
    assert batch.mask.tolist() == [[True, True, False, False], [True, True, True, True]]


def test_a_network_comes_back_from_disk(network: Network, tokenizer: Any, tmp_path) -> None:
    shape = Shape(tokenizer.get_vocab_size(), 1, ("scier", "tdmsci"))
    save(network, shape, tmp_path / "network.pt")
    again, described = load(tmp_path / "network.pt")
    assert described == shape
    assert not again.training
    assert same(again.state_dict(), network.state_dict())


def test_take_over_copies_the_chosen_layers_and_the_heads_that_both_have(tokenizer: Any) -> None:
    size = tokenizer.get_vocab_size()
    large, small = build(Shape(size, 3, ("scier", "tdmsci"))), build(Shape(size, 2, ("scier", "crossner")))
    own = copy.deepcopy(small.taggers["crossner"].state_dict())
    take_over(small, large, [0, 2])
    assert same(small.encoder.layers[1].state_dict(), large.encoder.layers[2].state_dict())
    assert same(small.encoder.pieces.state_dict(), large.encoder.pieces.state_dict())
    assert same(small.taggers["scier"].state_dict(), large.taggers["scier"].state_dict())
    assert same(small.taggers["crossner"].state_dict(), own)
