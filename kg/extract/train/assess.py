"""From fold networks to decisions and to the reliability of their scores: each paper is judged by a network that has not seen it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.evaluate import Scores, score
from kg.evaluate.outcomes import outcomes as paper_outcomes
from kg.extract import logistic
from kg.extract.decisions import Decisions
from kg.extract.draft import draft
from kg.extract.learned import decide_all
from kg.extract.logistic import Model
from kg.extract.reliability import Outcome
from kg.extract.tagger.tagging import Tagger
from kg.extract.train import checkpoint, recipe
from kg.extract.train.decisions import Labelled, learn_calibration, learn_names, learn_relations
from kg.extract.train.export import export_pieces, export_variant
from kg.extract.train.recipe import Run
from kg.model import Extraction

Judged = tuple[Mapping[str, Any], Extraction]  # a gold row, and what was made of its paper


def export(run: Run, variant: str, name: str) -> Path:
    """The folder of run-time files of one gold network; made once."""
    folder = run.work / f"export-{variant}-{name}"
    if not (folder / f"{variant}.onnx").exists():
        folder.mkdir(exist_ok=True)
        network, _ = checkpoint.load(run.work / f"gold-{variant}-{name}.pt")
        shutil.copy(run.work / "tokenizer.json", folder)
        export_pieces(network.encoder, folder)
        export_variant(network, "gold", variant, folder)
    return folder


def held_out(run: Run, variant: str) -> list[list[Labelled]]:
    """Per fold, drafts of the papers that its network was not trained on."""
    papers = recipe.training_papers(run)
    folds = recipe.fold_of(papers, run.seed)
    found = []
    for fold in range(recipe.FOLDS):
        tagger = Tagger(export(run, variant, str(fold)), variant)
        chosen = [p for p, f in zip(papers, folds, strict=True) if f == fold]
        found.append([Labelled(draft(p.document, tagger.read([p.document.text])[0]), p.row) for p in chosen])
    return found


def learn(papers: Sequence[Labelled]) -> Decisions:
    """All decisions but the calibration, learnt on drafts."""
    names, _ = learn_names(papers)
    relation, _ = learn_relations(papers, names)
    return Decisions({**names, "relation": relation})


@dataclass(frozen=True, slots=True)
class Assessment:
    """What cross-validation over the folds gave."""

    judged: list[Judged]  # each paper by decisions and calibration learnt on the other folds
    calibration: dict[str, Model]  # learnt on all held-out outcomes, for the decisions that ship


def assess(folds: Sequence[Sequence[Labelled]]) -> Assessment:
    """Judge each paper by what was learnt on the folds it is not in."""
    others = [learn([paper for j, fold in enumerate(folds) if j != i for paper in fold]) for i in range(len(folds))]
    raw = [list(outcomes(_judge(fold, decisions))) for fold, decisions in zip(folds, others, strict=True)]
    judged: list[Judged] = []
    for i, fold in enumerate(folds):
        calibration = learn_calibration([one for j, found in enumerate(raw) if j != i for one in found])
        judged += _judge(fold, Decisions({**others[i].models, **calibration}))
    return Assessment(judged, learn_calibration([one for found in raw for one in found]))


def _judge(papers: Sequence[Labelled], decisions: Decisions) -> list[Judged]:
    return [(paper.row, decide_all(paper.draft, decisions)) for paper in papers]


def write(decisions: Decisions, path: Path) -> None:
    """The decisions as JSON, a feature a line."""
    whole = {name: logistic.to_json(model) for name, model in sorted(decisions.models.items())}
    path.write_text(json.dumps(whole, ensure_ascii=False, indent=0, sort_keys=True) + "\n", encoding="utf-8", newline="\n")


def to_row(document_title: str, extraction: Extraction) -> dict[str, Any]:
    """An extraction in the gold format."""
    names = [e.name for e in extraction.entities]
    return {
        "paper": document_title,
        "entities": [{"name": e.name, "type": e.type.value, "role": e.role.value, "aliases": list(e.aliases)} for e in extraction.entities],
        "relations": [[names[r.subject], r.predicate.value, names[r.object]] for r in extraction.relations],
        "links": [{"url": link.url, "kind": link.kind.value} for link in extraction.links],
    }


def scores(pairs: Sequence[Judged]) -> Scores:
    """Scores of extractions against their gold rows."""
    return score([row for row, _ in pairs], [to_row(row["paper"], extraction) for row, extraction in pairs])


def outcomes(pairs: Sequence[Judged]) -> Iterator[Outcome]:
    """What was right of each entity, role and relation of all papers."""
    for row, extraction in pairs:
        yield from paper_outcomes(row, extraction)
