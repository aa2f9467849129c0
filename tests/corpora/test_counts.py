"""The corpora as they lie in ../shared give the counts that were measured when they were chosen."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg import corpora

DATA = Path(__file__).parents[2] / ".." / "shared" / "data"
pytestmark = [pytest.mark.gold, pytest.mark.skipif(not DATA.is_dir(), reason="the corpora in ../shared are not at hand")]


@pytest.mark.parametrize(
    ("name", "path", "sentences", "spans", "relations"),
    [
        ("scier", "scier/PLM/dev.jsonl", 713, 2234, 1130),
        ("scier", "scier/LLM/dev.jsonl", 713, 2234, None),
        ("scier", "scier/LLM/train.jsonl", 5575, 18041, None),
        ("tdmsci", "tdmsci/test_500_v2.conll", 487, 396 + 192 + 174, 0),
        ("crossner", "crossner/ai", 881, None, 0),
    ],
)
def test_counts(name: str, path: str, sentences: int, spans: int | None, relations: int | None) -> None:
    read = list(corpora.read(name, DATA / path))
    assert len(read) == sentences
    assert spans in (None, sum(len(sentence.spans) for sentence in read))
    assert relations in (None, sum(len(sentence.relations) for sentence in read))


def test_strings_are_found_where_the_other_format_has_them() -> None:
    """All spans of all sentences of SciER dev that both formats cut into the same words."""
    placed, aligned = (list(corpora.read("scier", DATA / f"scier/{form}/dev.jsonl")) for form in ("PLM", "LLM"))
    same = [(a, b) for a, b in zip(placed, aligned, strict=True) if a.words == b.words]
    assert len(same) == 695
    assert all(a.spans == b.spans for a, b in same)


@pytest.mark.slow
def test_all_of_scirex_and_somesci_is_read() -> None:
    sentences = list(corpora.read("scirex", DATA / "scirex-train-docs.tar.gz"))
    assert (len(sentences), sum(len(s.words) for s in sentences), len({s.document for s in sentences})) == (83_132, 1_713_909, 306)
    annotated = sum(len(s.spans) for s in corpora.read("somesci", DATA / "somesci" / "somesci-brat.tar.gz"))
    assert annotated > 0.95 * 13_081  # lines of spans in its .ann files
