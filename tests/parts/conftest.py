"""A store of some papers and refusals, and the parts of it; made once, never changed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from toy_papers import PAPERS, Guillemets

from kg import parts
from kg.build import build

# What files, SQL, RDF and JSON may take for their own.
HOSTILE = {
    "2402.00001": 'We use «Quo"te\\slash» and \'apos\' <b>tags</b> %41 "" \\n \\u0041 ?x $y # no comment.',
    "2402.00002": "We use «Tab\tline» and\ttabs\r\n\r\nand lines\u2028and \x85 \x7f \ufeff marks.",
    "2402.00003": "We use «日本語コーパス» 😀 \U0001f9ea, Ｆｕｌｌ and e\u0301 and ﷽.",
    "2402.00004": "We use «'); DROP TABLE paper; --» in vain.",
}


def papers(path: Path, wanted: dict[str, str]) -> Path:
    """A file of papers by arXiv id and abstract, one of them twice, and of a line that is refused."""
    rows = [{"id": id, "title": f"Paper {id[-2:]}", "abstract": abstract} for id, abstract in wanted.items()]
    lines = [*map(json.dumps, rows), json.dumps(rows[0]), '{"no": "paper"}']
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


FIRST = dict([*PAPERS.items()][:7], **HOSTILE)
MORE = dict([*PAPERS.items()][7:])


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`first.jsonl`, the store `built` of it, `parts` of that, in files of 50 lines; `more.jsonl`, and the store `both` of the two."""
    folder = tmp_path_factory.mktemp("parts")
    first, more = papers(folder / "first.jsonl", FIRST), papers(folder / "more.jsonl", MORE)
    build([str(first)], store=folder / "built", extractor=Guillemets())
    build([str(first), str(more)], store=folder / "both", extractor=Guillemets())
    parts.write(folder / "built", folder / "parts", lines=50)
    return folder


@pytest.fixture
def copied(home: Path, tmp_path: Path) -> Path:
    """The parts, to be spoilt."""
    return Path(shutil.copytree(home / "parts", tmp_path / "parts"))
