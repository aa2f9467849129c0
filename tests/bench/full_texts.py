"""What reading whole papers adds to their abstracts: entities of SciREX's full papers found from the abstract alone, and from all of it.

    python tests/bench/full_texts.py PATH_TO_scirex-train-docs.tar.gz [-n 20] [-e fast]

SciREX marks mentions of methods, tasks and datasets ("Material") in full papers, and the few entities that a paper's results are about (salient).
Printed per type: share of salient entities of which a form is found; share of what is found that SciREX marks too, which is a lower bound, as it marks
no software, no organisations and no hardware; how many are found. The tagger was trained on sentences of these papers, so the figures are no measure of it: they
compare reading the abstract with reading all.
"""

from __future__ import annotations

import argparse
import json
import re
import tarfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from kg import extract
from kg.extract import checked
from kg.model import Document, EntityType, Extraction, Record, Section
from kg.names import normal_form
from kg.text import clean

TYPES = {EntityType.METHOD: "Method", EntityType.DATASET: "Material", EntityType.TASK: "Task"}
HEADING_WORDS = 4  # SciREX does not tell where a heading ends


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("papers", type=Path)
    parser.add_argument("-n", type=int, default=20, help="how many papers")
    parser.add_argument("-e", default="fast", help="extractor")
    options = parser.parse_args()
    reader = extract.load(options.e)
    counts: dict[str, Counter[str]] = {"abstract": Counter(), "full text": Counter()}
    for paper in papers(options.papers, options.n):
        document = clean(record(paper))
        assert isinstance(document, Document), document
        for name, read in (
            ("abstract", Document(*([document.key] * 3), document.title, document.title, document.abstract)),
            ("full text", document),
        ):
            begun = time.process_time()
            found = checked.extract(reader, read)
            counts[name]["ms"] += round(1000 * (time.process_time() - begun))
            assert isinstance(found, Extraction), found
            count(counts[name], paper, found)
    print(f"{options.n} papers, extractor {options.e}\n")
    print("| read | type | salient found | marked by SciREX too | found per paper | seconds per paper |")
    print("| --- | --- | --- | --- | --- | --- |")
    for name, counted in counts.items():
        for type_ in TYPES:
            salient = counted[f"{type_} salient found"] / max(counted[f"{type_} salient"], 1)
            marked = counted[f"{type_} marked"] / max(counted[f"{type_} found"], 1)
            print(
                f"| {name} | {type_} | {salient:.2f} | {marked:.2f} | {counted[f'{type_} found'] / options.n:.1f} | {counted['ms'] / options.n / 1000:.2f} |"
            )
        roles = ", ".join(f"{role[5:]} {n / options.n:.1f}" for role, n in sorted(counted.items()) if role.startswith("role "))
        print(f"\n{name}, per paper: {roles}\n")


def papers(path: Path, most: int) -> list[dict[str, Any]]:
    with tarfile.open(path) as archive:
        members = sorted((member for member in archive if member.name.endswith(".json")), key=lambda member: member.name)
        return [json.load(file) for member in members[:most] if (file := archive.extractfile(member)) is not None]


def record(paper: dict[str, Any]) -> Record:
    words, parts = paper["words"], []
    for start, end in paper["sections"]:
        mark, _, *rest = words[start:end]
        parts.append((mark, plain(rest[:HEADING_WORDS]), plain(rest[HEADING_WORDS:]), plain(rest)))
    (_, _, _, head), *rest_of = parts
    title, _, abstract = head.partition(" We ") if " We " in head else (head[:100], "", head[100:])
    return Record("scirex", "1", title, f"We {abstract}", sections=tuple(Section(heading, text) for _, heading, text, _ in rest_of))


def plain(words: list[str]) -> str:
    return re.sub(r" ([.,;:)\]%])", r"\1", re.sub(r"(\w) - (?=\w)", r"\1-", " ".join(words))).replace("( ", "(")


def count(counted: Counter[str], paper: dict[str, Any], found: Extraction) -> None:
    words = paper["words"]
    type_of = {(start, end): type_ for start, end, type_ in paper["ner"]}
    marked: dict[str, set[str]] = {name: set() for name in (*TYPES.values(), "Metric")}
    for (start, end), type_ in type_of.items():
        marked[type_].add(normal_form(" ".join(words[start:end])))
    names = {
        type_: {normal_form(form) for claim in found.entities if claim.type is type_ for form in (claim.name, *claim.aliases)}
        for type_ in TYPES
    }
    for mentions in paper["coref"].values():
        types = Counter(type_of[tuple(mention)] for mention in mentions if tuple(mention) in type_of)
        for type_, label in TYPES.items():
            if types and types.most_common(1)[0][0] == label:
                counted[f"{type_} salient"] += 1
                counted[f"{type_} salient found"] += any(normal_form(" ".join(words[s:e])) in names[type_] for s, e in mentions)
    for claim in found.entities:
        counted[f"role {claim.type.value}.{claim.role.value}"] += 1
        if claim.type in TYPES:
            counted[f"{claim.type} found"] += 1
            counted[f"{claim.type} marked"] += any(normal_form(form) in marked[TYPES[claim.type]] for form in (claim.name, *claim.aliases))


if __name__ == "__main__":
    main()
