"""The log of a store of format 1, read as rows of today's.

Format 1 had today's tables, the table of changed papers in its later logs only, and extractions written by earlier versions: claims without
the number, memory and hours of devices, abbreviations without the sentence that defines them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from kg.log.rows import Moment, Row

_CLAIM = 11  # fields of a claim on an entity
_SENTENCE = 6  # offsets of an abbreviation: short form, long form, sentence


def rows(moment: Moment) -> Iterator[Row]:
    """All rows of a log of format 1.

    Raises:
        ValueError: the extraction of a paper cannot be read.
    """
    for table, values in moment.rows():
        yield table, (*values[:-1], renewed(str(values[-1]))) if table == "paper" else values


def renewed(extraction: str) -> str:
    """The JSON of an extraction as `kg.log.encode_extraction` writes it today; raises `ValueError` where it is none."""
    try:
        entities, relations, links, abbreviations = json.loads(extraction)
        claims = [[*claim, *[None] * (_CLAIM - len(claim))] for claim in entities]
        defined = [_with_sentence(row) for row in abbreviations]
    except (TypeError, RecursionError) as error:
        raise ValueError("no extraction") from error
    return json.dumps([claims, relations, links, defined], separators=(",", ":"))


def _with_sentence(row: list[Any]) -> list[Any]:
    """Offsets of an abbreviation; where there are those of the two forms alone, what they span is the sentence."""
    return row if len(row) == _SENTENCE else [*row, min(row), max(row)]
