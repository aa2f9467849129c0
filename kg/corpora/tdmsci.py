"""TDMSci: sentences of NLP papers with TASK, DATASET and METRIC.

Source: Hou et al., EACL 2021, aclanthology.org/2021.eacl-main.59; IBM/science-result-extractor, data/TDMSci/conllFormat.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kg.corpora import conll
from kg.corpora.files import texts
from kg.corpora.model import AnnotatedSentence


def read(path: Path) -> Iterator[AnnotatedSentence]:
    """The sentences of a `.conll` file (word, offset, tag), or of the folder of them."""
    for text in texts(path, (".conll",), f"a .conll file of TDMSci or the folder of them: {conll.EXPECTED}"):
        yield from conll.sentences(text)
