"""What is trained on: gold rows find their texts, and the corpora give as many sentences as are asked for."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("tokenizers", reason="cuts words into pieces")
pytest.importorskip("torch", reason="the examples are made for it")

from kg.extract.tagger.labels import bio
from kg.extract.train.data import AUXILIARY, abstracts, auxiliary, gold, titles
from kg.extract.train.examples import Example

OWLS = "OwlNet: Counting Owls\n\nWe propose OwlNet. It counts owls in the dark.\n"
OAKS = "On the Growth of Oaks\n\nOaks grow slowly. We measure them with RulerBench.\n"


def write_rows(path: Path, *rows: Mapping[str, Any]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def row(paper: str, *names: str) -> dict[str, Any]:
    entities = [{"name": name, "type": "Method", "role": "uses", "aliases": []} for name in names]
    return {"paper": paper, "entities": entities, "relations": []}


def test_gold_rows_find_their_texts_by_title(tmp_path) -> None:
    (tmp_path / "made.txt").write_text(f"{OWLS}\n{OAKS}", encoding="utf-8")
    oaks, owls = row("on the growth of OAKS.", "RulerBench"), row("OwlNet: Counting Owls", "OwlNet")
    papers = gold(write_rows(tmp_path / "made.jsonl", oaks, owls))  # rows in another order, a title written differently
    assert [paper.row for paper in papers] == [oaks, owls]
    assert [paper.document.source_title for paper in papers] == ["On the Growth of Oaks", "OwlNet: Counting Owls"]
    for paper in papers:
        assert all(entity["name"] in paper.document.text for entity in paper.row["entities"])


def test_a_row_without_its_text_is_an_error(tmp_path) -> None:
    (tmp_path / "made.txt").write_text(OWLS, encoding="utf-8")
    path = write_rows(tmp_path / "made.jsonl", row("A paper that nobody wrote"))
    with pytest.raises(KeyError):
        gold(path)


def test_titles_of_a_folder(tmp_path) -> None:
    write_rows(tmp_path / "a.jsonl", row("On Oaks!"), row("On Owls"))
    write_rows(tmp_path / "b.jsonl", row("on oak"), row("OwlNet"))
    (tmp_path / "a.txt").write_text("On elms\n\nNot a row.\n", encoding="utf-8")
    assert titles(tmp_path) == {"onoak", "onowl", "owlnet"}


def test_abstracts_are_shuffled_by_the_seed(tmp_path) -> None:
    path = tmp_path / "abstracts.jsonl.gz"
    rows = [{"title": f"On oak number {i}", "abstract": f"Oak {i} grows."} for i in range(12)]
    path.write_bytes(gzip.compress("".join(json.dumps(r) + "\n" for r in rows).encode()))
    first, again, other = (abstracts(path, seed) for seed in (1, 1, 2))
    assert first == again != other
    assert sorted(d.title for d in first) == sorted(d.title for d in other) == sorted(r["title"] for r in rows)
    assert {d.abstract for d in first} == {r["abstract"] for r in rows}


def conll(*sentences: str, middle: str = "") -> str:
    """Sentences of words as "leaf/TASK" or "tree": each annotated word is a span of its own."""
    lines = []
    for sentence in sentences:
        for word in sentence.split():
            text, _, type_ = word.partition("/")
            lines.append(f"{text}{middle}\t{f'B-{type_}' if type_ else 'O'}")
        lines.append("")
    return "\n".join(lines)


def archive(path: Path, files: Mapping[str, str]) -> None:
    with tarfile.open(path, "w:gz") as made:
        for name, text in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(text.encode())
            made.addfile(info, io.BytesIO(text.encode()))


def scirex() -> str:
    words = ["we", "propose", "oak", "on", "leaf", "we", "read", "the", "trees", "it", "we", "grow", "on"]
    ner = [[2, 3, "Method"], [4, 5, "Material"], [8, 9, "Task"]]
    return json.dumps({"doc_id": "d", "words": words, "sentences": [[0, 5], [5, 9], [9, 13]], "ner": ner})


SOFTWARE = "We read oak on it. We grow the trees on it. We read the leaf on it. "


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    """A folder of corpora: of each a few sentences made up here, in its own format."""
    data = tmp_path / "data"
    for folder in ("tdmsci", "somesci", "crossner/ai", "crossner/science"):
        (data / folder).mkdir(parents=True)
    archive(data / "scirex-train-docs.tar.gz", {"release/d.json": scirex()})
    full = [f"we read {'oak ' * (i + 1)}on leaf/TASK" for i in range(20)]
    empty = [f"we grow {'tree ' * (i + 1)}on it" for i in range(20)]
    (data / "tdmsci" / "train_1500_v2.conll").write_text(conll(*full, *empty, middle="\t0"), encoding="utf-8")
    many = [f"we propose {'oak ' * (i + 1)}on it/algorithm" for i in range(7)]
    ai = conll(*many, "we read the trees/country on it", "zoo/task grow", f"zoo/task {'tree ' * 120}")
    (data / "crossner" / "ai" / "train.txt").write_text(ai, encoding="utf-8")
    (data / "crossner" / "ai" / "dev.txt").write_text(conll("the oak/product read it"), encoding="utf-8")
    (data / "crossner" / "ai" / "test.txt").write_text(conll("we read zoo/product on it"), encoding="utf-8")
    (data / "crossner" / "science" / "train.txt").write_text(conll("the leaf/university read it"), encoding="utf-8")
    (data / "crossner" / "science" / "dev.txt").write_text(conll("the tree/researcher read it"), encoding="utf-8")
    oak, tree = SOFTWARE.index("oak"), SOFTWARE.index("trees")
    annotations = f"T1\tApplication_Usage {oak} {oak + 3}\toak\nT2\tCitation {tree} {tree + 5}\ttrees\n"
    archive(data / "somesci" / "somesci-brat.tar.gz", {"a/1.txt": SOFTWARE, "a/1.ann": annotations})
    return tmp_path


def found(tokenizer: Any, shared: Path, seed: int = 1, **limits: int) -> dict[str, list[Example]]:
    examples = list(auxiliary(tokenizer, shared, {**dict.fromkeys(AUXILIARY, 100), **limits}, seed))
    return {name: [e for e in examples if e.corpus == name] for name in AUXILIARY}


def labels(example: Example) -> list[str]:
    return [bio(AUXILIARY[example.corpus])[label] for label in example.labels if label]


def test_each_corpus_is_labelled_with_its_own_types(tokenizer: Any, shared: Path) -> None:
    examples = found(tokenizer, shared)
    assert sorted(labels(e) for e in examples["scirex"]) == [["B-Method", "B-Material"], ["B-Task"]]
    assert [labels(e) for e in examples["tdmsci"] if any(e.labels)] == [["B-TASK"]] * 20
    assert sorted(labels(e) for e in examples["crossner"]) == [*[["B-algorithm"]] * 7, ["B-product"], ["B-researcher"], ["B-university"]]
    assert [labels(e) for e in examples["somesci"]] == [["B-Application"]]  # "Application_Usage" without its "_Usage"


def test_limits_hold_and_a_fifth_as_many_have_no_name(tokenizer: Any, shared: Path) -> None:
    for limit, with_name, without in ((100, 20, 4), (10, 10, 2), (4, 4, 0), (0, 0, 0)):
        examples = found(tokenizer, shared, tdmsci=limit)["tdmsci"]
        assert sum(any(e.labels) for e in examples) == with_name
        assert sum(not any(e.labels) for e in examples) == without


def test_the_seed_decides_what_is_drawn(tokenizer: Any, shared: Path) -> None:
    first, again, other = ([e.ids for e in found(tokenizer, shared, seed, tdmsci=5)["tdmsci"]] for seed in (1, 1, 2))
    assert first == again
    assert sorted(first) != sorted(other)


def test_a_sentence_with_names_of_other_types_alone_is_not_taken_for_empty(tokenizer: Any, shared: Path) -> None:
    """A "country" is not learnt, but neither is it learnt that nothing is there: two sentences without a name are wanted, none is found."""
    assert len(found(tokenizer, shared)["crossner"]) == 10
    assert not any(tokenizer.token_to_id("trees") in e.ids for e in found(tokenizer, shared)["crossner"])


def test_test_files_and_very_short_or_long_sentences_stay_unread(tokenizer: Any, shared: Path) -> None:
    (zoo, *_) = tokenizer.encode("zoo", add_special_tokens=False).ids  # a word of these sentences only
    assert not any(zoo in e.ids for e in found(tokenizer, shared)["crossner"])
