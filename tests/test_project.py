"""The project file, the lock, the README and the CI script say the same things."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import typer

from kg.cli import app

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
README = (ROOT / "README.md").read_text(encoding="utf-8")
CI = (ROOT / ".ci/run").read_text(encoding="utf-8")
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PINNED = dict(re.findall(r"^([a-z0-9._-]+)==([^ \\]+)", LOCK, flags=re.MULTILINE))


def _name(requirement: str) -> str:
    return re.split(r"[\[<>=!~ ;]", requirement)[0].lower().replace("_", "-")


def _requirements() -> list[str]:
    extras = PROJECT["project"]["optional-dependencies"]
    return [*PROJECT["project"]["dependencies"], *extras["pandas"], *extras["test"][1:]]


@pytest.mark.parametrize("requirement", _requirements())
def test_every_dependency_is_pinned(requirement: str) -> None:
    assert _name(requirement) in PINNED


@pytest.mark.parametrize("requirement", _requirements())
def test_every_dependency_says_why_it_is_needed(requirement: str) -> None:
    """A comment on its line, in pyproject.toml; pytest and ruff's own name is reason enough only for pytest."""
    line = next(line for line in (ROOT / "pyproject.toml").read_text(encoding="utf-8").split("\n") if f'"{requirement}"' in line)
    assert "#" in line or _name(requirement) == "pytest"


def test_every_pin_has_a_hash_and_no_address() -> None:
    entries = re.findall(r"^[a-z0-9._-]+==.*?(?=^[a-z0-9._-]+==|\Z)", LOCK, flags=re.MULTILINE | re.DOTALL)
    assert {entry.split("==")[0] for entry in entries} == set(PINNED)
    assert all("--hash=sha256:" in entry for entry in entries)
    assert "://" not in LOCK


def test_the_pinned_versions_fit_the_project_file() -> None:
    from packaging.requirements import Requirement

    for requirement in map(Requirement, _requirements()):
        assert requirement.specifier.contains(PINNED[_name(requirement.name)]), requirement


def test_ci_runs_the_test_command_of_the_readme() -> None:
    commands = re.findall(r"^(pip install .* && pytest\S*)(?: +#.*)?$", README, flags=re.MULTILINE)
    assert len(commands) == 1
    assert commands[0] in CI


@pytest.mark.parametrize("check", ["ruff check", "ruff format --check", "mypy --strict kg", "lint-imports"])
def test_ci_and_the_commit_hook_run_the_same_checks(check: str) -> None:
    hook = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    assert f"\n{check}" in CI
    assert f"entry: {check}" in hook


def test_the_wheel_carries_queries_and_schema() -> None:
    """Where kg.resources looks for them once installed."""
    included = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert included == {"queries": "kg/data/queries", "schema": "kg/data/schema"}
    assert (ROOT / "kg/py.typed").exists()


def test_one_version_is_stated() -> None:
    import kg

    assert PROJECT["project"]["version"] == kg.__version__


def test_the_licence_is_apache_2() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Version 2.0, January 2004" in text
    assert "END OF TERMS AND CONDITIONS" in text
    assert PROJECT["project"]["license"] == "Apache-2.0"


def test_nothing_is_left_to_do_in_the_readme() -> None:
    assert "TODO" not in README


def test_the_readme_has_a_row_for_every_command() -> None:
    rows = "\n".join(line for line in README.splitlines() if line.startswith("| `kg "))
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    assert [name for name in sorted(commands) if f"`kg {name} " not in rows and f"`kg {name}`" not in rows] == []


@pytest.mark.slow
def test_the_python_that_the_readme_shows_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    shown = re.findall(r"```python\n(import kg\n.*?)```", README, flags=re.DOTALL)[0]
    (tmp_path / "seeds").symlink_to(ROOT / "seeds")
    monkeypatch.chdir(tmp_path)
    exec(shown.replace('papers.txt")', 'papers.txt", extractor="rules")'), {})
    assert "PANNs" in capsys.readouterr().out
    assert {"graph.html", "graph.ttl"} <= {path.name for path in tmp_path.iterdir()}


def test_pictures_and_files_that_the_readme_names_exist() -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", README):
        assert (ROOT / target).exists(), target
