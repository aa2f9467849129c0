"""The stages of a training run, each leaving a file in the work folder; a stage whose file is there is not run again.

vocabulary → silver → pretrain (L6, L3) → folds and whole (gold) → decisions → export
"""

from __future__ import annotations

import json
import pickle
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import torch
from tokenizers import Tokenizer

from kg.evaluate import comparable
from kg.extract.train import checkpoint, data, vocabulary
from kg.extract.train.data import Paper
from kg.extract.train.examples import Example, from_extraction, from_gold
from kg.extract.train.fit import Schedule, fit
from kg.extract.train.network import load_encoder
from kg.extract.train.vocabulary import base_model, prune
from kg.model import Document, EntityType, Extraction

LAYERS = {"accurate": [0, 1, 2, 3, 4, 5], "fast": [0, 2, 5]}
FOLDS = 3
AUXILIARY_LIMITS = {"scirex": 30_000, "tdmsci": 2_000, "crossner": 2_000, "somesci": 6_000}
SILVER = {"accurate": 5_000, "fast": 2_500}  # abstracts labelled by the rules
SILVER_WEIGHT = 0.5  # of a silver label in the loss, against a gold one's 1
PRETRAIN = Schedule(epochs=1, rate=3e-4, head_rate=1e-3, pieces=3_000, averaging=0.99, mask=0.05)
GOLD = {
    "accurate": Schedule(epochs=9, rate=2e-4, head_rate=6e-4, averaging=0.995, mask=0.05),
    "fast": Schedule(epochs=10, rate=3e-4, head_rate=8e-4, averaging=0.995, mask=0.05),
}


@dataclass(frozen=True, slots=True)
class Run:
    """Where a training run reads and writes, and what it draws by."""

    shared: Path  # the folder that holds data/ and gold/
    own: Path  # our own gold: tests/gold
    work: Path
    seed: int = 1

    @property
    def abstracts(self) -> Path:
        """The unlabelled abstracts."""
        return self.shared / "data" / "arxiv-abstracts-30k.jsonl.gz"


def tokenizer(run: Run) -> tuple[Tokenizer, list[int]]:
    """The pruned tokenizer and the rows of the base vocabulary that it keeps."""
    path, rows = run.work / "tokenizer.json", run.work / "rows.json"
    if not path.exists():
        from kg import corpora

        whole, _ = base_model()
        texts = [d.text for d in data.abstracts(run.abstracts, run.seed)]
        texts += [" ".join(s.words) for s in corpora.read("scirex", run.shared / "data" / "scirex-train-docs.tar.gz")]
        pruned, kept = prune(whole, texts)
        rows.write_text(json.dumps(kept), encoding="utf-8")
        path.write_text(json.dumps(pruned, ensure_ascii=False), encoding="utf-8")
    return Tokenizer.from_file(str(path)), json.loads(rows.read_text(encoding="utf-8"))


def silver(run: Run, count: int) -> list[tuple[Document, Extraction]]:
    """Abstracts as the rules read them: half with a device or an organisation in them, since gold has few of these."""
    path = run.work / "silver.pkl"
    if not path.exists():
        documents = data.abstracts(run.abstracts, run.seed)[:14_000]
        with get_context("spawn").Pool(2) as pool:
            path.write_bytes(pickle.dumps(list(zip(documents, pool.map(_by_rules, documents, chunksize=200), strict=True))))
    pairs: list[tuple[Document, Extraction]] = pickle.loads(path.read_bytes())  # noqa: S301 (written by this run)
    labelled = data.titles(run.own)
    pairs = [(d, e) for d, e in pairs if comparable(d.source_title) not in labelled]
    rare = {EntityType.HARDWARE, EntityType.ORGANISATION}
    first = [pair for pair in pairs if any(e.type in rare for e in pair[1].entities)][: count // 2]
    chosen = {d.key for d, _ in first}
    return first + [pair for pair in pairs if pair[0].key not in chosen][: count - len(first)]


def _by_rules(document: Document) -> Extraction:
    from kg.extract.pipeline import RuleExtractor

    return RuleExtractor().extract(document)


def pretrain(run: Run, variant: str, base: str = "") -> Path:
    """Encoder and heads after one pass over the auxiliary corpora and the silver abstracts.

    `base` names the variant whose pretrained network is started from; else the base model is.
    """
    path = run.work / f"pretrained-{variant}.pt"
    if path.exists():
        return path
    torch.set_num_threads(2)
    torch.manual_seed(run.seed)
    reader, rows = tokenizer(run)
    shape = checkpoint.Shape(len(rows), len(LAYERS[variant]), ("gold", *data.AUXILIARY))
    network = checkpoint.build(shape)
    if base:
        other, _ = checkpoint.load(run.work / f"pretrained-{base}.pt")
        checkpoint.take_over(network, other, LAYERS[variant])
        network.encoder.pieces.weight.requires_grad_(False)  # both variants share the table
    else:
        network.encoder = load_encoder(base_model()[1], rows, LAYERS[variant])
    limits = {name: limit // (2 if base else 1) for name, limit in AUXILIARY_LIMITS.items()}
    examples = list(data.auxiliary(reader, run.shared, limits, run.seed))
    examples += [from_extraction(reader, d.text, e, SILVER_WEIGHT) for d, e in silver(run, SILVER[variant])]
    fit(network, examples, replace(PRETRAIN, seed=run.seed), vocabulary.mask_id(reader))
    checkpoint.save(network, shape, path)
    return path


def own_gold(run: Run) -> list[Paper]:
    """The papers labelled in tests/gold, without the set that only judges."""
    return [paper for path in sorted(run.own.glob("*.jsonl")) if path.stem != "wild60" for paper in data.gold(path)]


def training_papers(run: Run) -> list[Paper]:
    """All gold that is trained on: train360 and our own."""
    return data.gold(run.shared / "gold" / "train360.jsonl") + own_gold(run)


def fold_of(papers: Sequence[Paper], seed: int) -> list[int]:
    """The fold of each paper, drawn by `seed`; sizes differ by one at most."""
    folds = [i % FOLDS for i in range(len(papers))]
    random.Random(seed).shuffle(folds)
    return folds


def train_gold(run: Run, variant: str, fold: int | None) -> Path:
    """The network after training on gold: all of it, or all but one fold."""
    path = run.work / f"gold-{variant}-{'whole' if fold is None else fold}.pt"
    if path.exists():
        return path
    torch.set_num_threads(1)
    torch.manual_seed(run.seed)
    reader, rows = tokenizer(run)
    shape = checkpoint.Shape(len(rows), len(LAYERS[variant]), ("gold",))
    network = checkpoint.build(shape)
    other, _ = checkpoint.load(run.work / f"pretrained-{variant}.pt")
    checkpoint.take_over(network, other)
    network.encoder.pieces.weight.requires_grad_(False)
    papers = training_papers(run)
    chosen = [p for p, f in zip(papers, fold_of(papers, run.seed), strict=True) if f != fold]
    examples: list[Example] = [from_gold(reader, paper.document, paper.row) for paper in chosen]
    fit(network, examples, replace(GOLD[variant], seed=run.seed), vocabulary.mask_id(reader), partial(print, path.stem))
    checkpoint.save(network, shape, path)
    return path


def gold_jobs(run: Run, variant: str) -> None:
    """All folds and the whole, two at a time, one thread each."""
    jobs: list[int | None] = [None, *range(FOLDS)]
    with get_context("spawn").Pool(2) as pool:
        pool.starmap(train_gold, [(run, variant, job) for job in jobs], chunksize=1)
