"""What the form of a name tells: its version, whether it abbreviates another, what is left without a generic last word."""

from __future__ import annotations

import re
from functools import lru_cache

from kg.model import EntityType
from kg.names import normal_form

_DIGITS = re.compile(r"\d+")
_WORD = re.compile(r"[^\W_]+")
_SHORT = re.compile(
    r"(?=\S*[A-Z])(?=(?:\S*[A-Z0-9]){2})[^\W_](?:[^\W_]|[-&/+.](?=[^\W_]))*"
)  # "SCM", "MiMIC", "T5"; not "Spark", not "A b"

# Words after a name that say what kind of thing it is and are no part of it: "SPARK benchmark", "Llama 3 model family".
_METHOD_HEADS = """
algorithm approach architecture family framework library method model package pipeline platform software system tool toolkit
"""
_HEADS: dict[EntityType, frozenset[str]] = {
    EntityType.METHOD: frozenset(_METHOD_HEADS.split()),
    EntityType.DATASET: frozenset({"benchmark", "collection", "corpora", "corpus", "data", "database", "dataset", "set", "suite"}),
    EntityType.HARDWARE: frozenset({"accelerator", "board", "card", "chip", "cpu", "device", "gpu", "processor"}),
    EntityType.ORGANISATION: frozenset({"corp", "corporation", "gmbh", "inc", "llc", "ltd"}),
    EntityType.TASK: frozenset({"problem", "task"}),
}

_ANY_HEAD = frozenset().union(*_HEADS.values())


@lru_cache(maxsize=1 << 16)
def version(name: str) -> tuple[str, ...]:
    """The numbers in a name, in order: ("2",) for "Llama 2", ("50",) for "ResNet-50", () for "BERT"."""
    return tuple(_DIGITS.findall(name))


def is_short(name: str) -> bool:
    """Whether a name looks like a short form, such as different things share: one word, two capitals or digits ("SCM", "T5")."""
    return _SHORT.fullmatch(name) is not None


def expands(short: str, long: str) -> bool:
    """Whether `long` can be what `short` stands for: its letters in order, the first at the start, `short` itself not among its words.

    A long form of one word has at least twice as many letters and other ones first ("Gastrointestinal" for "GI", not "BERTweet").

    Source: Schwartz & Hearst, PSB 2003, doi:10.1142/9789812776303_0042; here on whole names, from the left.
    """
    letters = [c for c in short.removesuffix("s").casefold() if c.isalpha()]
    text, words = long.casefold(), _WORD.findall(long.casefold())
    if not letters or not text.startswith(letters[0]) or "".join(letters) in words:
        return False
    if len(words) == 1 and (len(text) < 2 * len(letters) or text.startswith("".join(letters))):
        return False
    rest = iter(text)
    return all(letter in rest for letter in letters)


def core(name: str, type: EntityType) -> str:
    """A name without the generic words at its end: "SPARK" of "SPARK benchmark"; the name itself where little would be left.

    Little is a rest without a capital or digit ("diffusion model"), for hardware one without a digit ("NVIDIA GPU").
    """
    words = name.split()
    while len(words) > 1 and _singular(words[-1]) in _HEADS[type]:
        words.pop()
    rest = " ".join(words)
    if type is EntityType.TASK:
        return rest
    own = any(c.isdigit() for c in rest) or (type is not EntityType.HARDWARE and any(c.isupper() for c in rest))
    return rest if own else name


def is_variant(name: str, alias: str, type: EntityType) -> bool:
    """Whether `name` is `alias` with more words after it that matter: "BERT large" of "BERT", not "SPARK benchmark" of "SPARK"."""
    words, start = _WORD.findall(name.casefold()), _WORD.findall(alias.casefold())
    more = words[len(start) :]
    return bool(start) and words[: len(start)] == start and any(_singular(word) not in _HEADS[type] for word in more)


def similar(one: str, other: str) -> bool:
    """Whether two long forms of one short form are one wording.

    That is: the same numbers, and the same words but for small differences; or one has words for its kind after it ("… framework"),
    or lacks words before it ("Policy Optimization" of "Proximal Policy Optimization", where the beginning was not recognised).
    """
    from rapidfuzz import fuzz

    if normal_form(one) == normal_form(other):
        return True
    if version(one) != version(other):
        return False
    first, second = sorted(([_singular(word) for word in _WORD.findall(form.casefold())] for form in (one, other)), key=len)
    more = len(second) - len(first)
    if first and more and (second[more:] == first or (second[:-more] == first and all(word in _ANY_HEAD for word in second[-more:]))):
        return True
    return fuzz.token_sort_ratio(" ".join(first), " ".join(second)) >= 90  # one letter in ten: spelling, not another word


def _singular(word: str) -> str:
    word = word.casefold()
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
