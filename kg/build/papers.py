"""Papers by what people call them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kg.errors import UsageError
from kg.model import Document, Identifier
from kg.names import normal_form
from kg.text.identity import identifiers
from kg.text.identity import key as paper_key


def find(name: str, documents: Sequence[Document], base: str) -> str:
    """The key of the paper that `name` stands for: a key, an IRI below `base`, an identifier or a title.

    Raises:
        UsageError: none or several are called so; the hint says what is near.
    """
    bare = name.strip().removeprefix(base).removeprefix("paper/").removeprefix("paper:")
    wanted = identifiers([Identifier("", bare)])[0]
    tests: tuple[Callable[[Document], bool], ...] = (
        lambda d: d.key == bare,
        lambda d: d.key == paper_key(wanted, bare) or any(i in d.identifiers for i in wanted),
        lambda d: bare in (d.title, d.source_title),
        lambda d: normal_form(d.title) == normal_form(bare) != "",
    )
    for test in tests:
        found = [document.key for document in documents if test(document)]
        if len(found) == 1:
            return found[0]
        if found:
            raise UsageError(f"{len(found)} papers are called {name!r}", hint=f"use the key: {', '.join(found[:5])}")
    raise UsageError(f"there is no paper {name!r} in the store", hint=_near(bare, documents))


def _near(name: str, documents: Sequence[Document]) -> str:
    from rapidfuzz import fuzz, process

    titles = {document.key: document.title for document in documents}
    close = process.extract(name, titles, scorer=fuzz.token_set_ratio, limit=5, score_cutoff=50)
    if not close:
        return "`kg search` finds papers by words of their title"
    return "did you mean: " + "; ".join(f"{title} ({key})" for title, _, key in close)
