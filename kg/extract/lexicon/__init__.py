"""What words are common in abstracts: counted once over open abstracts, shipped as TSV, read by the rules.

`words.tsv`      lower-case words, so that "Unsurprisingly" at the start of a sentence is no name
`cased.tsv`      words written with a capital inside a sentence, so that "RGB" or "English" is no name and "MassiveDS" can be one
`acronyms.tsv`   abbreviations with the long form that abstracts define for them most often
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Counts of abstracts (of 30,000) that hold a word; words below the file's threshold are absent."""

    words: dict[str, int]
    cased: dict[str, int]
    acronyms: dict[str, str]  # abbreviation without plural "s" → usual long form, lower case

    def is_word(self, text: str) -> bool:
        """Whether the lower-cased text is a common word."""
        return text.casefold() in self.words

    def frequency(self, surface: str) -> int:
        """Number of abstracts that hold this very spelling inside a sentence; 0 when rare."""
        return self.cased.get(surface, 0)


@cache
def lexicon() -> Lexicon:
    """The shipped counts, read once a process."""
    return Lexicon(
        words={word: int(count) for word, count in _rows("words.tsv")},
        cased={word: int(count) for word, count in _rows("cased.tsv")},
        acronyms={row[0]: row[1] for row in _rows("acronyms.tsv")},
    )


def _rows(name: str) -> list[list[str]]:
    text = (files(__package__) / name).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.rstrip("\n").split("\n")[1:]]
