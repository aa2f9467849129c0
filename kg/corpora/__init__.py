"""Annotated corpora as sentences with spans and relations, one reader each. In: the files as their makers give them.

    for sentence in kg.corpora.read("scier", Path("dev.jsonl")): ...

Standard library only. No corpus is part of this project; each module names where its corpus comes from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from kg.corpora import crossner, scier, scirex, somesci, tdmsci
from kg.corpora.model import AnnotatedSentence, TaggedSpan, only
from kg.errors import SourceError, UsageError

__all__ = ["NAMES", "AnnotatedSentence", "TaggedSpan", "only", "read"]

_READERS: dict[str, Callable[[Path], Iterator[AnnotatedSentence]]] = {
    "crossner": crossner.read,
    "scier": scier.read,
    "scirex": scirex.read,
    "somesci": somesci.read,
    "tdmsci": tdmsci.read,
}
NAMES = tuple(_READERS)


def read(name: str, path: Path) -> Iterator[AnnotatedSentence]:
    """The sentences of the corpus `name` at `path`, in their order; read as they are asked for.

    Raises:
        UsageError: there is no reader of that name.
        SourceError: nothing is at `path`, or (while reading) it is not in the corpus's format.
    """
    if name not in _READERS:
        raise UsageError(f"no corpus is called {name!r}", hint=f"the corpora are {', '.join(NAMES)}")
    if not path.exists():
        raise SourceError(f"{path} does not exist", hint=f"give the file or folder of {name}")
    return _READERS[name](path)
