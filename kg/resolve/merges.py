"""Why the forms of a thing are names of it: one `Merge` per form, by the strongest rule that holds.

The scores are the share of right joins of each rule among the pairs of `tests/resolve/pairs-build.tsv` that it joins, with one right
and one wrong added (Laplace); `tests/bench/merge_rules.py` prints them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kg.gazetteer import Entry
from kg.model import EntityType, Evidence, Merge
from kg.resolve.authority import entry_named
from kg.resolve.decided import Decided
from kg.resolve.forms import expands, is_short, key, similar, spells
from kg.resolve.tables import Counted
from kg.resolve.uses import Definition

SCORES = {
    "decision": 1.0,  # a person's word, not measured
    "gazetteer": 0.99,
    "spelling": 0.98,
    "abbreviation": 0.97,
    "same-name": 0.96,
    "stated": 0.67,
    "similar": 0.67,  # no pair is joined by it alone: taken like the least sure rule
}

Definitions = Callable[[str], Mapping[tuple[str, str], Definition]]  # key of a paper → the short forms that it defines, with the place


@dataclass(frozen=True, slots=True, order=True)
class Reason:
    """Why a form is a name of a thing, before the paper that shows it is looked up."""

    merge: Merge  # without its evidence
    pair: tuple[str, str] | None = None  # the (short, long) forms whose definition in that paper is the evidence


def merges(type: EntityType, name: str, uses: Sequence[Counted], decided: Decided, definitions: Definitions) -> tuple[Merge, ...]:
    """A reason for every form of a thing beside its canonical name, and for that name where several papers use it; sorted.

    Args:
        type: of the thing.
        name: its canonical name.
        uses: all uses of it.
        decided: what people decided.
        definitions: looks up where a paper defines short forms.
    """
    found = reasons(type, name, uses, decided)
    return tuple(
        one.merge if one.pair is None else replace(one.merge, evidence=shown(one.pair, definitions(one.merge.paper))) for one in found
    )


def reasons(type: EntityType, name: str, uses: Sequence[Counted], decided: Decided) -> tuple[Reason, ...]:
    """What `merges` gives, without the evidence; sorted."""
    forms = {form for counted in uses for form in counted.use.forms}
    found = [_reason(type, name, form, forms, uses, decided) for form in sorted(forms - {name})]
    if sum(counted.papers for counted in uses if name in counted.use.forms) > 1:
        found.append(Reason(Merge(name, "same-name", SCORES["same-name"], f"papers write '{name}' alike")))
    return tuple(sorted(found, key=lambda one: one.merge))


def shown(pair: tuple[str, str], definitions: Mapping[tuple[str, str], Definition]) -> Evidence | None:
    """The sentence in which a paper defines a short form by a long one; None where it writes them otherwise.

    Args:
        pair: the two forms, in either order.
        definitions: those of the paper.
    """
    place = definitions.get(pair) or definitions.get((pair[1], pair[0]))
    return None if place is None else Evidence(place.sentence, place.short, place.long)


def _reason(type: EntityType, name: str, form: str, forms: set[str], uses: Sequence[Counted], decided: Decided) -> Reason:
    of_form = [counted for counted in uses if form in counted.use.forms]
    made = (
        *_by_decision(type, name, form, uses, decided),
        *_by_entry(type, form, uses),
        *_by_spelling(type, form, [name]),
        *_by_definition(form, of_form),
        *_by_letters(form, of_form),
        *_by_spelling(type, form, sorted(forms - {form})),
        *_by_likeness(type, form, sorted(forms - {form})),
    )
    return next(iter(made), _by_statement(name, form, of_form))


def _merge(form: str, rule: str, reason: str, paper: str = "", pair: tuple[str, str] | None = None) -> Reason:
    return Reason(Merge(form, rule, SCORES[rule], reason, paper), pair)


def _by_decision(type: EntityType, name: str, form: str, uses: Sequence[Counted], decided: Decided) -> Iterator[Reason]:
    """A person's word that a form is what another name of the thing means; both are names of it, not only said beside one."""
    keyed, names = decided.key(form, type), {known for counted in uses for known in counted.use.names}
    for same in decided.same_by_name.get((type, keyed), ()):
        other = same.other[0] if same.one[0] == keyed else same.one[0]
        if keyed in names and other in names:
            yield _merge(form, "decision", f"decided: '{form}' is '{name}'" + (f" ({same.note})" if same.note else ""))


def _by_entry(type: EntityType, form: str, uses: Iterable[Counted]) -> Iterator[Reason]:
    entry = entry_named(type, form)
    if entry is not None and any(counted.use.thing == f"={entry.name}" for counted in uses):
        yield _merge(form, "gazetteer", f"'{form}' is a name of '{entry.name}' in the list of known {_plural(entry)} ({entry.source})")


def _plural(entry: Entry) -> str:
    return "hardware" if entry.type is EntityType.HARDWARE else f"{entry.type.value.lower()}s"


def _by_spelling(type: EntityType, form: str, others: Iterable[str]) -> Iterator[Reason]:
    for other in others:
        if spells(form, other, type):
            yield _merge(form, "spelling", f"'{form}' is '{other}' written otherwise")
            return


def _by_definition(form: str, uses: Sequence[Counted]) -> Iterator[Reason]:
    """The first paper that defines a short form by or for this form, with the sentence."""
    defining = [(counted.first, pair) for counted in uses for pair in counted.use.pairs if form in pair]
    if defining:
        paper, (short, long) = min(defining)
        yield _merge(form, "abbreviation", f"'{short}' is defined as short for '{long}'", paper, (short, long))


def _by_letters(form: str, uses: Sequence[Counted]) -> Iterator[Reason]:
    """A paper that uses a short form and one that its letters stand for side by side."""
    for counted in uses:
        for other in counted.use.forms:
            short, long = sorted((form, other), key=len)
            if other != form and is_short(short) and expands(short, long):
                yield _merge(form, "abbreviation", f"'{short}' stands for '{long}' by its letters, and one paper uses both", counted.first)
                return


def _by_likeness(type: EntityType, form: str, others: Iterable[str]) -> Iterator[Reason]:
    for other in others:
        if similar(key(form, type), key(other, type)):
            yield _merge(form, "similar", f"'{form}' is spelled almost as '{other}', and papers use one short form for both")
            return


def _by_statement(name: str, form: str, uses: Sequence[Counted]) -> Reason:
    paper = min((counted.first for counted in uses), default="")
    return _merge(form, "stated", f"a paper calls '{name}' so beside another name", paper)
