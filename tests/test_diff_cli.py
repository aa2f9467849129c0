"""`kg diff` as a user meets it: what it prints, and its exit codes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import rdflib
from toy_papers import make

from kg.cli import run
from kg.deciding import decide
from kg.model import Decision, DecisionKind, EntityType

SAME = Decision(DecisionKind.SAME, EntityType.METHOD, "Path Finder", other="Way Seeker")


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A store, and one of a paper more in which two things are one."""
    place = tmp_path_factory.mktemp("stores")
    old = make(place / "old", wanted=["07", "09", "10"])
    new = Path(shutil.copytree(old, place / "new"))
    make(new, wanted=["03"])
    decide(new, add=[SAME])
    return old, new


def test_the_text_tells_a_summary_and_then_every_difference_in_words(stores: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["diff", *map(str, stores)]) == 1
    old, new = stores
    first, second, *lines = capsys.readouterr().out.splitlines()
    assert first.startswith(f"- {old}  (3 papers, ")
    assert second.startswith(f"+ {new}  (4 papers, ")
    assert lines == [
        "",
        "papers added                    1",
        "things merged                   1",
        "things added                    1",
        "claims added                    1",
        "claims moved with their things  1",
        "questions closed                1",
        "reasons for names added         2",
        "reasons for names removed       1",
        "",
        "papers added:",
        "  + Paper 03 paper/arxiv-2401.00003",
        "",
        "things merged:",
        "  ~ Path Finder [Method] method/path-finder + Way Seeker [Method] method/way-seeker → Way Seeker [Method] method/way-seeker"
        " (1 mention moved)",
        "",
        "things added:",
        "  + SCM [Method] method/scm",
        "",
        "claims added:",
        "  + Paper 03 uses SCM (score 0.90)",
        '      "We use «SCM» on a boat."',
        "",
        "claims moved with their things:",
        "  ~ Paper 09 uses Path Finder → Paper 09 uses Way Seeker",
        "",
        "questions closed:",
        "  - Path Finder [Method] method/path-finder may be Way Seeker [Method] method/way-seeker",
        "",
        "reasons for names added:",
        "  + Way Seeker [Method] method/way-seeker: decided: 'Path Finder' is 'Way Seeker'",
        "  + Way Seeker [Method] method/way-seeker: papers write 'Way Seeker' alike",
        "",
        "reasons for names removed:",
        "  - Path Finder [Method] method/path-finder: a paper calls 'Path Finder' so beside another name",
    ]


def test_what_is_left_out_is_said(stores: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    run(["diff", *map(str, stores), "--limit", "1"])
    assert "  … and 1 more: --limit 2 shows them, --format json has all" in capsys.readouterr().out.splitlines()


def test_equal_graphs_are_told_so_and_exit_with_0(stores: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["diff", str(stores[0]), str(stores[0])]) == 0
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "no difference\n")


def test_one_argument_is_compared_with_the_store(
    stores: tuple[Path, Path], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KG_STORE", str(stores[1]))
    assert run(["diff", str(stores[0]), "--format", "json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["different"] is True
    assert [paper["label"] for paper in found["papers_added"]] == ["Paper 03"]
    assert found["claims_moved"][0]["after"]["evidence"][0]["text"] == "We use «Path Finder» alias «Way Seeker»."


def test_equal_graphs_are_empty_in_every_format(stores: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    for format in ("json", "ttl"):
        assert run(["diff", str(stores[0]), str(stores[0]), "--format", format]) == 0
        out = capsys.readouterr().out
        assert json.loads(out)["different"] is False if format == "json" else not out.strip()


def test_turtle_goes_to_standard_output(stores: tuple[Path, Path], capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert run(["diff", *map(str, stores), "--format", "ttl"]) == 1
    out = capfdbinary.readouterr().out
    assert b"cs:ChangeSet" in out
    assert len(rdflib.Graph().parse(data=out)) > 20


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [(["nowhere", "nowhere"], 3, "nowhere"), (["--format", "xml"], 2, "xml"), (["gone.ttl"], 3, "gone.ttl")],
)
def test_what_cannot_be_compared_is_one_line_and_a_hint(
    arguments: list[str], code: int, words: str, stores: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    given = [str(stores[0])] if arguments[0].startswith("--") else []
    assert run(["diff", *given, *arguments, "--store", str(stores[1])]) == code
    lines = capsys.readouterr().err.splitlines()
    assert words in lines[0]
    assert lines[1].startswith("hint:")
