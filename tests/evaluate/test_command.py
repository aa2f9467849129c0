"""`kg eval` on gold files and on annotated corpora, the latter with a tagger made up here."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from kg.cli import run
from kg.corpora import AnnotatedSentence, TaggedSpan

TEXT = "TreeNet: Trees for All\n\nWe propose TreeNet. TreeNet outperforms BarkNet on 8 NVIDIA A100 GPUs.\n"
GOLD = {
    "paper": "TreeNet: Trees for All",
    "entities": [
        {"name": "TreeNet", "type": "Method", "role": "introduces", "evidence": "We propose TreeNet"},
        {"name": "NVIDIA A100", "type": "Hardware", "role": "runsOn", "aliases": ["NVIDIA A100 GPUs", "A100"]},
        {"name": "BarkNet", "type": "Dataset", "role": "evaluatesOn"},
    ],
    "relations": [], "links": [],
}  # fmt: skip
CONLL = "LeafNet\tB-method\nuses\tO\nGroveSet\tB-dataset\n\nNothing\tO\nhere\tO\n\nTwigNet\tB-method\nwins\tO\n"


class FirstWords:
    """Marks the first word of every sentence as a method; looks at nothing else."""

    def tag(self, sentences: Sequence[AnnotatedSentence]) -> list[AnnotatedSentence]:
        return [replace(sentence, spans=(TaggedSpan(0, 1, "method"),), relations=()) for sentence in sentences]


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    (tmp_path / "gold.jsonl").write_text(json.dumps(GOLD) + "\n", encoding="utf-8")
    (tmp_path / "gold.txt").write_text(TEXT, encoding="utf-8")
    return tmp_path / "gold.jsonl"


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    pytest.importorskip("numpy")
    opened: list[tuple[object, str]] = []
    monkeypatch.setattr("kg.extract.tagger.corpus.open_sentence_tagger", lambda *given: opened.append(given) or FirstWords())
    (tmp_path / "dev.txt").write_text(CONLL, encoding="utf-8")
    return tmp_path / "dev.txt"


def test_a_gold_file_with_its_texts(gold: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["eval", str(gold), "--errors"]) == 0
    lines = capsys.readouterr().out.split("\n")
    at = lines.index("TreeNet: Trees for All: missed Dataset 'BarkNet'")
    assert lines[at + 1] == "    TreeNet outperforms BarkNet on 8 NVIDIA A100 GPUs."
    (core,) = [line for line in lines if line.startswith("core ")]
    assert core.endswith("]")  # the interval
    assert "  Dataset       P 1.000  R 0.000  F1 0.000 [0.000, 0.000]  (tp 0, fp 0, fn 1)" in lines


def test_scores_as_json(gold: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["eval", str(gold), "--json", "--errors", "--predicted", str(gold)]) == 0
    scores = json.loads(capsys.readouterr().out)
    assert (scores["core"], scores["intervals"]["core"]) == ([1.0, 1.0, 1.0], [1.0, 1.0])
    assert (scores["errors"], scores["mistakes"], scores["papers"]) == ([], [], [[GOLD["paper"], 1.0, 1.0, 1.0, 3, 0, 0]])


def test_errors_of_a_predicted_file_are_quoted_from_the_texts_beside_the_gold(gold: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (gold.parent / "found.jsonl").write_text(json.dumps({**GOLD, "entities": GOLD["entities"][1:]}), encoding="utf-8")
    assert run(["eval", str(gold), "--json", "--errors", "--predicted", str(gold.parent / "found.jsonl")]) == 0
    (mistake,) = json.loads(capsys.readouterr().out)["mistakes"]
    assert mistake == {
        "paper": GOLD["paper"],
        "error": "TreeNet: Trees for All: missed Method 'TreeNet'",
        "sentence": "We propose TreeNet.",
    }


def test_papers_without_a_text_are_told(gold: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gold.write_text(gold.read_text(encoding="utf-8") + json.dumps({"paper": "Another", "entities": []}), encoding="utf-8")
    assert run(["eval", str(gold)]) == 0
    assert "1 of 2 papers are not in" in capsys.readouterr().err
    assert run(["eval", str(gold), "--texts", str(gold.with_name("absent.txt"))]) == 3
    assert "absent.txt does not exist" in capsys.readouterr().err


def test_a_corpus(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["eval", "--corpus", "crossner", str(corpus), "--errors"]) == 0
    lines = capsys.readouterr().out.split("\n")
    assert lines[:4] == [
        "dev:1: missed dataset 'GroveSet'", "    LeafNet uses [GroveSet]dataset",
        "dev:2: wrong method 'Nothing'", "    {Nothing}method here",
    ]  # fmt: skip
    assert lines[4].startswith("mention   P 0.667  R 0.667  F1 0.667 [")
    assert not any(line.startswith("Rel") for line in lines)
    assert lines[-3:-1] == ["sentences 3, documents 3", "sentences without a gold span 1, mentions found in them 1 (1000 per 1,000)"]


def test_a_corpus_with_relations(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    row = {"doc_id": "1", "sentence": "LeafNet uses GroveSet", "ner": [["LeafNet", "method"], ["GroveSet", "data"]]}
    path = corpus.with_suffix(".jsonl")
    path.write_text(json.dumps({**row, "rel": [["LeafNet", "Uses", "GroveSet"]]}), encoding="utf-8")
    assert run(["eval", "--corpus", "scier", str(path)]) == 0
    out = capsys.readouterr().out
    assert "\nRel       P 1.000  R 0.000  F1 0.000" in out
    assert "\nRel+      P 1.000  R 0.000  F1 0.000" in out


def test_a_corpus_as_json_and_by_type(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["eval", "--corpus", "crossner", str(corpus), "--json", "--errors", "--types", "method"]) == 0
    scores = json.loads(capsys.readouterr().out)
    assert (scores["mention"]["tp"], scores["mention"]["fp"], scores["mention"]["fn"]) == (2, 1, 0)
    assert list(scores["types"]) == ["method"]
    assert scores["false_per_1000"] == 1000
    assert [error["text"] for error in scores["errors"]] == ["wrong method 'Nothing'"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--corpus", "nonsense"], 2),
        (["--corpus", "crossner", "--types", "weed"], 2),
        (["--corpus", "crossner", "--texts", "x.txt"], 2),
        (["--corpus", "crossner", "--predicted", "x.jsonl"], 2),
        (["--corpus", "crossner", "--papers"], 2),
        (["--corpus", "crossner", "--extractor", "rules"], 2),
        (["--model", "x"], 2),
        (["--types", "method"], 2),
        (["--texts", "x.txt", "--predicted", "x.jsonl"], 2),
        (["--extractor", "nonsense"], 3),  # before it is loaded, the gold is read: CoNLL is no gold file
        (["--corpus", "scier"], 3),
        (["--corpus", "scirex"], 3),
        ([], 3),
    ],
)
def test_wrong_options_and_files_are_told(corpus: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int) -> None:
    assert run(["eval", str(corpus), *arguments]) == code
    words = capsys.readouterr()
    assert words.out == ""
    assert words.err.startswith("error: ")
    assert "\nhint:  " in words.err
    assert "Traceback" not in words.err


def test_an_extractor_chosen_in_the_environment_does_not_matter_to_a_corpus(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_EXTRACTOR", "rules")
    assert run(["eval", str(corpus), "--corpus", "crossner"]) == 0


def test_an_unknown_extractor_is_told(gold: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["eval", str(gold), "--extractor", "nonsense"]) == 2
    assert "nonsense" in capsys.readouterr().err


def test_a_corpus_without_a_sentence_is_told(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corpus.write_text("\n\n", encoding="utf-8")
    assert run(["eval", "--corpus", "crossner", str(corpus)]) == 3
    assert "holds no sentence" in capsys.readouterr().err


def test_a_folder_without_a_model_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "dev.txt").write_text(CONLL, encoding="utf-8")
    assert run(["eval", "--corpus", "crossner", str(tmp_path / "dev.txt"), "--model", str(tmp_path)]) == 3
    assert "error: " in capsys.readouterr().err
