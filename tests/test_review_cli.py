"""`kg review`, `kg explain` and `kg split` as people type them: streams, exit codes, and the questions on a terminal."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from toy_papers import PAPERS, content, make

import kg
from kg import decisions
from kg.cli import run
from kg.model import Decision, DecisionKind, EntityType

PROMPT = "[q]uit: "
SAME = Decision(DecisionKind.SAME, EntityType.METHOD, "Path Finder", other="Way Seeker")
OTHER = Decision(DecisionKind.DIFFERENT, EntityType.METHOD, "Path Finder", other="Way Seeker")
LAMP = Decision(DecisionKind.RENAME, EntityType.METHOD, "Lantern", other="Lamp")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("built") / "store")


@pytest.fixture
def store(tmp_path: Path, built: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "store"))


def labels(store: Path) -> set[str]:
    return {row[0].value for row in kg.open(store).query("SELECT ?l { ?t a kg:Method ; skos:prefLabel ?l }").rows}


# Printing


def test_questions_are_printed_as_data_where_nobody_can_answer(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["review", "--store", str(store)]) == 0
    header, *rows = (line.split("\t") for line in capsys.readouterr().out.strip().split("\n"))
    best = next(row for row in (dict(zip(header, cells, strict=True)) for cells in rows) if row["one"] == "SCM")
    assert (best["score"], best["type"], best["one"], best["papers"], best["other"]) == (
        "0.5",
        "Method",
        "SCM",
        "2",
        "Self-Controlled Memory",
    )
    assert best["sentence"] == "We use «[SCM]» on a boat."
    assert [float(row[0]) for row in rows] == sorted((float(row[0]) for row in rows), reverse=True)


def test_questions_can_be_had_in_every_form(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["review", "--list", "--format", "json", "--limit", "2", "--store", str(store)]) == 0
    _, question = json.loads(capsys.readouterr().out)
    assert question["one"]["thing"]["iri"] == "method/scm"
    assert run(["review", "--list", "--format", "table", "--type", "Method", "--store", str(store)]) == 0
    assert "1 SCM [Method] 2 papers\n" in capsys.readouterr().out
    assert run(["review", "--type", "Dataset", "--store", str(store)]) == 0
    assert capsys.readouterr().err == "no question is open\n"


def test_explain_prints_lines_for_people_or_rows(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "Self-Controlled Memory", "--format", "table", "--store", str(store)]) == 0
    assert '"We propose «[Self-Controlled Memory]» («[SCM]») for long talks."\n      — Paper 01\n' in capsys.readouterr().out
    assert run(["explain", "Self-Controlled Memory", "--store", str(store)]) == 0
    rows = [line.split("\t") for line in capsys.readouterr().out.strip().split("\n")]
    assert [row[0] for row in rows] == ["what", "name", "maybe"]
    assert run(["explain", "Self-Controlled Memory", "--format", "json", "--store", str(store)]) == 0
    assert json.loads(capsys.readouterr().out)["forms"][0]["rule"] == "abbreviation"


# Deciding


@pytest.mark.parametrize(
    ("args", "gone", "there"),
    [
        (["same", "Path Finder", "Way Seeker", "--type", "method"], "Path Finder", "Way Seeker"),
        (["rename", "Lantern", "Lamp"], "Lantern", "Lamp"),
        (["wrong-entity", "Lantern", "--note", "a thing of daily life"], "Lantern", "Dusk Filter"),
    ],
)
def test_a_decision_is_in_the_graph_at_once(
    store: Path, capsys: pytest.CaptureFixture[str], args: list[str], gone: str, there: str
) -> None:
    assert {"Path Finder", "Lantern"} <= labels(store)
    assert run(["review", *args, "--store", str(store)]) == 0
    captured = capsys.readouterr()
    assert (captured.out, captured.err.startswith("decided: Method ")) == ("", True)
    assert gone not in labels(store)
    assert there in labels(store)


def test_the_store_may_be_named_before_the_decision(store: Path) -> None:
    assert run(["review", "--store", str(store), "different", "Path Finder", "Way Seeker"]) == 0
    assert kg.open(store).review.decisions() == (OTHER,)


def test_a_wrong_statement_is_struck_out_in_one_paper(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["review", "wrong-statement", "Lantern", "comparedWith", "Dusk Filter", "--paper", "Paper 07", "--store", str(store)]) == 0
    assert capsys.readouterr().err == "decided: arxiv-2401.00007 does not say that Lantern comparedWith Dusk Filter (Method)\n"
    assert run(["why", "Lantern", "comparedWith", "--store", str(store)]) == 1


def test_a_file_of_decisions_is_taken_whole_or_not_at_all(store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before, file = content(store), tmp_path / "mine.tsv"
    file.write_text(f"{decisions.render([SAME])}rename\tMethod\tLantern\n", encoding="utf-8")
    assert run(["review", "--from", str(file), "--store", str(store)]) == 3
    error, hint = capsys.readouterr().err.strip().split("\n")
    assert f"{file}, line 3, column other" in error
    assert hint.startswith("hint:  ")
    assert (content(store), kg.open(store).review.decisions()) == (before, ())
    file.write_text(decisions.render([SAME, LAMP]), encoding="utf-8")
    assert run(["review", "--from", str(file), "--store", str(store)]) == 0
    assert kg.open(store).review.decisions() == (SAME, LAMP)


def test_decisions_are_listed_by_number_and_taken_back_by_it(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = content(store)
    kg.open(store).review.decide(SAME, LAMP)
    assert run(["review", "--decided", "--format", "table", "--store", str(store)]) == 0
    assert capsys.readouterr().out == "   1  Method Path Finder is the same as Way Seeker\n   2  Method Lantern is called Lamp\n"
    assert run(["review", "--undo", "3", "--store", str(store)]) == 2
    assert len(kg.open(store).review.decisions()) == 2
    assert run(["review", "--undo", "1", "--undo", "2", "--store", str(store)]) == 0
    assert content(store) == before


def test_contradictions_are_told_when_they_arise_and_when_asked_for(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kg.open(store).review.decide(SAME)
    assert run(["review", "--check", "--store", str(store)]) == 0
    capsys.readouterr()
    (store.parent / "d.tsv").write_text(decisions.render([OTHER]), encoding="utf-8")
    assert run(["review", "--from", str(store.parent / "d.tsv"), "--store", str(store)]) == 0
    assert "contradiction: Method 'Path Finder' and Method 'Way Seeker' are said to be" in capsys.readouterr().err
    assert run(["review", "--check", "--store", str(store)]) == 1
    assert "Path Finder" in capsys.readouterr().out


def test_split_prints_what_was_and_what_is(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = content(store)
    assert run(["split", "Dusk Filter", "--paper", "Paper 08", "--store", str(store)]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("it was\n\nDusk Filter [Method] method/dusk-filter\n")
    assert "now there are\n\nDusk Filter [Method] method/dusk-filter" in out
    assert err == "decided: Method Dusk Filter of arxiv-2401.00008 is not Dusk Filter\n"
    assert run(["review", "--undo", "1", "--store", str(store)]) == 0
    assert content(store) == before


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (["explain", "Lanturn"], 2, "did you mean Lantern"),
        (["explain", "SCN", "--format", "xls"], 2, "xls"),
        (["review", "same", "Lanturn", "Lamp"], 2, "did you mean Lantern"),
        (["review", "same", "Kurator", "Lantern"], 2, "method/kurator"),
        (["review", "--type", "Colour"], 2, "Colour"),
        (["review", "--list", "--check"], 2, "exclude each other"),
        (["review", "--undo", "1"], 2, "no decision 1"),
        (["review", "--from", "nowhere.tsv"], 3, "nowhere.tsv"),
        (["review", "rename", "Lantern", "a\tb"], 2, "tab"),
        (["split", "Lantern", "Torch"], 2, "Torch"),
        (["split", "Lantern"], 2, "--paper"),
    ],
)
def test_wrong_usage_is_one_error_and_one_hint(
    store: Path, capsys: pytest.CaptureFixture[str], args: list[str], code: int, words: str
) -> None:
    assert run([*args, "--store", str(store)]) == code
    out, err = capsys.readouterr()
    assert out == ""
    error, hint = err.strip().split("\n")
    assert (error.startswith("error: "), hint.startswith("hint:  "), words in err) == (True, True, True)
    assert kg.open(store).review.decisions() == ()


@pytest.mark.parametrize("args", [["review"], ["review", "--decided"], ["explain", "X"], ["split", "X", "Y"], ["review", "same", "X", "Y"]])
def test_a_store_that_is_not_there_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str], args: list[str]) -> None:
    assert run([*args, "--store", str(tmp_path / "none")]) == 3
    assert "store at" in capsys.readouterr().err
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("command", ["explain", "split", "review", "review same", "review wrong-statement"])
def test_every_command_says_what_it_does(capsys: pytest.CaptureFixture[str], command: str) -> None:
    assert run([*command.split(), "--help"]) == 0
    assert f"Usage: kg {command} " in capsys.readouterr().out


def test_the_readme_names_the_commands_and_shows_rows_that_can_be_read() -> None:
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    assert all(f"| `kg {command}" in readme for command in ("explain NAME", "review`", "review same", "split NAME FORM"))
    rows = re.findall(r"^\| ((?:same|different|rename|wrong-\w+) \|.*) \|$", readme, flags=re.MULTILINE)
    table = "\n".join("\t".join(cell.strip() for cell in row.split("|")) for row in rows)
    assert {d.kind for d in decisions.parse("\t".join(decisions.COLUMNS) + "\n" + table, "README.md")} == set(DecisionKind)


# On a terminal


def dialogue(store: Path, answers: Sequence[tuple[str, str]], *args: str) -> tuple[str, int]:
    """Run `kg review` on a terminal of its own; each answer is typed when its prompt shows. All that showed, and the exit code."""
    main, side = pty.openpty()
    login = "import os, sys; os.login_tty(0); os.execv(sys.executable, [sys.executable, '-m', 'kg', *sys.argv[1:]])"
    command = [sys.executable, "-c", login, "review", "--store", str(store), *args]
    environment = {**os.environ, "TERM": "dumb", "NO_COLOR": "1"}
    with subprocess.Popen(command, stdin=side, stdout=side, stderr=side, env=environment) as process:
        os.close(side)
        shown = ""
        for prompt, answer in answers:
            shown += _until(main, prompt)
            os.write(main, answer.encode())
        shown += _until(main, None)
        code = process.wait(timeout=30)
    os.close(main)
    assert "Traceback" not in shown
    return shown.replace("\r\n", "\n"), code


def _until(terminal: int, words: str | None) -> str:
    """What the terminal shows until these words, or to the end."""
    shown, deadline = b"", time.monotonic() + 60
    while words is None or not shown.endswith(words.encode()):
        ready, _, _ = select.select([terminal], [], [], max(0.0, deadline - time.monotonic()))
        assert ready, f"no {words!r} in {shown.decode()!r}"
        try:
            read = os.read(terminal, 4096)
        except OSError:  # EIO: the other side is closed
            read = b""
        if not read:
            assert words is None, f"ended without {words!r}: {shown.decode()!r}"
            break
        shown += read
    return shown.decode()


def test_answers_decide_and_undo_asks_again(store: Path) -> None:
    shown, code = dialogue(store, [(PROMPT, answer) for answer in ("\n", "d\n", "u\n", "s\n", "q\n")])
    assert code == 0
    assert shown.count("SCM of arxiv-2401.00003 is not Self-Controlled Memory") == 2  # decided, and taken back
    assert "taken back: " in shown
    assert "1 decided; `kg review --decided` lists all decisions" in shown
    (decision,) = kg.open(store).review.decisions()
    assert (decision.kind, decision.other) == (DecisionKind.SAME, "Self-Controlled Memory")


def test_things_can_be_renamed_and_found_wrong_on_the_way(store: Path) -> None:
    kg.open(store).review.decide(Decision(DecisionKind.WRONG_ENTITY, EntityType.METHOD, "SCM"))
    answers = [
        (PROMPT, "r\n"), ("which, 1 or 2? ", "1\n"), ("new name of Path Finder: ", "Trail Finder\n"),
        (PROMPT, "x\n"), ("which statement is wrong? ", "2\n"),
        (PROMPT, "?\n"), (PROMPT, "r\n"), ("which, 1 or 2? ", "7\n"),
        (PROMPT, "w\n"), ("which, 1 or 2? ", "2\n"),
        (PROMPT, "\x04"),
    ]  # fmt: skip
    shown, code = dialogue(store, answers)
    assert code == 0
    assert "3 decided;" in shown
    assert "type one of the letters in brackets" in shown
    assert "decided: arxiv-2401.00010 does not say that it uses Way Seeker (Method)" in shown
    assert "Trail Finder" in labels(store)
    assert "Way Seeker" not in labels(store)


def test_ctrl_c_ends_and_keeps_what_was_decided(store: Path) -> None:
    shown, code = dialogue(store, [(PROMPT, "s\n"), (PROMPT, "\x03")])
    assert code == 130
    assert "1 decided;" in shown
    assert "stopped by Ctrl-C" in shown
    assert len(kg.open(store).review.decisions()) == 1


def test_names_cannot_command_the_terminal(tmp_path: Path) -> None:
    hostile = "Way\x9b31m Seek\u202eer"
    papers = {id: text.replace("Way Seeker", hostile) for id, text in PAPERS.items() if id[-2:] in ("09", "10")}
    store = make(tmp_path / "s", papers)
    shown, code = dialogue(store, [(PROMPT, "d\n")])
    assert code == 0
    assert "Seeker" in shown
    assert not {"\x9b", "\u202e", "\x1b"} & {*shown}
    assert len(kg.open(store).review.decisions()) == 1


def test_nothing_to_ask_is_said(tmp_path: Path) -> None:
    shown, code = dialogue(make(tmp_path / "s", wanted=("07",)), [])
    assert (code, "no question is open" in shown) == (0, True)


def test_list_only_prints_on_a_terminal(store: Path) -> None:
    shown, code = dialogue(store, [], "--list", "--limit", "2")
    assert (code, PROMPT in shown, "1 SCM [Method] 2 papers" in shown) == (0, False, True)
