"""Words to vectors: word pieces, an int8 table of their embeddings, and the transformer layers in onnxruntime.

Files of a model folder: `tokenizer.json` and `pieces.npz` serve all variants; `<variant>.onnx` holds the layers, `<variant>.npz` the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.extract.tagger.words import shapes

Array = NDArray[np.float32]

MAX_PIECES = 508  # of a window, beside its two end marks: the encoder has 512 positions
_BATCH_PIECES = 4_096  # padding included
_SENTENCE_END = frozenset(".!?")


@dataclass(frozen=True, slots=True)
class _Window:
    """A stretch of one text that the encoder reads at once."""

    text: int
    ids: list[int]
    shapes: list[int]
    first: list[int]  # position of the first piece of each word
    words: range  # of the text


class Encoder:
    """Loaded weights; thread count 1, so that processes can stand side by side. Keeps no state between calls."""

    def __init__(self, folder: Path, variant: str) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        self._tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        table, rest = np.load(folder / "pieces.npz"), np.load(folder / f"{variant}.npz")
        self._values, self._scales = table["values"], table["scales"]
        self._positions = rest["positions"].astype(np.float32)
        self._shapes = rest["shapes"].astype(np.float32)
        self._gamma, self._beta = rest["norm.weight"].astype(np.float32), rest["norm.bias"].astype(np.float32)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(str(folder / f"{variant}.onnx"), options, providers=["CPUExecutionProvider"])
        ids: dict[str, int] = self._tokenizer.get_vocab()
        self._begin, self._end = ids["[CLS]"], ids["[SEP]"]

    def encode(self, texts: Sequence[Sequence[str]]) -> list[Array]:
        """One array (n_words, width) per text, in order; a text longer than a window is read in stretches that end with a sentence."""
        found = [np.zeros((len(words), self._shapes.shape[1]), dtype=np.float32) for words in texts]
        windows = [window for i, words in enumerate(texts) if words for window in self._windows(i, words)]
        for batch in _batches(windows):
            hidden = self._run(batch)
            for row, window in zip(hidden, batch, strict=True):
                found[window.text][window.words.start : window.words.stop] = row[window.first]
        return found

    def _windows(self, text: int, words: Sequence[str]) -> Iterator[_Window]:
        encoding = self._tokenizer.encode(list(words), is_pretokenized=True, add_special_tokens=False)
        pieces: list[list[int]] = [[] for _ in words]
        for piece, word in zip(encoding.ids, encoding.word_ids, strict=True):
            pieces[word].append(piece)
        word_shapes = shapes(words)
        start = 0
        while start < len(words):
            end = _window_end(words, pieces, start)
            ids, piece_shapes, first = [self._begin], [1], []
            for word in range(start, end):
                first.append(len(ids))
                ids += pieces[word][:MAX_PIECES]
                piece_shapes += [word_shapes[word]] * len(pieces[word][:MAX_PIECES])
            ids.append(self._end)
            piece_shapes.append(1)
            yield _Window(text, ids, piece_shapes, first, range(start, end))
            start = end

    def _run(self, batch: Sequence[_Window]) -> Array:
        longest = max(len(w.ids) for w in batch)
        ids = np.zeros((len(batch), longest), dtype=np.int64)
        kinds = np.ones((len(batch), longest), dtype=np.int64)
        mask = np.zeros((len(batch), longest), dtype=np.int32)
        for row, window in enumerate(batch):
            n = len(window.ids)
            ids[row, :n], kinds[row, :n], mask[row, :n] = window.ids, window.shapes, 1
        x = self._values[ids] * self._scales[ids][..., None]
        x += self._positions[:longest]
        x += self._shapes[kinds]
        x -= x.mean(-1, keepdims=True)
        x *= self._gamma / np.sqrt(np.square(x).mean(-1, keepdims=True) + 1e-12)
        x += self._beta
        hidden: Array = self._session.run(None, {"x": x.astype(np.float32, copy=False), "mask": mask})[0]
        return hidden


def _window_end(words: Sequence[str], pieces: Sequence[Sequence[int]], start: int) -> int:
    """End of the window that starts at word `start`: all that fits, back to the last sentence end in its second half."""
    end, total = start, 0
    while end < len(words) and (end == start or total + len(pieces[end]) <= MAX_PIECES):
        total += len(pieces[end])
        end += 1
    if end == len(words):
        return end
    stops = (i + 1 for i in range(end - 1, start + (end - start) // 2, -1) if words[i] in _SENTENCE_END)
    return next(stops, end)


def _batches(windows: Sequence[_Window]) -> Iterator[list[_Window]]:
    """Windows of like length together, so that little padding is computed."""
    batch: list[_Window] = []
    for window in sorted(windows, key=lambda w: (len(w.ids), w.text, w.words.start)):
        if batch and (len(batch) + 1) * len(window.ids) > _BATCH_PIECES:
            yield batch
            batch = []
        batch.append(window)
    if batch:
        yield batch
