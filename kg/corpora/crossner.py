"""CrossNER: Wikipedia sentences of a field ("ai", "science", …) with that field's types.

Source: Liu et al., AAAI 2021, arXiv:2012.04373; zliucr/CrossNER, ner_data.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kg.corpora import conll
from kg.corpora.files import texts
from kg.corpora.model import AnnotatedSentence


def read(path: Path) -> Iterator[AnnotatedSentence]:
    """The sentences of a file (word, tag), of a field's folder, or of the folder of fields."""
    for text in texts(path, (".txt",), f"a .txt file of CrossNER or a folder of them: {conll.EXPECTED}"):
        yield from conll.sentences(text)
