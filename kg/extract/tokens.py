"""Text to tokens and sentences: a blank English spaCy pipeline with the two habits that scientific names need.

Hyphenated names stay one token ("MIMIC-CXR", "Megatron-LM"), and a full stop ends a sentence only where a sentence
can end (not in "e.g. XGBoost", "et al. show", "Fig. 3").
"""

from __future__ import annotations

import re
from functools import cache

import spacy
from spacy.language import Language
from spacy.tokenizer import Tokenizer  # type: ignore[import-not-found]  # Cython without a stub
from spacy.tokens import Doc
from spacy.util import compile_infix_regex, compile_prefix_regex, compile_suffix_regex

from kg.extract.words import words

# Words that carry a full stop inside a sentence.
_ABBREVIATED = words(
    "e.g i.e etc al vs fig figs eq eqs sec secs tab ref refs resp approx cf no nos vol pp ch dr prof st w.r.t a.k.a viz ca dept univ"
)
_INFIXES = [
    r"\.\.+|…",
    r"(?<=[a-z])\.(?=[A-Z])",  # "datasets.However"
    r"(?<=[a-zA-Z0-9)\]])[,;:](?=[a-zA-Z(])",
    r"(?<=[A-Za-z0-9+%)])/(?=[A-Za-z0-9(])",  # "A100/H100"
    r"[()\[\]{}\"“”]",
    r"(?<=[a-zA-Z0-9])(?:--+|—|–)(?=[a-zA-Z0-9(])",
    r"(?<=[A-Za-z0-9)])[=<>→×](?=[A-Za-z0-9(])",
]
_SUFFIXES = [r"\.", r"['’]s", r"['’]", r"[,;:!?)\]}\"”»]", r"…", r"—|–|--"]
_SENTENCE_END = frozenset(".!?")
_CLOSERS = frozenset(")]}\"”'’")


@cache
def tokeniser() -> Language:
    """The pipeline; loaded once a process. Its documents have tokens and sentence starts, nothing trained."""
    nlp = spacy.blank("en")
    nlp.tokenizer = Tokenizer(
        nlp.vocab,
        rules=nlp.Defaults.tokenizer_exceptions,
        prefix_search=compile_prefix_regex(nlp.Defaults.prefixes or ()).search,
        infix_finditer=compile_infix_regex(_INFIXES).finditer,
        suffix_search=compile_suffix_regex(_SUFFIXES).search,
        url_match=re.compile(r"https?://\S+$").match,
    )
    nlp.add_pipe("paper_sentences")
    nlp.max_length = 10_000_000
    return nlp


@Language.component("paper_sentences")
def paper_sentences(doc: Doc) -> Doc:
    """Set sentence starts: after sentence punctuation that can end one, and after every blank line (title, paragraphs)."""
    for token in doc[:1]:
        token.is_sent_start = True
    for i in range(1, len(doc)):
        token, before = doc[i], doc[i - 1]
        if before.is_space and "\n" in before.text:
            token.is_sent_start = True
            continue
        token.is_sent_start = not token.is_space and _ends_sentence(doc, i - 1) and _starts_sentence(token.text)
    return doc


def _ends_sentence(doc: Doc, i: int) -> bool:
    """Whether token `i` closes a sentence: a full stop that is no abbreviation's, with closing brackets after it."""
    while i > 0 and doc[i].text in _CLOSERS:
        i -= 1
    text = doc[i].text
    if text[-1:] not in _SENTENCE_END:
        return False
    word = (doc[i - 1].text if text == "." and i else text[:-1]).casefold().strip("().")
    return word not in _ABBREVIATED and not (len(word) == 1 and word.isalpha() and text == ".")


def _starts_sentence(text: str) -> bool:
    return text[0].isupper() or text[0].isdigit() or text[0] in "(\"“'‘[" or any(c.isupper() for c in text[1:])
