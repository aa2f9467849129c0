"""Words per second of the extractors on one thread, beside a spaCy CNN tagger of the size of en_core_web_sm's, in one run.

    python tests/bench/extraction.py ../shared/gold/train360.txt

Prints a Markdown table: medians of five passes over the same abstracts, ratio to the CNN, and to the bare model for whole extractions.
The CNN's weights are random: its speed does not depend on what it has learnt, save for the number of names it finds.
"""

from __future__ import annotations

import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

import statistics  # noqa: E402 (threads are counted when numpy is loaded)
import sys  # noqa: E402
import time  # noqa: E402
from collections.abc import Callable  # noqa: E402

import spacy  # noqa: E402
from spacy.language import Language  # noqa: E402
from spacy.training import Example  # noqa: E402

from kg.extract import load  # noqa: E402
from kg.extract.learned import WEIGHTS  # noqa: E402
from kg.extract.tagger.labels import TYPES  # noqa: E402
from kg.extract.tagger.tagging import Tagger  # noqa: E402
from kg.model import Document, Rejection  # noqa: E402
from kg.sources import read  # noqa: E402
from kg.text import clean  # noqa: E402

PASSES = 5
PAPERS = 120
# The sizes of the small English pipelines of spaCy 3 (from memory: the package is not at hand to read its config.cfg).
TOK2VEC = {
    "@architectures": "spacy.Tok2Vec.v2",
    "embed": {
        "@architectures": "spacy.MultiHashEmbed.v2",
        "width": 96,
        "attrs": ["NORM", "PREFIX", "SUFFIX", "SHAPE", "SPACY", "IS_SPACE"],
        "rows": [5000, 1000, 2500, 2500, 50, 50],
        "include_static_vectors": False,
    },
    "encode": {"@architectures": "spacy.MaxoutWindowEncoder.v2", "width": 96, "depth": 4, "window_size": 1, "maxout_pieces": 3},
}


def cnn() -> Language:
    """A named-entity tagger over a CNN, initialised at random."""
    nlp = spacy.blank("en")
    nlp.add_pipe(
        "ner",
        config={"model": {"@architectures": "spacy.TransitionBasedParser.v2", "state_type": "ner", "hidden_width": 64, "tok2vec": TOK2VEC}},
    )
    for type_ in TYPES:
        nlp.get_pipe("ner").add_label(type_)
    nlp.initialize(lambda: [Example.from_dict(nlp.make_doc("We propose it."), {"entities": []})])
    return nlp


def rate(words: int, work: Callable[[], object]) -> float:
    """Words per second: the median of the passes, after one that warms up."""
    work()
    times = []
    for _ in range(PASSES):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return words / statistics.median(times)


def main(path: str) -> None:
    """Print the table."""
    documents = [clean(record) for record in read([path]) if not isinstance(record, Rejection)]
    chosen: list[Document] = [d for d in documents if not isinstance(d, Rejection)][:PAPERS]
    texts = [d.text for d in chosen]
    words = sum(len(text.split()) for text in texts)
    nlp = cnn()
    floor = rate(words, lambda: list(nlp.pipe(texts, batch_size=32)))
    print(f"{len(texts)} abstracts, {words} words, one thread, medians of {PASSES}\n")
    print("| what | words/s | to the CNN | to its model alone |\n| --- | --- | --- | --- |")
    print(f"| spaCy CNN tagger, `nlp.pipe` | {floor:,.0f} | 1.00 | |")
    for variant in ("accurate", "fast"):
        tagger = Tagger(WEIGHTS, variant)
        bare = rate(words, lambda tagger=tagger: [tagger.read([text]) for text in texts])
        extractor = load(variant)
        whole = rate(words, lambda extractor=extractor: [extractor.extract(d) for d in chosen])
        print(f"| `{variant}`, model alone | {bare:,.0f} | {bare / floor:.2f} | 1.00 |")
        print(f"| `{variant}`, whole extraction | {whole:,.0f} | {whole / floor:.2f} | {bare / whole:.2f} × the time |")
    rules = load("rules")
    whole = rate(words, lambda: [rules.extract(d) for d in chosen])
    print(f"| `rules` | {whole:,.0f} | {whole / floor:.2f} | |")


if __name__ == "__main__":
    main(*sys.argv[1:])
