"""Papers of any number as the log holds them, for measuring: names as papers use them, in invented sentences.

How names repeat follows a Simon process (H. A. Simon, Biometrika 42, 1955): a mention names something new with a fixed probability,
else what some earlier mention named; that gives the long tail that names have. The probabilities, the shares of curated names, of
names with a short form and of introduced names are those that the rules find in the first 4,000 of 30,000 arXiv abstracts. New names
are put together from words and syllables, a part of them with letters that others have too, so that there are homonyms and near names.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from kg import gazetteer
from kg.model import (
    Abbreviation,
    Document,
    EntityClaim,
    EntityType,
    Evidence,
    Extraction,
    LoggedPaper,
    Mention,
    Relation,
    RelationClaim,
    Role,
    Span,
)

EXTRACTOR = "synthetic-1"

# Per type: names per paper, share of new names in the long run, of curated ones, of names with a short form beside them.
_SHAPES = {
    EntityType.METHOD: (2.1, 0.55, 0.3, 0.27),
    EntityType.DATASET: (0.6, 0.4, 0.4, 0.06),
    EntityType.HARDWARE: (0.2, 0.1, 0.4, 0.13),
    EntityType.ORGANISATION: (0.2, 0.2, 0.8, 0.04),
    EntityType.TASK: (1.1, 0.3, 0.5, 0.26),
}
_ROLES = {
    EntityType.METHOD: (Role.USES, Role.COMPARES_WITH, Role.MENTIONS),
    EntityType.DATASET: (Role.EVALUATES_ON, Role.USES, Role.MENTIONS),
    EntityType.HARDWARE: (Role.RUNS_ON,),
    EntityType.ORGANISATION: (Role.AFFILIATED_WITH,),
    EntityType.TASK: (Role.ADDRESSES, Role.MENTIONS),
}
_INTRODUCED = 0.55  # of new methods and datasets
_LISTED = """
adaptive attention causal contrastive convolutional cross deep diffusion distributed dual dynamic efficient embedding federated
fusion gated generative graph guided hierarchical hybrid latent learning local masked memory modular multimodal network neural policy
progressive prompt recurrent reinforcement residual retrieval robust sampling scalable selective sparse spatial spectral structured
temporal token transformer tuning variational vision
"""
_SPOKEN = "ba co da el fa ga hi io ka lo ma ne or pa qu ra se ta ul va wi xe yo za bri cle dro fri gra kno pla spe tri"
_WORDS = _LISTED.split()
_SYLLABLES = _SPOKEN.split()


@dataclass(slots=True)
class _Names:
    """The names of one type so far, each as often as it was mentioned."""

    said: list[tuple[str, ...]] = field(default_factory=list)  # forms: the full one, then the short one where there is one


def papers(number: int, seed: int = 1) -> Iterator[LoggedPaper]:
    """So many papers, the same for the same numbers; the first of more are the same as of fewer."""
    random = Random(seed)
    names = {type: _Names() for type in EntityType}
    for place in range(number):
        yield _paper(f"arxiv-{place // 10000 + 1800:04d}.{place % 10000:05d}", names, random)


def _paper(key: str, names: dict[EntityType, _Names], random: Random) -> LoggedPaper:
    title = f"A study numbered {key}"
    text, said = title + "\n\n", []
    for type, (mean, *_) in _SHAPES.items():
        for _ in range(int(mean) + (random.random() < mean % 1)):
            forms, new = _forms(type, names[type], random)
            role = Role.INTRODUCES if new and type in (EntityType.METHOD, EntityType.DATASET) else random.choice(_ROLES[type])
            said.append((type, forms, role))
    claims, abbreviations = [], []
    for type, forms, role in {(type, forms): (type, forms, role) for type, forms, role in said}.values():
        start = len(text)
        text += f"This sentence tells of {forms[0]}"
        object = Span(len(text) - len(forms[0]), len(text))
        short = Span(len(text) + 2, len(text) + 2 + len(forms[-1])) if len(forms) > 1 else None
        text += (f" ({forms[1]})" if short else "") + ". "
        sentence = Span(start, len(text) - 1)
        if short:
            abbreviations.append(Abbreviation(short, object, sentence))
        mention = Mention(object, forms[0], type, "synthetic", 0.9)
        claims.append(EntityClaim(forms[0], type, forms[1:], (mention,), role, (Evidence(sentence, object),), "synthetic", 0.9))
    document = Document(key, "synthetic", key, title, title, text.removeprefix(title + "\n\n").rstrip())
    return LoggedPaper(document, Extraction(tuple(claims), _relations(claims), (), tuple(abbreviations)), EXTRACTOR)


def _relations(claims: list[EntityClaim]) -> tuple[RelationClaim, ...]:
    """The first method tied to the first data set."""
    ends = [next((n for n, claim in enumerate(claims) if claim.type is type), None) for type in (EntityType.METHOD, EntityType.DATASET)]
    if ends[0] is None or ends[1] is None:
        return ()
    return (RelationClaim(ends[0], Relation.EVALUATED_ON, ends[1], claims[ends[1]].evidence, "synthetic", 0.8),)


def _forms(type: EntityType, names: _Names, random: Random) -> tuple[tuple[str, ...], bool]:
    """The forms by which a paper names something of a type, and whether it introduces it."""
    _, new, curated, short = _SHAPES[type]
    if names.said and random.random() >= new:
        forms = random.choice(names.said)
        forms = forms if len(forms) == 1 or random.random() < 0.5 else (random.choice(forms),)  # both, or only one of them
        introduced = False
    elif random.random() < curated / 3:  # curated names are few: most of their mentions repeat earlier ones
        entry = random.choice(gazetteer.entries(type))
        forms, introduced = (random.choice(entry.forms),), False
    else:
        forms, introduced = _invented(type, short, random), random.random() < _INTRODUCED
    names.said.append(forms)
    return forms, introduced


def _invented(type: EntityType, short: float, random: Random) -> tuple[str, ...]:
    words = [random.choice(_WORDS) for _ in range(random.randint(2, 4))]
    if type is EntityType.TASK:
        return (" ".join(words),)
    if random.random() < short:
        full = " ".join(word.capitalize() for word in words) + f" {random.choice(_SYLLABLES).capitalize()}{random.choice(_SYLLABLES)}"
        return (full, "".join(word[0] for word in full.split()).upper())
    name = "".join(random.choice(_SYLLABLES) for _ in range(random.randint(2, 4)))
    return (random.choice((name.capitalize(), name.upper(), f"{name[:3].capitalize()}{name[3:].capitalize()}-{random.randint(1, 9)}")),)
