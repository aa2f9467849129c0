"""What is proposed beside the rules joins their names or becomes names of its own; places stay numbered in text order."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.extract.abbreviations import find_abbreviations
from kg.extract.candidates import Candidate, Vote
from kg.extract.entities import Name, add_proposed, group_names, with_places
from kg.extract.pipeline import find_candidates
from kg.extract.reading import Reading, read
from kg.extract.roles import Sign
from kg.model import Document, EntityType, Role, Span


def reading_of(abstract: str, title: str = "On trees") -> Reading:
    return read(Document(key="k", source="-", place="paper 1", source_title=title, title=title, abstract=abstract))


def by_rules(reading: Reading) -> list[Name]:
    return group_names(reading, find_candidates(reading), find_abbreviations(reading.text, reading.sentence_spans()))


def candidate(reading: Reading, words: str, nth: int = 0, type_: EntityType = EntityType.METHOD) -> Candidate:
    """The `nth` place of the words, as the tagger proposes it."""
    start = -1
    for _ in range(nth + 1):
        start = reading.text.index(words, start + 1)
    return Candidate(*reading.tokens(Span(start, start + len(words))), (Vote(type_, 0.01, "tagger"),), priority=1)


def together(reading: Reading, *proposed: Candidate) -> dict[str, Name]:
    """The names by key, once what is proposed has been added to what the rules find."""
    names = add_proposed(reading, by_rules(reading), proposed, find_abbreviations(reading.text, reading.sentence_spans()))
    assert len({name.key for name in names}) == len(names)
    return {name.key: name for name in names}


def surfaces(reading: Reading, name: Name) -> list[str]:
    return [place.surface(reading) for place in name.places]


def signs_by_place(name: Name) -> set[tuple[int, int, Sign]]:
    return {(name.places[n].start, name.places[n].end, sign) for n, sign in name.signs}


def test_a_further_place_of_a_rules_name_joins_it() -> None:
    reading = reading_of("Here oaknet is fast. We propose OakNet, a network that reads leaves.")
    (rules,) = [name for name in by_rules(reading) if name.key == "oaknet"]
    assert surfaces(reading, rules) == ["OakNet"]
    joined = together(reading, candidate(reading, "oaknet"))["oaknet"]
    assert surfaces(reading, joined) == ["oaknet", "OakNet"]
    assert joined.votes == rules.votes  # what the rules say of it stays
    assert {(joined.places[n].surface(reading), sign.role) for n, sign in joined.signs} == {("OakNet", Role.INTRODUCES)}
    assert signs_by_place(rules) <= signs_by_place(joined)


def test_a_span_that_overlaps_a_rules_name_becomes_a_name_of_its_own() -> None:
    reading = reading_of("We train OakNet Large on leaves.")
    assert [name.key for name in by_rules(reading) if "oaknet" in name.key] == ["oaknetlarge"]
    names = together(reading, candidate(reading, "OakNet"))
    (first,), (second,) = names["oaknet"].places, names["oaknetlarge"].places
    assert (first.surface(reading), second.surface(reading)) == ("OakNet", "OakNet Large")
    assert first.start == second.start


def test_a_place_over_one_of_the_names_own_is_not_added() -> None:
    reading = reading_of("We propose Oak Network (OakN). Then (OakN) is slow.")
    rules = by_rules(reading)
    assert (
        add_proposed(reading, rules, [candidate(reading, "(OakN)", 1)], find_abbreviations(reading.text, reading.sentence_spans())) == rules
    )


def test_what_no_rule_knows_becomes_a_name_at_all_its_places() -> None:
    reading = reading_of("Some read leaves by greedy pruning. Later, greedy pruning is slow.")
    assert "greedypruning" not in {name.key for name in by_rules(reading)}
    name = together(reading, candidate(reading, "greedy pruning"))["greedypruning"]
    assert surfaces(reading, name) == ["greedy pruning", "greedy pruning"]
    assert name.fired >= {"tagger"}
    assert name.type is EntityType.METHOD


def test_a_proposed_name_has_the_signs_of_its_words() -> None:
    reading = reading_of("Leaves fall. We propose greedy pruning. It outperforms blind felling.")
    names = together(reading, candidate(reading, "greedy pruning"), candidate(reading, "blind felling"))
    assert Role.INTRODUCES in {sign.role for _, sign in names["greedypruning"].signs}
    assert Role.COMPARES_WITH in {sign.role for _, sign in names["blindfelling"].signs}


def test_the_two_forms_of_an_abbreviation_are_one_name() -> None:
    reading = reading_of("Some use greedy pruning trees (GPT). Then GPT is slow.")
    names = together(reading, candidate(reading, "greedy pruning trees"), candidate(reading, "GPT"))
    (name,) = [name for name in names.values() if "GPT" in surfaces(reading, name)]
    assert surfaces(reading, name) == ["greedy pruning trees", "GPT", "GPT"]
    assert (name.short_form, name.long_form) == ("GPT", "greedy pruning trees")


def test_of_two_proposed_spans_that_overlap_the_longer_stays() -> None:
    reading = reading_of("Some use greedy pruning trees.")
    names = together(reading, candidate(reading, "greedy pruning"), candidate(reading, "greedy pruning trees"))
    (name,) = [name for name in names.values() if "pruning" in " ".join(surfaces(reading, name))]
    assert surfaces(reading, name) == ["greedy pruning trees"]


def test_a_name_does_not_reach_into_the_next_sentence() -> None:
    reading = reading_of("We prune oaks. Leaves fall.")
    before = [name.key for name in by_rules(reading)]
    assert list(together(reading, candidate(reading, "oaks. Leaves"))) == before


def test_proposing_what_the_rules_found_or_nothing_changes_nothing() -> None:
    reading = reading_of("We propose OakNet (ON), built on ResNet-50. ON is evaluated on ImageNet and outperforms ElmNet.")
    rules = by_rules(reading)
    assert len(rules) >= 4
    same = [Candidate(place.start, place.end, (Vote(EntityType.TASK, 9.0, "tagger"),)) for name in rules for place in name.places]
    for proposed in ([], same):
        assert add_proposed(reading, rules, proposed, find_abbreviations(reading.text, reading.sentence_spans())) == rules


FIRST, SECOND, THIRD = (Candidate(start, start + 1, ()) for start in (2, 5, 9))
USED, COMPARED = Sign(Role.USES, 1.0, "uses.made-up"), Sign(Role.COMPARES_WITH, 1.0, "compares.made-up")


@pytest.mark.parametrize(
    ("numbered", "signs", "expected"),
    [
        # A place in front of the others pushes their numbers up.
        ([(0, SECOND), (1, THIRD), (2, FIRST)], [(0, USED), (2, COMPARED)], [(1, USED), (0, COMPARED)]),
        # A place that is left out takes its signs along, and the numbers behind it go down.
        ([(0, FIRST), (2, THIRD)], [(0, USED), (1, COMPARED), (2, COMPARED)], [(0, USED), (1, COMPARED)]),
        # Two signs of one place stay together.
        ([(1, SECOND)], [(1, USED), (1, COMPARED)], [(0, USED), (0, COMPARED)]),
        ([], [(0, USED)], []),
    ],
)
def test_with_places_numbers_signs_anew(
    numbered: list[tuple[int, Candidate]], signs: list[tuple[int, Sign]], expected: list[tuple[int, Sign]]
) -> None:
    old = Name("oak", places=[FIRST], signs=[(0, USED)], votes={EntityType.METHOD: 1.0}, long_form="Oak Net")
    name = with_places(old, numbered, signs)
    assert name.places == sorted((place for _, place in numbered), key=lambda c: c.start)
    assert name.signs == expected
    assert (name.key, name.votes, name.long_form) == (old.key, old.votes, old.long_form)
    assert (old.places, old.signs) == ([FIRST], [(0, USED)])  # a new name, the old one as it was


ROLE_SIGNS = st.sampled_from([USED, COMPARED])


@given(st.sets(st.integers(0, 30), max_size=8), st.data())
def test_with_places_keeps_every_sign_at_its_place(starts: set[int], data: st.DataObject) -> None:
    places = [Candidate(start, start + 1, ()) for start in data.draw(st.permutations(sorted(starts)))]
    chosen = [pair for pair in enumerate(places) if data.draw(st.booleans())]
    signs = data.draw(st.lists(st.tuples(st.integers(0, len(places) - 1), ROLE_SIGNS), max_size=6)) if places else []
    name = with_places(Name("oak"), data.draw(st.permutations(chosen)), signs)
    assert [place.start for place in name.places] == sorted(place.start for _, place in chosen)
    kept = {number for number, _ in chosen}
    assert [(name.places[n], sign) for n, sign in name.signs] == [(places[n], sign) for n, sign in signs if n in kept]


TEXT = reading_of(
    "OakNet and oaknet read leaves. We propose OakNet Large (ONL), an oak net for leaf reading. ONL outperforms ElmNet and is trained on "
    "LeafBench with 8 A100 GPUs. Leaf reading by ElmNet-2 is slow. OakNet is not."
)
RULES = by_rules(TEXT)
RANGES = st.tuples(st.integers(0, len(TEXT.texts) - 1), st.integers(1, 4), st.sampled_from(EntityType))


@settings(max_examples=60, deadline=None)
@given(st.lists(RANGES, max_size=6))
def test_whatever_is_proposed_the_rules_places_and_signs_stay(ranges: list[tuple[int, int, EntityType]]) -> None:
    proposed = [Candidate(a, min(a + n, len(TEXT.texts)), (Vote(t, 0.01, "tagger"),), priority=1) for a, n, t in ranges]
    names = add_proposed(TEXT, RULES, proposed, find_abbreviations(TEXT.text, TEXT.sentence_spans()))
    found = {name.key: name for name in names}
    for name in names:
        bounds = [bound for place in name.places for bound in (place.start, place.end)]
        assert bounds == sorted(bounds)  # in text order, none over another
        assert all(0 <= n < len(name.places) for n, _ in name.signs)
    for name in RULES:
        joined = found[name.key]
        assert signs_by_place(name) <= signs_by_place(joined)
        assert {(p.start, p.end) for p in name.places} <= {(p.start, p.end) for p in joined.places}
        assert joined.votes == name.votes
    firsts = [(name.places[0].start, name.places[0].end) for name in names]
    assert firsts == sorted(firsts)


def test_sizes_with_a_decimal_point_are_other_things() -> None:
    reading = reading_of("OPT-13B outperforms OPT-1.3B on MMLU.")
    found = [{place.surface(reading) for place in name.places} for name in by_rules(reading)]
    assert {"OPT-13B"} in found
    assert {"OPT-1.3B"} in found
