"""The same architecture trained on SciER, to stand beside published scores. SciER is GPL-3.0: this model is never shipped.

Starts from the network that was pretrained for shipping. SciREX, which pretraining reads, shares one paper with SciER's dev set and none with its
test sets (compared by the letters of sentences): a dev score has to say so.
"""

from __future__ import annotations

import json
import random
import shutil
from dataclasses import replace
from itertools import groupby
from pathlib import Path

import torch

from kg import corpora
from kg.corpora import AnnotatedSentence
from kg.extract.tagger.corpus import windows
from kg.extract.train import checkpoint, recipe, vocabulary
from kg.extract.train.data import SCIER_RELATIONS, SCIER_TYPES
from kg.extract.train.examples import Example, from_window
from kg.extract.train.export import export_pieces, export_variant
from kg.extract.train.fit import Schedule, fit
from kg.extract.train.recipe import LAYERS, Run

WINDOW = 160  # words read as one text in training: twice that of reading, so that contexts of all lengths are seen
EMPTY = 600  # sentences of SciREX without an annotation: SciER keeps only sentences that have an entity

SCHEDULE = Schedule(epochs=7, rate=2.5e-4, head_rate=7.5e-4, pieces=1_200, averaging=0.998, mask=0.05, relation_weight=0.7, role_weight=0.0)


def _empty(run: Run, count: int) -> list[AnnotatedSentence]:
    """Sentences in which nothing is annotated, in documents of three."""
    found = [s for s in corpora.read("scirex", run.shared / "data" / "scirex-train-docs.tar.gz") if not s.spans and 4 <= len(s.words) <= 60]
    random.Random(run.seed).shuffle(found)
    return [replace(s, document=f"empty-{i // 3}", relations=()) for i, s in enumerate(found[:count])]


def train(run: Run, variant: str, out: Path) -> None:
    """Write the model folder `out` for `kg eval --corpus scier FILE --model out`."""
    torch.set_num_threads(2)
    torch.manual_seed(run.seed)
    reader, rows = recipe.tokenizer(run)
    recipe.pretrain(run, variant)
    shape = checkpoint.Shape(len(rows), len(LAYERS[variant]), ("scier",))
    network = checkpoint.build(shape)
    other, _ = checkpoint.load(run.work / f"pretrained-{variant}.pt")
    checkpoint.take_over(network, other)
    sentences = list(corpora.read("scier", run.shared / "data" / "scier" / "LLM" / "train.jsonl"))
    examples: list[Example] = []
    sentences += _empty(run, EMPTY)
    for _, group in groupby(sentences, key=lambda s: s.document):
        examples += [from_window(reader, "scier", window, SCIER_TYPES, SCIER_RELATIONS) for window in windows(list(group), WINDOW)]
    fit(network, examples, replace(SCHEDULE, seed=run.seed), vocabulary.mask_id(reader))
    out.mkdir(parents=True, exist_ok=True)
    shutil.copy(run.work / "tokenizer.json", out)
    export_pieces(network.encoder, out)
    export_variant(network, "scier", variant, out)
    made = {"corpus": "scier", "variant": variant, "types": SCIER_TYPES, "relations": SCIER_RELATIONS}
    (out / "corpus.json").write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
