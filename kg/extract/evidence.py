"""Which sentences stand behind a claim, best first."""

from __future__ import annotations

from collections.abc import Sequence

from kg.extract.sentences import around
from kg.model import Evidence, Mention, Span

MOST = 3  # sentences kept per statement: the best one and the first others


def best_evidence(
    mentions: Sequence[Mention], best: int | None, sentences: Sequence[Span], asserted: Sequence[bool] | None = None
) -> tuple[Evidence, ...]:
    """The sentence of mention number `best`, then the others, body before title, one per sentence, at most `MOST`.

    Args:
        mentions: in text order, at least one.
        best: the mention that shows the role, None where none stands out.
        sentences: of the whole text, in order; the title is the first.
        asserted: per mention whether its sentence states something of it; those come first of all. None: all do.
    """
    stated = asserted if asserted is not None else [True] * len(mentions)
    order = sorted(range(len(mentions)), key=lambda i: (not stated[i], i != best, mentions[i].span.start < sentences[0].end, i))
    chosen: dict[Span, Evidence] = {}
    for i in order:
        sentence = around(sentences, mentions[i].span)
        chosen.setdefault(sentence, Evidence(sentence, mentions[i].span))
    return tuple(chosen.values())[:MOST]
