"""What the words around a candidate say it is: votes for its type."""

from __future__ import annotations

import re

from kg.extract.candidates import Candidate, Vote
from kg.extract.reading import Reading
from kg.extract.words import ARTICLES, DATASET_NOUNS, EVALUATE_WORDS, METHOD_NOUNS, PERFORM_VERBS, STOP_WORDS, words
from kg.model import EntityType

_LEADS = words(": , ( such as like including e.g. i.e. named called namely dubbed and")
_STOPS = words("that which for of to designed with in on from by where capable comprising containing consisting based using and . ; ( )")
_APPOSES = words(", is ( are - -- — :")
_COORDINATES = words(", and or / &")
_BETWEEN_MEMBERS = _COORDINATES | {"the", "as", "well"}
_MOST_MEMBERS = 50
_NO_EVALUATION = words("based built relies rely depends depend focus focuses focusing running runs deployed")
_EVALUATION = words("evaluated evaluate experiments tested benchmarked results performance evaluations")
_DESIGNS = words("framework strategy algorithm module mechanism scheme paradigm")
_SETS = words("data test training validation train dev evaluation sample")
_DATASET_SHAPE = re.compile(
    r"(Bench|BENCH|Eval|VQA|QA|Corpus|Dataset|DataSet|Arena|Gym|Suite|[a-zA-Z][- ]?\d+(\.\d+)?[KkM])$|^(Bench|CIFAR|ImageNet)"
)
_METHOD_SHAPE = re.compile(
    r"(Net|NET|Former|former|GAN|BERT|GPT|LM|LLM|VAE|AE|NeRF|CNN|RNN|Diff|Diffusion|Flow|Mamba|ViT|DETR|YOLO\w*|SAM|CLIP|RAG|RL|PO|GS|"
    r"Agent|Coder|Llama|LLaMA|Adapter|Attn|Attention|Boost|Prompt|[-: ]\d+(\.\d+)?[Bb])s?$"
)


def type_votes(reading: Reading, candidate: Candidate) -> tuple[Vote, ...]:
    """Votes from the words before and after a candidate and from its own ending; empty where nothing speaks."""
    votes = [
        *_after(reading, candidate.end),
        *_apposition(reading, candidate.end),
        *_performs(reading, candidate.end),
        *_before(reading, candidate.start),
        *_ending(reading, candidate),
    ]
    return tuple(dict.fromkeys(votes))


def _after(reading: Reading, end: int) -> list[Vote]:
    """As in "X dataset", "X image benchmark", "X (Y) corpus", "X model"; the nearest telling noun within three plain words."""
    if end < len(reading.texts) and reading.texts[end] == ")":
        end += 1
    elif end + 2 < len(reading.texts) and reading.texts[end] == "(" and reading.texts[end + 2] == ")":
        end += 3
    for i, word in enumerate(reading.lowers[end : end + 4], start=end):
        if word in DATASET_NOUNS or word == "data" or (word in ("set", "sets") and reading.lowers[i - 1] in _SETS):
            return [Vote(EntityType.DATASET, 2.5, "cue.dataset-noun-after")]
        if word in METHOD_NOUNS:
            strong = word in _DESIGNS and reading.texts[end - 1] == ")"  # "Optimal Tree Search (OTS) framework" is no task
            return [Vote(EntityType.METHOD, 5.0 if strong else 1.2, "cue.method-noun-after")]
        if not word.replace("-", "").isalpha() or word in STOP_WORDS or reading.texts[i] != word:
            return []
    return []


def _performs(reading: Reading, end: int) -> list[Vote]:
    """As in "X outperforms …", "X, which uses …, consistently achieves …": data sets do not perform."""
    reach = 14 if "which" in reading.lowers[end : end + 3] else 3
    after = reading.lowers[end : min(end + reach, reading.sentence(end - 1)[1])]
    return [] if PERFORM_VERBS.isdisjoint(after) else [Vote(EntityType.METHOD, 1.0, "cue.performs")]


def _apposition(reading: Reading, end: int) -> list[Vote]:
    """As in "X, a large-scale dataset for …", "X is the first benchmark that …", "X (a library …": the head noun of the phrase."""
    opening = reading.lowers[end : end + 3]
    if not opening or opening[0] not in _APPOSES or ARTICLES.isdisjoint(opening[1:]):
        return []
    head: Vote | None = None
    for i, word in enumerate(reading.lowers[end + 2 : end + 16], start=end + 2):
        if word in _STOPS and i > end + 2:
            break
        if word in DATASET_NOUNS or (word == "set" and reading.lowers[i - 1] in _SETS):
            head = Vote(EntityType.DATASET, 3.0, "cue.is-a-dataset")
        elif word in METHOD_NOUNS:
            evaluates = reading.lowers[i - 1] in ("evaluation", "test", "testing", "benchmarking")
            head = Vote(EntityType.DATASET, 2.5, "cue.is-an-evaluation") if evaluates else Vote(EntityType.METHOD, 2.0, "cue.is-a-method")
    return [head] if head else []


def _before(reading: Reading, start: int) -> list[Vote]:
    """As in "datasets such as X", "benchmarks (X", "the framework X", "a corpus, X", "a benchmark called X"."""
    i = start - 1
    while i >= 0 and start - i <= 5 and reading.lowers[i] in _LEADS:
        i -= 1
    if i < 0:
        return []
    word = reading.lowers[i]
    direct = i == start - 1
    if word in DATASET_NOUNS:
        return [Vote(EntityType.DATASET, 2.5 if not direct else 2.0, "cue.dataset-noun-before")]
    if word in METHOD_NOUNS:
        return [Vote(EntityType.METHOD, 1.0, "cue.method-noun-before")]
    return _dataset_list(reading, start, i)


def _dataset_list(reading: Reading, start: int, i: int) -> list[Vote]:
    """As in "evaluated on X", "on the X": an evaluation verb right before makes a data set likely."""
    if reading.lowers[start - 1] not in ("on", "the", "across", "from"):
        return []
    before = reading.lowers[max(0, i - 4) : start]
    if not _NO_EVALUATION.isdisjoint(before):
        return []
    if "on" in before and not _EVALUATION.isdisjoint(before):
        return [Vote(EntityType.DATASET, 1.5, "cue.evaluated-on")]
    first, last = reading.sentence(start)
    if reading.lowers[start - 1] == "on" and first < start - 1:
        told = not EVALUATE_WORDS.isdisjoint(reading.lowers[first:last])
        return [Vote(EntityType.DATASET, 1.3 if told else 0.4, "cue.on")]
    return []


def _ending(reading: Reading, candidate: Candidate) -> list[Vote]:
    surface = candidate.surface(reading)
    if _DATASET_SHAPE.search(surface):
        return [Vote(EntityType.DATASET, 2.0, "shape.dataset-ending")]
    if _METHOD_SHAPE.search(surface):
        return [Vote(EntityType.METHOD, 1.0, "shape.method-ending")]
    return []


def lists(reading: Reading, candidates: list[Candidate]) -> list[list[int]]:
    """Indices of candidates that are coordinated ("A, B and C"; "A/B"; "A (B, C)"), in text order; single ones included.

    A list ends at `_MOST_MEMBERS`: the longest in 30,000 abstracts has 13, and each member is compared with all others.
    """
    groups: list[list[int]] = []
    for i, candidate in enumerate(candidates):
        if groups and len(groups[-1]) < _MOST_MEMBERS and _coordinated(reading, candidates[groups[-1][-1]].end, candidate.start):
            groups[-1].append(i)
        else:
            groups.append([i])
    return groups


def _coordinated(reading: Reading, end: int, start: int) -> bool:
    between = reading.lowers[end:start]
    return 0 < len(between) <= 3 and _BETWEEN_MEMBERS.issuperset(between) and not _COORDINATES.isdisjoint(between)
