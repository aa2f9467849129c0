"""Candidates of one document to named things: grouped by name and abbreviation, typed by a vote, each with its mentions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from kg.extract.candidates import Candidate, Vote, without_overlaps
from kg.extract.cues import lists, type_votes
from kg.extract.hardware import merge_key
from kg.extract.lexicon import lexicon
from kg.extract.phrases import index
from kg.extract.reading import Reading
from kg.extract.roles import Sign, signs
from kg.extract.shapes import Shape, is_known_concept, shape
from kg.extract.words import BREAKERS, COHORT_NOUNS, DATASET_NOUNS, METHOD_NOUNS, METRIC_NOUNS, ORGANISATION_NOUNS, STOP_WORDS, TASK_NOUNS
from kg.gazetteer import canonical, device_words
from kg.model import Abbreviation, EntityType, Role
from kg.names import normal_form

_NOT_IN_NAMES = STOP_WORDS | {"'s", "’s"}
# Sum of votes below which a name is not kept: best core F1 on train360.
ACCEPT = 0.9
_ORDER = {type_: number for number, type_ in enumerate(EntityType)}
_OTHER_MEMBERS = 0.7  # share of a list member's vote that the other members get


@dataclass(slots=True)
class Name:
    """One thing under all its names in one document, while it is being worked out."""

    key: str  # the normal form that its places share, or that of the long form they abbreviate
    places: list[Candidate] = field(default_factory=list)  # in text order
    votes: dict[EntityType, float] = field(default_factory=dict)
    rules: dict[EntityType, tuple[float, str]] = field(default_factory=dict)  # strongest vote for each type
    fired: set[str] = field(default_factory=set)  # every rule that cast a vote
    signs: list[tuple[int, Sign]] = field(default_factory=list)  # place number, sign
    long_form: str = ""
    short_form: str = ""
    concept: bool = False  # whether it names a general idea or a measure

    def add(self, vote: Vote, share: float = 1.0) -> None:
        """Count a vote."""
        weight = vote.weight * share
        self.fired.add(vote.rule)
        self.votes[vote.type] = self.votes.get(vote.type, 0.0) + weight
        self.rules[vote.type] = max(self.rules.get(vote.type, (0.0, "")), (weight, vote.rule))

    @property
    def type(self) -> EntityType:
        """The type with most votes; on a tie the one that comes first in `EntityType`."""
        return max(self.votes, key=lambda t: (self.votes[t], -_ORDER[t]))


def find_names(reading: Reading, candidates: Iterable[Candidate], abbreviations: Sequence[Abbreviation]) -> list[Name]:
    """Names that the votes accept, in order of their first mention."""
    names = group_names(reading, candidates, abbreviations)
    return [name for name in names if name.votes and name.votes[name.type] >= ACCEPT and not name.concept]


def group_names(reading: Reading, candidates: Iterable[Candidate], abbreviations: Sequence[Abbreviation]) -> list[Name]:
    """Every name that is proposed, with all votes and signs for it, in order of first mentions."""
    head = _title_head(reading)
    defined, concepts = _abbreviation_candidates(reading, abbreviations)
    kept = without_overlaps([*candidates, *defined, *([head] if head else [])])
    kept = without_overlaps([*kept, *_other_places(reading, kept)])
    kept = [c for c in kept if c.end <= reading.sentence(c.start)[1]]  # a name does not reach into the next sentence
    groups = _group(reading, kept, abbreviations)
    names = [_vote(reading, key, kept, members, head) for key, members in groups.items()]
    _share_in_lists(reading, kept, list(groups.values()), names)
    forms = _both_forms(reading, abbreviations)
    for name in names:
        _set_forms(reading, name, forms)
        name.concept = _is_concept(reading, name, concepts)
    return sorted(names, key=lambda n: n.places[0].start)


def add_proposed(
    reading: Reading, names: Sequence[Name], proposed: Iterable[Candidate], abbreviations: Sequence[Abbreviation]
) -> list[Name]:
    """The names with what was proposed beside the rules: further places of theirs, and names of its own, which may overlap theirs."""
    known = {(place.start, place.end) for name in names for place in name.places}
    new = [c for c in proposed if (c.start, c.end) not in known and c.end <= reading.sentence(c.start)[1]]
    places = without_overlaps([*new, *_other_places(reading, new)])
    places = [c for c in places if (c.start, c.end) not in known and c.end <= reading.sentence(c.start)[1]]
    forms = _both_forms(reading, abbreviations)
    by_key = {name.key: name for name in names}
    for key, members in _group(reading, places, abbreviations).items():
        name = _vote(reading, key, places, members, None)
        _set_forms(reading, name, forms)
        name.concept = _is_concept(reading, name, set())
        by_key[key] = _together(by_key[key], name) if key in by_key else name
    return sorted(by_key.values(), key=lambda n: (n.places[0].start, n.places[0].end))


def _together(name: Name, other: Name) -> Name:
    """The first name with the places of the second that do not overlap its own, and with their signs."""
    taken = {i for place in name.places for i in range(place.start, place.end)}
    free = {n: place for n, place in enumerate(other.places) if taken.isdisjoint(range(place.start, place.end))}
    both = [*enumerate(name.places), *((len(name.places) + n, place) for n, place in free.items())]
    signs = [*name.signs, *((len(name.places) + n, sign) for n, sign in other.signs if n in free)]
    return with_places(name, both, signs)


def with_places(name: Name, numbered: Sequence[tuple[int, Candidate]], signs: Sequence[tuple[int, Sign]]) -> Name:
    """The name at those places, given with the numbers by which `signs` call them; numbered anew in text order."""
    order = sorted(numbered, key=lambda pair: pair[1].start)
    new = {old: number for number, (old, _) in enumerate(order)}
    return replace(name, places=[place for _, place in order], signs=[(new[n], sign) for n, sign in signs if n in new])


def _title_head(reading: Reading) -> Candidate | None:
    """As in "SPARK" in "SPARK: Multi-Vision Sensor …": at most four words before the first colon of the title."""
    colon = next((i for i in range(reading.title_end) if reading.texts[i] in (":", "--", "—", "–")), None)
    if colon is None or not 0 < colon <= 4 or is_known_concept(reading.surface(0, colon)):
        return None
    if colon > 1 and (all(map(lexicon().is_word, reading.texts[:colon])) or not _NOT_IN_NAMES.isdisjoint(reading.lowers[:colon])):
        return None
    while (
        colon > 1
        and shape(reading.texts[0]) is Shape.STRONG
        and shape(reading.texts[colon - 1]) is not Shape.STRONG
        and lexicon().is_word(reading.texts[colon - 1])
    ):
        colon -= 1  # "SILO Language Models: …" is SILO
    kind = EntityType.DATASET if _title_says_dataset(reading, colon) else EntityType.METHOD
    return Candidate(0, colon, (Vote(kind, 1.2, "name.title-head"),), priority=3)


def _title_says_dataset(reading: Reading, colon: int) -> bool:
    """Whether the first phrase behind the colon, up to a preposition, ends in a noun for data: "… Reasoning Benchmark for …"."""
    words = reading.lowers[colon : reading.title_end]
    end = next((i for i, word in enumerate(words) if word in BREAKERS or word == "of"), len(words))
    return not DATASET_NOUNS.isdisjoint(words[:end][-3:])


def _abbreviation_candidates(reading: Reading, abbreviations: Sequence[Abbreviation]) -> tuple[list[Candidate], set[str]]:
    """Both forms of each pair as candidates, with a vote by the head noun of the long form; and the names of concepts."""
    found: list[Candidate] = []
    concepts: set[str] = set()
    for pair in abbreviations:
        short, long = pair.short.of(reading.text), pair.long.of(reading.text)
        vote = _head_vote(long)
        if vote is None:
            concepts |= {normal_form(short), normal_form(long)}
        if _is_usual(short, long) or _is_general(long):
            concepts |= {normal_form(short), normal_form(long)}
            continue
        for span in (pair.short, pair.long):
            found.append(Candidate(*reading.tokens(span), (vote,) if vote else (), priority=5))
    return found, concepts


def _is_usual(short: str, long: str) -> bool:
    """Whether an abbreviation is a common concept's ("LLMs", "RL") that no gazetteer lists as a thing."""
    types = (EntityType.METHOD, EntityType.DATASET, EntityType.TASK)
    return is_known_concept(short) and not any(canonical(type_, form) for type_ in types for form in (short, long))


def _is_general(long: str) -> bool:
    """Whether a long form is a generic term or a measure ("Model FLOPs Utilization")."""
    return is_known_concept(long) or long.split()[-1].casefold() in METRIC_NOUNS


def _head_vote(long: str) -> Vote | None:
    """What the last word of a long form says it is; None where it says nothing."""
    words = long.split()
    head = words[-1].casefold()
    proper = sum(w[:1].isupper() for w in words) >= max(2, len(words) - 2)
    if _is_device(" ".join(words[-2:])) or _is_device(words[-1]):
        return Vote(EntityType.HARDWARE, 4.0, "abbreviation.device-head")
    for nouns, type_, weight in (
        (DATASET_NOUNS, EntityType.DATASET, 2.5),
        (COHORT_NOUNS, EntityType.DATASET, 2.5 if proper else 0.0),
        (ORGANISATION_NOUNS, EntityType.ORGANISATION, 2.5 if proper else 0.0),
        (TASK_NOUNS, EntityType.TASK, 4.0),
        (METHOD_NOUNS, EntityType.METHOD, 1.2 if proper else 0.8),
    ):
        if head in nouns and weight:
            return Vote(type_, weight, f"abbreviation.{type_.value.lower()}-head")
    if any(w[:1].isupper() for w in words[:1]) or proper:
        return Vote(EntityType.METHOD, 0.9, "abbreviation.proper")
    return None


def _is_device(words: str) -> bool:
    return normal_form(words) in _device_forms()


@cache
def _device_forms() -> frozenset[str]:
    """Normal forms of the device nouns that mean nothing else."""
    return frozenset(normal_form(form) for entry in device_words() if not entry.guard for form in entry.forms)


def _other_places(reading: Reading, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Further places of the same spellings, sentence starts and the title included; they carry no vote of their own."""
    spellings = index((reading.texts[c.start : c.end], None) for c in candidates if c.priority < 12)
    return [Candidate(start, end, ()) for start, end, _ in spellings.find(reading.texts)]


_DECIMAL = re.compile(r"\d+\.\d+")


def _spelling(surface: str) -> str:
    """What spellings of one name share: the normal form, and numbers with a decimal point: "OPT-1.3B" is not "OPT-13B"."""
    return " ".join((normal_form(surface), *_DECIMAL.findall(surface)))


def _group(reading: Reading, candidates: Sequence[Candidate], abbreviations: Sequence[Abbreviation]) -> dict[str, list[int]]:
    """Indices of candidates by name: equal normal form, or the two forms of an abbreviation."""
    alias: dict[str, str] = {}
    for pair in abbreviations:
        short, long = normal_form(pair.short.of(reading.text)), normal_form(pair.long.of(reading.text))
        alias.setdefault(short, long)
    groups: dict[str, list[int]] = {}
    for i, candidate in enumerate(candidates):
        surface = candidate.surface(reading)
        hardware = any(v.type is EntityType.HARDWARE for v in candidate.votes)
        key = (merge_key(surface) if hardware else None) or _spelling(surface)
        groups.setdefault(alias.get(key, key), []).append(i)
    return groups


def _vote(reading: Reading, key: str, candidates: Sequence[Candidate], members: Sequence[int], head: Candidate | None) -> Name:
    """Votes and role signs of all places of one name."""
    name = Name(key, places=[candidates[i] for i in members])
    for number, place in enumerate(name.places):
        for vote in place.votes:
            if (vote.weight, vote.rule) not in name.rules.values():  # a rule votes once a name
                name.add(vote)
        if not any(v.type is EntityType.TASK for v in place.votes):  # "tabular prediction models" is still a task
            for vote in type_votes(reading, place):
                name.add(vote)
        name.signs += [(number, sign) for sign in signs(reading, place.start, place.end)]
        if head is not None and (place.start, place.end) == (head.start, head.end):
            name.signs.append((number, Sign(Role.INTRODUCES, 1.5, "introduces.title-head")))
    if any(sign.role is Role.INTRODUCES for _, sign in name.signs):
        leading = name.type if name.votes else EntityType.METHOD
        if leading is EntityType.TASK:  # "we propose Texture Resonance Retrieval (TRR)": papers propose methods, not tasks
            name.add(Vote(EntityType.METHOD, name.votes[EntityType.TASK], "introduces"))
        name.add(Vote(leading if leading is EntityType.DATASET else EntityType.METHOD, 0.8, "introduces"))
    elif any(sign.role is Role.COMPARES_WITH for _, sign in name.signs):
        name.add(Vote(EntityType.METHOD, 0.4, "compared"))
    return name


def _share_in_lists(reading: Reading, candidates: Sequence[Candidate], groups: Sequence[Sequence[int]], names: Sequence[Name]) -> None:
    """What a cue says of one member of "A, B and C datasets" holds, a little weaker, for the others."""
    owner = {i: n for n, members in enumerate(groups) for i in members}
    for members in lists(reading, list(candidates)):
        if len(members) < 2:
            continue
        cast = [(i, vote) for i in members for vote in (*type_votes(reading, candidates[i]), *candidates[i].votes) if _is_shared(vote)]
        for i in members:
            for j, vote in cast:
                if owner[i] != owner[j]:
                    names[owner[i]].add(vote, _OTHER_MEMBERS)


def _is_shared(vote: Vote) -> bool:
    """Whether a vote tells something of the other members of a list: context and known names do, endings do not."""
    return vote.rule.startswith(("cue.", "gazetteer.", "name.shape")) and vote.rule != "cue.performs"


def _is_concept(reading: Reading, name: Name, concepts: set[str]) -> bool:
    keys = {normal_form(p.surface(reading)) for p in name.places}
    if any(_is_measured(reading, place) for place in name.places):
        return True
    told = any(s.role is Role.INTRODUCES for _, s in name.signs) or "cue.performs" in name.fired
    return bool(keys & concepts) and not (told and not any(is_known_concept(p.surface(reading)) for p in name.places))


def _is_measured(reading: Reading, place: Candidate) -> bool:
    """Whether a percentage stands right before it: "90.4% mF1", "a gain of 3% in clDice" name measures."""
    before = reading.texts[max(0, place.start - 2) : place.start]
    return bool(before) and (before[-1].endswith("%") or (before[-1] == "in" and before[0].endswith("%")))


_Forms = Mapping[str, Mapping[str, tuple[int, str, str]]]  # normal short form → normal long form → number, short form, long form


def _both_forms(reading: Reading, abbreviations: Sequence[Abbreviation]) -> _Forms:
    """The pairs by their normal forms, the first of each."""
    found: dict[str, dict[str, tuple[int, str, str]]] = {}
    for number, pair in enumerate(abbreviations):
        short, long = pair.short.of(reading.text), pair.long.of(reading.text)
        found.setdefault(normal_form(short), {}).setdefault(normal_form(long), (number, short, long))
    return found


def _set_forms(reading: Reading, name: Name, forms: _Forms) -> None:
    """Give a name the first pair of which it has both forms."""
    keys = {normal_form(p.surface(reading)) for p in name.places}
    pairs = [forms[short][long] for short in keys if short in forms for long in keys & forms[short].keys()]
    if pairs:
        _, name.short_form, name.long_form = min(pairs)


def best_name(reading: Reading, name: Name) -> str:
    """The fullest form the text uses: the long form, unless the title calls it by the short one; else the most frequent spelling."""
    surfaces = Counter(p.surface(reading) for p in name.places)
    if name.long_form in surfaces:
        in_title = any(p.end <= reading.title_end and p.surface(reading) == name.short_form for p in name.places)
        return name.short_form if in_title else name.long_form
    return min(surfaces, key=lambda s: (-surfaces[s], -len(s), s))
