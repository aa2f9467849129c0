"""All development papers together: names of one thing are one node, and no node means two things, but for those listed here by reading."""

from __future__ import annotations

import json
from collections import defaultdict
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import pytest

from kg.model import Document, EntityClaim, EntityType, Evidence, Extraction, LoggedPaper, Mention, Role, Span
from kg.resolve import Decided, Register, Resolution
from kg.resolve.forms import core, is_part, key

OWN = Path(__file__).parent.parent / "gold"
SHARED = Path(__file__).parents[3] / "shared" / "gold"
FILES = [*(SHARED / f"{name}.jsonl" for name in ("seeds20", "dev30", "train360")), *sorted(OWN.glob("*.jsonl"))]

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="needs the gold annotations beside the project (../shared/gold)")

# Different things although two papers use one name of both: homonyms, and a narrower thing that its paper also calls by a wider name.
DIFFERENT = {
    ("DIGIT", "Digit"),  # a tactile sensor, a biped
    ("Mobile Agricultural Robots", "Mobile Robots"),
    ("Intel Realsense D435", "RGB-D camera"),
    ("Convolutional Recurrent Neural Network", "hierarchical convRNN"),
    ("FFT loss", "Fast Fourier Transform"),
    ("Federated Learning", "fully lifted blirp interpolation"),  # FL
    ("TeacherNet-GarmentNet-TryonNet", "Trailer Generation Transformers"),  # TGT
    ("PersonaBOT", "Retrieval Augmented Generation"),  # a chatbot that its paper also calls by what it is made of
    ("PersonaBOT", "Retrieval-Augmented Generation"),
    ("PersonaBOT", "Retrieval-augmented generation"),
    ("PersonaBOT", "retrieval augmented generation"),
    ("PersonaBOT", "retrieval-augmented generation"),
}
# One thing although the papers share no name of it: what the curated lists know.
ONE = {
    "dataset/aime-2024", "hardware/amd-instinct-mi250x", "hardware/consumer-gpu", "hardware/drone", "hardware/mmwave-radar",
    "hardware/nvidia-a100-40gb", "hardware/nvidia-geforce-rtx-3090", "hardware/nvidia-jetson-agx-orin", "hardware/rgb-d-camera",
    "method/claude-3-7-sonnet", "method/dpo", "method/gaussian-process", "method/llava-next", "method/model-context-protocol",
    "method/pca", "organisation/amazon-web-services",
}  # fmt: skip


class Named(NamedTuple):
    """One required entity of one paper's gold."""

    type: EntityType
    paper: str
    name: str
    forms: tuple[str, ...]
    role: Role
    path: str  # of the node that it became

    def whole_names(self) -> set[str]:
        """The names by which it is just this thing: all but parts of its name."""
        whole = [form for form in self.forms if form == self.name or not is_part(form, self.name, self.type)]
        return {key(core(form, self.type), self.type) for form in whole}


def claim(entity: dict[str, object], start: int) -> EntityClaim:
    """A gold entity as an extractor would claim it; its name stands at `start`."""
    name, type = str(entity["name"]), EntityType(str(entity["type"]))
    span = Span(start, start + len(name))
    aliases = tuple(sorted({*entity.get("aliases", ())} - {name}))  # type: ignore[misc]
    return EntityClaim(
        name, type, aliases, (Mention(span, name, type, "gold", 1.0),), Role(str(entity["role"])), (Evidence(span, span),), "gold", 1.0
    )


@cache
def resolved() -> tuple[Named, ...]:
    """The required entities of all gold, resolved together; types but tasks, whose names are the most open to taste."""
    papers = {}
    for file in FILES:
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines()):
            gold = json.loads(line)
            text, claims = "", []
            for entity in gold["entities"]:
                if entity.get("required", True) and entity["type"] != "Task":
                    claims.append(claim(entity, len(text)))
                    text += f"{entity['name']}. "
            name = f"{file.stem}-{number}"
            document = Document(name, "gold", name, gold["paper"], gold["paper"], "")
            papers[name] = LoggedPaper(document, Extraction(tuple(claims)), "gold-1")
    register = Register()
    resolution = Resolution(register, Decided(), papers.get)
    resolution.fill(papers.values())
    found = []
    for name, paper in papers.items():
        paths = resolution.ids(name)
        for place, said in enumerate(paper.extraction.entities):
            found.append(Named(said.type, name, said.name, (said.name, *said.aliases), said.role, paths[place]))
    register.close()
    return tuple(found)


def test_names_of_one_thing_are_one_node() -> None:
    by_name: defaultdict[tuple[EntityType, str], list[Named]] = defaultdict(list)
    for named in resolved():
        for name in named.whole_names():
            by_name[named.type, name].append(named)
    pairs = {
        (tuple(sorted((one.name, other.name))), one.path == other.path)
        for sharing in by_name.values()
        for one, other in combinations(sharing, 2)
        if one.paper != other.paper and not one.role == other.role == Role.INTRODUCES
    }
    apart = {names for names, same in pairs if not same}
    assert len(pairs) > 200
    assert apart <= {tuple(sorted(names)) for names in DIFFERENT}


def test_no_node_means_two_things() -> None:
    by_path: defaultdict[str, list[Named]] = defaultdict(list)
    for named in resolved():
        by_path[named.path].append(named)
    strange = {
        path
        for path, sharing in by_path.items()
        if any(one.whole_names().isdisjoint(other.whole_names()) for one, other in combinations(sharing, 2) if one.paper != other.paper)
    }
    assert strange <= ONE


def test_two_papers_that_introduce_a_name_have_two_nodes() -> None:
    new = [named for named in resolved() if named.role is Role.INTRODUCES]
    homes = {
        (one.path, other.path)
        for one, other in combinations(new, 2)
        if one.whole_names() & other.whole_names() and one.paper != other.paper
    }
    assert homes
    assert all(one != other for one, other in homes)
