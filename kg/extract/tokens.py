"""Text to tokens and sentences: a blank English spaCy pipeline with the two habits that scientific names need.

Hyphenated names stay one token ("MIMIC-CXR", "Megatron-LM"), and a full stop ends a sentence only where a sentence
can end (not in "e.g. XGBoost", "et al. show", "Fig. 3"): see `kg.extract.sentences`.
"""

from __future__ import annotations

import re
from functools import cache

import spacy
from spacy.language import Language
from spacy.tokenizer import Tokenizer  # type: ignore[import-not-found]  # Cython without a stub
from spacy.tokens import Doc
from spacy.util import compile_infix_regex, compile_prefix_regex, compile_suffix_regex

from kg.extract.sentences import sentence_starts

_INFIXES = [
    r"\.\.+|…",
    r"(?<=[a-z])\.(?=[A-Z])",  # "datasets.However"
    r"(?<=[a-zA-Z0-9)\]])[,;:](?=[a-zA-Z(])",
    r"(?<=[A-Za-z0-9+%)])/(?=[A-Za-z0-9(])",  # "A100/H100"
    r"[()\[\]{}\"“”]",
    r"(?<=[a-zA-Z0-9])(?:--+|—|–)(?=[a-zA-Z0-9(])",
    r"(?<=[A-Za-z0-9)])[=<>→×](?=[A-Za-z0-9(])",
]
_SUFFIXES = [r"\.", r"['’]s", r"['’]", r"[,;:!?)\]}\"”»]", r"…", r"(?:—|–|--)"]
_SUFFIX = compile_suffix_regex(_SUFFIXES)
_SUFFIX_CHARS = 2  # of the longest suffix
# Words, with and without what is cut off, that spaCy has met before it is loaded anew: it forgets none, and 1,000 abstracts bring some 10,000
# new ones, 4 MB. So many take 100 MB.
_MOST_STRINGS = 200_000


@cache
def tokeniser() -> Language:
    """The pipeline; kept until `tokenised` has it loaded anew. Its documents have tokens and sentence starts, nothing trained."""
    nlp = spacy.blank("en")
    nlp.tokenizer = Tokenizer(
        nlp.vocab,
        rules=nlp.Defaults.tokenizer_exceptions,
        prefix_search=compile_prefix_regex(nlp.Defaults.prefixes or ()).match,  # `search` would look for the beginning everywhere
        infix_finditer=compile_infix_regex(_INFIXES).finditer,
        suffix_search=_find_suffix,
        url_match=re.compile(r"https?://\S+$").match,
        max_cache_size=1 << 16,  # words whose tokens are kept; the gazetteers alone fill spaCy's default of 10,000
    )
    nlp.add_pipe("paper_sentences")
    nlp.max_length = 10_000_000
    return nlp


def _find_suffix(word: str) -> re.Match[str] | None:
    """The suffix that ends a word, as `_SUFFIX.search` finds it, but in a time that hardly grows with the word.

    spaCy asks again after each character that it takes off.
    """
    return _SUFFIX.search(word, max(0, len(word) - _SUFFIX_CHARS))


def tokenised(text: str) -> Doc:
    """A text with its tokens; the same ones, whatever was read before."""
    if len(tokeniser().vocab.strings) > _MOST_STRINGS:
        tokeniser.cache_clear()
    return tokeniser().make_doc(text)


def split(text: str) -> tuple[str, ...]:
    """The tokens of a text."""
    return tuple(token.text for token in tokenised(text))


@Language.component("paper_sentences")
def paper_sentences(doc: Doc) -> Doc:
    """Set sentence starts: after sentence punctuation that can end one, and after every blank line (title, paragraphs)."""
    starts = set(sentence_starts([token.text for token in doc]))
    for token in doc:
        token.is_sent_start = token.i in starts
    return doc
