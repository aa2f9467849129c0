"""Name-shaped tokens and runs of them: "MassiveDS", "GPT-3", "o1-preview", "Llama 3-8B", "Diptych Prompting"."""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache

from kg.extract.candidates import Candidate, Vote
from kg.extract.lexicon import lexicon
from kg.extract.reading import Reading
from kg.extract.words import EPONYMS, STOP_WORDS
from kg.gazetteer import generic_terms, metrics
from kg.model import EntityType
from kg.names import normal_form

# Above so many of 30,000 abstracts an unlisted cased word is a concept ("RGB", "SOTA"), not a name: best core F1 on train360.
COMMON = 20

_VERSION = re.compile(r"v?\d+(\.\d+)*[a-z]?$|v\d+|\d+(\.\d+)?[bBmMkK]$|II|III|IV|XL$")
# "12-nm", "5X-10X", "0.28G", "cm3", "float16", "8B-param": numbers with units, number formats; not "3DGS" or "2WikiMultiHopQA".
_QUANTITY = re.compile(
    r"(?:sub-|mid-)?[~±+\-<>≈]?\d[\d.,]*-?(k|K|M|B|T|G|x|X|×|%|GB|MB|TB|GHz|MHz|kHz|Hz|ms|s|D|d|fps|FPS|nm|mm|cm|km|m|th|st|nd|rd|bits?|p|C|dB|px|way|shot|fold|hop|year|param)?"
    r"(-\d[\d.,]*[kKMBTGxX×%]?)?\+?$|(cm|mm|m|km)[23]$|[kKMGTPE]Bs?$|[a-z]*(FLOPs?|FLOPS)(/s)?$|b?float\d+$|(fp|bf|int|uint|FP|BF|INT)\d+$|[GMk]?Hz$|\d+(\.\d+)?[BMKT]-\w+$"
)
_SIZE = re.compile(r"\d+(\.\d+)?[BMK]$")


_OPENERS = frozenset((":", ")", '"', "“", "``", "—", "-", ";"))  # "(1) Fusion: Learnt …": what follows starts anew
_ODD = re.compile(r"https?:|www\.|[@=<>\\|%]")  # URLs, "Hit@10", formulas


class Shape(Enum):
    """How much a token's spelling alone says that it is a name."""

    STRONG = 3  # inner capitals, capitals with digits, rare all-capitals: MassiveDS, GPT-3, HSTU
    WEAK = 2  # Capitalised: Curator, Diptych
    NONE = 0


@lru_cache(maxsize=1 << 16)
def shape(text: str) -> Shape:
    """The shape of a token, whatever its place in the sentence."""
    if not any(c.isalpha() for c in text) or _QUANTITY.match(text) or _ODD.search(text):
        return Shape.NONE
    letters = [c for c in text if c.isalpha()]
    if text.casefold() in STOP_WORDS or len(text) == 1:
        return Shape.NONE
    uppers = sum(c.isupper() for c in letters)
    if _suffixed_common_word(text):
        return Shape.NONE
    if uppers == 0:
        return Shape.STRONG if _lower_with_digit(text) else Shape.NONE
    parts = [p for p in re.split(r"[-/]", text) if p]
    if uppers >= 2 and not all(p[:1].isupper() and (p[1:].islower() or len(p) == 1) for p in parts):
        return Shape.STRONG
    if any(c.isdigit() for c in text) and uppers:
        return Shape.STRONG
    if text[0].isupper():
        return Shape.WEAK
    return Shape.STRONG if any(c.isupper() for c in text[1:]) else Shape.NONE


def _lower_with_digit(text: str) -> bool:
    """As in "word2vec", "o1-preview", "gpt2": lower case with a digit that follows a letter, not "top-1" or "state-2"."""
    return bool(re.match(r"[a-z]+\d+[a-z]*(\.\d+)?(-[a-z]+)?$", text)) and not re.match(r"(top|l|x|u|k|n|p|f|r|t|d|m|h|s|y|z|c|e)\d", text)


def _suffixed_common_word(text: str) -> bool:
    """As in "LLM-based", "AI-Assisted", "Plug-and-Play", "Real-World": common words and concepts joined by hyphens."""
    head, *tail = text.split("-")
    if not tail:
        return False
    if tail[-1].islower() and tail[-1].isalpha() and len(tail[-1]) > 2 and lexicon().is_word(tail[-1]):
        return True
    if head.islower() and lexicon().is_word(head) and is_known_concept("-".join(tail)):
        return True  # "per-GPU", "multi-LLM"
    parts = [p for p in tail if p] or [""]
    return all(p.isalpha() and (p.islower() or p.istitle()) and lexicon().is_word(p) for p in parts) and (
        is_known_concept(head) or (head.istitle() and lexicon().is_word(head) and len(tail) > 1)
    )


@lru_cache(maxsize=1 << 16)
def is_known_concept(surface: str) -> bool:
    """Whether the words are a generic concept, a metric, or a common cased word that no gazetteer lists."""
    key = normal_form(surface)
    if not key or key in generic_terms() or key in metrics():
        return True
    if " " not in surface:
        singular = re.sub(r"(?<=[A-Z])s$", "", surface)
        if max(lexicon().frequency(surface), lexicon().frequency(singular)) >= COMMON:
            return True
        return surface.casefold() in EPONYMS
    return False


def find_named(reading: Reading) -> list[Candidate]:
    """Runs of name-shaped tokens outside the title, and strong single tokens inside it, in text order."""
    body = [sentence for sentence in reading.sentences if sentence[0] >= reading.title_end]
    return [*(c for first, last in body for c in _runs(reading, first, last)), *_runs(reading, 0, reading.title_end, title=True)]


def _runs(reading: Reading, start: int, end: int, *, title: bool = False) -> list[Candidate]:
    found: list[Candidate] = []
    i = start
    while i < end:
        if not _can_start(reading, i, start, title=title):
            i += 1
            continue
        j = i + 1
        while j < end and _continues(reading, j, end, title=title):
            j += 1
        while j > i + 1 and reading.lowers[j - 1] in STOP_WORDS:
            j -= 1
        candidate = _judge(reading, i, j, first=i == start)
        if candidate is not None:
            found.append(candidate)
        i = j
    return found


def _can_start(reading: Reading, i: int, sentence_start: int, *, title: bool) -> bool:
    form = shape(reading.texts[i])
    if form is Shape.NONE or (title and form is not Shape.STRONG):
        return False
    opens = i == sentence_start or reading.texts[i - 1] in _OPENERS
    return not (opens and form is Shape.WEAK and _is_plain_word(reading.texts[i]))


def _is_plain_word(text: str) -> bool:
    return lexicon().is_word(text) or text.lower() in STOP_WORDS


def _continues(reading: Reading, j: int, end: int, *, title: bool) -> bool:
    """Whether token `j` goes on with the run: another name-shaped token, a version after one, "of"/"for" between capitals."""
    text, before = reading.texts[j], reading.texts[j - 1]
    if not reading.is_apart(j) and text != "-":
        return False
    form = shape(text)
    if form is Shape.STRONG or (form is Shape.WEAK and not title):
        return True
    if _VERSION.match(text) and shape(before) is not Shape.NONE:
        return not (j + 1 < end and reading.texts[j + 1] in ("%", "x", "×"))
    return (
        not title
        and text in ("of", "for", "&")
        and shape(before) is Shape.WEAK
        and j + 1 < end
        and shape(reading.texts[j + 1]) is Shape.WEAK
    )


def _judge(reading: Reading, start: int, end: int, *, first: bool) -> Candidate | None:
    """The run as a candidate with a weak vote for Method, or None where it is a concept."""
    surface, texts = reading.surface(start, end), reading.texts[start:end]
    strong = any(shape(text) is Shape.STRONG and not is_known_concept(text) for text in texts)
    if is_known_concept(surface) or _SIZE.match(surface):
        return None
    if strong:
        weight, rule = 1.0, "name.shape"
        if end - start == 1 and surface.isupper() and len(surface) <= 3:
            weight, rule = 0.6, "name.short-acronym"
    elif end - start >= 2:
        weight, rule = 0.5, "name.capitals"
        if first and all(is_known_concept(text) or lexicon().is_word(text) for text in texts):
            return None
    else:
        weight, rule = 0.2, "name.capital"
    return Candidate(start, end, (Vote(EntityType.METHOD, weight, rule),), priority=1)
