"""CPU seconds of `kg analyse` on invented papers, step by step.

    python tests/bench/figures.py [PAPERS…] [--graph]      by default 10000

Papers are those of synthetic_papers.py, resolved: names repeat as real ones do. With --graph they are those of synthetic_graph.py:
dated, with three times the claims, and things that are chosen independently, so that no figure but counts may say anything.
"""

from __future__ import annotations

import resource
import sys
import time

import synthetic_graph
import synthetic_papers
from pyoxigraph import Quad, Store, Triple

from kg import analyse, vocab
from kg.graph import to_triples
from kg.resolve import resolve


def measure(triples: list[Triple]) -> None:
    """Print a line per step."""
    store = Store()
    store.bulk_extend(Quad(*triple) for triple in triples)
    claims = sum(1 for _ in store.quads_for_pattern(None, vocab.RDF_TYPE, vocab.STATEMENT))
    start = time.process_time()
    corpus = analyse.read(store)
    print(f"{len(corpus.papers)} papers, {claims} claims, {len(triples)} triples")
    print(f"read\t{time.process_time() - start:.2f} s")
    for name in analyse.FIGURES:
        start = time.process_time()
        figure = analyse.compute(corpus, name, limit=20)
        told = figure.too_few or "; ".join(figure.notes)
        print(f"{name}\t{time.process_time() - start:.2f} s\t{len(figure.rows)} rows\t{told}")
    print(f"most memory\t{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3:.0f} MB")


if __name__ == "__main__":
    numbers = [int(argument) for argument in sys.argv[1:] if argument.isdigit()] or [10_000]
    for number in numbers:
        if "--graph" in sys.argv:
            measure(synthetic_graph.triples(number))
        else:
            measure(to_triples(resolve(list(synthetic_papers.papers(number)), ())))
