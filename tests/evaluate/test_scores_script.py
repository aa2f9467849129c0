"""tests/bench/scores.py: its table, and where it puts it."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).parents[1] / "bench" / "scores.py"
ENTITY = {"name": "TreeNet", "type": "Method", "role": "introduces"}
GOLD = {"paper": "TreeNet: Trees for All", "entities": [ENTITY, {"name": "BarkSet", "type": "Dataset", "role": "mentions"}]}


@pytest.fixture(scope="module")
def scores() -> ModuleType:
    spec = importlib.util.spec_from_file_location("scores_script", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["scores_script"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    (tmp_path / "small.jsonl").write_text(json.dumps(GOLD), encoding="utf-8")
    (tmp_path / "small.txt").write_text(
        "TreeNet: Trees for All\n\nWe propose TreeNet. TreeNet outperforms all others by far.\n", encoding="utf-8"
    )
    return tmp_path / "small.jsonl"


def test_the_table_of_one_file(scores: ModuleType, gold: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert scores.main([str(gold), "-e", "rules"]) == 0
    said, _, header, rule, row = capsys.readouterr().out.strip().split("\n")
    assert said.startswith("F1 on gold abstracts")
    assert header.startswith("| gold | papers | extractor | core F1 | role F1 | relation F1 | Method | Dataset |")
    assert rule.count("|") == header.count("|") == row.count("|")
    assert row.startswith("| small | 1 | rules | 0.67 [0.67, 0.67] |")


def test_a_missing_text_or_extractor_is_told(scores: ModuleType, gold: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert scores.main([str(gold), "-e", "nonsense"]) == 1
    gold.with_suffix(".txt").write_text("Another paper\n\nWe propose TreeNet. TreeNet outperforms all others by far.\n", encoding="utf-8")
    assert scores.main([str(gold), "-e", "rules"]) == 1
    gold.with_suffix(".txt").unlink()
    assert scores.main([str(gold), "-e", "rules"]) == 1
    assert capsys.readouterr().err.count("error: ") == 3


def test_it_is_put_between_the_markers(scores: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("README.md", "MODEL_CARD.md")]
    for path in paths:
        path.write_text(f"# Title\n{scores.BEGIN}\nold\n{scores.END}\nend\n", encoding="utf-8")
    monkeypatch.setattr(scores, "TARGETS", paths)
    scores.write("new")
    scores.write("newer")
    assert {path.read_text(encoding="utf-8") for path in paths} == {f"# Title\n{scores.BEGIN}\nnewer\n{scores.END}\nend\n"}


@pytest.mark.parametrize(
    "text", ["", "<!-- scores -->", "<!-- /scores --><!-- scores -->", "<!-- scores --><!-- scores --><!-- /scores -->"]
)
def test_nothing_is_written_without_the_markers(scores: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str) -> None:
    paths = [tmp_path / "good.md", tmp_path / "bad.md"]
    paths[0].write_text(f"{scores.BEGIN}old{scores.END}", encoding="utf-8")
    paths[1].write_text(text, encoding="utf-8")
    monkeypatch.setattr(scores, "TARGETS", paths)
    with pytest.raises(ValueError, match="must be there once"):
        scores.write("new")
    assert "old" in paths[0].read_text(encoding="utf-8")
