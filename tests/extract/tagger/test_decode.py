"""Spans from label probabilities: the best of all paths on which an inside label follows its own class."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.extract.tagger.decode import UNLIKELY, TaggedWords, decode

OUT, B0, I0, B1, I1 = range(5)  # outside; begin and inside of class 0; begin and inside of class 1


def peaked(path: list[int], n_labels: int = 5) -> np.ndarray:
    """Probabilities that prefer one label each word: 0.8, the rest shared."""
    rows = np.full((len(path), n_labels), 0.2 / (n_labels - 1), dtype=np.float32)
    rows[range(len(path)), path] = 0.8
    return rows


@pytest.mark.parametrize(
    ("path", "spans"),
    [
        ([OUT, B0, I0, OUT], [(1, 3, 0)]),
        ([B0, B0, I0], [(0, 1, 0), (1, 3, 0)]),
        ([B0, B1, I1, I1], [(0, 1, 0), (1, 4, 1)]),
        ([OUT, OUT], []),
        ([B1], [(0, 1, 1)]),
    ],
)
def test_a_clear_path_is_taken(path: list[int], spans: list[tuple[int, int, int]]) -> None:
    assert [(t.start, t.end, t.label) for t in decode(peaked(path))] == spans


def test_an_inside_never_follows_another_class_even_where_each_word_alone_says_so() -> None:
    rows = np.array([[0.02, 0.9, 0.02, 0.04, 0.02], [0.02, 0.02, 0.3, 0.02, 0.64]], dtype=np.float32)
    assert rows.argmax(-1).tolist() == [B0, I1]
    assert [(t.start, t.end, t.label) for t in decode(rows)] == [(0, 2, 0)]


def test_an_inside_does_not_open_a_text() -> None:
    rows = np.array([[0.3, 0.1, 0.6]], dtype=np.float32)
    assert decode(rows) == []


def test_no_words_no_spans() -> None:
    assert decode(np.zeros((0, 5), dtype=np.float32)) == []


def follows(label: int, before: int) -> bool:
    """Whether a label may come after another; `before` is 0 at the start of a text."""
    is_inside = label > 0 and label % 2 == 0
    return not is_inside or before in (label, label - 1)


def cost(path: tuple[int, ...], rows: np.ndarray) -> float:
    return float(-np.log(rows[range(len(path)), path]).sum())


def path_of(spans: list[TaggedWords], n: int) -> tuple[int, ...]:
    """The labels of words that give these spans."""
    path = [OUT] * n
    for span in spans:
        path[span.start : span.end] = [1 + 2 * span.label, *[2 + 2 * span.label] * (span.end - span.start - 1)]
    return tuple(path)


@st.composite
def matrices(draw: st.DrawFn) -> np.ndarray:
    """Probabilities (n_words <= 5, 3 or 5 labels), each row adding up to 1."""
    n, m = draw(st.integers(1, 5)), draw(st.sampled_from([3, 5]))
    raw = np.array(draw(st.lists(st.lists(st.integers(1, 1000), min_size=m, max_size=m), min_size=n, max_size=n)), dtype=np.float64)
    return raw / raw.sum(-1, keepdims=True)


def searched(row: np.ndarray) -> list[int]:
    """Labels of a word that the search looks at."""
    return [label for label, p in enumerate(row) if p > UNLIKELY or label in (OUT, row.argmax())]


@settings(deadline=None)
@given(matrices())
def test_no_path_is_better(rows: np.ndarray) -> None:
    n, _ = rows.shape
    paths = [p for p in product(*map(searched, rows)) if all(follows(b, a) for a, b in zip((OUT, *p), p, strict=False))]
    found = decode(rows)
    assert cost(path_of(found, n), rows) == pytest.approx(min(cost(path, rows) for path in paths))


def test_a_span_does_not_open_with_an_unlikely_label() -> None:
    sure = [0.001, 0.001, 0.998]
    assert decode(np.array([[0.499, 2 * UNLIKELY, 0.493], sure])) == [TaggedWords(0, 2, 0)]
    assert decode(np.array([[0.505, UNLIKELY / 2, 0.493], sure])) == []


@settings(deadline=None)
@given(st.integers(0, 40), st.integers(1, 4), st.randoms(use_true_random=False))
def test_spans_stand_apart_in_text_order(n: int, n_classes: int, chance) -> None:
    rows = np.array([[chance.random() + 1e-6 for _ in range(1 + 2 * n_classes)] for _ in range(n)]).reshape(n, 1 + 2 * n_classes)
    edges = [edge for span in decode(rows) for edge in (span.start, span.end)]
    assert edges == sorted(edges)
    assert all(0 <= edge <= n for edge in edges)
