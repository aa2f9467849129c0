"""Names as keys: normal forms to compare by, slugs and digests to mint identifiers from."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache

_NOT_WORD = re.compile(r"[\W_]+")
GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "λ": "lambda", "μ": "mu",
    "π": "pi", "σ": "sigma", "τ": "tau", "φ": "phi", "ω": "omega",
}  # fmt: skip


@lru_cache(maxsize=1 << 16)
def normal_form(name: str) -> str:
    """The form in which names are compared: case-folded letters, digits and "+", Greek spelled out, no plural "s".

    Returns "" where the name has no letter or digit. Applying it twice changes nothing.
    """
    text = unicodedata.normalize("NFKC", name).casefold()
    text = "".join(GREEK.get(c, c) for c in text)
    text = "".join(c for c in text if c.isalnum() or c == "+")
    while len(text) > 3 and text.endswith("s") and not text.endswith("ss"):
        text = text[:-1]
    return text


# Titles that many papers share, as journals and PDF files carry them.
_SHARED_TITLE = re.compile(
    r"(?:the )?(?:editor(?:ial|s)?(?:['’]?s?)? ?(?:note|comment|choice|foreword|introduction|board)?|supplement(?:ary|al)? ?(?:materials?|information|data|file|appendix)?"
    r"|supporting information|appendix|errat(?:um|a)|corrigend(?:um|a)|corrections?|retraction|preface|foreword|introduction|overview|summary|abstracts?|book reviews?"
    r"|letters?|repl(?:y|ies)|responses?|commentary|comments?|discussion|obituary|in memoriam|news|index|(?:table of )?contents|front matter|back matter|acknowledge?ments?"
    r"|welcome(?: message)?|untitled|no title|title|paper|manuscript|draft|proceedings|tutorials?|keynotes?|invited talks?|posters?|panel)"
    r"(?: (?:to|on|for|from|by) (?:the )?(?:\w+ )?(?:editors?|authors?|reviewers?|comments?|chairs?|(?:special )?(?:issue|section)\b.*))?",
    re.IGNORECASE,
)


def is_shared_title(title: str) -> bool:
    """Whether a title names no paper: "Editorial", "Introduction to the special issue on owls"."""
    return _SHARED_TITLE.fullmatch(" ".join(re.sub(r"[^\w'’]+", " ", title).split())) is not None


def slug(name: str, limit: int = 80) -> str:
    """Lower-case words joined by hyphens, at most `limit` characters, cut between words where it can be.

    Keeps letters and digits of every script (NFC), "+" becomes "plus"; "" where nothing is left.
    """
    text = unicodedata.normalize("NFKC", name).casefold().replace("+", " plus ")
    text = unicodedata.normalize("NFC", _NOT_WORD.sub("-", text)).strip("-")
    if len(text) <= limit:
        return text
    cut = text[:limit]
    return cut.rsplit("-", 1)[0] if "-" in cut else cut


def digest(*parts: str, length: int = 16) -> str:
    """First `length` hex digits of SHA-256 over the parts, which are kept apart by a separator no name holds."""
    return hashlib.sha256("\x1e".join(parts).encode()).hexdigest()[:length]
