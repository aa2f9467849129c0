"""What the words around a candidate say it is: votes for its type."""

from __future__ import annotations

import re

from spacy.tokens import Doc

from kg.extract.candidates import Candidate, Vote
from kg.extract.words import DATASET_NOUNS, EVALUATE_WORDS, METHOD_NOUNS, PERFORM_VERBS, STOP_WORDS, words
from kg.model import EntityType

_LEADS = words(": , ( such as like including e.g. i.e. named called namely dubbed and")
_STOPS = words("that which for of to designed with in on from by where capable comprising containing consisting based using and . ; ( )")
_DESIGNS = words("framework strategy algorithm module mechanism scheme paradigm")
_SETS = words("data test training validation train dev evaluation sample")
_DATASET_SHAPE = re.compile(
    r"(Bench|BENCH|Eval|VQA|QA|Corpus|Dataset|DataSet|Arena|Gym|Suite|[a-zA-Z][- ]?\d+(\.\d+)?[KkM])$|^(Bench|CIFAR|ImageNet)"
)
_METHOD_SHAPE = re.compile(
    r"(Net|NET|Former|former|GAN|BERT|GPT|LM|LLM|VAE|AE|NeRF|CNN|RNN|Diff|Diffusion|Flow|Mamba|ViT|DETR|YOLO\w*|SAM|CLIP|RAG|RL|PO|GS|"
    r"Agent|Coder|Llama|LLaMA|Adapter|Attn|Attention|Boost|Prompt|[-: ]\d+(\.\d+)?[Bb])s?$"
)


def type_votes(doc: Doc, candidate: Candidate) -> tuple[Vote, ...]:
    """Votes from the words before and after a candidate and from its own ending; empty where nothing speaks."""
    votes = [
        *_after(doc, candidate.end),
        *_apposition(doc, candidate.end),
        *_performs(doc, candidate.end),
        *_before(doc, candidate.start),
        *_ending(doc, candidate),
    ]
    return tuple(dict.fromkeys(votes))


def _after(doc: Doc, end: int) -> list[Vote]:
    """As in "X dataset", "X image benchmark", "X (Y) corpus", "X model"; the nearest telling noun within three plain words."""
    if end < len(doc) and doc[end].text == ")":
        end += 1
    elif end + 2 < len(doc) and doc[end].text == "(" and doc[end + 2].text == ")":
        end += 3
    for token in doc[end : end + 4]:
        word = token.lower_
        if word in DATASET_NOUNS or word == "data" or (word in ("set", "sets") and doc[token.i - 1].lower_ in _SETS):
            return [Vote(EntityType.DATASET, 2.5, "cue.dataset-noun-after")]
        if word in METHOD_NOUNS:
            strong = word in _DESIGNS and doc[end - 1].text == ")"  # "Optimal Tree Search (OTS) framework" is no task
            return [Vote(EntityType.METHOD, 5.0 if strong else 1.2, "cue.method-noun-after")]
        if not word.replace("-", "").isalpha() or word in STOP_WORDS or token.text != word:
            return []
    return []


def _performs(doc: Doc, end: int) -> list[Vote]:
    """As in "X outperforms …", "X, which uses …, consistently achieves …": data sets do not perform."""
    reach = 3
    if end + 1 < len(doc) and any(t.lower_ == "which" for t in doc[end : end + 3]):
        reach = 14
    words = [t.lower_ for t in doc[end : min(end + reach, doc[end - 1].sent.end)]]
    return [Vote(EntityType.METHOD, 1.0, "cue.performs")] if any(w in PERFORM_VERBS for w in words) else []


def _apposition(doc: Doc, end: int) -> list[Vote]:
    """As in "X, a large-scale dataset for …", "X is the first benchmark that …", "X (a library …": the head noun of the phrase."""
    opening = [t.lower_ for t in doc[end : end + 3]]
    if not opening or opening[0] not in (",", "is", "(", "are", "-", "--", "—", ":") or not {"a", "an", "the"} & set(opening[1:3]):
        return []
    head: Vote | None = None
    for token in doc[end + 2 : end + 16]:
        if token.lower_ in _STOPS and token.i > end + 2:
            break
        if token.lower_ in DATASET_NOUNS or (token.lower_ == "set" and doc[token.i - 1].lower_ in _SETS):
            head = Vote(EntityType.DATASET, 3.0, "cue.is-a-dataset")
        elif token.lower_ in METHOD_NOUNS:
            evaluates = doc[token.i - 1].lower_ in ("evaluation", "test", "testing", "benchmarking")
            head = Vote(EntityType.DATASET, 2.5, "cue.is-an-evaluation") if evaluates else Vote(EntityType.METHOD, 2.0, "cue.is-a-method")
    return [head] if head else []


def _before(doc: Doc, start: int) -> list[Vote]:
    """As in "datasets such as X", "benchmarks (X", "the framework X", "a corpus, X", "a benchmark called X"."""
    i = start - 1
    while i >= 0 and start - i <= 5 and doc[i].lower_ in _LEADS:
        i -= 1
    if i < 0:
        return []
    word = doc[i].lower_
    direct = i == start - 1
    if word in DATASET_NOUNS:
        return [Vote(EntityType.DATASET, 2.5 if not direct else 2.0, "cue.dataset-noun-before")]
    if word in METHOD_NOUNS:
        return [Vote(EntityType.METHOD, 1.0, "cue.method-noun-before")]
    return _dataset_list(doc, start, i)


def _dataset_list(doc: Doc, start: int, i: int) -> list[Vote]:
    """As in "evaluated on X", "on the X": an evaluation verb right before makes a data set likely."""
    if doc[start - 1].lower_ not in ("on", "the", "across", "from"):
        return []
    words = {t.lower_ for t in doc[max(0, i - 4) : start]}
    if words & {"based", "built", "relies", "rely", "depends", "depend", "focus", "focuses", "focusing", "running", "runs", "deployed"}:
        return []
    if "on" in words and words & {"evaluated", "evaluate", "experiments", "tested", "benchmarked", "results", "performance", "evaluations"}:
        return [Vote(EntityType.DATASET, 1.5, "cue.evaluated-on")]
    if doc[start - 1].lower_ == "on" and doc[start].sent.start < start - 1:
        told = {t.lower_ for t in doc[start].sent} & EVALUATE_WORDS
        return [Vote(EntityType.DATASET, 1.3 if told else 0.4, "cue.on")]
    return []


def _ending(doc: Doc, candidate: Candidate) -> list[Vote]:
    surface = doc[candidate.start : candidate.end].text
    if _DATASET_SHAPE.search(surface):
        return [Vote(EntityType.DATASET, 2.0, "shape.dataset-ending")]
    if _METHOD_SHAPE.search(surface):
        return [Vote(EntityType.METHOD, 1.0, "shape.method-ending")]
    return []


def lists(doc: Doc, candidates: list[Candidate]) -> list[list[int]]:
    """Indices of candidates that are coordinated ("A, B and C"; "A/B"; "A (B, C)"), in text order; single ones included."""
    groups: list[list[int]] = []
    for i, candidate in enumerate(candidates):
        if groups and _coordinated(doc, candidates[groups[-1][-1]].end, candidate.start):
            groups[-1].append(i)
        else:
            groups.append([i])
    return groups


def _coordinated(doc: Doc, end: int, start: int) -> bool:
    between = [t.lower_ for t in doc[end:start]]
    return (
        0 < len(between) <= 3
        and all(w in (",", "and", "or", "/", "&", "the", "as", "well") for w in between)
        and bool({",", "and", "or", "/", "&"} & set(between))
    )
