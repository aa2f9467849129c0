"""What extraction in a build costs beside the bare model over the same texts, beside spaCy's CNN, and on two processes beside one.

The bare model is the tagger alone: tokens, network, classes of words; one text at a time, which is what the extractor gives it and what
this kind of processor does fastest.
"""

from __future__ import annotations

import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"  # as in `kg build`; the CNN, too, gets one thread

import time  # noqa: E402 (threads are counted when numpy is loaded)
from collections.abc import Iterator  # noqa: E402
from pathlib import Path  # noqa: E402

from kg.build.extraction import extract_each  # noqa: E402
from kg.build.workers import Pool  # noqa: E402
from kg.evaluate import documents  # noqa: E402
from kg.extract import load  # noqa: E402
from kg.extract.learned import WEIGHTS  # noqa: E402
from kg.extract.tagger.tagging import Tagger  # noqa: E402
from kg.model import Document  # noqa: E402
from tests.bench.book.measuring import Measure, side_by_side  # noqa: E402
from tests.bench.extraction import cnn  # noqa: E402

PAPERS = 20
_MANY = 5  # times these, for processes side by side
_TEXTS = Path(__file__).parents[2] / "gold" / "wild60.txt"  # abstracts of arXiv, drawn at random


def papers(number: int) -> list[Document]:
    """Real abstracts, over and over where more are asked for."""
    real = [document for document in documents(_TEXTS) if isinstance(document, Document)]
    return [real[n % len(real)] for n in range(number)]


def measures() -> Iterator[Measure]:
    """Seconds of processor on one thread; wall seconds for processes side by side."""
    chosen = papers(PAPERS)
    texts = [document.text for document in chosen]
    size, nlp = f"{PAPERS} abstracts", cnn()
    for variant, bar in (("accurate", "≤ 1.15"), ("fast", "")):
        tagger, here = Tagger(WEIGHTS, variant), Pool(load(variant), variant, 1, extract_each)
        ours, bare, small = side_by_side(
            lambda here=here: _extract(here, chosen),
            lambda tagger=tagger: [tagger.read([text]) for text in texts],
            lambda: list(nlp.pipe(texts, batch_size=32)),
            clock=time.process_time,
        )
        yield Measure(f"extraction in a build, `{variant}`", size, ours, "its model alone", bare, bar)
        yield Measure(f"extraction in a build, `{variant}`", size, ours, "spaCy's CNN tagger, `nlp.pipe`", small)
        yield _processes(variant, papers(PAPERS * _MANY))


def _extract(pool: Pool, chosen: list[Document]) -> None:
    for ticket in [pool.submit(document) for document in chosen]:
        ticket.result()


def _processes(variant: str, chosen: list[Document]) -> Measure:
    """One process beside two; loading is not counted."""
    extractor = load(variant)
    with Pool(extractor, variant, 1, extract_each) as one, Pool(extractor, variant, 2, extract_each) as two:
        alone, beside = side_by_side(lambda: _extract(one, chosen), lambda: _extract(two, chosen), runs=3)
    return Measure("`--jobs 1`", f"{len(chosen)} abstracts, `{variant}`", alone, "`--jobs 2`", beside, "≥ 1.7")
