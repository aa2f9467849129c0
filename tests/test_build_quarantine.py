"""Refused documents are read again, once what was wrong with them is mended."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
from toy_papers import Guillemets

from kg.build import Retried, build, retry
from kg.cli import run
from kg.errors import StoreError, UsageError
from kg.extract import DEFAULT
from kg.log import Log

PAPER = json.dumps({"id": "2401.00001", "title": "On owls", "abstract": "We use «OwlNet» here."})


def refused(store: Path) -> list[str]:
    with Log(store / "log.sqlite", readonly=True) as log:
        return [Path(rejection.source).name for rejection in log.rejections()]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store with one paper, and documents of three files and of standard input that were refused."""
    (tmp_path / "Broken.jsonl").write_text(PAPER + "\n{broken\n", encoding="utf-8")
    (tmp_path / "empty.txt").touch()
    (tmp_path / "gone.txt").touch()
    names = ["Broken.jsonl", "empty.txt", "gone.txt"]
    build([*(str(tmp_path / name) for name in names), "-"], store=tmp_path / "store", extractor=Guillemets(), stdin=io.BytesIO(b""))
    (tmp_path / "gone.txt").unlink()
    assert refused(tmp_path / "store") == ["-", *names]
    return tmp_path / "store"


def test_what_was_mended_is_stored_and_the_rest_stays_listed(store: Path) -> None:
    mended = PAPER + "\n" + PAPER.replace("00001", "00002").replace("owls", "bats") + "\n"
    (store.parent / "Broken.jsonl").write_text(mended, encoding="utf-8")
    done = retry(store, extractor=Guillemets())
    assert done.report is not None
    assert (done.report.stored, done.report.unchanged, len(done.report.rejections)) == (1, 1, 1)
    assert [Path(name).name for name in done.left] == ["-", "gone.txt"]
    assert refused(store) == ["-", "empty.txt", "gone.txt"]


def test_sources_are_chosen_by_words_of_their_path(store: Path) -> None:
    done = retry(store, source="broken", extractor=Guillemets())
    assert done.report is not None
    assert (done.report.unchanged, len(done.report.rejections), done.left) == (1, 1, ())
    with pytest.raises(UsageError, match="nothing-like-it"):
        retry(store, source="nothing-like-it", extractor=Guillemets())


def test_what_is_gone_is_told(store: Path) -> None:
    assert retry(store, source="gone.txt", extractor=Guillemets()) == Retried(None, (str(store.parent / "gone.txt"),))


def test_what_an_archive_that_is_gone_held_stays_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    archive, store = tmp_path / "papers.zip", tmp_path / "store"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("a.jsonl", PAPER + "\n")
        packed.writestr("b.jsonl", "{broken\n")
    build([str(archive)], store=store, extractor=Guillemets())
    archive.unlink()
    before = listed(store, capsys)
    assert before == [("papers.zip", "bad-json")]
    assert run(["quarantine", "retry", "--store", str(store)]) == 1
    assert f"{archive} is not there any more: its refused documents stay listed" in capsys.readouterr().err.replace("\n", " ")
    assert listed(store, capsys) == before


def test_without_refusals_there_is_nothing_to_do(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(PAPER + "\n", encoding="utf-8")
    build([str(tmp_path / "a.jsonl")], store=tmp_path / "store", extractor=Guillemets())
    assert retry(tmp_path / "store", extractor=Guillemets()) == Retried(None, ())
    with pytest.raises(StoreError, match="no store"):
        retry(tmp_path / "nowhere")


def test_a_store_is_retried_with_the_extractor_that_read_it(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[str] = []

    def load(name: str) -> Guillemets:
        loaded.append(name)
        return Guillemets()

    monkeypatch.setattr("kg.extract.load", load)
    done = retry(store)
    assert loaded == ["guillemets"]  # the name in "guillemets-1", not that of the usual extractor
    assert done.report is not None
    assert done.report.unchanged == 1


def test_without_a_paper_the_usual_extractor_retries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "empty.txt").touch()
    build([str(tmp_path / "empty.txt")], store=tmp_path / "store", extractor=Guillemets())
    loaded: list[str] = []
    monkeypatch.setattr("kg.extract.load", lambda name: loaded.append(name) or Guillemets())
    retry(tmp_path / "store")
    assert loaded == [DEFAULT]


def test_only_sources_with_a_code_are_retried(store: Path) -> None:
    done = retry(store, code="bad-json", extractor=Guillemets())
    assert done.report is not None
    assert [Path(source).name for source, _, _ in done.report.refused] == ["Broken.jsonl"]
    assert done.left == ()
    with pytest.raises(UsageError, match="for 'no-such-code'"):
        retry(store, code="no-such-code", extractor=Guillemets())


def listed(store: Path, capsys: pytest.CaptureFixture[str], *args: str) -> list[tuple[str, str]]:
    assert run(["quarantine", "list", "--store", str(store), "--json", *args]) == 0
    return [(Path(row["source"]).name, row["code"]) for row in json.loads(capsys.readouterr().out)]


def test_the_list_can_be_narrowed(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert listed(store, capsys) == [("-", "empty"), ("Broken.jsonl", "bad-json"), ("empty.txt", "empty"), ("gone.txt", "empty")]
    assert listed(store, capsys, "--code", "bad-json") == [("Broken.jsonl", "bad-json")]
    assert listed(store, capsys, "--source", "EMPTY") == [("empty.txt", "empty")]
    assert listed(store, capsys, "--source", "empty", "--code", "bad-json") == []
