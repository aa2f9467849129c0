"""What the form of a name tells: the key it is compared by, its version, what it abbreviates, whether another form spells the same.

Pure functions of names and their type; everything that is remembered between calls is a cache.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from kg import gazetteer
from kg.model import EntityType
from kg.names import GREEK
from kg.resolve.words import ANY_HEAD, ARTICLES, DESCRIPTIVE, HEADS, MAKERS, NO_DEVICE, PRAISE, PRODUCTS

_CACHE = 1 << 17

_DIGITS = re.compile(r"\d+(?:\.\d+)*")
_WORD = re.compile(r"[^\W_]+(?:\.\d+)*[+*#]*")
_SHORT = re.compile(
    r"(?=\S*[A-Z])(?=(?:\S*[A-Z0-9]){2})[^\W_](?:[^\W_]|[-&/+.](?=[^\W_]))*"
)  # "SCM", "MiMIC", "T5"; not "Spark", not "A b"
_STRONG = re.compile(r"[A-Z][^A-Z\s]*[A-Z]|[a-z]+[A-Z]|\d")  # a word that only a name can be: "SPARK", "ResNet", "iPhone", "M1"

# "v" before a version of one or two digits: "YOLOv5", "TPU v4i", "MobileNetV2"; not "V100", not "V2X".
_VERSION_WORD = re.compile(r"(?<=[\s-])version[\s-]*(?=\d)", re.IGNORECASE)  # "Robot Operating System version 2"
_VERSION_MARK = re.compile(r"(?:(?<![^\W\d_])|(?<=[a-z])|(?<=[A-Z]{2}))[vV]\.?(?=\d{1,2}(?:\.\d+)*[a-z]?(?![^\W_]))")
_POINT_ZERO = re.compile(r"(?<=\d)(?:\.0)+(?![\d.])")  # "Spider 2.0" is "Spider 2"
_GIGABYTES = re.compile(r"(?<=\d)[\s-]*gi?b?(?![^\W\d_])")  # "80G", "80 GB", "80GiB"
_ENDINGS = frozenset({"al", "d", "ed", "er", "es", "ic", "ing", "ion", "ive", "ly", "or", "s", "y"})
_POSSESSIVE = re.compile(r"['\u2019]s\b")
_NUMBERED = re.compile(r"\D?\d+(?:\.\d+)*\D?")  # numbers with the letters beside them
_MEMORY = re.compile(r"[\s(-]+\d+\s*gi?b?\)?$", re.IGNORECASE)  # "L40 48GB", "H200-141G"
_PARENTHESIS = re.compile(r"\s*\(([^()]*)\)")
_SPELLING = (("isation", "ization"), ("modelling", "modeling"), ("labelling", "labeling"), ("colour", "color"), ("behaviour", "behavior"))

_BASED = re.compile(r"(\S+)-based$")
_COUNTED = re.compile(r"\d+[x×-] ?(?=[A-Z])")  # "8-V100", "8xA100"


@cache
def makers() -> frozenset[str]:
    """Makers of products in lower case, those of the curated hardware among them; single words."""
    listed = {entry.maker.casefold() for entry in gazetteer.entries(EntityType.HARDWARE)}
    return MAKERS | {maker for maker in listed if maker.isalpha()}


@lru_cache(maxsize=_CACHE)
def key(name: str, type: EntityType) -> str:
    """The key by which names of a type are compared; what spells one name gives one key.

    Case, hyphens, spaces, accents, a leading article, plural, Greek letters, British spelling and the writing of versions
    ("v2", "2.0", "-2") make no difference; numbers stay apart ("Llama 3 8B" is "llama3_8b", not "llama38b"). Hardware:
    "80G" is "80GB". The name itself in lower case where it has no letter or digit.
    """
    text = unicodedata.normalize("NFKD", _without_abbreviation(name))
    text = "".join(c for c in text if not unicodedata.combining(c))
    text = _POINT_ZERO.sub("", _VERSION_MARK.sub(" ", _VERSION_WORD.sub("", text.replace("∞", "infinity"))))
    plural = _may_be_plural(text.strip(), type)
    text = "".join(GREEK.get(c, c) for c in text.casefold()).replace(" & ", " and ")
    if type is EntityType.HARDWARE:
        text = _GIGABYTES.sub("gb", text)
    words = _WORD.findall(_POSSESSIVE.sub("", text))
    while len(words) > 1 and words[0] in ARTICLES:
        words.pop(0)
    joined = _joined(words if len(words) == 1 else [_singular(word) for word in words])
    for british, american in _SPELLING:
        joined = joined.replace(british, american)
    return (_singular(joined) if plural else joined) or name.strip().casefold()


def _may_be_plural(name: str, type: EntityType) -> bool:
    """Whether an "s" at the end can be a plural's: of "GANs" and "neural networks"; not of "MARS", "Mars", "YOLOv5s"."""
    if name[-2:-1].isdigit() and type is not EntityType.HARDWARE:
        return False
    if any(c.isspace() for c in name):
        return True
    return not name.isupper() and (not name[:1].isupper() or len(name) > 7 or _STRONG.search(name) is not None)


def _joined(words: list[str]) -> str:
    """Words without gaps, but for a mark between two numbers."""
    joined = ""
    for word in words:
        joined += f"_{word}" if joined and joined[-1].isdigit() and word[0].isdigit() else word
    return joined


def _without_abbreviation(name: str) -> str:
    """A name without a parenthesis that abbreviates what stands before it: "Low-Rank Adaptation" of "Low-Rank Adaptation (LoRA)"."""
    if "(" not in name:
        return name
    found = _PARENTHESIS.search(name)
    if found and found.start() and expands(found[1].strip(), name[: found.start()].strip()):
        return name[: found.start()] + name[found.end() :]
    return name


@lru_cache(maxsize=_CACHE)
def version(name: str) -> tuple[str, ...]:
    """The numbers in a name, in order: ("2",) for "Llama 2" and "Llama v2.0", ("50",) for "ResNet-50", () for "BERT"."""
    return tuple(_DIGITS.findall(_POINT_ZERO.sub("", name)))


@lru_cache(maxsize=_CACHE)
def is_short(name: str) -> bool:
    """Whether a name looks like a short form, such as different things share: one word, two capitals or digits ("SCM", "T5")."""
    return _SHORT.fullmatch(name) is not None


@lru_cache(maxsize=_CACHE)
def expands(short: str, long: str) -> bool:
    """Whether `long` can be what `short` stands for: its letters in order, the first at the start, `short` itself not among its words.

    A long form of one word has at least twice as many letters and other ones first ("Gastrointestinal" for "GI", not "BERTweet").

    Source: Schwartz & Hearst, PSB 2003, doi:10.1142/9789812776303_0042; here on whole names, from the left.
    """
    letters = [c for c in short.removesuffix("s").casefold() if c.isalpha()]
    text, words = long.casefold(), _WORD.findall(long.casefold())
    if not letters or letters == [c for c in text if c.isalpha()] or not text.startswith(letters[0]) or "".join(letters) in words:
        return False
    if len(words) == 1 and (len(text) < 2 * len(letters) or text.startswith("".join(letters))):
        return False
    rest = iter(text)
    return all(letter in rest for letter in letters)


def abbreviates(short: str, long: str) -> bool:
    """Whether one key can be the other's short form: at most half as long, its letters in order, from the first on."""
    letters = [c for c in short if c.isalpha()]
    rest = iter(long)
    return bool(letters) and 2 * len(short) <= len(long) and long[0] == letters[0] and all(letter in rest for letter in letters)


@lru_cache(maxsize=_CACHE)
def core(name: str, type: EntityType) -> str:
    """A name without the words at its end that only say what kind of thing it is, and without the maker before it.

    "SPARK" of "SPARK benchmark", "A100" of "NVIDIA A100 GPU", "o1" of "OpenAI o1"; the name itself where what is left would be no
    name: "Genetic Algorithm", "diffusion model", "NVIDIA GPU", "Google Translate".
    """
    bare = _uncounted(_without_abbreviation(name), type)
    words = (_parted_maker(bare) if type in PRODUCTS else bare).split()
    idle = ARTICLES | PRAISE.get(type, frozenset())
    while len(words) > 1 and words[0].casefold() in idle:
        words.pop(0)
    whole = len(words)
    while len(words) > 1 and (_is_idle(words, type) or (len(words) < whole and _describes(words, type))):
        words.pop()
    if type is EntityType.METHOD and len(words) < len(name.split()) and len(words) == 1 and (based := _BASED.match(words[0])):
        words = [based[1]]  # "BERT-based models"
    if type in PRODUCTS and len(words) > 1 and words[0].removesuffix("'s").casefold() in makers() and _is_product(words[1:], type):
        words.pop(0)
    return " ".join(words)


def _parted_maker(name: str) -> str:
    """A name whose maker is tied to it by a hyphen ("Meta-Llama-3") with a space there."""
    maker, hyphen, rest = name.partition("-")
    return f"{maker} {rest}" if hyphen and maker.casefold() in makers() else name


def _uncounted(name: str, type: EntityType) -> str:
    """A device's name without the number of devices that is tied to it."""
    found = _COUNTED.match(name) if type is EntityType.HARDWARE else None
    return name[found.end() :] if found else name


def _is_idle(words: list[str], type: EntityType) -> bool:
    """Whether the last word of a name only says what kind of thing it is: after a product's number any word in lower case does."""
    last, rest = words[-1], words[:-1]
    if (
        type is EntityType.HARDWARE
        and last.isalpha()
        and last.islower()
        and last != "laptop"
        and any(c.isdigit() for c in _last_proper(rest))
    ):
        return True
    return not HEADS[type].isdisjoint((last.casefold(), _singular(last))) and _names(rest, type, head=last)


def _describes(words: list[str], type: EntityType) -> bool:
    """Whether the last word, which stood before one for the kind, describes that and is no part of the name."""
    return words[-1] in DESCRIPTIVE.get(type, ()) and any(_STRONG.search(word) for word in words[:-1])


def _last_proper(words: list[str]) -> str:
    """The last of the words that is not all in lower case, "" where all are."""
    return next((word for word in reversed(words) if not word.islower()), "")


def _names(rest: list[str], type: EntityType, *, head: str) -> bool:
    """Whether what stands before a word for the kind is a name by itself."""
    if type in (EntityType.TASK, EntityType.ORGANISATION):
        return True
    strong = any(_STRONG.search(word) for word in rest)
    if type is EntityType.HARDWARE:
        named = any(c.isdigit() for word in rest for c in word)
        own = [word for word in rest if word[0].isupper() and word.casefold() not in makers() | NO_DEVICE]
        return named or (bool(own) and head.islower())
    return strong or ((head.islower() or type is EntityType.DATASET) and any(word[0].isupper() for word in rest))


def _is_product(rest: list[str], type: EntityType) -> bool:
    """Whether the words after a maker's name are a product's name without it."""
    if type is EntityType.HARDWARE and len(rest) > 1:
        return rest[0][0].isupper() and _singular(rest[0]) not in HEADS[type]
    return any(any(c.isdigit() for c in word) for word in rest) and any(c.isalpha() for c in rest[0])


@lru_cache(maxsize=_CACHE)
def spells(one: str, other: str, type: EntityType) -> bool:
    """Whether two forms are one name: equal keys, whole or by their core."""
    keys = {key(one, type), key(core(one, type), type)}
    return key(other, type) in keys or key(core(other, type), type) in keys


@lru_cache(maxsize=_CACHE)
def is_part(one: str, other: str, type: EntityType) -> bool:
    """Whether one form is the other with words that matter before or after it: a narrower or wider thing, not another name.

    "BERT" and "BERT large", "segmentation" and "medical image segmentation", "CLIP" and "CLIP-based model"; not "SPARK" and
    "SPARK benchmark", not "A100" and "NVIDIA A100".
    """
    more = _more_words(one, other)
    return more is not None and not spells(one, other, type) and any(word not in _idle(type) for word in more)


@lru_cache(maxsize=_CACHE)
def says_kind(one: str, other: str, type: EntityType) -> bool:
    """Whether one form is the other with words before or after it that only say its kind or maker: "Franka" and "Franka robot arm".

    Of two papers that is no sign, since the short form may be another thing; where one paper uses both it is.
    """
    more = _more_words(one, other)
    return bool(more) and all(word in _idle(type) for word in more or ())


def _more_words(one: str, other: str) -> list[str] | None:
    """The words that the longer of two forms has before and after the shorter; None where it does not hold the shorter."""
    first, second = sorted((_words(one), _words(other)), key=len)
    size = len(first)
    places = [k for k in range(len(second) - size + 1) if second[k : k + size] == first] if size else []
    return second[: places[0]] + second[places[0] + size :] if places else None


def _idle(type: EntityType) -> frozenset[str]:
    """Words that are no part of a name: articles, kinds, makers."""
    return HEADS[type] | ARTICLES | (makers() if type in PRODUCTS else frozenset())


@lru_cache(maxsize=_CACHE)
def is_end(one: str, other: str, type: EntityType) -> bool:
    """Whether a form of two words or more, or a name by its look, is what another ends in: the wider thing of it.

    "weed detection" of "aerial weed detection"; not "detection", which is too wide to tell anything, and not "BERT" of "BERT large".
    """
    first, second = _words(one), _words(other)
    told = len(first) > 1 or _STRONG.search(one) is not None
    return told and len(first) < len(second) and second[-len(first) :] == first and not spells(one, other, type)


def without_memory(name: str) -> str:
    """A device's name without its memory size, which makes another thing of it: "L40" of "L40 48GB"; the name itself where it has none."""
    return _MEMORY.sub("", name) or name


@lru_cache(maxsize=_CACHE)
def similar(one: str, other: str) -> bool:
    """Whether two keys of eight letters or more are one wording but for spelling: one letter more, less, other, or two swapped.

    Two letters already make another word: "self-supervised" and "semi-supervised".
    """
    from rapidfuzz.distance import OSA

    if min(len(one), len(other)) < 8 or version(one) != version(other):
        return one == other
    return OSA.distance(one, other, score_cutoff=1) <= 1


@lru_cache(maxsize=_CACHE)
def may_be_misspelt(one: str, other: str) -> bool:
    """Whether one of two keys may be the other misspelt: `similar`, and the letter that differs is none by which variants are named.

    Such letters stand first, last, or beside a number: "iTransformer", "SeerAttention-R", "GPT-4o".
    """
    ends = (one[:1], one[-1:]) == (other[:1], other[-1:])
    return one != other and ends and _NUMBERED.findall(one) == _NUMBERED.findall(other) and similar(one, other)


def halves(key: str, size: int) -> tuple[str, str]:
    """The first and the last half of a key, of as many letters as keys of `size` have in theirs, each with what else no misspelling changes.

    Of two keys of which one may be the other misspelt, one half at least is the same in both, counted by the same one of them: what differs is
    one letter, or two that stand side by side, and not at the ends, nor beside a number.
    """
    half, numbers = (size - 1) // 2, " ".join(_NUMBERED.findall(key))
    return f"{key[:half]} {key[-1:]} {numbers}", f"{key[-half:]} {key[:1]} {numbers}"


@lru_cache(maxsize=_CACHE)
def alike(one: str, other: str) -> bool:
    """Whether two keys of long forms that share a short form are one wording.

    That is: `similar`, or one has a word for its kind after it ("… framework"), or lacks words before it ("Policy Optimization" of
    "Proximal Policy Optimization", where the beginning was not recognised), or one ending of a word is another ("automated essay
    scoring" and "automatic essay scoring"; not "self-supervised" and "semi-supervised learning", which differ in a word's beginning).
    """
    from rapidfuzz.distance import Postfix, Prefix

    short, long = sorted((one, other), key=len)
    if similar(one, other) or (long.startswith(short) and long[len(short) :] in ANY_HEAD) or (len(short) >= 10 and long.endswith(short)):
        return True
    before = Prefix.similarity(short, long)
    after = Postfix.similarity(short[before:], long[before:])
    one, other = short[before : len(short) - after], long[before : len(long) - after]
    endings = (len(one) > 0 and len(other) <= 3) or (not one and other in _ENDINGS)
    return version(short) == version(long) and before >= 5 and after >= 3 and endings


def _words(form: str) -> list[str]:
    return [_singular(word) for word in _WORD.findall(form.casefold())]


def _singular(word: str) -> str:
    word = word.casefold()
    if len(word) <= 3 or word.endswith("ss") or not word.endswith("s"):
        return word
    if word.endswith(("ches", "shes", "xes")) and word not in ("caches", "niches"):
        return word[:-2]
    return f"{word[:-3]}y" if word.endswith("ies") and len(word) > 5 else word[:-1]
