"""Fits a network to examples: AdamW, linear warm-up and decay, bf16 arithmetic, a running average of the weights at the end."""

from __future__ import annotations

import copy
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from kg.extract.train.examples import IGNORED, Example
from kg.extract.train.network import EntityHeads, Network

_NONE_WEIGHT = 0.5  # of pairs without a relation in the loss: 19 pairs in 20 have none


@dataclass(frozen=True, slots=True)
class Schedule:
    """How long and how hard to train."""

    epochs: int
    rate: float  # of the encoder, at its highest
    head_rate: float
    pieces: int = 1500  # a batch, padding included
    warm_up: float = 0.1  # share of the steps
    averaging: float = 0.0  # decay of the running average per step; 0: none
    mask: float = 0.0  # share of pieces hidden from the network, so that it reads the context
    relation_weight: float = 0.5
    role_weight: float = 0.3
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Batch:
    """Examples of one corpus, padded: tensors (n, pieces)."""

    examples: list[Example]
    ids: Tensor
    shapes: Tensor
    mask: Tensor


def fit(network: Network, examples: Sequence[Example], schedule: Schedule, mask_id: int, say: Callable[[str], None] = print) -> None:
    """Train in place; the same seed, examples and number of threads give the same weights."""
    torch.manual_seed(schedule.seed)
    chance = random.Random(schedule.seed)
    plan = [batch for _ in range(schedule.epochs) for batch in batches(examples, schedule.pieces, chance)]
    optimiser, scheduler = _optimiser(network, schedule, len(plan))
    average = copy.deepcopy(network) if schedule.averaging else None
    network.train()
    begun, total = time.monotonic(), 0.0
    for step, chosen in enumerate(plan, start=1):
        batch = collate(chosen)
        if schedule.mask:
            batch = _hide(batch, schedule.mask, mask_id)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            cost = loss(network, batch, schedule)
        optimiser.zero_grad(set_to_none=True)
        cost.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        scheduler.step()
        if average is not None:
            _average(average, network, min(schedule.averaging, step / (step + 10)))
        total += cost.item()
        if step % 100 == 0 or step == len(plan):
            say(f"  step {step}/{len(plan)}  loss {total / (step % 100 or 100):.3f}  {time.monotonic() - begun:.0f} s")
            total = 0.0
    if average is not None:
        network.load_state_dict(average.state_dict())
    network.eval()


def batches(examples: Sequence[Example], pieces: int, chance: random.Random) -> Iterator[list[Example]]:
    """Examples of one corpus and like length together, in an order drawn by `chance`."""
    drawn = sorted(examples, key=lambda e: (e.corpus, len(e.ids) + chance.randint(0, 16), chance.random()))
    found: list[list[Example]] = []
    current: list[Example] = []
    for example in drawn:
        longest = max([len(example.ids), *(len(e.ids) for e in current)])
        if current and (current[0].corpus != example.corpus or longest * (len(current) + 1) > pieces):
            found.append(current)
            current = []
        current.append(example)
    if current:
        found.append(current)
    chance.shuffle(found)
    return iter(found)


def collate(examples: list[Example]) -> Batch:
    """Pad with zeros to the longest."""
    longest = max(len(e.ids) for e in examples)
    ids = torch.tensor([e.ids + [0] * (longest - len(e.ids)) for e in examples])
    shapes = torch.tensor([e.shapes + [1] * (longest - len(e.ids)) for e in examples])
    mask = torch.tensor([[True] * len(e.ids) + [False] * (longest - len(e.ids)) for e in examples])
    return Batch(examples, ids, shapes, mask)


def loss(network: Network, batch: Batch, schedule: Schedule) -> Tensor:
    """Words, and where the corpus has them relations and roles."""
    hidden = network.encoder(batch.ids, batch.shapes, batch.mask)
    words = [hidden[i, e.first] for i, e in enumerate(batch.examples)]
    corpus = batch.examples[0].corpus
    logits = network.taggers[corpus](network.drop(torch.cat(words)))
    labels = torch.tensor([label for e in batch.examples for label in e.labels])
    weights = torch.tensor([e.weight for e in batch.examples for _ in e.labels])
    each = functional.cross_entropy(logits.float(), labels, ignore_index=IGNORED, reduction="none")
    cost = (each * weights).sum() / weights.sum()
    if corpus in network.entities:
        heads = network.entities[corpus]
        cost = cost + _entity_loss(heads, words, batch.examples, schedule)  # type: ignore[arg-type]
    return cost


def _entity_loss(heads: EntityHeads, words: list[Tensor], examples: list[Example], schedule: Schedule) -> Tensor:
    relation_logits: list[Tensor] = []
    relation_labels: list[int] = []
    role_logits: list[Tensor] = []
    role_labels: list[int] = []
    for vectors, example in zip(words, examples, strict=True):
        if example.pairs is None:
            continue
        pooled = heads.pool(vectors, example.pairs)
        role_logits.append(heads.roles(pooled, torch.tensor(example.pairs.types)))
        role_labels += example.roles
        if example.pairs.subjects:
            relation_logits.append(heads.relations(vectors, pooled, example.pairs))
            relation_labels += example.relations
    cost = torch.zeros(())
    if role_logits and schedule.role_weight:
        cost = cost + schedule.role_weight * functional.cross_entropy(torch.cat(role_logits).float(), torch.tensor(role_labels))
    if relation_logits:
        logits = torch.cat(relation_logits).float()
        weight = torch.ones(logits.shape[1])
        weight[0] = _NONE_WEIGHT
        cost = cost + schedule.relation_weight * functional.cross_entropy(logits, torch.tensor(relation_labels), weight=weight)
    return cost


def _hide(batch: Batch, share: float, mask_id: int) -> Batch:
    hidden = (torch.rand(batch.ids.shape) < share) & batch.mask
    hidden[:, 0] = False
    return Batch(batch.examples, batch.ids.masked_fill(hidden, mask_id), batch.shapes, batch.mask)


def _optimiser(network: Network, schedule: Schedule, steps: int) -> tuple[torch.optim.Optimizer, torch.optim.lr_scheduler.LRScheduler]:
    encoder = [p for p in network.encoder.parameters() if p.requires_grad]
    inside = {id(p) for p in network.encoder.parameters()}
    heads = [p for p in network.parameters() if p.requires_grad and id(p) not in inside]
    optimiser = torch.optim.AdamW(
        [{"params": encoder, "lr": schedule.rate}, {"params": heads, "lr": schedule.head_rate}], weight_decay=0.01
    )
    warm = max(1, int(schedule.warm_up * steps))
    return optimiser, torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda s: min((s + 1) / warm, max(0.0, (steps - s) / max(1, steps - warm)))
    )


def _average(average: Network, network: Network, decay: float) -> None:
    with torch.no_grad():
        for mean, value in zip(average.parameters(), network.parameters(), strict=True):
            mean.lerp_(value, 1.0 - decay)
