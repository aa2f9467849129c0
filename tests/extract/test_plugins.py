"""Extractors of other packages: the README's example as a package, and packages that do everything wrong."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from kg.api import Graph
from kg.errors import ExtractorError, UsageError
from kg.extract import BUILT_IN, DEFAULT, load
from kg.extract.conformance import check
from kg.extract.plugins import names
from kg.log import Log
from kg.model import BuildReport

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAPERS = [
    {"id": "2401.00001", "title": "OwlNet at night", "abstract": "We train OwlNet on DuskSet. It runs on 8 NVIDIA A100 GPUs."},
    {"id": "2401.00002", "title": "Dusk", "abstract": "We propose LeafNet. LeafNet outperforms OwlNet."},
]


def install(folder: Path, name: str, target: str, module: str, *, distribution: str = "kg-test-plugin", version: str = "1.0") -> None:
    """A package as an installer leaves it in a folder: its module, and a dist-info with the entry point `name = target`."""
    info = folder / f"{distribution.replace('-', '_')}-{version}.dist-info"
    info.mkdir(parents=True)
    (folder / f"{target.partition(':')[0]}.py").write_text(module, encoding="utf-8")
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: {version}\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(f"[kg.extractors]\n{name} = {target}\n", encoding="utf-8")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for packages, on sys.path."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    return folder


def block(language: str) -> str:
    """The one code block of the README's section on extractors that is written in `language`."""
    section = README.split("## Your own extractor\n")[1].split("\n## ")[0]
    (found,) = re.findall(rf"^```{language}\n(.*?)^```$", section, flags=re.MULTILINE | re.DOTALL)
    return found


@pytest.fixture
def name_list(site: Path) -> Path:
    """The package of the README, installed."""
    project = tomllib.loads(block("toml"))["project"]
    ((name, target),) = project["entry-points"]["kg.extractors"].items()
    install(site, name, target, block("python"), distribution=project["name"], version=project["version"])
    return site


def wrong(site: Path, body: str, *, version: str = '"bad-1.0"') -> None:
    """Install an extractor "bad" with this body of `extract`."""
    lines = "\n".join(f"        {line}" for line in body.split("\n"))
    module = f"from kg.model import *\n\n\nclass Bad:\n    version = {version}\n\n    def extract(self, document):\n{lines}\n"
    install(site, "bad", "kg_bad_plugin:Bad", module)
    sys.modules.pop("kg_bad_plugin", None)


def papers(folder: Path) -> str:
    path = folder / "papers.jsonl"
    path.write_text("".join(json.dumps(paper) + "\n" for paper in PAPERS), encoding="utf-8")
    return str(path)


def build(folder: Path, extractor: str = DEFAULT, jobs: int = 1) -> BuildReport:
    return Graph(folder / "store").build(papers(folder), extractor=extractor, jobs=jobs)


def versions(folder: Path) -> set[str]:
    with Log(folder / "store" / "log.sqlite", readonly=True) as log:
        return {paper.extractor for paper in log.papers()}


def kg(*args: str, cwd: Path, site: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("KG_")}
    env = {**kept, "PYTHONPATH": os.pathsep.join([str(ROOT), str(site)]), **environment}
    return subprocess.run([sys.executable, "-m", *args], capture_output=True, text=True, cwd=cwd, env=env, timeout=120)


def test_the_example_of_the_readme_keeps_all_promises(name_list: Path) -> None:
    extractor = load("name-list")
    assert extractor.version == "name-list-1.0"
    assert check(extractor) == []
    spec = spec_from_file_location("kg_name_list_alone", name_list / "kg_name_list.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    assert check(module.NameList()) == []
    assert names() == (*BUILT_IN, "name-list")


@pytest.mark.parametrize(("first", "jobs"), [(DEFAULT, 1), pytest.param("rules", 2, marks=pytest.mark.slow)])
def test_a_store_is_read_again_by_another_extractor_and_says_which(name_list: Path, tmp_path: Path, first: str, jobs: int) -> None:
    assert build(tmp_path, first, jobs).stored == 2
    assert versions(tmp_path) == {load(first).version}
    report = build(tmp_path, "name-list", jobs)
    assert (report.updated, report.unchanged, report.rejections) == (2, 0, ())
    assert versions(tmp_path) == {"name-list-1.0"}
    assert build(tmp_path, "name-list", jobs).unchanged == 2
    graph = Graph(tmp_path / "store")
    (quote,) = graph.why(None, "mentions", "DuskSet")
    assert (quote.sentence, quote.extractor) == (PAPERS[0]["abstract"], "name-list-1.0")
    assert graph.search("A100", ["Hardware"]) == []  # only the rules had found it
    assert graph.validate().conforms


def test_the_commands_take_its_name_from_flag_and_environment(name_list: Path, tmp_path: Path) -> None:
    source = papers(tmp_path)
    done = kg("kg", "build", source, "--extractor", "name-list", cwd=tmp_path, site=name_list)
    assert (done.returncode, "2 stored" in done.stderr) == (0, True)
    again = kg("kg", "build", source, cwd=tmp_path, site=name_list, KG_EXTRACTOR="name-list")
    assert "2 unchanged" in again.stderr
    printed = kg("kg", "extract", source, cwd=tmp_path, site=name_list, KG_EXTRACTOR="name-list")
    first = json.loads(printed.stdout.split("\n")[0])
    assert [(e["name"], e["rule"]) for e in first["entities"]] == [("OwlNet", "mentions.name-list"), ("DuskSet", "mentions.name-list")]
    tried = kg("kg.extract.conformance", "name-list", cwd=tmp_path, site=name_list)
    assert (tried.returncode, tried.stdout) == (0, "")


def test_an_unknown_name_is_told_with_the_known_ones_and_makes_no_store(name_list: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no extractor is called 'best'") as caught:
        build(tmp_path, "best")
    assert caught.value.hint == "use one of accurate, fast, rules, name-list"
    assert not (tmp_path / "store").exists()
    assert kg("kg", "extract", papers(tmp_path), "--extractor", "best", cwd=tmp_path, site=name_list).returncode == 2


def test_no_other_package_is_looked_at_for_a_built_in_name(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(site, "rules", "kg_usurper:Usurper", "raise SystemExit('looked at')")
    monkeypatch.setattr("importlib.metadata.entry_points", lambda **_: pytest.fail("looked for plug-ins"))
    assert load("rules").version.startswith("rules-1.")


@pytest.mark.parametrize(
    ("module", "words"),
    [
        ("import no_such_module", "cannot be loaded: ModuleNotFoundError: No module named 'no_such_module'"),
        ("class Other: pass", "cannot be loaded: AttributeError"),
        ("import sys\nsys.exit('no licence')", "cannot be loaded: SystemExit: no licence"),
        ("def Bad(): raise ValueError('no weights')", "cannot be loaded: ValueError: no weights"),
        ("Bad = 5", "cannot be loaded: TypeError"),
        ("class Bad:\n    version = 'bad-1'", "is none: Bad has no method `extract`"),
        ("class Bad:\n    extract = print", "is none: Bad has no text `version`"),
        ("class Bad:\n    extract, version = print, ''", "is none: Bad has no text `version`"),
        ("class Bad:\n    extract, version = print, 'rules-1.0'", "its version is 'rules-1.0', and should read like \"bad-1.0\""),
        ("class Bad:\n    extract, version = print, 'bad-'", "its version is 'bad-'"),
        ("class Bad:\n    extract, version = print, 'bad-1\\n'", "its version is"),
    ],
)
def test_what_is_no_extractor_is_told_with_its_package(site: Path, module: str, words: str) -> None:
    install(site, "bad", "kg_bad_plugin:Bad", module)
    sys.modules.pop("kg_bad_plugin", None)
    with pytest.raises(ExtractorError) as caught:
        load("bad")
    assert "of package kg-test-plugin 1.0" in str(caught.value)
    assert words in str(caught.value)
    assert caught.value.hint
    assert caught.value.exit_code == 3


def test_a_name_that_two_packages_have_is_told_with_both(site: Path) -> None:
    install(site, "bad", "kg_bad_plugin:Bad", "", distribution="one")
    install(site, "bad", "kg_other_plugin:Bad", "", distribution="two")
    with pytest.raises(ExtractorError, match=re.escape("registered by one 1.0 and two 1.0")):
        load("bad")


# A claim on the first word of the title, all fields right.
GOOD = """
end = len(document.title.split()[0])
name = document.text[:end]
mention = Mention(Span(0, end), name, EntityType.METHOD, "first", 0.5)
evidence = Evidence(Span(0, len(document.title)), Span(0, end))
entity = EntityClaim(name, EntityType.METHOD, (), (mention,), Role.USES, (evidence,), "uses.first", 0.5)
""".strip()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("raise ConnectionError('no route to the model')", "bad of package kg-test-plugin 1.0 failed with ConnectionError: no route"),
        ("class OddError(Exception): pass\nraise OddError", "failed with OddError"),
        ("raise SystemExit(3)", "failed with SystemExit: 3"),
        ("return None", "bad-1.0 gives what cannot be kept: the extraction is NoneType, not Extraction"),
        ("return Extraction((Mention(Span(0, 1), 'O', 'Method', 'r', 2.0),))", "failed with ValueError: score 2.0 is outside"),
        (f"{GOOD}\nreturn Extraction((entity,), (RelationClaim(0, Relation.BASED_ON, 7, (evidence,), 'r', 0.5),))", "its ends are (0, 7)"),
        (f"{GOOD}\nobject.__setattr__(mention, 'surface', 'GPT')\nreturn Extraction((entity,))", "a mention is 'GPT', and the text has"),
    ],
)
def test_a_bad_extraction_costs_its_paper_and_leaves_the_store_sound(site: Path, tmp_path: Path, body: str, words: str) -> None:
    wrong(site, f"if document.title == 'Dusk':\n    {body.replace(chr(10), chr(10) + '    ')}\n{GOOD}\nreturn Extraction((entity,))")
    report = build(tmp_path, "bad")
    assert (report.stored, report.papers) == (1, 1)
    (rejection,) = report.rejections
    assert (rejection.stage, rejection.code, rejection.place) == ("extract", "bad-extraction", "line 2")
    assert words in rejection.message
    graph = Graph(tmp_path / "store")
    assert graph.rejections() == (rejection,)
    assert graph.validate().conforms
    assert build(tmp_path).stored == 1  # the rules can read it
    assert graph.rejections() == ()


def test_a_bad_extraction_is_told_by_extract_too(site: Path, tmp_path: Path) -> None:
    wrong(site, "raise RuntimeError('a \\x1b[31mred\\x1b[0m word')")
    result = kg("kg", "extract", papers(tmp_path), "--extractor", "bad", cwd=tmp_path, site=site)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.count("[bad-extraction]") == 2
    assert "Traceback" not in result.stderr


def test_ctrl_c_and_lack_of_memory_are_not_taken_for_a_bad_paper(site: Path, tmp_path: Path) -> None:
    wrong(site, "raise MemoryError")
    with pytest.raises(MemoryError):
        build(tmp_path, "bad")


def test_conformance_of_a_bad_extractor_fails_with_its_problems(site: Path, tmp_path: Path) -> None:
    wrong(site, "return None")
    result = kg("kg.extract.conformance", "bad", cwd=tmp_path, site=site)
    assert result.returncode == 1
    assert "plain: the extraction is NoneType, not Extraction" in result.stdout
    assert kg("kg.extract.conformance", "nowhere", cwd=tmp_path, site=site).returncode == 2
