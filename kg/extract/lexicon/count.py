"""Make the lexicon's files again: ``python -m kg.extract.lexicon.count arxiv-abstracts-30k.jsonl.gz``.

Input: gzipped JSON Lines with the key "abstract" (arXiv metadata, CC0). One minute on one core, same input same bytes.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from kg.extract.abbreviations import find_abbreviations, pairs
from kg.extract.tokens import tokeniser
from kg.model import Span

# Thresholds: a word in fewer abstracts tells nothing; the files stay small (words 220 kB, cased 40 kB, acronyms 40 kB).
MIN_WORD, MIN_CASED, MIN_ACRONYM = 6, 5, 4


def count(abstracts: Sequence[str]) -> tuple[Counter[str], Counter[str], dict[str, Counter[str]]]:
    """Abstracts per lower-case word, per cased word inside a sentence, and per (abbreviation, long form)."""
    words: Counter[str] = Counter()
    cased: Counter[str] = Counter()
    acronyms: dict[str, Counter[str]] = defaultdict(Counter)
    for doc in tokeniser().pipe(abstracts, batch_size=200):
        tokens = [(i, t.text) for sentence in doc.sents for i, t in enumerate(sentence) if any(c.isalpha() for c in t.text)]
        words.update({text for _, text in tokens if text.islower()})
        cased.update({text for i, text in tokens if i > 0 and not text.islower()})
        sentences = [Span(sentence.start_char, sentence.end_char) for sentence in doc.sents]
        for short, long in set(pairs(doc.text, find_abbreviations(doc.text, sentences))):
            acronyms[re.sub(r"(?<=[A-Z])s$", "", short)][long.casefold()] += 1
    return words, cased, acronyms


def main(path: str) -> None:
    """Write words.tsv, cased.tsv and acronyms.tsv beside this module."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        abstracts = [json.loads(line)["abstract"] for line in lines]
    words, cased, acronyms = count(abstracts)
    usual = [(short, *min(forms.items(), key=lambda kv: (-kv[1], kv[0]))) for short, forms in acronyms.items()]
    _write("words.tsv", "word\tabstracts", ((w, str(n)) for w, n in words.items() if n >= MIN_WORD))
    _write("cased.tsv", "word\tabstracts", ((w, str(n)) for w, n in cased.items() if n >= MIN_CASED))
    _write("acronyms.tsv", "short\tlong\tabstracts", ((s, long, str(n)) for s, long, n in usual if n >= MIN_ACRONYM))


def _write(name: str, header: str, rows: Iterable[tuple[str, ...]]) -> None:
    lines = sorted("\t".join(row) for row in rows)
    (Path(__file__).parent / name).write_text("\n".join([header, *lines]) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(sys.argv[1])
