"""Formats: told by content first and by ending second, listed, added by packages, and tried for their promises."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import SourceError
from kg.model import Record, Rejection
from kg.sources import FORMATS, read
from kg.sources.conformance import check
from kg.sources.formats import Format, RefusedError, Start, never
from kg.sources.registry import BUILT_IN, load

ROOT = Path(__file__).parents[2]
PAPER = "Growing Trees in the Shade\n\nWe propose a way to grow trees in the shade. It needs little water and no light at all.\n"

SAMPLES = {
    "bibtex": b"@article{a, title={Owls}, abstract={We count owls.}}\n",
    "ris": b"TY  - JOUR\nTI  - Owls\nAB  - We count owls.\nER  - \n",
    "medline": b"PMID- 12\nTI  - Owls\n      at night\nAB  - We count owls.\n",
    "jsonl": b'{"title": "Owls"}\n{"title": "Lamps"}\n',
    "csv": b"title,abstract\nOwls,We count owls.\n",
    "markdown": b"# Owls at Night\n\nWe count owls.\n",
}

README = (ROOT / "README.md").read_text(encoding="utf-8").split("## Your own format\n")[1].split("\n## ")[0]


def block(language: str) -> str:
    """The one code block of the README's section on formats that is written in `language`."""
    (text,) = re.findall(rf"^```{language}\n(.*?)^```$", README, flags=re.MULTILINE | re.DOTALL)
    return str(text)


PLUGIN = block("python") + "\n\ndef make():\n    return FORMAT\n"


def install(folder: Path, name: str, target: str, module: str, *, distribution: str = "kg-test-format") -> None:
    """A package as an installer leaves it in a folder: its module, and a dist-info with the entry point `name = target`."""
    info = folder / f"{distribution.replace('-', '_')}-1.0.dist-info"
    info.mkdir(parents=True)
    module_name = target.partition(":")[0]
    (folder / f"{module_name}.py").write_text(module, encoding="utf-8")
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(f"[kg.sources]\n{name} = {target}\n", encoding="utf-8")
    sys.modules.pop(module_name, None)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for packages, on sys.path."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    return folder


def found(data: bytes, format: str | None = None) -> list[Record | Rejection]:
    return list(read(["-"], format=format, stdin=io.BytesIO(data)))


def test_every_format_has_a_name_of_its_own_and_words_for_people() -> None:
    assert len(set(FORMATS)) == len(FORMATS)
    assert all(format.title for format in BUILT_IN)
    assert load().names == FORMATS


@pytest.mark.parametrize("name", SAMPLES)
def test_built_in_formats_keep_the_promises_that_others_are_asked_for(name: str) -> None:
    assert check(next(format for format in BUILT_IN if format.name == name), [SAMPLES[name]]) == []


@pytest.mark.parametrize("name", SAMPLES)
def test_content_tells_whatever_the_ending(name: str, tmp_path: Path) -> None:
    for ending in ("txt", "json", "bib", "csv", "dat"):
        path = tmp_path / f"papers.{ending}"
        path.write_bytes(SAMPLES[name])
        assert {getattr(item, "format", "") for item in read([str(path)])} == {name}


@pytest.mark.parametrize(
    ("name", "content", "format"),
    [
        ("a.bib", "Exported by a program\n\n@article{a, title={Owls}}\n", "bibtex"),
        ("a.csv", "Title\nOwls\n", "csv"),
        ("a.md", PAPER, "markdown"),
        ("a.jsonl", '{oops\n{"title": "Owls"}\n', "jsonl"),
        ("a.bib.gz", "x\n@article{a, title={Owls}}\n", "bibtex"),
    ],
)
def test_the_ending_tells_where_the_content_does_not(name: str, content: str, format: str, tmp_path: Path) -> None:
    import gzip

    (tmp_path / name).write_bytes(gzip.compress(content.encode()) if name.endswith(".gz") else content.encode())
    assert [item.format for item in read([str(tmp_path)]) if isinstance(item, Record)] == [format]


def test_a_readme_that_cites_in_bibtex_is_no_bibtex() -> None:
    (record,) = found(b"# Owls at Night\n\nWe count owls.\n\n```bibtex\n@article{a, title={Owls}}\n```\n")
    assert getattr(record, "format", "") == "markdown"


def test_a_pdf_in_a_folder_is_told_of_and_a_picture_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.4\n%\xe2\xe3\n")
    (tmp_path / "b.png").write_bytes(b"\x89PNG\r\n")
    items = list(read([str(tmp_path)]))
    assert [(Path(item.source).name, getattr(item, "stage", "")) for item in items] == [("a.pdf", "read")]


@pytest.mark.parametrize("target", ["kg_owl:FORMAT", "kg_owl:make"])
def test_a_package_adds_a_format(target: str, site: Path, tmp_path: Path) -> None:
    install(site, "owl", target, PLUGIN)
    assert load().names == (*FORMATS, "owl")
    (record,) = found(b"%OWL\nOwls::We count owls.\n")
    assert isinstance(record, Record)
    assert (record.title, record.format) == ("Owls", "owl")
    papers = tmp_path / "papers"
    papers.mkdir()
    (papers / "a.owl").write_text("Owls::We count owls.\n")
    assert [getattr(item, "title", "") for item in read([str(papers)])] == ["Owls"]
    assert [getattr(item, "title", "") for item in found(b"Lamps::We light lamps.\n", "owl")] == ["Lamps"]


def test_a_format_of_a_package_conforms_by_its_command(site: Path, tmp_path: Path) -> None:
    project = tomllib.loads(block("toml"))["project"]
    ((name, target),) = project["entry-points"]["kg.sources"].items()
    install(site, name, target, PLUGIN, distribution=project["name"])
    (tmp_path / "a.owl").write_text("%OWL\nOwls::We count owls.\nno owls\n")
    command = [sys.executable, "-m", "kg.sources.conformance"]
    environment = {"PYTHONPATH": f"{ROOT}:{site}", "PATH": "/usr/bin:/bin"}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*command, *arguments], capture_output=True, text=True, cwd=tmp_path, env=environment, timeout=120)

    good = run("owl", "a.owl")
    assert (good.returncode, good.stdout) == (0, "")
    (tmp_path / "b.owl").write_text("no owls\n")
    bad = run("owl", "b.owl")
    assert (bad.returncode, "it gives no paper" in bad.stdout) == (1, True)
    assert run("papyrus").returncode == 2


@pytest.mark.parametrize(
    ("module", "words"),
    [
        ("import no_such_module", "cannot be loaded: ModuleNotFoundError"),
        ("FORMAT = 5", "cannot be loaded: TypeError"),
        ("def FORMAT(): return 5", "is none: it is int"),
        (PLUGIN.replace('"owl", "an owl list"', '"other", "an owl list"'), "is none: it is a format called 'other'"),
    ],
)
def test_what_is_no_format_is_told_with_its_package(module: str, words: str, site: Path) -> None:
    install(site, "owl", "kg_owl:FORMAT", module)
    with pytest.raises(SourceError) as caught:
        load()
    assert "of package kg-test-format 1.0" in str(caught.value)
    assert words in str(caught.value)


def test_no_package_takes_a_built_in_name_and_no_two_the_same(site: Path) -> None:
    install(site, "csv", "kg_owl:FORMAT", "raise SystemExit('looked at')")
    assert load().names == FORMATS
    install(site, "owl", "kg_owl:FORMAT", PLUGIN, distribution="one")
    install(site, "owl", "kg_owl:FORMAT", PLUGIN, distribution="two")
    with pytest.raises(SourceError, match=r"registered by one 1\.0 and two 1\.0"):
        load()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("raise KeyError('x')", "failed with KeyError: 'x' (kg_owl.py:"),
        ("yield 5", "gave int, not Record or Rejection"),
        ("raise SystemExit(3)", "failed with SystemExit: 3"),
    ],
)
def test_a_format_that_fails_costs_its_input(body: str, words: str, site: Path, tmp_path: Path) -> None:
    module = f"from kg.sources.formats import Format\ndef read(text, source):\n    {body}\n    yield\n"
    install(
        site,
        "owl",
        "kg_owl:FORMAT",
        module + "FORMAT = Format('owl', 'o', lambda s: 1 / len(s.text) < 0.1, text=read, endings=('.owl',))\n",
    )
    (tmp_path / "a.owl").write_text("x" * 100)
    (tmp_path / "b.txt").write_text("")
    rejections = [item for item in read([str(tmp_path / "a.owl"), str(tmp_path / "b.txt")]) if isinstance(item, Rejection)]
    assert [item.code for item in rejections] == ["bad-reader", "empty"]
    assert words in rejections[0].message
    assert "kg-test-format 1.0" in rejections[0].message


def spoiled(text: str, source: str) -> Iterator[Record | Rejection]:
    if not text.strip():
        raise ValueError("nothing")
    yield Record("elsewhere", "1", "T", "", format="other")
    yield Rejection(source, "", "clean", "", "")


def test_what_a_bad_format_does_is_told() -> None:
    problems = check(Format("Bad Name", "", lambda start: True, text=spoiled, endings=("BAD",)), [b"x"])
    for words in ("its name is", "its ending 'BAD'", "csv: it claims what is of another format", "nothing: reading raises ValueError",
                  "a paper's source is 'elsewhere'", "a rejection is of source", "a rejection needs a code"):  # fmt: skip
        assert any(words in problem for problem in problems), words
    assert check(object()) == ["it is object, not kg.sources.formats.Format"]  # type: ignore[arg-type]
    assert any("it is not told by its content" in problem for problem in check(BUILT_IN[-1], [b"x"]))


def test_a_format_has_one_reader_and_may_refuse() -> None:
    with pytest.raises(ValueError, match="needs one reader"):
        Format("x", "X", never)

    def refuse(text: str, source: str) -> Iterator[Record | Rejection]:
        yield Record(source, "1", "Owls", "", format="x")
        raise RefusedError("cut", "the rest is gone", place="line 2")

    format = Format("x", "X", never, text=refuse)
    assert check(format) == []
    assert format.recognises(Start(b"", "", "")) is False


@pytest.mark.parametrize("format", [None, *FORMATS])
def test_every_format_copes_with_what_is_not_of_it(format: str | None) -> None:
    for sample in (*SAMPLES.values(), PAPER.encode(), b"", b"\0", bytes(range(256)) * 8, b"[" * 10_000, b"{" * 10_000, b"<" * 1000):
        assert found(sample, format)


STARTS = ["", "@article{", "TY  - ", "PMID- 1", "{", "[{", "title,abstract\n", "# ", "---\n", "<?xml", "PAR1", "\ufeff", "\0", "%"]


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(STARTS), st.binary(max_size=300))
def test_no_bytes_raise_whatever_they_are_taken_for(start: str, data: bytes) -> None:
    items = found(start.encode() + data)
    assert items
    assert all(isinstance(item, Record | Rejection) and item.source == "-" for item in items)
